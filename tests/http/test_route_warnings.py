"""Answers that a test was hardly meant to give."""

from __future__ import annotations

import inspect
from typing import Any

import httpx
import pytest
import respx

from pytest_auth0_actions import ActionError, LoadAction, RouteWarning
from tests.conftest import WriteAction

URL = "https://api.example.com/a"
TWICE = (
    "[A613] A route was set twice, and its first answer is never given. For one answer after "
    "another, give it both: .mock(side_effect=[httpx.Response(503), httpx.Response(200)])."
)


@pytest.fixture
def ask(load_action: LoadAction, write_action: WriteAction) -> Any:
    """Run an Action that asks URL, and log what it gets."""
    body = f"""
    exports.onExecutePostLogin = async () => {{
      const response = await fetch('{URL}');
      console.log(response.status, JSON.stringify(await response.json()));
    }};
    """
    return load_action(write_action(body)).run


@pytest.fixture
def answered(http_mock: respx.MockRouter) -> respx.Route:
    return http_mock.get(URL).respond(500, json={})


class TestARouteThatIsSetTwice:
    @pytest.mark.parametrize("first", [{"return_value": httpx.Response(503)}, {"side_effect": [1]}])
    def test_is_warned_of_at_its_line(
        self, http_mock: respx.MockRouter, ask: Any, first: dict[str, Any]
    ) -> None:
        http_mock.get(URL).mock(**first)
        http_mock.get(URL).respond(json=[])
        line = inspect.currentframe().f_lineno - 1  # type: ignore[union-attr]
        with pytest.warns(RouteWarning) as caught:
            assert ask().logs == "200 []\n"
        assert [str(each.message) for each in caught] == [TWICE]
        assert (caught[0].filename, caught[0].lineno) == (__file__, line)
        ask()  # which warns no more

    def test_by_its_name_or_its_pattern(self, http_mock: respx.MockRouter, ask: Any) -> None:
        http_mock.get("https://api.example.com/b", name="a").respond(503)
        http_mock.route(method="GET", url=URL, name="a").respond(json=[])
        with pytest.warns(RouteWarning, match="A613"):
            ask()

    def test_the_advice_works(self, http_mock: respx.MockRouter, ask: Any) -> None:
        http_mock.get(URL).mock(
            side_effect=[httpx.Response(503, json={}), httpx.Response(200, json={})]
        )
        assert [ask().logs, ask().logs] == ["503 {}\n", "200 {}\n"]

    def test_may_have_answered_before(self, http_mock: respx.MockRouter, ask: Any) -> None:
        for status in (503, 200):
            http_mock.get(URL).respond(status, json={})
            assert ask().logs == f"{status} {{}}\n"

    def test_may_have_had_no_answer(self, http_mock: respx.MockRouter, ask: Any) -> None:
        http_mock.get(URL)
        http_mock.get(URL).respond(json={})
        ask()

    @pytest.mark.respx(assert_all_called=False)
    def test_may_be_looked_up(self, http_mock: respx.MockRouter, ask: Any) -> None:
        http_mock.get(URL).respond(json={})
        assert not http_mock.get(URL).called
        with pytest.raises(ActionError):
            ask()  # as respx forgets the answer

    def test_may_have_been_reset(self, http_mock: respx.MockRouter, ask: Any) -> None:
        http_mock.get(URL).respond(503, json={})
        ask()
        http_mock.reset()
        http_mock.get(URL).respond(json={})
        assert ask().logs == "200 {}\n"

    def test_may_be_rolled_back(self, http_mock: respx.MockRouter, ask: Any) -> None:
        http_mock.get(URL).respond(json={"first": True})
        http_mock.snapshot()
        http_mock.get(URL).respond(503, json={})
        http_mock.rollback()
        assert ask().logs == '200 {"first":true}\n'

    def test_may_be_a_fixtures(
        self, answered: respx.Route, http_mock: respx.MockRouter, ask: Any
    ) -> None:
        assert http_mock.get(URL).respond(200, json={}) is answered
        assert ask().logs == "200 {}\n"

    def test_may_be_a_helpers(self, http_mock: respx.MockRouter, ask: Any) -> None:
        def answers(status: int) -> None:
            http_mock.get(URL).respond(status, json={})

        answers(500)
        answers(200)
        ask()

    def test_may_differ_in_its_pattern(self, http_mock: respx.MockRouter, ask: Any) -> None:
        http_mock.get(URL, params={"a": "1"}).respond(500)
        http_mock.get(URL).respond(json={})
        http_mock.post(URL).respond(500)
        ask()
        http_mock.routes.clear()


class TestJsonInJson:
    @pytest.mark.parametrize("text", ['{"id": 1}', "[1, 2]", '["a"]', "{}"])
    def test_is_warned_of(self, http_mock: respx.MockRouter, ask: Any, text: str) -> None:
        http_mock.get(URL).respond(json=text)
        with pytest.warns(RouteWarning) as caught:
            ask()
        assert [str(each.message) for each in caught] == [
            f"[A614] The answer to GET {URL} is a text, which is JSON itself: the Action gets the "
            "text. Pass what it stands for: json={...}; or the text as it is: text=..., "
            'headers={"content-type": "application/json"}.'
        ]
        assert caught[0].filename == __file__

    @pytest.mark.parametrize("text", ['{"id": 1}', "[1, 2]"])
    def test_the_advice_works(self, http_mock: respx.MockRouter, ask: Any, text: str) -> None:
        http_mock.get(URL).respond(text=text, headers={"content-type": "application/json"})
        assert ask().logs == f"200 {text.replace(' ', '')}\n"

    @pytest.mark.parametrize(
        "answer",
        [
            {"json": "plain"},
            {"json": "{not json}"},
            {"json": {"inner": '{"id": 1}'}},
            {"text": '"{}"', "headers": {"content-type": "text/plain"}},
        ],
    )
    def test_other_texts_are_right(
        self, http_mock: respx.MockRouter, ask: Any, answer: dict[str, Any]
    ) -> None:
        http_mock.get(URL).respond(**answer)
        ask()

    def test_a_secret_in_the_url_is_masked(
        self, http_mock: respx.MockRouter, load_action: LoadAction, write_action: WriteAction
    ) -> None:
        action = load_action(
            write_action(
                "exports.onExecutePostLogin = async ({ secrets }) => fetch(`https://a.test/${secrets.KEY}`);"
            ),
            secrets={"KEY": "s3cr3t-value"},
        )
        http_mock.get("https://a.test/s3cr3t-value").respond(json="[]")
        with pytest.warns(RouteWarning, match=r"to GET https://a.test/\*\*\*KEY\*\*\* is a text"):
            action.run()
