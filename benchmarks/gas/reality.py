"""The like steps of Reality.eth 3.0, a question with a bounty and sealed answers, from its published package.

The package (`@reality.eth/contracts`, GPL-3.0) is installed beside the project, deployed on the chain of the run, and
never copied. It has no scores: a question is decided by the last answer that nobody outbids.
"""

from __future__ import annotations

import json
import subprocess
from pathlib import Path
from typing import Any, Final

from benchmarks.gas.steps import Costs
from tests.contracts.chain_world import ETHER, NATIVE
from tests.contracts.contract_world import World

PACKAGE: Final = "@reality.eth/contracts@3.2.22"
TIMEOUT: Final = 86_400
BOND: Final = ETHER // 100
ANSWER: Final = (1).to_bytes(32, "big")
NONCE: Final = int.from_bytes(b"n" * 32, "big")
NOTHING: Final = bytes(32)


class NotInstalledError(Exception):
    """The package could not be had; the message is one line for people."""


def install(folder: Path) -> Path:
    """Install the package under `folder`, unless it is there, and return its own folder.

    Raises:
        NotInstalledError: npm is missing, or cannot get it.
    """
    package = folder / "node_modules" / PACKAGE.rpartition("@")[0]
    if not package.is_dir():
        command = [
            "npm",
            "install",
            "--prefix",
            str(folder),
            "--no-package-lock",
            "--ignore-scripts",
            "--silent",
            PACKAGE,
        ]
        folder.mkdir(parents=True, exist_ok=True)
        try:
            subprocess.run(command, check=True, capture_output=True)  # noqa: S603
        except (OSError, subprocess.CalledProcessError):
            raise NotInstalledError(f"npm could not install {PACKAGE}") from None
    return package


def measure(world: World, package: Path) -> Costs:
    """Ask with a bounty, answer sealed, reveal, wait, claim and withdraw."""
    abi = json.loads((package / "abi" / "solc-0.8.6" / "RealityETH-3.0.abi.json").read_text(encoding="utf-8"))
    code = "0x" + (package / "bytecode" / "RealityETH-3.0.bin").read_text(encoding="utf-8").strip()
    w3 = world.w3
    deployed = w3.eth.contract(abi=abi, bytecode=code).constructor().transact({"from": world.stranger})
    reality = w3.eth.contract(w3.eth.get_transaction_receipt(deployed)["contractAddress"], abi=abi)

    def used(call: Any, sender: str, value: int = 0) -> int:
        return int(world.send(call, sender, value)["gasUsed"])

    def ask(nonce: int) -> Any:
        # The question is as long as a manifest's digest is here.
        return reality.functions.askQuestion(0, "q" * 32, NATIVE, TIMEOUT, 0, nonce)

    used(ask(0), world.organizer, ETHER)
    question = ask(1).call({"from": world.organizer, "value": ETHER})
    opened = used(ask(1), world.organizer, ETHER)
    sealed = w3.solidity_keccak(["bytes32", "uint256"], [ANSWER, NONCE])
    commit = reality.functions.submitAnswerCommitment(question, sealed, 0, NATIVE)
    submitted = used(commit, world.alice, BOND)
    revealed = used(reality.functions.submitAnswerReveal(question, ANSWER, NONCE, BOND), world.alice)
    world.at(world.now() + TIMEOUT + 1)
    entry = w3.solidity_keccak(["bytes32", "bytes32", "uint256"], [question, sealed, BOND])
    claimed = used(reality.functions.claimWinnings(question, [NOTHING], [world.alice], [BOND], [entry]), world.stranger)
    withdrawn = used(reality.functions.withdraw(), world.alice)
    gas = {"open": opened, "submit": submitted, "reveal": revealed, "settle": claimed + withdrawn}
    return Costs(
        "Reality.eth 3.0",
        "measured",
        {step: f"{cost:,}" for step, cost in gas.items()},
        f"{PACKAGE}; settle is claimWinnings {claimed:,} and the winner's withdraw {withdrawn:,}; it has no scores",
    )
