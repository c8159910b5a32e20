"""Ordinary work leaves nothing behind: the tests of a file share one Node.js, whatever they use."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
import respx

from pytest_auth0_actions import LoadAction
from pytest_auth0_actions.node.runtime import NodeRuntime
from tests.compilers import can_strip

TESTS = 10

USES = {
    "axios": """
        const axios = require('axios');
        await axios.post('https://api.test/leads', { a: 1 });
        await axios.get('https://api.test/leads');
    """,
    "got": """
        const { default: got } = await import('got-esm');
        await got.post('https://api.test/leads', { json: { a: 1 } }).json();
    """,
    "got 11": "await require('got')('https://api.test/leads').json();",
    "node-fetch": "await (await require('node-fetch')('https://api.test/leads')).json();",
    "node-fetch 3": """
        const { default: fetch } = await import('node-fetch-v3');
        await (await fetch('https://api.test/leads')).json();
    """,
    "undici 8": """
        const { fetch: ask, request } = require('undici-v8');
        await (await request('https://api.test/leads')).body.json();
        await (await ask('https://api.test/leads')).json();
        await (await fetch('https://api.test/leads')).json();
    """,
    "undici": """
        const { request } = require('undici');
        await (await request('https://api.test/leads')).body.json();
    """,
    "undici's fetch": "await (await require('undici').fetch('https://api.test/leads')).json();",
    "fetch": """
        await (await fetch('https://api.test/leads')).json();
        await fetch('https://api.test/leads', { signal: AbortSignal.timeout(5000) });
    """,
    "auth0 4": """
        const { ManagementClient } = require('auth0-v4');
        const auth0 = new ManagementClient({ domain: 'api.test', token: 't' });
        await auth0.users.update({ id: 'auth0|1' }, { app_metadata: { a: 1 } });
    """,
    "auth0 5": """
        const { ManagementClient } = require('auth0-v5');
        const auth0 = new ManagementClient({ domain: 'api.test', token: 't' });
        await auth0.users.update('auth0|1', { app_metadata: { a: 1 } });
    """,
    "@slack/webhook": """
        const { IncomingWebhook } = require('@slack/webhook');
        await new IncomingWebhook('https://api.test/slack').send('hello');
    """,
    "jsonwebtoken": """
        const jwt = require('jsonwebtoken');
        const token = jwt.sign({ a: 1 }, 'secret', { expiresIn: '1h' });
        if (jwt.verify(token, 'secret').a !== 1) throw new Error('not signed');
    """,
    "jwks-rsa": """
        const jwks = require('jwks-rsa')({ jwksUri: 'https://api.test/jwks', timeout: 5000 });
        await jwks.getSigningKeys();
    """,
    "superagent": "await require('superagent').get('https://api.test/leads');",
    "https": """
        const https = require('https');
        await new Promise((resolve, reject) => {
          https.get('https://api.test/leads', (response) => response.resume().on('end', resolve))
            .on('error', reject);
        });
    """,
}

JWKS = {"keys": [{"kty": "RSA", "kid": "1", "use": "sig", "e": "AQAB", "n": "sXch"}]}


@pytest.mark.auth0(fresh_node=True)
@pytest.mark.parametrize("used", USES)
def test_ten_tests_in_a_row_run_in_one_process(
    used: str,
    clients: Path,
    load_action: LoadAction,
    http_mock: respx.MockRouter,
    _auth0_node_runtime: NodeRuntime,
    tmp_path: Path,
) -> None:
    if used == "undici 8" and not can_strip():
        pytest.skip("undici 8 needs Node.js 22")
    http_mock.post("https://api.test/slack").respond(text="ok")
    http_mock.get("https://api.test/jwks").respond(json=JWKS)
    http_mock.route(host="api.test").respond(json={"ok": True})
    http_mock._assert_all_called = False
    path = clients / f"{''.join(filter(str.isalnum, used))}-in-a-row.js"
    path.write_text(
        f"exports.onExecutePostUserRegistration = async (event) => {{ {USES[used]} }};",
        encoding="utf-8",
    )
    restarts = len(_auth0_node_runtime.restarts)
    pids = set()
    for number in range(TESTS):
        load_action(path).run()
        pids.add(_auth0_node_runtime.process()._process.pid)
        _auth0_node_runtime.end_test(f"test {number}")
    assert _auth0_node_runtime.restarts[restarts:] == []
    assert len(pids) == 1


def test_a_test_that_leaves_something_is_the_only_one_that_costs_a_process(
    load_action: LoadAction,
    write_handler: Callable[..., Path],
    _auth0_node_runtime: NodeRuntime,
) -> None:
    """So that the count above can fail."""
    restarts = len(_auth0_node_runtime.restarts)
    leaves = write_handler("globalThis.leaked = 1;")
    for _ in range(3):
        load_action(leaves).run()
        _auth0_node_runtime.end_test("test_it")
    left = [each.left for each in _auth0_node_runtime.restarts[restarts:]]
    assert left == ["changed globalThis.leaked"] * 2


@pytest.mark.auth0(fresh_node=True)
@pytest.mark.parametrize(
    ("agent", "left"),
    [
        ("new Agent({ connections: 1 })", True),
        ("new Agent({ connect: { timeout: 50 } })", True),
        ("new MockAgent()", True),
        ("new (class Agent { dispatch() {} })()", True),
        ("new Agent()", False),  # as fetch makes it
    ],
)
def test_an_agent_that_is_set_for_all_is_a_change(
    agent: str,
    left: bool,
    clients: Path,
    load_action: LoadAction,
    _auth0_node_runtime: NodeRuntime,
) -> None:
    path = clients / f"{''.join(filter(str.isalnum, agent))}-set.js"
    path.write_text(
        "const { Agent, MockAgent, setGlobalDispatcher } = require('undici');\n"
        "exports.onExecutePostUserRegistration = async () => "
        f"{{ setGlobalDispatcher({agent}); }};",
        encoding="utf-8",
    )
    restarts = len(_auth0_node_runtime.restarts)
    load_action(path).run()
    _auth0_node_runtime.end_test("it")
    load_action(path).run()  # by then it is known what was left
    found = [each.left for each in _auth0_node_runtime.restarts[restarts:]]
    assert [each.startswith("changed globalThis[Symbol(undici.") for each in found] == [True] * left
