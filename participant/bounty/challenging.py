"""When a watch stakes a challenge bond: where scores made again here say that the account would be paid more."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from hyperbounty.bounty.living import challenge_window
from hyperbounty.bounty.preflight import challenging
from hyperbounty.bounty.ranking import bears_out, paid_to, winners_by
from hyperbounty.bounty.show.comparison import Answer, Verification
from hyperbounty.bounty.types import Contest, Dispute, Phase, RevealedSpec
from hyperbounty.format import moment
from hyperbounty.next_steps import Action, NextStep
from hyperbounty.watching.duties import Duty, Notice, Say, Stake

if TYPE_CHECKING:
    from eth_account.signers.local import LocalAccount

    from hyperbounty.bounty.contract import BountyContract
    from hyperbounty.chain.connection import Receipt
    from hyperbounty.money import Asset


@dataclass(frozen=True)
class Readiness:
    """What somebody has said about challenges.

    Attributes:
        limit: the largest bond that is staked, by the asset; None for an asset in which nothing is.
        verify: makes the scores of a contest again and compares them; called beside the loop.
    """

    limit: Callable[[Asset], int | None]
    verify: Callable[[int, Say], Verification]


class Challenger:
    """What there is to do, and to tell, about scores that can be challenged.

    Args:
        contract: that holds the contests.
        readiness: None where nothing is made again and nothing is staked: the default.
    """

    def __init__(self, contract: BountyContract, readiness: Readiness | None) -> None:
        self._contract = contract
        self._readiness = readiness
        self._found: dict[str, Verification] = {}

    def find(self, account: LocalAccount, contest: Contest, dispute: Dispute) -> Iterator[Duty | Notice]:
        """Of a contest in which `account` has revealed."""
        window = challenge_window(contest)
        can_be = dispute.panel.members and not dispute.challenged and contest.phase in (Phase.SCORE, Phase.CHALLENGE)
        if window is None or not can_be or (contest.sealed and not contest.key_published):
            return
        subject = f"contest {contest.number}"
        bond = contest.asset.shown(dispute.panel.challenge_bond)
        until = f"until {moment(window.ends)}, with a bond of {bond}"
        if not any(contest.report) or contest.unscorable:
            if contest.phase is Phase.CHALLENGE:
                what = f"nobody is to be paid by scores; that can be challenged {until}, which a watch never does"
                step = NextStep("if it can be scored, stake on it: {}", Action("participant.challenge", _of(contest)))
                yield Notice(f"{contest.number}/silent", subject, what, step)
            return
        name = f"{contest.number}/check/{contest.report.hex()}"
        if self._readiness is None:
            what = f"scores are recorded; they can be challenged {until}, which this watch does not do"
            step = NextStep("make them again: {}", Action("participant.verify", _of(contest)))
            yield Notice(name, subject, what, step)
        elif name not in self._found:
            yield self._check(name, contest, window.ends)
        else:
            yield from self._decided(account, contest, dispute, self._found[name], name)

    def _check(self, name: str, contest: Contest, ends: int) -> Duty:
        """Once for a contest and a report, however many accounts are in it: begun before scores are final."""
        assert self._readiness is not None
        verify = self._readiness.verify

        def work(say: Say) -> None:
            if name not in self._found:
                self._found[name] = verify(contest.number, say)

        return Duty(
            name=name,
            subject=f"contest {contest.number}",
            what="make the recorded scores again",
            done="the recorded scores were made again",
            act=lambda: [],
            opens_at=0,
            ends_at=ends,
            missed="and nothing was challenged",
            work=work,
        )

    def _decided(
        self, account: LocalAccount, contest: Contest, dispute: Dispute, found: Verification, name: str
    ) -> Iterator[Duty | Notice]:
        assert self._readiness is not None
        subject = f"contest {contest.number}"
        if found.answer is not Answer.DIFFERS:
            what = (
                "the recorded scores stand: made again here, each is equal or within the tolerance"
                if found.answer is Answer.EQUAL
                else f"the recorded scores differ from those made here, which proves nothing: {found.other_versions}"
            )
            yield Notice(name, subject, what)
            return
        specs = self._contract.revealed_specs(contest)
        now, then = gain(contest, dispute, specs, found, account.address)
        said = f"the recorded scores of specs {', '.join(map(str, _wrong(found)))} do not stand"
        step = NextStep("see which: {}", Action("participant.verify", _of(contest)))
        bond, asset = dispute.panel.challenge_bond, contest.asset
        if then <= now:
            what = f"{said}; the right ones would not surely pay this account more, so nothing is staked"
            yield Notice(name, subject, what, step)
            return
        more = asset.shown(then - now)
        limit = self._readiness.limit(asset)
        if limit is None or bond > limit:
            allowed = "nothing in this asset" if limit is None else asset.shown(limit)
            what = f"{said}, and {more} more would be paid; the bond of {asset.shown(bond)} is above {allowed}"
            step = NextStep("stake it yourself: {}", Action("participant.challenge", _of(contest)))
            yield Notice(name, subject, what, step, is_warning=True)
            return
        yield Notice(name, subject, f"{said}, and {more} more would be paid by the right ones", step)
        window = challenge_window(contest)
        assert window is not None
        yield Duty(
            name=f"{contest.number}/challenge",
            subject=subject,
            what=f"challenge the scores, with a bond of {asset.shown(bond)}",
            done=f"the scores are challenged, {asset.shown(bond)} staked on {more} more",
            act=lambda: self._challenge(account, contest, dispute),
            # Before, the evaluator may still put the right ones in their place.
            opens_at=window.opens,
            ends_at=window.ends,
            stake=Stake(then - now, asset),
            missed="and the wrong scores stand",
            already=frozenset({"AlreadyChallenged"}),
        )

    def _challenge(self, account: LocalAccount, contest: Contest, dispute: Dispute) -> list[Receipt]:
        step = f"challenge/{contest.number}"
        receipt = self._contract.resume(account, step)
        if receipt is None:
            self._contract.check(account, challenging(self._contract, contest, dispute))
            receipt = self._contract.challenge(account, contest, key=step)
        return [receipt]


def gain(
    contest: Contest, dispute: Dispute, specs: Sequence[RevealedSpec], found: Verification, account: str
) -> tuple[int, int]:
    """What `account` is paid of the prize by the recorded scores, and what at least it would be by the panel's medians.

    An honest panel's scores lie within the tolerance of what was made here. So the recorded ranking has to fall by the
    panel's own rule with twice the tolerance, or nothing would change. And the account's own scores are taken to be
    lower by the tolerance, and those of others higher: what it is paid then, any honest panel pays it.
    """
    here = {comparison.index: comparison.scored_ppm for comparison in found.comparisons}
    tolerance = dispute.panel.tolerance
    paid = paid_to(contest, specs, contest.winners, account)
    if bears_out(contest, specs, contest.winners, [here[index] for index in range(len(specs))], 2 * tolerance):
        return paid, paid
    worst = [
        max(0, here[spec.index] - tolerance) if spec.participant == account else here[spec.index] + tolerance
        for spec in sorted(specs, key=lambda spec: spec.index)
    ]
    medians = paid_to(contest, specs, winners_by(contest, specs, worst), account)
    return paid, medians


def _wrong(found: Verification) -> list[int]:
    return [comparison.index for comparison in found.comparisons if comparison.verdict == "differs"]


def _of(contest: Contest) -> tuple[int]:
    return (contest.number,)
