"""A contest as people read it."""

from __future__ import annotations

import platform
from dataclasses import replace
from typing import Any

import pytest

from hyperbounty.bounty.types import Outcome, Phase
from participant.bounty.rendering import contest_lines, contest_row, spec_rows
from tests.bounty.shown_contest import ADA, BEN, CONTEST, DISPUTE, EVALUATOR, NOW, contest_facts


def line(lines: list[str], name: str) -> str:
    [found] = [text for text in lines if text.startswith(f"  {name} ")]
    return found


def test_a_contest_without_a_panel_says_whose_word_counts() -> None:
    lines = contest_lines(contest_facts())
    assert lines[0] == "Contest 7: Does LTC rise?"
    assert "sample (synthetic), 4,800 rows" in line(lines, "prices")
    assert line(lines, "phase") == "  phase      submit until 1970-01-12 13:48:20 UTC (100 s left)"
    assert line(lines, "reward") == "  reward     0.5 ETH, in shares of 60%, 40%; one prize an address"
    assert line(lines, "entry").startswith("  entry      0.001 ETH for the evaluator that scores it; not back")
    assert "55%" in line(lines, "minimum")
    assert "sealed" in line(lines, "holdout")
    assert EVALUATOR in line(lines, "panel")
    assert not [text for text in lines if "dispute" in text]


def test_an_offer_says_who_has_accepted_and_what_each_stakes() -> None:
    waiting = replace(DISPUTE, accepted=(True, False, True), challenger=None)
    offered: dict[str, Any] = {"phase": Phase.OFFER, "accept_ends": NOW + 60, "submit_ends": None, "throughput": 0}
    text = "\n".join(contest_lines(contest_facts(waiting, **offered)))
    assert f"evaluator {EVALUATOR}: 0.05 ETH, for scores in time and right payments; not accepted yet" in text
    assert text.count("0.05 ETH, for an answer; accepted") == 2
    assert "when everybody named has accepted" in text
    assert "next       evaluator: accept, with a bond: `hyperbounty evaluator accept 7`" in text


def test_the_second_half_of_the_slots_costs_a_surcharge_that_is_burned() -> None:
    assert "ETH burned" in line(contest_lines(contest_facts(standing=128)), "entry")
    assert "no slot is left" in line(contest_lines(contest_facts(standing=256)), "entry")


def test_what_cannot_be_scored_and_what_waits_is_said() -> None:
    ended = contest_facts(phase=Phase.SETTLED, outcome=Outcome.VOID, unscorable=True, pot=7)
    lines = contest_lines(replace(ended, reason="the sealed holdout has 3 rows", unclaimed=(0,)))
    assert line(lines, "unscorable").endswith("the sealed holdout has 3 rows")
    assert line(lines, "pot") == "  pot        4 wei wait for 1 of those who revealed"


def test_a_contest_says_how_much_luck_it_pays_for_as_computed_here() -> None:
    lines = contest_lines(contest_facts())
    assert "at most 15.0409%, any of 256 with at most 100%" in line(lines, "luck")
    assert "a minimum of 60.619% makes that 5%" in line(lines, "luck")
    assert "1,137 in the holdout, as good as 379 independent; 51% of 4,737" in line(lines, "windows")


def test_estimates_of_the_manifest_that_are_not_so_are_a_warning() -> None:
    facts = contest_facts()
    own = facts.estimates.model_copy(update={"chance_of_any_ppm": 996_000, "holdout_windows": 90})
    said = line(contest_lines(replace(facts, estimates=own)), "WARNING")
    assert "holdout windows is 90, not 1,137" in said
    assert "chance of any is 99.6%, not 100%" in said


def test_a_contest_that_is_over_says_how_it_ended() -> None:
    lines = contest_lines(contest_facts(phase=Phase.SETTLED, outcome=Outcome.WON))
    assert line(lines, "phase") == "  phase      settled, won"


def test_a_deadline_that_has_passed_leaves_no_seconds() -> None:
    facts = replace(contest_facts(), now=NOW + 105)
    assert "(0 s left)" in line(contest_lines(facts), "phase")


def test_a_dispute_says_how_far_each_member_came() -> None:
    lines = contest_lines(contest_facts(DISPUTE, phase=Phase.PANEL_SEAL))
    assert "3 members" in line(lines, "panel")
    assert f"challenged by {ADA}" in line(lines, "dispute")
    assert line(lines, "dispute").endswith("0xa2222222… sealed, 0xb2222222… opened, 0xc2222222… silent")
    assert not [text for text in lines if "WARNING" in text]


def test_a_holdout_in_the_future_is_shown_as_one() -> None:
    assert "future" in line(contest_lines(contest_facts(holdout_commitment=bytes(32))), "holdout")


def test_what_chain_and_manifest_disagree_about_comes_before_all_else() -> None:
    other = replace(DISPUTE, panel=replace(DISPUTE.panel, tolerance=9_000))
    lines = contest_lines(contest_facts(other, holdout_commitment=bytes(32)))
    assert lines[:2] == [
        "WARNING: the holdout is future on the chain and sealed in the manifest",
        "WARNING: the tolerance is 0.9% on the chain and 0.5% in the manifest",
    ]
    assert "take no part" in lines[2]
    assert lines[3].startswith("Contest 7")


def test_a_chain_whose_randomness_is_known_beforehand_is_warned_of() -> None:
    lines = contest_lines(replace(contest_facts(), predictable_seed=True))
    [warning] = [text for text in lines if text.startswith("WARNING")]
    assert "prevrandao" in warning


def test_a_machine_that_cannot_make_the_scores_is_told_so(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(platform, "machine", lambda: "aarch64")
    assert line(contest_lines(contest_facts()), "WARNING") == (
        "  WARNING    the scores are made with AVX2 with FMA, and this machine (aarch64) lacks x86-64, avx2, fma: it "
        "cannot train for this contest, but it can submit and reveal"
    )


def test_a_machine_that_can_make_the_scores_is_not_warned(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(platform, "machine", lambda: "x86_64")
    monkeypatch.setattr("hyperbounty.training.arithmetic.processor_features", lambda: frozenset({"avx2", "fma"}))
    assert not [text for text in contest_lines(contest_facts()) if "WARNING" in text]


def test_specs_are_shown_with_scores_once_those_stand() -> None:
    assert [row[3:] for row in spec_rows(contest_facts())] == [("",) * 5, ("",) * 5]
    rows = spec_rows(contest_facts(scores=(560_000, 540_000), winners=(0,)))
    assert [(row[0], row[1], *row[3:]) for row in rows] == [
        ("0", ADA, "56%", "53% to 59%", "0.04", "1", "won"),
        ("1", BEN, "54%", "51% to 57%", "1", "1", ""),
    ]


def test_a_report_of_other_scores_than_those_that_stand_says_nothing_of_them() -> None:
    facts = replace(contest_facts(scores=(560_000, 540_000)), scores=(560_000, 530_000))
    assert [row[4:] for row in spec_rows(facts)] == [("53% to 59%", "0.04", "1", ""), ("", "", "", "")]
    assert [row[4:] for row in spec_rows(replace(facts, report=None))] == [("", "", "", "")] * 2


def test_a_contest_in_a_list_is_a_row() -> None:
    row = contest_row(CONTEST)
    assert row == ("7", "submit", "pending", "0.5 ETH", "55%", "0.001 ETH", "2")
    token = "0x" + "33" * 20
    assert contest_row(replace(CONTEST, asset=token))[3] == f"{5 * 10**17} units of {token}"
