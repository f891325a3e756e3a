"""Whether the specs of a contest can be trained in its time: one rule for all who must know it.

The organizer chooses the time for scoring by it, the evaluator accepts by it, and a participant is shown it. A contest
that nobody can score in time ends without a winner, and the evaluator's bond is at stake.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from hyperbounty.bounty.types import KEY_SHARE, THROUGHPUT_UNIT
from hyperbounty.durations import format_duration
from hyperbounty.errors import InvalidInput
from hyperbounty.next_steps import NextStep, Parameter

if TYPE_CHECKING:
    from hyperbounty.bounty.manifest import Manifest

RESERVE: Final = 4
"""One part in so many more than the formula's seconds: it undercounts some specs (benchmarks/cost/results.md)."""


def training_seconds(entries: int, entry_seconds: int, throughput: int) -> int:
    """Seconds by the clock that `entries` take at most, with the reserve.

    Args:
        entries: specs to train.
        entry_seconds: most seconds of the reference core that all runs of one take.
        throughput: what trains them, in thousandths of a reference core.

    >>> training_seconds(entries=256, entry_seconds=3 * 200, throughput=2000)
    96000
    """
    return _divided_up(entries * entry_seconds * THROUGHPUT_UNIT * (RESERVE + 1), throughput * RESERVE)


def wait_seconds(manifest: Manifest) -> int:
    """Seconds from the end of the reveals until the last row of a future holdout is there; 0 for a sealed one."""
    holdout = manifest.holdout
    return (holdout.rows + 1) * manifest.interval if holdout.mode == "future" else 0


def least_score_seconds(manifest: Manifest, max_submissions: int, throughput: int) -> int:
    """Least time for scoring in which `max_submissions` entries of the contest of `manifest` can be scored.

    Every entry may use all of its budget. A future holdout must first come to be. A sealed one may be opened as late as
    at the end of the first quarter, so the trainings must fit into the other three.

    Args:
        manifest: of the contest.
        max_submissions: entries that it takes.
        throughput: of the evaluator, in thousandths of a reference core.
    """
    needed = training_seconds(max_submissions, manifest.entry_seconds, throughput)
    if manifest.holdout.mode == "future":
        return wait_seconds(manifest) + needed
    return _divided_up(needed * KEY_SHARE, KEY_SHARE - 1)


def least_seal_seconds(manifest: Manifest, max_submissions: int, throughput: int) -> int:
    """Least time in which a member of a panel can train: one run more of each entry, with a seed of its own.

    The arguments are those of `least_score_seconds`; the holdout is open by then.
    """
    return training_seconds(max_submissions, manifest.entry_seconds + manifest.run_seconds, throughput)


def capacity_refusal(
    manifest: Manifest, *, max_submissions: int, score_seconds: int, throughput: int
) -> InvalidInput | None:
    """Why the entries cannot all be scored within `score_seconds`, with what would do; or None."""
    needed = least_score_seconds(manifest, max_submissions, throughput)
    return time_refusal(
        "the time for scoring",
        score_seconds,
        needed,
        entries=max_submissions,
        entry_seconds=manifest.entry_seconds,
        throughput=throughput,
        next_step=NextStep(
            "choose more with {}, fewer entries with {}, or less time a run with {}",
            Parameter("score_time", format_duration(needed)),
            Parameter("max_submissions"),
            Parameter("run_time"),
        ),
    )


def time_refusal(
    window: str, seconds: int, needed: int, *, entries: int, entry_seconds: int, throughput: int, next_step: NextStep
) -> InvalidInput | None:
    """Why `entries` cannot all be trained within a window; or None.

    Args:
        window: its name, such as `the time to seal`.
        seconds: how long it is.
        needed: the least that would do.
        entries, entry_seconds: how many there are, and what all runs of one take of the reference core.
        throughput: what trains them, in thousandths of a reference core.
        next_step: what to do about it.
    """
    if needed <= seconds:
        return None
    return InvalidInput(
        f"{entries:,} entries of {format_duration(entry_seconds)} each take {format_duration(needed)} with "
        f"{throughput / THROUGHPUT_UNIT:.1f} reference cores, and {window} is {format_duration(seconds)}",
        next_step,
    )


def _divided_up(dividend: int, divisor: int) -> int:
    return -(-dividend // divisor)
