"""What a participant signs, from Python: submissions, reveals, a watch. Looking and training is `hyperbounty`'s.

    from hyperbounty import connect
    from participant.api import reveal, submit

    contest = connect(account="ben").contest(1)
    submit(contest, spec, at_most="0.01 ether")

The account is that of the connection: a keystore, whose password is in the password file or is asked for, or a bare key
in HYPERBOUNTY_PRIVATE_KEY. Spec and salt are kept under the home as by the command line, so either can go on with what
the other began.
"""

from __future__ import annotations

import sys
from collections.abc import Callable
from typing import TYPE_CHECKING

from hyperbounty.bounty.access import contract_of
from hyperbounty.errors import InvalidInput
from hyperbounty.money import parse_amount
from hyperbounty.texts import escaped
from hyperbounty.watching.events import Event
from hyperbounty.watching.loop import Round, Watch
from hyperbounty.watching.turns import Turns
from participant.bounty.entering import only_slot
from participant.bounty.entering import reveal as reveal_entry
from participant.bounty.entries import ENTRIES, EntryBook
from participant.bounty.stating import keep_statements
from participant.bounty.submitting import Submitted, submit_sealed
from participant.bounty.watching import WATCHED, ParticipantRoster

if TYPE_CHECKING:
    from hyperbounty import Connection, Contest, Odds, Spec
    from hyperbounty.bounty import types
    from hyperbounty.bounty.manifest import Manifest
    from hyperbounty.chain.connection import Receipt
    from participant.bounty.entering import Slot

__all__ = ["Event", "Round", "Submitted", "reveal", "show_event", "submit", "watch"]


def submit(
    contest: Contest,
    spec: Spec,
    *,
    at_most: str | int,
    entry: int | None = None,
    odds: Odds | None = None,
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
        odds: of the spec, by `contest.odds`: kept, and shown with the entry and in its report.
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

    if odds is not None and odds.prospects is not None:
        keep_statements(session.home, contract, contest.number, odds.prospects.rehearsal, odds.prospects)
    return submit_sealed(
        contract,
        session.store,
        account,
        EntryBook(session.home / ENTRIES),
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


def show_event(event: Event) -> None:
    """Write an event to standard output, as one line."""
    sys.stdout.write(f"{escaped(event.line(event.next_step))}\n")


def watch(connection: Connection, *, once: bool = True, say: Callable[[Event], None] = show_event) -> Round:
    """Do in time what is due for every entry of the account: reveal, settle what nobody settles, claim, withdraw.

    It goes by the chain's time and never challenges, so it stakes nothing. Gas stays within the profile's `max_fee` for
    the first half of a window; after that it may rise, and never above what is at stake. Ended anywhere, the same call
    goes on. Of all watches of a home, also those of the command line, one acts for an account at a time.

    >>> from hyperbounty import Connection
    >>> events = []
    >>> watch(Connection(contest.session), say=events.append).failed
    False

    Args:
        connection: whose account is watched for.
        once: do what is due now, wait until it is done, and return; otherwise watch until the process is interrupted.
        say: is told every event, a line each.

    Returns:
        How the last look ended, and when the next thing is due.

    Raises:
        AccountError: no account is named, or it cannot be unlocked.
        ChainUnavailable: no node answers; one that goes away while it watches is waited for.
    """
    session = connection.session
    account = session.account
    roster = ParticipantRoster(contract_of(session), EntryBook(session.home / ENTRIES))
    with Turns(session.home / "watching", WATCHED) as turns:
        name = session.settings.account or account.address
        watching = Watch(session.chain, roster, {name: account}, say, may_act=turns.take)
        if not once:
            watching.run()
        return watching.once()
