"""Warns at the line of an Action, or of the test, of what was probably not meant."""

from __future__ import annotations

import sys
import warnings
from pathlib import Path
from types import CodeType, FrameType
from typing import Any, Final

from pytest_auth0_actions.auth0.context import Advice
from pytest_auth0_actions.errors import IgnoredResultWarning, hides_our_frames

__tracebackhide__ = hides_our_frames

_OURS: Final = str(Path(__file__).parent.parent)

# As the registry that Python keeps in each of its modules.
_told_of_actions: dict[Any, Any] = {}


def diagnose_unread(path: str, code: str) -> Advice:
    """Return what to say about a call that was refused, when the Action never looked.

    >>> category, text = diagnose_unread("cache.set", "CacheKeySizeExceeded")
    >>> text.partition("refused")[2]
    " with 'CacheKeySizeExceeded', and the Action ignored it. Check what it returns."
    """
    text = (
        f"[A738] api.{path}() was refused with {code!r}, and the Action ignored it. Check what it "
        "returns."
    )
    return IgnoredResultWarning, text


def warn_at(advice: Advice, file: str, line: int) -> None:
    """Warn of a line in an Action."""
    category, text = advice
    warnings.warn_explicit(text, category, file, line, registry=_told_of_actions)


def _caller() -> FrameType:
    frame = sys._getframe(1)
    while frame.f_back is not None and _is_no_tests(frame):
        frame = frame.f_back
    return frame


def _is_no_tests(frame: FrameType) -> bool:
    """Return whether a frame is ours, or on the way from a test to us."""
    is_ours = frame.f_code.co_filename.startswith(_OURS)
    return is_ours or frame.f_globals.get("__name__", "").startswith(("respx.", "contextlib"))


def code_of_caller() -> CodeType:
    """Return the function, outside of this package, that called us."""
    return _caller().f_code


def place_of_caller() -> tuple[str, int]:
    """Return the file and the line, outside of this package, that called us."""
    frame = _caller()
    return frame.f_code.co_filename, frame.f_lineno


def warn_caller(advice: Advice) -> None:
    """Warn of the line, outside of this package, that called us."""
    category, text = advice
    frame = _caller()
    registry: dict[Any, Any] = frame.f_globals.setdefault("__warningregistry__", {})
    warnings.warn_explicit(
        text, category, frame.f_code.co_filename, frame.f_lineno, registry=registry
    )
