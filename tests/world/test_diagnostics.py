"""Likely mistakes are named, at the line where they were made, and nothing else is."""

from __future__ import annotations

import inspect
import warnings

import pytest

from pytest_auth0_actions import (
    ActionError,
    Auth0ActionsWarning,
    CacheLifetimeWarning,
    CacheOptionsWarning,
    IgnoredResultWarning,
    LoadAction,
    PostUserRegistrationAPI,
    TtlUnitWarning,
)
from pytest_auth0_actions.world.clock import Clock
from tests.conftest import WriteAction

USUAL = {
    300: "5 min", 600: "10 min", 900: "15 min", 1_800: "30 min", 3_600: "1 h", 7_200: "2 h",
    14_400: "4 h", 28_800: "8 h", 36_000: "10 h", 43_200: "12 h", 86_400: "1 d", 172_800: "2 d",
    604_800: "7 d",
}  # fmt: skip


class TestInPython:
    @pytest.mark.parametrize(("seconds", "named"), USUAL.items())
    def test_a_usual_number_of_seconds_is_no_ttl(
        self, api: PostUserRegistrationAPI, seconds: int, named: str
    ) -> None:
        with pytest.warns(TtlUnitWarning) as caught:
            api.cache.set("k", "v", {"ttl": seconds})
        assert str(caught[0].message) == (
            f"[A709] ttl is {seconds:,} ms: that looks like {named} in seconds. Multiply by 1000."
        )

    @pytest.mark.parametrize(("ttl", "said"), [(300.0, "5 min"), (3_600.0, "1 h"), (6e5, None)])
    def test_a_number_with_a_point_is_the_same_number(
        self, api: PostUserRegistrationAPI, ttl: float, said: str | None
    ) -> None:
        """As `60 * 60` is in JavaScript, and `timedelta(...).total_seconds()` in Python."""
        with warnings.catch_warnings(record=True) as caught:
            warnings.simplefilter("always")
            record = api.cache.set("k", "v", ttl=ttl).record  # type: ignore[union-attr]
            api.cache.set("k", "v", ttl=ttl + 0.5)
        assert [str(each.message) for each in caught] == [
            f"[A709] ttl is {ttl:,.0f} ms: that looks like {each} in seconds. Multiply by 1000."
            for each in [said]
            if each is not None
        ]
        assert type(record.expires_at) is int
        assert record.expires_at == 1_735_689_600_000 + ttl

    def test_a_time_in_seconds_is_no_expires_at(
        self, api: PostUserRegistrationAPI, clock: Clock
    ) -> None:
        with pytest.warns(TtlUnitWarning, match="in 1970: that looks like a time in seconds"):
            api.cache.set("k", "v", expires_at=clock.now_ms // 1_000 + 60)

    def test_both_ends(self, api: PostUserRegistrationAPI, clock: Clock) -> None:
        with pytest.warns(CacheOptionsWarning, match="both ttl and expires_at"):
            api.cache.set("k", "v", ttl=5_000, expires_at=clock.now_ms + 5_000)

    @pytest.mark.parametrize("options", ["ttl", 5, [1]])
    def test_options_that_are_no_object(
        self, api: PostUserRegistrationAPI, options: object
    ) -> None:
        with pytest.warns(CacheOptionsWarning, match="ignores options that are not an object"):
            api.cache.set("k", "v", options)

    def test_a_life_over_24_hours(self, api: PostUserRegistrationAPI, clock: Clock) -> None:
        day_ms = 24 * 60 * 60 * 1_000
        with pytest.warns(CacheLifetimeWarning, match="over 24 h, which is shortened"):
            api.cache.set("k", "v", ttl=day_ms + 1)
        with pytest.warns(CacheLifetimeWarning):
            api.cache.set("k", "v", expires_at=clock.now_ms + day_ms + 1)

    def test_the_line_is_the_tests(self, api: PostUserRegistrationAPI) -> None:
        with pytest.warns(TtlUnitWarning) as caught:
            api.cache.set("here", "v", ttl=900)
        assert caught[0].filename == __file__
        frame = inspect.currentframe()
        assert frame is not None
        assert frame.f_lineno - 6 < caught[0].lineno < frame.f_lineno

    def test_what_is_meant_is_left_alone(self, api: PostUserRegistrationAPI, clock: Clock) -> None:
        with warnings.catch_warnings():
            warnings.simplefilter("error")
            api.cache.set("k", "v")
            api.cache.set("k", "v", {})
            api.cache.set("k", "v", None)
            for ttl in (301, 1_000, 15_000, 60_000, 900_000, 3_600_000, 86_400_000, 0, -300, None):
                api.cache.set("k", "v", ttl=ttl)
            for bad in (True, "900", float("nan"), float("inf")):
                api.cache.set("k", "v", ttl=bad)
            api.cache.set("k", "v", expires_at=clock.now_ms + 1_000)
            api.cache.set("k" * 65, "v")

    @pytest.mark.auth0(cache_rules="runtime")
    def test_without_a_longest_life_none_is_shortened(self, api: PostUserRegistrationAPI) -> None:
        with warnings.catch_warnings():
            warnings.simplefilter("error")
            api.cache.set("k", "v", ttl=10**12)


class TestInAnAction:
    def test_the_line_is_the_actions(
        self, load_action: LoadAction, write_handler: WriteAction
    ) -> None:
        path = write_handler("// first\napi.cache.set('k', 'v', { ttl: 3600 });")
        with pytest.warns(TtlUnitWarning) as caught:
            load_action(path).run()
        assert [(each.filename, each.lineno) for each in caught] == [(str(path), 3)]

    def test_the_line_is_of_the_actions_file_where_code_is_made_of_text(
        self, load_action: LoadAction, write_handler: WriteAction
    ) -> None:
        path = write_handler(
            "const made = new Function('api', 'api.cache.set(`k`, `v`, { ttl: 300 })');\nmade(api);"
        )
        with pytest.warns(TtlUnitWarning) as caught:
            load_action(path).run()
        assert [(each.filename, each.lineno) for each in caught] == [(str(path), 3)]

    def test_where_no_line_of_the_action_calls_the_place_is_its_handler(
        self, load_action: LoadAction, write_handler: WriteAction
    ) -> None:
        path = write_handler(
            "// first\nsetTimeout(api.cache.set, 1, 'k', 'v', { ttl: 300 });"
            " await new Promise((resolve) => setTimeout(resolve, 2));"
        )
        with pytest.warns(TtlUnitWarning) as caught:
            execution = load_action(path).run()
        assert [(each.filename, each.lineno) for each in caught] == [(str(path), 1)]
        assert len(execution.calls) == 1

    def test_an_action_without_stacks_is_warned_at_its_line_all_the_same(
        self, load_action: LoadAction, write_handler: WriteAction
    ) -> None:
        path = write_handler("Error.stackTraceLimit = 0;\napi.cache.set('k', 'v', { ttl: 300 });")
        with pytest.warns(TtlUnitWarning) as caught:
            load_action(path).run()
        assert [(each.filename, each.lineno) for each in caught] == [(str(path), 3)]

    def test_a_refused_write_that_nobody_looked_at(
        self, load_action: LoadAction, write_handler: WriteAction
    ) -> None:
        path = write_handler("\n\napi.cache.set('k'.repeat(65), 'v');")
        with pytest.warns(IgnoredResultWarning) as caught:
            load_action(path).run()
        assert str(caught[0].message) == (
            "[A738] api.cache.set() was refused with 'CacheKeySizeExceeded', and the Action "
            "ignored it. Check what it returns."
        )
        assert (caught[0].filename, caught[0].lineno) == (str(path), 2)

    @pytest.mark.parametrize(
        "look",
        [
            "r.type", "r.code", "({ ...r })", "JSON.stringify(r)", "Object.values(r)",
            "const { code } = r", "structuredClone(r)", "console.log(r)",
        ],
    )  # fmt: skip
    def test_to_look_is_enough(
        self, load_action: LoadAction, write_handler: WriteAction, look: str
    ) -> None:
        path = write_handler(f"const r = api.cache.set('k'.repeat(65), 'v'); {look};")
        execution = load_action(path).run()
        assert execution.calls[0].result.code == "CacheKeySizeExceeded"

    def test_to_delete_what_is_not_there_is_no_mistake(
        self, load_action: LoadAction, write_handler: WriteAction
    ) -> None:
        execution = load_action(write_handler("api.cache.delete('k');")).run()
        assert execution.calls[0].result.code == "CacheKeyDoesNotExist"

    def test_a_place_is_told_once_for_a_line(
        self, load_action: LoadAction, write_handler: WriteAction
    ) -> None:
        path = write_handler("for (const k of 'ab') api.cache.set(k, 'v', { ttl: 300 });")
        action = load_action(path)
        with warnings.catch_warnings(record=True) as caught:
            warnings.simplefilter("default")
            action.run()
            action.run()
        assert len(caught) == 1

    def test_as_an_error_it_names_the_place(
        self, load_action: LoadAction, write_handler: WriteAction
    ) -> None:
        path = write_handler("api.cache.set('k', 'v', { ttl: 300 });")
        action = load_action(path)
        with warnings.catch_warnings():
            warnings.simplefilter("error")
            with pytest.raises(TtlUnitWarning) as caught:
                action.run()
        assert str(caught.value).endswith(f"Multiply by 1000.\nGiven: {path}:2.")
        with pytest.warns(TtlUnitWarning):
            assert len(action.run().calls) == 1

    @pytest.mark.filterwarnings("error")
    def test_a_failure_of_the_run_goes_before(
        self, load_action: LoadAction, write_handler: WriteAction
    ) -> None:
        path = write_handler("api.cache.set('k', 'v', { ttl: 300 }); throw new Error('first');")
        with pytest.raises(ActionError, match="first"):
            load_action(path).run()

    def test_after_a_crash_the_place_is_the_file(
        self, load_action: LoadAction, write_handler: WriteAction
    ) -> None:
        path = write_handler("api.cache.set('k', 'v', { ttl: 300 }); process.exit(1);")
        action = load_action(path)
        with pytest.warns(Auth0ActionsWarning) as caught, pytest.raises(Exception, match="exit"):
            action.run()
        assert (caught[0].filename, caught[0].lineno) == (str(path), 1)

    def test_a_secret_is_masked(self, load_action: LoadAction, write_handler: WriteAction) -> None:
        path = write_handler("api.cache.set('k', 'v', event.secrets.KEY);")
        with pytest.warns(CacheOptionsWarning) as caught:
            load_action(path, secrets={"KEY": "s3cr3t"}).run()
        assert "***KEY***" in str(caught[0].message)
        assert "s3cr3t" not in str(caught[0].message)
