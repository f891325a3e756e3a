"""What reading a chain takes: a list of all contests in batches against one by one, and the events of an old contest.

`python -m benchmarks.reads [CONTESTS]` starts Anvil, which must be on the PATH, opens CONTESTS of them (500 unless
given), each with a panel, and reads what a list shows of them both ways, in one run and from the same node, at 10,
100, 1,000, … of them and at the end.
Before that it reads the events of a contest that lived for 36,000 blocks, through a node in process that has up to 20
million blocks more and takes 10,000 at once. With --record it keeps both for the table of waits.
"""

from __future__ import annotations

import argparse
import time
from collections.abc import Callable, Iterator
from dataclasses import replace
from typing import Final
from unittest.mock import patch

from requests import Session

from benchmarks.waits.outcome import Grown, Outcome
from benchmarks.waits.records import record
from hyperbounty.bounty.contract import BountyContract
from hyperbounty.bounty.show.listing import list_contests
from hyperbounty.bounty.types import Contest, Dispute, Panel, Terms
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
BLOCKS_SINCE: Final = (20_000, 200_000, 2_000_000, 20_000_000)
RANGE_BLOCKS: Final = 10_000
MOST_REQUESTS: Final = 10
"""For all contests, and for the events of one over those that the blocks of its life take."""
MOST_S: Final = 1.0
"""For all contests."""


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
        challenge_seconds=DAY,
        evaluator=development_account(1).address,
        limits=SPEC_MAXIMA,
        max_submissions=16,
        max_per_address=4,
        entry_seconds=1,
        manifest=b"m" * 32,
        holdout_commitment=b"h" * 32,
        panel=Panel((development_account(2).address,), 100, 100, 10, 5_000, DAY, DAY),
    )
    for _ in range(contests):
        contract.open(organizer, terms)
    return contract


def one_by_one(contract: BountyContract, count: int) -> list[tuple[Contest, Dispute]]:
    """What a list shows of each contest, a request for each view."""
    return [(contract.contest(number), contract.dispute(number)) for number in range(1, count + 1)]


def in_batches(contract: BountyContract) -> list[tuple[Contest, Dispute]]:
    """The same as the list reads it."""
    return [(each.contest, each.dispute) for each in list_contests(contract)]


def measure(
    read: Callable[[], list[tuple[Contest, Dispute]]], repeats: int
) -> tuple[float, float, list[tuple[Contest, Dispute]]]:
    """Seconds and CPU seconds of this process, each the best of `repeats`, and what was read."""
    seconds = cpu = float("inf")
    found: list[tuple[Contest, Dispute]] = []
    for _ in range(repeats):
        before = time.perf_counter()
        cpu_before = time.process_time()
        found = read()
        seconds = min(seconds, time.perf_counter() - before)
        cpu = min(cpu, time.process_time() - cpu_before)
    return seconds, cpu, found


def batches(url: str, contests: int) -> Outcome:
    """Measure all contests both ways, fewer first, and print it."""
    growth, requests = [], 0
    print(f"{'contests':16}{'seconds':>20}{'CPU seconds':>14}")
    with Chain.connect(url) as chain:
        for count in (*(size for size in (10, 100, 1_000, 10_000) if size < contests), contests):
            contract = opened(chain, count)
            single_s, single_cpu, single = measure(
                lambda: one_by_one(contract, count),  # noqa: B023 - called at once
                SINGLE_REPEATS,
            )
            batched_s, batched_cpu, batched = measure(lambda: in_batches(contract), BATCHED_REPEATS)  # noqa: B023 - at once
            with patch.object(Session, "send", autospec=True, side_effect=Session.send) as sent:
                in_batches(contract)
            requests = sent.call_count
            if single != batched:
                raise SystemExit("the two ways do not agree")
            print(f"{count:<16,}{'one by one':12}{single_s:8.3f}{single_cpu:14.3f}")
            print(f"{'':16}{'in batches':12}{batched_s:8.3f}{batched_cpu:14.3f}, {requests} requests", flush=True)
            growth.append(Grown(count, batched_cpu, single_cpu))
    print(f"one by one takes {single_s / batched_s:.1f} times the time of batches")
    return Outcome(
        name="contests",
        what=f"{contests:,} contests and panels listed, in {requests} requests",
        unit="CPU s",
        ours=batched_cpu,
        peer="a request a view",
        theirs=single_cpu,
        goal=f"at most {MOST_REQUESTS} requests and {MOST_S:.0f} s",
        is_met=requests <= MOST_REQUESTS and batched_cpu <= MOST_S,
        grows="contests, CPU s",
        growth=tuple(growth),
        remark=f"held to CPU seconds; by the clock, with Anvil, {batched_s:.2f} s here and {single_s:.1f} s beside it",
    )


def history() -> Outcome:
    """Count what the events of one old contest take, the older the more blocks came since, and print it."""
    world = World()
    world.finish()
    remote = Remote(world.node)
    remote.stretch = LIFE_BLOCKS // (world.direct.chain.block_number() - world.contest().opened_at_block)
    print(f"a contest over {LIFE_BLOCKS:,} blocks, {RANGE_BLOCKS:,} at once")
    print(f"{'the contract':18}{'blocks since':>12}{'eth_getLogs':>14}{'refused':>10}{'headers':>10}{'seconds':>10}")
    growth, refused, times = [], 0, 0
    for counts_alike, since in (*((True, blocks) for blocks in BLOCKS_SINCE), (False, BLOCKS_SINCE[-1])):
        remote.tail, remote.limit, remote.refused = since, RANGE_BLOCKS, 0
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
        name = "counts alike" if counts_alike else "counts otherwise"
        print(f"{name:18}{since:12,}{logs:14}{remote.refused:10}{headers:10}{seconds:10.2f}")
        if counts_alike:
            growth.append(Grown(since, logs))
            refused, times = max(refused, remote.refused), headers
    most = LIFE_BLOCKS // RANGE_BLOCKS + MOST_REQUESTS
    return Outcome(
        name="history",
        what=f"the events of a contest, {BLOCKS_SINCE[-1]:,} blocks later",
        unit="`eth_getLogs`",
        ours=growth[-1].ours,
        peer="",
        theirs=None,
        goal=f"at most {most}, the life of the contest / the range + {MOST_REQUESTS}; none refused after the first",
        is_met=growth[-1].ours <= most and refused <= 1,
        grows="blocks since, `eth_getLogs`",
        growth=tuple(growth),
        remark=f"{times} headers besides, from which the block of a deadline is found by its time",
    )


def outcomes(contests: int) -> Iterator[Outcome]:
    """Both, the second with Anvil."""
    yield history()
    print()
    with started(["anvil", "--port", "0"], "Listening on ") as line:
        yield batches(f"http://{line.split('Listening on ')[1].strip()}", contests)


def main() -> None:
    """Measure, print the tables, and record."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("contests", nargs="?", type=int, default=500, help="to open (500)")
    parser.add_argument("--record", action="store_true", help="keep what was measured")
    options = parser.parse_args()
    for outcome in outcomes(options.contests):
        if options.record:
            record([outcome])


if __name__ == "__main__":
    main()
