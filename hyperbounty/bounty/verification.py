"""Somebody else's scores, made again from public data: which differ, from which epoch on, and who of a panel trained.

The answer rests on the manifest, the specs and the seeds of the chain. A report is its author's word: it may be
missing, be unreadable or lie, and the scores are made again all the same. What it could have told is then missing.
"""

from __future__ import annotations

import random
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from itertools import chain, zip_longest
from typing import TYPE_CHECKING, Final, TypeAlias, TypeVar

from hyperbounty.bounty.published import bring_details, fetch_details, fetch_report
from hyperbounty.bounty.report import OwnRun, Report, SpecDetails
from hyperbounty.bounty.scoring import Run, Scoring, check_versions, spec_score
from hyperbounty.bounty.show.comparison import Comparison, Difference, MemberCheck, Verification
from hyperbounty.bounty.types import OpenedScores, RecordedScores, RevealedSpec
from hyperbounty.bounty.unscorable import fetch_reason
from hyperbounty.errors import InvalidInput, ManifestError, SpecError, StoreError
from hyperbounty.next_steps import Action, NextStep
from hyperbounty.store import Cid, ContentStore
from hyperbounty.training.result import TrainingResult

if TYPE_CHECKING:
    from hyperbounty.bounty.contract import BountyContract

Train: TypeAlias = Callable[[Sequence[Run]], Callable[[Run], TrainingResult]]
"""Trains these runs, and gives what looks up the result of each. Each role has a way of its own to train."""

OWN_RUNS: Final = 3
"""Of each member of the panel, so many of its own runs are trained again where nothing else is asked for."""

_UNREADABLE: Final = (ManifestError, SpecError, StoreError)

Read = TypeVar("Read")


@dataclass(frozen=True)
class Drawn:
    """What is trained again.

    Attributes:
        indexes: of specs; all where None. Those that are refused untrained are compared in any case.
        own_runs: of each member of the panel, how many of its own runs, drawn with `seed` among `indexes`.
        seed: of the draw.
    """

    indexes: Collection[int] | None = None
    own_runs: int = OWN_RUNS
    seed: int = 0

    def specs_of(self, trainable: Sequence[RevealedSpec]) -> list[RevealedSpec]:
        """The specs that are trained again, of those that can be."""
        return [each for each in trainable if self.indexes is None or each.index in self.indexes]

    def own_of(self, member: str, trained: Sequence[RevealedSpec]) -> list[RevealedSpec]:
        """The specs whose run of its own `member` must show, of those that are trained."""
        chosen = random.Random(f"{self.seed}/{member}")
        return sorted(chosen.sample(trained, min(self.own_runs, len(trained))), key=lambda revealed: revealed.index)


def verify(
    contract: BountyContract,
    store: ContentStore,
    scoring: Scoring,
    train: Train,
    drawn: Drawn | None = None,
) -> Verification:
    """Score again from public data alone and compare with the chain, spec by spec.

    Args:
        contract: of the contest.
        store: where reports are read.
        scoring: what the scores are made from.
        train: makes the trainings. It must not know results of the evaluator, which would only be compared with
            themselves.
        drawn: what to train again, all specs where None.

    Raises:
        InvalidInput: no scores are recorded.
        TrainingError: a training could not be carried out here, or the contest's backend is not installed.
    """
    drawn = drawn or Drawn()
    contest = scoring.contest
    recorded = contract.recorded_scores(contest)
    if recorded is None:
        score = Action("evaluator.score", (contest.number,))
        raise InvalidInput(
            f"contest {contest.number} has no recorded scores",
            NextStep("verify it once it is scored, or see whether it can be: {}", score),
        )
    remarks = _Remarks()

    def report_of(author: str, digest: bytes) -> Report | None:
        return remarks.read(f"the report of {author}", lambda: _report(contract, store, scoring, digest))

    if not recorded.scores:
        reason = remarks.read("the evaluator's reason", lambda: fetch_reason(store, recorded.report))
        remarks.add(f"the evaluator says that the contest cannot be scored: {reason or 'it gives no reason'}")
    report = report_of("the evaluator", recorded.report) if recorded.scores else None
    if report is not None and report.scores != list(recorded.scores):
        remarks.add("the evaluator's report has other scores than the evaluator recorded")
    other_versions = _other_versions(scoring)

    opened = contract.opened_scores(contest)
    members = {each.member: report_of(each.member, each.report) for each in opened}
    again = drawn.specs_of(scoring.trainable)
    runs = {revealed.index: scoring.runs(revealed) for revealed in again}
    own = {
        member: [scoring.own_run(revealed, member, place) for revealed in drawn.own_of(member, again)]
        for place, member in enumerate(member for member, theirs in members.items() if theirs and theirs.own)
    }
    result_of = train([*chain.from_iterable(runs.values()), *chain.from_iterable(own.values())])
    results = {index: [result_of(run) for run in each] for index, each in runs.items()}
    comparisons = _compare(scoring, recorded, report, results, store, remarks)
    return Verification(
        comparisons,
        sampled=sorted(runs),
        sample_seed=drawn.seed,
        is_partial=len(runs) < len(scoring.trainable),
        remarks=tuple(remarks.lines),
        other_versions=other_versions,
        members=tuple(
            _check_member(
                scoring,
                each,
                members[each.member],
                comparisons,
                [(run, result_of(run)) for run in own.get(each.member, ())],
            )
            for each in opened
        ),
    )


class _Remarks:
    """What could not be read, and what else is to be said beside the scores."""

    def __init__(self) -> None:
        self.lines: list[str] = []

    def add(self, line: str) -> None:
        self.lines.append(line)

    def read(self, name: str, read: Callable[[], Read]) -> Read | None:
        """What `read` returns; None, and a remark, where there is nothing that can be read."""
        try:
            return read()
        except _UNREADABLE as error:
            self.add(f"{name} could not be read: {error.what}")
            return None


def _report(contract: BountyContract, store: ContentStore, scoring: Scoring, digest: bytes) -> Report:
    """The report with this digest.

    Raises:
        ContentNotFound: nobody has it.
        ManifestError: it is none, or not about this contest and its specs.
    """
    report = fetch_report(store, digest, scoring.manifest, len(scoring.specs))
    contest = scoring.contest
    place = (report.chain_id, report.contract.lower(), report.contest, report.manifest)
    here = (contract.chain.chain_id, contract.address.lower(), contest.number, str(Cid.from_digest(contest.manifest)))
    if place != here:
        raise ManifestError("it is about another contest", "do not trust its author")
    said = [(spec.index, spec.participant.lower(), spec.spec) for spec in report.specs]
    if said != [(spec.index, spec.participant.lower(), f"0x{spec.spec.hex()}") for spec in scoring.specs]:
        raise ManifestError("it is about other specs than were revealed", "do not trust its author")
    return report


def _other_versions(scoring: Scoring) -> str:
    """How what is installed here differs from what the manifest names; empty where it does not."""
    try:
        check_versions(scoring.manifest)
    except ManifestError as error:
        return error.what
    return ""


def _compare(
    scoring: Scoring,
    recorded: RecordedScores,
    report: Report | None,
    results: Mapping[int, Sequence[TrainingResult]],
    store: ContentStore,
    remarks: _Remarks,
) -> list[Comparison]:
    if report is not None:
        bring_details(store, report, results)
    compared = []
    for revealed in scoring.specs:
        if revealed.index not in results and not scoring.judged[revealed.spec].refusal:
            continue
        runs = results.get(revealed.index, ())
        details = _details(store, report, revealed.index, scoring, remarks) if report is not None and runs else None
        compared.append(
            Comparison(
                revealed.index,
                revealed.participant,
                revealed.spec,
                # An evaluator may record that a contest cannot be scored: then there is no score at all.
                recorded.scores[revealed.index] if recorded.scores else None,
                spec_score(runs, scoring.manifest.metric) if runs else 0,
                scoring.manifest.tolerance_ppm,
                None if details is None else first_difference(details, runs),
            )
        )
    return compared


def _details(
    store: ContentStore, report: Report, index: int, scoring: Scoring, remarks: _Remarks
) -> SpecDetails | None:
    scored = report.specs[index]
    return remarks.read(f"the details of spec {index}", lambda: fetch_details(store, scored, scoring.manifest))


def first_difference(details: SpecDetails, runs: Sequence[TrainingResult]) -> Difference | None:
    """Where the trainings of a spec left those of the report; None where they agree bit for bit.

    Args:
        details: what the report says of the spec's runs.
        runs: the same trainings, made here.
    """
    for number, (theirs, ours) in enumerate(zip_longest(details.runs, runs)):
        checkpoints = (theirs.checkpoints if theirs else (), ours.checkpoints if ours else ())
        for epoch, (one, other) in enumerate(zip_longest(*checkpoints), start=1):
            if one != other:
                return Difference(number, epoch)
    return None


def _check_member(
    scoring: Scoring,
    opened: OpenedScores,
    report: Report | None,
    comparisons: Sequence[Comparison],
    trained: Sequence[tuple[Run, TrainingResult]],
) -> MemberCheck:
    """Whether a member of the panel has found what is found here, and whether it shows that it trained."""
    tolerance = scoring.manifest.tolerance_ppm
    agrees = bool(opened.scores) and all(
        abs(opened.scores[one.index] - one.scored_ppm) <= tolerance for one in comparisons
    )
    if report is None:
        return MemberCheck(opened.member, agrees, "not shown", "its report could not be read")
    if report.scores != list(opened.scores):
        return MemberCheck(opened.member, agrees, "not shown", "its report has other scores than it opened")
    if report.own is None or report.own.member.lower() != opened.member.lower():
        return MemberCheck(opened.member, agrees, "not shown", "its report has no runs of its own")
    own = {run.index: run for run in report.own.runs}
    due = [revealed.index for revealed in scoring.trainable]
    if list(own) != due:
        return MemberCheck(opened.member, agrees, "not shown", f"its report has {len(own)} of {len(due)} own runs")
    alike = 0
    for run, result in trained:
        theirs: OwnRun = own[run.index]
        if theirs.seed != run.seed:
            return MemberCheck(opened.member, agrees, "no", f"its own run of spec {run.index} has another seed")
        if abs(theirs.score_ppm - result.score_ppm(scoring.manifest.metric)) > tolerance:
            reason = f"its own run of spec {run.index} is not what comes out here"
            return MemberCheck(opened.member, agrees, "no", reason)
        alike += theirs.weights == result.checkpoints[-1]
    if not trained:
        return MemberCheck(opened.member, agrees, "not shown", "none of its own runs was trained again")
    if alike == len(trained):
        return MemberCheck(opened.member, agrees, "yes", f"{alike} of its own runs come out here to the last bit")
    return MemberCheck(
        opened.member,
        agrees,
        "close",
        f"{alike} of {len(trained)} own runs come out here to the last bit, the others within the tolerance: another "
        "machine, or a guess",
    )
