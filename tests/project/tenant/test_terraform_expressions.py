"""What expressions come to: each result is that of `terraform console` 1.11."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from pytest_auth0_actions.project.tenant.findings import Reading
from pytest_auth0_actions.project.tenant.hcl import HclError, parse_expression
from pytest_auth0_actions.project.tenant.keywords import Keywords
from pytest_auth0_actions.project.tenant.terraform_module import TerraformModule
from pytest_auth0_actions.project.tenant.terraform_values import Unknown
from tests.project.tenant.tenants import write

FILES = {
    "main.tf": r"""
locals {
  m = { b = 1, a = "x" }
  l = ["c", "a", "b"]
  h = <<-EOT
      one
        two $${x} ${local.l[0]}
    TABtab
      three
  EOT
  g = <<EOT
  raw
EOT
}
""".replace("TAB", "\t"),
    "t.tpl": "hello ${who}! %{ if yes }Y%{ else }N%{ endif } $${x} %%{y}",
    "u.tpl": "a:\n%{ for k, v in m ~}\n  ${k}=${v}\n%{ endfor ~}\nend %{ if no }${gone}%{ endif }x"
    '%{ for x in ["p"] }<${x}>%{ endfor }\n',
    "v.tpl": "a \n  %{~ if yes ~}  \n  b ${~ who ~} \n c\n%{~ endif ~}\n\n d\n%{ for i, x in l }"
    '%{ if x == "a" }${i}%{ endif }%{ endfor }',
    "f.txt": "a\nb\n",
    "d/a.js": "",
    "d/b.cjs": "",
    "d/e/c.js": "",
}


@pytest.fixture
def module(tmp_path: Path) -> TerraformModule:
    write(tmp_path, FILES)
    return TerraformModule(Reading(tmp_path, tmp_path, Keywords()), {})


def value(module: TerraformModule, text: str) -> Any:
    return module.scope.value(parse_expression(text, module.folder / "x.tf", 1))


@pytest.mark.parametrize(
    ("text", "result"),
    [
        ('"a${"b${1 + 1}"}c"', "ab2c"),
        ('"\\t\\"\\\\ \\u00e9 $${x} %%{y}"', '\t"\\ é ${x} %{y}'),
        ("local.h", " one\n   two ${x} c\ntab\n three\n"),
        ("local.g", "  raw\n"),
        ("1 + 2 * 3 - 4 / 2 % 3", 5),
        ("-1 + 2", 1),
        ("(1 + 2) * 3", 9),
        ("!false && (1 == 1 || false)", True),
        ('1 == "1"', False),
        ('"a" != "b"', True),
        ('true ? "x" : "y"', "x"),
        ('[for s in local.l : upper(s) if s != "a"]', ["C", "B"]),
        ('[for i, s in local.l : "${i}${s}"]', ["0c", "1a", "2b"]),
        ('{for k, v in local.m : k => "${v}!"}', {"a": "x!", "b": "1!"}),
        ('{for s in ["aa", "ab"] : substr(s, 1, 1) => s}', {"a": "aa", "b": "ab"}),
        ('{for s in ["ab", "ac", "b"] : substr(s, 0, 1) => s...}', {"a": ["ab", "ac"], "b": ["b"]}),
        ('{for k, v in local.m : v => k if k == "a"}', {"x": "a"}),
        ("local.l[1]", "a"),
        ('local.m["a"]', "x"),
        ("local.m.b", 1),
        ("local.l.0", "c"),
        ("[{a=1},{a=2}][*].a", [1, 2]),
        ("[{a=[1,2]},{a=[3,4]}][*].a[1]", [2, 4]),
        ("[{a=1},{a=2}].*.a", [1, 2]),
        ('"x"[*]', ["x"]),
        ("null[*]", []),
        ('{ a = 1, "b" : 2, (local.l[0]) = 3, for = 4 }', {"a": 1, "b": 2, "c": 3, "for": 4}),
        ("merge({a=1}, {b=2}, [{c=3}]...)", {"a": 1, "b": 2, "c": 3}),
        ('concat(["a"], ["b"])', ["a", "b"]),
        ('flatten([["a"], [["b"]], "c"])', ["a", "b", "c"]),
        ('distinct(["a", "b", "a"])', ["a", "b"]),
        ('compact(["a", "", "b"])', ["a", "b"]),
        ('toset(["b", "a", "b"])', ["a", "b"]),
        ('tolist(["b", "a"])', ["b", "a"]),
        ("tomap({a = 1})", {"a": 1}),
        ("tostring(1.5)", "1.5"),
        ("tostring(true)", "true"),
        ('tonumber("12")', 12),
        ('tobool("true")', True),
        ("keys(local.m)", ["a", "b"]),
        ("values({b=1,a=2})", [2, 1]),
        ('lookup(local.m, "zz", "d")', "d"),
        ('lookup(local.m, "b")', 1),
        ('element(["a","b"], 3)', "b"),
        ('contains(local.l, "a")', True),
        ('sort(["b", "a"])', ["a", "b"]),
        ('reverse(["a", "b"])', ["b", "a"]),
        ("one([7])", 7),
        ("one([])", None),
        ('zipmap(["a"], [1])', {"a": 1}),
        ("length(local.l)", 3),
        ('length("abc")', 3),
        ('join("-", ["a", "b"], ["c"])', "a-b-c"),
        ('split(",", "a,b")', ["a", "b"]),
        ('replace("a.b", ".", "-")', "a-b"),
        ('replace("hello", "/l+/", "[$0]")', "he[ll]o"),
        ('replace("hello", "/(h)(e)/", "$2$1")', "ehllo"),
        ('lower("ABC")', "abc"),
        ('upper("abc")', "ABC"),
        ('title("hello world-wide it\'s")', "Hello World-Wide It'S"),
        ('trimspace("  a \\n")', "a"),
        ('trim("?!a?!", "!?")', "a"),
        ('trimprefix("ab", "a")', "b"),
        ('trimsuffix("ab", "b")', "a"),
        ('chomp("a\\n\\n")', "a"),
        ('indent(2, "a\\nb")', "a\n  b"),
        ('substr("hello", 1, 3)', "ell"),
        ('substr("hello", 1, -1)', "ello"),
        ('substr("hello", -3, 2)', "ll"),
        ('startswith("ab", "a")', True),
        ('endswith("ab", "b")', True),
        ('basename("a/b.js")', "b.js"),
        ('dirname("a/b.js")', "a"),
        ('dirname("a")', "."),
        ('dirname("a/b/")', "a/b"),
        ('basename("a/b/")', "b"),
        ('coalesce("", "b")', "b"),
        ('coalesce(null, "b")', "b"),
        ('try(local.m.zz, "d")', "d"),
        ("can(local.m.zz)", False),
        ("can(local.m.a)", True),
        ('format("%s-%d-%05.2f-%q-%v-%%", "a", 3, 1.5, "q", true)', 'a-3-01.50-"q"-true-%'),
        ('format("%5s|%-5s|%03d", "a", "b", 7)', "    a|b    |007"),
        ('format("%v", ["a"])', '["a"]'),
        (
            'jsonencode({b = 1, a = ["<x>", true, null]})',
            '{"a":["\\u003cx\\u003e",true,null],"b":1}',
        ),
        ('jsondecode("{\\"a\\": [1, \\"x\\"]}")', {"a": [1, "x"]}),
        ('file("f.txt")', "a\nb\n"),
        ('fileexists("f.txt")', True),
        ('fileexists("zz.txt")', False),
        ('fileset(".", "d/*.js")', ["d/a.js"]),
        ('fileset("d", "**/*.{js,cjs}")', ["a.js", "b.cjs", "e/c.js"]),
        ('fileset("d", "*")', ["a.js", "b.cjs"]),
        ('fileset("${path.module}/d", "?.js")', ["a.js"]),
        ('templatefile("t.tpl", { who = "me", yes = true })', "hello me! Y ${x} %{y}"),
        ("1.50", 1.5),
        ('"a${1e3}"', "a1000"),
        ("1e3", 1000),
        ("10 / 4", 2.5),
        ("7 % 3", 1),
        ("5 > 3", True),
        ('"${1}"', 1),
        ('"${true}"', True),
        ('[1, "a", null]', [1, "a", None]),
        ('templatefile("t.tpl", { who = "me", yes = false })', "hello me! N ${x} %{y}"),
        (
            'templatefile("u.tpl", { m = {a = 1, b = 2}, no = false, gone = "x" })',
            "a:\n  a=1\n  b=2\nend x<p>\n",
        ),
        ('templatefile("v.tpl", { who = "me", yes = true, l = ["b", "a"] })', "a \n  bme c\n d\n1"),
        ('templatefile("v.tpl", { who = "me", yes = false, l = [] })', "a \n\n d\n"),
    ],
)
def test_an_expression_comes_to_what_terraform_says(
    text: str, result: Any, module: TerraformModule
) -> None:
    assert value(module, text) == result


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("timestamp()", "timestamp()"),
        ("provider::x::y()", "provider::x::y()"),
        ("upper(timestamp())", "timestamp()"),
        ('"a${timestamp()}"', "timestamp()"),
        ('"a${null}"', "text of null"),
        ('"a${[]}"', "text of a collection"),
        ('"%{ if true }a%{ endif }"', "a directive in a text in quotes"),
        ("[timestamp()] == []", "timestamp()"),
        ("timestamp() ? 1 : 2", "timestamp()"),
        ("1 / 0", "a result of /"),
        ('1 + "x"', "+ of what are no numbers"),
        ('!"x"', "! of text"),
        ("!timestamp()", "timestamp()"),
        ('-"x"', "- of text"),
        ("-timestamp()", "timestamp()"),
        ("upper(1)", "a result of upper()"),
        ("upper()", "a result of upper()"),
        ("one([1, 2])", "a result of one()"),
        ("merge(1...)", "... of what is no list"),
        ("merge(timestamp()...)", "timestamp()"),
        ("local.m.c", ".c, which is not there"),
        ('"x"[0]', "the item 0, which is not there"),
        ("local.l[true]", "the item True, which is not there"),
        ('\\"x\\"', "template_string, which is not read here"),
        ("local.l[7]", "the item 7, which is not there"),
        ("local.l[timestamp()]", "timestamp()"),
        ("timestamp()[0]", "timestamp()"),
        ("timestamp().a", "timestamp()"),
        ("timestamp()[*].a", "timestamp()"),
        ("[for x in timestamp() : x]", "timestamp()"),
        ('[for x in "a" : x]', "what is no collection"),
        ("[for x in [1] : x if timestamp()]", "timestamp()"),
        ("{ for x in [1] : timestamp() => x }", "timestamp()"),
        ('[for x in split(" ", format("%10001s", "")) : x]', "a list that is too long"),
        ("{ (timestamp()) = 1 }", "timestamp()"),
        ("try(timestamp())", "timestamp()"),
        ("try()", "try()"),
        ("var", "var"),
        ("each.key", "each.key"),
        ("path.other", "path.other"),
        ("aws_x.y", "aws_x.y, which is not declared"),
        ("aws_x.y.z", "aws_x.y, which is not declared"),
        ("local.gone", "local.gone, which is not declared"),
        ("true && timestamp()", "timestamp()"),
        ('replace("a", "/(/", "")', "a result of replace()"),
        ('jsondecode("{")', "a result of jsondecode()"),
        ('coalesce("")', "a result of coalesce()"),
        ('tobool("x")', "a result of tobool()"),
        ('format("%s")', "a result of format()"),
        ('templatefile("gone.tpl", {})', "the file 'gone.tpl', which is not there"),
        ("templatefile(timestamp(), {})", "timestamp()"),
        ('fileset("..", "*")', "the folder '..', which is outside of the tenant's folder"),
        ("-" * 1 + "(" * 120 + "1" + ")" * 120, "an expression that is too deep"),
    ],
)
def test_what_only_terraform_knows_is_not_known(
    text: str, why: str, module: TerraformModule
) -> None:
    found = value(module, text)
    assert isinstance(found, Unknown)
    assert found.why == why


@pytest.mark.parametrize(
    ("template", "why"),
    [
        ("${x", "a template without an end at t.txt:1"),
        ('${"x', "a template without an end at t.txt:1"),
        ('${"${x', "a template without an end at t.txt:1"),
        ("\n${x y}", "a template that can't be read at t.txt:2"),
        ("${timestamp()}", "timestamp()"),
        ("${[]}", "text of a collection"),
        ("%{ while true }", "the directive 'while true' of a template"),
        ("%{ for }", "the directive 'for' of a template"),
        ("%{ for x in timestamp() }%{ endfor }", "timestamp()"),
        ('%{ for x in "a" }%{ endfor }', 'what "a" goes over'),
        ("a%{ endif }", "the directive 'endif' of a template"),
    ],
)
def test_a_template_that_is_none_is_not_known(
    template: str, why: str, module: TerraformModule
) -> None:
    write(module.folder, {"t.txt": template})
    assert value(module, 'templatefile("t.txt", {})') == Unknown(why)


@pytest.mark.parametrize(
    ("template", "result"),
    [
        ("%{ if false }%{ if x }%{ endif }%{ for y in z }%{ endfor }", ""),
        ("%{ if false }a", ""),
        ("%{ for x in [1] }a", "a"),
        ('${ { a = "}" }["a"] }', "}"),
        ('${upper("a${"b"}\\"")}', 'AB"'),
        ("%{ for k, v in { a = 1 } }${k}${v}%{ endfor }", "a1"),
    ],
)
def test_templates(template: str, result: str, module: TerraformModule) -> None:
    write(module.folder, {"t.txt": template})
    assert value(module, 'templatefile("t.txt", {})') == result


@pytest.mark.parametrize("text", ["1\ny = 2", ") (", "1\n)\nblock {}\nx = (1", "}"])
def test_what_is_more_than_an_expression_is_none(text: str, module: TerraformModule) -> None:
    with pytest.raises(HclError):
        value(module, text)


@pytest.mark.parametrize(
    ("text", "line"),
    [
        ('file("d/code.txt")', 1),
        ('trimspace(file("d/code.txt"))', 3),
        ('chomp(file("d/code.txt"))', 1),
        ('replace(file("d/code.txt"), "b", "c")', 1),
    ],
)
def test_text_of_a_file_keeps_its_lines(text: str, line: int, module: TerraformModule) -> None:
    write(module.folder, {"d/code.txt": "\n\nb\n"})
    found = value(module, text)
    assert (found.path, found.line) == (module.folder / "d/code.txt", line)


@pytest.mark.parametrize(
    "text", ['replace(file("f.txt"), "a", "\\n")', 'upper(file("f.txt"))', 'trimspace(" a")']
)
def test_text_that_is_changed_has_no_lines(text: str, module: TerraformModule) -> None:
    assert type(value(module, text)) is str


def test_a_fileset_that_is_too_large_is_not_known(
    module: TerraformModule, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("pytest_auth0_actions.project.tenant.terraform_module._MOST_FILES", 1)
    assert value(module, 'fileset("d", "**")') == Unknown("a fileset that is too large")
