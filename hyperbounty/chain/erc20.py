"""Tokens: what they say of themselves, and what an escrow needs of them (https://eips.ethereum.org/EIPS/eip-20).

A token is somebody else's program. It may lack `symbol` and `decimals`, answer with anything, or not be there at all.
So what it says of itself is only shown, and what it holds is asked before money is meant to move.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import TYPE_CHECKING, Any, Final

from hyperbounty.chain.address import checked_address
from hyperbounty.errors import ChainError, ChainUnavailable, InvalidInput
from hyperbounty.money import COIN, Asset, token
from hyperbounty.next_steps import NextStep, Parameter

if TYPE_CHECKING:
    from hyperbounty.chain.batches import Reading
    from hyperbounty.chain.connection import Chain

_MOST_DECIMALS: Final = 255


def _function(name: str, mutability: str, inputs: tuple[tuple[str, str], ...], output: str) -> dict[str, Any]:
    return {
        "type": "function",
        "name": name,
        "stateMutability": mutability,
        "inputs": [{"name": name, "type": kind} for name, kind in inputs],
        "outputs": [{"name": "", "type": output}],
    }


ERC20: Final = (
    _function("allowance", "view", (("owner", "address"), ("spender", "address")), "uint256"),
    _function("approve", "nonpayable", (("spender", "address"), ("amount", "uint256")), "bool"),
    _function("balanceOf", "view", (("owner", "address"),), "uint256"),
    _function("decimals", "view", (), "uint256"),
    # A string, taken as bytes, which are encoded alike: what is no UTF-8 would else look like a fault of the node.
    _function("symbol", "view", (), "bytes"),
)
"""The ABI of what is asked of a token, and of `approve`."""

_OLD_SYMBOL: Final = (_function("symbol", "view", (), "bytes32"),)
"""How tokens of 2017 give their symbol."""


class InsufficientTokens(ChainError):
    """The account holds fewer tokens than the contract will take."""


def read_assets(chain: Chain, addresses: Iterable[str], block: int | None = None) -> Mapping[str, Asset]:
    """Each asset by its address, with what the tokens say of themselves; an address without code says nothing.

    Args:
        chain: that they are on.
        addresses: of tokens, with their checksums, or the coin's.
        block: as of which; None for the latest.

    Raises:
        ChainUnavailable: the node stopped answering.
    """
    tokens = [address for address in dict.fromkeys(addresses) if address != COIN.address]
    calls = []
    for address in tokens:
        functions = chain.contract(address, ERC20).functions
        calls += [functions.decimals(), functions.symbol(), chain.contract(address, _OLD_SYMBOL).functions.symbol()]
    readings = iter(chain.read_many(calls, block) if calls else [])
    found = {COIN.address: COIN}
    for address in tokens:
        decimals, symbol, old_symbol = next(readings), next(readings), next(readings)
        found[address] = token(address, _symbol(symbol, old_symbol), _decimals(decimals))
    return found


def asset_at(chain: Chain, address: str) -> Asset:
    """The asset that somebody names by `address`, once there is a token.

    Raises:
        InvalidInput: not an address, or there is no token.
        ChainUnavailable: the node stopped answering.
    """
    checked = checked_address(address)
    if checked == COIN.address:
        return COIN
    if not chain.code(checked):
        raise InvalidInput(
            f"{checked} has no code on chain {chain.chain_id}: it is not a token there",
            NextStep("name the token's contract on this chain, or leave {} out", Parameter("asset")),
        )
    try:
        chain.read(chain.contract(checked, ERC20).functions.balanceOf(checked))
    except ChainUnavailable:
        raise
    except ChainError as error:
        raise InvalidInput(
            f"{checked} is a contract and not a token: it does not say what anybody holds of it",
            NextStep("name the token's contract, or leave {} out", Parameter("asset")),
        ) from error
    return read_assets(chain, [checked])[checked]


def balances(chain: Chain, asset: Asset, owners: Sequence[str]) -> list[int]:
    """What each of `owners` holds of the coin or of a token, in its smallest units.

    Raises:
        ChainError: the token does not say.
        ChainUnavailable: the node stopped answering.

    >>> from hyperbounty.chain.connection import Chain
    >>> with Chain.embedded() as chain:
    ...     balances(chain, COIN, ["0x" + "11" * 20])
    [0]
    """
    if asset.is_coin:
        return [chain.balance(owner) for owner in owners]
    functions = chain.contract(asset.address, ERC20).functions
    readings = chain.read_many([functions.balanceOf(owner) for owner in owners])
    return [int(reading.value) for reading in readings]


def require_balance(chain: Chain, owner: str, asset: Asset, amount: int, block: int | None = None) -> None:
    """Refuse to go on where `owner` holds less than `amount` of a token.

    Raises:
        InsufficientTokens: with what it holds, and what is needed.
    """
    held = int(chain.read(chain.contract(asset.address, ERC20).functions.balanceOf(owner), block))
    if held < amount:
        raise InsufficientTokens(
            f"{owner} holds {asset.shown(held)} and needs {asset.shown(amount)}; the token is {asset.address}",
            "send it tokens, or use another account; nothing was sent",
        )


def _decimals(reading: Reading) -> int | None:
    said = None if reading.error else reading.value
    return said if isinstance(said, int) and 0 <= said <= _MOST_DECIMALS else None


def _symbol(reading: Reading, old: Reading) -> str:
    if reading.error is None:
        return bytes(reading.value).decode("utf-8", "replace")
    return "" if old.error else bytes(old.value).rstrip(b"\0").decode("utf-8", "replace")
