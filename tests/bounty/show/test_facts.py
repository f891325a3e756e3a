"""What a contest shows, as facts: the same for the command line and for pages."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import Any

import pytest

from hyperbounty.bounty.show.comparison import Answer, Comparison, Difference, Verification
from hyperbounty.bounty.show.contest import ContestFacts
from hyperbounty.bounty.show.dispute import dispute_json
from hyperbounty.bounty.show.leaderboard import leaderboard
from hyperbounty.bounty.show.opening import Opening
from hyperbounty.bounty.show.scores import Scores
from hyperbounty.bounty.show.settlement import Settlement
from hyperbounty.bounty.types import Outcome, Phase, Verdict
from hyperbounty.chain.payments import BURN, Payment
from hyperbounty.money import COIN, amount_json
from hyperbounty.store import Cid
from tests.bounty.shown_contest import (
    ADA,
    BEN,
    CONTEST,
    DISPUTE,
    MANIFEST,
    NO_PANEL,
    NOW,
    PANEL,
    SPECS,
    contest_facts,
    report,
)


@pytest.mark.parametrize(
    ("phase", "ends"),
    [
        (Phase.SUBMIT, NOW + 100),
        (Phase.REVEAL, NOW + 700),
        (Phase.SCORE, NOW + 3_100),
        (Phase.CHALLENGE, NOW + 3_700),
        (Phase.PANEL_SEAL, NOW + 4_300),
        (Phase.PANEL_OPEN, NOW + 4_900),
        (Phase.SETTLE, None),
        (Phase.CANCELLED, None),
    ],
)
def test_every_phase_knows_when_it_ends(phase: Phase, ends: int | None) -> None:
    assert contest_facts(DISPUTE, phase=phase).phase_ends == ends


def test_scores_and_winners_are_there_once_they_stand() -> None:
    open_facts = contest_facts()
    assert [open_facts.score_of(spec) for spec in SPECS] == [None, None]
    leading = contest_facts(scores=(560_000, 540_000), winners=(0,))
    assert not leading.won(SPECS[0])
    scored = contest_facts(scores=(560_000, 540_000), winners=(0,), outcome=Outcome.WON)
    assert [(scored.score_of(spec), scored.won(spec)) for spec in SPECS] == [(560_000, True), (540_000, False)]


def test_a_tolerance_that_the_manifest_does_not_name_is_told() -> None:
    assert not contest_facts(NO_PANEL).disagreements
    assert not contest_facts(DISPUTE).disagreements
    other = replace(DISPUTE, panel=replace(DISPUTE.panel, tolerance=9_000))
    assert [one.about for one in contest_facts(other).disagreements] == ["the tolerance"]


def test_what_the_manifest_estimates_wrongly_is_among_the_facts() -> None:
    facts = contest_facts()
    assert (facts.wrong_estimates, facts.json()["wrong_estimates"]) == ({}, {})
    other = replace(facts, estimates=facts.estimates.model_copy(update={"entries": 300}))
    assert other.json()["wrong_estimates"] == {"entries": {"manifest": 256, "computed": 300}}
    assert other.json()["estimates"]["entries"] == 300


def test_the_facts_of_a_contest_are_json() -> None:
    shown = json.loads(json.dumps(contest_facts(DISPUTE, (560_000, 540_000)).json()))
    assert (shown["contest"], shown["phase"], shown["outcome"]) == (
        7,
        "submit",
        "pending",
    )
    assert COIN.json().items() <= shown.items()
    assert shown["manifest"] == str(Cid.from_digest(MANIFEST.digest()))
    assert shown["shares"] == [6_000, 4_000]
    assert {"reveal_ends", "key_ends", "score_ends", "challenge_ends"} < set(shown)
    assert shown["price"] == {"entry_fee": amount_json(10**15), "surcharge": amount_json(0)}
    assert shown["next_steps"][1] == {
        "role": "participant",
        "step": "submit a sealed spec: “participant submit 7 spec FILE”",
    }
    assert shown["manifest_document"]["title"] == MANIFEST.title
    assert shown["specs"][1] == {"index": 1, "participant": BEN, "spec": "0x" + SPECS[1].spec.hex()}
    assert shown["scores_ppm"] == [560_000, 540_000]
    assert [place["score_ppm"] for place in shown["leaderboard"]["places"]] == [560_000, 540_000]
    assert shown["dispute"] == json.loads(json.dumps(dispute_json(DISPUTE)))
    assert (shown["dispute"]["seats"], shown["dispute"]["verdict"]) == (["sealed", "opened", "silent"], "none")


def test_the_leaderboard_has_the_winner_first_and_then_the_scores() -> None:
    board = leaderboard(MANIFEST, report(560_000, 0, 560_000, 575_000), winners=(2,))
    # The first three share a place: the holdout cannot tell them apart.
    assert [(place.place, place.index, place.won) for place in board.places] == [
        (1, 2, True),
        (1, 3, False),
        (1, 0, False),
        (4, 1, False),
    ]
    assert [place.interval_ppm for place in board.places][1:] == [(545_000, 605_000), (530_000, 590_000), None]
    assert [place.p_value_ppm for place in board.places] == [40_000, 40_000, 40_000, 1_000_000]
    assert board.places[-1].note == "diverged"
    assert board.places[0].spec == SPECS[0].spec
    assert (board.minimum_ppm, board.skilless_ppm, board.windows, board.runs) == (550_000, 500_000, 1_137, 2)
    shown = json.loads(json.dumps(board.json()))
    assert (shown["metric"], shown["places"][0]["spec"]) == ("balanced_accuracy", "0x" + SPECS[0].spec.hex())


def test_by_accuracy_a_constant_model_has_the_base_rate() -> None:
    manifest = MANIFEST.model_copy(update={"metric": "accuracy"})
    assert leaderboard(manifest, report(560_000)).skilless_ppm == 592 * 10**6 // 1_137


def test_equal_scores_are_ranked_by_index() -> None:
    scores = Scores(Cid.raw(b"report"), report(540_000, 560_000, 560_000))
    assert [spec.index for spec in scores.ranked] == [1, 2, 0]
    shown = scores.json()
    assert (shown["report"], shown["contest"]) == (str(Cid.raw(b"report")), 7)


@pytest.mark.parametrize(
    ("recorded", "verdict", "answer"),
    [
        (560_000, "equal", Answer.EQUAL),
        (565_000, "within tolerance", Answer.EQUAL),
        (565_001, "differs", Answer.DIFFERS),
        (None, "differs", Answer.DIFFERS),
    ],
)
def test_scores_stand_unless_one_is_outside_the_tolerance(recorded: int | None, verdict: str, answer: Answer) -> None:
    one = Comparison(0, ADA, SPECS[0].spec, recorded, 560_000, 5_000, Difference(run=1, epoch=2))
    same = Comparison(1, BEN, SPECS[1].spec, 1, 1, 0)
    facts = Verification((one, same), (0,), 5, is_partial=True)
    assert (one.verdict, facts.answer) == (verdict, answer)
    other_versions = replace(facts, other_versions="here is another numpy")
    assert other_versions.answer is (Answer.UNCHECKED if answer is Answer.DIFFERS else Answer.EQUAL)
    assert facts.json() == {
        "answer": answer.name.lower(),
        "checked_members": [],
        "other_versions": "",
        "remarks": [],
        "sampled": [0],
        "sample_seed": 5,
        "specs": [
            {
                "index": 0,
                "participant": ADA,
                "recorded_ppm": recorded,
                "scored_ppm": 560_000,
                "comparison": verdict,
                "first_difference": {"run": 1, "epoch": 2},
            },
            {
                "index": 1,
                "participant": BEN,
                "recorded_ppm": 1,
                "scored_ppm": 1,
                "comparison": "equal",
                "first_difference": None,
            },
        ],
    }


def test_a_payment_that_failed_is_a_credit() -> None:
    ended = replace(CONTEST, outcome=Outcome.WON)
    payments = (Payment(ADA, 5, paid=True), Payment(BEN, 7, paid=False), Payment(BURN, 3, paid=True))
    facts = Settlement(ended, Verdict.OVERTURNED, payments)
    assert (facts.outcome, facts.verdict_name) == ("won", "overturned")
    assert facts.json() == {
        "outcome": "won",
        "verdict": "overturned",
        "contest": 7,
        "burned": amount_json(3),
        "pot": amount_json(0),
        "paid": [
            {"payee": ADA, **amount_json(5), "credited": False},
            {"payee": BEN, **amount_json(7), "credited": True},
        ],
    }


def test_an_opening_names_its_contest_its_stakes_and_its_prices() -> None:
    offered = replace(CONTEST, accept_ends=NOW + 9, submit_ends=None, phase=Phase.OFFER)
    shown = Opening(offered, PANEL, MANIFEST, opened_before=True).json()
    filling = int(shown.pop("filling")["amount"])
    # All entry fees, and surcharges that come to the whole reward, each rounded up.
    assert 0 <= filling - (256 * CONTEST.entry_fee + CONTEST.reward) < 128
    assert shown == {
        "contest": 7,
        "opened_before": True,
        "manifest": str(Cid.from_digest(MANIFEST.digest())),
        "accept_ends": NOW + 9,
        "escrow": amount_json(6 * 10**17),
        "organizer_bond": amount_json(10**17),
        "evaluator_bond": amount_json(5 * 10**16),
        "member_bond": amount_json(5 * 10**16),
        "challenge_bond": amount_json(10**17),
        "entry_fee": amount_json(10**15),
        "last_price": amount_json(10**15 + -(-2 * CONTEST.reward // 129)),
        "score_seconds": 2_400,
    }


def steps(facts: ContestFacts) -> list[tuple[str, str]]:
    return [(each.role, str(each.step).split("“")[1].split(" 7")[0]) for each in facts.next_steps]


def test_every_phase_says_who_can_do_what() -> None:
    waiting = replace(DISPUTE, accepted=(True, False, True), challenger=None)
    offer = contest_facts(waiting, phase=Phase.OFFER, throughput=0)
    assert steps(offer) == [
        ("evaluator", "evaluator accept"),
        ("member", "evaluator accept"),
        ("organizer", "organizer cancel"),
    ]
    assert steps(contest_facts(phase=Phase.LAPSED)) == [("anybody", "organizer settle")]
    assert steps(contest_facts(standing=0))[-1] == ("organizer", "organizer cancel")
    assert steps(contest_facts(phase=Phase.REVEAL)) == [("participant", "participant reveal")]
    awaited = contest_facts(phase=Phase.SCORE)
    assert steps(awaited) == [("organizer", "organizer publish-key")]
    # Too late for the key, nobody can do anything but wait.
    assert steps(replace(awaited, now=NOW + 1_300)) == []
    assert steps(contest_facts(phase=Phase.SCORE, key_published=True)) == [("evaluator", "evaluator run")]
    recorded: dict[str, Any] = {"key_published": True, "report": b"\1" * 32}
    assert steps(contest_facts(phase=Phase.SCORE, **recorded)) == [("anybody", "evaluator verify")]
    assert steps(contest_facts(waiting, phase=Phase.CHALLENGE, **recorded))[1] == ("anybody", "participant challenge")
    # Silence can be challenged too, once the key is there.
    assert steps(contest_facts(waiting, phase=Phase.CHALLENGE)) == []
    silent = contest_facts(waiting, phase=Phase.CHALLENGE, key_published=True)
    assert steps(silent) == [("anybody", "participant challenge")]
    assert steps(contest_facts(DISPUTE, phase=Phase.PANEL_OPEN)) == [("member", "evaluator run")]
    assert steps(contest_facts(DISPUTE, phase=Phase.SETTLE)) == [("anybody", "organizer settle")]
    void = contest_facts(phase=Phase.SETTLED, outcome=Outcome.VOID, pot=7, sponsored=5)
    assert steps(void) == [("sponsor", "participant reclaim")]
    assert steps(replace(void, unclaimed=(1,)))[0] == ("participant", "participant claim")
    assert steps(contest_facts(phase=Phase.SETTLED, outcome=Outcome.WON, sponsored=5)) == []
