"""ini auth0_seed: what the random numbers of tests depend on."""

from __future__ import annotations

import re

import pytest

from tests.plugin.conftest import add_to_ini

pytestmark = pytest.mark.slow  # each test is a session of its own, or several

DRAWS = """
exports.onExecutePostUserRegistration = async (event, api) => {
  console.log(Math.random(), crypto.randomUUID());
};
"""
TESTS = """
    import pytest

    @pytest.mark.parametrize("name", ["ada", "bob-calm"])
    def test_parametrized(load_action, name):
        print("drew", name, load_action("code.js").run().logs)

    def test_other(load_action):
        print("drew other", load_action("code.js").run().logs)
"""


@pytest.fixture
def drawing(project: pytest.Pytester) -> pytest.Pytester:
    (project.path / "code.js").write_text(DRAWS)
    project.makepyfile(TESTS)
    return project


def drawn(project: pytest.Pytester, *arguments: str) -> dict[str, set[str]]:
    """Return what each test drew, in all of its variants."""
    result = project.runpytest_subprocess("-n0", "-rP", *arguments)
    result.assert_outcomes(passed=result.parseoutcomes()["passed"])
    found: dict[str, set[str]] = {}
    for name, numbers in re.findall(r"^drew (\S+) (.*)$", result.stdout.str(), re.M):
        found.setdefault(name, set()).add(numbers)
    return found


def test_each_test_draws_its_own_and_the_same_in_each_session(drawing: pytest.Pytester) -> None:
    """Alone, in another order, on workers, and in each variant under chaos."""
    first = drawn(drawing)
    assert sorted(first) == ["ada", "bob-calm", "other"]
    assert len(set.union(*first.values())) == 3
    assert drawn(drawing) == first
    assert drawn(drawing, "-n2", "--dist=loadgroup") == first
    assert drawn(drawing, "-k", "other")["other"] == first["other"]
    assert drawn(drawing, "--auth0-chaos") == first
    assert drawn(drawing, "-o", "auth0_seed=0") == first


def test_a_group_of_workers_changes_nothing(drawing: pytest.Pytester) -> None:
    first = drawn(drawing)
    drawing.makeconftest(
        "import pytest\n"
        "def pytest_collection_modifyitems(items):\n"
        "    for item in items: item.add_marker(pytest.mark.xdist_group('g'))\n"
    )
    assert drawn(drawing, "-n1", "--dist=loadgroup") == first


def test_another_seed_draws_others(drawing: pytest.Pytester) -> None:
    first = drawn(drawing)
    add_to_ini(drawing, "auth0_seed = 7")
    second = drawn(drawing)
    assert not set().union(*first.values()) & set().union(*second.values())
    assert drawn(drawing, "-o", "auth0_seed=007") == second


@pytest.mark.parametrize("workers", ["-n0", "-n2"])
def test_random_draws_a_seed_and_shows_it(drawing: pytest.Pytester, workers: str) -> None:
    add_to_ini(drawing, "auth0_seed = random")
    result = drawing.runpytest_subprocess(workers, "-rP")
    result.assert_outcomes(passed=3)
    [again] = re.findall(
        r"^auth0: random numbers, again with -o auth0_seed=(\d+)$", result.stdout.str(), re.M
    )
    [of_other] = re.findall(r"^drew other (.*)$", result.stdout.str(), re.M)
    assert drawn(drawing, "-o", f"auth0_seed={again}")["other"] == {of_other}
    assert drawn(drawing)["other"] != {of_other}


def test_no_seed_is_shown_if_none_is_drawn(drawing: pytest.Pytester) -> None:
    assert "random numbers" not in drawing.runpytest_subprocess("-n0").stdout.str()


@pytest.mark.parametrize("seed", ["chance", "-1", "1.5", "²"])
def test_what_is_no_seed_is_refused(drawing: pytest.Pytester, seed: str) -> None:
    result = drawing.runpytest_subprocess("-n0", "-o", f"auth0_seed={seed}", "-k", "other")
    result.assert_outcomes(errors=1)
    result.stdout.fnmatch_lines(
        [
            "*UsageError: ?A105? The ini setting auth0_seed is not a seed.",
            f"*Given: {seed!r}.",
            "*Write a whole number, such as 0, or random.",
        ]
    )
