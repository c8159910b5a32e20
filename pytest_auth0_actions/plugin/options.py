"""Options, ini settings and the marker."""

from __future__ import annotations

from typing import Any

import pytest

from pytest_auth0_actions.plugin import chaos, debugging
from pytest_auth0_actions.plugin.affected import AffectedTests, LoadedFiles
from pytest_auth0_actions.plugin.masked_reports import MaskedReports
from pytest_auth0_actions.plugin.settings import DRAWN_SEED


def pytest_addoption(parser: pytest.Parser) -> None:
    """Add our option and settings."""
    group = parser.getgroup("auth0", "Auth0 Actions")
    group.addoption(
        "--auth0-node", metavar="PATH", help="the path of the Node.js that runs Actions"
    )
    group.addoption(
        "--auth0-chaos",
        action="store_true",
        help="run each test that loads an Action again, with records evicted, writes refused and "
        "cold starts",
    )
    group.addoption(
        "--auth0-chaos-seed",
        type=int,
        metavar="N",
        help="the seed of --auth0-chaos (default: random)",
    )
    group.addoption(
        "--auth0-report", metavar="PATH", help="write an HTML page with a timeline of each test"
    )
    group.addoption(
        "--auth0-show-secrets",
        action="store_true",
        help="show the values of secrets; otherwise their names stand in their place",
    )
    group.addoption(
        "--auth0-tenant",
        metavar="PATH",
        help="the tenant: an export of the Deploy CLI, or a folder of Terraform files",
    )
    group.addoption(
        "--auth0-list",
        action="store_true",
        help="list the Actions of the tenant, and what is wrong with each; run no tests",
    )
    group.addoption(
        "--auth0-npm-install",
        action="store_true",
        help="install the npm packages that the tenant declares, under .auth0/",
    )
    parser.addini("auth0_tenant", "the tenant: a folder or a file; see --auth0-tenant")
    parser.addini(
        "auth0_keywords", "values of the tenant's keywords, as KEY = value", type="linelist"
    )
    group.addoption(
        "--auth0-affected",
        action="append",
        metavar="FILE",
        help="run only the tests that loaded FILE when they were last run: an Action, a module, "
        "or a file that these require; may be given several times",
    )
    debugging.add_options(group)
    parser.addini(
        "auth0_node", "the Node.js that runs Actions (default: that of the extra, or on PATH)"
    )
    parser.addini("auth0_now", "the start of each test's clock (default: 2025-01-01T00:00:00Z)")
    parser.addini(
        "auth0_cache_rules", "the rules of the cache: 'documented' (default) or 'runtime'"
    )
    parser.addini("auth0_actions_root", "where relative paths of Actions start (default: rootdir)")
    parser.addini("auth0_allow_hosts", "real hosts that Actions may reach", type="linelist")
    parser.addini(
        "auth0_env", "environment variables that Actions may read in process.env", type="args"
    )
    parser.addini("auth0_seed", "the seed of random numbers: a number (default: 0) or 'random'")
    parser.addini("auth0_heap_mb", "memory for an Action's JavaScript, in MB (default: 512)")
    parser.addini(
        "auth0_watchdog",
        "seconds of real time that a run may take (default: 10); Auth0's 20 s are apart",
    )


def pytest_configure(config: pytest.Config) -> None:
    """Register our marker."""
    config.addinivalue_line(
        "markers",
        "auth0(now=..., trigger=..., cache_rules=..., allow_hosts=[...], no_chaos='reason', "
        "fresh_node=True): where the clock of the test starts, the trigger of its `api`, the rules "
        "of its cache, the real hosts that its Actions may reach, why --auth0-chaos leaves it out, "
        "and that it has a Node.js of its own.",
    )
    config.pluginmanager.register(MaskedReports())
    if config.option.auth0_chaos:
        config.pluginmanager.register(chaos.ChaosKinds(config))
    if config.option.auth0_affected:
        start = config.invocation_params.dir  # which a worker need not have
        paths = [str((start / path).absolute()) for path in config.option.auth0_affected]
        config.option.auth0_affected = paths
        config.pluginmanager.register(AffectedTests(config))
    from_controller: dict[str, Any] | None = getattr(config, "workerinput", None)
    if from_controller is not None:
        config.option.auth0_chaos_seed = from_controller.get("auth0_chaos_seed")
        config.stash[DRAWN_SEED] = from_controller.get("auth0_seed", "")
        return
    debugging.check_options(config)
    config.pluginmanager.register(LoadedFiles(config))
    if config.option.auth0_chaos and config.option.auth0_chaos_seed is None:
        config.option.auth0_chaos_seed = chaos.drawn_seed(config)
    if config.getini("auth0_seed") == "random":
        import random

        config.stash[DRAWN_SEED] = str(random.randrange(1_000_000))
    if config.option.auth0_report is not None:
        collect_for_report(config)


def collect_for_report(config: pytest.Config) -> None:
    """Have the page of `--auth0-report` written at the end."""
    from pathlib import Path

    from pytest_auth0_actions.reporting.html.collector import Collector

    path = Path(config.option.auth0_report).expanduser().absolute()
    versions = {"pytest": pytest.__version__}
    if config.option.auth0_chaos:
        versions["chaos seed"] = str(config.option.auth0_chaos_seed)
    try:
        config.pluginmanager.register(Collector(path, versions))
    except OSError as error:
        raise pytest.UsageError(
            f"[A109] --auth0-report can't be written: {error.strerror}.\n"
            f"Given: {config.option.auth0_report!r}, which is {path}.\n"
            "Pass the path of a file, such as report.html."
        ) from None


@pytest.hookimpl(optionalhook=True)
def pytest_configure_node(node: Any) -> None:
    """Pass the seeds of the session, and the width of the terminal, to a worker of xdist."""
    node.workerinput["auth0_chaos_seed"] = node.config.option.auth0_chaos_seed
    node.workerinput["auth0_seed"] = node.config.stash.get(DRAWN_SEED, "")
    node.workerinput["auth0_width"] = width_of(node.config)


def width_of(config: pytest.Config) -> int:
    """Return the columns of the terminal that shows the tests."""
    from_controller: dict[str, int] | None = getattr(config, "workerinput", None)
    if from_controller is not None:
        return from_controller.get("auth0_width", 80)
    if not config.pluginmanager.has_plugin("terminalreporter"):
        return 80
    return config.get_terminal_writer().fullwidth


def pytest_report_header(config: pytest.Config) -> list[str]:
    """Return the lines that name the seeds which were drawn."""
    lines = []
    if config.option.auth0_chaos:
        lines.append(f"auth0: chaos, seed {config.option.auth0_chaos_seed}")
    missed = chaos.missed_failures(config)
    if missed is not None:
        lines.append(missed)
    seed = config.stash.get(DRAWN_SEED, "")
    if seed:
        lines.append(f"auth0: random numbers, again with -o auth0_seed={seed}")
    return lines
