"""The epoch in which a training left the one that the report tells of."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import zip_longest

from hyperbounty.bounty.report import SpecDetails, SpecScore
from hyperbounty.errors import ContentNotFound, ManifestError
from hyperbounty.store import Cid, ContentStore
from hyperbounty.training.result import TrainingResult


@dataclass(frozen=True)
class Difference:
    """Epoch `epoch` (from 1) of run `run` (from 0) is the first after which the weights are not those of the report."""

    run: int
    epoch: int


def first_difference(recorded: SpecScore, runs: Sequence[TrainingResult], store: ContentStore) -> Difference | None:
    """Where the trainings of a spec left those of the report; None where they agree bit for bit, or nobody can tell.

    Args:
        recorded: what the report says of the spec; its details are fetched from `store`. Where they are missing, or
            nothing that can be read, the scores are all there is to compare.
        runs: the same trainings, made here.
    """
    if recorded.details is None:
        return None
    try:
        details = SpecDetails.parse(store.get(Cid.parse(recorded.details)))
    except (ContentNotFound, ManifestError):
        return None
    for number, (theirs, ours) in enumerate(zip_longest(details.runs, runs)):
        checkpoints = (theirs.checkpoints if theirs else (), ours.checkpoints if ours else ())
        for epoch, (one, other) in enumerate(zip_longest(*checkpoints), start=1):
            if one != other:
                return Difference(number, epoch)
    return None
