"""consent-form and token-claims: the terms are accepted in a form, once for each version."""

import pytest

TERMS = "https://shop.example.com/terms"


@pytest.fixture
def login(flow, load_action):
    return flow(
        load_action("actions/consent-form/code.js"), load_action("actions/token-claims/code.js")
    )


@pytest.fixture
def asked(login):
    """A new user, who sees the form."""
    return login.run(variant="first-login", user={"name": "Ada Lovelace"})


def test_a_new_user_sees_the_form(asked):
    """The name is filled in, and no token is issued yet."""
    assert asked.status == "prompted"
    assert asked.outcome.prompt.fields == {"name": "Ada Lovelace", "newsletter": False}
    assert [execution.action for execution in asked.executions] == ["consent-form"]


def test_who_accepts_has_the_version_in_the_token(asked):
    """The second Action finds what the first one has set."""
    done = asked.submit(fields={"accepted": True, "newsletter": True})
    assert done.status == "completed"
    assert done.outcome.access_token.claims[TERMS] == "2025-01"
    assert done.outcome.user.app_metadata == {"terms": "2025-01"}
    assert done.outcome.user.user_metadata == {"newsletter": True}


def test_who_refuses_is_denied(asked):
    """There is no token, but the answer on the newsletter is saved."""
    done = asked.submit(fields={"accepted": False})
    assert done.outcome.denied.reason == "The terms were not accepted."
    assert done.outcome.access_token.claims == {}
    assert done.outcome.user.app_metadata == {}
    assert done.outcome.user.user_metadata == {"newsletter": False}


def test_the_version_is_not_the_browsers_to_choose(asked):
    """It is a variable, which stays on the server."""
    done = asked.submit(fields={"accepted": True, "version": "2099-12"})
    assert done.outcome.access_token.claims[TERMS] == "2025-01"


def test_who_has_accepted_is_not_asked(login):
    assert login.run(user={"app_metadata": {"terms": "2025-01"}}).status == "completed"


def test_who_has_accepted_an_older_version_is_asked(login):
    assert login.run(user={"app_metadata": {"terms": "2024-06"}}).status == "prompted"


@pytest.mark.parametrize("variant", ["silent", "refresh-token", "password-grant"])
def test_without_a_browser_the_login_is_denied(login, variant):
    """A form would make it fail with `interaction_required`."""
    done = login.run(variant=variant)
    assert done.outcome.denied.reason == "Log in with a browser, and accept the terms."
