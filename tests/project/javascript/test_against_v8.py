"""What V8 counts against what programs say of themselves."""

from __future__ import annotations

import json
import subprocess
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from pytest_auth0_actions.node.find import find_node
from pytest_auth0_actions.project.javascript.code import Arc, Code
from pytest_auth0_actions.project.javascript.counted import CountedFile

RUNNER = Path(__file__).with_name("runner.js")

Draw = st.DrawFn


class Program:
    """A program under construction; each of its lines that can run says so when it does."""

    def __init__(self, draw: Draw) -> None:
        self.draw = draw
        self.lines: list[str] = []

    def number(self) -> int:
        return len(self.lines) + 1

    def add(self, text: str) -> None:
        self.lines.append(text.replace("LINE", str(self.number())))

    def every(self) -> int:
        return self.draw(st.integers(1, 3))

    def block(self, depth: int) -> None:
        for _ in range(self.draw(st.integers(1, 3))):
            kinds = [self.plain, self.conditional, self.logical, self.leaf_if]
            if depth > 0:
                kinds += [self.if_, self.if_else, self.loop, self.switch, self.try_, self.function]
            kind = self.draw(st.sampled_from(kinds))
            kind(depth - 1)

    def plain(self, depth: int) -> None:
        self.add("hit(LINE);")

    def conditional(self, depth: int) -> None:
        self.add(f"hit(LINE); when(LINE, {self.every()}) ? 1 : 2;")

    def logical(self, depth: int) -> None:
        self.add(f"hit(LINE); left(LINE, {self.every()}) && 1;")

    def leaf_if(self, depth: int) -> None:
        word = self.draw(st.sampled_from(["1", "return", "hit(0)"]))
        self.add(f"hit(LINE); if (when(LINE, {self.every()})) {word};")

    def if_(self, depth: int) -> None:
        call = self.draw(st.sampled_from(["when(", "await later("]))
        self.add(f"hit(LINE); if ({call}LINE, {self.every()})) {{")
        self.block(depth)
        self.add("}")

    def if_else(self, depth: int) -> None:
        self.if_(depth)
        self.lines[-1] = "} else {"
        self.block(depth)
        self.add("}")

    def loop(self, depth: int) -> None:
        self.add(f"hit(LINE); for (let i = 0; i < {self.every() - 1}; i += 1) {{")
        self.block(depth)
        self.add("}")

    def switch(self, depth: int) -> None:
        cases = self.every()
        self.add(f"hit(LINE); switch (pick(LINE, {cases})) {{")
        for case in range(cases):
            self.add(f"case {case}:")
            self.block(depth)
            self.add("hit(LINE); break;")
        self.add("}")

    def try_(self, depth: int) -> None:
        self.add("hit(LINE); try {")
        self.block(depth)
        if self.draw(st.booleans()):
            self.add("hit(LINE); throw new Error();")
        self.add("} catch {")
        self.block(depth)
        self.add("} finally {")
        self.block(depth)
        self.add("}")

    def function(self, depth: int) -> None:
        name = f"f{self.number()}"
        self.add(f"hit(LINE); const {name} = async () => {{")
        self.block(depth)
        self.add("};")
        if self.draw(st.booleans()):
            self.add(f"hit(LINE); await {name}();")


@st.composite
def programs(draw: Draw) -> str:
    program = Program(draw)
    program.add("return (async () => {")
    if draw(st.booleans()):
        program.add("hit(LINE); '\N{LOBSTER} \N{PARTY POPPER}';")
    program.block(2)
    program.add("})();")
    return "\n".join(program.lines)


def expected_way(missing: str) -> str:
    """Return how a program calls a way, by what is said if no run went it."""
    if "never true" in missing or "never false" in missing:
        return "true" if "never true" in missing else "false"
    return "right" if "right side" in missing else "none" if "always matched" in missing else ""


def played(source: str) -> tuple[set[int], set[Arc], set[str]]:
    """Return lines and ways of a program that were gone, and what it says of itself."""
    done = subprocess.run(
        [find_node(None).path, str(RUNNER)],
        input=source,
        capture_output=True,
        text=True,
        check=True,
    )
    told = json.loads(done.stdout)
    counted = CountedFile(Path("program.js"), source)
    counted.add(told["ranges"])
    [(_, run, gone)] = counted.results()
    return run, gone, set(told["seen"])


def hits(source: str, run: set[int]) -> set[int]:
    """Return those lines that say so when they are run."""
    return {number for number in run if "hit(" in source.split("\n")[number - 1]}


@settings(
    max_examples=60,
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large],
)
@given(source=programs())
def test_lines_and_ways_are_those_that_were_gone(source: str) -> None:
    run, gone, seen = played(source)
    code = Code(source)

    assert hits(source, run) == {int(each) for each in seen if each.isdigit() and each != "0"}
    for arc, way in code.ways.items():
        name = expected_way(way.missing)
        if name:
            assert (arc in gone) == (f"{arc[0]} {name}" in seen), (arc, way)
    for line in code.lines:
        text = code.source_lines[line - 1]
        if "switch (" in text:
            cases = sorted(
                arc for arc, way in code.ways.items() if arc[0] == line and "case" in way.missing
            )
            taken = [arc in gone for arc in cases if "never taken" in code.ways[arc].missing]
            assert taken == [f"{line} {case}" in seen for case in range(len(taken))]


# V8 takes what follows these loops for a part of their bodies.
LOOPS = {
    "never": "for (let i = 0; i < 0; i += 1) {\nhit(LINE); (() => i)();\n}\nhit(LINE);",
    "goes on": "for (let i = 0; i < 1; i += 1) {\n(() => 1)(); continue;\nhit(0);\n}\nhit(LINE);",
    "ends": "for (let i = 0; i < 1; i += 1) {\n(() => i)(); break;\nhit(LINE);\n}\nhit(LINE);",
    "leaves": "for (let i = 0; i < 1; i += 1) {\n(() => i)();\nhit(LINE); return;\n}\nhit(LINE);",
    "class": "for (const i = 0; i < 0; ) {\nclass A {}\n}\nhit(LINE);",
    "of a condition": "if (when(LINE, 1)) for (let i = 0; i < 0; ) (() => 1)();\nhit(LINE);",
    "of another": "if (!when(LINE, 1)) for (let i = 0; i < 0; ) (() => 1)();\nhit(LINE);",
    "inner function": "for (let i = 0; i < 1; i += 1) {\n(() => {\nreturn; })();\n}\nhit(LINE);",
}


@pytest.mark.parametrize("name", LOOPS)
def test_what_follows_a_loop_is_no_part_of_it(name: str) -> None:
    program = ["return (async () => {", *LOOPS[name].splitlines(), "})();"]
    source = "\n".join(line.replace("LINE", str(at)) for at, line in enumerate(program, 1))
    run, _, seen = played(source)
    assert hits(source, run) == {int(each) for each in seen if each.isdigit()}
