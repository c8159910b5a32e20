from __future__ import annotations

import itertools
import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pytest_auth0_actions.errors import printable
from pytest_auth0_actions.reporting.columns import columns, cut, cut_counted, shortened, wrap

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


@pytest.mark.parametrize(
    ("text", "taken"),
    [
        ("\u2764", 1),
        ("\u2764\ufe0f", 2),  # drawn as an emoji
        ("1\ufe0f\u20e3", 2),
        ("a\ufe0f", 1),  # which no emoji is made of
        ("\U0001f44d\U0001f3fd", 2),  # with a skin tone
        ("x\U0001f3fd", 3),
        ("\U0001f1e9\U0001f1ea", 2),  # a flag
        ("\uac01", 2),
        ("\u1112\u1161\u11ab", 2),  # the same kind of syllable in parts
        ("\ud55c\ud7b0", 2),
        ("a\u3164b\uffa0", 2),  # fillers
        ("\u0915\u093f", 2),  # a vowel that stands beside its consonant
        ("\u0e01\u0e34", 1),  # and one above
        ("\u05e9\u05b8", 1),
        ("a\u20dd", 1),
    ],
)
def test_widths_are_those_of_wcwidth(text: str, taken: int) -> None:
    """As wcwidth 0.9.4 gives them."""
    assert columns(text) == taken
    assert columns(f"{text}{text}") == 2 * taken


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


@given(WIDE, st.integers(1, 80))
def test_what_is_cut_says_how_much_is_left_out(text: str, room: int) -> None:
    shown = cut_counted(text, room)
    assert columns(shown) <= room
    assert (shown == text) == (columns(text) <= room)
    if shown != text:
        start, _, count = shown.rpartition("…")
        assert text.startswith(start)
        number = re.fullmatch(r"(?: \+([\d,]+)(?: characters?)?)?", count)
        assert number is not None
        assert number[1] is None or len(start) + int(number[1].replace(",", "")) == len(text)
        assert number[1] is not None or room < 3 * len("… +0000")


@pytest.mark.parametrize(
    ("room", "shown"),
    [
        (20, "xxxxxxxxxxxxxxxxxxx…"),
        (23, "x" * 22 + "…"),
        (24, "x" * 16 + "… +1,234"),
        (56, "x" * 48 + "… +1,202"),
        (57, "x" * 38 + "… +1,212 characters"),
        (1_249, "x" * 1_230 + "… +20 characters"),
        (1_250, "x" * 1_250),
    ],
)
def test_the_words_of_a_count_take_a_third_at_most(room: int, shown: str) -> None:
    assert cut_counted("x" * 1_250, room) == shown


def test_one_character_more_is_one() -> None:
    assert shortened("abc", 2) == "ab… +1 character"
    assert shortened("abc", 3) == "abc"


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
