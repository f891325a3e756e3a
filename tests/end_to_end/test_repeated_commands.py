"""The same command twice does once what it does: whoever is not sure gives it again."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from hyperbounty.accounts import devnet_account
from hyperbounty.bounty.contract import BountyContract
from hyperbounty.chain.artifacts import load_artifact
from tests.end_to_end.shell import Shell, units
from tests.end_to_end.steps import (
    ADA,
    BEN,
    EVALUATOR,
    FAST,
    OPEN,
    ORGANIZER,
    contract_of,
    fetch,
    offer,
    open_contest,
    spec_file,
)
from tests.faults.proxy import Exchange, FaultyProxy, Moment, running


def events(contract: BountyContract) -> Counter[str]:
    """How often the bounty contract has emitted each event."""
    abi = load_artifact(BountyContract.NAME).abi
    at = contract.chain.contract(contract.address, abi)
    names = [entry["name"] for entry in abi if entry["type"] == "event"]
    return Counter({name: count for name in names if (count := len(contract.chain.logs(at.events[name](), 0)))})


def sent(contract: BountyContract, *accounts: str) -> dict[str, int]:
    """How many transactions each account has sent."""
    count = contract.chain.w3.eth.get_transaction_count
    return {name: count(devnet_account(name, contract.chain).address) for name in accounts}


class Vanishing:
    """A node that is gone, for as long as a command runs, once that has handed it a transaction.

    By turns it goes before it has the transaction and after.
    """

    def __init__(self) -> None:
        self.moment = Moment.RECEIVED
        self.gone = False

    def __call__(self, _: int, moment: Moment, exchange: Exchange) -> bool:
        if b"eth_sendRawTransaction" in exchange.body and moment is self.moment:
            self.gone = True
        return self.gone and moment is not Moment.ANSWERED

    def back(self) -> None:
        self.gone = False
        self.moment = Moment.FORWARDED if self.moment is Moment.RECEIVED else Moment.RECEIVED


class Interrupted:
    """A shell whose every transaction is cut off; the command is given again, and then once more."""

    def __init__(self, plain: Shell, through: Shell, node: Vanishing) -> None:
        self.plain, self.through, self.node = plain, through, node

    def __call__(self, *arguments: object, account: str) -> dict[str, Any]:
        assert "error" in self.through(*arguments, account=account, code=3)
        assert self.node.gone
        self.node.back()
        done = self.plain(*arguments, account=account)
        again = self.plain(*arguments, account=account)
        assert again == done
        return done


@pytest.fixture
def interrupted(shell: Shell, monkeypatch: pytest.MonkeyPatch) -> Iterator[Interrupted]:
    monkeypatch.setenv("HYPERBOUNTY_OUTAGE", "0")
    node = Vanishing()
    with running(FaultyProxy(shell.rpc, watcher=node)) as url:
        yield Interrupted(shell, replace(shell, rpc=url), node)


@pytest.mark.training
def test_a_contest_whose_every_command_is_interrupted_and_given_twice_more(
    interrupted: Interrupted, tmp_path: Path
) -> None:
    shell, prices = interrupted.plain, tmp_path / "prices"
    fetch(shell, prices)
    contract = contract_of(shell)
    before = sent(contract, ORGANIZER, EVALUATOR, ADA, BEN)
    opened = interrupted("organizer", "open", "--prices", prices, *OPEN, account=ORGANIZER)
    assert (opened["contest"], opened["opened_before"]) == (1, True)
    opened = interrupted("evaluator", "accept", 1, *FAST, account=EVALUATOR)
    ada, ben = spec_file(tmp_path, "ada", epochs=1), spec_file(tmp_path, "ben", cell="LSTM", epochs=1)
    interrupted("participant", "submit", 1, "--spec", ada, account=ADA)
    interrupted("participant", "submit", 1, "--spec", ada, account=BEN)
    interrupted("participant", "submit", 1, "--spec", ben, "--entry", 0, account=BEN)
    longer = interrupted("organizer", "extend", 1, "--by", 60, account=ORGANIZER)
    assert longer["submit_ends"] == opened["submit_ends"] + 60
    interrupted("participant", "withdraw", 1, "--submission", 0, account=BEN)
    # Taken back, the same spec is another submission.
    interrupted("participant", "submit", 1, "--spec", ben, account=BEN)
    shell.advance_to(longer["submit_ends"])
    interrupted("participant", "reveal", 1, account=ADA)
    interrupted("participant", "reveal", 1, account=BEN)
    deadlines = shell("participant", "show", 1)
    shell.advance_to(deadlines["reveal_ends"])
    interrupted("organizer", "publish-key", 1, account=ORGANIZER)
    interrupted("evaluator", "run", 1, "--workers", 1, account=EVALUATOR)
    shell.advance_to(deadlines["challenge_ends"])
    settled = interrupted("organizer", "settle", 1, account=ORGANIZER)
    assert settled["outcome"] == "won"
    assert events(contract) == {
        **dict.fromkeys(
            (
                "Opened",
                "Accepted",
                "Started",
                "Extended",
                "SubmissionWithdrawn",
                "HoldoutKeyPublished",
                "ScoresRecorded",
            ),
            1,
        ),
        **{"Submitted": 4, "Revealed": 2, "Settled": 1, "Paid": events(contract)["Paid"]},
    }
    after = sent(contract, ORGANIZER, EVALUATOR, ADA, BEN)
    assert {name: after[name] - before[name] for name in after} == {ORGANIZER: 4, EVALUATOR: 2, ADA: 2, BEN: 5}
    assert contract.chain.balance(contract.address) == 0


def test_what_waits_for_a_participant_is_brought_in_once(interrupted: Interrupted, tmp_path: Path) -> None:
    shell, prices = interrupted.plain, tmp_path / "prices"
    opened = open_contest(shell, fetch(shell, prices))
    shell("participant", "submit", 1, "--spec", spec_file(tmp_path, "ada"), account=ADA)
    shell.advance_to(opened["submit_ends"])
    shell("participant", "reveal", 1, account=ADA)
    shell.advance_to(opened["score_ends"])
    shell("organizer", "settle", 1, account=ORGANIZER)
    interrupted.through("participant", "withdraw", 1, account=ADA, code=3)
    interrupted.node.back()
    assert shell("participant", "withdraw", 1, account=ADA)["claims"] == 1
    assert shell("participant", "withdraw", 1, account=ADA)["claims"] == 0
    contract = contract_of(shell)
    assert events(contract)["Claimed"] == 1
    assert contract.chain.balance(contract.address) == 0


def test_a_contest_called_off_twice_is_called_off(interrupted: Interrupted, tmp_path: Path) -> None:
    shell, prices = interrupted.plain, tmp_path / "prices"
    offer(shell, fetch(shell, prices))
    interrupted("organizer", "cancel", 1, account=ORGANIZER)
    assert events(contract_of(shell)) == {"Opened": 1, "Cancelled": 1, "Paid": 1}


def test_money_added_and_brought_back_twice_is_so_once(interrupted: Interrupted, tmp_path: Path) -> None:
    shell = interrupted.plain
    open_contest(shell, fetch(shell, tmp_path / "prices"))
    interrupted("participant", "sponsor", 1, "--amount", "0.2", account=BEN)
    shell("organizer", "cancel", 1, account=ORGANIZER)
    interrupted.through("participant", "reclaim", 1, account=BEN, code=3)
    interrupted.node.back()
    shell("participant", "reclaim", 1, account=BEN)
    assert units(shell("participant", "reclaim", 1, account=BEN)) == 0
    contract = contract_of(shell)
    assert (events(contract)["Sponsored"], events(contract)["Reclaimed"]) == (1, 1)
    assert contract.chain.balance(contract.address) == 0


def test_a_second_contest_that_is_equal_is_asked_for(shell: Shell, tmp_path: Path) -> None:
    fetch(shell, tmp_path / "prices")
    command = ("organizer", "open", "--prices", tmp_path / "prices", *OPEN)
    first = shell(*command, account=ORGANIZER)
    assert shell(*command, account=ORGANIZER)["contest"] == first["contest"] == 1
    second = shell(*command, "--copy", 2, account=ORGANIZER)
    assert (second["contest"], second["opened_before"]) == (2, False)
    # Another holdout key: what opens one contest must not open the other.
    assert second["manifest"] != first["manifest"]
    assert shell(*command, "--copy", 2, account=ORGANIZER)["contest"] == 2
    assert shell(*command, "--title", "Another", account=ORGANIZER)["contest"] == 3
    assert shell(*command, account=BEN)["contest"] == 4


def test_extensions_count_from_the_beginning_and_never_shorten(shell: Shell, tmp_path: Path) -> None:
    ends = open_contest(shell, fetch(shell, tmp_path / "prices"))["submit_ends"]
    assert shell("organizer", "extend", 1, "--by", 60, account=ORGANIZER)["submit_ends"] == ends + 60
    assert shell("organizer", "extend", 1, "--by", 100, account=ORGANIZER)["submit_ends"] == ends + 100
    refused = shell("organizer", "extend", 1, "--by", 60, account=ORGANIZER, code=4)
    assert "extended by 100 s already" in refused["error"]


def test_an_interrupted_deployment_is_found_again(interrupted: Interrupted) -> None:
    shell = interrupted.plain
    contract = contract_of(shell)
    before = sent(contract, BEN)[BEN]
    interrupted.through("deploy", "HyperparameterBounty", "--again", account=BEN, code=3)
    interrupted.node.back()
    assert shell("deploy", "HyperparameterBounty", "--again", account=BEN)["deployed"] is True
    assert shell("deploy", "HyperparameterBounty", account=BEN)["deployed"] is False
    assert sent(contract, BEN)[BEN] - before == 1
