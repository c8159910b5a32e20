"""Says that an Action of a tenant has read a secret that the test has to give."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Final

from pytest_auth0_actions.errors import Auth0ActionsError, MissingSecretError
from pytest_auth0_actions.node.notices import ASKED_SECRET, Notice
from pytest_auth0_actions.project.action_file import ActionFile

# At Auth0 a secret that is declared is there, so that to ask for it is to read it.
_READS: Final = frozenset({"missing_secret", ASKED_SECRET})


def secret_not_given(
    file: ActionFile,
    modules: Mapping[str, ActionFile],
    notices: Iterable[Notice],
    failure: Auth0ActionsError | None,
) -> Auth0ActionsError | None:
    """Return the error for a secret that was read, is declared, and has no value, or *failure*.

    Args:
        file: the Action.
        modules: its modules.
        notices: what was odd about its run.
        failure: how the run failed besides, if it did: then, the secret is why.
    """
    for notice in notices:
        declaring = declaring_file(notice, file, modules)
        if declaring is None:
            continue
        kind_of_file = "Action" if declaring is file else "module"
        place, name = notice.place, notice.what.rpartition(".")[2]
        at = f"{declaring.shown}:{place[1]}" if place else declaring.shown
        secrets = declaring.secrets_argument.replace("{...}", f"{{{name!r}: '...'}}")
        error = MissingSecretError(
            f"[A417] The {kind_of_file} {declaring.name!r} read the secret {name}, which has no "
            "value.",
            f"Given: {at}; an export shows no values of secrets.",
            f"Give it: {declaring.passing(secrets)}.",
        )
        error.__cause__ = failure
        return error
    return failure


def declaring_file(
    notice: Notice, file: ActionFile, modules: Mapping[str, ActionFile]
) -> ActionFile | None:
    """Return the file whose secret was read without a value, if it is declared; None if not."""
    kind, what, place = notice
    owner, _, name = what.rpartition(".")
    if kind not in _READS:
        return None
    for each in [file] if owner == "event.secrets" else modules.values():
        if name in each.not_shown and (each is file or place is None or place[0] == each.path):
            return each
    return None
