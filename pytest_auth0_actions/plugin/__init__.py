"""What pytest finds in the plugin: its hooks and its fixtures.

Everything that costs time to import is imported by the fixture that needs it, so that being
installed costs a test suite nothing.
"""

from pytest_auth0_actions.plugin.collection import (
    pytest_collection_finish,
    pytest_fixture_setup,
    pytest_generate_tests,
    pytest_runtestloop,
)
from pytest_auth0_actions.plugin.debugging import pytest_load_initial_conftests
from pytest_auth0_actions.plugin.fixtures import (
    _auth0_node,
    _auth0_tenants,
    _auth0_testbed,
    api,
    auth0_snapshot,
    cache_store,
    clock,
    flow,
    http_mock,
    load_action,
    make_event,
    tenant,
    tenant_at,
)
from pytest_auth0_actions.plugin.options import (
    pytest_addoption,
    pytest_configure,
    pytest_configure_node,
    pytest_report_header,
)
from pytest_auth0_actions.plugin.reports import (
    pytest_assertrepr_compare,
    pytest_runtest_call,
    pytest_runtest_makereport,
    pytest_terminal_summary,
)
from pytest_auth0_actions.plugin.tenant_commands import (
    pytest_cmdline_main,
    pytest_sessionstart,
)

__all__ = [
    "_auth0_node",
    "_auth0_tenants",
    "_auth0_testbed",
    "api",
    "auth0_snapshot",
    "cache_store",
    "clock",
    "flow",
    "http_mock",
    "load_action",
    "make_event",
    "pytest_addoption",
    "pytest_assertrepr_compare",
    "pytest_cmdline_main",
    "pytest_collection_finish",
    "pytest_configure",
    "pytest_configure_node",
    "pytest_fixture_setup",
    "pytest_generate_tests",
    "pytest_load_initial_conftests",
    "pytest_report_header",
    "pytest_runtest_call",
    "pytest_runtest_makereport",
    "pytest_runtestloop",
    "pytest_sessionstart",
    "pytest_terminal_summary",
    "tenant",
    "tenant_at",
]
