"""The leaderboard of a scored contest, with what tells skill from luck beside it."""

from __future__ import annotations

from collections.abc import Mapping

from rich.table import Table

from hyperbounty.bounty.manifest import Manifest
from hyperbounty.bounty.report import Report
from hyperbounty.format import percent
from hyperbounty.spec.spec import Spec
from hyperbounty.statistics.noise import PPM, noise_band


def leaderboard(manifest: Manifest, report: Report, names: Mapping[str, str], winners: tuple[int, ...]) -> Table:
    """Best first; the caption gives bar, base rate and noise band."""
    rate = report.holdout.base_rate_ppm
    band = noise_band(rate / PPM, report.holdout.windows, manifest.target.future_periods)
    table = Table(
        "place",
        "participant",
        "spec",
        "score",
        "over base rate",
        "note",
        title="Leaderboard",
        title_justify="left",
        title_style="bold",
        caption=f"minimum {percent(manifest.minimum_score_ppm)} · base rate {percent(rate)} ± {band * 100:.2f} "
        f"(95 % noise band) · {report.holdout.windows:,} windows · mean of {manifest.runs} runs",
        caption_justify="left",
        box=None,
    )
    ranked = sorted(report.specs, key=lambda spec: (spec.index not in winners, -spec.score_ppm))
    for place, spec in enumerate(ranked, 1):
        over = (spec.score_ppm - rate) / PPM * 100
        table.add_row(
            str(place),
            names.get(spec.participant, spec.participant),
            Spec.from_word(bytes.fromhex(spec.spec[2:])).describe(),
            percent(spec.score_ppm),
            f"{over:+.2f}",
            " ".join(filter(None, ("won" if spec.index in winners else "", spec.note))),
        )
    return table
