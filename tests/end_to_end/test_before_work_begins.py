"""What people learn before they work or pay, not after: roles, balances, slots, and what would be overwritten."""

from __future__ import annotations

from pathlib import Path

import pytest
from eth_account import Account

from hyperbounty.accounts import KEY_VARIABLE
from hyperbounty.cli.main import run
from tests.end_to_end.shell import Shell, units
from tests.end_to_end.steps import (
    ADA,
    BEN,
    EVALUATOR,
    FAST,
    OPEN,
    ORGANIZER,
    fetch,
    offer,
    open_contest,
    spec_file,
)

ETHER = 10**18
FEE = ETHER // 100


def ran(shell: Shell, *arguments: object, account: str | None = None) -> tuple[int, str, str]:
    """Exit code, standard output and standard error of a command as people see it."""
    argv = [each for each in shell.argv(*arguments, account=account) if each != "--json"]
    shell.capsys.readouterr()
    code = run(argv)
    return code, *shell.capsys.readouterr()


def test_a_second_submission_takes_the_next_free_slot_and_replaces_only_what_is_named(
    shell: Shell, tmp_path: Path
) -> None:
    opened = open_contest(shell, fetch(shell, tmp_path / "prices"), "--max-per-address", 2)
    specs = [spec_file(tmp_path, str(epochs), epochs=epochs) for epochs in (1, 2, 3)]
    slots = [shell("participant", "submit", 1, "--spec", spec, account=ADA)["entry"] for spec in specs[:2]]
    assert slots == [0, 1]
    # The same spec again is the same submission.
    again = [shell("participant", "submit", 1, "--spec", spec, account=ADA)["entry"] for spec in specs[:2]]
    assert again == [0, 1]
    assert "are taken" in shell("participant", "submit", 1, "--spec", specs[2], account=ADA, code=4)["error"]
    missing = shell("participant", "submit", 1, "--spec", specs[2], "--entry", 2, account=ADA, code=4)
    assert "there is no slot 2" in missing["error"]
    _, _, said = ran(shell, "participant", "submit", 1, "--spec", specs[2], "--entry", 1, account=ADA)
    assert "REPLACES what stands in your slot 1: GRU 8 · adam 0.01 · batch 128 · 2 epochs" in said
    shown = shell("participant", "show", 1, account=ADA)
    assert (shown["standing"], [each["entry"] for each in shown["entries"]]) == (2, [0, 1])

    shell.advance_to(opened["submit_ends"])
    several = shell("participant", "reveal", 1, account=ADA, code=4)
    assert "2 submissions" in several["error"]
    revealed = shell("participant", "reveal", "--all", account=ADA)
    assert [(each["contest"], each["entry"]) for each in revealed["opened"]] == [(1, 0), (1, 1)]
    assert shell("participant", "reveal", 1, "--all", account=ADA)["opened"] == []
    assert shell("participant", "show", 1)["revealed"] == 2


def test_entries_say_what_is_at_risk_and_what_to_do_next(shell: Shell, tmp_path: Path) -> None:
    opened = open_contest(shell, fetch(shell, tmp_path / "prices"))
    assert shell("participant", "entries", account=ADA)["entries"] == []
    for epochs in (1, 2):
        shell("participant", "submit", 1, "--spec", spec_file(tmp_path, "ada", epochs=epochs), account=ADA)
    sealed = shell("participant", "entries", account=ADA)["entries"]
    assert [(each["entry"], each["state"], units(each["at_risk"]), each["openable"]) for each in sealed] == [
        (0, "sealed", FEE, True),
        (1, "sealed", FEE, True),
    ]
    # No password protects a devnet's account, so what it sealed is shown.
    assert all(each["spec"] for each in sealed)
    # Somewhere else nobody can open them, and that is said.
    elsewhere = Shell(tmp_path / "elsewhere", shell.rpc, shell.capsys)
    contract = ("--contract", shell("deploy", "--list")["deployments"][0]["contract"])
    other = elsewhere("participant", "entries", *contract, account=ADA)["entries"]
    assert [(each["spec"], each["openable"]) for each in other] == [(None, False)] * 2

    shell.advance_to(opened["submit_ends"])
    code, out, _ = ran(shell, "participant", "entries", account=ADA)
    assert (code, f"`hyperbounty participant reveal 1 --entry 1 --account {ADA} " in out) == (0, True)
    shell("participant", "reveal", 1, "--entry", 1, account=ADA)
    shell.advance_to(opened["reveal_ends"])
    late, revealed = shell("participant", "entries", account=ADA)["entries"]
    assert (late["state"], units(late["at_risk"]), late["next_step"]) == ("sealed", 0, "")
    assert "not revealed in time" in late["says"]
    assert (revealed["state"], units(revealed["at_risk"]), revealed["index"]) == ("revealed", 0, 0)

    # Nobody publishes the key: the contest is void, and who revealed has a share of the bond.
    shell.advance_to(opened["score_ends"])
    assert "organizer settle" in shell("participant", "entries", account=ADA)["entries"][1]["next_step"]
    shell("organizer", "settle", 1, account=ADA)
    _, ended = shell("participant", "entries", account=ADA)["entries"]
    assert (units(ended["share"]), units(ended["prize_won"])) == (ETHER // 20 + FEE, 0)
    assert "participant claim" in ended["next_step"]


@pytest.fixture
def poor(monkeypatch: pytest.MonkeyPatch) -> str:
    """An account that holds nothing, named by the environment; its address."""
    made = Account.create()
    monkeypatch.setenv(KEY_VARIABLE, f"0x{bytes(made.key).hex()}")
    return str(made.address)


def test_who_cannot_pay_learns_it_before_anything_is_published(shell: Shell, tmp_path: Path, poor: str) -> None:
    prices = fetch(shell, tmp_path / "prices")
    error = shell("organizer", "open", "--prices", prices, *OPEN, code=4)["error"]
    assert poor in error
    assert "needs" in error
    assert not list((shell.home / "store" / "blocks").rglob("b*"))
    assert not (shell.home / "keys").exists()


def test_terms_that_the_contract_refuses_are_refused_before_anything_is_published(shell: Shell, tmp_path: Path) -> None:
    prices = fetch(shell, tmp_path / "prices")
    # The evaluator cannot sit on the panel that judges it.
    refused = shell("organizer", "open", "--prices", prices, *OPEN, "--panel", EVALUATOR, account=ORGANIZER, code=4)
    assert "PartyOnPanel" in refused["error"]
    assert not list((shell.home / "store" / "blocks").rglob("b*"))


def test_who_has_no_part_in_a_contest_learns_it_before_training(shell: Shell, tmp_path: Path) -> None:
    opened = open_contest(shell, fetch(shell, tmp_path / "prices"))
    shell("participant", "submit", 1, "--spec", spec_file(tmp_path, "ada"), account=ADA)
    assert "WrongPhase" in shell("evaluator", "run", 1, account=EVALUATOR, code=4)["error"]
    shell.advance_to(opened["submit_ends"])
    shell("participant", "reveal", 1, account=ADA)
    shell.advance_to(opened["reveal_ends"])
    assert "KeyNotPublished" in shell("evaluator", "run", 1, account=EVALUATOR, code=4)["error"]
    shell("organizer", "publish-key", 1, account=ORGANIZER)
    assert "NotEvaluator" in shell("evaluator", "run", 1, account=BEN, code=4)["error"]
    # Not one job was made.
    assert not (shell.home / "results" / "queue.sqlite").exists()


def test_who_cannot_pay_the_bond_learns_it_before_the_machine_is_measured(
    shell: Shell, tmp_path: Path, poor: str
) -> None:
    offer(shell, fetch(shell, tmp_path / "prices"), "--evaluator", poor)
    assert "needs" in shell("evaluator", "accept", 1, code=4)["error"]
    assert not (shell.home / "results").exists()


def test_an_offer_is_shown_with_what_is_odd_about_it_and_not_sent_unless_somebody_agrees(
    shell: Shell, tmp_path: Path
) -> None:
    prices = fetch(shell, tmp_path / "prices")
    unasked = [each for each in OPEN if each != "--yes"]
    odd = ("--evaluator", ORGANIZER, "--evaluator-bond", 0)
    code, _, said = ran(shell, "organizer", "open", "--prices", prices, *unasked, *odd, account=ORGANIZER)
    assert code == 4
    assert "escrow     0.6 ETH" in said
    assert "the organizer is the evaluator too" in said
    assert "the evaluator stakes nothing" in said
    assert "bond AND reward" in said
    assert "agree with --yes" in said
    assert shell("participant", "list")["contests"] == []
    code, out, _ = ran(shell, "organizer", "open", "--prices", prices, *OPEN, account=ORGANIZER)
    assert (code, "Next: " in out.splitlines()[-1]) == (0, True)


def test_nothing_that_is_there_is_overwritten(shell: Shell, tmp_path: Path) -> None:
    prices = fetch(shell, tmp_path / "prices")
    offer(shell, prices)
    mine = tmp_path / "mine"
    mine.mkdir()
    kept = {name: mine / name for name in ("prices.csv", "training.csv", "spec.json", "contest.car")}
    for path in kept.values():
        path.write_text("mine")
    for command in (
        ("organizer", "fetch", "--out", mine),
        ("participant", "download", 1, "--out", mine),
        ("participant", "example", kept["spec.json"]),
        ("participant", "archive", 1, "--out", kept["contest.car"]),
    ):
        code, _, said = ran(shell, *command) if command[1] not in ("fetch", "example") else plain(shell, *command)
        assert (code, "nothing is overwritten" in said) == (4, True), said
    assert {path.read_text() for path in kept.values()} == {"mine"}
    assert sorted(path.name for path in mine.iterdir()) == sorted(kept)
    # An empty folder is nobody's.
    (tmp_path / "empty").mkdir()
    shell("participant", "download", 1, "--out", tmp_path / "empty")
    assert (tmp_path / "empty" / "training.csv").exists()


def plain(shell: Shell, *arguments: object) -> tuple[int, str, str]:
    """As `ran`, of a command that talks to no chain."""
    shell.capsys.readouterr()
    code = run([*map(str, arguments), "--home", str(shell.home)])
    return code, *shell.capsys.readouterr()


def test_who_accepts_reads_what_comes_next(shell: Shell, tmp_path: Path) -> None:
    offer(shell, fetch(shell, tmp_path / "prices"))
    code, out, _ = ran(shell, "evaluator", "accept", 1, *FAST, account=EVALUATOR)
    assert code == 0
    assert f"`hyperbounty evaluator run 1 --account {EVALUATOR} --rpc {shell.rpc} --home " in out.splitlines()[-1]
