"""Code that Terraform fills in, and that is read without it."""

from __future__ import annotations

from pathlib import Path

import pytest

from pytest_auth0_actions.first_test.command import main
from pytest_auth0_actions.first_test.template import filled_by_terraform
from tests.first_test.test_command import write

HANDLER = "exports.onExecutePostLogin = async (event, api) => {{ {} }};\n"
TERRAFORM = """
resource "auth0_action" "plan" {
  name = "Plan"
  code = templatefile("${path.module}/plan.js", { most = 5, url = "https://crm.example" })
  supported_triggers {
    id      = "post-login"
    version = "v3"
  }
}
"""


@pytest.mark.parametrize(
    ("source", "found"),
    [
        ("const a = '${namespace}/plan';", ("${namespace}", 1)),
        ('\n"${ var.a }"', ("${ var.a }", 2)),
        ("const a = 'x', b = '${a}/${c}';", ("${c}", 1)),
        ("const MOST = ${most};", ("${most}", 1)),
        ("${jsonencode(list)}", ("${jsonencode(list)}", 1)),
        ("a();\n%{ if strict }\nb();\n%{ endif }", ("%{ if strict }", 2)),
        ("'%{ for a in b }a%{ endfor }'", ("%{ for a in b }", 1)),
        ("const a = `${b}`;", None),
        ("const name = 'x', mistaken = '${name}';", None),
        ("'$${escaped}'; '${}'; '${1}'; '100%{}'; '$'", None),
        ("class ${ a() {} } class A extends ${}", None),
        ("const a = b % c; const $ = 1; // ${comment}", None),
        ("/${regex}/.test(a)", None),
    ],
)
def test_what_terraform_would_fill_in(source: str, found: tuple[str, int] | None) -> None:
    assert filled_by_terraform(source) == found


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    write(tmp_path / "pytest.ini", "[pytest]\n")
    return tmp_path


@pytest.mark.slow
@pytest.mark.parametrize(
    ("code", "given"),
    [
        pytest.param("api.access.deny(${most});", "${most}", id="no JavaScript"),
        pytest.param("await fetch('${url}/x');", "${url}", id="an error"),
    ],
)
def test_a_template_that_does_not_run_gets_no_test_but_terraform_s_values_do(
    folder: Path, capsys: pytest.CaptureFixture[str], code: str, given: str
) -> None:
    write(folder / "infra/plan.js", HANDLER.format(code))
    assert main(["new", "infra/plan.js"]) == 2
    error = capsys.readouterr().err
    assert error.startswith("[A910] The file looks like a template of Terraform's")
    assert f"Given: infra/plan.js:1, which has {given!r}." in error
    assert not (folder / "tests").exists()

    write(folder / "infra/main.tf", TERRAFORM)
    write(folder / "pytest.ini", "[pytest]\nauth0_tenant = infra\n")
    assert main(["new", "infra/plan.js"]) == 0
    text = (folder / "tests/test_plan.py").read_text(encoding="utf-8")
    assert 'tenant.action("Plan")' in text
    assert "$" not in text


@pytest.mark.slow
def test_a_template_that_runs_is_named(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    write(folder / "plan.js", HANDLER.format("api.access.deny('${why}');"))
    assert main(["new", "plan.js"]) == 0
    assert "plan.js:1 has '${why}' in plain quotes." in capsys.readouterr().out
