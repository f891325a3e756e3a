"""The leaderboard of a scored contest, with what tells skill from luck beside it."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import asdict, dataclass
from typing import Any

from hyperbounty.bounty.manifest import Manifest
from hyperbounty.bounty.report import Note, Report
from hyperbounty.statistics.metrics import HALF_PPM, METRICS, MetricName


@dataclass(frozen=True)
class Place:
    """One spec on the leaderboard.

    Attributes:
        place: from 1; shared by specs that the holdout cannot tell apart. Prizes go by the scores alone.
        index: of the spec in the contract.
        spec: the word, 32 bytes.
        interval_ppm: 95 % interval of the score; None where training diverged or did not take place.
        p_value_ppm: chance to seem as good without skill, corrected for the number of entries.
    """

    place: int
    index: int
    participant: str
    spec: bytes
    score_ppm: int
    interval_ppm: tuple[int, int] | None
    p_value_ppm: int
    won: bool
    note: Note


@dataclass(frozen=True)
class Leaderboard:
    """Every scored spec, by its place, and on one place by its score.

    Attributes:
        metric: what a score is.
        skilless_ppm: what a constant model scores.
        windows: predictions that one run is scored on.
        runs: trainings of a spec; the score is their mean.
    """

    places: tuple[Place, ...]
    metric: MetricName
    minimum_ppm: int
    skilless_ppm: int
    windows: int
    runs: int

    def json(self) -> dict[str, Any]:
        """The facts as JSON types."""
        places = [{**asdict(place), "spec": "0x" + place.spec.hex()} for place in self.places]
        return {**asdict(self), "places": places}


def leaderboard(manifest: Manifest, report: Report, winners: Collection[int] = ()) -> Leaderboard:
    """The leaderboard of `report`; `winners` are the indexes of the specs that won, and come first on their place."""
    ranked = sorted(report.specs, key=lambda spec: (spec.place, spec.index not in winners, -spec.score_ppm))
    return Leaderboard(
        places=tuple(
            Place(
                place=spec.place,
                index=spec.index,
                participant=spec.participant,
                spec=bytes.fromhex(spec.spec[2:]),
                score_ppm=spec.score_ppm,
                interval_ppm=spec.interval_ppm,
                p_value_ppm=spec.p_value_ppm,
                won=spec.index in winners,
                note=spec.note,
            )
            for spec in ranked
        ),
        metric=manifest.metric,
        minimum_ppm=manifest.minimum_score_ppm,
        skilless_ppm=report.holdout.base_rate_ppm if METRICS[manifest.metric].follows_base_rate else HALF_PPM,
        windows=report.holdout.windows,
        runs=manifest.runs,
    )
