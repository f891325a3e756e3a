"""Where a contract is: found at an address, deployed, or provided at the one that it shares on every chain."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, ClassVar, Self

from hyperbounty.chain.artifacts import load_artifact
from hyperbounty.chain.factory import FACTORY, address_through_factory, has_factory, salt_of
from hyperbounty.errors import ChainError, TransactionReverted
from hyperbounty.next_steps import NextStep, Parameter

if TYPE_CHECKING:
    from eth_account.signers.local import LocalAccount

    from hyperbounty.chain.connection import Chain, Receipt


class DeployedContract:
    """A contract at one address of one chain.

    Args:
        chain: that the contract is on.
        address: of the contract; `at` checks what is there.

    Attributes:
        NAME: of the contract, and of its artifact.
        VERSION: part of the shared address, with name and code; raised where equal code is to have another address.
        PURPOSE: what it is for, a line for people who deploy it.
        FIRST_STEP: what they do next.
        calls: the functions of the contract.
    """

    NAME: ClassVar[str]
    VERSION: ClassVar[int] = 1
    PURPOSE: ClassVar[str] = ""
    FIRST_STEP: ClassVar[NextStep | None] = None

    def __init__(self, chain: Chain, address: str) -> None:
        self.chain = chain
        self._abi = load_artifact(self.NAME).abi
        self._contract = chain.contract(address, self._abi)
        self.address: str = self._contract.address
        self.calls = self._contract.functions

    @classmethod
    def at(cls, chain: Chain, address: str) -> Self:
        """The contract at `address`, once the code there is the code that this package knows.

        Raises:
            InvalidInput: not an address.
            ChainError: other code, or none.
        """
        contract = cls(chain, address)
        code = chain.code(contract.address)
        if code != load_artifact(cls.NAME).deployed_bytecode:
            what = "other code" if code else "no contract"
            raise ChainError(
                f"there is {what} at {address} on chain {chain.chain_id}",
                NextStep(
                    "name the right {} or {}; money sent to a look-alike is lost",
                    Parameter("contract"),
                    Parameter("rpc"),
                ),
            )
        return contract

    @classmethod
    def shared_address(cls) -> str:
        """Where the contract is on every chain that has the usual factory, once anybody has deployed it there."""
        return address_through_factory(salt_of(cls.NAME, cls.VERSION), load_artifact(cls.NAME).bytecode)

    @classmethod
    def deploy(cls, chain: Chain, account: LocalAccount, *, key: str | None = None) -> tuple[Self, Receipt]:
        """A new contract on `chain`, at an address of its own."""
        address, receipt = chain.deploy(load_artifact(cls.NAME), account, key=key)
        return cls(chain, address), receipt

    @classmethod
    def provide(
        cls, chain: Chain, signer: Callable[[], LocalAccount], *, key: str | None = None
    ) -> tuple[Self, Receipt | None]:
        """The contract at the shared address, deployed where it is not there; where `chain` has no factory, a new one.

        Nobody gains by being faster: whoever sends the same code makes the same contract, which has no owner.

        >>> from hyperbounty.chain.connection import Chain
        >>> from hyperbounty.chain.development import development_account
        >>> from hyperbounty.chain.factory import install_factory
        >>> from hyperbounty.chain.registry import client_class, contract_names
        >>> kind = client_class(contract_names()[0])
        >>> account = development_account(0)
        >>> with Chain.embedded() as chain:
        ...     install_factory(chain, account)
        ...     made, receipt = kind.provide(chain, lambda: account)
        ...     found, nothing = kind.provide(chain, lambda: account)
        >>> made.address == found.address == kind.shared_address(), nothing is None
        (True, True)

        Args:
            chain: to put it on.
            signer: gives the account that signs and pays; asked only where something is to be sent.
            key: names the step, see `send_once`.

        Returns:
            The client, and the receipt; None where the contract was there already.

        Raises:
            ChainError: there is other code at the shared address, or the deployment left none.
        """
        artifact = load_artifact(cls.NAME)
        address = cls.shared_address()
        block = chain.confirmed_block() if chain.policy.confirmations > 1 else None
        if chain.code(address, block) == artifact.deployed_bytecode:
            return cls(chain, address), None
        if not has_factory(chain):
            return cls.deploy(chain, signer(), key=key)
        step = None if key is None else f"{key}/shared"
        receipt = None
        try:
            receipt = chain.send_data(signer(), FACTORY, salt_of(cls.NAME, cls.VERSION) + artifact.bytecode, key=step)
        except TransactionReverted:
            # The factory refuses an address that is taken: somebody was faster.
            if not chain.code(address):
                raise
        return cls.at(chain, address), receipt
