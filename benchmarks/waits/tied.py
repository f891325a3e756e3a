"""Gas of `recordScores` where all specs tie: `python -m benchmarks.waits.tied`.

It is the worst that there is: equal scores, revealed in the reverse order of submission, eight prizes, nine addresses
in turns. Beside it, scores at random. Gas is the same on every machine. It plays contests of 10, 100 and 1,024 specs on
py-evm, which takes minutes.
"""

from __future__ import annotations

import random
import sys
from typing import Final

from benchmarks.waits.outcome import Grown, Outcome
from benchmarks.waits.records import record
from tests.contracts.contract_world import World
from tests.contracts.gas.test_bounty_gas import reveal_in_reverse

SIZES: Final = (10, 100, 1_024)
GOAL: Final = 2_000_000
SCORE: Final = 700_001
WINDOWS_S: Final = 20_000
"""To submit and to reveal: a transaction is a block, and a block a second."""


def gas() -> list[Grown]:
    """Of so many specs: all tied, and at random."""
    world = World()
    contest = world.open(
        shares=[1_250] * 8, holdoutCommitment=bytes(32), submitSeconds=WINDOWS_S, revealSeconds=WINDOWS_S,
        maxSubmissions=SIZES[-1],
    )  # fmt: skip
    found = []
    for count in reveal_in_reverse(world, contest, SIZES):
        world.at(contest.reveal_ends)
        draw = random.Random(count)
        scores = {"tied": [SCORE] * count, "random": [draw.randrange(500_001, 900_001) for _ in range(count)]}
        used = {}
        for name, each in scores.items():
            with world.reverted():
                used[name] = int(world.record(contest, each)["gasUsed"])
        found.append(Grown(count, used["tied"], used["random"]))
        print(f"{count:6,} specs: {used['tied']:10,} gas tied, {used['random']:10,} at random", flush=True)
    return found


def main() -> None:
    """Measure, print and record."""
    growth = gas()
    most = growth[-1]
    outcome = Outcome(
        name="tied",
        what=f"`recordScores` of {most.size:,} specs, all tied",
        unit="gas",
        ours=most.ours,
        peer="scores at random",
        theirs=most.theirs,
        goal=f"at most {GOAL:,}",
        is_met=most.ours <= GOAL,
        grows="specs, gas",
        growth=tuple(growth),
        remark=(
            "cannot be reached: one cold read of storage, 2,100 gas, for each tied spec alone makes "
            f"{2_100 * most.size:,}. Scores at random leave most specs unread"
        ),
    )
    if "--record" in sys.argv:
        record([outcome])


if __name__ == "__main__":
    main()
