"""All contests of a chain, read in batches against one by one; both in one run, from the same node.

`python -m benchmarks.reads [CONTESTS]` starts Anvil, which must be on the PATH, opens CONTESTS of them (500 by default)
and reads them all both ways.
"""

from __future__ import annotations

import sys
import time
from collections.abc import Callable
from typing import Final

from hyperbounty.bounty.contract import BountyContract
from hyperbounty.bounty.types import Contest, Panel, Terms
from hyperbounty.chain.connection import Chain
from hyperbounty.chain.development import development_account
from hyperbounty.money import COIN
from hyperbounty.spec.word import SPEC_MAXIMA
from tests.conftest import started

SINGLE_REPEATS: Final = 3
BATCHED_REPEATS: Final = 10
DAY: Final = 24 * 3600


def opened(chain: Chain, contests: int) -> BountyContract:
    """A contract with this many contests."""
    organizer = development_account(0)
    contract, _ = BountyContract.deploy(chain, organizer)
    terms = Terms(
        asset=COIN,
        reward=1000,
        bond=100,
        evaluator_bond=100,
        evaluator_fee=0,
        entry_fee=10,
        minimum_score=1,
        shares=(6000, 3000, 1000),
        accept_ends=chain.timestamp() + DAY,
        submit_seconds=DAY,
        reveal_seconds=DAY,
        score_seconds=DAY,
        challenge_seconds=0,
        evaluator=development_account(1).address,
        limits=SPEC_MAXIMA,
        max_submissions=16,
        max_per_address=4,
        entry_seconds=1,
        manifest=b"m" * 32,
        holdout_commitment=b"h" * 32,
        panel=Panel(),
    )
    for _ in range(contests):
        contract.open(organizer, terms)
    return contract


def measure(read: Callable[[], list[Contest]], repeats: int) -> tuple[float, float, list[Contest]]:
    """Seconds and CPU seconds of this process, each the best of `repeats`, and what was read."""
    seconds = cpu = float("inf")
    found: list[Contest] = []
    for _ in range(repeats):
        before = time.perf_counter()
        cpu_before = time.process_time()
        found = read()
        seconds = min(seconds, time.perf_counter() - before)
        cpu = min(cpu, time.process_time() - cpu_before)
    return seconds, cpu, found


def main() -> None:
    """Measure and print the table."""
    contests = int(sys.argv[1]) if len(sys.argv) > 1 else 500
    with (
        started(["anvil", "--port", "0"], "Listening on ") as line,
        Chain.connect(f"http://{line.split('Listening on ')[1].strip()}") as chain,
    ):
        contract = opened(chain, contests)
        single_s, single_cpu, single = measure(
            lambda: [contract.contest(number) for number in range(1, contests + 1)], SINGLE_REPEATS
        )
        batched_s, batched_cpu, batched = measure(contract.contests, BATCHED_REPEATS)
    if single != batched:
        raise SystemExit("the two ways do not agree")
    print(f"{contests} contests{'seconds':>20}{'CPU seconds':>14}")
    print(f"{'one by one':16}{single_s:16.3f}{single_cpu:14.3f}")
    print(f"{'in batches':16}{batched_s:16.3f}{batched_cpu:14.3f}")
    print(f"one by one takes {single_s / batched_s:.1f} times the time of batches")


if __name__ == "__main__":
    main()
