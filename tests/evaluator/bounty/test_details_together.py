"""A verification asks for the details of all specs at once: one after the other is as slow as the line is long."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from types import SimpleNamespace
from typing import Any

from evaluator.bounty.publishing import publish_report
from evaluator.queue.stored_result import StoredResult
from hyperbounty.bounty.scoring import Run, Scoring
from hyperbounty.bounty.types import RecordedScores
from hyperbounty.bounty.verification import verify
from hyperbounty.store import Cid, ContentStore
from hyperbounty.store.ahead import Ahead
from hyperbounty.training.result import TrainingResult
from tests.training.made_results import made_result

CHAIN_ID, CONTRACT = 31337, "0x" + "22" * 20


class Watched:
    """A store that says what it was asked for, and how."""

    def __init__(self, store: ContentStore) -> None:
        self._store = store
        self.asked: list[tuple[str, Cid]] = []

    @property
    def ahead(self) -> Ahead:
        def ask(cid: Cid) -> bytes:
            self.asked.append(("early", cid))
            return self._store.block(cid)

        return Ahead(ask, lambda: 16)

    def get(self, cid: Cid, *, max_bytes: int | None = None) -> bytes:
        self.asked.append(("read", cid))
        return self._store.get(cid, max_bytes=max_bytes)

    def __getattr__(self, name: str) -> Any:
        return getattr(self._store, name)


def test_all_details_are_asked_for_before_the_first_is_read(scoring: Scoring, store: ContentStore) -> None:
    trained = {each.index: [made_result(500_000 + each.index)] * scoring.manifest.runs for each in scoring.trainable}
    records = {index: [StoredResult.of(run, str(Cid.raw(b"")), {}) for run in runs] for index, runs in trained.items()}
    scoring = replace(scoring, contest=replace(scoring.contest, manifest=scoring.manifest.digest()))
    report = publish_report(scoring, scoring.dataset(), records, store, chain_id=CHAIN_ID, contract=CONTRACT)
    recorded = RecordedScores(store.add_block(report.canonical()).digest, tuple(report.scores))
    contract: Any = SimpleNamespace(
        chain=SimpleNamespace(chain_id=CHAIN_ID),
        address=CONTRACT,
        recorded_scores=lambda _: recorded,
        opened_scores=lambda _: [],
    )

    def train(runs: Sequence[Run]) -> Callable[[Run], TrainingResult]:
        assert len(runs) == len(set(runs)) == len(trained) * scoring.manifest.runs
        return lambda run: trained[run.index][run.number]

    watched: Any = Watched(store)
    found = verify(contract, watched, scoring, train)
    assert [each.verdict for each in found.comparisons] == ["equal"] * len(scoring.specs)
    details = [Cid.parse(spec.details) for spec in report.specs if spec.details is not None]
    assert len(details) == len(trained) > 1
    about = [(how, cid) for how, cid in watched.asked if cid in details]
    assert [how for how, _ in about] == ["early"] * len(details) + ["read"] * len(details)
