"""Whether code provides for the absence of what it reads."""

from __future__ import annotations

import pytest

from pytest_auth0_actions.project.guards import is_guarded, lines_of_code

CODE = "exports.onExecutePostLogin = async (event, api) => {\n%s\n};\n"
PROVIDES = [
    "const key: string | undefined = event.secrets.KEY;\nif (!key) return;",
    "const key = event.secrets.KEY as string | undefined;\nif (key) f(key);",
    "const key = event.secrets.KEY\nif (!key) return",
    "const key = event.secrets.KEY\nconst b = key ? 1 : 2",
    "this.key = event.secrets.KEY;\nif (!this.key) return;",
    "const cfg = {\n  url: 'x',\n  key: event.secrets.KEY,\n};\nif (!cfg.key) return;",
    "const cfg = { a: { key: event.secrets.KEY } };\nif (cfg.a.key) f();",
    "const key = event.client.name ? event.secrets.KEY : event.secrets.OTHER;\nif (!key) return;",
    "const key = event.client.name ? event.secrets.OTHER : event.secrets.KEY;\nif (!key) return;",
    "const key = event.secrets.KEY;\nconst call = () => (key ? 1 : 2);",
    "const n = Number.parseInt(event.secrets.KEY, 10) || 5;",
    "if (\n  a &&\n  event.secrets.KEY\n) f();",
    "if (!(a && event.secrets.KEY)) return;",
    "const on = a && event.secrets.KEY;\nif (on) f();",
    "const hosts = [event.secrets.A, event.secrets.KEY];\nconst there = hosts.filter(Boolean);",
    "const missing = Object.entries({ a: event.secrets.KEY, b: 1 }).filter(([, v]) => !v);",
    "const missing = [{ name: 'a', value: event.secrets.KEY }].filter((each) => !each.value);",
    "const missing = [['a', event.secrets.KEY]].find(([, v]) => !v);",
    "const all = ['KEY'].map((k) => event.secrets[k]).filter(Boolean);",
    "const all = ['KEY'].every((k) => event.secrets[k]);",
    "const get = (k) => event.secrets[k];\nconst a = get('KEY') ?? 'd';",
    "function get(k) { return event.secrets[k]; }\nconst a = get('KEY');\nif (!a) return;",
    "const v = event.secrets[name];\nif (!v) throw new Error(name);",
    "const { secrets } = event;\nif (secrets.KEY) f();",
    "const same = 'x' === event.secrets.KEY;",
    "const is = event.secrets.KEY instanceof Object;",
    "for (const k of ['KEY', 'B']) if (!event.secrets[k]) return;",
    "f(...(event.secrets.KEY ? [1] : []));",
    "const h = { ...(event.secrets.KEY && { a: 1 }) };",
    "const mode = { a: 1 }[event.secrets.KEY] ?? 2;",
    "const mode = MODES[event.secrets.KEY] || 2;",
    "const mode = MODES[event.secrets.KEY]\n  || 2;",
    "const on = event.secrets.KEY in MODES;",
    "const on = new Set(['1']).has(event.secrets.KEY);",
    "if (_.isEmpty(event.secrets.KEY)) return;",
    "const key = event.secrets.KEY,\n  other = 1;\nif (!key) return;",
    "let k = event.secrets.KEY;\nif (k === undefined) k = 'd';",
    "k ??= event.secrets.KEY;\nk ??= 'd';",
    "const x = await (event.secrets.KEY ? a() : b());",
    "while (event.secrets.KEY) f();",
    "const url = (event.secrets.KEY || 'x') + '/y';",
    "const _d = _.get(event, 'secrets.KEY', 'd');",
    "const _d = _.get(\nevent,\n'secrets.KEY',\n'd');",
    "assert(event.secrets.KEY, 'x');",
    "assert.ok(event.secrets.KEY);",
    "const make = function ({ KEY = 'd' }) { return KEY; };",
    "const {\n  OTHER,\n  KEY = 'd',\n} = event.secrets;",
    "const { secrets: { KEY = 'd' } } = event;",
    "const { secrets: { KEY } } = event;\nif (!KEY) return;",
    "({ KEY: key } = event.secrets);\nif (!key) return;",
    "if (event.stats.logins_count >= 3 && event.secrets.KEY) f();",
    "if (a * 2 > 4 && event.secrets.KEY) f();",
    "const key = event.secrets['KEY']\n  ?? 'd';",
    "const get = async (k) => event.secrets[k];\nconst a = await get('KEY');\nif (!a) return;",
    "const o = { key: a ? 'x' : event.secrets.KEY };\nif (!o.key) return;",
]
READS = [
    "await fetch(event.secrets.KEY);",
    "axios.create({ baseURL: event.secrets.KEY }); if (a) f();",
    "const url = `${a || b}${event.secrets.KEY}`;",
    "const url = 'https://' + event.secrets.KEY + '/x';",
    "if (jwt.verify(token, event.secrets.KEY)) f();",
    "if (await isMember(event.secrets.KEY)) f();",
    "send(event.secrets.KEY);\nfunction send(key) { return fetch({ headers: { key } }) || 1; }",
    "send(event.secrets.KEY);\nfunction send(a, key = 'd') { f(a); }",
    "const key = event.secrets.KEY;\nf(key);\nif (!key) return;",
    "const key = event.secrets.KEY\nf(key)\nif (!key) return",
    "const key = a || event.secrets.KEY;",
    "return event.secrets.KEY;",
    "const get = () => event.secrets.KEY;\nfetch(get());",
    "const n = Number(event.secrets.KEY) * 1000;",
    "const m = JSON.parse(event.secrets.KEY);",
    "try {\n  const m = JSON.parse(event.secrets.KEY);\n  await f(m);\n} catch (e) { g(); }",
    "try {\n  await fetch(event.secrets.KEY);\n} catch (e) { api.access.deny('x'); }",
    "if (event.user.email) send(event.secrets.KEY);",
    "const x = event.user.email ? event.secrets.KEY : 'd';",
    "const list = [event.secrets.KEY].join(',');",
    "const { KEY } = event.secrets;\nf({ KEY });",
    "const {\n  OTHER = 'a',\n  KEY,\n} = event.secrets;\nf(KEY);",
    "const make = ({ KEY }) => f(KEY);",
    "switch (event.user.name) { case 'a': f(event.secrets.KEY); }",
    "const a = ok ? 1 : 2, b = event.secrets.KEY;",
    "x = { [event.secrets.KEY]: 1 };",
    "if (a) { f(event.secrets.KEY) } else { g() }",
    "const a = event.secrets.KEY, b = a, c = b, d = c, e = d;\nif (!e) return;",  # too far
    "switch (a) { case 1: event.secrets.KEY; }",
    "send('a', event.secrets.KEY);\nfunction send(a) { f(a); }",
    "f({ KEY: 1 }, event.secrets.KEY);",
    "switch (a) { case 1: { event.secrets.KEY } default: { f() } }",
    "url += event.secrets.KEY;\nif (!url) return;",
    "if (a <= event.secrets.KEY) return;",
]


def provides(code: str) -> bool:
    """Return whether code does, at the first line that has KEY or a computed name."""
    lines = lines_of_code(CODE % code)
    [line, *_] = [at for at, each in enumerate(lines, 1) if "secrets[" in each or "KEY" in each]
    return is_guarded(lines, line, "KEY")


@pytest.mark.parametrize("code", PROVIDES)
def test_a_check_or_a_default_provides_for_it(code: str) -> None:
    assert provides(code)


@pytest.mark.parametrize("code", READS)
def test_a_plain_read_does_not(code: str) -> None:
    assert not provides(code)


def test_what_a_package_reads_is_not_known_there() -> None:
    assert not is_guarded(["read(event.secrets);"], 1, "KEY")


def test_what_may_be_meant_must_be_read_too() -> None:
    line = "const to = event.secrets.REDIRECT_URI || event.secrets.REDIRECT_URL;"
    assert is_guarded([line], 1, "REDIRECT_URI", "REDIRECT_URL")
    assert not is_guarded([line], 1, "REDIRECT_URI", "REDIRECT_PATH")


def test_lines_that_nobody_has_written_are_not_looked_at() -> None:
    """They may be a bundle's, and long."""
    check = "if (!event.secrets.KEY) return;"
    assert is_guarded([check], 1, "KEY")
    assert not is_guarded([f"{check} const text = '{'x' * 500}';"], 1, "KEY")
    assert not is_guarded([check], 2, "KEY")
