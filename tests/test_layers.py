"""Which module may import which; an arrow that is not listed fails."""

from __future__ import annotations

import ast
from pathlib import Path

import pytest

import pytest_auth0_actions

PACKAGE = Path(pytest_auth0_actions.__file__).parent

ALLOWED = {
    "errors": {"results"},
    "results": set(),
    "clock": {"errors"},
    "cache": {"diagnostics", "errors", "journal", "results"},
    "diagnostics": {"errors", "results"},
    "events": {"errors"},
    "api": {"cache", "errors", "results", "triggers"},
    "triggers": {"cache", "events"},
    "node.protocol": {"errors", "results"},
    "elapsed": set(),
    "node.process": {"elapsed", "errors", "node.protocol"},
    "node.files": {"errors"},
    "certificates": {"clock"},
    "chaos": {"cache"},
    "journal": {"results"},
    "masking": set(),
    "network": {"errors"},
    "node.failures": {"errors", "node.files", "node.process", "results", "triggers"},
    "node.runtime": {
        "api", "diagnostics", "elapsed", "errors", "events", "journal", "masking", "network",
        "node.failures", "node.files", "node.process", "node.protocol", "results", "triggers",
    },
    "fixture_types": {"node.files", "node.runtime"},
    "columns": set(),
    "durations": set(),
    "comparison": {"columns", "durations", "results"},
    "reasons": {"cache", "columns", "durations", "journal", "results"},
    "timeline": {"cache", "columns", "durations", "journal", "reasons"},
    "reporting": {"cache", "reasons", "testbed", "timeline"},
    "report.page": set(),
    "report.collector": {"clock", "report.page", "reporting"},
    "testbed": {
        "api", "cache", "chaos", "clock", "diagnostics", "errors", "events", "fixture_types",
        "journal", "masking", "network", "node.files", "node.runtime", "triggers",
    },
    "plugin": {
        "cache", "certificates", "chaos", "clock", "comparison", "errors", "fixture_types",
        "masking", "network", "node.process", "node.runtime", "report.collector", "reporting",
        "testbed", "triggers",
    },
}  # fmt: skip


def layer_of(module: str) -> str:
    """Return the layer of a dotted module of ours; the triggers are one."""
    name = module.removeprefix("pytest_auth0_actions").lstrip(".")
    return "triggers" if name.split(".")[0] == "triggers" else name


def arrows() -> set[tuple[str, str]]:
    found = set()
    for path in PACKAGE.rglob("*.py"):
        parts = path.relative_to(PACKAGE.parent).with_suffix("").parts
        source = layer_of(".".join(part for part in parts if part != "__init__"))
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.ImportFrom) and str(node.module).startswith(PACKAGE.name):
                found.add((source, layer_of(str(node.module))))
    return {(source, target) for source, target in found if source not in {"", target}}


def test_imports_go_where_they_may() -> None:
    allowed = {(source, target) for source, targets in ALLOWED.items() for target in targets}
    assert arrows() <= allowed


@pytest.mark.parametrize(("library", "home"), [("freezegun", "clock"), ("pytest", "plugin")])
def test_a_library_has_one_home(library: str, home: str) -> None:
    homes = set()
    for path in PACKAGE.rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            names = [alias.name for alias in node.names] if isinstance(node, ast.Import) else []
            if isinstance(node, ast.ImportFrom):
                names = [str(node.module)]
            if any(name.split(".")[0] == library for name in names):
                homes.add(path.stem)
    assert homes == {home}
