"""How outcomes are printed."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterator

import pytest

from pytest_auth0_actions import Outcome
from pytest_auth0_actions.auth0.triggers import TRIGGERS
from tests.auth0.played import login, play


def all_below(kind: type[Outcome]) -> Iterator[type[Outcome]]:
    for each in kind.__subclasses__():
        yield each
        yield from all_below(each)


@pytest.mark.parametrize("trigger", sorted({*TRIGGERS} - {"credentials-exchange"}))
def test_an_outcome_of_nothing_prints_no_fields(trigger: str) -> None:
    """Each field has a default: what it is when the Action asks for nothing."""
    outcome = play(trigger, event={}).outcome
    assert repr(outcome) == f"{type(outcome).__name__}()"
    assert outcome == type(outcome)()


def test_the_scopes_of_a_machine_come_from_its_event() -> None:
    outcome = play("credentials-exchange").outcome
    assert repr(outcome) == (
        "CredentialsExchangeOutcome(access_token=CredentialsToken("
        "target_scopes=('read:orders', 'write:orders')))"
    )
    assert repr(play("credentials-exchange", event={}).outcome) == "CredentialsExchangeOutcome()"


def test_what_is_not_as_usual_is_printed_and_in_parts_too() -> None:
    outcome = login(
        ("accessToken.addScope", "read:orders"),
        ("user.setAppMetadata", "plan", "gold"),
        ("multifactor.enable", "any"),
        ("samlResponse.setSignResponse", False),
    ).outcome
    assert repr(outcome) == (
        "PostLoginOutcome(access_token=AccessToken(scopes=Scopes(added=('read:orders',))), "
        "user=LoginUser(app_metadata={'plan': 'gold'}, changed=True), "
        "multifactor=Multifactor(provider='any'), saml_response=SamlResponse(sign_response=False))"
    )


def test_what_has_to_be_given_is_always_printed() -> None:
    denied = login(("access.deny", None)).outcome.denied
    assert repr(denied) == "LoginDenial(reason=None, by='access.deny')"


def test_a_user_who_is_not_created_is_out_of_the_usual() -> None:
    denied = play("pre-user-registration", ("access.deny", "a", "b")).outcome
    assert repr(denied) == (
        "PreUserRegistrationOutcome(denied=RegistrationDenial(reason='a', user_message='b'), "
        "user_is_created=False)"
    )


def test_all_outcomes_and_their_parts_are_printed_so() -> None:
    """A dataclass would get a `__repr__` of its own without ``repr=False``."""
    list(TRIGGERS.values())  # imports them
    kinds = [each for each in all_below(Outcome) if each.__module__.startswith("pytest_auth0")]
    assert len(kinds) > 30
    assert {each.__name__ for each in kinds if each.__repr__ is not Outcome.__repr__} == set()
    assert all(dataclasses.is_dataclass(each) for each in kinds)
