"""The phase rail: the windows of a contest one after the other, as long as they are, and the branch of a dispute."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Final

from hyperbounty.bounty.types import Contest, Dispute, Outcome, Phase
from hyperbounty.drawing.html import Html, tag
from hyperbounty.drawing.times import left, when
from hyperbounty.format import duration
from hyperbounty.web.bounty.facts import IndexedContest

WEIGHTS: Final = 8
"""Classes of the style sheet, `g1` to `g8`: the longest window has the last."""


@dataclass(frozen=True)
class Segment:
    """One window.

    Attributes:
        name: what is done in it.
        seconds: how long it is.
        ends: in unix seconds; None while it is not known.
        state: `past`, `now`, `ahead`, or `never` where the contest ended before.
    """

    name: str
    seconds: int
    ends: int | None
    state: str


def segments(contest: IndexedContest) -> tuple[list[Segment], list[Segment]]:
    """The windows of a contest, and those of its dispute; none of these where nobody has challenged."""
    shown, dispute, row = contest.contest, contest.dispute, contest.row
    ended = row["ended_at"]
    at = contest.now if ended is None else ended
    windows = list(_windows(shown, row["opened_at"]))
    branch = list(_branch(dispute)) if dispute.challenged else []
    return [_segment(shown, at, *each) for each in windows], [_segment(shown, at, *each) for each in branch]


def _windows(contest: Contest, opened: int) -> Iterator[tuple[Phase, str, int, int | None]]:
    if contest.accept_ends is not None:
        yield Phase.OFFER, "Offer", contest.accept_ends - opened, contest.accept_ends
    yield Phase.SUBMIT, "Submit", contest.submit_seconds, contest.submit_ends
    yield Phase.REVEAL, "Reveal", contest.reveal_seconds, contest.reveal_ends
    yield Phase.SCORE, "Score", contest.score_seconds, contest.score_ends
    if contest.challenge_seconds:
        yield Phase.CHALLENGE, "Challenge", contest.challenge_seconds, contest.challenge_ends


def _branch(dispute: Dispute) -> Iterator[tuple[Phase, str, int, int | None]]:
    yield Phase.PANEL_SEAL, "Panel seals", dispute.panel.seal_seconds, dispute.seal_ends
    yield Phase.PANEL_OPEN, "Panel opens", dispute.panel.open_seconds, dispute.open_ends


def _segment(contest: Contest, at: int, phase: Phase, name: str, seconds: int, ends: int | None) -> Segment:
    if contest.phase is phase:
        state = "now"
    elif ends is not None and ends <= at:
        state = "past"
    else:
        state = "ahead" if contest.outcome is Outcome.PENDING and contest.phase is not Phase.LAPSED else "never"
    return Segment(name, seconds, ends, state)


def rail(contest: IndexedContest) -> Html:
    """The rail as a list, whose present item names itself; the panel's windows lie on a branch."""
    main, branch = segments(contest)
    longest = max(each.seconds for each in (*main, *branch))
    drawn = [_drawn(each, longest, contest.now) for each in main]
    drawn += [_drawn(each, longest, contest.now, " branch") for each in branch]
    return tag("ol", *drawn, _end(contest, " branch" if branch else ""), class_="rail")


def _drawn(each: Segment, longest: int, now: int, more: str = "") -> Html:
    weight = max(1, round(WEIGHTS * each.seconds / longest))
    return tag(
        "li",
        tag("b", each.name),
        tag("span", *_says(each, now)),
        class_=f"{each.state} g{weight}{more}",
        aria_current="step" if each.state == "now" else None,
    )


def _says(each: Segment, now: int) -> Sequence[object]:
    length = duration(each.seconds)
    if each.ends is None:
        return (f"{length}",)
    if each.state == "now":
        return (tag("strong", left(each.ends, now), " left"), "until ", when(each.ends))
    if each.state == "past":
        return ("ended ", when(each.ends))
    return (f"{length}, not reached",) if each.state == "never" else ("until ", when(each.ends))


def _end(contest: IndexedContest, more: str) -> Html:
    """The last point of the rail: paid, or when it will be."""
    ended, phase = contest.row["ended_at"], contest.contest.phase
    if ended is not None:
        name = "Called off" if contest.contest.outcome is Outcome.CANCELLED else "Settled"
        return tag("li", tag("b", name), tag("span", when(ended)), class_=f"end past{more}")
    if phase is Phase.SETTLE:
        words, state = "anybody can do it now", "end now"
    elif phase is Phase.LAPSED:
        words, state = "anybody can give all back", "end now"
    else:
        words, state = "then all are paid", "end ahead"
    current = "step" if state == "end now" else None
    return tag("li", tag("b", "Settle"), tag("span", words), class_=state + more, aria_current=current)
