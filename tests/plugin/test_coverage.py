"""The plugin of coverage.py: reports on the JavaScript beside the Python."""

from __future__ import annotations

import json
import sys
import textwrap
from pathlib import Path
from typing import Any

import pytest

from tests.conftest import STRICT_INI

SETTINGS = """\
[run]
plugins = pytest_auth0_actions.coverage
branch = true
source = actions
data_file = {folder}/.coverage
"""

PLAN = """\
const rates = require('../rates.js');

exports.onExecutePostLogin = async (event, api) => {
  if (!event.user.email_verified) {
    api.access.deny('Verify your email first');
    return;
  }
  const plan = event.user.app_metadata.plan ?? 'free';
  api.idToken.setCustomClaim('https://shop.example/plan', plan);
  if (plan === 'gold') {
    rates.apply(api);
  }
};

exports.onContinuePostLogin = async (event, api) => {
  api.access.deny('never');
};
"""
RATES = """\
exports.apply = (api) => {
  api.idToken.setCustomClaim('https://shop.example/rate', 1);
};
"""
TESTS = """\
def test_denied(load_action):
    load_action("actions/plan/code.js").run(user={"email_verified": False})

def test_free(load_action):
    load_action("actions/plan/code.js").run(user={"app_metadata": {}})

def test_gold(load_action):
    load_action("actions/plan/code.js").run(user={"app_metadata": {"plan": "gold"}})
"""


@pytest.fixture
def shop(pytester: pytest.Pytester) -> pytest.Pytester:
    """A project with an Action and a helper, of which coverage is measured."""
    pytester.makeini(STRICT_INI)
    write(pytester, ".coveragerc", SETTINGS.format(folder=pytester.path))
    write(pytester, "actions/plan/code.js", PLAN)
    write(pytester, "actions/rates.js", RATES)
    return pytester


def write(project: pytest.Pytester, name: str, text: str) -> Path:
    path = project.path / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(textwrap.dedent(text), encoding="utf-8")
    return path


def add_settings(project: pytest.Pytester, lines: str) -> None:
    path = project.path / ".coveragerc"
    path.write_text(f"{path.read_text(encoding='utf-8')}\n{lines}\n", encoding="utf-8")


def run(project: pytest.Pytester, *arguments: str) -> pytest.RunResult:
    """Run the tests under coverage."""
    return project.run(
        sys.executable, "-m", "coverage", "run", "-m", "pytest", "-p", "no:cacheprovider",
        *arguments,
    )  # fmt: skip


def report(project: pytest.Pytester) -> dict[str, Any]:
    """Return what coverage.py says of each file."""
    done = project.run(sys.executable, "-m", "coverage", "json", "-q", "-o", "report.json")
    assert done.ret == 0
    told = json.loads((project.path / "report.json").read_text(encoding="utf-8"))
    files: dict[str, Any] = told["files"]
    return files


def lines(text: str, *words: str) -> list[int]:
    """Return the numbers of the lines in which one of the words is."""
    return [
        number
        for number, line in enumerate(text.splitlines(), 1)
        if any(word in line for word in words)
    ]


def test_lines_and_branches_of_actions_stand_beside_the_python(shop: pytest.Pytester) -> None:
    shop.makepyfile(test_plan=TESTS)
    add_settings(shop, "[report]\nshow_missing = true")
    run(shop).assert_outcomes(passed=3)
    plan = report(shop)["actions/plan/code.js"]
    assert plan["missing_lines"] == lines(PLAN, "'never'")
    assert plan["missing_branches"] == []
    assert plan["summary"]["num_branches"] == 6
    shown = shop.run(sys.executable, "-m", "coverage", "report")
    shown.stdout.fnmatch_lines(
        ["actions/plan/code.js * 11 * 1 * 6 * 0 * 94% * 16", "actions/rates.js * 2 * 0 * 0 * 100%*"]
    )


@pytest.mark.parametrize(
    ("tests", "missing", "branches"),
    [
        pytest.param(
            ["test_denied"],
            lines(PLAN, "const plan", "'https", "'gold'", "rates.apply", "'never'"),
            [[4, 8]],
            id="denied",
        ),
        pytest.param(
            ["test_free"],
            lines(PLAN, "deny", "return", "rates.apply"),
            [[4, 5], [10, 11]],
            id="free",
        ),
        pytest.param(
            ["test_gold"],
            lines(PLAN, "deny", "return"),
            [[4, 5], [8, -2], [10, -2]],
            id="gold",
        ),
    ],
)
def test_what_no_test_reached_is_missing(
    shop: pytest.Pytester, tests: list[str], missing: list[int], branches: list[list[int]]
) -> None:
    shop.makepyfile(test_plan=TESTS)
    run(shop, "-k", " or ".join(tests)).assert_outcomes(passed=1, deselected=2)
    plan = report(shop)["actions/plan/code.js"]
    assert plan["missing_lines"] == missing
    reached = [each for each in plan["missing_branches"] if each[0] not in missing]
    assert reached == branches


def test_without_branches_there_are_lines(shop: pytest.Pytester) -> None:
    path = shop.path / ".coveragerc"
    path.write_text(path.read_text(encoding="utf-8").replace("branch = true", ""), encoding="utf-8")
    shop.makepyfile(test_plan=TESTS)
    run(shop, "-k", "free").assert_outcomes(passed=1, deselected=2)
    plan = report(shop)["actions/plan/code.js"]
    assert plan["missing_lines"] == lines(PLAN, "deny", "return", "rates.apply")
    assert "num_branches" not in plan["summary"]


def test_a_file_that_no_test_loaded_counts_if_it_is_under_source(shop: pytest.Pytester) -> None:
    shop.makepyfile(test_plan="def test_nothing(): pass")
    write(shop, "actions/types.d.ts", "export declare const limit: number;")
    write(shop, "actions/node_modules/dep/index.js", "exports.x = 1;")
    write(shop, "actions/.hidden/x.js", "exports.x = 1;")
    write(shop, "actions/venv/pyvenv.cfg", "")
    write(shop, "actions/venv/x.js", "exports.x = 1;")
    write(shop, "actions/omitted.js", "exports.x = 1;")
    write(shop, "elsewhere.js", "exports.x = 1;")
    add_settings(shop, "omit = */omitted.js")
    run(shop).assert_outcomes(passed=1)
    found = report(shop)
    assert [name for name in found if not name.endswith(".py")] == [
        "actions/plan/code.js",
        "actions/rates.js",
    ]
    assert found["actions/plan/code.js"]["executed_lines"] == []
    assert found["actions/plan/code.js"]["summary"]["covered_branches"] == 0


def test_fail_under_counts_the_javascript(shop: pytest.Pytester) -> None:
    add_settings(shop, "[report]\nfail_under = 96")
    shop.makepyfile(test_plan=TESTS)
    run(shop).assert_outcomes(passed=3)
    assert shop.run(sys.executable, "-m", "coverage", "report").ret == 2
    add_settings(shop, "exclude_also = x")
    write(shop, "actions/plan/code.js", PLAN.split("exports.onContinue")[0])
    run(shop).assert_outcomes(passed=3)
    assert shop.run(sys.executable, "-m", "coverage", "report").ret == 0


def test_the_pages_and_the_xml_are_written(shop: pytest.Pytester) -> None:
    shop.makepyfile(test_plan=TESTS)
    run(shop, "-k", "gold").assert_outcomes(passed=1, deselected=2)
    assert shop.run(sys.executable, "-m", "coverage", "html", "-q").ret == 0
    pages = "".join(path.read_text("utf-8") for path in Path("htmlcov").glob("z_*code_js.html"))
    assert "line 4 didn't jump to line 5 because the condition was never true" in pages
    assert "the right side of ?? was never evaluated" in pages
    assert '<span class="key">const</span>' in pages
    functions = (shop.path / "htmlcov/function_index.html").read_text("utf-8")
    assert "onContinuePostLogin" in functions
    assert shop.run(sys.executable, "-m", "coverage", "xml", "-q").ret == 0
    assert 'filename="actions/plan/code.js"' in (shop.path / "coverage.xml").read_text("utf-8")
    assert shop.run(sys.executable, "-m", "coverage", "lcov", "-q").ret == 0


@pytest.mark.parametrize("workers", [[], ["-n", "2"]])
def test_data_of_several_processes_is_combined(shop: pytest.Pytester, workers: list[str]) -> None:
    add_settings(shop, "parallel = true\npatch = subprocess")
    for name in ("denied", "free", "gold"):
        shop.makepyfile(
            **{f"test_{name}": TESTS.split("\n\n")[["denied", "free", "gold"].index(name)]}
        )
    run(shop, *workers).assert_outcomes(passed=3)
    assert shop.run(sys.executable, "-m", "coverage", "combine", "-q").ret == 0
    plan = report(shop)["actions/plan/code.js"]
    assert plan["missing_lines"] == lines(PLAN, "'never'")
    assert plan["missing_branches"] == []


ENDINGS = {
    "exits": "process.exit(1);",
    "rejects": "Promise.reject(new Error('nobody waits')); await null;",
    "waits": "await new Promise(() => {});",
    "is late": "await new Promise((resolve) => setTimeout(resolve, 60_000));",
    "throws": "throw new Error('no');",
    "leaves": "globalThis.left = 1;",
}


@pytest.mark.parametrize("ending", ENDINGS)
def test_what_ends_a_process_takes_nothing_away(shop: pytest.Pytester, ending: str) -> None:
    """Not what ran before, and not what the test ran that ended it."""
    source = f"""\
exports.onExecutePostLogin = async (event) => {{
  if (event.user.name === 'good') {{
    console.log('good');
    return;
  }}
  console.log('bad');
  {ENDINGS[ending]}
}};
"""
    write(shop, "actions/ends.js", source)
    shop.makepyfile(
        """
        import contextlib
        from pytest_auth0_actions import Auth0ActionsError

        def test_good(load_action):
            load_action("actions/ends.js").run(user={"name": "good"})

        def test_bad(load_action):
            with contextlib.suppress(Auth0ActionsError):
                load_action("actions/ends.js").run()

        def test_other(load_action):
            load_action("actions/plan/code.js").run()
        """
    )
    run(shop).assert_outcomes(passed=3)
    found = report(shop)
    assert found["actions/ends.js"]["missing_lines"] == []
    assert found["actions/ends.js"]["missing_branches"] == []
    assert 8 in found["actions/plan/code.js"]["executed_lines"]


def test_what_ran_before_a_process_is_killed_is_kept(shop: pytest.Pytester) -> None:
    write(shop, "actions/loops.js", "exports.onExecutePostLogin = async () => {\n  for (;;);\n};\n")
    shop.makepyfile(
        """
        import pytest
        from pytest_auth0_actions import ActionTimeoutError

        def test_denied(load_action):
            load_action("actions/plan/code.js").run(user={"email_verified": False})

        def test_loops(load_action):
            with pytest.raises(ActionTimeoutError):
                load_action("actions/loops.js").run()

        def test_free(load_action):
            load_action("actions/plan/code.js").run()
        """
    )
    run(shop, "-o", "auth0_watchdog=0.5").assert_outcomes(passed=3)
    found = report(shop)
    assert found["actions/plan/code.js"]["missing_lines"] == lines(PLAN, "rates.apply", "'never'")
    assert found["actions/loops.js"]["summary"]["num_statements"] == 2
