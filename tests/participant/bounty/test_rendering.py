"""A contest as people read it."""

from __future__ import annotations

import platform
from dataclasses import replace
from typing import Any

import pytest

from hyperbounty.bounty.show.contest import ContestFacts
from hyperbounty.bounty.types import Outcome, Phase
from participant.bounty.board import board_lines
from participant.bounty.rendering import contest_lines
from tests.bounty.shown_contest import ADA, BEN, DISPUTE, EVALUATOR, NOW, contest_facts


def line(lines: list[str], name: str) -> str:
    [found] = [text for text in lines if text.startswith(f"  {name} ")]
    return found


def test_a_contest_says_what_it_pays_what_an_entry_costs_and_how_many_slots_there_are() -> None:
    lines = contest_lines(contest_facts())
    assert lines[0] == "Contest 7: Does LTC rise?"
    assert "sample (synthetic); 4,800 rows" in line(lines, "prices")
    assert line(lines, "phase") == "  phase      submit until 1970-01-12 13:48:20 UTC (1m 40s left)"
    assert line(lines, "reward") == "  reward     0.5 ETH"
    assert line(lines, "prizes").startswith("  prizes     60% (0.3 ETH), 40% (0.2 ETH); one prize an account")
    assert line(lines, "entry").startswith("  entry      the next one costs 0.001 ETH; the fee is for the evaluator")
    assert "2 of 256 taken, at most 4 of one account; once 128 are taken, a surcharge" in line(lines, "slots")
    assert "2 runs of at most 1m each" in line(lines, "budget")
    assert "1 to 4 recurrent layers of up to 1,024 units" in line(lines, "limits")
    assert "60 rows (5h)" in line(lines, "question")
    assert "sealed" in line(lines, "holdout")


def test_a_contest_without_a_panel_says_whose_word_counts() -> None:
    lines = contest_lines(contest_facts())
    assert EVALUATOR in line(lines, "panel")
    assert [text for text in lines if text.startswith("  CAUTION ") and "nobody can challenge them" in text]
    assert not [text for text in lines if "dispute" in text]


def test_every_deadline_is_a_date_with_its_window_and_what_is_left_of_it() -> None:
    lines = contest_lines(contest_facts(DISPUTE))
    assert line(lines, "submit") == "  submit     until 1970-01-12 13:48:20 UTC (in 1m 40s); 10m long"
    assert line(lines, "reveal") == "  reveal     until 1970-01-12 13:58:20 UTC (in 11m 40s); 10m long"
    assert "(in 21m 40s); the organizer publishes the key" in line(lines, "key")
    assert "40m long" in line(lines, "score")
    assert "(in 1h 1m)" in line(lines, "challenge")
    for name in ("seal", "open"):
        assert line(lines, name).endswith("10m long; the panel, if somebody challenges")
    later = contest_lines(replace(contest_facts(DISPUTE), now=NOW + 105))
    assert "13:48:20 UTC (over)" in line(later, "submit")


def test_an_offer_says_who_has_accepted_what_each_stakes_and_how_long_everything_takes() -> None:
    waiting = replace(DISPUTE, accepted=(True, False, True), challenger=None, challenge_ends=None)
    offered: dict[str, Any] = {"phase": Phase.OFFER, "accept_ends": NOW + 60, "submit_ends": None, "throughput": 0}
    lines = contest_lines(contest_facts(waiting, **offered))
    text = "\n".join(lines)
    assert f"evaluator  {EVALUATOR}: 0.05 ETH, for scores in time and right payments; not accepted yet" in text
    assert text.count("0.05 ETH, for an answer; accepted") == 2
    assert "(in 1m); the rest counts from when all have accepted" in line(lines, "accept")
    assert line(lines, "submit") == "  submit     for 10m"
    assert line(lines, "seal") == "  seal       for 10m; the panel, if somebody challenges"
    assert "it must train on" in text
    assert "next       evaluator: accept, with a bond: `hyperbounty evaluator accept 7`" in text


def test_the_evaluators_speed_is_held_against_the_time_to_score() -> None:
    text = "\n".join(contest_lines(contest_facts(throughput=8_000)))
    # 256 entries of two minutes each on eight cores, and a quarter more.
    assert "8 reference cores: all 256 entries at their budget take 1h 20m, of the 40m to score" in text


def test_the_second_half_of_the_slots_costs_a_surcharge_that_is_burned() -> None:
    entry = line(contest_lines(contest_facts(standing=128)), "entry")
    assert "a fee of 0.001 ETH, and" in entry
    assert "that are burned" in entry
    assert "no slot is left" in line(contest_lines(contest_facts(standing=256)), "entry")


def test_sponsors_are_named() -> None:
    facts = replace(contest_facts(sponsored=10**17), sponsors={BEN: 10**17})
    assert line(contest_lines(facts), "sponsor") == f"  sponsor    {BEN}: 0.1 ETH of it"
    assert line(contest_lines(facts), "reward") == "  reward     0.6 ETH"


def test_what_cannot_be_scored_and_what_waits_is_said() -> None:
    ended = contest_facts(phase=Phase.SETTLED, outcome=Outcome.VOID, unscorable=True, pot=7)
    lines = contest_lines(replace(ended, reason="the sealed holdout has 3 rows", unclaimed=(0,)))
    assert line(lines, "unscorable").endswith("the sealed holdout has 3 rows")
    assert line(lines, "pot") == "  pot        4 wei wait for 1 of those who revealed"


def test_a_contest_says_how_much_luck_it_pays_for_as_computed_here() -> None:
    lines = contest_lines(contest_facts())
    assert "at most 15.04%, any of 256 with at most 100%" in line(lines, "luck")
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


def test_a_dispute_says_how_far_each_member_came() -> None:
    lines = contest_lines(contest_facts(DISPUTE, phase=Phase.PANEL_SEAL))
    assert "3 members" in line(lines, "panel")
    assert f"challenged by {ADA}" in line(lines, "dispute")
    assert line(lines, "dispute").endswith("no verdict yet")
    states = [text.rsplit("; ", 1)[1] for text in lines if text.startswith("  member ")]
    assert states == ["sealed", "opened", "silent so far"]
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


def board(facts: ContestFacts) -> list[str]:
    return [text.strip() for text in board_lines(facts)]


def test_revealed_specs_are_shown_before_there_are_scores() -> None:
    assert board(contest_facts())[0] == "Revealed"
    assert board(replace(contest_facts(), specs=())) == []


def test_the_leaderboard_has_the_places_in_order_with_intervals_ties_and_why() -> None:
    lines = board(contest_facts(scores=(540_000, 560_000), winners=(1,), phase=Phase.CHALLENGE))
    first, second = (next(i for i, text in enumerate(lines) if text.startswith(each)) for each in (BEN, ADA))
    assert first < second
    assert lines[first - 2].startswith("1=")
    assert "95%: " in lines[first - 2]
    # The scores may still change.
    assert lines[first + 1] == "gets 0.5 ETH if these scores stand"
    assert lines[second + 1].startswith("not paid if these scores stand: below the minimum of ")
    assert lines[-1].startswith("= shares its place")


def test_won_stands_only_where_the_contest_is_settled() -> None:
    ended = contest_facts(scores=(540_000, 560_000), winners=(1,), phase=Phase.SETTLED, outcome=Outcome.WON)
    assert "won 0.5 ETH" in board(ended)
    for outcome in (Outcome.PENDING, Outcome.REFUNDED, Outcome.VOID):
        facts = replace(ended, contest=replace(ended.contest, outcome=outcome))
        assert not [text for text in board(facts) if text.startswith("won")]


def test_who_is_not_paid_reads_why() -> None:
    won: dict[str, Any] = {"phase": Phase.SETTLED, "outcome": Outcome.WON, "winners": (0,)}
    assert "not paid: a better score is paid" in board(contest_facts(scores=(570_000, 560_000), **won))
    equal = board(contest_facts(scores=(560_000, 560_000), **won))
    assert "not paid: spec 0 has the same score and was submitted before" in equal
    twice = contest_facts(scores=(570_000, 560_000), **won)
    alone = replace(twice, specs=(twice.specs[0], replace(twice.specs[1], participant=ADA)))
    assert "not paid: spec 0 of the same account is paid, and an account gets one prize" in board(alone)
    assert "not paid: diverged" in board(contest_facts(scores=(560_000, 0), **won))


def test_a_report_of_other_scores_than_those_that_stand_says_nothing_of_them() -> None:
    facts = replace(contest_facts(scores=(560_000, 540_000)), scores=(560_000, 530_000))
    assert sum("95%" in text for text in board(facts)) == 1
    assert not [text for text in board(replace(facts, report=None)) if "95%" in text]


def test_a_contest_that_takes_no_entries_has_no_price_of_the_next_one() -> None:
    assert "no more are taken" in line(contest_lines(contest_facts(phase=Phase.SCORE)), "entry")
