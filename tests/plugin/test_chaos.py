"""Chaos mode: it finds an Action that trusts its luck, tells how, and can be repeated."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

import pytest

pytestmark = pytest.mark.slow  # each test is a session of its own, or several

TRUSTS_ITS_RECORDS = """
let stored = false;
exports.onExecutePostUserRegistration = async (event, api) => {
  if (stored) {
    event.token = api.cache.get('token').value;
    return;
  }
  stored = api.cache.set('token', 't0ken').type === 'success';
  event.token = 't0ken';
};
"""
TRUSTS_ITS_WRITES = """
exports.onExecutePostUserRegistration = async (event, api) => {
  api.cache.set('token', 't0ken');
  event.token = api.cache.get('token').value;
};
"""
TRUSTS_ITS_DELETIONS = """
exports.onExecutePostUserRegistration = async (event, api) => {
  const { record } = api.cache.set('token', 't0ken');
  api.cache.delete('token');
  event.token = record === undefined || api.cache.get('token') === undefined ? 't0ken' : 'stale';
};
"""
TRUSTS_ITS_CONTAINER = """
let first = true;
let token;
exports.onExecutePostUserRegistration = async (event, api) => {
  if (event.first) token = 't0ken';
  event.token = token;
};
"""
CAREFUL = """
let warm;
exports.onExecutePostUserRegistration = async (event, api) => {
  const record = warm ? api.cache.get('token') : undefined;
  event.token = record ? record.value : 't0ken';
  warm = true;
  if (!record && api.cache.set('token', 't0ken').type === 'error') console.log('not stored');
  if (api.cache.delete('old').type === 'error') console.log('not deleted');
};
"""
TEST = """
def test_it(load_action):
    action = load_action("code.js")
    assert action.run({"first": True}).event["token"] == "t0ken"
    assert action.run({}).event["token"] == "t0ken"
"""


def outcomes(result: pytest.RunResult) -> dict[str, str]:
    """Return how each test ended, from pytest's verbose output."""
    lines = "\n".join(result.outlines)
    found = re.findall(r"(?:^|\] )\S*\.py::(.+?) (PASSED|FAILED|SKIPPED|ERROR)", lines, re.M)
    found += [
        (name, outcome)
        for outcome, name in re.findall(
            r"^\[gw\d\].*? (PASSED|FAILED|SKIPPED) \S*\.py::(.+?)\s*$", lines, re.M
        )
    ]
    return dict(found)


def again(result: pytest.RunResult) -> list[str]:
    """Return the commands that pytest says would repeat its failures."""
    return re.findall(r"^Again with: (pytest .*)$", "\n".join(result.outlines), re.M)


@pytest.fixture
def chaotic(project: pytest.Pytester) -> pytest.Pytester:
    """A project with a test whose Action is yet to be written."""
    project.makepyfile(test_luck=TEST)
    return project


def write(project: pytest.Pytester, source: str) -> None:
    (project.path / "code.js").write_text(source, encoding="utf-8")


@pytest.mark.parametrize(
    ("source", "found_by"),
    [
        (TRUSTS_ITS_RECORDS, {"chaos-evict"}),
        (TRUSTS_ITS_WRITES, {"chaos-refuse"}),
        (TRUSTS_ITS_CONTAINER, {"chaos-cold"}),
        (CAREFUL, set()),
    ],
)
def test_an_action_that_trusts_its_luck_is_found(
    chaotic: pytest.Pytester, source: str, found_by: set[str]
) -> None:
    write(chaotic, source)
    chaotic.runpytest().assert_outcomes(passed=1)
    result = chaotic.runpytest("--auth0-chaos", "--auth0-chaos-seed=3", "-v")
    ended = outcomes(result)
    assert set(ended) == {
        f"test_it[{kind}]"
        for kind in ("calm", "chaos-evict", "chaos-refuse", "chaos-cold", "chaos-mixed")
    }
    failed = {name for name, outcome in ended.items() if outcome == "FAILED"}
    assert failed - {"test_it[chaos-mixed]"} == {f"test_it[{kind}]" for kind in found_by}
    if not found_by:
        assert failed == set()


def test_a_refused_deletion_is_found(chaotic: pytest.Pytester) -> None:
    chaotic.makepyfile(
        test_luck="""
        def test_it(load_action, cache_store, api):
            action = load_action("code.js")
            api.cache.set("token", "old")
            assert action.run({}).event["token"] == "t0ken"
        """
    )
    write(
        chaotic,
        """
        exports.onExecutePostUserRegistration = async (event, api) => {
          const answer = api.cache.delete('token');
          event.token = api.cache.get('token') ? `stale: ${answer.code}` : 't0ken';
        };
        """,
    )
    result = chaotic.runpytest("--auth0-chaos", "--auth0-chaos-seed=3")
    result.stdout.fnmatch_lines(
        ["E*- t0ken", "E*+ stale: FailedToDeleteCacheRecord"], consecutive=False
    )
    assert again(result)[0].startswith(
        "pytest 'test_luck.py::test_it[chaos-refuse]' --auth0-chaos --auth0-chaos-seed=3"
    )


def test_records_are_evicted_between_two_actions_too_and_the_tests_own_are_there_at_first(
    chaotic: pytest.Pytester,
) -> None:
    chaotic.makepyfile(
        test_luck="""
        def test_it(load_action, api):
            api.cache.set("token", "t0ken")
            assert load_action("first.js").run({}).event["token"] == "t0ken"
            assert load_action("second.js").run({}).event["token"] == "t0ken"
        """
    )
    for name in ("first.js", "second.js"):
        (chaotic.path / name).write_text(
            "exports.onExecutePostUserRegistration = async (event, api) => {"
            " event.token = api.cache.get('token')?.value; };",
            encoding="utf-8",
        )
    result = chaotic.runpytest("--auth0-chaos", "--auth0-chaos-seed=3", "-v")
    ended = outcomes(result)
    assert ended.pop("test_it[chaos-mixed]")
    assert [name for name, outcome in ended.items() if outcome == "FAILED"] == [
        "test_it[chaos-evict]"
    ]
    result.stdout.fnmatch_lines(
        ['>*assert load_action("second.js").run*', "E*assert undefined == 't0ken'*"]
    )


def test_the_tests_own_writes_are_never_refused(chaotic: pytest.Pytester) -> None:
    """Not even after an Action's write that threw, and so reached no platform."""
    chaotic.makepyfile(
        test_luck="""
        def test_it(load_action, api):
            action = load_action("code.js")
            assert api.cache.set("k", "v").type == "success"
            assert action.run({}).logs == "threw\\n"
            assert api.cache.set("k", "v").type == "success"
            assert api.cache.delete("k").type == "success"
        """
    )
    write(
        chaotic,
        "exports.onExecutePostUserRegistration = async (event, api) => {"
        " try { api.cache.set(5, 'v'); } catch { console.log('threw'); } };",
    )
    chaotic.runpytest("--auth0-chaos").assert_outcomes(passed=5)


def test_without_the_option_nothing_is_multiplied_and_no_seed_is_told(
    chaotic: pytest.Pytester,
) -> None:
    write(chaotic, TRUSTS_ITS_RECORDS)
    for arguments in ([], ["--auth0-chaos-seed=3"]):
        result = chaotic.runpytest("-v", *arguments)
        assert outcomes(result) == {"test_it": "PASSED"}
        result.stdout.no_fnmatch_line("auth0*seed*")


def test_only_tests_that_load_an_action_are_multiplied(chaotic: pytest.Pytester) -> None:
    write(chaotic, CAREFUL)
    chaotic.makepyfile(
        test_luck="""
        import pytest

        def test_none():
            pass

        def test_api(api, clock, cache_store, make_event):
            assert api.cache.set("k", "v").type == "success"

        @pytest.fixture
        def action(load_action):
            return load_action("code.js")

        def test_through_a_fixture(action):
            action.run({})

        @pytest.mark.parametrize("number", [1, 2])
        @pytest.mark.parametrize("letter", ["a"])
        def test_parametrized(number, letter, load_action):
            assert number in (1, 2) and letter == "a"

        class TestClass:
            @pytest.fixture(autouse=True)
            def loaded(self, load_action):
                self.action = load_action("code.js")

            def test_method(self, api):
                self.action.run({})
        """
    )
    result = chaotic.runpytest("--auth0-chaos", "-v")
    result.assert_outcomes(passed=2 + 5 + 10 + 5)
    ended = outcomes(result)
    assert {"test_none", "test_api", "test_through_a_fixture[chaos-cold]"} <= set(ended)
    assert {"TestClass::test_method[calm]", "TestClass::test_method[chaos-mixed]"} <= set(ended)
    parametrized = [name for name in ended if name.startswith("test_parametrized")]
    assert len([name for name in parametrized if "chaos-evict" in name]) == 2


def test_a_test_opts_out_with_a_reason_that_pytest_shows(chaotic: pytest.Pytester) -> None:
    write(chaotic, TRUSTS_ITS_RECORDS)
    chaotic.makepyfile(
        test_luck="""
        import pytest

        def test_in(load_action):
            load_action("code.js").run({})

        @pytest.mark.auth0(no_chaos="asserts a hit")
        def test_out(load_action):
            load_action("code.js").run({})

        @pytest.mark.auth0(no_chaos="of its class")
        class TestClass:
            def test_method(self, load_action):
                pass

            @pytest.mark.auth0(no_chaos="its own", now=0)
            def test_nearest(self, load_action, clock):
                assert clock.now_ms == 0
        """
    )
    result = chaotic.runpytest("--auth0-chaos", "--auth0-chaos-seed=3", "-v", "-rs")
    ended = outcomes(result)
    assert {name: how for name, how in ended.items() if "test_in" not in name} == {
        "test_out[calm]": "PASSED",
        "test_out[chaos]": "SKIPPED",
        "TestClass::test_method[calm]": "PASSED",
        "TestClass::test_method[chaos]": "SKIPPED",
        "TestClass::test_nearest[calm]": "PASSED",
        "TestClass::test_nearest[chaos]": "SKIPPED",
    }
    assert len(ended) == 6 + 5
    for reason in ("asserts a hit", "of its class", "its own"):
        result.stdout.fnmatch_lines([f"SKIPPED * no_chaos: {reason}"])
    calm = chaotic.runpytest("-v")
    assert set(outcomes(calm).values()) == {"PASSED"}
    assert len(outcomes(calm)) == 4


@pytest.mark.parametrize("reason", ["True", "''", "' '", "None"])
def test_to_opt_out_takes_a_reason(chaotic: pytest.Pytester, reason: str) -> None:
    chaotic.makepyfile(
        test_luck=f"""
        import pytest

        @pytest.mark.auth0(no_chaos={reason})
        def test_it(load_action):
            pass
        """
    )
    result = chaotic.runpytest("--auth0-chaos")
    result.assert_outcomes(errors=1)
    result.stdout.fnmatch_lines(
        [
            "E*UsageError: ?A113? no_chaos must be the reason why --auth0-chaos leaves a test out.",
            f"E*Given: {reason}, for *::test_it.",
            "E*Write it as text: @pytest.mark.auth0(no_chaos='asserts that a record is hit'); to "
            "leave one kind out, no_chaos={'late': 'asserts that the token is taken'}.",
        ]
    )


MANY = """
import pytest

@pytest.mark.parametrize("number", range(12))
def test_it(number, load_action):
    action = load_action("code.js")
    for _ in range(3):
        assert action.run({}).event["token"] == "t0ken"
"""


@pytest.mark.parametrize("workers", [[], ["-n2"]])
def test_the_same_seed_has_the_same_result(chaotic: pytest.Pytester, workers: list[str]) -> None:
    write(chaotic, TRUSTS_ITS_RECORDS)
    chaotic.makepyfile(test_luck=MANY)

    def run(seed: int, *more: str) -> dict[str, str]:
        given = ["--auth0-chaos", f"--auth0-chaos-seed={seed}", "-v", *more]
        result = (chaotic.runpytest_subprocess if more else chaotic.runpytest)(*given)
        result.stdout.fnmatch_lines([f"auth0: *chaos, seed {seed}*"])
        return outcomes(result)

    first = run(1)
    assert len(first) == 60
    mixed = [how for name, how in first.items() if "mixed" in name]
    assert set(mixed) == {"PASSED", "FAILED"}
    assert run(1, *workers) == first
    assert run(2, *workers) != first


def test_without_a_seed_one_is_drawn_and_told_with_each_failure(chaotic: pytest.Pytester) -> None:
    write(chaotic, TRUSTS_ITS_RECORDS)
    seeds = set()
    for arguments in ([], ["-n2"]):
        run = chaotic.runpytest_subprocess if arguments else chaotic.runpytest
        result = run("--auth0-chaos", *arguments)
        [seed] = re.findall(r"chaos, seed (\d+)", "\n".join(result.outlines))
        seeds.add(seed)
        commands = again(result)
        assert commands
        assert all(f"--auth0-chaos-seed={seed}" in command for command in commands)
    assert len(seeds) == 2


def test_a_failure_in_the_calm_tells_no_seed(chaotic: pytest.Pytester) -> None:
    write(chaotic, "throw new Error('always');")
    result = chaotic.runpytest("--auth0-chaos", "--auth0-chaos-seed=3", "-k", "calm")
    result.assert_outcomes(failed=1)
    assert again(result) == []
    everywhere = chaotic.runpytest("--auth0-chaos", "--auth0-chaos-seed=3")
    everywhere.assert_outcomes(failed=5)
    assert len(again(everywhere)) == 4


@pytest.mark.parametrize("folder", [".", "sub"])
def test_the_command_that_is_told_repeats_the_failure(
    chaotic: pytest.Pytester, monkeypatch: pytest.MonkeyPatch, folder: str
) -> None:
    """With whatever a shell makes of the test's name, and from wherever pytest was run."""
    write(chaotic, TRUSTS_ITS_RECORDS)
    for path in chaotic.path.glob("test_*.py"):
        path.unlink()
    tests = chaotic.path / "sub/test_names.py"
    tests.parent.mkdir()
    tests.write_text(
        "import pytest\n"
        "@pytest.mark.parametrize('name', ['plain', \"it's $HOME *\", '\"q\" ; [x]'])\n"
        "def test_it(name, load_action):\n"
        "    action = load_action('code.js')\n"
        "    for _ in range(2):\n"
        "        assert action.run({}).event['token'] == 't0ken'\n",
        encoding="utf-8",
    )
    monkeypatch.chdir(chaotic.path / folder)
    result = chaotic.run(
        sys.executable, "-m", "pytest", "--auth0-chaos", "--auth0-chaos-seed=3",
        "-k", "evict", "-p", "no:cacheprovider",
    )  # fmt: skip
    result.assert_outcomes(failed=3, deselected=12)
    commands = again(result)
    assert len(commands) == 3
    for command in commands:
        repeated = subprocess.run(
            ["/bin/sh", "-c", f"{sys.executable} -m {command} -p no:cacheprovider -rf"],
            capture_output=True,
            text=True,
            check=False,
        )
        assert re.search(r"^=+ 1 failed in", repeated.stdout, re.M), repeated.stdout
        assert repeated.stdout.count("chaos-evict") >= 1


def test_the_help_says_what_it_does(pytester: pytest.Pytester) -> None:
    result = pytester.runpytest("--help")
    text = " ".join(" ".join(result.outlines).split())
    assert "--auth0-chaos run each test that loads an Action again" in text
    assert "--auth0-chaos-seed=N" in text
    assert Path(__file__).exists()


LEFT_OUT = """
    import pytest


    def test_none(): pass


    @pytest.mark.parametrize("number", [1, 2])
    def test_api(number, api): pass


    def test_in(load_action): pass


    @pytest.mark.auth0(no_chaos="it counts requests")
    @pytest.mark.parametrize("name", ["calm", "ada"])
    def test_out(name, load_action): pass
"""


@pytest.mark.parametrize("workers", [["-n0"], ["-n2"]])
def test_the_tests_that_are_left_out_are_named(
    chaotic: pytest.Pytester, workers: list[str]
) -> None:
    chaotic.makepyfile(test_a=LEFT_OUT, test_b="def test_other(): pass")
    result = chaotic.runpytest_subprocess("--auth0-chaos", *workers)
    lines = [line for line in result.outlines if "left out" in line or line.startswith("  test_")]
    assert lines[0] == "auth0: chaos left out 6 tests:"
    assert sorted(lines[1:]) == [
        "  test_a.py::test_api[1]: it loads no Action",
        "  test_a.py::test_api[2]: it loads no Action",
        "  test_a.py::test_none: it loads no Action",
        "  test_a.py::test_out[ada]: no_chaos: it counts requests",
        "  test_a.py::test_out[calm]: no_chaos: it counts requests",
        "  test_b.py::test_other: it loads no Action",
    ]


def test_many_tests_that_are_left_out_are_named_with_v(chaotic: pytest.Pytester) -> None:
    chaotic.makepyfile(
        "import pytest\n@pytest.mark.parametrize('number', range(12))\ndef test_it(number): pass"
    )
    few = chaotic.runpytest("--auth0-chaos", "-n0").outlines
    at = few.index("auth0: chaos left out 12 tests:")
    assert len([line for line in few[at:] if line.startswith("  test_")]) == 10
    assert few[at + 11] == "  and 2 more, which -v shows"
    all_ = chaotic.runpytest("--auth0-chaos", "-n0", "-v").outlines
    assert len([line for line in all_ if line.startswith("  test_")]) == 12
    assert not [line for line in chaotic.runpytest("-n0").outlines if "left out" in line]


def test_nothing_is_said_if_none_is_left_out(chaotic: pytest.Pytester) -> None:
    chaotic.makepyfile("def test_it(load_action): pass")
    assert not [
        line for line in chaotic.runpytest("--auth0-chaos", "-n0").outlines if "left out" in line
    ]
