from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from tests.project.tenant.tenants import LOGIN, found, read, write

VERSIONS = {"format_version": "1.0", "terraform_version": "1.11.4"}


def resource(address: str, **values: Any) -> dict[str, Any]:
    kind = next(each for each in address.split(".") if "_" in each)
    return {"address": address, "type": kind, "name": "x", "values": values}


def action(address: str, name: str, **more: Any) -> dict[str, Any]:
    values: dict[str, Any] = {
        "name": name,
        "code": LOGIN,
        "runtime": "node22",
        "deploy": True,
        "supported_triggers": [{"id": "post-login", "version": "v3"}],
    }
    return resource(address, **{**values, **more})


STATE = {
    **VERSIONS,
    "values": {
        "root_module": {
            "resources": [
                action(
                    "auth0_action.risk",
                    "Risk",
                    id="act_1",
                    dependencies=[{"name": "axios", "version": "1.6.0"}],
                    secrets=[{"name": "KEY", "value": "k"}, 7],
                    secrets_wo=[{"name": "OTHER"}],
                    modules=[{"module_id": "mod_1"}, {"module_name": "other"}],
                    code="exports.onExecutePostLogin = async (e) => f(e);",
                ),
                resource("auth0_action_module.crm", id="mod_1", name="crm", code="exports.a = 1;"),
                resource("auth0_action_module.b", id="mod_2", name="other", code="exports.a = 1;"),
                resource(
                    "auth0_trigger_actions.login",
                    trigger="post-login",
                    actions=[{"id": "act_1"}, {"id": "act_2"}],
                ),
                resource("auth0_trigger_action.x", trigger="event-stream", action_id="act_3"),
                resource("aws_s3_bucket.x"),
            ],
            "child_modules": [
                {
                    "address": 'module.login["eu"]',
                    "resources": [action('module.login["eu"].auth0_action.b', "B", id="act_2")],
                },
            ],
        }
    },
}


def test_a_state_is_read(tmp_path: Path) -> None:
    state: dict[str, Any] = json.loads(json.dumps(STATE))
    state["values"]["root_module"]["resources"].append(
        action(
            "auth0_action.stream",
            "Stream",
            id="act_3",
            code="",
            supported_triggers=[],
        )
    )
    state["values"]["root_module"]["resources"][-1]["values"]["code"] = "exports.x = 1;"
    write(tmp_path, {"state.json": state})
    tenant = read(tmp_path / "state.json", base=tmp_path)
    assert found(tenant) == []
    assert tenant.form == "a JSON file"
    b, risk, stream = tenant.actions
    assert (b.name, b.place.address) == ("B", 'module.login["eu"].auth0_action.b')
    assert risk.secret_names == ("KEY", "OTHER")
    assert risk.secrets == {"KEY": None, "OTHER": None}
    assert risk.dependencies == {"axios": "1.6.0"}
    assert risk.modules == ("crm", "other")
    assert (risk.trigger, risk.runtime, risk.deployed) == ("post-login", "node22", True)
    assert stream.trigger == ""
    assert {
        trigger: [each.action for each in bound] for trigger, bound in tenant.bindings.items()
    } == {
        "post-login": ["Risk", "B"],
        "event-stream": ["Stream"],
    }


PLAN = {
    **VERSIONS,
    "planned_values": {
        "root_module": {
            "resources": [
                action("auth0_action.risk", "Risk", modules=[{}]),
                action('auth0_action.each["a"]', "Each"),
                resource("auth0_action_module.crm", name="crm", code="exports.a = 1;"),
                resource(
                    "auth0_trigger_actions.login",
                    trigger="post-login",
                    actions=[{"display_name": "Look"}, {"display_name": "Each"}],
                ),
                resource("auth0_trigger_action.one", trigger="post-login"),
            ],
            "child_modules": [
                {
                    "address": "module.more",
                    "resources": [
                        action("module.more.auth0_action.b", "B"),
                        resource(
                            "module.more.auth0_trigger_actions.l",
                            trigger="post-login",
                            actions=[{"display_name": "B"}],
                        ),
                    ],
                }
            ],
        }
    },
    "configuration": {
        "root_module": {
            "resources": [
                {
                    "address": "auth0_action.risk",
                    "expressions": {
                        "modules": [
                            {
                                "module_id": {
                                    "references": [
                                        "auth0_action_module.crm.id",
                                        "auth0_action_module.crm",
                                    ]
                                }
                            }
                        ]
                    },
                },
                {
                    "address": "auth0_trigger_actions.login",
                    "expressions": {
                        "actions": [
                            {"id": {"references": ["auth0_action.risk.id", "auth0_action.risk"]}}
                        ]
                    },
                },
                {
                    "address": "auth0_trigger_action.one",
                    "expressions": {"action_id": {"references": ["auth0_action.risk"]}},
                },
            ],
            "module_calls": {"more": {"module": {"resources": []}}},
        }
    },
}


def test_a_plan_is_read_though_it_has_no_ids(tmp_path: Path) -> None:
    write(tmp_path, {"plan.json": PLAN})
    tenant = read(tmp_path / "plan.json", base=tmp_path)
    assert found(tenant) == []
    names = [each.action for each in tenant.bindings["post-login"]]
    assert names == ["Risk", "Each", "B", "Risk"]
    assert next(each for each in tenant.actions if each.name == "Risk").modules == ("crm",)


@pytest.mark.parametrize(
    ("resources", "said"),
    [
        (
            [action("auth0_action.a", "A", code=None)],
            "x.json, auth0_action.a: [A868] It has no code that is known before it is applied. "
            "Apply it, and write `terraform show -json` again.",
        ),
        (
            [resource("auth0_action_module.a", code="x")],
            "x.json, auth0_action_module.a: [A868] It has no name that is known before it is "
            "applied.",
        ),
        (
            [resource("auth0_trigger_actions.a", trigger="post-login", actions=[{}])],
            "x.json, auth0_trigger_actions.a: [A869] It binds an Action that is not known before "
            "it is applied. Apply it, and write `terraform show -json` again.",
        ),
        (
            [resource("auth0_trigger_action.a", trigger="post-login")],
            "x.json, auth0_trigger_action.a: [A869] It binds an Action that is not known before it "
            "is",
        ),
        (
            [resource("auth0_trigger_actions.a", trigger="post-login", actions=[{"id": "x"}])],
            "x.json, auth0_trigger_actions.a: [A811] The trigger 'post-login' binds 'x', and there "
            "is no such Action. Add its auth0_action, or remove the binding.",
        ),
        (
            [resource("auth0_trigger_action.a", trigger="post-login", action_id="x")],
            "x.json, auth0_trigger_action.a: [A811] The trigger 'post-login' binds 'x', and there",
        ),
    ],
)
def test_what_is_not_known_yet_is_an_error(
    resources: list[dict[str, Any]], said: str, tmp_path: Path
) -> None:
    data = {**VERSIONS, "values": {"root_module": {"resources": resources}}}
    write(tmp_path, {"x.json": data})
    [error] = found(read(tmp_path / "x.json", base=tmp_path))
    assert error.startswith(f"error: {said}")


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("{", "x.json:1: [A859] It is not JSON. Name a directory that"),
        ("[" * 100_000, "x.json: [A859] It is not JSON. Name a directory that"),
        (
            "{}",
            "x.json: [A860] It is JSON, but not what `terraform show -json` writes. Name a "
            "directory",
        ),
        (
            "[]",
            "x.json: [A860] It is JSON, but not what `terraform show -json` writes. Name a "
            "directory",
        ),
    ],
)
def test_what_terraform_has_not_written_is_an_error(text: str, said: str, tmp_path: Path) -> None:
    write(tmp_path, {"x.json": text})
    [error] = found(read(tmp_path / "x.json", base=tmp_path))
    assert error.startswith(f"error: {said}")


def test_a_file_that_is_no_text_is_an_error(tmp_path: Path) -> None:
    (tmp_path / "x.json").write_bytes(b"\xff")
    [error] = found(read(tmp_path / "x.json", base=tmp_path))
    assert error.startswith("error: x.json: [A841] The file is not UTF-8")


@pytest.mark.parametrize(
    "data",
    [
        {},
        {"values": 7},
        {"values": {"root_module": 7}},
        {"values": {"root_module": {"resources": [7, {"values": 7}], "child_modules": [7]}}},
        {"values": {"root_module": {"child_modules": [{"address": "module.a"}]}}},
        {
            "values": {"root_module": {"child_modules": [{"address": "module.a"}]}},
            "configuration": {"root_module": {"module_calls": {"a": 7}, "resources": [7]}},
        },
        {"values": {"root_module": {}}, "configuration": 7},
    ],
)
def test_what_is_odd_in_it_is_no_action(data: dict[str, Any], tmp_path: Path) -> None:
    write(tmp_path, {"x.json": {**VERSIONS, **data}})
    assert read(tmp_path / "x.json").actions == ()


def test_modules_in_modules_have_an_end(tmp_path: Path) -> None:
    module: dict[str, Any] = {}
    for _ in range(60):
        module = {"child_modules": [module]}
    write(tmp_path, {"x.json": {**VERSIONS, "values": {"root_module": module}}})
    assert found(read(tmp_path / "x.json")) == []


@pytest.mark.parametrize("form", ["state", "plan", "module"])
@pytest.mark.parametrize(
    ("depends", "order", "doubted"),
    [
        ({"a": ["b"]}, "BA", ""),
        ({"b": ["a"]}, "AB", ""),
        ({}, "AB", "ab"),
        ({"a": 7, "b": [7]}, "AB", "ab"),
    ],
)
def test_single_bindings_have_the_order_of_what_they_depend_on(
    form: str, depends: dict[str, Any], order: str, doubted: str, tmp_path: Path
) -> None:
    """A state has whole addresses, and a plan says in its configuration those of a module."""
    prefix = 'module.m["x"].' if form == "module" else ""
    actions, bindings, described = [], [], []
    for each in "ab":
        one = f"auth0_trigger_action.{each}"
        actions.append(action(f"{prefix}auth0_action.{each}", each.upper(), id=each))
        given = resource(f"{prefix}{one}", trigger="post-login", action_id=each)
        on = depends.get(each, [])
        if isinstance(on, list):
            on = [f"auth0_trigger_action.{other}" for other in on]
        bindings.append(given | ({"depends_on": on} if form == "state" else {}))
        described.append({"address": one, "depends_on": on})
    root: dict[str, Any] = {"resources": actions + bindings}
    configured: dict[str, Any] = {"resources": described}
    if form == "module":
        root = {"child_modules": [{**root, "address": prefix[:-1]}]}
        configured = {"module_calls": {"m": {"module": configured}}}
    shown: dict[str, Any] = {
        "values" if form == "state" else "planned_values": {"root_module": root}
    }
    if form != "state":
        shown["configuration"] = {"root_module": configured}
    write(tmp_path, {"s.json": VERSIONS | shown})
    tenant = read(tmp_path / "s.json")
    assert "".join(each.action for each in tenant.bindings["post-login"]) == order
    assert [each.place.address[-1] for each in tenant.findings] == [*doubted]
