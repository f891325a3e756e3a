"""Keeps what `train` and `odds` say of specs, for the list of entries and for the report after the scores."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING

from hyperbounty.bounty.scoring import contest_name
from hyperbounty.statistics.ppm import PPM
from participant.workbench.stated import ODDS, KeptStatements, StatedFold, StatedOdds, Statement, stated_before

if TYPE_CHECKING:
    from hyperbounty.bounty.contract import BountyContract
    from hyperbounty.bounty.prospects import Prospects
    from hyperbounty.bounty.rehearsal import Rehearsal
    from hyperbounty.bounty.types import Contest


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
        kept.add(contest_name(contract, number), spec.judged.spec.word, said)


def keep_at_submission(home: Path, contract: BountyContract, number: int, spec: bytes, commitment: bytes) -> None:
    """Keep the odds of a spec as they are stated now, under the commitment that it was submitted by.

    So they are found again by who has no key. The commitment is on the chain, and says nothing of the spec.

    Args:
        home: of the commands.
        contract, number: of the contest.
        spec: the 32-byte word.
        commitment: that was sent.
    """
    kept, name = KeptStatements(home / ODDS), contest_name(contract, number)
    # It is submitted, whatever the disk does now.
    with suppress(OSError):
        said = [each for each in kept.all(name, spec) if each.odds is not None]
        if said and not kept.all(name, commitment):
            kept.add(name, commitment, said[-1])


def odds_at_submission(
    home: Path, contract: BountyContract, contest: Contest, commitments: Sequence[bytes], spec: bytes | None
) -> int | None:
    """The chance in ppm of a submission to clear the bar, as it was stated when it was sent; None where none was.

    Args:
        home: of the commands.
        contract, contest: of the submission.
        commitments: that it may have been sent by, the newest first.
        spec: the 32-byte word, where it is known: then what was stated of it counts, before submissions were over.
    """
    kept, name = KeptStatements(home / ODDS), contest_name(contract, contest.number)
    said = next((found[-1] for each in commitments if (found := kept.all(name, each))), None)
    if said is None and spec is not None:
        said = stated_before(kept.all(name, spec), contest.submit_ends)
    return None if said is None or said.odds is None else said.odds.chance_ppm
