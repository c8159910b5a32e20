"""Finds out from an Action's source which Actions Modules it requires; nothing is run for it."""

from __future__ import annotations

import difflib
import re
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Final

from pytest_auth0_actions.errors import UsageError, hides_our_frames
from pytest_auth0_actions.project.action_file import ActionFile
from pytest_auth0_actions.project.handlers import codes_of
from pytest_auth0_actions.project.packages import is_of_node

__tracebackhide__ = hides_our_frames

_NAMED: Final = re.compile(r"(['\"`])actions:([^'\"`$]+)\1")
# A name that is put together when the Action runs: `actions:${name}`, 'actions:' + name,
# require(name).
_COMPUTED: Final = re.compile(r"['\"`]actions:(?:['\"]|[^'\"`]*\$\{)|\brequire\s*\(\s*[^'\"`\s)]")


def check_module_names(file: ActionFile, modules: Mapping[str, ActionFile]) -> None:
    """See that an Action requires each of the modules that a test gives it, by name.

    An Action that computes what it requires may require any. A module that another one requires
    is taken as well: that this can't be done, the run says.

    Raises:
        UsageError: one is never required as `actions:NAME`.
    """
    if not modules:
        return
    files = (file, *modules.values())
    codes = [code for each in files for code in codes_of(each.source, Path(each.path))]
    if any(_COMPUTED.search(code) for code in codes):
        return
    required = list(dict.fromkeys(name for code in codes for _, name in _NAMED.findall(code)))
    for name in modules:
        if name not in required:
            raise UsageError(
                f"[A327] The Action never requires actions:{name}.",
                f"Given: modules with {name!r}, for {file.shown}, "
                f"which requires {_listed(required)}.",
                _advice(name, required, codes),
            )


def _listed(required: Iterable[str]) -> str:
    return ", ".join(f"actions:{name}" for name in required) or "no Actions Module"


def _advice(name: str, required: Iterable[str], codes: Iterable[str]) -> str:
    as_package = re.compile(rf"\brequire\s*\(\s*(['\"`]){re.escape(name)}\1\s*\)")
    if any(as_package.search(code) for code in codes):
        left_out = f"It requires {name} as it is: leave it out of modules"
        if name.startswith((".", "/")) or is_of_node(name):
            return f"{left_out}."
        return (
            f"{left_out}. A test can answer the requests of an npm package with http_mock, or "
            f"replace it with packages={{{name!r}: 'path/to/file.js'}}."
        )
    nearest = difflib.get_close_matches(name, required, n=1)
    if nearest:
        return f"Did you mean {nearest[0]!r}?"
    return f"Leave it out, or have the Action call require('actions:{name}')."
