"""A signature, and a transaction on the embedded chain: `python -m benchmarks.waits.chain [--most TRANSACTIONS]`.

Signatures are made with coincurve and, beside it, in pure Python, as `eth_account` does where coincurve is missing.
Each transaction sends coins, is signed before, and waits for its receipt. Beside the embedded chain stands eth-tester,
with the same py-evm below it and the same curves. Times are CPU seconds.
"""

from __future__ import annotations

import argparse
import json
import os
import subprocess
import sys
import time
from collections.abc import Iterator
from dataclasses import replace
from typing import Any, Final

from web3 import EthereumTesterProvider, Web3
from web3.providers.base import BaseProvider
from web3.types import Wei

from benchmarks.waits.outcome import Grown, Outcome
from benchmarks.waits.records import record
from hyperbounty.chain.development import DEVELOPMENT_CHAIN_ID, development_account
from hyperbounty.chain.embedded.node import DevelopmentNode
from hyperbounty.chain.embedded.provider import EmbeddedProvider

SIZES: Final = (10, 100, 1_000, 10_000)
USUAL: Final = 1_000
"""Transactions on a chain where one is compared with its peer."""
SIGNATURE_MS: Final = 0.7
TRANSACTION_MS: Final = 9.4
PURE: Final = {"ECC_BACKEND_CLASS": "eth_keys.backends.NativeECCBackend"}
KEEPS: Final = (
    "the embedded chain keeps blocks and decoded logs in SQLite and speaks JSON as a node does; eth-tester does not"
)
PEERS_MOST: Final = 1_000
"""Signatures and transactions of the slower side, which would take minutes for more."""


def signed(count: int, chain_id: int = DEVELOPMENT_CHAIN_ID) -> list[bytes]:
    """So many transactions of one account."""
    sender, receiver = development_account(0), development_account(1).address
    fees = {"gas": 21_000, "maxFeePerGas": 10**10, "maxPriorityFeePerGas": 10**9}
    terms: dict[str, Any] = {"chainId": chain_id, "to": receiver, "value": 1, "data": b"", **fees}
    return [bytes(sender.sign_transaction({**terms, "nonce": nonce}).raw_transaction) for nonce in range(count)]


def signing(most: int) -> dict[int, float]:
    """CPU seconds of so many signatures, by their number."""
    signed(1)  # what is loaded at the first is not counted
    found = {}
    for size in (size for size in SIZES if size <= most):
        began = time.process_time()
        signed(size)
        found[size] = time.process_time() - began
    return found


def transacting(provider: BaseProvider, most: int) -> dict[int, float]:
    """CPU seconds of so many transactions and their receipts, by their number, from the chain's first on."""
    web3 = Web3(provider)
    found, began = {}, 0.0
    transactions = signed(most, web3.eth.chain_id)
    began = time.process_time()
    for number, raw in enumerate(transactions, 1):
        receipt = web3.eth.get_transaction_receipt(web3.eth.send_raw_transaction(raw))
        if receipt["status"] != 1:
            raise SystemExit("a transaction failed")
        if number in SIZES:
            found[number] = time.process_time() - began
    return found


def funded_tester() -> EthereumTesterProvider:
    """eth-tester, with coins for the account that sends."""
    provider = EthereumTesterProvider()
    web3 = Web3(provider)
    rich, poor = web3.eth.accounts[0], development_account(0).address
    web3.eth.send_transaction({"from": rich, "to": poor, "value": Wei(10**21), "gas": 21_000})
    return provider


def outcomes(most: int) -> Iterator[Outcome]:
    """Both."""
    ours = signing(most)
    theirs = _elsewhere(min(most, PEERS_MOST))
    yield _outcome("signature", "a signature", ours, "pure Python", theirs, SIGNATURE_MS, "signatures, CPU s")
    ours = transacting(EmbeddedProvider(DevelopmentNode()), most)
    theirs = transacting(funded_tester(), min(most, PEERS_MOST))
    what = "a transaction on the embedded chain"
    outcome = _outcome("transaction", what, ours, "eth-tester", theirs, TRANSACTION_MS, "transactions, CPU s")
    yield replace(outcome, remark=KEEPS) if outcome.is_worse else outcome


def _outcome(
    name: str, what: str, ours: dict[int, float], peer: str, theirs: dict[int, float], goal_ms: float, grows: str
) -> Outcome:
    usual = min(USUAL, max(ours))
    found = 1000 * ours[usual] / usual
    return Outcome(
        name=name,
        what=f"{what}, of {usual:,}",
        unit="CPU ms",
        ours=found,
        peer=peer,
        theirs=1000 * theirs[usual] / usual,
        goal=f"at most {goal_ms} ms",
        is_met=found <= goal_ms,
        grows=grows,
        growth=tuple(Grown(size, seconds, theirs.get(size)) for size, seconds in ours.items()),
    )


def _elsewhere(most: int) -> dict[int, float]:
    """`signing` in pure Python, in a process of its own: the curves are chosen once in a process."""
    command = [sys.executable, "-m", "benchmarks.waits.chain", "--signing", str(most)]
    done = subprocess.run(command, env={**os.environ, **PURE}, check=True, capture_output=True)  # noqa: S603
    found: dict[str, Any] = json.loads(done.stdout)
    return {int(size): float(seconds) for size, seconds in found.items()}


def main() -> None:
    """Measure, print and record."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--most", type=int, choices=SIZES[1:], default=SIZES[-1], help=f"of each ({SIZES[-1]})")
    parser.add_argument("--record", action="store_true", help="keep what was measured")
    parser.add_argument("--signing", type=int, help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.signing:
        print(json.dumps(signing(options.signing)))
        return
    for outcome in outcomes(options.most):
        print(f"{outcome.what}: {outcome.ours:.2f} ms, {outcome.peer} {outcome.theirs:.2f} ms", flush=True)
        print(*(f"{one.size:8,}: {one.ours:.3f} s" for one in outcome.growth), sep="\n", flush=True)
        if options.record:
            record([outcome])


if __name__ == "__main__":
    main()
