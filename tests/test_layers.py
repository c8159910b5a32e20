"""Which room may import which; an arrow that is not listed fails."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

import pytest_auth0_actions

PACKAGE = Path(pytest_auth0_actions.__file__).parent

# A room may import from itself and from those named here.
ALLOWED = {
    "bodies": set(),
    "values": {"bodies"},
    "errors": {"values"},
    "calls": {"errors"},
    "auth0": {"calls", "errors", "values"},
    "project": {"auth0", "errors", "values"},
    "world": {"auth0", "calls", "errors", "values"},
    "node": {"auth0", "bodies", "calls", "errors", "project", "values", "world"},
    "reporting": {"auth0", "bodies", "errors", "values", "world"},
    "coverage": {"project"},
    "first_test": {"auth0", "errors", "project", "values"},
    "plugin": {"auth0", "calls", "errors", "node", "project", "reporting", "values", "world"},
}  # fmt: skip


def imported_by(path: Path) -> Iterator[str]:
    """Yield the absolute name of each module that a file imports, wherever in it."""
    package = path.relative_to(PACKAGE.parent).parent.parts
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            base = ".".join(package[: len(package) - node.level + 1]) if node.level else ""
            module = ".".join(filter(None, (base, node.module)))
            yield module
            yield from (f"{module}.{alias.name}" for alias in node.names)


def rooms(module: str) -> str | None:
    """Return the room that a module of ours is in; None for the package itself and for others."""
    name, _, rest = module.partition(".")
    return rest.split(".")[0] if name == PACKAGE.name and rest else None


@pytest.mark.parametrize("room", ALLOWED)
def test_a_room_imports_only_where_it_may(room: str) -> None:
    files = [PACKAGE / f"{room}.py"] if (PACKAGE / f"{room}.py").exists() else []
    found = {
        f"{path.relative_to(PACKAGE)} imports {module}"
        for path in files or (PACKAGE / room).rglob("*.py")
        for module in imported_by(path)
        if rooms(module) not in {None, room, *ALLOWED[room]} and rooms(module) in ALLOWED
    }
    assert not found


def test_every_room_has_a_rule() -> None:
    there = {path.stem for path in PACKAGE.iterdir() if not path.name.startswith("__")}
    assert there - {"py"} == {*ALLOWED}


@pytest.mark.parametrize(
    ("library", "home"), [("freezegun", "world/clock.py"), ("pytest", "plugin")]
)
def test_a_library_has_one_home(library: str, home: str) -> None:
    homes = {
        path.relative_to(PACKAGE).as_posix()
        for path in PACKAGE.rglob("*.py")
        if any(module.split(".")[0] == library for module in imported_by(path))
    }
    assert homes
    assert all(each.startswith(home) for each in homes)


def raised_in(tree: ast.Module) -> set[str]:
    """Return the names of what a module raises."""
    raised = (node.exc for node in ast.walk(tree) if isinstance(node, ast.Raise))
    made = (each.func for each in raised if isinstance(each, ast.Call))
    return {each.id for each in made if isinstance(each, ast.Name)}


def test_what_raises_for_the_user_hides_our_frames() -> None:
    errors = {
        name
        for name, each in vars(pytest_auth0_actions.errors).items()
        if isinstance(each, type) and issubclass(each, pytest_auth0_actions.Auth0ActionsError)
    }
    shown = {
        path.relative_to(PACKAGE).as_posix()
        for path in PACKAGE.rglob("*.py")
        if raised_in(ast.parse(source := path.read_text(encoding="utf-8"))) & errors
        and "__tracebackhide__ = hides_our_frames" not in source
    }
    assert shown == {"plugin/tenant_commands.py"}  # which catches its own


def test_no_file_of_ours_is_too_long_to_read() -> None:
    too_long = {
        f"{path.relative_to(PACKAGE)}: {lines}"
        for path in [*PACKAGE.rglob("*.py"), *PACKAGE.rglob("*.js")]
        if (lines := len(path.read_text(encoding="utf-8").splitlines())) > 400
    }
    assert not too_long
