"""Draws the documentation's pictures: what the terminal and the report show of three faults.

``python docs/pictures.py`` runs the project of docs/faults.md and writes to docs/pictures: the
terminal as SVG, and the report as PNG if there is a Chromium on PATH. What differs from run to
run, such as durations, is made the same, so that tests/test_pictures.py can tell whether the
pictures are those of today's code.
"""

from __future__ import annotations

import argparse
import hashlib
import html
import json
import os
import re
import shlex
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import Final

ROOT: Final = Path(__file__).parent.parent
sys.path.insert(0, str(ROOT))  # for `tests`

from pytest_auth0_actions.reporting.columns import columns  # noqa: E402
from tests.markdown import blocks, write_project  # noqa: E402

FOLDER: Final = ROOT / "docs/pictures"
PAGE: Final = ROOT / "docs/faults.md"
COLUMNS: Final = 100
PAGE_HASH: Final = "report.sha256"


@dataclass(frozen=True)
class Terminal:
    """A picture of a terminal: its file, its title, and what is typed."""

    name: str
    title: str
    command: str


@dataclass(frozen=True)
class Screenshot:
    """A picture of the report: its file, its window, and whether a mark has the focus."""

    name: str
    theme: str
    width: int
    height: int
    focus: bool = False


TERMINALS: Final = (
    Terminal(
        "ttl-in-seconds",
        "pytest on an Action whose ttl is in seconds: the timeline of the failed test tells that "
        "the record lived for 3.6 s",
        "pytest --tb=short test_token.py",
    ),
    Terminal(
        "long-key",
        "pytest on an Action whose key is too long: the timeline of the failed test tells that the "
        "write was refused",
        "pytest --tb=short test_profile.py",
    ),
    Terminal(
        "trusting-the-cache",
        "pytest under chaos on an Action that trusts its cache: the timeline of the failed test "
        "tells that the record was evicted between two runs",
        "pytest --tb=short --auth0-chaos --auth0-chaos-seed=1 test_plans.py -k chaos-evict",
    ),
)
SCREENSHOTS: Final = (
    Screenshot("report-light", "light", 1000, 760, focus=True),
    Screenshot("report-dark", "dark", 1000, 760, focus=True),
    Screenshot("report-phone", "light", 400, 860),
)


# What pytest shows


def run_pytest(*arguments: str) -> str:
    """Run pytest on the page's project, and return what it wrote, made the same each time."""
    # CI and BUILD_NUMBER have pytest shorten nothing.
    dropped = re.compile("CI|BUILD_NUMBER|NO_COLOR|FORCE_COLOR|PY_COLORS|PYTHONWARNINGS|PYTEST_.*")
    environment = {name: text for name, text in os.environ.items() if not dropped.fullmatch(name)}
    environment |= {
        "COLUMNS": str(COLUMNS),
        "PYTEST_DISABLE_PLUGIN_AUTOLOAD": "1",
        "PYTHONDONTWRITEBYTECODE": "1",
        "PYTHONUTF8": "1",
    }
    with tempfile.TemporaryDirectory() as folder:
        project = Path(folder).resolve()
        write_project(blocks(PAGE), project)
        (project / "pytest.ini").write_text("[pytest]\n", encoding="ascii")
        command = [sys.executable, "-m", "pytest", "-p", "pytest_auth0_actions.plugin"]
        command += ["-p", "no:cacheprovider", "--no-header", *arguments]
        ran = subprocess.run(
            command,
            cwd=project,
            env=environment,
            capture_output=True,
            encoding="utf-8",
            timeout=120,
        )
        if ran.returncode != 1:  # "tests were run, and some failed"
            raise RuntimeError(f"pytest ended with {ran.returncode}:\n{ran.stdout}{ran.stderr}")
        return _same_each_time(ran.stdout, project)


def _same_each_time(output: str, project: Path) -> str:
    r"""Return *output* without paths, durations, versions and Python 3.11's carets.

    >>> _same_each_time("auth0: Node.js v22.1.0 (PATH), rules\n/p/a.js:1\n   ^^^\n", Path("/p"))
    'auth0: Node.js v22, rules\na.js:1\n'
    """
    output = output.replace(f"{project}/", "")
    output = re.sub(r"(?<=Node\.js )(v\d+)\.[^,\n]*", r"\1", output)
    output = re.sub(r"^(?:\x1b\[[\d;]*m|[ E])*\^+(?:\x1b\[[\d;]*m)*\n", "", output, flags=re.M)
    return re.sub(r"^.* in \d+\.\d\ds.*$", _last_line, output, flags=re.M)


def _last_line(found: re.Match[str]) -> str:
    """Return pytest's last line with another duration, and as wide as it was."""
    before, between, after = re.split(r"=+", found[0])
    between = re.sub(r"in \d+\.\d\ds(?: \([\d:]+\))?", "in 0.50s", between)
    rest = COLUMNS - len(re.sub(r"\x1b\[[\d;]*m", "", between))
    return f"{before}{'=' * (rest // 2)}{between}{'=' * (rest - rest // 2)}{after}"


# The terminal as SVG

_CELL_WIDTH: Final = 8.4
_LINE_HEIGHT: Final = 19
_PADDING: Final = 18
_COLORS: Final = ("", "red", "green", "yellow", "blue", "magenta", "cyan", "")
# Each has a contrast of at least 4.5 to the ground.
_LIGHT: Final = {
    "ground": "#f6f8fa", "edge": "#d1d9e0", "text": "#1f2328", "red": "#b91c26",
    "green": "#116329", "yellow": "#7d4e00", "blue": "#0550ae", "magenta": "#8250df",
    "cyan": "#0e6a70", "grey": "#59636e",
}  # fmt: skip
_DARK: Final = {
    "ground": "#0d1117", "edge": "#3d444d", "text": "#e6edf3", "red": "#ff8a80",
    "green": "#56d364", "yellow": "#e3b341", "blue": "#79c0ff", "magenta": "#d2a8ff",
    "cyan": "#56d4dd", "grey": "#9198a1",
}  # fmt: skip

Run = tuple[str, str]  # a text, and its CSS classes


def draw_terminal(output: str, title: str) -> str:
    """Return an SVG picture of what a terminal shows of *output*."""
    lines = [row for line in styled(output) for row in wrapped(line)]
    width = round(COLUMNS * _CELL_WIDTH) + 2 * _PADDING
    height = len(lines) * _LINE_HEIGHT + 2 * _PADDING
    drawn = [
        f'<svg xmlns="http://www.w3.org/2000/svg" class="terminal" viewBox="0 0 {width} {height}" '
        f'width="{width}" height="{height}">',
        f"<title>{html.escape(title)}</title>",
        "<style>",
        *_rules(_LIGHT, ""),
        "@media (prefers-color-scheme: dark) {",
        *_rules(_DARK, "  "),
        "}",
        ".terminal text { font: 14px ui-monospace, SFMono-Regular, Menlo, Consolas, 'DejaVu Sans "
        "Mono', monospace; white-space: pre }",
        ".terminal .bold { font-weight: bold }",
        "</style>",
        f'<rect class="ground edge" x="0.5" y="0.5" width="{width - 1}" height="{height - 1}" '
        'rx="6"/>',
        '<g xml:space="preserve">',
    ]
    for number, line in enumerate(lines):
        if line:
            # Whatever font there is, a line is as long as its columns.
            length = sum(columns(text) for text, _ in line) * _CELL_WIDTH
            y = _PADDING + number * _LINE_HEIGHT + 14
            texts = "".join(_span(*run) for run in line)
            drawn.append(f'<text x="{_PADDING}" y="{y}" textLength="{length:g}">{texts}</text>')
    return "\n".join([*drawn, "</g>", "</svg>", ""])


def _rules(colors: dict[str, str], indent: str) -> Iterator[str]:
    for name, color in colors.items():
        selector = "text" if name == "text" else f".{name}"
        what = "stroke" if name == "edge" else "fill"
        yield f"{indent}.terminal {selector} {{ {what}: {color} }}"


def _span(text: str, classes: str) -> str:
    escaped = html.escape(text, quote=False)
    return f'<tspan class="{classes}">{escaped}</tspan>' if classes else escaped


def styled(output: str) -> list[list[Run]]:
    r"""Return the lines of *output*, each as runs of one style; white space has none.

    >>> styled("a \x1b[31m\x1b[1mb\x1b[0m")
    [[('a ', ''), ('b', 'red bold')]]
    """
    color, bold = "", False
    lines: list[list[Run]] = [[]]
    for part in re.split(r"(\x1b\[[\d;]*m|\n)", output.rstrip("\n")):
        if part == "\n":
            lines.append([])
        elif part.startswith("\x1b["):
            for code in map(int, (part[2:-1] or "0").split(";")):
                if code in {0, 39}:
                    color = ""
                if code in {0, 1, 22}:
                    bold = code == 1
                if 30 <= code <= 37 or 90 <= code <= 97:
                    color = "grey" if code == 90 else _COLORS[code % 10]
        elif part:
            classes = " ".join(filter(None, (color, "bold" * bold)))
            _add(lines[-1], part, classes if part.strip() else "")
    return [_without_space_at_end(line) for line in lines]


def _add(line: list[Run], text: str, classes: str) -> None:
    if line and line[-1][1] == classes:
        line[-1] = (line[-1][0] + text, classes)
    else:
        line.append((text, classes))


def _without_space_at_end(line: list[Run]) -> list[Run]:
    while line and not line[-1][0].strip():
        line = line[:-1]
    return [*line[:-1], (line[-1][0].rstrip(), line[-1][1])] if line else []


def wrapped(line: list[Run], width: int = COLUMNS) -> list[list[Run]]:
    """Return the rows that a terminal shows a line in.

    >>> wrapped([("abc", "red"), ("de", "")], 4)
    [[('abc', 'red'), ('d', '')], [('e', '')]]
    """
    rows: list[list[Run]] = [[]]
    filled = 0
    for text, classes in line:
        for character in text:
            if filled + columns(character) > width:
                rows.append([])
                filled = 0
            _add(rows[-1], character, classes)
            filled += columns(character)
    return rows


def terminal_picture(terminal: Terminal) -> str:
    """Run pytest, and return the picture of it."""
    output = run_pytest("--color=yes", *shlex.split(terminal.command)[1:])
    return draw_terminal(f"$ {terminal.command}\n{output}", terminal.title)


# The report as PNG


def report_page() -> str:
    """Return the report of the page's whole project, made the same each time."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder).resolve() / "report.html"
        run_pytest(f"--auth0-report={path}", "test_token.py", "test_profile.py", "test_plans.py")
        page = path.read_text(encoding="ascii")
    return re.sub(r'(?<=<script type="application/json" id="data">).*?(?=</script>)', _data, page)


def _data(found: re.Match[str]) -> str:
    report = json.loads(found[0])
    report["created_at"] = "2025-01-01T00:00:00+00:00"
    for name, version in report["versions"].items():
        report["versions"][name] = re.sub(r"(\d+)\..*", r"\1", version)
    for test in report["tests"]:
        test["duration_s"] = 0.05
    return json.dumps(report, separators=(",", ":")).replace("<", "\\u003c")


def hash_of(page: str) -> str:
    """Return what tells one page from another."""
    return hashlib.sha256(page.encode("ascii")).hexdigest() + "\n"


_MARK: Final = '.mark[aria-label^="cache.set"]'


def take_screenshots(page: str, folder: Path, chromium: str) -> None:
    """Write the pictures of *page*, and which page they are of."""
    from tests.reporting.browser import Browser, Page

    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as made:
        path = Path(made) / "report.html"
        path.write_text(page, encoding="ascii")
        with Browser(chromium, Path(made) / "profile") as browser:
            for shot in SCREENSHOTS:
                media = {"prefers-color-scheme": shot.theme}
                tab = Page(browser, shot.width, shot.height, media)
                tab.send("Emulation.setScrollbarsHidden", hidden=True)
                tab.open(path.as_uri())
                if shot.focus:
                    tab.evaluate(f"document.querySelector({_MARK!r}).focus()")
                    tab.settle()
                tab.screenshot(folder / f"{shot.name}.png")
                tab.close()
    (folder / PAGE_HASH).write_text(hash_of(page), encoding="ascii")


def draw_terminals(folder: Path) -> str:
    """Write the pictures of the terminal to *folder*; return the page of the report."""
    with ThreadPoolExecutor() as pool:
        page = pool.submit(report_page)
        for terminal, picture in zip(TERMINALS, pool.map(terminal_picture, TERMINALS), strict=True):
            (folder / f"{terminal.name}.svg").write_text(picture, encoding="utf-8", newline="\n")
        return page.result()


def main(folder: Path, chromium: str | None) -> None:
    """Write all pictures to *folder*."""
    folder.mkdir(parents=True, exist_ok=True)
    page = draw_terminals(folder)
    if chromium is None:
        print("There is no chromium on PATH: the pictures of the report stay as they are.")
    else:
        take_screenshots(page, folder, chromium)


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description="Draw the documentation's pictures.")
    parser.add_argument("folder", nargs="?", type=Path, default=FOLDER, help="where they go")
    main(parser.parse_args().folder, shutil.which("chromium"))
