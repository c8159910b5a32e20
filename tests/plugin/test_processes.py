"""Which Node.js a test gets: one for its file, another after a test that left something."""

from __future__ import annotations

import pytest

PIDS = """
import os, pathlib

def pid_of(load_action):
    return int(load_action("pid.js").run().logs)

LEAVES = "Response.prototype.json = async () => ({});"
"""


@pytest.fixture
def files(project: pytest.Pytester) -> pytest.Pytester:
    def write(name: str, body: str) -> None:
        (project.path / name).write_text(
            f"exports.onExecutePostUserRegistration = async (event) => {{ {body} }};",
            encoding="utf-8",
        )

    write("pid.js", "console.log(process.pid);")
    write("leaves.js", "Response.prototype.json = async () => ({}); globalThis.second = 1;")
    write("global.js", "globalThis[Symbol.for('app.state')] = 1; Array.prototype.x = 1;")
    project.makepyfile(helpers="def pid_of(load):\n    return int(load('pid.js').run().logs)\n")
    return project


def test_no_two_files_share_a_process(files: pytest.Pytester) -> None:
    files.makeconftest("PIDS = {}")
    body = """
        from helpers import pid_of
        from conftest import PIDS

        def test_one(load_action):
            PIDS.setdefault(__name__, set()).add(pid_of(load_action))

        def test_other(load_action):
            PIDS[__name__].add(pid_of(load_action))
            assert len(PIDS[__name__]) == 1
            assert len(set().union(*PIDS.values())) == len(PIDS)
    """
    files.makepyfile(test_a=body, test_b=body, test_c=body)
    result = files.runpytest("-v")
    result.assert_outcomes(passed=6)
    result.stdout.no_fnmatch_line("*needed a new Node.js*")


@pytest.mark.slow
@pytest.mark.parametrize("arguments", [[], ["-n", "1"]])
def test_with_v_a_line_says_which_test_left_what(
    files: pytest.Pytester, arguments: list[str]
) -> None:
    files.makepyfile(
        test_it="""
        def test_leaves(load_action):
            load_action("leaves.js").run({})

        def test_next(load_action):
            load_action("global.js").run({})

        def test_last(load_action):
            load_action("pid.js").run({})
        """
    )
    line = (
        "auth0: 2 tests needed a new Node.js: "
        "test_it.py::test_leaves changed globalThis.second, "
        "test_it.py::test_next changed globalThis[[]Symbol(app.state)[]]"
    )
    files.runpytest_subprocess("-v", *arguments).stdout.fnmatch_lines([line])
    files.runpytest_subprocess(*arguments).stdout.no_fnmatch_line("*needed a new Node.js*")


def test_a_test_may_ask_for_a_process_of_its_own(files: pytest.Pytester) -> None:
    files.makepyfile(
        """
        import pytest
        from helpers import pid_of

        PIDS = []

        @pytest.fixture(autouse=True)
        def pid(load_action):
            PIDS.append(pid_of(load_action))

        def test_one():
            pass

        @pytest.mark.auth0(fresh_node=True)
        def test_alone():
            assert PIDS[1] != PIDS[0]

        @pytest.mark.auth0(fresh_node=True)
        def test_alone_too():
            assert PIDS[2] not in PIDS[:2]

        def test_other():
            assert PIDS[3] not in PIDS[:3]

        def test_last():
            assert PIDS[4] == PIDS[3]
        """
    )
    files.runpytest().assert_outcomes(passed=5)


def test_a_syntax_error_after_a_test_that_left_something_is_just_that(
    files: pytest.Pytester,
) -> None:
    (files.path / "wrong.js").write_text("exports.x = {", encoding="utf-8")
    files.makepyfile(
        """
        def test_leaves(load_action):
            load_action("leaves.js").run({})

        def test_wrong(load_action):
            load_action("wrong.js")
        """
    )
    result = files.runpytest()
    result.assert_outcomes(passed=1, failed=1)
    result.stdout.fnmatch_lines(["*ActionLoadError: ?A314? The Action has a syntax error: *"])
    result.stdout.no_fnmatch_line("*SpoiltError*")
    result.stdout.no_fnmatch_line("*During handling*")


def test_an_action_that_a_route_runs_works(files: pytest.Pytester) -> None:
    """While the first one waits for its answer; also when it is the same Action, and deeper."""
    (files.path / "asks.js").write_text(
        "let count = 0;\n"
        "exports.onExecutePostUserRegistration = async (event, api) => {\n"
        "  count += 1;\n"
        "  api.cache.set(`run-${event.depth}`, `${count}`);\n"
        "  const response = await fetch(`https://api.test/${event.depth}`);\n"
        "  console.log(event.depth, await response.text());\n"
        "};\n",
        encoding="utf-8",
    )
    files.makepyfile(
        """
        import httpx

        def test_nested(load_action, http_mock, cache_store):
            asks = load_action("asks.js")

            def answer(request):
                depth = int(request.url.path[1:])
                if depth == 3:
                    return httpx.Response(200, text="bottom")
                inner = asks if depth == 1 else load_action("asks.js")
                return httpx.Response(200, text=inner.run({"depth": depth + 1}).logs.strip())

            http_mock.route(host="api.test").mock(side_effect=answer)
            first = asks.run({"depth": 1})
            assert first.logs == "1 2 3 bottom\\n"
            assert [call.args[0] for call in first.calls] == ["run-1"]
            assert [request.url for request in first.requests] == ["https://api.test/1"]
            assert set(cache_store.records) == {"run-1", "run-2", "run-3"}
            assert asks.run({"depth": 3}).logs == "3 bottom\\n"
            assert cache_store.records["run-3"].value == "2"  # still warm

        def test_next(load_action):
            assert load_action("pid.js").run({}).logs
        """
    )
    files.runpytest().assert_outcomes(passed=2)


def test_two_threads_that_run_actions_at_once_are_refused_in_words(files: pytest.Pytester) -> None:
    (files.path / "asks.js").write_text(
        "exports.onExecutePostUserRegistration = async () => { await fetch('https://api.test') };",
        encoding="utf-8",
    )
    files.makepyfile(
        """
        import threading
        import httpx
        import pytest
        from pytest_auth0_actions import UsageError

        def test_two(load_action, http_mock):
            asks, other = load_action("asks.js"), load_action("pid.js")
            caught = []

            def run_other():
                with pytest.raises(UsageError) as error:
                    other.run({})
                caught.append(str(error.value))

            def answer(request):
                thread = threading.Thread(target=run_other)
                thread.start()
                thread.join()
                return httpx.Response(204)

            http_mock.get("https://api.test/").mock(side_effect=answer)
            asks.run({})
            assert caught == [
                "[A424] An Action is already running in another thread.\\n"
                "Given: two threads of one test, which run Actions at the same time.\\n"
                "Run one after the other: they would share the test's clock and its api."
            ]
            assert other.run({}).logs

        def test_one_after_the_other(load_action):
            logs = []
            action = load_action("pid.js")
            for _ in range(2):
                thread = threading.Thread(target=lambda: logs.append(action.run({}).logs))
                thread.start()
                thread.join()
            assert len(logs) == 2
        """
    )
    files.runpytest_subprocess().assert_outcomes(passed=2)


def test_a_fork_does_not_use_the_process_of_its_parent(files: pytest.Pytester) -> None:
    """As pytest-forked does for each test; two of one process would wait for ever."""
    files.makepyfile(
        """
        import os
        from helpers import pid_of

        def forked(act):
            pid = os.fork()
            if pid == 0:
                code = 1
                try:
                    act()
                    code = 0
                finally:
                    os._exit(code)
            return os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1])

        def test_it(load_action):
            mine = pid_of(load_action)

            def act():
                assert pid_of(load_action) != mine

            assert forked(act) == 0
            assert forked(act) == 0
            assert pid_of(load_action) == mine
        """
    )
    files.runpytest_subprocess().assert_outcomes(passed=1)
