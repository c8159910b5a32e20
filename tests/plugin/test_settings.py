"""Options, ini settings and the marker."""

from __future__ import annotations

import re

import pytest

from tests.plugin.conftest import add_to_ini


def test_ini_sets_where_the_clock_starts_and_the_marker_goes_before_it(
    project: pytest.Pytester,
) -> None:
    add_to_ini(project, "auth0_now = 2030-01-01T00:00:00Z")
    project.makepyfile(
        """
        import datetime
        import pytest

        def test_ini(clock):
            assert clock.now.year == 2030

        @pytest.mark.auth0(now=datetime.datetime(2031, 1, 1))
        def test_marker(api, clock):
            assert clock.now.year == 2031

        @pytest.mark.auth0(now=0)
        class TestClass:
            def test_milliseconds(self, clock):
                assert clock.now_ms == 0

            @pytest.mark.auth0(cache_rules="runtime")
            def test_the_nearest_marker_wins_for_each_keyword(self, clock, cache_store):
                assert clock.now_ms == 0
                assert cache_store.rules.max_entries is None

            @pytest.mark.auth0(now="2032-01-01")
            def test_the_nearest_marker_wins(self, clock):
                assert clock.now.year == 2032
        """
    )
    project.runpytest().assert_outcomes(passed=5)


def test_ini_sets_the_rules_and_the_marker_goes_before_it(project: pytest.Pytester) -> None:
    add_to_ini(project, "auth0_cache_rules = runtime")
    project.makepyfile(
        """
        import pytest
        from pytest_auth0_actions import CacheRules

        def test_ini(cache_store):
            assert cache_store.rules == CacheRules.runtime()

        @pytest.mark.auth0(cache_rules="documented")
        def test_name(cache_store):
            assert cache_store.rules == CacheRules.documented()

        TINY = CacheRules(max_entries=1)

        @pytest.mark.auth0(cache_rules=TINY)
        def test_rules(api, load_action):
            load_action("actions/provision/code.js").run()
            assert api.cache.set("more", "v").code == "CacheSizeExceeded"
        """
    )
    project.runpytest().assert_outcomes(passed=3)


@pytest.mark.parametrize(
    ("marker", "lines"),
    [
        (
            "nwo=5",
            [
                "*UsageError: ?A101? @pytest.mark.auth0 has no keyword 'nwo'.",
                "*Given: nwo=5.",
                "*Did you mean now?",
            ],
        ),
        (
            "color='red'",
            [
                "*UsageError: ?A101? @pytest.mark.auth0 has no keyword 'color'.",
                "*Given: color='red'.",
                "*Its keywords are allow_hosts, cache_rules, fresh_node, no_chaos, now, trigger.",
            ],
        ),
        ("time='2030-01-01'", ["*Given: time='2030-01-01'.", "*Did you mean now?"]),
        (
            "secret={'API_KEY': 'k3y-of-2025'}",
            [
                "*UsageError: ?A101? @pytest.mark.auth0 has no keyword 'secret'.",
                "*Given: secret={...}.",
                "*It is an argument of load_action(..., secrets=...).",
            ],
        ),
        (
            "'2030-01-01'",
            [
                "*UsageError: ?A102? @pytest.mark.auth0 takes keywords only.",
                "*Given: '2030-01-01'.",
                "*Name it, as in @pytest.mark.auth0(now='2025-01-01', trigger='post-login'). "
                "Its keywords are allow_hosts, cache_rules, fresh_node, no_chaos, now, trigger.",
            ],
        ),
        (
            "now='soon'",
            [
                "*UsageError: ?A110? The clock can't start there.",
                "*Given: 'soon', by @pytest.mark.auth0(now=...).",
                "*Pass a datetime, ISO 8601 text such as*",
            ],
        ),
        (
            "cache_rules='strict'",
            [
                "*UsageError: ?A103? Those are not cache rules.",
                "*Given: 'strict', by @pytest.mark.auth0(cache_rules=...).",
                "*Use 'documented', 'runtime', or a CacheRules, such as CacheRules(max_entries=2).",
            ],
        ),
        ("cache_rules=['runtime']", ["*UsageError: ?A103? Those are not cache rules."]),
    ],
)
def test_a_marker_that_is_wrong_is_an_error(
    project: pytest.Pytester, marker: str, lines: list[str]
) -> None:
    project.makepyfile(
        f"""
        import pytest

        @pytest.mark.auth0({marker})
        def test_it(api):
            pass
        """
    )
    result = project.runpytest()
    result.assert_outcomes(errors=1)
    result.stdout.fnmatch_lines(lines)


def test_an_ini_setting_that_is_wrong_is_named(project: pytest.Pytester) -> None:
    add_to_ini(project, "auth0_now = tomorrow")
    add_to_ini(project, "auth0_cache_rules = strict")
    project.makepyfile("def test_clock(clock): pass")
    project.runpytest().stdout.fnmatch_lines(["*Given: 'tomorrow', by ini auth0_now."])
    project.runpytest("-o", "auth0_now=2025-01-01").assert_outcomes(passed=1)
    project.makepyfile("def test_api(api): pass")
    result = project.runpytest("-o", "auth0_now=2025-01-01")
    result.stdout.fnmatch_lines(["*Given: 'strict', by ini auth0_cache_rules."])


@pytest.mark.parametrize(
    ("name", "wrong", "advice", "right"),
    [
        (
            "now",
            "'2025-06-01'",
            "Write, without quotes, ISO 8601 text such as {}, or whole milliseconds since the "
            "epoch.",
            "2025-01-01T00:00:00Z",
        ),
        (
            "now",
            "1735689600.5",
            "Pass whole milliseconds: 1735689600500, which is {}; or ISO 8601 text.",
            "2025-01-01T00:00:00.500Z",
        ),
        (
            "now",
            "1735689600",
            "Multiply by 1000: 1735689600000. For that time in 1970, write {}.",
            "1970-01-21T02:08:09.600Z",
        ),
        ("cache_rules", "'runtime'", "Write documented or {}, without quotes.", "runtime"),
        ("seed", "'random'", "Write a whole number, such as 0, or {}.", "random"),
    ],
)
def test_what_ini_should_say_is_shown_without_quotes(
    project: pytest.Pytester, name: str, wrong: str, advice: str, right: str
) -> None:
    """As pytest takes them for a part of the value."""
    project.makepyfile("def test_it(api, load_action): load_action('actions/provision/code.js')")
    result = project.runpytest("-o", f"auth0_{name}={wrong}")
    result.stdout.fnmatch_lines([f"*{advice.format(right)}"])
    project.runpytest("-o", f"auth0_{name}={right}").assert_outcomes(passed=1)


@pytest.mark.parametrize("name", ["heap_mb", "watchdog"])
def test_a_wrong_number_is_the_only_error(project: pytest.Pytester, name: str) -> None:
    """Nothing is ended that was not started."""
    project.makepyfile("def test_it(load_action): pass")
    result = project.runpytest("-o", f"auth0_{name}=much")
    result.assert_outcomes(errors=1)
    result.stdout.fnmatch_lines(["E*UsageError: ?A106? The ini setting auth0_*"])


@pytest.mark.parametrize(
    ("text", "now_ms"), [("1767225600000", 1_767_225_600_000), ("2026-01-01", 1_767_225_600_000)]
)
def test_the_clock_starts_where_ini_says(project: pytest.Pytester, text: str, now_ms: int) -> None:
    """An ini setting is text, also where it is milliseconds."""
    add_to_ini(project, f"auth0_now = {text}")
    project.makepyfile(f"def test_it(clock): assert clock.now_ms == {now_ms}")
    project.runpytest().assert_outcomes(passed=1)


def test_milliseconds_that_are_seconds_are_named_for_ini(project: pytest.Pytester) -> None:
    add_to_ini(project, "auth0_now = 1767225600")
    project.makepyfile("def test_it(clock): pass")
    result = project.runpytest()
    result.stdout.fnmatch_lines(["E*?A110? The clock can't start there.", "*Multiply by 1000: *"])


def test_relative_paths_start_at_the_root_that_ini_names(project: pytest.Pytester) -> None:
    add_to_ini(project, "auth0_actions_root = actions")
    project.makepyfile(
        """
        def test_it(load_action):
            assert load_action("provision/code.js").run().logs == "cache miss\\n"
        """
    )
    project.runpytest().assert_outcomes(passed=1)


def test_ini_sets_the_timeout(project: pytest.Pytester) -> None:
    add_to_ini(project, "auth0_watchdog = 0.2")
    (project.path / "loop.js").write_text(
        "exports.onExecutePostUserRegistration = async () => { for (;;); };", encoding="utf-8"
    )
    project.makepyfile(
        """
        import pytest
        from pytest_auth0_actions import ActionTimeoutError

        def test_it(load_action):
            with pytest.raises(ActionTimeoutError, match="within 0.2 s of real time"):
                load_action("loop.js").run()
            assert load_action("actions/provision/code.js").run().logs == "cache miss\\n"
        """
    )
    project.runpytest().assert_outcomes(passed=1)


@pytest.mark.parametrize("timeout", ["soon", "0", "-1", "nan", "inf"])
def test_a_timeout_that_is_no_number_of_seconds_is_an_error(
    project: pytest.Pytester, timeout: str
) -> None:
    add_to_ini(project, f"auth0_watchdog = {timeout}")
    project.makepyfile("def test_it(load_action): pass")
    result = project.runpytest()
    result.assert_outcomes(errors=1)
    result.stdout.fnmatch_lines(
        [
            "*UsageError: ?A106? The ini setting auth0_watchdog must be a number of seconds.",
            f"*Given: '{timeout}'.",
            "*Use 10, or any number above 0.",
        ]
    )


@pytest.mark.parametrize("by", ["option", "ini"])
def test_a_configured_node_is_used_or_named_in_the_error(project: pytest.Pytester, by: str) -> None:
    """Only a test that runs an Action needs Node.js."""
    arguments = ["--auth0-node=/no/such/node"] if by == "option" else []
    if by == "ini":
        add_to_ini(project, "auth0_node = /no/such/node")
    project.makepyfile(
        """
        def test_without(api, clock, make_event):
            make_event()
            api.cache.set("k", "v")

        def test_with(load_action):
            load_action("actions/provision/code.js")
        """
    )
    result = project.runpytest(*arguments)
    result.assert_outcomes(passed=1, failed=1)
    result.stdout.fnmatch_lines(
        [
            "*NodeNotFoundError: ?A307? The configured Node.js can't be run.",
            "*Given: '/no/such/node' (--auth0-node or ini auth0_node).",
        ]
    )


@pytest.mark.slow
@pytest.mark.parametrize("given", [[], ["--auth0-chaos-seed=7"]])
def test_the_workers_of_xdist_have_the_seed_of_the_session(
    project: pytest.Pytester, given: list[str]
) -> None:
    project.makepyfile("def test_it(load_action): assert 0")
    result = project.runpytest_subprocess("-n2", "--auth0-chaos", *given)
    shown = result.stdout.str()
    [seed] = re.findall(r"^auth0: chaos, seed (\d+)$", shown, re.MULTILINE)
    assert not given or seed == "7"
    assert re.findall(r"--auth0-chaos-seed=(\d+)$", shown, re.MULTILINE) == [seed] * 4
