"""What an entry of one's own comes to, in every state of its contest."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import Any

import pytest

from hyperbounty.bounty.show.entries import OwnEntry
from hyperbounty.bounty.types import Outcome, Phase, Submission, SubmissionState
from tests.bounty.shown_contest import CONTEST, NOW, SPECS

SEALED = Submission(SubmissionState.SEALED, 1, b"\1" * 28, bytes(32))
REVEALED = Submission(SubmissionState.REVEALED, 1, bytes(28), SPECS[0].spec)


def entry(submission: Submission = REVEALED, *, score: int | None = None, share: int = 0, **contest: Any) -> OwnEntry:
    return OwnEntry(
        contest=replace(CONTEST, **contest),
        slot=2,
        submission=submission,
        spec=SPECS[0].spec,
        openable=True,
        index=None if submission is SEALED else 0,
        score_ppm=score,
        share=share,
        now=NOW,
    )


@pytest.mark.parametrize(
    ("phase", "at_risk", "said", "step"),
    [
        (Phase.SUBMIT, 10**15, "to be revealed from 1970-01-12 13:48:20 UTC to", "then “participant reveal 7 entry 2”"),
        (Phase.REVEAL, 10**15, "to be REVEALED before 1970-01-12 13:58:20 UTC, 11m 40s left", "“participant reveal"),
        (Phase.SCORE, 0, "was not revealed in time: its fee is burned", "None"),
        (Phase.SETTLED, 0, "was not revealed in time: its fee is burned", "None"),
    ],
)
def test_what_is_sealed_is_at_risk_until_it_is_revealed_or_lost(
    phase: Phase, at_risk: int, said: str, step: str
) -> None:
    found = entry(SEALED, phase=phase)
    assert (found.at_risk, said in found.state) == (at_risk, True)
    assert str(found.next_step).startswith(step)


def test_what_cannot_be_opened_here_is_to_be_brought_back() -> None:
    elsewhere = replace(entry(SEALED, phase=Phase.REVEAL), openable=False, spec=None)
    assert str(elsewhere.next_step) == "bring back what opens it: “participant secrets restore”"
    assert json.loads(json.dumps(elsewhere.json()))["spec"] is None


@pytest.mark.parametrize(
    ("found", "said"),
    [
        (entry(phase=Phase.REVEAL), "revealed; waits for its score by"),
        (entry(phase=Phase.SCORE, score=560_000, winners=(0,)), "wins if the scores stand"),
        (entry(phase=Phase.CHALLENGE, score=560_000, winners=(1,)), "does not win if the scores stand"),
        (entry(phase=Phase.SETTLED, outcome=Outcome.WON, score=560_000, winners=(0,)), "won"),
        (entry(phase=Phase.SETTLED, outcome=Outcome.WON, score=550_000, winners=(1,)), "did not win, scored"),
        (entry(phase=Phase.SETTLED, outcome=Outcome.REFUNDED, score=550_000), "nobody won, scored"),
        (entry(phase=Phase.SETTLED, outcome=Outcome.VOID), "the contest is void"),
    ],
)
def test_what_is_revealed_says_how_it_stands(found: OwnEntry, said: str) -> None:
    assert said in found.state
    assert found.at_risk == 0


def test_a_prize_is_won_once_the_contest_is_settled() -> None:
    assert entry(phase=Phase.SETTLE, score=560_000, winners=(0, 1)).won is None
    # The second place of the two has 40 % of half a coin; the best has the rest.
    assert entry(phase=Phase.SETTLED, outcome=Outcome.WON, score=560_000, winners=(0, 1)).won == 3 * 10**17
    assert entry(phase=Phase.SETTLED, outcome=Outcome.WON, score=560_000, winners=(1, 0)).won == 2 * 10**17


def test_what_waits_is_brought_in() -> None:
    assert str(entry(phase=Phase.SETTLE).next_step) == "have everybody paid: “organizer settle 7”"
    waits = entry(phase=Phase.SETTLED, outcome=Outcome.VOID, share=5)
    assert str(waits.next_step) == "bring in your share: “participant claim 7”"
