"""Reads an Action's file from disk, or says why not."""

from __future__ import annotations

import difflib
import functools
import os
import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final, TypeAlias

from pytest_auth0_actions.errors import ActionLoadError, UsageError, hides_our_frames

__tracebackhide__ = hides_our_frames

TYPESCRIPT: Final = (".ts", ".cts", ".mts")
_ACTION: Final = "The Action"
_BY_NAME: Final = " An Action of a tenant goes by its name in tenant.action(...)."
_LIKE_CODE: Final = re.compile(r"\n|=>|[;}]\s*\Z")
_SECRETS: Final = "{'NAME': 'value'}"
_LONGEST: Final = 120  # in characters
_NO_CODE: Final = (".json", ".tf", ".yaml", ".yml")

PathLike: TypeAlias = "str | os.PathLike[str]"
ModuleSpec: TypeAlias = "PathLike | tuple[PathLike, Mapping[str, str]]"


@dataclass(frozen=True)
class ActionFile:
    """A JavaScript file with the secrets that it sees.

    Attributes:
        path: where it is.
        shown: its path as the test gave it, which is how messages show it.
        source: what it says.
        secrets: `event.secrets` of an Action, `actions.secrets` of a module.
        name: what a tenant calls it; empty if it was loaded from a file alone.
        loaded_by: the call that loads it, as advice shows it, up to where an argument may follow.
        not_shown: the secrets that are declared, and whose values nobody has given.
        secrets_argument: what gives them to the call that loads it, with `{...}` for the mapping.
        packages: the folder whose npm packages it finds before all others; empty for none.
    """

    path: str
    shown: str
    source: str
    secrets: Mapping[str, str]
    name: str = ""
    loaded_by: str = "load_action(..."
    not_shown: frozenset[str] = frozenset()
    secrets_argument: str = ""
    packages: str = ""

    @property
    def is_tenants(self) -> bool:
        """Whether a tenant declares it, and its secrets."""
        return bool(self.name)

    def passing(self, argument: str) -> str:
        """Return the call that loads it with one more argument, as advice shows it."""
        return f"{self.loaded_by}, {argument})"

    def shown_place(self, place: str) -> str:
        """Return a file, or a place in one, as messages show it: relative, if the Action is."""
        if place.startswith(self.path):
            return self.shown + place[len(self.path) :]
        root = self.path.removesuffix(self.shown)
        return place.removeprefix(root) if root not in {self.path, ""} else place

    @property
    def code(self) -> dict[str, str]:
        """What there is to compile, and where it is."""
        return {"file": self.path, "source": self.source, "packages": self.packages}


def read_action(path: PathLike, root: Path, secrets: Mapping[str, str] | None) -> ActionFile:
    """Return the Action at *path*, which starts at *root* if it is relative.

    Raises:
        ActionLoadError: there is no readable file, or one of the Deploy CLI's or Terraform's.
        UsageError: *path* is no path, or *secrets* no mapping of names to text.
    """
    return read_file(_ACTION, path, root, {} if secrets is None else secrets)


def read_modules(modules: Mapping[str, ModuleSpec] | None, root: Path) -> dict[str, ActionFile]:
    """Return the files behind `require('actions:NAME')`, by name.

    Raises:
        ActionLoadError: one is not readable.
        UsageError: one is no path, or a path with a mapping of names to text.
    """
    if modules is not None and not isinstance(modules, Mapping):
        raise UsageError(
            "[A315] modules must be a mapping.",
            f"Given: {modules!r}.",
            "Pass {'name': 'path/to/file.js'}, or {'name': ('path/to/file.js', secrets)}.",
        )
    files = {}
    for name, spec in (modules or {}).items():
        if not isinstance(name, str) or not name:
            raise UsageError(
                "[A316] A module is named without its prefix.",
                f"Given: {name!r}.",
                "Pass {'crm': 'path/to/crm.js'} for require('actions:crm').",
            )
        if name.startswith("actions:"):
            raise UsageError(
                "[A316] A module is named without its prefix.",
                f"Given: {name!r}.",
                f"Leave the prefix out: {name.removeprefix('actions:')!r}.",
            )
        path, secrets = spec if isinstance(spec, tuple) and len(spec) == 2 else (spec, {})
        argument = f"modules={{{name!r}: ('path/to/file.js', {{...}})}}"
        files[name] = read_file(f"The module {name!r}", path, root, secrets, argument=argument)
    return files


@functools.lru_cache(maxsize=256)
def _full(root: Path, path: str) -> str:
    return str(root / path)


def read_file(
    what: str,
    path: PathLike,
    root: Path,
    secrets: Mapping[str, str],
    no_code: tuple[str, ...] = _NO_CODE,
    argument: str = "secrets={...}",
) -> ActionFile:
    """Return the file at *path*, which starts at *root* if it is relative.

    Args:
        what: what it is, for messages, such as ``"The Action"``.
        path: where it is.
        root: where a relative path starts.
        secrets: what it sees.
        no_code: how files end that can't be it.
        argument: how secrets are given, with `{...}` for their mapping.

    Raises:
        ActionLoadError: there is no readable file, or one of *no_code*.
        UsageError: *path* is no path, or *secrets* no mapping of names to text.
    """
    if callable(path) or not isinstance(path, str | os.PathLike):  # a MagicMock is both
        raise _no_path(what, path)
    full = _full(root, os.fspath(path))
    if full.endswith(no_code):
        raise ActionLoadError(
            f"[A318] {what} must be a JavaScript file, and this is a {full[full.rindex('.') :]} "
            "file.",
            f"Given: {str(path)!r}.",
            "Name the tenant in ini auth0_tenant, and use tenant.action(name); or pass the path of "
            "the code.",
        )
    try:
        with open(full, "rb", buffering=0) as file:
            source = file.readall().decode().removeprefix("\ufeff")
    except UnicodeDecodeError as error:
        raise ActionLoadError(
            f"[A319] {what} is not UTF-8.",
            f"Given: {str(path)!r}, byte {error.object[error.start]:#04x} at {error.start}.",
            "Save it as UTF-8.",
        ) from None
    except IsADirectoryError:
        raise ActionLoadError(
            f"[A320] {what} must be a file, and this is a directory.",
            f"Given: {str(path)!r}, which is {full}.",
            _name_file(os.fspath(path), full),
        ) from None
    except OSError as error:
        if _LIKE_CODE.search(str(path)):
            raise _no_path(what, path) from None
        raise ActionLoadError(
            f"[A321] {what} can't be read: {error.strerror}.",
            f"Given: {str(path)!r}, looked for at {full}.",
            f"{_check_path(os.fspath(path), root)}; a relative one starts at {root} "
            "(ini auth0_actions_root)."
            + (_BY_NAME if what == _ACTION and not os.path.splitext(full)[1] else ""),
        ) from None
    return ActionFile(full, str(path), source, checked_secrets(secrets, argument))


def _no_path(what: str, given: Any) -> UsageError:
    """Return the error for what is no path."""
    advice = "Write the code to a file, and pass its path as a str or a Path."
    if callable(given) or isinstance(given, Mapping):
        advice += " What stands for an npm package goes into packages=."
    elif isinstance(given, tuple):
        advice += f" With secrets, pass (path, {_SECRETS})."
    shown = repr(given)
    return UsageError(
        f"[A317] {what} must be the path of a JavaScript file.",
        f"Given: {shown if len(shown) <= _LONGEST else f'{shown[:_LONGEST]}...'}.",
        advice,
    )


def _name_file(given: str, folder: str) -> str:
    """Return what to do about a folder that is given for a file."""
    code = sorted(
        each for each in os.listdir(folder) if each.endswith((".js", ".cjs", *TYPESCRIPT))
    )
    if not code:
        return "Name the file, with its ending."
    first = next((each for each in code if each.startswith(("code.", "index."))), code[0])
    return f"Name the file in it, such as {os.path.join(given, first)!r}."


def _check_path(given: str, root: Path) -> str:
    """Return what to do about a path: there may be a file that is called almost like it."""
    path = Path(given.replace("\\", "/"))
    above = next((each for each in root.parents if (each / path).is_file()), None)
    if above is not None and not path.is_absolute() and ".." not in path.parts:
        return _start_above(above, path, root)
    return advice_on_path(given, root)


def advice_on_path(given: str, root: Path) -> str:
    """Return what to do about a path that starts at *root*: the file that is called almost so."""
    path = Path(given.replace("\\", "/"))
    found = Path(path.anchor) if path.is_absolute() else root
    for name in path.relative_to(path.anchor).parts:
        if name == "..":  # from the test's folder, where paths don't start
            continue
        try:
            inside = sorted(os.listdir(found))
        except OSError:  # it is no folder, or not ours to read
            inside = []
        of_stem = [each for each in inside if os.path.splitext(each)[0] == name]
        like = of_stem or difflib.get_close_matches(name, inside, n=1)
        if not like:
            return "Check the path"
        found /= like[0]
    if not found.is_file() or found == root / given:
        return "Check the path"
    shown = found.relative_to(root) if found.is_relative_to(root) else found
    return f"Did you mean {str(shown)!r}? If not, check the path"


def _start_above(above: Path, path: Path, root: Path) -> str:
    """Return what to do about a path that is right from a folder above the root."""
    if (above / path).is_relative_to(root):
        shown = (above / path).relative_to(root).as_posix()
        return f"Did you mean {shown!r}? If not, check the path"
    return (
        f"It is there from {above}: run pytest in that folder, or put an empty pytest.ini into it. "
        "If another is meant, check the path"
    )


def checked_secrets(
    secrets: Mapping[str, str], argument: str = "secrets={...}"
) -> Mapping[str, str]:
    """Return secrets that a test gives.

    Args:
        secrets: what it gives.
        argument: how it gives them, with `{...}` for the mapping.

    Raises:
        UsageError: they are no mapping of names to text.
    """
    example = f"Pass {argument.replace('{...}', _SECRETS)}."
    if not isinstance(secrets, Mapping):
        raise UsageError(
            "[A322] secrets must be a mapping.",
            f"Given: an object of type {type(secrets).__name__}.",
            example,
        )
    for name, value in secrets.items():
        if not isinstance(name, str):
            raise UsageError(
                "[A323] The name of a secret must be text.",
                f"Given: {name!r}.",
                example,
            )
        if not isinstance(value, str):
            raise UsageError(
                "[A324] A secret must be text.",
                f"Given: {name}, of type {type(value).__name__}.",
                "Pass a str, as Auth0 stores it.",
            )
    return secrets
