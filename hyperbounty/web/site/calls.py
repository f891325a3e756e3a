"""Calls of the contract for who signs elsewhere: made, and asked of a node first, so that nobody pays for a refusal.

`Calls.checked(account, what, make)` gives the call that `make` makes of the contract's client, unsigned, with the
approvals of a token that it needs before. What the contract refuses now is raised in its words (`Refused`).
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final, Generic, TypeVar

from eth_utils.address import is_address, to_checksum_address
from sqlalchemy import select

from hyperbounty.chain.client import ContractCall, ContractClient
from hyperbounty.chain.erc20 import ERC20, asset_at
from hyperbounty.chain.sending.quote import Quote, Watched
from hyperbounty.errors import ChainError, HyperbountyError, InvalidInput, TransactionReverted
from hyperbounty.money import COIN
from hyperbounty.web.index.tables import CONTRACTS
from hyperbounty.web.site.errors import NotHere, NotYet, Refused
from hyperbounty.web.site.forms import told
from hyperbounty.web.site.site import Site, Snapshot

if TYPE_CHECKING:
    from eth_typing import ChecksumAddress

    from hyperbounty.chain.connection import Chain
    from hyperbounty.chain.headers import Header
    from hyperbounty.money import Asset

AT_ONCE: Final = 3
"""So many are asked at the same time: the other threads of the site answer what needs no node."""

_Client = TypeVar("_Client", bound=ContractClient)


@dataclass(frozen=True)
class UnsignedCall:
    """A transaction without nonce, gas and signature.

    Attributes:
        what: for people.
        value: in wei.
    """

    what: str
    to: str
    data: bytes
    value: int


@dataclass(frozen=True)
class CheckedCall:
    """A call that the node was asked about.

    Attributes:
        first: approvals of a token, to be mined before it, in this order.
        gas: that would do, with the usual margin; None where nobody can tell before a token is approved.
        block: the node's latest, with what was asked.
    """

    call: UnsignedCall
    first: tuple[UnsignedCall, ...]
    gas: int | None
    chain_id: int
    block: Header


class Calls(Generic[_Client]):
    """See the module.

    Args:
        site: with its node.
        client: of the contract that is called.
        family: whose contract it is, as the index has it.
        at_once: how many are asked at the same time.
    """

    def __init__(self, site: Site, client: type[_Client], family: str, at_once: int = AT_ONCE) -> None:
        self._site = site
        self._client = client
        self._family = family
        self._free = threading.Semaphore(at_once)

    def checked(self, account: ChecksumAddress, what: str, make: Callable[[_Client], ContractCall]) -> CheckedCall:
        """A call of the contract.

        Args:
            account: that would send it.
            what: it does, for people.
            make: the call.

        Raises:
            NotHere: there is no such contract, or what the call is about.
            Refused: it would fail as things stand.
            NotYet: there is no node that could be asked now.
        """
        address, chain_id = self._site.read(self._contract)
        with self._asking(chain_id) as chain:
            contract = self._client(chain, address)
            block = chain.header(chain.block_number())
            with self._refusals():
                call = make(contract)
                first = _approvals(contract, account, call)
                quote: Quote | None = contract.check(Watched(account), call)
                meant = chain.unsigned(call.function, call.amount if call.asset.is_coin else 0, call.appended)
        return CheckedCall(
            UnsignedCall(what, meant.to, meant.data, meant.value),
            first,
            None if quote is None or first else quote.gas,
            chain_id,
            block,
        )

    def asset(self, address: str) -> Asset:
        """The token at an address, with what it says of itself.

        Raises:
            InvalidInput: there is none.
            NotYet: there is no node that could be asked now.
            ChainUnavailable: the node does not answer.
        """
        with self._asking(self._site.read(lambda snapshot: snapshot.state.chain_id)) as chain:
            return asset_at(chain, address)

    def asset_named(self, named: str) -> tuple[Asset, str]:
        """The asset that a form names; the coin where it names none, or what is no address, which the form tells.

        Args:
            named: the address of a token, or nothing.

        Returns:
            The asset, and why it is not there; the second is empty where it is.
        """
        named = named.strip()
        if not named or not is_address(named):
            return COIN, ""
        try:
            return self.asset(to_checksum_address(named)), ""
        except HyperbountyError as error:
            return COIN, told(error)

    @contextmanager
    def _asking(self, chain_id: int) -> Iterator[Chain]:
        node = self._site.node
        if node is None:
            raise NotYet("this site asks no node", "make the call by the command line", retry_after_s=60)
        if not self._free.acquire(blocking=False):
            raise NotYet("many calls are being checked right now")
        try:
            with _opened(node) as chain:
                if chain.chain_id != chain_id:
                    raise NotYet(
                        f"the site's node is of chain {chain.chain_id}, and its index of chain {chain_id}",
                        "tell its operator",
                        retry_after_s=60,
                    )
                yield chain
        finally:
            self._free.release()

    @contextmanager
    def _refusals(self) -> Iterator[None]:
        """What the contract, the token or the account's balance refuses, as the answer to what was asked."""
        try:
            yield
        except NotHere:
            raise
        except TransactionReverted as error:
            # What was read or called beside the client's own methods is not explained yet.
            known = self._client.explain(error)
            raise Refused(known.what, known.next_step, reason=known.error) from error
        except (ChainError, InvalidInput) as error:
            if error.is_unavailable:
                raise
            raise Refused(error.what, error.next_step) from error

    def _contract(self, snapshot: Snapshot) -> tuple[str, int]:
        """Where the contract is that the index is of, and on which chain."""
        wanted = select(CONTRACTS.c.address).where(CONTRACTS.c.family == self._family).order_by(CONTRACTS.c.id)
        address = snapshot.connection.execute(wanted).scalars().first()
        if address is None:
            raise NotHere("the contract is not on this chain, as far as the index has it", "tell the site's operator")
        return address, snapshot.state.chain_id


@contextmanager
def _opened(node: Callable[[], AbstractContextManager[Chain]]) -> Iterator[Chain]:
    try:
        opened = node()
    except (ChainError, InvalidInput) as error:
        raise NotYet(f"the node cannot be asked: {error.what}", "ask again later", retry_after_s=15) from error
    with opened as chain:
        yield chain


def _approvals(contract: ContractClient, account: ChecksumAddress, call: ContractCall) -> tuple[UnsignedCall, ...]:
    """What a token is told before, where it does not allow enough yet: just the amount, since an allowance stays.

    Some tokens refuse to change one amount into another, so what is too little is set to nothing first.
    """
    token, amount = call.asset, call.amount
    if token.is_coin or not amount:
        return ()
    chain = contract.chain
    functions = chain.contract(token.address, ERC20).functions
    allowed = int(chain.read(functions.allowance(account, contract.address)))
    if allowed >= amount:
        return ()
    steps: list[UnsignedCall] = []
    for value in (0, amount) if allowed else (amount,):
        approve = functions.approve(contract.address, value)
        if not steps:
            chain.check(approve, Watched(account))
        meant = chain.unsigned(approve, 0)
        steps.append(UnsignedCall(f"allow the contract to take {token.shown(value)}", meant.to, meant.data, 0))
    return tuple(steps)
