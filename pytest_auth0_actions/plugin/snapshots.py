"""Keeps secrets, and what is not for them, out of snapshots in tests that use our fixtures.

syrupy writes our values as plain data, without secrets. inline-snapshot can't: what it writes has
to equal what the test has. So it is kept from writing a secret, and says how to.
"""

from __future__ import annotations

import dataclasses
import sys
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from typing import TYPE_CHECKING, Any, Final

from pytest_auth0_actions.errors import UsageError, hides_our_frames

if TYPE_CHECKING:
    from pytest_auth0_actions.world.masking import Mask

__tracebackhide__ = hides_our_frames

_SYRUPY: Final = "syrupy.extensions.amber.serializer"
_INLINE: Final = "inline_snapshot.plugin"
_ADVICE: Final = (
    "Write `assert auth0_snapshot(value) == snapshot()`, with the fixture auth0_snapshot."
)


@contextmanager
def plain_snapshots(mask: Mask) -> Iterator[None]:
    """Have the libraries for snapshots that are loaded write plain data.

    Args:
        mask: hides secrets.
    """
    with ExitStack() as stack:
        if _SYRUPY in sys.modules:
            stack.enter_context(_syrupy(sys.modules[_SYRUPY], mask))
        if _INLINE in sys.modules:
            stack.enter_context(_inline_snapshot(mask))
        yield


@contextmanager
def _syrupy(module: Any, mask: Mask) -> Iterator[None]:
    from pytest_auth0_actions.reporting.plain import plain
    from pytest_auth0_actions.values import Value

    serializer = module.AmberDataSerializer

    class Plain:
        """Serializes our values, and texts with a secret in them."""

        @classmethod
        def is_data_serializable(cls, data: Any) -> bool:
            is_secret = isinstance(data, str) and mask.from_action(data) != data
            return isinstance(data, Value) or is_secret

        @classmethod
        def serialize(cls, data: Any, **how: Any) -> str:
            made = plain(data, mask.from_action)
            write: Callable[..., str] = (
                serializer.serialize_string if isinstance(made, str) else serializer.serialize_dict
            )
            return write(data=made, **how)

    before = getattr(serializer, "serializer_plugins", None)
    serializer.serializer_plugins = [Plain, *(before or ())]
    try:
        yield
    finally:
        serializer.serializer_plugins = before


@contextmanager
def _inline_snapshot(mask: Mask) -> Iterator[None]:
    from inline_snapshot._global_state import state
    from inline_snapshot.plugin import customize

    from pytest_auth0_actions.values import Value

    class Guard:
        """Sees each value before it is written."""

        @customize(tryfirst=True)  # type: ignore[untyped-decorator]
        def guard(self, value: Any) -> None:
            text = value if isinstance(value, str) else ""
            if mask(text) != text:
                raise UsageError(
                    "[A119] inline-snapshot would write a secret into the test.",
                    f"Given: {mask.from_action(text)!r}.",
                    _ADVICE,
                )
            if isinstance(value, Value) and _is_partly_shown(value):
                raise UsageError(
                    "[A120] inline-snapshot can't write code that makes this value again.",
                    f"Given: {_named(value)}.",  # whose repr inline-snapshot has replaced
                    _ADVICE,
                )

    plugins = state().pm
    guard = Guard()
    plugins.register(guard)
    try:
        yield
    finally:
        plugins.unregister(guard)


def _is_partly_shown(value: Any) -> bool:
    """Return whether there is more to a value than what it shows, as to a run."""
    fields = dataclasses.fields(value)
    return any(not each.repr and each.default is dataclasses.MISSING for each in fields)


def _named(value: object) -> str:
    name = type(value).__name__
    return f"an {name}" if name[0] in "AEIOU" else f"a {name}"
