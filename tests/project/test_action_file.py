from __future__ import annotations

from pathlib import Path

import pytest

from pytest_auth0_actions.errors import ActionLoadError
from pytest_auth0_actions.project.action_file import ActionFile, read_action, read_modules


@pytest.mark.parametrize("name", ["tenant.yaml", "tenant.yml", "main.tf", "greet.json"])
def test_a_tenants_manifest_is_no_action(name: str, tmp_path: Path) -> None:
    (tmp_path / name).write_text("actions: []", encoding="utf-8")
    with pytest.raises(ActionLoadError) as caught:
        read_action(name, tmp_path, None)
    assert str(caught.value) == (
        f"[A318] The Action must be a JavaScript file, and this is a {Path(name).suffix} file.\n"
        f"Given: {name!r}.\n"
        "Name the tenant in ini auth0_tenant, and use tenant.action(name); or pass the path of the "
        "code."
    )
    with pytest.raises(ActionLoadError, match="The module 'a' must be a JavaScript file"):
        read_modules({"a": name}, tmp_path)


@pytest.mark.parametrize(
    ("path", "shown", "place", "expected"),
    [
        ("/shop/dist/code.js", "dist/code.js", "/shop/dist/code.js:1:2", "dist/code.js:1:2"),
        ("/shop/dist/code.js", "dist/code.js", "/shop/src/code.ts:1:2", "src/code.ts:1:2"),
        ("/shop/dist/code.js", "dist/code.js", "/lib/code.ts:1:2", "/lib/code.ts:1:2"),
        ("/shop/dist/code.js", "/shop/dist/code.js", "/shop/src/a.ts:1:2", "/shop/src/a.ts:1:2"),
        ("/a/../shop/code.js", "../shop/code.js", "/a/../shop/code.js:3", "../shop/code.js:3"),
    ],
)
def test_a_place_is_shown_relative_if_the_action_is(
    path: str, shown: str, place: str, expected: str
) -> None:
    assert ActionFile(path, shown, "", {}).shown_place(place) == expected
