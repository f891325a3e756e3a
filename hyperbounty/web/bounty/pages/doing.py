"""What somebody who looks at a contest can do now, by command, and what that puts at risk.

A page has one place for it. Where a wallet is there, a module puts its button into that place.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Final

from hyperbounty.bounty.show.next_steps import Step
from hyperbounty.cli.wording import command_line
from hyperbounty.drawing.html import Html, joined, tag
from hyperbounty.drawing.times import when
from hyperbounty.next_steps import Action
from hyperbounty.web.bounty.facts import IndexedContest
from hyperbounty.web.site.amounts import money

_FOR_ALL: Final = ("participant", "anybody", "sponsor")
_SHORT: Final[Mapping[str, str]] = {"participant.challenge": "challenge what would be paid"}
"""Where the words of the command line are a sentence of their own."""


@dataclass(frozen=True)
class Doing:
    """One thing to do.

    Attributes:
        role: whose it is.
        says: what it is, in words.
        command: that does it.
        name: of the action, such as `participant.submit`.
        risk: what is at risk, in a sentence.
    """

    role: str
    says: str
    command: str
    name: str
    risk: Html

    @property
    def shown(self) -> Html:
        """The command, which breaks between its words alone."""
        words = [tag("span", word) for word in self.command.split(" ")]
        return joined(*(part for word in words for part in (" ", word)))


def doings(contest: IndexedContest) -> tuple[Doing | None, Sequence[Doing]]:
    """What whoever looks can do first of all, and what else there is, for whom it is; none where only time can help."""
    steps = [made for step in contest.next_steps if (made := _doing(contest, step)) is not None]
    if not (contest.listed.is_open and _is_sound(contest)):
        steps = [each for each in steps if each.name not in ("participant.submit", "participant.download")]
    for_all = [each for each in steps if each.role in _FOR_ALL]
    # Of what all can do the last is what the others lead to: prices are for submitting, training again for a challenge.
    first = for_all[-1] if for_all else steps[0] if steps else None
    return first, [each for each in steps if each is not first]


def _is_sound(contest: IndexedContest) -> bool:
    """Whether there is a manifest, and the chain says the same: else the page says not to take part."""
    facts = contest.facts
    return facts is not None and not facts.disagreements


def _doing(contest: IndexedContest, step: Step) -> Doing | None:
    action = next((part for part in getattr(step.step, "parts", ()) if isinstance(part, Action)), None)
    if action is None:
        return None
    text = _SHORT.get(action.name) or step.step.text.removesuffix(": {}")
    return Doing(step.role, text, command_line(action), action.name, _risk(contest, action.name, step.role))


def _risk(each: IndexedContest, action: str, role: str) -> Html:
    contest = each.contest
    shown = partial(money, asset=contest.asset)
    if action == "participant.submit":
        price = each.price
        burned = f", {shown(price.surcharge)} of it burned at once" if price.surcharge else ""
        by = [" by ", when(contest.reveal_ends)] if contest.reveal_ends is not None else []
        return joined(f"You pay {shown(price.total)}{burned}. If you do not reveal", *by, ", all of it is burned.")
    return joined(_risk_words(each, action, role))


def _risk_words(each: IndexedContest, action: str, role: str) -> str:
    contest, panel = each.contest, each.dispute.panel
    shown = partial(money, asset=contest.asset)
    if action == "participant.reveal":
        return f"If you do not, your entry is not scored, and its fee of {shown(contest.entry_fee)} is burned."
    if action == "participant.challenge":
        return f"You stake {shown(panel.challenge_bond)}. If the panel bears the scores out, you lose it."
    if action == "evaluator.accept":
        bond = panel.member_bond if role == "member" else contest.evaluator_bond
        return f"A bond of {shown(bond)} is staked, and lost by who does not do its part."
    if action == "evaluator.run":
        bond = panel.member_bond if role == "member" else contest.evaluator_bond
        return f"Who does not do it in time loses its bond of {shown(bond)}."
    if action == "organizer.publish-key":
        return f"Without the key the reward of {shown(contest.reward)} and the bond of {shown(contest.bond)} are lost."
    if action in ("evaluator.verify", "participant.download"):
        return "It costs nothing but time."
    return "It costs nothing but the fee of the transaction."
