"""What the benchmarks make of what they measure: ratios, the table, and the page."""

from __future__ import annotations

import re
import sys
from pathlib import Path

import pytest

from tests.benchmarks import peers, report
from tests.benchmarks.rows import BROKEN, Group, Row, Samples, marginal, sample
from tests.benchmarks.running import BrokenCommandError, Command, Sample
from tests.benchmarks.suites import SUITES
from tests.benchmarks.suites.model import SMOKE, Bench

PAGE = "Before.\n\n<!-- measured -->\nold\n<!-- measured: end -->\n\nAfter.\n"


def row(target: float | None = 0.5) -> Row:
    """Return a row of two rounds: 0.40, then 0.60."""
    made = Row("work", "theirs", target, sample("ours"), sample("theirs"))
    for ours_s in (0.8, 1.2):
        made.add({"ours": Sample(ours_s, 0.5), "theirs": Sample(2.0, 1.0)})
    return made


@pytest.mark.parametrize(("target", "met"), [(0.49, False), (0.50, True), (None, None)])
def test_a_row_is_met_by_its_median(target: float | None, met: bool | None) -> None:
    assert row(target).met is met


def test_one_more_test_is_what_many_take_beyond_one() -> None:
    samples = {"ours 11": Sample(3.0, 1.5), "ours 1": Sample(1.0, 0.5)}
    more = marginal("ours", 11)(samples)
    assert more.value == pytest.approx(0.2)
    assert more.processor_s == pytest.approx(0.1)


def test_the_sides_take_turns_after_an_unmeasured_round() -> None:
    order: list[str] = []

    def side(name: str) -> Samples:
        order.append(name)
        return {name: Sample(len(order))}

    group = Group([row()], [lambda: side("ours"), lambda: side("theirs")])
    group.rows[0].ratios.clear()
    group.play(3)
    unmeasured, *rounds = [order[at : at + 2] for at in range(0, 8, 2)]
    assert unmeasured == ["ours", "theirs"]
    assert rounds == [["theirs", "ours"], ["ours", "theirs"], ["theirs", "ours"]]
    assert group.rows[0].ratios == [4 / 3, 5 / 6, 8 / 7]


@pytest.mark.parametrize(("share", "rounds"), [(0.5, 2), (1, 3), (2, 6)])
def test_a_group_may_have_a_share_of_the_rounds(share: float, rounds: int) -> None:
    only = Row("work", "theirs", None, sample("ours"), sample("ours"))
    Group([only], [lambda: {"ours": Sample(1.0)}], share).play(3, warm_up=False)
    assert only.ratios == [1.0] * rounds


def test_a_side_that_breaks_is_shown_and_no_figure(capsys: pytest.CaptureFixture[str]) -> None:
    def broken() -> Samples:
        raise BrokenCommandError("3 failed")

    only = Row("work", "theirs", None, sample("ours"), sample("theirs"))
    Group([only], [broken, lambda: {"theirs": Sample(1.0)}]).play(2)
    assert (only.note, only.ratios) == (BROKEN, [])
    assert capsys.readouterr().err == "3 failed\n"


def test_the_table_has_the_ratios_first_and_the_spread() -> None:
    assert report.as_table([row()]) == (
        "| suite | against | median (min to max) | target | met | ours   | theirs | "
        "processor time      | pairs |\n"
        "| ----- | ------- | ------------------- | ------ | --- | ------ | ------ | "
        "------------------- | ----- |\n"
        "| work  | theirs  | 0.50 (0.40 to 0.60) | 0.50   | yes | 1.00 s | 2.00 s | "
        "0.50 (0.50 to 0.50) | 2     |\n"
    )


def test_a_row_that_was_not_measured_says_why() -> None:
    missing = Row("work", "Jest", 1.0, sample("ours"), sample("theirs"), note="not installed")
    assert "| not measured: not installed |" in report.as_table([missing])


@pytest.mark.parametrize(
    ("values", "unit", "shown"),
    [
        ([0.5, 1.5, 2.5], "s", "1.50 s"),
        ([0.0123], "ms", "12.30 ms"),
        ([0.1], "ms", "100 ms"),
        ([0.000_002], "us", "2.00 µs"),
        ([250_000_000], "MB", "250 MB"),
    ],
)
def test_a_figure_has_its_unit(values: list[float], unit: str, shown: str) -> None:
    assert report.figure(values, unit) == shown


def test_the_page_gets_the_table_between_its_marks() -> None:
    page = report.with_table(PAGE, [row()], "7 pairs of runs.")
    assert page.startswith("Before.\n\n<!-- measured -->\n\n| suite | against |")
    assert page.endswith("7 pairs of runs.\n\n<!-- measured: end -->\n\nAfter.\n")
    assert "old" not in page
    assert report.with_table(page, [row()], "7 pairs of runs.") == page


def test_a_page_without_marks_is_refused() -> None:
    with pytest.raises(ValueError, match="needs a line <!-- measured -->"):
        report.with_table("Before.", [row()], "")


def test_the_page_of_the_docs_has_the_marks() -> None:
    page = Path(peers.PROJECT, "docs/performance.md").read_text(encoding="utf-8")
    assert report.with_table(page, [row()], "") != page


def test_the_lock_file_names_versions_and_no_host() -> None:
    versions = peers.npm_versions()
    assert {name: version.partition(".")[0] for name, version in versions.items()} == {
        "Jest": "30",
        "auth0": "4",
        "axios": "1",
        "nock": "14",
    }
    lock = (peers.NPM / "package-lock.json").read_text(encoding="utf-8")
    assert "resolved" not in lock


def test_only_the_wanted_plugins_are_loaded() -> None:
    made = peers.Peers("python", "node", {})
    blocked = set(made.pytest_line(("auth0_actions", "xdist"))) & {
        f"-pno:{name}" for name in peers.PLUGINS
    }
    assert blocked == {
        f"-pno:{name}"
        for name in set(peers.PLUGINS) - {"auth0_actions", "xdist", "xdist.looponfail"}
    }


def test_a_command_that_did_not_do_its_work_is_broken(tmp_path: Path) -> None:
    command = Command((sys.executable, "-c", "print('1 passed')"), tmp_path, r"\b2 passed")
    with pytest.raises(BrokenCommandError, match=re.escape("ends in:\n1 passed")):
        command.time()


@pytest.mark.parametrize("name", SUITES)
def test_both_sides_of_a_suite_are_written_whole(tmp_path: Path, name: str) -> None:
    there = peers.Peers("python", "node", {}, tmp_path / "jest.js")
    groups = SUITES[name].groups(Bench(there, tmp_path, SMOKE))
    assert all(group.rows and group.measures for group in groups)
    files = [path for path in tmp_path.rglob("*") if path.suffix in {".js", ".py"}]
    for path in files:
        text = path.read_text(encoding="utf-8")
        assert not re.search(r"%\(\w+\)", text), path  # a name that nothing was put in for
        if path.suffix == ".py":
            compile(text, path, "exec")
