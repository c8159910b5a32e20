from __future__ import annotations

import os
from pathlib import Path
from typing import Any

import pytest

from pytest_auth0_actions.errors import TenantError
from pytest_auth0_actions.project.tenant.findings import raise_errors
from tests.project.tenant.tenants import LOGIN, directory, found, manifest, read, write


def test_an_export_is_read(tmp_path: Path) -> None:
    write(
        tmp_path,
        directory(
            manifest(
                "Risk Check",
                dependencies=[{"name": "axios", "version": "1.6.0"}],
                secrets=[{"name": "KEY", "value": "_VALUE_NOT_SHOWN_"}],
                modules=[{"module_name": "crm", "module_version_number": 1}],
            ),
            manifest("Greet", deployed=False, runtime=None),
            code="exports.onExecutePostLogin = async (e) => { f(e); };",
        )
        | {
            "action-modules/crm.json": {
                "name": "crm",
                "code": "./action-modules/crm/code.js",
                "secrets": [{"name": "URL", "value": "https://crm.example"}],
            },
            "action-modules/crm/code.js": "module.exports = { f: () => actions.secrets.URL };",
            "triggers/triggers.json": {
                "post-login": [{"action_name": "Risk Check", "display_name": "Look at the risk"}],
                "credentials-exchange": [],
            },
        },
    )
    tenant = read(tmp_path)
    assert found(tenant) == []
    raise_errors(tenant)
    greet, risk = tenant.actions
    assert (greet.name, greet.runtime, greet.deployed) == ("Greet", None, False)
    assert (risk.name, risk.trigger, risk.runtime) == ("Risk Check", "post-login", "node22")
    assert risk.path == tmp_path / "actions/Risk Check/code.js"
    assert risk.dependencies == {"axios": "1.6.0"}
    assert risk.secret_names == ("KEY",)
    assert risk.secrets == {"KEY": None}
    assert risk.modules == ("crm",)
    [crm] = tenant.modules
    assert crm.secrets == {"URL": "https://crm.example"}
    assert [each.action for each in tenant.bindings["post-login"]] == ["Risk Check"]
    assert tenant.form == "a Deploy CLI directory"


@pytest.mark.parametrize(
    "code",
    [
        "./actions/a/code.js",
        "actions/a/code.js",
        "/actions/a/code.js",
        ".\\actions\\a\\code.js",
        "tenants/dev/actions/a/code.js",
        "/home/ada/tenant/actions/a/code.js",
        "./actions/b/../a/code.js",
        "../elsewhere/actions/a/code.js",
    ],
)
def test_code_is_named_from_the_folder_or_from_where_the_export_ran(
    code: str, tmp_path: Path
) -> None:
    write(tmp_path, directory(manifest("a", code=code)))
    [action] = read(tmp_path).actions
    assert action.path == tmp_path / "actions/a/code.js"
    assert action.source == LOGIN


SAID: dict[str, tuple[dict[str, Any], str]] = {
    "missing code": (
        manifest("a", code="./actions/gone/code.js"),
        "actions/a.json: [A825] The code './actions/gone/code.js' is not there: "
        "actions/gone/code.js is not a file. Export again, or correct the path.",
    ),
    "outside": (
        manifest("a", code="../../secret.js"),
        "actions/a.json: [A824] The code '../../secret.js' is outside of the tenant's folder. Move "
        "the file into {folder}, and name it from there.",
    ),
    "no path": (
        manifest("a", code="actions/\0.js"),
        "actions/a.json: [A825] The code 'actions/\\x00.js' is not there: actions/\\x00.js is not "
        "a file. Export again, or correct the path.",
    ),
    "no code": (
        manifest("a", code=""),
        "actions/a.json: [A851] The Action 'a' has no code. Name its file in `code`, such as "
        "'./actions/NAME/code.js'.",
    ),
    "no name": (
        {**manifest("a"), "name": None},
        "actions/a.json: [A850] The Action has no name. Give it its `name`, as it is in the "
        "tenant.",
    ),
    "half a character": (
        {**manifest("a"), "name": "\ud800"},
        "actions/a.json: [A850] The Action has no name: '\\ud800'. Give it its `name`, as it is in "
        "the tenant.",
    ),
    "wrong list": (
        manifest("a", dependencies={"axios": "1"}),
        "actions/a.json: [A855] The dependencies of 'a' are an object, where a list of objects is "
        'expected. Write each like {"name": "axios", "version": "1.7.0"}.',
    ),
    "wrong item": (
        manifest("a", supported_triggers=[7]),
        "actions/a.json: [A855] The supported_triggers of 'a' are a list with the number 7 in it, "
        'where a list of objects is expected. Write each like {"id": "post-login", "version": '
        '"v3"}.',
    ),
    "wrong text": (
        manifest("a", secrets="KEY"),
        "actions/a.json: [A855] The secrets of 'a' are text, where a list of objects is expected. "
        'Write each like {"name": "API_KEY", "value": "_VALUE_NOT_SHOWN_"}.',
    ),
    "a name with a slip": (
        {"nmae": "a", "code": "a.js"},
        "actions/a.json: [A850] The Action has no name. Rename its 'nmae' to 'name'.",
    ),
    "code with a slip": (
        {"name": "a", "Code": "a.js"},
        "actions/a.json: [A851] The Action 'a' has no code. Rename its 'Code' to 'code'.",
    ),
    "a secret whose name has a slip": (
        manifest("a", secrets=[{"Name": "KEY"}]),
        "actions/a.json: [A852] A secret of 'a' has no name. Rename its 'Name' to 'name'.",
    ),
    "a dependency whose name has a slip": (
        manifest("a", dependencies=[{"names": "axios"}]),
        "actions/a.json: [A853] A dependency of 'a' has no name. Rename its 'names' to 'name'.",
    ),
    "a module whose name has a slip": (
        manifest("a", modules=[{"moduleName": "crm"}]),
        "actions/a.json: [A854] One of the modules of 'a' has no module_name. Rename its "
        "'moduleName' to 'module_name'.",
    ),
    "secret without a name": (
        manifest("a", secrets=[{"value": "x"}]),
        "actions/a.json: [A852] A secret of 'a' has no name. Give it its `name`.",
    ),
    "dependency without a name": (
        manifest("a", dependencies=[{"version": "1"}]),
        "actions/a.json: [A853] A dependency of 'a' has no name. Give it its `name`.",
    ),
    "module without a name": (
        manifest("a", modules=[{}]),
        "actions/a.json: [A854] One of the modules of 'a' has no module_name. Give it its "
        "`module_name`.",
    ),
}


@pytest.mark.parametrize("case", SAID)
def test_an_error_says_where_what_and_what_to_do(case: str, tmp_path: Path) -> None:
    data, said = SAID[case]
    write(tmp_path, directory(manifest("a")) | {"actions/a.json": data})
    expected = said.replace("{folder}", str(tmp_path))
    assert found(read(tmp_path))[:1] == [f"error: {expected}"]


@pytest.mark.parametrize(
    ("text", "said"),
    [
        (
            '{\n"name":\n}',
            "actions/a.json:3: [A830] It is not JSON: Expecting value. Correct it, or",
        ),
        (
            '{"name": "a",\n"runtime": ##NODE##}',
            "actions/a.json:2: [A830] It is not JSON: Expecting value. Put ##NODE## in quotes, or "
            "give NODE a value in ini auth0_keywords.",
        ),
        (
            '{"runtime": "##NODE##"\n"code": "##CODE##"}',
            "actions/a.json:2: [A830] It is not JSON: Expecting ',' delimiter. Correct it, or",
        ),
        (
            "[" * 100_000,
            "actions/a.json: [A831] It is JSON that can't be a manifest: it is nested too deeply. "
            "Correct it, or",
        ),
        (
            '{"n": ' + "9" * 5_000 + "}",
            "actions/a.json: [A831] It is JSON that can't be a manifest: it has a number that is "
            "too long. Corr",
        ),
        (
            "[]",
            "actions/a.json: [A849] Where the Action should be is a list. Make it an object, with",
        ),
        (
            "true",
            "actions/a.json: [A849] Where the Action should be is a boolean. Make it an object",
        ),
        (
            "null",
            "actions/a.json: [A849] Where the Action should be is null. Make it an object, with",
        ),
    ],
)
def test_a_manifest_that_is_none_is_an_error(text: str, said: str, tmp_path: Path) -> None:
    write(tmp_path, {"actions/a.json": text})
    [finding] = found(read(tmp_path))
    assert finding.startswith(f"error: {said}")


def test_what_is_no_text_is_an_error(tmp_path: Path) -> None:
    write(tmp_path, directory(manifest("a"), manifest("b")))
    (tmp_path / "actions/a.json").write_bytes(b"\xff")
    (tmp_path / "actions/b/code.js").write_bytes(b"ab\xfe")
    assert found(read(tmp_path)) == [
        "error: actions/a.json: [A841] The manifest is not UTF-8: byte 0xff at 0. Save it as "
        "UTF-8.",
        "error: actions/b/code.js: [A841] The code is not UTF-8: byte 0xfe at 2. Save it as UTF-8.",
    ]


def test_a_byte_order_mark_is_left_out(tmp_path: Path) -> None:
    write(tmp_path, directory(manifest("a"), code=f"\ufeff{LOGIN}"))
    assert read(tmp_path).actions[0].source == LOGIN


def test_links_that_lead_outside_are_not_followed(tmp_path: Path) -> None:
    outside = write(tmp_path / "outside", {"code.js": LOGIN, "b.json": manifest("b"), "c/x": ""})
    tenant = write(tmp_path / "tenant", directory(manifest("a")))
    (tenant / "actions/a/code.js").unlink()
    (tenant / "actions/a/code.js").symlink_to(outside / "code.js")
    (tenant / "actions/b.json").symlink_to(outside / "b.json")
    (tenant / "action-modules").symlink_to(outside)
    assert found(read(tenant)) == [
        "error: actions/a.json: [A826] The code './actions/a/code.js' is a link to a file outside "
        "of the tenant's folder. Put the file itself there.",
        "error: actions/b.json: [A840] The manifest is a link to a file outside of the tenant's "
        "folder. Put the file itself there.",
        "error: action-modules: [A828] It is a link to a folder outside of the tenant's. Put the "
        "folder itself there.",
    ]


def test_a_folder_that_is_a_file_is_an_error(tmp_path: Path) -> None:
    write(tmp_path, {"actions": "x"})
    assert found(read(tmp_path)) == [
        "error: actions: [A829] It is not a folder: Not a directory. Export the tenant again."
    ]


def test_a_file_that_may_not_be_read_is_an_error(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    write(tmp_path, directory(manifest("a")))

    def refuse(path: Path) -> bytes:  # for root may read any
        raise PermissionError(13, "Permission denied", path)

    monkeypatch.setattr(Path, "read_bytes", refuse)
    [finding] = found(read(tmp_path))
    assert finding == (
        "error: actions/a.json: [A842] The manifest can't be read: Permission denied. Check it "
        "and its permissions."
    )


def test_a_folder_that_may_not_be_read_is_an_error(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    write(tmp_path, directory(manifest("a")))

    def refuse(path: Path) -> list[str]:
        raise PermissionError(13, "Permission denied", path)

    monkeypatch.setattr(os, "listdir", refuse)
    assert found(read(tmp_path))[0] == (
        "error: actions: [A842] The folder can't be read: Permission denied. Check it and its "
        "permissions."
    )


@pytest.mark.parametrize(
    ("triggers", "said"),
    [
        (
            [],
            "[A846] The triggers are a list. Make them an object, with the list of Actions of each",
        ),
        (
            {"post-login": {}},
            "[A847] The Actions of the trigger 'post-login' are an object. Make them a list of",
        ),
        (
            {"post-login": [{}]},
            "[A848] A binding of the trigger 'post-login' names no Action: {}. Write "
            '{"action_name": ..., "display_name": ...}.',
        ),
        (
            {"post-login": ["a"]},
            "[A848] A binding of the trigger 'post-login' names no Action: 'a'. Write {",
        ),
        (
            {"post-login": [{"actionName": "a"}]},
            "[A848] A binding of the trigger 'post-login' names no Action: {'actionName': 'a'}. "
            "Rename its 'actionName' to 'action_name'.",
        ),
    ],
)
def test_triggers_that_are_none_are_an_error(triggers: Any, said: str, tmp_path: Path) -> None:
    write(tmp_path, {"triggers/triggers.json": triggers})
    [finding] = found(read(tmp_path))
    assert finding.startswith(f"error: triggers/triggers.json: {said}")


@pytest.mark.parametrize("triggers", [None, {"post-login": None}, {"post-login": []}])
def test_no_triggers_are_none(triggers: Any, tmp_path: Path) -> None:
    write(tmp_path, {"triggers/triggers.json": triggers})
    assert found(read(tmp_path)) == []
    assert read(tmp_path).bindings == {}


def test_a_second_file_of_triggers_is_told(tmp_path: Path) -> None:
    """The Deploy CLI reads the first."""
    bindings = {"post-login": [{"action_name": "a"}]}
    files = {"triggers/a.json": bindings, "triggers/triggers.json": {}, "triggers/x.txt": ""}
    tenant = read(write(tmp_path, directory(manifest("a")) | files))
    assert [*tenant.bindings] == ["post-login"]
    assert found(tenant) == [
        "warning: triggers/triggers.json: [A827] It is not read: the Deploy CLI reads a.json only, "
        "the first file there. Put them together."
    ]


def test_all_errors_are_in_one_message(tmp_path: Path) -> None:
    write(tmp_path, directory(manifest("a", code="x.js"), manifest("b", code="y.js")))
    tenant = read(tmp_path)
    with pytest.raises(TenantError) as caught:
        raise_errors(tenant)
    assert str(caught.value) == (
        "[A843] The tenant can't be used as it is: 2 errors.\n"
        f"Given: {tmp_path}, a Deploy CLI directory.\n"
        "  actions/a.json: [A825] The code 'x.js' is not there: x.js is not a file. Export again, "
        "or correct the path.\n"
        "  actions/b.json: [A825] The code 'y.js' is not there: y.js is not a file. Export again, "
        "or correct the path.\n"
        "Correct that; `pytest --auth0-list` shows the whole tenant, with warnings."
    )


def test_one_error_is_an_error(tmp_path: Path) -> None:
    write(tmp_path, directory(manifest("a", code="x.js")))
    with pytest.raises(TenantError, match=r"as it is: an error\."):
        raise_errors(read(tmp_path))


FORMS = (
    "Name a directory that `a0deploy export --format=directory` wrote, a tenant.yaml, a folder "
    "with *.tf, or what `terraform show -json` wrote."
)


@pytest.mark.parametrize(
    ("files", "path", "said"),
    [
        ({}, "gone", "[A856] The tenant is not there.\nGiven: gone, which is {folder}/gone."),
        ({"t/x": ""}, "t", "[A857] That is not a tenant.\nGiven: t, a folder with x."),
        ({"x.txt": ""}, "x.txt", "[A857] That is not a tenant.\nGiven: x.txt, a file."),
        (
            {f"t/{each}": "" for each in "abcdef"},
            "t",
            "[A857] That is not a tenant.\nGiven: t, a folder with a, b, c, d, e, ....",
        ),
    ],
)
def test_what_is_no_tenant_is_an_error(
    files: dict[str, str], path: str, said: str, tmp_path: Path
) -> None:
    write(tmp_path, files)
    with pytest.raises(TenantError) as caught:
        read(tmp_path / path, base=tmp_path)
    assert str(caught.value) == f"{said.replace('{folder}', str(tmp_path))}\n{FORMS}"


@pytest.mark.parametrize(
    ("path", "asked"),
    [
        ("tenat", "Did you mean 'tenant'? "),
        ("exported/Tenants", "Did you mean 'tenant'? "),
        ("exported", "Did you mean 'tenant' in it? "),
        ("exported/tenant/actions", "Did you mean the folder that it is in? "),
        ("exported/tenant/actions/Greet", ""),
        ("elsewhere/gone", ""),
        ("exported/tenant/x.txt", ""),
        ("exported/tenant/x.txt/tenant", ""),
    ],
)
def test_a_tenant_that_is_near_is_named(path: str, asked: str, tmp_path: Path) -> None:
    files = directory(manifest("Greet"), **{"x.txt": ""})
    write(tmp_path / "exported/tenant", files)
    write(tmp_path / "exported", {"a/x.txt": ""})
    write(tmp_path / "tenant", files)
    with pytest.raises(TenantError) as caught:
        read(tmp_path / path, base=tmp_path)
    assert caught.value.what_to_do == f"{asked}{FORMS}"


def test_an_empty_folder_is_no_tenant(tmp_path: Path) -> None:
    with pytest.raises(TenantError, match="an empty folder"):
        read(tmp_path)
