"""Snapshots of what runs give back, by syrupy and by inline-snapshot."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.conftest import STRICT_INI

pytestmark = pytest.mark.slow  # each test is a session of its own, or several

SECRET = "s3cr3t-0f-2025-x7"

ACTION = """
exports.onExecutePostLogin = async (event, api) => {
  const { KEY } = event.secrets;
  api.cache.set('token', KEY, { ttl: 60000 });
  await fetch('https://api.test/', {
    method: 'POST', headers: { authorization: `Bearer ${KEY}` }, body: JSON.stringify({ KEY }),
  });
  await require('crm').add(new Date(), KEY);
  api.user.setUserMetadata('b', 2);
  api.user.setUserMetadata('a', 1);
  api.redirect.sendUserTo('https://r.example.com/');
};
"""

CONFTEST = f"""
import pytest

@pytest.fixture
def action(load_action, http_mock):
    http_mock.post(host="api.test").respond(json={{}})
    packages = {{"crm": {{"add": lambda at, key: {{"id": 1}}}}}}
    return load_action("greet.js", secrets={{"KEY": "{SECRET}"}}, packages=packages)
"""

CALLS = [
    {
        "path": "cache.set",
        "args": ["token", "***KEY***", {"ttl": 60000}],
        "result": {"record": {"value": "***KEY***", "expires_at": 1735689660000}},
    },
    {"path": "crm.add", "args": ["2025-01-01T00:00:00.000Z", "***KEY***"], "result": {"id": 1}},
    {"path": "user.setUserMetadata", "args": ["b", 2]},
    {"path": "user.setUserMetadata", "args": ["a", 1]},
    {"path": "redirect.sendUserTo", "args": ["https://r.example.com/"]},
]
OUTCOME = {
    "user": {"user_metadata": {"b": 2, "a": 1}, "changed": True},
    "redirect": {"url": "https://r.example.com/", "query": {}},
}
EXECUTION = {
    "calls": CALLS,
    "requests": [
        {"method": "POST", "url": "https://api.test/", "status": 200, "body": {"KEY": "***KEY***"}}
    ],
    "logs": "",
    "outcome": OUTCOME,
    "action": "greet",
}

AMBER = """\
# serializer version: 1
# name: test_outcome
  dict({
    'redirect': dict({
      'query': dict({
      }),
      'url': 'https://r.example.com/',
    }),
    'user': dict({
      'changed': True,
      'user_metadata': dict({
        'a': 1,
        'b': 2,
      }),
    }),
  })
# ---
"""


@pytest.fixture(autouse=True)
def no_worker(monkeypatch: pytest.MonkeyPatch) -> None:
    """Keep from both plugins that they run in a worker of ours."""
    monkeypatch.delenv("PYTEST_XDIST_WORKER", raising=False)


@pytest.fixture
def project(pytester: pytest.Pytester) -> Path:
    pytester.makeini(STRICT_INI)
    (pytester.path / "greet.js").write_text(ACTION)
    (pytester.path / "conftest.py").write_text(CONFTEST)
    return pytester.path


def run(pytester: pytest.Pytester, *arguments: str) -> pytest.RunResult:
    libraries = ("-p", "syrupy", "-p", "inline_snapshot")
    return pytester.runpytest_subprocess("-n0", *libraries, *arguments)


def test_plain_data_has_no_secrets_and_no_times(pytester: pytest.Pytester, project: Path) -> None:
    pytester.makepyfile(
        f"""
        def test_it(action, auth0_snapshot, flow, clock):
            expected = {EXECUTION!r}
            first = auth0_snapshot(action.run())
            assert first == expected
            assert list(first["outcome"]["user"]["user_metadata"]) == ["b", "a"]
            clock.tick(hours=0)
            transaction = auth0_snapshot(flow(action).run())
            assert list(transaction) == ["status", "outcome", "executions"]
            assert transaction["executions"] == [expected]
            assert "state" in transaction["outcome"]["redirect"]["query"]
        """
    )
    run(pytester).assert_outcomes(passed=1)


def test_syrupy_writes_it(pytester: pytest.Pytester, project: Path) -> None:
    pytester.makepyfile(
        """
        def test_outcome(action, snapshot):
            assert action.run().outcome == snapshot
        """
    )
    assert run(pytester, "--snapshot-update").ret == 0
    [file] = (project / "__snapshots__").iterdir()
    assert file.read_text() == AMBER
    again = run(pytester)
    again.assert_outcomes(passed=1)
    again.stdout.fnmatch_lines(["*1 snapshot passed*"])


def test_syrupy_writes_no_secret_whatever_it_is_given(
    pytester: pytest.Pytester, project: Path
) -> None:
    """Directly or within other values, and the same again after other tests."""
    pytester.makepyfile(
        f"""
        import pytest

        def test_it(action, snapshot, flow, auth0_snapshot):
            run = action.run()
            assert run == snapshot
            assert auth0_snapshot(run) == snapshot
            assert run.calls == snapshot
            assert run.calls[0] == snapshot
            assert {{"calls": run.calls[:2], "event": run.event}} == snapshot
            assert run.requests[0].text == snapshot
            assert run.requests == snapshot
            assert flow(action).run() == snapshot

        def test_without_us(snapshot):
            assert "{SECRET}".upper() == snapshot
        """
    )
    run(pytester, "--snapshot-update").assert_outcomes(passed=2)
    [file] = (project / "__snapshots__").iterdir()
    text = file.read_text()
    assert SECRET not in text
    assert SECRET.upper() in text
    direct, explicit = (
        text.split(f"# name: test_it{number}\n")[1].split("# ---")[0] for number in ("", ".1")
    )
    assert direct == explicit
    again = run(pytester, "-p", "no:randomly")
    again.assert_outcomes(passed=2)
    again.stdout.fnmatch_lines(["*9 snapshots passed*"])


def test_a_failed_comparison_with_syrupy_shows_no_secret(
    pytester: pytest.Pytester, project: Path
) -> None:
    test = "def test_it(action, snapshot):\n    assert action.run() == snapshot\n"
    pytester.makepyfile(test)
    run(pytester, "--snapshot-update")
    changed = ACTION.replace("'b', 2", "'b', KEY")
    (project / "greet.js").write_text(changed)
    result = run(pytester, "-vv")
    result.assert_outcomes(failed=1)
    assert SECRET not in result.stdout.str()
    result.stdout.fnmatch_lines(["*'b': '[*][*][*]KEY[*][*][*]'*"])


def test_inline_snapshot_writes_it(pytester: pytest.Pytester, project: Path) -> None:
    path = pytester.makepyfile(
        """
        from inline_snapshot import snapshot

        def test_it(action, auth0_snapshot, flow):
            run = action.run()
            assert auth0_snapshot(run) == snapshot()
            assert auth0_snapshot(run.outcome) == snapshot()
            assert auth0_snapshot(run.calls) == snapshot()
            assert auth0_snapshot(flow(action).run()) == snapshot()
            assert run.outcome == snapshot()
        """
    )
    run(pytester, "--inline-snapshot=create")
    text = path.read_text()
    assert SECRET not in text
    assert "snapshot()" not in text
    run(pytester).assert_outcomes(passed=1)
    namespace: dict[str, object] = {}
    lines = [line for line in text.split("assert ") if line.startswith("auth0_snapshot(run")]
    for line, expected in zip(lines, (EXECUTION, OUTCOME, CALLS), strict=True):
        code = line.split("== ", 1)[1].strip()
        assert eval(code, {"snapshot": lambda value: value}, namespace) == expected


WOULD_WRITE = "inline-snapshot would write a secret into the test."
NO_CODE = "inline-snapshot can't write code that makes this value again."


@pytest.mark.parametrize(
    ("value", "happened", "given"),
    [
        ("run.calls", f"?A119? {WOULD_WRITE}", "Given: '***KEY***'."),
        ("run.requests[0].text", f"?A119? {WOULD_WRITE}", 'Given: \'{"KEY":"***KEY***"}\'.'),
        ("run", f"?A120? {NO_CODE}", "Given: an Execution."),
        ("flow(action).run()", f"?A120? {NO_CODE}", "Given: a Transaction."),
    ],
)
def test_inline_snapshot_is_kept_from_what_it_should_not_write(
    pytester: pytest.Pytester, project: Path, value: str, happened: str, given: str
) -> None:
    path = pytester.makepyfile(
        f"""
        from inline_snapshot import snapshot

        def test_it(action, flow):
            run = action.run()
            assert {value} == snapshot()
        """
    )
    before = path.read_text()
    result = run(pytester, "--inline-snapshot=create")
    result.assert_outcomes(failed=1, errors=1)
    advice = "Write `assert auth0_snapshot(value) == snapshot()`, with the fixture auth0_snapshot."
    escaped = given.replace("[", "[[]").replace("***KEY***", "[*][*][*]KEY[*][*][*]")
    result.stdout.fnmatch_lines([f"E *UsageError: {happened}", f"E *{escaped}", f"E *{advice}"])
    assert path.read_text() == before


def test_a_secret_is_seen_that_nothing_has_masked_before(pytester: pytest.Pytester) -> None:
    pytester.makeini(STRICT_INI)
    pytester.makefile(
        ".js",
        plain="exports.onExecutePostLogin = async (event, api) =>\n"
        "  api.access.deny(event.secrets.KEY);\n",
    )
    pytester.makepyfile(
        f"""
        from inline_snapshot import snapshot

        def test_it(load_action):
            run = load_action("plain.js", secrets={{"KEY": "{SECRET}"}}).run()
            assert run.outcome.denied.reason == snapshot()
        """
    )
    result = run(pytester, "--inline-snapshot=create")
    result.assert_outcomes(failed=1, errors=1)
    result.stdout.fnmatch_lines(
        [f"E *UsageError: ?A119? {WOULD_WRITE}", "E *Given: '[*][*][*]KEY[*][*][*]'."]
    )


def test_a_test_without_our_fixtures_is_left_alone(pytester: pytest.Pytester) -> None:
    pytester.makeini(STRICT_INI)
    path = pytester.makepyfile(
        """
        from inline_snapshot import snapshot as inline
        from syrupy.extensions.amber.serializer import AmberDataSerializer
        from pytest_auth0_actions import ApiCall

        def test_before():
            assert AmberDataSerializer.serializer_plugins is None

        def test_with(clock):
            assert len(AmberDataSerializer.serializer_plugins) == 1

        def test_after():
            assert AmberDataSerializer.serializer_plugins is None
            assert ApiCall("cache.get", (), "x", 0) == inline()
        """
    )
    run(pytester, "--inline-snapshot=create")
    assert "ApiCall(path='cache.get', args=(), result='x', at_ms=0)" in path.read_text().replace(
        '"', "'"
    )
    run(pytester).assert_outcomes(passed=3)


def test_neither_library_need_be_there(pytester: pytest.Pytester) -> None:
    pytester.makeini(STRICT_INI)
    pytester.makepyfile(
        """
        import sys

        def test_it(auth0_snapshot):
            assert not {"syrupy", "inline_snapshot"} & {*sys.modules}
            assert auth0_snapshot({"a": (1,)}) == {"a": [1]}
        """
    )
    pytester.runpytest_subprocess().assert_outcomes(passed=1)
