"""Damaged tenants give errors of ours, and nothing else.

`python -m tests.project.tenant.test_fuzz 20000 7` damages 20,000 of seed 7.
"""

from __future__ import annotations

import random
import sys
import tempfile
from pathlib import Path
from typing import Any

import pytest

from pytest_auth0_actions.errors import Auth0ActionsError
from pytest_auth0_actions.project.tenant.findings import raise_errors
from pytest_auth0_actions.project.tenant.listing import listing
from pytest_auth0_actions.project.tenant.read import read_tenant
from pytest_auth0_actions.project.tenant.use import modules_of, package_findings, runtime_finding
from tests.project.tenant.tenants import LOGIN, directory, manifest, write
from tests.project.tenant.test_terraform import FILES as TERRAFORM
from tests.project.tenant.test_terraform_show import PLAN, STATE
from tests.project.tenant.test_yaml import FILES as YAML

FORMS: dict[str, dict[str, Any]] = {
    "directory": directory(
        manifest(
            "a",
            secrets=[{"name": "KEY", "value": "##KEY##"}],
            dependencies=[{"name": "axios", "version": "1.6.0"}],
            modules=[{"module_name": "crm", "module_version_number": 1}],
        ),
        code=f"const crm = require('actions:crm'); `##KEY##`;\n{LOGIN}",
    )
    | {
        "action-modules/crm.json": {"name": "crm", "code": "./action-modules/crm/code.js"},
        "action-modules/crm/code.js": "module.exports = () => actions.secrets.KEY;",
        "triggers/triggers.json": {"post-login": [{"action_name": "a", "display_name": "A"}]},
        "config.json": {"AUTH0_KEYWORD_REPLACE_MAPPINGS": {"KEY": "a\nb", "OTHER": ["x"]}},
    },
    "yaml": YAML,
    "terraform": TERRAFORM,
    "state": {"show.json": STATE},
    "plan": {"show.json": PLAN},
}
PIECES = [
    b"\0", b"\xff", b"\xc3", b"\r", b"\n", b"\t", b" ", b"{", b"}", b"[", b"]", b"(", b")", b'"',
    b"'", b"`", b"\\", b"\\ud800", b"##KEY##", b"@@KEY@@", b"@@NO@@", b"${", b"%{", b"$${",
    b"<<-E\n", b"*", b"&a ", b"<<: *a", b"!!python/object:os.system ", b"null", b"true", b"-1",
    b"1e999", b"9" * 400, b"../", b"/etc/passwd", b"//", b"/*", b"*/", b"=", b":", b",", b"-",
    b"#", b"for_each", b"count = 99999999", b"each.value", b"local.files", b"file(",
    b"\xe2\x80\xa8", b"NaN", b"[" * 300,
]  # fmt: skip


def damaged(content: bytes, chance: random.Random) -> bytes:
    """Return content with something cut, doubled, put in, swapped or flipped."""
    for _ in range(chance.choice([1, 1, 1, 2, 5])):
        start = chance.randrange(len(content) + 1)
        end = min(len(content), start + chance.choice([0, 1, 3, 10, 50]))
        piece, rest = content[start:end], content[end:]
        kind = chance.randrange(5)
        if kind == 0:
            content = content[:start] + rest
        elif kind == 1:
            content = content[:start] + piece * chance.choice([2, 3, 20]) + rest
        elif kind == 2:
            content = content[:start] + chance.choice(PIECES) + rest
        elif kind == 3:
            other = chance.randrange(len(content) + 1)
            content = content[:start] + rest[other:] + piece + rest[:other]
        else:
            content = content[:start] + bytes(each ^ chance.choice([1, 32, 128]) for each in piece)
            content += rest
    return content


def damage(folder: Path, chance: random.Random) -> None:
    """Damage one file of a folder, or what files there are."""
    paths = sorted(path for path in folder.rglob("*") if path.is_file())
    path = chance.choice(paths)
    kind = chance.randrange(12)
    if kind == 0:
        path.unlink()
    elif kind == 1:
        path.unlink()
        path.mkdir()
    elif kind == 2:
        path.unlink()
        path.symlink_to(chance.choice(["/etc/passwd", "gone", path.name, "..", "/"]))
    elif kind == 3:
        path.write_bytes(chance.choice(paths).read_bytes())
    else:
        path.write_bytes(damaged(path.read_bytes(), chance))


def play(form: str, seed: int) -> None:
    """Read a tenant that is damaged in a way that depends on a seed, and all that is said of it."""
    chance = random.Random(f"{form} {seed}")
    with tempfile.TemporaryDirectory() as name:
        folder = write(Path(name) / "tenant", FORMS[form])
        damage(folder, chance)
        path = folder / "show.json" if form in {"state", "plan"} else folder
        try:
            tenant = read_tenant(
                path,
                base=Path(name),
                environment={"OTHER": chance.choice(["x", "\n", '"', "[", "##KEY##"])},
                keywords={"LEVEL": "1\n2"},
                variables={"name": 1} if chance.random() < 0.1 else None,
            )
            text = "\n".join(listing(tenant, tenant.findings))
            units = (*tenant.actions, *tenant.modules)
            assert not any("root:x:0" in (each.source or "") for each in units)
            for action in tenant.actions:
                modules_of(action, tenant.modules)
                runtime_finding(action, "v22.0.0")
                [*package_findings(action, folder)]
            raise_errors(tenant)
        except Auth0ActionsError as error:
            text = str(error)
        text.encode()  # what can't be shown is no error of ours
        assert "root:x:0" not in text


@pytest.mark.parametrize("form", FORMS)
def test_a_damaged_tenant_gives_errors_of_ours(form: str) -> None:
    for seed in range(80):
        play(form, seed)


if __name__ == "__main__":
    tenants, first_seed = int(sys.argv[1]), int(sys.argv[2])
    for number in range(tenants):
        form = [*FORMS][number % len(FORMS)]
        try:
            play(form, first_seed * 1_000_000 + number)
        except BaseException:
            print(f"form {form!r}, seed {first_seed * 1_000_000 + number}")
            raise
    print(f"{tenants} damaged tenants of seed {first_seed} gave errors of ours only")
