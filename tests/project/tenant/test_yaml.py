from __future__ import annotations

import sys
from pathlib import Path

import pytest
import yaml

from pytest_auth0_actions.errors import TenantError
from tests.project.tenant.tenants import LOGIN, found, read, write

TENANT = """\
tenant:
  friendly_name: '##NAME##'
actions:
  - name: Risk Check
    code: ./actions/Risk Check/code.js
    runtime: node22
    deployed: true
    dependencies:
      - name: axios
        version: 1.6.0
      - name: ms
        version: 2
    secrets:
      - name: KEY
        value: _VALUE_NOT_SHOWN_
      - name: LEVEL
        value: '##LEVEL##'
    supported_triggers:
      - id: post-login
        version: v3
    modules:
      - module_name: crm
  - name: on
    code: ./on.js
    deployed: false
actionModules:
  - name: crm
    code: ./crm.js
    secrets: []
triggers:
  post-login:
    - action_name: Risk Check
      display_name: Look
    - action_name: Unknown
"""

FILES = {"tenant.yaml": TENANT, "actions/Risk Check/code.js": LOGIN, "on.js": "", "crm.js": ""}


@pytest.mark.parametrize("path", [".", "tenant.yaml"])
def test_a_tenant_yaml_is_read(path: str, tmp_path: Path) -> None:
    write(tmp_path, FILES)
    tenant = read(tmp_path / path, base=tmp_path, keywords={"LEVEL": "a\nb"})
    assert tenant.form == "a Deploy CLI YAML file"
    risk, on = tenant.actions
    assert (risk.name, risk.trigger, risk.runtime, risk.deployed) == (
        "Risk Check",
        "post-login",
        "node22",
        True,
    )
    assert risk.dependencies == {"axios": "1.6.0", "ms": "2"}
    assert risk.secrets == {"KEY": None, "LEVEL": "a b"}
    assert risk.modules == ("crm",)
    assert on.name == "on"  # which is no boolean in YAML 1.2
    assert [each.name for each in tenant.modules] == ["crm"]
    bound = tenant.bindings["post-login"]
    assert [each.action for each in bound] == ["Risk Check", "Unknown"]
    # The value of LEVEL has two lines, and the lines of the file are told.
    places = [risk.place, on.place, tenant.modules[0].place, *(each.place for each in bound)]
    assert [each.line for each in places] == [
        4,
        23,
        27,
        32,
        34,
    ]
    [unknown] = tenant.errors
    assert str(unknown) == (
        "tenant.yaml:34: [A811] The trigger 'post-login' binds 'Unknown', and there is no such "
        "Action. Export its Actions too, or remove the binding. The Deploy CLI exports none of the "
        "Marketplace: for one, test a copy without the binding."
    )


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("a: [\n", "tenant.yaml:2: [A835] It is not YAML: did not find expected node content."),
        ("a: \0", "tenant.yaml: [A835] It is not YAML: "),
        ("a: b: c\n", "tenant.yaml:1: [A835] It is not YAML: mapping values are not allowed"),
        (
            "- a\n",
            "tenant.yaml:1: [A837] It is YAML, but not a mapping with `actions`. Name the "
            "right file, or export the tenant again.",
        ),
        (
            "actions: []\nactions: []\n",
            "tenant.yaml:2: [A838] It has 'actions' twice. Put them together.",
        ),
        (
            "actions: x\n",
            "tenant.yaml:1: [A833] Its actions are not a list. Begin each with `- name: `, or "
            "export again.",
        ),
        ("actions:\n  - x\n", "tenant.yaml:2: [A849] Where the Action should be is text."),
        (
            "actions:\n  - {a: 1, a: 2}\n",
            "tenant.yaml:2: [A832] It has the key 'a' twice. Correct it",
        ),
        ("actions:\n  - ? [a]\n    : b\n", "tenant.yaml:2: [A832] It has a key that is no text."),
        (
            f"actions: {'[' * 60}{']' * 60}\n",
            "tenant.yaml:1: [A832] It has objects or lists that are more than 50 deep, or in "
            "themselves. Correct it",
        ),
        (
            "actions:\n  - &a {name: *a}\n",
            "tenant.yaml:2: [A832] It has objects or lists that are more than 50 deep, or in "
            "themselves. Correct it",
        ),
        (
            "a: [\n  b, ##GONE## ]\nc: d\n",
            "tenant.yaml:4: [A835] It is not YAML: did not find expected ',' or ']'. Give GONE a "
            "value, in ini auth0_keywords. Correct it, or export the tenant again.",
        ),
    ],
)
def test_what_is_no_tenant_yaml_is_an_error(text: str, said: str, tmp_path: Path) -> None:
    write(tmp_path, {"tenant.yaml": text})
    assert found(read(tmp_path))[0].startswith(f"error: {said}")


@pytest.mark.parametrize(
    ("slip", "meant"),
    [("action", "actions"), ("Triggers", "triggers"), ("actionsModules", "actionModules")],
)
def test_a_name_that_is_almost_that_of_a_section_is_told(
    slip: str, meant: str, tmp_path: Path
) -> None:
    write(tmp_path, {"tenant.yaml": f"{slip}: []\nclients: []\nconnections: []\n"})
    assert found(read(tmp_path)) == [
        f"warning: tenant.yaml: [A876] The file has {slip!r}, which is not read. Did you mean "
        f"{meant!r}? Rename it."
    ]


@pytest.mark.parametrize("loader", ["CSafeLoader", "SafeLoader"])
def test_deep_yaml_is_an_error(
    loader: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    if loader == "SafeLoader":  # as in a PyYAML without libyaml
        monkeypatch.delattr(yaml, "CSafeLoader", raising=False)
    write(tmp_path, {"tenant.yaml": "actions: " + "[" * 50_000})
    [finding] = found(read(tmp_path))
    assert finding.startswith("error: tenant.yaml")
    assert ("can't be a tenant: it is nested too deeply. " in finding) is (loader == "SafeLoader")


@pytest.mark.parametrize("code", ["00110000", "FFFFFFFF"])
def test_what_pyyaml_stumbles_over_is_told(
    code: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delattr(yaml, "CSafeLoader", raising=False)
    write(tmp_path, {"tenant.yaml": f'actions: "\\U{code}"'})
    [finding] = found(read(tmp_path))
    assert finding.startswith("error: tenant.yaml: [A836] It is YAML that can't be a tenant: ")


@pytest.mark.parametrize("text", ["", "# nothing\n", "actions:\n", "clients: []\n? [a]\n: b\n"])
def test_a_tenant_yaml_may_have_no_actions(text: str, tmp_path: Path) -> None:
    write(tmp_path, {"tenant.yaml": text})
    assert found(read(tmp_path)) == []


def test_a_tenant_yaml_that_is_no_text_is_an_error(tmp_path: Path) -> None:
    (tmp_path / "tenant.yml").write_bytes(b"\xff")
    [finding] = found(read(tmp_path))
    assert finding.startswith("error: tenant.yml: [A841] The manifest is not UTF-8")


def test_scalars_are_those_of_yaml_1_2(tmp_path: Path) -> None:
    """As the Deploy CLI reads them."""
    versions = {
        "2": "2",
        "1.50": "1.5",
        "'1.50'": "1.50",
        "1.2.3": "1.2.3",
        "12:30": "12:30",
        "0x1F": "0x1F",
        "yes": "yes",
        "~": "",
        "!!str 7": "7",
        "!mine 7": "7",
        "True": "True",
    }
    lines = [f"      - {{name: p{at}, version: {each}}}" for at, each in enumerate(versions)]
    text = "actions:\n  - name: a\n    code: a.js\n    dependencies:\n" + "\n".join(lines)
    write(tmp_path, {"tenant.yaml": text, "a.js": ""})
    [action] = read(tmp_path).actions
    assert list(action.dependencies.values()) == list(versions.values())


def test_aliases_are_followed(tmp_path: Path) -> None:
    text = "x: &all\n  - name: a\n    code: a.js\nactions: *all\nactionModules: *all\n"
    write(tmp_path, {"tenant.yaml": text, "a.js": ""})
    tenant = read(tmp_path)
    assert [each.name for each in (*tenant.actions, *tenant.modules)] == ["a", "a"]


def test_keys_are_merged(tmp_path: Path) -> None:
    """As the Deploy CLI's reader does: what is there itself wins, then what is first."""
    text = """\
x:
  - &first {runtime: node22, deployed: true}
  - &second {runtime: node18, code: a.js, name: second}
actions:
  - name: a
    <<: [*first, *second]
  - <<: *second
    name: b
  - {name: c, code: a.js, "<<": 1}
"""
    write(tmp_path, {"tenant.yaml": text, "a.js": ""})
    tenant = read(tmp_path)
    assert found(tenant) == []
    facts = [(each.name, each.runtime, each.deployed, each.place.line) for each in tenant.actions]
    assert facts == [("a", "node22", True, 5), ("b", "node18", False, 7), ("c", None, False, 9)]


@pytest.mark.parametrize("value", ["1", "[1]", "[[]]", ""])
def test_only_mappings_are_merged(value: str, tmp_path: Path) -> None:
    write(tmp_path, {"tenant.yaml": f"actions:\n  - name: a\n    <<: {value}\n"})
    [finding] = found(read(tmp_path))
    assert finding.startswith(
        "error: tenant.yaml:3: [A832] It has << of what is no mapping. Correct it"
    )


def test_an_alias_that_holds_itself_is_an_error(tmp_path: Path) -> None:
    write(tmp_path, {"tenant.yaml": "actions: &a [*a]\n"})
    [finding] = found(read(tmp_path))
    assert finding.startswith("error: tenant.yaml")


def test_a_keyword_without_quotes_that_has_no_value_stays(tmp_path: Path) -> None:
    text = "actions:\n  - name: a\n    code: a.js\n    secrets: @@SECRETS@@\n"
    write(tmp_path, {"tenant.yaml": text, "a.js": ""})
    tenant = read(tmp_path)
    assert tenant.errors == ()
    assert not tenant.actions[0].are_secrets_known


@pytest.mark.parametrize("runtime", ["##NODE##", "'##NODE##'", '  "##NODE##"'])
def test_a_keyword_that_yaml_takes_for_a_comment_is_told(runtime: str, tmp_path: Path) -> None:
    text = f"actions:\n  - name: a\n    code: a.js\n    runtime: {runtime}\n"
    write(tmp_path, {"tenant.yaml": text, "a.js": ""})
    [finding] = found(read(tmp_path))
    assert finding.startswith(
        "warning: tenant.yaml:2: [A839] The keyword ##NODE## has no value, and stays"
    )
    given = read(tmp_path, keywords={"NODE": "node22"})
    assert (found(given), given.actions[0].runtime) == ([], "node22")


@pytest.mark.parametrize("secret", ["value: ##KEY##", "value: '##KEY##'", 'value:   "##KEY##"'])
def test_nothing_is_said_of_a_keyword_that_is_a_secrets_value(secret: str, tmp_path: Path) -> None:
    """As in the Deploy CLI's own example: the test gives the value."""
    text = "actions:\n  - name: a\n    code: a.js\n    secrets:\n      - name: A\n        "
    write(tmp_path, {"tenant.yaml": f"{text}{secret}\n", "a.js": "throw event.secrets.A;"})
    assert found(read(tmp_path)) == []
    assert read(tmp_path).actions[0].secrets == {"A": None}
    given = read(tmp_path, keywords={"KEY": "k"})
    assert (found(given), given.actions[0].secrets) == ([], {"A": "k"})


@pytest.mark.parametrize("after", ["", " # ##KEY##", " ## KEY ##", " ##KEY## and more", "\n"])
def test_any_other_comment_is_one(after: str, tmp_path: Path) -> None:
    text = f"actions:\n  - name: a\n    code: a.js\n    runtime:{after}"
    write(tmp_path, {"tenant.yaml": text, "a.js": ""})
    tenant = read(tmp_path)
    assert (found(tenant), tenant.actions[0].runtime) == ([], None)


def test_without_pyyaml_the_error_says_what_to_install(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    write(tmp_path, {"tenant.yaml": ""})
    monkeypatch.setitem(sys.modules, "yaml", None)
    with pytest.raises(TenantError) as caught:
        read(tmp_path)
    assert str(caught.value) == (
        "[A834] Reading a tenant.yaml needs PyYAML.\n"
        "Given: tenant.yaml, and an environment without PyYAML.\n"
        "Install it with `pip install PyYAML`."
    )
