"""The pytest plugin: options, the marker, and fixtures that are each one `with` or constructor.

Everything that costs time to import is imported by the fixture that needs it, so that being
installed costs a test suite nothing.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

import pytest

from pytest_auth0_actions.errors import UsageError, hides_our_frames

if TYPE_CHECKING:
    from collections.abc import Mapping

    from pytest_auth0_actions.cache import CacheRules, CacheStore
    from pytest_auth0_actions.clock import Clock
    from pytest_auth0_actions.fixture_types import LoadAction, MakeEvent
    from pytest_auth0_actions.node.files import ModuleSpec, PathLike
    from pytest_auth0_actions.node.runtime import Action, NodeRuntime
    from pytest_auth0_actions.triggers import Trigger
    from pytest_auth0_actions.triggers.post_user_registration import PostUserRegistrationAPI

__tracebackhide__ = hides_our_frames

# Ours that others may hide go by a second, private name, so that a project's own `api` or
# `clock` never ends up inside of our fixtures.
_CLOCK = "_auth0_clock"

_MARKER_KEYWORDS = ("cache_rules", "now")


def pytest_addoption(parser: pytest.Parser) -> None:
    """Add our option and settings."""
    group = parser.getgroup("auth0", "Auth0 Actions")
    group.addoption("--auth0-node", metavar="PATH", help="the Node.js that runs Actions")
    parser.addini("auth0_node", "the Node.js that runs Actions (default: the extra's, or PATH)")
    parser.addini("auth0_now", "where each test's clock starts (default: 2025-01-01T00:00:00Z)")
    parser.addini("auth0_cache_rules", "'documented' (default) or 'runtime'")
    parser.addini("auth0_actions_root", "where relative paths start (default: rootdir)")
    parser.addini("auth0_timeout", "seconds of real time that a run may take (default: 20)")


def pytest_configure(config: pytest.Config) -> None:
    """Register our marker."""
    config.addinivalue_line(
        "markers",
        "auth0(now=..., cache_rules=...): where the clock of the test starts, and the rules of "
        "its cache.",
    )


@pytest.hookimpl(trylast=True)  # pytest-freezer's marker puts its fixture first of all
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Set the clock up before any other function-scoped fixture of a test that has one."""
    for item in items:
        names: list[str] = getattr(item, "fixturenames", [])
        if _CLOCK not in names:
            continue
        names.remove(_CLOCK)
        # pytest sorts by scope, widest first; a name that it does not know was put in by a plugin.
        definitions = item._fixtureinfo.name2fixturedefs  # type: ignore[attr-defined]
        wider = [n for n in names if n in definitions and definitions[n][-1].scope != "function"]
        first = next((i for i, name in enumerate(names) if name not in wider), len(names))
        names.insert(first, _CLOCK)


@pytest.fixture
def _auth0_clock(request: pytest.FixtureRequest) -> Iterator[Clock]:
    from pytest_auth0_actions.clock import DEFAULT_START, Clock

    start, origin = _setting(request, "now", DEFAULT_START)
    try:
        clock = Clock(start)
    except UsageError as error:
        raise UsageError(
            "The clock can't start there.", f"Given: {start!r}, by {origin}.", error.what_to_do
        ) from None
    with clock:
        yield clock


@pytest.fixture
def _auth0_cache_store(request: pytest.FixtureRequest, _auth0_clock: Clock) -> CacheStore:
    from pytest_auth0_actions.cache import CacheStore

    return CacheStore(lambda: _auth0_clock.now_ms, _cache_rules(request))


@pytest.fixture
def _auth0_trigger() -> Trigger:
    from pytest_auth0_actions.triggers import POST_USER_REGISTRATION

    return POST_USER_REGISTRATION


@pytest.fixture
def _auth0_api(_auth0_trigger: Trigger, _auth0_cache_store: CacheStore) -> Any:
    return _auth0_trigger.create_api(_auth0_cache_store)


@pytest.fixture
def _auth0_make_event(_auth0_trigger: Trigger, _auth0_clock: Clock) -> MakeEvent:
    from pytest_auth0_actions.events import build_event

    def make_event(**overrides: Any) -> dict[str, Any]:
        now_iso = _auth0_clock.now.replace(tzinfo=None).isoformat(timespec="milliseconds") + "Z"
        return build_event(_auth0_trigger.event, now_iso, overrides)

    make_event.__qualname__ = "make_event"  # Python names it in its own errors
    return make_event


@pytest.fixture(scope="module")
def _auth0_node_runtime(pytestconfig: pytest.Config) -> Iterator[NodeRuntime]:
    from pytest_auth0_actions.node.process import find_node
    from pytest_auth0_actions.node.runtime import NodeRuntime

    configured = pytestconfig.getoption("--auth0-node") or pytestconfig.getini("auth0_node")
    runtime = NodeRuntime(
        lambda: find_node(configured), pytestconfig.rootpath, _timeout_s(pytestconfig)
    )
    yield runtime
    runtime.close()


@pytest.fixture
def clock(_auth0_clock: Clock) -> Clock:
    """The test's clock: it stands still at 2025-01-01T00:00:00Z until the test moves it."""
    return _auth0_clock


@pytest.fixture
def cache_store(_auth0_cache_store: CacheStore) -> CacheStore:
    """The records behind `api.cache`, and the test's hold on them: records, evict, clear."""
    return _auth0_cache_store


@pytest.fixture
def api(_auth0_api: PostUserRegistrationAPI) -> PostUserRegistrationAPI:
    """The api of a post-user-registration Action: `api.cache`, on the test's clock."""
    return _auth0_api


@pytest.fixture
def make_event(_auth0_make_event: MakeEvent) -> MakeEvent:
    """Makes a complete event; keywords are merged into it deeply."""
    return _auth0_make_event


@pytest.fixture
def load_action(
    pytestconfig: pytest.Config,
    _auth0_node_runtime: NodeRuntime,
    _auth0_trigger: Trigger,
    _auth0_clock: Clock,
    _auth0_api: Any,
    _auth0_make_event: MakeEvent,
) -> Iterator[LoadAction]:
    """Loads an Action's file; its run() calls the handler in Node.js, against `api`."""
    from pytest_auth0_actions.node.files import read_action, read_modules
    from pytest_auth0_actions.node.runtime import Action, World

    root = pytestconfig.rootpath / (pytestconfig.getini("auth0_actions_root") or ".")
    world = World(
        trigger=_auth0_trigger,
        api=_auth0_api,
        now_ms=lambda: _auth0_clock.now_ms,
        default_event=_auth0_make_event,
    )
    loaded = []

    def load(
        path: PathLike,
        *,
        secrets: Mapping[str, str] | None = None,
        modules: Mapping[str, ModuleSpec] | None = None,
    ) -> Action:
        file = read_action(path, root, secrets)
        action = Action(_auth0_node_runtime, world, file, read_modules(modules, root))
        loaded.append(action)
        return action

    load.__qualname__ = "load_action"
    yield load
    for action in loaded:
        action.unload()
    _auth0_node_runtime.end_test()


def _setting(request: pytest.FixtureRequest, name: str, default: Any) -> tuple[Any, str]:
    """Return a setting of the test, from the nearest marker, ini or default, and where it is."""
    for marker in request.node.iter_markers("auth0"):
        for keyword in marker.kwargs:
            if keyword not in _MARKER_KEYWORDS:
                raise UsageError(
                    f"@pytest.mark.auth0 has no keyword {keyword!r}.",
                    f"Given: {keyword}={marker.kwargs[keyword]!r}.",
                    _did_you_mean(keyword, _MARKER_KEYWORDS),
                )
        if marker.args:
            raise UsageError(
                "@pytest.mark.auth0 takes keywords only.",
                f"Given: {', '.join(map(repr, marker.args))}.",
                f"Its keywords are {', '.join(_MARKER_KEYWORDS)}.",
            )
        if name in marker.kwargs:
            return marker.kwargs[name], f"@pytest.mark.auth0({name}=...)"
    return request.config.getini(f"auth0_{name}") or default, f"ini auth0_{name}"


def _cache_rules(request: pytest.FixtureRequest) -> CacheRules:
    from pytest_auth0_actions.cache import CacheRules

    given, origin = _setting(request, "cache_rules", "documented")
    profiles = {"documented": CacheRules.documented, "runtime": CacheRules.runtime}
    if isinstance(given, CacheRules):
        return given
    if isinstance(given, str) and given in profiles:
        return profiles[given]()
    raise UsageError(
        "Those are no cache rules.",
        f"Given: {given!r}, by {origin}.",
        "Use 'documented', 'runtime', or in the marker a CacheRules.",
    )


def _timeout_s(config: pytest.Config) -> float:
    given = config.getini("auth0_timeout") or "20"
    try:
        timeout_s = float(given)
    except ValueError:
        timeout_s = 0
    if not 0 < timeout_s < float("inf"):
        raise UsageError(
            "The ini setting auth0_timeout is no number of seconds.",
            f"Given: {given!r}.",
            "Use 20, or any other above 0.",
        )
    return timeout_s


def _did_you_mean(word: str, known: tuple[str, ...]) -> str:
    import difflib

    nearest = difflib.get_close_matches(word, known, n=1)
    return f"Did you mean {nearest[0]}?" if nearest else f"Its keywords are {', '.join(known)}."
