"""The fixtures; each is one `with` or one constructor."""

from __future__ import annotations

import difflib
from collections.abc import Collection, Iterator, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import pytest

from pytest_auth0_actions.calls import called_as
from pytest_auth0_actions.errors import UsageError, hides_our_frames
from pytest_auth0_actions.plugin import chaos, session, settings
from pytest_auth0_actions.plugin.live_console import show_log_of
from pytest_auth0_actions.plugin.masked_reports import MASK
from pytest_auth0_actions.plugin.snapshots import plain_snapshots

if TYPE_CHECKING:
    import respx

    from pytest_auth0_actions.auth0.namespaces.cache import CacheStore
    from pytest_auth0_actions.node.action import Action
    from pytest_auth0_actions.node.runtime import NodeRuntime
    from pytest_auth0_actions.plugin.fixture_types import LoadAction
    from pytest_auth0_actions.plugin.flow_type import MakeFlow
    from pytest_auth0_actions.plugin.make_event_type import MakeEvent
    from pytest_auth0_actions.plugin.tenants import Tenant, TenantAt, Tenants
    from pytest_auth0_actions.project.action_file import ModuleSpec, PathLike
    from pytest_auth0_actions.project.packages import PackageSpec
    from pytest_auth0_actions.values import Event
    from pytest_auth0_actions.world.clock import Clock
    from pytest_auth0_actions.world.network import Network
    from pytest_auth0_actions.world.testbed import Testbed

__tracebackhide__ = hides_our_frames

TESTBED: Final[pytest.StashKey[Testbed]] = pytest.StashKey()
"""The testbed of a test, in its own stash, and in the session's while it runs."""

# What all others ask for. Their names are nobody else's, so that a project's own `api` or `clock`
# never ends up inside of our fixtures.
TESTBED_FIXTURE: Final = "_auth0_testbed"
NODE_FIXTURE: Final = "_auth0_node"
TENANTS_FIXTURE: Final = "_auth0_tenants"
_OF_OTHERS: Final = "Secrets go to load_action(), fields of the event to flow(...).run()."
_OF_RUN: Final = frozenset({"event", "groups", "roles", "rules", "variant"})
_SHORTEST_EPOCH: Final = 10  # digits; 20250101 is a date of ISO 8601


@pytest.fixture
def _auth0_testbed(request: pytest.FixtureRequest) -> Iterator[Testbed]:
    item, config = request.node, request.config
    default_start, clock_type, testbed_type = session.testbed_parts(session.has_node(config))
    start, origin = settings.setting(item, "now", default_start)
    if isinstance(start, str) and start.isdecimal() and len(start) >= _SHORTEST_EPOCH:
        start = int(start)  # milliseconds; an ini setting is text
    try:
        clock = clock_type(start)
    except UsageError as error:
        advice = error.what_to_do
        if settings.of_ini(origin):
            advice = advice.replace("Pass a datetime, ", "Write, without quotes, ")
            advice = advice.replace("a datetime, or ", "").replace("'", "")
        raise UsageError(
            "[A110] The clock can't start there.", f"Given: {start!r}, by {origin}.", advice
        ) from None
    patches = session.patches_of(config)
    patches.resume()
    try:
        with clock:
            testbed = testbed_type(
                clock,
                lambda: settings.cache_rules(item),
                lambda: _network(item),
                chaos.chaos_of(item),
                settings.main_trigger(item),
                settings.env(config),
                settings.seed(item, chaos.stable_id(item)),
                show_secrets=config.option.auth0_show_secrets,
            )
            testbed.with_places = config.option.auth0_report is not None
            testbed.show_log = show_log_of(config, testbed.mask.from_action)
            item.stash[MASK] = testbed.mask
            item.stash[TESTBED] = config.stash[TESTBED] = testbed
            try:
                with plain_snapshots(testbed.mask):
                    yield testbed
            finally:
                testbed.end()
                del config.stash[TESTBED]
    finally:
        patches.pause()


@pytest.fixture
def _auth0_node(request: pytest.FixtureRequest, _auth0_testbed: Testbed) -> Iterator[NodeRuntime]:
    runtime = session.node_runtime(request.node)
    if settings.marked(request.node, "fresh_node"):
        runtime.renew()
    known = len(runtime.restarts)
    yield runtime
    _auth0_testbed.restarts = [f"{each.test} {each.left}" for each in runtime.restarts[known:]]
    if settings.marked(request.node, "fresh_node"):
        runtime.renew()
    runtime.end_test(request.node.nodeid)


@pytest.fixture
def clock(_auth0_testbed: Testbed) -> Clock:
    """The test's clock: it stands still at 2025-01-01T00:00:00Z until the test moves it."""
    return _auth0_testbed.clock


@pytest.fixture
def cache_store(_auth0_testbed: Testbed) -> CacheStore:
    """The records behind `api.cache`: read them, evict them, refuse the next write."""
    return _auth0_testbed.cache_store


@pytest.fixture
def api(_auth0_testbed: Testbed) -> Any:
    """The api of the test's main trigger, on the test's clock."""
    return _auth0_testbed.api


@pytest.fixture
def make_event(_auth0_testbed: Testbed) -> MakeEvent:
    """Makes a complete event; keywords change its fields, at any depth."""
    from pytest_auth0_actions.auth0.triggers import trigger_of

    @called_as("make_event('post-login', user={...})")
    def make_event(
        trigger: str | None = None, /, *, variant: str | None = None, **overrides: Any
    ) -> Event:
        if isinstance(trigger, Mapping):
            raise UsageError(
                "[A111] make_event() takes the fields of the event as keywords.",
                f"Given: {trigger!r}.",
                "Write make_event(**fields), or make_event('post-login', **fields).",
            )
        made_for = _auth0_testbed.trigger if trigger is None else trigger_of(trigger)
        return _auth0_testbed.make_event(made_for, overrides, variant)

    make_event.__qualname__ = "make_event"  # reports name it
    maker: Any = make_event
    return maker  # type: ignore[no-any-return]


@pytest.fixture
def http_mock(request: pytest.FixtureRequest, _auth0_testbed: Testbed) -> respx.MockRouter:
    """Answers the HTTP requests of Actions: a respx router. It needs the extra `http`.

    `@pytest.mark.respx(...)` sets it up.
    """
    try:
        import respx  # noqa: F401 - whatever has imported the router's module before
    except ImportError:
        raise UsageError(
            "[A112] The fixture http_mock needs respx and trustme.",
            "Given: an environment without respx.",
            "Install them with `pip install respx trustme`.",
        ) from None
    from pytest_auth0_actions.world.router import Router

    marker = request.node.get_closest_marker("respx")
    router = Router(**(marker.kwargs if marker else {}))
    _auth0_testbed.network.router = router
    return router


@pytest.fixture
def load_action(
    request: pytest.FixtureRequest, _auth0_testbed: Testbed, _auth0_node: NodeRuntime
) -> LoadAction:
    """Loads an Action's file; run() on it calls the handler in Node.js, with the test's `api`."""
    root = settings.actions_root(request.config)
    _ = _auth0_testbed.network  # so that wrong settings are an error now
    loader: LoadAction = _action_loader(_auth0_testbed, _auth0_node, root)
    return loader


@pytest.fixture
def flow(_auth0_testbed: Testbed, load_action: LoadAction) -> MakeFlow:
    """Makes a flow of Actions; run() on it runs them in order, as Auth0 does."""
    from pytest_auth0_actions.node.flow import Flow, make_flow
    from pytest_auth0_actions.node.time_outs import TIME_LIMIT_S

    @called_as("flow(load_action(...), ...)", _OF_OTHERS)
    def flow(
        *actions: Action[Any],
        time_limit_s: float = TIME_LIMIT_S,
        enabled_factors: Collection[str] | None = None,
    ) -> Flow[Any]:
        return make_flow(
            _auth0_testbed, actions, time_limit_s=time_limit_s, enabled_factors=enabled_factors
        )

    flow.__qualname__ = "flow"  # reports name it
    return flow


@pytest.fixture
def _auth0_tenants(request: pytest.FixtureRequest, _auth0_testbed: Testbed) -> Tenants:
    from pytest_auth0_actions.plugin.tenants import Tenants

    _ = _auth0_testbed.network  # so that wrong settings are an error now
    # Asked for by name when an Action is loaded: a test that only looks needs no Node.js.
    return Tenants(request.config, _auth0_testbed, lambda: request.getfixturevalue(NODE_FIXTURE))


@pytest.fixture
def tenant(request: pytest.FixtureRequest, _auth0_tenants: Tenants) -> Tenant:
    """The tenant that ini auth0_tenant or --auth0-tenant names: its Actions and flows."""
    return _auth0_tenants.at(settings.tenant_path(request.config), None)


@pytest.fixture
def tenant_at(_auth0_tenants: Tenants) -> TenantAt:
    """Reads the tenant at a path, for projects with several tenants."""

    @called_as("tenant_at('tenant')")
    def tenant_at(path: PathLike, *, variables: Mapping[str, Any] | None = None) -> Tenant:
        return _auth0_tenants.at(path, variables)

    tenant_at.__qualname__ = "tenant_at"  # reports name it
    return tenant_at


@pytest.fixture
def auth0_snapshot(_auth0_testbed: Testbed) -> Any:
    """Turns a result, such as `run.outcome`, into plain data without secrets and times.

    For snapshots: `auth0_snapshot(run.outcome)`.
    """
    from pytest_auth0_actions.reporting.plain import plain

    @called_as("auth0_snapshot(run.outcome)")
    def auth0_snapshot(value: Any) -> Any:
        return plain(value, _auth0_testbed.mask.from_action)

    auth0_snapshot.__qualname__ = "auth0_snapshot"  # Python names it in its own errors
    return auth0_snapshot


def _action_loader(testbed: Testbed, runtime: NodeRuntime, root: Path) -> Any:
    """Return what loads Actions into *runtime*; relative paths start at *root*."""
    from pytest_auth0_actions.node.action import Action, decide_trigger
    from pytest_auth0_actions.node.time_outs import TIME_LIMIT_S
    from pytest_auth0_actions.plugin.tenant_checks import warn_of_keywords, warn_of_near_handlers
    from pytest_auth0_actions.project.action_file import read_action, read_modules
    from pytest_auth0_actions.project.modules import check_module_names
    from pytest_auth0_actions.project.packages import read_packages
    from pytest_auth0_actions.project.requires import check_package_names

    @called_as("load_action('actions/plan/code.js')")
    def load_action(
        path: PathLike,
        *,
        trigger: str | None = None,
        secrets: Mapping[str, str] | None = None,
        modules: Mapping[str, ModuleSpec] | None = None,
        packages: Mapping[str, PackageSpec] | None = None,
        time_limit_s: float = TIME_LIMIT_S,
        **others: object,
    ) -> Action:
        if others:
            raise _no_argument(next(iter(others)))
        file, files = read_action(path, root, secrets), read_modules(modules, root)
        check_module_names(file, files)
        for each in (file, *files.values()):
            if "##" in each.source or "@@" in each.source:
                warn_of_keywords(testbed, each)
        replaced = read_packages(packages, root)
        check_package_names(file, files, replaced)
        chosen = decide_trigger(testbed, file, files, trigger)
        action = Action(runtime, testbed, chosen, file, files, time_limit_s, packages=replaced)
        warn_of_near_handlers(testbed, file, chosen)
        testbed.node = runtime.process().shown
        return action

    load_action.__qualname__ = "load_action"  # reports name it
    return load_action


def _no_argument(name: str) -> UsageError:
    """Return the error for an argument that `load_action` does not have."""
    from pytest_auth0_actions.auth0.events import triggers_with

    known = settings.LOAD_ARGUMENTS
    near = difflib.get_close_matches("time_limit_s" if name == "timeout" else name, known, n=1)
    advice = f"It takes {', '.join(known)}."
    if name in settings.MARKER_KEYWORDS:
        advice = f"It is a keyword of the marker: @pytest.mark.auth0({name}=...)."
    elif name in _OF_RUN or triggers_with(name):
        advice += f" What differs in the event goes to the run: load_action(...).run({name}=...)."
    elif near:
        advice = f"Did you mean {near[0]}=...?"
    return UsageError(
        f"[A122] load_action() has no argument {name!r}.", f"Given: {name}=...", advice
    )


def _network(item: pytest.Item) -> Network:
    from pytest_auth0_actions.world.network import Network

    authority = session.authority_of(item.config)
    return Network(
        authority.certificate,
        settings.allow_hosts(item),
        has_respx_mock="respx_mock" in getattr(item, "fixturenames", ()),
    )
