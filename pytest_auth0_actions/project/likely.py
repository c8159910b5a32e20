"""Says for which trigger an Action seems to be that exports no handler of Auth0's."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import PurePath
from typing import Final

from pytest_auth0_actions.auth0.context import Context
from pytest_auth0_actions.auth0.namespace import members
from pytest_auth0_actions.auth0.namespaces.cache import CacheStore
from pytest_auth0_actions.auth0.triggers import TRIGGERS, Trigger
from pytest_auth0_actions.project.action_file import ActionFile
from pytest_auth0_actions.project.usage import action_use

_EXPORTED: Final = re.compile(r"\bexports\s*\.\s*on(\w+)\s*=")


def likely_trigger(file: ActionFile) -> Trigger | None:
    """Return the one trigger that a file is for, by all that it shows; None if it may be several.

    Its path counts first, then the name of what it exports, and then what it reads and calls.

    >>> source = "exports.handler = async (event, api) => api.idToken.setCustomClaim('a', 1);"
    >>> likely_trigger(ActionFile("/code.js", "code.js", source, {})).id
    'post-login'
    """
    for found in (_of_path(file), _of_name(file), _of_use(file)):
        triggers = list(found)
        if len(triggers) == 1:
            return triggers[0]
    return None


def _of_path(file: ActionFile) -> Iterator[Trigger]:
    """Yield the trigger after which the file is called, or the nearest of its folders."""
    path = PurePath(file.shown)
    for name in (path.stem, *reversed(path.parent.parts)):
        plain = re.sub(r"(?<=[a-z])(?=[A-Z])|[_ ]", "-", name).lower()
        if plain in TRIGGERS:
            yield TRIGGERS[plain]
            return


def _of_name(file: ActionFile) -> Iterator[Trigger]:
    """Yield the triggers whose handlers end as a name that is exported, such as `onLogin`."""
    ends = tuple(name.lower() for name in _EXPORTED.findall(file.source))
    for trigger in TRIGGERS.values() if ends else ():
        if trigger.handlers[0].lower().endswith(ends):
            yield trigger


def _of_use(file: ActionFile) -> Iterator[Trigger]:
    """Yield the triggers that have all of the event and the api that the code uses."""
    use = action_use(file.source)
    calls = {call.path for call in use.calls}
    fields = {field.path[0] for field in use.fields}
    for trigger in TRIGGERS.values() if calls or fields else ():
        api = trigger.api(CacheStore(lambda: 0), Context(lambda: 0))
        if calls <= members(api).keys() and fields <= trigger.event.fields.fields.keys():
            yield trigger
