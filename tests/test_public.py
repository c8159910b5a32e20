from __future__ import annotations

import importlib

import pytest

import pytest_auth0_actions


def test_every_public_name_is_there_and_has_its_home() -> None:
    for name in pytest_auth0_actions.__all__:
        assert getattr(pytest_auth0_actions, name) is not None
    assert set(pytest_auth0_actions.__all__) <= set(dir(pytest_auth0_actions))
    assert sorted(pytest_auth0_actions._HOME_OF) == sorted(pytest_auth0_actions.__all__)


def test_the_names_of_type_checkers_are_the_same() -> None:
    """What stands under TYPE_CHECKING comes from where __getattr__ looks for it."""
    for name, home in pytest_auth0_actions._HOME_OF.items():
        value = getattr(importlib.import_module(f"pytest_auth0_actions.{home}"), name)
        assert value is getattr(pytest_auth0_actions, name)


def test_star_import_works() -> None:
    namespace: dict[str, object] = {}
    exec("from pytest_auth0_actions import *", namespace)
    assert set(pytest_auth0_actions.__all__) <= set(namespace)


def test_another_name_is_an_attribute_error() -> None:
    with pytest.raises(AttributeError, match="'pytest_auth0_actions' has no attribute 'Nothing'"):
        _ = pytest_auth0_actions.Nothing  # type: ignore[attr-defined]
