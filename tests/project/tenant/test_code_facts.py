"""What is read from code, and what is left alone as it is not certain."""

from __future__ import annotations

import pytest

from pytest_auth0_actions.project.tenant.code_facts import code_facts
from pytest_auth0_actions.project.tenant.javascript import tokens_of


def required(source: str) -> list[str]:
    return [each.name for each in code_facts(source, "event").required]


def handled(body: str) -> str:
    return f"exports.onExecutePostLogin = async (event, api) => {{ {body} }};"


@pytest.mark.parametrize(
    ("source", "texts"),
    [
        ("a / b / c", ["a", "/", "b", "/", "c"]),
        ("x = /[/'\"`]\\//g.test(y)", ["x", "=", "/[/'\"`]\\//g", ".", "test", "(", "y", ")"]),
        ("return /'/", ["return", "/'/"]),
        ("f(1) / 2 // '", ["f", "(", "1", ")", "/", "2"]),
        ("/* ' */ 'a\\'b'", ["a\\'b"]),
        ("`a${ {b: `c${d}`} }e`", ["a", "{", "b", ":", "c", "d", "", "}", "e"]),
        ("#!/usr/bin/env node\nx", ["x"]),
        ("a?.b ?? c?.5:1", ["a", "?.", "b", "??", "c", "?", ".", "5", ":", "1"]),
        ("/", ["/"]),
        ("`$5 \\` $`", ["$5 \\` $"]),
    ],
)
def test_a_source_is_cut_into_tokens(source: str, texts: list[str]) -> None:
    tokens = tokens_of(source)
    assert [each.text for each in tokens.all] == texts
    assert tokens.are_certain


@pytest.mark.parametrize("source", ["'a", "`a", "`a${", "`${x", "{", 'x = "a\n'])
def test_a_source_that_has_no_end_says_nothing(source: str) -> None:
    assert not tokens_of(source).are_certain
    facts = code_facts(f"{source} \nrequire('a'); exports.onExecutePostLogin = 1;", "event")
    assert facts.required == facts.handlers == ()


@pytest.mark.parametrize(
    ("source", "names"),
    [
        ("require('a'); const b = require(\"b/c\"); require(`d`)", ["a", "b/c", "d"]),
        (
            "import('a').then(f); import('b').then(f.g(1, 2)); import('c').finally(f, g)",
            list("abc"),
        ),
        ("import('a').then(f(1)).catch(g); import('b').then(f, g); import('c')?.catch(f)", []),
        ("import('a').default; require('b').catch; require('c').f(", ["a", "b", "c"]),
        ("require('a' + b); require(a); require(`a${b}`); require('\\x61')", []),
        (
            "// require('a')\n/* require('b') */ 'require(\"c\")'; x.require('d'); y?.require('e')",
            [],
        ),
        ("try { require('a') } catch { require('b') }", ["b"]),
        ("try { if (x) { require('a') } } finally {}", []),
        ("function require(x) {} require('a')", []),
        ("const require = f; require('a')", []),
        ("/'/.test(x); require('a') // '", ["a"]),
        ("require; require(", []),
        ("require('a', 1)", []),
        ("}; require('a')", ["a"]),
    ],
)
def test_what_code_requires_is_found_where_it_is_certain(source: str, names: list[str]) -> None:
    assert required(source) == names


def test_the_first_line_counts() -> None:
    [used] = code_facts("\n\nrequire('a');\nrequire('a');", "event").required
    assert (used.name, used.line) == ("a", 3)


@pytest.mark.parametrize(
    ("body", "names", "are_all"),
    [
        ("event.secrets.A; event.secrets['B']; event?.secrets?.C;", ["A", "B", "C"], True),
        ("event.secrets?.['A']; event.secrets[`B`]", ["A", "B"], True),
        ("const { A, B: b, C = 1 } = event.secrets;", ["A", "B", "C"], True),
        ("const { A } = event.secrets\nf()", ["A"], True),
        ("event.secrets[name]", [], False),
        ("event.secrets['A' + b]", [], False),
        ("f(event)", [], False),
        ("f(event, 1)", [], False),
        ("const copy = event;", [], False),
        ("const { secrets } = event; secrets.A;", [], False),
        ("const s = event.secrets; s.A;", [], False),
        ("event['secrets'].A", [], False),
        ("event[`secrets`].A", [], False),
        ("const { ...all } = event.secrets;", [], False),
        ("const { A: { b } } = event.secrets;", [], False),
        ("const { A } = event.secrets.B;", ["B"], True),
        ("const { A } = event.secrets ?? {};", [], False),
        ("x.event.secrets.A; y.secrets.B", [], False),
        ("event.secrets.A = 1;", [], True),
        ("event.secrets.A === 1", ["A"], True),
        ("Object.keys(event.secrets)", [], False),
        ("event.user.name; users.event", [], True),
        ("(event) => event.secrets.A", ["A"], True),
        ("(function (event) { return event.secrets.A })", ["A"], True),
        ("(function named(event) { return event.secrets.A })", ["A"], True),
        ("class C { read(event) { return event.secrets.A } }", ["A"], True),
        # What is another event, or may be.
        ("list.map((event) => event.secrets.A)", [], False),
        ("list.map(event => event.secrets.A)", [], False),
        ("on('x', async function (e, event) { event.secrets.A })", [], False),
        ("f(1)((event) => event.secrets.A)", [], False),
        ("for (const event of events) event.secrets.A", [], False),
        ("try {} catch (event) { event.secrets.A }", [], False),
        ("let event = f(); event.secrets.A", [], False),
        ("if (event) { event.secrets.A }", ["A"], False),
        ("f('event', `event`)", [], True),
    ],
)
def test_the_secrets_that_an_action_reads(body: str, names: list[str], are_all: bool) -> None:
    facts = code_facts(handled(body), "event")
    assert [each.name for each in facts.secrets] == names
    assert facts.are_secrets_all is are_all


@pytest.mark.parametrize(
    "source",
    [
        "exports.onExecutePostLogin = async (e, api) => e.secrets.A;",
        "exports.onExecutePostLogin = async ({ secrets }) => secrets.A;",
        "exports.onExecutePostLogin = require('./other').handler;",
        "exports.onExecutePostLogin = async (...args) => f(...args);",
    ],
)
def test_an_action_whose_event_goes_by_another_name_may_read_any_secret(source: str) -> None:
    assert not code_facts(source, "event").are_secrets_all


def test_the_secrets_that_a_module_reads() -> None:
    facts = code_facts("module.exports = () => actions.secrets.A;", "actions")
    assert [each.name for each in facts.secrets] == ["A"]
    assert facts.are_secrets_all


@pytest.mark.parametrize(
    ("source", "names"),
    [
        ("exports.onExecutePostLogin = 1", ["onExecutePostLogin"]),
        ("module.exports['onContinuePostLogin'] = 1", ["onContinuePostLogin"]),
        ("exports[`onExecutePostLogin`] = 1", ["onExecutePostLogin"]),
        ("exports.onExecutePostLogn = 1; exports.other = 2; exports[name] = 3", []),
        ("f(exports.onExecutePostLogin)", []),
        ("exports.onExecutePostLogin == 1", []),
        ("// exports.onExecutePostLogin = 1", []),
        ("'exports.onExecutePostLogin = 1'", []),
        ("module.exports = { onExecutePostLogin, a }", ["onExecutePostLogin"]),
        ("module.exports = { a: f({ b }, 1), onExecutePostLogin: g }", ["onExecutePostLogin"]),
        ("exports = module.exports = { 'onContinuePostLogin': 1 }", ["onContinuePostLogin"]),
        ("module.exports = { async onExecutePostLogin(event) {} }", ["onExecutePostLogin"]),
        ("module.exports = { a: { onExecutePostLogin: 1 } }", []),
        ("module.exports = { a: ( }", []),
        ("export const onExecutePostLogin = f", ["onExecutePostLogin"]),
        ("export async function onContinuePostLogin() {}", ["onContinuePostLogin"]),
        ("export const { onExecutePostLogin } = f; export const", []),
        ("module.exports = { a: onExecutePostLogin, ...onContinuePostLogin }", []),
        ("module.exports = { a, [onExecutePostLogin]: 1 }; f({ onContinuePostLogin })", []),
    ],
)
def test_the_handlers_that_code_exports(source: str, names: list[str]) -> None:
    assert [each.name for each in code_facts(source, "event").handlers] == names


def test_keywords_in_comments_do_nothing() -> None:
    facts = code_facts("// ##A##\nf('##B##', `@@C@@`)", "event")
    assert [(each.name, each.line) for each in facts.keywords] == [("##B##", 2), ("@@C@@", 2)]


def test_keywords_are_found_wherever_they_do_something() -> None:
    code = "const a = ##A##;\nf(@@B@@, `\n${@@C@@}\n##D##`); class X { #e = 1 }; // @@F@@\n##G##"
    facts = code_facts(code, "event")
    assert [(each.name, each.line) for each in facts.keywords] == [
        ("##A##", 1),
        ("@@B@@", 2),
        ("@@C@@", 3),
        ("##D##", 4),
        ("##G##", 5),
    ]
