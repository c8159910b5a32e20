"""Declares what an Action may call: each api method by one decorator, and nothing by hand."""

from __future__ import annotations

import functools
import inspect
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Final, Literal, TypeAlias, TypeVar, cast

from pytest_auth0_actions.calls import misfit
from pytest_auth0_actions.errors import ApiThrow, UsageError, hides_our_frames
from pytest_auth0_actions.values import UNDEFINED

if TYPE_CHECKING:
    from pytest_auth0_actions.auth0.namespace import Namespace

__tracebackhide__ = hides_our_frames

Returns: TypeAlias = Literal["value", "api", "nothing", "promise"]

MISSING: Final[Any] = UNDEFINED
"""The default of a parameter that an Action may leave out."""

_F = TypeVar("_F", bound=Callable[..., Any])
_DECLARATION: Final = "__auth0_method__"


@dataclass(frozen=True, slots=True)
class Method:
    """What to know about an api method.

    Attributes:
        name: Auth0's name of it, without its namespace.
        returns: what an Action gets: a ``"value"``, the ``"api"`` itself for the next call of a
            chain, ``"nothing"``, or a ``"promise"`` of a value.
        reads: the fields of the result that an Action ought to look at.
        limited_release: how Auth0 marks it, such as ``"Early Access"``; None if it does not.
        function: the method as it is written.
        parameters: the names of what an Action passes, in order.
        required: how many of those it must pass.
        options: the fields of the last argument, which Python may pass as keywords.
    """

    name: str
    returns: Returns
    reads: tuple[str, ...]
    limited_release: str | None
    function: Callable[..., Any] = field(repr=False)
    parameters: tuple[str, ...]
    required: int
    options: tuple[str, ...]

    def call(self, namespace: Namespace[Any], args: tuple[Any, ...]) -> Any:
        """Call it as JavaScript would: what is missing is `undefined`, what is too much is ignored.

        Raises:
            ApiThrow: it throws.
        """
        if not self.required <= len(args) <= len(self.parameters):
            args = args[: len(self.parameters)]
            args += (UNDEFINED,) * (self.required - len(args))
        return self.function(namespace, *args)

    def miscounted(self, args: tuple[Any, ...]) -> tuple[str, str] | None:
        """Return how a call has too few arguments, or too many, and what comes of it.

        None if it has neither, or is one of `forEach`, which passes an index and an array besides.
        """
        missing = self.parameters[len(args) : self.required]
        if missing:
            return f"without {' and '.join(missing)}", "Auth0 takes that for undefined. Pass it."
        more = args[len(self.parameters) :]
        ignored = [each for each in more if each is not UNDEFINED]
        if not ignored or (len(more) == 2 and isinstance(more[1], list)):
            return None
        return f"with {ignored[0]!r} besides", "Auth0 ignores that. Leave it out."

    def arguments(self, path: str, args: tuple[Any, ...], keywords: dict[str, Any]) -> Any:
        """Return what a call from Python passes, as JavaScript would pass it.

        Raises:
            UsageError: an argument is missing or unknown, there is one too many, or both options
                and their keywords were given.
        """
        if keywords or not self.required <= len(args) <= len(self.parameters):
            try:
                bound = _signature(self.function).bind(None, *args, **keywords)
            except TypeError:
                needed = ", ".join(self.parameters[: self.required])
                right = f"api.{path}({needed})"
                raise misfit(self.function, (None, *args), keywords, right) from None
            args, keywords = bound.args[1:], bound.kwargs
        if self.options and len(args) == len(self.parameters) and args[-1] in (None, UNDEFINED):
            args = args[:-1]
        options = {name: value for name, value in keywords.items() if value is not UNDEFINED}
        if not options:
            return args
        if len(args) == len(self.parameters):
            raise UsageError(
                f"[A207] api.{path}() takes options or keywords, not both.",
                f"Given: {args[-1]!r} and {' or '.join(f'{name}=' for name in self.options)}.",
                "Put both into the options, or both into keywords.",
            )
        return *args, options


def method(
    *, returns: Returns, reads: Sequence[str] = (), limited_release: str | None = None
) -> Callable[[_F], _F]:
    """Declare an api method.

    Its positional parameters are what an Action passes. Parameters that are keyword-only name the
    fields of the last one, the options, for callers in Python and for their editors; the method
    itself gets them as options.

    Args:
        returns: what an Action gets, see `Method`.
        reads: the fields of the result that an Action ought to look at.
        limited_release: how Auth0 marks it, such as ``"Early Access"``.
    """

    def declare(function: _F) -> _F:
        parameters = list(_signature(function).parameters.values())[1:]
        positional = [each for each in parameters if each.kind is each.POSITIONAL_OR_KEYWORD]
        declared = Method(
            name=function.__name__,
            returns=returns,
            reads=tuple(reads),
            limited_release=limited_release,
            function=function,
            parameters=tuple(each.name for each in positional),
            required=sum(each.default is each.empty for each in positional),
            options=tuple(each.name for each in parameters if each.kind is each.KEYWORD_ONLY),
        )

        @functools.wraps(function)
        def called(self: Namespace[Any], *args: Any, **keywords: Any) -> Any:
            context = self.context
            is_actions = context.turn is not context.own  # through what has replaced the method
            if keywords or not is_actions:
                args = declared.arguments(f"{self.path}.{declared.name}", args, keywords)
            call = context.call(self, declared, args)
            if isinstance(call.result, ApiThrow):
                raise call.result
            if declared.returns == "api":
                return self.context.api
            return None if declared.returns == "nothing" else call.result

        setattr(called, _DECLARATION, declared)
        return cast("_F", called)

    return declare


def declaration(function: object) -> Method | None:
    """Return what `method` has declared of *function*; None for anything else."""
    found = getattr(function, _DECLARATION, None)
    return found if isinstance(found, Method) else None


@functools.cache
def _signature(function: Callable[..., Any]) -> inspect.Signature:
    return inspect.signature(function)
