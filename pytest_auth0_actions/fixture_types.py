"""The types of the fixtures that are functions, for annotations."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Protocol

from pytest_auth0_actions.node.files import ModuleSpec, PathLike
from pytest_auth0_actions.node.runtime import Action


class MakeEvent(Protocol):
    """The type of the fixture `make_event`."""

    def __call__(self, **overrides: Any) -> dict[str, Any]:
        """Return an event of the trigger, with *overrides* merged into it deeply."""


class LoadAction(Protocol):
    """The type of the fixture `load_action`."""

    def __call__(
        self,
        path: PathLike,
        *,
        secrets: Mapping[str, str] | None = None,
        modules: Mapping[str, ModuleSpec] | None = None,
    ) -> Action:
        """Return the Action at *path*, ready to run."""
