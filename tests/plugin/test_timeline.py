"""What the terminal shows of a failed test: its timeline, comparisons, and what ran it."""

from __future__ import annotations

import re
import textwrap
from pathlib import Path

import pytest

BROKEN = """\
exports.onExecutePostUserRegistration = async (event, api) => {
  const hit = api.cache.get('token');
  if (hit) return console.log('cache hit');
  api.cache.set('token', event.secrets.API_KEY, { ttl: 3600 });
};
"""
TEST = """
def test_the_token_is_reused_for_an_hour(load_action, clock):
    action = load_action("broken.js", secrets={"API_KEY": "s3cr3t"})
    action.run()
    clock.tick(minutes=59)
    assert "cache hit" in action.run().logs
"""
OURS = ("-W", "ignore::pytest_auth0_actions.Auth0ActionsWarning")
ESCAPE = "\x1b"


@pytest.fixture
def broken(project: pytest.Pytester, monkeypatch: pytest.MonkeyPatch) -> pytest.Pytester:
    """A project with the README's fault."""
    monkeypatch.setenv("COLUMNS", "80")
    for name in ("NO_COLOR", "FORCE_COLOR", "PY_COLORS"):
        monkeypatch.delenv(name, raising=False)
    (project.path / "broken.js").write_text(BROKEN, encoding="utf-8")
    project.makepyfile(test_broken=TEST)
    return project


def timelines(result: pytest.RunResult) -> list[str]:
    """Return the timelines in a terminal's text, up to the next heading."""
    found = re.findall(
        r"^-+ Auth0 timeline -+\n(.*?)(?=^[-=_!]{3})", result.stdout.str(), re.MULTILINE | re.DOTALL
    )
    warning = re.compile(r"^( +)warning at .*\n(?:\1  \S.*\n)*", re.MULTILINE)
    return [warning.sub("", text) for text in found]


def test_the_output_of_the_first_fault_names_it(broken: pytest.Pytester) -> None:
    result = broken.runpytest(*OURS)
    result.assert_outcomes(failed=1)
    [timeline] = timelines(result)
    assert timeline == textwrap.dedent(
        """\
        +0s   2025-01-01T00:00:00Z
          run broken.js (test_broken.py:3)
            cache.get('token') -> miss: never set
            cache.set('token', '***API_KEY***', {'ttl': 3600})
              -> lives 3.6s, until +3.6s
          end of run -> done
          clock moved by 59m
        +59m  2025-01-01T00:59:00Z
          run broken.js (test_broken.py:5)
            cache.get('token') -> miss: expired 58m 56.4s ago, having lived 3.6s
            cache.set('token', '***API_KEY***', {'ttl': 3600})
              -> lives 3.6s, until +59m 3.6s
          end of run -> done
          the test failed at test_broken.py:5: AssertionError: assert 'cache hit' in ''
        """
    )


def test_a_key_that_is_too_long_is_named(project: pytest.Pytester) -> None:
    (project.path / "greet.js").write_text(
        "exports.onExecutePostUserRegistration = async (event, api) => {\n"
        "  const key = `welcome:${event.user.email}`;\n"
        "  if (!api.cache.get(key)) console.log('Welcome!');\n"
        "  api.cache.set(key, 'sent');\n"
        "};\n",
        encoding="utf-8",
    )
    project.makepyfile(
        """
        def test_one_greeting(load_action, make_event):
            action = load_action("greet.js")
            event = make_event(user={"email": "a" * 45 + "@example.com"})
            action.run(event)
            assert action.run(event).logs == ""
        """
    )
    [timeline] = timelines(project.runpytest(*OURS))
    assert "-> refused: CacheKeySizeExceeded: the key has 65 bytes, at most 64\n" in timeline
    assert "-> miss: its write was refused (CacheKeySizeExceeded) just now\n" in timeline


def test_an_action_that_trusts_its_cache_is_shown_to(project: pytest.Pytester) -> None:
    (project.path / "trusts.js").write_text(
        "exports.onExecutePostUserRegistration = async (event, api) => {\n"
        "  const { value } = api.cache.get('token');\n"
        "};\n",
        encoding="utf-8",
    )
    project.makepyfile(
        test_it="""
        def test_after_an_eviction(load_action, api, cache_store, clock):
            api.cache.set("token", "abc", {"ttl": 3_600_000})
            action = load_action("trusts.js")
            action.run()
            clock.tick(minutes=10)
            cache_store.evict("token")
            action.run()
        """
    )
    [timeline] = timelines(project.runpytest())
    assert timeline.splitlines()[5:] == [
        "  clock moved by 10m",
        "+10m  2025-01-01T00:10:00Z",
        "  evicted 'token', 50m before its end",
        "  run trusts.js (test_it.py:7)",
        "    cache.get('token') -> miss: evicted just now",
        "  end of run",
        "    -> failed: ActionError: [A403] The Action threw TypeError: Cannot",
        "      destructure property 'value' of 'api.cache.get(...)' as it is undefined.",
        "  the test failed at test_it.py:7: ActionError: [A403] The Action threw",
        "    TypeError: Cannot destructure property 'value' of 'api.cache.get(...)' as it",
        "    is undefined.",
    ]


def test_time_that_passed_until_the_failure_is_told(project: pytest.Pytester) -> None:
    project.makepyfile(
        test_it="def test_it(clock): clock.tick(minutes=15, milliseconds=1); assert 0"
    )
    [timeline] = timelines(project.runpytest())
    assert timeline.splitlines() == [
        "+0s          2025-01-01T00:00:00Z",
        "  clock moved by 15m 0.001s",
        "+15m 0.001s  2025-01-01T00:15:00.001Z",
        "  the test failed at test_it.py:1: assert 0",
    ]


def test_a_failure_of_the_setup_or_the_teardown_has_one_too(project: pytest.Pytester) -> None:
    project.makepyfile(
        test_it="""
        import pytest

        @pytest.fixture
        def fails_before(api):
            api.cache.set("token", "abc")
            raise OSError("before")

        @pytest.fixture
        def fails_after(api, clock):
            api.cache.set("token", "abc")
            yield
            clock.tick(minutes=1)
            api.cache.get("token")
            raise OSError("after")

        def test_before(fails_before): pass

        def test_after(fails_after): pass
        """
    )
    before, after = timelines(project.runpytest())
    assert before.splitlines()[-1] == "  the setup failed at test_it.py:6: OSError: before"
    assert after.splitlines()[-1] == "  the teardown failed at test_it.py:14: OSError: after"
    assert after.splitlines()[-3] == "+1m  2025-01-01T00:01:00Z"


@pytest.mark.parametrize(
    "test",
    [
        "def test_it(): assert 0",
        "def test_it(api): assert 0",
        "def test_it(api): api.cache.set('k', 'v')",
        "@__import__('pytest').mark.xfail\ndef test_it(api): api.cache.set('k', 'v'); assert 0",
        "@__import__('pytest').mark.auth0(now='?')\ndef test_it(api): pass",
    ],
)
def test_without_a_failure_or_without_an_event_there_is_none(
    project: pytest.Pytester, test: str
) -> None:
    project.makepyfile(test)
    project.runpytest("-rA").stdout.no_fnmatch_line("*Auth0 timeline*")


@pytest.mark.parametrize("width", [60, 100])
def test_the_width_of_the_terminal_is_kept(
    project: pytest.Pytester, monkeypatch: pytest.MonkeyPatch, width: int
) -> None:
    monkeypatch.setenv("COLUMNS", str(width))
    project.makepyfile("def test_it(api): api.cache.set('k' * 60, 'v' * 3_000); assert 0")
    [timeline] = timelines(project.runpytest())
    assert max(map(len, timeline.splitlines())) in {width, width - 1}


def test_without_a_terminal_nothing_breaks(broken: pytest.Pytester) -> None:
    result = broken.runpytest(*OURS, "-p", "no:terminal", "--junitxml=junit.xml")
    assert result.ret == pytest.ExitCode.TESTS_FAILED
    assert "'cache hit' in ''" in (broken.path / "junit.xml").read_text(encoding="utf-8")


def test_a_long_story_is_shortened_unless_all_is_asked_for(project: pytest.Pytester) -> None:
    project.makepyfile(
        """
        def test_it(api):
            for number in range(100):
                api.cache.get(str(number))
            assert 0
        """
    )
    [short] = timelines(project.runpytest())
    assert "... 61 events left out; -vv shows all ..." in short
    [full] = timelines(project.runpytest("-vv"))
    assert full.count("cache.get") == 100


def test_colors_are_where_pytest_colors_and_nowhere_else(broken: pytest.Pytester) -> None:
    arguments = [*OURS, "--junitxml=junit.xml"]
    colored = broken.runpytest(*arguments, "--color=yes").stdout.str()
    assert f"cache.get('token') {ESCAPE}[33m-> miss: never set{ESCAPE}[0m\n" in colored
    assert has_no_escapes(broken.path / "junit.xml")
    plain = broken.runpytest(*arguments, "--color=no").stdout.str()
    assert "cache.get('token') -> miss: never set\n" in plain
    assert ESCAPE not in plain


@pytest.mark.parametrize(
    ("environment", "is_colored"),
    [
        ({}, False),  # it is no terminal
        ({"FORCE_COLOR": "1"}, True),
        ({"FORCE_COLOR": "1", "NO_COLOR": "1"}, False),
    ],
    ids=["no terminal", "FORCE_COLOR", "NO_COLOR"],
)
def test_there_is_no_color_where_none_is_wanted(
    broken: pytest.Pytester,
    monkeypatch: pytest.MonkeyPatch,
    environment: dict[str, str],
    is_colored: bool,
) -> None:
    for name, text in environment.items():
        monkeypatch.setenv(name, text)
    printed = broken.runpytest_subprocess(*OURS).stdout.str()
    assert ("[33m-> miss: never set" in printed) is is_colored
    assert (ESCAPE in printed) is is_colored


def has_no_escapes(junit: Path) -> bool:
    text = junit.read_text(encoding="utf-8")
    return "<failure" in text and ESCAPE not in text and "#x1B" not in text


@pytest.mark.parametrize("verbose", ["-q", "-vv"])
def test_secrets_are_hidden_in_it(broken: pytest.Pytester, verbose: str) -> None:
    broken.makepyfile(test_broken=TEST.replace("s3cr3t", "s3cr3t" * 20))
    result = broken.runpytest(*OURS, verbose)
    [timeline] = timelines(result)
    assert "***API_KEY***" in timeline
    assert "s3c" not in timeline


def told_of(output: str) -> list[str]:
    """Return the lines of a timeline for reads of the cache."""
    lines = [re.sub(r"\x1b\[\d+m", "", line) for line in output.splitlines()]
    return [line for line in lines if re.match(" +(test: )?cache.get", line)]


@pytest.mark.slow
def test_workers_which_have_no_terminal_tell_the_same(
    broken: pytest.Pytester, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Its width and its colors, all there is with -vv, and no secrets."""
    monkeypatch.setenv("COLUMNS", "100")
    broken.makepyfile(
        test_broken=TEST.replace("s3cr3t", "s3cr3t" * 20),
        test_long="""
        def test_it(api):
            for number in range(100):
                api.cache.get(str(number) * 200)
            assert 0
        """,
    )
    result = broken.runpytest_subprocess(*OURS, "-n1", "-vv", "--color=yes", "--junitxml=junit.xml")
    shown = result.stdout.str()
    assert f"cache.get('token') {ESCAPE}[33m-> miss: never set{ESCAPE}[0m\n" in shown
    assert "***API_KEY***" in shown
    assert "s3c" not in shown
    told = told_of(shown)
    assert len(told) == 2 + 100
    assert max(map(len, told)) > 200
    told = told_of(broken.runpytest_subprocess(*OURS, "-n1", "--color=yes").stdout.str())
    assert 2 < len(told) < 100
    assert max(map(len, told)) == 100
    assert has_no_escapes(broken.path / "junit.xml")


@pytest.mark.slow
def test_what_ran_the_actions_is_told_once(broken: pytest.Pytester) -> None:
    broken.makepyfile(
        test_others="""
        import pytest

        def test_without_node(api):
            api.cache.set("k", "v")

        @pytest.mark.auth0(cache_rules="runtime")
        def test_runtime(load_action):
            load_action("actions/provision/code.js")

        def test_nothing(clock): pass
        """
    )
    for arguments in ((), ("-n2", "--dist=loadfile")):
        result = broken.runpytest_subprocess(*OURS, *arguments)
        [line] = [line for line in result.outlines if line.startswith("auth0: ")]
        assert re.fullmatch(
            r"auth0: Node\.js v[\d.]+ \(the node extra\), "
            "cache rules (documented, runtime|runtime, documented)",
            line,
        )
    broken.runpytest(*OURS, "-q").stdout.no_fnmatch_line("auth0: *")


@pytest.mark.parametrize(
    ("test", "told"),
    [
        ("def test_it(api): api.cache.get('k')", "auth0: cache rules documented"),
        (
            "def test_it(cache_store): pass\n"
            "from pytest_auth0_actions import CacheRules\n"
            "pytestmark = __import__('pytest').mark.auth0(cache_rules=CacheRules(max_entries=1))",
            "auth0: cache rules the test's own",
        ),
    ],
)
def test_rules_are_told_without_node_too(project: pytest.Pytester, test: str, told: str) -> None:
    project.makepyfile(test)
    project.runpytest("-v").stdout.fnmatch_lines([told])


def test_a_session_that_passes_says_nothing_unasked(project: pytest.Pytester) -> None:
    """Node.js was used, the rules are known, and a test has cost the next one a new process."""
    (project.path / "leaves.js").write_text(
        "exports.onExecutePostUserRegistration = async () => { Array.prototype.last = 1; };",
        encoding="utf-8",
    )
    project.makepyfile(
        """
        def test_one(load_action):
            load_action("leaves.js").run()

        def test_two(load_action, api):
            load_action("actions/provision/code.js").run()
        """
    )
    result = project.runpytest_subprocess("--no-header")
    result.assert_outcomes(passed=2)
    lines = [line for line in result.outlines if not line.startswith(("=", "collected"))]
    assert [line.split(" [")[0].rstrip() for line in lines if line] == [
        "test_a_session_that_passes_says_nothing_unasked.py .."
    ]
    verbose = project.runpytest_subprocess("--no-header", "-v")
    told = [line for line in verbose.outlines if line.startswith("auth0: ")]
    assert [line.split(" ")[1] for line in told] == ["Node.js", "1"]


def test_a_failure_and_a_warning_name_their_line_from_where_pytest_was_started(
    project: pytest.Pytester, monkeypatch: pytest.MonkeyPatch
) -> None:
    (project.mkdir("actions/short") / "code.js").write_text(BROKEN, encoding="utf-8")
    (project.mkdir("tests") / "test_it.py").write_text(
        TEST.replace("broken.js", "actions/short/code.js"), encoding="utf-8"
    )
    for start, action, test in (
        (".", "actions/short/code.js", "tests/test_it.py"),
        ("actions", "short/code.js", "../tests/test_it.py"),
        ("tests", "../actions/short/code.js", "test_it.py"),
    ):
        monkeypatch.chdir(project.path / start)
        shown = project.runpytest_subprocess(*OURS, str(project.path / "tests")).stdout.str()
        told = " ".join(shown.split())
        assert f"warning at {action}:4: [A709] ttl is 3,600 ms" in told
        assert f"the test failed at {test}:6: AssertionError: assert 'cache hit' in ''" in told


@pytest.mark.parametrize("test", ["def test_it(): pass", "def test_it(clock): pass"])
def test_nothing_is_told_where_nothing_was_used(project: pytest.Pytester, test: str) -> None:
    project.makepyfile(test)
    project.runpytest().stdout.no_fnmatch_line("auth0: *")


def test_comparisons_are_explained(project: pytest.Pytester) -> None:
    project.makepyfile(
        """
        from pytest_auth0_actions import CacheRecord

        def test_records(api, clock):
            api.cache.set("token", "abc")
            assert api.cache.get("token") == CacheRecord("abc", clock.now_ms + 86_400_000)

        def test_instants(clock):
            assert clock.now_ms + 900_000 == clock.now_ms + 3_600_000

        def test_without_our_fixtures():
            assert CacheRecord("abc", 1) == CacheRecord("abc", 2)

        def test_of_others():
            assert 1735690500000 == 1735776000000
        """
    )
    result = project.runpytest()
    result.assert_outcomes(failed=4)
    result.stdout.fnmatch_lines(
        [
            "E       AssertionError: assert CacheRecord(value='abc', *) == CacheRecord(*",
            "E         expires_at: 23h 45m earlier (2025-01-01T00:15:00Z, not 2025-01-02T*",
            "E         45m earlier (2025-01-01T00:15:00Z, not 2025-01-01T01:00:00Z)",
            "E         expires_at: 0.001s earlier (1970-01-01T00:00:00.001Z, not *",
        ]
    )
    result.stdout.fnmatch_lines(["E       assert 1735690500000 == 1735776000000", "", "test_*"])


def test_a_comparison_of_others_imports_nothing_of_ours(project: pytest.Pytester) -> None:
    project.makepyfile(
        """
        import sys

        def test_it():
            try:
                assert {"a": 1} == {"a": 2}
            except AssertionError as error:
                assert "Differing items" in str(error)
            assert "pytest_auth0_actions.reporting.comparison" not in sys.modules
        """
    )
    project.runpytest_subprocess().assert_outcomes(passed=1)


def test_secrets_are_hidden_in_a_comparison(project: pytest.Pytester) -> None:
    project.makepyfile(
        """
        from pytest_auth0_actions import CacheRecord

        def test_it(load_action, api):
            load_action("actions/provision/code.js", secrets={"API_KEY": "s3cr3t" * 20}).run()
            assert api.cache.get("token") == CacheRecord("abc", 0)
        """
    )
    result = project.runpytest("--tb=short")
    result.stdout.fnmatch_lines(["E*value: '[*][*][*]API_KEY[*][*][*]', not 'abc'"])
    assert "s3cr3t" not in result.stdout.str().replace('{"API_KEY": "s3cr3t" * 20}', "")


@pytest.mark.parametrize(
    ("side_effect", "told"),
    [
        ("httpx.ConnectError", "failed: ECONNREFUSED"),
        ("httpx.RemoteProtocolError", "failed: closed without an answer"),
        ("httpx.ReadTimeout", "failed: no answer"),
        ("lambda request: httpx.Response(200, content=broken())", "200, cut"),
        ("[httpx.Response(204)]", "204"),
    ],
)
def test_a_request_is_told_with_how_it_failed(
    project: pytest.Pytester, side_effect: str, told: str
) -> None:
    (project.path / "asks.js").write_text(
        "exports.onExecutePostUserRegistration = async () => {\n"
        "  const signal = AbortSignal.timeout(1000);\n"
        "  await (await fetch('http://a.example/', { signal })).text();\n"
        "  throw new Error('the end');\n"
        "};\n",
        encoding="utf-8",
    )
    project.makepyfile(
        f"""
        import httpx

        def broken():
            yield b"x"
            raise httpx.ReadError("reset")

        def test_it(load_action, http_mock):
            http_mock.get("http://a.example/").mock(side_effect={side_effect})
            load_action("asks.js").run()
        """
    )
    [timeline] = timelines(project.runpytest())
    assert f"    GET http://a.example/ -> {told}\n" in timeline


def test_a_failure_is_placed_in_no_library(project: pytest.Pytester) -> None:
    project.makepyfile(
        """
        def test_unused(api, http_mock):
            api.cache.get("k")
            http_mock.get("https://a.example/")

        def test_claim(api, load_action):
            run = load_action("login.js").run()
            run.outcome.id_token.claims["https://a.example/rol"]
        """
    )
    code = "(event, api) => { api.idToken.setCustomClaim('https://a.example/role', 1); }"
    source = f"exports.onExecutePostLogin = async {code};"
    (project.path / "login.js").write_text(source, encoding="utf-8")
    result = project.runpytest()
    result.assert_outcomes(failed=2)
    shown = " ".join(result.stdout.str().split())
    assert "the test failed: UnusedRouteError: [A601]" in shown
    assert "test_a_failure_is_placed_in_no_library.py:7: KeyError:" in shown
    assert "did you mean 'https://a.example/role'?" in shown
