"""Installed but unused, the plugin costs nothing."""

from __future__ import annotations

import subprocess
import sys

import pytest


def test_unused_it_imports_neither_freezegun_nor_what_runs_node(project: pytest.Pytester) -> None:
    project.makepyfile(
        """
        import sys

        def test_it():
            ours = [name for name in sys.modules if name.startswith("pytest_auth0_actions")]
            assert {name.split(".")[1] for name in ours if "." in name} == {
                "calls", "errors", "plugin"
            }
            assert "freezegun" not in sys.modules
        """
    )
    project.runpytest_subprocess().assert_outcomes(passed=1)


@pytest.mark.parametrize(
    ("imported", "absent"),
    [
        ("import pytest_auth0_actions", {"pytest", "freezegun", "subprocess"}),
        (
            "from pytest_auth0_actions import CacheAPI, CacheRules, CacheStore",
            {"pytest", "freezegun", "subprocess"},
        ),
        ("from pytest_auth0_actions import PostLoginEvent", {"pytest", "freezegun", "subprocess"}),
        ("from pytest_auth0_actions import Clock", {"pytest"}),
    ],
)
def test_the_core_needs_no_pytest(imported: str, absent: set[str]) -> None:
    code = f"import sys; {imported}; print(*sys.modules)"
    loaded = subprocess.run(
        [sys.executable, "-c", code], check=True, capture_output=True, text=True
    ).stdout.split()
    assert absent.isdisjoint(loaded)


def test_no_run_imports_the_types_of_events(project: pytest.Pytester) -> None:
    project.makefile(".js", code="exports.onExecutePostLogin = async (event, api) => {};")
    project.makepyfile(
        """
        import sys

        def test_it(load_action, make_event):
            load_action("code.js", trigger="post-login").run(make_event("post-login"))
            assert not [name for name in sys.modules if ".auth0.events.types" in name]
        """
    )
    project.runpytest_subprocess().assert_outcomes(passed=1)


def test_a_session_without_our_fixtures_starts_no_process(project: pytest.Pytester) -> None:
    project.makepyfile("def test_it(): pass")
    result = project.runpytest_subprocess("--auth0-node=/no/such/node")
    result.assert_outcomes(passed=1)
