"""Contests run through the commands, as three people in three terminals would."""

from __future__ import annotations

import os
import shutil
import signal
import sqlite3
import subprocess
import sys
from contextlib import closing
from pathlib import Path

import numpy as np
import pytest

from hyperbounty.accounts import devnet_account
from hyperbounty.cli.main import run
from hyperbounty.store import open_store
from tests.end_to_end.shell import Shell, units
from tests.end_to_end.steps import (
    ADA,
    BEN,
    EVALUATOR,
    FAST,
    IN_PROCESS,
    ORGANIZER,
    SAMPLE,
    accepted,
    contract_of,
    fetch,
    offer,
    open_contest,
    scored_contest,
    spec_file,
)

# Enough that a scoring stopped at its first result has more to do, however slow the machine.
RUNS = 12
PANEL = ("devnet-4", "devnet-5", "devnet-6")
ETHER = 10**18
FEE = ETHER // 100


@pytest.mark.training
def test_a_contest_from_fetch_to_settlement(shell: Shell, tmp_path: Path) -> None:
    prices = tmp_path / "prices"
    fetched = shell("organizer", "fetch", "--csv", SAMPLE, "--out", prices)
    assert (fetched["rows"], fetched["coins"]) == (6_000, ["BCH", "BTC", "ETH", "LTC"])
    offered = offer(shell, prices)
    assert shell("participant", "show", 1)["phase"] == "offer"
    bonds = [units(offered[f"{name}_bond"]) for name in ("organizer", "evaluator", "member", "challenge")]
    assert bonds == [ETHER // 10, ETHER // 20, 0, 0]
    assert "neither as its evaluator" in shell("evaluator", "accept", 1, *FAST, account=BEN, code=4)["error"]
    assert (
        "reference cores" in shell("evaluator", "accept", 1, "--throughput", 0.001, account=EVALUATOR, code=4)["error"]
    )
    opened = accepted(shell, 1)
    assert [c["contest"] for c in shell("participant", "list")["contests"]] == [1]
    shown = shell("participant", "show", 1)
    assert shown["phase"] == "submit"
    assert shown["manifest_document"]["holdout"]["mode"] == "sealed"
    downloaded = shell("participant", "download", 1, "--out", tmp_path / "mine")
    assert downloaded["rows"] == shown["manifest_document"]["training"]["rows"]
    assert len((tmp_path / "mine" / "training.csv").read_text().splitlines()) == downloaded["rows"] + 1

    ada, ben = spec_file(tmp_path, "ada"), spec_file(tmp_path, "ben", cell="LSTM", epochs=1)
    at_home = shell("participant", "train", 1, "--spec", ada, "--folds", 1, "--seeds", 1, "--jobs", 1)
    assert 400_000 < at_home["specs"][0]["mean_ppm"] < 800_000
    first = shell("participant", "submit", 1, "--spec", ben, account=ADA)
    replaced = shell("participant", "submit", 1, "--spec", ada, "--entry", 0, account=ADA)
    assert replaced["spec"] != first["spec"]
    shell("participant", "submit", 1, "--spec", ben, account=BEN)
    assert units(shell("participant", "withdraw", 1, "--submission", 0, account=BEN)["burned"]) == FEE
    shell("participant", "submit", 1, "--spec", ben, account=BEN)
    assert "submissions stand" in shell("organizer", "cancel", 1, account=ORGANIZER, code=4)["error"]
    longer = shell("organizer", "extend", 1, "--by", 60, account=ORGANIZER)
    assert longer["submit_ends"] == opened["submit_ends"] + 60

    shell.advance_to(longer["submit_ends"])
    shell("participant", "reveal", 1, account=ADA)
    shell("participant", "reveal", 1, account=BEN)
    assert "reveal phase" in shell("evaluator", "score", 1, code=4)["error"]

    shell.advance_to(opened["reveal_ends"] + 60)
    assert "not published" in shell("evaluator", "run", 1, account=EVALUATOR, code=4)["error"]
    shell("organizer", "publish-key", 1, account=ORGANIZER)
    scored = shell("evaluator", "score", 1, "--workers", 1)
    assert "NotEvaluator" in shell("evaluator", "run", 1, *IN_PROCESS, account=BEN, code=4)["error"]
    recorded = shell("evaluator", "run", 1, *IN_PROCESS, account=EVALUATOR)
    scores = [spec["score_ppm"] for spec in recorded["specs"]]
    assert scores == [spec["score_ppm"] for spec in scored["specs"]]
    assert min(scores) > 400_000
    # Verification trains again: it neither needs nor makes the results that the evaluator keeps.
    shutil.rmtree(shell.home / "results")
    verified = shell("evaluator", "verify", 1, "--workers", 1)
    assert [spec["comparison"] for spec in verified["specs"]] == ["equal", "equal"]
    assert not (shell.home / "results").exists()
    assert not list((shell.home / "verification").iterdir())

    # A store that knows nothing of the contest has all of it from one file.
    shell("participant", "archive", 1, "--out", tmp_path / "contest.car")
    shutil.rmtree(shell.home / "store")
    shell("store", "import", tmp_path / "contest.car")
    assert shell("evaluator", "verify", 1, *IN_PROCESS)["answer"] == "equal"

    assert "WrongPhase" in shell("organizer", "settle", 1, account=BEN, code=4)["error"]
    shell.advance_to(opened["score_ends"] + 60)
    settled = shell("organizer", "settle", 1, account=BEN)
    best = [ADA, BEN][scores.index(max(scores))]
    chain = contract_of(shell).chain
    winner, organizer, evaluator = (devnet_account(name, chain).address for name in (best, ORGANIZER, EVALUATOR))
    assert (settled["outcome"], units(settled["burned"])) == ("won", 0)
    # The evaluator has its bond back, and the fee of each entry that it scored.
    paid = {winner: ETHER // 2, organizer: ETHER // 10, evaluator: ETHER // 20 + 2 * FEE}
    assert {p["payee"]: units(p) for p in settled["paid"]} == paid
    assert shell("participant", "withdraw", 1, account=ADA)["transactions"] == []


@pytest.mark.training
def test_verification_finds_scores_that_training_does_not_give(shell: Shell, tmp_path: Path) -> None:
    contract, report, opened = scored_contest(shell, tmp_path)
    evaluator, store = devnet_account(EVALUATOR, contract.chain), open_store(None, shell.home / "store")
    # Scores that are not those of their report: the report itself gives the lie away.
    contract.record_scores(evaluator, 1, report.digest(), [999_999])
    assert "has other scores" in shell("evaluator", "verify", 1, *IN_PROCESS, code=1)["remarks"][0]
    # A report made to match: only training again finds it.
    false = report.model_copy(update={"specs": (report.specs[0].model_copy(update={"score_ppm": 999_999}),)})
    contract.record_scores(evaluator, 1, store.add_block(false.canonical()).digest, [999_999])
    verified = shell("evaluator", "verify", 1, *IN_PROCESS, code=1)
    assert (verified["answer"], verified["specs"][0]["comparison"]) == ("differs", "differs")
    assert verified["specs"][0]["scored_ppm"] == report.specs[0].score_ppm
    # A participant finds the same at home, and then knows it without training again.
    sample = ("--sample", 1, "--sample-seed", verified["sample_seed"])
    at_home = shell("participant", "verify", 1, "--jobs", 1, *sample, code=1)
    assert at_home == verified
    kept = sorted((shell.home / "trainings").rglob("*.json"))
    assert len(kept) == len(report.specs[0].run_scores_ppm)
    assert shell("participant", "verify", 1, "--jobs", 1, *sample, code=1) == verified
    assert sorted((shell.home / "trainings").rglob("*.json")) == kept
    assert opened["contest"] == 1


@pytest.mark.training
def test_a_score_within_tolerance_stands(shell: Shell, tmp_path: Path) -> None:
    contract, report, _ = scored_contest(shell, tmp_path)
    near = report.specs[0].score_ppm + 4_000
    moved = report.model_copy(update={"specs": (report.specs[0].model_copy(update={"score_ppm": near}),)})
    digest = open_store(None, shell.home / "store").add_block(moved.canonical()).digest
    contract.record_scores(devnet_account(EVALUATOR, contract.chain), 1, digest, [near])
    assert shell("evaluator", "verify", 1, *IN_PROCESS)["specs"][0]["comparison"] == "within tolerance"


@pytest.mark.training
def test_a_contest_on_prices_that_do_not_exist_yet(shell: Shell, tmp_path: Path) -> None:
    reveal_seconds, interval = 3_000, 60
    now = contract_of(shell).chain.timestamp() // interval * interval
    write_walk(tmp_path / "past", now - 1_500 * interval, 1_500, interval)
    shell("organizer", "fetch", "--csv", tmp_path / "past", "--coins", "LTC", "--out", tmp_path / "prices")
    opened = open_contest(
        shell,
        tmp_path / "prices",
        *("--holdout", "future", "--future-rows", 200),
        *("--submit-time", 3_000, "--reveal-time", reveal_seconds),
    )
    shell("participant", "submit", 1, "--spec", spec_file(tmp_path, "ada", epochs=1), account=ADA)
    shell.advance_to(opened["submit_ends"])
    shell("participant", "reveal", 1, account=ADA)
    shell.advance_to(opened["reveal_ends"])
    assert "no sealed holdout" in shell("organizer", "publish-key", 1, account=ORGANIZER, code=4)["error"]
    assert "not fetched yet" in shell("evaluator", "score", 1, code=4)["error"]
    # A source that has not got that far, then one that has.
    write_walk(tmp_path / "early", opened["reveal_ends"] - 100 * interval, 200, interval)
    early = shell("evaluator", "score", 1, "--csv", tmp_path / "early", *IN_PROCESS, code=4)
    assert "rows after revealEnds are there yet" in early["error"]
    write_walk(tmp_path / "late", opened["reveal_ends"] - 100 * interval, 500, interval)
    recorded = shell("evaluator", "run", 1, "--csv", tmp_path / "late", *IN_PROCESS, account=EVALUATOR)
    assert recorded["holdout"]["prices"]["rows"] == 200
    # What it was scored on is pinned, so verification needs no source; with one, the prices are checked too.
    assert shell("evaluator", "verify", 1, *IN_PROCESS)["answer"] == "equal"
    assert shell("evaluator", "verify", 1, "--csv", tmp_path / "late", *IN_PROCESS)["answer"] == "equal"


def write_walk(folder: Path, start: int, rows: int, interval: int) -> None:
    """A random walk of LTC as headed CSV, from the first whole interval after `start`."""
    folder.mkdir()
    steps = np.random.default_rng(start).normal(0, 0.001, rows)
    closes = 100 * np.exp(np.cumsum(steps))
    first = -(-start // interval) * interval
    lines = ["time,open,high,low,close,volume"]
    lines += [f"{first + i * interval},{c},{c},{c},{c},10" for i, c in enumerate(closes)]
    (folder / "LTC-USD.csv").write_text("\n".join(lines) + "\n")


@pytest.mark.training
def test_an_interrupted_scoring_continues(shell: Shell, tmp_path: Path) -> None:
    opened = open_contest(shell, fetch(shell, tmp_path / "prices"), "--runs", RUNS)
    shell("participant", "submit", 1, "--spec", spec_file(tmp_path, "ada", epochs=1), account=ADA)
    shell.advance_to(opened["submit_ends"])
    shell("participant", "reveal", 1, account=ADA)
    shell.advance_to(opened["reveal_ends"])
    shell("organizer", "publish-key", 1, account=ORGANIZER)
    argv = shell.argv("evaluator", "run", 1, "--workers", 1, account=EVALUATOR)
    with subprocess.Popen(
        [sys.executable, "-m", "hyperbounty", *argv],
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        start_new_session=True,
    ) as evaluator:
        while evaluator.poll() is None and not _finished(shell):
            pass
        os.killpg(evaluator.pid, signal.SIGKILL)
    finished = _finished(shell)
    assert 1 <= len(finished) < RUNS
    assert len(shell("evaluator", "run", 1, *IN_PROCESS, account=EVALUATOR)["specs"][0]["run_scores_ppm"]) == RUNS
    again = _finished(shell)
    assert len(again) == RUNS
    # The measured seconds are the result's own: what was finished before was not trained again.
    assert finished.items() <= again.items()


def _finished(shell: Shell) -> dict[str, float]:
    """Seconds of each finished training in the queue under the shell's home, by key."""
    path = shell.home / "results" / "queue.sqlite"
    if not path.exists():
        return {}
    with closing(sqlite3.connect(path, timeout=60)) as database:
        try:
            return dict(database.execute("SELECT key, seconds FROM evaluator_results"))
        except sqlite3.OperationalError:  # Its tables are not made yet.
            return {}


def test_a_contest_without_its_key_costs_the_organizer_its_reward_and_its_bond(shell: Shell, tmp_path: Path) -> None:
    opened = open_contest(shell, fetch(shell, tmp_path / "prices"))
    for account in (ADA, BEN):
        shell("participant", "submit", 1, "--spec", spec_file(tmp_path, account), account=account)
    shell.advance_to(opened["submit_ends"])
    for account in (ADA, BEN):
        shell("participant", "reveal", 1, account=account)
    shell.advance_to(opened["score_ends"])
    settled = shell("organizer", "settle", 1, account=ORGANIZER)
    assert (settled["outcome"], units(settled["burned"])) == ("void", ETHER // 2 + ETHER // 20)
    # The other half of the bond, and the fees, wait for those who revealed. The evaluator is not to blame.
    assert [units(p) for p in settled["paid"]] == [ETHER // 20]
    assert units(settled["pot"]) == ETHER // 20 + 2 * FEE
    before = units(shell("account", "balance", ADA)["balances"][0]["balance"])
    withdrawn = shell("participant", "withdraw", 1, account=ADA)
    after = units(shell("account", "balance", ADA)["balances"][0]["balance"])
    assert (withdrawn["claims"], units(withdrawn["claimed"])) == (1, units(settled["pot"]) // 2)
    assert after == before + units(settled["pot"]) // 2 - sum(
        units(t["network_fee"]) for t in withdrawn["transactions"]
    )
    assert shell("participant", "withdraw", 1, account=ADA)["transactions"] == []
    assert shell("participant", "show", 1)["unclaimed"] == [1]
    # Anybody can bring everybody's.
    assert shell("participant", "claim", 1, "--everybody", account=ADA)["indexes"] == [1]
    assert contract_of(shell).chain.balance(contract_of(shell).address) == 0


@pytest.mark.training
def test_a_contest_on_the_sample_by_the_defaults_alone(shell: Shell, tmp_path: Path) -> None:
    fetched = shell("organizer", "fetch", "--out", tmp_path / "prices")
    assert (fetched["synthetic"], fetched["rows"]) == (True, 4_800)
    given = ("--prices", tmp_path / "prices", "--coin", "LTC", "--minimum", 0.5, "--allow-luck", "--runs", 1)
    command = ("organizer", "open", "--yes", *given, "--reward", 1, "--evaluator", EVALUATOR)
    sealed = shell(*command, "--holdout", "sealed", "--private-data", account=ORGANIZER, code=4)
    assert "anybody can have these prices" in sealed["error"]
    offered = shell(*command, account=ORGANIZER)
    assert units(offered["organizer_bond"]) == units(offered["evaluator_bond"]) == ETHER // 10
    # A tenth of the reward for all entries together; and filling costs more than there is to win.
    assert units(offered["entry_fee"]) == 39 * 10**13
    assert units(offered["filling"]) > ETHER
    opened = accepted(shell, 1)
    shell("participant", "submit", 1, "--spec", spec_file(tmp_path, "ada", epochs=1), account=ADA)
    shell.advance_to(opened["submit_ends"])
    shell("participant", "reveal", 1, account=ADA)
    shell.advance_to(opened["reveal_ends"] + 600)
    early = shell("evaluator", "run", 1, account=EVALUATOR, code=4)["error"]
    assert "of 1200 rows after revealEnds are there yet" in early
    shell.advance_to(opened["reveal_ends"] + 1_201 * 300)
    assert shell("evaluator", "run", 1, *IN_PROCESS, account=EVALUATOR)["holdout"]["prices"]["rows"] == 1_200
    shell.advance_to(opened["score_ends"])
    assert shell("organizer", "settle", 1, account=ADA)["outcome"] in ("won", "refunded")


def test_an_offer_that_nobody_accepts_lapses_and_everything_comes_back(shell: Shell, tmp_path: Path) -> None:
    offered = offer(shell, fetch(shell, tmp_path / "prices"), "--panel", ",".join(PANEL))
    shell("evaluator", "accept", 1, *FAST, account=EVALUATOR)
    shell("evaluator", "accept", 1, *FAST, account=PANEL[1])
    shown = shell("participant", "show", 1)
    assert (shown["phase"], shown["dispute"]["accepted"].count(True)) == ("offer", 1)
    assert [each["role"] for each in shown["next_steps"]] == ["member", "organizer"]
    spec = spec_file(tmp_path, "ada")
    assert "WrongPhase" in shell("participant", "submit", 1, "--spec", spec, account=ADA, code=4)["error"]
    shell.advance_to(offered["accept_ends"])
    assert "no offer any more" in shell("evaluator", "accept", 1, *FAST, account=PANEL[0], code=4)["error"]
    settled = shell("organizer", "settle", 1, account=ADA)
    assert (settled["outcome"], units(settled["burned"])) == ("cancelled", 0)
    assert sorted(units(p) for p in settled["paid"]) == [ETHER // 20, ETHER // 20, ETHER // 2 + ETHER // 10]


def test_an_offer_can_be_called_off_before_anybody_accepts(shell: Shell, tmp_path: Path) -> None:
    offer(shell, fetch(shell, tmp_path / "prices"))
    shell("organizer", "cancel", 1, account=ORGANIZER)
    assert contract_of(shell).chain.balance(contract_of(shell).address) == 0


def test_a_sponsor_adds_to_the_prize_and_has_it_back_where_nobody_wins(shell: Shell, tmp_path: Path) -> None:
    opened = open_contest(shell, fetch(shell, tmp_path / "prices"))
    assert units(shell("participant", "sponsor", 1, "--amount", "0.2", account=BEN)["prize"]) == ETHER * 7 // 10
    assert units(shell("participant", "sponsor", 1, "--amount", "0.2", account=BEN)["prize"]) == ETHER * 7 // 10
    assert units(shell("participant", "sponsor", 1, "--amount", "0.3", account=BEN)["prize"]) == ETHER * 8 // 10
    assert "already" in shell("participant", "sponsor", 1, "--amount", "0.1", account=BEN, code=4)["error"]
    assert units(shell("participant", "reclaim", 1, account=BEN)) == 0
    shell.advance_to(opened["score_ends"])
    assert shell("organizer", "settle", 1, account=ADA)["outcome"] == "refunded"
    assert shell("participant", "show", 1)["next_steps"] == [
        {"role": "sponsor", "step": "bring your money back: “participant reclaim 1”"}
    ]
    assert units(shell("participant", "reclaim", 1, "--sponsor", BEN, account=ADA)) == ETHER * 3 // 10
    assert contract_of(shell).chain.balance(contract_of(shell).address) == 0


@pytest.mark.parametrize(
    ("options", "said"),
    [
        (["--reveal-time", 599], "9m 59s for reveal is too short"),
        (["--holdout", "sealed"], "only while nobody else has the prices"),
        (["--max-submissions", 1], "is not a whole number from 2 to 1,024"),
    ],
)
def test_an_offer_that_nobody_should_make_is_refused(
    options: list[object], said: str, shell: Shell, tmp_path: Path
) -> None:
    prices = fetch(shell, tmp_path / "prices")
    given = ("--coin", "LTC", "--minimum", 0.5, "--allow-luck", "--reward", "0.5", "--evaluator", EVALUATOR)
    shell.capsys.readouterr()
    assert run(shell.argv("organizer", "open", "--prices", prices, *given, *options, account=ORGANIZER)) in (2, 4)
    assert said in "".join(shell.capsys.readouterr())
    assert shell("participant", "list")["contests"] == []


def test_a_contest_nobody_entered_can_be_cancelled(shell: Shell, tmp_path: Path) -> None:
    open_contest(shell, fetch(shell, tmp_path / "prices"))
    assert "NotOrganizer" in shell("organizer", "cancel", 1, account=ADA, code=4)["error"]
    shell("organizer", "cancel", 1, account=ORGANIZER)
    assert shell("participant", "show", 1)["outcome"] == "cancelled"
    assert contract_of(shell).chain.balance(contract_of(shell).address) == 0
    assert "there is no contest 2" in shell("participant", "show", 2, code=4)["error"]
