from __future__ import annotations

from pytest_auth0_actions.auth0.triggers import HANDLERS, TRIGGERS


def test_every_trigger_that_can_be_run_is_found_by_its_handlers() -> None:
    for trigger in TRIGGERS.values():
        assert {HANDLERS[handler] for handler in trigger.handlers} == {trigger.id}
    assert len(set(HANDLERS.values())) == 11
