"""Accounts and payments as answers."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Annotated, Literal

from fastapi import APIRouter
from pydantic import Field
from sqlalchemy import select

from hyperbounty.bounty.show.listing import Record
from hyperbounty.web.bounty.accounts import Payment, account_at, payments_of
from hyperbounty.web.bounty.api.entries import EntryFacts, entry_facts
from hyperbounty.web.bounty.entries import entries_by
from hyperbounty.web.bounty.facts import contests_at
from hyperbounty.web.bounty.hiding import hidden_contests, shown_contest
from hyperbounty.web.bounty.index.tables import CONTESTS
from hyperbounty.web.bounty.topics import shows_account, shows_contest
from hyperbounty.web.site.answers import Answer, Described, block_of
from hyperbounty.web.site.site import Site, Snapshot
from hyperbounty.web.site.values import (
    MOST_ROWS,
    USUAL_ROWS,
    Account,
    Address,
    Amount,
    Cursor,
    Hex32,
    Limit,
    Number,
    Timestamp,
    checksummed,
    cursor_of,
    place_of,
)


class PaymentFacts(Described):
    """One payment."""

    kind: Annotated[
        Literal["in", "out", "credit", "withdrawal"],
        Field(description="to the contract; out of it; kept since the payee could not take it; such a credit, taken"),
    ]
    account: Address
    amount: Amount
    cause: Annotated[str, Field(description="the name of the event that it was paid with or for")]
    contest: Annotated[int | None, Field(description="null for credits that were withdrawn")]
    at: Timestamp
    block: int
    transaction: Hex32


class PaymentList(Answer):
    """Payments, the latest first."""

    payments: list[PaymentFacts]
    next: Annotated[str | None, Field(description="the cursor of the rows that follow; null where none do")]


class DepositFacts(Described):
    """What an account has in a contest that has not ended, and not got back; fees that were burned are in it."""

    contest: int
    roles: list[str]
    amount: Amount


class SumFacts(Described):
    """What an account paid and got in one asset, over all contests."""

    asset: Address | None
    symbol: str | None
    decimals: int | None
    paid_in: Amount
    paid_out: Amount
    credit: Annotated[Amount, Field(description="what waits to be withdrawn")]


class OrganizerFacts(Described):
    """How the contests ended that an account opened."""

    won: int
    refunded: int
    void: int
    disputed: int


class EvaluatorFacts(Described):
    """How an account did as an evaluator."""

    accepted: int
    scored: int
    unscorable: int
    missed: Annotated[int, Field(description="recorded nothing though there was something to score")]
    disputed: int
    upheld: int
    overturned: int


class AccountAnswer(Answer):
    """What an account has to do with contests; of one that did nothing, nothing."""

    address: Address
    contests: Annotated[dict[str, list[int]], Field(description="numbers by the account's role, the latest 100 first")]
    entries: int
    revealed: int
    won: int
    deposits: Annotated[list[DepositFacts], Field(description="the latest 100 first")]
    sums: list[SumFacts]
    as_organizer: OrganizerFacts | None
    as_evaluator: EvaluatorFacts | None


class AccountEntries(Answer):
    """Entries of an account, the latest first."""

    address: Address
    entries: list[EntryFacts]
    next: Annotated[str | None, Field(description="the cursor of the rows that follow; null where none do")]


def account_answers(site: Site) -> APIRouter:
    """The routes."""
    router = APIRouter(tags=["accounts"])

    @router.get("/accounts/{address}")
    def account(address: Account) -> AccountAnswer:
        """Contests, deposits, sums and records of an account."""
        return site.read(lambda snapshot: _account(snapshot, checksummed(address)))

    @router.get("/accounts/{address}/entries")
    def entries(address: Account, limit: Limit = USUAL_ROWS, cursor: Cursor = None) -> AccountEntries:
        """The entries of an account in all contests that are shown here, the latest first."""
        who = checksummed(address)
        offset = 0 if cursor is None else max(place_of(cursor, (int,))[0], 0)

        def work(snapshot: Snapshot) -> AccountEntries:
            shows_account(snapshot, who)
            rows = snapshot.connection
            found = entries_by(rows, who, most=limit + 1, offset=offset)
            numbers = {each.contest for each in found[:limit]} - hidden_contests(site)
            named = contests_at(snapshot, select(CONTESTS).where(CONTESTS.c.number.in_(numbers)))
            contests = {listed.contest.number: listed for listed in named}
            return AccountEntries(
                chain_id=snapshot.state.chain_id,
                block=block_of(snapshot),
                address=who,
                entries=[entry_facts(contests[e.contest], e) for e in found[:limit] if e.contest in contests],
                next=cursor_of([offset + limit]) if len(found) > limit else None,
            )

        return site.read(work)

    @router.get("/accounts/{address}/payments")
    def of_account(address: Account, limit: Limit = USUAL_ROWS, cursor: Cursor = None) -> PaymentList:
        """What an account paid and got, the latest first."""
        after = None if cursor is None else place_of(cursor, (int, int))

        who = checksummed(address)

        def work(snapshot: Snapshot) -> PaymentList:
            shows_account(snapshot, who)
            found = payments_of(
                snapshot.connection,
                account=who,
                most=limit + 1,
                after=None if after is None else (after[0], after[1]),
            )
            return _payments(snapshot, found, limit)

        return site.read(work)

    @router.get("/contests/{number}/payments", tags=["contests"])
    def of_contest(number: Number, limit: Limit = USUAL_ROWS, cursor: Cursor = None) -> PaymentList:
        """What was paid into a contest and out of it, the latest first."""
        after = None if cursor is None else place_of(cursor, (int, int))

        def work(snapshot: Snapshot) -> PaymentList:
            contest = shown_contest(site, snapshot, number)
            shows_contest(snapshot, contest)
            found = payments_of(
                snapshot.connection,
                contest=(contest.row["contract"], contest.row["subject"]),
                most=limit + 1,
                after=None if after is None else (after[0], after[1]),
            )
            return _payments(snapshot, found, limit)

        return site.read(work)

    return router


def _account(snapshot: Snapshot, address: str) -> AccountAnswer:
    shows_account(snapshot, address)
    found = account_at(snapshot, address)
    organizer, evaluator = found.as_organizer, found.as_evaluator
    return AccountAnswer(
        chain_id=snapshot.state.chain_id,
        block=block_of(snapshot),
        address=found.address,
        contests={role: list(numbers[:MOST_ROWS]) for role, numbers in found.roles.items()},
        entries=found.entries,
        revealed=found.revealed,
        won=found.won,
        deposits=[
            DepositFacts(contest=each.contest, roles=list(each.roles), amount=Amount.of(each.amount, each.asset))
            for each in found.deposits[:MOST_ROWS]
        ],
        sums=[
            SumFacts(
                asset=None if each.asset.is_coin else each.asset.address,
                symbol=each.asset.symbol or None,
                decimals=each.asset.decimals,
                paid_in=Amount.of(each.paid_in, each.asset),
                paid_out=Amount.of(each.paid_out, each.asset),
                credit=Amount.of(each.credit, each.asset),
            )
            for each in found.sums
        ],
        as_organizer=None if organizer is None else _organizer(organizer),
        as_evaluator=None if evaluator is None else EvaluatorFacts(**vars(evaluator)),
    )


def _organizer(record: Record) -> OrganizerFacts:
    return OrganizerFacts(**vars(record))


def _payments(snapshot: Snapshot, found: Sequence[Payment], limit: int) -> PaymentList:
    shown = found[:limit]
    return PaymentList(
        chain_id=snapshot.state.chain_id,
        block=block_of(snapshot),
        payments=[
            PaymentFacts(
                kind=each.kind,  # type: ignore[arg-type]
                account=each.account,
                amount=Amount.of(each.amount, each.asset),
                cause=each.cause,
                contest=each.contest,
                at=each.at,
                block=each.block,
                transaction="0x" + each.transaction.hex(),
            )
            for each in shown
        ],
        next=cursor_of([shown[-1].block, shown[-1].position]) if len(found) > limit else None,
    )
