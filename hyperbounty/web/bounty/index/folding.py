"""What the events of a contest come to: a pure function, one step for each event, in the order of the chain."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from hyperbounty.bounty.price import surcharge_at
from hyperbounty.bounty.ranking import RevealedPlace, Rules, agreeing, rank
from hyperbounty.bounty.types import Outcome, SeatState, Verdict, paying_author
from hyperbounty.web.bounty.index.money import BURN, Books
from hyperbounty.web.index.family import IndexedEvent, WantedDocument

_PAYMENTS = ("Paid", "Credited")


class ContestFold:
    """A contest while its events are gone through.

    Args:
        number: of the contest.
        opened: the event of its beginning.
    """

    def __init__(self, number: int, opened: IndexedEvent) -> None:
        self._books = Books()
        self._entries: dict[tuple[str, int], dict[str, Any]] = {}
        self._places: list[RevealedPlace] = []
        self._revealed: list[dict[str, Any]] = []
        self._scores: dict[str, Sequence[int]] = {}
        self._documents: dict[bytes, str] = {}
        # What a payment is for: the event before it that is none.
        self._last = self._causing = opened
        args = opened.args
        (
            asset, reward, bond, evaluator_bond, evaluator_fee, entry_fee, minimum_score, shares, accept_ends,
            submit_seconds, reveal_seconds, score_seconds, challenge_seconds, evaluator, limits, max_submissions,
            max_per_address, entry_seconds, manifest, holdout_commitment, panel,
        ) = args["terms"]  # fmt: skip
        members, member_bond, challenge_bond, member_fee, tolerance, seal_seconds, open_seconds = panel
        self._contest: dict[str, Any] = {
            "number": number,
            "organizer": args["organizer"],
            "evaluator": evaluator,
            "asset": asset,
            "reward": reward,
            "sponsored": 0,
            "bond": bond,
            "evaluator_bond": evaluator_bond,
            "evaluator_fee": evaluator_fee,
            "entry_fee": entry_fee,
            "minimum_score": minimum_score,
            "shares": list(shares),
            "accept_ends": accept_ends,
            "submit_ends": None,
            "submit_seconds": submit_seconds,
            "reveal_seconds": reveal_seconds,
            "score_seconds": score_seconds,
            "challenge_seconds": challenge_seconds,
            "limits": limits,
            "max_submissions": max_submissions,
            "max_per_address": max_per_address,
            "entry_seconds": entry_seconds,
            "throughput": 0,
            "manifest": manifest,
            "holdout_commitment": holdout_commitment,
            "standing": 0,
            "revealed": 0,
            "holdout_key": None,
            "report": None,
            "unscorable": False,
            "winners": [],
            "outcome": int(Outcome.PENDING),
            "prize_paid": 0,
            "pot": 0,
            "panel": [
                {"member": member, "accepted": False, "state": int(SeatState.SILENT), "agreed": False, "report": None}
                for member in members
            ],
            "member_bond": member_bond,
            "challenge_bond": challenge_bond,
            "member_fee": member_fee,
            "tolerance": tolerance,
            "seal_seconds": seal_seconds,
            "open_seconds": open_seconds,
            "challenger": None,
            "verdict": int(Verdict.NONE),
            "opened_block": opened.block,
            "opened_transaction": opened.transaction,
            "opened_at": opened.time,
            "started_at": None,
            "first_submit_ends": None,
            "recorded_at": None,
            "challenged_at": None,
            "ended_at": None,
        }
        self._documents[manifest] = "manifest"
        self._enter(opened, args["organizer"], "organizer", reward + bond + evaluator_fee)
        self._books.account(evaluator, asset, "evaluator")
        for member in members:
            self._books.account(member, asset, "member")

    def add(self, event: IndexedEvent) -> None:
        """Go one event on."""
        self._last = event
        if event.name in _PAYMENTS:
            self._pay(event)
            return
        self._causing = event
        getattr(self, f"_on_{event.name}")(event, **event.args)

    def rows(self) -> dict[str, list[Mapping[str, Any]]]:
        """What all tables say of the contest."""
        self._place()
        contest = {**self._contest, "changed_block": self._last.block, "changed_at": self._last.time}
        scores = [
            {"author": author, "index": index, "score": score}
            for author, given in self._scores.items()
            for index, score in enumerate(given)
        ]
        entries: list[Mapping[str, Any]] = list(self._entries.values())
        return {
            "bounty_contests": [contest],
            "bounty_entries": entries,
            "bounty_scores": [*scores],
            **self._books.rows(),
        }

    @property
    def asset(self) -> str:
        """What its amounts are counted in: an address."""
        return str(self._contest["asset"])

    def documents(self) -> list[WantedDocument]:
        """What is published under the hashes that the events name."""
        return [WantedDocument(digest, kind) for digest, kind in self._documents.items()]

    # ------------------------------------------------------------------------------------------------- beginnings

    def _on_Accepted(self, event: IndexedEvent, *, account: str, throughput: int, **_: Any) -> None:  # noqa: N802
        contest = self._contest
        if account == contest["evaluator"]:
            contest["throughput"] = throughput
            self._enter(event, account, "evaluator", contest["evaluator_bond"])
        else:
            self._seat(account)["accepted"] = True
            self._enter(event, account, "member", contest["member_bond"])

    def _on_Started(self, event: IndexedEvent, *, submitEnds: int, **_: Any) -> None:  # noqa: N802, N803
        self._contest |= {
            "accept_ends": None,
            "submit_ends": submitEnds,
            "first_submit_ends": submitEnds,
            "started_at": event.time,
        }

    def _on_Extended(self, event: IndexedEvent, *, submitEnds: int, **_: Any) -> None:  # noqa: N802, N803
        self._contest["submit_ends"] = submitEnds

    def _on_Sponsored(self, event: IndexedEvent, *, sponsor: str, amount: int, **_: Any) -> None:  # noqa: N802
        self._contest["sponsored"] += amount
        self._enter(event, sponsor, "sponsor", amount)
        self._books.account(sponsor, self.asset).sponsored += amount

    # ------------------------------------------------------------------------------------------------- entries

    def _on_Submitted(  # noqa: N802
        self, event: IndexedEvent, *, participant: str, entry: int, commitment: bytes, ordinal: int, **_: Any
    ) -> None:
        contest = self._contest
        before = self._entries.get((participant, entry))
        if before is not None and before["state"] == "sealed":
            price = before["price"]
        else:
            prize = contest["reward"] + contest["sponsored"]
            surcharge = surcharge_at(prize, contest["max_submissions"], contest["standing"])
            price = contest["entry_fee"] + surcharge
            contest["standing"] += 1
            self._enter(event, participant, "participant", price)
            self._books.account(participant, self.asset).entries += 1
        self._entries[participant, entry] = {
            "participant": participant,
            "slot": entry,
            "state": "sealed",
            "ordinal": ordinal,
            "commitment": commitment,
            "price": price,
            "submitted_at": event.time,
            "submitted_block": event.block,
            "transaction": event.transaction,
            **dict.fromkeys(("index", "spec", "salt", "revealed_at", "score", "place", "claimed")),
        }

    def _on_SubmissionWithdrawn(self, event: IndexedEvent, *, participant: str, entry: int, **_: Any) -> None:  # noqa: N802
        self._contest["standing"] -= 1
        self._entries[participant, entry]["state"] = "withdrawn"
        self._books.account(participant, self.asset).entries -= 1

    def _on_Revealed(  # noqa: N802
        self,
        event: IndexedEvent,
        *,
        participant: str,
        index: int,
        entry: int,
        ordinal: int,
        spec: bytes,
        salt: bytes,
        **_: Any,
    ) -> None:
        revealed = self._entries[participant, entry]
        revealed |= {"state": "revealed", "index": index, "spec": spec, "salt": salt, "revealed_at": event.time}
        self._contest["revealed"] += 1
        self._revealed.append(revealed)
        self._places.append(RevealedPlace(participant, ordinal))
        self._books.account(participant, self.asset).revealed += 1

    # ------------------------------------------------------------------------------------------------- scores

    def _on_HoldoutKeyPublished(self, event: IndexedEvent, *, key: bytes, **_: Any) -> None:  # noqa: N802
        self._contest["holdout_key"] = key

    def _on_ScoresRecorded(  # noqa: N802
        self, event: IndexedEvent, *, report: bytes, scores: Sequence[int], **_: Any
    ) -> None:
        self._scores["evaluator"] = scores
        self._documents[report] = "report"
        self._contest |= {
            "report": report,
            "unscorable": not scores,
            "winners": rank(scores, self._places, self._rules),
            "recorded_at": event.time,
        }

    def _on_Challenged(self, event: IndexedEvent, *, challenger: str, **_: Any) -> None:  # noqa: N802
        self._contest |= {"challenger": challenger, "challenged_at": event.time}
        self._enter(event, challenger, "challenger", self._contest["challenge_bond"])

    def _on_ScoresSealed(self, event: IndexedEvent, *, member: str, **_: Any) -> None:  # noqa: N802
        self._seat(member)["state"] = int(SeatState.SEALED)

    def _on_ScoresOpened(  # noqa: N802
        self, event: IndexedEvent, *, member: str, report: bytes, scores: Sequence[int], **_: Any
    ) -> None:
        self._seat(member).update(state=int(SeatState.OPENED), report=report.hex())
        self._scores[member] = scores
        self._documents[report] = "report"

    def _on_Resolved(self, event: IndexedEvent, *, verdict: int, scores: Sequence[int], **_: Any) -> None:  # noqa: N802
        contest = self._contest
        panel = contest["panel"]
        opened = {
            number: self._scores[seat["member"]]
            for number, seat in enumerate(panel)
            if seat["state"] == SeatState.OPENED
        }
        is_recorded = contest["report"] is not None and not contest["unscorable"]
        winners = contest["winners"] if is_recorded else None
        for number in agreeing(opened, len(panel), self._places, self._rules, winners):
            panel[number]["agreed"] = True
        contest["verdict"] = verdict
        if verdict == Verdict.OVERTURNED:
            self._scores["panel"] = scores
            contest |= {"unscorable": not scores, "winners": rank(scores, self._places, self._rules)}

    # ------------------------------------------------------------------------------------------------- ends

    def _on_Settled(self, event: IndexedEvent, *, outcome: int, prize: int, pot: int, **_: Any) -> None:  # noqa: N802
        self._contest |= {"outcome": outcome, "prize_paid": prize, "pot": pot, "ended_at": event.time}
        if outcome == Outcome.VOID:
            # What ranked was won by nobody.
            self._contest["winners"] = []
        if outcome == Outcome.WON:
            for index in self._contest["winners"]:
                self._books.account(self._places[index].participant, self.asset).won += 1

    def _on_Cancelled(self, event: IndexedEvent, **_: Any) -> None:  # noqa: N802
        self._contest |= {"outcome": int(Outcome.CANCELLED), "ended_at": event.time}

    def _on_Claimed(self, event: IndexedEvent, *, index: int, amount: int, **_: Any) -> None:  # noqa: N802
        self._revealed[index]["claimed"] = amount

    def _on_Reclaimed(self, event: IndexedEvent, *, sponsor: str, amount: int, **_: Any) -> None:  # noqa: N802
        self._books.account(sponsor, self.asset).sponsored -= amount

    # ------------------------------------------------------------------------------------------------- inside

    @property
    def _rules(self) -> Rules:
        contest = self._contest
        return Rules(contest["minimum_score"], len(contest["shares"]), contest["tolerance"])

    def _seat(self, member: str) -> dict[str, Any]:
        found: dict[str, Any] = next(seat for seat in self._contest["panel"] if seat["member"] == member)
        return found

    def _enter(self, event: IndexedEvent, account: str, role: str, amount: int) -> None:
        self._books.account(account, self.asset, role)
        self._books.take(event, account, self.asset, amount)

    def _pay(self, event: IndexedEvent) -> None:
        account = event.args["to"] if event.name == "Paid" else event.args["owner"]
        amount = event.args["amount"]
        if self._causing.name == "Submitted" and account != BURN:
            # Change: so much more had been sent along.
            self._books.take(self._causing, account, self.asset, amount)
        self._books.give(event, account, self.asset, amount, self._causing.name)

    def _place(self) -> None:
        """Give the entries the scores and places that stand."""
        contest = self._contest
        # Whether a panel was silent follows from the time, so no event says it: readers of the table know it.
        author = paying_author(
            Outcome(contest["outcome"]), Verdict(contest["verdict"]), unscorable=contest["unscorable"], was_silent=False
        )
        scores = () if author is None else self._scores.get(author, ())
        for entry in self._revealed:
            index = entry["index"]
            entry["score"] = scores[index] if scores else None
            entry["place"] = contest["winners"].index(index) + 1 if index in contest["winners"] else None


def fold_credits(events: Sequence[IndexedEvent]) -> dict[str, list[Mapping[str, Any]]]:
    """What the withdrawals of credits of one account come to."""
    books = Books()
    for event in events:
        books.withdraw(event, event.args["owner"], event.args["asset"], event.args["amount"])
    return books.rows()
