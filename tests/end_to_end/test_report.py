"""What an account has of a contest in one file, as people ask for it: before the scores, and after."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest

from hyperbounty.accounts import devnet_account
from hyperbounty.bounty.report import SpecDetails
from hyperbounty.store import Cid
from hyperbounty.training.predictions import packed, unpacked
from tests.end_to_end.shell import Shell
from tests.end_to_end.steps import (
    ADA,
    BEN,
    EVALUATOR,
    IN_PROCESS,
    ORGANIZER,
    contract_of,
    fetch,
    open_contest,
    report_of,
    scored_contest,
    spec_file,
)

QUICK = ("--folds", 2, "--jobs", 1)


@pytest.mark.training
def test_a_report_tells_of_an_entry_from_its_odds_to_its_receipts(shell: Shell, tmp_path: Path) -> None:
    opened = open_contest(shell, fetch(shell, tmp_path / "prices"))
    ada = spec_file(tmp_path, "ada")
    odds = shell("participant", "odds", 1, "--spec", ada, *QUICK)["specs"][0]
    shell("participant", "submit", 1, "--spec", ada, account=ADA)
    shell("participant", "submit", 1, "--spec", spec_file(tmp_path, "ben", epochs=1), account=BEN)

    sealed = tmp_path / "sealed.html"
    early = shell("participant", "report", 1, "--out", sealed, account=ADA)
    assert [entry["state"] for entry in early["entries"]] == ["sealed"]
    text = sealed.read_text()
    assert ">sealed</span>" in text
    assert "LSTM" not in text, "a file that is passed on names no sealed spec"
    assert f"{round(odds['chance_ppm'] / 10_000)}%" in text

    for account, chance in ((ADA, odds["chance_ppm"]), (BEN, None)):
        [entry] = shell("participant", "entries", account=account)["entries"]
        assert entry["stated_chance_ppm"] == chance

    shell.advance_to(opened["submit_ends"])
    for account in (ADA, BEN):
        shell("participant", "reveal", 1, account=account)
    shell.advance_to(opened["reveal_ends"])
    shell("organizer", "publish-key", 1, account=ORGANIZER)
    shell("evaluator", "run", 1, *IN_PROCESS, account=EVALUATOR)

    target = tmp_path / "report.html"
    said = shell("participant", "report", 1, "--out", target, "--cost", "0.2%", account=ADA)
    assert said["file"] == str(target)
    assert said["remarks"] == []
    assert "participant verify 1" in _shown(shell, tmp_path / "again.html")
    assert "exists already" in shell("participant", "report", 1, "--out", target, account=ADA, code=4)["error"]

    contract = contract_of(shell)
    address = devnet_account(ADA, contract.chain).address
    assert said["participant"] == address
    sent = said["transactions"]
    assert len(sent) == 2
    for each in sent:
        receipt: Any = contract.chain.w3.eth.get_transaction_receipt(each["transaction"])
        assert (receipt["from"], receipt["blockNumber"]) == (address, each["block"])
        assert receipt["gasUsed"] == each["gas_used"]
        assert int(each["network_fee"]["amount"]) == receipt["gasUsed"] * receipt["effectiveGasPrice"]

    text = target.read_text()
    [scored] = [spec for spec in report_of(contract, _store(shell)).specs if spec.participant == address]
    assert all(each["transaction"] in text for each in sent)
    assert f"scored {scored.score_ppm / 10_000:.4f}".rstrip("0") in text
    headings = ("Score by run", "Learning curves", "What it predicted", "a strategy", "Folds against", "The odds as")
    assert all(heading in text for heading in headings)
    assert 'class="why"' not in text, "nothing is missing"
    assert "costs 0.2%" in text
    assert "not advice" in text
    assert not re.search(r"<script|https?:|src=|@import|url\(", text), "nothing is asked of anybody"

    nobody = shell("participant", "report", 1, "--out", tmp_path / "n.html", account="devnet-7", code=4)
    assert "has nothing in contest 1" in nobody["error"]


def _store(shell: Shell) -> Any:
    from hyperbounty.store import open_store

    return open_store(None, shell.home / "store")


def _shown(shell: Shell, target: Path) -> str:
    """What the command shows people."""
    from hyperbounty.cli.main import run

    argv = shell.argv("participant", "report", 1, "--out", target, account=ADA)
    shell.capsys.readouterr()
    assert run([each for each in argv if each != "--json"]) == 0
    return shell.capsys.readouterr().out


@pytest.mark.training
def test_a_report_of_an_evaluator_that_lies_or_hides_is_named_and_the_rest_is_shown(
    shell: Shell, tmp_path: Path
) -> None:
    contract, report, _ = scored_contest(shell, tmp_path)
    evaluator, store = devnet_account(EVALUATOR, contract.chain), _store(shell)
    [scored] = report.specs
    assert scored.details is not None
    details = SpecDetails.parse(store.get(Cid.parse(scored.details)))

    def recorded(**changes: object) -> str:
        """What the page says, once the evaluator recorded a report with these changes of the spec."""
        changed = report.model_copy(update={"specs": (scored.model_copy(update=changes),)})
        digest = store.add_block(changed.canonical()).digest
        contract.record_scores(evaluator, 1, digest, changed.scores)
        target = tmp_path / f"{digest.hex()}.html"
        shell("participant", "report", 1, "--out", target, account=ADA)
        return target.read_text()

    [run] = details.runs
    turned = run.model_copy(update={"predictions": packed(-unpacked(run.predictions))})
    lie = details.model_copy(update={"runs": (turned,)})
    page = recorded(details=str(store.add(lie.canonical())))
    assert "do not trust its author" in page
    assert "these scores here too" not in page

    page = recorded(details=str(Cid.raw(b"nobody has this")))
    assert "The runs of this spec could not be read" in page
    assert f"scored {scored.score_ppm / 10_000:.4f}".rstrip("0") in page

    few = run.model_copy(update={"predictions": packed(unpacked(run.predictions)[:7])})
    page = recorded(details=str(store.add(details.model_copy(update={"runs": (few,)}).canonical())))
    assert "Run 0 has 7 predictions" in page
