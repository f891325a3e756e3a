"""What the index has of an account: its contests and roles, what it has in them, its payments, its credits, its record.

`account_at(snapshot, address)` has all but the lists that may be long: its entries (`entries.entries_by`) and its
payments (`payments_of`).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, Select, select, tuple_

from hyperbounty.bounty.show.listing import Record
from hyperbounty.bounty.types import Outcome, Verdict
from hyperbounty.money import Asset
from hyperbounty.web.bounty.contests import records
from hyperbounty.web.bounty.index.tables import ACCOUNTS, CONTESTS, PAYMENTS
from hyperbounty.web.index.assets import assets_at
from hyperbounty.web.index.tables import CONTRACTS
from hyperbounty.web.site.account_part import Credit
from hyperbounty.web.site.site import Snapshot


@dataclass(frozen=True)
class EvaluatorRecord:
    """How an account did as an evaluator.

    Attributes:
        accepted: contests that it accepted.
        scored: of these, those whose scores it recorded.
        unscorable: those of which it said that they cannot be scored.
        missed: those that ended void since it recorded nothing, though there was something to score.
        disputed: those whose scores somebody challenged.
        upheld, overturned: those of these that a panel decided so.
    """

    accepted: int = 0
    scored: int = 0
    unscorable: int = 0
    missed: int = 0
    disputed: int = 0
    upheld: int = 0
    overturned: int = 0


@dataclass(frozen=True)
class Deposit:
    """What an account has in a contest that has not ended, and not got back.

    Attributes:
        contest: number.
        roles: that it has there.
        amount: in the smallest unit of `asset`.
    """

    contest: int
    roles: Sequence[str]
    amount: int
    asset: Asset


@dataclass(frozen=True)
class Sums:
    """What an account paid and got in one asset, in its smallest unit, over all contests.

    Attributes:
        paid_in, paid_out: to contests and out of them.
        credited: that it could not be paid at once, and is kept for it.
        withdrawn: of these.
    """

    asset: Asset
    paid_in: int
    paid_out: int
    credited: int
    withdrawn: int

    @property
    def credit(self) -> int:
        """What waits for it."""
        return self.credited - self.withdrawn


@dataclass(frozen=True)
class Payment:
    """One payment.

    Attributes:
        kind: `in` to the contract, `out` of it, `credit` where the payee could not take it, `withdrawal` of credits.
        amount: in the smallest unit of `asset`.
        cause: the name of the event that it was paid with or for.
        contest: number; None for credits that were withdrawn.
        at: unix seconds.
        block, position: where it is in the chain.
    """

    kind: str
    account: str
    amount: int
    asset: Asset
    cause: str
    contest: int | None
    at: int
    block: int
    position: int
    transaction: bytes


@dataclass(frozen=True)
class IndexedAccount:
    """An account; see the module.

    Attributes:
        roles: numbers of its contests by its role there, the latest first.
        entries, revealed, won: how many specs it sealed and did not withdraw, opened, and won with.
        deposits: what it has in contests that have not ended, the latest first.
        sums: by asset.
        credits: what waits for it to be withdrawn.
        as_organizer: None where it opened no contest.
        as_evaluator: None where no contest names it.
    """

    address: str
    roles: Mapping[str, Sequence[int]]
    entries: int
    revealed: int
    won: int
    deposits: Sequence[Deposit]
    sums: Sequence[Sums]
    credits: Sequence[Credit]
    as_organizer: Record | None
    as_evaluator: EvaluatorRecord | None

    @property
    def is_known(self) -> bool:
        """Whether it has anything to do with any contest."""
        return bool(self.roles or self.sums)


def account_at(snapshot: Snapshot, address: str) -> IndexedAccount:
    """What the index has of an account; of one that did nothing, nothing.

    Args:
        snapshot: of the index.
        address: with its checksum.
    """
    rows = snapshot.connection
    wanted = (
        select(ACCOUNTS, CONTESTS.c.number, CONTESTS.c.outcome, CONTRACTS.c.address)
        .join(CONTRACTS, CONTRACTS.c.id == ACCOUNTS.c.contract)
        .outerjoin(CONTESTS, (CONTESTS.c.contract == ACCOUNTS.c.contract) & (CONTESTS.c.subject == ACCOUNTS.c.subject))
        .where(ACCOUNTS.c.account == address)
        .order_by(CONTESTS.c.number.desc())
    )
    found = rows.execute(wanted).mappings().all()
    assets = assets_at(rows, {row["asset"] for row in found})
    roles: dict[str, list[int]] = {}
    deposits = []
    sums: dict[str, dict[str, int]] = {}
    waiting: dict[tuple[str, str], int] = {}
    for row in found:
        for role in row["roles"]:
            roles.setdefault(role, []).append(row["number"])
        left = row["paid_in"] - row["paid_out"] - row["credited"]
        if row["outcome"] == Outcome.PENDING and left > 0:
            deposits.append(Deposit(row["number"], tuple(row["roles"]), left, assets[row["asset"]]))
        total = sums.setdefault(row["asset"], dict.fromkeys(("paid_in", "paid_out", "credited", "withdrawn"), 0))
        for name in total:
            total[name] += row[name]
        kept = row["address"], row["asset"]
        waiting[kept] = waiting.get(kept, 0) + row["credited"] - row["withdrawn"]
    return IndexedAccount(
        address=address,
        roles=roles,
        entries=sum(row["entries"] for row in found),
        revealed=sum(row["revealed"] for row in found),
        won=sum(row["won"] for row in found),
        deposits=deposits,
        sums=[Sums(assets[asset], **total) for asset, total in sums.items() if any(total.values())],
        credits=[Credit(contract, assets[asset], left) for (contract, asset), left in waiting.items() if left > 0],
        as_organizer=records(rows, [address])[address] if "organizer" in roles else None,
        as_evaluator=evaluator_record(rows, address) if "evaluator" in roles else None,
    )


def evaluator_record(rows: Connection, evaluator: str) -> EvaluatorRecord:
    """How an account did as an evaluator, over all contracts."""
    names = ("throughput", "report", "unscorable", "outcome", "challenger", "verdict", "revealed", "holdout_key")
    columns = [CONTESTS.c[name] for name in names]
    wanted = select(*columns, CONTESTS.c.holdout_commitment).where(CONTESTS.c.evaluator == evaluator)
    counted = dict.fromkeys(EvaluatorRecord.__dataclass_fields__, 0)
    for row in rows.execute(wanted).mappings():
        if not row["throughput"]:
            continue
        could_score = row["revealed"] and (row["holdout_key"] is not None or not any(row["holdout_commitment"]))
        what = {
            "accepted": True,
            "scored": row["report"] is not None and not row["unscorable"],
            "unscorable": row["report"] is not None and row["unscorable"],
            "missed": could_score and row["outcome"] == Outcome.VOID and row["report"] is None,
            "disputed": row["challenger"] is not None,
            "upheld": row["verdict"] == Verdict.UPHELD,
            "overturned": row["verdict"] == Verdict.OVERTURNED,
        }
        for name, is_so in what.items():
            counted[name] += bool(is_so)
    return EvaluatorRecord(**counted)


def payments_of(
    rows: Connection,
    *,
    most: int,
    contest: tuple[int, str] | None = None,
    account: str | None = None,
    after: tuple[int, int] | None = None,
) -> Sequence[Payment]:
    """Payments, the latest first.

    Args:
        rows: the tables.
        most: how many.
        contest: contract and subject of the contest's row; None for all contests.
        account: who paid or was paid; None for everybody.
        after: block and position of the last one before.
    """
    wanted: Select[Any] = select(PAYMENTS).order_by(PAYMENTS.c.block.desc(), PAYMENTS.c.position.desc()).limit(most)
    if contest is not None:
        wanted = wanted.where(PAYMENTS.c.contract == contest[0], PAYMENTS.c.subject == contest[1])
    if account is not None:
        wanted = wanted.where(PAYMENTS.c.account == account)
    if after is not None:
        wanted = wanted.where(tuple_(PAYMENTS.c.block, PAYMENTS.c.position) < tuple_(*after))
    found = rows.execute(wanted).mappings().all()
    assets = assets_at(rows, {row["asset"] for row in found})
    return [
        Payment(
            kind=row["kind"],
            account=row["account"],
            amount=row["amount"],
            asset=assets[row["asset"]],
            cause=row["cause"],
            contest=int(row["subject"]) if row["subject"].isdecimal() else None,
            at=row["at"],
            block=row["block"],
            position=row["position"],
            transaction=row["transaction"],
        )
        for row in found
    ]
