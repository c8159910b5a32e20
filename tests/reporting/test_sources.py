"""Which files the page shows, and which not."""

from __future__ import annotations

from pathlib import Path

import pytest

from pytest_auth0_actions.reporting.html.sources import sources_of
from pytest_auth0_actions.world.journal import Entry
from pytest_auth0_actions.world.masking import Mask


def entries_of(*files: Path) -> list[Entry]:
    places = [(str(file), number) for number, file in enumerate(files, 1)]
    return [Entry("log", 0, {"place": place}) for place in [*places, None]] + [Entry("end", 0, {})]


def test_each_file_is_there_once(tmp_path: Path) -> None:
    one, two = tmp_path / "one.js", tmp_path / "two.js"
    one.write_text("1;\n", encoding="utf-8")
    two.write_text("caf\u00e9\n", encoding="utf-8")
    sources = sources_of(entries_of(one, two, one), lambda path: Path(path).name, Mask())
    assert sources == {"one.js": "1;\n", "two.js": "caf\u00e9\n"}


def test_what_can_not_be_read_is_left_out(tmp_path: Path) -> None:
    files = (tmp_path / "gone.js", tmp_path, Path("a\0b.js"), Path("evalmachine.<anonymous>"))
    assert sources_of(entries_of(*files), str, Mask()) == {}


@pytest.mark.parametrize(("length", "there"), [(100_000, True), (100_001, False)])
def test_a_file_of_over_100_000_characters_is_left_out(
    tmp_path: Path, length: int, there: bool
) -> None:
    file = tmp_path / "bundle.js"
    file.write_text("x" * length, encoding="utf-8")
    assert bool(sources_of(entries_of(file), str, Mask())) is there


def test_secrets_are_hidden_in_the_text_and_in_the_path(tmp_path: Path) -> None:
    mask = Mask()
    mask.add({"KEY": "s3cr3t-of-2025", "PEM": "b3g1n-1\n3nd-of-2025"})
    folder = tmp_path / "s3cr3t-of-2025"
    folder.mkdir()
    file, lines = folder / "code.js", folder / "lines.js"
    file.write_text("const key = 's3cr3t-of-2025';\n", encoding="utf-8")
    lines.write_text("`b3g1n-1\n3nd-of-2025`\n", encoding="utf-8")
    shown = sources_of(entries_of(file, lines), lambda path: "/".join(Path(path).parts[-2:]), mask)
    assert shown == {"***KEY***/code.js": "const key = '***KEY***';\n"}
