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
