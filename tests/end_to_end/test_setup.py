"""SetUp.py: a whole contest in one command, on the sample and on real prices."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from hyperbounty.bounty.manifest import Manifest
from hyperbounty.bounty.report import Report
from hyperbounty.cli.main import guard
from hyperbounty.training.cache import VARIABLE
from SetUp import main
from tests.end_to_end.shell import units

ROOT = Path(__file__).parents[2]
REAL = ROOT.parent / "shared" / "data" / "prices-5m-2019"
ETHER = 10**18
# A tenth of the reward from sixteen entries, to two digits.
FEE = 63 * 10**14


def paid_by_payee(result: dict[str, Any]) -> dict[str, int]:
    return {paid["payee"]: units(paid) for paid in result["paid"]}


@pytest.fixture(scope="module", autouse=True)
def compiled_once(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    """Every contest here has the same specs; that a program found again trains the same is shown elsewhere."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv(VARIABLE, str(tmp_path_factory.mktemp("compiled")))
        yield


def set_up(out: Path, *options: object, encoding: str = "utf-8") -> tuple[dict[str, Any], str]:
    command = [sys.executable, "SetUp.py", "--out", str(out), "--json", str(out / "copy.json"), *map(str, options)]
    environment = os.environ | {"PYTHONIOENCODING": encoding}
    done = subprocess.run(command, cwd=ROOT, capture_output=True, encoding=encoding, env=environment, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    result: dict[str, Any] = json.loads((out / "copy.json").read_text())
    return result, done.stdout


@pytest.mark.training
def test_the_default_contest_is_won_by_skill(tmp_path: Path) -> None:
    # A terminal that lacks some of what is drawn, as most of Windows do.
    result, shown = set_up(tmp_path, encoding="cp1252")
    assert "--- submissions are over" in shown
    assert result["outcome"] == "won"
    assert result["synthetic"] is True
    assert "(synthetic)" in shown
    by_name = {score["name"]: score["score_ppm"] for score in result["scores"]}
    assert set(by_name) == {"Ada", "Ben", "Cem"}
    best = max(result["scores"], key=lambda score: score["score_ppm"])
    assert result["winner"] == best["participant"]
    # The bar is the least that keeps luck below 5%, and the sensible specs clear it.
    manifest = Manifest.parse((tmp_path / "manifest.json").read_bytes())
    assert manifest.estimates.chance_of_any_ppm <= 50_000
    assert manifest.minimum_score_ppm == manifest.estimates.bar_ppm == result["minimum_ppm"]
    assert min(by_name["Ada"], by_name["Ben"]) >= result["minimum_ppm"]
    board = {place["index"]: place for place in result["leaderboard"]["places"]}
    assert (board[0]["place"], board[1]["place"]) == (1, 1), "the holdout cannot tell them apart"
    assert max(board[0]["p_value_ppm"], board[1]["p_value_ppm"]) < 50_000
    assert paid_by_payee(result)[result["winner"]] == units(result["reward"]) == ETHER
    # Two bonds come back. The evaluator has its fee and those of the entries that it scored; those of Dot, Eve and Fay
    # are burned.
    assert units(result["burned"]) == 3 * FEE
    assert sum(paid_by_payee(result).values()) == ETHER + 2 * ETHER // 10 + ETHER // 20 + 3 * FEE
    assert result["dispute"] is None
    assert {"open", "submit", "reveal", "record", "settle"} <= result["gas"].keys()
    assert "CommitmentMismatch" in shown
    assert "SpecFieldOutOfRange" in shown
    assert Report.parse((tmp_path / "report.json").read_bytes()).scores == [s["score_ppm"] for s in result["scores"]]
    assert (tmp_path / "contest.png").read_bytes().startswith(b"\x89PNG")
    assert json.loads((tmp_path / "result.json").read_text()) == result


@pytest.mark.training
@pytest.mark.anvil
@pytest.mark.kubo
def test_on_a_real_chain_and_a_real_ipfs_node_an_evaluator_that_lies_is_overturned_and_pays(
    tmp_path: Path, anvil_url: str, ipfs_address: str
) -> None:
    # Four times the trainings of a contest. Without nodes, test_dispute_by_commands plays it with small specs.
    result, shown = set_up(tmp_path, "--rpc", anvil_url, "--ipfs", ipfs_address, "--dispute", "--runs", 1)
    assert not (tmp_path / "home" / "store").exists()
    by_name = {score["name"]: score for score in result["scores"]}
    dispute = result["dispute"]
    # The lie put Cem, who is worst, first.
    assert max(dispute["recorded_ppm"]) == dispute["recorded_ppm"][2] > by_name["Cem"]["score_ppm"] + 30_000
    assert (result["outcome"], dispute["verdict"]) == ("won", "overturned")
    assert result["winner"] in (by_name["Ada"]["participant"], by_name["Ben"]["participant"])
    assert dispute["challenger"] == by_name["Ada"]["participant"]
    assert sorted(dispute["agreed"]) == [False, True, True]
    bond, fee = ETHER // 10, ETHER // 100
    expected = {member: bond + (fee if agreed else 0) for member, agreed in members(dispute)}
    # Half of the evaluator's bond is burned, the other half pays the members and the challenger. Each of the three that
    # revealed gets a fee back that the evaluator did not earn.
    for name in ("Ada", "Ben", "Cem"):
        expected[by_name[name]["participant"]] = FEE
    expected[dispute["challenger"]] += bond + bond // 2 - 2 * fee
    expected[result["winner"]] += ETHER
    paid = paid_by_payee(result)
    assert [paid.pop(payee) for payee in expected] == list(expected.values())
    # What is left is the organizer's: its bond, and the fee that the evaluator did not earn.
    assert list(paid.values()) == [bond + ETHER // 20]
    assert units(result["burned"]) == bond // 2 + 2 * FEE
    assert "differs" in shown


def members(dispute: dict[str, Any]) -> list[tuple[str, bool]]:
    return list(zip(dispute["panel"]["members"], dispute["agreed"], strict=True))


@pytest.mark.training
def test_a_bar_that_nobody_clears_gives_the_reward_back(tmp_path: Path) -> None:
    result, shown = set_up(tmp_path, "--minimum", 0.99, "--runs", 1, "--workers", 1)
    assert (result["outcome"], result["winner"]) == ("refunded", None)
    # The evaluator's scores stand: it is paid. Reward and bond go to the organizer, and three fees are burned.
    assert list(paid_by_payee(result).values()) == [ETHER // 10 + ETHER // 20 + 3 * FEE, ETHER + ETHER // 10]
    assert units(result["burned"]) == 3 * FEE
    assert "is below 99%" in shown


@pytest.mark.training
@pytest.mark.real_data
@pytest.mark.skipif(not REAL.exists(), reason="needs the recorded prices in ../shared/data")
def test_real_prices_of_four_coins(tmp_path: Path) -> None:
    result, shown = set_up(tmp_path, "--csv", REAL, "--coin", "LTC", "--runs", 1, "--workers", 1)
    assert "24,216 rows received; dropped 83 (repeated time)" in shown
    assert result["synthetic"] is False
    assert result["outcome"] in {"won", "refunded"}
    cleared = [score for score in result["scores"] if score["score_ppm"] >= result["minimum_ppm"]]
    assert (result["outcome"] == "won") == bool(cleared)
    if not cleared:
        assert list(paid_by_payee(result).values()) == [ETHER // 10 + ETHER // 20 + 3 * FEE, ETHER + ETHER // 10]


@pytest.mark.parametrize(
    ("options", "code", "said"),
    [
        (["--coin", "DOGE"], 4, "DOGE is not among the coins"),
        (["--csv", "/nowhere"], 4, "the price folder /nowhere does not exist"),
        (["--rpc", "http://127.0.0.1:9"], 3, "no node answers at http://127.0.0.1:9"),
        (["--ipfs", "/ip4/127.0.0.1/tcp/9"], 3, "/ip4/127.0.0.1/tcp/9"),
        (["--source", "csv"], 4, "--source csv needs a folder"),
    ],
)
def test_what_cannot_run_says_so_in_one_line(
    tmp_path: Path, options: list[str], code: int, said: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert guard(main, ["--out", str(tmp_path), *options], "SetUp.py") == code
    loading, shown = capsys.readouterr().err.strip().splitlines()
    assert loading.startswith("loading ")
    assert shown.startswith("Error: ")
    assert said in shown
