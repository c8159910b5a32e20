"""What pytest and its plugins show of a test: no secret, and else what it was."""

from __future__ import annotations

import re
from pathlib import Path
from xml.etree import ElementTree

import pytest

KEY = "s3cr3t-k3y-12345"
PLAIN = ("-p", "no:cacheprovider", "--color=no")

ACTION = """
exports.onExecutePostUserRegistration = async (event, api) => {
  const { ENV, BRANCH, NAME } = event.secrets;
  console.log(`env ${ENV}, branch ${BRANCH}, file ${NAME}`);
  api.cache.set(`key-${ENV}`, BRANCH);
  api.cache.get(`key-${ENV}`);
  if (event.fails) throw new Error(`bad ${ENV} on ${BRANCH} in ${NAME}`, { cause: ENV });
};
"""
WEAK = {"ENV": "test", "BRANCH": "main", "NAME": "code.js", "KIND": "cache", "WORD": "until"}


@pytest.fixture
def shop(project: pytest.Pytester) -> pytest.Pytester:
    """A project with an Action that knows words for secrets, and prints them."""
    (project.path / "code.js").write_text(ACTION, encoding="utf-8")
    return project


def run(project: pytest.Pytester, *options: str) -> tuple[pytest.RunResult, str]:
    result = project.runpytest_subprocess(*PLAIN, *options)
    return result, result.stdout.str() + result.stderr.str()


def test_plain_words_are_hidden_in_what_an_action_gave_alone(shop: pytest.Pytester) -> None:
    shop.makepyfile(
        test_k=f"""
        def test_words(load_action):
            main = load_action("code.js", secrets={WEAK!r})
            assert main.run().logs == "until"

        def test_main(load_action, api):
            api.cache.get("k")
            load_action("code.js", secrets={WEAK!r}).run({{"fails": True}})
        """
    )
    result, printed = run(shop, "--tb=short", "--auth0-report=report.html")
    result.assert_outcomes(failed=2)
    result.stdout.fnmatch_lines(
        [
            "* test_words *",
            "test_k.py:3: in test_words",
            '    assert main.run().logs == "until"',
            "*AssertionError: assert 'env test, br*",
            "  run code.js (test_k.py:3)",
            "    log: env ***ENV***, branch ***BRANCH***, file ***NAME***",
            "    cache.set('key-***ENV***', '***BRANCH***') -> lives 15m, until +15m",
            "    cache.get('key-***ENV***') -> hit: '***BRANCH***', until +15m",
            "  the test failed at test_k.py:3: AssertionError: assert 'env test, br*",
            "* test_main *",
            "E   *ActionError: ?A403? The Action threw Error: bad ***ENV*** on ***BRANCH*** in "
            "***NAME***",
            "E   Given: code.js:7:26.",
            "E       Error: bad ***ENV*** on ***BRANCH*** in ***NAME***",
            "E           at exports.onExecutePostUserRegistration (*/code.js:7:26)",
            "E       caused by ***ENV***",
            "E       it logged:",
            "E         env ***ENV***, branch ***BRANCH***, file ***NAME***",
        ]
    )
    assert f"rootdir: {shop.path}" in printed
    page = (shop.path / "report.html").read_text(encoding="utf-8")
    assert '"key-***ENV***"' in page
    assert '"cache.set"' in page
    assert '"test"' in page  # who called
    assert "bad test on" not in page


def test_secrets_of_an_event_are_hidden(shop: pytest.Pytester) -> None:
    (shop.path / "log.js").write_text(
        "exports.onExecutePostUserRegistration = async (event) => {"
        " console.log(event.secrets.KEY); };",
        encoding="utf-8",
    )
    shop.makepyfile(
        f"""
        def test_made(load_action, make_event):
            event = make_event(secrets={{"KEY": "{KEY}", "NUMBER": 5}})
            assert load_action("log.js").run(event).logs == ""

        def test_plain(load_action):
            event = {{"secrets": {{"KEY": "{KEY}"}}}}
            assert load_action("log.js").run(event).logs == ""

        def test_event_alone(make_event):
            assert make_event(secrets={{"KEY": "{KEY}"}})["secrets"] == {{"KEY": "other"}}

        def test_none(make_event):
            assert make_event(secrets=None)["secrets"] == "{KEY}"
        """
    )
    result, printed = run(shop)
    result.assert_outcomes(failed=4)
    first, _, last = printed.partition("test_none _")
    assert "***KEY***" in first
    assert KEY not in first
    assert KEY in last  # as no test has called it a secret there


@pytest.mark.slow
def test_warnings_have_no_secret(shop: pytest.Pytester) -> None:
    """Ours, the test's and a library's, with their source lines, in a worker of xdist too."""
    (shop.path / "set.js").write_text(
        "exports.onExecutePostUserRegistration = async (event, api) => {\n"
        "  api.cache.set('k', 'v', event.secrets.KEY);\n"
        "  api.cache.set('k', 'v', event.secrets.WORD);\n"
        "};\n",
        encoding="utf-8",
    )
    shop.makepyfile(
        f"""
        import warnings

        def test_it(load_action, api):
            action = load_action("set.js", secrets={{"KEY": "{KEY}", "WORD": "object"}})
            action.run()
            api.cache.set("k", "v", "{KEY}")
            warnings.warn(f"said {{'{KEY}'}}")
            warnings.warn(DeprecationWarning("{KEY.upper()}", 5))
        """
    )
    for options in ("-Wdefault",), ("-Wdefault", "-n1"):
        result, printed = run(shop, *options)
        result.assert_outcomes(passed=1, warnings=5)
        assert KEY not in printed
        for text in (
            "CacheOptionsWarning: [A707] api.cache.set() ignores options that are not an object: "
            "'***KEY***'",
            "CacheOptionsWarning: [A707] api.cache.set() ignores options that are not an object: "
            "'***WORD***'",
            "UserWarning: said ***KEY***\n",
            "warnings.warn(f\"said {'***KEY***'}\")",
            f"DeprecationWarning: ('{KEY.upper()}', 5)",
        ):
            assert text in printed
        assert printed.count("not an object: '***KEY***'") == 2


def test_a_warning_that_is_an_error_has_no_secret(shop: pytest.Pytester) -> None:
    shop.makepyfile(
        f"""
        import pytest

        def test_it(load_action, api):
            load_action("code.js", secrets={{"KEY": "{KEY}"}})
            with pytest.raises(Warning, match=r"not an object: '\\*\\*\\*KEY"):
                api.cache.set("k", "v", "{KEY}")
        """
    )
    run(shop)[0].assert_outcomes(passed=1)


@pytest.mark.slow
def test_subtests_have_no_secret(shop: pytest.Pytester) -> None:
    """Neither in what they print, which comes into their report late, nor in their names."""
    shop.makepyfile(
        f"""
        import pytest

        def test_it(load_action, subtests):
            load_action("code.js", secrets={{"KEY": "{KEY}"}})
            with subtests.test("{KEY}", key="{KEY}"):
                print("{KEY}")
                assert "{KEY}" == "x"
            with subtests.test(msg="skips"):
                pytest.skip("{KEY}")
        """
    )
    for options in ("-rA",), ("-n1", "-rA"):
        _, printed = run(shop, *options)
        assert "test_it [***KEY***] (key=" in printed
        assert "assert '***KEY***' == 'x'" in printed
        assert KEY not in printed


def test_properties_and_reasons_have_no_secret(shop: pytest.Pytester) -> None:
    shop.makepyfile(
        f"""
        import pytest

        @pytest.fixture
        def broken(load_action):
            load_action("code.js", secrets={{"KEY": "{KEY}"}})
            yield
            raise ValueError("{KEY}")

        def test_recorded(broken, record_property):
            record_property("key", "{KEY}")
            record_property("keys", ["{KEY}"])

        @pytest.mark.xfail(reason="as {KEY}", strict=True)
        def test_passes(load_action):
            load_action("code.js", secrets={{"KEY": "{KEY}"}})
        """
    )
    _, printed = run(shop, "-rA", "--junitxml=out.xml", "-ojunit_family=legacy")
    xml = (shop.path / "out.xml").read_text(encoding="utf-8")
    assert KEY not in printed + xml
    properties = ElementTree.fromstring(xml).iter("property")
    assert [each.get("value") for each in properties] == ["***KEY***", "['***KEY***']"]
    assert "[XPASS(strict)] as ***KEY***" in printed


def test_another_plugin_sees_none(shop: pytest.Pytester) -> None:
    """Hooks of a conftest.py come after ours."""
    shop.makeconftest(
        """
        import pytest

        @pytest.hookimpl(wrapper=True)
        def pytest_runtest_makereport(item, call):
            report = yield
            if report.failed:
                (item.path.parent / "seen.txt").write_text(report.longreprtext)
                report.sections.append(("Screenshot", str(call.excinfo.value)))
            return report

        def pytest_assertrepr_compare(op, left, right):
            if isinstance(left, str):
                return [f"{left[:8]} and {right[:8]}"]
        """
    )
    shop.makepyfile(
        f"""
        def test_it(load_action):
            load_action("code.js", secrets={{"KEY": "{KEY}"}})
            assert "a {KEY}" == "b {KEY}"
        """
    )
    _, printed = run(shop)
    seen = (shop.path / "seen.txt").read_text(encoding="utf-8")
    assert "a ***KEY and b ***KEY" in seen
    assert "s3cr3t" not in printed + seen


@pytest.mark.slow
@pytest.mark.parametrize("workers", [(), ("-n1",)])
def test_secrets_are_shown_on_request(shop: pytest.Pytester, workers: tuple[str, ...]) -> None:
    shop.makepyfile(
        f"""
        def test_it(load_action, api):
            load_action("code.js", secrets={WEAK!r} | {{"KEY": "{KEY}"}}).run()
            assert "{KEY}" == "x"
        """
    )
    _, printed = run(shop, "--auth0-show-secrets", *workers)
    assert f"assert '{KEY}' == 'x'" in printed
    assert "log: env test, branch" in printed
    assert "***" not in printed


def test_ids_and_unrelated_tests_stay(shop: pytest.Pytester) -> None:
    """Pytest finds a test by its id; a test without our fixtures has no secrets."""
    shop.makepyfile(
        f"""
        import pytest

        @pytest.mark.parametrize("key", ["{KEY}"])
        def test_by_id(load_action, key):
            load_action("code.js", secrets={{"KEY": key}})
            assert not key

        def test_unrelated(pytestconfig):
            assert "{KEY}" == "x"
        """
    )
    result, printed = run(shop, "--tb=line", "-v")
    result.assert_outcomes(failed=2)
    assert re.search(rf"::test_by_id\[{KEY}\] FAILED", printed)
    assert "assert not '***KEY***'" in printed
    assert f"assert '{KEY}' == 'x'" in printed


def test_pytest_within_a_test_hides_its_own(shop: pytest.Pytester) -> None:
    inner = Path(shop.path / "inner")
    inner.mkdir()
    (inner / "test_inner.py").write_text(
        f"def test_inner(make_event):\n"
        f"    make_event(secrets={{'INNER': '{KEY}-inner'}})\n"
        f"    assert '{KEY}-inner' == ''\n",
        encoding="utf-8",
    )
    shop.makepyfile(
        f"""
        import pytest

        def test_outer(make_event):
            make_event(secrets={{"OUTER": "{KEY}-outer"}})
            pytest.main(["-p", "no:cacheprovider", "{inner}"])
            assert "{KEY}-outer" == ""
        """
    )
    _, printed = run(shop)
    assert "assert '***INNER***' == ''" in printed
    assert "assert '***OUTER***' == ''" in printed
    assert KEY not in printed
