"""`tenant.flow`: the Actions of a trigger, in the order that the tenant says."""

from __future__ import annotations

import pytest

from tests.plugin.test_tenant import action, tenant_project
from tests.project.tenant.tenants import directory, write

__all__ = ["tenant_project"]


def test_the_actions_run_in_the_bound_order(tenant_project: pytest.Pytester) -> None:
    tenant_project.makepyfile(
        """
        def login(tenant, **more):
            secrets = {"Risk Check": {"REASON": "Unverified"}}
            return tenant.flow("post-login", secrets=secrets, **more)

        def test_all_run(tenant):
            done = login(tenant).run(user={"email_verified": True, "name": "Ada"})
            assert done.status == "completed"
            assert [each.action for each in done.executions] == ["Greet", "Risk Check"]
            assert done.executions[0].logs == "Ada\\n"

        def test_the_second_denies(tenant):
            done = login(tenant).run(user={"email_verified": False})
            assert done.outcome.denied.reason == "Unverified high dev"

        def test_secrets_of_modules(tenant):
            done = login(tenant, module_secrets={"crm": {"LEVEL": "low"}}).run(
                user={"email_verified": False}
            )
            assert done.outcome.denied.reason == "Unverified low dev"
        """
    )
    tenant_project.runpytest().assert_outcomes(passed=3)


@pytest.mark.parametrize(
    ("call", "lines"),
    [
        (
            'tenant.flow("post-lgin")',
            [
                "UsageError: [A806] The tenant in tenant binds no Action to that trigger.",
                "Given: 'post-lgin'.",
                "Did you mean 'post-login'?",
            ],
        ),
        (
            'tenant.flow("event-stream")',
            [
                "UsageError: [A806] The tenant in tenant binds no Action to that trigger.",
                "Given: 'event-stream'.",
                "It binds Actions to 'post-login'.",
            ],
        ),
        (
            'tenant.flow("pre-user-registration")',
            [
                "UsageError: [A806] The tenant in tenant binds no Action to that trigger.",
                "Given: 'pre-user-registration'.",
                "It binds Actions to 'post-login'.",
            ],
        ),
        (
            'tenant.flow("post-login", secrets={"Risk check": {}})',
            [
                "UsageError: [A801] There is no such Action in the flow of post-login.",
                "Given: 'Risk check'.",
                "Did you mean 'Risk Check'?",
            ],
        ),
        (
            'tenant.flow("post-login", packages={"Away": {}})',
            [
                "UsageError: [A801] There is no such Action in the flow of post-login.",
                "Given: 'Away'.",
                "The tenant has it, and binds it elsewhere or nowhere. Here are 'Greet', 'Risk "
                "Check'.",
            ],
        ),
        (
            'tenant.flow("post-login", secrets={"REASON": "x"})',
            [
                "UsageError: [A801] There is no such Action in the flow of post-login.",
                "Given: 'REASON'.",
                "It is a secret of 'Risk Check': give it as {'Risk Check': {'REASON': '...'}}.",
            ],
        ),
        (
            'tenant.flow("post-login", secrets={"Risk Check": {"RAESON": "x"}})',
            [
                "UsageError: [A804] 'Risk Check' declares no such secret, and would not have it at "
                "Auth0.",
                "Given: 'RAESON'; it declares REASON.",
                "Did you mean 'REASON'?",
            ],
        ),
        (
            'tenant.flow("post-login", module_secrets={"crmm": {}})',
            [
                "UsageError: [A801] There is no such module in the flow of post-login.",
                "Given: 'crmm'.",
                "Did you mean 'crm'?",
            ],
        ),
        (
            'tenant.flow("post-login", secrets=5)',
            [
                "UsageError: [A802] secrets must be a mapping.",
                "Given: an object of type int.",
                "Pass {'Action': {'NAME': 'value'}}.",
            ],
        ),
        (
            'tenant.flow("post-login", secrets={"Risk Check": ["REASON"]})',
            ["Pass secrets={'Risk Check': {'NAME': 'value'}}."],
        ),
        (
            'tenant.flow("post-login", module_secrets={"crm": "KEY"})',
            ["Pass module_secrets={'crm': {'NAME': 'value'}}."],
        ),
        (
            'tenant.flow("post-login", time_limit_s=0)',
            ["UsageError: [A402] time_limit_s must be a number of seconds.", "Given: 0."],
        ),
        (
            'tenant.flow("post-login").run(user={"email_verified": False})',
            [
                "MissingSecretError: [A417] The Action 'Risk Check' read the secret REASON, which "
                "has no value.",
                "Give it: tenant.flow('post-login', secrets={'Risk Check': {'REASON': '...'}}).",
            ],
        ),
    ],
)
def test_what_is_wrong_is_said(
    tenant_project: pytest.Pytester, call: str, lines: list[str]
) -> None:
    write(tenant_project.path / "tenant", directory(action("Away")))
    tenant_project.makepyfile(f"def test_it(tenant):\n    {call}")
    result = tenant_project.runpytest()
    result.assert_outcomes(failed=1)
    shown = result.stdout.str()
    for line in lines:
        assert line in shown


def test_a_tenant_without_bindings_says_so(tenant_project: pytest.Pytester) -> None:
    (tenant_project.path / "tenant/triggers/triggers.json").write_text("{}")
    tenant_project.makepyfile('def test_it(tenant):\n    tenant.flow("post-login")')
    result = tenant_project.runpytest()
    assert "It binds Actions to no trigger." in result.stdout.str()


def test_chaos_meets_the_flows_of_a_tenant(tenant_project: pytest.Pytester) -> None:
    tenant_project.makepyfile(
        """
        def test_it(tenant):
            login = tenant.flow("post-login", secrets={"Risk Check": {"REASON": "Unverified"}})
            assert login.run(user={"email_verified": True}).status == "completed"
        """
    )
    result = tenant_project.runpytest("--auth0-chaos", "-v")
    result.stdout.fnmatch_lines(["*test_it[[]chaos-late[]] PASSED*"])


def test_an_action_that_throws_for_want_of_a_declared_secret(
    tenant_project: pytest.Pytester,
) -> None:
    """No message says that the tenant lacks it; one that the tenant does lack is named."""
    code = (
        "const read = (event, name) => event.secrets[name];\n"
        "exports.onExecutePostLogin = async (event, api) => {\n"
        "  const nope = read(event, 'NOPE');\n"
        "  if (!event.secrets.REASON) throw new Error('no reason');\n"
        "  api.access.deny(event.secrets.REASON.trim() + nope);\n"
        "};\n"
    )
    write(tenant_project.path / "tenant", {"actions/Risk Check/code.js": code})
    tenant_project.makepyfile(
        """
        import pytest
        from pytest_auth0_actions import ActionError, MissingSecretError, MissingSecretWarning

        def test_it(tenant):
            risk = tenant.action("Risk Check")
            with (
                pytest.warns(MissingSecretWarning, match="A733.*NOPE") as caught,
                pytest.raises(MissingSecretError, match="A417.*REASON") as failed,
            ):
                risk.run()
            assert len(caught) == 1
            threw = failed.value.__cause__
            assert isinstance(threw, ActionError)
            assert "event.secrets.NOPE, which is undefined" in str(threw)
            assert "REASON, which is undefined" not in str(threw)

        def test_with_its_value(tenant):
            risk = tenant.action("Risk Check", secrets={"REASON": "r "})
            with pytest.warns(MissingSecretWarning, match="A733.*NOPE"):
                assert risk.run().outcome.denied.reason == "rundefined"
        """
    )
    tenant_project.runpytest().assert_outcomes(passed=2)


def test_a_file_with_keywords_is_loaded_by_its_tenant(tenant_project: pytest.Pytester) -> None:
    json_keyword = "exports.urls = @@URLS@@;\nexports.onExecutePostLogin = async () => {};\n"
    heading = "// ## Greet ##\nexports.onExecutePostLogin = async () => {};\n"
    write(tenant_project.path, {"json.js": json_keyword, "plain.js": heading})
    tenant_project.makepyfile(
        """
        import pytest
        from pytest_auth0_actions import ActionLoadError, TenantWarning

        RISK = "tenant/actions/Risk Check/code.js"

        def test_text(load_action):
            with pytest.warns(TenantWarning) as caught:
                load_action(RISK, modules={"crm": "tenant/crm.js"})
            assert [str(each.message) for each in caught] == [
                f"[A875] {RISK}:6 has the keyword ##ENV##, and runs with it as it is: what "
                "replaces it belongs to the tenant. Name its folder in ini auth0_tenant, and load "
                "the Action by tenant.action(...)."
            ]
            assert caught[0].filename == __file__

        def test_json_which_is_no_javascript(load_action):
            with (
                pytest.warns(TenantWarning, match=r"json.js:1 has the keyword @@URLS@@"),
                pytest.raises(ActionLoadError),
            ):
                load_action("json.js")

        def test_a_heading_is_none(load_action):
            assert load_action("plain.js").run().calls == ()
        """
    )
    tenant_project.runpytest().assert_outcomes(passed=3)
