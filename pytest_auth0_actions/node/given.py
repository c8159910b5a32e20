"""What a test gives to a flow, and to its transactions, checked before anything runs."""

from __future__ import annotations

import dataclasses
import reprlib
from collections.abc import Collection, Iterable, Mapping
from typing import Any, Final

from pytest_auth0_actions.auth0.context import NO_ANSWERS, Answers
from pytest_auth0_actions.auth0.events import find_unjson
from pytest_auth0_actions.auth0.events.merge import is_undefined
from pytest_auth0_actions.auth0.events.model import SLIP_RATIO, nearest
from pytest_auth0_actions.auth0.flow.factors import KNOWN_FACTORS, type_of
from pytest_auth0_actions.auth0.triggers.model import Trigger
from pytest_auth0_actions.errors import UsageError, hides_our_frames
from pytest_auth0_actions.node.protocol import encode_json

__tracebackhide__ = hides_our_frames

_EXAMPLES: Final = {
    "body": "resume(body={'session_token': token})",
    "fields": "submit(fields={'consent': True})",
    "payload": "sign({'plan': 'gold'}, secret=...)",
    "query": "resume(query={'session_token': token})",
}

_ANSWERS: Final = {
    "groups": "Group(id='grp_1', name={!r})",
    "roles": "Role(id='rol_1', name={!r})",
    "rules": "'rul_1'",
}


def checked_answers(trigger: Trigger, groups: object, roles: object, rules: object) -> Answers:
    """Return what the test answers where Auth0 would look things up.

    Args:
        trigger: whose Action asks.
        groups: the user's groups.
        roles: the user's roles.
        rules: the ids of the rules that have run.

    Raises:
        UsageError: one of them is no list, or holds what Auth0 does not answer with.
    """
    if not groups and not roles and not rules:
        return NO_ANSWERS
    return Answers(
        _listed(trigger, "groups", groups),
        _listed(trigger, "roles", roles),
        _listed(trigger, "rules", rules),
    )


def _listed(trigger: Trigger, name: str, given: object) -> tuple[Any, ...]:
    """Return the groups, the roles or the rules that a test gives."""
    listed: tuple[Any, ...] = (given,)
    if not given:
        return ()
    if isinstance(given, Iterable) and not isinstance(given, str | bytes | Mapping):
        listed = tuple(given)
        if all(_is_answer(name, each) for each in listed):
            return listed
    texts = [each for each in listed if isinstance(each, str)]
    shown = _ANSWERS[name].format(*texts[:1] or ["editor"])
    advice = f"Pass {name}=[{shown}], which is what api.{name} answers."
    if name != "rules":
        advice = f"{advice[:-1]}, after `from pytest_auth0_actions import {name[:-1].title()}`."
    if name == "roles" and texts and "authorization" in trigger.event.fields.fields:
        advice = (
            "For what the Action reads as event.authorization.roles, pass "
            f"authorization={{'roles': {texts!r}}}. For api.roles, {advice[0].lower()}{advice[1:]}"
        )
    raise UsageError(
        f"[A227] {name} must be a list of {'ids, as text' if name == 'rules' else name}.",
        f"Given: {name}={given!r}.",
        advice,
    )


def _is_answer(name: str, value: object) -> bool:
    if name == "rules":
        return isinstance(value, str)
    is_record = dataclasses.is_dataclass(value) and not isinstance(value, type)
    return is_record or isinstance(value, Mapping)


def refuse_secrets(given: Mapping[str, Any]) -> None:
    """Refuse secrets in the event of a flow.

    Raises:
        UsageError: there are some.
    """
    secrets = given.get("secrets")
    if secrets and not is_undefined(secrets):
        names = ", ".join(map(str, secrets)) if isinstance(secrets, Mapping) else repr(secrets)
        raise UsageError(
            "[A507] The Actions of a flow have secrets of their own, and none from the event.",
            f"Given: secrets of the names {names}.",
            "Give them to each Action: load_action(..., secrets={...}), or for a tenant "
            "tenant.flow(trigger, secrets={'ACTION': {...}}).",
        )


def checked_fields(name: str, given: object) -> dict[str, Any]:
    """Return what a user gives in a request, by name; `UNDEFINED` removes an entry.

    Args:
        name: the argument's name.
        given: what the test passed; None for nothing.

    Raises:
        UsageError: it is no mapping.
    """
    if given is None:
        return {}
    if not isinstance(given, Mapping):
        raise UsageError(
            f"[A508] {name} must be a mapping of names to values.",
            f"Given: {given!r}.",
            f"Pass a dict, as in {_EXAMPLES[name]}.",
        )
    return {key: value for key, value in given.items() if not is_undefined(value)}


def checked_parameters(name: str, given: object) -> dict[str, Any]:
    """Return the parameters with which a browser comes back; see `checked_fields`.

    Raises:
        UsageError: they are no mapping, or one of them is not text.
    """
    parameters = checked_fields(name, given)
    for key, value in parameters.items():
        values = value if isinstance(value, list | tuple) else [value]
        if not all(isinstance(each, str) for each in values):
            raise UsageError(
                "[A509] A browser brings text back, and the Action finds text in "
                f"event.request.{name}.",
                f"Given: {name}={{{key!r}: {value!r}}}.",
                "Write it as the Action will find it, such as '1' or 'true', or leave it out.",
            )
    return parameters


def refuse_others(trigger: Trigger, overrides: Mapping[str, Any], instead: str) -> None:
    """Refuse keywords that are no fields of the event, but meant as what the user brings.

    Args:
        trigger: whose event it is.
        overrides: the keywords.
        instead: the argument that takes what the user brings.

    Raises:
        UsageError: there is one.
    """
    fields = trigger.event.fields.names
    for name, value in overrides.items():
        if name not in fields:
            near = nearest(name, (instead, *fields), SLIP_RATIO)
            meant = f"Did you mean {near}? If not, pass" if near else "Pass"
            method = _EXAMPLES[instead].partition("(")[0]
            shown = reprlib.repr(value)
            raise UsageError(
                f"[A510] A keyword is a field of the event, and the event has no {name!r}.",
                f"Given: {name}={shown}.",
                f"{meant} what the user brings as {instead}: "
                f"{method}({instead}={{{name!r}: {shown}}}).",
            )


def checked_secret(secret: object) -> None:
    """Refuse what can't sign a token.

    Raises:
        UsageError: it is no text, or empty.
    """
    if not isinstance(secret, str) or not secret:
        raise UsageError(
            "[A511] The secret that signs a token must be text.",
            f"Given: secret={secret!r}.",
            "Pass the secret that the Action checks it with, as in "
            "sign({...}, secret='the same as in secrets={...}').",
        )


def checked_claims(claims: dict[str, Any]) -> dict[str, Any]:
    """Return the claims of a token.

    Raises:
        UsageError: JSON cannot represent one.
    """
    try:
        encode_json(claims)
    except (TypeError, ValueError):
        path, value = find_unjson(claims, "payload")
        raise UsageError(
            "[A512] The payload of a token holds something that JSON cannot represent.",
            f"Given: {path} = {value!r}.",
            "Use text, finite numbers, booleans, None, lists and dicts.",
        ) from None
    return claims


def checked_factors(given: object) -> list[str] | None:
    """Return the types of the factors that a tenant has enabled; None for all.

    Raises:
        UsageError: it is no list of types that Auth0 knows.
    """
    if given is None:
        return None
    if isinstance(given, str) or not isinstance(given, Collection):
        raise UsageError(
            "[A513] enabled_factors must be a list of types of factors.",
            f"Given: {given!r}.",
            "Pass the types, such as ['otp', 'phone'], or None for all.",
        )
    types = [type_of(each) for each in given]
    for each, its_type in zip(given, types, strict=True):
        if its_type not in KNOWN_FACTORS:
            is_named = isinstance(each, str | Mapping)
            near = nearest(its_type, KNOWN_FACTORS, 0.6) if is_named else None
            meant = f"Did you mean {near!r}? " if near else ""
            raise UsageError(
                "[A514] Auth0 knows no such factor.",
                f"Given: {each!r} in enabled_factors.",
                f"{meant}The types are {', '.join(KNOWN_FACTORS)}.",
            )
    return types
