"""Reads what a test or a session is set to: from the marker, ini or an option."""

from __future__ import annotations

import contextlib
import difflib
import json
import os
import re
from collections.abc import Collection, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import pytest

from pytest_auth0_actions.calls import shown
from pytest_auth0_actions.errors import UsageError, hides_our_frames

if TYPE_CHECKING:
    from pytest_auth0_actions.auth0.namespaces.cache import CacheRules
    from pytest_auth0_actions.auth0.triggers import Trigger
    from pytest_auth0_actions.world.seed import Seed

__tracebackhide__ = hides_our_frames

MARKER_KEYWORDS: Final = ("allow_hosts", "cache_rules", "fresh_node", "no_chaos", "now", "trigger")
LOAD_ARGUMENTS: Final = ("trigger", "secrets", "modules", "packages", "time_limit_s")
"""What `load_action` takes by name."""
_MEANT: Final = dict.fromkeys(("clock", "date", "freeze_time", "start", "time"), "now")

DRAWN_SEED: Final[pytest.StashKey[str]] = pytest.StashKey()
"""The seed of a session whose ini says `auth0_seed = random`."""

_ROOT: pytest.StashKey[Path] = pytest.StashKey()
_THE_KEYWORDS: Final = f"Its keywords are {', '.join(MARKER_KEYWORDS)}."
_HOST: Final = re.compile(r"(?!\*|.*://)\S(?:.*\S)?\Z")  # or the path of a socket


def setting(item: pytest.Item, name: str, default: Any) -> tuple[Any, str]:
    """Return a setting of the test, from the nearest marker, ini or default, and where it is.

    Raises:
        UsageError: a marker of the test has something that it can't take.
    """
    given = marked(item, name)
    if given is not None:
        return given, f"@pytest.mark.auth0({name}=...)"
    return item.config.getini(f"auth0_{name}") or default, f"ini auth0_{name}"


def marked(item: pytest.Item, name: str) -> Any:
    """Return what the nearest marker of a test says of *name*; None if none does.

    Raises:
        UsageError: a marker has something that it can't take.
    """
    for marker in item.iter_markers("auth0") if "auth0" in item.keywords else ():
        for keyword in marker.kwargs:
            if keyword not in MARKER_KEYWORDS:
                raise UsageError(
                    f"[A101] @pytest.mark.auth0 has no keyword {keyword!r}.",
                    f"Given: {keyword}={shown(marker.kwargs[keyword], 'secret' in keyword)}.",
                    _keyword_meant(keyword),
                )
        if marker.args:
            raise UsageError(
                "[A102] @pytest.mark.auth0 takes keywords only.",
                f"Given: {', '.join(map(repr, marker.args))}.",
                "Name it, as in @pytest.mark.auth0(now='2025-01-01', trigger='post-login'). "
                f"{_THE_KEYWORDS}",
            )
        if name in marker.kwargs:
            return marker.kwargs[name]
    return None


def main_trigger(item: pytest.Item) -> Trigger | None:
    """Return the trigger that the marker names; None if it names none.

    Raises:
        UsageError: there is no such trigger.
    """
    named = marked(item, "trigger")
    if named is None:
        return None
    from pytest_auth0_actions.auth0.triggers import trigger_of

    return trigger_of(named)


def cache_rules(item: pytest.Item) -> CacheRules:
    """Return the rules of a test's caches.

    Raises:
        UsageError: what is set is no rules.
    """
    from pytest_auth0_actions.auth0.namespaces.cache import CacheRules

    given, origin = setting(item, "cache_rules", "documented")
    profiles = {"documented": CacheRules.documented, "runtime": CacheRules.runtime}
    if isinstance(given, CacheRules):
        return given
    if isinstance(given, str) and given in profiles:
        return profiles[given]()
    raise UsageError(
        "[A103] Those are not cache rules.",
        f"Given: {given!r}, by {origin}.",
        "Write documented or runtime, without quotes."
        if of_ini(origin)
        else "Use 'documented', 'runtime', or a CacheRules, such as CacheRules(max_entries=2).",
    )


def allow_hosts(item: pytest.Item) -> list[str]:
    """Return the hosts that the Actions of a test really reach.

    Raises:
        UsageError: what is set is no list of hosts.
    """
    hosts, origin = setting(item, "allow_hosts", [])
    is_list = isinstance(hosts, Collection) and not isinstance(hosts, str)
    if not is_list or not all(isinstance(each, str) and _HOST.match(each) for each in hosts):
        raise UsageError(
            "[A104] allow_hosts must be a list of hosts.",
            f"Given: {hosts!r}, by {origin}.",
            "Write whole names without a scheme, one a line, such as db.example.com:5432."
            if of_ini(origin)
            else "Pass whole names without a scheme, such as ['localhost', 'db.example.com:5432'].",
        )
    return list(hosts)


def env(config: pytest.Config) -> dict[str, str]:
    """Return what Actions find in `process.env`: those of our variables that ini names."""
    return {name: os.environ[name] for name in config.getini("auth0_env") if name in os.environ}


def seed(item: pytest.Item, test: str) -> Seed:
    """Return what the random numbers of a test depend on.

    Args:
        item: the test.
        test: its id, the same in each session.

    Raises:
        UsageError: ini says something else than a number or ``random``.
    """
    from pytest_auth0_actions.world.seed import Seed

    given: str = item.config.stash.get(DRAWN_SEED, None) or item.config.getini("auth0_seed") or "0"
    if not (given.isascii() and given.isdigit()):
        raise UsageError(
            "[A105] The ini setting auth0_seed is not a seed.",
            f"Given: {given!r}.",
            "Write a whole number, such as 0, or random.",
        )
    return Seed(str(int(given)), test)


def number(config: pytest.Config, setting: str, default: float, unit: str) -> float:
    """Return the number of an ini setting.

    Raises:
        UsageError: it is no number above 0.
    """
    given = config.getini(setting) or str(default)
    try:
        number = float(given)
    except ValueError:
        number = 0
    if not 0 < number < float("inf"):
        raise UsageError(
            f"[A106] The ini setting {setting} must be a number of {unit}.",
            f"Given: {given!r}.",
            f"Use {default}, or any number above 0.",
        )
    return number


def actions_root(config: pytest.Config) -> Path:
    """Return where the paths of Actions start."""
    root = config.stash.get(_ROOT, None)
    if root is None:
        root = config.rootpath / (config.getini("auth0_actions_root") or ".")
        config.stash[_ROOT] = root
    return root


def tenant_path(config: pytest.Config) -> Path:
    """Return where the tenant is.

    Raises:
        UsageError: neither ini nor the option says so.
    """
    given = config.getoption("--auth0-tenant")
    if given is not None:
        return Path(config.invocation_params.dir, given)
    named = config.getini("auth0_tenant")
    if not named:
        raise UsageError(
            "[A107] No tenant is named.",
            "Given: neither ini auth0_tenant nor --auth0-tenant.",
            "Name the folder in pytest's ini, such as `auth0_tenant = tenant`, or on the command "
            "line: --auth0-tenant=tenant. A test may also use the fixture tenant_at(path).",
        )
    return config.rootpath / str(named)


def keywords(config: pytest.Config) -> dict[str, Any]:
    """Return what ini auth0_keywords says.

    Raises:
        UsageError: one of its lines is no `KEY = value`.
    """
    found: dict[str, Any] = {}
    for line in config.getini("auth0_keywords"):
        key, equals, value = (part.strip() for part in line.partition("="))
        if not equals or not key.isidentifier():
            raise UsageError(
                "[A108] A line of the ini setting auth0_keywords is not a keyword.",
                f"Given: {line!r}.",
                "Write KEY = value; a value may be JSON: a list or an object.",
            )
        found[key] = value
        if value[:1] in {"[", "{"}:
            with contextlib.suppress(ValueError, RecursionError):
                found[key] = json.loads(value)
    return found


def packages_folder(config: pytest.Config) -> Path:
    """Return where --auth0-npm-install puts packages."""
    return config.rootpath / ".auth0"


def of_ini(origin: str) -> bool:
    """Return whether a setting is an ini one, whose values are written without quotes."""
    return origin.startswith("ini ")


def _keyword_meant(keyword: str) -> str:
    """Return what to write for a keyword that the marker does not have."""
    meant = _MEANT.get(keyword) or _near(keyword, MARKER_KEYWORDS)
    if meant is not None:
        return f"Did you mean {meant}?"
    argument = _near(keyword, LOAD_ARGUMENTS)
    if argument is not None:
        return f"It is an argument of load_action(..., {argument}=...)."
    return _THE_KEYWORDS


def _near(word: str, known: Sequence[str]) -> str | None:
    return next(iter(difflib.get_close_matches(word, known, n=1)), None)
