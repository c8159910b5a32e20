"""The events of a flow: what an Action finds in its own of what has happened before it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Final

from pytest_auth0_actions.auth0.context import ActionEvent, State, Turn
from pytest_auth0_actions.auth0.events.merge import Whole
from pytest_auth0_actions.auth0.namespaces.authentication import ExchangeChoice
from pytest_auth0_actions.auth0.namespaces.prompt import Prompt
from pytest_auth0_actions.auth0.namespaces.transaction import StoredNames, transaction_metadata
from pytest_auth0_actions.auth0.namespaces.user import (
    Kind,
    RunChanges,
    UserChanges,
    saved_metadata,
)
from pytest_auth0_actions.auth0.outcome import owned
from pytest_auth0_actions.values import UNDEFINED

_KINDS: Final[tuple[Kind, ...]] = ("user_metadata", "app_metadata")


def next_event(state: State, event: Mapping[str, Any]) -> dict[str, Any]:
    """Return the event of the next Action: the user has the metadata that was set before.

    Args:
        state: what the calls of the transaction have come to; it is noted there which changes the
            event has now.
        event: the event as the last Action has left it, which is not changed.

    >>> from pytest_auth0_actions.auth0.context import State
    >>> next_event(State(), {"user": {"name": "Ada"}})
    {'user': {'name': 'Ada'}}
    """
    following = {name: value for name, value in event.items() if name != "secrets"}
    user = following.get("user")
    if isinstance(user, dict):
        changes = [each for each in state.of(UserChanges).changes if not each.is_in_event]
        kinds = dict.fromkeys(each.kind for each in changes if not each.is_dropped)
        following["user"] = {**user, **{kind: saved_metadata(state, event, kind) for kind in kinds}}
        for change in changes:
            change.is_in_event = True
    return following


def returned_event(
    event: Mapping[str, Any],
    request: Mapping[str, Any],
    *,
    method: str,
    query: Mapping[str, Any],
    body: Mapping[str, Any],
) -> dict[str, Any]:
    """Return the event after a suspension, whose request is the one that came back.

    Args:
        event: the event before.
        request: `event.request` of the first Action, of which the rest is kept.
        method: the HTTP method that came back.
        query: the query that came back.
        body: the body that came back.

    >>> first = {"ip": "203.0.113.42", "method": "GET", "query": {"scope": "openid"}}
    >>> back = returned_event({}, first, method="POST", query={"state": "s"}, body={"plan": "gold"})
    >>> back["request"]["query"], back["request"]["body"], back["request"]["ip"]
    ({'state': 's'}, {'plan': 'gold'}, '203.0.113.42')
    """
    came = {"method": method, "query": dict(query), "body": dict(body)}
    return {**owned(dict(event)), "request": {**owned(dict(request)), **owned(came)}}


def with_form(event: dict[str, Any], prompt: Prompt, fields: Mapping[str, Any]) -> dict[str, Any]:
    """Return an event after a form was submitted with *fields*."""
    submitted = {**prompt.fields, **fields}
    return {**event, "prompt": owned({"id": prompt.id, "fields": submitted, "vars": prompt.vars})}


def with_factor(
    event: dict[str, Any], factor: str, now_iso: str, *, is_enrollment: bool
) -> dict[str, Any]:
    """Return an event after the user has passed a factor, or enrolled one.

    >>> with_factor({}, "otp", "2025-01-01T00:00:00.000Z", is_enrollment=False)["authentication"]
    {'methods': [{'name': 'mfa', 'timestamp': '2025-01-01T00:00:00.000Z'}]}
    """
    passed = with_method(event, "mfa", now_iso)
    user = passed.get("user")
    if is_enrollment and isinstance(user, dict):
        enrolled = user.get("enrolledFactors")
        before = enrolled if isinstance(enrolled, list) else []
        passed["user"] = {**user, "enrolledFactors": [*before, {"type": factor}]}
    return passed


def with_method(event: dict[str, Any], name: str, now_iso: str) -> dict[str, Any]:
    """Return an event in which the user has authenticated by one more method."""
    authentication = event.get("authentication")
    found = authentication if isinstance(authentication, dict) else {}
    methods = [*_methods_of(event), {"name": name, "timestamp": now_iso}]
    return {**event, "authentication": {**found, "methods": methods}}


def _methods_of(event: Mapping[str, Any]) -> list[Any]:
    authentication = event.get("authentication")
    methods = authentication.get("methods") if isinstance(authentication, dict) else None
    return list(methods) if isinstance(methods, list) else []


def with_recorded(event: dict[str, Any], recorded: Sequence[Mapping[str, str]]) -> dict[str, Any]:
    """Return an event with the methods of authentication that earlier logins have recorded."""
    for each in recorded:
        found = [method for method in _methods_of(event) if isinstance(method, dict)]
        if each["name"] not in [method.get("name") for method in found]:
            event = with_method(event, each["name"], each["timestamp"])
    return event


def unsaved_names(state: State, saved: State) -> list[str]:
    """Return what was set of the user and is not saved yet, such as ``"app_metadata.plan"``.

    Args:
        state: what the calls of the transaction have come to.
        saved: the same when the user was last saved.
    """
    changes = state.of(UserChanges).changes[len(saved.of(UserChanges).changes) :]
    last = {f"{each.kind}.{each.key}": each.value for each in changes if not each.is_dropped}
    return [name for name, value in last.items() if value is not UNDEFINED]


def login_overrides(state: State, event: Mapping[str, Any]) -> dict[str, Any]:
    """Return what the event of a login has from the transaction that goes on with it.

    Args:
        state: what the first Actions have come to: those of a custom token exchange, or of the
            check of credentials.
        event: the event that they have left.
    """
    overrides: dict[str, Any] = {
        "transaction": {"metadata": Whole(transaction_metadata(event))},
        **{name: owned(event[name]) for name in ("client", "request", "tenant") if name in event},
    }
    choice = state.of(ExchangeChoice)
    if not choice.users:
        for name in ("authentication", "connection", "user"):
            if name in event:
                overrides[name] = owned(event[name])
        return overrides
    user = _chosen_user(choice)
    for kind in _KINDS:
        user[kind] = Whole(saved_metadata(state, event, kind))
    overrides["user"] = user
    if choice.connection is not None:
        overrides["connection"] = {"name": choice.connection}
    if choice.organization is not None:
        key = "id" if choice.organization.startswith("org_") else "name"
        overrides["organization"] = {key: choice.organization}
    if choice.actor is not None:
        overrides["transaction"]["actor"] = owned(choice.actor)
    subject = ActionEvent(dict(event)).get("transaction.subject_token_type")
    if subject is not UNDEFINED:
        overrides["transaction"]["subject_token_type"] = subject
    return overrides


def login_state(state: State) -> State:
    """Return what the calls of a login have come to before it, as it goes on with a transaction.

    Args:
        state: what the calls of the first Actions have come to.
    """
    going_on = State()
    going_on.put(state.copy().of(StoredNames))
    return going_on


def _chosen_user(choice: ExchangeChoice) -> dict[str, Any]:
    if choice.id is not None:
        return {"user_id": choice.id}
    attributes = owned(choice.attributes) or {}
    attributes.pop("verify_email", None)  # it is about the mail, and not about the user
    return dict(attributes)


def names_given(turn: Turn, path: str) -> Sequence[str]:
    """Return the names that the event of a run has at *path*, but for those that Actions set.

    Args:
        turn: the run under way.
        path: such as ``"event.request.query"``.
    """
    there = turn.event.get(path.removeprefix("event."))
    stored = turn.state.of(StoredNames).names if path == "event.transaction.metadata" else ()
    return [each for each in there if each not in stored] if isinstance(there, Mapping) else []


def names_set_before(turn: Turn, path: str) -> Sequence[str]:
    """Return the names that the Actions before have set in the metadata at *path*.

    Args:
        turn: the run under way.
        path: such as ``"event.user.app_metadata"``.
    """
    if path == "event.transaction.metadata":
        stored, own_names = turn.state.of(StoredNames).names, turn.in_run.of(StoredNames).names
        return stored[: len(stored) - len(own_names)]
    own = turn.in_run.of(RunChanges).changes
    return [
        each.key
        for each in turn.state.of(UserChanges).changes
        if path == f"event.user.{each.kind}"
        and each.value is not UNDEFINED
        and not any(each is other for other in own)
    ]
