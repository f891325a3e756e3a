"""Keeps what `train` and `odds` say of specs, for the report that comes after the scores."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from hyperbounty.statistics.ppm import PPM
from participant.workbench.stated import ODDS, KeptStatements, StatedFold, StatedOdds, Statement

if TYPE_CHECKING:
    from hyperbounty.bounty.contract import BountyContract
    from hyperbounty.bounty.prospects import Prospects
    from hyperbounty.bounty.rehearsal import Rehearsal


def keep_statements(
    home: Path, contract: BountyContract, number: int, rehearsal: Rehearsal, found: Prospects | None = None
) -> None:
    """Keep under `home` what came of a rehearsal, and the odds of its specs, where they were asked for.

    Args:
        home: of the commands.
        contract, number: of the contest.
        rehearsal: with the folds of each spec.
        found: its prospects.

    Raises:
        OSError: the disk does not take it.
    """
    kept = KeptStatements(home / ODDS)
    now = contract.chain.timestamp()
    for at, spec in enumerate(rehearsal.specs):
        folds = tuple(
            StatedFold(
                number=fold.number,
                first_time=fold.times[0],
                last_time=fold.times[1],
                training_windows=len(fold.train),
                windows=block.windows,
                scores_ppm=tuple(run.score_ppm(rehearsal.metric) for run in runs),
            )
            for fold, block, runs in zip(rehearsal.folds, rehearsal.blocks, spec.results, strict=True)
        )
        odds = None
        if found is not None:
            each = found.odds[at]
            odds = StatedOdds(
                chance_ppm=round(PPM * each.chance),
                expected_ppm=each.expected_ppm,
                error_ppm=each.error_ppm,
                coin_chance_ppm=found.coin_ppm,
                tried=found.tried,
            )
        said = Statement(
            stated_at=now, metric=rehearsal.metric, minimum_ppm=rehearsal.minimum_ppm, folds=folds, odds=odds
        )
        kept.add(contract.contest_name(number), spec.judged.spec.word, said)
