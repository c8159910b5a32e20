"""A Hypothesis state machine that plays logins, several at a time, against the model."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, ClassVar
from unittest.mock import ANY

import pytest
from hypothesis import assume
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, precondition, rule

from pytest_auth0_actions import (
    UNDEFINED,
    Action,
    ActionAbortedError,
    ActionError,
    ActionTimeoutError,
    UsageError,
)
from pytest_auth0_actions.node.transaction import Transaction
from pytest_auth0_actions.plugin.flow_type import MakeFlow
from tests.node.flow_model import Expected, Login, Play

PLACES = 5
ME = "auth0|me"
KEYS = st.sampled_from(["a", "b", "c"])
VALUES = st.sampled_from([2, "x", True, {"deep": [1]}, [], ""])
NOTES = st.sampled_from([2, "x", False, None])
FACTORS = st.sampled_from(["otp", "phone", "push-notification", "email"])
ENROLLED = st.sampled_from(["otp", "phone", "push-notification"])
KINDS = st.sampled_from(["user", "app"])
CODES = st.sampled_from(["c1", "c2"])
WAITS_MS = st.sampled_from([1, 4_000, 7_999, 8_000, 8_001, 12_000])


def _step(name: str, *args: st.SearchStrategy[Any]) -> st.SearchStrategy[tuple[Any, ...]]:
    return st.tuples(st.just(name), *args)


HARMLESS = st.one_of(
    _step("set", KINDS, KEYS, VALUES),
    _step("unset", KINDS, KEYS),
    _step("undo", KINDS, KEYS),
    _step("note", KEYS, NOTES),
    _step("claim", st.sampled_from(["idToken", "accessToken"]), KEYS, VALUES),
    _step("scope", st.sampled_from(["addScope", "removeScope"]), KEYS),
    _step("record", st.sampled_from(["https://id.example/1", "https://id.example/2"])),
    _step("wait", WAITS_MS),
)
DECISIVE = st.one_of(
    _step("redirect", KEYS),
    _step("prompt", KEYS, st.dictionaries(KEYS, VALUES, max_size=2)),
    _step("challenge", st.lists(FACTORS, min_size=1, max_size=3)),
    _step("enroll", st.lists(ENROLLED, min_size=1, max_size=2)),
    _step("mfa", st.sampled_from(["any", "none", "guardian", "google-authenticator", "duo"])),
    _step("redirect", KEYS),
    _step("prompt", KEYS, st.just({})),
    _step("deny", CODES),
    _step("invalid", CODES),
    _step("throw", CODES),
    _step("link", st.sampled_from(["other", "other", ME])),
)
SCRIPTS = st.lists(HARMLESS | HARMLESS | DECISIVE, max_size=4)
LOGINS = st.builds(
    Login,
    scripts=st.lists(
        st.fixed_dictionaries({"execute": SCRIPTS, "continue": SCRIPTS}),
        min_size=1,
        max_size=PLACES,
    ).map(tuple),
    user=st.dictionaries(KEYS, VALUES, max_size=2),
    limit_ms=st.sampled_from([20_000, 8_000]),
    enabled=st.none() | st.lists(FACTORS, unique=True).map(tuple),
    enrolled=st.none() | st.lists(ENROLLED, unique=True).map(tuple),
    silent=st.sampled_from([False] * 9 + [True]),
    protocol=st.sampled_from(
        ["oidc-basic-profile"] * 17
        + ["oauth2-refresh-token", "oauth2-password", "oauth2-token-exchange"]
    ),
)
WAITS_FOR = {
    "resume": "redirected",
    "submit": "prompted",
    "pass_challenge": "challenged",
    "fail_challenge": "challenged",
}
ERRORS = {each.__name__: each for each in (ActionError, ActionAbortedError, ActionTimeoutError)}


@dataclass
class Live:
    """A login under way: what it is made of, how the user answered, and what came of it."""

    login: Login
    answers: list[tuple[str, Any]]
    transaction: Transaction[Any]
    expected: Expected


class FlowMachine(RuleBasedStateMachine):
    """Each transaction must have come as far as the model has, and no earlier one may change.

    Attributes:
        count: how many flows were run, how often one went on, and how often each came to what.
        actions: the same Action, loaded for each place.
        flow: the fixture.
        new_session: returns the id of another session.
        query: the first request's.
    """

    count: ClassVar[Counter[str]]
    actions: list[Action[Any]]
    flow: MakeFlow
    new_session: Callable[[], str]
    query: dict[str, str]

    @initialize()
    def start(self) -> None:
        self.session = type(self).new_session()
        self.recorded: list[str] = []
        self.live: list[Live] = []
        self.returned: set[str] = set()

    @rule(login=LOGINS)
    def run(self, login: Login) -> None:
        self.count["flows"] += 1
        login = Login(**{**vars(login), "recorded": tuple(self.recorded)})
        # As the event is JSON, so is what the model is given.
        login = Login(**{**vars(login), "scripts": json.loads(json.dumps(login.scripts))})
        user: dict[str, Any] = {"user_id": ME, "user_metadata": login.user, "app_metadata": {}}
        if login.enrolled is not None:
            user["enrolledFactors"] = [{"type": each} for each in login.enrolled]
        query = {"prompt": "none"} if login.silent else {}
        flow = self.flow(
            *self.actions[: len(login.scripts)],
            time_limit_s=login.limit_ms / 1_000,
            enabled_factors=login.enabled,
        )
        self.check(
            login,
            [],
            lambda: flow.run(
                user=user,
                session={"id": self.session},
                client={"metadata": {"scripts": json.dumps(login.scripts)}},
                request={"query": query},
                transaction={"protocol": login.protocol},
            ),
        )

    def check(
        self, login: Login, answers: list[tuple[str, Any]], go_on: Callable[[], Transaction[Any]]
    ) -> None:
        query = {**self.query, **({"prompt": "none"} if login.silent else {})}
        expected = Play(login, list(answers), user_id=ME).play(["GET", query, {}])
        self.recorded += expected.recorded
        if expected.status == "raised":
            with pytest.raises(ERRORS[expected.code]) as caught:
                go_on()
            transaction = caught.value.transaction
            assert transaction is not None
            assert transaction.executions[-1] == caught.value.execution
        else:
            transaction = go_on()
        live = Live(login, answers, transaction, expected)
        self.compare(live)
        self.count[f"{expected.status} {expected.code}".strip()] += 1
        self.live.append(live)

    def compare(self, live: Live) -> None:
        got, expected = live.transaction, live.expected
        is_raised = expected.status == "raised"
        assert got.status == ("failed" if is_raised else expected.status)
        code = "action_error" if is_raised else expected.code
        assert (got.error.code if got.error else "") == code
        ran = [(each.action, each.event["secrets"]["PLACE"]) for each in got.executions]
        assert [int(place) for _, place in ran] == [place for place, _ in expected.ran]
        looks = [json.loads(line) for each in got.executions for line in each.logs.splitlines()]
        assert looks == expected.looks
        outcome = got.outcome
        assert {
            "user": outcome.user.user_metadata,
            "app": outcome.user.app_metadata,
            "notes": outcome.transaction_metadata,
            "claims": {
                "idToken": outcome.id_token.claims,
                "accessToken": outcome.access_token.claims,
            },
            "added": set(outcome.access_token.scopes.added),
            "removed": set(outcome.access_token.scopes.removed),
            "denied": outcome.denied and outcome.denied.reason,
            "invalid": [each.code for each in outcome.validation_errors],
            "challenge": outcome.challenge and [e["type"] for e in outcome.challenge.factors],
            "enrollment": outcome.enrollment and [e["type"] for e in outcome.enrollment.factors],
            "redirect": outcome.redirect and outcome.redirect.url.split("?")[0].split("/")[-1],
            "prompt": outcome.prompt and outcome.prompt.id,
        } == expected.facts
        assert got.duration_ms == expected.duration_ms
        assert "secrets" not in got.event

    # ------------------------------------------------------------------ the user goes on

    def pick(self, chance: Any, *statuses: str) -> Live:
        self.count["returns"] += 1
        found: Live = chance.choice(
            [each for each in self.live if each.transaction.status in statuses]
        )
        return found

    def has(self, status: str) -> bool:
        return any(each.transaction.status == status for each in self.live)

    @precondition(lambda self: self.has("redirected"))
    @rule(chance=st.randoms(use_true_random=False), query=st.dictionaries(KEYS, CODES, max_size=2),
          body=st.none() | st.dictionaries(KEYS, CODES, max_size=2))  # fmt: skip
    def resume(self, chance: Any, query: dict[str, str], body: dict[str, str] | None) -> None:
        live = self.pick(chance, "redirected")
        state = live.transaction.outcome.redirect.query["state"]
        if state in self.returned:
            with pytest.raises(UsageError, match="has come back from this redirect before"):
                live.transaction.resume(query, body)
            return
        self.returned.add(state)
        answer = ("resume", ({"state": state, **query}, body))
        self.check(
            live.login, [*live.answers, answer], lambda: live.transaction.resume(query, body)
        )

    @precondition(lambda self: self.has("redirected"))
    @rule(chance=st.randoms(use_true_random=False), state=st.sampled_from(["", "x", UNDEFINED]))
    def come_back_astray(self, chance: Any, state: Any) -> None:
        live = self.pick(chance, "redirected")
        self.check(
            live.login,
            [*live.answers, ("stray", state)],
            lambda: live.transaction.resume({"state": state}),
        )

    @precondition(lambda self: self.has("prompted"))
    @rule(chance=st.randoms(use_true_random=False),
          fields=st.dictionaries(KEYS, VALUES, max_size=2))  # fmt: skip
    def submit(self, chance: Any, fields: dict[str, Any]) -> None:
        live = self.pick(chance, "prompted")
        answer = ("submit", ({"state": ANY}, fields))
        self.check(live.login, [*live.answers, answer], lambda: live.transaction.submit(fields))

    @precondition(lambda self: self.has("challenged"))
    @rule(chance=st.randoms(use_true_random=False))
    def pass_challenge(self, chance: Any) -> None:
        live = self.pick(chance, "challenged")
        factor = chance.choice(live.expected.offered)
        answer = ("pass", ({"state": ANY}, factor))
        self.check(
            live.login, [*live.answers, answer], lambda: live.transaction.pass_challenge(factor)
        )

    @precondition(lambda self: self.has("challenged"))
    @rule(chance=st.randoms(use_true_random=False), factor=FACTORS)
    def pass_another_factor(self, chance: Any, factor: str) -> None:
        live = self.pick(chance, "challenged")
        assume(factor not in live.expected.offered)
        with pytest.raises(UsageError, match="not offered that factor"):
            live.transaction.pass_challenge(factor)

    @precondition(lambda self: self.has("challenged"))
    @rule(chance=st.randoms(use_true_random=False))
    def fail_challenge(self, chance: Any) -> None:
        live = self.pick(chance, "challenged")
        self.check(
            live.login, [*live.answers, ("fail", None)], lambda: live.transaction.fail_challenge()
        )

    @precondition(lambda self: bool(self.live))
    @rule(chance=st.randoms(use_true_random=False),
          method=st.sampled_from(sorted(WAITS_FOR)))  # fmt: skip
    def go_on_wrongly(self, chance: Any, method: str) -> None:
        status = WAITS_FOR[method]
        live = chance.choice(self.live)
        assume(live.transaction.status != status)
        with pytest.raises(UsageError, match=f"is for one that is {status}"):
            getattr(live.transaction, method)()

    def teardown(self) -> None:
        for each in getattr(self, "live", ()):
            self.compare(each)
