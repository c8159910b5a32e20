"""Secrets are taken out of reports, and out of what is compared."""

from __future__ import annotations

import dataclasses
from collections import OrderedDict, namedtuple
from types import SimpleNamespace
from typing import Any

import pytest

from pytest_auth0_actions import CacheRecord
from pytest_auth0_actions.reporting.comparison import explain
from pytest_auth0_actions.reporting.masked import hidden, mask_report
from pytest_auth0_actions.values import UNDEFINED, ApiCall, Execution, HttpRequest
from pytest_auth0_actions.world.masking import Mask

KEY = "s3cr3t-k3y"
MASK = Mask()
MASK.add({"KEY": KEY, "ENV": "test"})

Pair = namedtuple("Pair", "one other")


@dataclasses.dataclass(frozen=True)
class Token:
    text: str
    ttl: int = 5


class WithAttrs:
    """As the package attrs makes them."""

    __attrs_attrs__ = (SimpleNamespace(name="text"), SimpleNamespace(name="unset"))

    def __init__(self, text: str) -> None:
        self.text = text


class NotCopied(WithAttrs):
    def __copy__(self) -> NotCopied:
        raise RuntimeError


@pytest.mark.parametrize(
    ("value", "shown"),
    [
        (f"Bearer {KEY}", "Bearer ***KEY***"),
        (f"é {KEY}".encode() + b"\xff", "é ***KEY***".encode() + b"\xff"),
        (bytearray(KEY.encode()), bytearray(b"***KEY***")),
        ([1, [KEY]], [1, ["***KEY***"]]),
        ((1, KEY), (1, "***KEY***")),
        ({KEY: {"k": KEY}}, {"***KEY***": {"k": "***KEY***"}}),
        (OrderedDict(k=KEY), {"k": "***KEY***"}),
        ({KEY}, {"***KEY***"}),
        (frozenset([KEY]), frozenset(["***KEY***"])),
        (Pair(KEY, 1), Pair("***KEY***", 1)),
        (Token(KEY), Token("***KEY***")),
        (
            ApiCall("cache.set", ("k", KEY), CacheRecord(KEY, 5), 0),
            ApiCall("cache.set", ("k", "***KEY***"), CacheRecord("***KEY***", 5), 0),
        ),
    ],
)
def test_a_value_is_shown_by_a_copy_without_secrets(value: Any, shown: Any) -> None:
    before = repr(value)
    assert hidden(value, MASK) == shown
    assert type(hidden(value, MASK)) is type(shown)
    assert repr(value) == before


def test_a_value_without_secrets_stays_the_same_object() -> None:
    own: list[Any] = [1]
    own.append(own)
    for value in (
        "a",
        b"b",
        [1],
        (2,),
        {"k": 3},
        {4},
        own,
        Token("a"),
        Token,
        WithAttrs("a"),
        None,
    ):
        assert hidden(value, MASK) is value
    own.append(KEY)
    assert hidden(own, MASK)[2] == "***KEY***"


def test_what_attrs_makes_is_copied_if_it_can_be() -> None:
    assert hidden(WithAttrs(KEY), MASK).text == "***KEY***"
    odd = NotCopied(KEY)
    assert hidden(odd, MASK) is odd


@pytest.mark.parametrize(
    "argument",
    [
        KEY,
        pytest.param(KEY.encode(), id="bytes"),
        [KEY],
        {"key": KEY},
        {KEY: 1},
        ({"key": [KEY.encode()]},),
        "test",
        {"t": "test"},
    ],
)
def test_a_comparison_line_has_no_secret(argument: Any) -> None:
    """Weak ones are hidden too: both sides are, or stand for, what an Action gave."""
    one, other = (ApiCall("cache.set", (argument, each), None, 0) for each in "ab")
    missing = ApiCall("cache.set", (), None, 0)
    for left, right in ((one, other), (one, missing), (missing, one), ([one], [missing])):
        lines = "\n".join(explain("==", left, right, mask=MASK.from_action) or ())
        assert "***" in lines
        assert "s3cr3t" not in lines
        assert "'test'" not in lines


def test_a_comparison_names_what_is_ours_in_full() -> None:
    """`CacheRecord`, `value` and the like are no values of an Action's."""
    mask = Mask()
    mask.add({"ONE": "value", "TWO": "Cache", "THREE": "expires_at"})
    lines = explain("==", CacheRecord("the value", 1), CacheRecord("b", 1), mask=mask.from_action)
    assert lines == [
        "CacheRecord(value='the ***ONE***', expires_at=1) == CacheRecord(value='b', expires_at=1)",
        "value: 'the ***ONE***', not 'b'",
    ]


def test_a_run_is_compared_without_its_secrets() -> None:
    def execution(text: str) -> Execution:
        request = HttpRequest("GET", f"https://a.test/{text}", 200, 0)
        return Execution((), (request,), text, {"secrets": {"KEY": text}}, 0, 0)

    lines = "\n".join(explain("==", execution(KEY), execution("b"), mask=MASK.from_action) or ())
    assert "logs: '***KEY***', not 'b'" in lines
    assert KEY not in lines


def report(**attributes: Any) -> Any:
    made: dict[str, Any] = {
        "longrepr": None,
        "sections": [],
        "user_properties": [],
        "nodeid": f"test_{KEY}",
    }
    return SimpleNamespace(**(made | attributes))


def test_a_report_has_no_secret_but_keeps_the_tests_id() -> None:
    shown = report(
        location=("test_it.py", 1, KEY),
        keywords={KEY: 1},
        sections=[("Captured log", KEY), (KEY, "test")],
        longrepr=("test_it.py", 5, f"Skipped: {KEY}"),
        wasxfail=f"reason: {KEY}",
        user_properties=[("text", KEY), ("bytes", KEY.encode()), ("number", 5), ("list", [KEY])],
        context=SimpleNamespace(msg=KEY, kwargs={"key": repr(KEY)}),
        of_a_plugin={"html": [KEY], "number": 5, "text": "test"},
        other_object=UNDEFINED,
    )
    mask_report(shown, MASK)
    assert shown == report(
        location=("test_it.py", 1, KEY),
        keywords={KEY: 1},
        sections=[("Captured log", "***KEY***"), ("***KEY***", "test")],
        longrepr=("test_it.py", 5, "Skipped: ***KEY***"),
        wasxfail="reason: ***KEY***",
        user_properties=[
            ("text", "***KEY***"),
            ("bytes", "b'***KEY***'"),
            ("number", 5),
            ("list", "['***KEY***']"),
        ],
        context=SimpleNamespace(msg="***KEY***", kwargs={"key": "'***KEY***'"}),
        of_a_plugin={"html": ["***KEY***"], "number": 5, "text": "test"},
        other_object=UNDEFINED,
    )


class Shown:
    """As pytest's own: it prints itself."""

    def __init__(self, **attributes: Any) -> None:
        vars(self).update(attributes)

    def toterminal(self, out: Any) -> None: ...


def test_pytests_own_objects_are_changed_in_place() -> None:
    entry = Shown(lines=[f"E   {KEY}"], style="long")
    failure = Shown(reprcrash=Shown(message=KEY, path="a.py"), chain=[(entry, None, KEY)])
    entry.up = failure  # type: ignore[attr-defined]
    shown = report(longrepr=failure)
    mask_report(shown, MASK)
    assert shown.longrepr is failure
    assert vars(entry)["lines"] == ["E   ***KEY***"]
    assert vars(vars(failure)["reprcrash"]) == {"message": "***KEY***", "path": "a.py"}
    assert vars(failure)["chain"] == [(entry, None, "***KEY***")]


def test_what_prints_itself_in_another_way_becomes_text() -> None:
    shown = report(longrepr=ValueError(KEY))
    mask_report(shown, MASK)
    assert shown.longrepr == "***KEY***"
    kept = report(longrepr=(error := ValueError("other")))
    mask_report(kept, MASK)
    assert kept.longrepr is error


def test_a_secret_that_goes_on_from_line_to_line_is_found() -> None:
    mask = Mask()
    mask.add({"KEY": "a1b2c3d4 e5f6g7h8 i9j0"})
    entry = Shown(lines=["key = ('a1b2c3d4 '", " 'e5f6g7h8 '", " 'i9j0')", "next = 1"])
    mask_report(report(longrepr=entry), mask)
    assert vars(entry)["lines"] == ["key = ('***KEY***')", "next = 1"]
