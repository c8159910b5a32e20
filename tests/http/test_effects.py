"""What a route of `http_mock` answers that was not told well, or not at all."""

from __future__ import annotations

from fnmatch import fnmatchcase
from typing import Any

import httpx
import pytest
import respx

from pytest_auth0_actions import LoadAction, UsageError
from tests.conftest import STRICT_INI, WriteAction

URL = "https://api.test/a"
ADVICE = (
    "After `import httpx`, use httpx.Response(503), httpx.Response(200, json={}), "
    "httpx.ConnectError, a list of such, or a function such as "
    "`lambda request: httpx.Response(200)`."
)


@pytest.fixture
def ask(load_action: LoadAction, write_handler: WriteAction) -> Any:
    """Run an Action that asks once."""
    body = f"const response = await fetch('{URL}');\nconsole.log(response.status);"
    return load_action(write_handler(body)).run


@pytest.mark.parametrize(
    ("effect", "given"),
    [
        (500, "500"),
        ([503, httpx.Response(200)], "503"),
        ({"status": 503}, "{'status': 503}"),
        ([{"status": 503}], "{'status': 503}"),
        (iter([b"x"]), "b'x'"),
        ("boom", "'b', a letter of a text"),
        (lambda request: "", "'', a letter of a text"),
        (lambda request: 503, "a function that returned 503"),
        (lambda: httpx.Response(200), "TypeError: <lambda>() takes 0 positional arguments but 1 *"),
    ],
)
def test_a_side_effect_that_is_no_answer(
    ask: Any, http_mock: respx.MockRouter, effect: Any, given: str
) -> None:
    http_mock.get(URL).mock(side_effect=effect)
    with pytest.raises(UsageError) as caught:
        ask()
    assert caught.value.what_happened == (
        "[A612] A route's side_effect must be a response, an error, or a function of the request "
        "that returns a response."
    )
    assert fnmatchcase(caught.value.what_was_given, f"Given: {given}, for GET {URL}.")
    assert caught.value.what_to_do == ADVICE


def test_the_advice_for_a_side_effect_works(ask: Any, http_mock: respx.MockRouter) -> None:
    for effect in ([httpx.Response(503)], lambda request: httpx.Response(200, json={})):
        http_mock.get(URL).mock(side_effect=effect)
        assert ask().logs in {"503\n", "200\n"}


def test_a_type_error_of_the_tests_own_function_is_its_own(
    ask: Any, http_mock: respx.MockRouter
) -> None:
    def answer(request: httpx.Request) -> httpx.Response:
        raise TypeError("mine")

    http_mock.get(URL).mock(side_effect=answer)
    with pytest.raises(TypeError, match="mine"):
        ask()


@pytest.mark.parametrize(
    ("route", "shown"),
    [
        ("http_mock.get(url)", "-> 200 (its route has no .respond())"),
        ("http_mock.get(url).mock(side_effect=None)", "-> 200 (its route has no .respond())"),
        ("http_mock.get(url).respond()", "-> 200"),
        ("http_mock.get(url).mock(side_effect=[httpx.Response(200)])", "-> 200"),
    ],
)
def test_the_timeline_tells_a_route_that_was_not_told_what_to_answer(
    pytester: pytest.Pytester, route: str, shown: str
) -> None:
    pytester.makeini(STRICT_INI)
    (pytester.path / "code.js").write_text(
        f"exports.onExecutePostUserRegistration = async () => {{ await fetch('{URL}'); }};\n",
        encoding="utf-8",
    )
    pytester.makepyfile(
        f"""
        import httpx

        def test_it(load_action, http_mock):
            url = "{URL}"
            {route}
            load_action("code.js").run()
            assert False
        """
    )
    lines = pytester.runpytest().outlines
    assert f"    GET {URL} {shown}" in lines
