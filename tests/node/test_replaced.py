"""Api methods that a test has replaced, as Python people do with `unittest.mock`."""

from __future__ import annotations

import datetime as dt
from typing import Any
from unittest import mock

import pytest

from pytest_auth0_actions import (
    ActionError,
    ApiCall,
    CacheError,
    CacheRecord,
    LoadAction,
    UsageError,
)
from pytest_auth0_actions.errors import ApiThrow
from pytest_auth0_actions.values import UNDEFINED
from tests.conftest import STRICT_INI, WriteAction

NOW_MS = 1_735_689_600_000

GETS = """
try {
  event.seen = api.cache.get('token', ...(event.more ?? []));
} catch (error) {
  event.caught = `${error.name}: ${error.message}`;
}
"""


@pytest.fixture
def run(load_action: LoadAction, write_handler: WriteAction) -> Any:
    """Run an Action that gets a value."""
    return load_action(write_handler(GETS)).run


@pytest.mark.filterwarnings("ignore:.A742")
def test_a_spy_sees_the_calls_and_changes_nothing(run: Any, api: Any) -> None:
    api.cache.set("token", "abc")
    with mock.patch.object(api.cache, "get", wraps=api.cache.get) as spy:
        execution = run({"more": [{"a": 1}]})
    assert spy.call_args_list == [mock.call("token", {"a": 1})]  # which JavaScript ignores
    assert execution.event["seen"]["value"] == "abc"
    assert [call.path for call in execution.calls] == ["cache.get"]
    assert execution.calls[0].result.value == "abc"


RECORD = CacheRecord("mine", NOW_MS + 1)


@pytest.mark.parametrize(
    ("replaced", "seen", "result"),
    [
        ({"return_value": RECORD}, {"value": "mine", "expires_at": NOW_MS + 1}, RECORD),
        ({"side_effect": lambda key: RECORD}, {"value": "mine", "expires_at": NOW_MS + 1}, RECORD),
        ({"side_effect": [RECORD]}, {"value": "mine", "expires_at": NOW_MS + 1}, RECORD),
        ({"return_value": {"a": [1, None]}}, {"a": [1, None]}, {"a": [1, None]}),
        ({"return_value": "text"}, "text", "text"),
        ({"new": lambda key: key * 2}, "tokentoken", "tokentoken"),
        ({"autospec": True, "return_value": "text"}, "text", "text"),
    ],
)
def test_what_it_returns_is_what_the_action_gets(
    run: Any, api: Any, replaced: dict[str, Any], seen: Any, result: Any
) -> None:
    with mock.patch.object(api.cache, "get", **replaced):
        execution = run({})
    assert execution.event["seen"] == seen
    assert execution.calls == (ApiCall("cache.get", ("token",), result, NOW_MS),)


def test_none_is_undefined(run: Any, api: Any) -> None:
    with mock.patch.object(api.cache, "get", return_value=None):
        execution = run({})
    assert execution.event["seen"] is UNDEFINED
    assert execution.calls[0].result is None


@pytest.mark.parametrize(
    ("error", "caught"),
    [
        (RuntimeError("down"), "Error: down"),
        (OSError("no disk"), "Error: no disk"),
        (ApiThrow("down"), "Error: down"),
        (ValueError, "Error: "),
    ],
)
def test_what_it_raises_is_thrown_in_the_action(
    run: Any, api: Any, error: Exception, caught: str
) -> None:
    with mock.patch.object(api.cache, "get", side_effect=error):
        execution = run({})
    assert execution.event["caught"] == caught
    assert isinstance(execution.calls[0].result, ApiThrow)


def test_what_it_raises_may_be_the_end_of_the_run(
    load_action: LoadAction, write_handler: WriteAction, api: Any
) -> None:
    action = load_action(write_handler("api.cache.get('token');"))
    with (
        mock.patch.object(api.cache, "get", side_effect=RuntimeError("down")),
        pytest.raises(ActionError) as caught,
    ):
        action.run({})
    assert (caught.value.name, caught.value.message) == ("Error", "down")


def test_an_assertion_of_the_tests_fails_the_test(run: Any, api: Any) -> None:
    def get(key: str) -> None:
        assert key == "other", "asked for the wrong key"

    with (
        mock.patch.object(api.cache, "get", get),
        pytest.raises(AssertionError, match="asked for the wrong key"),
    ):
        run({})
    assert run({}).event["seen"] is UNDEFINED


@pytest.mark.parametrize(
    "result", [mock.MagicMock(name="thing"), mock.sentinel.thing, {1, 2}, dt.date(2025, 1, 1), b"a"]
)
def test_what_json_can_not_represent_is_a_usage_error(run: Any, api: Any, result: Any) -> None:
    with (
        mock.patch.object(api.cache, "get", return_value=result),
        pytest.raises(UsageError) as caught,
    ):
        run({})
    assert str(caught.value) == (
        "[A422] api.cache.get() returned something that can't be sent to an Action.\n"
        f"Given: {result!r}.\n"
        "Have what replaces it return text, numbers, booleans, None, lists or dicts."
    )


def test_a_bare_mock_is_a_usage_error(run: Any, api: Any) -> None:
    with (
        mock.patch.object(api.cache, "get"),
        pytest.raises(UsageError, match="<MagicMock name='get"),
    ):
        run({})


def test_the_class_may_be_replaced_in_too(run: Any, api: Any) -> None:
    with mock.patch.object(type(api.cache), "get", return_value="of the class"):
        assert run({}).event["seen"] == "of the class"
    api.cache.set("token", "abc")
    assert run({}).event["seen"]["value"] == "abc"


def test_a_refusal_of_a_class_that_was_replaced_in_reaches_the_action(
    load_action: LoadAction, write_handler: WriteAction, api: Any
) -> None:
    """What of it ought to be read, nobody has said."""
    action = load_action(write_handler("event.seen = api.cache.set('k', 'v').code;"))
    refused = CacheError("MaxSideEffectsExceeded")
    with mock.patch.object(type(api.cache), "set", return_value=refused):
        execution = action.run({})
    assert execution.event["seen"] == "MaxSideEffectsExceeded"
    assert execution.calls[0].result == refused


def test_what_a_class_has_is_known_before_a_test_replaces_it(pytester: pytest.Pytester) -> None:
    """The first test of a session may be the one that replaces it."""
    pytester.makeini(STRICT_INI)
    (pytester.path / "code.js").write_text(
        "exports.onExecutePostUserRegistration = async (event, api) => {\n"
        "  console.log(api.cache.get('token')?.value);\n};\n"
    )
    pytester.makepyfile(
        """
        import pytest
        from unittest import mock

        from pytest_auth0_actions import CacheAPI, CacheRecord

        @pytest.fixture
        def replaced():
            with mock.patch.object(CacheAPI, "get", return_value=CacheRecord("mine", 0)):
                yield

        def test_replaced(replaced, load_action):
            assert load_action("code.js").run().logs == "mine\\n"

        def test_next(load_action, api):
            api.cache.set("token", "abc")
            assert load_action("code.js").run().logs == "abc\\n"
        """
    )
    pytester.runpytest_subprocess().assert_outcomes(passed=2)


def test_a_restored_method_is_the_real_one(run: Any, api: Any) -> None:
    api.cache.set("token", "abc")
    with mock.patch.object(api.cache, "get", return_value="mine"):
        assert run({}).event["seen"] == "mine"
    assert run({}).event["seen"]["value"] == "abc"


def test_set_and_delete_may_be_replaced_as_well(
    load_action: LoadAction, write_handler: WriteAction, api: Any
) -> None:
    action = load_action(
        write_handler(
            """
            event.set = api.cache.set('k', 'v', { ttl: 1000 });
            event.gone = api.cache.delete('k');
            """
        )
    )
    with (
        mock.patch.object(api.cache, "set", return_value={"type": "success"}) as set_,
        mock.patch.object(api.cache, "delete", return_value=5) as delete,
    ):
        execution = action.run({})
    set_.assert_called_once_with("k", "v", {"ttl": 1000})
    delete.assert_called_once_with("k")
    assert (execution.event["set"], execution.event["gone"]) == ({"type": "success"}, 5)
