"""What pytest shows of an outcome where a test fails."""

from __future__ import annotations

import pytest


def test_a_failed_test_shows_what_the_action_asked_for_and_no_more(
    project: pytest.Pytester,
) -> None:
    (project.path / "login.js").write_text(
        "exports.onExecutePostLogin = async (event, api) => { api.access.deny('Not today'); };",
        encoding="utf-8",
    )
    project.makepyfile(
        """
        def test_attribute(load_action):
            outcome = load_action("login.js").run().outcome
            assert outcome.denied is None

        def test_equal(load_action):
            outcome = load_action("login.js").run().outcome
            assert outcome == type(outcome)()
        """
    )
    result = project.runpytest("-p", "no:xdist")
    denied = "LoginDenial(reason='Not today', by='access.deny')"
    result.stdout.fnmatch_lines(
        [
            f"E *assert {denied} is None",
            f"E *where {denied} = PostLoginOutcome(denied={denied}).denied",
            f"E *PostLoginOutcome(denied={denied[:20]}* == PostLoginOutcome()",
        ]
    )
