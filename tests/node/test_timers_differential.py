"""The same script on a real Node.js with short real timers, and on ours: one order of events."""

from __future__ import annotations

import json
import re
import subprocess
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from pytest_auth0_actions import Action, LoadAction
from pytest_auth0_actions.node.find import find_node
from tests.conftest import WriteAction

SCRIPTS = Path(__file__).with_name("timer_scripts.js")
PROGRAMS = Path(__file__).with_name("timer_programs.js")
GAP_MS = 15
EXAMPLES = 80
ATTEMPTS = 5  # a busy machine may fire a real timer too late, and never too early


def really(source: str, folder: Path, given: object = None) -> Any:
    """Run a script on a Node.js that nobody has touched, and return what it prints."""
    script = folder / "real.js"
    script.write_text(source, encoding="utf-8")
    ended = subprocess.run(
        [find_node(None).path, "--no-warnings", str(script)],
        input=json.dumps(given),
        capture_output=True,
        text=True,
        check=True,
    )
    return json.loads(ended.stdout)


def until_equal(expected: object, attempt: Callable[[], object]) -> object:
    """Return what an attempt gives, the first that is *expected* if there is one."""
    for _ in range(ATTEMPTS - 1):
        got = attempt()
        if got == expected:
            return got
    return attempt()


NAMES = re.findall(r"^  ['\"](.+)['\"]: async", SCRIPTS.read_text(encoding="utf-8"), re.MULTILINE)

# Something keeps the process alive, as a server does at Auth0.
FOLLOW_ALL = f"""
const {{ follow }} = require({json.dumps(str(SCRIPTS))});
const server = setInterval(() => {{}}, 1000);
(async () => {{
  const all = {{}};
  for (const name of JSON.parse(require('fs').readFileSync(0))) all[name] = await follow(name);
  console.log(JSON.stringify(all));
  clearInterval(server);
}})();
"""


@pytest.fixture(scope="module")
def real_orders(tmp_path_factory: pytest.TempPathFactory) -> dict[str, list[str]]:
    """What each script says on a real Node.js."""
    orders: dict[str, list[str]] = really(FOLLOW_ALL, tmp_path_factory.mktemp("real"), NAMES)
    return orders


@pytest.mark.parametrize("name", NAMES)
def test_a_script_says_the_same_as_on_a_real_node(
    name: str,
    real_orders: dict[str, list[str]],
    load_action: LoadAction,
    write_handler: WriteAction,
    tmp_path: Path,
) -> None:
    follow = f"await require({json.dumps(str(SCRIPTS))}).follow({json.dumps(name)})"
    ours = load_action(write_handler(f"event.said = {follow};")).run({}).event["said"]
    assert len(ours) >= 2
    theirs: object = real_orders[name]
    if ours != theirs:
        theirs = until_equal(ours, lambda: really(FOLLOW_ALL, tmp_path, [name])[name])
    assert ours == theirs


def test_no_script_is_left_out() -> None:
    assert len(NAMES) == SCRIPTS.read_text(encoding="utf-8").count(": async (say) => {") > 30


# ---------------------------------------------------------------- generated programs

PLAY_ALL = f"""
const play = require({json.dumps(str(PROGRAMS))});
const programs = JSON.parse(require('fs').readFileSync(0));
const started = (program) => new Promise((resolve) => {{
  setImmediate(() => resolve(play(program, {GAP_MS})));
}});
Promise.all(programs.map(started)).then((orders) => console.log(JSON.stringify(orders)));
"""
LAST_STEP = 14

Node = dict[str, Any]


@st.composite
def programs(draw: st.DrawFn) -> Node:
    """Draw a program in which no two timers of different callbacks are due at the same step."""
    free = set(range(1, LAST_STEP + 1))
    labels = iter(range(1_000))
    timers: list[str] = []

    def due_after(now: int) -> int | None:
        later = sorted(step for step in free if step > now)
        if not later:
            return None
        step = draw(st.sampled_from(later[:6]))
        free.discard(step)
        return step

    def actions(now: int, depth: int) -> list[Node]:
        kinds = ["timeout", "twins", "interval", "sleep", "immediate", "tick", "micro", "clear"]
        chosen = draw(st.lists(st.sampled_from(kinds), min_size=depth == 0, max_size=4 - depth))
        return [made for kind in chosen for made in action(kind, now, depth)]

    def action(kind: str, now: int, depth: int) -> list[Node]:
        label = f"{kind}{next(labels)}"
        if kind == "clear":
            target = draw(st.sampled_from(timers)) if timers else label
            return [{"kind": kind, "label": label, "target": target}]
        if kind in {"immediate", "tick", "micro"}:
            then = actions(now, depth + 1) if depth < 3 else []
            return [{"kind": kind, "label": label, "then": then}]
        step = due_after(now)
        if step is None:
            return []
        made: Node = {"kind": kind, "label": label, "steps": step - now}
        if kind == "sleep":
            return [made | {"then": actions(step, depth + 1) if depth < 3 else []}]
        timers.append(label)
        if kind == "twins":
            twin = made | {"kind": "timeout", "label": f"{label}b"}
            return [made | {"kind": "timeout"}, twin]
        if kind == "interval":
            period, times = step - now, 1
            while times < 3 and step + period in free:
                step += period
                times += 1
                free.discard(step)
            return [made | {"times": times}]
        return [made | {"then": actions(step, depth + 1) if depth < 3 else []}]

    return {"actions": actions(0, 0), "steps": LAST_STEP + 1}


@pytest.fixture
def play(load_action: LoadAction, write_action: WriteAction) -> Action:
    return load_action(
        write_action(
            f"const play = require({json.dumps(str(PROGRAMS))});\n"
            "exports.onExecutePostUserRegistration = async (event) => {\n"
            f"  event.order = await play(event.program, {GAP_MS});\n"
            "};\n"
        )
    )


def test_generated_programs_have_the_order_that_they_have_on_a_real_node(
    play: Action, tmp_path: Path
) -> None:
    drawn: list[Node] = []

    @settings(
        max_examples=EXAMPLES,
        phases=[Phase.generate],
        database=None,
        deadline=None,
        suppress_health_check=list(HealthCheck),
    )
    @given(programs())
    def draw(program: Node) -> None:
        drawn.append(program)

    draw()
    assert len(drawn) >= EXAMPLES // 2
    ours = [play.run({"program": program}).event["order"] for program in drawn]
    theirs = really(PLAY_ALL, tmp_path, drawn)
    for program, our_order, their_order in zip(drawn, ours, theirs, strict=True):
        if our_order != their_order:
            again = until_equal(
                our_order,
                lambda: really(PLAY_ALL, tmp_path, [program])[0],  # noqa: B023
            )
            assert our_order == again, json.dumps(program)
    assert sum(map(len, ours)) > EXAMPLES
