"""The leaderboard of a scored contest, with what tells skill from luck beside it."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass

from hyperbounty.bounty.manifest import Manifest
from hyperbounty.bounty.report import Note, Report
from hyperbounty.statistics.noise import PPM, noise_band


@dataclass(frozen=True)
class Place:
    """One spec on the leaderboard.

    Attributes:
        place: from 1.
        index: of the spec in the contract.
        spec: the word, 32 bytes.
        over_base_rate_ppm: how far the score lies above the base rate; negative below it.
    """

    place: int
    index: int
    participant: str
    spec: bytes
    score_ppm: int
    over_base_rate_ppm: int
    won: bool
    note: Note


@dataclass(frozen=True)
class Leaderboard:
    """Every scored spec, winners first and then by score.

    Attributes:
        base_rate_ppm: accuracy of always naming the majority class of the holdout.
        noise_band: how far from the base rate a score may lie by chance, as a fraction of one (95 %).
        windows: predictions that one run is scored on.
        runs: trainings of a spec; the score is their mean.
    """

    places: tuple[Place, ...]
    minimum_ppm: int
    base_rate_ppm: int
    noise_band: float
    windows: int
    runs: int


def leaderboard(manifest: Manifest, report: Report, winners: Collection[int] = ()) -> Leaderboard:
    """The leaderboard of `report`; `winners` are indexes of specs, and come first whatever a tie looks like."""
    base_rate = report.holdout.base_rate_ppm
    ranked = sorted(report.specs, key=lambda spec: (spec.index not in winners, -spec.score_ppm))
    return Leaderboard(
        places=tuple(
            Place(
                place=place,
                index=spec.index,
                participant=spec.participant,
                spec=bytes.fromhex(spec.spec[2:]),
                score_ppm=spec.score_ppm,
                over_base_rate_ppm=spec.score_ppm - base_rate,
                won=spec.index in winners,
                note=spec.note,
            )
            for place, spec in enumerate(ranked, 1)
        ),
        minimum_ppm=manifest.minimum_score_ppm,
        base_rate_ppm=base_rate,
        noise_band=noise_band(base_rate / PPM, report.holdout.windows, manifest.target.future_periods),
        windows=report.holdout.windows,
        runs=manifest.runs,
    )
