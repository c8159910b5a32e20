"""Compiled files, and what they were made of."""

from __future__ import annotations

import base64
import json
from pathlib import Path
from typing import Any

import pytest

from pytest_auth0_actions.project.javascript.counted import CountedFile, is_own
from pytest_auth0_actions.project.javascript.source_map import originals_of

# What `tsc` makes of TYPED: the types are gone, and with them two lines.
TYPED = """\
interface User {
  name: string;
}
export const greet = (user: User): string => {
  if (user.name) {
    return 'Hello';
  }
  return '\N{PARTY POPPER}'; // never
};
"""
MADE = """\
exports.greet = (user) => {
  if (user.name) {
    return 'Hello';
  }
  return '\N{PARTY POPPER}'; // never
};
"""

DIGITS = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/"


def vlq(number: int) -> str:
    value, text = (-number << 1) | 1 if number < 0 else number << 1, ""
    while True:
        digit, value = value & 31, value >> 5
        text += DIGITS[digit | (32 if value else 0)]
        if not value:
            return text


def mappings(places: list[tuple[int, int, int, int, int]]) -> str:
    """Return line, column, source, line and column there, as a source map has them."""
    lines: list[list[str]] = [[] for _ in range(places[-1][0] + 1)]
    before = [0, 0, 0, 0]
    for line, *numbers in places:
        if not lines[line]:
            before[0] = 0
        shifts = [number - known for number, known in zip(numbers, before, strict=True)]
        lines[line].append("".join(map(vlq, shifts)))
        before = numbers
    return ";".join(",".join(line) for line in lines)


PLACES = [
    (0, 0, 0, 3, 0),  # exports.greet
    (1, 2, 0, 4, 2),  # if
    (2, 4, 0, 5, 4),  # return 'Hello'
    (4, 2, 0, 7, 2),  # return
]


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "src").mkdir()
    (tmp_path / "src/greet.ts").write_text(TYPED, encoding="utf-8")
    (tmp_path / "dist").mkdir()
    return tmp_path


def write(folder: Path, comment: str, **changes: Any) -> Path:
    told = {"version": 3, "sources": ["../src/greet.ts"], "mappings": mappings(PLACES), **changes}
    text = json.dumps(told)
    (folder / "dist/greet.js.map").write_text(text, encoding="utf-8")
    path = folder / "dist/greet.js"
    inline = f"data:application/json;base64,{base64.b64encode(text.encode()).decode()}"
    path.write_text(f"{MADE}//# sourceMappingURL={comment or inline}\n", encoding="utf-8")
    return path


def counted(path: Path) -> dict[str, tuple[set[int], set[tuple[int, int]]]]:
    """Return what is said of a file whose function was called once, and did not say Hello."""
    source = path.read_text(encoding="utf-8")
    file = CountedFile(path, source)
    units = len(source.encode("utf-16-le")) // 2
    hello = source.index("{\n    return")
    file.add([0, units, 1, 16, units - 3, 1, hello, hello + 24, 0])
    return {found.name: (lines, ways) for found, lines, ways in file.results()}


@pytest.mark.parametrize(
    ("comment", "changes"),
    [
        pytest.param("greet.js.map", {}, id="beside"),
        pytest.param("", {}, id="inline"),
        pytest.param("greet.js.map", {"sourcesContent": [TYPED]}, id="with content"),
        pytest.param("greet.js.map", {"sourcesContent": [None]}, id="without content"),
        pytest.param("greet.js.map", {"sources": ["greet.ts"], "sourceRoot": "../src/"}, id="root"),
        pytest.param("greet.js.map", {"sources": ["webpack://shop/./src/greet.ts"]}, id="webpack"),
        pytest.param(
            "data:,%7B%22sources%22:[%22../src/greet.ts%22],%22mappings%22:%22", {}, id="text"
        ),
    ],
)
def test_lines_are_those_of_the_original(folder: Path, comment: str, changes: Any) -> None:
    if comment.startswith("data:,"):
        comment += mappings(PLACES) + "%22%7D"
    path = write(folder, comment, **changes)
    assert counted(path) == {"greet.ts": ({4, 5, 8}, {(5, 8)})}


def test_the_url_of_a_file_is_followed(folder: Path) -> None:
    path = write(folder, "", sources=[(folder / "src/greet.ts").as_uri()])
    assert set(counted(path)) == {"greet.ts"}


@pytest.mark.parametrize(
    ("comment", "changes"),
    [
        pytest.param("none.js.map", {}, id="not there"),
        pytest.param("data:application/json;base64,x", {}, id="not base64"),
        pytest.param("data:,[]", {}, id="a list"),
        pytest.param("greet.js.map", {"mappings": "?"}, id="not VLQ"),
        pytest.param("greet.js.map", {"sources": None}, id="no sources"),
        pytest.param("greet.js.map", {"sources": ["gone.ts"]}, id="no original"),
        pytest.param("greet.js.map", {"sources": ["x://y/gone.ts"]}, id="no original of a bundle"),
        pytest.param("greet.js.map", {"sourcesContent": ["changed"]}, id="changed since"),
    ],
)
def test_a_file_whose_map_leads_nowhere_is_reported_itself(
    folder: Path, comment: str, changes: Any
) -> None:
    path = write(folder, comment, **changes)
    assert counted(path) == {"greet.js": ({1, 2, 5}, {(2, 5)})}


def test_what_is_exported_may_be_mapped_without_the_word(folder: Path) -> None:
    """Some compilers map `const`, and not `export`, to what they make of both."""
    at_const = [(0, 0, 0, 3, len("export ")), *PLACES[1:]]
    found = counted(write(folder, "greet.js.map", mappings=mappings(at_const)))
    assert found == {"greet.ts": ({4, 5, 8}, {(5, 8)})}


def test_what_was_made_of_nothing_is_left_out(folder: Path) -> None:
    path = write(folder, "greet.js.map", mappings=f"{mappings(PLACES)},{vlq(900)}")
    [original] = originals_of(path, path.read_text(encoding="utf-8"))
    assert original.place_of(4, 2) == (1, 2)
    assert original.place_of(4, 3) is None


@pytest.mark.parametrize(
    ("path", "own"),
    [
        ("/shop/code.js", True),
        ("/shop/code.mts", True),
        ("/shop/code.d.ts", False),
        ("/shop/data.json", False),
        ("/shop/node_modules/dep/index.js", False),
    ],
)
def test_only_code_of_the_users_counts(path: str, own: bool) -> None:
    assert is_own(Path(path)) is own
