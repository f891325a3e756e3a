"""Prices after `revealEnds`, where nobody names a source: from the first report that can be read, and no more."""

from __future__ import annotations

from dataclasses import replace
from types import SimpleNamespace
from typing import Any

import pytest

from evaluator.bounty.publishing import publish_report
from hyperbounty.bounty.gathering import gather
from hyperbounty.bounty.manifest import FutureHoldout, Manifest, PricePart
from hyperbounty.bounty.scoring import Scoring
from hyperbounty.bounty.types import Dispute, OpenedScores, Panel, RecordedScores, Verdict
from hyperbounty.chain.beacon import Beacon
from hyperbounty.errors import InvalidInput
from hyperbounty.store import ContentStore
from tests.evaluator.bounty.small_contest import walk

PLACE: dict[str, Any] = {"chain_id": 1, "contract": "0x" + "22" * 20}
MEMBER = "0x" + "33" * 20


class FutureContest:
    """A contest whose holdout came after it opened, with reports of the evaluator and of a member of the panel."""

    def __init__(self, scoring: Scoring, store: ContentStore) -> None:
        rows = len(scoring.holdout)
        training = PricePart(cid=str(store.add(scoring.training.to_csv())), rows=len(scoring.training))
        self.manifest: Manifest = scoring.manifest.model_copy(
            update={"holdout": FutureHoldout(rows=rows, source="test"), "training": training}
        )
        first = int(scoring.holdout.times[0])
        contest = replace(
            scoring.contest,
            submit_ends=first - scoring.contest.reveal_seconds,
            score_seconds=10**6,
            manifest=store.add_block(self.manifest.canonical()).digest,
            revealed=1,
        )
        self.scoring = replace(
            scoring, manifest=self.manifest, contest=contest, key=None, specs=scoring.specs[2:], prevrandao=b"r" * 32
        )
        self.store = store
        # The spec is over the budget, so nothing has to be trained for a report.
        self.report = publish_report(self.scoring, self.scoring.dataset(), {}, store, **PLACE)

    def gathered(self, evaluators: bytes, *members: bytes) -> Scoring:
        """What is scored, where these reports stand on chain."""
        contract: Any = SimpleNamespace(
            contest=lambda _: self.scoring.contest,
            dispute=lambda _: Dispute(Panel(), (), None, None, (), Verdict.NONE, ()),
            revealed_specs=lambda _: list(self.scoring.specs),
            holdout_key=lambda _: None,
            recorded_scores=lambda _: RecordedScores(evaluators, (0,)),
            opened_scores=lambda _: [OpenedScores(MEMBER, digest, (0,)) for digest in members],
            chain=SimpleNamespace(beacon=lambda time: Beacon(1, time, b"r" * 32, b"", b"")),
        )
        return gather(contract, self.store, 1)

    def digest(self, **prices: Any) -> bytes:
        """The digest of the report with other `prices`."""
        part = self.report.holdout.prices.model_copy(update=prices)
        holdout = self.report.holdout.model_copy(update={"prices": part})
        return self.store.add_block(self.report.model_copy(update={"holdout": holdout}).canonical()).digest


@pytest.fixture
def future(scoring: Scoring, store: ContentStore) -> FutureContest:
    return FutureContest(scoring, store)


def test_the_evaluators_prices_count_and_else_those_of_a_member(future: FutureContest) -> None:
    readable, missing = future.digest(), b"\1" * 32
    for reports in ((readable,), (missing, readable), (missing, missing, readable)):
        scoring = future.gathered(*reports)
        assert scoring.holdout == future.scoring.holdout
        assert scoring.prevrandao == b"r" * 32
        assert scoring.seed == future.scoring.seed
    with pytest.raises(InvalidInput, match=r"not to be had: .*; .*; name a source"):
        future.gathered(missing, missing)


def test_a_report_names_no_more_prices_than_the_manifest_announces(future: FutureContest) -> None:
    more = walk(400, 2_000, 0)
    larger = future.digest(cid=str(future.store.add(more.to_csv())), rows=len(more))
    with pytest.raises(InvalidInput, match="larger than"):
        future.gathered(larger)
    odd = future.digest(cid="b" + "a" * 58)
    with pytest.raises(InvalidInput, match=r"the report names content by .* which is no CID"):
        future.gathered(odd)
    assert future.gathered(larger, odd, future.digest()).holdout == future.scoring.holdout
