"""What code leaves open, where a parser only says that the file ends."""

from __future__ import annotations

import pytest

from pytest_auth0_actions.project.unclosed import Unclosed, unclosed_in


@pytest.mark.parametrize(
    ("source", "found"),
    [
        ("f = () => {\n  a();\n", ("{", 1, "f = () => {")),
        ("f = () => {\n  if (a) {\n", ("{", 2, "  if (a) {")),  # the one to be closed first
        ("f = () => {\n  if (a) {\n    b();\n};\n", ("{", 2, "  if (a) {")),
        ("f = () => {\n\tif (a) {\n\t\tb();\n};\n", ("{", 2, "\tif (a) {")),
        ("f = () => {\n  g(() => {\n    b();\n  })\n  h([1,\n    2\n", ("[", 5, "  h([1,")),
        ("f = {\n  a: {\n  b: 1,\n};\n", ("{", 2, "  a: {")),
        ("f = `a\n${b}\n", ("`", 1, "f = `a")),
        ("f = {};\ng = `a\n${{ b }} c\n${d}\n", ("`", 2, "g = `a")),
        ("f = {\n  a: `${b\n};\n", ("`", 2, "  a: `${b")),
        ("f = '{'; // {\n/* { */ g(/{/);\n", None),
        ("f();\n}\n)\n", None),  # what is closed was never open
        ("f = {\n  a: 1,\n    };\n", None),
        ("", None),
    ],
)
def test_what_is_left_open(source: str, found: tuple[str, int, str] | None) -> None:
    assert unclosed_in(source) == (None if found is None else Unclosed(*found))
