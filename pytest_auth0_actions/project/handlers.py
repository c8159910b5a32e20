"""Finds out from an Action's source which handlers it exports; nothing is run for it."""

from __future__ import annotations

import difflib
import re
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Final

from pytest_auth0_actions.auth0.triggers import HANDLERS, TRIGGERS, UNSUPPORTED, Trigger, trigger_of
from pytest_auth0_actions.errors import ActionLoadError, hides_our_frames
from pytest_auth0_actions.project.action_file import ActionFile
from pytest_auth0_actions.project.forerunners import forerunner_error

__tracebackhide__ = hides_our_frames

# Comments and text, which are skipped; a regular expression that looks like one of them is rare,
# and costs no more than that a handler is not found.
_SKIPPED: Final = re.compile(
    r"//[^\n]*|/\*.*?\*/"
    r"|(?P<text>'(?:\\.|[^'\\\n])*'|\"(?:\\.|[^\"\\\n])*\"|`(?:\\.|[^`\\])*`)",
    re.DOTALL,
)
_EXPORTED: Final = re.compile(
    r"\bexports\s*(?:\.\s*|\[\s*['\"`])(?P<assigned>on\w+)['\"`]?\s*\]?\s*="
    r"|\bexport\s+(?:default\s+)?(?:async\s+)?(?:function|const|let|var)\s+(?P<declared>on\w+)"
)
_WORD: Final = re.compile(r"\bon(?:[A-Z]|execute|continue)\w+")
_REQUIRED: Final = re.compile(
    r"(?:\b(?:require|import)\s*\(\s*|\b(?:from|import)\s*)['\"`](\.{1,2}/[^'\"`]+)['\"`]"
)
_ENDINGS: Final = (
    *("", ".js", ".cjs", ".mjs", ".json", ".ts", ".cts", ".mts"),
    *("/index.js", "/index.cjs", "/index.ts", "/index.cts", "/index.mts"),
)
_COMPILED: Final = re.compile(r"(?<=\.)([cm]?)js\Z")
_ALIKE: Final = 0.7  # of 1: how much so names are when one is a slip of the other
_DEEPEST: Final = 8  # of files that require one another


def trigger_of_action(file: ActionFile, named: str | None) -> Trigger | None:
    """Return the trigger of an Action: the named one, or the one whose handlers it exports.

    A misspelled handler counts as the nearest one, for a run to report it. None stands for an
    Action that exports no handler, as far as can be seen.

    Raises:
        ActionLoadError: it exports handlers of several triggers, or of one that can't be run; or it
            is a Rule or a Hook.
        UsageError: there is no trigger of that name.
    """
    if named is not None:
        trigger = trigger_of(named)
        _refuse_forerunner(file)
        return trigger
    handlers = exported_handlers(file.source, Path(file.path), HANDLERS) or _nearest(file)
    if not handlers:
        _refuse_forerunner(file)
        return None
    triggers = dict.fromkeys(HANDLERS[name] for name in handlers)
    if len(triggers) > 1:
        raise ActionLoadError(
            "[A325] The Action exports handlers of several triggers.",
            f"Given: {file.shown}, which exports {', '.join(handlers)}.",
            "Name its trigger in the tenant, as one of its supported_triggers."
            if file.is_tenants
            else f"Say which is meant: load_action(..., trigger={next(iter(triggers))!r}).",
        )
    [trigger_id] = triggers
    if trigger_id in UNSUPPORTED:
        raise ActionLoadError(
            f"[A326] The Action is for {trigger_id}, which can't be run.",
            f"Given: {file.shown}, which exports {', '.join(handlers)}.",
            UNSUPPORTED[trigger_id],
        )
    return TRIGGERS[trigger_id]


def exported_handlers(source: str, path: Path, known: Iterable[str]) -> tuple[str, ...]:
    """Return the handlers, of those that are *known*, that a file seems to export, in order.

    An assignment to an export counts first; where there is none, any mention that is no comment,
    as in `module.exports = { onExecutePostLogin }`; and then the files that it requires.

    >>> source = "exports.onExecutePostLogin = async () => {}; // or onContinuePostLogin"
    >>> exported_handlers(source, Path("code.js"), ["onContinuePostLogin", "onExecutePostLogin"])
    ('onExecutePostLogin',)
    """
    handlers = frozenset(known)
    for code in codes_of(source, path):
        for found in (_assigned(code), _WORD.findall(code)):
            named = tuple(dict.fromkeys(name for name in found if name in handlers))
            if named:
                return named
    return ()


def _refuse_forerunner(file: ActionFile) -> None:
    """Refuse a Rule or a Hook that exports no handler besides."""
    error = forerunner_error(file, file.source)
    if error is not None and not exported_handlers(file.source, Path(file.path), HANDLERS):
        error = forerunner_error(file, without_comments(file.source))
        if error is not None:
            raise error


def _nearest(file: ActionFile) -> tuple[str, ...]:
    """Return the handler whose name is most like one that the Action seems to export."""
    known = {name.lower(): name for name in HANDLERS if HANDLERS[name] in TRIGGERS}
    for code in codes_of(file.source, Path(file.path)):
        for name in _assigned(code) or _WORD.findall(code):
            near = difflib.get_close_matches(name.lower(), known, n=1, cutoff=_ALIKE)
            if near:
                return (known[near[0]],)
    return ()


def _assigned(code: str) -> list[str]:
    return [found["assigned"] or found["declared"] for found in _EXPORTED.finditer(code)]


def without_comments(source: str) -> str:
    """Return JavaScript with a space for each comment."""
    return _SKIPPED.sub(lambda found: found["text"] or " ", source)


def codes_of(source: str, path: Path, deepest: int = _DEEPEST) -> Iterator[str]:
    """Yield a file without its comments, and then those that it requires."""
    code = without_comments(source)
    yield code
    if deepest == 0:
        return
    for request in _REQUIRED.findall(code):
        file = required_file(path.parent, request)
        if file is not None:
            try:
                required = file.read_text(encoding="utf-8")
            except (OSError, UnicodeDecodeError):
                continue  # which a run will say
            yield from codes_of(required, file, deepest - 1)


def required_file(folder: Path, request: str) -> Path | None:
    """Return the file that a relative path leads to in code of *folder*; None if it is not there.

    In TypeScript it may have the ending that it will be compiled to.
    """
    names = [f"{request}{ending}" for ending in _ENDINGS]
    names.append(_COMPILED.sub(r"\1ts", request))
    return next(filter(Path.is_file, (folder / name for name in names)), None)
