"""Reports for the tests: small stories by hand, and a thousand tests."""

from __future__ import annotations

from typing import Literal

from pytest_auth0_actions.reporting.html.page import (
    CallEvent,
    ClockEvent,
    Event,
    EvictEvent,
    FlowEvent,
    HttpEvent,
    Report,
    ReportedTest,
    RunEvent,
    TextEvent,
)

START_MS = 1_735_689_600_000
SECOND, MINUTE, HOUR, DAY = 1_000, 60_000, 3_600_000, 86_400_000
By = Literal["action", "test"]

# Every instant below counts from the start of the test.


def clock(at: int, to: int, by: Literal["test", "timer"] = "test") -> ClockEvent:
    return {"kind": "clock", "at_ms": START_MS + at, "to_ms": START_MS + to, "by": by}


def run(
    at: int,
    end: int,
    outcome: str = "done",
    action: str = "provision/code.js",
    changed: str = "",
    place: str | None = None,
) -> RunEvent:
    return {
        "kind": "run", "at_ms": START_MS + at, "end_ms": START_MS + end,
        "action": f"actions/{action}", "outcome": outcome, "changed": changed,
        "place": place,
    }  # fmt: skip


def flow(at: int, end: int, title: str, outcome: str, inside: int) -> FlowEvent:
    return {
        "kind": "flow", "at_ms": START_MS + at, "end_ms": START_MS + end, "title": title,
        "outcome": outcome, "inside": inside,
    }  # fmt: skip


def call(
    at: int,
    path: str,
    args: str,
    result: str,
    *,
    ok: bool = True,
    key: str | None = None,
    expires: int | None = None,
    hit: bool | None = None,
    by: By = "action",
    place: str | None = None,
    passed: str | None = None,
    gave: str | None = None,
) -> CallEvent:
    return {
        "kind": "call", "at_ms": START_MS + at, "path": path, "args": args, "result": result,
        "ok": ok, "key": key, "expires_at": None if expires is None else START_MS + expires,
        "hit": hit, "by": by, "place": place, "passed": passed, "gave": gave,
    }  # fmt: skip


def get(at: int, key: str, expires: int | None = None, by: By = "action") -> CallEvent:
    """Read a record that ends at *expires*, or miss."""
    hit = expires is not None
    return call(
        at, "cache.get", repr(key), f"'{key}'" if hit else "None",
        key=key, expires=expires, hit=hit, by=by,
    )  # fmt: skip


def set_(at: int, key: str, ttl: int, by: By = "action") -> CallEvent:
    return call(
        at, "cache.set", f"{key!r}, 'abc', {{'ttl': {ttl}}}", "success",
        key=key, expires=at + ttl, by=by, gave='{\n  "type": "success"\n}',
        passed=f'"{key}"\n"abc"\n{{\n  "ttl": {ttl}\n}}',
    )  # fmt: skip


def refuse(at: int, key: str, code: str, path: str = "cache.set") -> CallEvent:
    return call(at, path, repr(key), code, ok=False, key=key)


def delete(at: int, key: str) -> CallEvent:
    return call(at, "cache.delete", repr(key), "success", key=key)


def evict(at: int, key: str, why: Literal["evict", "clear", "chaos"] = "evict") -> EvictEvent:
    return {"kind": "evict", "at_ms": START_MS + at, "key": key, "why": why}


def http(
    at: int,
    end: int,
    status: int | None,
    error: str | None = None,
    *,
    place: str | None = None,
    body: str | None = None,
    came: str | None = None,
) -> HttpEvent:
    return {
        "kind": "http", "at_ms": START_MS + at, "end_ms": START_MS + end, "method": "POST",
        "url": "https://crm.example.com/oauth/token", "status": status, "error": error,
        "place": place,
        "headers": body and "host: crm.example.com\ncontent-type: application/json",
        "body": body,
        "response_headers": came and "content-type: application/json",
        "response_body": came,
    }  # fmt: skip


def log(at: int, text: str, place: str | None = None) -> TextEvent:
    return {"kind": "log", "at_ms": START_MS + at, "text": text, "place": place}


def warning(at: int, text: str, place: str | None = None) -> TextEvent:
    return {"kind": "warning", "at_ms": START_MS + at, "text": text, "place": place}


def reported(
    nodeid: str,
    outcome: Literal["passed", "failed", "error", "skipped"],
    events: list[Event],
    message: str = "",
) -> ReportedTest:
    file = nodeid.partition("::")[0]
    return {
        "nodeid": nodeid, "file": file, "line": None if file == nodeid else 12, "outcome": outcome,
        "message": message, "again": f"pytest {nodeid}", "duration_s": 0.3125,
        "start_ms": START_MS, "events": events,
    }  # fmt: skip


def report_of(tests: list[ReportedTest], sources: dict[str, str] | None = None) -> Report:
    return {
        "title": "Auth0 Actions report",
        "created_at": "2026-07-10T12:34:56+00:00",
        "versions": {
            "Node.js": "v22.20.0 (the node extra)",
            "pytest": "9.0.1",
            "rules": "documented",
        },
        "sources": sources or {},
        "tests": tests,
    }


def boundary() -> ReportedTest:
    """A hit at the last instant, and a miss 1 ms later."""
    return reported(
        "tests/test_cache.py::test_default_lifetime_is_fifteen_minutes", "passed",
        [
            set_(0, "token", 15 * MINUTE, by="test"),
            clock(0, 15 * MINUTE),
            get(15 * MINUTE, "token", 15 * MINUTE, by="test"),
            clock(15 * MINUTE, 15 * MINUTE + 1),
            get(15 * MINUTE + 1, "token", by="test"),
        ],
    )  # fmt: skip


def seconds_for_milliseconds() -> ReportedTest:
    """The failure that the README begins with."""
    advice = "ttl is in milliseconds: 3600 is 3.6 s. Did you mean 3600 * 1000?"
    first: list[Event] = [
        run(0, 0), get(0, "token"), http(0, 0, 200), set_(0, "token", 3_600),
        warning(0, advice), log(0, "stored\n"),
    ]  # fmt: skip
    later = 59 * MINUTE
    second: list[Event] = [
        run(later, later), get(later, "token"), http(later, later, 200),
        set_(later, "token", 3_600), log(later, "stored\n"),
    ]  # fmt: skip
    return reported(
        "tests/test_provision.py::test_second_registration_reuses_the_token",
        "failed",
        [*first, clock(0, later), *second],
        "assert ['cache.get', 'cache.set'] == ['cache.get']\n"
        "  Left contains one more item: 'cache.set'",
    )


def every_end() -> ReportedTest:
    """Records that end in every way, in a run that fails after a day."""
    long_key = "https://tenant.example.com/userinfo|google-oauth2|1093846528301947"
    return reported(
        "tests/test_provision.py::TestCold::test_crm_is_down[documented-502::Bad Gateway]",
        "failed",
        [
            run(0, 1_200), get(0, "count"), get(0, "token"), http(0, 1_200, 200),
            clock(0, 1_200, "timer"), set_(1_200, "token", HOUR),
            refuse(1_200, long_key, "CacheKeySizeExceeded"), log(1_200, "stored\n"),
            clock(1_200, 59 * MINUTE),
            run(59 * MINUTE, 59 * MINUTE), get(59 * MINUTE, "token", HOUR + 1_200),
            log(59 * MINUTE, "cache hit\n"), set_(59 * MINUTE, "count", DAY),
            set_(59 * MINUTE, "region", MINUTE),
            clock(59 * MINUTE, HOUR),
            set_(HOUR, "token", HOUR, by="test"), evict(HOUR, "token"),
            clock(HOUR, DAY),
            run(DAY, DAY, "Error: 502 from the CRM"), get(DAY, "token"),
            evict(DAY, "region", "chaos"),
            get(DAY, "count", DAY + 59 * MINUTE), delete(DAY, "count"),
            refuse(DAY, "count", "CacheKeyDoesNotExist", "cache.delete"), http(DAY, DAY, 502),
            http(DAY, DAY, None, "ECONNREFUSED"), http(DAY, DAY, None),
            set_(DAY, "count", DAY), set_(DAY, "token", 15 * MINUTE),
            call(DAY, "redirect.encodeToken", "{}", "'eyJhbGciOi'"),
        ],
        "Error: 502 from the CRM\n    at provision (actions/provision/code.js:12:9)",
    )  # fmt: skip


def back_and_forth() -> ReportedTest:
    """The clock goes back, which brings a record back; another never ends."""
    return reported(
        "tests/test_cache.py::test_clock_goes_back", "passed",
        [
            set_(0, "token", HOUR, by="test"),
            clock(0, 0),
            clock(0, 2 * HOUR),
            get(2 * HOUR, "token", by="test"),
            clock(2 * HOUR, -30 * MINUTE),
            get(-30 * MINUTE, "token", HOUR, by="test"),
            clock(-30 * MINUTE, 90 * MINUTE),
            set_(90 * MINUTE, "", 2**53 - 1 - START_MS - 90 * MINUTE, by="test"),
        ],
    )  # fmt: skip


def many_instants(outcome: Literal["passed", "failed"] = "passed") -> ReportedTest:
    """Twelve keys, one a minute and a bit."""
    events: list[Event] = []
    for count in range(12):
        at = count * MINUTE + count**2
        events += [
            run(at, at, action="limit.js"), get(at, f"key-{count}"),
            set_(at, f"key-{count}", 5 * MINUTE), clock(at, at + MINUTE + 2 * count + 1),
        ]  # fmt: skip
    return reported("tests/test_limit.py::test_twelve_keys", outcome, events)


def a_flow() -> ReportedTest:
    """A flow that is left for a form and a redirect, and then denied."""
    back, shop = 14 * MINUTE, "shop/code.js"
    went = "redirected to https://shop.example/choose?state=8d88a0bfd4fc20f62ec6689312c7b9c2"
    return reported(
        "tests/test_login.py::test_the_way_to_the_shop", "passed",
        [
            flow(0, 0, "post-login of consent, shop", "prompted: consent-form", 2),
            run(0, 0, action="consent/code.js"), call(0, "prompt.render", "'consent-form'", ""),
            flow(0, 1_000, "the form is submitted with {'consent': True}", went, 5),
            run(0, 0, action="consent/code.js", changed="user.user_metadata.consent = True"),
            call(0, "user.setUserMetadata", "'consent', True", "saved at the end"),
            run(0, 1_000, action=shop), clock(0, 1_000, "timer"),
            call(1_000, "redirect.sendUserTo", "'https://shop.example/choose'", ""),
            clock(1_000, back),
            flow(back, back, "the user comes back with {'plan': 'gold'}", "denied by access.deny",
                 2),
            run(back, back, action=shop), call(back, "access.deny", "'Late'", "denied: 'Late'"),
            flow(back, back, "the user comes back with {}", "failed: invalid_request, No.", 0),
        ],
    )  # fmt: skip


CODE = "actions/provision/code.js"
SOURCE = """const { fetchToken } = require('./crm');

exports.onExecutePostUserRegistration = async (event, api) => {
  let token = api.cache.get('token')?.value;
  if (token === undefined) {
    token = await fetchToken(event.secrets, event.user.email, { audience: 'https://crm.test/' });
    const stored = api.cache.set('token', token, { ttl: 3600 });
    if (stored.type === 'error') console.warn(stored.code);
  }
  console.log('stored');
};
"""
HELPER = "exports.fetchToken = async () => {\n  return fetch('https://crm.example.com/');\n};\n"


def with_source() -> ReportedTest:
    """A run whose every event has its line, in two files, and a third one that is not there."""
    return reported(
        "tests/test_lines.py::test_each_event_has_its_line",
        "passed",
        [
            run(0, 0, place=f"{CODE}:3"),
            call(0, "cache.get", "'token'", "miss: never set", key="token", hit=False,
                 place=f"{CODE}:4"),
            http(0, 0, 200, place="actions/provision/crm.js:2", body='{\n  "grant": "code"\n}',
                 came='{\n  "token": "abc"\n}'),
            call(0, "cache.set", "'token', 'abc', {'ttl': 3600}", "lives 3.6s, until +3.6s",
                 key="token", expires=3_600, place=f"{CODE}:7",
                 passed='"token"\n"abc"\n{\n  "ttl": 3600\n}', gave='{\n  "type": "success"\n}'),
            log(0, "stored\n", f"{CODE}:10"),
            warning(0, "ttl is in milliseconds.", "actions/gone.js:1"),
            clock(0, 5_000),
            log(5_000, "beyond the end\n", f"{CODE}:99"),
        ],
    )  # fmt: skip


def gallery() -> Report:
    """All the stories."""
    sources = {CODE: SOURCE, "actions/provision/crm.js": HELPER}
    return report_of(
        [
            with_source(),
            boundary(),
            seconds_for_milliseconds(),
            every_end(),
            back_and_forth(),
            reported(
                "tests/test_cache.py::test_on_windows", "skipped", [], "Skipped: not on Windows"
            ),
            reported(
                "tests/test_setup.py", "error", [log(0, "x" * 300)], "fixture 'nope' not found"
            ),
            many_instants(),
            a_flow(),
        ],
        sources,
    )


def thousand_tests() -> Report:
    """A thousand tests of 20 events, with texts of their own; 20 of them failed."""
    tests = []
    for number in range(1_000):
        events: list[Event] = []
        at = 0
        for step in range(3):
            key = f"user|auth0|{number:06}{step}"
            events += [
                run(at, at, place=f"{CODE}:3"), get(at, key),
                http(at, at, 200, place="actions/provision/crm.js:2", body=f'{{"key": "{key}"}}',
                     came=f'{{\n  "token": "{key}"\n}}'),
                set_(at, key, 15 * MINUTE),
                log(at, f"stored {key} for https://tenant-{number}.example.com/userinfo\n",
                    f"{CODE}:10"),
                get(at, key, at + 15 * MINUTE), clock(at, at + 10 * MINUTE + number),
            ]  # fmt: skip
            at += 10 * MINUTE + number
        failed = number % 50 == 49
        nodeid = f"tests/test_provision_{number % 40}.py::TestCache::test_{number:04}[documented]"
        message = "AssertionError: assert 'cache hit' in ''" if failed else ""
        tests.append(reported(nodeid, "failed" if failed else "passed", events[:20], message))
    return report_of(tests, {CODE: SOURCE, "actions/provision/crm.js": HELPER})
