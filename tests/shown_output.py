"""The terminal output that pages show, held against what pytest really prints.

A block of text that begins with ``$ pytest`` shows the output of that command, run on the page's
own project. A line ``...`` stands for what is left out. ``python -m tests.shown_output`` writes
all such blocks anew, from the failures on.
"""

from __future__ import annotations

import os
import re
import subprocess
import sys
import tempfile
from pathlib import Path

from tests.markdown import Block, blocks, write_project

ROOT = Path(__file__).parent.parent
COMMAND = "$ pytest"
PLUGINS = "-p auth0_actions -p xdist"  # what a project of ours loads, and nothing else

# What to break in a page's project before its commands are run, for a page whose tests pass.
BREAKS = {"start.md": ("ttl: expires_in * 1000 }", "ttl: expires_in }")}

_CURED = re.compile(r"// ([\w./-]+), cured\n")
_HEADING = " FAILURES ".center(80, "=")
_VOLATILE = {  # and what stands for it
    r"\bin \d+\.\d\ds\b": "in 0.50s",
    r"0x[0-9a-f]{6,}": "0x7f0000000000",
    r"Node\.js v\d+\.\d+\.\d+": "Node.js v22.20.0",
}


def shown(page: Path) -> list[Block]:
    """Return the blocks of *page* that show the output of a command."""
    texts = [block for block in blocks(page) if block.language == "text"]
    return [block for block in texts if block.text.startswith(COMMAND)]


def project(page: Path) -> list[Block]:
    """Return the blocks that make up the project whose output *page* shows."""
    old, new = BREAKS.get(page.name, ("", ""))
    return [Block(block.language, block.text.replace(old, new)) for block in blocks(page)]


def cured(page_blocks: list[Block]) -> list[Block]:
    """Return *page_blocks* with each file, of which there is a cured version, replaced by that."""
    cures = {found[1]: block for block in page_blocks if (found := _CURED.match(block.text))}
    return [
        Block(block.language, f"// {block.file}\n{cures[block.file].text.split(chr(10), 1)[1]}")
        if block.file in cures
        else block
        for block in page_blocks
    ]


def real_output(command: str, page_blocks: list[Block], folder: Path) -> str:
    """Return what *command* prints in a project of *page_blocks*, without what varies."""
    write_project(page_blocks, folder)
    if not (folder / "pytest.ini").exists():
        (folder / "pytest.ini").write_text("[pytest]\n", encoding="utf-8")
    environment = {
        name: value
        for name, value in os.environ.items()
        if name not in {"BUILD_NUMBER", "CI", "FORCE_COLOR", "PYTEST_ADDOPTS", "PY_COLORS"}
    }
    arguments = command.removeprefix(COMMAND).split()
    done = subprocess.run(
        [sys.executable, "-m", "pytest", *PLUGINS.split(), "-p", "no:cacheprovider", *arguments],
        cwd=folder,
        env=environment | {"COLUMNS": "80", "PYTEST_DISABLE_PLUGIN_AUTOLOAD": "1"},
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        timeout=120,
    )
    text = done.stdout.replace(str(folder), "/shop")
    return settled("\n".join(line.rstrip() for line in text.splitlines()))


def settled(text: str) -> str:
    """Return *text* without what differs from run to run."""
    for volatile, constant in _VOLATILE.items():
        text = re.sub(volatile, constant, text)
    return text


def parts(block: Block) -> tuple[str, list[str]]:
    """Return the command of a block, and the pieces of output that it shows."""
    command, _, text = block.text.partition("\n")
    pieces = re.split(r"^\.\.\.$", text, flags=re.MULTILINE)
    return command, [settled(piece.strip("\n")) for piece in pieces if piece.strip()]


def _rewrite(page: Path) -> None:
    text = page.read_text(encoding="utf-8")
    for block in shown(page):
        command = parts(block)[0]
        with tempfile.TemporaryDirectory() as folder:
            output = real_output(command, project(page), Path(folder).resolve())
        if "--auth0-list" in command:
            text = text.replace(block.text, f"{command}\n{output}\n")
            continue
        if _HEADING not in output:
            raise SystemExit(f"{page.name}: {command} shows no failure:\n{output}")
        tail = output[output.index(_HEADING) :]
        text = text.replace(block.text, f"{command}\n...\n{tail}\n")
    page.write_text(text, encoding="utf-8")


if __name__ == "__main__":
    for each in [ROOT / "README.md", *sorted((ROOT / "docs").glob("**/*.md"))]:
        if shown(each):
            _rewrite(each)
