"""Disputes run through the commands: a lie overturned, and a panel that does not answer."""

from __future__ import annotations

from pathlib import Path
from typing import Final

import pytest

from hyperbounty.accounts import devnet_account
from hyperbounty.store import open_store
from tests.end_to_end.shell import Shell, units
from tests.end_to_end.steps import ADA, BEN, EVALUATOR, IN_PROCESS, ORGANIZER, scored_contest

PANEL: Final = ("devnet-4", "devnet-5", "devnet-6")
TERMS: Final = ("--panel-fee", "0.005", "--evaluator-fee", "0.02")
FEE: Final = 10**16
ETHER: Final = 10**18


@pytest.mark.training
def test_a_lie_is_challenged_and_overturned(shell: Shell, tmp_path: Path) -> None:
    contract, report, _ = scored_contest(shell, tmp_path, *TERMS, panel=PANEL)
    truth = report.specs[0].score_ppm
    # Below the bar: the organizer would have its reward back.
    false = report.model_copy(update={"specs": (report.specs[0].model_copy(update={"score_ppm": 400_000}),)})
    digest = open_store(None, shell.home / "store").add_block(false.canonical()).digest
    contract.record_scores(devnet_account(EVALUATOR, contract.chain), 1, digest, [400_000])
    contest = contract.contest(1)
    assert contest.score_ends is not None
    assert contest.challenge_ends is not None
    assert "WrongPhase" in shell("participant", "challenge", 1, account=ADA, code=4)["error"]
    shell.advance_to(contest.score_ends)
    assert shell("evaluator", "verify", 1, *IN_PROCESS, code=1)["answer"] == "differs"
    assert "PartyOnPanel" in shell("participant", "challenge", 1, account=PANEL[0], code=4)["error"]
    assert units(shell("participant", "challenge", 1, account=ADA)["challenge_bond"]) == ETHER // 20
    assert "AlreadyChallenged" in shell("participant", "challenge", 1, account=BEN, code=4)["error"]

    shell.advance_to(contest.challenge_ends)
    assert "not on the panel" in shell("evaluator", "run", 1, account=BEN, code=4)["error"]
    for member in PANEL[:2]:
        assert shell("evaluator", "run", 1, *IN_PROCESS, account=member)["specs"][0]["score_ppm"] == truth
    dispute = shell("participant", "show", 1)["dispute"]
    assert sorted(dispute["seats"]) == ["sealed", "sealed", "silent"]
    shell.advance_to(dispute["seal_ends"])
    for member in PANEL[:2]:
        shell("evaluator", "run", 1, account=member)
    checked = shell("participant", "verify", 1, "--jobs", 1, code=1)["checked_members"]
    assert checked == shell("evaluator", "verify", 1, *IN_PROCESS, code=1)["checked_members"]
    assert [(member["agrees"], member["trained"]) for member in checked] == [(True, "yes"), (True, "yes")]
    assert "sealed nothing" in shell("evaluator", "run", 1, account=PANEL[2], code=4)["error"]

    shell.advance_to(dispute["open_ends"])
    settled = shell("organizer", "settle", 1, account=BEN)
    shown = shell("participant", "show", 1)
    assert (settled["outcome"], shown["dispute"]["verdict"]) == ("won", "overturned")
    assert shown["scores_ppm"] == [truth]
    bond, fees = ETHER // 20, 2 * ETHER // 200
    paid: dict[str, int] = {}
    for payment in settled["paid"]:
        paid[payment["payee"]] = paid.get(payment["payee"], 0) + units(payment)
    ada, organizer, *members = (devnet_account(n, contract.chain).address for n in (ADA, ORGANIZER, *PANEL[:2]))
    # The evaluator loses its bond: half is burned, half pays the members, and the challenger has the rest. That of the
    # member that was silent is burned.
    assert paid == {
        ada: ETHER // 2 + bond + bond // 2 - fees,
        organizer: ETHER // 10 + 2 * ETHER // 100,
        **dict.fromkeys(members, bond + ETHER // 200),
    }
    assert (units(settled["burned"]), units(settled["pot"])) == (bond // 2 + bond, FEE)
    assert units(shell("participant", "claim", 1, account=ADA)) == FEE
    assert contract.chain.balance(contract.address) == 0


@pytest.mark.training
def test_a_panel_that_does_not_answer_loses_its_bonds(shell: Shell, tmp_path: Path) -> None:
    contract, _, opened = scored_contest(shell, tmp_path, *TERMS, panel=PANEL)
    shell.advance_to(opened["score_ends"])
    shell("participant", "challenge", 1, account=BEN)
    shell.advance_to(shell("participant", "show", 1)["dispute"]["open_ends"])
    settled = shell("organizer", "settle", 1, account=BEN)
    assert settled["outcome"] == "void"
    # Everybody else has its stake back: the challenger, the evaluator, the organizer.
    amounts = [ETHER // 20, ETHER // 20, ETHER // 2 + ETHER // 10 + 2 * ETHER // 100]
    assert sorted(units(p) for p in settled["paid"] if units(p)) == amounts
    # What the members lost is burned; the entry's fee is for the one who revealed.
    assert (units(settled["burned"]), units(settled["pot"])) == (3 * (ETHER // 20), FEE)
    before = contract.chain.balance(devnet_account(ADA, contract.chain).address)
    withdrawn = shell("participant", "withdraw", 1, account=ADA)
    gained = contract.chain.balance(devnet_account(ADA, contract.chain).address) - before
    assert gained + sum(units(t["network_fee"]) for t in withdrawn["transactions"]) == FEE
    assert contract.chain.balance(contract.address) == 0


@pytest.mark.training
def test_scores_without_a_panel_cannot_be_challenged(shell: Shell, tmp_path: Path) -> None:
    contract, _, opened = scored_contest(shell, tmp_path)
    assert shell("participant", "show", 1)["dispute"]["panel"]["members"] == []
    assert contract.contest(1).challenge_ends == opened["score_ends"]
    shell.advance_to(opened["score_ends"])
    assert "WrongPhase" in shell("participant", "challenge", 1, account=ADA, code=4)["error"]
