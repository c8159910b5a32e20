"""Replaces objects by others in the names of all modules, and puts them back."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator, Mapping, Sequence
from types import ModuleType
from typing import Any, Final, TypeAlias, TypeGuard

# An owner, what it has, a name of that, the real one, the fake.
Change: TypeAlias = "tuple[Any, Mapping[str, Any], str, Any, Any]"

# Past modules of a class of their own, which would load late parts of theirs.
_names_of: Final = vars(ModuleType)["__dict__"].__get__


class Fakes:
    """Real things and their fakes.

    >>> import string
    >>> [name for _, _, name, _, _ in Fakes([(string.capwords, str.upper)]).changes_in(string)]
    ['capwords']
    """

    def __init__(self, pairs: Sequence[tuple[Any, Any]]) -> None:
        self._fakes = {id(real): fake for real, fake in pairs}
        self._reals = {id(fake): real for real, fake in pairs}
        self._names = {fake.__name__ for _, fake in pairs}

    def changes_in(self, module: object) -> Iterator[Change]:
        """Yield what to replace in a module, or has been."""
        if not self._fakes or not _is_module(module):
            return
        names = _names_of(module)
        for name, value in list(names.items()):
            key = id(value)
            if key in self._fakes:
                yield module, names, name, value, self._fakes[key]
            elif key in self._reals and name not in self._names:
                yield module, names, name, self._reals[key], value

    def real_copy(self, module: ModuleType) -> ModuleType:
        """Return a copy of a module in which nothing is replaced."""
        copy = ModuleType(module.__name__)
        for name, value in vars(module).items():
            setattr(copy, name, self._reals.get(id(value), value))
        return copy


class Replacements:
    """What has to be replaced in which modules.

    A look through every module takes milliseconds. It is done once, and after that for modules that
    were imported meanwhile.

    Args:
        fakes_for: returns the fakes that a module gets, by its name.
        others: changes that are not found in the names of modules.

    >>> import string
    >>> fakes = Fakes([(string.capwords, str.upper)])
    >>> replacements = Replacements(lambda name: fakes)
    >>> replacements.update()
    True
    >>> replacements.put_in_place()
    >>> string.capwords("a")
    'A'
    >>> replacements.take_away()
    >>> string.capwords("ab")
    'Ab'
    """

    def __init__(self, fakes_for: Callable[[str], Fakes], others: Sequence[Change] = ()) -> None:
        self._fakes_for = fakes_for
        self._others = others
        self._found: dict[str, tuple[object, list[Change]]] = {}
        self._changes: list[Change] = []
        self._gone: list[Change] = []  # of modules that were dropped since the last update
        self._imported: tuple[object, ...] = ()

    def update(self) -> bool:
        """Look through modules, if any were imported since the last time; return whether so."""
        if self._imported == _imported():
            return False
        self._gone.clear()
        self.search()
        return True

    def search(self) -> None:
        """Look through the modules that were not looked through before.

        Those that are no longer in `sys.modules` keep their place: others may hold what is in them.
        """
        before, self._found = self._found, {}
        for name, (module, changes) in before.items():
            if sys.modules.get(name) is not module:
                self._gone += changes
        self._changes = [*self._others, *self._gone]
        self._imported = _imported()
        for name, module in list(sys.modules.items()):
            known = before.get(name)
            if known is None or known[0] is not module:
                known = module, list(self._fakes_for(name).changes_in(module))
            self._changes += known[1]
            if _is_complete(module):
                self._found[name] = known
            else:
                self._imported = ()

    def forget(self, name: str | None = None) -> None:
        """Have the next search look through the module *name* again; through all for None."""
        self._imported = ()
        if name is None:
            self._found.clear()
        else:
            self._found.pop(name, None)

    def put_in_place(self) -> None:
        """Put the fakes in the place of the real ones."""
        for owner, names, name, real, fake in self._changes:
            if names.get(name) is real:  # and not what somebody else has put there
                setattr(owner, name, fake)

    def take_away(self) -> None:
        """Put the real ones back."""
        for owner, names, name, real, fake in self._changes:
            if names.get(name) is fake:
                setattr(owner, name, real)


def _is_complete(module: object) -> bool:
    """Return whether a module is not just being imported."""
    if not _is_module(module):
        return True
    return not getattr(_names_of(module).get("__spec__"), "_initializing", False)


def _is_module(thing: object) -> TypeGuard[ModuleType]:
    """Return whether something in `sys.modules` is a module, and does not only say so."""
    return issubclass(type(thing), ModuleType)


def _imported() -> tuple[object, ...]:
    """Return what differs after an import: there can be thousands of modules to compare."""
    last = next(reversed(sys.modules))
    return len(sys.modules), last, id(sys.modules[last])
