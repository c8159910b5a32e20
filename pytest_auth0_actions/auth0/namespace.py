"""What all namespaces of an api have in common, and all apis."""

from __future__ import annotations

import difflib
import functools
from collections.abc import Callable, Collection, Mapping
from typing import TYPE_CHECKING, Any, ClassVar, Final, Generic, NoReturn, TypeVar, cast

from pytest_auth0_actions.auth0.context import Context
from pytest_auth0_actions.auth0.explanation import Explanation, Trace, explain_plainly
from pytest_auth0_actions.auth0.method import Method, declaration
from pytest_auth0_actions.errors import ApiThrow, Auth0ActionsError, hides_our_frames
from pytest_auth0_actions.values import ApiCall

__tracebackhide__ = hides_our_frames

ApiT = TypeVar("ApiT", covariant=True)


class Namespace(Generic[ApiT]):
    """A namespace of an api, such as `api.cache`.

    Its methods are declared by `method`. What else there is to say of them in a timeline, a report
    or under bad luck stands here too, in the methods below, whose names have an underscore, as
    none of Auth0's has.

    Attributes:
        path: Auth0's name of it.
        context: what the methods of the api share.
        units: the units of fields in arguments, ``"instant_ms"`` or ``"duration_ms"``.
    """

    path: ClassVar[str]
    units: ClassVar[Mapping[str, str]] = {}

    def __init_subclass__(cls) -> None:
        super().__init_subclass__()
        methods(cls)  # before a test replaces one

    def __init__(self, context: Context) -> None:
        self.context: Final = context

    def __dir__(self) -> list[str]:
        return [each.name for each in methods(type(self))]

    if not TYPE_CHECKING:  # a type checker would take any name for one of ours

        def __getattr__(self, name: str) -> NoReturn:
            __tracebackhide__ = True
            path = f"api.{self.path}"
            raise _no_member(self, name, path, path, dir(self))

    @property
    def own_api(self) -> ApiT:
        """The api that it belongs to, which methods give back for chains."""
        return cast("ApiT", self.context.api)

    def explain_call(self, call: ApiCall) -> Explanation:
        """Return what came of a call, and why, for the timeline; it was made just now."""
        return explain_plainly(call)

    def trace_call(self, call: ApiCall) -> Trace | None:
        """Return what a call did to something that lasts, for the report's drawing."""
        return None

    def is_refusal(self, result: Any) -> bool:
        """Return whether *result* says that nothing was done, which the Action should know."""
        return False

    def lose_some(self, strikes: Callable[[], bool]) -> None:
        """Drop, each if *strikes()*, what Auth0 may drop between two runs."""

    def refuse_next(self, name: str, strikes: Callable[[], bool]) -> None:
        """Have Auth0 refuse the next call of the method *name*, if it can and *strikes()*."""


class Api:
    """The api of a trigger: its attributes are namespaces.

    Attributes:
        trigger_id: whose api it is.
    """

    trigger_id: ClassVar[str]

    def __init__(self, context: Context) -> None:
        self._context = context
        context.api = self

    @property
    def context(self) -> Context:
        """What its methods share."""
        return self._context

    def __dir__(self) -> list[str]:
        return list(namespaces(self))

    if not TYPE_CHECKING:  # a type checker would take any name for one of ours

        def __getattr__(self, name: str) -> NoReturn:
            __tracebackhide__ = True
            raise _no_member(self, name, f"The api of {self.trigger_id}", "api", namespaces(self))


def _no_member(
    value: object, name: str, what: str, path: str, names: Collection[str]
) -> AttributeError:
    """Return the error for what an api, or a namespace of one, lacks.

    Args:
        value: what was asked.
        name: the name.
        what: what *value* is, such as ``"The api of post-login"``.
        path: how an Action writes it, such as ``"api.cache"``.
        names: what there is.
    """
    there = ", ".join(f"{path}.{each}" for each in names)
    near = difflib.get_close_matches(name, names, n=1)
    meant = f" Did you mean {path}.{near[0]}?" if near else ""
    text = f"[A208] {what} has no {name!r}: all it has is {there}.{meant}"
    return AttributeError(text, name=name, obj=value)


def namespaces(api: Api) -> dict[str, Namespace[Any]]:
    """Return the namespaces of an api, by name."""
    return {name: each for name, each in vars(api).items() if isinstance(each, Namespace)}


def members(api: Api) -> dict[str, Method]:
    """Return what an Action may call, such as ``"cache.get"``, in alphabetical order.

    >>> from pytest_auth0_actions.auth0.triggers import trigger_of
    >>> from pytest_auth0_actions import CacheStore
    >>> make_api = trigger_of("post-user-registration").api
    >>> list(members(make_api(CacheStore(lambda: 0), Context(lambda: 0))))
    ['cache.delete', 'cache.get', 'cache.set']
    """
    kinds = [(name, type(each)) for name, each in sorted(namespaces(api).items())]
    return dict(_members(tuple(kinds)))


@functools.lru_cache(maxsize=32)  # an api a trigger
def _members(kinds: tuple[tuple[str, type], ...]) -> dict[str, Method]:
    return {f"{name}.{each.name}": each for name, kind in kinds for each in methods(kind)}


def reads_of(namespace: Namespace[Any], path: str) -> tuple[str, ...]:
    """Return the fields of what the member *path* gives back that an Action ought to look at.

    >>> from pytest_auth0_actions.auth0.namespaces.cache import CacheStore
    >>> from pytest_auth0_actions.auth0.namespaces.cache.api import CacheAPI
    """
    declared = declaration(getattr(type(namespace), path.partition(".")[2]))
    return () if declared is None else declared.reads


def methods(namespace: type) -> tuple[Method, ...]:
    """Return the methods that a namespace declares, in alphabetical order."""
    return _methods(namespace)


@functools.cache
def _methods(namespace: type) -> tuple[Method, ...]:
    found = (declaration(getattr(namespace, name)) for name in dir(namespace))
    return tuple(each for each in found if each is not None)


def call_member(api: Api, path: str, args: tuple[Any, ...]) -> ApiCall:
    """Call the member *path* of *api* as JavaScript would, and return the call.

    A method that the test has replaced, by `mock.patch.object(api.cache, "get")` say, is called in
    place of ours. What it raises is thrown in the Action, unless the test fails by it.

    >>> from pytest_auth0_actions.auth0.triggers import trigger_of
    >>> from pytest_auth0_actions import CacheStore
    >>> api = trigger_of("post-user-registration").api(CacheStore(lambda: 0), Context(lambda: 0))
    >>> call_member(api, "cache.delete", ("token",)).result
    CacheError(type='error', code='CacheKeyDoesNotExist')
    """
    name, _, method_name = path.partition(".")
    namespace: Namespace[Any] = getattr(api, name)
    found = getattr(namespace, method_name)
    declared = declaration(found)
    if declared is not None:
        return namespace.context.call(namespace, declared, args)
    context = namespace.context
    at_ms, count = context.now_ms(), context.count
    result: Any
    try:
        result = found(*args)
    except ApiThrow as thrown:
        result = thrown
    except (AssertionError, Auth0ActionsError):
        raise
    except Exception as error:
        result = ApiThrow(str(error))
    call = ApiCall(path, args, result, at_ms)
    return call if context.count > count else context.made(namespace, call)
