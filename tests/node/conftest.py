"""What the tests of flows share."""

from __future__ import annotations

import itertools
from collections.abc import Callable, Mapping
from typing import Any

import pytest

from pytest_auth0_actions import Action, LoadAction
from tests.conftest import WriteAction

Login = Callable[..., Action[Any]]

SHOP = "https://shop.example/"


@pytest.fixture
def login(load_action: LoadAction, write_action: WriteAction) -> Login:
    """Load an Action of post-login with the given bodies, or of another trigger's *handlers*."""
    numbers = itertools.count(1)

    def load(
        execute: str,
        on_return: str | None = None,
        *,
        name: str | None = None,
        secrets: Mapping[str, str] | None = None,
        handlers: tuple[str, ...] = ("onExecutePostLogin", "onContinuePostLogin"),
    ) -> Action[Any]:
        bodies = zip(handlers, (execute, on_return), strict=False)
        source = "".join(
            f"exports.{handler} = async (event, api) => {{\n{body}\n}};\n"
            for handler, body in bodies
            if body is not None
        )
        path = write_action(source, f"{name or f'action{next(numbers)}'}.js")
        return load_action(path, secrets=secrets)

    return load
