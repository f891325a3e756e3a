"""A program that sends numbered transactions, each under a key: what is killed and started again."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from hyperbounty.chain.connection import Chain
from hyperbounty.chain.development import development_account
from hyperbounty.chain.policy import SendingPolicy
from hyperbounty.errors import ChainUnavailable

ABI: Any = json.loads((Path(__file__).parents[1] / "chain" / "probe.json").read_text())["abi"]


def send_all(url: str, journal: Path, contract: str, numbers: list[int], account: int) -> None:
    """Store every number once, as a command that is given again after each crash or outage would."""
    while True:
        try:
            with Chain.connect(url, policy=SendingPolicy(outage_seconds=20), journal=journal, sleep=_no_pause) as chain:
                probe = chain.contract(contract, ABI)
                for number in numbers:
                    call = probe.functions.store(number, number)
                    chain.send(call, development_account(account), key=f"store/{number}")
        except ChainUnavailable:
            continue
        return


def _no_pause(_: float) -> None:
    """Retry at once: the faults of a test do not need time to pass."""
