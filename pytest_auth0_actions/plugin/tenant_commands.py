"""`pytest --auth0-list` and `--auth0-npm-install`."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from pytest_auth0_actions.errors import Auth0ActionsError, NodeNotFoundError
from pytest_auth0_actions.plugin import settings

if TYPE_CHECKING:
    from pytest_auth0_actions.project.tenant.findings import Finding
    from pytest_auth0_actions.project.tenant.model import TenantFolder


@pytest.hookimpl(tryfirst=True)
def pytest_cmdline_main(config: pytest.Config) -> int | None:
    """List the tenant instead of running tests, if that is asked for."""
    if not config.option.auth0_list:
        return None
    from pytest_auth0_actions.project.tenant.listing import listing

    if config.option.file_or_dir:
        raise pytest.UsageError(
            "[A121] --auth0-list takes no path: it lists the tenant that is named.\n"
            f"Given: {' '.join(config.option.file_or_dir)}.\n"
            f"Write --auth0-list --auth0-tenant={config.option.file_or_dir[0]}"
        )
    try:
        tenant = _tenant(config)
        if config.option.auth0_npm_install:
            _install(config, tenant)
        findings = [*tenant.findings, *_findings_of_use(config, tenant)]
    except Auth0ActionsError as error:
        raise pytest.UsageError(str(error)) from None
    for line in listing(tenant, findings):
        sys.stdout.write(f"{line}\n")
    return int(any(each.is_error for each in findings))


def pytest_sessionstart(session: pytest.Session) -> None:
    """Install the packages that the tenant declares, if that is asked for."""
    config = session.config
    if config.option.auth0_npm_install and not hasattr(config, "workerinput"):
        try:
            _install(config, _tenant(config))
        except Auth0ActionsError as error:
            raise pytest.UsageError(str(error)) from None


def _tenant(config: pytest.Config) -> TenantFolder:
    from pytest_auth0_actions.plugin.tenants import tenant_folder

    return tenant_folder(config, settings.tenant_path(config))


def _findings_of_use(config: pytest.Config, tenant: TenantFolder) -> list[Finding]:
    """Return what is found when an Action is used, of all of them."""
    from pytest_auth0_actions.node.find import find_node, version_of
    from pytest_auth0_actions.project.tenant.use import package_findings, runtime_finding

    installed = settings.packages_folder(config)
    found: list[Finding] = []
    for unit in (*tenant.actions, *tenant.modules):
        found += package_findings(unit, installed)
    try:
        node = find_node(config.getoption("--auth0-node") or config.getini("auth0_node"))
        version = version_of(node)
    except NodeNotFoundError:
        return found  # the first test that runs an Action says so
    for action in tenant.actions:
        found += runtime_finding(action, version, is_configured=node.is_configured)
    return found


def _install(config: pytest.Config, tenant: TenantFolder) -> None:
    """Install what the Actions of a tenant declare.

    Raises:
        TenantError: npm could not.
    """
    from pytest_auth0_actions.errors import TenantError
    from pytest_auth0_actions.node.find import find_node, npm_command
    from pytest_auth0_actions.project.tenant.npm import packages_in, write_workspaces

    folder: Path = settings.packages_folder(config)
    if not write_workspaces(tenant, folder):
        return
    node = find_node(config.getoption("--auth0-node") or config.getini("auth0_node"))
    # No script of a package runs, as Auth0 runs none of ours.
    command = [*npm_command(node), "install", "--ignore-scripts", "--no-audit", "--no-fund"]
    try:
        done = subprocess.run(command, cwd=folder, capture_output=True, text=True, check=False)
        output = done.stderr.strip() or done.stdout.strip()
        failed = done.returncode != 0
    except OSError as error:
        failed, output = True, str(error)
    if failed:
        raise TenantError(
            "[A805] npm could not install the packages that the tenant declares.",
            f"Given: `{' '.join(command)}` in {folder}, which said:\n{output}",
            f"Correct {', '.join(packages_in(output, tenant)) or 'what it names'}; or leave "
            "--auth0-npm-install out.",
        )
