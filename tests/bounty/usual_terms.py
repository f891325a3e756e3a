"""Terms that a contract takes, for tests that are about something else."""

from __future__ import annotations

import hashlib
from dataclasses import replace
from typing import Any, Final

from hyperbounty.bounty.types import Panel, Terms
from hyperbounty.money import COIN
from hyperbounty.spec.word import SPEC_MAXIMA

KEY: Final = b"k" * 32
"""Of the sealed holdout."""


def usual_terms(now: int, evaluator: str, **changes: Any) -> Terms:
    """Terms that can be opened at `now`, with small amounts, without a panel."""
    usual = Terms(
        asset=COIN,
        reward=1000,
        bond=100,
        evaluator_bond=50,
        evaluator_fee=0,
        entry_fee=10,
        minimum_score=1,
        shares=(10_000,),
        accept_ends=now + 10_000,
        submit_seconds=10_000,
        reveal_seconds=1000,
        score_seconds=2400,
        challenge_seconds=0,
        evaluator=evaluator,
        limits=SPEC_MAXIMA,
        max_submissions=16,
        max_per_address=4,
        entry_seconds=10,
        manifest=b"m" * 32,
        holdout_commitment=hashlib.sha256(KEY).digest(),
        panel=Panel(),
    )
    return replace(usual, **changes)
