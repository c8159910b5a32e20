"""What there is in a tenant's folder, whichever tool wrote it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from pytest_auth0_actions.project.tenant.findings import Finding

NOT_SHOWN: Final = "_VALUE_NOT_SHOWN_"
"""What an export has in place of a secret's value."""


@dataclass(frozen=True, slots=True)
class Place:
    """Where something stands.

    Attributes:
        path: the file.
        shown: its path for people.
        line: the line, from 1; 0 if it is not known.
        address: the address of a resource of Terraform's; empty otherwise.
    """

    path: Path
    shown: str
    line: int = 0
    address: str = ""

    def __str__(self) -> str:
        at = f":{self.line}" if self.line else ""
        return f"{self.shown}{at}" + (f", {self.address}" if self.address else "")


@dataclass(frozen=True, slots=True)
class TenantModule:
    """An Actions Module of a tenant.

    Attributes:
        name: what Actions require it by, behind `actions:`.
        path: the file that its code is in.
        dependencies: the npm packages that it declares, and the version of each.
        secret_names: the secrets that it declares.
    """

    name: str
    path: Path
    dependencies: Mapping[str, str]
    secret_names: tuple[str, ...]
    # Where it is declared, and the path of its code for people.
    place: Place = field(repr=False)
    code_shown: str = field(repr=False)
    # Its code, with keywords replaced; None if there is none, which is an error.
    source: str | None = field(repr=False)
    # The values that are known, None for one that is not shown; and whether no name is missing.
    secrets: Mapping[str, str | None] = field(repr=False)
    are_secrets_known: bool = field(default=True, repr=False)


@dataclass(frozen=True, slots=True)
class TenantAction(TenantModule):
    """An Action of a tenant.

    Attributes:
        name: its name, as the tenant has it.
        trigger: Auth0's name of the trigger that it is for; empty if that can't be read.
        path: the file that its code is in.
        runtime: such as ``"node22"``; None if none is named.
        dependencies: the npm packages that it declares, and the version of each.
        secret_names: the secrets that it declares.
        deployed: whether it is deployed.
        modules: the names of the Actions Modules that it declares.

    Example::

        def test_a_greeting_is_deployed(tenant_at):
            [greet] = tenant_at("tenant").actions
            assert greet.deployed
            assert greet.secret_names == ()
    """

    trigger: str = ""
    runtime: str | None = None
    deployed: bool = True
    modules: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Binding:
    """An Action in the list of a trigger.

    Attributes:
        action: its name.
        place: where that is said.
    """

    action: str
    place: Place


@dataclass(frozen=True, slots=True)
class TenantFolder:
    """What was read.

    Attributes:
        path: the folder or file.
        shown: its path for people.
        form: what it is, for people: ``"a Deploy CLI directory"``.
        actions: the Actions, in the order of their names.
        modules: the Actions Modules, likewise.
        bindings: the Actions of each trigger in the order in which they run.
        findings: what is wrong with it.
    """

    path: Path
    shown: str
    form: str
    actions: tuple[TenantAction, ...]
    modules: tuple[TenantModule, ...]
    bindings: Mapping[str, tuple[Binding, ...]]
    findings: tuple[Finding, ...]

    @property
    def of_none(self) -> tuple[Finding, ...]:
        """What is wrong, and is about no Action or module: it may be why one is not there."""
        return tuple(each for each in self.findings if not each.owner)

    @property
    def errors(self) -> tuple[Finding, ...]:
        """What keeps the tenant from being used."""
        return tuple(each for each in self.findings if each.is_error)
