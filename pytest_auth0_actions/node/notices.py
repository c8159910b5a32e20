"""Words what was odd about a run, each thing with what to do and the line that did it."""

from __future__ import annotations

import difflib
import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from typing import Any, Final, NamedTuple, TypeAlias

from pytest_auth0_actions.auth0.context import Advice
from pytest_auth0_actions.auth0.events.same_name import same_name
from pytest_auth0_actions.auth0.namespace import Api, members, methods, namespaces
from pytest_auth0_actions.errors import (
    ChangedEventWarning,
    ChildProcessWarning,
    MissingMemberWarning,
    MissingSecretWarning,
    NearMissWarning,
    PendingWorkWarning,
    PrintedSecretWarning,
    StrayValueWarning,
)
from pytest_auth0_actions.node.changes import changed_paths, code_lines, line_of_change, shown_path
from pytest_auth0_actions.node.starts import line_of_request
from pytest_auth0_actions.project.misread import Misread

Place: TypeAlias = "tuple[str, int] | None"

Names: TypeAlias = "Callable[[str], Sequence[str]]"
"""Returns the names that some have set at a path of the event, such as ``event.request.query``."""

ASKED_SECRET: Final = "asked_secret"
"""The kind of a notice that an Action asked `name in event.secrets`, of which no one is warned."""

_SHOWN_PATHS = 3

_SETTERS: Final = {
    "user.app_metadata": "user.setAppMetadata",
    "user.user_metadata": "user.setUserMetadata",
    "transaction.metadata": "transaction.setMetadata",
    "session.metadata": "session.setMetadata",
    "refresh_token.metadata": "refreshToken.setMetadata",
}
"""The methods that store metadata, by where the event has it."""

_MAY_BE = "at Auth0 it may or may not be sent."
_AWAIT = (
    "Await the promise that the request gives, or those of several with `await Promise.all([...])`."
)
_BY_END = "One of http or https is sent by its end()."
_PENDING = {
    "late_call": "[A725] The Action called {what}() after its handler had returned: at Auth0 that "
    "may or may not be done. Await what leads to the call before the handler returns.",
    "left_call": "[A726] An earlier run of the Action had left code behind that called {what}() "
    "during this one, and nothing was done. Await what leads to the call before the handler "
    "returns.",
    "late_request": "[A727] {what} was still under way when the handler returned: "
    f"{_MAY_BE} {_AWAIT}",
    "cut_request": "[A728] {what} was still under way when the handler returned, and was cut off: "
    f"{_MAY_BE} {_AWAIT} {_BY_END}",
    "left_request": "[A729] An earlier run of the Action had left code behind that asked for "
    f"{{what}} during this one: {_MAY_BE} {_AWAIT}",
}
_REQUESTS = {"late_request", "cut_request", "left_request"}


def place_in(message: Mapping[str, Any]) -> Place:
    """Return the file and the line that a message of Node.js names, if it does."""
    place = message.get("place")
    return None if place is None else (place[0], place[1])


def place_of(notice: Notice, files: Sequence[str]) -> Place:
    """Return the place of a notice; for a request, if need be, the line that looks like it."""
    if notice.place is None and notice.kind in _REQUESTS:
        return line_of_request(notice.what.partition(" ")[2], files)
    return notice.place


class Notice(NamedTuple):
    """Something odd that an Action did.

    Attributes:
        kind: what sort of thing, as Node.js calls it.
        what: what it was about, such as ``"event.secrets.DOMIAN"``.
        place: the file and the line that did it; None if that can't be seen.
    """

    kind: str
    what: str
    place: Place


def advise(
    notice: Notice,
    api: Api,
    secrets: Callable[[], Mapping[str, Any]],
    before: Names,
    given: Names,
    files: Sequence[str],
    *,
    is_tenants: bool = False,
) -> Advice | None:
    """Return what to say about a notice; None if that is nothing.

    Args:
        notice: the notice.
        api: the api that the Action had.
        secrets: returns those that the Action had.
        before: returns the names that earlier Actions of the flow have set.
        given: returns those that the event had when the run began.
        files: the Action's, and those that it has evaluated.
        is_tenants: whether a tenant declares the secrets.
    """
    kind, what, _ = notice
    if kind == "missing_secret":
        return MissingSecretWarning, _missing_secret(what, secrets, is_tenants)
    if kind == "missing_name":
        return _near_miss(what, before, given, files)
    if kind == "missing_member":
        return MissingMemberWarning, _missing_member(what, api)
    if kind == "printed_secret":
        return PrintedSecretWarning, (
            f"[A730] The Action printed the secret {what} with console, and everyone who reads the "
            "tenant's logs sees it. Print its name, or whether it is set."
        )
    if kind == "child_process":
        return ChildProcessWarning, (
            f"[A731] The Action started a child process, {what}, which leaves the test's clock and "
            "network: it runs in real time, reaches what the machine reaches, and none of it is "
            "seen here. Do its work in the Action itself."
        )
    if kind == "stray_value":
        return stray_value("sent a request", what)
    if kind == "promise_read":
        return PendingWorkWarning, _promise_read(what)
    text = _PENDING[kind].format(what=what)
    return PendingWorkWarning, text


def stray_value(did: str, what: str) -> Advice:
    """Return what to say about a text such as `undefined` in something that the Action did."""
    return StrayValueWarning, f"[A741] The Action {did} with {what}"


def not_there(
    notices: Iterable[Notice], api: Api, secrets: Mapping[str, Any], is_tenants: bool = False
) -> list[str]:
    """Return what to say about the members of the api and the secrets that a run read in vain.

    Args:
        notices: what was odd about the run.
        api: the api that the Action had.
        secrets: those that the Action had.
        is_tenants: whether a tenant declares them.
    """
    read = dict.fromkeys((each.kind, each.what) for each in notices)
    members = [_missing_member(what, api) for kind, what in read if kind == "missing_member"]
    names = [what for kind, what in read if kind == "missing_secret"]
    return members + [_missing_secret(name, lambda: secrets, is_tenants) for name in names]


def misread_advice(misread: Misread) -> Advice:
    """Return what to say about a field that the Action reads under almost its name."""
    shown = shown_path(("event", *misread.path))
    meant = shown_path(("event", *misread.path[:-1], misread.like))
    return NearMissWarning, (
        f"[A740] The Action reads {shown}, which is not in the event: it is undefined. "
        f"Did you mean {meant}?"
    )


def notices_of_changes(
    before: Mapping[str, Any], after: Any, files: Sequence[str], api: Api
) -> Iterator[tuple[Place, Advice]]:
    """Yield what to say about an event that the Action has changed, by line."""
    by_place: dict[Place, list[str]] = {}
    setters: dict[Place, str] = {}
    for path in changed_paths(before, after):
        place = line_of_change(path, files)
        by_place.setdefault(place, []).append(shown_path(path))
        setter = _setter(path, api)
        if setter is not None:
            setters[place] = setter
    for place, paths in by_place.items():
        more = len(paths) - _SHOWN_PATHS
        shown = ", ".join(paths[:_SHOWN_PATHS]) + (f" and {more} more" if more > 0 else "")
        text = (
            f"[A732] The Action changed {shown}, and Auth0 drops what is changed in an event. Use "
            f"a variable; to store it, call {setters.get(place, 'a method of the api')}, or the "
            "Management API."
        )
        yield place, (ChangedEventWarning, text)


def _setter(path: Sequence[str], api: Api) -> str | None:
    """Return the method that stores what is at a path of the event; None if the api has none."""
    setter = _SETTERS.get(".".join(path[1:3]))
    return f"api.{setter}()" if setter in members(api) else None


def _missing_secret(what: str, secrets: Callable[[], Mapping[str, Any]], is_tenants: bool) -> str:
    owner, _, name = what.rpartition(".")
    if is_tenants:
        return (
            f"[A733] The Action read {what}, which is undefined: the tenant gives it no such "
            f"secret. Declare it there, and give its value; if it may be absent, check `{name!r} "
            f"in {owner}`."
        )
    if owner != "event.secrets":
        return (
            f"[A734] The Action read {what}, which the test did not give. Give it: "
            f"load_action(..., modules={{'name': ('path/to/file.js', {{{name!r}: '...'}})}})."
        )
    near = nearest_name(name, secrets())
    give = f"Did you mean {near}? If not, give it" if near else "Give it"
    return (
        f"[A734] The Action read {what}, which the test did not give. {give}: "
        f"load_action(..., secrets={{{name!r}: '...'}}). If it may be absent, check `{name!r} in "
        "event.secrets`, or mark the test: @pytest.mark.filterwarnings('ignore:.A734')."
    )


def nearest_name(name: str, known: Iterable[str]) -> str | None:
    """Return the name that was probably meant by one that there is not.

    >>> nearest_name("DOMIAN", {"DOMAIN": "", "KEY": ""}), nearest_name("URL", {"KEY": ""})
    ('DOMAIN', None)
    """
    return next(iter(difflib.get_close_matches(name, known, n=1)), None)


def _promise_read(what: str) -> str:
    path, _, name = what.partition(" ")
    used = f"read .{name} of" if name else "made a text or a number of"
    return (
        f"[A745] The Action {used} the promise that {path}() returned. Await it; or, if the real "
        "one returns no promise, have a JavaScript file stand for the package: "
        "packages={'name': 'path/to/file.js'}."
    )


def is_read(name: str, files: Sequence[str]) -> bool:
    """Return whether the code of some files has a name as that of a field, and no mere variable."""
    word = rf"{re.escape(name)}(?![\w$])"
    field = re.compile(
        rf"\.{word}|(['\"`]){word}\1|^\s*{word}\s*(?:[,:}}]|$)|[{{,]\s*{word}\s*(?:[,:=}}]|$)"
    )
    return any(field.search(line) for file in files for line in code_lines(file))


def _near_miss(what: str, before: Names, given: Names, files: Sequence[str]) -> Advice | None:
    owner, _, name = what.rpartition(".")
    set_before, of_event = before(owner), given(owner)
    if name in set_before or name in of_event:
        return None
    meant, whose = same_name(name, set_before), "an earlier Action of the flow has set"
    if meant is None:
        meant, whose = same_name(name, of_event), "the event of this run has"
    if meant is None or is_read(meant, files):  # it may read a name of old, and the new one
        return None
    return NearMissWarning, (
        f"[A735] The Action read {what}, which is not there; {whose} {meant!r}. Use one name in "
        "both."
    )


def names_in(owner: str, api: Api) -> list[str]:
    """Return the names of the members of `api`, or of one of its namespaces."""
    _, _, namespace = owner.partition(".")
    there = namespaces(api)
    return [each.name for each in methods(type(there[namespace]))] if namespace else list(there)


def _missing_member(what: str, api: Api) -> str:
    owner, _, name = what.rpartition(".")
    names = names_in(owner, api)
    near = nearest_name(name, names)
    meant = f" Did you mean {owner}.{near}?" if near else ""
    return (
        f"[A736] The Action used {what}, which the api of {api.trigger_id} lacks.{meant} All that "
        f"{owner} has is {', '.join(names)}; to check for another, write `{name!r} in {owner}`."
    )
