from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pytest_auth0_actions.project.tenant.keywords import Keywords, left_in
from tests.project.tenant.tenants import directory, found, manifest, read, write


@pytest.mark.parametrize(
    ("text", "values", "result"),
    [
        pytest.param("##A##-##B##", {"A": "x"}, "x-##B##", id="what has no value stays"),
        pytest.param("@@A@@", {"A": "x"}, '"x"', id="text as JSON"),
        pytest.param("'@@A@@' \"@@A@@\"", {"A": [1]}, "[1] [1]", id="quotes go with it"),
        pytest.param("@@A@@", {"A": {"a": "ä"}}, '{"a":"ä"}', id="an object as JSON"),
        pytest.param("##A##", {"A": ["x", None, 1]}, "x,,1", id="a list as text"),
        pytest.param("##A##", {"A": "$& \\1"}, "$& \\1", id="nothing special in a value"),
        pytest.param("@@A@@", {"A": "##B##", "B": "y"}, '"y"', id="one that stands for another"),
        pytest.param("##AB##", {"A": "x"}, "##AB##", id="a name that begins alike"),
    ],
)
def test_keywords_are_replaced_as_by_the_deploy_cli(
    text: str, values: dict[str, Any], result: str
) -> None:
    assert Keywords(values).replace(text).text == result


WORDS = st.sampled_from(["##A##", "##B##", "@@A@@", "x", "\n", "y\n"])


@given(
    st.lists(WORDS, max_size=12),
    st.fixed_dictionaries({"A": st.sampled_from(["", "1", "1\n2", "\n\n"]), "B": st.just("b\n")}),
)
def test_lines_are_those_of_the_file(words: list[str], values: dict[str, str]) -> None:
    """Checked against markers that count the lines before them."""
    numbered, line = "", 1
    for word in words:
        numbered += f"<{line}>{word}"
        line += word.count("\n")
    replaced = Keywords(values).replace(numbered)
    for at, text in enumerate(replaced.text.split("\n"), start=1):
        for piece in text.split("<")[1:]:
            assert replaced.line(at) == int(piece.partition(">")[0])


def test_a_line_after_the_last_is_the_last() -> None:
    replaced = Keywords({"A": "1\n2"}).replace("##A##")
    assert [replaced.line(each) for each in (0, 1, 2, 3)] == [1, 1, 1, 1]


def test_keywords_that_are_left_are_found_wherever_they_are() -> None:
    value = {"a": ["##A##", {"b": "x @@B@@ y"}], "c": 1, "d": "# #A##"}
    assert sorted(left_in(value)) == ["##A##", "@@B@@"]


def test_a_value_that_holds_itself_has_an_end() -> None:
    value: list[Any] = ["##A##"]
    value.append(value)
    assert set(left_in(value)) == {"##A##"}


def mapped(name: str) -> dict[str, Any]:
    return {"AUTH0_KEYWORD_REPLACE_MAPPINGS": {"NAME": name}}


CODE = "exports.onExecutePostLogin = async () => `##GREETING##`;\nthrow '##OTHER##';"


def test_config_json_the_environment_and_ini_give_values(tmp_path: Path) -> None:
    """The more particular one wins."""
    write(
        tmp_path,
        directory(
            manifest(
                "a",
                secrets=[
                    {"name": "A", "value": "##A##"},
                    {"name": "B", "value": "##B##"},
                    {"name": "C", "value": "##C##"},
                    {"name": "D", "value": "##D##"},
                ],
            )
        )
        | {"config.json": {"AUTH0_KEYWORD_REPLACE_MAPPINGS": {"A": "1", "B": "1", "C": "1"}}},
    )
    tenant = read(tmp_path, environment={"B": "2", "C": "2"}, keywords={"C": "3"})
    [action] = tenant.actions
    assert action.secrets == {"A": "1", "B": "2", "C": "3", "D": None}
    assert [each for each in found(tenant) if "A839" in each] == []


@pytest.mark.parametrize("value", ["key-##ENV##", ["##ENV##"]])
def test_a_keyword_within_the_value_of_a_secret_is_told(value: Any, tmp_path: Path) -> None:
    files = directory(manifest("a", secrets=[{"name": "A", "value": value}]), code="throw 1;")
    assert [each.partition(" has no")[0] for each in found(read(write(tmp_path, files)))] == [
        "warning: actions/a.json: [A839] The keyword ##ENV##"
    ]


def test_a_keyword_may_stand_for_some_of_a_list(tmp_path: Path) -> None:
    text = '{"name": "a", "code": "a.js", "secrets": [@@MORE@@, {"name": "A", "value": "1"}]}'
    write(tmp_path, {"actions/a.json": text, "a.js": "throw event.secrets.B + event.secrets.A;"})
    tenant = read(tmp_path)
    assert [each.partition(" has no")[0] for each in found(tenant)] == [
        "warning: actions/a.json: [A839] The keyword @@MORE@@"
    ]
    [action] = tenant.actions
    assert (action.secrets, action.are_secrets_known) == ({"A": "1"}, False)


def test_keywords_of_code_are_replaced_and_those_left_are_told(tmp_path: Path) -> None:
    write(tmp_path, directory(manifest("a"), code=CODE))
    tenant = read(tmp_path, keywords={"GREETING": "Hello\r\nWorld"})
    assert tenant.actions[0].source == CODE.replace("##GREETING##", "Hello\\nWorld")
    assert found(tenant) == [
        "warning: actions/a/code.js:2: [A839] The keyword ##OTHER## has no value, and stays as it "
        "is. Set OTHER in the environment, in AUTH0_KEYWORD_REPLACE_MAPPINGS of config.json, or by "
        "a line `OTHER = ...` in ini auth0_keywords."
    ]


def test_a_value_of_one_line_is_put_into_code_as_it_is(tmp_path: Path) -> None:
    write(tmp_path, directory(manifest("a"), code=CODE))
    source = read(tmp_path, keywords={"GREETING": "a\\b", "OTHER": "`"}).actions[0].source
    assert source == CODE.replace("##GREETING##", "a\\b").replace("##OTHER##", "`")


def test_lines_in_a_value_elsewhere_stay_lines(tmp_path: Path) -> None:
    write(tmp_path, directory(manifest("a"), code="##BODY##\n`x`;"))
    assert read(tmp_path, keywords={"BODY": "f();\ng();"}).actions[0].source == "f();\ng();\n`x`;"


def test_lines_in_a_value_that_is_json_become_one(tmp_path: Path) -> None:
    """So that what follows keeps its line."""
    write(tmp_path, directory(manifest("a"), code="const a = ##A##;\nf(a);"))
    source = read(tmp_path, keywords={"A": '{\n  "b": [\r\n1]\n}'}).actions[0].source
    assert source == 'const a = {   "b": [ 1] };\nf(a);'


def test_a_keyword_may_stand_for_all_secrets(tmp_path: Path) -> None:
    write(
        tmp_path,
        directory(
            manifest("a", secrets="@@SECRETS@@", dependencies="@@PACKAGES@@"),
            code="exports.onExecutePostLogin = async (event) => event.secrets.A;",
        ),
    )
    tenant = read(tmp_path)
    assert [each.partition(" has no value")[0] for each in found(tenant)] == [
        "warning: actions/a.json: [A839] The keyword @@PACKAGES@@",
        "warning: actions/a.json: [A839] The keyword @@SECRETS@@",
    ]
    assert not tenant.actions[0].are_secrets_known
    given = read(tmp_path, keywords={"SECRETS": [{"name": "A", "value": "1"}], "PACKAGES": []})
    assert given.actions[0].secrets == {"A": "1"}
    assert found(given) == []


@pytest.mark.parametrize(
    ("name", "text", "line"),
    [
        ("actions/a.json", '{\n"code": "a.js",\n"name": "##NAME##"\n}', 3),
        ("actions/a.json", '{"code": "##LINES##",\n"name": "##NAME##"}', 2),
        ("tenant.yaml", 'actions:\n  - code: a.js\n    name: "##NAME##"\n', 3),
        ("tenant.yaml", "actions:\n  - code: a.js\n    name: ##NAME##\n", 3),
    ],
)
def test_a_value_that_breaks_a_manifest_is_told(
    name: str, text: str, line: int, tmp_path: Path
) -> None:
    """What is advised can be followed."""
    write(tmp_path, {name: text, "a.js": ""})
    value = '"A" is: one' if name == "tenant.yaml" else 'the "A"'
    given = {"NAME": value, "LINES": "a.js"}
    [finding] = found(read(tmp_path, keywords=given))
    assert finding.startswith(f"error: {name}:{line}: ")
    assert "Correct the value of ##NAME##, or write @@NAME@@, which puts in JSON." in finding
    write(tmp_path, {name: text.replace("##NAME##", "@@NAME@@")})
    assert [each.name for each in read(tmp_path, keywords=given).actions] == [value]


def test_a_keyword_without_quotes_that_has_no_value_stays(tmp_path: Path) -> None:
    text = '{"name": "a", "code": "a.js", "secrets": @@SECRETS@@,\n"deployed": @@ON@@ }'
    write(tmp_path, {"actions/a.json": text, "a.js": ""})
    tenant = read(tmp_path, keywords={"ON": True})
    assert tenant.errors == ()
    assert tenant.actions[0].deployed


def test_the_line_of_broken_json_is_that_of_the_file(tmp_path: Path) -> None:
    write(tmp_path, {"actions/a.json": '{\n"a": ##A##,\n"b": oops\n}'})
    [finding] = found(read(tmp_path, keywords={"A": "[\n1,\n2\n]"}))
    assert finding.startswith("error: actions/a.json:3: [A830] It is not JSON")


@pytest.mark.parametrize("config", ["{", "[" * 100_000])
def test_a_broken_configuration_is_an_error(config: str, tmp_path: Path) -> None:
    write(tmp_path, {"actions/.keep": "", "config.json": config})
    [finding] = found(read(tmp_path))
    assert (
        "[A861] The configuration of the Deploy CLI is not JSON. Correct it, or leave it out."
        in finding
    )


@pytest.mark.parametrize("value", ["1", '"A"', '["A"]', "false"])
@pytest.mark.parametrize("folder", ["", "tenant/"])
def test_keywords_that_are_no_object_are_an_error(folder: str, value: str, tmp_path: Path) -> None:
    config = f'{{"AUTH0_KEYWORD_REPLACE_MAPPINGS": {value}}}'
    write(tmp_path, {"tenant/actions/.keep": "", f"{folder}config.json": config})
    assert found(read(tmp_path / "tenant", base=tmp_path)) == [
        f"error: {folder}config.json: [A862] Its AUTH0_KEYWORD_REPLACE_MAPPINGS are not an "
        'object. Write {"KEY": "value"}, or leave it out.'
    ]


@pytest.mark.parametrize("config", ["[]", "{}", '{"AUTH0_KEYWORD_REPLACE_MAPPINGS": null}'])
def test_a_configuration_without_keywords_is_fine(config: str, tmp_path: Path) -> None:
    write(tmp_path, {"actions/.keep": "", "config.json": config})
    assert found(read(tmp_path)) == []


@pytest.mark.parametrize("folder", ["", "auth0/", "auth0/tenant/"])
def test_the_configuration_may_lie_above_the_folder(folder: str, tmp_path: Path) -> None:
    """Up to the root of the project; the nearest one counts, and another tool's does not."""
    files = directory(manifest("a")) | {"actions/a.json": manifest("##NAME##")}
    write(tmp_path / "auth0/tenant", files)
    write(tmp_path, {"config.json": mapped("far"), "auth0/config.json": {"port": 80}})
    write(tmp_path, {f"{folder}config.json": mapped("a")})
    tenant = read(tmp_path / "auth0/tenant", base=tmp_path)
    assert [each.name for each in tenant.actions] == ["a"]


def test_a_configuration_above_the_root_of_the_project_does_not_count(tmp_path: Path) -> None:
    write(tmp_path, {"config.json": mapped("far"), "x": ""})
    write(tmp_path / "root/t", directory(manifest("a")) | {"actions/a.json": manifest("##NAME##")})
    tenant = read(tmp_path / "root/t", base=tmp_path / "root")
    assert [each.name for each in tenant.actions] == ["##NAME##"]


def test_a_tenant_elsewhere_has_the_configuration_of_the_project(tmp_path: Path) -> None:
    write(tmp_path, {"root/config.json": mapped("a"), "config.json": mapped("far")})
    write(tmp_path / "t", directory(manifest("a")) | {"actions/a.json": manifest("##NAME##")})
    tenant = read(tmp_path / "t", base=tmp_path / "root")
    assert [each.name for each in tenant.actions] == ["a"]


@pytest.mark.parametrize("config", ["{", "[]"])
def test_a_configuration_there_may_be_of_another_tool(config: str, tmp_path: Path) -> None:
    write(tmp_path, {"config.json": config, "tenant/actions/.keep": ""})
    assert found(read(tmp_path / "tenant", base=tmp_path)) == []


def test_a_configuration_that_is_no_text_is_an_error(tmp_path: Path) -> None:
    write(tmp_path, {"actions/.keep": ""})
    (tmp_path / "config.json").write_bytes(b"\xff")
    [finding] = found(read(tmp_path))
    assert finding.startswith("error: config.json: [A841] The configuration is not UTF-8")
