"""Calls that the browser encodes beside those of the Python client, and of viem."""

from __future__ import annotations

import os
import random
from collections.abc import Sequence
from pathlib import Path
from typing import Any, Final

import pytest
from eth_utils.abi import abi_to_signature, function_signature_to_4byte_selector
from web3 import Web3

from hyperbounty.chain.artifacts import load_artifact
from tests.web.wallet.modules import NODE, answers

VIEM: Final = os.environ.get("HYPERBOUNTY_TEST_VIEM")
COUNT: Final = 1_000
CALLS: Final = (
    "accept", "acceptSeat", "cancel", "challenge", "claim", "open", "reclaim", "resolve", "reveal", "settle", "sponsor",
    "submit", "withdraw", "withdrawSubmission", "priceOf", "submissionOf",
)  # fmt: skip
MODELS: Final = ("add", "claim", "refund", "report", "modelOf", "priceOf")


def _functions(contract: str) -> dict[str, Any]:
    return {entry["name"]: entry for entry in load_artifact(contract).abi if entry["type"] == "function"}


# Two contracts may have functions of one name.
FUNCTIONS: Final[dict[str, Any]] = {
    **_functions("HyperparameterBounty"),
    **{f"models/{name}": entry for name, entry in _functions("SharedModels").items()},
}
NAMES: Final = (*CALLS, *(f"models/{name}" for name in MODELS))

pytestmark = [pytest.mark.heavy, pytest.mark.skipif(NODE is None, reason="no node on the PATH")]


def drawn(draw: random.Random, item: dict[str, Any]) -> Any:
    """A value of a type of the ABI; numbers are often at an end of their range."""
    kind: str = item["type"]
    if kind.endswith("[]"):
        return [drawn(draw, {**item, "type": kind[:-2]}) for _ in range(draw.choice((0, 1, 2, 9)))]
    if kind == "tuple":
        return tuple(drawn(draw, each) for each in item["components"])
    if kind == "address":
        return Web3.to_checksum_address(draw.randbytes(20))
    if kind == "bytes":
        return draw.randbytes(draw.choice((0, 1, 2, 31, 32, 33, 80)))
    if kind == "bytes32":
        return draw.choice((bytes(32), draw.randbytes(32)))
    highest = 2 ** int(kind.removeprefix("uint")) - 1
    return draw.choice((0, 1, highest, draw.randint(0, highest)))


def portable(value: Any) -> Any:
    """As JSON has it: numbers as texts, since a reader of JSON rounds large ones."""
    match value:
        case list() | tuple():
            return [portable(each) for each in value]
        case bytes():
            return "0x" + value.hex()
    return str(value)


def drawn_calls() -> list[tuple[str, list[Any]]]:
    draw = random.Random(91)
    names = [NAMES[at % len(NAMES)] for at in range(COUNT)]
    return [(name, [drawn(draw, item) for item in FUNCTIONS[name]["inputs"]]) for name in names]


@pytest.fixture(scope="module")
def known(tmp_path_factory: pytest.TempPathFactory) -> dict[str, dict[str, str]]:
    """The calls that the modules know, by their names."""
    asked = [["bounty/calls.js", "CALLS"], ["models/calls.js", "CALLS"]]
    of_contests, of_models = answers(tmp_path_factory.mktemp("calls"), asked)
    return {**of_contests, **{f"models/{name}": call for name, call in of_models.items()}}


def test_selectors_are_the_contracts(known: dict[str, dict[str, str]]) -> None:
    assert known.keys() == set(NAMES)
    for name, call in known.items():
        signature = abi_to_signature(FUNCTIONS[name])
        assert call["selector"] == function_signature_to_4byte_selector(signature).hex(), name
        assert call["name"] == name.removeprefix("models/")


def test_a_thousand_calls_are_those_of_the_python_client(tmp_path: Path, known: dict[str, dict[str, str]]) -> None:
    asked = drawn_calls()
    given = answers(tmp_path, [["abi.js", "encode", known[name], portable(values)] for name, values in asked])
    for (name, values), data in zip(asked, given, strict=True):
        contract = Web3().eth.contract(abi=[FUNCTIONS[name]])
        assert data == contract.encode_abi(FUNCTIONS[name]["name"], values), name


@pytest.mark.viem
@pytest.mark.skipif(VIEM is None, reason="no folder with viem at HYPERBOUNTY_TEST_VIEM")
def test_a_thousand_calls_are_those_of_viem(tmp_path: Path, known: dict[str, dict[str, str]]) -> None:
    assert VIEM is not None
    (tmp_path / "node_modules").symlink_to(Path(VIEM) / "node_modules")
    (tmp_path / "viems.js").write_text(
        'import { encodeFunctionData } from "viem";\n'
        "const numbers = (item, value) => item.type.endsWith('[]')"
        " ? value.map((each) => numbers({ ...item, type: item.type.slice(0, -2) }, each))\n"
        "  : item.type === 'tuple'"
        " ? Object.fromEntries(item.components.map((each, at) => [each.name, numbers(each, value[at])]))\n"
        "  : item.type.startsWith('uint') ? BigInt(value) : value;\n"
        "export const encode = (item, values) => encodeFunctionData({ abi: [item], functionName: item.name,\n"
        "  args: item.inputs.map((each, at) => numbers(each, values[at])) });\n"
    )
    asked = [(name, portable(values)) for name, values in drawn_calls()]
    ours = answers(tmp_path, [["abi.js", "encode", known[name], values] for name, values in asked])
    theirs = answers(tmp_path, [["viems.js", "encode", FUNCTIONS[name], values] for name, values in asked])
    assert ours == theirs


@pytest.mark.parametrize(
    ("name", "values"),
    [
        ("settle", ["-1"]),
        ("settle", [str(2**256)]),
        ("sponsor", ["1", str(2**96)]),
        ("settle", []),
        ("settle", ["1", "2"]),
        ("reclaim", ["1", "0x12"]),
        ("reclaim", ["1", "0x" + "zz" * 20]),
        ("submit", ["1", "0", "0x" + "1" * 63]),
    ],
)
def test_what_does_not_fit_is_refused(
    tmp_path: Path, known: dict[str, dict[str, str]], name: str, values: Sequence[str]
) -> None:
    (tmp_path / "refusing.js").write_text(
        'import { encode } from "./abi.js";\n'
        "export const refuses = (...call) => { try { encode(...call); } catch { return true; } return false; };"
    )
    assert answers(tmp_path, [["refusing.js", "refuses", known[name], values]]) == [True]
