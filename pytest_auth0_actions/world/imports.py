"""Surrounds imports, for time must not be frozen while modules are imported."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import AbstractContextManager, ExitStack, contextmanager
from importlib.machinery import ExtensionFileLoader, ModuleSpec
from types import ModuleType
from typing import Any, Final

from pytest_auth0_actions.world.instants import EPOCH

# What keeps the class of datetime that it meets when it is first used, and how to use it. Each is
# given the module of that name. With a fake in their hands, they refuse real instants.
FIRST_USES: Final[dict[str, Callable[[Any], object]]] = {
    "cryptography.x509": lambda x509: x509.InvalidityDate(EPOCH).public_bytes(),
    "polars": lambda polars: [polars.Series([each]) for each in (EPOCH, EPOCH.date())],
}

During = Callable[[], AbstractContextManager[None]]


class ImportHook:
    """A finder of modules, for the front of `sys.meta_path`: it asks those behind it.

    A module that is imported runs inside of `importing()`. One that is reloaded runs inside of
    `reloading()`, unless it is written in C.

    Attributes:
        importing: makes what a module runs in when it is imported.

    Args:
        importing: the same.
        reloading: makes what a module runs in when it is reloaded; it is given the module's name.
    """

    def __init__(
        self, importing: During, reloading: Callable[[str], AbstractContextManager[None]]
    ) -> None:
        self.importing = importing
        self._reloading = reloading

    def find_spec(
        self, name: str, path: Sequence[str] | None = None, target: ModuleType | None = None
    ) -> ModuleSpec | None:
        """Return what the finders behind this one find, with a loader of ours around its own."""
        behind = sys.meta_path[sys.meta_path.index(self) + 1 :] if self in sys.meta_path else []
        specs = (
            each.find_spec(name, path, target) for each in behind if hasattr(each, "find_spec")
        )
        spec = next((spec for spec in specs if spec is not None), None)
        if spec is not None and hasattr(spec.loader, "exec_module"):
            of_c = isinstance(spec.loader, ExtensionFileLoader)
            during = self.importing
            if target is not None and not of_c:
                during = lambda: self._reloading(name)  # noqa: E731
            spec.loader = _Loader(spec.loader, during, of_c)  # type: ignore[assignment]
        return spec


@contextmanager
def as_imported() -> Iterator[None]:
    """Run code as if a module was imported: for what keeps the first thing that it meets.

    >>> import datetime
    >>> from pytest_auth0_actions import Clock
    >>> with Clock(0), as_imported():
    ...     datetime.datetime.now().year > 1970
    True
    """
    with ExitStack() as stack:
        for finder in list(sys.meta_path):
            if isinstance(finder, ImportHook):
                stack.enter_context(finder.importing())
        yield


class _Loader:
    """Stands in for a loader until the module runs, as `importlib.util.LazyLoader` does."""

    def __init__(self, loader: Any, during: During, of_c: bool) -> None:
        self._loader = loader
        self._during = during
        self._of_c = of_c

    def __getattr__(self, name: str) -> Any:
        return getattr(self._loader, name)

    def create_module(self, spec: ModuleSpec) -> ModuleType | None:
        __tracebackhide__ = True
        if not self._of_c:
            return self._loader.create_module(spec)  # type: ignore[no-any-return]
        with self._during():  # some run here
            return self._loader.create_module(spec)  # type: ignore[no-any-return]

    def exec_module(self, module: ModuleType) -> None:
        __tracebackhide__ = True
        assert module.__spec__ is not None
        module.__spec__.loader = module.__loader__ = self._loader
        with self._during():
            self._loader.exec_module(module)
