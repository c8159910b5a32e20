"""The pictures of the documentation are those that its script draws today."""

from __future__ import annotations

import doctest
import importlib
import shutil
import struct
import xml.etree.ElementTree as ET
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from tests.shown_output import parts, shown

CHROMIUM = shutil.which("chromium")
AGAIN = "If the change is meant: python docs/pictures.py, and look at the pictures."

pictures: Any = importlib.import_module("docs.pictures")  # mypy takes that for the folder
TERMINALS = [terminal.name for terminal in pictures.TERMINALS]


@dataclass(frozen=True)
class Drawn:
    """What the script made."""

    folder: Path
    page: str


@pytest.fixture(scope="module")
def drawn(tmp_path_factory: pytest.TempPathFactory) -> Drawn:
    folder = tmp_path_factory.mktemp("pictures")
    return Drawn(folder, pictures.draw_terminals(folder))


def size_of(png: Path) -> tuple[int, int]:
    head = png.read_bytes()[:24]
    assert head[:8] == b"\x89PNG\r\n\x1a\n"
    width, height = struct.unpack(">II", head[16:])
    return width, height


@pytest.mark.parametrize("name", TERMINALS)
def test_a_terminals_picture_is_todays(name: str, drawn: Drawn) -> None:
    file = f"{name}.svg"
    today, before = (drawn.folder / file).read_bytes(), (pictures.FOLDER / file).read_bytes()
    assert today.splitlines() == before.splitlines(), AGAIN
    assert today == before


def test_a_reports_pictures_are_of_todays_page(drawn: Drawn) -> None:
    """Fonts and versions of Chromium differ: what is compared is the page."""
    of_page = (pictures.FOLDER / pictures.PAGE_HASH).read_text(encoding="ascii")
    assert of_page == pictures.hash_of(drawn.page), AGAIN


@pytest.mark.parametrize("shot", pictures.SCREENSHOTS, ids=lambda shot: shot.name)
def test_a_reports_picture_has_its_size(shot: Any) -> None:
    assert size_of(pictures.FOLDER / f"{shot.name}.png") == (shot.width, shot.height)


@pytest.mark.slow
@pytest.mark.skipif(CHROMIUM is None, reason="no chromium on PATH (Debian: chromium)")
def test_a_report_is_pictured(drawn: Drawn) -> None:
    pictures.take_screenshots(drawn.page, drawn.folder, str(CHROMIUM))
    assert {path.name for path in drawn.folder.iterdir()} == {
        path.name for path in pictures.FOLDER.iterdir()
    }
    for shot in pictures.SCREENSHOTS:
        assert size_of(drawn.folder / f"{shot.name}.png") == (shot.width, shot.height)


def test_the_pictures_are_of_the_commands_that_the_page_shows() -> None:
    assert [f"$ {terminal.command}" for terminal in pictures.TERMINALS] == [
        parts(block)[0] for block in shown(pictures.PAGE)
    ]


@pytest.mark.parametrize("name", TERMINALS)
def test_a_terminals_picture_is_readable(name: str) -> None:
    """[A832] It has a title and plain text, and asks for nothing outside itself."""
    text = (pictures.FOLDER / f"{name}.svg").read_text(encoding="utf-8")
    root = ET.fromstring(text)
    title, *_ = root
    assert title.tag.endswith("title")
    assert title.text
    lines = ["".join(line.itertext()) for line in root.iter("{http://www.w3.org/2000/svg}text")]
    assert lines[0].startswith("$ pytest ")
    assert " Auth0 timeline " in "\n".join(lines)
    assert max(map(len, lines)) <= pictures.COLUMNS
    assert "href" not in text
    assert "url(" not in text


def luminance(color: str) -> float:
    channels = [int(color[at : at + 2], 16) / 255 for at in (1, 3, 5)]
    linear = [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in channels]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


@pytest.mark.parametrize("theme", [pictures._LIGHT, pictures._DARK], ids=["light", "dark"])
def test_the_colors_of_a_terminal_have_contrast(theme: dict[str, str]) -> None:
    ground = luminance(theme["ground"])
    for name, color in theme.items():
        low, high = sorted([ground, luminance(color)])
        assert name in {"ground", "edge"} or (high + 0.05) / (low + 0.05) >= 4.5


@pytest.mark.parametrize(
    ("given", "wanted"),
    [
        (
            "\x1b[31m=== \x1b[1m1 failed\x1b[0m in 0.52s\x1b[31m ===\x1b[0m",
            "\x1b[31m{} \x1b[1m1 failed\x1b[0m in 0.50s\x1b[31m {}\x1b[0m",
        ),
        ("== 1 failed in 61.52s (0:01:01) ==", "{} 1 failed in 0.50s {}"),
    ],
)
def test_a_duration_leaves_the_last_line_as_wide(given: str, wanted: str) -> None:
    last = pictures._same_each_time(given, Path("/none"))
    assert last == wanted.format("=" * 40, "=" * 41)


def test_the_examples_of_the_script_run() -> None:
    assert doctest.testmod(pictures).failed == 0
