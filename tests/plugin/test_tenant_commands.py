"""`pytest --auth0-list` and `pytest --auth0-npm-install`."""

from __future__ import annotations

import json
import os
import shutil
from pathlib import Path

import pytest

from pytest_auth0_actions.node.find import Node, find_node, npm_command, version_of
from pytest_auth0_actions.project.tenant.use import safe_name
from tests.plugin.conftest import add_to_ini
from tests.project.tenant.tenants import directory, manifest, write

CODE = """\
const ms = require('ms/package.json');
exports.onExecutePostLogin = async () => console.log(ms.version);
"""


@pytest.fixture
def tenant_project(project: pytest.Pytester) -> pytest.Pytester:
    """A project whose tenant has two Actions, with one package in two versions."""
    add_to_ini(project, "auth0_tenant = tenant")
    actions = [
        manifest(name, runtime=None, dependencies=[{"name": "ms", "version": version}])
        for name, version in (("One", "2.1.2"), ("Two", "2.1.3"))
    ]
    write(project.path / "tenant", directory(*actions, code=CODE))
    return project


LISTED = """\
tenant: a Deploy CLI directory

not bound
  -  One  deployed  secrets -  uses ms 2.1.2  post-login
     warning: tenant/actions/One.json: [A873] The Action 'One' declares the package ms 2.1.2, \
which is not installed. Install it with `pytest --auth0-npm-install`, or with npm.
  -  Two  deployed  secrets -  uses ms 2.1.3  post-login
     warning: tenant/actions/Two.json: [A873] The Action 'Two' declares the package ms 2.1.3, \
which is not installed. Install it with `pytest --auth0-npm-install`, or with npm.

2 Actions, 0 modules, 0 errors, 2 warnings
"""


def test_a_list_takes_no_path(tenant_project: pytest.Pytester) -> None:
    result = tenant_project.runpytest_subprocess("--auth0-list", "other", "more")
    assert result.ret == pytest.ExitCode.USAGE_ERROR
    assert result.stderr.lines[:3] == [
        "ERROR: [A121] --auth0-list takes no path: it lists the tenant that is named.",
        "Given: other more.",
        "Write --auth0-list --auth0-tenant=other",
    ]


@pytest.mark.parametrize("more", [[], ["-n2"]])
def test_a_list_with_warnings_exits_with_0(
    more: list[str], tenant_project: pytest.Pytester
) -> None:
    tenant_project.makepyfile("def test_it(): assert False")
    result = tenant_project.runpytest_subprocess("--auth0-list", *more)
    assert result.ret == 0
    assert result.stdout.str().replace("\r", "") == LISTED.rstrip("\n")
    assert result.stderr.str() == ""


def test_a_list_with_errors_exits_with_1(tenant_project: pytest.Pytester) -> None:
    write(tenant_project.path / "tenant", {"actions/One.json": manifest("One", code="gone.js")})
    result = tenant_project.runpytest_subprocess("--auth0-list")
    assert result.ret == 1
    result.stdout.fnmatch_lines(
        ["*error: tenant/actions/One.json: ?A825? The code 'gone.js' is not there*", "*1 error, *"]
    )


def test_a_list_tells_of_another_version_of_node(tenant_project: pytest.Pytester) -> None:
    write(tenant_project.path / "tenant", {"actions/One.json": manifest("One", runtime="node9")})
    result = tenant_project.runpytest_subprocess("--auth0-list")
    result.stdout.fnmatch_lines(["*The Action 'One' has the runtime node9, and the tests run*"])


def test_a_list_tells_how_to_have_another_node_than_the_configured(
    tenant_project: pytest.Pytester, pytestconfig: pytest.Config
) -> None:
    node = find_node(pytestconfig.getoption("--auth0-node") or None)
    other = "node20" if version_of(node).startswith("v22.") else "node22"
    write(tenant_project.path / "tenant", {"actions/One.json": manifest("One", runtime=other)})
    result = tenant_project.runpytest_subprocess("--auth0-list", f"--auth0-node={node.path}")
    result.stdout.fnmatch_lines(["*, without --auth0-node and ini auth0_node."])


@pytest.mark.parametrize("node", ["gone", "exit 1", "#!/nowhere"])
def test_a_list_needs_no_node(node: str, tenant_project: pytest.Pytester) -> None:
    path = tenant_project.path / "node"
    if node != "gone":
        path.write_text(node if node[0] == "#" else f"#!/bin/sh\n{node}\n", encoding="utf-8")
        path.chmod(0o755)
    result = tenant_project.runpytest_subprocess("--auth0-list", f"--auth0-node={path}")
    assert result.ret == 0
    result.stdout.fnmatch_lines(["2 Actions, 0 modules, 0 errors, 2 warnings"])


@pytest.mark.parametrize("option", ["--auth0-list", "--auth0-npm-install"])
def test_without_a_tenant_it_is_a_usage_error(option: str, project: pytest.Pytester) -> None:
    project.makepyfile("def test_it(): pass")
    result = project.runpytest_subprocess(option)
    assert result.ret == pytest.ExitCode.USAGE_ERROR
    result.stderr.fnmatch_lines(["ERROR: [A107] No tenant is named."])


def with_npm(folder: Path, script: str) -> Path:
    """Return a Node.js whose npm is a script of ours."""
    (folder / "bin").mkdir()
    node = folder / "bin/node"
    node.symlink_to(os.path.realpath(find_node(None).path))
    write(folder, {"lib/node_modules/npm/bin/npm-cli.js": script})
    return node


def test_nothing_is_installed_without_being_asked(tenant_project: pytest.Pytester) -> None:
    tenant_project.makepyfile(
        """
        import pytest
        from pytest_auth0_actions import ActionLoadError

        @pytest.mark.filterwarnings("ignore:.*which is not installed")
        def test_it(tenant):
            with pytest.raises(ActionLoadError):
                tenant.action("One").run()
        """
    )
    tenant_project.runpytest_subprocess().assert_outcomes(passed=1)
    assert not (tenant_project.path / ".auth0").exists()


@pytest.mark.slow
def test_each_action_gets_the_version_that_it_declares(tenant_project: pytest.Pytester) -> None:
    """By the real npm."""
    tenant_project.makepyfile(
        """
        import pytest

        @pytest.mark.parametrize(("name", "version"), [("One", "2.1.2"), ("Two", "2.1.3")])
        def test_it(name, version, tenant):
            assert tenant.action(name).run().logs == f"{version}\\n"
        """
    )
    result = tenant_project.runpytest_subprocess("--auth0-npm-install", "-n2")
    result.assert_outcomes(passed=2)
    lock = json.loads((tenant_project.path / ".auth0/package-lock.json").read_text("utf-8"))
    versions = {each.get("version") for each in lock["packages"].values()}
    assert {"2.1.2", "2.1.3"} <= versions
    tenant_project.runpytest_subprocess().assert_outcomes(passed=2)  # they stay
    listed = tenant_project.runpytest_subprocess("--auth0-list")
    listed.stdout.fnmatch_lines(["2 Actions, 0 modules, 0 errors, 0 warnings"])


@pytest.mark.slow
def test_npm_runs_once_and_no_script_of_a_package_does(tenant_project: pytest.Pytester) -> None:
    script = "require('node:fs').appendFileSync('calls', process.argv.slice(2).join(' ') + '\\n');"
    node = with_npm(tenant_project.path, script)
    tenant_project.makepyfile("def test_it(): pass\ndef test_other(): pass")
    result = tenant_project.runpytest_subprocess(
        "--auth0-npm-install", f"--auth0-node={node}", "-n2"
    )
    result.assert_outcomes(passed=2)
    calls = (tenant_project.path / ".auth0/calls").read_text("utf-8")
    assert calls == "install --ignore-scripts --no-audit --no-fund\n"


def test_a_list_after_an_installation_shows_what_is_there(
    tenant_project: pytest.Pytester,
) -> None:
    folder = f"actions/{safe_name('One')}/node_modules/ms"
    script = f"""
const fs = require('node:fs');
fs.mkdirSync({folder!r}, {{ recursive: true }});
fs.writeFileSync({f"{folder}/package.json"!r}, '{{"version": "2.1.2"}}');
"""
    node = with_npm(tenant_project.path, script)
    result = tenant_project.runpytest_subprocess(
        "--auth0-list", "--auth0-npm-install", f"--auth0-node={node}"
    )
    result.stdout.fnmatch_lines(["2 Actions, 0 modules, 0 errors, 1 warning"])


@pytest.mark.parametrize("option", [[], ["--auth0-list"]])
def test_what_npm_says_when_it_fails_is_told(
    option: list[str], tenant_project: pytest.Pytester
) -> None:
    node = with_npm(tenant_project.path, "console.error('E404 no such package'); process.exit(1);")
    result = tenant_project.runpytest_subprocess(
        "--auth0-npm-install", f"--auth0-node={node}", *option
    )
    assert result.ret == pytest.ExitCode.USAGE_ERROR
    result.stderr.fnmatch_lines(
        [
            "ERROR: [A805] npm could not install the packages that the tenant declares.",
            "Given: `*npm-cli.js install --ignore-scripts --no-audit --no-fund` in *.auth0, which*",
            "E404 no such package",
            "Correct what it names; or leave --auth0-npm-install out.",
        ]
    )


def test_where_a_package_is_declared_that_npm_does_not_find(
    tenant_project: pytest.Pytester,
) -> None:
    node = with_npm(tenant_project.path, "console.error('404 ms@2.1.2'); process.exit(1);")
    result = tenant_project.runpytest_subprocess("--auth0-npm-install", f"--auth0-node={node}")
    result.stderr.fnmatch_lines(["Correct ms 2.1.2 at tenant/actions/One.json*; or leave *"])


def test_an_npm_that_is_not_there_is_told(tenant_project: pytest.Pytester) -> None:
    (tenant_project.path / "bin").mkdir()
    node = tenant_project.path / "bin/node"
    node.symlink_to(os.path.realpath(find_node(None).path))
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("PATH", str(node.parent))
        result = tenant_project.runpytest_subprocess("--auth0-npm-install", f"--auth0-node={node}")
    assert result.ret == pytest.ExitCode.USAGE_ERROR
    result.stderr.fnmatch_lines(["*No such file or directory: 'npm'"])


def test_a_tenant_without_packages_needs_no_npm(tenant_project: pytest.Pytester) -> None:
    shutil.rmtree(tenant_project.path / "tenant")
    write(tenant_project.path / "tenant", directory(manifest("One")))
    node = with_npm(tenant_project.path, "process.exit(1);")
    tenant_project.makepyfile("def test_it(): pass")
    result = tenant_project.runpytest_subprocess("--auth0-npm-install", f"--auth0-node={node}")
    result.assert_outcomes(passed=1)


def test_npm_is_that_of_the_node_js_or_the_one_on_path(tmp_path: Path) -> None:
    node = Node(str(tmp_path / "bin/node"), "a test")
    assert npm_command(node) == ["npm"]
    write(tmp_path, {"lib/node_modules/npm/bin/npm-cli.js": ""})
    assert npm_command(node) == [node.path, f"{tmp_path}/lib/node_modules/npm/bin/npm-cli.js"]
