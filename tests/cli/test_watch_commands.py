"""The commands that watch, as somebody types them: what they print, how they end, what they need."""

from __future__ import annotations

import json
import os
import shutil
import signal
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from hyperbounty.cli.exit_codes import ExitCode
from tests.cli.conftest import Command, Ran
from tests.documents import check

SPEC = ("--spec", "spec.json")
SAMPLE = Path(__file__).parents[2] / "data" / "sample"


def events(ran: Ran) -> list[dict[str, Any]]:
    """What a watch printed as JSON: a document a line, each held against its schema."""
    found = [json.loads(line) for line in ran.out.splitlines()]
    for each in found:
        check(ran.arguments, each)
    return found


@pytest.fixture
def entered(hb: Command, devnet: str) -> str:
    """A devnet with a contest of devnet-0, evaluated by devnet-1, which devnet-2 has entered."""
    on = ("--rpc", devnet)
    hb("deploy", "HyperparameterBounty", "--account", "devnet-0", *on)
    hb("organizer", "fetch", "--csv", SAMPLE, "--coins", "LTC", "--out", "prices")
    offer = ("--prices", "prices", "--coin", "LTC", "--reward", "0.5", "--evaluator", "devnet-1", "--runs", 1)
    windows = ("--submit-time", "1h", "--reveal-time", "1h", "--score-time", "4h", "--cores", 1000)
    small = ("--sequence-length", 8, "--minimum", 0.3, "--allow-luck", "--holdout", "sealed")
    hb("organizer", "open", *offer, *windows, *small, "--account", "devnet-0", "--yes", "--private-data", *on)
    hb("evaluator", "accept", 1, "--throughput", 1_000, "--account", "devnet-1", *on)
    hb("participant", "example", "spec.json")
    hb("participant", "submit", 1, *SPEC, "--yes", "--account", "devnet-2", *on)
    return devnet


@pytest.mark.heavy
def test_a_watch_from_cron_does_what_is_due_and_says_when_the_next_thing_is(hb: Command, entered: str) -> None:
    on = ("--once", "--rpc", entered)
    first = hb("participant", "watch", "--account", "devnet-2", *on)
    assert "watching for devnet-2" in first.out
    assert "devnet-2, contest 1: reveal slot 0" in first.out
    hb("devnet", "--advance", "65m", "--rpc", entered)
    second = events(hb("participant", "watch", "--account", "devnet-2", "--account", "devnet-3", *on, "--json"))
    [done] = [each for each in second if each["event"] == "done"]
    assert (done["watched"], done["subject"], done["says"]) == ("devnet-2", "contest 1", "slot 0 is revealed")
    assert len(done["transactions"]) == 1
    hb("devnet", "--advance", "1h", "--rpc", entered)
    assert "the holdout's key is published" in hb("organizer", "watch", "--account", "devnet-0", *on).out
    planned = events(hb("evaluator", "watch", "--account", "devnet-3", *on, "--json"))[-1]
    assert (planned["event"], planned["due_at"]) == ("planned", None)


@pytest.mark.heavy
def test_what_a_lost_home_had_comes_back_and_what_cannot_has_an_exit_code(
    hb: Command, entered: str, home: Path
) -> None:
    on = ("--rpc", entered)
    hb("participant", "submit", 1, *SPEC, "--no-chain-copy", "--yes", "--account", "devnet-3", *on)
    shutil.rmtree(home / "entries")
    shutil.rmtree(home / "keys")
    hb("devnet", "--advance", "65m", *on)
    both = ("--account", "devnet-2", "--account", "devnet-3", "--once", *on)
    ran = hb("participant", "watch", *both, code=ExitCode.REFUSED)
    assert "devnet-2, contest 1: slot 0 is revealed" in ran.out
    assert "devnet-3, contest 1: WARNING: what opens slot 0 is neither here nor on the chain" in ran.out
    hb("devnet", "--advance", "1h", *on)
    assert "the holdout's key is published" in hb("organizer", "watch", "--account", "devnet-0", "--once", *on).out


def test_a_node_that_cannot_be_reached_ends_a_watch_from_cron(hb: Command) -> None:
    away = ("--rpc", "http://127.0.0.1:9", "--account", "devnet-2", "--once")
    ran = hb("participant", "watch", *away, code=ExitCode.UNAVAILABLE)
    assert "no node answers at http://127.0.0.1:9" in ran.err


def test_notifications_that_cannot_be_sent_are_found_out_before_anything_begins(
    hb: Command, devnet: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    secret = "a-secret-token-of-mine"
    ask = ("participant", "watch", "--account", "devnet-2", "--rpc", devnet, "--once")
    unknown = hb(*ask, "--notify", f"no-such-service://{secret}", code=ExitCode.REFUSED)
    assert "address 1 of 1" in unknown.err
    assert secret not in unknown.out + unknown.err
    monkeypatch.setattr("hyperbounty.extras.find_spec", lambda name: None if name == "apprise" else object())
    missing = hb(*ask, "--notify", f"ntfy://{secret}", code=ExitCode.REFUSED)
    assert 'pip install "hyperbounty[notify]"' in missing.err
    assert secret not in missing.out + missing.err


def test_an_account_is_named_once(hb: Command, devnet: str) -> None:
    hb("deploy", "HyperparameterBounty", "--account", "devnet-0", "--rpc", devnet)
    same = hb("participant", "watch", "--account", "devnet-2", "--account", "devnet-2", "--once", "--rpc", devnet)
    assert "watching for devnet-2 at" in same.out


@pytest.mark.heavy
def test_a_watch_that_a_system_ends_says_that_nothing_is_lost(hb: Command, devnet: str, home: Path) -> None:
    hb("deploy", "HyperparameterBounty", "--account", "devnet-0", "--rpc", devnet)
    command = [sys.executable, "-m", "hyperbounty", "participant", "watch", "--account", "devnet-2", "--rpc", devnet]
    with subprocess.Popen(
        [*command, "--home", str(home)],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        env={**os.environ, "PYTHONPATH": str(Path(__file__).parents[2])},
    ) as process:
        assert process.stdout is not None
        while "nothing is planned" not in process.stdout.readline():
            assert process.poll() is None
        process.send_signal(signal.SIGTERM)
        _, err = process.communicate()
    assert process.returncode == ExitCode.INTERRUPTED
    assert "nothing is lost" in err
