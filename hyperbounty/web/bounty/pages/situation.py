"""Where a contest stands, in a sentence: what it waits for and until when, or how it ended."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Final

from hyperbounty.bounty.types import Outcome, Phase, SeatState
from hyperbounty.drawing.html import Html, joined, tag
from hyperbounty.drawing.times import when
from hyperbounty.web.bounty.facts import IndexedContest
from hyperbounty.web.site.amounts import money


def situation(contest: IndexedContest) -> Html:
    """What there is to know first; every wait has its reason and its date."""
    return _BY_PHASE[contest.contest.phase](contest)


def _offer(each: IndexedContest) -> Html:
    contest, dispute = each.contest, each.dispute
    waits = [] if contest.evaluator_accepted else ["its evaluator"]
    missing = sum(not accepted for accepted in dispute.accepted)
    if missing:
        waits.append(f"{missing} of the {len(dispute.accepted)} members of its panel")
    assert contest.accept_ends is not None
    return _says(
        f"Waits for {' and '.join(waits)} to accept.",
        " Each stakes a bond. Until ",
        when(contest.accept_ends),
        "; then, if one of them has not, everybody gets back what it put in.",
    )


def _lapsed(_: IndexedContest) -> Html:
    return _says("The offer has lapsed.", " Not everybody accepted in time. Settling gives everything back.")


def _submit(each: IndexedContest) -> Html:
    contest = each.contest
    assert contest.submit_ends is not None
    if contest.standing >= contest.max_submissions:
        return _says("All places are taken.", " Those who entered reveal from ", when(contest.submit_ends), ".")
    return _says(
        "Takes sealed specs",
        " until ",
        when(contest.submit_ends),
        ". Nobody can read one before it is revealed: not its organizer, and not this site.",
    )


def _reveal(each: IndexedContest) -> Html:
    contest = each.contest
    assert contest.reveal_ends is not None
    return _says(
        f"{contest.revealed} of {contest.standing} specs are open.",
        " Those who entered open theirs until ",
        when(contest.reveal_ends),
        ". What is sealed then is not scored, and its fee is burned.",
    )


def _score(each: IndexedContest) -> Html:
    contest = each.contest
    assert contest.score_ends is not None
    if contest.revealed == 0:
        return _says("Nobody opened a spec.", " So nobody wins; it can be settled from ", _settles(each), ".")
    if contest.sealed and not contest.key_published:
        assert contest.key_ends is not None
        if each.now < contest.key_ends:
            due = when(contest.key_ends)
            return _says(
                "Waits for the key to the holdout",
                ", which its organizer owes by ",
                due,
                ". Without it the organizer loses reward and bond.",
            )
        return _says(
            "The key to the holdout did not come.",
            " Nothing can be scored, and the organizer loses reward and bond. It ends ",
            _settles(each),
            ".",
        )
    if contest.unscorable:
        return _says(
            "The evaluator says that it cannot be scored.",
            " That can change until ",
            when(contest.score_ends),
            ".",
        )
    if any(contest.report):
        return _says("Scores are recorded.", " They can change until ", when(contest.score_ends), ".")
    return _says(
        f"The evaluator trains {_specs(contest.revealed)}.",
        " It owes the scores by ",
        when(contest.score_ends),
        ", or loses its bond.",
    )


def _challenge(each: IndexedContest) -> Html:
    contest, dispute = each.contest, each.dispute
    assert contest.challenge_ends is not None
    if dispute.challenged:
        return _says("The scores are challenged.", " The panel begins on ", when(contest.challenge_ends), ".")
    if contest.revealed == 0:
        return _says("Nobody opened a spec.", " So nobody wins; it can be settled from ", _settles(each), ".")
    if not any(contest.report):
        return _says("No scores were recorded in time.", " It can be settled from ", _settles(each), ".")
    if not dispute.panel.members:
        return _says(
            "There is time to train again and compare",
            " until ",
            when(contest.challenge_ends),
            ". There is no panel, so nobody can challenge.",
        )
    return _says("The scores can be challenged", " until ", when(contest.challenge_ends), ".")


def _panel_seal(each: IndexedContest) -> Html:
    dispute = each.dispute
    assert dispute.seal_ends is not None
    sealed = sum(seat is not SeatState.SILENT for seat in dispute.seats)
    return _says(
        f"The panel trains again: {sealed} of {len(dispute.seats)} have sealed what they found.",
        " The others have until ",
        when(dispute.seal_ends),
        ", so that nobody copies.",
    )


def _panel_open(each: IndexedContest) -> Html:
    dispute = each.dispute
    assert dispute.open_ends is not None
    opened = sum(seat is SeatState.OPENED for seat in dispute.seats)
    return _says(
        f"{opened} of {len(dispute.seats)} members have opened their scores.",
        f" {dispute.panel.quorum} decide. Until ",
        when(dispute.open_ends),
        "; who opens nothing loses its bond.",
    )


def _settle(_: IndexedContest) -> Html:
    return _says("Every deadline has passed.", " It waits for somebody to settle it, which pays everybody.")


def _ended(each: IndexedContest) -> Html:
    contest = each.contest
    ended = when(each.row["ended_at"])
    if contest.outcome is Outcome.WON:
        winners = "1 entry" if len(contest.winners) == 1 else f"{len(contest.winners)} entries"
        paid = money(each.row["prize_paid"], contest.asset)
        return _says(f"Won: {paid} went to {winners}", " on ", ended, ".")
    if contest.outcome is Outcome.REFUNDED:
        why = "no entry reached the bar" if contest.revealed else "nobody opened a spec"
        return _says(f"Nobody won: {why}.", " The reward went back on ", ended, ".")
    if contest.outcome is Outcome.CANCELLED:
        return _says("Called off", " on ", ended, ". Everybody got back what it put in.")
    return _says(f"Void: {_why_void(each)}.", " It ended on ", ended, ".")


def _why_void(each: IndexedContest) -> str:
    contest = each.contest
    if contest.unscorable:
        return "the evaluator said that it cannot be scored, and that stood"
    if contest.sealed and not contest.key_published:
        return "the organizer published no key to the holdout, and lost reward and bond"
    if not any(contest.report):
        return "the evaluator recorded nothing in time, and lost its bond"
    return "its scores were challenged, and the panel did not decide"


def _settles(each: IndexedContest) -> Html:
    ends = each.contest.challenge_ends
    assert ends is not None
    return when(ends)


def _specs(count: int) -> str:
    return "the spec that was opened" if count == 1 else f"the {count} specs that were opened"


def _says(first: str, *more: object) -> Html:
    return joined(tag("b", first), *more)


def _nothing(_: IndexedContest) -> Html:
    return joined()


_BY_PHASE: Final[Mapping[Phase, Callable[[IndexedContest], Html]]] = {
    Phase.NONE: _nothing,
    Phase.OFFER: _offer,
    Phase.LAPSED: _lapsed,
    Phase.SUBMIT: _submit,
    Phase.REVEAL: _reveal,
    Phase.SCORE: _score,
    Phase.CHALLENGE: _challenge,
    Phase.PANEL_SEAL: _panel_seal,
    Phase.PANEL_OPEN: _panel_open,
    Phase.SETTLE: _settle,
    Phase.SETTLED: _ended,
    Phase.CANCELLED: _ended,
}
