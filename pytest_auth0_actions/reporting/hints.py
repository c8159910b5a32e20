"""Says why a test read an attribute of None, of a dict, or of a method that it has not called.

Python's own words name neither, and nothing of ours is there to be asked: these are for the report.
"""

from __future__ import annotations

import linecache
import re
import types
from collections.abc import Iterator, Mapping
from typing import Any, Final

from pytest_auth0_actions.auth0.outcome import Outcome
from pytest_auth0_actions.values import Event, Execution, Value

_ASKED_BY: Final[Mapping[str, tuple[str, ...]]] = {
    "actor": ("authentication.setActor",),
    "challenge": ("authentication.challengeWith", "authentication.challengeWithAny"),
    "denied": ("access.deny", "access.rejectInvalidSubjectToken", "authentication.deny"),
    "enrollment": ("authentication.enrollWith", "authentication.enrollWithAny"),
    "multifactor": ("multifactor.enable",),
    "notification": ("notification.drop", "notification.retry"),
    "organization": ("authentication.setOrganization",),
    "prompt": ("prompt.render",),
    "redirect": ("redirect.sendUserTo",),
    "result_url": ("transaction.setResultUrl",),
    "user": ("authentication.setUserById", "authentication.setUserByConnection"),
}
"""Which methods of the api lead to a field of an outcome; a trigger may have only some."""


def hint_of(error: AttributeError, run: Execution[Any] | None, methods: set[str]) -> str | None:
    """Return what to say about an error of the test's own code; None for nothing.

    Args:
        error: why the test failed.
        run: the last run of the test; None if there was none.
        methods: what the api of its trigger has, such as ``"access.deny"``.
    """
    name, owner, traceback = error.name, error.obj, error.__traceback__
    if name is None or traceback is None:  # it was raised by hand
        return None
    if isinstance(owner, dict) and name in owner:
        what = "An event" if isinstance(owner, Event) else "A dict"
        return f"[A225] {what} has no {name!r}: it has items.\nGiven: .{name}.\nWrite [{name!r}]"
    if isinstance(owner, types.FunctionType):  # or a method, which asks its function
        return _of_function(owner, name, traceback)
    if owner is None and run is not None:
        return next(_of_none(name, traceback, run, methods), None)
    return None


def _of_function(
    function: types.FunctionType, name: str, traceback: types.TracebackType
) -> str | None:
    if not function.__module__.startswith("pytest_auth0_actions."):
        return None
    owner, _, method = function.__qualname__.rpartition(".")
    called = f"{owner.lower()}.{method}" if owner else method
    _, line = _failed(traceback)
    written = re.search(rf"(?<![\w.])((?:\w+\.)*{method})\s*\.\s*{re.escape(name)}\b", line)
    if written is not None:  # the test may have named it in another way
        called = written[1]
    returned = f"[{name!r}]" if method == "make_event" else f".{name}"  # a dict
    return (
        f"[A428] {called} is a function, and the test has not called it.\n"
        f"Given: {called}.{name}.\n"
        f"Call it: {called}(...){returned}"
    )


def _failed(traceback: types.TracebackType) -> tuple[types.FrameType, str]:
    """Return the frame that failed, and its line."""
    while traceback.tb_next is not None:
        traceback = traceback.tb_next
    frame = traceback.tb_frame
    return frame, linecache.getline(frame.f_code.co_filename, traceback.tb_lineno)


def _of_none(
    name: str, traceback: types.TracebackType, run: Execution[Any], methods: set[str]
) -> Iterator[str]:
    """Yield what to say about each field of an outcome that the failed line reads, and is None."""
    frame, line = _failed(traceback)
    chain = rf"(?P<owner>(?:\w+\s*\.\s*)*)(?P<field>\w+)\s*\.\s*{re.escape(name)}\b"
    for found in re.finditer(chain, line):
        values: list[Any] = [run, run.outcome]
        names, before = re.findall(r"\w+", found["owner"]), line[: found.start()].rstrip()
        if names and not before.endswith((".", ")", "]")):
            values = _values_of(names, {**frame.f_globals, **frame.f_locals})
        field, outcome = found["field"], values[-1]
        if isinstance(outcome, Outcome) and getattr(outcome, field, run) is None:
            runs = [each for each in values if isinstance(each, Execution)]
            if run.outcome in values:
                runs.append(run)
            yield _why_none(field, runs[0] if runs else None, methods)


def _values_of(names: list[str], variables: Mapping[str, Any]) -> list[Any]:
    """Return what a name stands for, and what each that follows it; this runs nothing."""
    values = [variables.get(names[0])]
    for name in names[1:]:
        values.append(getattr(values[-1], name, None) if isinstance(values[-1], Value) else None)
    return values


def _why_none(field: str, run: Execution[Any] | None, methods: set[str]) -> str:
    """Return why a field of an outcome is None.

    Args:
        field: the field.
        run: the run; None if it is not known which one it was.
        methods: what the api of its trigger has.
    """
    asked_by = [each for each in _ASKED_BY.get(field, ()) if each in methods]
    shown = " or ".join(f"api.{each}" for each in asked_by)
    why, given = "", "the outcome of an earlier run"
    if run is not None:
        calls = [each.path for each in run.calls if not each.is_of_package]
        given = f"a run of {run.action}. Its api calls: {', '.join(calls) or 'none'}"
        if {*asked_by} & {*calls}:
            why = f": the Action called {shown}, and it did not come to that"
        elif asked_by:
            why = f": the Action did not call {shown}"
    return (
        f"[A228] outcome.{field} is None{why}.\n"
        f"Given: {given}.\n"
        "Give the run the event that leads there, or correct the Action; that there is none, "
        f"`assert outcome.{field} is None` tests."
    )
