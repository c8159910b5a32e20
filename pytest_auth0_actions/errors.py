"""Exceptions for what a test author, or an Action under test, got wrong.

What Auth0 would *answer* is never here: that is a value, see `values`.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from pytest_auth0_actions.values import Execution


class Auth0ActionsError(Exception):
    """The base of all our errors; its text says what happened, what was given, what to do.

    The text begins with a code, by which docs/errors.md explains it. So does that of a warning.

    >>> print(Auth0ActionsError("[A999] No such thing.", "Given: 'x'.", "Try 'y'."))
    [A999] No such thing.
    Given: 'x'.
    Try 'y'.
    """

    def __init__(self, what_happened: str, what_was_given: str, what_to_do: str) -> None:
        super().__init__(what_happened, what_was_given, what_to_do)
        self.what_happened = what_happened
        self.what_was_given = what_was_given
        self.what_to_do = what_to_do

    def __str__(self) -> str:
        return f"{self.what_happened}\n{self.what_was_given}\n{self.what_to_do}"


def printable(text: str) -> str:
    r"""Return *text* on one line, with an escape for each character that a terminal would act on.

    >>> printable("a\tb \x1b[31mred")
    'a\\tb \\x1b[31mred'
    """
    if text.isprintable():
        return text
    return "".join(char if char.isprintable() else ascii(char)[1:-1] for char in text)


def without_code(text: str) -> str:
    """Return the text of a message without its code, to be part of another one.

    >>> without_code("[A999] No such thing.")
    'No such thing.'
    """
    return text.partition("] ")[2]


def hides_our_frames(excinfo: Any) -> bool:
    """Tell pytest to leave our frames out of a traceback, unless the error is a bug of ours.

    Modules that raise for the user have it as their `__tracebackhide__`.
    """
    error = excinfo.value
    ours = isinstance(error, Auth0ActionsError | Auth0ActionsWarning | ApiThrow)
    return ours or hasattr(error, _RAISED_BY_TEST)


def raised_by_test(error: BaseException) -> BaseException:
    """Mark an error of the test's own code that we have called."""
    setattr(error, _RAISED_BY_TEST, True)
    return error


_RAISED_BY_TEST = "_auth0_raised_by_test"


class UsageError(Auth0ActionsError):
    """A call, marker or setting of ours was given something that it can't take.

    It is no `TypeError`, so that a test which expects one of its Action fails if it is misspelled.
    """


def no_import(name: str) -> UsageError:
    """Return the error for a fixture that is imported."""
    return UsageError(
        f"[A123] {name} is a fixture, and can't be imported.",
        f"Given: pytest_auth0_actions.{name}.",
        f"Ask for it as an argument, without an import: def test_it({name}): ...",
    )


class NodeNotFoundError(Auth0ActionsError):
    """No Node.js that can run an Action was found; raised only where a test needs one."""


class ActionLoadError(Auth0ActionsError):
    """An Action's file can't be run: it is missing, unreadable, or no Action of its trigger."""


class TenantError(Auth0ActionsError):
    """A tenant's folder can't be used: it is not there, or there is something wrong in it."""


class MissingSecretError(Auth0ActionsError):
    """An Action of a tenant read a secret whose value neither the export nor the test gives."""


class _RunError(Auth0ActionsError):
    """A run that ended badly.

    Attributes:
        execution: the run up to there.
        transaction: how far its flow came, as a `Transaction`; None outside of a flow.
    """

    transaction: Any = None

    def __init__(
        self, what_happened: str, what_was_given: str, what_to_do: str, execution: Execution[Any]
    ) -> None:
        super().__init__(what_happened, what_was_given, what_to_do)
        self.execution = execution

    def __reduce__(self) -> tuple[type[_RunError], tuple[object, ...]]:
        return type(self), (*self.args, self.execution)


class UnansweredRequestError(Auth0ActionsError):
    """An Action asked the network for something that the test does not answer."""


class UnusedRouteError(Auth0ActionsError, AssertionError):
    """A route of `http_mock` was set, and no Action called it."""


class ActionError(_RunError):
    """An Action threw, or its promise was rejected.

    Attributes:
        name: the JavaScript error's name, such as ``"TypeError"``; None if no Error was thrown.
        message: its message; what was thrown, as `util.inspect` shows it, if that was no Error.
        code: its `code`, such as ``"ERR_INVALID_ARG_TYPE"``, or None.
        stack: its stack, without frames of ours.
        execution: the run up to there.

    Example::

        def test_an_event_without_a_user_is_an_error(load_action):
            with pytest.raises(ActionError) as caught:
                load_action("actions/greet/code.js").run({})
            assert caught.value.name == "TypeError"
            assert caught.value.execution.calls == ()
    """

    def __init__(
        self,
        what_happened: str,
        what_was_given: str,
        what_to_do: str,
        execution: Execution[Any],
        name: str | None = None,
        message: str = "",
        code: str | None = None,
        stack: str = "",
    ) -> None:
        super().__init__(what_happened, what_was_given, what_to_do, execution)
        self.name = name
        self.message = message
        self.code = code
        self.stack = stack

    def __reduce__(self) -> tuple[type[ActionError], tuple[object, ...]]:
        own = (self.execution, self.name, self.message, self.code, self.stack)
        return type(self), (*self.args, *own)


class ActionCrashedError(_RunError):
    """An Action ended the Node.js process that it ran in; the next run starts a new one."""


class ActionTimeoutError(_RunError):
    """An Action did not settle in time; the next run starts a new process if it must."""


class ActionAbortedError(_RunError):
    """Auth0 ended the run when the handler had returned, for calls that exclude each other."""


class Auth0ActionsWarning(UserWarning):
    """The base of our warnings: Auth0 would say nothing, and something else was meant."""


class CacheOptionsWarning(Auth0ActionsWarning):
    """`api.cache.set` was given options that count for nothing, or two that compete."""


class CacheLifetimeWarning(Auth0ActionsWarning):
    """`api.cache.set` was asked for a life that is longer than any record's."""


class TtlUnitWarning(Auth0ActionsWarning):
    """`api.cache.set` was given seconds, as it seems, where it takes milliseconds."""


class IgnoredResultWarning(Auth0ActionsWarning):
    """A write was refused, and the Action never read the answer."""


class DroppedClaimWarning(Auth0ActionsWarning):
    """A custom claim was set that Auth0 leaves out of the token."""


class UnnamespacedClaimWarning(Auth0ActionsWarning):
    """A custom claim without a namespace was set in an access token for an api of Auth0's."""


class RedirectWarning(Auth0ActionsWarning):
    """A redirect or a form was asked for where the user can't be sent to a page."""


class RecordMethodWarning(Auth0ActionsWarning):
    """`api.authentication.recordMethod` was called outside of a continue handler."""


class MultifactorProviderWarning(Auth0ActionsWarning):
    """A second factor was asked for, or a provider of such, that Auth0 does not know."""


class AfterDenialWarning(Auth0ActionsWarning):
    """An Action has denied access, and did something besides that does not go with it."""


class NoUserWarning(Auth0ActionsWarning):
    """A custom token exchange ended without exactly one user."""


class MetadataSizeWarning(Auth0ActionsWarning):
    """Metadata is over its size."""


class MetadataIgnoredWarning(Auth0ActionsWarning):
    """Metadata was set that Auth0 does not store."""


class RevocationWarning(Auth0ActionsWarning):
    """A session or a refresh token was revoked where there is none."""


class PendingWorkWarning(Auth0ActionsWarning):
    """A handler did not await something, or used a promise as if it were the value."""


class MissingSecretWarning(Auth0ActionsWarning):
    """An Action read a secret that the test did not give."""


class MissingMemberWarning(Auth0ActionsWarning):
    """An Action used a member of `api` that its trigger does not have."""


class ChangedEventWarning(Auth0ActionsWarning):
    """An Action changed its event, which Auth0 does not keep."""


class PrintedSecretWarning(Auth0ActionsWarning):
    """An Action printed a secret with `console`."""


class OverwrittenClaimWarning(Auth0ActionsWarning):
    """An Action of a flow set a claim to another value than an earlier one."""


class SecondRedirectWarning(Auth0ActionsWarning):
    """A second Action of a flow has asked for a redirect."""


class LostMetadataWarning(Auth0ActionsWarning):
    """Metadata that an Action of a flow has set was lost, because a later one threw."""


class NearMissWarning(Auth0ActionsWarning):
    """An Action reads or exports, or a test gives, something by almost the name that it has."""


class ChildProcessWarning(Auth0ActionsWarning):
    """An Action started a child process, which leaves the test's clock and network."""


class ArgumentsWarning(Auth0ActionsWarning):
    """An api method was given arguments that Auth0 takes, and that were hardly meant."""


class StrayValueWarning(Auth0ActionsWarning):
    """An Action sends or stores a text such as `undefined`, which JavaScript made of a value."""


class RouteWarning(Auth0ActionsWarning):
    """A route of `http_mock` was given an answer that was hardly meant."""


class TenantWarning(Auth0ActionsWarning):
    """Something in a tenant's folder would go wrong at Auth0."""


class ApiThrow(Exception):  # noqa: N818 - it is JavaScript's `throw`, not an error of ours
    """What an api method throws in the Action: an Error with Auth0's own text.

    Attributes:
        name: the JavaScript class, ``"Error"`` or ``"TypeError"``.
        code: the error's `code`, if it has one.
        advice: what a test may do about it; empty for nothing.
    """

    name = "Error"
    advice = ""

    def __init__(self, message: str, code: str | None = None, advice: str = "") -> None:
        super().__init__(message)
        self.code = code
        if advice:
            self.advice = advice


class ApiTypeThrow(ApiThrow, TypeError):  # noqa: N818 - likewise
    """A `TypeError`, in the Action and in Python."""

    name = "TypeError"
