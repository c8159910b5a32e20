"""The fixtures of a tenant's folder: its Actions, as the Deploy CLI or Terraform has them."""

from __future__ import annotations

import os
from collections.abc import Callable, Collection, Container, Iterable, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final, Protocol

import pytest

from pytest_auth0_actions.auth0.triggers import TRIGGERS
from pytest_auth0_actions.calls import called_as
from pytest_auth0_actions.errors import TenantWarning, UsageError, hides_our_frames
from pytest_auth0_actions.node.action import Action, decide_trigger
from pytest_auth0_actions.node.flow import Flow, make_flow
from pytest_auth0_actions.node.time_outs import TIME_LIMIT_S
from pytest_auth0_actions.plugin import settings
from pytest_auth0_actions.plugin.tenant_checks import (
    check_secret,
    checked_mapping,
    checked_variables,
    listed_below,
    meant,
    named,
)
from pytest_auth0_actions.project.action_file import ActionFile, PathLike, checked_secrets
from pytest_auth0_actions.project.packages import PackageSpec, read_packages
from pytest_auth0_actions.project.requires import check_package_names
from pytest_auth0_actions.project.tenant.findings import Finding, raise_errors
from pytest_auth0_actions.project.tenant.model import TenantAction, TenantFolder, TenantModule
from pytest_auth0_actions.project.tenant.read import read_tenant
from pytest_auth0_actions.project.tenant.use import (
    modules_of,
    package_findings,
    packages_folder,
    runtime_finding,
)
from pytest_auth0_actions.world.warn import warn_at

if TYPE_CHECKING:
    from pytest_auth0_actions.node.process import NodeProcess
    from pytest_auth0_actions.node.runtime import NodeRuntime
    from pytest_auth0_actions.world.testbed import Testbed

__tracebackhide__ = hides_our_frames

_TO_RUN: Final = "Fields of the event go to run()."
_OF_MODULES: Final = "{'module': {'NAME': 'value'}}"

_TENANTS: pytest.StashKey[dict[Any, TenantFolder]] = pytest.StashKey()


class Tenant:
    r"""The Actions of a tenant; made by the fixtures `tenant` and `tenant_at`.

    Nothing starts Node.js until one runs.

    Example::

        def test_a_user_is_greeted(tenant_at):
            action = tenant_at("tenant").action("Greet")
            assert action.run(user={"name": "Ada"}).logs == "Hello, Ada\n"

    Source: https://github.com/auth0/auth0-deploy-cli
    """

    def __init__(
        self,
        folder: TenantFolder,
        testbed: Testbed,
        runtime: Callable[[], NodeRuntime],
        installed: Path,
        root: Path,
    ) -> None:
        self._folder = folder
        self._testbed = testbed
        self._runtime = runtime
        self._installed = installed
        self._root = root

    def __repr__(self) -> str:
        return f"Tenant({self._folder.shown!r})"

    @property
    def actions(self) -> tuple[TenantAction, ...]:
        """The Actions, in the order of their names, bound or not."""
        return self._folder.actions

    @property
    def modules(self) -> tuple[TenantModule, ...]:
        """The Actions Modules, in the order of their names."""
        return self._folder.modules

    @property
    def bindings(self) -> dict[str, tuple[str, ...]]:
        """The names of the Actions that each trigger runs, in order."""
        bindings = self._folder.bindings.items()
        return {trigger: tuple(each.action for each in bound) for trigger, bound in bindings}

    @called_as("tenant.action('NAME')", _TO_RUN)
    def action(
        self,
        name: str,
        *,
        secrets: Mapping[str, str] | None = None,
        module_secrets: Mapping[str, Mapping[str, str]] | None = None,
        packages: Mapping[str, PackageSpec] | None = None,
        time_limit_s: float = TIME_LIMIT_S,
    ) -> Action[Any]:
        """Return an Action, ready to run, with its modules.

        Args:
            name: its name, as the tenant has it.
            secrets: the values of secrets that it declares, instead of those of the folder.
            module_secrets: those of its modules, by the name of the module.
            packages: what stands for npm packages, as `load_action` takes it.
            time_limit_s: how long a run may take on the test's clock, in seconds.

        Raises:
            ActionLoadError: its trigger can't be run, or a file in `packages` is not readable.
            UsageError: there is no such Action, module or secret, or it can't require a package.

        Example::

            def test_a_greeting_needs_no_secret(tenant_at):
                assert tenant_at("tenant").action("Greet").name == "Greet"
        """
        action = self._named_action(name)
        given = checked_mapping("module_secrets", module_secrets, _OF_MODULES)
        for each in given:
            named(self._modules_of(action), each, "module", f"the Action {name!r}")
        call = f"tenant.action({name!r}"
        shown = (call, "secrets={...}")
        return self._load(action, secrets, given, shown, packages, time_limit_s)

    @called_as("tenant.flow('post-login')", _TO_RUN)
    def flow(
        self,
        trigger: str,
        *,
        secrets: Mapping[str, Mapping[str, str]] | None = None,
        module_secrets: Mapping[str, Mapping[str, str]] | None = None,
        packages: Mapping[str, Mapping[str, PackageSpec]] | None = None,
        time_limit_s: float = TIME_LIMIT_S,
        enabled_factors: Collection[str] | None = None,
    ) -> Flow[Any]:
        """Return the flow of the Actions that a trigger runs, in the order in which it does.

        Args:
            trigger: Auth0's name of the trigger, such as ``"post-login"``.
            secrets: the values of secrets, by the name of the Action that declares them.
            module_secrets: those of modules, by the name of the module.
            packages: what stands for npm packages, by the name of the Action that requires them.
            time_limit_s: how long the Actions may take together on the test's clock, in seconds.
            enabled_factors: the types of factors that the tenant has enabled; None for all.

        Raises:
            ActionLoadError: the trigger can't be run, or a file in `packages` is not readable.
            UsageError: the trigger runs no Action, there is no such Action, module or secret, or an
                Action can't require a package.

        Example::

            def test_all_that_runs_at_a_registration(tenant_at):
                registration = tenant_at("tenant").flow("post-user-registration")
                assert registration.run().status == "completed"
        """
        actions = [self._named_action(name) for name in self._bound(trigger)]
        given = checked_mapping("secrets", secrets, "{'Action': {'NAME': 'value'}}")
        of_modules = checked_mapping("module_secrets", module_secrets, _OF_MODULES)
        replaced = checked_mapping("packages", packages, "{'Action': {'package': ...}}")
        places = [each.place for each in self._folder.bindings[trigger]]
        self._testbed.loaded.update(str(each.path) for each in places)
        where = f"the flow of {trigger}"
        for each in (*given, *replaced):
            named(actions, each, "Action", where, self.actions)
        modules = [module for action in actions for module in self._modules_of(action)]
        for each in of_modules:
            named(modules, each, "module", where)
        loaded = []
        for action in actions:
            shown = (f"tenant.flow({trigger!r}", f"secrets={{{action.name!r}: {{...}}}}")
            secrets_of, packages_of = given.get(action.name), replaced.get(action.name)
            loaded.append(self._load(action, secrets_of, of_modules, shown, packages_of))
        return make_flow(
            self._testbed, loaded, time_limit_s=time_limit_s, enabled_factors=enabled_factors
        )

    def _bound(self, trigger: str) -> tuple[str, ...]:
        """Return the names of the Actions that a trigger runs, in order.

        Raises:
            UsageError: it runs none.
        """
        bound = {name: names for name, names in self.bindings.items() if names}
        if trigger in bound:
            return bound[trigger]
        listed = ", ".join(map(repr, bound)) or "no trigger"
        raise UsageError(
            f"[A806] The tenant in {self._folder.shown} binds no Action to that trigger.",
            f"Given: {trigger!r}.{listed_below(self._folder.of_none)}",
            ("" if trigger in TRIGGERS else meant(trigger, bound))
            or f"It binds Actions to {listed}.",
        )

    def _named_action(self, name: str) -> TenantAction:
        where, findings = self._folder.shown, self._folder.of_none
        found: TenantAction = named(self.actions, name, "Action", where, findings=findings)
        return found

    def _modules_of(self, action: TenantAction) -> tuple[TenantModule, ...]:
        return tuple(modules_of(action, self._folder.modules))

    def _load(
        self,
        action: TenantAction,
        secrets: Mapping[str, str] | None,
        module_secrets: Mapping[str, Mapping[str, str]],
        shown: tuple[str, str],
        packages: Mapping[str, PackageSpec] | None,
        time_limit_s: float = TIME_LIMIT_S,
    ) -> Action[Any]:
        """Return an Action, ready to run.

        Args:
            action: what the tenant says of it.
            secrets: the values of its secrets.
            module_secrets: those of modules, by the name of the module.
            shown: the call that loads it, without its end, and how that takes secrets.
            packages: what stands for npm packages.
            time_limit_s: how long a run may take on the test's clock, in seconds.
        """
        modules = self._modules_of(action)
        replaced = read_packages(packages, self._root, for_tenant=True)
        self._warn_of(action, modules, replaced.by_name)
        file = self._file(action, secrets, shown, modules)
        files = {
            each.name: self._file(
                each,
                module_secrets.get(each.name),
                (shown[0], f"module_secrets={{{each.name!r}: {{...}}}}"),
            )
            for each in modules
        }
        check_package_names(file, files, replaced)
        for each in (action, *modules):
            self._testbed.loaded.add(str(each.place.path))
        trigger = decide_trigger(self._testbed, file, files, action.trigger or None)
        return Action(
            self._runtime(),
            self._testbed,
            trigger,
            file,
            files,
            time_limit_s,
            before_first_run=lambda process: self._starts(action, process),
            packages=replaced,
        )

    def _file(
        self,
        unit: TenantModule,
        given: Mapping[str, str] | None,
        shown: tuple[str, str],
        modules: Iterable[TenantModule] = (),
    ) -> ActionFile:
        """Return the code of an Action or one of its modules, with the secrets that it sees."""
        secrets = checked_secrets({} if given is None else given, shown[1])
        if unit.are_secrets_known:
            for each in secrets:
                check_secret(unit, each, modules)
        known = {name: value for name, value in unit.secrets.items() if value is not None}
        values = {**known, **secrets}
        return ActionFile(
            str(unit.path),
            unit.code_shown,
            unit.source or "",
            values,
            name=unit.name,
            not_shown=frozenset(unit.secret_names) - values.keys(),
            loaded_by=shown[0],
            secrets_argument=shown[1],
            packages=self._packages(unit),
        )

    def _packages(self, unit: TenantModule) -> str:
        """Return the folder of its packages, if there is one; empty if there is none."""
        folder = packages_folder(self._installed, unit)
        return str(folder) if folder.is_dir() else ""

    def _warn_of(
        self, action: TenantAction, modules: Iterable[TenantModule], replaced: Container[str]
    ) -> None:
        """Warn of what is wrong with an Action and its modules, but for *replaced* packages."""
        names = {action.name, *(each.name for each in modules)}
        found = [each for each in self._folder.findings if each.owner in names]
        for unit in (action, *modules):
            found += package_findings(unit, self._installed, replaced)
        _warn(found)

    def _starts(self, action: TenantAction, process: NodeProcess) -> None:
        """Note what runs an Action, before it does so first."""
        self._testbed.node = process.shown
        is_configured = process.node.is_configured
        _warn(runtime_finding(action, process.version, is_configured=is_configured))


class TenantAt(Protocol):
    """The type of the fixture `tenant_at`.

    Example::

        def test_a_tenant_greets_at_registration(tenant_at):
            tenant = tenant_at("tenant")
            assert tenant.bindings == {"post-user-registration": ("Greet",)}
    """

    def __call__(self, path: PathLike, *, variables: Mapping[str, Any] | None = None) -> Tenant:
        """Return the tenant at *path*.

        Args:
            path: a folder that the Deploy CLI has exported, its tenant.yaml, a folder of
                Terraform's, or what `terraform show -json` has written; a relative one starts at
                pytest's rootdir.
            variables: the values of Terraform's variables.

        Raises:
            TenantError: there is no tenant, or something keeps it from being used.
            UsageError: an argument is of a wrong type.
        """


def _warn(findings: Iterable[Finding]) -> None:
    for each in findings:
        text = f"{each.what} {each.advice}"
        try:
            warn_at((TenantWarning, text), str(each.place.path), max(each.place.line, 1))
        except TenantWarning as error:  # the user's filters raise it, without the place
            raise type(error)(f"{error}\nGiven: {each.place}.") from None


def tenant_folder(
    config: pytest.Config, path: Path, variables: Mapping[str, Any] | None = None
) -> TenantFolder:
    """Return the tenant at a path; it is read once a session.

    Raises:
        TenantError: there is none.
        UsageError: ini auth0_keywords is wrong.
    """
    tenants = config.stash.setdefault(_TENANTS, {})
    key = (path, repr(variables))
    if key not in tenants:
        tenants[key] = read_tenant(
            path,
            base=config.rootpath,
            environment=os.environ,
            keywords=settings.keywords(config),
            variables=variables,
        )
    return tenants[key]


class Tenants:
    """Makes tenants for one test.

    Args:
        config: the session's.
        testbed: the test's.
        runtime: returns what runs Actions.
    """

    def __init__(
        self, config: pytest.Config, testbed: Testbed, runtime: Callable[[], NodeRuntime]
    ) -> None:
        self._config = config
        self._testbed = testbed
        self._runtime = runtime

    def at(self, path: PathLike, variables: Mapping[str, Any] | None) -> Tenant:
        """Return the tenant at a path.

        Raises:
            TenantError: there is none, or something keeps it from being used.
            UsageError: an argument is of a wrong type.
        """
        if not isinstance(path, str | os.PathLike):
            raise UsageError(
                "[A807] A tenant must be a folder or a file.", f"Given: {path!r}.", "Pass its path."
            )
        given = checked_variables(checked_mapping("variables", variables, "{'name': value}"))
        folder = tenant_folder(self._config, self._config.rootpath / path, given)
        raise_errors(folder)
        installed = settings.packages_folder(self._config)
        return Tenant(folder, self._testbed, self._runtime, installed, self._config.rootpath)
