"""What `http_mock` has a test say, and what of it fails the test."""

from __future__ import annotations

import functools
import sys
from pathlib import Path
from typing import Any

import httpx
import pytest
import respx

from pytest_auth0_actions import ActionError, ActionTimeoutError, Clock, LoadAction, UsageError
from tests.conftest import STRICT_INI, WriteAction

URL = "https://api.example.com/a"
ACTION = """
exports.onExecutePostUserRegistration = async (event) => {
  await fetch(event.url ?? 'https://api.example.com/a').catch(() => {});
};
"""


@pytest.fixture
def project(pytester: pytest.Pytester) -> pytest.Pytester:
    """A project with an Action that asks URL and swallows what it throws."""
    pytester.makeini(STRICT_INI)
    (pytester.path / "code.js").write_text(ACTION, encoding="utf-8")
    return pytester


@pytest.fixture
def ask(load_action: LoadAction, write_action: WriteAction) -> Any:
    """Run the Action."""
    return load_action(write_action(ACTION)).run


class TestATestFails:
    @pytest.mark.parametrize("arguments", ["load_action", "load_action, http_mock"])
    @pytest.mark.parametrize(
        "run",
        [
            "load_action('code.js').run()",
            """
            try:
                load_action('code.js').run()
            except Exception:
                pass
            """,
            """
            for _ in range(2):
                with pytest.raises(Exception, match="does not answer"):
                    load_action('code.js').run()
            """,
        ],
        ids=["plainly", "swallowed", "expected"],
    )
    def test_for_a_request_that_is_not_answered(
        self, project: pytest.Pytester, arguments: str, run: str
    ) -> None:
        """Even if both the Action and the test swallow the error."""
        lines = "\n".join(f"    {line.removeprefix(' ' * 12)}" for line in run.splitlines())
        project.makepyfile(f"import pytest\ndef test_it({arguments}):\n{lines}")
        result = project.runpytest()
        result.assert_outcomes(failed=1)
        result.stdout.fnmatch_lines(
            [
                "E*UnansweredRequestError: ?A605? The Action asked for what the test does not "
                "answer: GET https://api.example.com/a.",
                "*Given: *http_mock*",
                '*http_mock.get("https://api.example.com/a").respond(json={}); for a real '
                "server, @pytest.mark.auth0(allow_hosts=?'api.example.com'?).",
            ]
        )
        result.stdout.no_fnmatch_line("*pytest_auth0_actions/*.py:*")

    def test_and_so_does_one_that_has_failed_already(self, project: pytest.Pytester) -> None:
        """By its own error: the other is not shown in place of it."""
        project.makepyfile(
            """
            def test_it(load_action):
                try:
                    load_action("code.js").run()
                finally:
                    assert 1 == 2
            """
        )
        result = project.runpytest()
        result.assert_outcomes(failed=1)
        result.stdout.fnmatch_lines(["E*assert 1 == 2", "FAILED *- assert 1 == 2*"])

    def test_for_a_route_that_was_not_used(self, project: pytest.Pytester) -> None:
        project.makepyfile(
            """
            import pytest

            def routes(http_mock):
                http_mock.get("https://api.example.com/a").respond(200)
                http_mock.post("https://api.example.com/never").respond(200)

            def test_fails(load_action, http_mock):
                routes(http_mock)
                load_action("code.js").run()

            @pytest.mark.respx(assert_all_called=False)
            def test_passes(load_action, http_mock):
                routes(http_mock)
                load_action("code.js").run()

            def test_no_action(http_mock):
                http_mock.get("https://api.example.com/a")

            def test_raises(load_action, http_mock):
                routes(http_mock)
                raise ZeroDivisionError
            """
        )
        result = project.runpytest()
        result.assert_outcomes(passed=1, failed=3)
        result.stdout.fnmatch_lines(
            [
                "E*UnusedRouteError: ?A601? RESPX: some routes were not called!",
                "*Given: <Route * <Path eq '/never'> AND <Method eq 'POST'>>.",
                "*Remove them, or allow it by @pytest.mark.respx(assert_all_called=False).",
                "FAILED *::test_fails - pytest_auth0_a*",
                "FAILED *::test_no_action - pytest_auth0_a*",
                "FAILED *::test_raises - ZeroDivisionError",
            ]
        )

    @pytest.mark.parametrize(
        ("callback", "line", "error"),
        [
            ("lambda request: {}['missing']", ">*lambda request: {}*'missing'*", "KeyError"),
            ("checks", '>*assert request.headers*"x"* == "2"', "AssertionError"),
            ("fails_within", ">*return httpx.Response(200, json=object())", "TypeError"),
            ("lambda request: httpx.Response(200, content=breaks())", ">*1 / 0", "ZeroDivision*"),
            ("lambda request: pytest.fail('no')", ">*lambda request: pytest.fail*", "Failed: no"),
            ("ValueError('mine')", ">*code.js*.run()", "ValueError: mine"),
            ("lambda request: 'text'", ">*code.js*.run()", "a function that returned 'text'*"),
        ],
        ids=["lambda", "assert", "within", "stream", "fail", "instance", "result"],
    )
    def test_for_an_error_of_its_own_callback(
        self, project: pytest.Pytester, callback: str, line: str, error: str
    ) -> None:
        """Where the test has it: no line of ours, of respx or httpx stands between."""
        project.makepyfile(
            f"""
            import httpx
            import pytest

            def checks(request):
                request.headers["x"] = "1"
                assert request.headers["x"] == "2"

            def fails_within(request):
                return httpx.Response(200, json=object())

            def breaks():
                yield b"start"
                1 / 0

            def test_it(load_action, http_mock):
                http_mock.get("https://api.example.com/a").mock(
                    side_effect={callback}
                )
                load_action("code.js").run()

            def test_after(load_action, http_mock):
                http_mock.get("https://api.example.com/a").respond(200)
                load_action("code.js").run()
            """
        )
        result = project.runpytest("--tb=long")
        result.assert_outcomes(failed=1, passed=1)
        result.stdout.fnmatch_lines([line, f"E*{error}*"])
        for ours in ("*pytest_auth0_actions/*.py*", "*respx/*.py*", "*SideEffectError*"):
            result.stdout.no_fnmatch_line(ours)

    def test_for_a_callback_that_skips_it(self, project: pytest.Pytester) -> None:
        project.makepyfile(
            """
            import pytest

            def test_it(load_action, http_mock):
                http_mock.route().mock(side_effect=lambda request: pytest.skip("not here"))
                load_action("code.js").run()
            """
        )
        project.runpytest().assert_outcomes(skipped=1)


def stream() -> Any:
    yield b"once"


def texts() -> Any:
    yield "text"


async def async_stream() -> Any:
    yield b"never"


async def async_answer(request: httpx.Request) -> httpx.Response:
    return httpx.Response(200)


DELAY = (
    "[A609] A route's delay_ms must be a number of milliseconds, 24 days at most.\n"
    "Given: {!r}, for GET https://api.example.com/a.\n"
    'Pass extensions={{"delay_ms": 3_000}}.'
)
SENT = "[A606] A response of http_mock can't be sent as HTTP.\nGiven: {}, for GET https://api.example.com/a.\n{}"
STATUS = "Use a status from 200 to 999."
HEADER = (
    "A header's name has letters, digits and hyphens, and its value no line break or other control "
    "character."
)
BYTES = (
    "[A608] A response of http_mock must be bytes, or a stream of them that is not async.\nGiven: "
)


@pytest.mark.respx(assert_all_called=False)
@pytest.mark.parametrize(
    ("mock", "message"),
    [
        (
            {"side_effect": async_answer},
            "[A602] A side effect of http_mock must be a plain function.\n"
            "Given: an async one, for GET https://api.example.com/a.\n"
            "Write it without async.",
        ),
        (
            {"side_effect": [httpx.Response(200)]},
            "[A604] A route has no answer left: its side_effect is used up.\n"
            "Given: GET https://api.example.com/a.\n"
            "Give side_effect one more, or one callable that answers each time.",
        ),
        (
            {"side_effect": lambda request: request},
            "[A603] A route of http_mock can't pass a request through.\n"
            "Given: GET https://api.example.com/a.\n"
            "Name the host: @pytest.mark.auth0(allow_hosts=['api.example.com']).",
        ),
        (
            {"return_value": httpx.Response(200, content=stream())},
            "[A607] A route's stream was read before.\n"
            "Given: a second request to it, GET https://api.example.com/a.\n"
            "Give it bytes, or a side_effect that makes a stream each time.",
        ),
        (
            {"return_value": httpx.Response(200, content=async_stream())},
            f"{BYTES}an async stream, <",
        ),
        (
            {"return_value": httpx.Response(200, content=texts())},
            f"{BYTES}a stream that yields 'text'",
        ),
        *(
            ({"return_value": httpx.Response(200, extensions={"delay_ms": bad})}, DELAY.format(bad))
            for bad in ("3s", True, None, -1, float("nan"), float("inf"), 2**31)
        ),
        *(
            (
                {"return_value": httpx.Response(200, extensions={slip: 1500})},
                "[A610] A route's delay is called delay_ms, and is a number of milliseconds.\n"
                f"Given: extensions={{{slip!r}: 1500}}, for GET https://api.example.com/a.\n"
                'Pass extensions={"delay_ms": 3_000}.',
            )
            for slip in ("delay", "delayMs", "delay_s", "latency_ms", "timeout", "wait_seconds")
        ),
        *(
            (
                {"side_effect": error},
                f"[A611] A route can't fail with {name}: http_mock takes the errors of a "
                "connection, from httpx, socket and ssl.\n"
                f"Given: side_effect={name}, for GET https://api.example.com/a.\n"
                "After `import httpx`, use httpx.ReadTimeout for an answer that never comes, "
                "httpx.ConnectError for a server that can't be reached, httpx.ReadError for a "
                "connection that is lost, httpx.Response(503) for a status.",
            )
            for error, name in (
                (TimeoutError, "TimeoutError"),
                (ConnectionRefusedError("no"), "ConnectionRefusedError"),
                (OSError("no route to host"), "OSError"),
                (httpx.TooManyRedirects, "TooManyRedirects"),
            )
        ),
        *(
            ({"return_value": httpx.Response(bad)}, SENT.format(f"the status {bad}", STATUS))
            for bad in (100, 199, 1000)
        ),
        (
            {"return_value": httpx.Response(200, headers={"X": "a\r\nb"})},
            SENT.format("headers={'X': 'a\\r\\nb'}", HEADER),
        ),
        (
            {"return_value": httpx.Response(200, headers={"a b": "c"})},
            SENT.format("headers={'a b': 'c'}", HEADER),
        ),
    ],
)
def test_answers_that_can_not_be_given(
    ask: Any, http_mock: respx.MockRouter, mock: dict[str, Any], message: str
) -> None:
    http_mock.get(URL).mock(**mock)
    with pytest.raises(UsageError) as caught:
        list(map(ask, [None, None]))
    assert str(caught.value).startswith(message)
    assert len(str(caught.value).splitlines()) == 3


@pytest.mark.respx(assert_all_called=False)
def test_the_route_that_is_async_is_named(ask: Any, http_mock: respx.MockRouter) -> None:
    """Others may answer before it, and one whose side effect says that it does not fit."""
    http_mock.get(f"{URL}/first").respond(200)
    http_mock.get(path="/a/second").mock(side_effect=lambda request: None)
    http_mock.get(f"{URL}/second").mock(side_effect=functools.partial(async_answer))
    assert ask({"url": f"{URL}/first"}).requests[0].status == 200
    with pytest.raises(UsageError, match=r"async one, for GET https://api\.example\.com/a/second"):
        ask({"url": f"{URL}/second"})


def test_a_time_out_that_a_side_effect_raises_is_the_test_s_own(
    ask: Any, http_mock: respx.MockRouter
) -> None:
    def answer(request: httpx.Request) -> httpx.Response:
        raise TimeoutError("the test's database")

    http_mock.get(URL).mock(side_effect=answer)
    with pytest.raises(TimeoutError, match="the test's database"):
        ask()


def test_an_extension_of_another_name_is_let_through(ask: Any, http_mock: respx.MockRouter) -> None:
    http_mock.get(URL).respond(200, extensions={"delay_ms": 10, "delay": 99, "trace": "x"})
    assert ask().duration_ms == 10


def test_the_answers_of_a_route_can_be_read(ask: Any, http_mock: respx.MockRouter) -> None:
    route = http_mock.get(URL).respond(json={"a": 1})
    ask()
    assert route.calls.last.response.json() == {"a": 1}
    http_mock.get(URL).mock(side_effect=lambda request: httpx.Response(200, text="again"))
    ask()
    assert route.calls.last.response.text == "again"


def test_a_request_may_be_passed_through_by_a_route(ask: Any, http_mock: respx.MockRouter) -> None:
    http_mock.get(URL).pass_through()
    with pytest.raises(UsageError, match="can't pass a request through"):
        ask()


@pytest.mark.respx(base_url="https://api.example.com", assert_all_mocked=False)
def test_the_marker_sets_the_router_up(ask: Any, http_mock: respx.MockRouter) -> None:
    """With respx's own keywords: what matches nothing is answered by 200 here."""
    route = http_mock.get("/a").respond(204)
    assert [ask().requests[0].status, ask({"url": "http://b.test/"}).requests[0].status] == [
        204,
        200,
    ]
    assert (route.call_count, http_mock.calls.call_count) == (1, 2)


def test_routes_can_be_changed_between_runs(ask: Any, http_mock: respx.MockRouter) -> None:
    route = http_mock.get(URL).respond(503)
    assert ask().requests[0].status == 503
    route.respond(200)
    assert ask().requests[0].status == 200
    assert [call.response.status_code for call in route.calls] == [503, 200]


class TestExecution:
    def test_each_run_has_its_own_requests(
        self, ask: Any, http_mock: respx.MockRouter, clock: Clock
    ) -> None:
        http_mock.get(URL).respond(200)
        http_mock.get(f"{URL}/b").respond(404)
        start_ms = clock.now_ms
        first = ask()
        clock.tick(minutes=1)
        second = ask({"url": f"{URL}/b?x=1"})
        assert [repr(request) for request in first.requests] == [f"GET {URL} -> 200"]
        assert [repr(request) for request in second.requests] == [f"GET {URL}/b?x=1 -> 404"]
        assert second.requests[0].at_ms == start_ms + 60_000

    def test_requests_at_once_are_in_the_order_in_which_they_were_sent(
        self, load_action: LoadAction, write_handler: WriteAction, http_mock: respx.MockRouter
    ) -> None:
        def answer(request: httpx.Request) -> httpx.Response:
            number = int(request.url.path[1:])
            return httpx.Response(200 + number, extensions={"delay_ms": 1_000 - number})

        http_mock.post(host="api.example.com").mock(side_effect=answer)
        path = write_handler(
            """
            const post = (n) => fetch(`https://api.example.com/${n}`, { method: 'POST' });
            await Promise.all([0, 1, 2, 3, 4].map(post));
            """
        )
        execution = load_action(path).run()
        assert [(each.url[-1], each.status) for each in execution.requests] == [
            (str(number), 200 + number) for number in range(5)
        ]
        assert {each.at_ms for each in execution.requests} == {execution.started_at_ms}
        assert execution.duration_ms == 1_000

    @pytest.mark.parametrize(
        ("end", "error", "message"),
        [
            ("throw new Error('after it');", ActionError, "after it"),
            ("await new Promise(() => {});", ActionTimeoutError, "nothing is left"),
            (
                "await new Promise((resolve) => setTimeout(resolve, 60000));",
                ActionTimeoutError,
                "within 20 s",
            ),
        ],
    )
    def test_a_run_that_failed_has_them(
        self,
        load_action: LoadAction,
        write_handler: WriteAction,
        http_mock: respx.MockRouter,
        end: str,
        error: type[ActionError],
        message: str,
    ) -> None:
        http_mock.get(URL).respond(500)
        with pytest.raises(error, match=message) as caught:
            load_action(write_handler(f"await fetch('{URL}');\n{end}")).run()
        assert [repr(each) for each in caught.value.execution.requests] == [f"GET {URL} -> 500"]

    def test_several_actions_share_the_routes(
        self, load_action: LoadAction, write_handler: WriteAction, http_mock: respx.MockRouter
    ) -> None:
        route = http_mock.get(URL).mock(
            side_effect=[httpx.Response(201), httpx.Response(202), httpx.Response(203)]
        )
        source = f"event.status = (await fetch('{URL}')).status;"
        one = load_action(write_handler(source, "one.js"))
        other = load_action(write_handler(source, "other.js"))
        runs = [one.run({}), other.run({}), one.run({})]
        assert [run.event["status"] for run in runs] == [201, 202, 203]
        assert route.call_count == 3


def test_the_runs_of_another_test_are_not_seen(project: pytest.Pytester) -> None:
    """Connections may be kept from test to test; routes and requests are not."""
    project.makepyfile(
        """
        import pytest

        @pytest.mark.parametrize("number", range(3))
        def test_it(load_action, http_mock, number):
            route = http_mock.get("https://api.example.com/a").respond(200 + number)
            [request] = load_action("code.js").run().requests
            assert request.status == 200 + number
            assert route.call_count == 1

        def test_closed(load_action):
            load_action("code.js").run()
        """
    )
    project.runpytest().assert_outcomes(passed=3, failed=1)


@pytest.mark.slow
def test_xdist(project: pytest.Pytester) -> None:
    project.makepyfile(
        """
        import pytest

        @pytest.mark.parametrize("number", range(6))
        def test_it(load_action, http_mock, number):
            http_mock.get("https://api.example.com/a").respond(200 + number)
            assert load_action("code.js").run().requests[0].status == 200 + number

        def test_fails(load_action, http_mock):
            load_action("code.js").run()
        """
    )
    result = project.runpytest_subprocess("-n", "2")
    result.assert_outcomes(passed=6, failed=1)
    result.stdout.fnmatch_lines(["*Given: http_mock without a route."])


class TestWithoutTheExtra:
    def test_no_respx(self, project: pytest.Pytester, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setitem(sys.modules, "respx", None)
        project.makepyfile("def test_it(load_action, http_mock): pass")
        result = project.runpytest()
        result.assert_outcomes(errors=1)
        result.stdout.fnmatch_lines(
            [
                "E*UsageError: ?A112? The fixture http_mock needs respx and trustme.",
                "*Install them with `pip install respx trustme`.",
            ]
        )

    def test_no_trustme(self, project: pytest.Pytester, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setitem(sys.modules, "trustme", None)
        project.makepyfile("def test_it(load_action): load_action('code.js').run()")
        result = project.runpytest()
        result.assert_outcomes(failed=1)
        result.stdout.fnmatch_lines(
            [
                "E*does not answer: a TLS connection to api.example.com:443.",
                "E*Install what makes certificates: pip install respx trustme; *",
            ]
        )

    def test_what_needs_no_certificate_works(
        self, project: pytest.Pytester, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setitem(sys.modules, "trustme", None)
        Path(project.path / "code.js").write_text(
            ACTION.replace("https:", "http:"), encoding="utf-8"
        )
        project.makepyfile(
            """
            def test_it(load_action, http_mock):
                http_mock.get("http://api.example.com/a").respond(204)
                assert load_action("code.js").run().requests[0].status == 204
            """
        )
        project.runpytest().assert_outcomes(passed=1)
