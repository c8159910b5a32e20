"""The pytest plugin: options, the marker, and fixtures that are each one `with` or constructor.

Everything that costs time to import is imported by the fixture that needs it, so that being
installed costs a test suite nothing.
"""

from __future__ import annotations

import contextlib
import functools
import sys
from collections.abc import Callable, Generator, Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Any, TypeVar

import pytest

from pytest_auth0_actions.errors import UsageError, hides_our_frames

if TYPE_CHECKING:
    from pathlib import Path

    import respx

    from pytest_auth0_actions.auth0.namespaces.cache import CacheRules, CacheStore
    from pytest_auth0_actions.auth0.triggers.post_user_registration import PostUserRegistrationAPI
    from pytest_auth0_actions.node.process import NodePool
    from pytest_auth0_actions.node.runtime import NodeRuntime
    from pytest_auth0_actions.plugin.fixture_types import LoadAction, MakeEvent
    from pytest_auth0_actions.world.certificates import Authority
    from pytest_auth0_actions.world.chaos import Chaos
    from pytest_auth0_actions.world.clock import Clock, Patches
    from pytest_auth0_actions.world.network import Network
    from pytest_auth0_actions.world.testbed import Testbed

__tracebackhide__ = hides_our_frames

_T = TypeVar("_T")

# None of ours asks for another by its name, so that a project's own `api` or `clock` never ends up
# inside of our fixtures. The first that a test has sets its clock up, and is chosen in this order.
_OUR_FIXTURES = dict.fromkeys(
    ("clock", "api", "cache_store", "make_event", "http_mock", "load_action", "_auth0_testbed")
)
_TESTBED_FIXTURE = "_auth0_testbed"
_CHAOS_FIXTURE = "_auth0_chaos"

_MARKER_KEYWORDS = ("allow_hosts", "cache_rules", "no_chaos", "now")

_AUTHORITY: pytest.StashKey[Authority] = pytest.StashKey()
_NODE_POOL: pytest.StashKey[NodePool] = pytest.StashKey()
_NODE_RUNTIME: pytest.StashKey[NodeRuntime] = pytest.StashKey()
_PATCHES: pytest.StashKey[Patches] = pytest.StashKey()
_ROOT: pytest.StashKey[Path] = pytest.StashKey()  # where the paths of Actions start
_TESTBED: pytest.StashKey[Testbed] = pytest.StashKey()  # of a test; of a session, while it runs

# The tests that are under way: more than one if a test runs pytest. To our fixtures, pytest's own
# `request`, which `pytestconfig` asks for too, would cost more than they do.
_under_way: list[pytest.Item] = []


def pytest_addoption(parser: pytest.Parser) -> None:
    """Add our option and settings."""
    group = parser.getgroup("auth0", "Auth0 Actions")
    group.addoption("--auth0-node", metavar="PATH", help="the Node.js that runs Actions")
    group.addoption(
        "--auth0-chaos",
        action="store_true",
        help="run each test that loads an Action again, with records evicted, writes refused and "
        "cold starts",
    )
    group.addoption(
        "--auth0-chaos-seed", type=int, metavar="N", help="what that bad luck depends on"
    )
    group.addoption(
        "--auth0-report", metavar="PATH", help="write a page that draws the time of each test"
    )
    parser.addini("auth0_node", "the Node.js that runs Actions (default: the extra's, or PATH)")
    parser.addini("auth0_now", "where each test's clock starts (default: 2025-01-01T00:00:00Z)")
    parser.addini("auth0_cache_rules", "'documented' (default) or 'runtime'")
    parser.addini("auth0_actions_root", "where relative paths start (default: rootdir)")
    parser.addini("auth0_allow_hosts", "hosts that Actions really reach", type="linelist")
    parser.addini("auth0_heap_mb", "the memory of an Action's JavaScript (default: 512)")
    parser.addini("auth0_watchdog", "seconds of real time that a run may take (default: 10)")


def pytest_configure(config: pytest.Config) -> None:
    """Register our marker."""
    config.addinivalue_line(
        "markers",
        "auth0(now=..., cache_rules=..., allow_hosts=[...], no_chaos='reason'): where the clock of "
        "the test starts, the rules of its cache, the hosts that its Actions really reach, and why "
        "--auth0-chaos leaves it out.",
    )
    if config.option.auth0_chaos:
        config.pluginmanager.register(_Chaos())
    from_controller: dict[str, Any] | None = getattr(config, "workerinput", None)
    if from_controller is not None:
        config.option.auth0_chaos_seed = from_controller.get("auth0_chaos_seed")
        return
    if config.option.auth0_chaos and config.option.auth0_chaos_seed is None:
        import random

        config.option.auth0_chaos_seed = random.randrange(1_000_000)
    if config.option.auth0_report is not None:
        _collect_for_report(config)


class _Chaos:
    @pytest.fixture(autouse=True)
    def _auth0_chaos(self) -> None:
        """Have its parameter, the kind of bad luck, in the id of each test that loads an Action."""


def _collect_for_report(config: pytest.Config) -> None:
    from pathlib import Path

    from pytest_auth0_actions.reporting.html.collector import Collector

    path = Path(config.option.auth0_report).expanduser().absolute()
    try:
        config.pluginmanager.register(Collector(path, pytest.__version__))
    except OSError as error:
        raise pytest.UsageError(
            f"--auth0-report can't be written: {error.strerror}.\n"
            f"Given: {config.option.auth0_report!r}, which is {path}.\n"
            "Pass the path of a file, such as report.html."
        ) from None


@pytest.hookimpl(optionalhook=True)
def pytest_configure_node(node: Any) -> None:
    """Tell a worker of xdist the seed of the session, and how wide the terminal is."""
    node.workerinput["auth0_chaos_seed"] = node.config.option.auth0_chaos_seed
    node.workerinput["auth0_width"] = _width(node.config)


def _width(config: pytest.Config) -> int:
    from_controller: dict[str, int] | None = getattr(config, "workerinput", None)
    if from_controller is not None:
        return from_controller.get("auth0_width", 80)
    if not config.pluginmanager.has_plugin("terminalreporter"):
        return 80
    return config.get_terminal_writer().fullwidth


def pytest_report_header(config: pytest.Config) -> str | None:
    """Tell the seed of the chaos."""
    if not config.option.auth0_chaos:
        return None
    return f"auth0: chaos, seed {config.option.auth0_chaos_seed}"


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    """Have each test that loads an Action run once more for each kind of bad luck."""
    config = metafunc.config
    if not _loads_actions(metafunc.definition):
        return
    if _NODE_POOL not in config.stash and not config.option.collectonly:
        _expect_node(config, files=1)  # so that it starts while pytest collects the rest
    if not config.option.auth0_chaos:
        return
    from pytest_auth0_actions.world.chaos import KINDS

    reason = _why_no_chaos(metafunc.definition)
    kinds = [pytest.param(None, id="calm")]
    if reason is None:
        kinds += [pytest.param(kind, id=f"chaos-{kind}") for kind in KINDS]
    else:
        skip = pytest.mark.skip(reason=f"no_chaos: {reason}")  # so that pytest tells it
        kinds.append(pytest.param(None, id="chaos", marks=skip))
    metafunc.parametrize(_CHAOS_FIXTURE, kinds, indirect=True)


def _why_no_chaos(item: pytest.Item) -> str | None:
    reasons = [
        mark.kwargs["no_chaos"] for mark in item.iter_markers("auth0") if "no_chaos" in mark.kwargs
    ]
    if not reasons:
        return None
    if not isinstance(reasons[0], str) or not reasons[0].strip():
        raise UsageError(
            "no_chaos is the reason why --auth0-chaos leaves a test out.",
            f"Given: {reasons[0]!r}, for {item.nodeid}.",
            "Write it as text: @pytest.mark.auth0(no_chaos='asserts that a record is hit').",
        )
    return reasons[0]


@pytest.hookimpl(trylast=True)  # pytest-freezer's marker puts its fixture first of all
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Set the clock up before any other function-scoped fixture of a test that has one."""
    for item in items:
        names: list[str] = getattr(item, "fixturenames", [])
        if _OUR_FIXTURES.keys().isdisjoint(names):
            continue
        definitions = item._fixtureinfo.name2fixturedefs  # type: ignore[attr-defined]
        first_of_ours = _first_of_ours(names, definitions)
        if first_of_ours is None:
            continue
        if first_of_ours in names:
            names.remove(first_of_ours)
        # pytest sorts by scope, widest first; a name that it does not know was put in by a plugin.
        wider = [n for n in names if n in definitions and definitions[n][-1].scope != "function"]
        first = next((i for i, name in enumerate(names) if name not in wider), len(names))
        names.insert(first, first_of_ours)


def _first_of_ours(
    names: list[str], definitions: Mapping[str, Sequence[pytest.FixtureDef[Any]]]
) -> str | None:
    """Return the fixture of ours that sets a test's clock up; None if none takes part in it."""
    used = [name for name in _OUR_FIXTURES if name in names and _is_ours(name, definitions)]
    if not used:
        return None
    own = (name for name in used if definitions[name][-1].func.__module__ == __name__)
    return next(own, _TESTBED_FIXTURE)  # which is there for a test that hides all that it uses


def _is_ours(name: str, definitions: Mapping[str, Sequence[pytest.FixtureDef[Any]]]) -> bool:
    """Return whether a fixture is ours, maybe behind others of that name which ask for it."""
    found = definitions.get(name, ())
    theirs = [each for each in found if each.func.__module__ != __name__]  # come after ours
    return len(theirs) < len(found) and all(name in each.argnames for each in theirs)


def pytest_collection_finish(session: pytest.Session) -> None:
    """Tell how many test files will need a Node.js."""
    if _NODE_POOL in session.config.stash:
        files = {item.path for item in session.items if _loads_actions(item)}
        _expect_node(session.config, files=len(files))


def _loads_actions(item: pytest.Item) -> bool:
    """Return whether a test has our `load_action`."""
    if "load_action" not in getattr(item, "fixturenames", ()):
        return False
    return _is_ours("load_action", item._fixtureinfo.name2fixturedefs)  # type: ignore[attr-defined]


def _expect_node(config: pytest.Config, files: int) -> None:
    with contextlib.suppress(UsageError):  # which the first test tells
        _node_pool(config).expect(files)


@pytest.hookimpl(wrapper=True, tryfirst=True)
def pytest_runtest_protocol(item: pytest.Item) -> Generator[None, object, object]:
    """Note which test this is, for our fixtures."""
    _under_way.append(item)
    try:
        return (yield)
    finally:
        _under_way.pop()


@pytest.hookimpl(wrapper=True)
def pytest_runtest_call(item: pytest.Item) -> Generator[None, None, None]:
    """Fail a test whose Actions asked what it does not answer, or did not ask what it does."""
    __tracebackhide__ = True
    yield
    testbed = item.stash.get(_TESTBED, None)
    if testbed is not None:
        testbed.check()


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item: pytest.Item) -> Generator[None, Any, Any]:
    """Add what there is to tell of a test, and hide secrets in all that is shown of it."""
    report = yield
    testbed = item.stash.get(_TESTBED, None)
    if testbed is None:
        return report
    if report.failed and _chaos_kind(item) is not None:
        report.sections.append(("Auth0 chaos", f"Again with: pytest {_again(item)}"))
    ends = report.when == "teardown"
    if report.failed or ends:
        from pytest_auth0_actions.reporting.sections import add_facts, add_timeline

        option = item.config.option
        if report.failed:
            full = getattr(option, "verbose", 0) >= 2  # an option of the terminal's
            add_timeline(report, testbed, width=_width(item.config), full=full)
        if ends:
            add_facts(report, testbed, with_events=option.auth0_report is not None)
            del item.stash[_TESTBED]
    if testbed.mask:
        from pytest_auth0_actions.world.masking import mask_report

        mask_report(report, testbed.mask)
    return report


def _again(item: pytest.Item) -> str:
    """Return the arguments that run a test again, with the same bad luck."""
    import os
    import shlex

    file, _, name = item.nodeid.partition("::")  # which start at rootdir
    path = os.path.relpath(item.config.rootpath / file, item.config.invocation_params.dir)
    test = shlex.quote(f"{path}::{name}")
    return f"{test} --auth0-chaos --auth0-chaos-seed={item.config.option.auth0_chaos_seed}"


def pytest_assertrepr_compare(
    config: pytest.Config, op: str, left: object, right: object
) -> list[str] | None:
    """Explain how two values of ours differ."""
    if "pytest_auth0_actions.values" not in sys.modules:
        return None  # there can be none
    from pytest_auth0_actions.reporting.comparison import explain

    testbed = config.stash.get(_TESTBED, None)
    if testbed is None:
        return explain(op, left, right, in_our_test=False)
    return explain(op, left, right, mask=testbed.mask)


@pytest.hookimpl(wrapper=True, tryfirst=True)
def pytest_terminal_summary(
    terminalreporter: pytest.TerminalReporter, config: pytest.Config
) -> Generator[None, None, None]:
    """Tell what ran the Actions, and colour the timelines of failures before they are shown."""
    everything = [report for reports in terminalreporter.stats.values() for report in reports]
    facts = [report for report in everything if hasattr(report, "auth0_node")]
    if facts:
        from pytest_auth0_actions.reporting.sections import colour, versions_of

        versions = [f"{name} {version}" for name, version in versions_of(facts).items()]
        if versions and config.get_verbosity() >= 0:
            terminalreporter.write_line(f"auth0: {', '.join(versions)}")
        writer = config.get_terminal_writer()
        if writer.hasmarkup:
            colour(everything, writer.markup)
    return (yield)


def _testbed(pick: Callable[[Testbed], _T]) -> Iterator[_T]:
    """Yield something of the test's testbed; whoever is the first to ask makes and ends it."""
    item = _under_way[-1]
    testbed = item.stash.get(_TESTBED, None)
    if testbed is None:
        yield from _new_testbed(item, pick)
    else:
        yield pick(testbed)


def _new_testbed(item: pytest.Item, pick: Callable[[Testbed], _T]) -> Iterator[_T]:
    config = item.config
    DEFAULT_START, Clock, Testbed = _parts(_NODE_POOL in config.stash)  # noqa: N806
    start, origin = _setting(item, "now", DEFAULT_START)
    try:
        clock = Clock(start)
    except UsageError as error:
        raise UsageError(
            "The clock can't start there.", f"Given: {start!r}, by {origin}.", error.what_to_do
        ) from None
    patches = _patches(config)
    patches.resume()
    try:
        with clock:
            testbed = Testbed(
                clock,
                lambda: _cache_rules(item),
                lambda: _network(item),
                _chaos(item),
            )
            item.stash[_TESTBED] = config.stash[_TESTBED] = testbed
            try:
                yield pick(testbed)
            finally:
                testbed.end()
                del config.stash[_TESTBED]
    finally:
        patches.pause()


@functools.cache
def _parts(with_node: bool) -> tuple[str, type[Clock], type[Testbed]]:
    """Import what a testbed is made of, once: to import again takes its time, too."""
    # What is needed soon is imported as well: after each import the next test has all modules
    # looked through anew.
    import pytest_auth0_actions.reporting.sections

    if with_node:
        import pytest_auth0_actions.auth0.events
        import pytest_auth0_actions.node.action
        import pytest_auth0_actions.node.runtime
        import pytest_auth0_actions.world.certificates
        import pytest_auth0_actions.world.network  # noqa: F401
    from pytest_auth0_actions.world.clock import DEFAULT_START, Clock
    from pytest_auth0_actions.world.testbed import Testbed

    return DEFAULT_START, Clock, Testbed


@pytest.fixture
def _auth0_testbed() -> Iterator[Testbed]:
    yield from _testbed(lambda testbed: testbed)


def _patches(config: pytest.Config) -> Patches:
    patches = config.stash.get(_PATCHES, None)
    if patches is None:
        from pytest_auth0_actions.world.clock import Patches

        patches = config.stash[_PATCHES] = Patches()
    return patches


def _node_runtime(item: pytest.Item) -> NodeRuntime:
    """Return what runs the Actions of the test's file."""
    file = item.getparent(pytest.File) or item.session  # type: ignore[type-abstract]
    runtime = file.stash.get(_NODE_RUNTIME, None)
    if runtime is None:
        from pytest_auth0_actions.node.runtime import NodeRuntime

        watchdog_s = _number(item.config, "auth0_watchdog", 10, "seconds")
        runtime = file.stash[_NODE_RUNTIME] = NodeRuntime(_node_pool(item.config), watchdog_s)
        file.addfinalizer(lambda: _end_node_runtime(file))
    return runtime


def _end_node_runtime(file: pytest.Collector) -> None:
    file.stash[_NODE_RUNTIME].close()
    del file.stash[_NODE_RUNTIME]


def _node_pool(config: pytest.Config) -> NodePool:
    from pytest_auth0_actions.node.process import HEAP_MB, NodePool, find_node

    pool = config.stash.get(_NODE_POOL, None)
    if pool is None:
        configured = config.getoption("--auth0-node") or config.getini("auth0_node")
        heap_mb = round(_number(config, "auth0_heap_mb", HEAP_MB, "megabytes"))
        pool = NodePool(lambda: find_node(configured), config.rootpath, heap_mb)
        config.stash[_NODE_POOL] = pool
        config.add_cleanup(pool.close)
    return pool


@pytest.fixture
def clock() -> Iterator[Clock]:
    """The test's clock: it stands still at 2025-01-01T00:00:00Z until the test moves it."""
    yield from _testbed(lambda testbed: testbed.clock)


@pytest.fixture
def cache_store() -> Iterator[CacheStore]:
    """The records behind `api.cache`, and the test's hold on them: records, evict, fail_next."""
    yield from _testbed(lambda testbed: testbed.cache_store)


@pytest.fixture
def api() -> Iterator[PostUserRegistrationAPI]:
    """The api of a post-user-registration Action: `api.cache`, on the test's clock."""
    yield from _testbed(lambda testbed: testbed.api)


@pytest.fixture
def make_event() -> Iterator[MakeEvent]:
    """Makes a complete event; keywords are merged into it deeply."""
    yield from _testbed(lambda testbed: testbed.make_event)


@pytest.fixture
def http_mock() -> Iterator[respx.MockRouter]:
    """Answers the HTTP of the Actions: a respx router, of the extra `http`.

    `@pytest.mark.respx(...)` sets it up.
    """
    try:
        import respx
    except ImportError:
        raise UsageError(
            "The fixture http_mock needs respx and trustme.",
            "Given: an environment without respx.",
            "Install them with `pip install 'pytest-auth0-actions[http]'`.",
        ) from None
    marker = _under_way[-1].get_closest_marker("respx")
    router = respx.MockRouter(**(marker.kwargs if marker else {}))

    def serve(testbed: Testbed) -> respx.MockRouter:
        testbed.network.router = router
        return router

    yield from _testbed(serve)


@pytest.fixture
def load_action() -> Iterator[LoadAction]:
    """Loads an Action's file; its run() calls the handler in Node.js, against `api`."""
    item = _under_way[-1]
    runtime, root = _node_runtime(item), _actions_root(item.config)
    yield from _testbed(lambda testbed: testbed.action_loader(runtime, root))
    runtime.end_test()


def _actions_root(config: pytest.Config) -> Path:
    root = config.stash.get(_ROOT, None)
    if root is None:
        root = config.rootpath / (config.getini("auth0_actions_root") or ".")
        config.stash[_ROOT] = root
    return root


def _setting(item: pytest.Item, name: str, default: Any) -> tuple[Any, str]:
    """Return a setting of the test, from the nearest marker, ini or default, and where it is."""
    for marker in item.iter_markers("auth0") if "auth0" in item.keywords else ():
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
    return item.config.getini(f"auth0_{name}") or default, f"ini auth0_{name}"


def _cache_rules(item: pytest.Item) -> CacheRules:
    from pytest_auth0_actions.auth0.namespaces.cache import CacheRules

    given, origin = _setting(item, "cache_rules", "documented")
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


def _chaos(item: pytest.Item) -> Chaos | None:
    kind = _chaos_kind(item)
    if kind is None:
        return None
    from pytest_auth0_actions.world.chaos import Chaos

    return Chaos(kind, item.config.option.auth0_chaos_seed, item.nodeid)


def _chaos_kind(item: pytest.Item) -> str | None:
    callspec = getattr(item, "callspec", None)
    return callspec.params.get(_CHAOS_FIXTURE) if callspec is not None else None


def _network(item: pytest.Item) -> Network:
    from pytest_auth0_actions.world.network import Network

    authority = item.config.stash.get(_AUTHORITY, None)
    if authority is None:
        from pytest_auth0_actions.world.certificates import Authority

        authority = item.config.stash[_AUTHORITY] = Authority()
    return Network(authority.certificate, _allow_hosts(item))


def _allow_hosts(item: pytest.Item) -> list[str]:
    hosts, origin = _setting(item, "allow_hosts", [])
    if isinstance(hosts, str) or not all(isinstance(host, str) for host in hosts):
        raise UsageError(
            "allow_hosts is a list of hosts.",
            f"Given: {hosts!r}, by {origin}.",
            "Pass names without a scheme, such as ['localhost', 'db.example.com:5432'].",
        )
    return list(hosts)


def _number(config: pytest.Config, setting: str, default: float, unit: str) -> float:
    given = config.getini(setting) or str(default)
    try:
        number = float(given)
    except ValueError:
        number = 0
    if not 0 < number < float("inf"):
        raise UsageError(
            f"The ini setting {setting} is no number of {unit}.",
            f"Given: {given!r}.",
            f"Use {default}, or any other above 0.",
        )
    return number


def _did_you_mean(word: str, known: tuple[str, ...]) -> str:
    import difflib

    nearest = difflib.get_close_matches(word, known, n=1)
    return f"Did you mean {nearest[0]}?" if nearest else f"Its keywords are {', '.join(known)}."
