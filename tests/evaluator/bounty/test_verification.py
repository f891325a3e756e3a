"""Where two trainings of the same spec parted."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import pytest

from evaluator.bounty.publishing import publish_report
from evaluator.queue.stored_result import StoredResult
from hyperbounty.bounty.published import fetch_details
from hyperbounty.bounty.report import SpecScore
from hyperbounty.bounty.scoring import Scoring
from hyperbounty.bounty.show.comparison import Difference
from hyperbounty.bounty.verification import first_difference
from hyperbounty.store import Cid, ContentStore
from hyperbounty.training.result import TrainingResult
from tests.training.made_results import made_result


def training(*checkpoints: str) -> TrainingResult:
    return made_result(*(500_000 for _ in checkpoints), checkpoints=tuple(name * 32 for name in checkpoints))


def reported(scoring: Scoring, store: ContentStore, runs: Sequence[TrainingResult]) -> SpecScore:
    one = replace(scoring, specs=scoring.specs[:1])
    records = [StoredResult.of(run, str(Cid.raw(b"")), {}) for run in runs]
    report = publish_report(one, one.dataset(), {0: records}, store, chain_id=1, contract="0x" + "22" * 20)
    return report.specs[0]


@pytest.mark.parametrize(
    ("ours", "expected"),
    [
        ([training("aa", "bb"), training("cc", "dd")], None),
        ([training("aa", "ee"), training("cc", "dd")], Difference(run=0, epoch=2)),
        ([training("aa", "bb"), training("ee", "ff")], Difference(run=1, epoch=1)),
        ([training("aa"), training("cc", "dd")], Difference(run=0, epoch=2)),
        ([training("aa", "bb", "ee"), training("cc", "dd")], Difference(run=0, epoch=3)),
        ([training("aa", "bb")], Difference(run=1, epoch=1)),
    ],
)
def test_the_first_epoch_that_differs_is_found(
    scoring: Scoring, store: ContentStore, ours: Sequence[TrainingResult], expected: Difference | None
) -> None:
    theirs = reported(scoring, store, [training("aa", "bb"), training("cc", "dd")])
    details = fetch_details(store, theirs, scoring.manifest)
    assert details is not None
    assert first_difference(details, ours) == expected
