"""What one account can do about a contest with a wallet, as it stands: each with what is risked, the most urgent first.

What takes files or machines is left to the command line: opening a contest, its key, scores, extensions.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Final

from sqlalchemy import Connection, select

from hyperbounty.bounty.price import headroom
from hyperbounty.bounty.types import RESOLVE_SECONDS, THROUGHPUT_UNIT, Contest, Dispute, Outcome, Phase, Verdict
from hyperbounty.format import moment
from hyperbounty.web.bounty.index.tables import ACCOUNTS, ENTRIES

_GAS_ALONE: Final = "You risk nothing but the gas."


@dataclass(frozen=True)
class Act:
    """Something that an account can do now.

    Attributes:
        call: of the contract.
        arguments: after the number of the contest. A text `?…` is filled in by the browser: `?spec` and `?salt` of what
            it keeps, `?amount` as somebody types it, `?commitment` on the page where a spec is composed.
        value: what goes along, in the smallest unit of the contest's asset.
        spare: more than that which goes along in coins, and comes back where it is not needed.
        label: of the button.
        what: it does, a sentence.
        risk: what is risked, a sentence.
    """

    call: str
    arguments: tuple[Any, ...]
    label: str
    what: str
    risk: str = _GAS_ALONE
    value: int = 0
    spare: int = 0


@dataclass(frozen=True)
class Slot:
    """An own submission.

    Attributes:
        number: of the slot, from 0.
        state: `sealed` or `revealed`.
        commitment: 32 bytes.
    """

    number: int
    state: str
    commitment: bytes


@dataclass(frozen=True)
class Standing:
    """What one account has to do with one contest.

    Attributes:
        slots: its submissions that stand.
        unclaimed: indexes of its revealed specs whose share of the pot waits.
        sponsored: what it added to the reward and has not got back.
        credit: what waits for it to be withdrawn, in the contest's asset.
    """

    account: str
    slots: tuple[Slot, ...] = ()
    unclaimed: tuple[int, ...] = ()
    sponsored: int = 0
    credit: int = 0


def standing_of(rows: Connection, row: Mapping[str, Any], account: str) -> Standing:
    """What an account has to do with the contest in a row of `bounty_contests`.

    Args:
        account: its address with its checksum.
    """
    of = (ENTRIES.c.contract == row["contract"], ENTRIES.c.subject == row["subject"], ENTRIES.c.participant == account)
    entries = rows.execute(select(ENTRIES).where(*of).order_by(ENTRIES.c.slot)).mappings().all()
    money = (ACCOUNTS.c.contract == row["contract"], ACCOUNTS.c.account == account, ACCOUNTS.c.asset == row["asset"])
    # Sums are made here: databases add such large numbers as floats.
    found = rows.execute(select(ACCOUNTS).where(*money)).mappings().all()
    return Standing(
        account,
        slots=tuple(Slot(e["slot"], e["state"], e["commitment"]) for e in entries if e["state"] != "withdrawn"),
        unclaimed=tuple(e["index"] for e in entries if row["pot"] and e["index"] is not None and e["claimed"] is None),
        sponsored=sum(each["sponsored"] for each in found if each["subject"] == row["subject"]),
        credit=sum(each["credited"] - each["withdrawn"] for each in found),
    )


@dataclass(frozen=True)
class _Situation:
    contest: Contest
    dispute: Dispute
    standing: Standing

    @property
    def account(self) -> str:
        return self.standing.account

    def shown(self, amount: int) -> str:
        return self.contest.asset.shown(amount)


def acts(contest: Contest, dispute: Dispute, standing: Standing) -> tuple[Act, ...]:
    """What the account can do about the contest now, the most urgent first."""
    situation = _Situation(contest, dispute, standing)
    return (*_BY_PHASE.get(contest.phase, _nothing)(situation), *_credits(situation))


def _at(deadline: int | None) -> str:
    assert deadline is not None
    return moment(deadline)


def _offer(of: _Situation) -> Iterator[Act]:
    contest, panel = of.contest, of.dispute.panel
    lost = "You lose it if"
    if of.account == contest.evaluator and not contest.evaluator_accepted:
        speed = f"{contest.needed_throughput / THROUGHPUT_UNIT:g} reference cores"
        bond = of.shown(contest.evaluator_bond)
        yield Act(
            "accept",
            (contest.needed_throughput,),
            "Accept as its evaluator",
            f"You promise scores in time, and say that you train as fast as {speed}. Your bond of {bond} goes along.",
            f"You risk {bond}. {lost} scores do not come in time, or a panel finds other payments right.",
            contest.evaluator_bond,
        )
    seat = of.dispute.seat_of(of.account)
    if seat is not None and not of.dispute.accepted[seat]:
        bond = of.shown(panel.member_bond)
        yield Act(
            "acceptSeat",
            (seat,),
            "Accept your seat on the panel",
            f"You promise to answer if somebody challenges the scores. Your bond of {bond} goes along.",
            f"You risk {bond}. {lost} the panel is asked and you do not answer.",
            panel.member_bond,
        )
    yield from _cancel(of)


def _cancel(of: _Situation) -> Iterator[Act]:
    if of.account == of.contest.organizer and of.contest.standing == 0:
        yield Act("cancel", (), "Call the contest off", "Everybody gets back what it put in, and it cannot be undone.")


def _lapsed(of: _Situation) -> Iterator[Act]:
    yield Act("settle", (), "Have deposits paid back", "Everybody gets back what it put in.")


def _submit(of: _Situation) -> Iterator[Act]:
    contest, own = of.contest, of.standing.slots
    is_full = contest.standing >= contest.max_submissions
    price = contest.price_at(contest.standing)
    if len(own) < contest.max_per_address and not is_full:
        burned = f", {of.shown(price.surcharge)} of it as a surcharge that is burned" if price.surcharge else ""
        spare = headroom(contest.prize, contest.max_submissions, contest.standing) if contest.asset.is_coin else 0
        yield Act(
            "submit",
            (_free_slot(contest, own), "?commitment"),
            "Compose and submit a spec" if not own else "Submit another spec",
            f"You pay {of.shown(price.total)}{burned}, and open your spec after {_at(contest.submit_ends)}.",
            f"You risk {of.shown(price.total)}. It pays for the scoring, and is burned if you do not open in time.",
            price.total,
            spare,
        )
    elif own:
        yield Act(
            "submit",
            (own[0].number, "?commitment"),
            "Replace a spec of yours",
            "A new spec takes the place of one that stands. It costs nothing, and counts as later in a tie.",
        )
    for slot in own:
        yield Act(
            "withdrawSubmission",
            (slot.number,),
            f"Take back the spec in slot {slot.number}",
            "The slot is free again.",
            "Its entry fee is burned, unless the organizer has extended the contest since.",
        )
    if contest.standing <= contest.max_submissions - contest.max_submissions // 2:
        yield Act(
            "sponsor",
            ("?amount",),
            "Add to the reward",
            "What you add goes to the winners. It comes back to you if nobody wins.",
            "You risk what you add: it is gone if somebody wins.",
        )
    yield from _cancel(of)


def _free_slot(contest: Contest, own: tuple[Slot, ...]) -> int:
    taken = {slot.number for slot in own}
    return next(number for number in range(contest.max_per_address) if number not in taken)


def _reveal(of: _Situation) -> Iterator[Act]:
    for slot in of.standing.slots:
        if slot.state == "sealed":
            yield Act(
                "reveal",
                (slot.number, "?spec", "?salt"),
                f"Open the spec in slot {slot.number}",
                f"Everybody sees the spec from then on, and it is scored. Do it before {_at(of.contest.reveal_ends)}.",
                "You risk nothing but the gas. If you do not open it, what you paid is burned.",
            )


def _challenge(of: _Situation) -> Iterator[Act]:
    contest, dispute = of.contest, of.dispute
    if not dispute.panel.members or dispute.challenged or contest.revealed == 0:
        return
    if contest.sealed and not contest.key_published:
        return
    if of.account in (contest.evaluator, *dispute.panel.members):
        return
    bond = of.shown(dispute.panel.challenge_bond)
    about = "that others are to be paid" if any(contest.report) else "that it could have been scored"
    yield Act(
        "challenge",
        (),
        "Challenge the scores" if any(contest.report) else "Challenge that there are none",
        f"You stake {bond} on it {about}, and the panel trains all specs again. Train them yourself first.",
        f"You risk {bond}. You lose it if the panel finds the payments right.",
        dispute.panel.challenge_bond,
    )


def _settle(of: _Situation) -> Iterator[Act]:
    dispute = of.dispute
    if dispute.challenged and dispute.answered and dispute.verdict is Verdict.NONE:
        days = RESOLVE_SECONDS // 86_400
        yield Act(
            "resolve",
            (),
            "Have the panel's answer decide",
            f"What the panel opened decides who is paid. Without it, the contest ends void after {days} days.",
        )
        return
    yield Act("settle", (), "Have everybody paid", "Winners, and whoever has something to get back, are paid now.")


def _ended(of: _Situation) -> Iterator[Act]:
    contest, standing = of.contest, of.standing
    if standing.unclaimed:
        share = of.shown(sum(map(contest.share_of_pot, standing.unclaimed)))
        yield Act(
            "claim", (list(standing.unclaimed),), f"Bring in {share}", f"Your share of the pot, {share}, is paid."
        )
    if standing.sponsored and contest.outcome is not Outcome.WON:
        yield Act(
            "reclaim",
            (standing.account,),
            f"Bring back {of.shown(standing.sponsored)}",
            "Nobody won, so what you added to the reward is paid back.",
        )


def _credits(of: _Situation) -> Iterator[Act]:
    if of.standing.credit:
        amount = of.shown(of.standing.credit)
        yield Act(
            "withdraw",
            (of.contest.asset.address, of.account),
            f"Withdraw {amount}",
            f"{amount} could not be paid to you at once, and waits in the contract.",
        )


def _nothing(of: _Situation) -> Iterator[Act]:
    return iter(())


_BY_PHASE: Final[Mapping[Phase, Callable[[_Situation], Iterator[Act]]]] = {
    Phase.OFFER: _offer,
    Phase.LAPSED: _lapsed,
    Phase.SUBMIT: _submit,
    Phase.REVEAL: _reveal,
    Phase.CHALLENGE: _challenge,
    Phase.SETTLE: _settle,
    Phase.SETTLED: _ended,
    Phase.CANCELLED: _ended,
}
