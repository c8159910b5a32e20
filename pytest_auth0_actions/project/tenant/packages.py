"""npm packages: which are declared, which are there, in which version."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Final

from pytest_auth0_actions.project.tenant.model import TenantModule

_NAME: Final = re.compile(r"(?:@[a-z0-9~-][\w.~-]*/)?[A-Za-z0-9~-][\w.~-]*")
_EXACT: Final = re.compile(r"\d+\.\d+\.\d+(?:[-+][\w.+-]+)?")
# Of Node.js 18 to 24; those that only go by `node:` need not be here.
_BUILTIN_NAMES: Final = (
    "_http_agent _http_client _http_common _http_incoming _http_outgoing _http_server "
    "_stream_duplex _stream_passthrough _stream_readable _stream_transform _stream_wrap "
    "_stream_writable _tls_common _tls_wrap assert async_hooks buffer child_process cluster "
    "console constants crypto dgram diagnostics_channel dns domain events fs http http2 "
    "https inspector module net os path perf_hooks process punycode querystring readline "
    "repl stream string_decoder sys timers tls trace_events tty url util v8 vm wasi "
    "worker_threads zlib"
)
_BUILTINS: Final = frozenset(_BUILTIN_NAMES.split())


def package_of(request: str) -> str | None:
    """Return the package of what is required; None if it is none.

    >>> [package_of(each) for each in ("lodash/get", "@a/b/c", "actions:crm", "node:fs")]
    ['lodash', '@a/b', None, None]
    """
    parts = request.split("/")
    name = "/".join(parts[: 2 if request.startswith("@") else 1])
    return name if _NAME.fullmatch(name) else None


def is_builtin(request: str) -> bool:
    """Return whether Node.js has a module of that name itself.

    >>> is_builtin("fs/promises"), is_builtin("node:test"), is_builtin("axios")
    (True, True, False)
    """
    return request.startswith("node:") or request.partition("/")[0] in _BUILTINS


def is_exact(version: str) -> bool:
    """Return whether a declared version is one, and no range or tag.

    >>> is_exact("4.17.21"), is_exact("^4"), is_exact("latest")
    (True, False, False)
    """
    return _EXACT.fullmatch(version) is not None


def installed_version(package: str, folders: Iterator[Path]) -> str | None:
    """Return the version that Node.js would find from the first of *folders*; None if none."""
    for folder in folders:
        manifest = folder / "node_modules" / package / "package.json"
        try:
            version = json.loads(manifest.read_bytes()).get("version")
        except (OSError, ValueError, AttributeError, RecursionError):
            continue
        return version if isinstance(version, str) else ""
    return None


def search_folders(unit: TenantModule, installed: Path | None) -> Iterator[Path]:
    """Yield the folders in whose `node_modules` the packages of an Action are looked for.

    Args:
        unit: the Action or module.
        installed: where `--auth0-npm-install` has put its packages.
    """
    if installed is not None:
        yield installed
        yield from installed.parents[:2]  # what several have in common
    yield from unit.path.parents
