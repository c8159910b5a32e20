"""Which files coverage.py is set to measure."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from pytest_auth0_actions.project.javascript.scope import Scope

FILES = [
    "actions/code.js",
    "actions/lib/x.ts",
    "actions/lib/x.d.ts",
    "actions/lib/data.json",
    "actions/node_modules/dep/index.js",
    "actions/.cache/x.js",
    "actions/venv/pyvenv.cfg",
    "actions/venv/lib/x.js",
    "actions/coverage_html_cb_1.js",
    "lib/site-packages/other/x.js",
    "other/x.mjs",
]
PACKAGE = "pytest_auth0_actions.node"


@pytest.fixture
def root(tmp_path: Path) -> Path:
    for name in FILES:
        path = tmp_path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text("1;", encoding="utf-8")
    return tmp_path


@pytest.mark.parametrize(
    ("options", "run", "always"),
    [
        pytest.param(
            {}, ["actions/code.js", "actions/coverage_html_cb_1.js", "other/x.mjs"], [], id="none"
        ),
        pytest.param({"run:source": ["other"]}, ["other/x.mjs"], ["other/x.mjs"], id="source"),
        pytest.param({"run:source_dirs": ["other"]}, ["other/x.mjs"], ["other/x.mjs"], id="dirs"),
        pytest.param(
            {"run:source": ["."], "run:omit": ["other/*", "*/x.js", "*html*"]},
            ["actions/code.js"],
            ["actions/code.js", "actions/lib/x.ts"],
            id="omit",
        ),
        pytest.param({"run:include": ["actions/c*"]}, FILES[:1] + FILES[8:9], [], id="include"),
        pytest.param(
            {"run:include": ["actions/*"], "run:source": ["other"]},
            ["other/x.mjs"],
            ["other/x.mjs"],
            id="source before include",
        ),
        pytest.param({"run:source": ["no_such_package"]}, [], [], id="no package"),
        pytest.param({"run:source": ["no_such.package"]}, [], [], id="no package in none"),
        pytest.param({"run:source_pkgs": ["json.decoder"]}, [], [], id="a module"),
    ],
)
def test_settings_say_what_counts(
    root: Path, options: dict[str, Any], run: list[str], always: list[str]
) -> None:
    scope = Scope(options.get, root)
    candidates = [*FILES[:1], *FILES[3:5], *FILES[8:]]
    assert [name for name in candidates if scope.has(root / name)] == run
    assert [path.relative_to(root).as_posix() for path in scope.files()] == always


def test_a_package_may_have_javascript() -> None:
    scope = Scope({"run:source": [PACKAGE]}.get, Path("/"))
    assert "harness.js" in {path.name for path in scope.files()}


def test_what_was_made_of_others_is_no_file_of_its_own(root: Path) -> None:
    made = root / "actions/made.js"
    mapping = 'data:,{"sources":["lib/x.ts"],"mappings":"AAAA"}'
    made.write_text(f"1;\n//# sourceMappingURL={mapping}\n", encoding="utf-8")
    (root / "actions/latin.js").write_bytes(b"// \xe9")
    names = [path.name for path in Scope({"run:source": ["actions"]}.get, root).files()]
    assert names == ["code.js", "latin.js", "x.ts"]
