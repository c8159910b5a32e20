"""The pages for those who come from other tools: their JavaScript runs in those tools, too."""

from __future__ import annotations

import re
import shutil
import subprocess
from collections import Counter
from pathlib import Path

import pytest

from pytest_auth0_actions.first_test.command import main
from pytest_auth0_actions.node.find import find_node, npm_command
from tests.markdown import Block, blocks, write_project

ROOT = Path(__file__).parents[1]
DOCS = ROOT / "docs/coming"
NPM = ROOT / "tests/benchmarks/npm"
KILTERSET = "@kilterset/auth0-actions-testing"
ENDS = re.compile(r"^Tests: +(?:(\d+) failed, )?(?:(\d+) passed, )?(\d+) total$", re.MULTILINE)


@pytest.fixture(scope="session")
def packages(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The `node_modules` with Jest, which the benchmarks pin."""
    folder = tmp_path_factory.mktemp("npm")
    for name in ("package.json", "package-lock.json"):
        shutil.copy(NPM / name, folder)
    command = [*npm_command(find_node(None)), "ci", "--ignore-scripts", "--no-audit", "--no-fund"]
    done = subprocess.run(command, cwd=folder, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    return folder / "node_modules"


def project(page: str, folder: Path, packages: Path) -> list[Block]:
    page_blocks = blocks(DOCS / page)
    write_project(page_blocks, folder)
    (folder / "package.json").write_text('{"private": true}', encoding="utf-8")
    (folder / "node_modules").symlink_to(packages)
    return page_blocks


@pytest.mark.slow
@pytest.mark.parametrize(("page", "number"), [("from-jest.md", 1), ("from-auth0-actions.md", 17)])
def test_the_tests_of_a_page_pass_in_jest(
    page: str, number: int, tmp_path: Path, packages: Path
) -> None:
    project(page, tmp_path, packages)
    jest = [find_node(None).path, str(packages / "jest/bin/jest.js"), "-i", "--rootDir=."]
    done = subprocess.run(jest, cwd=tmp_path, capture_output=True, text=True, check=False)
    ended = ENDS.search(done.stderr)
    assert ended is not None, done.stderr
    assert ended.groups() == (None, str(number), str(number)), done.stderr


@pytest.mark.slow
def test_the_test_of_kilterset_s_page_passes_there(tmp_path: Path) -> None:
    """Where its package is installed, beside this project or above it."""
    places = (each / "node_modules" for each in (ROOT, *ROOT.parents))
    packages = next((each for each in places if (each / KILTERSET).is_dir()), None)
    if packages is None:
        pytest.skip(f"{KILTERSET} is not installed: npm install --no-save {KILTERSET}@0.3.5")
    project("from-kilterset.md", tmp_path, packages)
    node = [find_node(None).path, "--test", "--test-reporter=tap"]
    done = subprocess.run(node, cwd=tmp_path, capture_output=True, text=True, check=False)
    assert "# fail 0" in done.stdout, done.stdout


@pytest.mark.parametrize("page", sorted(path.name for path in DOCS.glob("from-*.md")))
def test_the_javascript_of_a_page_can_be_read(page: str, tmp_path: Path) -> None:
    scripts = [each for each in blocks(DOCS / page) if each.language == "js"]
    assert scripts
    for number, block in enumerate(scripts):
        assert block.file, block.text
        path = tmp_path / f"{number}.js"
        path.write_text(block.text, encoding="utf-8")
    checks = "for (const file of process.argv.slice(1)) new vm.Script(fs.readFileSync(file))"
    files = [str(tmp_path / f"{number}.js") for number in range(len(scripts))]
    command = [find_node(None).path, "-e", checks, *files]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr


def test_the_page_shows_what_the_command_writes(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    page_blocks = blocks(DOCS / "from-nothing.md")
    write_project([each for each in page_blocks if each.language == "js"], tmp_path)
    (tmp_path / "pytest.ini").write_text("[pytest]\n", encoding="utf-8")
    monkeypatch.chdir(tmp_path)
    [console] = [each for each in page_blocks if each.language == "console"]
    command, _, said = console.text.partition("\n")
    assert main(command.split()[4:]) == 0
    assert capsys.readouterr().out == said
    [shown] = [each for each in page_blocks if each.language == "python"]
    written = (tmp_path / "tests/test_plan.py").read_text(encoding="utf-8")
    assert shown.text == f"# test_plan.py\n{written}"


def rows() -> list[list[str]]:
    """Return the cells of the rows that compare."""
    text = (DOCS / "table.md").read_text(encoding="utf-8")
    lines = [line for line in text.splitlines() if line.startswith("| ")]
    cells = [[cell.strip() for cell in line.strip("| ").split(" | ")] for line in lines]
    return [each for each in cells if each[0] not in {"Jest", "---"}]


def test_the_table_is_counted_right() -> None:
    answers = Counter(each[2] for each in rows())
    text = (DOCS / "table.md").read_text(encoding="utf-8").replace("\n", " ")
    says = "Of these {} rows, {} say yes, {} partly, and {} no."
    kinds = ("yes", "partly", "no")
    assert answers.keys() == {*kinds}
    assert says.format(len(rows()), *(answers[each] for each in kinds)) in text


@pytest.mark.parametrize("row", rows(), ids=lambda row: row[0])
def test_each_row_of_the_table_leads_somewhere(row: list[str]) -> None:
    assert len(row) == 4
    page = re.fullmatch(r"\[[^\]]+\]\(([^)#]+)(?:#([\w-]+))?\)", row[3])
    if page is None:
        assert (ROOT / row[3].strip("`")).is_file()
        return
    text = (DOCS / page[1]).read_text(encoding="utf-8")
    headings = re.findall(r"^#+ (.*)$", text, re.MULTILINE)
    anchors = {re.sub(r"[^\w -]", "", each.lower()).replace(" ", "-") for each in headings}
    assert page[2] is None or page[2] in anchors
