"""`participant list`, as people look for a contest to enter."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from hyperbounty.cli.main import run
from tests.end_to_end.shell import Shell
from tests.end_to_end.steps import EVALUATOR, FAST, ORGANIZER, fetch, offer, open_contest


def numbers(shown: dict[str, Any]) -> list[int]:
    return [contest["contest"] for contest in shown["contests"]]


def test_contests_are_found_by_what_takes_entries_ends_next_or_pays_most(
    shell: Shell, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert shell("participant", "list")["contests"] == []
    prices = fetch(shell, tmp_path / "prices")
    opened = open_contest(shell, prices, "--submit-time", "3d")
    shell("organizer", "cancel", opened["contest"], account=ORGANIZER)
    open_contest(shell, prices, "--copy", 2, "--submit-time", "5d")
    offer(shell, prices, "--copy", 3, "--submit-time", "1d", "--reward", "0.7")
    # Its bar is above what luck reaches.
    offer(shell, prices, "--copy", 4, "--submit-time", "2d", "--minimum", "0.9")
    shell("evaluator", "accept", 4, *FAST, account=EVALUATOR)

    shown = shell("participant", "list")
    assert numbers(shown) == [1, 2, 3, 4]
    cancelled, second, third, fourth = shown["contests"]
    assert (cancelled["phase"], cancelled["left_seconds"], cancelled["luck_ppm"]) == ("cancelled", None, None)
    assert second["left_seconds"] == second["submit_ends"] - shown["timestamp"] > 4 * 86_400
    assert second["luck_ppm"] == third["luck_ppm"] == 1_000_000
    assert fourth["luck_ppm"] < 50_000
    assert second["organizer_record"] == dict.fromkeys(second["organizer_record"], 0)
    assert second["dispute"]["panel"]["members"] == []
    assert numbers(shell("participant", "list", "--open")) == [2, 4]
    assert numbers(shell("participant", "list", "--open", "--sort", "ends")) == [4, 2]
    assert numbers(shell("participant", "list", "--sort", "reward"))[0] == 3
    seen = shell("participant", "show", 4)
    assert {name: seen[name] for name in fourth if name in seen} == {
        name: value for name, value in fourth.items() if name in seen
    }
    assert fourth.keys() - seen.keys() == {"left_seconds", "luck_ppm", "organizer_record"}

    argv = [each for each in shell.argv("participant", "list") if each != "--json"]
    monkeypatch.setenv("COLUMNS", "80")
    assert run(argv) == 0
    out = shell.capsys.readouterr().out
    assert out.startswith("The chain's time is 20")
    assert "PAID, up to 100%" in out
    assert "`hyperbounty participant show CONTEST`" in out


def test_without_its_manifest_a_contest_is_listed_and_its_luck_is_not_known(shell: Shell, tmp_path: Path) -> None:
    open_contest(shell, fetch(shell, tmp_path / "prices"))
    (shell.home / "store").rename(tmp_path / "elsewhere")
    [contest] = shell("participant", "list")["contests"]
    assert contest["luck_ppm"] is None
    shell.advance_to(contest["submit_ends"])
    assert shell("participant", "list", "--open")["contests"] == []
