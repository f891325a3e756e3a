"""The steps of a contest that several tests of the commands begin with."""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any, Final

from hyperbounty.bounty.contract import BountyContract
from hyperbounty.bounty.published import fetch_manifest, fetch_report
from hyperbounty.bounty.report import Report
from hyperbounty.chain.connection import Chain
from hyperbounty.chain.deployments import Deployments
from hyperbounty.store import ContentStore, open_store
from tests.end_to_end.shell import Shell

SMALL: dict[str, Any] = {
    "cell": "GRU",
    "recurrent_units": [8],
    "learning_rate": 0.01,
    "batch_size": 128,
    "epochs": 2,
}
ORGANIZER, EVALUATOR, ADA, BEN = (f"devnet-{i}" for i in range(4))
SAMPLE: Final = Path(__file__).parents[2] / "data" / "sample"
OPEN: Final = (
    *("--coin", "LTC", "--minimum", 0.5, "--allow-luck", "--runs", 1, "--reward", "0.5", "--bond", "0.1"),
    *("--entry-fee", "0.01", "--evaluator", EVALUATOR, "--sequence-length", 16),
    *("--holdout", "sealed", "--private-data", "--yes"),
)
FAST: Final = ("--throughput", 1_000)
"""Saves measuring how fast this machine trains."""
IN_PROCESS: Final = ("--executor", "in-process")
"""Saves starting a process with its training backend, where the pool of processes is not what a test is about."""


def spec_file(folder: Path, name: str, **changes: object) -> Path:
    path = folder / f"{name}.json"
    path.write_text(json.dumps({**SMALL, **changes}))
    return path


def fetch(shell: Shell, folder: Path) -> Path:
    """Prices that the organizer says nobody else has: those of the sample, as files of its own."""
    shell("organizer", "fetch", "--csv", SAMPLE, "--out", folder)
    return folder


def offer(shell: Shell, prices: Path, *options: object, account: str = ORGANIZER) -> dict[str, Any]:
    """A contest that nobody has accepted yet, with a sealed holdout where `options` say nothing else."""
    return shell("organizer", "open", "--prices", prices, *OPEN, *options, account=account)


def open_contest(shell: Shell, prices: Path, *options: object, panel: Sequence[str] = ()) -> dict[str, Any]:
    """A contest that everybody named has accepted, with its deadlines."""
    named = ("--panel", ",".join(panel)) if panel else ()
    opened = offer(shell, prices, *named, *options)
    return {**opened, **accepted(shell, opened["contest"], panel)}


def accepted(shell: Shell, contest: int, panel: Sequence[str] = ()) -> dict[str, Any]:
    """The contest as the chain has it once everybody named has accepted."""
    for account in (EVALUATOR, *panel):
        shell("evaluator", "accept", contest, *FAST, account=account)
    found: dict[str, Any] = shell("participant", "show", contest)
    assert found["phase"] == "submit"
    return found


def contract_of(shell: Shell) -> BountyContract:
    chain = Chain.connect(shell.rpc)
    address = Deployments(shell.home).locate(chain, BountyContract.NAME, BountyContract.shared_address())
    return BountyContract(chain, address)


def scored_contest(
    shell: Shell, tmp_path: Path, *options: object, panel: Sequence[str] = ()
) -> tuple[BountyContract, Any, dict[str, Any]]:
    opened = open_contest(shell, fetch(shell, tmp_path / "prices"), *options, panel=panel)
    shell("participant", "submit", 1, "--spec", spec_file(tmp_path, "ada", epochs=1), account=ADA)
    shell.advance_to(opened["submit_ends"])
    shell("participant", "reveal", 1, account=ADA)
    shell.advance_to(opened["reveal_ends"])
    shell("organizer", "publish-key", 1, account=ORGANIZER)
    shell("evaluator", "run", 1, *IN_PROCESS, account=EVALUATOR)
    contract = contract_of(shell)
    return contract, report_of(contract, open_store(None, shell.home / "store")), opened


def report_of(contract: BountyContract, store: ContentStore) -> Report:
    """The evaluator's report of contest 1."""
    contest = contract.contest(1)
    recorded = contract.recorded_scores(contest)
    assert recorded is not None
    return fetch_report(store, recorded.report, fetch_manifest(store, contest.manifest), contest.revealed)
