"""Says what to write where a function of ours is called with arguments that it does not take."""

from __future__ import annotations

import difflib
import functools
import inspect
import re
from collections.abc import Callable, Iterable, Mapping
from typing import Any, Final, TypeVar

from pytest_auth0_actions.errors import UsageError, hides_our_frames

__tracebackhide__ = hides_our_frames

_F = TypeVar("_F", bound=Callable[..., Any])
_COUNTS: Final = ("none", "one", "two", "three")
_LONGEST_TEXT: Final = 60
_NAME: Final = re.compile(r"[\w.]+(?:\(\.\.\.\)[\w.]+)*")  # as `flow(...).run`


def called_as(right: str, note: str = "") -> Callable[[_F], _F]:
    """Have a function, or a class, say what to write where a call does not fit it.

    Args:
        right: a right call, such as ``"clock.tick(minutes=15)"``.
        note: what else to say where the call shows no more than that.

    >>> @called_as("tick(minutes=15)")
    ... def tick(*, minutes, hours=0): ...
    >>> tick(minute=15)
    Traceback (most recent call last):
    pytest_auth0_actions.errors.UsageError: [A229] tick() does not take these arguments: it has no \
'minute'.
    Given: tick(minute=15).
    Did you mean minutes=15?
    """

    def declare(function: _F) -> _F:
        is_class = isinstance(function, type)
        made: Any = function
        call = made.__init__ if is_class else made

        @functools.wraps(call)
        def called(*args: Any, **keywords: Any) -> Any:
            try:
                return call(*args, **keywords)
            except TypeError as error:
                if error.__traceback__.tb_next is not None:  # type: ignore[union-attr]
                    raise  # it comes from inside of the function
            raise misfit(call, args, keywords, right, note)

        if is_class:
            made.__init__ = called
            return function
        checked: Any = called
        return checked  # type: ignore[no-any-return]

    return declare


def no_function(what: str, name: str) -> UsageError:
    """Return the error for a call of what is no function.

    Args:
        what: what was called, such as ``"An Action"``.
        name: how a test writes it, such as ``"action"``.
    """
    return UsageError(
        f"[A231] {what} is not a function.", f"Given: {name}(...).", f"Write {name}.run(event)."
    )


def misfit(
    function: Callable[..., Any],
    args: tuple[Any, ...],
    keywords: Mapping[str, Any],
    right: str,
    note: str = "",
) -> UsageError:
    """Return the error for a call that does not fit a function.

    Args:
        function: the function.
        args: what it was passed without names, `self` among it if it is a method.
        keywords: what it was passed by name.
        right: a right call.
        note: what else to say where the call shows no more than that.
    """
    name = _NAME.match(right)[0]  # type: ignore[index]
    parameters = list(inspect.signature(function).parameters.values())
    if parameters and parameters[0].name in {"self", "cls"}:
        parameters, args = parameters[1:], args[1:]
    unnamed = [each.name for each in parameters if each.kind <= each.POSITIONAL_OR_KEYWORD]
    named = [each.name for each in parameters if each.kind is each.KEYWORD_ONLY]
    takes_any = any(each.kind is each.VAR_POSITIONAL for each in parameters)
    unknown = [each for each in keywords if each not in {*unnamed, *named}]
    write = " ".join(filter(None, (f"Write {right}.", note)))
    has_secrets = any(each.startswith("secret") for each in (*unnamed, *named))
    if unknown:
        what, known = f"it has no {unknown[0]!r}", [*unnamed, *named]
        near = difflib.get_close_matches(unknown[0].lower(), known, n=1)
        if near:
            write = f"Did you mean {near[0]}={shown(keywords[unknown[0]], has_secrets)}?"
        elif known and not note:
            write = f"It takes {', '.join(known)}. {write}"
    elif len(args) > len(unnamed) and not takes_any:
        most = len(unnamed)
        count = _COUNTS[most] if most < len(_COUNTS) else most
        what = f"it takes {count} without a name, and got {len(args)}"
        if named and not note:
            write += f" It takes others by name: {', '.join(f'{each}=' for each in named)}."
    else:
        twice = [each for each in unnamed[: len(args)] if each in keywords]
        needed = [each.name for each in parameters if each.default is each.empty]
        missing = [each for each in needed if each not in {*unnamed[: len(args)], *keywords}]
        what = f"it got {twice[0]!r} twice" if twice else f"{missing[0]!r} is missing"
    given = [shown(each, has_secrets and at > 0) for at, each in enumerate(args)]
    given += [f"{each}={shown(value, has_secrets)}" for each, value in keywords.items()]
    return UsageError(
        f"[A229] {name}() does not take these arguments: {what}.",
        f"Given: {name}({', '.join(given)}).",
        write,
    )


def shown(value: object, may_be_secret: bool) -> str:
    """Return what was given, or what stands for it where that is long or may be a secret."""
    if isinstance(value, str) and (may_be_secret or len(value) > _LONGEST_TEXT):
        return "'...'"
    if value is None or isinstance(value, str | int | float):
        return repr(value)
    if isinstance(value, Mapping):
        return "{...}"
    return "[...]" if isinstance(value, Iterable) else "..."
