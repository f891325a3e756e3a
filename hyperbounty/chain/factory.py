"""The usual CREATE2 factory: through it a contract has the same address on every chain.

The deterministic deployment proxy (github.com/Arachnid/deterministic-deployment-proxy) takes 32 bytes of salt and the
code that makes a contract. The contract's address follows from these and its own (EIP-1014), whoever sends them. One
transaction, signed for no chain in particular, put the proxy on most public chains, so its address is the same
everywhere. Anvil begins with it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from eth_utils.address import to_checksum_address
from eth_utils.crypto import keccak

from hyperbounty.errors import ChainError, InvalidInput

if TYPE_CHECKING:
    from eth_account.signers.local import LocalAccount

    from hyperbounty.chain.connection import Chain

FACTORY: Final = "0x4e59b44847b379578588920cA78FbF26c0B4956C"
FACTORY_CODE: Final = bytes.fromhex(
    "7fffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffe03601600081602082378035828234f580151560395781"
    "82fd5b8082525050506014600cf3"
)
# Nobody has the key of the account that signed it: the signature was made up, and the account follows from it.
INSTALLER: Final = "0x3fAB184622Dc19b6109349B94811493BF2a45362"
INSTALLATION: Final = bytes.fromhex(
    "f8a58085174876e800830186a08080b853604580600e600039806000f350fe"
    + FACTORY_CODE.hex()
    + f"1ba0{'22' * 32}a0{'22' * 32}"
)
# 100,000 gas at 100 gwei, as the transaction says.
INSTALLATION_WEI: Final = 100_000 * 100 * 10**9


def salt_of(name: str, version: int) -> bytes:
    """The salt of a contract: Keccak-256 of its name and version.

    >>> salt_of("HyperparameterBounty", 1).hex()[:16]
    'c67c6fc6aa487d1f'
    """
    return keccak(text=f"hyperbounty/{name}/{version}")


def address_through_factory(salt: bytes, init_code: bytes) -> str:
    """Where the factory puts what `init_code` makes (EIP-1014).

    >>> address_through_factory(bytes(32), bytes.fromhex("00"))
    '0x24C4fD2Db1Cf4Cb1aEc651CC0E060A00D400e784'
    """
    packed = b"\xff" + bytes.fromhex(FACTORY[2:]) + salt + keccak(init_code)
    return to_checksum_address(keccak(packed)[12:])


def has_factory(chain: Chain) -> bool:
    """Whether the factory is on `chain`: its very code at its address."""
    return chain.code(FACTORY) == FACTORY_CODE


def install_factory(chain: Chain, account: LocalAccount) -> None:
    """Put the factory on a development chain that lacks it; `account` pays 0.01 coins for it.

    Safe to be repeated: what was done before is not done again.

    >>> from hyperbounty.chain.connection import Chain
    >>> from hyperbounty.chain.development import development_account
    >>> with Chain.embedded() as chain:
    ...     before = has_factory(chain)
    ...     install_factory(chain, development_account(0))
    ...     before, has_factory(chain)
    (False, True)

    Raises:
        InvalidInput: this is no development chain. On a chain where gas is dearer than the transaction offers, or costs
            otherwise, it would fail, and its only nonce would be used up for good.
        ChainError: the chain does not take the transaction, which is bound to no chain, or it left no factory.
    """
    if has_factory(chain):
        return
    if not chain.is_development:
        raise InvalidInput(
            f"chain {chain.chain_id} has no factory at {FACTORY}, and is no development chain",
            "deploy without it, and name the contract's address in every configuration",
        )
    if chain.balance(INSTALLER) < INSTALLATION_WEI:
        chain.transfer(account, INSTALLER, INSTALLATION_WEI, key="factory/pay")
    try:
        chain.relay(INSTALLATION)
    except ChainError as error:
        raise ChainError(
            f"the factory cannot be put on {chain.name}: {error.what}",
            "deploy without it, or let the node take transactions that are bound to no chain",
        ) from error
    if not has_factory(chain):
        raise ChainError(f"the factory's transaction left no factory at {FACTORY}", "deploy without it")
