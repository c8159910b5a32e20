"""What surrounds an import under the clock; test_clock_imports.py has what modules see of it."""

from __future__ import annotations

import datetime as dt
import importlib
import sys
import time
from importlib.machinery import ModuleSpec
from types import ModuleType

import pytest

from pytest_auth0_actions import Clock
from pytest_auth0_actions.world.imports import as_imported
from tests.world.modules import REAL, START_S


def test_what_runs_as_if_imported_is_real() -> None:
    with as_imported():
        assert (dt.datetime, time.time) == (REAL[0], REAL[2])
    with Clock():
        with as_imported():
            assert (dt.datetime, time.time) == (REAL[0], REAL[2])
        assert time.time() == START_S


@pytest.mark.parametrize("failing", ["create_module", "exec_module"])
def test_a_module_that_fails_shows_none_of_our_frames(
    monkeypatch: pytest.MonkeyPatch, failing: str
) -> None:
    class Loader:
        def create_module(self, spec: ModuleSpec) -> None:
            if failing == "create_module":
                raise ImportError("mine")

        def exec_module(self, module: ModuleType) -> None:
            raise ImportError("mine")

    class Finder:
        def find_spec(self, name: str, path: object, target: object = None) -> ModuleSpec:
            return ModuleSpec(name, Loader())  # type: ignore[arg-type]

    monkeypatch.setattr(sys, "meta_path", [Finder()])
    with Clock(), pytest.raises(ImportError, match="mine") as caught:
        importlib.import_module("a_module_that_fails")
    ours = [entry for entry in caught.traceback if "pytest_auth0_actions" in str(entry.path)]
    assert failing in [entry.name for entry in ours]
    assert all(entry.ishidden(caught) for entry in ours)
