"""What an Action uses, as far as its code shows."""

from __future__ import annotations

from typing import Any

import pytest

from pytest_auth0_actions.project.usage import action_use


@pytest.mark.parametrize(
    ("code", "path", "literals"),
    [
        ("event.client.name === 'Shop'", "client.name", ["Shop"]),
        ("'Shop' !== event.client?.name", "client.name", ["Shop"]),
        ("event['client'].name == \"Shop\"", "client.name", ["Shop"]),
        ("event.client?.['name'] === 'Shop'", "client.name", ["Shop"]),
        ("event.user.email_verified === false", "user.email_verified", [False]),
        ("event.stats.logins_count > 3", "stats.logins_count", [2, 3, 4]),
        ("event.stats.logins_count <= 3", "stats.logins_count", [2, 3, 4]),
        ("event.stats.logins_count > limit", "stats.logins_count", []),
        ("event.user.name > 'Ada'", "user.name", []),
        ("event.user.multifactor.length === 0", "user.multifactor", [0]),
        ("typeof event.user.user_metadata.a === 'boolean'", "user.user_metadata.a", []),
        ("const a = 'x'; event.user.name === a", "user.name", ["x"]),
        ("const a = ['x', 'y']; a.includes(event.user.name)", "user.name", ["x"]),
        ("const a = ['x', f()]; a.includes(event.user.name)", "user.name", []),
        ("const { user } = event; user.name === 'x'", "user.name", ["x"]),
        ("const { user: who } = event; who.name === 'x'", "user.name", ["x"]),
        ("const { name } = event.user; name === 'x'", "user.name", ["x"]),
        ("const who = event.user; who.name === 'x'", "user.name", ["x"]),
        ("who = event.user && 1; event.user.name === 'a\\\\n'", "user.name", []),
        ("this.who = event.user; event.user.name === 'x'", "user.name", ["x"]),
        ("exports.onExecutePostLogin = async (e, api) => e.user.name === 'x'", "user.name", ["x"]),
        ("exports.onExecutePostLogin = async ({ user }) => user.name === 'x'", "user.name", ["x"]),
        (
            "exports.onExecutePostLogin = async function ({ user: who, client }, api) "
            "{ who.name === 'x' }",
            "user.name",
            ["x"],
        ),
        ("exports.onExecutePostLogin = async e => 1; event.user.name === 'x'", "user.name", ["x"]),
        ("exports.onExecutePostLogin = async () => event.user.name === 'x'", "user.name", ["x"]),
        ("event.user.name === /x/", "user.name", []),
        ("event.user.name ===", "user.name", []),
    ],
)
def test_what_a_field_is_compared_with(code: str, path: str, literals: list[Any]) -> None:
    fields = {".".join(each.path): each.literals for each in action_use(code).fields}
    assert fields[path] == literals


@pytest.mark.parametrize(
    ("code", "parts"),
    [
        ("event.user.email.endsWith('@a.example')", [("endsWith", "@a.example")]),
        ("event.authorization.roles?.includes('admin')", [("includes", "admin")]),
        ("event.user.email.includes(part)", []),
        ("event.user.email.trim()", []),
    ],
)
def test_what_a_field_is_asked_to_contain(code: str, parts: list[tuple[str, str]]) -> None:
    [field] = action_use(code).fields
    assert field.parts == parts


def test_secrets_modules_packages_and_calls() -> None:
    use = action_use(
        "const { A } = event.secrets; const m = require('actions:m'); const x = require('axios');\n"
        "const { secrets } = event; const k = secrets.B;\n"
        "api.access.deny(event.secrets.C); api.user; other.api.access.deny(); event.secrets;"
    )
    assert set(use.secrets) == {"A", "B", "C"}
    assert (use.modules, use.packages) == (("m",), ("axios",))
    assert [(each.path, each.line) for each in use.calls] == [("access.deny", 3)]
    assert [each.path for each in use.fields] == []


@pytest.mark.parametrize(
    ("code", "taken_for"),
    [
        ("Number(event.secrets.A)", "number"),
        ("Number.parseInt(event.secrets['A'], 10)", "number"),
        ("const a = event.secrets.A; parseFloat(a)", "number"),
        ("const { A } = event.secrets; const b = +A;", "number"),
        ("event.stats.logins_count > event.secrets.A", "number"),
        ("event.secrets.A < event.stats.logins_count", "number"),
        ("Number(event.secrets.A); f(event.secrets.A)", "number"),
        ("f(event.secrets.A); Number(event.secrets.A)", "number"),
        ("JSON.parse(event.secrets.A)", "json"),
        ("fetch(event.secrets.A)", "url"),
        ("new URL(event.secrets.A)", "url"),
        ("fetch(`${event.secrets.A}/x`)", "url"),
        ("fetch(`https://a.example/${event.secrets.A}`)", ""),
        ("new URL('/x', event.secrets.A)", ""),
        ("jwt.parse(event.secrets.A)", ""),
        ("'a' + event.secrets.A", ""),
        ("event.secrets.A", ""),
    ],
)
def test_what_a_secret_is_taken_for(code: str, taken_for: str) -> None:
    assert action_use(code).secrets == {"A": taken_for}
