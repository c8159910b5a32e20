"""Writes the text of a first test."""

from __future__ import annotations

import re
import textwrap
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Final
from urllib.parse import urlsplit

from pytest_auth0_actions.first_test.literals import WIDTH, laid_out, literal
from pytest_auth0_actions.first_test.probe import Seen
from pytest_auth0_actions.first_test.seen import TOKEN, answers_json
from pytest_auth0_actions.project.usage import ApiUse

_METHODS: Final = frozenset({"GET", "POST", "PUT", "PATCH", "DELETE", "HEAD", "OPTIONS"})
_TOKEN: Final = "TOKEN"


@dataclass(frozen=True)
class Loaded:
    """How a test loads the Action.

    Attributes:
        path: its path, as `load_action` takes it; an Action of a tenant has its name there.
        secrets: its secrets.
        modules: what stands for each Actions Module: a path, and the secrets of it.
        trigger: the trigger; empty if it need not be named.
        module_secrets: the secrets of a tenant's modules, by name; None without a tenant.
    """

    path: str
    secrets: Mapping[str, str]
    modules: Mapping[str, tuple[str, Mapping[str, str]]]
    trigger: str = ""
    module_secrets: Mapping[str, Mapping[str, str]] | None = None

    @property
    def fixture(self) -> str:
        """The fixture that loads it."""
        return "load_action" if self.module_secrets is None else "tenant"

    @property
    def _function(self) -> str:
        return "load_action" if self.module_secrets is None else "tenant.action"

    def arguments(self) -> dict[str, object]:
        """Return the keyword arguments of the call that loads it."""
        specs = {
            name: (file, dict(secrets)) if secrets else file
            for name, (file, secrets) in self.modules.items()
        }
        of_modules = {name: dict(each) for name, each in (self.module_secrets or {}).items()}
        given = {
            "trigger": self.trigger,
            "secrets": dict(self.secrets),
            "modules": specs,
            "module_secrets": of_modules,
        }
        return {name: each for name, each in given.items() if each}

    def call(self) -> str:
        """Return the call that loads it, as Python on one line.

        >>> Loaded("code.js", {"KEY": "k"}, {}).call()
        'load_action("code.js", secrets={"KEY": "k"})'
        >>> Loaded("Plan", {}, {}, module_secrets={"crm": {"KEY": "k"}}).call()
        'tenant.action("Plan", module_secrets={"crm": {"KEY": "k"}})'
        """
        named = (f"{name}={literal(each)}" for name, each in self.arguments().items())
        return f"{self._function}({', '.join([literal(self.path), *named])})"

    def laid_out_call(self) -> str:
        """Return the call that loads it, over several lines if it is long."""
        call = self.call()
        if len(call) + len("    return ") <= WIDTH:
            return call
        lines = [f"        {literal(self.path)},\n"]
        for name, each in self.arguments().items():
            lines.append(f"        {name}={laid_out(each, 8, 10 + len(name))},\n")
        return f"{self._function}(\n{''.join(lines)}    )"


def worth_a_test(seen: Sequence[Seen], source: str) -> list[Seen]:
    """Return the runs that differ: the usual one, and the first of each other way through it.

    A run in which the Action failed for a field that was taken away, or of another type, says
    little.
    """
    kept: dict[object, Seen] = {}
    for each in seen:
        is_usual = each is seen[0]
        is_outage = each.case.status != 200
        if not is_usual and (each.is_fatal or (is_outage and not each.requests)):
            continue
        if each.error is not None and not is_usual and not (is_outage and each.is_thrown):
            continue
        texts = tuple(text for text in each.texts if text in source)
        thrown = each.error and each.error[0]
        asked = tuple((method, urlsplit(url).netloc) for method, url in each.requests)
        way = (each.case.method, each.calls, texts, asked, thrown)
        kept.setdefault((way, is_outage), each)
        if is_outage:
            usual = seen[0]
            same = (usual.calls, usual.texts, usual.facts, usual.logs, usual.error)
            if same == (each.calls, each.texts, each.facts, each.logs, each.error):
                del kept[(way, is_outage)]
    return list(kept.values())


def that_show_more(seen: Sequence[Seen], kept: Sequence[Seen], source: str) -> list[Seen]:
    """Return the runs that make a call, or pass a text of the code, that none before them did.

    Args:
        seen: the runs to choose from.
        kept: those that have a test already.
        source: the code.
    """
    known = {each for one in kept for each in _shown_by(one, source)}
    more = []
    for one in seen:
        shown = _shown_by(one, source)
        if one.error is None and not shown <= known:
            more.append(one)
            known |= shown
    return more


def _shown_by(seen: Seen, source: str) -> set[str]:
    return {*seen.calls, *(text for text in seen.texts if text in source)}


def first_test(
    name: str,
    trigger: str,
    loaded: Loaded,
    seen: Sequence[Seen],
    unreached: Sequence[ApiUse],
    continues: bool = False,
) -> str:
    """Return the text of a file of tests.

    Args:
        name: the Action's name.
        trigger: its trigger.
        loaded: how it is loaded.
        seen: the runs; one test each.
        unreached: the calls of the api that none of them made.
        continues: whether the user comes back to it, and no test has that.
    """
    tests = "\n\n".join(_test(each) for each in seen)
    docstring = f'"""Tests the Action {name}, of the trigger {trigger}."""'
    imports = ["import pytest\n"]
    names = [each for each in ("UNDEFINED", "ActionError") if re.search(rf"\b{each}\b", tests)]
    if names:
        imports.append(f"from pytest_auth0_actions import {', '.join(names)}\n")
    head = "\n".join(imports)
    token = f"\n{_TOKEN} = {laid_out(TOKEN, 0, 8)}\n" if f"json={_TOKEN}" in tests else ""
    text = f"{docstring}\n\n{head}{token}\n\n@pytest.fixture\ndef action({loaded.fixture}):\n"
    secrets = " Its secrets are placeholders." if loaded.secrets or loaded.module_secrets else ""
    what = "The Action" if loaded.module_secrets is None else "The Action of the tenant"
    text += f'    """{what}.{secrets}"""\n    return {loaded.laid_out_call()}\n\n\n{tests}'
    if unreached:
        lines = "\n".join(f"# - api.{each.path} in line {each.line}" for each in unreached)
        text += f"\n\n# No test here leads to:\n{lines}\n"
    if continues:
        text += (
            "\n\n# No test here has the user come back. With the fixture flow:\n"
            "# flow(action).run().resume(query={...}), and sign(...) for a token in the query.\n"
        )
    return text


def _test(seen: Seen) -> str:
    case = seen.case
    routes = [*dict.fromkeys(_route(each, case.status) for each in seen.requests)]
    fixtures = "action, http_mock" if routes else "action"
    lines = [f"def test_{case.name}({fixtures}):", f'    """{case.about}"""']
    lines += [f"    {_shortened(route)}" for route in routes]
    call = f"action.{case.method}({case.arguments})"
    if seen.error is not None and seen.is_thrown and case.status != 200:
        lines.append("    with pytest.raises(ActionError) as caught:")
        lines.append(f"        {call}")
        lines.append(f"    assert caught.value.message == {literal(seen.error[2])}")
        return "\n".join(lines) + "\n"
    if seen.error is not None:
        reason = textwrap.wrap(f"When this was written: {seen.error[1].splitlines()[0]}", WIDTH - 6)
        lines += [f"    # {each}" for each in reason]
        return "\n".join([*lines, f"    {call}"]) + "\n"
    lines.append(f"    run = {call}")
    if len(lines[-1]) > WIDTH:
        lines[-1] = f"    run = action.{case.method}(\n        {case.arguments}\n    )"
    lines += _asserts(seen)
    return "\n".join(lines) + "\n"


def _shortened(route: str) -> str:
    """Return a route, over several lines if it is long."""
    if len(route) + 4 <= WIDTH:
        return route
    mocked, answers = route.rsplit(".respond(", 1)
    method, url = mocked.split("(", 1)
    return f"{method}(\n        {url[:-1]}\n    ).respond({answers}"


def _route(request: tuple[str, str], status: int) -> str:
    method, url = request
    base = url.partition("?")[0]
    if method in _METHODS:
        mocked = f"http_mock.{method.lower()}({literal(base)})"
    else:
        mocked = f"http_mock.route(method={literal(method)}, url={literal(base)})"
    if status != 200:
        return f"{mocked}.respond({status})"
    answer = answers_json(url)
    return f"{mocked}.respond(json={_TOKEN if answer == TOKEN else literal(answer)})"


def _asserts(seen: Seen) -> Iterable[str]:
    if not seen.facts and seen.args:  # nothing else would show what the calls were about
        yield _assert("[(call.path, *call.args) for call in run.calls]", list(seen.args))
    else:
        yield _assert("[call.path for call in run.calls]", list(seen.calls))
    if not seen.calls and seen.logs:
        yield _assert("run.logs", seen.logs)
    for expression, value in seen.facts:
        yield _assert(expression.replace("outcome", "run.outcome", 1), value)


def _assert(expression: str, value: object) -> str:
    equals = "is" if isinstance(value, bool) else "=="
    start = f"    assert {expression} {equals} "
    return start + laid_out(value, 4, len(start))
