"""The types of the fixtures know every trigger."""

from __future__ import annotations

import ast
import inspect
from types import ModuleType

import pytest

from pytest_auth0_actions.auth0.handlers import HANDLERS_OF
from pytest_auth0_actions.plugin import fixture_types, make_event_type


def overloads(module: ModuleType) -> dict[str, str]:
    """Return what the overloads of `__call__` return, by the literal trigger that they take."""
    found = {}
    for node in ast.walk(ast.parse(inspect.getsource(module))):
        if isinstance(node, ast.FunctionDef) and node.name == "__call__" and node.returns:
            arguments = [*node.args.posonlyargs, *node.args.kwonlyargs]
            trigger = {each.arg: each.annotation for each in arguments}.get("trigger")
            if isinstance(trigger, ast.Subscript):
                found[ast.literal_eval(trigger.slice)] = ast.unparse(node.returns)
    return found


@pytest.mark.parametrize(
    ("module", "returned"),
    [
        pytest.param(fixture_types, "Action[{0}Outcome, {0}Event]", id="load_action"),
        pytest.param(make_event_type, "{0}Event", id="make_event"),
    ],
)
def test_each_literal_trigger_has_types_of_its_own(module: ModuleType, returned: str) -> None:
    """A literal trigger of `load_action` types outcome and event, one of `make_event` the event."""
    names = {trigger: "".join(map(str.capitalize, trigger.split("-"))) for trigger in HANDLERS_OF}
    assert overloads(module) == {trigger: returned.format(name) for trigger, name in names.items()}
