"""Turns TypeScript into JavaScript, in a Node.js of its own that lasts as long as the session."""

from __future__ import annotations

import contextlib
import json
import os
import re
import subprocess
import threading
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from pytest_auth0_actions.errors import ActionLoadError, NodeNotFoundError, hides_our_frames
from pytest_auth0_actions.node.find import Node
from pytest_auth0_actions.node.process import HARNESS, environment
from pytest_auth0_actions.node.stacks import indented
from pytest_auth0_actions.node.unreadable import syntax_error
from pytest_auth0_actions.project.action_file import TYPESCRIPT, ActionFile
from pytest_auth0_actions.project.handlers import without_comments

__tracebackhide__ = hides_our_frames

_SCRIPT: Final = HARNESS.with_name("typescript.js")
_TIMEOUT_S: Final = 60.0
_LOW_TARGET: Final = re.compile(r'"target"\s*:\s*"(?:es3|es5|es6|es2015|es2016)"', re.IGNORECASE)
_INSTALL: Final = "`npm install --save-dev {}` in the Action's folder or in one above it"
_COMPILER: Final = f"Run {_INSTALL.format('esbuild')}"
_USABLE: Final = {"typescript": "typescript@6"}  # of later ones nothing can be called
# What Node.js calls it, and how people do.
_NO_TYPES: Final = {
    "enum": "an enum",
    "namespace": "a namespace",
    "module": "a namespace",
    "parameter property": "a parameter property",
    "import equals": "`import name = require(...)`",
    "export assignment": "`export =`",
    "angle-bracket": "a type in angle brackets",
}


@dataclass(frozen=True)
class Compiled:
    """JavaScript that was made of a file of TypeScript.

    Attributes:
        code: the JavaScript; with a source map in it, unless it has the lines of the file.
        head_units: how many characters stand before the first line, in units of UTF-16.
        is_in_place: whether it has the lines and columns of the file.
    """

    code: str
    head_units: int
    is_in_place: bool


class TypeScript:
    """What the session has made of files of TypeScript; each is compiled once.

    Args:
        find: looks for Node.js.

    Attributes:
        problems: what was wrong with files that Actions have required, by what these threw.
    """

    def __init__(self, find: Callable[[], Node]) -> None:
        self.problems: dict[str, ActionLoadError] = {}
        self._find = find
        self._known: dict[tuple[str, str], Compiled | ActionLoadError] = {}
        self._by_hash: dict[tuple[str, str | None], Compiled] = {}
        self._last: dict[str, Compiled] = {}  # by path
        self._process: subprocess.Popen[bytes] | None = None
        self._answers: Any = None
        self._pid = os.getpid()

    def code_of(self, file: ActionFile) -> Mapping[str, Any]:
        """Return what there is to compile of a file, as Node.js takes it.

        Raises:
            ActionLoadError: it is TypeScript that can't be turned into JavaScript.
            NodeNotFoundError: there is no Node.js.
        """
        if not file.path.endswith(TYPESCRIPT):
            return file.code
        made = self._made(file.path, file.source, file.shown)
        return {**file.code, "source": made.code, "head": made.head_units}

    def required(self, path: str) -> Mapping[str, Any]:
        """Return what there is to compile of a file that an Action requires.

        Raises:
            ActionLoadError: it can't be read, or can't be turned into JavaScript.
            NodeNotFoundError: there is no Node.js.
        """
        from pytest_auth0_actions.project.javascript.code import read_code

        try:
            source = read_code(Path(path))
        except (OSError, UnicodeDecodeError) as error:
            raise ActionLoadError(
                "[A340] The Action requires a file that can't be read.",
                f"Given: {path}: {error}.",
                "Save it as UTF-8, and let it be read.",
            ) from None
        made = self._made(path, source, path)
        return {"source": made.code, "head": made.head_units}

    def remember(self, path: str, error: ActionLoadError) -> str:
        """Return the message of what an Action throws that requires a file with an error."""
        message = f"{path}: {error.what_happened}"
        self.problems[message] = error
        return message

    def run_as(self, path: str, source_hash: str | None) -> Compiled | None:
        """Return what was made of a file, by the hash of that; None if nothing was."""
        return self._by_hash.get((path, source_hash))

    def last(self, path: str) -> Compiled | None:
        """Return what was last made of a file; None if nothing was."""
        return self._last.get(path)

    def close(self) -> None:
        """End the process, if there is one."""
        process, self._process = self._process, None
        if process is not None and os.getpid() == self._pid:
            assert process.stdin is not None
            process.stdin.close()  # which tells it to leave
            process.wait()
            self._answers.close()

    def _made(self, path: str, source: str, shown: str) -> Compiled:
        from pytest_auth0_actions.project.javascript.counted import hash_of

        known = self._known.get((path, source))
        if known is None:
            try:
                known = self._make(path, source, shown)
                self._by_hash[path, hash_of(known.code)] = known
            except ActionLoadError as error:
                known = error
            self._known[path, source] = known
        if isinstance(known, ActionLoadError):
            raise known.with_traceback(None)
        self._last[path] = known
        return known

    def _make(self, path: str, source: str, shown: str) -> Compiled:
        from pytest_auth0_actions.project.javascript.commonjs import to_commonjs

        stripped = self._ask("strip", path, source)
        converted = to_commonjs(stripped["code"]) if "code" in stripped else None
        has_low_target = _has_low_target(Path(path).parent)
        if converted is not None and not has_low_target:
            return _in_place(converted.head, converted.body)
        wrong = stripped.get("error")
        if wrong is not None and not stripped["needs_compiler"]:
            raise syntax_error(wrong["message"], _given(shown, wrong), source, wrong["line"])
        compiled = self._ask("compile", path, source)
        if "code" in compiled:
            return Compiled(compiled["code"], 0, is_in_place=False)
        if "error" in compiled:
            wrong = compiled["error"]
            raise syntax_error(wrong["message"], _given(shown, wrong), source, wrong["line"])
        if converted is not None:
            return _in_place(converted.head, converted.body)
        if "unable" in stripped:
            compiler, node = _compiler_for(compiled), self._find()
            advice = node.advice
            raise ActionLoadError(
                "[A337] Nothing is there that turns TypeScript into JavaScript.",
                f"Given: {shown}, and Node.js {stripped['unable']} from {node.origin}, which "
                "can't; 22.13 and newer can.",
                f"{compiler}, or use another Node.js: {advice[0].lower()}{advice[1:]}",
            )
        what = wrong or _not_understood(stripped["code"])
        raise _needs_compiler(shown, what, _compiler_for(compiled))

    def _ask(self, deed: str, path: str, source: str) -> dict[str, Any]:
        """Have something done, and return the answer.

        Raises:
            ActionLoadError: a compiler is broken.
            NodeNotFoundError: there is no Node.js, or it does not answer.
        """
        if os.getpid() != self._pid:  # a fork can't use its parent's
            self._process, self._pid = None, os.getpid()
        if self._process is None:
            self._start()
        process = self._process
        assert process is not None
        assert process.stdin is not None
        line = json.dumps({"deed": deed, "file": path, "source": source}).encode() + b"\n"
        timer = threading.Timer(_TIMEOUT_S, process.kill)  # counts real time, even if it is frozen
        timer.start()
        answer = b""
        try:
            with contextlib.suppress(BrokenPipeError):
                process.stdin.write(line)
                process.stdin.flush()
                answer = self._answers.readline()
        finally:
            timer.cancel()
        if not answer:
            process.kill()
            with_code = process.wait()
            self._process = None
            with contextlib.suppress(BrokenPipeError):
                process.stdin.close()
            self._answers.close()
            raise NodeNotFoundError(
                "[A338] Node.js ended while it turned TypeScript into JavaScript.",
                f"Given: {path}; exit code {with_code}.",
                "Run again; if it happens each time, try another Node.js with --auth0-node.",
            )
        done: dict[str, Any] = json.loads(answer)
        if "broken" in done:
            name = done["compiler"]
            raise ActionLoadError(
                "[A339] The compiler of TypeScript that is found from the Action's folder does not "
                "work.",
                f"Given: {path}" + indented(done["broken"].splitlines()[:8]),
                "If its settings in tsconfig.json are why, correct them. If not, "
                f"delete node_modules/{name}, and run {_INSTALL.format(_USABLE.get(name, name))}.",
            )
        return done

    def _start(self) -> None:
        answers_out: int
        answers_in, answers_out = os.pipe()
        try:
            self._process = subprocess.Popen(
                [self._find().path, str(_SCRIPT), str(answers_out)],
                stdin=subprocess.PIPE,
                stdout=subprocess.DEVNULL,
                stderr=subprocess.DEVNULL,
                pass_fds=[answers_out],
                env=environment(),
            )
        finally:
            os.close(answers_out)
        self._answers = os.fdopen(answers_in, "rb")


def _in_place(head: str, body: str) -> Compiled:
    return Compiled(head + body, len(head.encode("utf-16-le")) // 2, is_in_place=True)


def _has_low_target(folder: Path) -> bool:
    """Return whether the nearest tsconfig.json has files compiled for what knows no async."""
    for place in (folder, *folder.parents):
        config = place / "tsconfig.json"
        if config.is_file():
            text = without_comments(config.read_text(encoding="utf-8", errors="replace"))
            return bool(_LOW_TARGET.search(text))
    return False


def _not_understood(code: str) -> dict[str, Any]:
    """Return what stripped code has that can't be run as it is."""
    from pytest_auth0_actions.project.javascript.commonjs import decorator_in

    at = decorator_in(code)
    message = "an import or export that is not understood" if at is None else "a decorator"
    start = code.rfind("\n", 0, at or 0) + 1
    shown = [code[start:].split("\n")[0], " " * ((at or 0) - start) + "^"]
    line = code.count("\n", 0, start) + 1
    return {"message": message, "line": line, "shown": [] if at is None else shown}


def _given(shown: str, wrong: Mapping[str, Any]) -> str:
    return f"Given: {shown}:{wrong['line']}" + indented(wrong["shown"])


def _compiler_for(compiled: Mapping[str, Any]) -> str:
    """Return how to have a compiler, where what is there is none."""
    version = compiled.get("not_callable")
    if version is None:
        return _COMPILER
    return f"TypeScript {version} is there, and can't compile a single file. {_COMPILER}"


def _needs_compiler(shown: str, wrong: Mapping[str, Any], compiler: str) -> ActionLoadError:
    message = wrong["message"]
    what = next((name for word, name in _NO_TYPES.items() if word in message), message.rstrip("."))
    return ActionLoadError(
        f"[A336] The Action has {what}, which has to be compiled, and there is no compiler.",
        _given(shown, wrong),
        f"{compiler}, or write it without.",
    )
