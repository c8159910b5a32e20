"""What coverage.py is told of a file."""

from __future__ import annotations

from pathlib import Path

import pytest
from coverage.exceptions import NoSource

from pytest_auth0_actions.coverage import JavaScriptPlugin
from pytest_auth0_actions.project.javascript.reporter import JavaScriptReporter

SOURCE = """\
exports.on = async (event) => {
  if (event.user) { // it is
    return event.user.name ?? 'none';
  }
  /* c8 ignore next */
  console.log("no user", 5);
};
const one = () => 1;
"""


@pytest.fixture
def reporter(tmp_path: Path) -> JavaScriptReporter:
    path = tmp_path / "code.js"
    path.write_text(SOURCE, encoding="utf-8")
    return JavaScriptPlugin().file_reporter(str(path))


def test_lines_and_ways(reporter: JavaScriptReporter) -> None:
    assert reporter.lines() == {1, 2, 3, 8}
    assert reporter.excluded_lines() == {6}
    assert reporter.arcs() == {(2, 3), (3, -1), (3, -2), (8, -1), (8, -2)}
    assert reporter.exit_counts() == {2: 1, 3: 2, 8: 2}


def test_what_no_run_did_is_said_in_words(reporter: JavaScriptReporter) -> None:
    assert reporter.missing_arc_description(2, 3) == (
        "line 2 didn't jump to line 3 because the condition was never true"
    )
    assert reporter.missing_arc_description(3, -2) == (
        "line 3, column 31: the right side of ?? was never evaluated"
    )
    assert reporter.arc_description(2, 3) == "jump to line 3"
    assert reporter.arc_description(3, -2) == "go on within the line"


def test_words_have_colors(reporter: JavaScriptReporter) -> None:
    lines = list(reporter.source_token_lines())
    assert ["".join(text for _, text in line) for line in lines] == SOURCE.split("\n")
    assert [each for each in lines[2] if each[0] != "txt"] == [
        ("key", "return"), ("nam", "event"), ("nam", "user"), ("nam", "name"), ("str", "'none'"),
    ]  # fmt: skip
    assert ("com", "// it is") in lines[1]
    assert ("num", "5") in lines[5]


def test_functions_are_regions(reporter: JavaScriptReporter) -> None:
    assert [
        (region.kind, region.name, region.start, region.lines) for region in reporter.code_regions()
    ] == [("function", "on", 1, {2, 3, 4, 5, 6, 7})]
    assert reporter.code_region_kinds() == [("function", "functions")]


def test_a_function_around_another_has_the_other_lines(tmp_path: Path) -> None:
    path = tmp_path / "code.ts"
    path.write_text("function a() {\n  b(() => {\n    c();\n  });\n  d();\n}\n", encoding="utf-8")
    reporter = JavaScriptReporter(str(path))
    assert {region.name: region.lines for region in reporter.code_regions()} == {
        "a": {2, 5, 6},
        "(anonymous)": {3, 4},
    }


@pytest.mark.parametrize("content", [None, b"\xe9"])
def test_a_file_that_cannot_be_read_is_none(tmp_path: Path, content: bytes | None) -> None:
    path = tmp_path / "code.js"
    if content is not None:
        path.write_bytes(content)
    with pytest.raises(NoSource, match="No source for code"):
        JavaScriptReporter(str(path)).lines()
