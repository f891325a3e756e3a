"""What the contract `HyperparameterBounty` shows and what its events say, typed: the reading half of its client."""

from __future__ import annotations

from collections.abc import Container, Mapping, Sequence
from typing import TYPE_CHECKING, Any

from hyperbounty.bounty.history import History, HistoryReader
from hyperbounty.bounty.price import Price, headroom
from hyperbounty.bounty.receipts import Deed, find_deeds
from hyperbounty.bounty.reverts import ERRORS
from hyperbounty.bounty.submissions import SentSubmission, appended_to, find_sent
from hyperbounty.bounty.types import (
    Contest,
    Dispute,
    OpenedScores,
    Outcome,
    Panel,
    Phase,
    RecordedScores,
    RevealedSpec,
    SeatState,
    Submission,
    SubmissionState,
    Verdict,
)
from hyperbounty.chain.client import ContractClient
from hyperbounty.chain.payments import NATIVE
from hyperbounty.errors import InvalidInput, TransactionReverted
from hyperbounty.next_steps import Action, NextStep, Parameter

if TYPE_CHECKING:
    from hyperbounty.chain.connection import Chain, Receipt
    from hyperbounty.money import Asset


class BountyViews(ContractClient):
    """`HyperparameterBounty` at one address of one chain, to be read."""

    NAME = "HyperparameterBounty"
    PURPOSE = "bounty contests for hyperparameters; one deployment serves every contest on its chain"
    FIRST_STEP = NextStep(
        "fetch prices, to offer a contest on: {}", Action("organizer.fetch", (Parameter("out", "FOLDER"),))
    )

    explain = staticmethod(ERRORS.explain)

    def __init__(self, chain: Chain, address: str) -> None:
        super().__init__(chain, address)
        self._histories = HistoryReader(chain, self._contract, self.dispute)

    def contest(self, number: int) -> Contest:
        """Contest `number` as it stands.

        Raises:
            InvalidInput: there is none of this number.
        """
        view = self._read_struct(self.calls.contestOf(number))
        if Phase(view["phase"]) is Phase.NONE:
            count = self._read(self.calls.contestCount())
            raise InvalidInput(
                f"there is no contest {number}", f"choose 1 to {count}" if count else "no contest was opened here yet"
            )
        return self._contests([number], [view])[0]

    def dispute(self, number: int) -> Dispute:
        """The panel of contest `number`, and how far a dispute came."""
        calls = [self.calls.contestOf(number), self.calls.disputeOf(number)]
        contest, view = (
            self._struct(call, reading.value) for call, reading in zip(calls, self.read_many(calls), strict=True)
        )
        return _dispute(view, self._contests([number], [contest])[0])

    def disputes(self, contests: Sequence[Contest], block: int | None = None) -> list[Dispute]:
        """The panel of each of `contests`, and how far a dispute came, all as they stand at one block.

        Args:
            contests: as they stood at that block.
            block: its number; None for the latest that is as deep as the policy asks.
        """
        # A panel has a window in which it can be called, so who has none has no panel.
        asked = [contest for contest in contests if contest.challenge_seconds]
        calls = [self.calls.disputeOf(contest.number) for contest in asked]
        readings = self.read_many(calls, block) if calls else []
        found = {
            contest.number: _dispute(self._struct(call, reading.value), contest)
            for contest, call, reading in zip(asked, calls, readings, strict=True)
        }
        return [found.get(contest.number) or _undisputed(contest) for contest in contests]

    def price(self, contest: int) -> Price:
        """What the next new entry costs now; nothing where there is no slot left."""
        return Price(*self._read(self.calls.priceOf(contest)))

    def most_to_submit(self, contest: int) -> int:
        """The most that `submit` takes for a new entry: the price, and in coins the headroom for a rise of it."""
        price = self.price(contest).total
        now = self.contest(contest)
        return price + (headroom(now.prize, now.max_submissions, now.standing) if now.asset.is_coin else 0)

    def sponsorship(self, contest: int, sponsor: str) -> int:
        """What `sponsor` added to the reward and has not got back."""
        return int(self._read(self.calls.sponsorshipOf(contest, sponsor)))

    def sponsors(self, contest: Contest) -> dict[str, int]:
        """What each sponsor added to the reward, by its address."""
        added: dict[str, int] = {}
        for event in self._history(contest)["Sponsored"] if contest.sponsored else []:
            added[event["sponsor"]] = added.get(event["sponsor"], 0) + int(event["amount"])
        return added

    def contests(self, block: int | None = None, *, without: Container[int] = ()) -> list[Contest]:
        """Every contest but those `without`, oldest first, all as they stand at one block.

        Args:
            block: its number; None for the latest that is as deep as the policy asks.
            without: numbers of those that are not asked for.
        """
        block = self.chain.confirmed_block() if block is None else block
        count = self.chain.read(self.calls.contestCount(), block)
        numbers = [number for number in range(1, count + 1) if number not in without]
        calls = [self.calls.contestOf(number) for number in numbers]
        readings = self.read_many(calls, block)
        views = [self._struct(call, reading.value) for call, reading in zip(calls, readings, strict=True)]
        return self._contests(numbers, views)

    def first_submit_ends(self, contest: Contest) -> int | None:
        """The end of submissions as it was when the contest started, before any extension; None where it has not."""
        started = self._history(contest)["Started"]
        return int(started[0]["submitEnds"]) if started else None

    def submission(self, contest: int, participant: str, entry: int) -> Submission:
        """What stands in a participant's slot."""
        return _submission(self._read_struct(self.calls.submissionOf(contest, participant, entry)))

    def slots(self, contests: Sequence[Contest], participant: str) -> list[list[Submission]]:
        """What stands in every slot of a participant, by contest, all as it stands at one block."""
        block = self.chain.confirmed_block()
        calls = [
            self.calls.submissionOf(contest.number, participant, slot)
            for contest in contests
            for slot in range(contest.max_per_address)
        ]
        readings = iter(self.read_many(calls, block))
        return [
            [_submission(self._struct(calls[0], next(readings).value)) for _ in range(contest.max_per_address)]
            for contest in contests
        ]

    def sent_submissions(
        self, contest: Contest, participant: str, standing: Mapping[int, Submission]
    ) -> dict[int, SentSubmission]:
        """How the sealed submissions of a participant that stand, by slot, were sent; see `submissions.find_sent`."""
        return find_sent(self.chain, self._contract, contest, participant, standing)

    def appended_to(self, receipt: Receipt) -> bytes | None:
        """What a `submit` carried behind its arguments; None where the node does not show it."""
        return appended_to(self.chain, self._contract, receipt.hash)

    def deeds(self, contest: Contest, account: str) -> list[Deed]:
        """What an account has done in a contest, transaction by transaction; see `receipts.find_deeds`."""
        return find_deeds(self.chain, self._contract, contest, account)

    def revealed_specs(self, contest: Contest) -> list[RevealedSpec]:
        """Every revealed spec with its salt, in index order."""
        found = [
            RevealedSpec(e["index"], e["participant"], e["entry"], e["ordinal"], bytes(e["spec"]), bytes(e["salt"]))
            for e in self._history(contest)["Revealed"]
        ]
        return sorted(found, key=lambda revealed: revealed.index)

    def holdout_key(self, contest: Contest) -> bytes | None:
        """The published key, None while there is none."""
        if not contest.key_published:
            return None
        return bytes(self._history(contest)["HoldoutKeyPublished"][-1]["key"])

    def recorded_scores(self, contest: Contest) -> RecordedScores | None:
        """The scores that the evaluator recorded last, None while there are none; see `standing_scores`."""
        recordings = self.recordings(contest) if any(contest.report) else []
        return recordings[-1] if recordings else None

    def recordings(self, contest: Contest) -> list[RecordedScores]:
        """All scores that were ever recorded, in order: each takes the place of those before."""
        events = self._history(contest)["ScoresRecorded"]
        return [RecordedScores(bytes(event["report"]), tuple(event["scores"])) for event in events]

    def sealed_scores(self, contest: Contest, member: str) -> bytes | None:
        """The seal that a member of the panel sent last, None while there is none."""
        events = self._history(contest, self.dispute(contest.number))["ScoresSealed"]
        found = [bytes(e["seal"]) for e in events if e["member"] == member]
        return found[-1] if found else None

    def opened_scores(self, contest: Contest) -> list[OpenedScores]:
        """What the members of the panel have opened, in order."""
        events = self._history(contest, self.dispute(contest.number))["ScoresOpened"]
        return [OpenedScores(e["member"], bytes(e["report"]), tuple(e["scores"])) for e in events]

    def standing_scores(self, contest: Contest) -> tuple[int, ...] | None:
        """The scores by which the contest pays, as things stand: `contest.winners` follow from them.

        The author is `Dispute.paying_author`.

        Returns:
            Ppm by index. None where nobody is paid by scores: there are none, the contest cannot be scored, or it is
            void or will be, since the panel has not decided or was silent. `recorded_scores` has the evaluator's even
            then.
        """
        dispute = self.dispute(contest.number)
        author = dispute.paying_author(contest)
        if author == "panel":
            return tuple(self._history(contest, dispute)["Resolved"][-1]["scores"])
        recorded = None if author is None else self.recorded_scores(contest)
        return None if recorded is None else recorded.scores

    def claimed(self, contest: Contest) -> set[int]:
        """The indexes of revealed specs whose share of the pot is paid.

        Asked of the contract, which refuses to pay a share twice: a claim may come years after the last deadline, and
        whoever looked for its event would have to look through all blocks since.
        """
        calls = [self.calls.claim(contest.number, [index]) for index in range(contest.revealed)]
        refused = {}
        for index, reading in enumerate(self.read_many(calls)):
            if isinstance(reading.error, TransactionReverted):
                refused[index] = reading.error
            elif reading.error is not None:
                raise reading.error
        # Some nodes do not pass on why a contract refuses.
        return {index for index, error in refused.items() if error.error in ("AlreadyClaimed", "")}

    def claimable(self, contest: Contest, participant: str | None = None) -> tuple[int, ...]:
        """The indexes of revealed specs whose share of the pot waits for `claim`: of `participant`, or of everybody."""
        if contest.pot == 0:
            return ()
        claimed = self.claimed(contest)
        return tuple(
            revealed.index
            for revealed in self.revealed_specs(contest)
            if revealed.index not in claimed and participant in (None, revealed.participant)
        )

    def opened(self, receipt: Receipt) -> int:
        """The number of the contest that a transaction opened."""
        return int(self._events(receipt, "Opened")[0]["contest"])

    def submitted(self, receipt: Receipt) -> bytes:
        """The commitment that a `submit` carried: anybody can read it, nobody but its author can open it."""
        return bytes(self._events(receipt, "Submitted")[0]["commitment"])

    def _contests(self, numbers: Sequence[int], views: Sequence[dict[str, Any]]) -> list[Contest]:
        """Contests from the structs that the contract shows of them, with what their tokens say of themselves."""
        assets = self._assets(view["asset"] for view in views)
        return [_contest(number, view, assets[view["asset"]]) for number, view in zip(numbers, views, strict=True)]

    def _history(self, contest: Contest, dispute: Dispute | None = None) -> History:
        return self._histories.of(contest, dispute)


def _contest(number: int, view: dict[str, Any], asset: Asset) -> Contest:
    """Contest `number` in `asset`, from the struct that the contract shows of it."""
    chosen = {
        "asset": asset,
        "phase": Phase(view["phase"]),
        "outcome": Outcome(view["outcome"]),
        "shares": tuple(view["shares"]),
        "winners": tuple(view["winners"]),
        "accept_ends": view["accept_ends"] or None,
        "submit_ends": view["submit_ends"] or None,
    }
    return Contest(number=number, **{**view, **chosen})


def _dispute(view: dict[str, Any], contest: Contest) -> Dispute:
    """The dispute of `contest`, from the struct that the contract shows of it."""
    members, *numbers = view["panel"]
    return Dispute(
        panel=Panel(tuple(members), *numbers),
        accepted=tuple(view["accepted"]),
        challenge_ends=contest.challenge_ends,
        challenger=None if view["challenger"] == NATIVE else view["challenger"],
        seats=tuple(SeatState(state) for state in view["seats"]),
        verdict=Verdict(view["verdict"]),
        agreed=tuple(view["agreed"]),
    )


def _undisputed(contest: Contest) -> Dispute:
    """That of a contest without a panel."""
    return Dispute(Panel(), (), contest.challenge_ends, None, (), Verdict.NONE, ())


def _submission(view: dict[str, Any]) -> Submission:
    return Submission(**{**view, "state": SubmissionState(view["state"])})
