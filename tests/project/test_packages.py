from __future__ import annotations

import json
from pathlib import Path
from typing import Any
from unittest import mock

import pytest

from pytest_auth0_actions import LoadAction, UsageError
from pytest_auth0_actions.project.packages import is_of_node, read_packages
from tests.conftest import WriteAction

BUILTINS = json.loads(
    '["_http_agent","assert","assert/strict","child_process","crypto","fs","fs/promises","http",'
    '"path/posix","stream/web","timers/promises","util/types","zlib","node:test","node:sqlite"]'
)


def usage_error(packages: Any) -> str:
    with pytest.raises(UsageError) as caught:
        read_packages(packages, Path())
    return str(caught.value)


def test_a_file_is_found_as_an_action_is(tmp_path: Path) -> None:
    (tmp_path / "p.js").write_text("")
    for path in ("p.js", Path("p.js"), tmp_path / "p.js"):
        file = read_packages({"p": path}, tmp_path).by_name["p"].file
        assert file is not None
        assert file.path == str(tmp_path / "p.js")


def test_functions_are_numbered_over_all_packages() -> None:
    first, second, third = (mock.Mock() for _ in range(3))
    packages = read_packages({"a": {"b": [1, first], "c": second}, "d/e": third}, Path())
    assert packages.functions == (("a.b.1", first), ("a.c", second), ("d/e", third))
    assert json.loads(packages.encoded) == [
        {
            "name": "a",
            "value": {"b": [1, None], "c": None},
            "functions": [[0, "a.b.1", ["b", 1]], [1, "a.c", ["c"]]],
        },
        {"name": "d/e", "value": None, "functions": [[2, "d/e", []]]},
    ]


@pytest.mark.parametrize("given", [None, {}])
def test_there_may_be_none(given: Any) -> None:
    assert read_packages(given, Path()).encoded == b"[]"


def test_packages_is_a_mapping() -> None:
    assert usage_error(["stripe"]) == (
        "[A328] packages must be a mapping.\n"
        "Given: ['stripe'].\n"
        "Pass {'name': 'path/to/file.js'}, or {'name': what `require('name')` gives}."
    )


@pytest.mark.parametrize("name", ["", " ", 5, None])
def test_a_name_is_text(name: Any) -> None:
    assert usage_error({name: 1}) == (
        "[A329] A package is named as the Action requires it.\n"
        f"Given: {name!r}.\n"
        "Pass {'stripe': ...}, or {'auth0/legacy': ...}."
    )


@pytest.mark.parametrize("name", BUILTINS)
def test_what_node_brings_along_is_not_replaced(name: str) -> None:
    assert usage_error({name: {}}).startswith(
        f"[A332] A module of Node.js's own can't be replaced.\nGiven: packages with {name!r}.\nIt "
        "runs "
    )


@pytest.mark.parametrize(
    ("name", "advice"),
    [
        ("node:https", "It runs as it is: answer with http_mock what it asks for."),
        ("timers/promises", "It runs as it is, on the test's clock: move that with `clock`."),
        (
            "node:crypto",
            "It runs as it is, and draws the same numbers in each session: see auth0_seed.",
        ),
        ("node:fs/promises", "It runs as it is: give it real files, in tmp_path."),
        ("node:unheard-of", "It runs as it is: leave it out of packages."),
    ],
)
def test_the_advice_says_how_to_do_without(name: str, advice: str) -> None:
    assert usage_error({name: {}}).splitlines()[2] == advice


@pytest.mark.parametrize(
    "name", ["assert_utils", "util/", "events-extra", "@types/node", "fs-extra"]
)
def test_npm_packages_of_a_like_name_are_replaced(name: str) -> None:
    assert not is_of_node(name)
    assert name in read_packages({name: 1}, Path()).by_name


@pytest.mark.parametrize("name", ["./helper", "../lib/x.js", "/abs.js", "file:///x.js", "#lib"])
def test_a_file_is_not_replaced(name: str) -> None:
    assert usage_error({name: {}}) == (
        "[A331] Only npm packages can be replaced, not files.\n"
        f"Given: packages with {name!r}.\n"
        "Let the file run as it is, and replace the packages that it requires."
    )


def test_a_module_goes_elsewhere() -> None:
    assert usage_error({"actions:crm": {}}).endswith(
        "\nLeave it out of packages, and pass modules={'crm': 'path/to/file.js'}."
    )


CIRCLE: dict[str, Any] = {}
CIRCLE["a"] = {"b": CIRCLE}


@pytest.mark.parametrize(
    ("value", "place", "shown"),
    [
        ({"a": {"b": {1}}}, "p.a.b", "{1}"),
        ([1, b"x"], "p.1", "b'x'"),
        (float("nan"), "p", "nan"),
        ({"a": float("inf")}, "p.a", "inf"),
        ({1: 2}, "p", "{1: 2}"),
        (object, None, None),
        (CIRCLE, "p.a.b", repr(CIRCLE)),
    ],
)
def test_a_value_is_json(value: Any, place: str | None, shown: str | None) -> None:
    if place is None:  # a class can be called, too
        assert read_packages({"p": value}, Path()).functions == (("p", object),)
        return
    assert usage_error({"p": value}) == (
        "[A334] What replaces a package holds something that JSON cannot represent.\n"
        f"Given: {place} = {shown}.\n"
        "Use text, finite numbers, booleans, None, functions, lists, and dicts with text as keys; "
        "for more, pass the path of a JavaScript file."
    )


def test_one_value_may_stand_in_two_places() -> None:
    shared = {"n": 1}
    assert read_packages({"p": [shared, shared]}, Path()).by_name["p"].value == [shared, shared]


async def get() -> None: ...


@pytest.mark.parametrize(
    ("function", "advice"),
    [(get, "Write it without async"), (mock.AsyncMock(), "Pass a Mock, and no AsyncMock")],
)
def test_a_function_is_not_async(function: Any, advice: str) -> None:
    assert usage_error({"p": {"get": function}}) == (
        "[A333] A function that replaces a package's function must be a plain function.\n"
        "Given: an async one, for p.get.\n"
        f"{advice}; in the Action it is an async function all the same."
    )


def test_load_action_says_so(load_action: LoadAction, write_handler: WriteAction) -> None:
    with pytest.raises(UsageError, match=r"A module of Node\.js's own can't be replaced"):
        load_action(write_handler("require('fs');"), packages={"fs": {}})
