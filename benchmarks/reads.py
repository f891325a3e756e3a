"""What reading a chain takes: all contests in batches against one by one, and the events of one old contest.

`python -m benchmarks.reads [CONTESTS]` starts Anvil, which must be on the PATH, opens CONTESTS of them (500 by default)
and reads them all both ways, in one run and from the same node. Before that it reads the events of a contest that lived
for 36,000 blocks, through a node in process that has 20 million blocks more and takes 10,000 at once.
"""

from __future__ import annotations

import sys
import time
from collections.abc import Callable
from dataclasses import replace
from typing import Final

from hyperbounty.bounty.contract import BountyContract
from hyperbounty.bounty.types import Contest, Panel, Terms
from hyperbounty.chain.connection import Chain
from hyperbounty.chain.development import development_account
from hyperbounty.money import COIN
from hyperbounty.spec.word import SPEC_MAXIMA
from tests.bounty.played_contest import World
from tests.chain.remote_node import Remote
from tests.conftest import started

SINGLE_REPEATS: Final = 3
BATCHED_REPEATS: Final = 10
DAY: Final = 24 * 3600
LIFE_BLOCKS: Final = 36_000
BLOCKS_SINCE: Final = 20_000_000
RANGE_BLOCKS: Final = 10_000


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


def batches(url: str, contests: int) -> None:
    """Measure all contests both ways, and print it."""
    with Chain.connect(url) as chain:
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


def history() -> None:
    """Count what the events of one old contest take, and print it."""
    world = World()
    world.finish()
    remote = Remote(world.node)
    remote.stretch = LIFE_BLOCKS // (world.direct.chain.block_number() - world.contest().opened_at_block)
    print(f"a chain of {BLOCKS_SINCE:,} blocks, a contest over {LIFE_BLOCKS:,}, {RANGE_BLOCKS:,} at once")
    print(f"{'the contract':16}{'eth_getLogs':>14}{'refused':>10}{'headers':>10}{'seconds':>10}")
    for name, counts_alike in (("counts alike", True), ("counts otherwise", False)):
        remote.tail, remote.limit, remote.refused = BLOCKS_SINCE, RANGE_BLOCKS, 0
        remote.counts.clear()
        world.remote = remote
        contract = world.client()
        contest = contract.contest(world.number)
        if counts_alike:
            contest = replace(contest, opened_at_block=contest.opened_at_block * remote.stretch)
        started_at = time.perf_counter()
        read = (contract.revealed_specs(contest), contract.recordings(contest), contract.holdout_key(contest))
        seconds = time.perf_counter() - started_at
        if not all(read):
            raise SystemExit("events are missing")
        logs, headers = (remote.counts[method] for method in ("eth_getLogs", "eth_getBlockByNumber"))
        print(f"{name:16}{logs:14}{remote.refused:10}{headers:10}{seconds:10.2f}")


def main() -> None:
    """Measure and print the tables."""
    history()
    print()
    with started(["anvil", "--port", "0"], "Listening on ") as line:
        batches(f"http://{line.split('Listening on ')[1].strip()}", int(sys.argv[1]) if len(sys.argv) > 1 else 500)


if __name__ == "__main__":
    main()
