"""Each error and each warning, with what it says, and what is not reported."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from tests.project.tenant.tenants import LOGIN, directory, found, manifest, read, write

CRM = {"name": "crm", "code": "crm.js"}


def handler(body: str) -> str:
    return f"exports.onExecutePostLogin = async (event, api) => {{\n{body}\n}};\n"


def declares(*modules: str, **more: Any) -> dict[str, Any]:
    return manifest("a", modules=[{"module_name": each} for each in modules], **more)


ERRORS: dict[str, tuple[dict[str, Any], list[str]]] = {
    "an Action twice": (
        {"actions/b.json": manifest("a"), **directory(manifest("a"))},
        ["actions/b.json: [A809] The Action 'a' is there twice: also at actions/a.json. Remove "
         "one, or rename it."],
    ),
    "a module twice": (
        {"action-modules/a.json": CRM, "action-modules/b.json": CRM, "crm.js": ""},
        ["action-modules/b.json: [A809] The module 'crm' is there twice: also at "
         "action-modules/a.json. Remove one, or rename it."],
    ),
    "a binding to an unknown Action": (
        directory(manifest("greet"))
        | {"triggers/t.json": {"post-login": [{"action_name": "gret"}]}},
        ["triggers/t.json: [A811] The trigger 'post-login' binds 'gret', and there is no such "
         "Action. Did you mean 'greet'? Export its Actions too, or remove the binding. The Deploy "
         "CLI exports none of the Marketplace: for one, test a copy without the binding."],
    ),
    "a binding to an Action of another trigger": (
        directory(manifest("a", "event-stream"), code="")
        | {"triggers/t.json": {"post-login": [{"action_name": "a"}]}},
        ["triggers/t.json: [A812] The trigger 'post-login' binds 'a', an Action for "
         "'event-stream'. Bind it to 'event-stream'. Or write 'post-login' as the id in its "
         "supported_triggers, at actions/a.json."],
    ),
    "a manifest whose trigger has a slip": (
        directory(manifest("a", "post_login"))
        | {"triggers/t.json": {"post-login": [{"action_name": "a"}]}},
        ["triggers/t.json: [A812] The trigger 'post-login' binds 'a', an Action for 'post_login'. "
         "Write 'post-login' as the id in its supported_triggers, at actions/a.json.",
         "actions/a/code.js:1: [A814] The Action 'a' is for 'post_login', and its code exports "
         "onExecutePostLogin, which is for 'post-login'. Write 'post-login' as the id in its "
         "supported_triggers, at actions/a.json."],
    ),
    "an export of another trigger": (
        directory(manifest("a", "event-stream"), code=f"\n{LOGIN}"),
        ["actions/a/code.js:2: [A814] The Action 'a' is for 'event-stream', and its code exports "
         "onExecutePostLogin, which is for 'post-login'. Export onExecuteEventStream. Or write "
         "'post-login' as the id in its supported_triggers, at actions/a.json."],
    ),
    "an export of another trigger than one that we do not know": (
        directory(manifest("a", "post-breakfast")),
        ["actions/a/code.js:1: [A814] The Action 'a' is for 'post-breakfast', and its code exports "
         "onExecutePostLogin, which is for 'post-login'. Correct one of the two."],
    ),
    "an unknown module": (
        directory(declares("crm"), code=handler("require('actions:cmr')"))
        | {"action-modules/crm.json": CRM, "crm.js": ""},
        ["actions/a/code.js:2: [A816] The Action 'a' requires actions:cmr, and there is no such "
         "module. Did you mean 'crm'? Export the Actions Modules too, or correct the name."],
    ),
    "an unknown module that is declared": (
        directory(declares("cmr")) | {"action-modules/crm.json": CRM, "crm.js": ""},
        ["actions/a.json: [A815] The Action 'a' declares the module 'cmr', and there is none. Did "
         "you mean 'crm'? Export the Actions Modules too, or remove it."],
    ),
    "a fourth module": (
        directory(declares("b", "c", "d", "e"))
        | {f"action-modules/{each}.json": {"name": each, "code": "crm.js"} for each in "bcde"}
        | {"crm.js": ""},
        ["actions/a.json: [A818] The Action 'a' has 4 modules. Auth0 takes 3 at most: put some "
         "together."],
    ),
    "a module that requires a module": (
        {"action-modules/crm.json": CRM, "crm.js": "\nrequire('actions:crm')"},
        ["crm.js:2: [A808] The module 'crm' requires actions:crm, and a module can't require a "
         "module. Move what it needs into it, or require both from the Action."],
    ),
    "a second custom-email-provider": (
        directory(
            manifest("a", "custom-email-provider"), manifest("b", "custom-email-provider"), code=""
        ),
        ["actions/b.json: [A813] There is more than one Action for custom-email-provider: 'a', "
         "'b'. Keep one: Auth0 takes no second."],
    ),
}  # fmt: skip


@pytest.mark.parametrize("case", ERRORS)
def test_errors(case: str, tmp_path: Path) -> None:
    files, said = ERRORS[case]
    write(tmp_path, files)
    assert found(read(tmp_path)) == [f"error: {each}" for each in said]


WARNINGS: dict[str, tuple[dict[str, Any], list[str]]] = {
    "an export that is almost a handler": (
        directory(manifest("a"), code=f"{LOGIN}exports.onContinuePostlogin = async () => {{}};"),
        ["actions/a/code.js:2: [A341] The Action 'a' exports onContinuePostlogin, which Auth0 does "
         "not call. If it is meant as the handler onContinuePostLogin, rename it."],
    ),
    "an export that is almost the only handler": (
        directory(manifest("a"), code=LOGIN.replace("Login", "Logn")),
        ["actions/a/code.js:1: [A341] The Action 'a' exports onExecutePostLogn, which Auth0 does "
         "not call. If it is meant as the handler onExecutePostLogin, rename it."],
    ),
    "a secret that is not declared": (
        directory(
            manifest("a", secrets=[{"name": "API_KEY"}]),
            code=handler("f(event.secrets.API_KEI, event.secrets.API_KEY)"),
        ),
        ["actions/a/code.js:2: [A819] The Action 'a' reads event.secrets.API_KEI, which it does "
         "not declare: at Auth0 it is undefined. Did you mean 'API_KEY'? Add the secret at "
         "actions/a.json, or correct the name."],
    ),
    "a secret that is not read": (
        directory(manifest("a", secrets=[{"name": "KEY"}]), code=handler("")),
        ["actions/a.json: [A820] The Action 'a' declares the secret 'KEY', and never reads it. "
         "Remove it, or read it."],
    ),
    "secrets of a module": (
        {
            "action-modules/crm.json": {**CRM, "secrets": [{"name": "KEY"}]},
            "crm.js": "f(actions.secrets.URL)",
        },
        ["crm.js:1: [A819] The module 'crm' reads actions.secrets.URL, which it does not declare: "
         "at Auth0 it is undefined. Add the secret at action-modules/crm.json, or correct the "
         "name.",
         "action-modules/crm.json: [A820] The module 'crm' declares the secret 'KEY', and never "
         "reads it. Remove it, or read it."],
    ),
    "a bound Action that is not deployed": (
        directory(manifest("a", deployed=False), manifest("b", deployed=False))
        | {"triggers/t.json": {"post-login": [{"action_name": "a"}]}},
        ["actions/a.json: [A823] The Action 'a' is bound, and not deployed: Auth0 does not run "
         "this code. Set `deployed` to true, or remove the binding at triggers/t.json."],
    ),
    "a package that is not declared": (
        directory(
            manifest("a", dependencies=[{"name": "axios"}]),
            code=handler(
                "require('axois/lib'); require('axios'); require('fs'); require('node:x');"
            ),
        ),
        ["actions/a/code.js:2: [A822] The Action 'a' requires 'axois/lib', and does not declare "
         "'axois': it fails at Auth0, installed here or not. Did you mean 'axios'? Add axois to "
         "the dependencies at actions/a.json."],
    ),
    "a file that is required": (
        directory(manifest("a"), code=handler("require('../b/code.js')")),
        ["actions/a/code.js:2: [A821] The Action 'a' requires the file '../b/code.js': it fails at "
         "Auth0, which has no files. Put the code of that file into the Action, or into an Actions "
         "Module."],
    ),
    "a file that a module requires": (
        {"action-modules/crm.json": CRM, "crm.js": "require('./b.js')"},
        ["crm.js:1: [A821] The module 'crm' requires the file './b.js': it fails at Auth0, which "
         "has no files. Put the code of that file into the module."],
    ),
    "names with slips": (
        directory({"name": "a", "code": "actions/a/code.js", "supported_trigger": [],
                   "dependancies": [], "Secrets": [], "deploy": True, "module": []}),
        [f"actions/a.json: [A876] The Action 'a' has {slip!r}, which is not read. Did you mean "
         f"{meant!r}? Rename it."
         for slip, meant in (("supported_trigger", "supported_triggers"),
                             ("dependancies", "dependencies"), ("Secrets", "secrets"),
                             ("deploy", "deployed"), ("module", "modules"))],
    ),
    "names with slips in a list": (
        directory(
            manifest("a", dependencies=[{"name": "axios", "verison": "1.0.0"}],
                     secrets=[{"name": "KEY", "valeu": "x"}]),
            code=handler("require('axios'); event.secrets.KEY"),
        ),
        ["actions/a.json: [A876] One of the secrets of 'a' has 'valeu', which is not read. Did you "
         "mean 'value'? Rename it.",
         "actions/a.json: [A876] One of the dependencies of 'a' has 'verison', which is not read. "
         "Did you mean 'version'? Rename it."],
    ),
    "a runtime that is a number": (
        directory(manifest("a", runtime=22)),
        ["actions/a.json: [A877] The runtime of 'a' is 22: it can't be deployed like that. Write "
         '"node22".'],
    ),
    **{
        f"the runtime {runtime}": (
            directory(manifest("a", runtime=runtime)),
            [f"actions/a.json: [A877] The runtime of 'a' is {runtime}: it can't be deployed like "
             f'that. Write "node{major}".'],
        )
        for runtime, major in (("22", "22"), ("Node22", "22"), ("nodejs20.x", "20"),
                               ("node-18", "18"), ("v22.12.0", "22"), ("Node.js 22", "22"))
    },
    "a module that is not declared": (
        directory(manifest("a"), code=handler("require('actions:crm')"))
        | {"action-modules/crm.json": CRM, "crm.js": ""},
        ["actions/a/code.js:2: [A817] The Action 'a' requires actions:crm, and does not declare "
         "it: it fails at Auth0. Add "
         '{"module_name": "crm", "module_version_number": 1} to its `modules`, at actions/a.json.'],
    ),
    "a trigger that we do not know": (
        directory(manifest("a", "post-breakfast"), code="")
        | {"triggers/t.json": {"post-breakfast": [{"action_name": "a"}]}},
        ["triggers/t.json: [A810] The trigger 'post-breakfast' is not known here. Its Actions "
         "can't be run."],
    ),
}  # fmt: skip


@pytest.mark.parametrize("case", WARNINGS)
def test_warnings(case: str, tmp_path: Path) -> None:
    files, said = WARNINGS[case]
    write(tmp_path, files)
    assert found(read(tmp_path)) == [f"warning: {each}" for each in said]


EXPORTED = {
    "id": "1",
    "status": "built",
    "created_at": "2025-01-01T00:00:00.000Z",
    "updated_at": "2025-01-01T00:00:00.000Z",
    "built_at": "2025-01-01T00:00:00.000Z",
    "all_changes_deployed": True,
    "installed_integration_id": "1",
    "current_version": {},
    "deployed_version": {},
    "description": "",
}


@pytest.mark.parametrize("runtime", ["node22", "node18-actions", "##NODE##x", "python3", True, 2.5])
def test_other_names_and_runtimes_are_not_reported(runtime: Any, tmp_path: Path) -> None:
    given = {"name": "a", "code": "actions/a/code.js", "runtime": runtime, **EXPORTED}
    tenant = read(write(tmp_path, directory(given)), keywords={"NODE": ""})
    assert found(tenant) == []


@pytest.mark.parametrize(
    ("trigger", "advice"),
    [("post-login", "Bind it to 'post-login'."), ("post.login", "Correct the names of both.")],
)
def test_a_slip_in_the_trigger_of_a_binding_is_to_be_corrected_there(
    trigger: str, advice: str, tmp_path: Path
) -> None:
    bindings = {"triggers/t.json": {"post_login": [{"action_name": "a"}]}}
    write(tmp_path, directory(manifest("a", trigger)) | bindings)
    assert found(read(tmp_path))[:2] == [
        "warning: triggers/t.json: [A810] The trigger 'post_login' is not known here. Did you mean "
        "'post-login'? Its Actions can't be run.",
        f"error: triggers/t.json: [A812] The trigger 'post_login' binds 'a', an Action for "
        f"{trigger!r}. {advice}",
    ]


@pytest.mark.parametrize("trigger", ["post-login", "credentials-exchange"])
def test_a_binding_that_fits_the_code_is_not_to_be_changed(trigger: str, tmp_path: Path) -> None:
    """What one message advises does not lead to the next."""
    other = {"post-login": "credentials-exchange"}.get(trigger, "post-login")
    code = {"post-login": LOGIN}.get(trigger, LOGIN.replace("PostLogin", "CredentialsExchange"))
    files = directory(manifest("a", other), code=code)
    bindings = {"triggers/t.json": {trigger: [{"action_name": "a"}]}}
    advice = f"Write {trigger!r} as the id in its supported_triggers, at actions/a.json."
    findings = found(read(write(tmp_path, files | bindings)))
    assert [each.endswith(f"'. {advice}") for each in findings] == [True, True]
    write(tmp_path, directory(manifest("a", trigger), code=code) | bindings)
    assert found(read(tmp_path)) == []


@pytest.mark.parametrize(
    "code",
    [
        "require('actions:' + name); require(name)",
        "// require('axios'); event.secrets.KEY",
        "f('event.secrets.KEY', \"require('axios')\")",
        "try { require('axios') } catch {}",
        "require('My Module')",
        "exports.other = exports[name]",
        "'an odd text",
    ],
)
def test_what_is_not_certain_is_not_reported(code: str, tmp_path: Path) -> None:
    write(tmp_path, directory(manifest("a"), code=code))
    assert found(read(tmp_path)) == []


def test_a_module_may_require_what_it_declares(tmp_path: Path) -> None:
    module = {**CRM, "dependencies": [{"name": "axios", "version": "1.6.0"}]}
    write(tmp_path, {"action-modules/crm.json": module, "crm.js": "require('axios')"})
    assert found(read(tmp_path)) == []


def test_three_modules_are_not_too_many(tmp_path: Path) -> None:
    modules = {f"action-modules/{each}.json": {"name": each, "code": "crm.js"} for each in "bcd"}
    write(tmp_path, directory(declares("b", "c", "d")) | modules | {"crm.js": ""})
    assert found(read(tmp_path)) == []


def test_a_limited_trigger_may_be_bound(tmp_path: Path) -> None:
    files = directory(manifest("a", "login-post-identifier"), code="")
    bindings = {"login-post-identifier": [{"action_name": "a"}]}
    write(tmp_path, files | {"triggers/t.json": bindings})
    assert found(read(tmp_path)) == []


@pytest.mark.parametrize("trigger", ["login-post-identifier", "signup-post-identifier"])
def test_which_handler_a_limited_trigger_has_is_not_certain(trigger: str, tmp_path: Path) -> None:
    code = "exports.onExecutePostIdentifier = async (event, api) => {};"
    write(tmp_path, directory(manifest("a", trigger), code=code))
    assert found(read(tmp_path)) == []


def test_the_handler_of_another_trigger_is_wrong_for_a_limited_one(tmp_path: Path) -> None:
    write(tmp_path, directory(manifest("a", "signup-post-identifier")))
    [finding] = found(read(tmp_path))
    assert "exports onExecutePostLogin, which is for 'post-login'. Correct one of" in finding


def test_an_action_without_a_trigger_may_be_bound(tmp_path: Path) -> None:
    """One that an old version has exported."""
    files = directory(manifest("a", supported_triggers=[]))
    write(tmp_path, files | {"triggers/t.json": {"post-login": [{"action_name": "a"}]}})
    assert found(read(tmp_path)) == []


def test_what_is_advised_can_be_followed(tmp_path: Path) -> None:
    """All of it, step by step, until nothing is left to be said."""
    code = handler("require('./lib'); require('actions:crm'); require('axios'); event.secrets.KEY")
    crm = {"action-modules/crm.json": CRM, "crm.js": ""}
    bound = {"triggers/t.json": {"post-login": [{"action_name": "a"}]}}
    greet = manifest("a", runtime="22", deployed=False)
    write(tmp_path, directory(greet, code=code) | crm | bound)
    assert [each[each.index("[") :][:6] for each in found(read(tmp_path))] == [
        "[A877]", "[A817]", "[A819]", "[A821]", "[A822]", "[A823]",
    ]  # fmt: skip
    [advice] = [each for each in found(read(tmp_path)) if "A817" in each]
    reference, _ = json.JSONDecoder().raw_decode(advice[advice.index("{") :])
    greet |= {
        "runtime": "node22",
        "modules": [reference],
        "secrets": [{"name": "KEY"}],
        "dependencies": [{"name": "axios"}],
        "deployed": True,
    }
    write(tmp_path, directory(greet, code=code.replace("require('./lib'); ", "")))
    assert found(read(tmp_path)) == []
