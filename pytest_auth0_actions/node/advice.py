"""Warns of what was odd about a run, when it is over: each thing at the line that did it."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping
from typing import Any, Final

from pytest_auth0_actions.auth0.context import Advice, Turn
from pytest_auth0_actions.auth0.events import EventModel
from pytest_auth0_actions.auth0.flow.events import names_given, names_set_before
from pytest_auth0_actions.auth0.namespace import Api
from pytest_auth0_actions.errors import (
    Auth0ActionsError,
    Auth0ActionsWarning,
    hides_our_frames,
)
from pytest_auth0_actions.node.changes import code_lines
from pytest_auth0_actions.node.not_given import declaring_file
from pytest_auth0_actions.node.notices import (
    ASKED_SECRET,
    Notice,
    Place,
    advise,
    misread_advice,
    names_in,
    nearest_name,
    notices_of_changes,
    place_of,
)
from pytest_auth0_actions.node.protocol import decode_value
from pytest_auth0_actions.node.run import Run
from pytest_auth0_actions.project.action_file import ActionFile
from pytest_auth0_actions.project.guards import is_guarded
from pytest_auth0_actions.project.misread import misread_fields
from pytest_auth0_actions.world.testbed import Testbed
from pytest_auth0_actions.world.warn import diagnose_unread, warn_at

__tracebackhide__ = hides_our_frames

AT_END: Final = -1
"""Stands for the number of a call, in what there is to warn of when the handler has returned."""


def warn_of_run(
    run: Run,
    turn: Turn,
    end: Mapping[str, Any],
    *,
    testbed: Testbed,
    api: Api,
    model: EventModel,
    file: ActionFile,
    modules: Mapping[str, ActionFile],
    failure: Auth0ActionsError | None,
) -> None:
    """Warn of likely mistakes; a failure of the run goes before what the user's filters raise.

    Args:
        run: the run, which is over.
        turn: what its calls were about.
        end: the last message of Node.js; empty if there was none.
        testbed: the test's.
        api: what the Action could call.
        model: what its event may hold.
        file: the Action's.
        modules: its modules.
        failure: how the run failed, if it did.

    Raises:
        Auth0ActionsWarning: the first that the user's filters turn into an error.
    """
    raised: Auth0ActionsWarning | None = None
    of_answers = ((place, advice, ()) for place, advice in testbed.network.advice())
    of_run = _advice(run, turn, end, api, model, file, modules)
    for place, advice, values in (*of_answers, *of_run):
        text = testbed.mask.quoting(advice[1], values)
        where, line = place or run.originals.line_of_handler(turn.handler, file.path)
        testbed.journal.add("warning", text=text, place=(where, line))
        try:
            warn_at((advice[0], text), where, line)
        except Auth0ActionsWarning as error:
            raised = raised or type(error)(f"{error}\nGiven: {where}:{line}.")
    if raised is not None and failure is None:
        raise raised


def _is_provided_for(notice: Notice, file: ActionFile, turn: Turn, api: Api) -> bool:
    """Return whether a secret or a member that was read may be absent, and its name is no slip."""
    owner, _, name = notice.what.rpartition(".")
    known: Collection[str]
    if notice.kind == "missing_secret" and not file.is_tenants:  # which says what there can be
        known = turn.event.fields.get("secrets") or {}
    elif notice.kind == "missing_member":
        known = names_in(owner, api)
    else:
        return False
    place = notice.place
    return place is not None and is_guarded(
        code_lines(place[0]), place[1], name, nearest_name(name, known)
    )


def _advice(
    run: Run,
    turn: Turn,
    end: Mapping[str, Any],
    api: Api,
    model: EventModel,
    file: ActionFile,
    modules: Mapping[str, ActionFile],
) -> Iterator[tuple[Place, Advice, Iterable[object]]]:
    """Yield what there is to warn of: where, what, and the values that the text may quote."""
    places = {number: place and tuple(place) for number, place in end.get("places", ())}
    unread = [
        (number, diagnose_unread(run.calls[number].path, run.calls[number].result.code))
        for number in end.get("unread", ())
    ]
    for number, advice in [*run.advice, *unread]:
        values = () if number == AT_END else run.calls[number].args
        yield places.get(number), advice, values
    files = run.originals.files([file.path, *end.get("files", ())])
    for notice in run.all_notices(end):
        if notice.kind == ASKED_SECRET or declaring_file(notice, file, modules) is not None:
            continue  # an error says so
        if _is_provided_for(notice, file, turn, api):
            continue
        said = advise(
            notice,
            api,
            lambda: turn.event.fields.get("secrets") or {},
            lambda path: names_set_before(turn, path),
            lambda path: names_given(turn, path),
            files,
            is_tenants=file.is_tenants,
        )
        if said is not None:
            yield place_of(notice, files), said, ()
    for each in misread_fields(file.source, model):
        if not each.is_in(turn.event.fields):
            yield run.originals.place(file.path, each.line)[:2], misread_advice(each), ()
    if "event" in end:
        changed = decode_value(end["event"])
        for place, advice in notices_of_changes(turn.event.fields, changed, files, api):
            yield place, advice, ()
