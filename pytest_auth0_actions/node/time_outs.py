"""Words a run that did not come to its end in time."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Final

from pytest_auth0_actions.errors import ActionTimeoutError
from pytest_auth0_actions.node.failures import FailedRun

TIME_LIMIT_S: Final = 20
"""Auth0's, in seconds: https://auth0.com/docs/customize/actions/limitations"""
_SHOWN_TIMERS = 3


def stalled(run: FailedRun, limit_s: float) -> ActionTimeoutError:
    """Return the error for a promise that nothing is left to settle."""
    return ActionTimeoutError(
        "[A410] The Action's handler never settles: nothing is left that could settle its promise.",
        f"Given: {run.mask(run.file.shown)}. {run.so_far()}{run.details()}",
        "See that each promise it awaits is resolved or rejected; Auth0 would stop it after "
        f"{limit_s:g} s.",
        run.execution,
    )


def timed_out(
    run: FailedRun,
    limit_s: float,
    waiting_for: Sequence[str],
    used_ms: Sequence[tuple[str, int]] | None,
    *,
    timers: Sequence[tuple[str, int]] = (),
    moved: bool = False,
) -> ActionTimeoutError:
    """Return the error for a run that waited longer than *limit_s* on the test's clock.

    Args:
        run: the run.
        limit_s: the limit, in seconds; in a flow that of all its Actions together.
        waiting_for: the requests that were not answered.
        used_ms: in a flow, what the Actions before it have used, by name, in milliseconds;
            None outside of one.
        timers: where the timers were set that were still to come.
        moved: whether the test itself moved the clock past the limit.
    """
    together, running, where = "The Action", "", run.file.passing("time_limit_s=...")
    if used_ms is not None:
        own_ms = ((run.execution.action, run.execution.duration_ms),)
        used = ", ".join(f"{name} {each_ms / 1_000:g} s" for name, each_ms in (*used_ms, *own_ms))
        together = "The Actions of the flow"
        if not run.file.loaded_by.startswith("tenant.flow("):  # which loads them and makes the flow
            where = "flow(..., time_limit_s=...)"
        running = f" was running; used: {used}"
    waited = ""
    if waiting_for:
        waited = f" It waited for {run.mask.from_action(', '.join(waiting_for))}."
    elif timers:
        places = dict.fromkeys(run.file.shown_place(f"{file}:{line}") for file, line in timers)
        more = " and others" if len(places) > _SHOWN_TIMERS else ""
        shown = run.mask(", ".join([*places][:_SHOWN_TIMERS]))
        waited = f" Still to come were timers set at {shown}{more}."
    late = ""
    if moved:
        late = (
            " The test moved the clock while it answered; to have just the answer come late, "
            'use extensions={"delay_ms": ...}.'
        )
    return ActionTimeoutError(
        f"[A411] {together} did not settle within {limit_s:g} s, and Auth0 would stop "
        f"{'it' if used_ms is None else 'them'} there.",
        f"Given: {run.mask(run.file.shown)}{running}.{waited} {run.so_far()}{run.details()}",
        f"Give what {'it waits' if used_ms is None else 'they wait'} for a shorter time-out"
        f"{'' if limit_s >= TIME_LIMIT_S else f', or pass {where}'}.{late}",
        run.execution,
    )


def silent(
    run: FailedRun, watchdog_s: float, reading: Mapping[str, Any] | None
) -> ActionTimeoutError:
    """Return the error for a run that did not come to an end in real time.

    Args:
        run: the run.
        watchdog_s: how long it may take, in seconds.
        reading: the call whose arguments were being read, if one was.
    """
    happened = f"[A412] The Action did not come to an end within {watchdog_s:g} s of real time."
    if reading is not None:
        file, line = reading["place"] or (run.file.path, 1)
        shown = run.mask(file.replace(run.file.path, run.file.shown))
        return ActionTimeoutError(
            f"{happened} It was reading an argument of api.{reading['reads_arguments_of']}().",
            f"Given: {shown}:{line}. {run.so_far()}{run.details()}",
            "Look for a getter, or a Proxy, in that argument that never returns.",
            run.execution,
        )
    return ActionTimeoutError(
        happened,
        f"Given: {run.mask(run.file.shown)}. {run.so_far()}{run.details()}",
        "Look for a loop that never ends (the clock stands still in a loop), or set ini "
        "auth0_watchdog to more seconds.",
        run.execution,
    )
