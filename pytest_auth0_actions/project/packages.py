"""Reads what a test gives in the place of npm packages."""

from __future__ import annotations

import inspect
import json
import math
import os
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final, TypeAlias

from pytest_auth0_actions.errors import UsageError, hides_our_frames
from pytest_auth0_actions.project.action_file import ActionFile, PathLike, read_file

__tracebackhide__ = hides_our_frames

PackageSpec: TypeAlias = (
    "PathLike | Mapping[str, Any] | Sequence[Any] | Callable[..., Any] | float | None"
)

_HTTP: Final = "It runs as it is: answer with http_mock what it asks for."
_CLOCK: Final = "It runs as it is, on the test's clock: move that with `clock`."
_CHANCE: Final = "It runs as it is, and draws the same numbers in each session: see auth0_seed."
_FILES: Final = "It runs as it is: give it real files, in tmp_path."
_AS_IT_IS: Final = "It runs as it is: leave it out of packages."

# What Node.js brings along, and how a test gets by without replacing it.
_ADVICE: Final = {
    _HTTP: "dgram dns dns/promises http http2 https net tls",
    _CLOCK: "perf_hooks timers timers/promises",
    _CHANCE: "crypto",
    _FILES: "fs fs/promises",
    _AS_IT_IS: "assert assert/strict async_hooks buffer child_process cluster console constants "
    "diagnostics_channel domain events inspector inspector/promises module os path path/posix "
    "path/win32 process punycode querystring readline readline/promises repl stream "
    "stream/consumers stream/promises stream/web string_decoder sys trace_events tty url util "
    "util/types v8 vm wasi worker_threads zlib",
}
# What V8 says of `client.get()` and of `new Client()`.
_NOT_CALLABLE: Final = re.compile(
    r"\S+\.(?P<member>[\w$]+) is not a function|\S+ is not a (?P<constructor>constructor)"
)
_OF_NODE: Final = {name: advice for advice, names in _ADVICE.items() for name in names.split()}


@dataclass(frozen=True)
class Package:
    """What stands for one npm package.

    Attributes:
        file: a file of the test's; None if it is a value.
        value: what `require` gives, but for the functions.
        functions: the keys that lead to each function in the value, and the function.
    """

    file: ActionFile | None = None
    value: Any = None
    functions: tuple[tuple[tuple[str | int, ...], Callable[..., Any]], ...] = ()


@dataclass(frozen=True)
class Packages:
    """What stands for npm packages, by name.

    Attributes:
        by_name: each.
        functions: the functions in all of them, by number, and how a call of each is shown, such as
            ``"stripe.charge"``.
        encoded: what Node.js is told of them: JSON.
    """

    by_name: Mapping[str, Package] = field(default_factory=dict)
    functions: tuple[tuple[str, Callable[..., Any]], ...] = ()
    encoded: bytes = b"[]"

    def package_of(self, shown: str) -> str:
        """Return the package of a function, by how its calls are shown.

        >>> packages = read_packages({"auth0": {}, "auth0/legacy": {"get": len}}, Path())
        >>> packages.package_of("auth0/legacy.get")
        'auth0/legacy'
        """
        return max((name for name in self.by_name if f"{shown}.".startswith(f"{name}.")), key=len)

    def advice_on_missing(self, message: str) -> str | None:
        """Return what to do about a JavaScript error, if what a test has given may be why.

        >>> packages = read_packages({"axios": len}, Path())
        >>> print(packages.advice_on_missing("client.get is not a function"))
        A function stands for 'axios', and has no methods: pass packages={'axios': {'get': ...}}.
        """
        found = _NOT_CALLABLE.fullmatch(message)
        if found is None or not self.functions:
            return None
        if found["constructor"]:
            return (
                "A function of Python is no class: if that is of a package that the test replaces, "
                "give a JavaScript file in its place."
            )
        for name, package in self.by_name.items():
            if any(keys == () for keys, _ in package.functions):
                given = f"packages={{{name!r}: {{{found['member']!r}: ...}}}}"
                return f"A function stands for {name!r}, and has no methods: pass {given}."
        return None


NO_PACKAGES: Final = Packages()


def read_packages(
    packages: Mapping[str, Any] | None, root: Path, *, for_tenant: bool = False
) -> Packages:
    """Return what a test gives in the place of npm packages; a relative path starts at *root*.

    Args:
        packages: what stands for each, by name.
        root: where a relative path starts.
        for_tenant: whether the Action is one of a tenant, which has modules of its own.

    Raises:
        ActionLoadError: a file is not readable.
        UsageError: a name is none of a package, or a value is nothing that can stand for one.

    >>> read_packages({"plans": {"free": 0, "of": len}}, Path()).functions
    (('plans.of', <built-in function len>),)
    """
    if packages is None:
        return NO_PACKAGES
    if not isinstance(packages, Mapping):
        raise UsageError(
            "[A328] packages must be a mapping.",
            f"Given: {packages!r}.",
            "Pass {'name': 'path/to/file.js'}, or {'name': what `require('name')` gives}.",
        )
    by_name = {}
    functions: list[tuple[str, Callable[..., Any]]] = []
    told: list[dict[str, Any]] = []
    for name, given in packages.items():
        _check_name(name, for_tenant)
        package = by_name[name] = _read(name, given, root)
        if package.file is not None:
            told.append({"name": name, "file": package.file.path})
            continue
        placed = []
        for keys, function in package.functions:
            shown = ".".join(map(str, (name, *keys)))
            placed.append((len(functions), shown, keys))
            functions.append((shown, function))
        told.append({"name": name, "value": package.value, "functions": placed})
    return Packages(by_name, tuple(functions), json.dumps(told).encode())


def advice_on_module(name: str, for_tenant: bool) -> str:
    """Return what to do about an Actions Module that is given as a package.

    >>> advice_on_module("crm", for_tenant=False)
    "Leave it out of packages, and pass modules={'crm': 'path/to/file.js'}."
    """
    if for_tenant:
        return "Leave it out of packages: an Action of a tenant runs with the tenant's modules."
    return f"Leave it out of packages, and pass modules={{{name!r}: 'path/to/file.js'}}."


def is_of_node(name: str) -> bool:
    """Return whether a name is that of a module that Node.js brings along.

    >>> is_of_node("fs/promises"), is_of_node("node:test"), is_of_node("stripe")
    (True, True, False)
    """
    return name.startswith(("node:", "_")) or name in _OF_NODE


def _check_name(name: object, for_tenant: bool) -> None:
    if not isinstance(name, str) or not name.strip():
        raise UsageError(
            "[A329] A package is named as the Action requires it.",
            f"Given: {name!r}.",
            "Pass {'stripe': ...}, or {'auth0/legacy': ...}.",
        )
    if name.startswith("actions:"):
        raise UsageError(
            "[A330] An Actions Module is not an npm package.",
            f"Given: packages with {name!r}.",
            advice_on_module(name.removeprefix("actions:"), for_tenant),
        )
    if name.startswith((".", "/", "file:", "#")):
        raise UsageError(
            "[A331] Only npm packages can be replaced, not files.",
            f"Given: packages with {name!r}.",
            "Let the file run as it is, and replace the packages that it requires.",
        )
    if is_of_node(name):
        raise UsageError(
            "[A332] A module of Node.js's own can't be replaced.",
            f"Given: packages with {name!r}.",
            _OF_NODE.get(name.removeprefix("node:"), _AS_IT_IS),
        )


def _read(name: str, given: Any, root: Path) -> Package:
    if not callable(given) and isinstance(given, str | os.PathLike):
        what = f"What stands for the package {name!r}"
        return Package(read_file(what, given, root, {}, no_code=()))
    functions: list[tuple[tuple[str | int, ...], Callable[..., Any]]] = []
    value = _plain(name, given, (), (), functions)
    return Package(None, value, tuple(functions))


def _plain(
    name: str,
    value: Any,
    keys: tuple[str | int, ...],
    inside: tuple[object, ...],
    functions: list[tuple[tuple[str | int, ...], Callable[..., Any]]],
) -> Any:
    """Return *value* as JSON has it, with None for each function, which is noted down."""
    if callable(value):
        if inspect.iscoroutinefunction(value):
            is_mock = type(value).__module__.endswith("mock")
            plain = "Pass a Mock, and no AsyncMock" if is_mock else "Write it without async"
            raise UsageError(
                "[A333] A function that replaces a package's function must be a plain function.",
                f"Given: an async one, for {_shown(name, keys)}.",
                f"{plain}; in the Action it is an async function all the same.",
            )
        functions.append((keys, value))
        return None
    is_within = not any(value is outer for outer in inside)
    within = (*inside, value)
    if is_within and isinstance(value, Mapping) and all(isinstance(key, str) for key in value):
        return {
            key: _plain(name, inner, (*keys, key), within, functions)
            for key, inner in value.items()
        }
    if is_within and isinstance(value, list | tuple):
        return [
            _plain(name, inner, (*keys, index), within, functions)
            for index, inner in enumerate(value)
        ]
    is_finite = isinstance(value, int | float) and math.isfinite(value)
    if value is None or isinstance(value, str) or is_finite:
        return value
    raise UsageError(
        "[A334] What replaces a package holds something that JSON cannot represent.",
        f"Given: {_shown(name, keys)} = {value!r}.",
        "Use text, finite numbers, booleans, None, functions, lists, and dicts with text as keys; "
        "for more, pass the path of a JavaScript file.",
    )


def _shown(name: str, keys: tuple[str | int, ...]) -> str:
    return ".".join(map(str, (name, *keys)))
