"""One tenant, as the Deploy CLI exports it in its two forms, and as Terraform applies it."""

import pytest


@pytest.fixture(params=["directory", "yaml", "terraform"])
def tenant(request, tenant_at):
    """In a project with one tenant, pytest.ini names it, and the fixture is there already."""
    return tenant_at(f"tenants/{request.param}")


def test_unverified_users_are_denied(tenant):
    """The reason is a secret, whose value no export shows."""
    action = tenant.action("Block Unverified", secrets={"REASON": "Verify your email"})
    assert action.run(user={"email_verified": True}).outcome.denied is None
    denied = action.run(user={"email_verified": False}).outcome.denied
    assert denied.reason == "Verify your email"


@pytest.mark.parametrize(("metadata", "plan"), [({"plan": "gold"}, "gold"), ({}, "free")])
def test_the_plan_is_in_the_token(tenant, metadata, plan):
    """By the module of the tenant's own, with a secret of its own."""
    action = tenant.action("Plan Claim", module_secrets={"plans": {"DEFAULT_PLAN": "free"}})
    run = action.run(user={"app_metadata": metadata})
    assert run.outcome.id_token.claims == {"https://shop.example/plan": plan}


def test_who_is_unverified_is_denied_first(tenant):
    """The order is that of the tenant, and a denial ends it."""
    assert tenant.bindings["post-login"] == ("Block Unverified", "Plan Claim")
    login = tenant.flow("post-login", secrets={"Block Unverified": {"REASON": "Verify your email"}})
    done = login.run(user={"email_verified": False})
    assert done.status == "denied"
    assert [execution.action for execution in done.executions] == ["Block Unverified"]
