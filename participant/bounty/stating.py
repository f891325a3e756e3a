"""Keeps what `train` and `odds` say of specs, for the report that comes after the scores."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from hyperbounty.bounty.scoring import contest_name
from hyperbounty.statistics.ppm import PPM
from participant.workbench.stated import ODDS, KeptStatements, StatedFold, StatedOdds, Statement

if TYPE_CHECKING:
    from hyperbounty.bounty.contract import BountyContract
    from hyperbounty.bounty.rehearsal import Rehearsal
    from hyperbounty.bounty.types import Contest
    from hyperbounty.statistics.odds import Odds


def keep_statements(
    home: Path,
    contract: BountyContract,
    contest: Contest,
    rehearsal: Rehearsal,
    found: Sequence[Odds] = (),
    *,
    coin_ppm: int = 0,
    tried: int = 1,
) -> None:
    """Keep under `home` what came of a rehearsal, and the odds that were `found` of its specs, if any were.

    Args:
        home, contract, contest: where, and of which contest.
        rehearsal: with the folds of each spec.
        found: in the order of the specs.
        coin_ppm, tried: as they were stated with the odds.

    Raises:
        OSError: the disk does not take it.
    """
    kept = KeptStatements(home / ODDS)
    now = contract.chain.timestamp()
    for number, spec in enumerate(rehearsal.specs):
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
        if found:
            each = found[number]
            odds = StatedOdds(
                chance_ppm=round(PPM * each.chance),
                expected_ppm=each.expected_ppm,
                error_ppm=each.error_ppm,
                coin_chance_ppm=coin_ppm,
                tried=tried,
            )
        said = Statement(
            stated_at=now, metric=rehearsal.metric, minimum_ppm=rehearsal.minimum_ppm, folds=folds, odds=odds
        )
        kept.add(contest_name(contract, contest.number), spec.judged.spec.word, said)
