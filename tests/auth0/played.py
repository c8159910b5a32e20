"""Plays calls on the api of a trigger, as an Action would make them."""

from __future__ import annotations

import copy
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from pytest_auth0_actions import ApiCall, CacheStore
from pytest_auth0_actions.auth0.context import Advice, Answers, Context, State, Turn
from pytest_auth0_actions.auth0.events import build_event
from pytest_auth0_actions.auth0.explanation import Explanation
from pytest_auth0_actions.auth0.namespace import Namespace, call_member
from pytest_auth0_actions.auth0.triggers import TRIGGERS
from pytest_auth0_actions.errors import ApiThrow

NOW_MS = 1_735_689_600_000
NOW_ISO = "2025-01-01T00:00:00.000Z"


@dataclass
class Played:
    """What came of some calls.

    Attributes:
        outcome: the trigger's.
        calls: the calls.
        warnings: what they were warned of: a class's name each.
        texts: the texts of these.
        explanations: what a timeline says of each call.
        turn: their turn.
    """

    outcome: Any = None
    calls: list[ApiCall] = field(default_factory=list)
    warnings: list[str] = field(default_factory=list)
    texts: list[str] = field(default_factory=list)
    explanations: list[Explanation] = field(default_factory=list)
    turn: Turn = field(default_factory=Turn)

    @property
    def results(self) -> list[Any]:
        return [call.result for call in self.calls]

    @property
    def thrown(self) -> list[str]:
        return [str(each) for each in self.results if isinstance(each, ApiThrow)]


def play(
    trigger_id: str,
    *calls: tuple[Any, ...],
    event: dict[str, Any] | None = None,
    handler: str = "",
    answers: Answers | None = None,
    state: State | None = None,
    **overrides: Any,
) -> Played:
    """Make *calls*, each a path and what is passed, and return what came of them."""
    played, trigger = Played(), TRIGGERS[trigger_id]

    def warn(advice: Sequence[Advice]) -> None:
        played.warnings += [category.__name__ for category, _ in advice]
        played.texts += [text for _, text in advice]

    def record(namespace: Namespace[Any], call: ApiCall, advice: Sequence[Advice]) -> None:
        played.calls.append(call)
        played.explanations.append(namespace.explain_call(call))
        warn(advice)

    fields = copy.deepcopy(event)
    if fields is None:
        fields = build_event(trigger.event, NOW_ISO, overrides)
    played.turn = turn = Turn(
        record,
        lambda: fields or {},
        handler or trigger.handlers[0],
        state,
        answers or Answers(),
    )
    api = trigger.api(CacheStore(lambda: NOW_MS), Context(lambda: NOW_MS, turn))
    for path, *args in calls:
        call_member(api, path, tuple(args))
    warn(trigger.advise(turn.state))
    played.outcome = trigger.outcome(turn.state, turn.event.fields)
    return played


def login(*calls: tuple[Any, ...], **given: Any) -> Played:
    """Make calls of a post-login Action."""
    return play("post-login", *calls, **given)
