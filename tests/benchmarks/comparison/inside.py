"""What is measured inside of one test: calls, first runs, requests."""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path

from tests.benchmarks.comparison import sources
from tests.benchmarks.comparison.peers import Peers
from tests.benchmarks.comparison.rows import Samples
from tests.benchmarks.comparison.running import Command, Sample
from tests.benchmarks.comparison.suites import pytest_line

# Time stands still in a test, for time.perf_counter() too.
_HEAD = """\
import json
import statistics
from pathlib import Path

from pytest_auth0_actions.world.elapsed import real_monotonic_s


def report(**figures):
    Path("figures.json").write_text(json.dumps(figures), encoding="utf-8")


"""

FIRST = """\
def test_first_run(load_action):
    started_s = real_monotonic_s()
    execution = load_action("action.js").run()
    taken_s = real_monotonic_s() - started_s
    assert [call.path for call in execution.calls] == ["cache.get", "cache.set"]
    report(first=taken_s)
"""

_CALLS_ACTION = """\
exports.onExecutePostUserRegistration = async (event, api) => {
  const { member, count } = event.user.user_metadata;
  for (let number = 0; number < count; number++) {
    if (member === 'get') api.cache.get('token');
    else api.cache.set('token', 't0ken', { ttl: 60000 });
  }
};
"""

CALLS = """\
def seconds(action, event):
    started_s = real_monotonic_s()
    execution = action.run(event)
    taken_s = real_monotonic_s() - started_s
    assert len(execution.calls) == event["user"]["user_metadata"]["count"]
    return taken_s


def test_calls(load_action, make_event, api):
    api.cache.set("token", "t0ken")
    action = load_action("action.js")

    def taken_s(member, count):
        event = make_event(user={"user_metadata": {"member": member, "count": count}})
        return seconds(action, event)

    figures = {}
    for member in ("get", "set"):
        taken_s(member, 500)
        none_s = taken_s(member, 0)
        figures[member] = (taken_s(member, COUNT) - none_s) / COUNT
    report(**figures)
"""

CACHETOOLS = """\
from cachetools import TTLCache

KEYS = [f"key-{number}" for number in range(20)]


def test_set_then_get(api):
    ours, theirs = api.cache, TTLCache(maxsize=20, ttl=900, timer=lambda: 1_735_689_600)
    figures = {"ours": 0, "theirs": 0}

    def ours_s():
        started_s = real_monotonic_s()
        for key in KEYS:
            ours.set(key, "value")
        for key in KEYS:
            assert ours.get(key).value == "value"
        return real_monotonic_s() - started_s

    def theirs_s():
        started_s = real_monotonic_s()
        for key in KEYS:
            theirs[key] = "value"
        for key in KEYS:
            assert theirs.get(key) == "value"
        return real_monotonic_s() - started_s

    for number in range(COUNT):
        turns = [("ours", ours_s), ("theirs", theirs_s)]
        for name, seconds in turns[:: 1 if number % 2 else -1]:
            figures[name] += seconds() / COUNT
    report(**figures)
"""

_REQUESTS_ACTION = """\
exports.onExecutePostUserRegistration = async (event) => {
  const { host, count } = event.user.user_metadata;
  for (let number = 0; number < count; number++) {
    const response = await fetch(`https://${host}.example.com/`, { method: 'POST', body: '{}' });
    await response.json();
  }
};
"""

# What a run takes beyond one with fewer requests; the Action can't tell: its time stands still.
REQUESTS = """\
MORE = 10


def test_requests(load_action, make_event, http_mock):
    http_mock.post(url__regex=r"https://.*").respond(json={"access_token": "t0ken"})
    action = load_action("action.js")

    def taken_s(host, count):
        event = make_event(user={"user_metadata": {"host": host, "count": count}})
        started_s = real_monotonic_s()
        action.run(event)
        return real_monotonic_s() - started_s

    taken_s("warm", 2)
    first, kept = [], []
    for number in range(COUNT):
        none_s = taken_s("", 0)
        first.append(taken_s(f"host-{number}", 1) - none_s)
        one_s = taken_s("kept", 1)
        kept.append((taken_s("kept", 1 + MORE) - one_s) / MORE)
    report(first=statistics.median(first), kept=statistics.median(kept))
"""

_ACTIONS = {CALLS: _CALLS_ACTION, REQUESTS: _REQUESTS_ACTION}


@dataclass(frozen=True)
class Inside:
    """A session of one test that measures.

    Args:
        name: begins the names of its samples.
        command: runs it.
    """

    name: str
    command: Command

    def __call__(self) -> Samples:
        """Run it, and return what it reported."""
        self.command.time()
        figures = json.loads((self.command.folder / "figures.json").read_text(encoding="utf-8"))
        return {f"{self.name} {key}": Sample(figure) for key, figure in figures.items()}


def inside(name: str, test: str, peers: Peers, work: Path, count: int = 0) -> Inside:
    """Write a test that measures *count* of something, and return what runs it."""
    folder = work / "suites" / f"inside-{name}"
    folder.mkdir(parents=True, exist_ok=True)
    files = {
        "pytest.ini": "[pytest]\n",
        "action.js": _ACTIONS.get(test, sources.ACTION),
        "test_inside.py": f"{_HEAD}COUNT = {count}\n\n\n{test}",
    }
    for file, text in files.items():
        (folder / file).write_text(text, encoding="utf-8")
    line = pytest_line(peers.python, ("auth0_actions",))
    return Inside(name, Command(line, folder, "(?m)^1 passed"))
