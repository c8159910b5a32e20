"""What pytest shows where a test expects claims that are not there."""

from __future__ import annotations

import pytest


def test_a_failed_test_says_why(project: pytest.Pytester) -> None:
    (project.path / "login.js").write_text(
        "exports.onExecutePostLogin = async (event, api) => {"
        " api.idToken.setCustomClaim('roles', ['admin']); };",
        encoding="utf-8",
    )
    project.makepyfile(
        """
        import pytest

        @pytest.mark.filterwarnings("ignore")
        def test_it(load_action):
            run = load_action("login.js").run()
            assert run.outcome.id_token.claims == {"roles": ["admin"]}
        """
    )
    result = project.runpytest()
    result.stdout.fnmatch_lines(["E *claim 'roles' was dropped: restricted"])
    result.stdout.fnmatch_lines(["*idToken.setCustomClaim('roles', [[]'admin'[]]) -> dropped*"])
