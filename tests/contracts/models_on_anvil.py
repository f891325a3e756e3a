"""The contract of shared models on Anvil, asked many questions at a time."""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Any, Final

import requests
from eth_abi.abi import decode, encode
from eth_utils.abi import abi_to_signature
from eth_utils.address import to_checksum_address
from eth_utils.crypto import keccak

from tests.contracts.chain_world import ARTIFACTS

PEOPLE: Final = 5
"""Beside the creator."""

_GAS: Final = hex(30_000_000)


class Anvil:
    """Anvil's JSON-RPC, many questions at a time, and the contract on it.

    Args:
        url: of a node that nobody else uses meanwhile.
    """

    def __init__(self, url: str) -> None:
        self._session = requests.Session()
        self._url = url
        artifact = json.loads((ARTIFACTS / "SharedModels.json").read_text())
        self._functions = {each["name"]: each for each in artifact["abi"] if each["type"] == "function"}
        errors = [each for each in artifact["abi"] if each["type"] == "error"]
        self._errors = {keccak(text=abi_to_signature(each))[:4]: each for each in errors}
        self.people: list[str] = [to_checksum_address(each) for each in self.ask("eth_accounts")[: PEOPLE + 1]]
        made = self.receipt(self.ask("eth_sendTransaction", self._call(self.people[0], artifact["bytecode"])))
        self.contract = to_checksum_address(made["contractAddress"])

    def ask(self, method: str, *params: object) -> Any:
        """One answer."""
        [answer] = self.ask_all([(method, params)])
        assert "error" not in answer, answer
        return answer["result"]

    def ask_all(self, questions: Sequence[tuple[str, Sequence[object]]]) -> list[dict[str, Any]]:
        """All answers, in the order of the questions; Anvil works on them in any order."""
        if not questions:
            return []
        asked = [
            {"jsonrpc": "2.0", "id": place, "method": method, "params": list(params)}
            for place, (method, params) in enumerate(questions)
        ]
        found = self._session.post(self._url, json=asked, timeout=300).json()
        return sorted(found, key=lambda answer: int(answer["id"]))

    def data(self, name: str, *arguments: object) -> str:
        """A call, encoded."""
        function = self._functions[name]
        types = [_type(each) for each in function["inputs"]]
        return "0x" + (keccak(text=abi_to_signature(function))[:4] + encode(types, arguments)).hex()

    def question(self, data: str, sender: str | None = None, value: int = 0) -> tuple[str, Sequence[object]]:
        """`eth_call` of the contract as it stands."""
        call = self._call(sender or self.people[0], data, self.contract, value)
        return "eth_call", (call, "latest")

    def view(self, name: str, *arguments: object) -> Any:
        """What a view gives, decoded."""
        method, params = self.question(self.data(name, *arguments))
        return self.decoded(name, self.ask(method, *params))

    def decoded(self, name: str, answer: str) -> Any:
        """What a view gave."""
        types = [_type(each) for each in self._functions[name]["outputs"]]
        return decode(types, bytes.fromhex(answer[2:]))[0]

    def send(self, data: str, sender: str, now: int, value: int = 0) -> dict[str, Any]:
        """A transaction in the next block, at this time; it has to succeed."""
        self.ask("evm_setNextBlockTimestamp", now)
        receipt = self.receipt(self.ask("eth_sendTransaction", self._call(sender, data, self.contract, value)))
        assert receipt["status"] == "0x1", receipt
        return receipt

    def balance(self) -> int:
        """What the contract holds of the coin, for all models."""
        return int(self.ask("eth_getBalance", self.contract, "latest"), 16)

    def receipt(self, transaction: str) -> dict[str, Any]:
        """Of a transaction; it is mined as it comes, a moment after it was taken."""
        while True:
            found: dict[str, Any] | None = self.ask("eth_getTransactionReceipt", transaction)
            if found is not None:
                return found

    def refusal(self, answer: dict[str, Any]) -> tuple[str, tuple[int, ...]] | None:
        """The error of a call, and its values but for accounts and the place in the call; None where it was taken."""
        if "error" not in answer:
            return None
        raw = bytes.fromhex(answer["error"]["data"][2:])
        error = self._errors[raw[:4]]
        values = decode([each["type"] for each in error["inputs"]], raw[4:])
        kept = [
            value
            for each, value in zip(error["inputs"], values, strict=True)
            if each["name"] != "index" and each["type"].startswith("uint")
        ]
        return error["name"], tuple(kept)

    def _call(self, sender: str, data: str, to: str | None = None, value: int = 0) -> dict[str, str]:
        call = {"from": sender, "data": data, "gas": _GAS, "value": hex(value)}
        return call if to is None else {**call, "to": to}


def _type(parameter: dict[str, Any]) -> str:
    kind: str = parameter["type"]
    if not kind.startswith("tuple"):
        return kind
    return f"({','.join(_type(each) for each in parameter['components'])}){kind.removeprefix('tuple')}"
