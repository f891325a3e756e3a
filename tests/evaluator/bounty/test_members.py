"""A member of the panel shows that it trained, by runs that nobody else has made."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path
from types import SimpleNamespace
from typing import Any, Final

import pytest

from evaluator.bounty.publishing import own_runs, publish_report
from evaluator.bounty.refusing import publish_fault
from evaluator.bounty.scoring import train_all, training_by_queue
from evaluator.queue.queue import Queue
from evaluator.queue.tables import SCHEMA
from evaluator.queue.weights import PinnedWeights
from hyperbounty.bounty.report import OwnRuns, Report
from hyperbounty.bounty.retraining import training_at_home
from hyperbounty.bounty.scoring import Scoring
from hyperbounty.bounty.show.comparison import Answer, MemberCheck, Verification
from hyperbounty.bounty.types import OpenedScores, RecordedScores
from hyperbounty.bounty.verification import Drawn, verify
from hyperbounty.compute.choice import ExecutorChoice
from hyperbounty.compute.training import training_executor
from hyperbounty.database import Database
from hyperbounty.store import ContentStore
from hyperbounty.training.kept import KeptTrainings
from hyperbounty.training.machine import describe_versions

pytestmark = pytest.mark.training

CHAIN_ID: Final = 31337
CONTRACT: Final = "0x" + "22" * 20
HONEST, COPIER = "0x" + "Aa" * 20, "0x" + "Bb" * 20

Forge = Callable[[Report], Report]


@pytest.fixture
def panel(scoring: Scoring, store: ContentStore, tmp_path: Path) -> Panel:
    return Panel(scoring, store, tmp_path)


class Panel:
    """A scored contest with a member that trained, and what a verification says of the reports that it is given."""

    def __init__(self, scoring: Scoring, store: ContentStore, folder: Path) -> None:
        manifest = scoring.manifest.model_copy(update={"versions": describe_versions()})
        contest = replace(scoring.contest, manifest=manifest.digest())
        # DIVERGES is trained for nothing here, and DEAR is not trained at all.
        self.scoring = replace(scoring, manifest=manifest, contest=contest, specs=scoring.specs[:1])
        self.store = store
        self.folder = folder
        dataset = self.scoring.dataset()
        database = Database(folder / "theirs.sqlite", SCHEMA)
        trained = train_all(
            self.scoring,
            dataset,
            Queue(database),
            executor=training_executor(ExecutorChoice("in-process"), dataset),
            weights=PinnedWeights(store, folder / "outbox"),
            contest="theirs",
            member=HONEST,
        )
        own = own_runs(self.scoring, trained, HONEST)
        place: dict[str, Any] = {"chain_id": CHAIN_ID, "contract": CONTRACT}
        self.evaluators = publish_report(self.scoring, dataset, trained, store, **place)
        self.members = publish_report(self.scoring, dataset, trained, store, own=own, **place)
        database.close()

    @property
    def contract(self) -> Any:
        """The contract as far as it is not asked for scores."""
        return SimpleNamespace(chain=SimpleNamespace(chain_id=CHAIN_ID), address=CONTRACT)

    def verified(self, member: str, report: Report, scores: Sequence[int] | None = None, **drawn: Any) -> Verification:
        """What a verification says, where `member` opened `scores` with this report."""
        digest = self.store.add_block(report.canonical()).digest
        recorded = RecordedScores(
            self.store.add_block(self.evaluators.canonical()).digest, tuple(self.evaluators.scores)
        )
        opened = OpenedScores(member, digest, tuple(report.scores if scores is None else scores))
        return self.checked(recorded, opened, **drawn)

    def checked(self, recorded: RecordedScores, *opened: OpenedScores, **drawn: Any) -> Verification:
        """What a verification says of what stands on chain."""
        contract = self.contract
        contract.recorded_scores = lambda _: recorded
        contract.opened_scores = lambda _: list(opened)
        database = Database(self.folder / "mine.sqlite", SCHEMA)
        try:
            train = training_by_queue(
                self.scoring, Queue(database), executor=ExecutorChoice("in-process"), contest="mine"
            )
            found = verify(contract, self.store, self.scoring, train, Drawn(**drawn))
            at_home = training_at_home(self.scoring, jobs=1, kept=KeptTrainings(self.folder / "trainings"))
            assert verify(contract, self.store, self.scoring, at_home, Drawn(**drawn)) == found
            return found
        finally:
            database.close()


def test_a_member_that_trained_shows_it_and_others_do_not(panel: Panel) -> None:
    own = panel.members.own
    assert own is not None
    [run] = own.runs
    assert run.seed not in [0, 1]

    honest = panel.verified(HONEST, panel.members)
    assert honest.answer is Answer.EQUAL
    assert honest.remarks == ()
    assert honest.members == (
        MemberCheck(HONEST, agrees=True, trained="yes", reason="1 of its own runs come out here to the last bit"),
    )

    copied: dict[str, tuple[str, Report]] = {
        "no runs of its own": (COPIER, panel.evaluators),
        "has no runs": (COPIER, panel.members),
        "another seed": (COPIER, _with(panel.members, OwnRuns(member=COPIER, runs=own.runs))),
        "0 of 1 own runs": (HONEST, _with(panel.members, OwnRuns(member=HONEST, runs=()))),
        "is not what comes out here": (
            HONEST,
            _with(panel.members, OwnRuns(member=HONEST, runs=(run.model_copy(update={"score_ppm": 1}),))),
        ),
    }
    for reason, (member, report) in copied.items():
        [checked] = panel.verified(member, report).members
        assert checked.agrees, "the scores themselves are right"
        assert checked.trained in ("no", "not shown")
        assert reason in checked.reason

    guessed = _with(panel.members, OwnRuns(member=HONEST, runs=(run.model_copy(update={"weights": "ab" * 32}),)))
    [checked] = panel.verified(HONEST, guessed).members
    assert (checked.trained, checked.agrees) == ("close", True)

    [checked] = panel.verified(HONEST, panel.members, scores=[0]).members
    assert (checked.trained, checked.agrees) == ("not shown", False)

    [checked] = panel.verified(HONEST, panel.members, own_runs=0).members
    assert checked.trained == "not shown", "where none is trained again, nothing is known"


def test_an_evaluator_that_scores_nothing_is_contradicted_where_it_can_be_scored(panel: Panel) -> None:
    hostile = "the manifest is \x1b[2J\u202einvalid"
    refused = publish_fault(panel.contract, panel.store, panel.scoring.contest, hostile)
    found = panel.checked(refused)
    assert found.answer is Answer.DIFFERS
    assert [(one.recorded_ppm, one.verdict) for one in found.comparisons] == [(None, "differs")]
    [remark] = found.remarks
    assert remark == r"the evaluator says that the contest cannot be scored: the manifest is \x1b[2J\u202einvalid"
    unexplained = panel.checked(RecordedScores(b"\1" * 32, ()))
    assert "it gives no reason" in unexplained.remarks[-1]


def _with(report: Report, own: OwnRuns) -> Report:
    return report.model_copy(update={"own": own})
