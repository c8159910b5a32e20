"""The fixtures `tenant` and `tenant_at`."""

from __future__ import annotations

from typing import Any

import pytest

from pytest_auth0_actions.node.find import find_node, version_of
from pytest_auth0_actions.project.tenant.use import safe_name
from tests.compilers import can_strip
from tests.plugin.conftest import add_to_ini
from tests.project.tenant.tenants import directory, manifest, write

RISK = """\
const crm = require('actions:crm');

exports.onExecutePostLogin = async (event, api) => {
  if (event.user.email_verified) return;
  const level = crm.level();
  api.access.deny(`${event.secrets.REASON} ${level} ##ENV##`);
};
"""
CRM = "exports.level = () => actions.secrets.LEVEL;\n"
GREET = "exports.onExecutePostLogin = async (event) => console.log(event.user.name);\n"


def action(name: str, **more: Any) -> dict[str, Any]:
    return manifest(name, runtime=None, **more)


@pytest.fixture
def tenant_project(project: pytest.Pytester) -> pytest.Pytester:
    """A project whose tenant has two Actions and a module."""
    add_to_ini(project, "auth0_tenant = tenant\nauth0_keywords =\n    ENV = dev")
    risk = action(
        "Risk Check",
        secrets=[{"name": "REASON", "value": "_VALUE_NOT_SHOWN_"}],
        modules=[{"module_name": "crm"}],
    )
    files = directory(risk, action("Greet")) | {
        "actions/Risk Check/code.js": RISK,
        "actions/Greet/code.js": GREET,
        "action-modules/crm.json": {
            "name": "crm",
            "code": "crm.js",
            "secrets": [{"name": "LEVEL", "value": "high"}],
        },
        "crm.js": CRM,
        "triggers/triggers.json": {
            "post-login": [{"action_name": "Greet"}, {"action_name": "Risk Check"}]
        },
    }
    write(project.path / "tenant", files)
    return project


def test_a_tenant_has_actions_modules_and_bindings(tenant_project: pytest.Pytester) -> None:
    tenant_project.makepyfile(
        """
        def test_it(tenant):
            greet, risk = tenant.actions
            assert (greet.name, risk.name) == ("Greet", "Risk Check")
            assert risk.trigger == "post-login"
            assert risk.path.name == "code.js"
            assert risk.secret_names == ("REASON",)
            assert [each.name for each in tenant.modules] == ["crm"]
            assert tenant.bindings == {"post-login": ("Greet", "Risk Check")}
            assert repr(tenant) == "Tenant('tenant')"
        """
    )
    tenant_project.runpytest().assert_outcomes(passed=1)


def test_an_action_runs_with_its_modules_secrets_and_keywords(
    tenant_project: pytest.Pytester,
) -> None:
    tenant_project.makepyfile(
        """
        def reason(action):
            return action.run(user={"email_verified": False}).outcome.denied.reason

        def test_it(tenant):
            risk = tenant.action("Risk Check", secrets={"REASON": "Unverified"})
            assert reason(risk) == "Unverified high dev"
            assert (risk.name, risk.trigger) == ("Risk Check", "post-login")
            execution = tenant.action("Greet", time_limit_s=1).run(user={"name": "Ada"})
            assert (execution.logs, execution.action) == ("Ada\\n", "Greet")

        def test_secrets_of_a_module(tenant):
            risk = tenant.action(
                "Risk Check",
                secrets={"REASON": "Unverified"},
                module_secrets={"crm": {"LEVEL": "low"}},
            )
            assert reason(risk) == "Unverified low dev"
        """
    )
    tenant_project.runpytest().assert_outcomes(passed=2)


def test_node_starts_when_an_action_runs(
    tenant_project: pytest.Pytester, pytestconfig: pytest.Config
) -> None:
    """Not to collect, to read, or to load."""
    real = find_node(pytestconfig.getoption("--auth0-node") or None).path
    starts = tenant_project.path / "starts"
    node = tenant_project.path / "node"
    node.write_text(f'#!/bin/sh\necho start >> "{starts}"\nexec "{real}" "$@"\n', encoding="utf-8")
    node.chmod(0o755)
    tenant_project.makepyfile(
        f"""
        from pathlib import Path

        def test_looks(tenant):
            assert tenant.action("Greet").trigger == "post-login"
            assert not Path({str(starts)!r}).exists()

        def test_runs(tenant):
            action = tenant.action("Greet")
            assert not Path({str(starts)!r}).exists()
            action.run()
            action.run()
            assert Path({str(starts)!r}).read_text() == "start\\n"
        """
    )
    tenant_project.runpytest("-p", "no:xdist", f"--auth0-node={node}").assert_outcomes(passed=2)


SAID = {
    "an Action that is not there": (
        "tenant.action('Risk Chek')",
        "[A801] There is no such Action in tenant.\nGiven: 'Risk Chek'.\nDid you mean 'Risk "
        "Check'?",
    ),
    "an Action that is like none": (
        "tenant.action('xyz')",
        "[A801] There is no such Action in tenant.\nGiven: 'xyz'.\nIt has 'Greet', 'Risk Check'.",
    ),
    "a name in other letters": (
        "tenant.action('greet')",
        "[A801] There is no such Action in tenant.\nGiven: 'greet'.\nDid you mean 'Greet'?",
    ),
    "the path of an Action": (
        "tenant.action('tenant/actions/Greet/code.js')",
        "[A801] There is no such Action in tenant.\nGiven: 'tenant/actions/Greet/code.js'.\n"
        "That is the code of 'Greet': use this name.",
    ),
    "a secret of its module": (
        "tenant.action('Risk Check', secrets={'LEVEL': 'x'})",
        "[A804] 'Risk Check' declares no such secret, and would not have it at Auth0.\n"
        "Given: 'LEVEL'; it declares REASON.\n"
        "Its module does: module_secrets={'crm': {'LEVEL': '...'}}.",
    ),
    "a module that is not there": (
        "tenant.action('Greet', module_secrets={'crm': {}})",
        "[A801] There is no such module in the Action 'Greet'.\nGiven: 'crm'.\nIt has none.",
    ),
    "a secret that is not declared": (
        "tenant.action('Risk Check', secrets={'REASN': 'x'})",
        "[A804] 'Risk Check' declares no such secret, and would not have it at Auth0.\n"
        "Given: 'REASN'; it declares REASON.\nDid you mean 'REASON'?",
    ),
    "a secret that is like none": (
        "tenant.action('Greet', secrets={'KEY': 'x'})",
        "[A804] 'Greet' declares no such secret, and would not have it at Auth0.\n"
        "Given: 'KEY'; it declares none.\nDeclare it at tenant/actions/Greet.json, or drop it.",
    ),
    "a secret that is no text": (
        "tenant.action('Risk Check', secrets={'REASON': 1})",
        "[A324] A secret must be text.\nGiven: REASON, of type int.\nPass a str, as Auth0 stores "
        "it.",
    ),
    "a tenant that is not there": (
        "tenant_at('gone')",
        "[A856] The tenant is not there.\nGiven: gone, which is {root}/gone.\n",
    ),
    "a path that is none": (
        "tenant_at(7)",
        "[A807] A tenant must be a folder or a file.\nGiven: 7.\nPass its path.",
    ),
    "variables that are none": (
        "tenant_at('tenant', variables=7)",
        "[A802] variables must be a mapping.\nGiven: an object of type int.\nPass {'name': value}.",
    ),
    "a variable that Terraform can't have": (
        "tenant_at('tenant', variables={'a': 1, 'n': {2}})",
        "[A803] The value of a variable can't be one of Terraform's.\nGiven: n, of type set.\nPass "
        "text, a number, a boolean, None, a list or a dict.",
    ),
    "variables of what has none": (
        "tenant_at('tenant', variables={'n': 1})",
        "[A843] The tenant can't be used as it is: an error.\nGiven: tenant, a Deploy CLI "
        "directory.\n  tenant: [A858] The test gives variables, and a Deploy CLI directory has "
        "none. Leave them out; the values of secrets go to tenant.action(name, secrets={...}).",
    ),
    "secrets of modules that are none": (
        "tenant.action('Risk Check', module_secrets=['crm'])",
        "[A802] module_secrets must be a mapping.\nGiven: an object of type list.\n"
        "Pass {'module': {'NAME': 'value'}}.",
    ),
    "secrets of a module that are none": (
        "tenant.action('Risk Check', module_secrets={'crm': 7})",
        "[A322] secrets must be a mapping.\nGiven: an object of type int.\n"
        "Pass module_secrets={'crm': {'NAME': 'value'}}.",
    ),
    "a secret whose name is no text": (
        "tenant.action('Risk Check', secrets={7: 'x'})",
        "[A323] The name of a secret must be text.\nGiven: 7.\nPass secrets={'NAME': 'value'}.",
    ),
    "an Action that is no name": (
        "tenant.action(['Greet'])",
        "[A801] There is no such Action in tenant.\nGiven: ['Greet'].\nDid you mean 'Greet'?",
    ),
    "a path that can't be": (
        "tenant_at('a\\0b')",
        "[A856] The tenant is not there.\nGiven: a\\x00b, which is {root}/a\\x00b.\n",
    ),
}


def test_a_mistake_is_told(tenant_project: pytest.Pytester) -> None:
    root = str(tenant_project.path)
    cases = {case: (call, said.replace("{root}", root)) for case, (call, said) in SAID.items()}
    tenant_project.makepyfile(
        f"""
        import pytest
        from pytest_auth0_actions import Auth0ActionsError

        CASES = {cases!r}

        @pytest.mark.parametrize("case", CASES)
        def test_it(case, tenant, tenant_at):
            call, said = CASES[case]
            with pytest.raises(Auth0ActionsError) as caught:
                eval(call)
            assert str(caught.value).startswith(said)
        """
    )
    tenant_project.runpytest().assert_outcomes(passed=len(SAID))


def test_a_secret_that_a_run_reads_must_be_given(tenant_project: pytest.Pytester) -> None:
    write(tenant_project.path / "tenant", {"crm.js": "exports.level = () => actions.secrets.KEY;"})
    module = {"name": "crm", "code": "crm.js", "secrets": [{"name": "KEY", "value": "##NO##"}]}
    write(tenant_project.path / "tenant", {"action-modules/crm.json": module})
    tenant_project.makepyfile(
        """
        import pytest
        from pytest_auth0_actions import MissingSecretError

        pytestmark = pytest.mark.filterwarnings("ignore:.*The keyword", "ignore:.*##NO##")

        def test_of_the_action(tenant):
            risk = tenant.action("Risk Check", module_secrets={"crm": {"KEY": "k"}})
            risk.run(user={"email_verified": True})  # which reads none
            with pytest.raises(MissingSecretError) as caught:
                risk.run(user={"email_verified": False})
            assert str(caught.value) == (
                "[A417] The Action 'Risk Check' read the secret REASON, which has no value.\\n"
                "Given: tenant/actions/Risk Check/code.js:6; an export shows no values of "
                "secrets.\\n"
                "Give it: tenant.action('Risk Check', secrets={'REASON': '...'})."
            )

        def test_of_a_module(tenant):
            risk = tenant.action("Risk Check", secrets={"REASON": "r"})
            with pytest.raises(MissingSecretError) as caught:
                risk.run(user={"email_verified": False})
            assert str(caught.value) == (
                "[A417] The module 'crm' read the secret KEY, which has no value.\\n"
                "Given: tenant/crm.js:1; an export shows no values of secrets.\\n"
                "Give it: tenant.action('Risk Check', module_secrets={'crm': {'KEY': '...'}})."
            )

        def test_of_an_event(tenant):
            risk = tenant.action("Risk Check", module_secrets={"crm": {"KEY": "k"}})
            event = risk.make_event(user={"email_verified": False}, secrets={"REASON": "r"})
            assert risk.run(event).outcome.denied.reason == "r k dev"
        """
    )
    tenant_project.runpytest().assert_outcomes(passed=3)


@pytest.mark.skipif(not can_strip(), reason="this Node.js takes no types out")
def test_an_action_of_a_tenant_may_be_typescript(tenant_project: pytest.Pytester) -> None:
    crm = {"name": "crm", "code": "crm.ts", "secrets": [{"name": "LEVEL", "value": "high"}]}
    write(
        tenant_project.path / "tenant",
        {
            "actions/Risk Check.json": {
                **action("Risk Check", modules=[{"module_name": "crm"}]),
                "code": "./actions/Risk Check/code.ts",
            },
            "actions/Risk Check/code.ts": (
                "import { level } from 'actions:crm';\ninterface A { a: string }\n"
                "export const onExecutePostLogin = async (event: any, api: any) => {\n"
                "  api.access.deny(level() as string);\n};\n"
            ),
            "action-modules/crm.json": crm,
            "crm.ts": (
                "declare const actions: any;\n"
                "export const level = (): string => actions.secrets.LEVEL;\n"
            ),
        },
    )
    tenant_project.makepyfile(
        """
        def test_alone(tenant):
            assert tenant.action("Risk Check").run().outcome.denied.reason == "high"

        def test_in_a_flow(tenant):
            assert tenant.flow("post-login").run().outcome.denied.reason == "high"
        """
    )
    tenant_project.runpytest().assert_outcomes(passed=2)


def test_the_missing_secret_is_why_an_action_threw(tenant_project: pytest.Pytester) -> None:
    code = GREET.replace("event.user.name", "event.secrets.KEY.length")
    write(
        tenant_project.path / "tenant",
        {
            "actions/Greet.json": action("Greet", secrets=[{"name": "KEY"}]),
            "actions/Greet/code.js": code,
        },
    )
    tenant_project.makepyfile(
        """
        import pytest
        from pytest_auth0_actions import ActionError, MissingSecretError

        def test_it(tenant):
            with pytest.raises(MissingSecretError) as caught:
                tenant.action("Greet").run()
            assert isinstance(caught.value.__cause__, ActionError)
        """
    )
    tenant_project.runpytest().assert_outcomes(passed=1)


@pytest.mark.parametrize("owner", ["Action", "module"])
def test_to_ask_for_a_secret_is_to_read_it(owner: str, tenant_project: pytest.Pytester) -> None:
    """At Auth0 it would be there."""
    secrets = [{"name": "KEY", "value": "_VALUE_NOT_SHOWN_"}]
    asked = "'KEY' in actions.secrets, 'OTHER' in actions.secrets, 'toString' in actions.secrets"
    of_event = asked.replace("actions.", "event.")
    crm = {"name": "crm", "code": "crm.js", "secrets": secrets if owner == "module" else []}
    write(
        tenant_project.path / "tenant",
        {
            "actions/Greet.json": action("Greet", secrets=secrets if owner == "Action" else []),
            "actions/Greet/code.js": "const { asked } = require('actions:crm');\n"
            + GREET.replace("event.user.name", f"asked(), {of_event}"),
            "action-modules/crm.json": crm,
            "crm.js": f"exports.asked = () => [{asked}].join();",
        },
    )
    given = "secrets={'KEY': ''}" if owner == "Action" else "module_secrets={'crm': {'KEY': ''}}"
    logs = ["false,false,true true false true\n", "true,false,true false false true\n"]
    tenant_project.makepyfile(
        f"""
        import pytest
        from pytest_auth0_actions import MissingSecretError

        pytestmark = pytest.mark.filterwarnings("ignore:.*actions.crm, and does not declare it")

        def test_it(tenant):
            with pytest.raises(MissingSecretError, match="{owner} '.*' read the secret KEY"):
                tenant.action("Greet").run()
            assert tenant.action("Greet", {given}).run().logs == {logs[owner == "module"]!r}
        """
    )
    tenant_project.runpytest().assert_outcomes(passed=1)


def test_a_missing_secret_is_told_before_another_that_is_printed(
    tenant_project: pytest.Pytester,
) -> None:
    code = GREET.replace("event.user.name", "event.secrets.SHOWN, event.secrets.KEY")
    secrets = [{"name": "KEY"}, {"name": "SHOWN", "value": "sk_51H8xk2"}]
    write(
        tenant_project.path / "tenant",
        {
            "actions/Greet.json": action("Greet", secrets=secrets),
            "actions/Greet/code.js": code.replace("(event)", "(event, api)"),
        },
    )
    tenant_project.makepyfile(
        """
        import pytest
        from pytest_auth0_actions import MissingSecretError

        @pytest.mark.filterwarnings("ignore::pytest_auth0_actions.PrintedSecretWarning")
        def test_it(tenant):
            with pytest.raises(MissingSecretError, match="read the secret KEY"):
                tenant.action("Greet").run()

        def test_given(tenant):
            action = tenant.action("Greet", secrets={"KEY": "", "SHOWN": ""})
            assert action.run().logs == " \\n"
        """
    )
    tenant_project.runpytest().assert_outcomes(passed=2)


def test_any_secret_may_be_given_where_their_names_are_not_known(
    tenant_project: pytest.Pytester,
) -> None:
    code = GREET.replace("event.user.name", "event.secrets.KEY")
    files = {
        "actions/Greet.json": action("Greet", secrets="@@SECRETS@@"),
        "actions/Greet/code.js": code,
    }
    write(tenant_project.path / "tenant", files)
    tenant_project.makepyfile(
        """
        import pytest

        @pytest.mark.filterwarnings(r"ignore:\\[A839\\] The keyword @@SECRETS@@ has no value")
        def test_it(tenant):
            assert tenant.action("Greet", secrets={"KEY": "k"}).run().logs == "k\\n"
        """
    )
    tenant_project.runpytest().assert_outcomes(passed=1)


def test_a_secret_that_is_not_declared_is_a_warning(tenant_project: pytest.Pytester) -> None:
    code = "const f = (e, name) => e.secrets[name];\n" + GREET.replace(
        "event.user.name", "f(event, 'KEY')"
    )
    write(tenant_project.path / "tenant", {"actions/Greet/code.js": code})
    tenant_project.makepyfile(
        """
        import pytest
        from pytest_auth0_actions import ActionError, MissingSecretWarning

        def test_it(tenant):
            greet = tenant.action("Greet")
            with pytest.warns(MissingSecretWarning) as caught:
                greet.run()
            assert str(caught[0].message) == (
                "[A733] The Action read event.secrets.KEY, which is undefined: the tenant gives "
                "it no such secret. Declare it there, and give its value; if it may be absent, "
                "check "
                "`'KEY' in event.secrets`."
            )
        """
    )
    tenant_project.runpytest().assert_outcomes(passed=1)


WARNS = [
    {"dependencies": [{"name": "axios", "version": "1.6.0"}]},
    {"secrets": [{"name": "KEY", "value": "k"}]},
    {"deployed": False},
]


@pytest.mark.parametrize("more", WARNS)
def test_warnings_come_when_that_action_is_used(
    more: dict[str, Any], tenant_project: pytest.Pytester
) -> None:
    write(tenant_project.path / "tenant", {"actions/Greet.json": action("Greet", **more)})
    tenant_project.makepyfile(
        """
        import pytest
        from pytest_auth0_actions import TenantWarning

        def test_another(tenant):
            tenant.action("Risk Check")

        def test_it(tenant):
            with pytest.warns(TenantWarning, match="The Action 'Greet'") as caught:
                tenant.action("Greet")
            assert caught[0].filename.endswith("tenant/actions/Greet.json")
        """
    )
    tenant_project.runpytest().assert_outcomes(passed=2)


def test_a_warning_that_is_an_error_has_its_place(tenant_project: pytest.Pytester) -> None:
    code = "\n" + GREET.replace("event.user.name", "require('axios')")
    write(tenant_project.path / "tenant", {"actions/Greet/code.js": code})
    tenant_project.makepyfile("def test_it(tenant): tenant.action('Greet')")
    result = tenant_project.runpytest("-Werror::pytest_auth0_actions.TenantWarning")
    result.assert_outcomes(failed=1)
    result.stdout.fnmatch_lines(
        [
            ">*tenant.action('Greet')",
            "E *TenantWarning: ?A822? The Action 'Greet' requires 'axios', and does not declare "
            "'axios'*",
            "E *Given: tenant/actions/Greet/code.js:2.",
        ]
    )
    assert "plugin/tenants.py" not in result.stdout.str()


def test_warnings_of_a_module_come_with_its_action(tenant_project: pytest.Pytester) -> None:
    module = {"name": "crm", "code": "crm.js", "secrets": []}
    write(tenant_project.path / "tenant", {"action-modules/crm.json": module})
    tenant_project.makepyfile(
        """
        import pytest
        from pytest_auth0_actions import TenantWarning

        def test_it(tenant):
            tenant.action("Greet")
            with pytest.warns(TenantWarning, match="The module 'crm' reads actions.secrets.LEVEL"):
                tenant.action("Risk Check")
        """
    )
    tenant_project.runpytest().assert_outcomes(passed=1)


def test_another_version_of_node_is_a_warning_of_the_first_run(
    tenant_project: pytest.Pytester,
) -> None:
    write(
        tenant_project.path / "tenant", {"actions/Greet.json": manifest("Greet", runtime="node9")}
    )
    tenant_project.makepyfile(
        """
        import pytest
        from pytest_auth0_actions import TenantWarning

        def test_it(tenant):
            greet = tenant.action("Greet")
            with pytest.warns(TenantWarning, match="has the runtime node9, and the tests run"):
                greet.run()
            greet.run()
        """
    )
    tenant_project.runpytest().assert_outcomes(passed=1)


def test_a_warning_of_another_version_tells_how_to_have_it_instead_of_the_configured(
    tenant_project: pytest.Pytester, pytestconfig: pytest.Config
) -> None:
    node = find_node(pytestconfig.getoption("--auth0-node") or None)
    other = "node20" if version_of(node).startswith("v22.") else "node22"
    write(tenant_project.path / "tenant", {"actions/Greet.json": manifest("Greet", runtime=other)})
    tenant_project.makepyfile("def test_it(tenant): tenant.action('Greet').run()")
    result = tenant_project.runpytest_subprocess(f"--auth0-node={node.path}")
    result.stdout.fnmatch_lines(["*A872?*, without --auth0-node and ini auth0_node."])


def test_errors_come_with_any_action(tenant_project: pytest.Pytester) -> None:
    write(tenant_project.path / "tenant", {"actions/Greet.json": action("Greet", code="gone.js")})
    tenant_project.makepyfile(
        """
        def test_it(tenant):
            pass
        """
    )
    result = tenant_project.runpytest()
    result.assert_outcomes(errors=1)
    result.stdout.fnmatch_lines(
        [
            "E *TenantError: ?A843? The tenant can't be used as it is: an error.",
            "*Given: tenant, a Deploy CLI directory.",
            "*  tenant/actions/Greet.json: ?A825? The code 'gone.js' is not there: "
            "tenant/gone.js is*",
        ]
    )
    assert "raise_errors" not in result.stdout.str()


def test_no_tenant_that_is_named_is_told(project: pytest.Pytester) -> None:
    project.makepyfile("def test_it(tenant): pass")
    result = project.runpytest()
    result.assert_outcomes(errors=1)
    result.stdout.fnmatch_lines(
        [
            "E *UsageError: ?A107? No tenant is named.",
            "*Given: neither ini auth0_tenant nor --auth0-tenant.",
            "*Name the folder in pytest's ini, such as `auth0_tenant = tenant`, or on the command "
            "line: --auth0-tenant=tenant. A test may also use the fixture tenant_at(path).",
        ]
    )


def test_the_option_goes_before_ini(tenant_project: pytest.Pytester) -> None:
    """It starts where pytest is called."""
    write(tenant_project.path / "sub/other", directory(action("Other")))
    test = tenant_project.makepyfile(
        "def test_it(tenant): assert tenant.actions[0].name == 'Other'"
    )
    (tenant_project.path / "sub").mkdir(exist_ok=True)
    tenant_project.chdir()
    with pytest.MonkeyPatch.context() as patch:
        patch.chdir(tenant_project.path / "sub")
        result = tenant_project.runpytest_subprocess(
            "--auth0-tenant=other", f"--rootdir={tenant_project.path}", str(test)
        )
    result.assert_outcomes(passed=1)


@pytest.mark.parametrize("line", ["KEY", "a b = 1", "= 1"])
def test_a_line_that_is_no_keyword_is_told(line: str, tenant_project: pytest.Pytester) -> None:
    add_to_ini(tenant_project, f"    {line}")
    tenant_project.makepyfile("def test_it(tenant): pass")
    result = tenant_project.runpytest()
    result.stdout.fnmatch_lines(
        [
            "E *UsageError: ?A108? A line of the ini setting auth0_keywords is not a keyword.",
            f"*Given: '{line}'.",
            "*Write KEY = value; a value may be JSON: a list or an object.",
        ]
    )


def test_keywords_of_ini_may_be_json(tenant_project: pytest.Pytester) -> None:
    add_to_ini(tenant_project, '    LIST = ["a", 1]\n    ODD = {x')
    code = GREET.replace("event.user.name", "@@LIST@@, '##ODD##'")
    write(tenant_project.path / "tenant", {"actions/Greet/code.js": code})
    tenant_project.makepyfile(
        """
        def test_it(tenant):
            assert tenant.action("Greet").run().logs == "[ 'a', 1 ] {x\\n"
        """
    )
    tenant_project.runpytest().assert_outcomes(passed=1)


@pytest.mark.slow
@pytest.mark.parametrize("workers", [0, 2])
def test_a_tenant_is_read_once_a_session_or_worker(
    workers: int, tenant_project: pytest.Pytester
) -> None:
    tenant_project.makeconftest(
        """
        import os
        import pytest_auth0_actions.project.tenant.read as room
        import pytest_auth0_actions.plugin.tenants as plugin

        def read_tenant(*args, _read=room.read_tenant, **kwargs):
            with open("reads", "a") as file:
                file.write(f"{os.getpid()}\\n")
            return _read(*args, **kwargs)

        plugin.read_tenant = read_tenant
        """
    )
    tenant_project.makepyfile(
        """
        import pytest

        @pytest.mark.parametrize("number", range(6))
        def test_it(number, tenant, tenant_at):
            assert tenant_at("tenant").actions is tenant.actions
        """
    )
    tenant_project.runpytest_subprocess(f"-n{workers}").assert_outcomes(passed=6)
    reads = (tenant_project.path / "reads").read_text(encoding="utf-8").split()
    assert len(reads) == len({*reads}) == max(workers, 1)


def test_variables_make_another_tenant(project: pytest.Pytester) -> None:
    text = 'variable "n" {}\nresource "auth0_action" "a" {\n name = var.n\n code = "f()"\n}\n'
    write(project.path, {"infra/main.tf": text})
    project.makepyfile(
        """
        def test_it(tenant_at):
            names = [tenant_at("infra", variables={"n": n}).actions[0].name for n in ("a", "b")]
            assert names == ["a", "b"]
        """
    )
    project.runpytest().assert_outcomes(passed=1)


def test_chaos_runs_tests_with_a_tenant_again(tenant_project: pytest.Pytester) -> None:
    tenant_project.makepyfile(
        """
        def test_it(tenant):
            tenant.action("Greet").run()
        """
    )
    result = tenant_project.runpytest("--auth0-chaos", "-v")
    result.stdout.fnmatch_lines(["*test_it[[]calm[]] PASSED*", "*test_it[[]chaos-*[]] PASSED*"])


def test_an_error_speaks_of_the_line_of_a_terraform_file(project: pytest.Pytester) -> None:
    text = """
resource "auth0_action" "a" {
  name = "A"
  code = <<-EOT
    exports.onExecutePostLogin = async (event) => {
      throw new Error('here');
    };
  EOT
}
"""
    write(project.path, {"infra/main.tf": text})
    project.makepyfile(
        """
        import pytest
        from pytest_auth0_actions import ActionError

        def test_it(tenant_at):
            with pytest.raises(ActionError) as caught:
                tenant_at("infra").action("A").run()
            assert caught.value.what_was_given.startswith("Given: infra/main.tf:6:9.")
        """
    )
    project.runpytest().assert_outcomes(passed=1)


def test_what_was_not_installed_for_an_action_is_looked_for_above_it(
    tenant_project: pytest.Pytester,
) -> None:
    """First in the tenant, whatever the project has above the folder of installed packages."""

    def package(where: str) -> dict[str, str]:
        return {f"{where}node_modules/ms/index.js": f"module.exports = '{where}';"}

    write(
        tenant_project.path,
        package("") | package("tenant/") | {f".auth0/actions/{safe_name('Greet')}/x": ""},
    )
    code = "const ms = require('ms');\n" + GREET.replace("event.user.name", "ms")
    write(tenant_project.path / "tenant", {"actions/Greet/code.js": code})
    tenant_project.makepyfile(
        """
        import pytest

        @pytest.mark.filterwarnings("ignore:.*does not declare 'ms'")
        def test_it(tenant):
            assert tenant.action("Greet").run().logs == "tenant/\\n"
        """
    )
    tenant_project.runpytest().assert_outcomes(passed=1)


def test_what_an_installed_package_does_not_export_is_not_looked_for_elsewhere(
    tenant_project: pytest.Pytester,
) -> None:
    manifest_of = {"name": "ms", "exports": {".": "./index.js"}}
    own = f".auth0/actions/{safe_name('Greet')}/node_modules/ms/"
    write(
        tenant_project.path,
        {"node_modules/ms/inner.js": "module.exports = 'other';", f"{own}package.json": manifest_of}
        | {f"{own}index.js": "", f"{own}inner.js": ""},
    )
    code = GREET.replace("event.user.name", "require('ms/inner.js')")
    write(tenant_project.path / "tenant", {"actions/Greet/code.js": code})
    tenant_project.makepyfile(
        """
        import pytest
        from pytest_auth0_actions import ActionError

        @pytest.mark.filterwarnings("ignore:.*does not declare 'ms'")
        def test_it(tenant):
            with pytest.raises(ActionError) as caught:
                tenant.action("Greet").run()
            assert caught.value.code == "ERR_PACKAGE_PATH_NOT_EXPORTED"
        """
    )
    tenant_project.runpytest().assert_outcomes(passed=1)


PACKAGES = """\
const ms = require('ms');
const resolved = require.resolve('ms');
const { local } = require('./local.js');
exports.onExecutePostLogin = async () => {
  const imported = await import('ms');
  const { fromModule } = await import('./module.mjs');
  const fs = await import('node:fs');
  const missing = await import('gone').catch((error) => error.code);
  const here = await import('here');
  console.log(ms, imported.default, fromModule, local, require('here'), here.default);
  console.log(resolved.includes('.auth0'), typeof fs.default.readFileSync, missing);
  console.log(require('odd/inner.js'));
};
"""


@pytest.mark.parametrize("installed", [True, False])
def test_an_action_finds_its_own_packages_first(
    installed: bool, tenant_project: pytest.Pytester
) -> None:
    def package(name: str, exported: str, **more: str) -> dict[str, Any]:
        found = {"package.json": {"name": name, "version": "1.0.0", "main": "index.js", **more}}
        files = {**found, "index.js": f"module.exports = '{exported}';"}
        return {f"node_modules/{name}/{path}": content for path, content in files.items()}

    declared = [{"name": "ms", "version": "1.0.0"}]
    greet = action("Greet", dependencies=declared)
    write(
        tenant_project.path / "tenant",
        {
            "actions/Greet.json": greet,
            "actions/Greet/code.js": PACKAGES,
            "actions/Greet/local.js": "exports.local = require('ms');",
            "actions/Greet/module.mjs": "import ms from 'ms'; export const fromModule = ms;",
        },
    )
    write(tenant_project.path, package("ms", "root") | package("here", "here"))
    write(tenant_project.path, package("odd", "x") | {"node_modules/odd/inner.js": "exports.i = 1"})
    if installed:
        folder = tenant_project.path / ".auth0/actions" / safe_name("Greet")
        write(folder, package("ms", "own") | {"package.json": {}})
    which = "own" if installed else "root"
    tenant_project.makepyfile(
        f"""
        import pytest

        pytestmark = pytest.mark.filterwarnings("ignore:.*(requires|declares):UserWarning")

        def test_it(tenant):
            lines = tenant.action("Greet").run().logs.splitlines()
            assert lines[:2] == [
                "{which} {which} root {which} here here",
                "{"true" if installed else "false"} function ERR_MODULE_NOT_FOUND",
            ]
        """
    )
    tenant_project.runpytest().assert_outcomes(passed=1)
