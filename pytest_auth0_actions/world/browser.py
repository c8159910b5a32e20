"""The user's browser: what it keeps from one transaction of a test to the next."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from typing import Any, TypeAlias

from pytest_auth0_actions.world.seed import Seed

_Session: TypeAlias = "tuple[str, str]"


class Browser:
    """What a browser keeps between the transactions of a test.

    Args:
        seed: what the parameters `state` depend on.

    >>> browser = Browser(Seed("0", "test_a.py::test_x"))
    >>> browser.new_state() == browser.new_state()
    False
    """

    def __init__(self, seed: Seed) -> None:
        self._text = seed.digits()
        self._suspensions = 0
        self._returned: set[str] = set()
        self._recorded: dict[_Session, list[dict[str, str]]] = {}

    def new_state(self) -> str:
        """Return the parameter `state` of one more suspension."""
        self._suspensions += 1
        text = f"{self._text} {self._suspensions}"
        return hashlib.sha256(text.encode()).hexdigest()[:32]

    def comes_back(self, state: str) -> bool:
        """Return whether the browser comes back with *state* for the first time."""
        is_first = state not in self._returned
        self._returned.add(state)
        return is_first

    def record(self, event: Mapping[str, Any], urls: Sequence[str], at_iso: str) -> None:
        """Keep methods of authentication for the later logins of the event's session."""
        entries = [{"name": url, "timestamp": at_iso} for url in urls]
        self._recorded.setdefault(_session_of(event), []).extend(entries)

    def recorded(self, event: Mapping[str, Any]) -> list[dict[str, str]]:
        """Return the methods of authentication that earlier logins of the session have recorded."""
        return [dict(each) for each in self._recorded.get(_session_of(event), ())]


def _session_of(event: Mapping[str, Any]) -> _Session:
    user, session = event.get("user"), event.get("session")
    user_id = user.get("user_id") if isinstance(user, Mapping) else None
    session_id = session.get("id") if isinstance(session, Mapping) else None
    return str(user_id), str(session_id)
