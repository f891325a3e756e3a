"""Whether this machine trains every entry of a contest in time."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

from hyperbounty.bounty.types import THROUGHPUT_UNIT
from hyperbounty.errors import InvalidInput
from hyperbounty.next_steps import NextStep, Parameter

if TYPE_CHECKING:
    from evaluator.bounty.accepting import Proposal
    from hyperbounty.bounty.manifest import Manifest
    from hyperbounty.compute.choice import ExecutorChoice


def measured(training: ExecutorChoice) -> int:
    """What `training` is worth, in thousandths of the reference core."""
    return THROUGHPUT_UNIT * (training.workers or os.cpu_count() or 1)


def check_capacity(asked: Proposal, manifest: Manifest, throughput: int) -> None:
    """Refuse what cannot be trained in time.

    Raises:
        InvalidInput: says how much it takes.
    """
    contest, panel = asked.contest, asked.dispute.panel
    needed = contest.needed_throughput
    if asked.seat is not None:
        needed = -(-contest.max_submissions * contest.entry_seconds * THROUGHPUT_UNIT // panel.seal_seconds)
    if throughput < needed:
        raise InvalidInput(
            f"to train every entry of contest {contest.number} in time takes {needed / THROUGHPUT_UNIT:.1f} reference "
            f"cores, and here are {throughput / THROUGHPUT_UNIT:.1f}",
            NextStep("do not accept, or train on more: {}", Parameter("workers")),
        )
