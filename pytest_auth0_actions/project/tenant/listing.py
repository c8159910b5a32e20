"""Lists what is in a tenant, as `pytest --auth0-list` shows it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import Final

from pytest_auth0_actions.errors import printable
from pytest_auth0_actions.project.tenant.findings import Finding
from pytest_auth0_actions.project.tenant.model import TenantAction, TenantFolder, TenantModule

_WIDEST_COLUMN: Final = 40  # in characters: many secrets of one Action leave the other lines short


def listing(tenant: TenantFolder, findings: Sequence[Finding]) -> Iterator[str]:
    """Yield the lines that show a tenant.

    Args:
        tenant: the tenant.
        findings: all that is wrong with it.
    """
    actions = {each.name: each for each in tenant.actions}
    shown: set[int] = set()
    yield f"{tenant.shown}: {tenant.form}"
    for trigger, bindings in tenant.bindings.items():
        rows = [
            [f"{number}.", *_row(actions.get(each.action), each.action)]
            for number, each in enumerate(bindings, start=1)
        ]
        names = [each.action for each in bindings]
        yield from _section(trigger, rows, names, findings, shown)
    bound = {each.action for bindings in tenant.bindings.values() for each in bindings}
    unbound = [each for each in tenant.actions if each.name not in bound]
    rows = [["-", *_row(each, each.name), each.trigger] for each in unbound]
    yield from _section("not bound", rows, [each.name for each in unbound], findings, shown)
    rows = [["-", printable(each.name), *_uses(each)] for each in tenant.modules]
    modules = [each.name for each in tenant.modules]
    yield from _section("modules", rows, modules, findings, shown)
    rest = [each for number, each in enumerate(findings) if number not in shown]
    if rest:
        yield ""
        yield from map(_finding, rest)
    yield ""
    errors = sum(each.is_error for each in findings)
    yield (
        f"{_count(len(tenant.actions), 'Action')}, {_count(len(tenant.modules), 'module')}, "
        f"{_count(errors, 'error')}, {_count(len(findings) - errors, 'warning')}"
    )


def _section(
    title: str,
    rows: list[list[str]],
    names: Sequence[str],
    findings: Sequence[Finding],
    shown: set[int],
) -> Iterator[str]:
    """Yield the rows of a section, each with what is wrong with it."""
    if not rows:
        return
    yield ""
    yield printable(title)
    for line, name in zip(_table(rows), names, strict=True):
        yield f"  {line}"
        for number, finding in enumerate(findings):
            if finding.owner == name and number not in shown:
                shown.add(number)
                yield f"     {_finding(finding)}"


def _row(action: TenantAction | None, name: str) -> list[str]:
    if action is None:
        return [printable(name), "", "not there"]
    deployed = "deployed" if action.deployed else "not deployed"
    modules = [f"actions:{each}" for each in action.modules]
    return [printable(name), action.runtime or "", deployed, *_uses(action, modules)]


def _uses(unit: TenantModule, modules: Iterable[str] = ()) -> list[str]:
    packages = [f"{name} {version}".strip() for name, version in unit.dependencies.items()]
    secrets = ", ".join(map(printable, unit.secret_names))
    return [
        f"secrets {secrets or '-'}",
        f"uses {printable(', '.join([*modules, *packages])) or '-'}",
    ]


def _table(rows: list[list[str]]) -> Iterator[str]:
    columns = max(len(row) for row in rows)
    rows = [[*row, *[""] * (columns - len(row))] for row in rows]
    widths = [
        min(_WIDEST_COLUMN, max(len(row[number]) for row in rows)) for number in range(columns)
    ]
    for row in rows:
        cells = [cell.ljust(width) for cell, width in zip(row, widths, strict=True) if width]
        yield "  ".join(cells).rstrip()


def _finding(finding: Finding) -> str:
    return f"{'error' if finding.is_error else 'warning'}: {finding}"


def _count(number: int, what: str) -> str:
    return f"{number} {what}{'' if number == 1 else 's'}"
