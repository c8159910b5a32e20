"""progressive-profile and token-claims: one question a month, from the third login on."""

import pytest

COMPANY = "https://shop.example.com/company"


@pytest.fixture
def login(flow, load_action):
    return flow(
        load_action("actions/progressive-profile/code.js"),
        load_action("actions/token-claims/code.js"),
    )


def as_saved(done):
    """Returns the user's metadata as the next login finds it."""
    user = done.outcome.user
    return {"app_metadata": user.app_metadata, "user_metadata": user.user_metadata}


@pytest.mark.parametrize(("logins", "status"), [(2, "completed"), (3, "prompted")])
def test_the_first_question_comes_with_the_third_login(login, logins, status):
    assert login.run(stats={"logins_count": logins}).status == status


def test_the_answer_is_in_the_token_at_once(login):
    done = login.run().submit(fields={"company": " Analytical Engines "})
    assert done.outcome.access_token.claims[COMPANY] == "Analytical Engines"
    assert done.outcome.user.user_metadata == {"company": "Analytical Engines"}
    assert done.outcome.user.app_metadata == {"asked_at": "2025-01-01T00:00:00.000Z"}


def test_the_next_question_comes_a_month_later(login, clock):
    """Three logins of one user, who answers both questions."""
    first = login.run().submit(fields={"company": "Analytical Engines"})
    clock.tick(days=29)
    assert login.run(user=as_saved(first)).status == "completed"
    clock.tick(days=1)
    asked = login.run(user=as_saved(first))
    assert asked.outcome.prompt.id == "ap_job_title"
    last = asked.submit(fields={"job_title": "Countess"})
    clock.tick(days=365)
    assert login.run(user=as_saved(last)).status == "completed"


@pytest.mark.parametrize("fields", [{}, {"company": "  "}], ids=["none", "blank"])
def test_a_question_that_is_left_empty_is_asked_again(login, clock, fields):
    first = login.run().submit(fields=fields)
    assert first.status == "completed"
    assert first.outcome.user.user_metadata == {}
    clock.tick(days=30)
    assert login.run(user=as_saved(first)).outcome.prompt.id == "ap_company"


@pytest.mark.parametrize("variant", ["silent", "refresh-token"])
def test_nobody_is_asked_without_a_browser(login, variant):
    assert login.run(variant=variant).status == "completed"
