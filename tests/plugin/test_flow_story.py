"""A flow in the timeline and in the report: one story, away and back."""

from __future__ import annotations

import json
import re
from typing import Any

import pytest

ACTIONS = {
    "consent": """
        exports.onExecutePostLogin = async (event, api) => {
          api.user.setAppMetadata('asked', true);
          api.prompt.render('consent-form', { fields: { text: 'Yes?' } });
        };
        exports.onContinuePostLogin = async (event, api) => {
          if (!event.prompt.fields.yes) return api.access.deny('No consent');
          api.user.setUserMetadata('consent', event.secrets.WORD);
        };
    """,
    "shop": """
        exports.onExecutePostLogin = async (event, api) => {
          api.redirect.sendUserTo('https://shop.example/choose');
        };
        exports.onContinuePostLogin = async (event, api) => {
          api.accessToken.setCustomClaim('https://shop.example/plan', event.request.query.plan);
        };
    """,
    "mfa": """
        exports.onExecutePostLogin = async (event, api) => {
          api.authentication.challengeWith({ type: 'otp' });
        };
    """,
    "throws": """
        exports.onExecutePostLogin = async () => { throw new Error('out of order'); };
    """,
}
STORY = """
def test_it(flow, load_action, clock):
    consent = load_action("consent.js", secrets={"WORD": "sesame-and-more"})
    login = flow(consent, load_action("shop.js"), load_action("mfa.js"))
    away = login.run().submit({"yes": True})
    clock.tick(minutes=3)
    done = away.resume({"plan": "gold"}).fail_challenge()
    assert done.status == "completed"
"""


@pytest.fixture
def flows(project: pytest.Pytester, monkeypatch: pytest.MonkeyPatch) -> pytest.Pytester:
    """A project with Actions, whose tests are yet to be written; its terminal is wide."""
    monkeypatch.setenv("COLUMNS", "110")
    for name, source in ACTIONS.items():
        (project.path / f"{name}.js").write_text(source, encoding="utf-8")
    return project


def timeline_of(result: pytest.RunResult) -> list[str]:
    """Return the timeline, with the parameters `state` as `STATE`."""
    title = next(
        at for at, line in enumerate(result.outlines) if line.strip("- ") == "Auth0 timeline"
    )
    rest = result.outlines[title + 1 :]
    end = next(at for at, line in enumerate(rest) if line.startswith(("---", "===")))
    return [re.sub(r"[0-9a-f]{32}", "STATE", line) for line in rest[:end]]


def test_a_flow_is_one_story_in_the_timeline(flows: pytest.Pytester) -> None:
    flows.makepyfile(test_it=STORY)
    assert timeline_of(flows.runpytest("-vv")) == [
        "+0s  2025-01-01T00:00:00Z",
        "  flow: post-login of consent, shop, mfa (test_it.py:4)",
        "    run consent.js",
        "      user.setAppMetadata('asked', True) -> saved when the transaction ends",
        "      prompt.render('consent-form', {'fields': {'text': 'Yes?'}})",
        "    end of run -> done",
        "      user.app_metadata.asked = True",
        "  flow -> prompted: consent-form; then submit()",
        "  flow: the form is submitted with {'yes': True} (test_it.py:4)",
        "    run consent.js",
        "      user.setUserMetadata('consent', '***WORD***') -> saved when the transaction ends",
        "    end of run -> done",
        "      user.user_metadata.consent = '***WORD***'",
        "    run shop.js",
        "      redirect.sendUserTo('https://shop.example/choose') -> to 'https://shop.examp… +10",
        "    end of run -> done",
        "  flow -> redirected to https://shop.example/choose?state=STATE; then resume()",
        "  clock moved by 3m",
        "+3m  2025-01-01T00:03:00Z",
        "  flow: the user comes back with {'state': 'STATE', 'plan': 'gold'} (test_it.py:6)",
        "    run shop.js",
        "      accessToken.setCustomClaim('https://shop.example/plan', 'gold')",
        "    end of run -> done",
        "      access_token.claims.https://shop.example/plan = 'gold'",
        "    run mfa.js",
        "      authentication.challengeWith({'type': 'otp'})",
        "    end of run -> done",
        "  flow -> challenged: otp; then pass_challenge() or fail_challenge()",
        "  flow: the user fails the challenge (test_it.py:6)",
        "  flow -> failed: access_denied, The user did not pass the challenge.",
        "  the test failed at test_it.py:7: AssertionError: assert 'failed' == 'completed'",
    ]


@pytest.mark.parametrize(
    ("body", "last"),
    [
        ("login.run().submit({})", "  flow -> denied by access.deny"),
        ("login.run(request={'query': {'prompt': 'none'}})",
         "  flow -> failed: interaction_required, With prompt=none a form is not possible."),
        ("flow(load_action('mfa.js')).run().pass_challenge()", "  flow -> completed"),
        ("flow(load_action('shop.js'), load_action('throws.js')).run().resume()",
         "  flow -> failed: ActionError"),
    ],
)  # fmt: skip
def test_the_timeline_says_how_a_flow_ends(flows: pytest.Pytester, body: str, last: str) -> None:
    flows.makepyfile(
        f"""
        def test_it(flow, load_action):
            login = flow(load_action("consent.js", secrets={{"WORD": "sesame"}}))
            {body}
            assert False
        """
    )
    lines = timeline_of(
        flows.runpytest("-vv", "-W", "ignore::pytest_auth0_actions.RedirectWarning")
    )
    assert [line for line in lines if line.startswith("  flow -> ")][-1] == last


def test_a_long_story_keeps_the_flow_that_its_end_lies_in(flows: pytest.Pytester) -> None:
    (flows.path / "busy.js").write_text(
        """
        exports.onExecutePostLogin = async (event, api) => {
          for (let n = 0; n < 80; n += 1) console.log(n);
          throw new Error('late');
        };
        """,
        encoding="utf-8",
    )
    flows.makepyfile(
        test_it="""
        def test_it(flow, load_action):
            for _ in range(4):
                load_action("mfa.js").run()
            flow(load_action("mfa.js"), load_action("busy.js")).run().pass_challenge()
        """
    )
    lines = timeline_of(flows.runpytest())
    left_out = next(at for at, line in enumerate(lines) if "events left out" in line)
    assert (
        lines[left_out + 1 : left_out + 4]
        == [
            "  flow: the user passes otp (test_it.py:4)",
            "    run busy.js",
            "      ...",
        ]
        or lines[left_out + 1] == "      ..."
    )


def page_of(flows: pytest.Pytester) -> dict[str, Any]:
    page = (flows.path / "report.html").read_text(encoding="ascii")
    found = re.search(r'<script type="application/json" id="data">(.*?)</script>', page, re.S)
    assert found is not None
    data: dict[str, Any] = json.loads(found[1])
    return data


def test_the_report_has_the_flow_and_what_it_has_changed(flows: pytest.Pytester) -> None:
    flows.makepyfile(STORY)
    flows.runpytest("--auth0-report=report.html")
    data = page_of(flows)
    texts = [re.sub(r"[0-9a-f]{32}", "STATE", each) for each in data["texts"]]
    events = [
        [texts[cell] if kind == "text" else cell
         for cell, kind in zip(row, data["columns"][name].values(), strict=True)]
        for name, *row in data["tests"][0]["events"]
        if name in {"flow", "run"}
    ]  # fmt: skip
    three = 3 * 60_000
    assert events == [
        [0, 0, "post-login of consent, shop, mfa", "prompted: consent-form; then submit()", 3],
        [0, 0, "consent.js", "done", "user.app_metadata.asked = True",
         "consent.js:2"],
        [0, 0, "the form is submitted with {'yes': True}",
         "redirected to https://shop.example/choose?state=STATE; then resume()", 4],
        [0, 0, "consent.js", "done", "user.user_metadata.consent = '***WORD***'",
         "consent.js:6"],
        [0, 0, "shop.js", "done", "", "shop.js:2"],
        [three, three, "the user comes back with {'state': 'STATE', 'plan': 'gold'}",
         "challenged: otp; then pass_challenge() or fail_challenge()", 4],
        [three, three, "shop.js", "done",
         "access_token.claims.https://shop.example/plan = 'gold'", "shop.js:5"],
        [three, three, "mfa.js", "done", "", "mfa.js:2"],
        [three, three, "the user fails the challenge",
         "failed: access_denied, The user did not pass the challenge.", 0],
    ]  # fmt: skip
