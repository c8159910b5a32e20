"""What `--auth0-report` says of each event: its line, the source, what was passed and sent."""

from __future__ import annotations

import json
import shlex
from typing import Any

import pytest

from tests.plugin.test_report import by_name, read

ACTION = """\
const { ask } = require('./ask');

exports.onExecutePostLogin = async (event, api) => {
  api.cache.set('token', 'abc', {
    ttl: 3_600_000,
  });
  console.log(api.cache.get('token').value);
  await ask(event.secrets.KEY);
  await new Promise((resolve) => setTimeout(resolve, 1_000));
  api.user.setAppMetadata('plan', { of: ['gold'] });
};
"""
ASK = """\
exports.ask = async (key) => {
  const answer = await fetch('https://crm.test/users', {
    method: 'POST',
    headers: { authorization: `Bearer ${key}`, 'content-type': 'application/json' },
    body: JSON.stringify({ key, name: 'Ada' }),
  });
  console.warn(answer.status);
};
"""
KEY = "s3cr3t-k3y-12345"
TEST = f"""
import httpx
import pytest

@pytest.fixture
def action(load_action, http_mock):
    answer = httpx.Response(201, json={{"id": 5, "echo": "{KEY}"}}, headers={{"x-key": "{KEY}"}})
    http_mock.post("https://crm.test/users").mock(return_value=answer)
    return load_action("shop/code.js", secrets={{"KEY": "{KEY}"}})

def test_runs(action):
    action.run()
"""


@pytest.fixture
def shop(project: pytest.Pytester) -> pytest.Pytester:
    folder = project.path / "shop"
    folder.mkdir()
    (folder / "code.js").write_text(ACTION, encoding="utf-8")
    (folder / "ask.js").write_text(ASK, encoding="utf-8")
    return project


def events_of(report: dict[str, Any], name: str = "test_runs") -> list[dict[str, Any]]:
    events: list[dict[str, Any]] = by_name(report)[name]["events"]
    return events


@pytest.mark.slow
@pytest.mark.parametrize("workers", [(), ("-n1",)])
def test_each_event_of_an_action_has_the_line_that_did_it(
    shop: pytest.Pytester, workers: tuple[str, ...]
) -> None:
    shop.makepyfile(test_it=TEST)
    shop.runpytest_subprocess(*workers, "--auth0-report=r.html").assert_outcomes(passed=1)
    report = read(shop.path / "r.html")
    places = [(each["kind"], each.get("place")) for each in events_of(report)]
    assert places == [
        ("run", "shop/code.js:3"),
        ("call", "shop/code.js:4"),
        ("call", "shop/code.js:7"),
        ("log", "shop/code.js:7"),
        ("http", "shop/ask.js:2"),
        ("log", "shop/ask.js:7"),
        ("clock", None),
        ("call", "shop/code.js:10"),
    ]
    assert report["sources"] == {"shop/code.js": ACTION, "shop/ask.js": ASK}


def test_paths_start_where_pytest_was_started(
    shop: pytest.Pytester, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = shop.mkdir("tests")
    (folder / "test_it.py").write_text(TEST, encoding="utf-8")
    monkeypatch.chdir(shop.path / "shop")
    shop.runpytest_subprocess("../tests", "--auth0-report=r.html").assert_outcomes(passed=1)
    report = read(shop.path / "shop/r.html")
    assert events_of(report)[0]["place"] == "code.js:3"
    assert report["sources"].keys() == {"code.js", "ask.js"}
    test = report["tests"][0]
    assert (test["file"], test["line"]) == ("tests/test_it.py", 11)
    assert test["again"] == "pytest ../tests/test_it.py::test_runs"


def test_a_call_has_its_arguments_and_its_result_in_lines(shop: pytest.Pytester) -> None:
    shop.makepyfile(test_it=TEST)
    shop.runpytest_subprocess("--auth0-report=r.html")
    set_, get, metadata = (
        each for each in events_of(read(shop.path / "r.html")) if each["kind"] == "call"
    )
    assert set_["passed"] == '"token"\n"abc"\n{\n  "ttl": 3600000\n}'
    assert json.loads(set_["gave"])["type"] == "success"
    assert get["passed"] is None  # what `args` says is all
    assert json.loads(get["gave"]) == {"value": "abc", "expires_at": 1_735_693_200_000}
    assert metadata["passed"] == '"plan"\n{\n  "of": [\n    "gold"\n  ]\n}'
    assert metadata["gave"] is None


def test_a_request_has_headers_and_bodies_without_secrets(shop: pytest.Pytester) -> None:
    shop.makepyfile(test_it=TEST)
    shop.runpytest_subprocess("--auth0-report=r.html")
    report = read(shop.path / "r.html")
    [http] = [each for each in events_of(report) if each["kind"] == "http"]
    assert "authorization: Bearer ***KEY***" in http["headers"].splitlines()
    assert http["body"] == '{\n  "key": "***KEY***",\n  "name": "Ada"\n}'
    assert "x-key: ***KEY***" in http["response_headers"].splitlines()
    assert http["response_body"] == '{\n  "id": 5,\n  "echo": "***KEY***"\n}'
    assert KEY not in (shop.path / "r.html").read_text(encoding="ascii")


def test_an_answer_that_never_came_has_no_body(shop: pytest.Pytester) -> None:
    given_up = "const limit = AbortSignal.timeout(500);"
    (shop.path / "shop/ask.js").write_text(
        f"{given_up} exports.ask = () => fetch('https://crm.test/users', {{ method: 'POST', "
        "signal: limit }).catch(() => {});",
        encoding="utf-8",
    )
    shop.makepyfile(test_it=TEST.replace("headers=", 'extensions={"delay_ms": 5_000}, headers='))
    shop.runpytest_subprocess("--auth0-report=r.html").assert_outcomes(passed=1)
    [http] = [each for each in events_of(read(shop.path / "r.html")) if each["kind"] == "http"]
    assert (http["error"], http["status"]) == ("given up before the answer", None)
    assert (http["response_headers"], http["response_body"]) == (None, None)


def test_a_warning_has_the_line_that_it_is_about(project: pytest.Pytester) -> None:
    (project.path / "code.js").write_text(
        "exports.onExecutePostUserRegistration = async (event, api) => {\n"
        "  const stored = api.cache.set('k', 'v', { ttl: 900 });\n"
        "  if (stored.type === 'error') throw stored;\n"
        "};\n",
        encoding="utf-8",
    )
    project.makepyfile(
        test_it="""
        import pytest

        pytestmark = pytest.mark.filterwarnings("ignore::pytest_auth0_actions.TtlUnitWarning")

        def test_action(load_action):
            load_action("code.js").run()

        def test_own(api):
            api.cache.set("k", "v", ttl=900)
        """
    )
    project.runpytest_subprocess("--auth0-report=r.html").assert_outcomes(passed=2)
    report = read(project.path / "r.html")
    assert events_of(report, "test_action")[-1]["place"] == "code.js:2"
    assert events_of(report, "test_own")[-1]["place"] == "test_it.py:9"
    assert report["sources"].keys() == {"code.js", "test_it.py"}


def test_a_call_of_a_package_that_the_test_replaces_has_its_line(project: pytest.Pytester) -> None:
    (project.path / "code.js").write_text(
        "const { send } = require('mailer');\n"
        "exports.onExecutePostUserRegistration = async () => {\n"
        "  await send({ to: 'ada@example.com' });\n"
        "};\n",
        encoding="utf-8",
    )
    project.makepyfile(
        test_it="""
        def test_runs(load_action):
            packages = {"mailer": {"send": lambda mail: {"sent": [mail["to"]]}}}
            load_action("code.js", packages=packages).run()
        """
    )
    project.runpytest_subprocess("--auth0-report=r.html").assert_outcomes(passed=1)
    _, call = events_of(read(project.path / "r.html"))
    assert call["place"] == "code.js:3"
    assert call["passed"] == '{\n  "to": "ada@example.com"\n}'
    assert call["gave"] == '{\n  "sent": [\n    "ada@example.com"\n  ]\n}'


def test_a_source_has_no_secret_and_as_many_lines_as_the_file(project: pytest.Pytester) -> None:
    for name, secret in (("plain", f"'{KEY}'"), ("lines", f"`{KEY}\n  {KEY}`")):
        (project.path / f"{name}.js").write_text(
            f"const key = {secret};\n"
            "exports.onExecutePostUserRegistration = async (event, api) => {\n"
            "  api.cache.get('code');\n"
            "};\n",
            encoding="utf-8",
        )
    project.makepyfile(
        test_it=f"""
        def test_plain(load_action):
            load_action("plain.js", secrets={{"KEY": "{KEY}", "WEAK": "code"}}).run()

        def test_lines(load_action):
            load_action("lines.js", secrets={{"KEY": "{KEY}\\\\n  {KEY}"}}).run()
        """
    )
    project.runpytest_subprocess("--auth0-report=r.html").assert_outcomes(passed=2)
    report = read(project.path / "r.html")
    assert report["sources"].keys() == {"plain.js"}
    lines = report["sources"]["plain.js"].splitlines()
    assert lines[0] == "const key = '***KEY***';"
    assert lines[2] == "  api.cache.get('code');"  # a plain word is one in a source
    assert KEY not in (project.path / "r.html").read_text(encoding="ascii")


def test_without_a_report_no_line_is_looked_for(shop: pytest.Pytester) -> None:
    shop.makepyfile(
        test_it=TEST
        + """
def test_none(action, _auth0_testbed):
    action.run()
    places = [entry.details.get("place") for entry in _auth0_testbed.journal.entries]
    assert places == [None] * len(places)
"""
    )
    shop.runpytest_subprocess("-k", "none").assert_outcomes(passed=1, deselected=1)
    failed = shop.runpytest_subprocess("-k", "none", "--auth0-report=r.html")
    failed.assert_outcomes(failed=1, deselected=1)


def test_tests_that_are_skipped_before_they_start_have_their_reason(
    project: pytest.Pytester,
) -> None:
    project.makepyfile(
        test_it="""
        import pytest

        @pytest.mark.skip(reason="not today")
        def test_by_mark(api): pass

        @pytest.mark.skipif(True, reason="not here")
        class TestClass:
            def test_by_class(self, load_action): pass

        @pytest.mark.skip(reason="not ours")
        def test_of_nobody(): pass

        @pytest.mark.auth0(now="yesterday")
        def test_no_clock(clock): pass
        """
    )
    project.runpytest_subprocess("--auth0-report=r.html").assert_outcomes(skipped=3, errors=1)
    tests = {
        test["nodeid"].partition("::")[2]: (test["outcome"], test["message"].split("\n")[0])
        for test in read(project.path / "r.html")["tests"]
    }
    assert tests == {
        "test_by_mark": ("skipped", "Skipped: not today"),
        "TestClass::test_by_class": ("skipped", "Skipped: not here"),
        "test_no_clock": (
            "error", "pytest_auth0_actions.errors.UsageError: [A110] The clock can't start there."
        ),
    }  # fmt: skip


@pytest.mark.slow
def test_a_test_under_chaos_says_how_to_run_it_again(
    project: pytest.Pytester,
) -> None:
    project.makepyfile(
        test_it="""
        import pytest

        def test_runs(load_action):
            action = load_action("actions/provision/code.js")
            assert action.run().logs == "cache miss\\n"
            assert action.run().logs == "cache hit\\n"

        @pytest.mark.auth0(no_chaos="counts hits")
        def test_calm(load_action):
            load_action("actions/provision/code.js").run()
        """
    )
    project.runpytest_subprocess(
        "--auth0-chaos", "--auth0-chaos-seed=7", "--auth0-report=r.html"
    ).assert_outcomes(failed=3, passed=3, skipped=1)
    report = read(project.path / "r.html")
    assert report["versions"]["chaos seed"] == "7"
    for test in report["tests"]:
        command, *arguments = shlex.split(test["again"])
        assert command == "pytest"
        result = project.runpytest_subprocess(*arguments)
        result.assert_outcomes(**{test["outcome"]: 1})
    skipped = [each["message"] for each in report["tests"] if each["outcome"] == "skipped"]
    assert skipped == ["Skipped: no_chaos: counts hits"]


def test_random_numbers_that_were_drawn_come_again(project: pytest.Pytester) -> None:
    project.makepyfile(test_it="def test_runs(api): pass")
    project.runpytest_subprocess("-o", "auth0_seed=random", "--auth0-report=r.html")
    again = by_name(read(project.path / "r.html"))["test_runs"]["again"]
    assert again.startswith("pytest test_it.py::test_runs -o auth0_seed=")


def test_an_action_in_typescript_has_the_lines_of_its_source(project: pytest.Pytester) -> None:
    source = (
        "interface Plan {\n  name: string;\n}\n\n"
        "exports.onExecutePostLogin = async (event: any, api: any) => {\n"
        "  const plan: Plan = { name: 'gold' };\n"
        "  api.user.setAppMetadata('plan', plan.name as string);\n"
        "};\n"
    )
    (project.path / "code.ts").write_text(source, encoding="utf-8")
    project.makepyfile(test_it="def test_runs(load_action): load_action('code.ts').run()")
    project.runpytest_subprocess("--auth0-report=r.html").assert_outcomes(passed=1)
    report = read(project.path / "r.html")
    assert [each["place"] for each in events_of(report)] == ["code.ts:5", "code.ts:7"]
    assert report["sources"] == {"code.ts": source}
