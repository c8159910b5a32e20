"""Bad luck in flows: a late return, a challenge that is failed, and a cache that is gone."""

from __future__ import annotations

import pytest

from tests.plugin.test_chaos import again, outcomes

SHOP = """
exports.onExecutePostLogin = async (event, api) => {
  api.cache.set('cart', '1');
  api.redirect.sendUserTo('https://shop.example/choose');
};
exports.onContinuePostLogin = async (event, api) => {
  api.accessToken.setCustomClaim('https://shop.example/cart', api.cache.get('cart')?.value ?? '0');
  try {
    api.redirect.validateToken({ secret: 's3cret', tokenParameterName: 'session_token' });
  } catch (error) {
    api.access.deny(error.message);
  }
};
"""
MFA = """
exports.onExecutePostLogin = async (event, api) => {
  api.authentication.challengeWith({ type: 'otp' });
};
"""
TESTS = """
def test_shop(flow, load_action):
    away = flow(load_action("shop.js")).run()
    back = away.resume({"session_token": away.sign({}, secret="s3cret")})
    assert back.status == "completed"
    assert back.outcome.access_token.claims["https://shop.example/cart"] == "1"

def test_mfa(flow, load_action):
    assert flow(load_action("mfa.js")).run().pass_challenge().status == "completed"

def test_alone(load_action):
    load_action("mfa.js").run()
"""
KINDS = ("chaos-evict", "chaos-refuse", "chaos-cold", "chaos-mixed")


@pytest.fixture
def chaotic(project: pytest.Pytester) -> pytest.Pytester:
    for name, source in (("shop", SHOP), ("mfa", MFA)):
        (project.path / f"{name}.js").write_text(source, encoding="utf-8")
    return project


def test_flows_meet_more_kinds_than_single_runs(chaotic: pytest.Pytester) -> None:
    chaotic.makepyfile(TESTS)
    result = chaotic.runpytest("--auth0-chaos", "--auth0-chaos-seed=1", "-v")
    ended = outcomes(result)
    of_flows = ("calm", *KINDS, "chaos-late", "chaos-unpassed")
    assert set(ended) == {
        *(f"test_shop[{kind}]" for kind in of_flows),
        *(f"test_mfa[{kind}]" for kind in of_flows),
        *(f"test_alone[{kind}]" for kind in ("calm", *KINDS)),
    }
    failed = {name for name, outcome in ended.items() if outcome == "FAILED"}
    assert failed - {"test_shop[chaos-mixed]"} == {
        "test_shop[chaos-evict]",
        "test_shop[chaos-refuse]",
        "test_shop[chaos-late]",
        "test_mfa[chaos-unpassed]",
    }
    assert any("test_shop[chaos-late]' --auth0-chaos --auth0-chaos-seed=1" in each
               for each in again(result))  # fmt: skip
    result.stdout.fnmatch_lines(["*clock moved by 16m*", "*jwt expired*"], consecutive=False)


def test_a_kind_is_switched_off_by_name(chaotic: pytest.Pytester) -> None:
    chaotic.makepyfile(
        "import pytest\n" + TESTS.replace(
            "def test_mfa",
            '@pytest.mark.auth0(no_chaos={"unpassed": "asserts that otp is passed"})\ndef test_mfa',
        )
    )  # fmt: skip
    result = chaotic.runpytest("--auth0-chaos", "--auth0-chaos-seed=1", "-v", "-k", "mfa")
    ended = outcomes(result)
    assert ended["test_mfa[chaos-unpassed]"] == "SKIPPED"
    assert {outcome for name, outcome in ended.items() if "unpassed" not in name} == {"PASSED"}
    result.stdout.fnmatch_lines(
        [
            "auth0: chaos left out 1 test:",
            "  *::test_mfa[[]chaos-unpassed]: no_chaos: asserts that otp is passed",
        ]
    )


@pytest.mark.parametrize(
    ("given", "lines"),
    [
        (
            '{"unpased": "asserts it"}',
            [
                "?A114? There is no bad luck of the kind 'unpased'.",
                "Given: no_chaos={'unpased': 'asserts it'}, for *::test_mfa.",
                "The kinds are evict, refuse, cold, mixed, late, unpassed.",
            ],
        ),
        (
            '{"late": ""}',
            [
                "?A113? no_chaos must be the reason why --auth0-chaos leaves a test out.",
                "Given: {'late': ''}, for *::test_mfa.",
                "Write it as text: *no_chaos={'late': 'asserts that the token is taken'}.",
            ],
        ),
    ],
)
def test_a_wrong_kind_is_an_error(chaotic: pytest.Pytester, given: str, lines: list[str]) -> None:
    chaotic.makepyfile(
        f"""
        import pytest

        @pytest.mark.auth0(no_chaos={given})
        def test_mfa(flow, load_action):
            flow(load_action("mfa.js")).run()
        """
    )
    result = chaotic.runpytest("--auth0-chaos")
    result.stdout.fnmatch_lines([f"*{line}" for line in lines])
