"""The evaluator's part of a contest, as people type it: status, samples, and what damage and a full disk do."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from hyperbounty.accounts import devnet_account
from hyperbounty.bounty.report import Report, SpecDetails
from hyperbounty.cli.main import run
from hyperbounty.store import Cid, ContentStore, open_store
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


@pytest.mark.training
def test_a_scoring_that_can_be_watched_verified_in_part_and_traced_to_an_epoch(shell: Shell, tmp_path: Path) -> None:
    opened = _revealed_contest(shell, tmp_path)
    assert _status(shell)["contests"] == []
    assert "knows no contest 1" in _status(shell, "1")["error"]

    # A dataset block that was damaged is found before anything is trained on it.
    manifest = shell("participant", "show", 1)["manifest_document"]
    block = _some_block(shell.home / "store", manifest["training"]["cid"])
    whole = block.read_bytes()
    block.write_bytes(whole[:-1] + bytes([whole[-1] ^ 1]))
    assert "its bytes have another hash" in shell("evaluator", "score", 1, *IN_PROCESS, code=4)["error"]
    assert _status(shell)["contests"] == []
    block.write_bytes(whole)

    scored = shell("evaluator", "score", 1, *IN_PROCESS)
    (contest,) = _status(shell)["contests"]
    assert (contest["contest"], contest["done"], contest["failed"], contest["seconds_left"]) == (1, 2, 0, 0.0)
    trainings = _status(shell, "1")["trainings"]
    assert [(t["spec_index"], t["run"], t["state"], t["place"]) for t in trainings] == [
        (0, 0, "done", 0),
        (1, 0, "done", 0),
    ]
    recorded = shell("evaluator", "run", 1, *IN_PROCESS, account=EVALUATOR)
    assert recorded["report"] == scored["report"], "made of the same results, so it is the same document"

    sampled = shell("evaluator", "verify", 1, *IN_PROCESS, "--sample", 1, "--sample-seed", 5)
    assert sampled["sample_seed"] == 5
    assert [spec["index"] for spec in sampled["specs"]] == sampled["sampled"]
    assert len(sampled["specs"]) == 1
    assert (sampled["specs"][0]["comparison"], sampled["specs"][0]["first_difference"]) == ("equal", None)
    assert run(shell.argv("evaluator", "verify", 1, "--sample", "0")) == 2, "1 says that a score differs"
    assert "the sample is" in shell.capsys.readouterr().err

    _record_other_weights(shell, epoch=2)
    verified = shell("evaluator", "verify", 1, *IN_PROCESS)
    assert [spec["comparison"] for spec in verified["specs"]] == ["equal", "equal"]
    assert [spec["first_difference"] for spec in verified["specs"]] == [{"run": 0, "epoch": 2}, None]
    assert opened["contest"] == 1


@pytest.mark.training
def test_a_verification_answers_whatever_the_report_is(shell: Shell, tmp_path: Path) -> None:
    contract, report, _ = scored_contest(shell, tmp_path)
    store = open_store(None, shell.home / "store")
    scores = report.scores
    first = report.specs[0]
    odd_cid = first.model_copy(update={"details": "b" + "a" * 58})
    reports = {
        "is not in the embedded store": b"\1" * 32,
        "more than the 53 that JSON carries": _pinned(store, report, contest=10**20),
        "is about another contest": _pinned(store, report, contest=2),
        "U+202E": _pinned(store, report, versions={"numpy\u202e": "1"}),
        "is no CID used here": store.add_block(report.model_copy(update={"specs": (odd_cid,)}).canonical()).digest,
        "has 0 specs": store.add_block(report.model_copy(update={"specs": ()}).canonical()).digest,
        "the report is invalid": store.add_block(b"\x00[[[").digest,
        "larger than": store.add_block(b" " * 2**20).digest,
    }
    evaluator = devnet_account(EVALUATOR, contract.chain)
    for complaint, digest in reports.items():
        contract.record_scores(evaluator, 1, digest, scores)
        verified = shell("evaluator", "verify", 1, *IN_PROCESS)
        assert (verified["answer"], [spec["comparison"] for spec in verified["specs"]]) == ("equal", ["equal"])
        assert any(complaint in remark for remark in verified["remarks"]), (complaint, verified["remarks"])
    contract.record_scores(evaluator, 1, b"\1" * 32, [scores[0] + 50_000])
    assert shell("evaluator", "verify", 1, *IN_PROCESS, code=1)["answer"] == "differs"


def _pinned(store: ContentStore, report: Report, **changes: object) -> bytes:
    """The digest of the report with fields that no document of this project can have."""
    fields = {**report.model_dump(mode="json"), **changes}
    text = json.dumps(fields, separators=(",", ":"), sort_keys=True, ensure_ascii=False)
    return store.add_block(text.encode()).digest


def _revealed_contest(shell: Shell, tmp_path: Path) -> dict[str, Any]:
    opened = open_contest(shell, fetch(shell, tmp_path / "prices"))
    specs = {ADA: spec_file(tmp_path, "ada"), BEN: spec_file(tmp_path, "ben", epochs=1)}
    for account, spec in specs.items():
        shell("participant", "submit", 1, "--spec", spec, account=account)
    shell.advance_to(opened["submit_ends"])
    for account in specs:
        shell("participant", "reveal", 1, account=account)
    shell.advance_to(opened["reveal_ends"])
    shell("organizer", "publish-key", 1, account=ORGANIZER)
    return opened


def _status(shell: Shell, *arguments: str) -> dict[str, Any]:
    """The queue as `evaluator status` shows it, which asks no chain."""
    shell.capsys.readouterr()
    run(["evaluator", "status", *arguments, "--home", str(shell.home), "--json"])
    answer: dict[str, Any] = json.loads(shell.capsys.readouterr().out)
    return answer


def _some_block(store: Path, cid: str) -> Path:
    """The file of the block `cid`."""
    (path,) = (store / "blocks").rglob(cid)
    return path


def _record_other_weights(shell: Shell, *, epoch: int) -> None:
    """Record the same scores again with a report that tells of other weights of the first spec from `epoch` on."""
    contract, store = contract_of(shell), open_store(None, shell.home / "store")
    recorded = contract.recorded_scores(contract.contest(1))
    assert recorded is not None
    report = report_of(contract, store)
    first = report.specs[0]
    assert first.details is not None
    details = SpecDetails.parse(store.get(Cid.parse(first.details)))
    first_run = details.runs[0]
    hashes = (*first_run.checkpoints[: epoch - 1], "ab" * 32)
    other = first_run.model_copy(update={"checkpoints": hashes})
    told = store.add(details.model_copy(update={"runs": (other,)}).canonical())
    false = report.model_copy(update={"specs": (first.model_copy(update={"details": str(told)}), *report.specs[1:])})
    account = devnet_account(EVALUATOR, contract.chain)
    contract.record_scores(account, 1, store.add_block(false.canonical()).digest, list(recorded.scores))
