"""The types of the fixtures know every trigger."""

from __future__ import annotations

import ast
import inspect

from pytest_auth0_actions.auth0.handlers import HANDLERS_OF
from pytest_auth0_actions.plugin import fixture_types


def test_each_trigger_types_its_action() -> None:
    """A literal `trigger=` of `load_action` has an overload with the trigger's outcome."""
    found = {}
    for node in ast.walk(ast.parse(inspect.getsource(fixture_types))):
        if isinstance(node, ast.FunctionDef) and node.name == "__call__" and node.returns:
            types = {each.arg: each.annotation for each in node.args.kwonlyargs}
            trigger = types.get("trigger")
            if isinstance(trigger, ast.Subscript):
                found[ast.literal_eval(trigger.slice)] = ast.unparse(node.returns)
    outcomes = {
        trigger: "".join(map(str.capitalize, trigger.split("-"))) for trigger in HANDLERS_OF
    }
    assert found == {trigger: f"Action[{name}Outcome]" for trigger, name in outcomes.items()}
