from __future__ import annotations

import itertools

from hypothesis import given
from hypothesis import strategies as st

from pytest_auth0_actions.errors import printable
from pytest_auth0_actions.reporting.columns import columns, cut, wrap

PRINTABLE = st.text().map(printable)
WIDE = st.text("日本語abc 🎉é́")


@given(st.text())
def test_printable_text_is_one_line_that_moves_no_cursor(text: str) -> None:
    shown = printable(text)
    assert shown.isprintable()
    assert printable(shown) == shown
    assert shown == text or not text.isprintable()


def test_what_a_terminal_would_act_on_is_escaped() -> None:
    assert printable("tab\t, \x1b[31mred\x1b[0m, \r\n") == r"tab\t, \x1b[31mred\x1b[0m, \r\n"
    assert printable("left \u202e right \ud800") == r"left \u202e right \ud800"
    assert printable("日本 é") == "日本 é"


def test_wide_characters_take_two_columns_and_combining_ones_none() -> None:
    assert [columns(text) for text in ("", "abc", "日本", "🎉", "e\u0301", "é", "\uff21")] == [
        0, 3, 4, 2, 1, 1, 2,
    ]  # fmt: skip


@given(WIDE, st.integers(1, 20))
def test_cut_text_fits_and_is_the_start(text: str, room: int) -> None:
    shown = cut(text, room)
    assert columns(shown) <= room
    assert (shown == text) == (columns(text) <= room)
    if shown != text:
        assert shown.endswith("…")
        assert text.startswith(shown[:-1])
        assert columns(shown) >= room - 1  # less only for a wide character that has no room


@given(WIDE, st.integers(2, 20), st.integers(1, 4))
def test_wrapped_lines_fit_and_hold_the_words_in_order(
    text: str, room: int, most_lines: int
) -> None:
    lines = wrap(text, room, most_lines)
    assert 1 <= len(lines) <= most_lines
    assert all(columns(line) <= room for line in lines)
    if not any("…" in line for line in lines):
        assert " ".join(lines) == text


def test_a_word_that_is_too_long_is_cut() -> None:
    assert wrap("a verylongword b", 6, 3) == ["a", "veryl…", "b"]
    assert wrap("a verylongword b", 6, 2) == ["a", "veryl…"]


@given(WIDE, st.integers(2, 20))
def test_each_wrapped_line_has_as_many_words_as_fit(text: str, room: int) -> None:
    lines = wrap(text, room, 1_000)
    for line, after in itertools.pairwise(lines):
        assert "…" in line + after or columns(f"{line} {after.split(' ')[0]}") > room


def test_words_that_just_fit_and_that_just_do_not() -> None:
    assert wrap("aa bb cc dd", 8, 9) == ["aa bb cc", "dd"]
    assert wrap("aa bb cc dd", 7, 9) == ["aa bb", "cc dd"]
    assert wrap("a b c d e", 5, 9) == ["a b c", "d e"]
    assert wrap("a b c d e", 4, 9) == ["a b", "c d", "e"]
