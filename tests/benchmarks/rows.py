"""The rows of the table: what is compared with what, and how far apart they may be."""

from __future__ import annotations

import math
import statistics
import sys
from collections.abc import Callable
from dataclasses import dataclass, field

from tests.benchmarks.running import BrokenCommandError, Sample

Samples = dict[str, Sample]
Measure = Callable[[], Samples]
Pick = Callable[[Samples], Sample]

BROKEN = "broken"


@dataclass
class Row:
    """One comparison.

    Attributes:
        work: what is measured.
        against: what with.
        target: the largest ratio that is wanted; None for a row that is there to be read.
        ours: picks our figure from a round's samples.
        theirs: picks the other.
        unit: how the figures are shown: "s", "ms", "us" or "MB".
        ratios: ours to theirs, one for each round.
        processor_ratios: the same of processor time, where it was measured.
        our_figures: ours, one for each round, in seconds or bytes.
        their_figures: theirs.
        note: why it was not measured.
    """

    work: str
    against: str
    target: float | None
    ours: Pick
    theirs: Pick
    unit: str = "s"
    ratios: list[float] = field(default_factory=list)
    processor_ratios: list[float] = field(default_factory=list)
    our_figures: list[float] = field(default_factory=list)
    their_figures: list[float] = field(default_factory=list)
    note: str = ""

    @property
    def met(self) -> bool | None:
        """Whether the median ratio is within the target; None if there is no telling."""
        if self.target is None or not self.ratios:
            return None
        return statistics.median(self.ratios) <= self.target

    def add(self, samples: Samples) -> None:
        """Add one round; if a sample is missing, the row is broken."""
        try:
            ours, theirs = self.ours(samples), self.theirs(samples)
        except KeyError:
            self.note = BROKEN
            return
        self.our_figures.append(ours.value)
        self.their_figures.append(theirs.value)
        # In a few tests less can be lost than the noise: such a difference is no figure.
        if ours.value > 0 and theirs.value > 0:
            self.ratios.append(ours.value / theirs.value)
        used_s, their_used_s = ours.processor_s, theirs.processor_s
        if used_s is not None and their_used_s is not None and used_s > 0 and their_used_s > 0:
            self.processor_ratios.append(used_s / their_used_s)


@dataclass
class Group:
    """Rows whose runs take turns, since they share some.

    Attributes:
        rows: the rows.
        measures: the runs of one round; each gives one or more samples.
        share: how many rounds there are for each one that was asked for.
    """

    rows: list[Row]
    measures: list[Measure]
    share: float = 1

    def play(self, pairs: int, *, warm_up: bool = True) -> None:
        """Run each once, unmeasured; then all in turn, in one order and then in the other."""
        if warm_up:
            self._take(self.measures)
        for number in range(math.ceil(pairs * self.share)):
            samples = self._take(self.measures if number % 2 else self.measures[::-1])
            for row in self.rows:
                row.add(samples)

    def _take(self, measures: list[Measure]) -> Samples:
        """Return one sample of each; what breaks is shown, and left out from then on."""
        samples: Samples = {}
        for measure in measures:
            try:
                samples |= measure()
            except BrokenCommandError as error:
                print(error, file=sys.stderr)
                self.measures = [each for each in self.measures if each is not measure]
        return samples


def sample(name: str) -> Pick:
    """Return what picks the sample of that name."""
    return lambda samples: samples[name]


def marginal(name: str, tests: int) -> Pick:
    """Return what picks the cost of one more test: what *tests* take beyond one, per test."""

    def pick(samples: Samples) -> Sample:
        return (samples[f"{name} {tests}"] - samples[f"{name} 1"]) * (1 / (tests - 1))

    return pick
