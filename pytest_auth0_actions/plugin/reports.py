"""What pytest shows of a test with Actions: failures, comparisons, and lines at the end."""

from __future__ import annotations

import sys
from collections.abc import Generator
from typing import Any

import pytest

from pytest_auth0_actions.errors import hides_our_frames
from pytest_auth0_actions.plugin import chaos
from pytest_auth0_actions.plugin.affected import add_loaded
from pytest_auth0_actions.plugin.collection import fixtures_of, loads_actions
from pytest_auth0_actions.plugin.fixtures import TESTBED, TESTBED_FIXTURE
from pytest_auth0_actions.plugin.options import width_of
from pytest_auth0_actions.plugin.settings import DRAWN_SEED


@pytest.hookimpl(wrapper=True)
def pytest_runtest_call(item: pytest.Item) -> Generator[None, None, None]:
    """Fail a test whose Actions asked what it does not answer, or did not ask what it does."""
    __tracebackhide__ = True
    yield
    testbed = item.stash.get(TESTBED, None)
    if testbed is not None:
        testbed.check()


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(
    item: pytest.Item, call: pytest.CallInfo[Any]
) -> Generator[None, Any, Any]:
    """Add what to tell about a test."""
    report = yield
    if report.failed and call.excinfo is not None and hides_our_frames(call.excinfo):
        from pytest_auth0_actions.reporting.sections import place_at_test

        place_at_test(report, item.config.rootpath, item.config.invocation_params.dir)
    if report.when == "setup" and item.config.option.auth0_chaos:
        report.auth0_without_chaos = chaos.left_out(item, loads_actions(fixtures_of(item)))
    option = item.config.option
    if option.auth0_report is not None and TESTBED_FIXTURE in fixtures_of(item):
        report.auth0_again = f"pytest {_again(item)}"
    testbed = item.stash.get(TESTBED, None)
    if testbed is None:
        return report
    if report.failed and (kind := chaos.kind_of(item)) is not None:
        text = (
            f"Again with: pytest {chaos.again(item)}\n"
            f"Not meant to hold then: @pytest.mark.auth0(no_chaos={{{kind!r}: 'why'}})"
        )
        report.sections.append(("Auth0 chaos", text))
    ends = report.when == "teardown"
    if report.failed or ends:
        start = item.config.invocation_params.dir
        from pytest_auth0_actions.reporting.sections import add_facts, add_hint, add_timeline

        if report.failed:
            if call.excinfo is not None:
                add_hint(report, call.excinfo.value, testbed)
            full = getattr(option, "verbose", 0) >= 2  # an option of the terminal's
            add_timeline(report, testbed, width=width_of(item.config), full=full, start=start)
        if ends:
            add_facts(report, testbed, with_events=option.auth0_report is not None, start=start)
            add_loaded(report, item, testbed)
            del item.stash[TESTBED]
    return report


def _again(item: pytest.Item) -> str:
    """Return the arguments that run a test again, under the same conditions."""
    under_chaos = item.config.option.auth0_chaos  # in which each test has an id of its own
    arguments = chaos.again(item) if under_chaos else chaos.argument_of(item)
    seed = item.config.stash.get(DRAWN_SEED, "")
    return f"{arguments} -o auth0_seed={seed}" if seed else arguments


def pytest_assertrepr_compare(
    config: pytest.Config, op: str, left: object, right: object
) -> list[str] | None:
    """Explain how two values of ours differ."""
    if "pytest_auth0_actions.values" not in sys.modules:
        return None  # there can be none
    from pytest_auth0_actions.reporting.comparison import explain

    testbed = config.stash.get(TESTBED, None)
    if testbed is None:
        return explain(op, left, right, in_our_test=False)
    return explain(op, left, right, mask=testbed.mask.from_action)


@pytest.hookimpl(wrapper=True, tryfirst=True)
def pytest_terminal_summary(
    terminalreporter: pytest.TerminalReporter, config: pytest.Config
) -> Generator[None, None, None]:
    """Say what ran the Actions, if asked or if a test failed; color the timelines of failures."""
    everything = [report for reports in terminalreporter.stats.values() for report in reports]
    if config.option.auth0_chaos:
        for line in chaos.left_out_lines(everything, config.get_verbosity() > 0):
            terminalreporter.write_line(line)
    facts = [report for report in everything if hasattr(report, "auth0_node")]
    if facts:
        from pytest_auth0_actions.reporting.sections import color, restarts_of, versions_of

        versions = [f"{name} {version}" for name, version in versions_of(facts).items()]
        is_told = config.get_verbosity() > 0 or {"failed", "error"} & terminalreporter.stats.keys()
        if versions and is_told and config.get_verbosity() >= 0:
            terminalreporter.write_line(f"auth0: {', '.join(versions)}")
        restarts = restarts_of(facts)
        if restarts is not None and config.get_verbosity() > 0:
            terminalreporter.write_line(f"auth0: {restarts}")
        writer = config.get_terminal_writer()
        if writer.hasmarkup:
            color(everything, writer.markup)
    return (yield)
