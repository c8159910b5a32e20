from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from pytest_auth0_actions import LoadAction, UsageError
from pytest_auth0_actions.project.action_file import ActionFile
from pytest_auth0_actions.project.packages import read_packages
from pytest_auth0_actions.project.requires import check_package_names
from tests.conftest import WriteAction


class Project:
    """An Action in a folder of its own."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def write(self, name: str, text: str) -> Path:
        path = self.folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
        return path

    def check(self, source: str, packages: dict[str, Any], **modules: str) -> None:
        files = {
            name: ActionFile(str(self.folder / f"{name}.js"), f"{name}.js", each, {})
            for name, each in modules.items()
        }
        action = ActionFile(str(self.folder / "code.js"), "code.js", source, {})
        check_package_names(action, files, read_packages(packages, self.folder))

    def refused(self, source: str, packages: dict[str, Any]) -> str:
        with pytest.raises(UsageError) as caught:
            self.check(source, packages)
        return str(caught.value)


@pytest.fixture
def project(tmp_path: Path) -> Project:
    return Project(tmp_path)


@pytest.mark.parametrize(
    "source",
    [
        "require('stripe');",
        'import("stripe");',
        "require(`stripe`);",
        "const names = ['stripe']; names.map((name) => require(name));",
        "require(name);",
        "require(`str${ipe}`);",
        "import(name);",
        "const ask = require; ask('str' + 'ipe');",
        "module.createRequire(__filename)(name);",
        "require('#payments');",
        "require('./not-there');",
        "// require('stripe') comes one day",
    ],
)
def test_what_may_be_required_is_taken(project: Project, source: str) -> None:
    project.check(source, {"stripe": 1})


@pytest.mark.parametrize(
    ("source", "name", "requires", "advice"),
    [
        ("require('stripe');", "strpe", "stripe", "Did you mean 'stripe'?"),
        ("require('auth0/legacy');", "auth0", "auth0/legacy", "Did you mean 'auth0/legacy'?"),
        ("require('auth0');", "auth0/legacy", "auth0", "Did you mean 'auth0'?"),
        ("import got from 'got';", "axios", "got",
         "Leave it out, or have the Action call require('axios')."),
        ("require('node:fs'); require('fs'); require.resolve('x');", "axios", "no package",
         "Leave it out, or have the Action call require('axios')."),
        ("require('actions:crm');", "crm", "actions:crm",
         "That is an Actions Module. Leave it out of packages, and pass modules={'crm': "
         "'path/to/file.js'}."),
    ],
)  # fmt: skip
def test_what_never_is_is_refused(
    project: Project, source: str, name: str, requires: str, advice: str
) -> None:
    assert project.refused(source, {name: 1}) == (
        f"[A335] The Action never requires {name}.\n"
        f"Given: packages with {name!r}, for code.js, which requires {requires}.\n"
        f"{advice}"
    )


def test_files_modules_and_what_stands_for_packages_may_require_it(project: Project) -> None:
    project.write("lib/a.js", "require('./b')")
    project.write("lib/b/index.mjs", "import './c.json'")
    project.write("lib/b/c.json", '["stripe"]')
    for source in ("require('./lib/a');", "import './lib/b/index.mjs'"):
        project.check(source, {"stripe": 1})
    project.check("require('actions:m')", {"stripe": 1}, m="require('stripe')")
    fake = project.write("fakes/other.js", "require('stripe')")
    project.check("require('other')", {"other": fake, "stripe": 1})


def test_what_stands_for_it_does_not_count(project: Project) -> None:
    fake = project.write("fakes/stripe.js", "module.exports = require('stripe')")
    assert "never requires stripe" in project.refused("require('other')", {"stripe": fake})


def test_files_that_require_each_other_are_read_once(project: Project) -> None:
    project.write("a.js", "require('./b')")
    project.write("b.js", "require('./a')")
    assert "which requires ./a, ./b" not in project.refused("require('./a')", {"stripe": 1})


@pytest.mark.parametrize("text", [b"\xff", None])
def test_a_file_that_can_not_be_read_may_require_anything(project: Project, text: Any) -> None:
    path = project.write("a.js", "")
    if text is None:
        path.unlink()
        path.symlink_to("a.js")
        project.write("code.js", "")
    else:
        path.write_bytes(text)
    project.check("require('./a')", {"stripe": 1})


@pytest.mark.parametrize(
    ("manifest", "code"),
    [
        ('{"dependencies": {"axios": "1"}}', ""),
        ('{"peerDependencies": {"axios": "1"}}', ""),
        ('{"devDependencies": {"axios": "1"}}', ""),  # it may be asked for if it is there
        ('{"dependencies": {"middle": "1"}}', ""),
        ("{}", "require('axios')"),
        ("{}", "require('middle')"),
        ("no manifest", "require('axios')"),
        ("[]", 'import axios from "axios"'),
    ],
)
def test_an_npm_package_may_require_it(project: Project, manifest: str, code: str) -> None:
    project.write("node_modules/@acme/sdk/package.json", manifest)
    project.write("node_modules/@acme/sdk/lib/index.js", code)
    project.write("node_modules/middle/package.json", '{"dependencies": {"axios": "1"}}')
    project.check("require('@acme/sdk/lib')", {"axios": 1})
    assert "never requires got" in project.refused("require('@acme/sdk/lib')", {"got": 1})


def test_a_package_without_a_manifest_is_read_all_the_same(project: Project) -> None:
    project.write("node_modules/sdk/index.js", "require('axios')")
    project.check("require('sdk')", {"axios": 1})
    assert "never requires got" in project.refused("require('sdk')", {"got": 1})


def test_a_package_that_is_replaced_requires_nothing(project: Project) -> None:
    project.write("node_modules/sdk/package.json", '{"dependencies": {"axios": "1"}}')
    packages = {"sdk": 1, "axios": 1}
    assert "The Action never requires axios" in project.refused("require('sdk')", packages)


def test_packages_that_lead_in_a_circle_are_read_once(project: Project) -> None:
    for name, other in (("a", "b"), ("b", "a")):
        project.write(f"node_modules/{name}/package.json", f'{{"dependencies": {{"{other}": ""}}}}')
    assert "never requires axios" in project.refused("require('a')", {"axios": 1})


def test_load_action_refuses_it(load_action: LoadAction, write_handler: WriteAction) -> None:
    with pytest.raises(UsageError, match="The Action never requires strpe"):
        load_action(write_handler("require('stripe');"), packages={"strpe": 1})


def test_what_typescript_imports_is_seen(project: Project) -> None:
    project.write("lib/rates.ts", "import type { A } from './a.js';\nimport Stripe from 'stripe';")
    project.write("lib/a.ts", "export type A = 1;")
    source = "import { rates } from './lib/rates.js';"
    project.check(source, {"stripe": 1})
    refused = project.refused(source, {"strype": 1})
    assert "which requires stripe." in refused
