"""Compilers of TypeScript, for tests."""

from __future__ import annotations

import json
import subprocess
from functools import cache
from pathlib import Path
from typing import Final

from pytest_auth0_actions.node.find import find_node, version_of

COMPILERS: Final = ("typescript", "esbuild")


@cache
def can_strip() -> bool:
    """Return whether the Node.js of the tests takes types out by itself."""
    major, minor, _ = (int(part) for part in version_of(find_node(None)).lstrip("v").split("."))
    return (major, minor) >= (23, 2) or (major == 22 and minor >= 13)


def add_compiler(folder: Path, packages: Path, name: str) -> None:
    """Let a compiler be found from a folder.

    Args:
        folder: the folder.
        packages: where the npm packages of the tests are.
        name: the compiler.
    """
    modules = folder / "node_modules"
    modules.mkdir(exist_ok=True)
    for each in (name, "@esbuild") if name == "esbuild" else (name,):
        (modules / each).symlink_to(packages / "node_modules" / each)


def run_node(packages: Path, code: str, cwd: Path) -> str:
    """Run JavaScript that requires the npm packages of the tests, and return what it prints."""
    start = f"process.chdir({json.dumps(str(cwd))});"
    ended = subprocess.run(
        [find_node(None).path, "-e", start + code],
        cwd=packages, check=False, capture_output=True, text=True,
    )  # fmt: skip
    assert ended.returncode == 0, ended.stderr
    return ended.stdout
