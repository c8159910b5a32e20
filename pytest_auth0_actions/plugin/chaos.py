"""Runs each test again under bad luck: `--auth0-chaos`."""

from __future__ import annotations

import os
import re
import shlex
from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING, Final

import pytest

from pytest_auth0_actions.errors import UsageError, hides_our_frames

if TYPE_CHECKING:
    from pytest_auth0_actions.world.chaos import Chaos

__tracebackhide__ = hides_our_frames

_FIXTURE: Final = "_auth0_chaos"
_FLOWS: Final = {"flow", "tenant", "tenant_at"}
"""The fixtures that make flows."""

_CALM: Final = "calm"
_SKIPPED: Final = "chaos"
_SHOWN_TESTS: Final = 10
_SEED_KEY: Final = "auth0/chaos-seed"  # in pytest's cache
_OF_LAST_RUN: Final = ("lf", "failedfirst", "stepwise")  # options that go on from there


class ChaosKinds:
    """A plugin that is there if `--auth0-chaos` is given.

    Args:
        config: of a session, or of a worker.
    """

    def __init__(self, config: pytest.Config) -> None:
        self._config = config

    def pytest_sessionfinish(self) -> None:
        """Note down what the bad luck depended on, for `--last-failed`."""
        cache, option = getattr(self._config, "cache", None), self._config.option
        if cache is None or option.collectonly or hasattr(self._config, "workerinput"):
            return
        if cache.get(_SEED_KEY, None) != option.auth0_chaos_seed:
            cache.set(_SEED_KEY, option.auth0_chaos_seed)

    @pytest.fixture(autouse=True)
    def _auth0_chaos(self) -> None:
        """Have its parameter, the kind of bad luck, in the id of each test that loads an Action."""


def drawn_seed(config: pytest.Config) -> int:
    """Return what the bad luck depends on if nobody says: chance, or what it did last time.

    The latter for tests that failed last time and run again.
    """
    import random

    cache = getattr(config, "cache", None)
    last: int | None = None
    if cache is not None and any(getattr(config.option, each, False) for each in _OF_LAST_RUN):
        last = cache.get(_SEED_KEY, None)
    return random.randrange(1_000_000) if last is None else last


def missed_failures(config: pytest.Config) -> str | None:
    """Return a line that says which failures `--last-failed` can't run again; None if it can."""
    if config.option.auth0_chaos or not getattr(config.option, "lf", False):
        return None
    from pytest_auth0_actions.world.chaos import FLOW_KINDS, KINDS

    assert config.cache is not None  # which has brought the option
    failed: Iterable[str] = config.cache.get("cache/lastfailed", {})
    kinds = "|".join([*KINDS, *FLOW_KINDS])
    missed = sum(re.search(rf"[\[-]chaos-(?:{kinds})\b", test) is not None for test in failed)
    if not missed:
        return None
    failures = (
        "1 of the last failures was" if missed == 1 else f"{missed} of the last failures were"
    )
    return f"auth0: {failures} with bad luck, and --auth0-chaos is needed to run them again"


def parametrize(metafunc: pytest.Metafunc) -> None:
    """Have a test that loads an Action run once more for each kind of bad luck."""
    from pytest_auth0_actions.world.chaos import FLOW_KINDS, KINDS

    reason = _why_no_chaos(metafunc.definition)
    params = [pytest.param(None, id=_CALM)]
    if isinstance(reason, str):
        params.append(pytest.param("", id=_SKIPPED, marks=_skip(reason)))
    else:
        kinds = [*KINDS, *(() if _FLOWS.isdisjoint(metafunc.fixturenames) else FLOW_KINDS)]
        params += [
            pytest.param(
                kind, id=f"chaos-{kind}", marks=_skip(reason[kind]) if kind in reason else ()
            )
            for kind in kinds
        ]
    metafunc.parametrize(_FIXTURE, params, indirect=True)


def _skip(reason: str) -> pytest.MarkDecorator:
    return pytest.mark.skip(reason=f"no_chaos: {reason}")  # so that pytest says so


def chaos_of(item: pytest.Item) -> Chaos | None:
    """Return the bad luck of a test, if it has any."""
    kind = kind_of(item)
    if kind is None:
        return None
    from pytest_auth0_actions.world.chaos import Chaos

    return Chaos(kind, item.config.option.auth0_chaos_seed, item.nodeid)


def kind_of(item: pytest.Item) -> str | None:
    """Return the kind of bad luck that a test has, if it has any."""
    callspec = getattr(item, "callspec", None)
    kind = callspec.params.get(_FIXTURE) if callspec is not None else None
    return kind or None


def stable_id(item: pytest.Item) -> str:
    """Return the id of a test, the same with any bad luck and on any worker of pytest-xdist."""
    parent = item.parent.nodeid if item.parent is not None else ""
    nodeid = f"{parent}::{item.name}"  # xdist puts a group behind the item's own
    callspec = getattr(item, "callspec", None)
    if callspec is None or _FIXTURE not in callspec.params:
        return nodeid
    from pytest_auth0_actions.world.seed import without_variant

    kind = callspec.params[_FIXTURE]
    variant = f"chaos-{kind}" if kind else _SKIPPED if kind == "" else _CALM
    return without_variant(nodeid, variant)


def left_out(item: pytest.Item, loads_actions: bool) -> tuple[str, str] | None:
    """Return the id of a test without bad luck, and why; None if it is run with some."""
    if not loads_actions:
        return item.nodeid, "it loads no Action"
    reason = _why_no_chaos(item)
    if isinstance(reason, str):
        return stable_id(item), f"no_chaos: {reason}"
    kind = kind_of(item)
    return (item.nodeid, f"no_chaos: {reason[kind]}") if kind and kind in reason else None


def left_out_lines(reports: Iterable[object], verbose: bool) -> list[str]:
    """Return the lines that name the tests which had no bad luck, and why not."""
    found = [getattr(report, "auth0_without_chaos", None) for report in reports]
    reasons = dict(each for each in found if each is not None)
    if not reasons:
        return []
    shown = list(reasons.items())[: None if verbose else _SHOWN_TESTS]
    lines = [f"auth0: chaos left out {len(reasons)} test{'s' if len(reasons) > 1 else ''}:"]
    lines += [f"  {test}: {reason}" for test, reason in shown]
    if len(shown) < len(reasons):
        lines.append(f"  and {len(reasons) - len(shown)} more, which -v shows")
    return lines


def again(item: pytest.Item) -> str:
    """Return the arguments that run a test again, with the same bad luck."""
    seed = item.config.option.auth0_chaos_seed
    return f"{argument_of(item)} --auth0-chaos --auth0-chaos-seed={seed}"


def argument_of(item: pytest.Item) -> str:
    """Return the argument that names a test, from where pytest was started."""
    file, _, name = item.nodeid.partition("::")  # which start at rootdir
    path = os.path.relpath(item.config.rootpath / file, item.config.invocation_params.dir)
    return shlex.quote(f"{path}::{name}")


def _why_no_chaos(item: pytest.Item) -> str | Mapping[str, str]:
    """Return why a test has no bad luck at all; or why not certain kinds, by name."""
    from pytest_auth0_actions.world.chaos import FLOW_KINDS, KINDS

    given = [
        mark.kwargs["no_chaos"] for mark in item.iter_markers("auth0") if "no_chaos" in mark.kwargs
    ]
    if not given:
        return {}
    is_by_kind = isinstance(given[0], Mapping)
    reasons: dict[str, str] = dict(given[0]) if is_by_kind else {"": given[0]}
    if not all(isinstance(each, str) and each.strip() for each in reasons.values()):
        raise UsageError(
            "[A113] no_chaos must be the reason why --auth0-chaos leaves a test out.",
            f"Given: {given[0]!r}, for {item.nodeid}.",
            "Write it as text: @pytest.mark.auth0(no_chaos='asserts that a record is hit'); to "
            "leave one kind out, no_chaos={'late': 'asserts that the token is taken'}.",
        )
    if not is_by_kind:
        return reasons[""]
    unknown = [kind for kind in reasons if kind not in {*KINDS, *FLOW_KINDS}]
    if unknown:
        raise UsageError(
            f"[A114] There is no bad luck of the kind {unknown[0]!r}.",
            f"Given: no_chaos={given[0]!r}, for {item.nodeid}.",
            f"The kinds are {', '.join([*KINDS, *FLOW_KINDS])}.",
        )
    return reasons
