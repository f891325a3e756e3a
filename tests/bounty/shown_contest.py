"""A contest as the contract shows it, with all that is shown of it."""

from __future__ import annotations

from dataclasses import replace
from typing import Any, Final

from hyperbounty.bounty.manifest import Estimates, Manifest, PricePart, PriceRises, SealedHoldout
from hyperbounty.bounty.report import HoldoutFacts, Report, SpecScore
from hyperbounty.bounty.show.contest import ContestFacts
from hyperbounty.bounty.types import (
    Contest,
    Dispute,
    Outcome,
    Panel,
    Phase,
    RevealedSpec,
    SeatState,
    Verdict,
)
from hyperbounty.money import COIN
from hyperbounty.spec.spec import Spec
from hyperbounty.spec.word import SPEC_MAXIMA
from hyperbounty.store import Cid

ORGANIZER, EVALUATOR, ADA, BEN = (f"0x{digit}" + "1" * 39 for digit in "abcd")
MEMBERS: Final = tuple(f"0x{digit}" + "2" * 39 for digit in "abc")
NOW: Final = 1_000_000
DAYS: Final = 86_400
CID: Final = str(Cid.raw(b""))

ESTIMATES: Final = Estimates(
    rise_rate_ppm=510_000,
    training_windows=4_737,
    holdout_windows=1_137,
    independent_outcomes=379,
    entries=256,
    chance_of_one_ppm=150_409,
    chance_of_any_ppm=1_000_000,
    bar_ppm=606_190,
)
MANIFEST: Final = Manifest(
    title="Does LTC rise?",
    source="sample",
    synthetic=True,
    training=PricePart(cid=CID, rows=4_800),
    columns=("LTC.close", "LTC.volume"),
    interval=300,
    task=PriceRises(coin="LTC", future_periods=3, sequence_length=60),
    holdout=SealedHoldout(cid=CID, rows=1_200, windows=1_137, key_commitment="0x" + "01" * 32),
    metric="balanced_accuracy",
    minimum_score_ppm=550_000,
    runs=2,
    run_seconds=60,
    versions={},
    tolerance_ppm=5_000,
    estimates=ESTIMATES,
)

CONTEST: Final = Contest(
    number=7,
    organizer=ORGANIZER,
    evaluator=EVALUATOR,
    asset=COIN,
    reward=5 * 10**17,
    sponsored=0,
    bond=10**17,
    evaluator_bond=5 * 10**16,
    evaluator_fee=0,
    entry_fee=10**15,
    minimum_score=550_000,
    shares=(6_000, 4_000),
    accept_ends=None,
    submit_ends=NOW + 100,
    submit_seconds=600,
    reveal_seconds=600,
    score_seconds=2_400,
    challenge_seconds=600,
    opened_at_block=1,
    limits=SPEC_MAXIMA,
    max_submissions=256,
    max_per_address=4,
    entry_seconds=MANIFEST.entry_seconds,
    throughput=100_000,
    manifest=MANIFEST.digest(),
    holdout_commitment=b"\1" * 32,
    standing=2,
    revealed=2,
    key_published=False,
    report=bytes(32),
    unscorable=False,
    winners=(),
    pot=0,
    phase=Phase.SUBMIT,
    outcome=Outcome.PENDING,
)

NO_PANEL: Final = Dispute(Panel(), (), None, None, (), Verdict.NONE, ())
PANEL: Final = Panel(MEMBERS, 5 * 10**16, 10**17, 10**16, 5_000, 600, 600)
DISPUTE: Final = Dispute(
    PANEL,
    (True, True, True),
    CONTEST.challenge_ends,
    ADA,
    (SeatState.SEALED, SeatState.OPENED, SeatState.SILENT),
    Verdict.NONE,
    (False, False, False),
)

SPECS: Final = (
    RevealedSpec(0, ADA, 0, 1, Spec(recurrent_units=(8,)).word, bytes(32)),
    RevealedSpec(1, BEN, 0, 2, Spec(cell="GRU", recurrent_units=(16,)).word, bytes(32)),
)


def contest_facts(dispute: Dispute = NO_PANEL, scores: tuple[int, ...] = (), **changes: Any) -> ContestFacts:
    """The contest with `changes` of what the contract has."""
    return ContestFacts(
        replace(CONTEST, **changes),
        dispute,
        MANIFEST,
        SPECS,
        scores,
        ESTIMATES,
        report(*scores) if scores else None,
        NOW,
    )


def report(*scores: int) -> Report:
    """A report of two specs and more with these scores in ppm; a score of 0 is a divergence."""
    return Report(
        chain_id=1,
        contract="0x" + "22" * 20,
        contest=7,
        manifest=CID,
        seed="0x" + "00" * 32,
        metric="balanced_accuracy",
        holdout=HoldoutFacts(prices=PricePart(cid=CID, rows=1_200), windows=1_137, rises=592),
        specs=tuple(
            SpecScore(
                index=index,
                participant=(ADA, BEN)[index % 2],
                spec="0x" + SPECS[index % 2].spec.hex(),
                score_ppm=score,
                run_scores_ppm=(score, score),
                interval_ppm=(score - 30_000, score + 30_000) if score else None,
                p_value_ppm=40_000 if score > 550_000 else 1_000_000,
                place=1 + sum(other > score + 50_000 for other in scores),
                parameters=10,
                run_seconds=10,
                note="" if score else "diverged",
            )
            for index, score in enumerate(scores)
        ),
        machine={},
        versions={},
    )
