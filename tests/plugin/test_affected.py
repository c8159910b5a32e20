"""`--auth0-affected` runs the tests that a changed file may break, and none of the others."""

from __future__ import annotations

import base64
import json
import os
import re
import subprocess
import sys
from collections.abc import Iterable
from pathlib import Path

import pytest

from pytest_auth0_actions.world.chaos import KINDS
from tests.plugin.conftest import add_to_ini
from tests.project.tenant.tenants import directory, manifest
from tests.project.tenant.tenants import write as write_tenant

pytestmark = pytest.mark.slow  # each test is a session of its own, or several

HANDLER = "exports.onExecutePostLogin = async (event) => {{ {} }};\n"
FILES = {
    "actions/plan/code.js": "const plans = require('./plans.js');\n" + HANDLER.format(""),
    "actions/plan/plans.js": "module.exports = require('./plans.json');\n",
    "actions/plan/plans.json": '["free"]\n',
    "actions/greet/code.js": HANDLER.format("await import('./words.mjs');"),
    "actions/greet/words.mjs": "export { hello } from './more.mjs';\nimport './old.cjs';\n",
    "actions/greet/more.mjs": "export const hello = 'hello';\n",
    "actions/greet/old.cjs": "module.exports = {};\n",
    "actions/names/code.js": "const n = require('actions:names');\n" + HANDLER.format("n.get();"),
    "modules/names.js": "exports.get = () => require('./lazily.js');\n",
    "modules/lazily.js": "",
    "unused.js": "",
}
TEST = """
def test_plan(load_action):
    load_action("actions/plan/code.js").run()

def test_greet(load_action):
    load_action("actions/greet/code.js").run()

def test_names(load_action):
    load_action("actions/names/code.js", modules={"names": "modules/names.js"}).run()

def test_nothing():
    pass

def test_no_node(api):
    pass
"""
LOADED = {
    "plan": ["actions/plan/code.js", "actions/plan/plans.js", "actions/plan/plans.json"],
    "greet": [
        "actions/greet/code.js", "actions/greet/words.mjs", "actions/greet/more.mjs",
        "actions/greet/old.cjs",
    ],
    "names": ["actions/names/code.js", "modules/names.js", "modules/lazily.js"],
}  # fmt: skip


def write(project: pytest.Pytester, files: dict[str, str]) -> None:
    for name, text in files.items():
        path = project.path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")


@pytest.fixture
def fresh(project: pytest.Pytester) -> pytest.Pytester:
    """A project whose tests have not been run yet."""
    write(project, FILES)
    project.makepyfile(test_it=TEST)
    return project


@pytest.fixture
def known(fresh: pytest.Pytester) -> pytest.Pytester:
    """A project whose tests have been run."""
    fresh.runpytest().assert_outcomes(passed=5)
    return fresh


def picked(project: pytest.Pytester, *files: str | Path, options: Iterable[str] = ()) -> set[str]:
    """Return the tests that are picked for changed files."""
    given = [f"--auth0-affected={each}" for each in files]
    result = project.runpytest("-v", *given, *options)
    passed = {line for line in result.outlines if " PASSED " in f"{line} "}
    return {line.partition("::test_")[2].split(" ")[0] for line in passed}


@pytest.mark.parametrize(
    ("test", "file"), [(test, file) for test, files in LOADED.items() for file in files]
)
def test_a_test_is_picked_by_each_file_that_it_loaded(
    known: pytest.Pytester, test: str, file: str
) -> None:
    assert picked(known, file) == {test}


def test_several_files_may_be_given(known: pytest.Pytester) -> None:
    assert picked(known, "actions/plan/plans.json", "modules/names.js") == {"plan", "names"}


def test_it_holds_with_xdist_when_recorded_and_when_picked(fresh: pytest.Pytester) -> None:
    fresh.runpytest_subprocess("-n2").assert_outcomes(passed=5)
    result = fresh.runpytest_subprocess("-n2", "-v", "--auth0-affected=modules/lazily.js")
    result.assert_outcomes(passed=1)
    result.stdout.fnmatch_lines(["*PASSED test_it.py::test_names*"])


def test_paths_start_where_pytest_was_started(
    known: pytest.Pytester, monkeypatch: pytest.MonkeyPatch
) -> None:
    (known.path / "link").symlink_to(known.path / "modules")
    assert picked(known, known.path / "modules/names.js") == {"names"}
    assert picked(known, "link/names.js") == {"names"}
    monkeypatch.chdir(known.path / "modules")
    assert picked(known, "lazily.js", options=[str(known.path)]) == {"names"}


def test_it_says_how_many_are_affected(known: pytest.Pytester) -> None:
    result = known.runpytest("--auth0-affected=modules/names.js")
    result.assert_outcomes(passed=1, deselected=4)
    result.stdout.fnmatch_lines(["auth0: 1 test affected by modules/names.js"])
    result = known.runpytest("--auth0-affected=unused.js")
    assert result.ret == pytest.ExitCode.NO_TESTS_COLLECTED
    result.stdout.fnmatch_lines(["auth0: 0 tests affected by unused.js"])


def test_a_test_without_a_record_is_run_if_it_may_load_an_action(fresh: pytest.Pytester) -> None:
    assert picked(fresh, "unused.js") == {"plan", "greet", "names"}
    fresh.makepyfile(
        test_new="def test_new(load_action):\n    load_action('actions/plan/code.js').run()\n"
    )
    result = fresh.runpytest("--auth0-affected=modules/names.js")
    result.stdout.fnmatch_lines(
        [
            "auth0: 1 test affected by modules/names.js; "
            "1 test without a record of what is loaded"
        ]
    )  # fmt: skip
    assert picked(fresh, "modules/names.js") == {"names"}


def test_a_tests_own_file_and_its_conftest_count(known: pytest.Pytester) -> None:
    everything = {"plan", "greet", "names", "nothing", "no_node"}
    assert picked(known, "test_it.py") == everything
    write(known, {"conftest.py": "", "inner/conftest.py": ""})
    assert picked(known, "conftest.py") == everything
    assert picked(known, "inner/conftest.py") == set()
    write(known, {"inner/test_inner.py": "def test_inner():\n    pass\n"})
    assert picked(known, "inner/conftest.py") == {"inner"}
    assert picked(known, "inner/test_inner.py") == {"inner"}


def test_any_test_may_import_what_else_is_python(known: pytest.Pytester) -> None:
    write(known, {"helpers.py": ""})
    assert picked(known, "helpers.py") == {"plan", "greet", "names", "nothing", "no_node"}


def test_a_failure_forgets_nothing_and_a_pass_forgets_what_is_no_more(
    known: pytest.Pytester,
) -> None:
    write(known, {"actions/plan/code.js": HANDLER.format("throw new Error('no');")})
    known.runpytest().assert_outcomes(passed=4, failed=1)
    write(known, {"actions/plan/code.js": HANDLER.format("")})
    assert picked(known, "actions/plan/plans.js") == {"plan"}
    assert picked(known, "actions/plan/plans.js") == set()  # for it passed without
    assert picked(known, "actions/plan/code.js") == {"plan"}


def test_what_ends_the_process_is_known_too(fresh: pytest.Pytester) -> None:
    write(fresh, {"actions/plan/plans.js": "process.exit(3);\n"})
    fresh.runpytest().assert_outcomes(passed=4, failed=1)
    write(fresh, {"actions/plan/plans.js": ""})
    assert picked(fresh, "actions/plan/plans.js") == {"plan"}


def test_a_run_of_some_tests_keeps_the_record_of_the_others(known: pytest.Pytester) -> None:
    known.runpytest("-k", "greet").assert_outcomes(passed=1)
    assert picked(known, "modules/names.js") == {"names"}


def test_tests_of_a_file_that_is_gone_are_forgotten(known: pytest.Pytester) -> None:
    (known.path / "test_it.py").rename(known.path / "test_moved.py")
    known.runpytest().assert_outcomes(passed=5)
    record = json.loads((known.path / ".pytest_cache/v/auth0/loaded").read_text(encoding="utf-8"))
    assert {test.partition("::")[0] for test in record} == {"test_moved.py"}


def test_bad_luck_has_the_record_of_the_test(known: pytest.Pytester) -> None:
    assert picked(known, "modules/names.js", options=["--auth0-chaos"]) == {
        f"names[{each}]" for each in ["calm", *[f"chaos-{kind}" for kind in KINDS]]
    }
    assert picked(known, "modules/names.js") == {"names"}


def test_an_action_of_a_tenant_is_loaded_with_what_declares_it(project: pytest.Pytester) -> None:
    """A flow also with what binds its Actions."""
    files = directory(
        manifest("Plan", runtime=None, modules=[{"module_name": "names"}]),
        manifest("Greet", runtime=None),
    )
    code = "exports.onExecutePostLogin = async () => {};\n"
    files |= {
        "actions/Plan/code.js": "require('actions:names');\n" + code,
        "actions/Greet/code.js": code,
        "action-modules/names.json": {"name": "names", "code": "names.js"},
        "names.js": "",
        "triggers/triggers.json": {"post-login": [{"action_name": "Greet"}]},
    }
    write_tenant(project.path / "tenant", files)
    add_to_ini(project, "auth0_tenant = tenant")
    project.makepyfile(
        test_it="""
        def test_plan(tenant):
            tenant.action("Plan").run()

        def test_flow(tenant):
            tenant.flow("post-login").run()

        def test_looks(tenant):
            assert len(tenant.actions) == 2
        """
    )
    project.runpytest("-W", "ignore").assert_outcomes(passed=3)
    for file, tests in {
        "actions/Plan/code.js": {"plan"},
        "actions/Plan.json": {"plan"},
        "names.js": {"plan"},
        "action-modules/names.json": {"plan"},
        "actions/Greet/code.js": {"flow"},
        "triggers/triggers.json": {"flow"},
    }.items():
        # A test that loads nothing has no record.
        assert picked(project, f"tenant/{file}", options=["-W", "ignore"]) == {*tests, "looks"}


@pytest.mark.parametrize("inline", [True, False])
def test_a_compiled_file_counts_as_its_sources(fresh: pytest.Pytester, inline: bool) -> None:
    mapped = json.dumps({"version": 3, "sources": ["../../src/plan.ts", None], "mappings": ""})
    url = "code.js.map"
    if inline:
        url = f"data:application/json;base64,{base64.b64encode(mapped.encode()).decode()}"
    code = FILES["actions/plan/code.js"] + f"//# sourceMappingURL={url}\n"
    write(fresh, {"actions/plan/code.js": code, "actions/plan/code.js.map": mapped})
    write(fresh, {"src/plan.ts": "", "src/other.ts": ""})
    fresh.runpytest().assert_outcomes(passed=5)
    assert picked(fresh, "src/plan.ts") == {"plan"}
    assert picked(fresh, "src/other.ts") == set()


@pytest.mark.parametrize(
    ("url", "text"),
    [
        ("gone.map", None),
        ("code.js.map", "{"),
        ("code.js.map", "[]"),
        ("code.js.map", "{}"),
        ("data:application/json;base64,e", None),
        ("code.js.map", '{"sources": ["webpack://shop/plan.ts"]}'),
    ],
)
def test_a_source_map_that_is_none_is_left_alone(
    fresh: pytest.Pytester, url: str, text: str | None
) -> None:
    code = FILES["actions/plan/code.js"] + f"//# sourceMappingURL={url}\n"
    write(fresh, {"actions/plan/code.js": code, "actions/plan/code.js.map": text or ""})
    fresh.runpytest().assert_outcomes(passed=5)
    assert picked(fresh, "unused.js") == set()


def test_a_file_that_was_deleted_affects_what_has_loaded_it(known: pytest.Pytester) -> None:
    os.remove(known.path / "modules/lazily.js")
    result = known.runpytest("--auth0-affected=modules/lazily.js")
    result.assert_outcomes(failed=1, deselected=4)


def test_a_file_that_is_not_there_is_named(known: pytest.Pytester) -> None:
    """A watcher may name one that was there for a moment; a person may have misspelled it."""
    result = known.runpytest("--auth0-affected=modules/nmes.js")
    assert result.ret == pytest.ExitCode.NO_TESTS_COLLECTED
    line = "auth0: 0 tests affected by modules/nmes.js (which is not there)"
    result.stdout.fnmatch_lines([line])


@pytest.mark.parametrize("changed", [["modules/lazily.js"], ["unused.js", "actions/a b.js"], []])
def test_the_runner_of_the_docs_picks_what_git_says_is_changed(
    known: pytest.Pytester, monkeypatch: pytest.MonkeyPatch, changed: list[str]
) -> None:
    """Nothing changed is no reason to run nothing."""
    page = (Path(__file__).parents[2] / "docs/watching.md").read_text(encoding="utf-8")
    script = re.search(r"```sh\n(#!/bin/sh\n.*?)```", page, re.DOTALL)
    assert script is not None
    ignored = ".pytest_cache\n__pycache__\nstdout\nstderr\n"
    write(known, {"affected": script[1], ".gitignore": ignored})
    (known.path / "affected").chmod(0o755)
    git = ["git", "-c", "user.name=A", "-c", "user.email=a@example.com"]
    for arguments in (["init", "-q"], ["add", "."], ["commit", "-qm", "All"]):
        subprocess.run([*git, *arguments], cwd=known.path, check=True)
    write(known, dict.fromkeys(changed, "// changed\n"))
    monkeypatch.setenv("PATH", f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}")
    result = known.run("./affected", "-v")
    expected = {"modules/lazily.js": 1, "unused.js": 0, None: 5}[changed[0] if changed else None]
    assert result.parseoutcomes().get("passed", 0) == expected
    for each in changed:
        result.stdout.fnmatch_lines([f"auth0: * affected by *{each}*"])


def test_without_pytests_cache_it_is_refused(known: pytest.Pytester) -> None:
    result = known.runpytest("-p", "no:cacheprovider", "--auth0-affected=unused.js")
    assert result.ret == pytest.ExitCode.USAGE_ERROR
    assert (
        "ERROR: [A115] --auth0-affected needs pytest's cache, which says what each test loaded.\n"
        "Given: -p no:cacheprovider.\nLeave out -p no:cacheprovider."
    ) in result.stderr.str()
    known.runpytest("-p", "no:cacheprovider").assert_outcomes(passed=5)


def test_nothing_is_recorded_of_tests_that_load_nothing(project: pytest.Pytester) -> None:
    project.makepyfile("def test_it(api):\n    pass\n")
    project.runpytest().assert_outcomes(passed=1)
    assert not (project.path / ".pytest_cache/v/auth0").exists()
