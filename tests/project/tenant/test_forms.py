"""One tenant in all its forms is read as the same."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.project.tenant.tenants import facts, read

TENANTS = Path(__file__).parents[3] / "docs/examples/tenants"
NAMESPACE = {"NAMESPACE": "https://shop.example"}


@pytest.mark.parametrize("form", ["yaml", "terraform"])
def test_the_example_is_the_same_in_each_form(form: str) -> None:
    exported = facts(read(TENANTS / "directory", keywords=NAMESPACE))
    assert facts(read(TENANTS / form, keywords=NAMESPACE)) == exported
    assert [name for name, *_ in exported["actions"]] == ["Block Unverified", "Plan Claim"]
    assert exported["findings"] == []
