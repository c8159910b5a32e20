"""Sees that an Action may require the packages that a test replaces; nothing is run for it.

Only what can't be is an error: whatever might name a package counts, also a comment.
"""

from __future__ import annotations

import difflib
import json
import re
from collections import deque
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any, Final

from pytest_auth0_actions.errors import UsageError, hides_our_frames
from pytest_auth0_actions.project.action_file import ActionFile
from pytest_auth0_actions.project.handlers import required_file, without_comments
from pytest_auth0_actions.project.packages import Packages, advice_on_module, is_of_node

__tracebackhide__ = hides_our_frames

_REQUIRED: Final = re.compile(
    r"\b(?:require|import)\s*\(\s*(['\"`])(?P<called>[^'\"`$]+)\1"
    r"|\b(?:from|import)\s*(['\"])(?P<imported>[^'\"]+)\3"
)
# What is required, or what requires, that is known only when the Action runs.
_UNKNOWN: Final = re.compile(
    r"\b(?:require|import)\s*\(\s*(?:[^'\"`\s)]|`[^`]*\$\{)|\brequire\b(?!\s*[(.])|createRequire"
    r"|['\"`]#"
)
_CODE: Final = frozenset({".js", ".cjs", ".mjs"})
_DEPENDENCIES: Final = ("dependencies", "optionalDependencies", "peerDependencies")


def check_package_names(
    file: ActionFile, modules: Mapping[str, ActionFile], packages: Packages
) -> None:
    """See that each package that a test replaces may be required: by the Action, or for it.

    Args:
        file: the Action.
        modules: its Actions Modules, by name.
        packages: what stands for packages.

    Raises:
        UsageError: one never is.
    """
    for name in packages.by_name:
        if not _is_named(name, file.source):
            stand_ins = {other: each.file for other, each in packages.by_name.items() if each.file}
            stand_ins.pop(name, None)  # it may require the real one
            roots = [file, *modules.values(), *stand_ins.values()]
            sources = _own_sources((Path(each.path), each.source) for each in roots)
            if sources is None or _may_be_required(name, sources, packages):
                continue
            required = _required_by(sources.values())
            raise UsageError(
                f"[A335] The Action never requires {name}.",
                f"Given: packages with {name!r}, for {file.shown}, "
                f"which requires {', '.join(required) or 'no package'}.",
                _advice(name, required, file.is_tenants),
            )


def _is_named(name: str, source: str) -> bool:
    return any(f"{quote}{name}{quote}" in source for quote in "'\"`")


def _own_sources(roots: Iterable[tuple[Path, str]]) -> dict[Path, str] | None:
    """Return the user's own files that lead from *roots* by name; None if they can't be known."""
    sources: dict[Path, str] = {}
    left = deque(roots)
    while left:
        path, source = left.popleft()
        if path in sources:
            continue
        sources[path] = source
        if path.suffix != ".json" and _UNKNOWN.search(source):
            return None
        for name in _names_in(source):
            if not name.startswith((".", "/")):
                continue
            found = required_file(path.parent, name)
            if found is None:
                return None
            try:
                left.append((found.resolve(), found.read_text(encoding="utf-8")))
            except (OSError, UnicodeDecodeError):
                return None
    return sources


def _names_in(code: str) -> Iterator[str]:
    for found in _REQUIRED.finditer(code):
        yield found["called"] or found["imported"]


def _may_be_required(name: str, sources: Mapping[Path, str], packages: Packages) -> bool:
    """Return whether a file of the user's own names a package, or npm packages may require it."""
    if any(_is_named(name, source) for source in sources.values()):
        return True
    asked = {
        (path.parent, required)
        for path, source in sources.items()
        for required in _names_in(source)
        if required not in packages.by_name and not required.startswith((".", "/"))
    }
    return _is_named_in_packages(name, asked)


def _is_named_in_packages(name: str, asked: Iterable[tuple[Path, str]]) -> bool:
    """Return whether npm packages say a name, or those that they lead to.

    Args:
        name: the name.
        asked: the packages that it starts with: from where they are required, and their names.
    """
    seen: set[Path] = set()
    left = deque(asked)  # what manifests name first: to read all of the code takes long
    while left:
        folder, required = left.popleft()
        package = _folder_of(_package_of(required), folder)
        if package is None or package in seen:
            continue
        seen.add(package)
        manifest = _text_of(package / "package.json")
        if f'"{_package_of(name)}"' in manifest:
            return True
        left.extendleft((package, each) for each in _dependencies(manifest))
        for file in package.rglob("*"):
            if file.suffix in _CODE:
                code = _text_of(file)
                if _is_named(name, code):
                    return True
                left.extend((file.parent, each) for each in set(_names_in(code)))
    return False


def _folder_of(package: str, folder: Path) -> Path | None:
    """Return where a package is, as it is looked for from a folder."""
    places = (each / "node_modules" / package for each in (folder, *folder.parents))
    return next((each.resolve() for each in places if each.is_dir()), None)


def _dependencies(manifest: str) -> list[str]:
    try:
        described: Any = json.loads(manifest)
        return [each for kind in _DEPENDENCIES for each in described.get(kind) or ()]
    except (ValueError, AttributeError):  # none, or none that Node.js could read
        return []


def _text_of(file: Path) -> str:
    try:
        return file.read_text(encoding="utf-8", errors="replace")
    except OSError:  # there is none
        return ""


def _package_of(name: str) -> str:
    """Return the package that a name is of.

    >>> _package_of("auth0/legacy"), _package_of("@slack/web-api/dist/x")
    ('auth0', '@slack/web-api')
    """
    return "/".join(name.split("/")[: 2 if name.startswith("@") else 1])


def _required_by(sources: Iterable[str]) -> list[str]:
    names = (name for source in sources for name in _names_in(without_comments(source)))
    return [*dict.fromkeys(each for each in names if each[0] not in "./" and not is_of_node(each))]


def _advice(name: str, required: Iterable[str], for_tenant: bool) -> str:
    if f"actions:{name}" in required:
        return f"That is an Actions Module. {advice_on_module(name, for_tenant)}"
    of_same = [each for each in required if _package_of(each) == _package_of(name)]
    nearest = of_same or difflib.get_close_matches(name, required, n=1)
    if nearest:
        return f"Did you mean {nearest[0]!r}?"
    return f"Leave it out, or have the Action call require({name!r})."
