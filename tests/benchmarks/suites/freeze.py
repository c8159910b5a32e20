"""Freeze: Python tests with `api` and `clock`, beside pytest-freezer and a mock by hand."""

from __future__ import annotations

from tests.benchmarks.rows import Group, Measure, Row, marginal
from tests.benchmarks.suites.mocks import START_MS
from tests.benchmarks.suites.model import Bench, Suite, timed

HEAD = """\
def provision(api):
    if api.cache.get("token") is None:
        api.cache.set("token", "t0ken", ttl=60_000)
        return "miss"
    return "hit"
"""

OURS_TEST = f"""

def test_case_%(case)d(api, clock):
    assert provision(api) == "miss"
    clock.tick(milliseconds=60_001)
    assert provision(api) == "miss"
    assert api.cache.get("token").expires_at == {START_MS} + 120_001
"""

FREEZER_TEST = f"""

def test_case_%(case)d(api, freezer):
    freezer.move_to("2025-01-01T00:00:00Z")
    assert provision(api) == "miss"
    freezer.tick(60.001)
    assert provision(api) == "miss"
    assert api.cache.get("token").expires_at == {START_MS} + 120_001
"""

MOCKS = '''\
import time
from types import SimpleNamespace

import pytest


class MockCache:
    """A mock by hand."""

    def __init__(self):
        self.records = {}

    def get(self, key):
        record = self.records.get(key)
        now_ms = round(time.time() * 1_000)
        return record if record is not None and record.expires_at >= now_ms else None

    def set(self, key, value, ttl=900_000):
        record = SimpleNamespace(value=value, expires_at=round(time.time() * 1_000) + ttl)
        self.records[key] = record
        return SimpleNamespace(type="success", record=record)


@pytest.fixture
def api():
    return SimpleNamespace(cache=MockCache())
'''

# What a large application has imported: mostly its own names, sometimes those of `datetime`.
MODULES = """

import datetime
import sys
import time
import types


def add_module(number):
    module = types.ModuleType(f"application.part_{number}")
    for index in range(6):
        setattr(module, f"function_{index}", lambda: None)
        setattr(module, f"CONSTANT_{index}", index)
    module.Model = type("Model", (), {})
    if number %% 10 == 0:
        module.datetime = datetime.datetime
        module.time = time
    sys.modules[module.__name__] = module


for number in range(%d):
    add_module(number)
"""


def _groups(bench: Bench) -> list[Group]:
    tests, few, modules = bench.sizes.tests, bench.sizes.few_tests, bench.sizes.modules
    sides = [
        ("ours", tests, OURS_TEST, "", ("auth0_actions",)),
        ("freezer", few, FREEZER_TEST, MOCKS, ("freezer",)),
    ]
    measures: list[Measure] = []
    for name, most, test, conftest, plugins in sides:
        for count in (most, 1):
            cases = "".join(test % {"case": case} for case in range(count))
            files = {"conftest.py": conftest + MODULES % modules, "test_freeze.py": HEAD + cases}
            folder = bench.write(f"freeze-{name}-{count}", files)
            measures.append(timed(f"{name} {count}", bench.pytest(folder, count, plugins=plugins)))
    return [
        Group(
            [
                Row(
                    f"freeze: one more Python test with a clock, {modules:,} modules loaded",
                    f"pytest-freezer ({few} tests)",
                    0.05,
                    marginal("ours", tests),
                    marginal("freezer", few),
                    "ms",
                )
            ],
            measures,
        )
    ]


FREEZE = Suite("freeze", ("pytest-freezer",), _groups)
