"""An Action is its test's: what becomes of one that is kept for later tests."""

from __future__ import annotations

import pytest


def test_a_kept_action_says_to_load_it_in_each_test(project: pytest.Pytester) -> None:
    project.makepyfile(
        """
        import pytest
        from pytest_auth0_actions import UsageError

        KEPT = {}

        def test_first(load_action, flow, make_event, api):
            action = load_action("actions/provision/code.js")
            KEPT.update(action=action, flow=flow(action), make_event=make_event, api=api)
            assert KEPT["flow"].run().status == "completed"

        @pytest.mark.parametrize(
            "use",
            [
                lambda flow: KEPT["action"].run(),
                lambda flow: KEPT["action"].run({}),
                lambda flow: KEPT["action"].make_event(),
                lambda flow: KEPT["flow"].run(),
                lambda flow: flow(KEPT["action"]),
            ],
        )
        def test_kept_action(flow, use):
            with pytest.raises(UsageError) as caught:
                use(flow)
            assert str(caught.value) == (
                "[A427] The Action was loaded by a test that is over.\\n"
                "Given: Action('actions/provision/code.js').\\n"
                "Load it in each test, or in a fixture without scope=, which runs for each test. "
                "That is quick: its code is compiled once."
            )

        @pytest.mark.parametrize(
            "use", [lambda: KEPT["make_event"](), lambda: KEPT["api"].cache.get("token")]
        )
        def test_what_else_was_kept(use):
            with pytest.raises(UsageError, match="ask for them in each test, or in a fixture"):
                use()

        @pytest.fixture
        def provision(load_action):
            return load_action("actions/provision/code.js")

        @pytest.mark.parametrize("number", range(3))
        def test_as_advised(provision, number):
            assert provision.run().logs == "cache miss\\n"

        @pytest.fixture(scope="session")
        def shared(load_action):
            return load_action("actions/provision/code.js")

        def test_shared(shared):
            pass
        """
    )
    result = project.runpytest("-p", "no:xdist")
    result.assert_outcomes(passed=11, errors=1)
    result.stdout.fnmatch_lines(["*ScopeMismatch*"])
