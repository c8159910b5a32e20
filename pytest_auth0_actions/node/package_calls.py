"""Answers what an Action calls of a package that the test has replaced: functions of the test's."""

from __future__ import annotations

import inspect
import json
from collections.abc import Callable, Mapping
from typing import Any, Final

from pytest_auth0_actions.auth0.explanation import Shown
from pytest_auth0_actions.errors import (
    Auth0ActionsError,
    UsageError,
    hides_our_frames,
    raised_by_test,
)
from pytest_auth0_actions.node.notices import place_in
from pytest_auth0_actions.node.protocol import decode_value, encode_json, plain
from pytest_auth0_actions.project.packages import Packages
from pytest_auth0_actions.values import UNDEFINED, ApiCall
from pytest_auth0_actions.world.testbed import Testbed

__tracebackhide__ = hides_our_frames

_OF_TEST: Final = (AssertionError, Auth0ActionsError)  # they fail the test, and not the Action


class PackageCalls:
    """The calls of the functions that a test has given in the place of packages, in one run.

    Args:
        testbed: the test's.
        packages: what the test has given.

    Attributes:
        raised: what functions have raised, by the number of the call that did.
    """

    def __init__(self, testbed: Testbed, packages: Packages) -> None:
        self.raised: dict[int, Exception] = {}
        self._testbed = testbed
        self._packages = packages

    def answer(self, message: Mapping[str, Any], number: int) -> tuple[ApiCall, dict[str, Any]]:
        """Make a call, and return it with what the Action is told.

        Args:
            message: what Node.js asks.
            number: what the call goes by.

        Raises:
            UsageError: the function can't take what the Action passes, or gives back what can't be
                sent to it.
            AssertionError: the function raised it: that is how a test fails. So do pytest.fail()
                and errors of ours.
        """
        path, function = self._packages.functions[message["calls"]]
        if "unjson" in message:
            raise UsageError(
                f"[A418] The Action passed {path}() something that JSON cannot represent.",
                f"Given: {message['unjson']}.",
                f"Have it pass text, numbers, booleans, lists or objects, {self._file_for(path)}",
            )
        args = _arguments(message)
        at_ms = self._testbed.now_ms()
        entry: dict[str, Any] = {
            "call": ApiCall(path, args, UNDEFINED, at_ms, is_of_package=True),
            "by": "action",
            "explanation": ("not answered",),
            "trace": None,
            "ok": False,
            "place": place_in(message),
        }
        self._testbed.journal.add_at(at_ms, "call", entry)  # before what the function does itself
        self._check_arguments(path, function, args)
        answer: dict[str, Any] = {}
        try:
            result: Any = function(*_arguments(message))  # which it may change
        except StopIteration:
            raise UsageError(
                f"[A419] The function for {path}() has no answer left: its side_effect is used up.",
                f"Given: {function!r}.",
                "Give side_effect one more, or one callable that answers each time.",
            ) from None
        except BaseException as error:
            raised_by_test(error)
            if isinstance(error, _OF_TEST) or not isinstance(error, Exception):
                raise
            result = self.raised[number] = error
            answer["thrown"] = {"number": number, **_as_error(error)}
            entry["explanation"] = (f"threw: {_in_words(error)}",)
        else:
            entry["explanation"] = ()
            if result is not UNDEFINED:
                result = answer["value"] = _sendable(path, result, self._file_for(path))
                entry["explanation"] = (Shown(result),)
            entry["ok"] = True
        call = entry["call"] = ApiCall(path, args, result, at_ms, is_of_package=True)
        return call, answer

    def _file_for(self, path: str) -> str:
        name = self._packages.package_of(path)
        return f"or have a JavaScript file stand for it: packages={{{name!r}: 'path/to/file.js'}}."

    def _check_arguments(
        self, path: str, function: Callable[..., Any], args: tuple[Any, ...]
    ) -> None:
        """See that a function takes what it is passed: else that would look like its own TypeError.

        Raises:
            UsageError: it does not.
        """
        try:
            signature = inspect.signature(function)
        except (TypeError, ValueError):  # of what is not written in Python
            return
        try:
            signature.bind(*args)
        except TypeError as error:
            shown = ", ".join(self._testbed.mask.from_action(repr(each)) for each in args)
            raise UsageError(
                f"[A420] The function for {path}() does not take what the Action passes: {error}.",
                f"Given: {path}({shown}), for a function of {signature}.",
                "Give it the parameters that the Action passes, or *args.",
            ) from None


def _arguments(message: Mapping[str, Any]) -> tuple[Any, ...]:
    """Return the arguments of a call, made anew."""
    return tuple([_argument(each) for each in message["args"]])


def _argument(encoded: Any) -> Any:
    """Return an argument: as JSON has it, or a `JSValue` for a function, which JSON leaves out."""
    if isinstance(encoded, str):
        return json.loads(encoded)
    value = decode_value(encoded)
    return None if value is UNDEFINED else value


def _sendable(path: str, result: Any, or_else: str) -> Any:
    """Return what a function gave back as JSON has it.

    Args:
        path: the function.
        result: what it gave back.
        or_else: what to do, if not to have it give back something else.

    Raises:
        UsageError: JSON can't represent it.
    """
    if inspect.iscoroutine(result):
        result.close()
    try:
        made = plain(result)
        encode_json(made)
    except (TypeError, ValueError):
        is_mock = callable(result) and type(result).__module__.endswith("mock")
        told = "A Mock returns a Mock unless it has a return_value. " if is_mock else ""
        raise UsageError(
            f"[A421] The function for {path}() returned something that can't be sent to an Action.",
            f"Given: {result!r}.",
            f"{told}Have it return text, numbers, booleans, None, lists or dicts, {or_else}",
        ) from None
    return made


def _as_error(error: Exception) -> dict[str, Any]:
    """Return what JavaScript makes an error of: the attributes of the exception are its fields."""
    fields = {}
    for name, value in vars(error).items():
        if name.startswith("_"):
            continue
        try:
            encode_json(plain(value))
        except (TypeError, ValueError):
            continue
        fields[name] = plain(value)
    is_pythons = type(error).__module__ == "builtins"
    name = "Error" if is_pythons else type(error).__name__
    return {"name": name, "message": str(error), "fields": fields}


def _in_words(error: Exception) -> str:
    return f"{type(error).__name__}: {error}" if str(error) else type(error).__name__
