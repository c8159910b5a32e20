"""`--auth0-report`: what is collected, from one process or several, and where it is written."""

from __future__ import annotations

import datetime as dt
import json
import re
from pathlib import Path
from typing import Any

import pytest

from pytest_auth0_actions.reporting.html.collector import Collector

TESTS = """
import pytest

@pytest.fixture
def broken_before(api):
    api.cache.get("before")
    raise OSError("no disk")

@pytest.fixture
def broken_after(api):
    yield
    api.cache.get("after")
    raise OSError("no disk")

def test_passes(load_action, clock):
    action = load_action("actions/provision/code.js", secrets={"API_KEY": "s3cr3t"})
    action.run()
    clock.tick(minutes=15, milliseconds=1)
    assert action.run().logs == "cache miss\\n"

def test_fails(api, clock):
    clock.tick(minutes=1)
    assert api.cache.get("token") is not None, "no token"

def test_skips(api):
    pytest.skip("not today")

@pytest.mark.xfail
def test_expected(api):
    assert False

def test_error_before(broken_before): pass

def test_error_after(broken_after): pass

def test_fails_and_error_after(broken_after):
    assert False, "the first counts"

def test_of_nobody(): pass

@pytest.mark.skip(reason="never set up")
def test_skipped(api): pass

@pytest.mark.parametrize("key", ["\\ud800"])
def test_half_a_character(api, key):
    api.cache.get(key)

def test_long(api):
    api.cache.set("k", "v" * 5_000)

def test_reasons(api, cache_store, clock):
    api.cache.set("k", "v", {"ttl": 3_600_000})
    cache_store.evict("k")
    clock.tick(minutes=1)
    api.cache.get("k")
"""


def read(page: Path) -> dict[str, Any]:
    """Return the report that a page shows, its events as dicts again."""
    found = re.search(
        r'<script[^>]*type="application/json"[^>]*>(.*?)</script>',
        page.read_text(encoding="ascii"),
        re.DOTALL,
    )
    assert found is not None
    report: dict[str, Any] = json.loads(found[1])
    for test in report["tests"]:
        events = []
        for kind, *cells in test["events"]:
            columns = report["columns"][kind].items()
            event = {"kind": kind}
            for (name, what), cell in zip(columns, cells, strict=True):
                is_index = what == "text" and cell is not None
                event[name] = report["texts"][cell] if is_index else cell
            events.append(event)
        test["events"] = events
    return report


def by_name(report: dict[str, Any]) -> dict[str, dict[str, Any]]:
    return {test["nodeid"].partition("::")[2].split("[")[0]: test for test in report["tests"]}


@pytest.mark.slow
@pytest.mark.parametrize("workers", [(), ("-n2",)])
def test_the_page_has_each_test_that_used_ours(
    project: pytest.Pytester, workers: tuple[str, ...]
) -> None:
    project.makepyfile(test_it=TESTS)
    before = dt.datetime.now(dt.timezone.utc).replace(microsecond=0)
    result = project.runpytest_subprocess(*workers, "--auth0-report=new/folders/report.html")
    page = project.path / "new/folders/report.html"
    result.stdout.fnmatch_lines([f"*- generated Auth0 report: {page} -*"])
    report = read(page)
    tests = by_name(report)
    assert {name: test["outcome"] for name, test in tests.items()} == {
        "test_skipped": "skipped",
        "test_passes": "passed",
        "test_fails": "failed",
        "test_skips": "skipped",
        "test_expected": "skipped",
        "test_error_before": "error",
        "test_error_after": "error",
        "test_fails_and_error_after": "failed",
        "test_half_a_character": "passed",
        "test_long": "passed",
        "test_reasons": "passed",
    }
    assert before <= dt.datetime.fromisoformat(report["created_at"])
    assert report["versions"].keys() == {"pytest", "Node.js", "cache rules"}
    assert report["versions"]["pytest"] == pytest.__version__
    assert report["versions"]["Node.js"].endswith(" (the node extra)")
    assert report["versions"]["cache rules"] == "documented"
    assert all(0 < test["duration_s"] < 60 for test in tests.values())
    started = {test["start_ms"] for name, test in tests.items() if name != "test_skipped"}
    assert started == {1_735_689_600_000}
    messages = {name: test["message"].split("\n")[0] for name, test in tests.items()}
    assert messages == {
        "test_skipped": "Skipped: never set up",
        "test_passes": "",
        "test_fails": "AssertionError: no token",
        "test_skips": "Skipped: not today",
        "test_expected": "assert False",
        "test_error_before": "OSError: no disk",
        "test_error_after": "OSError: no disk",
        "test_fails_and_error_after": "AssertionError: the first counts",
        "test_half_a_character": "",
        "test_long": "",
        "test_reasons": "",
    }
    assert tests["test_passes"]["events"][2] == {
        "kind": "log", "at_ms": 0, "text": "cache miss\n",
        "place": "actions/provision/code.js:4",
    }  # fmt: skip
    assert [event["kind"] for event in tests["test_passes"]["events"]] == [
        "run", "call", "log", "call", "clock", "run", "call", "log", "call",
    ]  # fmt: skip
    assert tests["test_fails"]["events"] == [
        {"kind": "clock", "at_ms": 0, "to_ms": 60_000, "by": "test"},
        {
            "kind": "call", "at_ms": 60_000, "path": "cache.get", "args": "'token'",
            "result": "miss: never set", "ok": True, "key": "token", "expires_at": None,
            "hit": False, "by": "test", "place": None, "passed": None, "gave": None,
        },
    ]  # fmt: skip
    assert tests["test_error_after"]["events"][0]["key"] == "after"
    assert tests["test_half_a_character"]["events"][0]["key"] == "\ud800"
    [long_call] = tests["test_long"]["events"]
    assert long_call["args"] == "'k', '" + "v" * 994 + "… +4,007 characters"
    calls = [event for event in tests["test_reasons"]["events"] if event["kind"] == "call"]
    assert [call["result"] for call in calls] == ["lives 1h, until +1h", "miss: evicted 1m ago"]
    assert "s3cr3t" not in page.read_text(encoding="ascii")
    assert "***API_KEY***" in page.read_text(encoding="ascii")


def test_a_path_is_taken_from_where_pytest_was_started(
    project: pytest.Pytester, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("HOME", str(project.path / "home"))
    project.makepyfile(
        """
        import os

        def test_it(api, tmp_path):
            os.chdir(tmp_path)
            api.cache.get("token")
        """
    )
    for path, page in (("a.html", "a.html"), ("~/b.html", "home/b.html")):
        project.runpytest_subprocess(f"--auth0-report={path}").assert_outcomes(passed=1)
        assert len(read(project.path / page)["tests"]) == 1


def test_an_older_page_is_replaced(project: pytest.Pytester) -> None:
    (project.path / "report.html").write_text("x" * 1_000_000, encoding="utf-8")
    project.makepyfile("def test_it(api): api.cache.get('token')")
    project.runpytest("--auth0-report=report.html")
    assert len(read(project.path / "report.html")["tests"]) == 1


def test_a_session_without_our_fixtures_has_an_empty_page(project: pytest.Pytester) -> None:
    project.makepyfile("def test_it(): pass")
    project.runpytest("--auth0-report=report.html")
    assert read(project.path / "report.html")["tests"] == []


@pytest.mark.parametrize(
    ("path", "why"),
    [("folder", "Is a directory"), ("file/report.html", "*"), ("/proc/nope/report.html", "*")],
)
def test_a_path_that_can_not_be_written_stops_the_session_before_its_tests(
    project: pytest.Pytester, path: str, why: str
) -> None:
    (project.path / "folder").mkdir()
    (project.path / "file").write_text("", encoding="utf-8")
    project.makepyfile("def test_it(): open('ran', 'w')")
    result = project.runpytest(f"--auth0-report={path}")
    assert result.ret == pytest.ExitCode.USAGE_ERROR
    result.stderr.fnmatch_lines(
        [
            f"ERROR: ?A109? --auth0-report can't be written: {why}.",
            f"Given: '{path}', which is *{path}.",
            "Pass the path of a file, such as report.html.",
        ]
    )
    assert not (project.path / "ran").exists()


def test_what_the_check_of_a_path_leaves_is_what_was_there(tmp_path: Path) -> None:
    old, new = tmp_path / "old.html", tmp_path / "new.html"
    old.write_text("old", encoding="utf-8")
    Collector(old, {})
    Collector(new, {})
    assert old.read_text(encoding="utf-8") == "old"
    assert not new.exists()


def test_unless_asked_for_nothing_of_it_is_imported(project: pytest.Pytester) -> None:
    project.makepyfile(
        """
        import sys

        def test_it(api):
            api.cache.get("token")

        def test_imports():
            assert "pytest_auth0_actions.reporting.sections" in sys.modules
            assert not [name for name in sys.modules if "auth0_actions.report." in name]
        """
    )
    project.runpytest_subprocess().assert_outcomes(passed=2)


@pytest.mark.slow
def test_each_worker_of_several_that_run_the_same_test_has_its_own(
    project: pytest.Pytester,
) -> None:
    project.makepyfile("def test_it(api): api.cache.get('token')")
    project.runpytest_subprocess("--dist=each", "--tx=2*popen", "--auth0-report=report.html")
    tests = read(project.path / "report.html")["tests"]
    assert [len(test["events"]) for test in tests] == [1, 1]


@pytest.mark.slow
def test_a_test_in_which_a_worker_crashes_is_an_error(project: pytest.Pytester) -> None:
    project.makepyfile(
        """
        import os

        def test_one(api): api.cache.get("token")

        def test_two(api): os._exit(1)

        def test_three(api): api.cache.get("token")
        """
    )
    project.runpytest_subprocess("-n1", "--auth0-report=report.html")
    found = by_name(read(project.path / "report.html"))
    assert {name: test["outcome"] for name, test in found.items()} == {
        "test_one": "passed",
        "test_two": "error",
        "test_three": "passed",
    }
    assert found["test_two"]["message"].startswith("worker 'gw0' crashed while running ")
    assert found["test_two"]["file"].endswith(".py")


def test_the_colors_of_pytest_stay_in_the_terminal(project: pytest.Pytester) -> None:
    project.makepyfile("def test_it(api): assert [api.cache.get('a')] == [1, 'x']")
    project.runpytest("--color=yes", "--auth0-report=r.html").assert_outcomes(failed=1)
    page = (project.path / "r.html").read_text(encoding="ascii")
    assert "At index 0 diff: None" in page
    assert "u001b" not in page
