"""What an Action finds in `process.env`, and that the host changes nothing that it does."""

from __future__ import annotations

from pathlib import Path

import pytest

from pytest_auth0_actions import LoadAction
from tests.conftest import WriteAction

ALONE = ("FORCE_COLOR", "NODE_OPTIONS", "NODE_DEBUG")

TELLS = """
exports.onExecutePostUserRegistration = async () => {
  console.log(JSON.stringify({ env: { ...process.env }, names: Object.keys(process.env) }));
  console.log({ a: 1, b: 'two' });
  console.log('%o', [null, true]);
  console.log(new Date(0).getTimezoneOffset(), new Date(0).toString());
  console.log(require('util').inspect({ c: 3 }, { colors: undefined }));
};
"""

HOST = {
    "FORCE_COLOR": "3",
    "NO_COLOR": "1",
    "NODE_OPTIONS": "--stack-trace-limit=1 --no-deprecation",
    "NODE_DEBUG": "http,net,tls",
    "NODE_PATH": "/nowhere",
    "NODE_NO_WARNINGS": "1",
    "NODE_PENDING_DEPRECATION": "1",
    "TZ": "America/New_York",
    "HOST_SECRET": "s3cr3t-of-the-host",
}


# Those that hide or change what others do are also set alone.
@pytest.mark.parametrize("variables", [HOST, *({name: HOST[name]} for name in ALONE)])
def test_nothing_of_the_host_changes_what_an_action_finds(
    pytester: pytest.Pytester, monkeypatch: pytest.MonkeyPatch, variables: dict[str, str]
) -> None:
    for name in HOST:
        monkeypatch.delenv(name, raising=False)
    for name, value in variables.items():
        monkeypatch.setenv(name, value)
    (pytester.path / "code.js").write_text(TELLS, encoding="utf-8")
    pytester.makepyfile(
        r"""
        def test_it(load_action):
            assert load_action("code.js").run().logs == (
                '{"env":{},"names":[]}\n'
                "{ a: 1, b: 'two' }\n"
                "[ null, true, [length]: 2 ]\n"
                "0 Thu Jan 01 1970 00:00:00 GMT+0000 (Coordinated Universal Time)\n"
                "{ c: 3 }\n"
            )
        """
    )
    pytester.runpytest_subprocess().assert_outcomes(passed=1)


def test_ini_names_what_is_passed_on(
    pytester: pytest.Pytester, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("STAGE", "ci")
    monkeypatch.setenv("OTHER", "other")
    monkeypatch.delenv("MISSING", raising=False)
    pytester.makeini("[pytest]\nauth0_env = STAGE MISSING\n")
    (pytester.path / "code.js").write_text(TELLS, encoding="utf-8")
    pytester.makepyfile(
        """
        def test_it(load_action, monkeypatch):
            first = '{"env":{"STAGE":"%s"},"names":["STAGE"]}'
            assert load_action("code.js").run().logs.splitlines()[0] == first % "ci"
            assert load_action("code.js").run().logs.splitlines()[0] == first % "ci"
        """
    )
    pytester.runpytest_subprocess().assert_outcomes(passed=1)


def test_it_behaves_as_that_of_node(load_action: LoadAction, write_handler: WriteAction) -> None:
    path = write_handler(
        """
        const { env } = process;
        env.A = 1; env.B = undefined; Object.assign(env, { C: null });
        Object.defineProperty(env, 'D', {
          value: 4, writable: true, enumerable: true, configurable: true,
        });
        console.log(env.A === '1', env.B === 'undefined', env.C === 'null', env.D === '4');
        console.log('A' in env, 'X' in env, Object.hasOwn(env, 'A'), env.X === undefined);
        console.log(delete env.A, Object.keys(env), JSON.stringify(env));
        console.log(`${env}`, env.hasOwnProperty('B'), { ...env });
        """
    )
    assert load_action(path).run({}).logs == (
        "true true true true\n"
        "true false true true\n"
        """true [ 'B', 'C', 'D' ] {"B":"undefined","C":"null","D":"4"}\n"""
        "[object Object] true { B: 'undefined', C: 'null', D: '4' }\n"
    )


def test_each_load_starts_with_a_clean_one(
    load_action: LoadAction, write_handler: WriteAction
) -> None:
    path: Path = write_handler("console.log(Object.keys(process.env)); process.env.LEFT = '1';")
    assert load_action(path).run({}).logs == "[]\n"
    assert load_action(path).run({}).logs == "[]\n"
