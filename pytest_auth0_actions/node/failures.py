"""Words a failed run: what happened, what was given, what to do."""

from __future__ import annotations

import re
import signal
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from pytest_auth0_actions.auth0.events.model import SLIP_RATIO, nearest
from pytest_auth0_actions.auth0.triggers import Trigger
from pytest_auth0_actions.errors import (
    ActionAbortedError,
    ActionCrashedError,
    ActionError,
    ActionLoadError,
    ApiThrow,
    Auth0ActionsError,
)
from pytest_auth0_actions.node.missing_field import advice_on_missing
from pytest_auth0_actions.node.no_handler import of_other_trigger
from pytest_auth0_actions.node.process import NodeGoneError
from pytest_auth0_actions.node.stacks import (
    indented,
    message_and_frames,
    named,
    source_of,
    users_frames,
)
from pytest_auth0_actions.node.unreadable import unreadable_required
from pytest_auth0_actions.project.action_file import ActionFile
from pytest_auth0_actions.project.forerunners import advice_on_names
from pytest_auth0_actions.project.packages import NO_PACKAGES, Packages
from pytest_auth0_actions.values import Execution
from pytest_auth0_actions.world.masking import Mask
from pytest_auth0_actions.world.slips import advice_on_unreadable

_FRAME = re.compile(r"\((/.+:\d+:\d+)\)$|^at (?:async )?(/.+:\d+:\d+)$")
_SYNTAX_ERROR_AT = re.compile(r"(/.+:\d+)()$")
_MISSING_MODULE = re.compile(r"Cannot find module '([^']+)'")
_HANDLER_EXPORT = re.compile(r"\bexports\.(on\w+)\s*=")
_MODULE = "actions:"
# What compilers make of async functions where the target has none.
_SHOWN_CALLS = 5
_SHOWN_LOG_LINES = 10
_SHOWN_SECRETS = 3
# What V8 says of a mistake in the code, which no test means.
_MISTAKE = re.compile(
    r" is not (?:a function|defined|iterable|a constructor|an object)|"
    r"Cannot (?:read|set|destructure|access|convert) |Assignment to constant"
)


def _look_there(threw: Mapping[str, Any]) -> str:
    """Return what to do about an error, other than to give what was not there."""
    if threw["name"] in {"ReferenceError", "TypeError"} and _MISTAKE.search(threw["message"]):
        return "Look there."
    return (
        "Look there; if the test means it to throw, wrap the run in `with "
        "pytest.raises(ActionError):`, and add `from pytest_auth0_actions import ActionError`."
    )


@dataclass(frozen=True)
class FailedRun:
    """A run that ended badly; each method returns the error that says how.

    Attributes:
        trigger: whose Action it was.
        handler: which of its handlers ran.
        file: the Action.
        modules: what `require('actions:NAME')` gave, by name.
        execution: the run up to its end.
        event: what the handler was given.
        mask: hides secrets in what is printed.
        not_there: what there is to say of each member of the api, and secret, that was read and is
            not there.
        own_event: the mapping of its own that the test passed as the event; None for none.
        packages: what the test has given in the place of npm packages.
    """

    trigger: Trigger
    handler: str
    file: ActionFile
    modules: Mapping[str, ActionFile]
    execution: Execution[Any]
    event: Mapping[str, Any]
    mask: Mask
    not_there: Sequence[str] = ()
    own_event: Mapping[str, Any] | None = None
    packages: Packages = NO_PACKAGES

    def thrown(self, threw: Mapping[str, Any], stage: str) -> Auth0ActionsError:
        """Return the error for what the Action's *stage* threw."""
        stack = users_frames(threw["stack"])
        place = self._place(stack)
        missing = _MISSING_MODULE.match(threw["message"])
        request = missing[1] if missing and threw["code"] == "MODULE_NOT_FOUND" else None
        if request and stage == "top level":
            return self._missing(request, place)
        unreadable = unreadable_required(threw, self.file)
        if unreadable is not None:
            return unreadable
        where = " while it was loaded" if stage == "top level" else ""
        return ActionError(
            f"[A403] The Action threw {self.mask.from_action(named(threw))}",
            f"Given: {self.mask(place)}{where}.{self.details(stack, threw['causes'])}",
            self._how_to_get(request)
            if request
            else f"{self._lacking(threw, stack)}{_look_there(threw)}",
            self.execution,
            name=threw["name"],
            message=threw["message"],
            code=threw["code"],
            stack=stack,
        )

    def _lacking(self, threw: Mapping[str, Any], stack: str) -> str:
        """Return what to do about what the Action was not given, which may be why it threw."""
        field = (
            self._lacking_field(threw, stack)
            or self._of_last_call(threw["message"])
            or advice_on_unreadable(threw["message"])
            or self.packages.advice_on_missing(threw["message"])
            or self._of_rules(threw["message"], stack)
        )
        advice = self.not_there[:_SHOWN_SECRETS] if field is None else [field]
        return "".join(f"{self.mask.from_action(each)}\n" for each in advice)

    def _of_rules(self, message: str, stack: str) -> str | None:
        """Return what to do about a name of a Rule's, in whose place post-login is."""
        if self.trigger.id != "post-login":
            return None
        frames = message_and_frames(stack)[1].strip().splitlines()
        return advice_on_names(message, in_handler=bool(frames) and self.handler in frames[0])

    def _of_last_call(self, message: str) -> str | None:
        """Return what to do about what the last call of the api threw, if that is what it threw."""
        result = self.execution.calls[-1].result if self.execution.calls else None
        if isinstance(result, ApiThrow) and str(result) == message:
            return result.advice or None
        return None

    def _lacking_field(self, threw: Mapping[str, Any], stack: str) -> str | None:
        """Return what to do about a field that the event lacks, if that is why it threw."""
        frame = next((line for line in stack.splitlines() if line.lstrip().startswith("at ")), "")
        place = _FRAME.search(frame.strip())
        if threw["name"] != "TypeError" or place is None:
            return None
        path, line, column = (place[1] or place[2]).rsplit(":", 2)
        source = self.file.source if path == self.file.path else source_of(path)
        return advice_on_missing(
            threw["message"],
            source,
            int(line),
            int(column),
            self.handler,
            self.event,
            self.trigger.event,
            is_tenants=self.file.is_tenants,
            own=self.own_event,
            call="action.run" if self.handler == self.trigger.handlers[0] else "action.resume",
        )

    def aborted(self, text: str) -> ActionAbortedError:
        """Return the error for calls that Auth0 does not take together."""
        asked = ", ".join(
            call.path
            for call in self.execution.calls
            if call.path in {"prompt.render", "redirect.sendUserTo"} and not call.is_of_package
        )
        return ActionAbortedError(
            f"[A404] Auth0 ended the run when the handler had returned: {text}",
            f"Given: {self.file.shown}, which called {asked}.",
            "Ask for one of them in this Action, and for the other in the next Action.",
            self.execution,
        )

    def crashed(
        self, gone: NodeGoneError, last_words: Mapping[str, Any] | None, heap_mb: int
    ) -> ActionCrashedError:
        """Return the error for a process that ended, perhaps after it said why."""
        stack, causes = gone.output, []
        if last_words is not None and "uncaught" in last_words:
            error = last_words["uncaught"]
            stack, causes = users_frames(error["stack"]), error["causes"]
            left = ", left over from an earlier run," if last_words["late"] else ""
            happened = (
                f"[A405] An error that nothing handled{left} ended the Action's process: "
                + self.mask.from_action(named(error))
            )
            advice = "Await each promise that the handler starts, and catch inside of callbacks."
        elif last_words is not None:
            stack = users_frames(last_words["stack"].split("\n", 1)[1])
            last_word = self.mask.from_action(last_words["exit"])
            happened = f"[A406] The Action ended its process with {last_word}."
            advice = "Return from the handler, or throw; at Auth0 the process is not yours to end."
        elif gone.out_of_memory:
            stack = ""
            happened = f"[A407] The Action ran out of memory: its heap may take {heap_mb} MB."
            advice = "Look for what grows without end, or set ini auth0_heap_mb to more."
        elif gone.returncode < 0:
            name = signal.Signals(-gone.returncode).name
            happened = f"[A408] The Action's process was killed by {name}."
            advice = (
                "Let the Action run to its end before you detach the debugger: Node.js sometimes "
                "crashes when a debugger detaches while code runs."
                if gone.is_debugged
                else "Look for endless memory, native crashes, and who else kills processes here."
            )
        else:
            happened = f"[A409] The Action's process ended with exit code {gone.returncode}."
            advice = (
                "What it wrote at the end is above."
                if gone.output
                else "It wrote nothing; look for process.removeAllListeners(), and for what else "
                "belongs to Node.js and was taken away."
            )
        return ActionCrashedError(
            happened,
            self.mask(f"Given: {self._place(stack)}. {self.so_far()}")
            + self.details(stack, causes),
            advice,
            self.execution,
        )

    def _missing(self, request: str, place: str) -> ActionLoadError:
        if request.startswith(_MODULE):
            given = ", ".join(map(repr, self.modules)) or "none"
            owner = "tenant does not have" if self.file.is_tenants else "test did not give"
            return ActionLoadError(
                f"[A303] The Action requires a module that the {owner}: {request}.",
                f"Given: {place}, with modules: {given}.",
                self._how_to_get(request),
            )
        # To install a package would not help an Action of a trigger that can't be run.
        exported = _HANDLER_EXPORT.findall(self.file.source)
        other = of_other_trigger(self.file, self.trigger, exported)
        what = "file" if _is_path(request) else "package"
        return other or ActionLoadError(
            f"[A304] The Action requires a {what} that is not there: {request}.",
            f"Given: {place}.",
            self._how_to_get(request),
        )

    def _how_to_get(self, request: str) -> str:
        """Return what to do about a `require(request)` that found nothing."""
        if request.startswith(_MODULE):
            if self.file.is_tenants:
                return "Declare the module in the Action of the tenant, or correct the name."
            name = request.removeprefix(_MODULE)
            return f"Pass load_action(..., modules={{{name!r}: 'path/to/{name}.js'}})."
        if _is_path(request):
            return "Check the path; it is taken from the requiring file's folder."
        package = "/".join(request.split("/")[: 2 if request.startswith("@") else 1])
        name, _, version = package[1:].partition("@")
        if version:
            return f"Write require('{package[0]}{name}'); which version it is, package.json says."
        install = f"run `npm install {package}` in the Action's folder or in one above it."
        if self.file.is_tenants:
            install = (
                f"declare {package} in the tenant, if it is not there, and install it with `pytest "
                "--auth0-npm-install`."
            )
        meant = self._meant(package)
        if meant is not None:
            return f"Did you mean require({meant!r})? If not, {install}"
        return f"{install[0].upper()}{install[1:]}"

    def _meant(self, package: str) -> str | None:
        """Return what there is of almost that name: a module that was given, or a package."""
        if package in self.modules:
            return f"{_MODULE}{package}"
        folders = [each / "node_modules" for each in Path(self.file.path).parents]
        there = {
            f"{each.parent.name}/{each.name}" if each.parent.name[:1] == "@" else each.name
            for folder in folders
            for each in (*folder.glob("[!@.]*"), *folder.glob("@*/*"))
        }
        return nearest(package, sorted(there), SLIP_RATIO)

    def _place(self, stack: str) -> str:
        """Return where the topmost frame of a user's file is, or else which file it was."""
        for line in stack.splitlines():
            frame = _FRAME.search(line.strip()) or _SYNTAX_ERROR_AT.match(line)
            if frame and "/node_modules/" not in line:
                return self.file.shown_place(frame[1] or frame[2])
        return self.file.shown

    def so_far(self) -> str:
        """Return which calls the Action has made."""
        calls = [call for call in self.execution.calls if not call.is_of_package]
        last = ", ".join(call.path for call in calls[-_SHOWN_CALLS:]) or "none"
        more = len(calls) - _SHOWN_CALLS
        return f"Its api calls until then: {f'{more} more, ' if more > 0 else ''}{last}."

    def details(self, stack: str = "", causes: Iterable[str] = ()) -> str:
        """Return what helps to understand the failure, indented and without secrets."""
        message, frames = message_and_frames(stack)
        hide = self.mask.from_action
        lines = [*hide(message).splitlines(), *self.mask(frames).splitlines()]
        lines += [f"caused by {hide(cause)}" for cause in causes]
        logged = hide(self.execution.logs).splitlines()
        if logged:
            cut = ["..."] if len(logged) > _SHOWN_LOG_LINES else []
            lines += ["it logged:", *(f"  {line}" for line in [*cut, *logged[-_SHOWN_LOG_LINES:]])]
        return indented(lines)


def _is_path(request: str) -> bool:
    return request.startswith((".", "/"))
