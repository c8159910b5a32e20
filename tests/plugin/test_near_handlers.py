"""A slip in the name of a handler shows where no test resumes the Action."""

from __future__ import annotations

import pytest

from tests.plugin.conftest import add_to_ini
from tests.project.tenant.tenants import LOGIN, directory, manifest, write

SLIP = f"{LOGIN}exports.onContinuePostlogin = async (event, api) => {{}};\n"
TOLD = "which Auth0 does not call. If it is meant as the handler onContinuePostLogin, rename it."


def test_a_file_that_is_loaded(project: pytest.Pytester) -> None:
    write(project.path, {"code.js": SLIP})
    project.makepyfile("def test_it(load_action): load_action('code.js').run()")
    result = project.runpytest("-Wdefault")
    result.assert_outcomes(passed=1, warnings=1)
    result.stdout.fnmatch_lines(
        ["*NearMissWarning: ?A341? The Action code.js:2 exports onContinuePostlogin, " + TOLD]
    )
    result = project.runpytest("-Werror::pytest_auth0_actions.NearMissWarning")
    result.assert_outcomes(failed=1)
    write(project.path, {"code.js": SLIP.replace("Postlogin", "PostLogin")})
    project.runpytest("-Wdefault").assert_outcomes(passed=1, warnings=0)


def test_what_a_run_says_is_not_said_twice(project: pytest.Pytester) -> None:
    write(project.path, {"code.js": LOGIN.replace("PostLogin", "Postlogin")})
    project.makepyfile("def test_it(load_action): load_action('code.js').run()")
    result = project.runpytest("-Wdefault")
    result.assert_outcomes(failed=1, warnings=0)
    result.stdout.fnmatch_lines(["E * ?A302? The Action exports no onExecutePostLogin."])


def test_an_action_of_a_tenant_and_the_list(project: pytest.Pytester) -> None:
    add_to_ini(project, "auth0_tenant = tenant")
    write(project.path / "tenant", directory(manifest("Greet", runtime=None), code=SLIP))
    told = f"?A341? The Action 'Greet' exports onContinuePostlogin, {TOLD}"
    project.makepyfile("def test_it(tenant): tenant.action('Greet').run()")
    result = project.runpytest("-Wdefault")
    result.assert_outcomes(passed=1, warnings=1)
    result.stdout.fnmatch_lines([f"*TenantWarning: {told}"])
    result = project.runpytest("--auth0-list")
    result.stdout.fnmatch_lines([f"*warning: tenant/actions/Greet/code.js:2: {told}"])
