"""What to do about a run of a tenant's Action: the advice is for a tenant, not for a file."""

from __future__ import annotations

from typing import Any

import pytest

from tests.plugin.conftest import add_to_ini
from tests.project.tenant.tenants import directory, manifest, write

LOGIN = "exports.onExecutePostLogin = async (event, api) => {%s};\n"
REGISTRATION = "exports.onExecutePostUserRegistration = async (event) => {};\n"

CASES: dict[str, tuple[str, dict[str, Any], str]] = {
    "handlers of two triggers, and none named": (
        LOGIN % "" + REGISTRATION,
        {"supported_triggers": []},
        "Name its trigger in the tenant, as one of its supported_triggers.",
    ),
    "the handler of another trigger": (
        f"const own = exports; {REGISTRATION}".replace("exports.", "own."),
        {},
        "Export onExecutePostLogin, or correct its trigger in the tenant.",
    ),
    "a module that is computed": (
        LOGIN % "require('actions:' + 'crm')",
        {},
        "Declare the module in the Action of the tenant, or correct the name.",
    ),
    "a module that is computed, at the top": (
        f"require('actions:' + 'crm'); {LOGIN}" % "",
        {},
        "Declare the module in the Action of the tenant, or correct the name.",
    ),
    "a package": (
        LOGIN % "require('@a/gone/x')",
        {"dependencies": [{"name": "@a/gone", "version": "1.0.0"}]},
        "Declare @a/gone in the tenant, if it is not there, and install it with `pytest "
        "--auth0-npm-install`.",
    ),
    "a time limit": (
        LOGIN % "await new Promise((resolve) => setTimeout(resolve, 2000))",
        {},
        "pass tenant.action('Greet', time_limit_s=...).",
    ),
    "a secret that is not declared": (
        LOGIN % "event.secrets.URL.length",
        {},
        "event.secrets.URL is not in the event of this run. Give its value; the tenant has to "
        "declare it.",
    ),
}


@pytest.mark.parametrize("case", CASES)
def test_the_advice_is_for_a_tenant(case: str, project: pytest.Pytester) -> None:
    code, more, said = CASES[case]
    add_to_ini(project, "auth0_tenant = tenant")
    write(project.path / "tenant", directory(manifest("Greet", runtime=None, **more), code=code))
    project.makepyfile(
        f"""
        import pytest
        from pytest_auth0_actions import Auth0ActionsError

        @pytest.mark.filterwarnings("ignore")
        def test_it(tenant):
            with pytest.raises(Auth0ActionsError) as caught:
                tenant.action("Greet", time_limit_s=1).run()
            assert {said!r} in str(caught.value)
            assert "load_action" not in str(caught.value)
        """
    )
    project.runpytest().assert_outcomes(passed=1)


def test_a_module_whose_prefix_is_missing_is_no_package_to_install(
    project: pytest.Pytester,
) -> None:
    """Somebody else's package may have the name."""
    add_to_ini(project, "auth0_tenant = tenant")
    greet = manifest("Greet", runtime=None, modules=[{"module_name": "crm"}])
    files = directory(greet, code=LOGIN % "require('actions:crm'); require('crm')") | {
        "action-modules/crm.json": {"name": "crm", "code": "crm.js"},
        "crm.js": "exports.a = 1;",
    }
    write(project.path / "tenant", files)
    project.makepyfile(
        """
        import pytest
        from pytest_auth0_actions import Auth0ActionsError

        @pytest.mark.filterwarnings("ignore")
        def test_it(tenant):
            with pytest.raises(Auth0ActionsError) as caught:
                tenant.action("Greet").run()
            assert caught.value.what_to_do.startswith(
                "Did you mean require('actions:crm')? If not, declare crm in the tenant"
            )
        """
    )
    project.runpytest().assert_outcomes(passed=1)


@pytest.mark.parametrize(
    ("made", "advised"),
    [
        ("tenant.flow('post-login', {})", "tenant.flow('post-login', time_limit_s=...)"),
        ("flow(tenant.action('Greet'), {})", "flow(..., time_limit_s=...)"),
    ],
)
def test_the_limit_of_a_flow_is_set_where_it_is_made(
    made: str, advised: str, project: pytest.Pytester
) -> None:
    add_to_ini(project, "auth0_tenant = tenant")
    code = LOGIN % "await new Promise((resolve) => setTimeout(resolve, 2000))"
    bound = {"triggers/triggers.json": {"post-login": [{"action_name": "Greet"}]}}
    write(project.path / "tenant", directory(manifest("Greet", runtime=None), code=code) | bound)
    project.makepyfile(
        f"""
        def test_it(tenant, flow):
            {made.format("time_limit_s=1")}.run()

        def test_the_advice(tenant, flow):
            {made.format("time_limit_s=3")}.run()
        """
    )
    result = project.runpytest()
    result.assert_outcomes(passed=1, failed=1)
    result.stdout.fnmatch_lines([f"E * shorter time-out, or pass {advised}."])


def test_what_is_missing_may_be_in_what_was_not_read(project: pytest.Pytester) -> None:
    """And nothing is said of that where the test has the slip."""
    greet = directory(manifest("Greet", runtime=None), code=LOGIN % "")
    bound = {"post-login": [{"action_name": "Greet"}]}
    write(project.path / "first", greet | {"triggers/a.json": {}, "triggers/b.json": bound})
    write(project.path / "second", {"tenant.yaml": "action:\n  - name: Greet\n    code: a.js\n"})
    project.makepyfile(
        """
        import pytest
        from pytest_auth0_actions import UsageError

        NOT_READ = "first/triggers/b.json: [A827] It is not read: the Deploy CLI reads a.json only"
        SLIP = "second/tenant.yaml: [A876] The file has 'action', which is not read."

        def test_it(tenant_at):
            with pytest.raises(UsageError) as caught:
                tenant_at("first").flow("post-login")
            assert NOT_READ in str(caught.value)
            with pytest.raises(UsageError) as caught:
                tenant_at("second").action("Greet")
            assert SLIP in str(caught.value)
            with pytest.raises(UsageError) as caught:
                tenant_at("first").action("greet")
            assert "A827" not in str(caught.value)
        """
    )
    project.runpytest().assert_outcomes(passed=1)


def test_a_secret_in_other_letters_is_named(project: pytest.Pytester) -> None:
    secrets = [{"name": "API_KEY", "value": "##API_KEY##"}]
    greet = manifest("Greet", runtime=None, secrets=secrets)
    write(project.path / "tenant", directory(greet, code=LOGIN % "event.secrets.API_KEY"))
    project.makepyfile(
        """
        import pytest
        from pytest_auth0_actions import UsageError

        def test_it(tenant_at):
            with pytest.raises(UsageError, match="Did you mean 'API_KEY'?"):
                tenant_at("tenant").action("Greet", secrets={"api_key": "x"})

        def test_its_value_is_that_of_the_test(tenant_at):
            tenant_at("tenant").action("Greet", secrets={"API_KEY": "x"}).run()
        """
    )
    project.runpytest("-Werror::pytest_auth0_actions.TenantWarning").assert_outcomes(passed=2)
