"""Each event of a contest in words: what happened, for people who do not know the contract."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Final

from hyperbounty.bounty.types import Outcome, Verdict
from hyperbounty.format import moment, percent
from hyperbounty.money import Asset
from hyperbounty.texts import escaped
from hyperbounty.web.bounty.index.money import BURN
from hyperbounty.web.index.family import IndexedEvent

_TITLE_LETTERS: Final = 200


@dataclass(frozen=True)
class Told:
    """An event in words.

    Attributes:
        kind, title, text, accounts, is_news: see `hyperbounty.web.site.happening.Happening`.
    """

    kind: str
    title: str
    text: str = ""
    accounts: tuple[str, ...] = ()
    is_news: bool = False


@dataclass(frozen=True)
class Setting:
    """What the words need beside the event.

    Attributes:
        contest: the row of `bounty_contests`; empty for an event of no contest.
        asset: what the event's amounts are counted in.
        question: the title of the contest's manifest; empty while that is not there.
    """

    contest: Mapping[str, Any]
    asset: Asset
    question: str


def told(event: IndexedEvent, setting: Setting) -> Told | None:
    """An event in words; None for one that says nothing to people, such as a payment to nobody."""
    return _WORDS[event.name](setting, **event.args)


def _opened(
    setting: Setting, *, contest: int, organizer: str, evaluator: str, terms: tuple[Any, ...], **_: Any
) -> Told:
    amount = setting.asset.shown(terms[1])
    question = f"for “{escaped(setting.question, _TITLE_LETTERS)}”" if setting.question else "to win"
    text = (
        f"Organizer {organizer} escrowed it; evaluator {evaluator} is to score. The offer waits until"
        f" {moment(terms[8])} for everybody named to accept, and then takes entries."
    )
    return Told("contest.opened", f"Contest {contest} opened: {amount} {question}", text, (organizer, evaluator), True)


def _accepted(setting: Setting, *, contest: int, account: str, **_: Any) -> Told:
    who = "The evaluator" if account == setting.contest.get("evaluator") else "A member of the panel"
    return Told("contest.accepted", f"{who} of contest {contest} accepted", f"It is {account}.", (account,))


def _started(setting: Setting, *, contest: int, submitEnds: int, **_: Any) -> Told:  # noqa: N803
    question = f"The question: “{escaped(setting.question, _TITLE_LETTERS)}”." if setting.question else ""
    return Told(
        "contest.started",
        f"Contest {contest} takes entries until {moment(submitEnds)}",
        f"Everybody named has accepted. {question}".strip(),
        is_news=True,
    )


def _extended(_: Setting, *, contest: int, submitEnds: int, **__: Any) -> Told:  # noqa: N803
    return Told(
        "contest.extended",
        f"Contest {contest} takes entries longer: until {moment(submitEnds)}",
        "All later deadlines move by as much.",
        is_news=True,
    )


def _sponsored(setting: Setting, *, contest: int, sponsor: str, amount: int, **_: Any) -> Told:
    shown = setting.asset.shown(amount)
    return Told(
        "contest.sponsored", f"Contest {contest} was sponsored: {shown} more to win", f"By {sponsor}.", (sponsor,), True
    )


def _submitted(_: Setting, *, contest: int, participant: str, entry: int, **__: Any) -> Told:
    text = "What it says stays sealed until it is revealed."
    return Told("contest.submitted", f"{participant} sealed entry {entry} in contest {contest}", text, (participant,))


def _withdrawn(_: Setting, *, contest: int, participant: str, entry: int, **__: Any) -> Told:
    return Told(
        "contest.entry-withdrawn", f"{participant} withdrew entry {entry} from contest {contest}", "", (participant,)
    )


def _revealed(_: Setting, *, contest: int, participant: str, entry: int, **__: Any) -> Told:
    return Told("contest.revealed", f"{participant} opened entry {entry} in contest {contest}", "", (participant,))


def _key_published(_: Setting, *, contest: int, **__: Any) -> Told:
    return Told("contest.key-published", f"The key to the holdout of contest {contest} is published")


def _scored(setting: Setting, *, contest: int, scores: tuple[int, ...], **_: Any) -> Told:
    evaluator = setting.contest.get("evaluator")
    accounts = () if evaluator is None else (evaluator,)
    if not scores:
        return Told(
            "contest.unscorable",
            f"The evaluator says that contest {contest} cannot be scored",
            "Its report says why.",
            accounts,
            True,
        )
    best, minimum = max(scores), setting.contest.get("minimum_score", 0)
    text = f"The minimum to be paid is {percent(minimum)}."
    return Told("contest.scored", f"Contest {contest} has scores: the best is {percent(best)}", text, accounts, True)


def _challenged(_: Setting, *, contest: int, challenger: str, **__: Any) -> Told:
    text = f"By {challenger}, with a bond. The panel trains again and decides."
    return Told("contest.challenged", f"The scores of contest {contest} were challenged", text, (challenger,), True)


def _scores_sealed(_: Setting, *, contest: int, member: str, **__: Any) -> Told:
    title = f"A member of the panel of contest {contest} sealed its scores"
    return Told("contest.panel-sealed", title, f"It is {member}.", (member,))


def _scores_opened(_: Setting, *, contest: int, member: str, **__: Any) -> Told:
    title = f"A member of the panel of contest {contest} opened its scores"
    return Told("contest.panel-opened", title, f"It is {member}.", (member,))


def _resolved(_: Setting, *, contest: int, verdict: int, **__: Any) -> Told:
    found = {
        Verdict.UPHELD: "bears out what the evaluator recorded",
        Verdict.OVERTURNED: "decided otherwise than the evaluator",
    }.get(Verdict(verdict), "could not decide")
    return Told("contest.resolved", f"The panel of contest {contest} {found}", is_news=True)


def _settled(setting: Setting, *, contest: int, outcome: int, prize: int, pot: int, **_: Any) -> Told:
    said = {
        Outcome.WON: f"was won: {setting.asset.shown(prize)} paid",
        Outcome.REFUNDED: "ended without a winner: the reward went back",
        Outcome.VOID: "ended void: nobody won",
        Outcome.CANCELLED: "lapsed: not everybody named accepted",
    }.get(Outcome(outcome), "ended")
    waiting = f"Those who revealed can claim {setting.asset.shown(pot)} together." if pot else ""
    return Told("contest.settled", f"Contest {contest} {said}", waiting, is_news=True)


def _cancelled(_: Setting, *, contest: int, **__: Any) -> Told:
    text = "Everybody has back what they put in."
    return Told("contest.cancelled", f"Contest {contest} was called off by its organizer", text, is_news=True)


def _claimed(setting: Setting, *, contest: int, participant: str, amount: int, **_: Any) -> Told:
    title = f"{participant} brought in {setting.asset.shown(amount)} from contest {contest}"
    return Told("contest.claimed", title, "It is a share of what those who revealed can claim.", (participant,))


def _reclaimed(setting: Setting, *, contest: int, sponsor: str, amount: int, **_: Any) -> Told:
    title = f"{sponsor} brought back {setting.asset.shown(amount)} from contest {contest}"
    return Told("contest.reclaimed", title, "It had sponsored the contest.", (sponsor,))


def _paid(setting: Setting, *, to: str, amount: int, **_: Any) -> Told | None:
    if to == BURN:
        return None
    title = f"{to} was paid {setting.asset.shown(amount)} by contest {setting.contest.get('number')}"
    return Told("contest.paid", title, "", (to,))


def _credited(setting: Setting, *, owner: str, amount: int, **_: Any) -> Told:
    title = f"{setting.asset.shown(amount)} of contest {setting.contest.get('number')} wait for {owner}"
    return Told("contest.credited", title, "The account could not take them; it can withdraw them.", (owner,))


def _credit_withdrawn(setting: Setting, *, owner: str, to: str, amount: int, **_: Any) -> Told:
    title = f"{owner} withdrew {setting.asset.shown(amount)} that waited for it"
    return Told("account.credit-withdrawn", title, f"It went to {to}.", (owner,))


_WORDS: Final[Mapping[str, Callable[..., Told | None]]] = {
    "Opened": _opened,
    "Accepted": _accepted,
    "Started": _started,
    "Extended": _extended,
    "Sponsored": _sponsored,
    "Submitted": _submitted,
    "SubmissionWithdrawn": _withdrawn,
    "Revealed": _revealed,
    "HoldoutKeyPublished": _key_published,
    "ScoresRecorded": _scored,
    "Challenged": _challenged,
    "ScoresSealed": _scores_sealed,
    "ScoresOpened": _scores_opened,
    "Resolved": _resolved,
    "Settled": _settled,
    "Cancelled": _cancelled,
    "Claimed": _claimed,
    "Reclaimed": _reclaimed,
    "Paid": _paid,
    "Credited": _credited,
    "CreditWithdrawn": _credit_withdrawn,
}

NEWS: Final = (
    "Opened", "Started", "Extended", "Sponsored", "ScoresRecorded", "Challenged", "Resolved", "Settled", "Cancelled",
)  # fmt: skip
"""The events that those are told of who follow all contests."""
