"""`participant submit --wait`, from the seal to the scores in one command, and again after an interruption."""

from __future__ import annotations

import json
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from hyperbounty.accounts import devnet_account
from hyperbounty.cli.exit_codes import ExitCode
from hyperbounty.cli.main import run
from participant.bounty import waiting
from tests.documents import check
from tests.end_to_end.shell import Shell
from tests.end_to_end.steps import ADA, EVALUATOR, ORGANIZER, contract_of, fetch, open_contest, spec_file


def pauses(monkeypatch: pytest.MonkeyPatch, *steps: Callable[[], object]) -> None:
    """A step happens in each pause of who waits; all other pauses are what they are."""
    left, sleep = list(steps), time.sleep

    def pause(seconds: float) -> None:
        if seconds == waiting.PAUSE_SECONDS:
            left.pop(0)()
        else:
            sleep(seconds)

    monkeypatch.setattr(time, "sleep", pause)


def interrupt() -> None:
    raise KeyboardInterrupt


def test_one_command_goes_from_the_seal_to_the_scores(
    shell: Shell, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    opened = open_contest(shell, fetch(shell, tmp_path / "prices"))
    contract = contract_of(shell)
    told: list[str] = []

    def record() -> None:
        told.append(shell.capsys.readouterr().err)
        contract.chain.advance_to(opened["reveal_ends"])
        shell("organizer", "publish-key", 1, account=ORGANIZER)
        contract.record_scores(devnet_account(EVALUATOR, contract.chain), 1, b"r" * 32, [600_000])

    argv = shell.argv("participant", "submit", 1, "--spec", spec_file(tmp_path, "ada"), "--wait", account=ADA)
    pauses(monkeypatch, lambda: contract.chain.advance_to(opened["submit_ends"]), interrupt)
    shell.capsys.readouterr()
    assert run(argv) == ExitCode.INTERRUPTED
    out, err = shell.capsys.readouterr()
    assert "Sealed and submitted to contest 1, slot 0" in err
    assert "Revealed slot 0" in err
    assert "the same command goes on" in json.loads(out)["next_step"]

    pauses(monkeypatch, record, lambda: contract.chain.advance_to(opened["score_ends"]))
    assert run(argv) == ExitCode.DONE
    assert "An earlier run of this command sent it." in told[0]
    answer = json.loads(shell.capsys.readouterr().out)
    check(argv, answer)
    [entry] = answer["entries"]
    assert (answer["entry"], entry["entry"], entry["score_ppm"]) == (0, 0, 600_000)
    assert "wins if the scores stand" in entry["says"]
    assert contract.contest(1).standing == 1
