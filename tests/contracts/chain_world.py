"""An embedded chain with a contract on it: what the tests of every family's contract speak through."""

from __future__ import annotations

import ast
import json
import os
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from enum import IntEnum
from pathlib import Path
from typing import Any, Final

from eth_tester import EthereumTester, PyEVMBackend  # type: ignore[import-untyped]
from eth_tester.exceptions import TransactionFailed  # type: ignore[import-untyped]
from web3 import EthereumTesterProvider, Web3
from web3.contract import Contract
from web3.contract.contract import ContractFunction
from web3.logs import DISCARD

# Others than those of the checkout while the tests are tested (contracts/tools/mutation).
ARTIFACTS: Final = Path(
    os.environ.get("HYPERBOUNTY_TEST_ARTIFACTS") or Path(__file__).parents[2] / "contracts" / "artifacts"
)
NATIVE: Final = "0x" + "00" * 20
BURN: Final = "0x000000000000000000000000000000000000dEaD"
ETHER: Final = 10**18
GENESIS: Final = 1_800_000_000  # so that the bytes of deadlines, and with them gas, are always the same
GAS_LIMIT: Final = 16_777_216  # of one transaction, EIP-7825


class Mood(IntEnum):
    """Of the `Wallet` mock."""

    ACCEPT, REJECT, BURN_GAS, RETURN_BOMB, NEED_GAS, REENTER = range(6)


@dataclass(frozen=True)
class Refusal:
    """A custom error: its name and its arguments by name."""

    error: str
    arguments: dict[str, Any]


def address_of(who: str | Contract) -> str:
    return who if isinstance(who, str) else str(who.address)


class ChainWorld:
    """The chain and the contract of that name. Times are those of the next block."""

    def __init__(self, name: str) -> None:
        genesis = PyEVMBackend.generate_genesis_params({"gas_limit": 100_000_000, "timestamp": GENESIS})
        self.tester = EthereumTester(PyEVMBackend(genesis_parameters=genesis))
        self.w3 = Web3(EthereumTesterProvider(self.tester))
        accounts = [str(account) for account in self.w3.eth.accounts]
        self.people, self.stranger = accounts[:9], accounts[9]
        # So that the address at which contracts burn has something, as it has on every chain.
        self.w3.eth.send_transaction({"from": self.stranger, "to": BURN, "value": Web3.to_wei(1, "wei")})
        self._artifacts: dict[str, dict[str, Any]] = {}
        self.contract = self.deploy(name)

    def deploy(self, name: str) -> Contract:
        """A new contract of this name, of the product or a mock."""
        if name not in self._artifacts:
            path = ARTIFACTS / f"{name}.json"
            self._artifacts[name] = json.loads(
                (path if path.exists() else ARTIFACTS / "test" / f"{name}.json").read_text()
            )
        artifact = self._artifacts[name]
        factory = self.w3.eth.contract(abi=artifact["abi"], bytecode=artifact["bytecode"])
        receipt = self._receipt(factory.constructor().transact({"from": self.stranger, "gas": GAS_LIMIT}))
        deployed: Contract = self.w3.eth.contract(receipt["contractAddress"], abi=artifact["abi"])
        return deployed

    @contextmanager
    def reverted(self) -> Iterator[None]:
        """Whatever happens inside has not happened afterwards."""
        snapshot = self.tester.take_snapshot()
        try:
            yield
        finally:
            self.tester.revert_to_snapshot(snapshot)

    def now(self) -> int:
        return int(self.w3.eth.get_block("pending")["timestamp"])

    def at(self, timestamp: int) -> None:
        """Make `timestamp` the time of the next block, exactly."""
        self.tester.time_travel(timestamp)
        assert self.now() == timestamp

    def send(
        self, call: ContractFunction, sender: str | Contract, value: int = 0, *, appended: bytes = b""
    ) -> dict[str, Any]:
        """Have `sender` (an account, or a `Wallet`) make the call, which must succeed; its receipt.

        `appended` stands behind the arguments.
        """
        call, sender = self._through_wallet(call, sender)
        data = self.w3.to_bytes(hexstr=call._encode_transaction_data()) + appended
        transaction: Any = {"from": sender, "to": call.address, "value": value, "gas": GAS_LIMIT, "data": data}
        receipt = self._receipt(self.w3.eth.send_transaction(transaction))
        assert receipt["status"] == 1, self.refusal(call, sender, value)
        return receipt

    def refusal(self, call: ContractFunction, sender: str | Contract, value: int = 0, gas: int = GAS_LIMIT) -> Refusal:
        """The custom error with which the call reverts; it must."""
        call, sender = self._through_wallet(call, sender)
        transaction: Any = {"from": sender, "value": value, "gas": gas}
        try:
            call.call(transaction, block_identifier="pending")
        except TransactionFailed as failure:
            data = ast.literal_eval(str(failure.args[0]).removeprefix("execution reverted: "))
            return self.decode(data)
        raise AssertionError(f"{call.fn_name} was not refused")

    def decode(self, data: bytes) -> Refusal:
        """The custom error in revert data."""
        for error in (e for e in self.contract.abi if e["type"] == "error"):
            signature = f"{error['name']}({','.join(i['type'] for i in error['inputs'])})"
            if self.w3.keccak(text=signature)[:4] == data[:4]:
                values = self.w3.codec.decode([i["type"] for i in error["inputs"]], data[4:])
                return Refusal(error["name"], {i["name"]: v for i, v in zip(error["inputs"], values, strict=True)})
        raise AssertionError(f"no custom error: {data!r}")

    def events(self, receipt: dict[str, Any], name: str) -> list[dict[str, Any]]:
        """The arguments of every event of this name in the receipt."""
        found = self.contract.events[name]().process_receipt(receipt, errors=DISCARD)
        return [dict(e["args"]) for e in found]

    def balance(self, who: str | Contract, asset: Contract | None = None) -> int:
        if asset is not None:
            return int(asset.functions.balanceOf(address_of(who)).call())
        return int(self.w3.eth.get_balance(self.w3.to_checksum_address(address_of(who))))

    def call(self, name: str, *arguments: Any) -> ContractFunction:
        """The contract's function, with its arguments."""
        call: ContractFunction = self.contract.get_function_by_name(name)(*arguments)
        return call

    def view(self, name: str, *arguments: Any) -> Any:
        """What a view answers at the time of the next block."""
        return self.call(name, *arguments).call(block_identifier="pending")

    def _through_wallet(self, call: ContractFunction, sender: str | Contract) -> tuple[ContractFunction, str]:
        if isinstance(sender, str):
            return call, sender
        data = self.w3.to_bytes(hexstr=call._encode_transaction_data())
        return sender.functions.execute(call.address, data), self.stranger

    def _receipt(self, transaction: Any) -> dict[str, Any]:
        return dict(self.w3.eth.get_transaction_receipt(transaction))
