"""What a parser finds in JavaScript. Offsets count characters from the start of the file."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import Enum, auto


class When(Enum):
    """How it is known that a way was gone."""

    LINE = auto()  # with the line that it starts on
    RUNS = auto()  # what stands at `at` was run
    SKIPS = auto()  # `at` was run more often than all of `instead` together


@dataclass
class Way:
    """One of the ways on from a branch.

    Attributes:
        missing: what to say if no run went it: ``"the condition was never true"``.
        when: how it is known that one did.
        at: where to look.
        instead: where to look, too.
        target: where it leads to; None if that is within the line, or out of the block.
        origin: where the statement starts that decides, if `at` is inside of it.
    """

    missing: str
    when: When
    at: int = 0
    instead: tuple[int, ...] = ()
    target: int | None = None
    origin: int | None = None


@dataclass
class Branch:
    """A place from which there are several ways on.

    Attributes:
        at: where it is.
        ways: the ways on.
        if_inline: whether it counts only if the last way leads to the same line.
    """

    at: int
    ways: list[Way]
    if_inline: bool = False


@dataclass(frozen=True)
class Limit:
    """What V8 may get wrong: nothing runs without the statement that it is in or comes after.

    Attributes:
        at: where that statement starts.
        is_count: whether what comes after it can't run more often than it, either.
        left_by: the statements in it that leave the function, so that nothing comes after it.
    """

    at: int
    is_count: bool
    left_by: tuple[int, ...] = ()


@dataclass(frozen=True)
class Loop:
    """A loop of which V8 takes what follows it for a part of its body.

    It does so with `for (let ...; ...; ...)` that has a function in it: each turn of it has
    variables of its own.
    """

    body: int
    end: int


@dataclass(frozen=True)
class Function:
    """A function: its name for people, and from where to where it goes."""

    name: str
    start: int
    end: int


@dataclass
class Parts:
    """All that was found.

    Attributes:
        statements: where they start.
        operands: where those start that are run or not by themselves.
        branches: from which there are several ways on.
        functions: those with a body.
        limits: of what can run, by where it is.
        loops: those that V8 takes too long.
    """

    statements: list[int] = field(default_factory=list)
    operands: list[int] = field(default_factory=list)
    branches: list[Branch] = field(default_factory=list)
    functions: list[Function] = field(default_factory=list)
    limits: dict[int, Limit] = field(default_factory=dict)
    loops: list[Loop] = field(default_factory=list)
