"""Which factors a user can be asked for."""

from __future__ import annotations

from typing import Any

import pytest

from pytest_auth0_actions.auth0.flow.factors import offer_of

KNOWN: list[dict[str, Any]] = [{"type": "otp"}, {"type": "sms"}, {"type": "push"}]


@pytest.mark.parametrize("to_enroll", [False, True])
@pytest.mark.parametrize("enabled", [None, ["otp", "phone", "push-notification", "otpp"]])
def test_a_factor_that_auth0_has_not_drops_out(to_enroll: bool, enabled: list[str] | None) -> None:
    asked = [{"type": "otpp"}, *KNOWN, {}]
    offer = offer_of(asked, passed=(), enabled=enabled, enrolled=None, to_enroll=to_enroll)
    assert offer.factors == KNOWN


def test_nothing_is_left_of_a_slip_alone() -> None:
    offer = offer_of([{"type": "otpp"}], passed=(), enabled=None, enrolled=None, to_enroll=False)
    assert (offer.factors, offer.is_satisfied) == ([], False)
