"""`make demo-models`: what it shows is what the chain holds, and what the ledger says by the contract's rules."""

from __future__ import annotations

import json
from collections import defaultdict
from itertools import groupby
from pathlib import Path

import pytest

from hyperbounty.cli.main import guard
from hyperbounty.models.ledger import Contribution, Ledger
from hyperbounty.models.market import Market
from showcase.models import market as market_of_mails
from showcase.models.__main__ import main
from showcase.models.playing import Played, play
from showcase.models.stage import TERMS, Stage, build_stage

COLUMNS = 80


@pytest.fixture(scope="module")
def played(tmp_path_factory: pytest.TempPathFactory) -> tuple[Stage, Played, Path]:
    folder = tmp_path_factory.mktemp("models")
    stage = build_stage(folder)
    return stage, play(stage, folder), folder


def flows(stage: Stage) -> dict[str, int]:
    """What the ledger gives and takes, by account, for the calls that the events tell of."""
    ledger: Ledger[str] = Ledger(TERMS, stage.began, stage.creator.address)
    found: dict[str, int] = defaultdict(int)
    known: dict[bytes, Contribution[str]] = {}
    events = stage.contract.history(stage.model).events
    times = stage.chain.times_of(event.block for event in events)
    for (name, _), group in groupby(events, key=lambda event: (event.name, event.transaction)):
        together = list(group)
        if name == "Added":
            entries = [event.entry for event in together]
            author = entries[0].author
            price = ledger.price(entries[0].time, len(entries)) * len(entries)
            added = ledger.add(author, entries[0].time, price, [entry.label for entry in entries])
            found[author] -= price
            known |= {entry.identifier(stage.model.number): each for entry, each in zip(entries, added, strict=True)}
            continue
        for event in together:
            now = times[event.block]
            if name == "Refunded":
                each = known[event.args["contribution"]]
                found[each.author] += ledger.refund(each, event.args["author"], now, each.label)
            elif name == "Reported":
                each = known[event.args["contribution"]]
                found[event.args["member"]] += ledger.report(each, event.args["member"], now, 1 - each.label)
            elif name == "Claimed":
                found[event.args["claimant"]] += ledger.claim(
                    known[event.args["contribution"]], event.args["claimant"], now
                )
    assert ledger.left == stage.chain.balance(stage.contract.address)
    return found


def market_flows(stage: Stage, outcome: Played) -> dict[str, int]:
    """What the rules of a market give and take, by account, for what was right with each batch."""
    terms, batches = market_of_mails.TERMS, outcome.market.batches
    market = Market(terms, len(batches), outcome.market.before)
    verdicts = [market.score(batch.right) for batch in batches]
    assert [(verdict.pays, verdict.undone) for verdict in verdicts] == [(each.paid, each.undone) for each in batches]
    assert market.end().provider == outcome.market.provider
    found = {each.author.address: each.paid - terms.stake for each in batches}
    return defaultdict(int, found) | {stage.creator.address: outcome.market.provider - terms.escrow}


@pytest.mark.heavy
def test_every_balance_is_what_the_ledger_says(played: tuple[Stage, Played, Path]) -> None:
    stage, outcome, folder = played
    expected = flows(stage)
    assert outcome.gains == [expected[person.address] for person in stage.cast]
    assert outcome.differences == []
    shown = json.loads((folder / "result.json").read_text())
    assert [int(person["gained"]["amount"]) for person in shown["people"]] == outcome.gains
    market = market_flows(stage, outcome)
    for person, before, gain in zip(stage.cast, stage.before, outcome.gains, strict=True):
        assert stage.chain.balance(person.address) == before + gain + market[person.address] - person.fees


@pytest.mark.heavy
def test_care_pays_and_the_model_becomes_better(played: tuple[Stage, Played, Path]) -> None:
    stage, outcome, folder = played
    gained = dict(zip((person.name for person in stage.cast), outcome.gains, strict=True))
    assert min(gained["Ada"], gained["Ben"]) > 0 > max(gained["Cem"], gained["Eve"])
    assert gained["Vic"] == 0
    shown = json.loads((folder / "result.json").read_text())
    assert shown["accuracy_ppm"] > shown["accuracy_before_ppm"] + 20_000
    assert outcome.market.best > outcome.market.before
    assert outcome.market.batches[-1].undone, "the batch of who flips every label"
    assert "<svg" in (folder / "models.html").read_text()


@pytest.mark.heavy
def test_it_fits_a_terminal_and_leaves_all_in_its_folder(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr("showcase.models.days.DAYS", 1)
    assert guard(main, [], "showcase.models", json_flag=None) == 0
    out = capsys.readouterr().out
    assert max(map(len, out.splitlines())) <= COLUMNS
    assert "Verified: " in out
    run = Path("hyperbounty-run-models")
    assert {path.name for path in run.iterdir()} == {"home", "models.html", "manifest.json", "result.json"}
    # The same again replaces what it left, and nothing that somebody else put there.
    (tmp_path / "mine").mkdir()
    (tmp_path / "mine" / "letter.txt").write_text("Dear Ada")
    assert guard(main, ["--out", "mine"], "showcase.models", json_flag=None) == 4
    assert "nothing is overwritten" in capsys.readouterr().err
