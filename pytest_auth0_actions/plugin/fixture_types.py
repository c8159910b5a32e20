"""The types of the fixtures that are functions, for annotations."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Protocol

from pytest_auth0_actions.node.action import TIME_LIMIT_S, Action
from pytest_auth0_actions.project.action_file import ModuleSpec, PathLike
from pytest_auth0_actions.values import Event


class MakeEvent(Protocol):
    """The type of the fixture `make_event`.

    Example::

        def test_an_event_is_whole(make_event):
            event = make_event(user={"user_metadata": {"plan": "pro"}})
            assert event["user"]["user_metadata"] == {"plan": "pro"}
            assert event["user"]["created_at"] == "2025-01-01T00:00:00.000Z"

    Source: https://auth0.com/docs/actions/reference/post-user-registration/post-user-registration-event-object
    """

    def __call__(
        self, trigger: str | None = None, /, *, variant: str | None = None, **overrides: Any
    ) -> Event:
        """Return an event of the trigger, with *overrides* merged into it deeply.

        Args:
            trigger: Auth0's name of it; None for the test's main trigger.
            variant: which of the trigger's events, see `event_variants`; None for the default one.
            overrides: the fields that the test cares about.

        Raises:
            UsageError: there is no such trigger or variant, or an override names a field that the
                event does not have.
        """


class LoadAction(Protocol):
    """The type of the fixture `load_action`.

    Example::

        def test_an_action_is_loaded(load_action):
            action = load_action("actions/provision/code.js", secrets={"API_KEY": "k"})
            assert action.run().event["secrets"] == {"API_KEY": "k"}
    """

    def __call__(
        self,
        path: PathLike,
        *,
        trigger: str | None = None,
        secrets: Mapping[str, str] | None = None,
        modules: Mapping[str, ModuleSpec] | None = None,
        time_limit_s: float = TIME_LIMIT_S,
    ) -> Action:
        """Return the Action at *path*, ready to run.

        Args:
            path: the file; a relative one starts at ini auth0_actions_root (default: rootdir).
            trigger: Auth0's name of its trigger; None for the one whose handlers it exports.
            secrets: what the Action finds in `event.secrets`.
            modules: the file behind each `require('actions:NAME')`, by name; with secrets of its
                own as ``(path, secrets)``.
            time_limit_s: how long a run may take on the test's clock, in seconds.

        Raises:
            ActionLoadError: the file, or a module's, can't be read or parsed; or the file exports
                handlers of several triggers.
            NodeNotFoundError: there is no Node.js to run it in.
            UsageError: an argument is of a wrong type.
        """
