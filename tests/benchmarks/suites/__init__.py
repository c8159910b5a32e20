"""The suites, each written for both sides as their users write them."""

from __future__ import annotations

from tests.benchmarks.suites.cache import CACHE
from tests.benchmarks.suites.fetch import FETCH
from tests.benchmarks.suites.first import FIRST
from tests.benchmarks.suites.freeze import FREEZE
from tests.benchmarks.suites.login import LOGIN
from tests.benchmarks.suites.many_files import MANY_FILES
from tests.benchmarks.suites.model import Suite
from tests.benchmarks.suites.real import REAL
from tests.benchmarks.suites.small import SMALL
from tests.benchmarks.suites.unused import UNUSED

SUITES: dict[str, Suite] = {
    suite.name: suite
    for suite in (REAL, LOGIN, FETCH, MANY_FILES, SMALL, UNUSED, FIRST, FREEZE, CACHE)
}
