"""What one run of a study is, in full, and which agents and terms that means."""

from __future__ import annotations

from dataclasses import dataclass, fields
from typing import Any, Final, Literal

from hyperbounty.models.kinds import Kind
from hyperbounty.models.rules import DAY, Terms
from hyperbounty.models.simulation.agents import UNIT, Agent, bad, good

Mechanism = Literal["stake", "points", "market"]

PPM: Final = 1_000_000
_WEIGHT: Final = 60 * UNIT
_FLOOR_SHIFT: Final = 6
_GOOD_WAIT_S: Final = 600
_OPEN_TO_ALL_S: Final = 9 * DAY
_LEAST_INTERVAL_S: Final = 60
_WATCH_S: Final = 3_600
_BAD_OF: Final = 7
"""One in so many agents is bad, where there are more than two."""


@dataclass(frozen=True)
class Case:
    """One run, but for its seed: the level of every factor.

    Attributes:
        data: a data set that `samples` knows.
        kind: of the model.
        words: so many of the most frequent words of the training texts are features.
        reviews: training texts, those for the time before included.
        step: of a sparse perceptron.
        weight_ppm: the price beside that of the base case, in millionths.
        refund_wait_s: seconds until a stake can be had back.
        bad_wait_s: mean seconds between two samples of all bad agents together; those of the good ones are 600.
        agents: how many there are. Of two one is bad, of more one in seven.
        watched: whether the good ones have watchers, who claim for them every hour.
        mechanism: stakes, points without money, or a market.
    """

    data: str = "imdb"
    kind: Kind = Kind.SPARSE_PERCEPTRON
    words: int = 1_000
    reviews: int = 25_000
    step: int = 4
    weight_ppm: int = PPM
    refund_wait_s: int = DAY
    bad_wait_s: int = 3_600
    agents: int = 2
    watched: bool = False
    mechanism: Mechanism = "stake"

    @property
    def terms(self) -> Terms:
        """Of the model."""
        waits = {"refund_wait": self.refund_wait_s, "owner_wait": _OPEN_TO_ALL_S, "any_wait": _OPEN_TO_ALL_S}
        if self.mechanism == "points":
            return Terms(0, 0, **waits, min_interval=_LEAST_INTERVAL_S)
        return Terms(_WEIGHT * self.weight_ppm // PPM, _FLOOR_SHIFT, **waits)

    @property
    def good(self) -> tuple[Agent, ...]:
        """The good agents, who come first, so that they draw the same without the bad ones."""
        count = self.agents - self._bad_count
        watch_s = _WATCH_S if self.watched else 0
        return tuple(
            good(f"good-{number}", wait_mean_s=_GOOD_WAIT_S * count, watch_s=watch_s) for number in range(count)
        )

    @property
    def bad(self) -> tuple[Agent, ...]:
        """The bad agents."""
        count = self._bad_count
        return tuple(bad(f"bad-{number}", wait_mean_s=self.bad_wait_s * count) for number in range(count))

    @property
    def everybody(self) -> tuple[Agent, ...]:
        """All agents, in their order."""
        return self.good + self.bad

    @property
    def _bad_count(self) -> int:
        return max(1, round(self.agents / _BAD_OF))


FACTORS: Final = tuple(field.name for field in fields(Case))
"""What a study can vary."""


@dataclass(frozen=True)
class Planned:
    """One run of a study.

    Attributes:
        part: of the study.
        level: of the part's factors, as the file has it.
        case: what is run.
        seed: of the order of the texts, of all draws, and of what is learned before.
    """

    part: str
    level: str
    case: Case
    seed: int

    @property
    def key(self) -> tuple[str, str, int]:
        """What no other run of the study has."""
        return self.part, self.level, self.seed


@dataclass(frozen=True)
class Part:
    """Runs that differ in one factor, or in two.

    Attributes:
        name: of the part.
        factors: that differ.
        levels: the name of each level, with its case, in the order of the file.
        seeds: of each level: the same for all, so that levels are compared in pairs.
    """

    name: str
    factors: tuple[str, ...]
    levels: tuple[tuple[str, Case], ...]
    seeds: tuple[int, ...]

    @property
    def runs(self) -> list[Planned]:
        """Level by level."""
        return [Planned(self.name, level, case, seed) for level, case in self.levels for seed in self.seeds]


@dataclass(frozen=True)
class Study:
    """All that is run.

    Attributes:
        title: the question.
        base: the case that all others are made from.
        parts: in the order of the file.
        document: the file, as JSON has it: two studies with the same document are the same.
    """

    title: str
    base: Case
    parts: tuple[Part, ...]
    document: dict[str, Any]

    @property
    def runs(self) -> list[Planned]:
        """Part by part."""
        return [run for part in self.parts for run in part.runs]
