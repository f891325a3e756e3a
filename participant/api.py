"""What a participant signs, from Python: sealed submissions and their reveals. Looking and training is `hyperbounty`'s.

    from hyperbounty import connect
    from participant.api import reveal, submit

    contest = connect(account="ben").contest(1)
    submit(contest, spec, at_most="0.01 ether")

The account is that of the connection: a keystore, whose password is in the password file or is asked for, or a bare key
in HYPERBOUNTY_PRIVATE_KEY. Spec and salt are kept under the home as by the command line, so either can go on with what
the other began.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from hyperbounty.bounty.access import contract_of
from hyperbounty.errors import InvalidInput
from hyperbounty.money import parse_amount
from participant.bounty.entering import only_slot
from participant.bounty.entering import reveal as reveal_entry
from participant.bounty.entries import ENTRIES, EntryBook
from participant.bounty.submitting import Submitted, submit_sealed

if TYPE_CHECKING:
    from hyperbounty import Contest, Spec
    from hyperbounty.bounty import types
    from hyperbounty.bounty.manifest import Manifest
    from hyperbounty.chain.connection import Receipt
    from participant.bounty.entering import Slot

__all__ = ["Submitted", "reveal", "submit"]


def submit(
    contest: Contest,
    spec: Spec,
    *,
    at_most: str | int,
    entry: int | None = None,
    chain_copy: bool = True,
) -> Submitted:
    """Submit `spec` sealed to `contest`, and pay the price of an entry. Nobody is asked again.

    The same spec again is the same submission, and costs nothing more. Reveal it in time, or its fee is burned.

    >>> submitted = submit(contest, Spec(epochs=2), at_most="0.05 ether")
    >>> submitted.slot.number, submitted.kept_on_chain
    (0, True)
    >>> submit(contest, Spec(epochs=2), at_most=0).slot.again
    True

    Args:
        contest: that takes submissions now.
        spec: that it takes.
        at_most: that may be paid for the entry beside the network's fee: a text such as "0.01 ether" or "5 USDC", or
            smallest units. The price may rise while others submit; what goes along for that and is not needed comes
            back.
        entry: slot of the account, from 0; what stands there is replaced, for nothing. None for the next free one.
        chain_copy: send spec and salt along, encrypted for the account: then chain and key alone bring them back.

    Raises:
        AccountError: no account is named, or it cannot be unlocked.
        InvalidInput: it may cost more than `at_most`, or there is no such slot, or none is free; nothing was sent.
        SpecError, ManifestError: the contest does not take the spec, or disagrees with its manifest; nothing was sent.
        TransactionReverted: the contract refuses, such as when submissions are over.
        ChainUnavailable: no node answers. What was sent counts, and the same call goes on.
    """
    session = contest.session
    contract, account = contract_of(session), session.account
    most = at_most if isinstance(at_most, int) else parse_amount(at_most, contest.terms.asset)

    def agree(found: types.Contest, manifest: Manifest, slot: Slot) -> None:
        price = 0 if slot.replaces else contract.most_to_submit(found.number)
        if price > most:
            raise InvalidInput(
                f"an entry in contest {found.number} may cost up to {found.asset.shown(price)}, more than "
                f"{found.asset.shown(most)}; nothing was sent",
                "allow more, or submit elsewhere",
            )

    return submit_sealed(
        contract,
        session.store,
        account,
        session.home,
        contest.number,
        spec,
        wanted=entry,
        chain_copy=chain_copy,
        agree=agree,
        on_wait=lambda left: session.remark(f"waiting for {left} more blocks"),
    )


def reveal(contest: Contest, *, entry: int | None = None) -> Receipt:
    """Open the sealed submission in `contest`, once submissions are over. Repeated, it gives the same receipt.

    Args:
        contest: that reveals now.
        entry: slot of the account; None for the only one that waits.

    Raises:
        AccountError: no account is named, or it cannot be unlocked.
        InvalidInput: nothing waits there, several do and none is named, or what opens it is not kept here.
        SecretsError: what is kept of it is damaged.
        TransactionReverted: the contract refuses, such as before submissions are over, or after the reveals.
    """
    session = contest.session
    contract, account = contract_of(session), session.account
    found = contract.contest(contest.number)
    slot = only_slot(contract, found, account.address) if entry is None else entry
    return reveal_entry(contract, account, found, EntryBook(session.home / ENTRIES), slot)
