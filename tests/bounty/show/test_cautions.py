"""What is odd about the terms of a contest is pointed out, and nothing else."""

from __future__ import annotations

from dataclasses import replace

import pytest

from hyperbounty.bounty.show.cautions import cautions
from hyperbounty.bounty.types import Contest, Panel
from tests.bounty.shown_contest import CONTEST, DAYS, MANIFEST, ORGANIZER, PANEL

SOUND = replace(
    CONTEST,
    reveal_seconds=DAYS,
    score_seconds=10 * DAYS,
    challenge_seconds=2 * DAYS,
    max_submissions=16,
    evaluator_fee=1,
)
SOUND_PANEL = replace(PANEL, seal_seconds=3 * DAYS, open_seconds=DAYS)
CORES = 2_000


def said(contest: Contest = SOUND, panel: Panel = SOUND_PANEL, *, luck: int = 50_000, development: bool = False) -> str:
    found = cautions(contest, ORGANIZER, panel, MANIFEST, CORES, luck_ppm=luck, development=development)
    return "\n".join(found)


def test_nothing_is_said_of_terms_that_are_as_usual() -> None:
    assert said() == ""


def test_a_bar_that_luck_passes_is_pointed_out() -> None:
    assert "the bar is low" in said(luck=50_001)


@pytest.mark.parametrize(
    ("contest", "panel", "text"),
    [
        (replace(SOUND, evaluator=ORGANIZER), SOUND_PANEL, "a panel can contradict it"),
        (replace(SOUND, evaluator=ORGANIZER), Panel(), "nobody can contradict it"),
        (SOUND, Panel(), "nobody can challenge them"),
        (replace(SOUND, bond=0), SOUND_PANEL, "the organizer stakes nothing"),
        (replace(SOUND, evaluator_bond=0), SOUND_PANEL, "the evaluator stakes nothing"),
        (replace(SOUND, evaluator_fee=0, entry_fee=0), SOUND_PANEL, "the evaluator earns nothing"),
        (SOUND, replace(SOUND_PANEL, member_bond=0), "the panel stakes nothing"),
        (SOUND, replace(SOUND_PANEL, fee=0), "the panel earns nothing"),
        (SOUND, replace(SOUND_PANEL, challenge_bond=0), "a challenge costs nothing"),
        (SOUND, replace(SOUND_PANEL, open_seconds=11 * 3_600), "only 11h to open scores"),
        (replace(SOUND, reveal_seconds=600), SOUND_PANEL, "only 10m to reveal"),
    ],
)
def test_what_is_odd_is_said(contest: Contest, panel: Panel, text: str) -> None:
    assert text in said(contest, panel)


def test_a_panel_without_the_time_to_train_is_pointed_out_to_the_second() -> None:
    # Sixteen entries of two runs and one of the member's own, a minute each, on two cores, and a quarter more.
    needed = 16 * 180 * 5 // 4 // 2
    assert "cannot answer" not in said(panel=replace(SOUND_PANEL, seal_seconds=needed), development=True)
    assert "cannot answer" in said(panel=replace(SOUND_PANEL, seal_seconds=needed - 1), development=True)


def test_a_challenge_that_ends_before_anybody_can_have_checked_is_pointed_out() -> None:
    checking = 16 * 120 * 5 // 4 // 2
    short = replace(SOUND, score_seconds=checking // 2, challenge_seconds=checking - checking // 2)
    assert "who checks the scores" not in said(short, development=True)
    assert "who checks the scores" in said(replace(short, challenge_seconds=1), development=True)


def test_on_a_development_chain_short_windows_are_for_trying_things_out() -> None:
    assert "who sleeps" in said(replace(SOUND, reveal_seconds=600))
    assert said(replace(SOUND, reveal_seconds=600), development=True) == ""
