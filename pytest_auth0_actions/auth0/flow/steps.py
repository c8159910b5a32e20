"""What comes after an Action of a flow: the next one, a suspension, or the end."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final, Literal, TypeAlias
from urllib.parse import unquote, urlsplit

from pytest_auth0_actions.auth0.context import ActionEvent, State
from pytest_auth0_actions.auth0.ending import TransactionError
from pytest_auth0_actions.auth0.flow.factors import (
    PassedFactors,
    enrolled_factors,
    offer_of,
    type_of,
    types_of_provider,
)
from pytest_auth0_actions.auth0.namespaces.access import Access
from pytest_auth0_actions.auth0.namespaces.authentication import ExchangeChoice, FactorRequests
from pytest_auth0_actions.auth0.namespaces.authentication.factors import FactorRequest
from pytest_auth0_actions.auth0.namespaces.multifactor import MultifactorRequest
from pytest_auth0_actions.auth0.namespaces.prompt import PromptRequest
from pytest_auth0_actions.auth0.namespaces.redirect import (
    NO_REDIRECT_PROTOCOLS,
    RedirectRequest,
    is_silent,
)
from pytest_auth0_actions.auth0.namespaces.user import UserChanges
from pytest_auth0_actions.auth0.namespaces.validation import Validation
from pytest_auth0_actions.values import UNDEFINED, HttpRequest

Status: TypeAlias = Literal["completed", "denied", "redirected", "prompted", "challenged", "failed"]

ONWARD: Final[Mapping[Status, str]] = {
    "redirected": "resume()",
    "prompted": "submit()",
    "challenged": "pass_challenge() or fail_challenge()",
}
"""How a transaction goes on, by what it waits for."""

_REFUSED: Final = 400  # the first HTTP status of an error
_TOKEN_EXCHANGE: Final = "oauth2-token-exchange"


@dataclass(frozen=True, slots=True)
class Step:
    """What comes next in a transaction.

    Attributes:
        status: what the transaction has come to; None if the next Action runs.
        error: why Auth0 ends it, where it fails.
        offered: the types of the factors of which the user is asked for one.
        is_enrollment: whether the user is asked to enroll it.
    """

    status: Status | None = None
    error: TransactionError | None = None
    offered: tuple[str, ...] = ()
    is_enrollment: bool = False


GO_ON: Final = Step()


def failed(code: str, description: str) -> Step:
    """Return the step that has Auth0 end a transaction."""
    return Step("failed", TransactionError(code, description))


def after_action(state: State, event: Mapping[str, Any], enabled: Collection[str] | None) -> Step:
    """Return what comes after an Action.

    Of what an Action has asked for, a denial goes first, then a redirect, a form, a challenge and
    an enrollment. What is left waits until the transaction goes on.

    Args:
        state: what the calls of the transaction have come to. Requests for factors that are
            passed, or of which some drop out, are changed in it.
        event: the event as the Action has left it.
        enabled: the types of factors that the tenant has enabled; None for all.

    >>> from pytest_auth0_actions.auth0.context import State
    >>> after_action(State(), {}, None).status is None
    True

    Source: https://auth0.com/docs/customize/actions/explore-triggers/signup-and-login-triggers/login-trigger
    """
    if state.of(Access).denial is not None or state.of(Validation).errors:
        return Step("denied")
    if state.of(RedirectRequest).url is not None:
        return _unless(_no_browser(event, "redirect"), Step("redirected"))
    if state.of(PromptRequest).prompt is not None:
        return _unless(_no_browser(event, "form"), Step("prompted"))
    requests = state.of(FactorRequests)
    for request, to_enroll in ((requests.challenge, False), (requests.enrollment, True)):
        if request is not None:
            step = _after_request(request, state, event, enabled, to_enroll=to_enroll)
            if step is not GO_ON:
                return step
    return GO_ON


def at_end(
    state: State,
    event: Mapping[str, Any],
    enabled: Collection[str] | None,
    requests: Sequence[HttpRequest] = (),
) -> Step:
    """Return what comes when all Actions have run.

    Args:
        state: as in `after_action`; so are the next two.
        event: the event.
        enabled: the types of factors.
        requests: those that the Actions have sent, which may have linked the user.
    """
    if _at(event, "credential.valid") is False:
        return failed("access_denied", "The credentials were wrong, which no Action can change.")
    error = _wrong_primary(state.of(UserChanges).primary_user, event, requests)
    if error is not None:
        return Step("failed", error)
    multifactor = state.of(MultifactorRequest).last
    if multifactor is None or multifactor.provider == "none":
        return Step("completed")
    offered = types_of_provider(
        multifactor.provider, enabled=enabled, enrolled=enrolled_factors(event)
    )
    if offered is None:
        return failed(
            "invalid_request", f"There is no provider {multifactor.provider!r} of second factors."
        )
    if any(each in offered for each in state.of(PassedFactors).types):
        return Step("completed")
    if _at(event, "transaction.actor") not in (None, UNDEFINED):
        return failed(
            "invalid_request", "A token exchange with an actor can't ask the user for a factor."
        )
    if not offered:
        return _no_factor(f"of the provider {multifactor.provider!r} is enabled")
    return _unless(_no_factor_here(event), Step("challenged", offered=tuple(offered)))


def _wrong_primary(
    primary: str | None, event: Mapping[str, Any], requests: Sequence[HttpRequest]
) -> TransactionError | None:
    """Return why the user can't have that primary user, if so.

    The identity has to be a secondary one of the primary user. Whether it is shows in the event,
    and in what the Management API has answered to the request that links the two.
    """
    if primary is None:
        return None
    if primary == _at(event, "user.user_id"):
        return TransactionError(
            "access_denied",
            f"The primary user {primary!r} is the one who has logged in, whose identity has to be "
            "a secondary one of the primary user.",
        )
    end = f"/api/v2/users/{primary}/identities"
    links = [
        each
        for each in requests
        if each.method == "POST" and unquote(urlsplit(each.url).path).endswith(end)
    ]
    if links and (links[-1].status is None or links[-1].status >= _REFUSED):
        return TransactionError(
            "access_denied",
            f"The user is no identity of the primary user {primary!r}: the request to link them "
            f"was answered with {links[-1].status or 'nothing'}.",
        )
    return None


def at_end_of_exchange(state: State) -> Step:
    """Return what comes when the Action of a custom token exchange has run."""
    users = state.of(ExchangeChoice).users
    if users == 1:
        return Step("completed")
    chosen = "No user was set" if users == 0 else f"A user was set {users} times"
    return failed("invalid_request", f"{chosen}, and the exchange needs exactly one.")


def _after_request(
    request: FactorRequest,
    state: State,
    event: Mapping[str, Any],
    enabled: Collection[str] | None,
    *,
    to_enroll: bool,
) -> Step:
    """Return what comes after a request for a factor."""
    offer = offer_of(
        request.factors,
        passed=state.of(PassedFactors).types,
        enabled=enabled,
        enrolled=enrolled_factors(event),
        to_enroll=to_enroll,
    )
    if offer.is_satisfied:
        forget_request(state, to_enroll=to_enroll)
        return GO_ON
    if _at(event, "transaction.protocol") == _TOKEN_EXCHANGE:
        return failed("invalid_request", "A token exchange can't ask the user for a factor.")
    if not offer.factors:
        asked = ", ".join(map(type_of, request.factors)) or "none"
        what = "enabled and not enrolled" if to_enroll else "enabled and enrolled"
        return _no_factor(f"that was asked for ({asked}) is {what}")
    request.factors = offer.factors
    types = tuple(map(type_of, offer.factors))
    return _unless(
        _no_factor_here(event), Step("challenged", offered=types, is_enrollment=to_enroll)
    )


def forget_request(state: State, *, to_enroll: bool) -> None:
    """Take a request for a factor as met."""
    requests = state.of(FactorRequests)
    if to_enroll:
        requests.enrollment = None
    else:
        requests.challenge = None


def in_words(step: Step, outcome: Any) -> str:
    """Return what a transaction has come to, on one line, and what goes on from there.

    >>> in_words(Step("challenged", offered=("otp", "phone")), None)
    'challenged: otp, phone; then pass_challenge() or fail_challenge()'
    """
    if step.error is not None:
        return f"failed: {step.error.code}, {step.error.description}"
    if step.status == "denied":
        denied = outcome.denied
        by = "validation.error" if denied is None else getattr(denied, "by", "access.deny")
        return f"denied by {by}"
    if step.status == "redirected":
        said = f"redirected to {outcome.redirect.url}"
    elif step.status == "prompted":
        said = f"prompted: {outcome.prompt.id}"
    elif step.status == "challenged":
        asked = "to enroll" if step.is_enrollment else "challenged"
        said = f"{asked}: {', '.join(step.offered)}"
    else:
        return "completed"
    return f"{said}; then {ONWARD[step.status]}"


def _no_factor(what: str) -> Step:
    return failed("no_usable_factor", f"No factor {what}.")


def _unless(error: TransactionError | None, step: Step) -> Step:
    return step if error is None else Step("failed", error)


def _no_browser(event: Mapping[str, Any], what: str) -> TransactionError | None:
    """Return why the user can't be sent to a page, if so."""
    impossible = f"a {what} is not possible"
    return _out_of_reach(
        event, impossible, "interaction_required", f"there is no browser, and {impossible}"
    )


def _no_factor_here(event: Mapping[str, Any]) -> TransactionError | None:
    """Return why the user can't be asked for a factor in this transaction, if so."""
    return _out_of_reach(
        event,
        "the user can't be asked for a factor",
        "mfa_required",
        "the application has to ask for a factor",
    )


def _out_of_reach(
    event: Mapping[str, Any], when_silent: str, code: str, without_browser: str
) -> TransactionError | None:
    """Return why nothing can be asked of the user, if so.

    Args:
        event: the event.
        when_silent: what follows from prompt=none.
        code: the error's code where there is no browser.
        without_browser: what follows from that.
    """
    if is_silent(ActionEvent(dict(event))):
        return TransactionError("interaction_required", f"With prompt=none {when_silent}.")
    protocol = _at(event, "transaction.protocol")
    if protocol in NO_REDIRECT_PROTOCOLS or protocol == _TOKEN_EXCHANGE:
        return TransactionError(code, f"With the protocol {protocol} {without_browser}.")
    return None


def _at(event: Mapping[str, Any], path: str) -> Any:
    return ActionEvent(dict(event)).get(path)
