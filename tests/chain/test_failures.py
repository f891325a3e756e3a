"""What nodes say, in their many ways, as the errors of this project."""

from __future__ import annotations

from typing import Any

import pytest
from eth_abi.abi import encode
from eth_utils.crypto import keccak
from hypothesis import given
from hypothesis import strategies as st
from web3.exceptions import ContractCustomError, ContractLogicError, Web3RPCError

from hyperbounty.chain.failures import node_failures
from hyperbounty.chain.refusals import InsufficientFunds, NonceConflict, NonceTooLow, TooMuchGas
from hyperbounty.chain.revert_data import reverted
from hyperbounty.errors import ChainError, TransactionReverted

ABI: list[dict[str, Any]] = [
    {
        "type": "error",
        "name": "Both",
        "inputs": [
            {"name": "who", "type": "address"},
            {"name": "", "type": "bytes32"},
            {"name": "n", "type": "uint256"},
        ],
    },
    {
        "type": "error",
        "name": "Pair",
        "inputs": [
            {
                "name": "p",
                "type": "tuple",
                "components": [{"name": "a", "type": "uint8"}, {"name": "b", "type": "string"}],
            }
        ],
    },
    {"type": "function", "name": "f", "inputs": [], "outputs": [], "stateMutability": "view"},
]
BOTH = keccak(text="Both(address,bytes32,uint256)")[:4]
ADDRESS = "0x2c7536E3605D9C16a7a3D7b1898e529396a65c23"


@given(st.binary(min_size=32, max_size=32), st.integers(0, 2**256 - 1))
def test_arguments_arrive_by_name_or_by_position_where_they_have_none(mark: bytes, number: int) -> None:
    data = BOTH + encode(["address", "bytes32", "uint256"], [ADDRESS, mark, number])
    error = reverted(data, ABI)
    assert (error.error, error.arguments) == ("Both", {"who": ADDRESS, "1": mark, "n": number})
    assert f"n={number}" in str(error)


def test_a_structured_argument_is_decoded() -> None:
    data = keccak(text="Pair((uint8,string))")[:4] + encode(["(uint8,string)"], [(3, "x")])
    assert reverted(data, ABI).arguments == {"p": (3, "x")}


@given(st.binary(max_size=120))
def test_no_data_however_broken_is_more_than_a_revert(data: bytes) -> None:
    for raw in (data, BOTH + data, bytes.fromhex("08c379a0") + data, bytes.fromhex("4e487b71") + data):
        assert isinstance(reverted(raw, ABI), TransactionReverted)


@pytest.mark.parametrize("data", [None, "0x", "no data", {}, {"data": None}, "0xzz", 5])
def test_a_revert_without_data_says_what_the_node_says(data: Any) -> None:
    with pytest.raises(TransactionReverted, match="the contract refused: odd") as caught, node_failures("n"):
        raise ContractLogicError("execution reverted: odd", data=data)
    assert caught.value.error == ""


@pytest.mark.parametrize(
    "wrap", [lambda d: d, lambda d: f"Reverted {d}", lambda d: {"data": d}, lambda d: {"result": d}]
)
def test_revert_data_is_found_where_nodes_put_it(wrap: Any) -> None:
    data = "0x" + (BOTH + encode(["address", "bytes32", "uint256"], [ADDRESS, bytes(32), 9])).hex()
    for raised in (ContractCustomError("x", data=wrap(data)), refusal("execution reverted", data=wrap(data))):
        with pytest.raises(TransactionReverted) as caught, node_failures("n", ABI):
            raise raised
        assert caught.value.arguments["n"] == 9


@pytest.mark.parametrize(
    ("message", "kind"),
    [
        ("insufficient funds for gas * price + value: balance 0, tx cost 5", InsufficientFunds),
        ("Insufficient funds for gas * price + value", InsufficientFunds),
        ("sender doesn't have enough funds to send tx", InsufficientFunds),
        ("nonce too low", NonceTooLow),
        ("Nonce too high. Expected nonce to be 3", NonceConflict),
        ("replacement transaction underpriced", NonceConflict),
        ("gas required exceeds allowance (30000000)", TooMuchGas),
        ("execution reverted", TransactionReverted),
        ("VM Exception while processing transaction: revert", TransactionReverted),
        ("something else\nentirely", ChainError),
    ],
)
def test_a_refusal_gets_its_type_by_its_words(message: str, kind: type[ChainError]) -> None:
    with pytest.raises(ChainError) as caught, node_failures("the node"):
        raise refusal(message)
    assert type(caught.value) is kind
    assert "\n" not in str(caught.value)


def refusal(message: str, data: Any = None) -> Web3RPCError:
    response: Any = {"jsonrpc": "2.0", "id": 1, "error": {"code": -32000, "message": message, "data": data}}
    return Web3RPCError(message, rpc_response=response)
