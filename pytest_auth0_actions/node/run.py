"""One run under way: answers what Node.js asks, and writes down what happens."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from functools import cached_property
from itertools import chain
from typing import Any, Final

from pytest_auth0_actions.auth0.context import Advice
from pytest_auth0_actions.auth0.namespace import Api, Namespace, call_member, reads_of
from pytest_auth0_actions.bodies import HttpHeaders
from pytest_auth0_actions.errors import (
    ActionLoadError,
    ApiThrow,
    PendingWorkWarning,
    UsageError,
    hides_our_frames,
)
from pytest_auth0_actions.node.notices import Notice, Place, place_in, stray_value
from pytest_auth0_actions.node.originals import Originals
from pytest_auth0_actions.node.package_calls import PackageCalls
from pytest_auth0_actions.node.process import NodeProcess
from pytest_auth0_actions.node.protocol import decode_value, encode_answer, encode_line
from pytest_auth0_actions.node.runtime import LOG_BYTES, NodeRuntime
from pytest_auth0_actions.project.packages import NO_PACKAGES, Packages
from pytest_auth0_actions.values import ApiCall, HttpRequest
from pytest_auth0_actions.world.elapsed import real_monotonic_s
from pytest_auth0_actions.world.slips import Slip, slips_in_call, slips_in_headers, slips_in_url
from pytest_auth0_actions.world.testbed import Testbed, record_call

__tracebackhide__ = hides_our_frames


_PROMISED: Final = (
    "[A739] The Action passed a promise to api.{path}(), which takes a value: await it first."
)
_ENDS: Final = {"done", "threw", "stage", "raised_by", "no_handler", "exports"}
_TOO_LATE: Final = ApiThrow("The time limit has passed.")  # the Action would not be there to see it


class Run:
    """A run under way.

    Args:
        testbed: the test's.
        api: what the Action may call.
        runtime: whose process it runs in.
        time_limit_ms: how long it may take on the test's clock, in milliseconds.
        action: the name of its Action.
        event: its event, as JSON.
        packages: what the test has given in the place of npm packages.

    Attributes:
        started_at_ms: the test's clock at the start, in milliseconds since the epoch.
        calls: its calls so far, of the api and of packages.
        requests: its HTTP requests so far.
        logs: what it has written with `console`.
        advice: what there is to warn of: the number of a call, and what.
        notices: what was odd besides, and where.
        last_words: what the process said before it ended, if it did.
        reading: the call whose arguments are being read, if to read them runs code of the Action's.
        originals: finds the places that compiled files were made of.
        is_over: whether its time is over, so that nothing it does counts any more.
        waits_for: the request or call during which the test moved the clock past its time limit.
    """

    def __init__(
        self,
        testbed: Testbed,
        api: Api,
        runtime: NodeRuntime,
        time_limit_ms: int,
        action: str,
        event: bytes,
        packages: Packages = NO_PACKAGES,
    ) -> None:
        self.started_at_ms = testbed.now_ms()
        self.calls: list[ApiCall] = []
        self.requests: list[HttpRequest] = []
        self.logs: list[str] = []
        self.advice: list[tuple[int, Advice]] = []
        self.notices: list[Notice] = []
        self.last_words: dict[str, Any] | None = None
        self.reading: dict[str, Any] | None = None
        self._testbed = testbed
        self.api = api
        self._action = action
        self._event = event
        self._context = api.context
        self._runtime = runtime
        self._packages = PackageCalls(testbed, packages)
        self.originals = Originals(runtime.typescript.last)
        self.is_over = False
        self.waits_for: list[str] = []
        self._entries: list[dict[str, Any]] = []  # in the journal, of its requests
        self._ends_at_ms = self.started_at_ms + time_limit_ms
        self._place: Place = None  # of the call that is made

    def record(self, namespace: Namespace[Any], call: ApiCall, advice: Sequence[Advice]) -> None:
        """Write down a call that the Action has made."""
        self.advice += [(len(self.calls), each) for each in advice]
        self.calls.append(call)
        record_call(self._testbed.journal, namespace, call, by="action", place=self._place)

    def follow(self, process: NodeProcess) -> dict[str, Any]:
        """Serve the run until its last message, and return that.

        Raises:
            NodeGoneError: the process has ended.
            NodeSilentError: nothing came in time; it is killed.
            SpoiltError: the last test left in it what can't be dropped.
        """
        testbed = self._testbed
        deadline_s = real_monotonic_s() + self._runtime.watchdog_s
        while True:
            message = self.originals.message(self._runtime.receive(deadline_s))
            received_s = real_monotonic_s()
            if "call" in message:
                process.send(self._call(message))
            elif "calls" in message:
                process.send(self._call_package(message))
            elif "log" in message:
                self._take_log(message)
            elif "typescript" in message:
                process.send(encode_line(self._typescript(message["typescript"])))
            elif "loaded" in message:
                testbed.loaded.add(message["loaded"])
            elif "request" in message:
                process.send(self._answer(message, message.get("body", b"")))
            elif "certificate" in message:
                process.send(encode_line(testbed.network.certificate(message["certificate"])))
            elif "refused" in message:
                testbed.network.refuse(message["refused"], message["target"])
            elif "wait_until_ms" in message:
                process.send(encode_line(self._wait(message)))
            elif "reads_arguments_of" in message:
                self.reading = message
            elif "exit" in message or "uncaught" in message:
                self.last_words = message
                process.end_debugged()
            else:
                return self._end(message)
            deadline_s += real_monotonic_s() - received_s  # what the test's own code takes is free

    def _typescript(self, file: str) -> Mapping[str, Any]:
        """Return the JavaScript of a file that the Action requires, or what is wrong with it."""
        try:
            return self._runtime.typescript.required(file)
        except ActionLoadError as error:
            return {"problem": self._runtime.typescript.remember(file, error)}

    def all_notices(self, end: Mapping[str, Any]) -> list[Notice]:
        """Return what was odd, each thing once.

        Args:
            end: the last message of Node.js; empty if there was none.
        """
        last_words = self.last_words or {}
        told = [*(end.get("notices") or last_words.get("notices", ())), *self.notices]
        return list(
            dict.fromkeys(
                Notice(kind, what, place and (place[0], place[1])) for kind, what, place in told
            )
        )

    def _is_past_limit(self, during: str = "") -> bool:
        """Tell whether Auth0 would have ended the run by now.

        Args:
            during: what the test has just answered.
        """
        if not self.is_over and self._testbed.now_ms() > self._ends_at_ms:
            self.is_over = True
            self.waits_for += filter(None, [during])
        return self.is_over

    def _end(self, message: dict[str, Any]) -> dict[str, Any]:
        """Return a last message; that the run timed out, if it came to its end too late."""
        if "timed_out" in message or not self._is_past_limit():
            return message
        late = {name: each for name, each in message.items() if name not in _ENDS}
        return {**late, "timed_out": self.waits_for}

    def _take_log(self, message: Mapping[str, Any]) -> None:
        if self._is_past_limit():
            return
        testbed = self._testbed
        self._log(message["log"], is_error="is_error" in message)
        printed = testbed.mask.names_in(message["log"])
        of_event = testbed.mask.names_in(self._data) if printed else ()  # not secret
        for name in printed:
            if name not in of_event:
                self.notices.append(Notice("printed_secret", name, message.get("place")))
        testbed.journal.add("log", text=message["log"], place=place_in(message))
        if message["cut"]:
            self._log(f"\n... cut after {LOG_BYTES:,} bytes, as at Auth0\n")

    def _log(self, text: str, *, is_error: bool = False) -> None:
        self.logs.append(text)
        if self._testbed.show_log is not None:
            self._testbed.show_log(self._action, text, is_error)

    def forget_undelivered(self, end: Mapping[str, Any]) -> None:
        """Take the status off the requests whose answer never reached the Action.

        Args:
            end: the last message of Node.js; empty if there was none.
        """
        now_ms = self._testbed.now_ms()
        ends = end.get("undelivered", (self.last_words or {}).get("undelivered"))
        if ends is None:  # it was killed: what was to come later has not come
            late = [at for at, each in enumerate(self._entries) if each["end_ms"] > now_ms]
            ends = [(at, None) for at in late]
        recorded = [(number, over_ms) for number, over_ms in ends if number < len(self.requests)]
        for number, over_ms in recorded:  # without those that came when the time was over
            if self.requests[number].status is not None:
                self.requests[number] = replace(
                    self.requests[number],
                    status=None,
                    response_headers=HttpHeaders(),
                    response_content=b"",
                )
                details = self._entries[number]
                details["request"] = self.requests[number]
                end_ms = min(details["end_ms"], now_ms if over_ms is None else over_ms)
                details.update(status=None, end_ms=end_ms, error="given up before the answer")

    def _call(self, message: Mapping[str, Any]) -> bytes:
        """Make a call of the Action's, and return the answer to it."""
        testbed, path, number = self._testbed, message["call"], len(self.calls)
        self.reading = None
        if self._is_past_limit():
            return encode_answer(_TOO_LATE, testbed.now_ms())
        self._place = place_in(message)
        api = self.api
        if testbed.chaos is not None:
            testbed.chaos.before_call(api, path)
        advised = len(self.advice)
        call = call_member(api, path, tuple([decode_value(arg) for arg in message["args"]]))
        if not isinstance(call.result, ApiThrow):
            self._note_arguments(number, call)
        namespace: Namespace[Any] = getattr(api, path.partition(".")[0])
        reads = reads_of(namespace, path) if namespace.is_refusal(call.result) else ()
        is_watched = bool(reads) or len(self.advice) > advised
        try:
            return encode_answer(
                call.result,
                testbed.now_ms(),
                edits=self._context.take_edits(),
                watch=number if is_watched else None,
                reads=reads,
            )
        except (TypeError, ValueError):
            raise UsageError(
                f"[A422] api.{path}() returned something that can't be sent to an Action.",
                f"Given: {call.result!r}.",
                "Have what replaces it return text, numbers, booleans, None, lists or dicts.",
            ) from None

    def _note_arguments(self, number: int, call: ApiCall) -> None:
        """Note down what was passed to a call, and hardly meant."""
        if any(map(_holds_promise, call.args)):
            text = _PROMISED.format(path=call.path)
            self.advice.append((number, (PendingWorkWarning, text)))
        for slip in self._own_slips(slips_in_call(call.path, call.args)):
            what = f"{slip.what}: {slip.advice}"
            self.advice.append((number, stray_value(f"called api.{call.path}()", what)))

    def _call_package(self, message: Mapping[str, Any]) -> bytes:
        """Make a call of a function of the test's, and return the answer to it."""
        if self._is_past_limit():
            return encode_line({"now_ms": self._testbed.now_ms(), "silent": True})
        with self._context.during(self._context.own):  # what it calls is the test's own
            call, answer = self._packages.answer(message, len(self.calls))
        self.calls.append(call)
        if self._is_past_limit(f"{call.path}()"):
            answer = {"silent": True}
        return encode_line({"now_ms": self._testbed.now_ms(), **answer})

    def raised_by(self, number: int | None) -> Exception | None:
        """Return what a function of the test's raised in a call, if it did."""
        return None if number is None else self._packages.raised.get(number)

    def _answer(self, message: Mapping[str, Any], body: bytes) -> bytes:
        """Answer an HTTP request by the test's routes; what an earlier run left is not recorded."""
        testbed, request = self._testbed, message["request"]
        at_ms = testbed.now_ms()
        if self._is_past_limit():
            return encode_line({"silent": True, "now_ms": at_ms})
        with self._context.during(self._context.own):  # what a route calls is the test's own
            answer, content = testbed.network.answer(request, body)
        is_unset = answer.pop("unset", False)
        sent = HttpRequest(
            request["method"],
            request["url"],
            answer.get("status"),
            at_ms,
            _headers(request["headers"]),
            body,
            _headers(answer.get("headers", ())),
            content,
        )
        now_ms = testbed.now_ms()
        details = {
            "method": sent.method,
            "url": sent.url,
            "status": sent.status,
            "end_ms": now_ms + answer.get("delay_ms", 0),
            "error": _why(answer),
            "unset": is_unset,
            "request": sent,
            "place": place_in(message) if testbed.with_places else None,
        }
        if not message["left"]:
            self.requests.append(sent)
            self._note_slips(request, place_in(message))
            self._entries.append(details)
            testbed.journal.add_at(now_ms, "http", details)
        if self._is_past_limit(f"{sent.method} {sent.url}"):
            answer, content = {"silent": True}, b""
        return encode_line(answer | {"now_ms": now_ms}, content)

    def _note_slips(self, request: Mapping[str, Any], place: Place) -> None:
        slips = (*slips_in_url(request["url"]), *slips_in_headers(request["headers"]))
        for slip in self._own_slips(slips):
            self.notices.append(Notice("stray_value", f"{slip.what}: {slip.advice}", place))

    def _own_slips(self, slips: Iterable[Slip]) -> Iterator[Slip]:
        """Yield the slips that are the Action's own: a user may well be called Null."""
        return (
            each
            for each in slips
            if re.search(rf"(?<!\w){re.escape(each.text)}(?!\w)", self._data) is None
        )

    @cached_property
    def _data(self) -> str:
        """All text of the event as the run was given it, outside of its secrets."""
        return "\n".join(_texts_in(json.loads(self._event) | {"secrets": None}))

    def _wait(self, message: Mapping[str, Any]) -> dict[str, Any]:
        """Let the clock jump to where the Action's next timer is due, or to the time limit."""
        testbed, end_ms = self._testbed, self._ends_at_ms
        until_ms: int | None = message["wait_until_ms"]
        gives_up = until_ms is None or until_ms > end_ms
        target_ms = end_ms if until_ms is None else min(until_ms, end_ms)
        now_ms = testbed.journal.record_clock()
        testbed.clock.tick(milliseconds=max(0, target_ms - now_ms))
        at_ms = testbed.journal.record_wait(is_step=message["is_step"])
        self.is_over = self.is_over or gives_up
        return {"now_ms": at_ms, "give_up": gives_up}


def _holds_promise(value: object) -> bool:
    """Tell whether an argument is a promise of JavaScript's, or has one in it."""
    if getattr(value, "received", None) == "an instance of Promise":
        return True
    parts = value.values() if isinstance(value, dict) else value if isinstance(value, list) else ()
    return any(map(_holds_promise, parts))


def _texts_in(value: object) -> Iterator[str]:
    """Yield all text in a JSON value, with its names."""
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict | list):
        parts = chain(value, value.values()) if isinstance(value, dict) else value
        yield from chain.from_iterable(map(_texts_in, parts))


def _headers(flat: Sequence[str]) -> HttpHeaders:
    """Return headers that are told as names and values in turn."""
    return HttpHeaders(zip(flat[::2], flat[1::2], strict=True))


def _why(answer: Mapping[str, Any]) -> str | None:
    """Return in a few words why a request got no response, or no whole one; None if it did."""
    if "code" in answer:
        return str(answer["code"])
    if "hang_up" in answer:
        return "closed without an answer"
    if "silent" in answer:
        return "no answer"
    return "cut" if answer.get("cut") else None
