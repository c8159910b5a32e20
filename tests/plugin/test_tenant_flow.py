"""`tenant.flow`: the Actions of a trigger, in the order that the tenant says."""

from __future__ import annotations

import pytest

from tests.plugin.test_tenant import tenant_project

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
            'tenant.flow("post-login", secrets={"Risk check": {}})',
            [
                "UsageError: [A801] There is no such Action in the flow of post-login.",
                "Given: 'Risk check'.",
                "Did you mean 'Risk Check'?",
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
            'tenant.flow("post-login", time_limit_s=0)',
            ["UsageError: [A402] time_limit_s must be a number of seconds.", "Given: 0."],
        ),
        (
            'tenant.flow("post-login").run(user={"email_verified": False})',
            [
                "MissingSecretError: [A417] The Action 'Risk Check' read the secret REASON, which "
                "has no value.",
                "Give it, as 'REASON' in tenant.flow('post-login', secrets={'Risk Check': {...}}).",
            ],
        ),
    ],
)
def test_what_is_wrong_is_said(
    tenant_project: pytest.Pytester, call: str, lines: list[str]
) -> None:
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
