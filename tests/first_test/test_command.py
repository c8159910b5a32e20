"""The command `python -m pytest_auth0_actions new`, and the tests that it writes."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from pytest_auth0_actions.errors import UsageError
from pytest_auth0_actions.first_test.cases import Case
from pytest_auth0_actions.first_test.command import main
from pytest_auth0_actions.first_test.output import output_of
from pytest_auth0_actions.first_test.probe import Project, probe
from tests.project.tenant.tenants import directory, manifest
from tests.project.tenant.tenants import write as write_all

INI = "[pytest]\n"
PLUGIN = "pytest_auth0_actions.plugin"  # alone, which starts sooner
PLAN = """
const ADMINS = ['root@a.example', 'boss@a.example'];

exports.onExecutePostLogin = async (event, api) => {
  const { user } = event;
  if (!user.email_verified) return api.access.deny('Verify first');
  if (ADMINS.includes(user.email)) api.idToken.setCustomClaim('https://a.example/admin', true);
  if (event.client.name === 'Kiosk') api.access.deny('Not here');
  if (event.request.geoip?.countryCode === event.secrets.LAND) api.access.deny('Not there');
};
"""
ASKS = """
exports.onExecutePostUserRegistration = async (event, api) => {
  const { API_KEY } = event.secrets;
  const response = await fetch('https://crm.example.com/oauth/token', {
    method: 'POST', body: API_KEY,
  });
  if (!response.ok) throw new Error(`${response.status}: [${await response.text()}]`);
  const { access_token, expires_in } = await response.json();
  api.cache.set('token', access_token, { ttl: expires_in * 1000 });
  await fetch(`https://crm.example.com/people?key=${event.user.user_id}`);
};
"""


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The folder of a project, in which the command runs."""
    (tmp_path / "pytest.ini").write_text(INI, encoding="utf-8")
    monkeypatch.chdir(tmp_path)
    return tmp_path


def write(path: Path, text: str) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, encoding="utf-8")
    return path


def outcome_of(folder: Path, *arguments: str) -> tuple[int, str]:
    """Run the tests of a project, with warnings as errors."""
    command = [sys.executable, "-m", "pytest", "-q", "-W", "error", "-p", PLUGIN, *arguments]
    environment = {**os.environ, "PYTEST_DISABLE_PLUGIN_AUTOLOAD": "1"}
    done = subprocess.run(
        command, cwd=folder, env=environment, capture_output=True, text=True, check=False
    )
    return done.returncode, done.stdout


@pytest.mark.slow
def test_each_way_through_an_action_gets_a_test_that_passes(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    write(folder / "actions/plan/code.js", PLAN)
    assert main(["new", "actions/plan/code.js"]) == 0
    assert "Wrote tests/test_plan.py, with 4 tests" in capsys.readouterr().out
    text = (folder / "tests/test_plan.py").read_text(encoding="utf-8")
    assert 'action.run(user={"email_verified": False})' in text
    assert 'action.run(user={"email": "root@a.example"})' in text
    assert 'action.run(client={"name": "Kiosk"})' in text
    assert 'assert run.outcome.denied.reason == "Verify first"' in text
    assert 'secrets={"LAND": "LAND-placeholder"}' in text
    code, output = outcome_of(folder)
    assert (code, "4 passed" in output) == (0, True)


@pytest.mark.slow
def test_the_written_tests_fail_when_the_action_changes(folder: Path) -> None:
    path = write(folder / "actions/plan/code.js", PLAN)
    assert main(["new", "actions/plan/code.js"]) == 0
    path.write_text(PLAN.replace("Not here", "Elsewhere"), encoding="utf-8")
    code, output = outcome_of(folder)
    assert (code, "1 failed, 3 passed" in output) == (1, True)
    assert "FAILED tests/test_plan.py::test_client_name_kiosk" in output


@pytest.mark.slow
def test_the_network_is_answered_and_fails_once(folder: Path) -> None:
    write(folder / "actions/crm.js", ASKS)
    assert main(["new", "actions/crm.js"]) == 0
    text = (folder / "tests/test_crm.py").read_text(encoding="utf-8")
    assert 'http_mock.post("https://crm.example.com/oauth/token").respond(json=TOKEN)' in text
    assert 'http_mock.get("https://crm.example.com/people").respond(json={})' in text
    assert 'assert caught.value.message == "500: []"' in text
    assert 'secrets={"API_KEY": "API_KEY-placeholder"}' in text
    code, output = outcome_of(folder)
    assert (code, "2 passed" in output) == (0, True)


@pytest.mark.slow
def test_a_failure_that_the_action_handles_alike_gets_no_test(folder: Path) -> None:
    handler = "async () => { try { await fetch('https://a.example/'); } catch {} }"
    write(folder / "hook.js", f"exports.onExecutePostLogin = {handler};")
    assert main(["new", "hook.js"]) == 0
    assert "def test_every_server" not in (folder / "tests/test_hook.py").read_text("utf-8")


def test_a_secret_that_only_a_run_shows_is_given_also_without_settings(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    source = "const key = ({ KEY }) => KEY;\n"
    source += "exports.onExecutePostLogin = async ({ secrets }, api) => "
    write(tmp_path / "keys.js", source + "api.user.setAppMetadata('key', key(secrets));")
    assert main(["new", "keys.js", "--output", "new/test_b.py"]) == 0
    text = (tmp_path / "new/test_b.py").read_text(encoding="utf-8")
    assert '"KEY": "KEY-placeholder"' in text
    assert 'user.app_metadata == {"key": "KEY-placeholder"}' in text


@pytest.mark.slow
def test_numbers_that_change_are_not_asserted(folder: Path) -> None:
    body = "api.user.setAppMetadata('id', crypto.randomUUID()); api.access.deny('No');"
    write(folder / "random.js", f"exports.onExecutePostLogin = async (event, api) => {{ {body} }};")
    assert main(["new", "random.js"]) == 0
    text = (folder / "tests/test_random.py").read_text(encoding="utf-8")
    assert "app_metadata" not in text
    assert '["user.setAppMetadata", "access.deny"]' in text
    assert outcome_of(folder)[0] == 0


@pytest.mark.slow
@pytest.mark.parametrize(
    ("handler", "asserted"),
    [
        (
            "onExecuteCredentialsExchange = async (event, api) => {"
            " api.transaction.removeTargetScope('write:orders'); }",
            "[(call.path, *call.args) for call in run.calls] == [",
        ),
        (
            "onExecutePostUserRegistration = async (event) => {"
            " const { status } = await fetch('https://a.example/'); console.log(status); }",
            "run.logs == '200\\n'",
        ),
    ],
)
def test_what_no_outcome_shows_is_asserted_by_arguments_or_logs(
    folder: Path, handler: str, asserted: str
) -> None:
    path = write(folder / "a.js", f"exports.{handler};")
    assert main(["new", "a.js"]) == 0
    text = (folder / "tests/test_a.py").read_text(encoding="utf-8")
    assert f"    assert {asserted}" in text
    assert outcome_of(folder)[0] == 0
    changed = path.read_text("utf-8").replace("write:", "read:").replace("log(st", "log(1, st")
    path.write_text(changed, encoding="utf-8")
    assert outcome_of(folder)[0] == 1


@pytest.mark.slow
def test_what_comes_back_gets_a_test_and_what_none_leads_to_is_named(folder: Path) -> None:
    source = """
exports.onExecutePostLogin = async (event, api) => {
  if (Date.now() < 0) api.access.deny('Before 1970');
  if (event.stats.logins_count >= 5) api.redirect.sendUserTo('https://a.example/');
};
exports.onContinuePostLogin = async (event, api) => { api.idToken.setCustomClaim('a', 1); };
"""
    write(folder / "asks.js", source)
    assert main(["new", "asks.js"]) == 0
    text = (folder / "tests/test_asks.py").read_text(encoding="utf-8")
    assert "run = action.resume()" in text
    assert "redirect.sendUserTo" in text
    assert text.endswith("# No test here leads to:\n# - api.access.deny in line 3\n")
    assert outcome_of(folder)[0] == 0


def test_an_action_that_fails_gets_a_test_that_says_why(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    body = "event.user.app_metadata.a.b.c();"
    handler = f"async (event) => {{ {body} }}"
    write(folder / "deep.js", f"exports.onExecutePreUserRegistration = {handler};")
    assert main(["new", "deep.js"]) == 0
    assert "Its first test fails, as the Action does" in capsys.readouterr().out
    code, output = outcome_of(folder)
    assert (code, "ActionError: [A403] The Action threw TypeError" in output) == (1, True)


def test_a_module_is_found_or_named_and_has_its_secrets(folder: Path) -> None:
    module = "exports.plan = async () => actions.secrets.PLAN_URL;"
    write(folder / "modules/plans/code.js", module)
    write(folder / "elsewhere.js", "exports.one = 1;")
    source = """
const { plan } = require('actions:plans');
const { one } = require('actions:m');
exports.onExecutePreUserRegistration = async (event, api) => {
  api.user.setAppMetadata('p', `${await plan()} ${one}`);
};
"""
    write(folder / "actions/p/code.js", source)
    assert main(["new", "actions/p/code.js", "--module", "m=elsewhere.js"]) == 0
    text = (folder / "tests/test_p.py").read_text(encoding="utf-8")
    url = "https://service.example.com/plan_url"
    assert '"plans": (' in text
    assert f'{{"PLAN_URL": "{url}"}}' in text
    assert '"m": "elsewhere.js"' in text
    assert f'assert run.outcome.user.app_metadata == {{"p": "{url} 1"}}' in text
    assert outcome_of(folder)[0] == 0


@pytest.mark.slow
def test_the_settings_of_the_project_count(folder: Path) -> None:
    more = "testpaths = nowhere checks\nauth0_actions_root = src\naddopts = --no-such-option\n"
    write(folder / "pytest.ini", INI + more)
    (folder / "checks").mkdir()
    write(folder / "src/a.js", "exports.onExecutePostLogin = async () => {};")
    assert main(["new", "src/a.js"]) == 0
    assert 'load_action("a.js")' in (folder / "checks/test_a.py").read_text(encoding="utf-8")


@pytest.mark.slow
def test_a_trigger_can_be_named(folder: Path) -> None:
    source = "exports.onExecutePostLogin = exports.onExecutePreUserRegistration = async () => {};"
    write(folder / "a.js", source)
    assert (
        main(["new", "a.js", "--trigger", "pre-user-registration", "--output", "x/test_b.py"]) == 0
    )
    assert 'trigger="pre-user-registration"' in (folder / "x/test_b.py").read_text("utf-8")
    assert outcome_of(folder)[0] == 0


LOGIN = "exports.onExecutePostLogin = async () => {};"
WRONG = {
    "no file": ([], "", "[A904] There is no such file."),
    "folder": (["actions"], "", "and this is a folder.\nGiven: 'actions'.\nName the code of one"),
    "tenant": (["tenant.yaml"], "", "this is a .yaml file."),
    "syntax": ([], "exports.onExecutePostLogin = async () => { if ( };", "has a syntax error"),
    "no handler": (
        [],
        "exports.help = 1;",
        "[A906] The file exports no handler that Auth0 would call.",
    ),
    "no async": ([], LOGIN.replace("async ", ""), "handler is not an async function"),
    "package": ([], f"require('no-such-package'); {LOGIN}", "npm install no-such-package"),
    "module": (
        [],
        f"require('actions:crm'); {LOGIN}",
        "Name the file: --module crm=path/to/file.js",
    ),
    "module option": (["a.js", "--module", "crm"], LOGIN, "Write --module NAME=FILE"),
    "module file": (["a.js", "--module", "crm=b.js"], LOGIN, "The module 'crm' can't be read"),
    "unused module": (["a.js", "--module", "crm=a.js"], LOGIN, "never requires actions:crm"),
    "two triggers": (
        [],
        f"{LOGIN} exports.onExecutePreUserRegistration = async () => {{}};",
        "Say which is meant: --trigger=post-login",
    ),
    "trigger": (["a.js", "--trigger", "post-lgin"], LOGIN, "Did you mean 'post-login'?"),
    "limited": ([], "exports.onExecutePostIdentifier = async () => {};", "which can't be run"),
    "output": (["a.js", "--output", "a.txt"], LOGIN, "[A907] A test is a file of Python."),
}


SEEN_BY_A_RUN = {"no async", "package", "unused module"}


@pytest.mark.parametrize(
    "case",
    [
        pytest.param(each, marks=[pytest.mark.slow] if each in SEEN_BY_A_RUN else [])
        for each in WRONG
    ],
)
def test_what_cannot_be_done_is_said_in_three_parts(
    folder: Path, capsys: pytest.CaptureFixture[str], case: str
) -> None:
    arguments, source, expected = WRONG[case]
    write(folder / "actions/x/code.js", LOGIN)
    write(folder / "tenant.yaml", "actions: []")
    if source:
        write(folder / "a.js", source)
    assert main(["new", *(arguments or ["a.js"])]) == 2
    captured = capsys.readouterr()
    assert expected in captured.err
    assert "\nGiven: " in captured.err
    assert "Traceback" not in captured.err
    assert captured.out == ""
    assert not (folder / "tests").exists()


CONSENT = """
exports.onExecutePostLogin = async (event, api) => {
  if (event.user.app_metadata.consent) return;
  const token = api.redirect.encodeToken({
    secret: event.secrets.CONSENT_SECRET, payload: { email: event.user.email },
  });
  console.log(require('actions:pages').key(), event.secrets.OLD);
  api.redirect.sendUserTo('https://##CONSENT_HOST##/consent', { query: { token } });
};
exports.onContinuePostLogin = async (event, api) => {
  const payload = api.redirect.validateToken({
    secret: event.secrets.CONSENT_SECRET, tokenParameterName: 'token',
  });
  api.user.setAppMetadata('consent', payload.consent);
};
"""
NOT_SHOWN = "_VALUE_NOT_SHOWN_"


@pytest.fixture
def tenant(folder: Path) -> Path:
    """The folder of a tenant with an Action that has keywords, secrets and a module."""
    action = manifest(
        "Ask Consent",
        secrets=[{"name": "CONSENT_SECRET", "value": NOT_SHOWN}, {"name": "OLD", "value": "o"}],
        modules=[{"module_name": "pages"}],
    )
    write(folder / "pytest.ini", f"{INI}auth0_tenant = tenant\n")
    pages = {
        "name": "pages",
        "code": "pages.js",
        "secrets": [{"name": "KEY", "value": NOT_SHOWN}],
    }
    files = directory(action) | {
        "actions/Ask Consent/code.js": CONSENT,
        "action-modules/pages.json": pages,
        "pages.js": "exports.key = () => actions.secrets.KEY.length;\n",
        "config.json": {"AUTH0_KEYWORD_REPLACE_MAPPINGS": {"CONSENT_HOST": "consent.a.example"}},
    }
    write_all(folder / "tenant", files)
    return folder / "tenant"


@pytest.mark.parametrize("action", ["tenant/actions/Ask Consent/code.js", "Ask Consent"])
def test_an_action_of_a_tenant_is_loaded_as_such(
    tenant: Path, capsys: pytest.CaptureFixture[str], action: str
) -> None:
    folder = tenant.parent
    assert main(["new", action]) == 0
    assert "Wrote tests/test_ask_consent.py, with 2 tests" in capsys.readouterr().out
    text = (folder / "tests/test_ask_consent.py").read_text(encoding="utf-8")
    assert "def action(tenant):\n" in text
    assert "The Action of the tenant. Its secrets are placeholders." in text
    assert 'secrets={"CONSENT_SECRET": "CONSENT_SECRET-placeholder"},' in text
    assert 'module_secrets={"pages": {"KEY": "KEY-placeholder"}},' in text
    assert "eyJ" not in text
    url = 'run.outcome.redirect.url.partition("?")[0] == "https://consent.a.example/consent"'
    assert f"    assert {url}\n" in text
    assert text.endswith(
        "# No test here has the user come back. With the fixture flow:\n"
        "# flow(action).run().resume(query={...}), and sign(...) for a token in the query.\n"
    )
    code, output = outcome_of(folder)
    assert (code, "2 passed" in output) == (0, True)


def test_a_name_that_the_tenant_does_not_have(
    tenant: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    write(Path("other.js"), LOGIN)
    assert [main(["new", name]) for name in ("Ask consent", "xyz", "othr.js")] == [2, 2, 2]
    error = capsys.readouterr().err
    assert "Did you mean 'Ask Consent', an Action of the tenant?" in error
    assert "Check the path, or name an Action of the tenant: 'Ask Consent'." in error
    assert "Did you mean 'other.js'? If not, check the path, or name an Action of the" in error


@pytest.mark.slow
def test_a_file_beside_the_tenant_and_a_tenant_that_is_broken(tenant: Path) -> None:
    folder = tenant.parent
    write(folder / "other.js", "exports.onExecutePostLogin = async () => {};")
    assert main(["new", "other.js"]) == 0
    write(tenant / "actions/Ask Consent.json", "{")
    assert main(["new", "other.js", "--output", "tests/test_more.py"]) == 0
    for name in ("test_other", "test_more"):
        text = (folder / f"tests/{name}.py").read_text(encoding="utf-8")
        assert 'load_action("other.js")' in text


def test_a_folder_s_error_names_the_code_in_it(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    write(folder / "actions/x/code.js", LOGIN)
    assert main(["new", "actions"]) == 2
    assert "such as 'actions/x/code.js'." in capsys.readouterr().err


@pytest.mark.parametrize("output", [[], ["--output", "tests/test_a.py"]])
def test_a_file_that_is_there_is_not_overwritten(
    folder: Path, capsys: pytest.CaptureFixture[str], output: list[str]
) -> None:
    write(folder / "a.js", LOGIN)
    mine = write(folder / "tests/test_a.py", "# mine\n")
    assert main(["new", "a.js", *output]) == 2
    assert mine.read_text(encoding="utf-8") == "# mine\n"
    error = capsys.readouterr().err
    assert error == (
        "[A902] There is a file already, and none is overwritten.\n"
        "Given: tests/test_a.py, for a.js.\n"
        "Name another, as with --output tests/test_a_2.py, or move that one away.\n"
    )
    assert mine.is_file()


def test_a_pytest_that_does_not_start_is_an_error(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    write(folder / "pytest.ini", f"{INI}minversion = 99\n")
    write(folder / "a.js", LOGIN)
    assert main(["new", "a.js"]) == 2
    error = capsys.readouterr().err
    assert error.startswith("[A909] pytest could not run the Action.\nGiven: `python -m pytest` in")
    assert "minversion" in error


def test_a_pytest_that_does_not_run_a_test_is_an_error(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    write(folder / "pytest.ini", f"{INI}usefixtures = nobody\n")
    write(folder / "a.js", LOGIN)
    assert main(["new", "a.js"]) == 2
    assert "fixture 'nobody' not found" in capsys.readouterr().err


def test_a_run_that_comes_to_nothing_is_an_error(folder: Path) -> None:
    with pytest.raises(UsageError, match=r"(?s)\[A909\].*NameError: name 'nobody' is not defined"):
        probe(Project(folder, None, folder), "load_action", "nobody()", [Case("a", "A.")])


def test_it_is_a_command(folder: Path) -> None:
    command = [sys.executable, "-m", "pytest_auth0_actions", "new", "nowhere.js"]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert (done.returncode, done.stdout) == (2, "")
    assert done.stderr.startswith(
        "[A904] There is no such file.\nGiven: 'nowhere.js', looked for at "
    )


@pytest.mark.parametrize(
    ("path", "name"),
    [("a/My Login!/code.js", "my_login"), ("a/2fa.js", "2fa"), ("a/???/index.js", "action")],
)
def test_the_file_goes_by_the_name_of_the_action(folder: Path, path: str, name: str) -> None:
    write(folder / path, LOGIN)
    mine = write(folder / f"tests/test_{name}.py", "# mine\n")
    assert main(["new", path, "--output", str(mine)]) == 2
    project = Project(folder, None, folder)
    called = Path(path).parent.name if path.endswith(("code.js", "index.js")) else Path(path).stem
    assert output_of(None, project, ["nowhere", "tests"], called) == mine


@pytest.mark.parametrize("other", ["test_a.py", "checks/test_a.py"])
def test_no_two_files_of_tests_have_one_name(folder: Path, other: str) -> None:
    """Pytest would refuse to collect both."""
    write(folder / other, "")
    (folder / "tests").mkdir()
    (folder / "checks").mkdir(exist_ok=True)
    path = output_of(None, Project(folder, None, folder), ["tests", "checks"], "a")
    assert path == folder / "tests/test_a_action.py"
