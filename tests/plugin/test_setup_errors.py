"""Errors in fixtures of ours, where pytest alone would have no line to show."""

from __future__ import annotations

import pytest

HIDDEN = "*All traceback entries are hidden*"


def errors_of(pytester: pytest.Pytester, *arguments: str) -> pytest.RunResult:
    result = pytester.runpytest("-p", "no:xdist", *arguments)
    result.stdout.no_fnmatch_line(HIDDEN)
    return result


@pytest.mark.parametrize("style", ["long", "short"])
def test_the_test_is_named(pytester: pytest.Pytester, style: str) -> None:
    pytester.makepyfile(test_it="class TestIt:\n    def test_it(self, tenant): pass\n")
    result = errors_of(pytester, f"--tb={style}")
    result.assert_outcomes(errors=1)
    result.stdout.fnmatch_lines(
        [
            "E   *UsageError: ?A107? No tenant is named.",
            "test_it.py:2: a fixture of this test raised it",
        ]
    )


def test_a_setting_too(pytester: pytest.Pytester) -> None:
    pytester.makepyfile(test_it="def test_it(clock): pass\n")
    result = errors_of(pytester, "-o", "auth0_now=never")
    result.stdout.fnmatch_lines(["E   *?A110?*", "test_it.py:1: a fixture of this test raised it"])


def test_a_line_of_the_user_s_stays(pytester: pytest.Pytester) -> None:
    pytester.makepyfile(
        test_it="""
        import pytest

        @pytest.fixture
        def action(load_action):
            return load_action("nowhere.js")

        def test_it(action): pass
        """
    )
    result = errors_of(pytester)
    result.stdout.fnmatch_lines(["*?A321?*", "test_it.py:5: ActionLoadError"])
    result.stdout.no_fnmatch_line("*a fixture of this test*")


def test_no_line_of_ours_is_shown_for_a_node_that_is_none(pytester: pytest.Pytester) -> None:
    pytester.makepyfile(test_it="def test_it(load_action):\n    load_action('a.js')\n")
    (pytester.path / "a.js").write_text(
        "exports.onExecutePostLogin = async () => {};", encoding="utf-8"
    )
    result = errors_of(pytester, "--auth0-node=/nowhere")
    result.stdout.fnmatch_lines(["*?A307?*", "test_it.py:2: NodeNotFoundError"])
    result.stdout.no_fnmatch_line("*pool.py*")
