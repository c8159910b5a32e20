"""`api.prompt`: shows a form."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Final

from pytest_auth0_actions.auth0.checks import NO_OTHERS, Fields, Text, check_arguments
from pytest_auth0_actions.auth0.context import State
from pytest_auth0_actions.auth0.javascript import as_json, fields_of, is_truthy, json_bytes
from pytest_auth0_actions.auth0.method import method
from pytest_auth0_actions.auth0.namespace import ApiT, Namespace
from pytest_auth0_actions.auth0.namespaces.access import ask_user
from pytest_auth0_actions.auth0.namespaces.redirect import Suspension, warn_if_out_of_reach
from pytest_auth0_actions.auth0.outcome import Outcome, owned
from pytest_auth0_actions.errors import ApiThrow, hides_our_frames

__tracebackhide__ = hides_our_frames

MAX_OPTIONS_BYTES: Final = 24_576


@dataclass(frozen=True, slots=True, repr=False)
class Prompt(Outcome):
    """A form that the user is shown.

    Attributes:
        id: the form's id.
        fields: what it is filled with.
        vars: what it may use, and the browser does not get.
    """

    id: str
    fields: dict[str, Any] = field(default_factory=dict)
    vars: dict[str, Any] = field(default_factory=dict)


@dataclass(slots=True)
class PromptRequest:
    """The form that was asked for; None if there was none."""

    prompt: Prompt | None = None


def prompt_outcome(state: State) -> Prompt | None:
    """Return the form that is shown; None for none."""
    prompt = state.of(PromptRequest).prompt
    return prompt and Prompt(prompt.id, owned(prompt.fields), owned(prompt.vars))


_RENDER: Final = Fields(
    {
        "promptId": Text(most=48),
        "promptOptions": Fields(
            {
                "fields": Fields(most=24, others="[a-zA-Z_][a-zA-Z0-9_]{0,49}"),
                "vars": Fields(most=24),
            },
            others=NO_OTHERS,
        ),
    },
    required=("promptId",),
)


class PromptAPI(Namespace[ApiT]):
    """`api.prompt`.

    Source: https://auth0.com/docs/actions/reference/post-login/post-login-api-object
    """

    path = "prompt"

    @method(returns="nothing")
    def render(self, promptId: str, promptOptions: Mapping[str, Any] | None = None) -> None:
        """Show a form when the Action has ended; one Action may show one, and not redirect too.

        Args:
            promptId: the form's id: up to 48 characters.
            promptOptions: `fields`, which fill the form in, and `vars`, which stay at Auth0: up to
                24 of each, and 24,576 bytes as JSON.

        Raises:
            ApiThrow: an argument is of a wrong type, or over its limit.

        >>> from pytest_auth0_actions import CacheStore, PostLoginAPI
        >>> api = PostLoginAPI(CacheStore(lambda: 0))
        >>> api.prompt.render("ap_1", {"fields": {"plan": "gold"}})

        Source: https://auth0.com/docs/actions/reference/post-login/post-login-api-object
        """
        suspension = self.context.in_run.of(Suspension)
        if suspension.by == "redirect":
            self.context.abort("Redirect and render commands cannot be used in the same action.")
            return
        if suspension.by == "render":
            self.context.abort("Only 1 render command per action is allowed.")
            return
        options = promptOptions if is_truthy(promptOptions) else {}
        check_arguments(_RENDER, promptId=promptId, promptOptions=options)
        if json_bytes(options) > MAX_OPTIONS_BYTES:
            raise ApiThrow(
                f"The total size of the prompt options exceeds the limit of {MAX_OPTIONS_BYTES} "
                "bytes."
            )
        given = fields_of(as_json(options))
        prompt = Prompt(promptId, dict(given.get("fields", {})), dict(given.get("vars", {})))
        self.context.state.of(PromptRequest).prompt = prompt
        suspension.by = "render"
        ask_user(self.context, "no form is shown")
        warn_if_out_of_reach(self.context, "show a form")
