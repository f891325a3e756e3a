"""`hyperbounty index run`, `check` and `rebuild`: what they print, their documents and their exit codes."""

from __future__ import annotations

import os
import signal
import sqlite3
import subprocess
import sys
from pathlib import Path

import pytest

from hyperbounty.accounts import devnet_account
from hyperbounty.bounty.contract import BountyContract
from hyperbounty.chain.connection import Chain
from hyperbounty.cli.exit_codes import ExitCode
from tests.bounty.usual_terms import usual_terms
from tests.cli.conftest import Command

pytestmark = [pytest.mark.heavy]


@pytest.fixture
def contest(devnet: str, hb: Command) -> str:
    """A devnet on which somebody has offered a contest."""
    hb("deploy", "HyperparameterBounty", "--account", "devnet-0", "--rpc", devnet)
    with Chain.connect(devnet) as chain:
        address = hb("deploy", "--list", "--json").json["deployments"][-1]["contract"]
        contract = BountyContract.at(chain, address)
        terms = usual_terms(chain.timestamp(), devnet_account(1, chain).address)
        contract.open(devnet_account(0, chain), terms)
    return devnet


def test_an_index_is_made_compared_and_made_anew(hb: Command, contest: str, home: Path) -> None:
    on = ("--rpc", contest)
    ran = hb("index", "run", "--once", "--json", *on).json
    assert (ran["events"], ran["index_status"], ran["block"]) == (1, "following", ran["head"])
    assert sum(ran["documents"].values()) == 1
    assert hb("index", "check", "--json", *on).json["differences"] == []
    said = hb("index", "run", "--once", *on)
    assert "1 event," in said.out
    assert "Next: " in said.out
    assert hb("index", "rebuild", "--json", *on).json["events"] == 1
    assert "No differences" in hb("index", "check", *on).out
    assert (home / "index.sqlite").exists()


def test_a_difference_is_named_with_the_way_out(hb: Command, contest: str, home: Path) -> None:
    on = ("--rpc", contest)
    hb("index", "run", "--once", *on)
    database = sqlite3.connect(home / "index.sqlite")
    with database:
        database.execute("UPDATE bounty_contests SET standing = 7")
    database.close()
    found = hb("index", "check", "--json", *on, code=ExitCode.DIFFERS).json["differences"]
    assert [(each["subject"], each["index_says"], each["chain_says"]) for each in found] == [("1", "7", "0")]
    assert "standing" in found[0]["what"]
    said = hb("index", "check", *on, code=ExitCode.DIFFERS)
    assert "hyperbounty index rebuild" in said.out
    hb("index", "rebuild", *on)
    hb("index", "check", *on)


def test_an_index_that_is_not_there_is_said(hb: Command, contest: str) -> None:
    refused = hb("index", "check", "--rpc", contest, code=ExitCode.REFUSED)
    assert "hyperbounty index run --once" in refused.err


def test_a_chain_without_the_contract_is_said(hb: Command, devnet: str) -> None:
    assert "deploy" in hb("index", "run", "--once", "--rpc", devnet, code=ExitCode.REFUSED).err


def test_a_node_that_is_not_there_is_said(hb: Command) -> None:
    hb("index", "run", "--once", "--rpc", "http://127.0.0.1:9", code=ExitCode.UNAVAILABLE)


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_a_signal_ends_it_well_and_a_second_process_is_refused(
    hb: Command, contest: str, home: Path, number: signal.Signals
) -> None:
    command = [sys.executable, "-m", "hyperbounty", "index", "run", "--rpc", contest, "--home", str(home)]
    process = subprocess.Popen(
        command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, env={**os.environ, "PYTHONUNBUFFERED": "1"}
    )
    try:
        assert process.stderr is not None
        assert any("following" in line for line in process.stderr)
        second = hb("index", "run", "--once", "--rpc", contest, code=ExitCode.UNAVAILABLE)
        assert "another process keeps the index" in second.err
        process.send_signal(number)
        out, _ = process.communicate()
    finally:
        process.kill()
        process.wait()
    assert process.returncode == 0
    assert "is at block" in out
