from __future__ import annotations

import sys
from pathlib import Path
from typing import Any

import pytest

from pytest_auth0_actions.errors import TenantError
from tests.project.tenant.tenants import LOGIN, found, read, write

HANDLER = "exports.onExecutePostLogin = async () => {};"


def action(label: str = "a", name: str = "A", code: str = f'"{HANDLER}"', more: str = "") -> str:
    return f"""
resource "auth0_action" "{label}" {{
  name   = {name if name[:1] in '"lfve' else f'"{name}"'}
  code   = {code}
  deploy = true
  supported_triggers {{
    id      = "post-login"
    version = "v3"
  }}
  {more}
}}
"""


FOLDER = r"""
variable "name" {
  default = "Risk"
}

variable "secret" {}

locals {
  files = fileset("${path.module}/more", "*.js")
  greeting = <<-EOT
    exports.onExecutePostLogin = async (event) => {
      console.log(`Hello, $${event.user.name}`, "${var.name}");
    };
  EOT
}

resource "auth0_action_module" "crm" {
  name    = "crm"
  publish = true
  code    = file("./crm.js")
  secrets {
    name  = "URL"
    value = var.secret
  }
}

resource "auth0_action" "risk" {
  name    = format("%s Check", var.name)
  runtime = "node22"
  deploy  = true
  code    = file("${path.module}/actions/risk.js")

  supported_triggers {
    id      = "post-login"
    version = "v3"
  }

  dependencies {
    name    = "axios"
    version = "1.6.0"
  }

  dynamic "secrets_wo" {
    for_each = { KEY = var.secret, LEVEL = "x" }
    content {
      name  = secrets_wo.key
      value = secrets_wo.value
    }
  }

  modules {
    module_id         = auth0_action_module.crm.id
    module_version_id = auth0_action_module.crm.version_id
  }
}

resource "auth0_action" "greet" {
  name = "Greet"
  code = local.greeting
  supported_triggers {
    id      = "post-login"
    version = "v3"
  }
}

resource "auth0_action" "more" {
  for_each = local.files
  name     = trimsuffix(each.value, ".js")
  code     = templatefile("more/${each.key}", { plan = "gold" })
  deploy   = true
  supported_triggers {
    id      = "post-login"
    version = "v3"
  }
}

resource "auth0_trigger_actions" "login" {
  trigger = "post-login"

  actions {
    id           = auth0_action.risk.id
    display_name = auth0_action.risk.name
  }

  dynamic "actions" {
    for_each = [for name in sort(keys(auth0_action.more)) : auth0_action.more[name]]
    iterator = bound
    content {
      id           = bound.value.id
      display_name = bound.value.name
    }
  }
}

resource "aws_lambda_function" "unrelated" {
  name = data.aws_region.current.name
}
"""

FILES = {
    "main.tf": FOLDER,
    "crm.js": "module.exports = () => actions.secrets.URL;",
    "actions/risk.js": "require('actions:crm');\n"
    "exports.onExecutePostLogin = async (event) => [event.secrets.KEY, event.secrets.LEVEL];",
    "more/one.js": "exports.onExecutePostLogin = async () => '${plan} ${upper(plan)} $${x}';",
    "more/two.js": LOGIN,
}


def test_a_folder_is_read(tmp_path: Path) -> None:
    write(tmp_path, FILES)
    tenant = read(tmp_path)
    assert found(tenant) == []
    assert tenant.form == "a Terraform folder"
    greet, risk, one, two = tenant.actions
    assert (risk.name, risk.trigger, risk.runtime, risk.deployed) == (
        "Risk Check",
        "post-login",
        "node22",
        True,
    )
    assert risk.path == tmp_path / "actions/risk.js"
    assert risk.secrets == {"KEY": None, "LEVEL": None}
    assert risk.dependencies == {"axios": "1.6.0"}
    assert risk.modules == ("crm",)
    assert (greet.name, greet.runtime, greet.deployed) == ("Greet", None, False)
    assert (one.name, two.name) == ("one", "two")
    assert one.source == "exports.onExecutePostLogin = async () => 'gold GOLD ${x}';"
    assert one.path == tmp_path / "more/one.js"
    assert [each.action for each in tenant.bindings["post-login"]] == ["Risk Check", "one", "two"]
    [crm] = tenant.modules
    assert crm.secret_names == ("URL",)


def test_code_in_a_folder_keeps_its_lines(tmp_path: Path) -> None:
    write(tmp_path, FILES)
    greet = read(tmp_path).actions[0]
    assert greet.path == tmp_path / "main.tf"
    lines = (greet.source or "").split("\n")
    written = FOLDER.split("\n")
    at = next(number for number, line in enumerate(written) if "$${event" in line)
    assert lines[at] == '  console.log(`Hello, ${event.user.name}`, "Risk");'
    assert lines[at - 1] == "exports.onExecutePostLogin = async (event) => {"


@pytest.mark.parametrize(
    ("resource", "names"),
    [
        ('for_each = { a = "x", b = "y" }', ["a-x", "b-y"]),
        ('for_each = toset(["b", "a", "b"])', ["a-a", "b-b"]),
        ("for_each = tomap({ a = 1 })", ["a-1"]),
        ("for_each = {}", []),
    ],
)
def test_for_each_makes_actions(resource: str, names: list[str], tmp_path: Path) -> None:
    write(tmp_path, {"a.tf": action(name='"${each.key}-${each.value}"', more=resource)})
    tenant = read(tmp_path)
    assert found(tenant) == []
    assert [each.name for each in tenant.actions] == names


def test_count_makes_actions(tmp_path: Path) -> None:
    bindings = """
resource "auth0_trigger_actions" "login" {
  trigger = "post-login"
  dynamic "actions" {
    for_each = auth0_action.a[*].id
    content {
      id = actions.value
    }
  }
}
"""
    write(tmp_path, {"a.tf": action(name='"A${count.index}"', more="count = 2") + bindings})
    tenant = read(tmp_path)
    assert found(tenant) == []
    assert [each.action for each in tenant.bindings["post-login"]] == ["A0", "A1"]
    assert [each.place.address for each in tenant.actions] == [
        "auth0_action.a[0]",
        "auth0_action.a[1]",
    ]


def test_single_bindings_are_read_and_their_order_is_doubted(tmp_path: Path) -> None:
    one = 'resource "auth0_trigger_action" "{0}" {{\n trigger = "{1}"\n action_id = {2}\n}}\n'
    text = (
        action("a", "A")
        + action("b", "B")
        + one.format("a", "post-login", "auth0_action.a.id")
        + one.format("b", "post-login", "auth0_action.b.id")
        + one.format("c", "send-phone-message", "auth0_action.b.id")
    )
    write(tmp_path, {"a.tf": text})
    tenant = read(tmp_path)
    assert [each.action for each in tenant.bindings["post-login"]] == ["A", "B"]
    assert [each.partition(": ")[2].partition(" as")[0] for each in found(tenant)][:2] == [
        "a.tf:23, auth0_trigger_action.a: [A867] It appends to the list of 'post-login',",
        "a.tf:27, auth0_trigger_action.b: [A867] It appends to the list of 'post-login',",
    ]


@pytest.mark.parametrize(
    ("depends", "order", "doubted"),
    [
        ({"a": "b", "b": "c"}, "CBA", ""),
        ({"b": "a", "c": "b"}, "ABC", ""),
        ({"a": "c"}, "BCA", "bca"),
        ({"a": "gone"}, "ABC", "abc"),
        ({"a": "a", "b": "a", "c": "b"}, "ABC", ""),
        ({"b": "every", "a": "b", "c": "a"}, "BAC", ""),
    ],
)
def test_single_bindings_have_the_order_of_what_they_depend_on(
    depends: dict[str, str], order: str, doubted: str, tmp_path: Path
) -> None:
    text = 'resource "auth0_trigger_action" "every" {\n for_each = {}\n}\n'
    for name in "abc":
        on = f" depends_on = [auth0_action.{name}, auth0_trigger_action.{depends.get(name)}]\n"
        text += action(name, name.upper())
        text += f'resource "auth0_trigger_action" "{name}" {{\n trigger = "post-login"\n'
        text += f" action_id = auth0_action.{name}.id\n{on if name in depends else ''}}}\n"
    write(tmp_path, {"a.tf": text})
    tenant = read(tmp_path)
    assert "".join(each.action for each in tenant.bindings["post-login"]) == order
    assert [each.place.address[-1] for each in tenant.findings] == [*doubted]
    assert tenant.errors == ()


SHOW = "Write `terraform show -json` to a file, and name that."
DECLARE = "Declare it, or correct the name."
CORRECT = "Correct it: Terraform can't know it either."


def needs(line: int, address: str, what: str, why: str, advice: str = "") -> str:
    if not advice:
        advice = DECLARE if "not declared" in why else CORRECT if "to itself" in why else SHOW
    return (
        f"error: a.tf:{line}, {address}: [A866] Its {what} can't be told from the folder: it needs "
        f"{why}. {advice}"
    )


BINDING = 'resource "auth0_trigger_actions" "l" {\n trigger = %s\n actions {\n id = %s\n}\n}'


@pytest.mark.parametrize(
    ("text", "said"),
    [
        (
            'variable "code" {}\n' + action(code="var.code"),
            needs(
                3,
                "auth0_action.a",
                "code",
                "var.code, which has no default",
                "Give it: TF_VAR_code in the environment, or tenant_at(path, "
                "variables={'code': ...}).",
            ),
        ),
        (
            action(code="data.http.code.body"),
            needs(2, "auth0_action.a", "code", "data.http"),
        ),
        (
            action(code="local.a") + "locals {\n a = local.b\n b = local.a\n}",
            needs(2, "auth0_action.a", "code", "local.a, which refers to itself"),
        ),
        (
            action(code="auth0_action.a.code"),
            needs(2, "auth0_action.a", "code", "auth0_action.a.code"),
        ),
        (
            action(more="for_each = data.x.y"),
            needs(2, "auth0_action.a", "for_each or count", "data.x"),
        ),
        (
            action(more="count = var.n"),
            needs(2, "auth0_action.a", "for_each or count", "var.n, which is not declared"),
        ),
        (
            action(more="count = -1"),
            needs(2, "auth0_action.a", "for_each or count", "the count -1"),
        ),
        (
            action(more="count = length(auth0_action.a)"),
            needs(
                2,
                "auth0_action.a",
                "for_each or count",
                "auth0_action.a, which refers to itself",
            ),
        ),
        (
            action(more="for_each = auth0_action.a"),
            needs(
                2,
                "auth0_action.a",
                "for_each or count",
                "auth0_action.a, which refers to itself",
            ),
        ),
        (
            action(more="modules {\n module_id = data.m.id\n}"),
            needs(2, "auth0_action.a", "modules", "data.m"),
        ),
        (
            action(more='modules {\n module_id = "123"\n}'),
            needs(2, "auth0_action.a", "modules", "the module '123'"),
        ),
        (
            action(more="modules {\n}"),
            needs(2, "auth0_action.a", "modules", "a module_id"),
        ),
        (
            action(more="modules {\n module_id = auth0_action_module.gone.id\n}"),
            needs(
                2, "auth0_action.a", "modules", "auth0_action_module.gone, which is not declared"
            ),
        ),
        (
            BINDING % ('"post-login"', "data.auth0_action.x.id"),
            needs(1, "auth0_trigger_actions.l", "Actions", "data.auth0_action"),
        ),
        (
            BINDING % ('"post-login"', '"act_123"'),
            needs(1, "auth0_trigger_actions.l", "Actions", "the Action 'act_123'"),
        ),
        (
            action() + BINDING % ("var.t", "auth0_action.a.id"),
            needs(12, "auth0_trigger_actions.l", "trigger", "var.t, which is not declared"),
        ),
        (
            'resource "auth0_trigger_actions" "l" {\n trigger = "post-login"\n'
            ' dynamic "actions" {\n'
            " for_each = var.x\n content {\n}\n}\n}",
            needs(1, "auth0_trigger_actions.l", "Actions", "var.x, which is not declared"),
        ),
        (
            action(code='""'),
            "error: a.tf:2, auth0_action.a: [A864] It has no code. Set `code`, such as "
            'file("code.js").',
        ),
        (
            action(code='file("gone.js")'),
            needs(
                2,
                "auth0_action.a",
                "code",
                "the file 'gone.js', which is not there",
                "Correct the path, or add it.",
            ),
        ),
        (
            action(code='file("../secret.js")'),
            needs(
                2,
                "auth0_action.a",
                "code",
                "the file '../secret.js', which is outside of the tenant's folder",
                "Move it there, or write `terraform show -json` to a file, and name that.",
            ),
        ),
        (
            action() + action(),
            "error: a.tf:13, auth0_action.a: [A870] The resource is there twice. Remove one, or "
            "rename it",
        ),
        (
            action(more="for_each = [timestamp()]"),
            needs(2, "auth0_action.a", "for_each or count", "timestamp()"),
        ),
        (
            action(code="auth0_action.b.id") + action("b", "B"),
            needs(
                2,
                "auth0_action.a",
                "code",
                "auth0_action.b.id, which it has once it is applied",
            ),
        ),
        (
            "x = {\n",
            "error: a.tf:2: [A845] It can't be read as Terraform. Correct it, `terraform validate` "
            "says more; or give `terraform show -json`.",
        ),
        (
            "x = " + "(" * 3000,
            "error: a.tf",
        ),
        (
            "a {\n" * 2000 + "}\n" * 2000,
            "error: a.tf: [A845] It can't be read as Terraform.",
        ),
        (
            action(code="local.a0")
            + "locals {\n"
            + "\n".join(f"a{each} = local.a{each + 1}" for each in range(2000))
            + "\n}",
            needs(2, "auth0_action.a", "code", "an expression that is too deep"),
        ),
    ],
)
def test_errors(text: str, said: str, tmp_path: Path) -> None:
    write(tmp_path, {"a.tf": text})
    assert found(read(tmp_path))[0].startswith(said.replace("{folder}", str(tmp_path)))


def test_a_name_that_only_terraform_knows_is_the_address(tmp_path: Path) -> None:
    write(tmp_path, {"a.tf": action(name='"${timestamp()}"')})
    tenant = read(tmp_path)
    assert [each.name for each in tenant.actions] == ["auth0_action.a"]
    assert found(tenant) == [
        "warning: a.tf:2, auth0_action.a: [A863] Its name can't be told from the folder: it needs "
        "timestamp(). Here its name is its address, 'auth0_action.a'. Write `terraform show -json` "
        "to a file, and name that."
    ]


def test_what_is_not_known_and_not_needed_is_not_reported(tmp_path: Path) -> None:
    text = """
  runtime = data.x.y
  secrets {
    name = data.x.y
  }
  dynamic "secrets" {
    for_each = data.x.y
    content {}
  }
  dependencies {
    name    = "axios"
    version = data.x.y
  }
  dependencies {
    name = data.x.y
  }
  dynamic "dependencies" {
    for_each = data.x.y
    content {
      name = "b"
    }
  }
"""
    code = '"exports.onExecutePostLogin = async (event) => event.secrets.A;"'
    write(
        tmp_path, {"a.tf": action(code=code, more=text).replace("deploy = true", "deploy = var.d")}
    )
    tenant = read(tmp_path)
    assert found(tenant) == []
    [read_action] = tenant.actions
    assert (read_action.runtime, read_action.deployed) == (None, True)
    assert read_action.dependencies == {"axios": ""}


def test_an_action_may_have_the_name_of_another(tmp_path: Path) -> None:
    more = "for_each = { x = 1, y = 2 }"
    text = (
        action("a", '"Many ${each.value}"', more=more)
        + action("b", '"${auth0_action.a["y"].name} and one"')
        + 'resource "odd" {}\n'
    )
    write(tmp_path, {"a.tf": text})
    assert [each.name for each in read(tmp_path).actions] == ["Many 1", "Many 2", "Many 2 and one"]


def test_an_action_without_a_trigger_is_for_none(tmp_path: Path) -> None:
    text = 'resource "auth0_action" "a" {\n name = "A"\n code = "x"\n}\n'
    write(tmp_path, {"a.tf": text})
    tenant = read(tmp_path)
    assert found(tenant) == []
    assert [each.trigger for each in tenant.actions] == [""]


def test_two_single_bindings_of_a_trigger_that_is_not_known(tmp_path: Path) -> None:
    one = 'resource "auth0_trigger_action" "{0}" {{\n trigger = {1}\n action_id = {2}\n}}\n'
    text = action() + one.format("x", '"post-login"', "auth0_action.a.id")
    write(tmp_path, {"a.tf": text + one.format("y", "var.t", "auth0_action.a.id")})
    [error] = found(read(tmp_path))
    assert "auth0_trigger_action.y: [A866] Its trigger can't be told from the folder" in error


def test_a_trigger_that_is_not_known_is_none(tmp_path: Path) -> None:
    text = action().replace('id      = "post-login"', "id = data.x.y")
    dynamic = text.replace(
        "supported_triggers {", 'dynamic "supported_triggers" {\n for_each = x.y.z'
    )
    for each in (text, dynamic):
        write(tmp_path, {"a.tf": each})
        assert [each.trigger for each in read(tmp_path).actions] == [""]


VARIABLES = 'variable "name" {\n default = "default"\n}\n' + action(name="var.name")


@pytest.mark.parametrize(
    ("files", "given", "name"),
    [
        ({}, {}, "default"),
        ({}, {"environment": {"TF_VAR_name": "environment"}}, "environment"),
        ({"terraform.tfvars": 'name = "file"'}, {"environment": {"TF_VAR_name": "x"}}, "file"),
        ({"terraform.tfvars.json": {"name": "json"}}, {}, "json"),
        ({"terraform.tfvars.json": []}, {}, "default"),
        ({"terraform.tfvars": 'name = "x"', "b.auto.tfvars": 'name = "auto"'}, {}, "auto"),
        ({"b.auto.tfvars": 'name = "x"', "c.auto.tfvars.json": {"name": "y"}}, {}, "y"),
        ({"b.auto.tfvars": 'name = "x"'}, {"variables": {"name": "test"}}, "test"),
    ],
)
def test_variables_come_from_where_terraform_looks(
    files: dict[str, Any], given: dict[str, Any], name: str, tmp_path: Path
) -> None:
    write(tmp_path, {"a.tf": VARIABLES, **files})
    assert [each.name for each in read(tmp_path, **given).actions] == [name]


@pytest.mark.parametrize(
    ("selected", "environment", "name"),
    [
        (None, {}, "test"),
        (None, {"TF_WORKSPACE": "prod"}, "live"),
        ("prod\n", {}, "live"),
        ("prod", {"TF_WORKSPACE": "dev"}, "test"),
        ("prod", {"TF_WORKSPACE": ""}, "live"),
    ],
)
def test_the_workspace_is_the_one_that_terraform_would_take(
    selected: str | None, environment: dict[str, str], name: str, tmp_path: Path
) -> None:
    chosen = 'locals {\n  name = terraform.workspace == "prod" ? "live" : "test"\n}\n'
    write(tmp_path, {"a.tf": chosen + action(name="local.name")})
    if selected is not None:
        (tmp_path / ".terraform").mkdir()
        (tmp_path / ".terraform/environment").write_text(selected, "utf-8")
    tenant = read(tmp_path, environment=environment)
    assert [str(each) for each in tenant.errors] == []
    assert [each.name for each in tenant.actions] == [name]


@pytest.mark.parametrize(
    ("type_of", "text", "names"),
    [
        ("type = set(string)", '["a", "b"]', ["a", "b"]),
        ("type = map(string)", '{ x = "a" }', ["a"]),
        ("type = any", '["a"]', ["a"]),
        ("type = string", '["a"]', None),
        ("", '["a"]', None),
        ("type = list(string)", "[", None),
        ("type = list(string)", "[timestamp()", None),
    ],
)
def test_the_environment_has_expressions_for_what_is_no_text(
    type_of: str, text: str, names: list[str] | None, tmp_path: Path
) -> None:
    each = action(name="each.value", more="for_each = var.names")
    write(tmp_path, {"a.tf": f'variable "names" {{\n {type_of}\n}}\n{each}'})
    tenant = read(tmp_path, environment={"TF_VAR_names": text})
    assert [each.name for each in tenant.actions] == (names or [])
    assert bool(tenant.errors) is (names is None)


@pytest.mark.parametrize(
    "code",
    [
        'fileexists("gone.js") ? file("gone.js") : "here"',
        'fileexists("../gone.js") ? "there" : "here"',
        'try(file("gone.js"), "here")',
        'can(file("../gone.js")) ? "there" : "here"',
        'try(templatefile("gone.js", {}), "here")',
    ],
)
def test_a_file_that_may_be_missing_is_no_fault(code: str, tmp_path: Path) -> None:
    write(tmp_path, {"a.tf": action(code=code)})
    tenant = read(tmp_path)
    assert found(tenant) == []
    assert str(tenant.actions[0].source).strip() == "here"


def test_a_missing_file_is_one_fault_of_each_action_that_needs_it(tmp_path: Path) -> None:
    text = 'locals {\n code = file("gone.js")\n unused = file("other.js")\n}\n'
    write(tmp_path, {"a.tf": text + action(code="local.code") + action("b", "B", "local.code")})
    assert [each.partition(": [A866] Its")[0] for each in found(read(tmp_path))] == [
        "error: a.tf:6, auth0_action.a",
        "error: a.tf:17, auth0_action.b",
    ]


@pytest.mark.parametrize(
    ("trigger", "more", "bound"),
    [
        ("tolist(auth0_action.a.supported_triggers)[0].id", "", "post-login"),
        ("auth0_action.a.supported_triggers[0].id", "", "post-login"),
        ("one(auth0_action.a.supported_triggers[*].id)", "", "post-login"),
        ("auth0_action.a.supported_triggers[1].id", "", None),
        ("auth0_action.a.secrets[0].name", "", None),
        (
            "auth0_action.a.supported_triggers[0].id",
            'dynamic "supported_triggers" {\n for_each = []\n content {\n}\n}',
            None,
        ),
    ],
)
def test_the_trigger_may_be_that_of_the_action(
    trigger: str, more: str, bound: str | None, tmp_path: Path
) -> None:
    binding = (
        f'resource "auth0_trigger_action" "b" {{\n trigger = {trigger}\n'
        " action_id = auth0_action.a.id\n}"
    )
    write(tmp_path, {"a.tf": action(more=more) + binding})
    tenant = read(tmp_path)
    assert [*tenant.bindings] == ([bound] if bound else [])
    assert bool(tenant.errors) is (bound is None)


def test_terraform_has_no_keywords(tmp_path: Path) -> None:
    """They are the Deploy CLI's: here they are text."""
    files = {
        "a.tf": f"""variable "name" {{}}\n{action(name="var.name", code='file("c.js")')}""",
        "c.js": f"{HANDLER} f('##A##', '@@B@@');",
        "terraform.tfvars.json": '{"name": "##A##"}',
        "config.json": "of another tool",
    }
    tenant = read(write(tmp_path, files), keywords={"A": "a"})
    assert found(tenant) == []
    [made] = tenant.actions
    assert (made.name, str(made.source)[-19:]) == ("##A##", "f('##A##', '@@B@@');"[-19:])


def test_a_variable_that_is_not_declared_is_an_error(tmp_path: Path) -> None:
    write(tmp_path, {"a.tf": VARIABLES})
    assert found(read(tmp_path, variables={"nam": "x"})) == [
        f"error: {tmp_path}: [A871] The test gives the variable 'nam', which is not declared. "
        "Declared are: name."
    ]
    write(tmp_path, {"a.tf": ""})
    assert found(read(tmp_path, variables={"nam": "x"}))[0].endswith("Declared are: none.")


@pytest.mark.parametrize(
    ("source", "is_told"), [('"./login"', True), ('"terraform-aws-modules/vpc/aws"', False)]
)
def test_a_module_in_the_folder_is_not_read_and_that_is_told(
    source: str, is_told: bool, tmp_path: Path
) -> None:
    write(tmp_path, {"a.tf": f'module "login" {{\n source = {source}\n}}\nmodule "b" {{}}\n'})
    expected = (
        "warning: a.tf:1, module.login: [A865] Its folder, './login', is not read. Name that "
        "folder with tenant_at(path), or give `terraform show -json`."
    )
    assert found(read(tmp_path)) == [expected] * is_told


def test_a_file_that_is_no_text_is_an_error(tmp_path: Path) -> None:
    (tmp_path / "a.tf").write_bytes(b"\xff")
    write(tmp_path, {"b.tf": action(code='file("c.js")')})
    (tmp_path / "c.js").write_bytes(b"\xff")
    errors = [each.partition(": byte")[0] for each in found(read(tmp_path))]
    assert errors[:2] == [
        "error: a.tf: [A841] The configuration is not UTF-8",
        "error: c.js: [A841] The code is not UTF-8",
    ]


def test_a_fileset_of_a_folder_that_is_not_there_is_not_known(tmp_path: Path) -> None:
    text = action(name='"n"', more='for_each = fileset("gone", "*.js")')
    write(tmp_path, {"a.tf": text})
    [error] = found(read(tmp_path))
    assert "it needs the folder 'gone', which is not there." in error


def test_a_link_that_leads_outside_is_not_followed(tmp_path: Path) -> None:
    write(tmp_path, {"secret.js": LOGIN, "t/a.tf": action(code='file("a.js")')})
    (tmp_path / "t/a.js").symlink_to(tmp_path / "secret.js")
    assert found(read(tmp_path / "t"))[0] == (
        "error: a.js: [A840] The code is a link to a file outside of the tenant's folder. Put the "
        "file itself there."
    )


def test_without_python_hcl2_the_error_says_what_to_install(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    write(tmp_path, {"main.tf": ""})
    monkeypatch.setitem(sys.modules, "lark", None)
    with pytest.raises(TenantError) as caught:
        read(tmp_path)
    assert str(caught.value) == (
        "[A844] Reading Terraform needs python-hcl2.\n"
        "Given: main.tf, and an environment without python-hcl2.\n"
        "Install it with `pip install 'python-hcl2<9'`."
    )


def test_names_with_slips_are_told(tmp_path: Path) -> None:
    text = action(code=f'"{HANDLER}"').replace("supported_triggers", "supported_trigger")
    bindings = """
resource "auth0_trigger_actions" "login" {
  trigger = "post-login"
  dynamic "action" {
    for_each = [auth0_action.a]
    content {
      id           = action.value.id
      display_name = "A"
    }
  }
}
resource "auth0_action_module" "crm" {
  name    = "crm"
  code    = "exports.a = 1;"
  secretes {
    name = "KEY"
  }
  lifecycle {}
}
"""
    write(tmp_path, {"main.tf": text.replace("deploy", "deployed") + bindings})
    assert [each.replace(" which is not read.", "") for each in found(read(tmp_path))] == [
        "warning: main.tf:23, auth0_action_module.crm: [A876] The resource has 'secretes', Did you "
        "mean 'secrets'? Rename it.",
        "warning: main.tf:2, auth0_action.a: [A876] The resource has 'deployed', Did you mean "
        "'deploy'? Rename it.",
        "warning: main.tf:2, auth0_action.a: [A876] The resource has 'supported_trigger', Did you "
        "mean 'supported_triggers'? Rename it.",
        "warning: main.tf:13, auth0_trigger_actions.login: [A876] The resource has 'action', Did "
        "you mean 'actions'? Rename it.",
    ]


def test_what_terraform_advises_can_be_followed(tmp_path: Path) -> None:
    requires = "\"require('actions:crm'); require('./b.js')\""
    text = action(code=requires)
    write(tmp_path, {"main.tf": text})
    assert found(read(tmp_path))[0].endswith("Add its auth0_action_module, or correct the name.")
    module = 'resource "auth0_action_module" "crm" {\n  name = "crm"\n  code = "1;"\n}\n'
    write(tmp_path, {"main.tf": text + module})
    assert found(read(tmp_path))[0].endswith(
        "Add `modules` with its module_id and module_version_id, at main.tf:2, auth0_action.a."
    )
    block = """modules {
    module_id         = auth0_action_module.crm.id
    module_version_id = auth0_action_module.crm.version_id
  }"""
    write(tmp_path, {"main.tf": action(code=requires, more=block) + module})
    assert [each.partition(" requires")[0] for each in found(read(tmp_path))] == [
        "warning: main.tf:2, auth0_action.a: [A821] The Action 'A'"
    ]
    bound = 'resource "auth0_trigger_action" "a" {\n trigger = "post-login"\n action_id = %s\n}\n'
    undeployed = action().replace("deploy = true", "deploy = false")
    write(tmp_path, {"main.tf": undeployed + bound % "auth0_action.a.id"})
    assert found(read(tmp_path)) == [
        "warning: main.tf:2, auth0_action.a: [A823] The Action 'A' is bound, and not deployed: "
        "Auth0 does not run this code. Set `deploy` to true, or remove the binding at main.tf:12, "
        "auth0_trigger_action.a."
    ]
