"""The plugin of coverage.py: reports on the JavaScript beside the Python."""

from __future__ import annotations

import json
import os
import re
import sys
import textwrap
from pathlib import Path
from typing import Any

import coverage
import pytest

from pytest_auth0_actions.project.javascript.code import Code
from tests import coverage_library
from tests.compilers import COMPILERS, add_compiler, can_strip
from tests.conftest import STRICT_INI
from tests.markdown import blocks, write_project
from tests.plugin.conftest import add_to_ini
from tests.project.tenant.tenants import directory, manifest
from tests.project.tenant.tenants import write as write_all

pytestmark = pytest.mark.slow  # each test is a session of its own, or several

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


@pytest.fixture(autouse=True)
def _unmeasured(monkeypatch: pytest.MonkeyPatch) -> None:
    """Keep what measures our own tests out of the projects here."""
    for name in [name for name in os.environ if name.startswith("COVERAGE_")]:
        monkeypatch.delenv(name)


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
    assert 'filename="plan/code.js"' in (shop.path / "coverage.xml").read_text("utf-8")
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


@pytest.mark.parametrize("workers", [[], ["-n", "2"]])
def test_pytest_cov_shows_it(shop: pytest.Pytester, workers: list[str]) -> None:
    pytest.importorskip("pytest_cov")
    for name in ("denied", "gold"):
        test = TESTS.split("\n\n")[["denied", "free", "gold"].index(name)]
        shop.makepyfile(**{f"test_{name}": test})
    arguments = ["-p", "pytest_cov", "--cov=actions", "--cov-branch"]
    arguments += ["--cov-report=term-missing", *workers]
    result = shop.runpytest_subprocess(*arguments, "-p", "no:cacheprovider")
    result.assert_outcomes(passed=2)
    result.stdout.fnmatch_lines(
        ["actions/plan/code.js * 11 * 1 * 6 * 2 * 82% * 8->exit, 10->exit, 16"]
    )
    result = shop.runpytest_subprocess(*arguments, "--cov-fail-under=99")
    assert result.ret == pytest.ExitCode.TESTS_FAILED


def test_marks_of_coverage_change_no_test(shop: pytest.Pytester) -> None:
    """Neither does a test find itself in another process, nor does it see other errors."""
    write(
        shop,
        "actions/sees.js",
        """\
        exports.onExecutePostLogin = async (event, api) => {
          console.log(process.pid, typeof inspector, process.execArgv.length);
          console.log(Object.keys(globalThis).length, process.argv.length);
          console.log(new Error().stack.split('\\n').length);
          event.user.nothing.name;
        };
        """,
    )
    shop.makepyfile(
        """
        import pytest
        from pytest_auth0_actions import ActionError

        seen = set()

        @pytest.mark.parametrize("number", range(4))
        def test_it(load_action, number):
            with pytest.raises(ActionError) as caught:
                load_action("actions/sees.js").run()
            seen.add(caught.value.execution.logs)
            assert len(seen) == 1
            print(caught.value.execution.logs.split(" ", 1)[1], caught.value.stack)
        """
    )
    measured = run(shop, "-s", "-v")
    usual = shop.runpytest_subprocess("-s", "-v", "-p", "no:cacheprovider")
    told = [line for line in usual.outlines if "at " in line or line.startswith("undefined")]
    assert told
    assert [line for line in measured.outlines if line in told] == told
    measured.assert_outcomes(passed=4)
    measured.stdout.no_fnmatch_line("*needed a new Node.js*")


def test_each_way_to_load_a_file_counts(shop: pytest.Pytester) -> None:
    """As an Action, as a module, by require and by import; with a file of its own, and twice."""
    write(
        shop,
        "actions/all.js",
        """\
        const crm = require('actions:crm');
        const dep = require('dep');
        exports.onExecutePostLogin = async (event) => {
          const { half } = await import('./half.mjs');
          crm.call(event.user.name === 'a' ? half(2) : dep(1));
        };
        """,
    )
    write(shop, "actions/crm.js", "exports.call = (n) => {\n  if (n > 1) {\n    n();\n  }\n};\n")
    half = "import { two } from './two.js';\nexport function half(n) {\n  return n / two;\n}\n"
    write(shop, "actions/half.mjs", half)
    write(shop, "actions/two.js", "exports.two = 2;\nexports.three = () => {\n  return 3;\n};\n")
    write(shop, "actions/node_modules/dep/index.js", "module.exports = (n) => n;")
    shop.makepyfile(
        """
        import pytest

        @pytest.mark.auth0(fresh_node=True)
        def test_fresh(load_action):
            load_action("actions/all.js", modules={"crm": "actions/crm.js"}).run(user={"name": "a"})

        def test_twice(load_action):
            action = load_action("actions/../actions/all.js", modules={"crm": "actions/crm.js"})
            action.run(user={"name": "a"})
            action.run(user={"name": "b"})
        """
    )
    run(shop).assert_outcomes(passed=2)
    found = report(shop)
    missing = {
        name: (told["missing_lines"], told["missing_branches"])
        for name, told in found.items()
        if "plan" not in name and "rates" not in name
    }
    assert missing == {
        "actions/all.js": ([], []),
        "actions/crm.js": ([3], [[2, 3]]),
        "actions/half.mjs": ([], []),
        "actions/two.js": ([3], []),
    }


def test_typescript_is_reported_by_its_source_map(shop: pytest.Pytester) -> None:
    """A line and a branch of what was compiled are those of the file that people edit."""
    typescript = """\
interface Claims {
  plan: string;
}
exports.onExecutePostLogin = async (event: any, api: any): Promise<void> => {
  const claims: Claims = { plan: event.user.app_metadata.plan ?? 'free' };
  if (claims.plan === 'gold') {
    api.access.deny('no gold');
  }
};
"""
    made = """\
exports.onExecutePostLogin = async (event, api) => {
  const claims = { plan: event.user.app_metadata.plan ?? 'free' };
  if (claims.plan === 'gold') {
    api.access.deny('no gold');
  }
};
"""
    from tests.project.javascript.test_source_map import mappings

    right = typescript.splitlines()[4].index("'free'")
    places = [(0, 0, 0, 3, 0), (1, 2, 0, 4, 2), (1, made.splitlines()[1].index("'f"), 0, 4, right)]
    places += [(2, 2, 0, 5, 2), (3, 4, 0, 6, 4)]
    told = {"version": 3, "sources": ["code.ts"], "mappings": mappings(places)}
    write(shop, "actions/ts/code.ts", typescript)
    write(shop, "actions/ts/code.js", f"{made}//# sourceMappingURL=code.js.map\n")
    write(shop, "actions/ts/code.js.map", json.dumps(told))
    shop.makepyfile("def test_it(load_action): load_action('actions/ts/code.js').run()")
    run(shop).assert_outcomes(passed=1)
    found = report(shop)
    assert "actions/ts/code.js" not in found
    assert found["actions/ts/code.ts"]["missing_lines"] == [7]
    assert found["actions/ts/code.ts"]["missing_branches"] == [[6, 7]]


TYPED = """\
import type { Event } from './types';
import { greet } from './lib';
interface Claims {
  plan: string;
}

export const onExecutePostLogin = async (event: Event, api: any): Promise<void> => {
  if ((event as any).user.blocked) {
    api.access.deny('blocked');
  }
  const claims: Claims = { plan: event.user.app_metadata.plan ?? 'free' };
  console.log(greet(claims.plan as string));
};

export function unused(value: number): number {
  return value;
}
"""
LIB = """\
const party: string = '\N{PARTY POPPER}'; export const greet = (name: string) => name + party;
LEVELS
export const unused = (): void => {
  console.log('never');
};
"""


@pytest.mark.parametrize(
    "compiler",
    [pytest.param(None, marks=pytest.mark.skipif(not can_strip(), reason="")), *COMPILERS],
)
def test_typescript_is_reported_by_its_own_lines(
    shop: pytest.Pytester, npm_packages: Path, compiler: str | None
) -> None:
    if compiler is not None:
        add_compiler(shop.path, npm_packages, compiler)
    levels = "" if compiler is None else "enum Level { Low, High }"
    write(shop, "actions/ts/code.ts", TYPED if compiler is None else f"{TYPED}{levels}\n")
    write(shop, "actions/ts/lib.ts", LIB.replace("LEVELS", levels))
    shop.makepyfile("def test_it(load_action): load_action('actions/ts/code.ts').run()")
    run(shop).assert_outcomes(passed=1)
    found = report(shop)
    assert found["actions/ts/code.ts"]["missing_lines"] == [9, 16]
    assert found["actions/ts/code.ts"]["missing_branches"] == [[8, 9]]
    assert found["actions/ts/lib.ts"]["missing_lines"] == [4]
    executed = {7, 8, 11, 12}
    assert executed <= set(found["actions/ts/code.ts"]["executed_lines"])


@pytest.mark.skipif(not can_strip(), reason="this Node.js takes no types out")
def test_branches_of_the_first_line_are_those_of_javascript(shop: pytest.Pytester) -> None:
    """Though more stands before it in what is run."""
    line = (
        "const of = (on: boolean) => on ? (on && 1) : (on || 2); "
        "const way: number = of(false) ?? 3; EXPORT = async (event: any) => { "
        "if (way === 2) event.x ?? 1; else event.y ?? 2; };\n"
    )
    write(shop, "actions/one.ts", line.replace("EXPORT", "export const onExecutePostLogin"))
    plain = re.sub(r": (?:any|boolean|number)", "", line)
    write(shop, "actions/one.js", plain.replace("EXPORT", "exports.onExecutePostLogin"))
    shop.makepyfile(
        """
        def test_it(load_action):
            load_action("actions/one.ts").run()
            load_action("actions/one.js").run()
        """
    )
    run(shop).assert_outcomes(passed=1)
    found = report(shop)
    typed, untyped = found["actions/one.ts"]["summary"], found["actions/one.js"]["summary"]
    assert 0 < typed["missing_branches"] < typed["num_branches"]
    assert typed == untyped


def add_tenant(project: pytest.Pytester, code: str, keywords: dict[str, Any]) -> None:
    """Make the project's folder a tenant's, with an Action named Keys."""
    files = directory(manifest("Keys", runtime=None), code=textwrap.dedent(code))
    config = {"AUTH0_KEYWORD_REPLACE_MAPPINGS": keywords}
    write_all(project.path, files | {"config.json": config})
    add_to_ini(project, "auth0_tenant = .")


def test_code_with_keywords_counts_as_its_file_has_it(shop: pytest.Pytester) -> None:
    """Values may be longer or shorter than their keywords, and there may be several in a line."""
    code = """\
        const urls = @@URLS@@;
        exports.onExecutePostLogin = async (event, api) => {
          if ('##ENV##' === 'dev' && urls.length > 1) { console.log('##LONG##'); return; }
          if (event.user.email_verified) api.access.deny('##ENV##'); else console.log('##LONG##');
          if (event.user.email_verified) return;
          console.log('##ENV##');
        };
    """
    urls = ["https://a.example/", "https://b.example/"]
    add_tenant(shop, code, {"ENV": "production-of-the-shop", "LONG": "x", "URLS": urls})
    shop.makepyfile(
        """
        def test_it(tenant):
            run = tenant.action("Keys").run(user={"email_verified": True})
            assert run.outcome.denied.reason == "production-of-the-shop"
        """
    )
    run(shop).assert_outcomes(passed=1)
    keys = report(shop)["actions/Keys/code.js"]
    assert (keys["executed_lines"], keys["missing_lines"]) == ([1, 2, 3, 4, 5], [6])


@pytest.mark.parametrize(
    ("text", "rewritten", "executed"),
    [
        ("console.log(`##TEXT##`);", "", [1, 2]),
        ("##TEXT##", "", []),
        ("console.log(`##TEXT##`);", "exports.other = 1;\n", []),
    ],
)
def test_code_that_has_other_lines_than_its_file_is_left_out(
    shop: pytest.Pytester, text: str, rewritten: str, executed: list[int]
) -> None:
    code = f"exports.onExecutePostLogin = async () => {{\n  {text}\n}};\n"
    add_tenant(shop, code, {"TEXT": "1;\n2;"})
    shop.makepyfile(
        f"""
        import pathlib

        def test_it(tenant):
            tenant.action("Keys").run()
            pathlib.Path("actions/Keys/code.js").write_text({rewritten or code!r})
        """
    )
    run(shop).assert_outcomes(passed=1)
    assert report(shop)["actions/Keys/code.js"]["executed_lines"] == executed


def test_a_file_that_changes_meanwhile_is_left_out(shop: pytest.Pytester) -> None:
    """Nobody can tell which of its lines were run."""
    shop.makepyfile(
        """
        import pathlib

        def test_it(load_action):
            path = pathlib.Path("actions/rates.js")
            path.write_text("exports.onExecutePostLogin = async () => {};")
            load_action("actions/rates.js").run()
            path.write_text("exports.onExecutePostLogin = async () => {\\n  1;\\n};")
            load_action("actions/rates.js").run()
        """
    )
    run(shop).assert_outcomes(passed=1)
    assert report(shop)["actions/rates.js"]["executed_lines"] == []


@pytest.mark.parametrize(
    ("settings", "found"),
    [
        pytest.param("", ["actions/plan/code.js", "actions/rates.js"], id="all below the folder"),
        pytest.param("include = actions/plan/*", ["actions/plan/code.js"], id="include"),
        pytest.param("omit = actions/plan/*", ["actions/rates.js"], id="omit"),
        pytest.param("source = elsewhere", ["elsewhere/x.js"], id="elsewhere"),
        pytest.param("source_pkgs = pack", ["pack/x.js"], id="of a package"),
        pytest.param("source = no.such.pack", [], id="of no package"),
        pytest.param(
            "relative_files = true", ["actions/plan/code.js", "actions/rates.js"], id="relative"
        ),
    ],
)
@pytest.mark.filterwarnings("ignore")
def test_settings_say_which_files_count(
    shop: pytest.Pytester, settings: str, found: list[str]
) -> None:
    path = shop.path / ".coveragerc"
    text = path.read_text(encoding="utf-8").replace("source = actions\n", f"{settings}\n")
    path.write_text(text, encoding="utf-8")
    write(shop, "elsewhere/x.js", "exports.x = 1;")
    write(shop, "pack/__init__.py", "")
    write(shop, "pack/x.js", "exports.x = 1;")
    tests = TESTS.replace("def test_denied", "import pack\n\ndef test_denied")
    shop.makepyfile(test_plan=tests)
    run(shop).assert_outcomes(passed=3)
    done = shop.run(sys.executable, "-m", "coverage", "json", "-q", "-o", "report.json")
    if done.ret != 0:
        assert not found
        return
    told = json.loads((shop.path / "report.json").read_text(encoding="utf-8"))
    assert [name for name in told["files"] if not name.endswith(".py")] == found


def test_without_the_plugin_nothing_is_counted(shop: pytest.Pytester) -> None:
    path = shop.path / ".coveragerc"
    text = path.read_text(encoding="utf-8").replace("plugins = pytest_auth0_actions.coverage", "")
    path.write_text(text.replace("source = actions", ""), encoding="utf-8")
    shop.makeconftest(
        """
        import sys

        def pytest_sessionfinish():
            assert "pytest_auth0_actions.project.javascript" not in sys.modules
        """
    )
    shop.makepyfile(test_plan=TESTS)
    run(shop).assert_outcomes(passed=3)
    assert not [name for name in report(shop) if name.endswith(".js")]


def test_what_was_run_before_a_session_is_broken_off_counts(shop: pytest.Pytester) -> None:
    shop.makepyfile(
        """
        def test_free(load_action):
            load_action("actions/plan/code.js").run()

        def test_broken_off(load_action):
            load_action("actions/plan/code.js").run(user={"email_verified": False})
            raise KeyboardInterrupt

        def test_gold(load_action):
            load_action("actions/plan/code.js").run(user={"app_metadata": {"plan": "gold"}})
        """
    )
    assert run(shop).ret == pytest.ExitCode.INTERRUPTED
    executed = report(shop)["actions/plan/code.js"]["executed_lines"]
    assert 8 in executed
    assert 11 not in executed


def test_the_first_failure_ends_a_session_in_good_order(shop: pytest.Pytester) -> None:
    shop.makepyfile(
        """
        def test_free(load_action):
            load_action("actions/plan/code.js").run()
            assert False

        def test_gold(load_action):
            load_action("actions/plan/code.js").run(user={"app_metadata": {"plan": "gold"}})
        """
    )
    assert run(shop, "-x").ret == pytest.ExitCode.TESTS_FAILED
    assert 8 in report(shop)["actions/plan/code.js"]["executed_lines"]


def test_a_core_that_takes_no_file_tracers_will_do(shop: pytest.Pytester) -> None:
    add_settings(shop, "core = pytrace")
    shop.makepyfile(test_plan=TESTS)
    result = run(shop)
    result.assert_outcomes(passed=3)
    assert "aren't supported" not in result.stderr.str()
    assert report(shop)["actions/rates.js"]["missing_lines"] == []


def test_the_report_that_the_page_shows_is_real(pytester: pytest.Pytester) -> None:
    page = blocks(Path(__file__).parents[2] / "docs/coverage.md")
    kept = {"tox.ini", "actions/plan/code.js", "test_plan.py"}
    write_project([block for block in page if block.file in kept], pytester.path)
    write(pytester, "pytest.ini", STRICT_INI)
    run(pytester).assert_outcomes(passed=1)
    [shown] = [block.text.splitlines() for block in page if block.language == "text"]
    assert shown[:2] == ["$ coverage run -m pytest", "$ coverage report"]
    done = pytester.run(sys.executable, "-m", "coverage", "report")
    assert [line.rstrip() for line in done.outlines] == shown[2:]


def test_the_page_says_what_is_left_out(pytester: pytest.Pytester) -> None:
    page = blocks(Path(__file__).parents[2] / "docs/coverage.md")
    [token] = [block for block in page if block.file == "actions/token.js"]
    [rare] = [block for block in page if block.file == "actions/rare.js"]
    code = Code(token.text)
    told = {number for number, line in enumerate(code.source_lines, 1) if "of its own" in line}
    assert told < set(code.lines)
    code = Code(rare.text)
    assert set(code.lines) - code.ignored == {2}


@pytest.mark.parametrize("tests", [TESTS, "def test_nothing(): pass"])
def test_a_session_hands_over_what_ran(
    shop: pytest.Pytester, monkeypatch: pytest.MonkeyPatch, tests: str
) -> None:
    shop.makepyfile(test_plan=tests)
    measured = coverage_library.make(shop.path / ".coveragerc")
    monkeypatch.setattr(coverage.Coverage, "current", lambda: measured)
    shop.runpytest().assert_outcomes(passed=tests.count("def "))
    found = {Path(name).name: name for name in measured.get_data().measured_files()}
    assert set(found) == {"code.js", "rates.js"}
    was_run = bool(measured.get_data().lines(found["rates.js"]))
    assert was_run is (tests == TESTS)


def test_a_session_that_nobody_measures_hands_nothing_over(
    shop: pytest.Pytester, monkeypatch: pytest.MonkeyPatch
) -> None:
    shop.makepyfile(test_plan=TESTS)
    monkeypatch.setattr(coverage.Coverage, "current", lambda: None)
    shop.runpytest().assert_outcomes(passed=3)
    monkeypatch.delitem(sys.modules, "coverage")
    shop.runpytest().assert_outcomes(passed=3)
