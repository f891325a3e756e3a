"""What is signed from Python: never for more than was allowed, and in turn with the command line."""

from __future__ import annotations

import getpass
import os
import sys
from pathlib import Path

import pytest

from hyperbounty import Connection, Contest, Spec, connect
from hyperbounty.errors import AccountError, InvalidInput
from participant.api import Event, reveal, submit, watch
from tests.end_to_end.shell import Shell
from tests.end_to_end.steps import ADA

LITTLE = Spec(cell="GRU", recurrent_units=(8,), epochs=2)


def test_a_submission_costs_no_more_than_was_allowed_and_is_revealed_by_either_way_in(
    shell: Shell, contest: Contest
) -> None:
    chain = contest.session.chain
    before = chain.balance(contest.session.account.address)
    for little in ("0.001 ether", 10**15):
        with pytest.raises(InvalidInput, match=r"may cost up to 0\.0\d+ ETH, more than 0\.001 ETH; nothing was sent"):
            submit(contest, LITTLE, at_most=little)
    with pytest.raises(InvalidInput, match="not an amount"):
        submit(contest, LITTLE, at_most="some")
    assert chain.balance(contest.session.account.address) == before

    first = submit(contest, LITTLE, at_most="0.05 ether")
    assert (first.slot.number, first.spec, first.kept_on_chain) == (0, LITTLE, True)
    again = submit(contest, LITTLE, at_most=0)
    assert (again.slot.again, again.receipt.hash) == (True, first.receipt.hash)
    replaced = submit(contest, Spec(cell="GRU", epochs=3), at_most=0, entry=0, chain_copy=False)
    assert (replaced.slot.replaces, replaced.kept_on_chain) == (True, False)
    [entry] = shell("participant", "entries", account=ADA)["entries"]
    assert entry["spec"] == "0x" + replaced.spec.word.hex()

    shell.advance_to(replaced.reveal_starts)
    opened = reveal(contest)
    said = shell("participant", "reveal", 1, "--entry", 0, account=ADA)
    assert said["transaction"] == opened.hash
    assert reveal(contest, entry=0).hash == opened.hash


@pytest.mark.training
def test_odds_that_are_given_are_shown_with_the_entry(shell: Shell, contest: Contest) -> None:
    odds = contest.odds(contest.train(LITTLE, folds=2, seeds=1), tried=7)
    submit(contest, LITTLE, at_most="0.05 ether", odds=odds)
    [entry] = shell("participant", "entries", account=ADA)["entries"]
    assert entry["stated_chance_ppm"] == round(1e6 * odds.chance)


def test_a_watch_does_what_is_due_and_says_so(
    shell: Shell, connection: Connection, capsys: pytest.CaptureFixture[str]
) -> None:
    submitted = submit(connection.contest(1), LITTLE, at_most="0.05 ether")
    events: list[Event] = []
    assert watch(connection, say=events.append).next_at == submitted.reveal_starts
    assert not [event for event in events if event.is_news]
    shell.advance_to(submitted.reveal_starts)
    capsys.readouterr()
    found = watch(connection)
    assert (found.did, found.failed) == (False, False)
    assert "contest 1" in capsys.readouterr().out
    [entry] = shell("participant", "entries", account=ADA)["entries"]
    assert entry["state"] == "revealed"


def test_without_an_account_nothing_is_signed(shell: Shell, contest: Contest) -> None:
    nobody = connect(home=shell.home, rpc=shell.rpc).contest(contest.number)
    with pytest.raises(AccountError, match="no account is named"):
        submit(nobody, LITTLE, at_most="1 ether")


def test_a_password_is_asked_for_where_somebody_can_type_it(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    session = connect("anvil", home=tmp_path).session
    monkeypatch.setattr(os, "isatty", lambda _: False)
    monkeypatch.delitem(sys.modules, "ipykernel", raising=False)
    with pytest.raises(AccountError, match="without a terminal") as refused:
        session.ask_password("ada")
    assert refused.value.next_step == "pass password file FILE"
    monkeypatch.setattr(getpass, "getpass", lambda question: f"answer to {question}")
    monkeypatch.setitem(sys.modules, "ipykernel", getpass)
    assert session.ask_password("ada") == "answer to Password of ada: "


def test_what_is_waited_for_is_told_to_the_log(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    connect("anvil", home=tmp_path).session.remark("waiting for the node")
    assert [(record.name, record.getMessage()) for record in caplog.records] == [
        ("hyperbounty", "waiting for the node")
    ]
