"""What an Action does that Auth0 would not mention: each thing warned of at its line."""

from __future__ import annotations

import warnings
from typing import Any

import pytest

from pytest_auth0_actions import (
    Auth0ActionsWarning,
    CacheStore,
    ChangedEventWarning,
    IgnoredResultWarning,
    LoadAction,
    MissingMemberWarning,
    MissingSecretWarning,
    NearMissWarning,
    PrintedSecretWarning,
)
from tests.conftest import WriteAction

LONG_KEY = "'k'.repeat(5000)"
SET = f"api.cache.set({LONG_KEY}, 'v')"
SECRETS = {"DOMAIN": "k3y-of-2025-x", "CLIENT_ID": "c1"}


def told(load_action: LoadAction, path: Any) -> list[tuple[type[Warning], int, str]]:
    """Return the warnings of a run: what kind, which line, which text."""
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        load_action(path, secrets=SECRETS).run()
    return [
        (each.category, each.lineno, str(each.message))
        for each in caught
        if issubclass(each.category, Auth0ActionsWarning)
    ]


@pytest.mark.parametrize(
    "source",
    [
        f"{SET};",
        f"await {SET};",
        f"return {SET};",
        f"await Promise.all([{SET}]);",
        f"await Promise.resolve({SET}).then((result) => result);",
        f"const result = {SET}; 'code' in result; Object.keys(result); result[Symbol.iterator];",
        f"require('util').types.isProxy({SET});",
        f"JSON.stringify(Reflect.ownKeys({SET}));",
    ],
)
def test_a_result_that_nobody_reads(
    load_action: LoadAction, write_handler: WriteAction, source: str
) -> None:
    """To wait for it, or to look at its names, reads nothing."""
    [(category, _, _)] = told(load_action, write_handler(source))
    assert category is IgnoredResultWarning


@pytest.mark.parametrize(
    "source",
    [
        f"{SET}.type;",
        f"if ({SET}.code === 'x') return;",
        f"const {{ type }} = await {SET};",
        f"console.log({SET});",
        f"console.log('%o', [{{ deep: {SET} }}]);",
        f"console.dir({SET});",
        f"Object.defineProperty(Set.prototype, 'size', {{ get: () => 0 }}); console.dir({SET});",
        f"console.table([{SET}]);",
        f"structuredClone({SET});",
        f"JSON.stringify({{ result: {SET} }});",
        f"({{ ...{SET} }});",
        f"Object.assign({{}}, {SET});",
        f"Object.entries({SET});",
        "require('node:assert').deepStrictEqual("
        f"{SET}, {{ type: 'error', code: 'CacheKeySizeExceeded' }});",
        f"require('node:v8').serialize({SET});",
        f"const [result] = await Promise.all([{SET}]); result.code;",
        f"const frozen = Object.freeze({SET}); frozen.code; frozen.type;",
        "if (api.cache.delete('nothing').record) return;",
    ],
)
def test_a_result_that_is_read(
    load_action: LoadAction, write_handler: WriteAction, source: str
) -> None:
    """By a field, or as a whole."""
    assert told(load_action, write_handler(source)) == []


@pytest.mark.parametrize(
    ("field", "told_of"),
    [
        ("", [IgnoredResultWarning]),
        (".record", [IgnoredResultWarning]),
        (".type", []),
        (".code", []),
    ],
)
def test_a_deletion_that_auth0_refuses_is_to_be_read_too(
    load_action: LoadAction,
    write_handler: WriteAction,
    cache_store: CacheStore,
    field: str,
    told_of: list[type[Warning]],
) -> None:
    cache_store.fail_next("delete")
    path = write_handler(f"api.cache.delete('k'){field};")
    assert [category for category, _, _ in told(load_action, path)] == told_of


def test_what_stands_in_for_a_result_does_not_show(
    load_action: LoadAction, write_handler: WriteAction
) -> None:
    """It is a plain object, before it is read and afterwards."""
    source = f"""
        const assert = require('node:assert');
        const util = require('node:util');
        const plain = {{ type: 'error', code: 'CacheKeySizeExceeded' }};
        const looks = {{
          ownKeys: Reflect.ownKeys,
          prototype: (value) => Object.getPrototypeOf(value) === Object.prototype,
          reflected: (value) => Reflect.getPrototypeOf(value) === value.__proto__,
          instance: (value) => value instanceof Object,
          proxy: util.types.isProxy,
          in: (value) => ['type' in value, 'record' in value, 'toString' in value],
          clone: structuredClone,
          text: JSON.stringify,
          shown: (value) =>
            util.inspect(value) + util.inspect([{{ value }}], {{ showHidden: true }}),
          spread: (value) => ({{ ...value }}),
          names: (value) => {{
            const names = [];
            for (const name in value) names.push(name);
            return names;
          }},
          equal: (value) =>
            util.isDeepStrictEqual(value, plain) && util.isDeepStrictEqual(plain, value),
          tag: (value) => `${{value}}`,
          write: (value) => {{
            value.code = 'mine';
            value.more = 1;
            return [value, Object.keys(value)];
          }},
          remove: (value) => {{ delete value.code; return value; }},
          missing: (value) => [value.record, value.nothing, value.then],
        }};
        const {{ deepStrictEqual, strict }} = assert;
        assert.strictEqual(util.isDeepStrictEqual.name, 'isDeepStrictEqual');
        assert.strictEqual(deepStrictEqual.name, 'deepStrictEqual');
        assert.strictEqual(strict.deepEqual, strict.deepStrictEqual);
        for (const [name, look] of Object.entries(looks)) {{
          assert.deepStrictEqual(look({SET}), look({{ ...plain }}), name);
          const read = {SET};
          void read.type;
          assert.deepStrictEqual(look(read), look({{ ...plain }}), `${{name}}, once read`);
          assert.deepStrictEqual(Object.getOwnPropertyDescriptors(read).type,
            Object.getOwnPropertyDescriptors(plain).type);
        }}
    """
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", IgnoredResultWarning)
        load_action(write_handler(source)).run()


@pytest.mark.parametrize(
    ("source", "text"),
    [
        (
            "const domain = event.secrets.DOMAINE;",
            "[A734] The Action read event.secrets.DOMAINE, which the test did not give. Did you "
            "mean DOMAIN? If not, give it: load_action(..., secrets={'DOMAINE': '...'}). If it may "
            "be absent, check `'DOMAINE' in event.secrets`, or mark the test: "
            "@pytest.mark.filterwarnings('ignore:.A734').",
        ),
        (
            "const { api_key: key } = event.secrets;",
            "[A734] The Action read event.secrets.api_key, which the test did not give. Give it: "
            "load_action(..., secrets={'api_key': '...'}). If it may be absent, check `'api_key' "
            "in event.secrets`, or mark the test: @pytest.mark.filterwarnings('ignore:.A734').",
        ),
    ],
)
def test_a_secret_that_the_test_did_not_give(
    load_action: LoadAction, write_handler: WriteAction, source: str, text: str
) -> None:
    """Told once, with the nearest name that there is."""
    path = write_handler(f"for (let i = 0; i < 2; i += 1) {{\n{source}\n}}")
    [(category, line, found)] = told(load_action, path)
    assert (category, found) == (MissingSecretWarning, text)
    assert source in path.read_text().splitlines()[line - 1]


@pytest.mark.parametrize(
    "source",
    [
        "'DOMAINE' in event.secrets;",
        "event.secrets.DOMAIN; event.secrets['CLIENT_ID'];",
        "Object.hasOwn(event.secrets, 'DOMAINE'); event.secrets.hasOwnProperty('DOMAINE');",
        "await event.secrets; await api; await api.cache; return api;",
        "JSON.stringify([event.secrets, api]); structuredClone(event);",
        "event.secrets[Symbol.toStringTag]; `${event.secrets}`; `${api}${api.cache}`;",
        "({ ...event.secrets, ...api }); Object.entries(api); for (const name in event.secrets);",
        "console.log('%s %o', Object.keys(event.secrets), api); console.dir(api.cache);",
        "api.cache.get('k'); const { get, set, delete: remove } = api.cache;",
        "'access' in api; 'foo' in api.cache; api.cache.constructor; api.valueOf();",
        "const seen = event.user.email; const copy = structuredClone(event); copy.user.name = 1;",
        "console.log(event.secrets.CLIENT_ID, Object.keys(event.secrets));",
    ],
)
def test_what_is_no_mistake(
    load_action: LoadAction, write_handler: WriteAction, source: str
) -> None:
    """To ask whether something is there, or to use what is there."""
    assert told(load_action, write_handler(source)) == []


@pytest.mark.parametrize(
    ("source", "text"),
    [
        (
            "try { api.access.deny('no'); } catch {}",
            "[A736] The Action used api.access, which the api of post-user-registration lacks. All "
            "that api has is cache; to check for another, write `'access' in api`.",
        ),
        (
            "try { api.user.setAppMetadata('a', 1); } catch {}",
            "[A736] The Action used api.user, which the api of post-user-registration lacks. All "
            "that api has is cache; to check for another, write `'user' in api`.",
        ),
        (
            "api.cache.gett?.('k');",
            "[A736] The Action used api.cache.gett, which the api of post-user-registration lacks. "
            "Did you mean api.cache.get? All that api.cache has is delete, get, set; to check for "
            "another, write `'gett' in api.cache`.",
        ),
    ],
)
def test_a_member_that_the_trigger_lacks(
    load_action: LoadAction, write_handler: WriteAction, source: str, text: str
) -> None:
    """Even where the error that follows is caught, or does not come."""
    path = write_handler(f"\n{source}")
    [(category, line, found)] = told(load_action, path)
    assert (category, found) == (MissingMemberWarning, text)
    assert source in path.read_text().splitlines()[line - 1]


@pytest.mark.parametrize(
    ("source", "shown"),
    [
        ("event.user.name = 'Bob';", "event.user.name"),
        ("event['user']['name'] = 'Bob';", "event.user.name"),
        ("const { user } = event; user.name = 'Bob';", "event.user.name"),
        (
            "const meta = event.user.app_metadata; meta.plan = 'gold';",
            "event.user.app_metadata.plan",
        ),
        ("event.user.app_metadata['last-login'] ??= 1;", "event.user.app_metadata['last-login']"),
        ("delete event.user.email;", "event.user.email"),
        (
            "Object.assign(event.user.app_metadata, { plan: 'gold' });",
            "event.user.app_metadata.plan",
        ),
        ("event.user = { ...event.user, name: 'Bob' };", "event.user.name"),
        ("event.seen = true;", "event.seen"),
    ],
)
def test_an_event_that_is_changed(
    load_action: LoadAction, write_handler: WriteAction, source: str, shown: str
) -> None:
    """Told at the line that writes, and at none that reads."""
    path = write_handler(
        "// event.user.name = 1; event.seen = 2; delete event.user.email;\n"
        "if (event.user.name === 'x' || event.seen == 1) return event.user.email;\n" + source
    )
    [(category, line, text)] = told(load_action, path)
    assert category is ChangedEventWarning
    assert text == (
        f"[A732] The Action changed {shown}, and Auth0 drops what is changed in an event. Use a "
        "variable; to store it, call a method of the api, or the Management API."
    )
    assert source in path.read_text().splitlines()[line - 1]


@pytest.mark.parametrize(
    ("changed", "method"),
    [
        ("event.user.user_metadata.plan", "api.user.setUserMetadata()"),
        ("event.transaction.metadata.plan", "api.transaction.setMetadata()"),
        ("event.user.plan", "a method of the api"),
    ],
)
def test_the_method_that_stores_a_change_is_named(
    load_action: LoadAction, write_action: WriteAction, changed: str, method: str
) -> None:
    source = f"exports.onExecutePostLogin = async (event, api) => {{ {changed} = 'gold'; }};\n"
    with pytest.warns(ChangedEventWarning) as caught:
        load_action(write_action(source)).run(transaction={"metadata": {}})
    assert f"to store it, call {method}, or the Management API." in str(caught[0].message)


def test_a_secret_that_is_printed(load_action: LoadAction, write_handler: WriteAction) -> None:
    """By itself, or inside of something else."""
    path = write_handler(
        "console.log('all is well');\nconsole.log({ event: { of: event.secrets } });\n"
        "console.error(`at https://${event.secrets.DOMAIN}/`);"
    )
    found = told(load_action, path)
    assert [(category, text) for category, _, text in found] == [
        (
            PrintedSecretWarning,
            "[A730] The Action printed the secret DOMAIN with console, and everyone who reads the "
            "tenant's logs sees it. Print its name, or whether it is set.",
        )
    ] * 2
    lines = path.read_text().splitlines()
    assert [lines[line - 1].strip().partition("(")[0] for _, line, _ in found] == [
        "console.log",
        "console.error",
    ]


def test_watched_objects_look_like_any_other(
    load_action: LoadAction, write_handler: WriteAction
) -> None:
    """`event`, `event.secrets`, `api` and its namespaces."""
    source = """
        const assert = require('node:assert');
        const util = require('node:util');
        for (const value of [event, event.secrets, api, api.cache]) {
          const plain = { ...value };
          assert.strictEqual(util.types.isProxy(value), false);
          assert.strictEqual(Object.getPrototypeOf(value), Object.prototype);
          assert.strictEqual(value.__proto__, Object.prototype);
          assert.deepStrictEqual(value, plain);
          const different = { code: 'ERR_ASSERTION' };
          assert.throws(() => assert.deepStrictEqual(value, { other: 1 }), different);
          assert.throws(() => assert.notDeepStrictEqual(plain, value));
          assert(util.isDeepStrictEqual({ inside: value }, { inside: plain }));
          assert(value instanceof Object && value.constructor === Object);
          assert.deepStrictEqual(Reflect.ownKeys(value), Reflect.ownKeys(plain));
          assert.strictEqual(JSON.stringify(value), JSON.stringify(plain));
          const all = [{}, { showHidden: true }, { customInspect: false }, { depth: 0 }];
          for (const options of all) {
            assert.strictEqual(util.inspect(value, options), util.inspect(plain, options));
          }
        }
        assert.deepStrictEqual(structuredClone(event.secrets), { ...event.secrets });
        event.secrets.MORE = 1;
        assert.strictEqual(Object.hasOwn(event.secrets, 'MORE'), true);
        delete event.secrets.MORE;
    """
    assert told(load_action, write_handler(source)) == []


class TestFieldsByAlmostTheirName:
    """JavaScript gives `undefined` for them, and says nothing."""

    SLIP = "\nif (!event.user.emailVerified) {\n  api.cache.set('k', 'v');\n}"

    def test_one_is_warned_of_at_its_line(
        self, load_action: LoadAction, write_handler: WriteAction
    ) -> None:
        path = write_handler(self.SLIP)
        [(category, line, text)] = told(load_action, path)
        assert "emailVerified" in path.read_text(encoding="utf-8").splitlines()[line - 1]
        assert (category, text) == (
            NearMissWarning,
            "[A740] The Action reads event.user.emailVerified, which is not in the event: it is "
            "undefined. Did you mean event.user.email_verified?",
        )

    def test_a_name_that_needs_quotes_has_them(
        self, load_action: LoadAction, write_handler: WriteAction
    ) -> None:
        [(_, _, text)] = told(load_action, write_handler("if (event.user['e-mail']) return;"))
        assert text == (
            "[A740] The Action reads event.user['e-mail'], which is not in the event: it is "
            "undefined. Did you mean event.user.email?"
        )

    def test_not_if_the_event_has_it(
        self, load_action: LoadAction, write_handler: WriteAction
    ) -> None:
        action = load_action(write_handler(self.SLIP))
        event = action.make_event()
        event["user"]["emailVerified"] = True
        assert action.run(event).calls == ()
