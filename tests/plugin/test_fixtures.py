"""The fixtures as a user's test file has them."""

from __future__ import annotations

import pytest
from _pytest.fixtures import FixtureFunctionDefinition

import pytest_auth0_actions
from pytest_auth0_actions.node.pool import NodePool
from pytest_auth0_actions.plugin import fixtures


def test_the_first_example_passes(project: pytest.Pytester) -> None:
    project.makepyfile(
        """
        def test_default_lifetime_is_fifteen_minutes(api, clock):
            api.cache.set("token", "abc")
            clock.tick(minutes=15)
            assert api.cache.get("token").value == "abc"
            clock.tick(milliseconds=1)
            assert api.cache.get("token") is None


        def test_second_registration_reuses_the_token(load_action, make_event, api, clock):
            action = load_action("actions/provision/code.js", secrets={"API_KEY": "k"})
            first = action.run(make_event(user={"email": "ada@example.com"}))
            clock.tick(minutes=14)
            second = action.run(make_event(user={"email": "bob@example.com"}))
            assert [call.path for call in first.calls] == ["cache.get", "cache.set"]
            assert [call.path for call in second.calls] == ["cache.get"]
            assert "cache hit" in second.logs
        """
    )
    project.runpytest().assert_outcomes(passed=2)


def test_the_store_is_the_one_behind_the_api_and_each_test_has_its_own(
    project: pytest.Pytester,
) -> None:
    project.makepyfile(
        """
        def test_one(api, cache_store):
            api.cache.set("k", "v")
            assert list(cache_store.records) == ["k"]

        def test_two(api, cache_store):
            assert list(cache_store.records) == []
        """
    )
    project.runpytest().assert_outcomes(passed=2)


def test_the_api_has_a_cache_and_nothing_else(project: pytest.Pytester) -> None:
    project.makepyfile(
        """
        import pytest

        def test_members(api):
            assert dir(api) == ["cache"]
            with pytest.raises(AttributeError) as caught:
                api.access.deny("no")
            assert str(caught.value) == (
                "[A208] The api of post-user-registration has no 'access': all it has is api.cache."
                " If it is of another trigger, name that: @pytest.mark.auth0(trigger='post-login')."
            )
            assert caught.value.name == "access"

        @pytest.mark.auth0(trigger='post-login')
        def test_as_is_advised(api):
            assert dir(api.access) == ["deny"]

        @pytest.mark.auth0(trigger="post-user-registration")
        def test_of_a_trigger_that_is_named(api):
            with pytest.raises(AttributeError, match=r"all it has is api.cache\\.$"):
                api.access.deny("no")

        def test_of_a_trigger_that_an_action_has_decided(api, load_action):
            load_action("actions/provision/code.js")
            with pytest.raises(AttributeError, match=r"all it has is api.cache\\.$"):
                api.access.deny("no")
        """
    )
    project.runpytest().assert_outcomes(passed=4)


def test_an_event_is_whole_its_own_and_alike_in_each_run(project: pytest.Pytester) -> None:
    project.makepyfile(
        """
        import json
        import pathlib

        def test_one(make_event, clock):
            event = make_event(user={"email": "bob@example.com"})
            assert event["user"]["email"] == "bob@example.com"
            assert event["user"]["created_at"] == "2025-01-01T00:00:00.000Z"
            event["user"]["app_metadata"]["mine"] = True
            clock.tick(milliseconds=1_500)
            assert make_event()["user"]["created_at"] == "2025-01-01T00:00:01.500Z"
            assert make_event()["user"]["app_metadata"] == {}
            pathlib.Path("events.txt").open("a").write(json.dumps(make_event()) + "\\n")
        """
    )
    for _ in range(2):
        project.runpytest("-W", "ignore::ResourceWarning").assert_outcomes(passed=1)
    first, second = (project.path / "events.txt").read_text(encoding="utf-8").splitlines()
    assert first == second


def test_a_misspelled_field_is_an_error_in_the_test_not_in_our_insides(
    project: pytest.Pytester,
) -> None:
    project.makepyfile(
        """
        def test_it(make_event):
            make_event(user={"emial": "ada@example.com"})
        """
    )
    result = project.runpytest()
    result.assert_outcomes(failed=1)
    result.stdout.fnmatch_lines(
        [
            '>       make_event(user={"emial": "ada@example.com"})',
            "E       pytest_auth0_actions.errors.UsageError: [A204] event.user has no field "
            "'emial'.",
            "E       Given: user.emial.",
            "E       Did you mean event.user.email? If not, set it on the finished event: "
            'event?"user"??"emial"? = VALUE.',
            "",
            "test_*.py:2: UsageError",
        ]
    )
    result.stdout.no_fnmatch_line("*events.py*")


def test_a_failed_run_is_shown_at_the_users_line(project: pytest.Pytester) -> None:
    (project.path / "actions/broken.js").write_text(
        "exports.onExecutePostUserRegistration = async (event) => {\n  event.usr.email;\n};\n",
        encoding="utf-8",
    )
    project.makepyfile(
        """
        def test_it(load_action):
            load_action("actions/broken.js").run()
        """
    )
    result = project.runpytest()
    result.assert_outcomes(failed=1)
    result.stdout.fnmatch_lines(
        [
            '>       load_action("actions/broken.js").run()',
            "E       *ActionError: ?A403? The Action threw TypeError: Cannot read properties*",
            "E       Given: actions/broken.js:2:13.",
        ]
    )
    result.stdout.no_fnmatch_line("*runtime.py*")


def test_a_projects_own_fixtures_hide_ours_and_break_nothing(project: pytest.Pytester) -> None:
    """None of ours asks for another by a name that a project may have taken."""
    project.makeconftest(
        """
        import pytest

        @pytest.fixture
        def api():
            return "the project's"

        @pytest.fixture
        def clock():
            return "the project's"

        @pytest.fixture
        def cache_store():
            return "the project's"

        @pytest.fixture
        def make_event():
            return "the project's"
        """
    )
    project.makepyfile(
        """
        def test_it(api, clock, cache_store, make_event, load_action):
            assert {api, clock, cache_store, make_event} == {"the project's"}
            assert load_action("actions/provision/code.js").run().logs == "cache miss\\n"
        """
    )
    project.runpytest().assert_outcomes(passed=1)


def test_a_wrong_keyword_is_named_with_its_fixture(project: pytest.Pytester) -> None:
    project.makepyfile(
        """
        import pytest
        from pytest_auth0_actions import UsageError

        def test_it(load_action, make_event):
            with pytest.raises(UsageError, match=r"load_action\\(\\) has no argument 'module'"):
                load_action("code.js", module={})
            with pytest.raises(UsageError, match=r"make_event\\(\\) does not take these"):
                make_event("post-user-registration", {})
            with pytest.raises(UsageError, match=r"make_event\\(\\) takes the fields .* keywords"):
                make_event({"user": {}})
        """
    )
    project.runpytest().assert_outcomes(passed=1)


def test_the_fixtures_are_documented(project: pytest.Pytester) -> None:
    result = project.runpytest("--fixtures")
    for name in ("api", "cache_store", "clock", "load_action", "make_event"):
        result.stdout.re_match_lines([rf"{name} -- .*plugin/\w+\.py:\d+", r"    \S+"])
    result.stdout.no_fnmatch_line("_auth0*")


def test_the_marker_and_the_option_are_documented(project: pytest.Pytester) -> None:
    project.runpytest("--markers").stdout.fnmatch_lines(
        ["@pytest.mark.auth0(now=..., trigger=..., cache_rules=..., allow_hosts=*"]
    )
    project.runpytest("--help").stdout.fnmatch_lines(
        [
            "Auth0 Actions:",
            "*--auth0-node*",
            "*auth0_node *",
            "*auth0_now *",
            "*auth0_cache_rules *",
        ]
    )


def test_where_tests_are_only_collected_no_node_is_started(
    project: pytest.Pytester, monkeypatch: pytest.MonkeyPatch
) -> None:
    started: list[int] = []
    monkeypatch.setattr(NodePool, "expect", lambda pool, files: started.append(files))
    test = "def test_it(load_action): load_action('actions/provision/code.js')"
    project.makepyfile(test_a=test, test_b=test)
    result = project.runpytest("--collect-only")
    result.stdout.fnmatch_lines(["*<Function test_it>"])
    assert started == []
    project.runpytest().assert_outcomes(passed=2)
    assert started == [1, 2]  # with the first test that is found, and when all are known


@pytest.mark.parametrize("name", ["load_action", "http_mock", "clock", "tenant"])
def test_a_fixture_that_is_imported_is_an_error_that_says_what_it_is(
    project: pytest.Pytester, name: str
) -> None:
    project.makepyfile(f"from pytest_auth0_actions import {name}\n\ndef test_it(): pass")
    result = project.runpytest()
    result.assert_outcomes(errors=1)
    result.stdout.fnmatch_lines(
        [
            f"E * ?A123? {name} is a fixture, and can't be imported.",
            f"E   Given: pytest_auth0_actions.{name}.",
            f"E   Ask for it as an argument, without an import: def test_it({name}): ...",
        ]
    )


def test_each_fixture_is_known_as_one() -> None:
    names = {
        name
        for name, value in vars(fixtures).items()
        if isinstance(value, FixtureFunctionDefinition) and name[0] != "_"
    }
    assert names == pytest_auth0_actions._FIXTURES
