"""A contest as one file: written from a template, checked, opened, and saved, by the commands."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from hyperbounty.accounts import devnet_account
from hyperbounty.chain.artifacts import Artifact
from hyperbounty.chain.connection import Chain
from hyperbounty.cli.main import run
from organizer.bounty.templates import TEMPLATES
from tests.end_to_end.shell import Shell, units
from tests.end_to_end.steps import BEN, EVALUATOR, ORGANIZER, SAMPLE

pytestmark = pytest.mark.heavy
OWN_PRICES = ("future", "strangers")
QUICK = ("--no-training",)
LONE = ("--coin", "LTC", "--reward", "1 ether", "--evaluator", EVALUATOR, "--max-submissions", 16)


def token_of_devnet_9(shell: Shell) -> None:
    """The first contract of this account, a token of which the organizer has 1,000."""
    found = json.loads((Path(__file__).parents[2] / "contracts/artifacts/test/ClearFirstToken.json").read_text())
    artifact = Artifact("token", tuple(found["abi"]), bytes.fromhex(found["bytecode"].removeprefix("0x")), b"")
    with Chain.connect(shell.rpc) as chain:
        address, _ = chain.deploy(artifact, devnet_account(9, chain))
        token = chain.contract(address, artifact.abi)
        organizer = devnet_account(0, chain)
        chain.send(token.functions.mint(organizer.address, 1_000 * 10**6), organizer)


def written(shell: Shell, folder: Path, template: str = "sample") -> Path:
    """The file of a template, the prices that it names beside it."""
    file = folder / "contest.toml"
    assert shell("organizer", "init", file, "--template", template) == {"file": str(file), "template": template}
    source = ("--csv", SAMPLE) if template in OWN_PRICES else ()
    shell("organizer", "fetch", *source, "--out", folder / "prices")
    return file


def said(shell: Shell, *arguments: object, code: int = 0) -> str:
    """What a command of the organizer prints for people, on both streams."""
    shell.capsys.readouterr()
    got = run([part for part in shell.argv("organizer", *arguments, account=ORGANIZER) if part != "--json"])
    out, err = shell.capsys.readouterr()
    assert got == code, out + err
    return " ".join((out + err).split())


def transactions(shell: Shell) -> int:
    with Chain.connect(shell.rpc) as chain:
        return int(chain.w3.eth.get_transaction_count(devnet_account(0, chain).address))


@pytest.mark.parametrize("template", TEMPLATES)
def test_each_template_opens_as_it_stands_and_the_check_before_it_sends_nothing(
    shell: Shell, tmp_path: Path, template: str
) -> None:
    if template == "token":
        token_of_devnet_9(shell)
    file = written(shell, tmp_path, template)
    before = transactions(shell)
    checked = shell("organizer", "check", file, *QUICK, account=ORGANIZER)
    assert (checked["refusals"], checked["pays_for_luck"], transactions(shell)) == ([], False, before)
    assert not (shell.home / "store").exists()
    opened = shell("organizer", "open", file, "--yes", account=ORGANIZER)
    assert opened["contest"] == 1
    for name in ("escrow", "organizer_bond", "evaluator_bond", "entry_fee", "score_seconds"):
        assert opened[name] == checked[name], name
    shown = shell("participant", "show", 1)
    assert shown["minimum_ppm"] == checked["minimum_ppm"]
    assert shown["estimates"] == checked["estimates"]
    # Of a token nobody can tell the gas before it is approved.
    assert (checked["gas_needed"] is None) == (template == "token")
    if checked["gas_needed"] is not None:
        assert opened["gas_used"] <= checked["gas_needed"]
        assert units(opened["network_fee"]) <= units(checked["highest_network_fee"])
    assert ("challenge_ends" in checked["planned_ends"]) == (template in ("strangers", "panel"))


def test_a_contest_is_the_same_whether_a_file_or_options_say_it(shell: Shell, tmp_path: Path) -> None:
    file = written(shell, tmp_path)
    options = ("--prices", tmp_path / "prices", *LONE)
    by_file = shell("organizer", "open", file, "--yes", account=ORGANIZER)
    by_options = shell("organizer", "open", *options, "--yes", account=ORGANIZER)
    assert (by_file["opened_before"], by_options["opened_before"]) == (False, True)
    assert by_options["transaction"] == by_file["transaction"]
    # An option overrides the file, and then it is another contest.
    other = shell("organizer", "open", file, "--reward", "2 ether", "--yes", account=ORGANIZER)
    assert (other["contest"], units(other["escrow"])) == (2, 22 * 10**17)


def test_what_options_open_is_saved_as_a_file_that_opens_it(shell: Shell, tmp_path: Path) -> None:
    written(shell, tmp_path)
    file = tmp_path / "saved.toml"
    options = ("--prices", tmp_path / "prices", *LONE, "--panel", "devnet-7,devnet-8,devnet-9", "--shares", "75,25")
    opened = shell("organizer", "open", *options, "--save", file, "--yes", account=ORGANIZER)
    content = file.read_text()
    assert 'prices = "prices"' in content
    assert "0x70997970C51812dc3A010C7d01b50e0d17dc79C8" in content
    again = shell("organizer", "open", file, "--yes", account=ORGANIZER)
    assert (again["contest"], again["opened_before"]) == (opened["contest"], True)
    # The same command goes on; another contest does not replace the file.
    shell("organizer", "open", *options, "--save", file, "--yes", account=ORGANIZER)
    refused = shell("organizer", "open", *options, "--runs", 1, "--save", file, "--yes", account=ORGANIZER, code=4)
    assert "exists already" in refused["error"]
    assert file.read_text() == content
    assert len(shell("participant", "list")["contests"]) == 1


def test_a_check_refuses_a_bar_that_pays_for_luck_and_the_file_can_say_that_it_is_meant(
    shell: Shell, tmp_path: Path
) -> None:
    file = written(shell, tmp_path)
    low = file.read_text().replace('luck = "5%"', 'minimum = "52%"')
    file.write_text(low)
    checked = shell("organizer", "check", file, *QUICK, account=ORGANIZER, code=1)
    assert checked["pays_for_luck"]
    [refusal] = checked["refusals"]
    assert "without any skill" in refusal["error"]
    assert "--allow-luck" in refusal["next_step"]
    assert "REFUSED" in said(shell, "check", file, *QUICK, code=1)
    refused = shell("organizer", "open", file, "--yes", account=ORGANIZER, code=4)
    assert refused["error"] == refusal["error"]

    file.write_text(low.replace("# allow_luck = true", "allow_luck = true"))
    assert "PAYS FOR LUCK" in said(shell, "check", file, *QUICK)
    assert shell("organizer", "open", file, "--yes", account=ORGANIZER)["contest"] == 1


def test_all_that_stands_against_a_contest_is_told_at_once(shell: Shell, tmp_path: Path) -> None:
    file = written(shell, tmp_path)
    options = ("--minimum", "52%", "--reveal-time", "5m", "--score-time", "1h", "--panel", EVALUATOR)
    checked = shell("organizer", "check", file, *QUICK, *options, account=ORGANIZER, code=1)
    reasons = " / ".join(refusal["error"] for refusal in checked["refusals"])
    # The file's luck makes no bar where an option gives the bar itself.
    for reason in ("without any skill", "5m for reveal is too short", "the time for scoring is 1h", "PartyOnPanel"):
        assert reason in reasons
    assert checked["gas_needed"] is None
    assert transactions(shell) == 1


def test_a_check_needs_an_address_and_no_password(shell: Shell, tmp_path: Path) -> None:
    file = written(shell, tmp_path)
    assert "no account is named" in shell("organizer", "check", file, *QUICK, code=4)["error"]
    with Chain.connect(shell.rpc) as chain:
        ben = devnet_account(BEN, chain).address
    assert shell("organizer", "check", file, *QUICK, account=ben)["refusals"] == []
    poor = shell("organizer", "check", file, *QUICK, account="0x" + "12" * 20, code=1)
    assert "needs" in poor["refusals"][0]["error"]


def test_what_a_check_says_to_people(shell: Shell, tmp_path: Path) -> None:
    file = written(shell, tmp_path)
    shown = said(shell, "check", file, *QUICK)
    for part in (
        "(synthetic), in",
        "rows received",
        "escrow 1.1 ETH",
        " UTC ",
        "gas at most",
        "trainings all 16 entries take at most",
        "baselines none was trained: left out",
        "58.7262% keeps luck from being paid",
        f"Next: open it: `hyperbounty organizer open {file} --account devnet-0",
    ):
        assert part in shown
    assert "with the same options" in said(shell, "check", file, *QUICK, "--reward", "2")


@pytest.mark.training
def test_a_check_says_whether_plain_specs_reach_the_bar(shell: Shell, tmp_path: Path) -> None:
    file = tmp_path / "contest.toml"
    shell("organizer", "init", file)
    shell("organizer", "fetch", "--coins", "LTC", "--out", tmp_path / "prices")
    quick = ("--run-time", "2s", "--sequence-length", 8)
    checked = shell("organizer", "check", file, *quick, account=ORGANIZER)
    assert [each["name"] for each in checked["baselines"]] == ["small", "middle", "large"]
    best = max(each["chance_ppm"] for each in checked["baselines"])
    assert checked["bar_verdict"] == ("within_reach" if best >= 100_000 else "hardly_reachable")
    # What is refused is to be mended first.
    refused = said(shell, "check", file, *quick, "--minimum", "52%", code=1)
    assert "none was trained: not before what is refused is mended" in refused
    assert transactions(shell) == 1


def test_one_account_has_one_seat_whatever_it_is_called(shell: Shell, tmp_path: Path) -> None:
    file = written(shell, tmp_path, "panel")
    with Chain.connect(shell.rpc) as chain:
        eight = devnet_account(8, chain).address
    file.write_text(file.read_text().replace('"devnet-9"]', f'"{eight}"]'))
    refused: dict[str, Any] = shell("organizer", "open", file, "--yes", account=ORGANIZER, code=4)
    assert f"devnet-8 and {eight} are one account" in refused["error"]
    assert str(file) in refused["error"]


def test_an_amount_in_a_unit_that_the_token_lacks_is_told_with_its_line(shell: Shell, tmp_path: Path) -> None:
    token_of_devnet_9(shell)
    file = written(shell, tmp_path, "token")
    content = file.read_text().replace('reward = "250"', 'reward = "250 USDC"')
    file.write_text(content)
    line = content.splitlines().index('reward = "250 USDC"') + 1
    refused = shell("organizer", "open", file, "--yes", account=ORGANIZER, code=4)
    assert f"{file}:{line}: reward: 'USDC' in '250 USDC' is not a unit of CLR" in refused["error"]
