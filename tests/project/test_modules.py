from __future__ import annotations

from pathlib import Path

import pytest

from pytest_auth0_actions import LoadAction, UsageError
from pytest_auth0_actions.project.action_file import ActionFile
from pytest_auth0_actions.project.modules import check_module_names
from tests.conftest import WriteAction


def file_of(source: str, path: str = "/actions/code.js") -> ActionFile:
    return ActionFile(path, "code.js", source, {})


def check(source: str, *names: str) -> None:
    check_module_names(file_of(source), dict.fromkeys(names, file_of("exports.a = 1;")))


@pytest.mark.parametrize(
    "source",
    [
        "const crm = require('actions:crm');",
        'const { a } = require( "actions:crm" );',
        "const a = require(`actions:crm`);",
        "const name = 'actions:crm'; // read elsewhere",
        "require('actions:' + name);",
        "require(`actions:${name}`);",
        "const of = (name) => require(name);",
        "require(NAMES[0]);",
        "['crm'].map((name) => require(`actions:${name}`));",
    ],
)
def test_a_module_that_may_be_required_is_taken(source: str) -> None:
    check(source, "crm")


@pytest.mark.parametrize(
    ("source", "name", "given", "advice"),
    [
        (
            "const _ = require('lodash');\nconst crm = require('actions:crm');",
            "lodash",
            "actions:crm",
            "It requires lodash as it is: leave it out of modules. A test can answer the requests "
            "of an npm package with http_mock, or replace it with packages={'lodash': "
            "'path/to/file.js'}.",
        ),
        *(
            (
                f"const a = require('{name}');\nconst crm = require('actions:crm');",
                name,
                "actions:crm",
                f"It requires {name} as it is: leave it out of modules.",
            )
            for name in ("./lib", "crypto", "node:fs")
        ),
        (
            "const crm = require('actions:crm'), m = require('actions:messages');",
            "message",
            "actions:crm, actions:messages",
            "Did you mean 'messages'?",
        ),
        (
            "// require('actions:crm')\n/* require('actions:crm') */ require('axios');",
            "crm",
            "no Actions Module",
            "Leave it out, or have the Action call require('actions:crm').",
        ),
        (
            "require('actions:crm-of-sales');",
            "crm",
            "actions:crm-of-sales",
            "Leave it out, or have the Action call require('actions:crm').",
        ),
    ],
)
def test_a_module_that_is_never_required_is_refused(
    source: str, name: str, given: str, advice: str
) -> None:
    with pytest.raises(UsageError) as caught:
        check(source, name)
    assert str(caught.value) == (
        f"[A327] The Action never requires actions:{name}.\n"
        f"Given: modules with {name!r}, for code.js, which requires {given}.\n"
        f"{advice}"
    )


def test_files_that_the_action_requires_are_read_too(tmp_path: Path) -> None:
    (tmp_path / "lib.js").write_text("module.exports = require('actions:crm');")
    action = file_of("require('./lib')", str(tmp_path / "code.js"))
    check_module_names(action, {"crm": file_of("")})
    with pytest.raises(UsageError, match=r"requires actions:crm\."):
        check_module_names(action, {"lodash": file_of("")})


def test_load_action_refuses_it(load_action: LoadAction, write_handler: WriteAction) -> None:
    module = write_handler("", "mi.js")
    with pytest.raises(UsageError, match="The Action never requires actions:lodash"):
        load_action(write_handler("require('lodash');"), modules={"lodash": module})
