"""README, docs and docstrings are run, so that what they say stays true."""

from __future__ import annotations

import doctest
import importlib
import importlib.resources
import inspect
import pkgutil
import re
import shutil
import textwrap
from collections.abc import Iterator
from pathlib import Path
from types import ModuleType

import pytest

import pytest_auth0_actions
from tests.markdown import Block, blocks, write_project
from tests.shown_output import cured, parts, project, real_output, shown

ROOT = Path(__file__).parent.parent
DOCS = ROOT / "docs"
PAGES = sorted(
    path.relative_to(DOCS).as_posix()
    for folder in (DOCS, DOCS / "coming", DOCS / "how", DOCS / "triggers")
    for path in folder.glob("*.md")
)
PLUGINS = {  # of others, which a page speaks of
    "clock.md": ("-p", "freezer"),
    "http.md": ("-p", "respx"),
    "snapshots.md": ("-p", "syrupy", "-p", "inline_snapshot"),
}
FAULTY_PAGES = {"faults.md"}  # whose tests fail until the page's cures are applied
SHOWN = [
    (path.relative_to(ROOT).as_posix(), number)
    for path in [ROOT / "README.md", *(DOCS / page for page in PAGES)]
    for number, _ in enumerate(shown(path))
]
MODULES = [
    "pytest_auth0_actions",
    *(
        found.name
        for found in pkgutil.walk_packages(pytest_auth0_actions.__path__, "pytest_auth0_actions.")
    ),
]


def run_blocks(
    page_blocks: list[Block], pytester: pytest.Pytester, *arguments: str
) -> pytest.RunResult | None:
    """Run the doctests of a page here, and its project, if it has one, in *pytester*."""
    for number, block in enumerate(page_blocks):
        if block.language == "python" and block.file is None:
            assert ">>>" in block.text, f"a block that is no file and no doctest:\n{block.text}"
            test = doctest.DocTestParser().get_doctest(block.text, {}, f"block {number}", None, 0)
            assert doctest.DocTestRunner().run(test).failed == 0
    if not any(block.file and block.language == "python" for block in page_blocks):
        return None
    write_project(page_blocks, pytester.path)
    if not (pytester.path / "pytest.ini").exists():
        pytester.makeini("[pytest]")
    # In a process of its own: what makes certificates can't be imported twice in one.
    return pytester.runpytest_subprocess("-W", "error", *arguments)


@pytest.mark.parametrize(
    "page",
    [
        pytest.param(each, marks=[pytest.mark.slow] if "/" in each else [])  # each takes seconds
        for each in PAGES
    ],
)
def test_the_blocks_of_a_page_run(page: str, pytester: pytest.Pytester) -> None:
    page_blocks = blocks(DOCS / page)
    if page in FAULTY_PAGES:
        page_blocks = cured(page_blocks)
    result = run_blocks(page_blocks, pytester, *PLUGINS.get(page, ()))
    assert result is None or result.ret == pytest.ExitCode.OK


def test_the_page_on_chaos_holds_under_chaos(pytester: pytest.Pytester) -> None:
    result = run_blocks(blocks(DOCS / "chaos.md"), pytester, "--auth0-chaos")
    assert result is not None
    assert result.ret == pytest.ExitCode.OK


def test_the_cure_of_trusting_the_cache_holds_under_chaos(pytester: pytest.Pytester) -> None:
    page_blocks = cured(blocks(DOCS / "faults.md"))
    result = run_blocks(page_blocks, pytester, "--auth0-chaos", "test_plans.py")
    assert result is not None
    result.assert_outcomes(passed=5)


@pytest.mark.parametrize(("page", "number"), SHOWN)
def test_the_output_that_a_page_shows_is_real(page: str, number: int, tmp_path: Path) -> None:
    """If it is not any more, `python -m tests.shown_output` writes it anew."""
    command, pieces = parts(shown(ROOT / page)[number])
    output = real_output(command, project(ROOT / page), tmp_path)
    assert pieces
    for piece in pieces:
        assert piece in output
        output = output.split(piece, 1)[1]


def test_the_readmes_first_test_fails(pytester: pytest.Pytester) -> None:
    write_project(blocks(ROOT / "README.md"), pytester.path)
    pytester.makeini("[pytest]")
    result = pytester.runpytest_subprocess()
    assert result.parseoutcomes() == {"failed": 1, "passed": 3, "warnings": 1}


def test_the_readmes_cure_helps(pytester: pytest.Pytester) -> None:
    cured = [
        Block(block.language, block.text.replace("ttl: 3600 }", "ttl: 3600 * 1000 }"))
        for block in blocks(ROOT / "README.md")
    ]
    result = run_blocks(cured, pytester)
    assert result is not None
    result.assert_outcomes(passed=4)


@pytest.mark.parametrize("module", MODULES)
def test_the_examples_of_a_modules_docstrings_run(module: str) -> None:
    assert doctest.testmod(importlib.import_module(module)).failed == 0


EXAMPLE_ACTIONS = """\
```js
// actions/provision/code.js
exports.onExecutePostUserRegistration = async (event, api) => {
  if (api.cache.get('token')) {
    console.log('cache hit');
  } else {
    api.cache.set('token', 'abc', { ttl: 60 * 60 * 1000 });
    console.log('stored');
  }
};
```

```js
// actions/greet/code.js
exports.onExecutePostUserRegistration = async (event) => {
  console.log(`Hello, ${event.user.name}`);
};
```

```js
// actions/plan/code.js
exports.onExecutePostLogin = async (event, api) => {
  if (!event.user.app_metadata.plan) api.user.setAppMetadata('plan', 'free');
};
```

```js
// actions/claims/code.js
exports.onExecutePostLogin = async (event, api) => {
  api.idToken.setCustomClaim('https://shop.example/plan', event.user.app_metadata.plan);
};
```

```js
// actions/exchange/code.js
exports.onExecuteCustomTokenExchange = async (event, api) => {
  api.authentication.setUserById('auth0|1');
};
```

```js
// tenant/actions/greet/code.js
exports.onExecutePostUserRegistration = async (event) => {
  console.log(`Hello, ${event.user.name}`);
};
```

```json
// tenant/actions/greet.json
{
  "name": "Greet",
  "code": "./actions/greet/code.js",
  "supported_triggers": [{ "id": "post-user-registration", "version": "v2" }],
  "deployed": true
}
```

```json
// tenant/triggers/triggers.json
{ "post-user-registration": [{ "action_name": "Greet" }] }
```
"""


def test_the_tests_in_docstrings_pass(pytester: pytest.Pytester, tmp_path: Path) -> None:
    """Those of what needs a fixture: a literal block after `Example::`."""
    tests = ["import pytest", "from pytest_auth0_actions import *"]
    for module in MODULES:
        for docstring in docstrings(importlib.import_module(module)):
            for found in re.findall(r"Example::\n\n((?:    .*\n|\n)+)", docstring):
                tests.append(textwrap.dedent(found))
    pytester.makepyfile("\n\n".join(tests))
    page = tmp_path / "page.md"
    page.write_text(EXAMPLE_ACTIONS, encoding="utf-8")
    write_project(blocks(page), pytester.path)
    result = pytester.runpytest("-W", "error")
    result.assert_outcomes(passed=len(tests) - 2)
    assert len(tests) - 2 >= 6


def docstrings(module: ModuleType) -> Iterator[str]:
    for thing in vars(module).values():
        if inspect.isclass(thing) and thing.__module__ == module.__name__:
            yield f"{inspect.getdoc(thing)}\n"
            for member in vars(thing).values():
                if inspect.isfunction(member):
                    yield f"{inspect.getdoc(member)}\n"


def test_the_wheel_says_that_it_is_typed_and_has_its_javascript() -> None:
    files = importlib.resources.files(pytest_auth0_actions)
    assert files.joinpath("py.typed").is_file()
    assert files.joinpath("node/js/harness.js").is_file()


@pytest.mark.slow
@pytest.mark.parametrize("where", ["inside", "outside"])
def test_the_example_project_passes(where: str, pytester: pytest.Pytester) -> None:
    """From its own folder and, as the README runs it, from one above."""
    shutil.copytree(
        DOCS / "examples",
        pytester.path / "docs/examples",
        ignore=shutil.ignore_patterns("__pycache__", ".pytest_cache"),
    )
    arguments = ["docs/examples"]
    if where == "inside":
        pytester.chdir()
        arguments = ["--rootdir=docs/examples", "-c", "docs/examples/pytest.ini", "docs/examples"]
    result = pytester.runpytest_subprocess(*arguments)
    outcomes = result.parseoutcomes()
    assert outcomes.keys() == {"passed"}
    assert outcomes["passed"] >= 6


LINK = re.compile(r"\]\((?!https?://|#)([^)#\s]+)(?:#[^)]*)?\)")


@pytest.mark.parametrize("page", ["README.md", *(f"docs/{page}" for page in PAGES)])
def test_links_between_files_lead_somewhere(page: str) -> None:
    for target in LINK.findall((ROOT / page).read_text(encoding="utf-8")):
        assert ((ROOT / page).parent / target).exists(), target


ANCHOR = re.compile(r"\]\((?!https?://)([^)#\s]*)#([^)\s]+)\)")


@pytest.mark.parametrize("page", ["README.md", *(f"docs/{page}" for page in PAGES)])
def test_links_to_a_section_lead_to_a_heading(page: str) -> None:
    """So that they also work where the pages are read without a build."""
    for target, anchor in ANCHOR.findall(prose(ROOT / page)):
        there = (ROOT / page).parent / target if target else ROOT / page
        assert there.suffix != ".md" or anchor in headings(there), f"{target}#{anchor}"


@pytest.mark.parametrize("page", PAGES)
def test_only_lists_of_pages_and_descriptions_of_types_need_a_build(page: str) -> None:
    directives = re.findall(r"^`{3,}\{([^}]+)\}", (DOCS / page).read_text("utf-8"), re.MULTILINE)
    assert {*directives} <= {"toctree", "eval-rst"}
    assert "eval-rst" not in directives or page == "reference.md"


def prose(page: Path) -> str:
    return re.sub(r"^```.*?^```$", "", page.read_text("utf-8"), flags=re.MULTILINE | re.DOTALL)


def headings(page: Path) -> set[str]:
    found = re.findall(r"^#+ (.+)$", prose(page), re.MULTILINE)
    plain = [re.sub(r"\[([^]]*)\]\([^)]*\)", r"\1", heading).lower() for heading in found]
    return {re.sub(r"[^\w\- ]", "", heading).replace(" ", "-") for heading in plain}
