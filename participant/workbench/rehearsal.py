"""Training at home: how a spec does on the end of the training prices, before any money is put on it."""

from __future__ import annotations

from collections.abc import Callable

from hyperbounty.bounty.manifest import Manifest
from hyperbounty.prices.table import PriceTable
from hyperbounty.spec.spec import Spec
from hyperbounty.training.engine import train
from hyperbounty.training.result import EpochProgress, TrainingResult
from hyperbounty.training.windows import Windows


def rehearse(
    spec: Spec,
    manifest: Manifest,
    training: PriceTable,
    *,
    validation_fraction: float = 0.2,
    seed: int = 0,
    on_epoch: Callable[[EpochProgress], None] | None = None,
) -> tuple[TrainingResult, Windows]:
    """Train `spec` as the evaluator will, with the tail of the training prices standing in for the holdout.

    Returns:
        The result, and the validation windows.
    """
    head, tail = training.split(validation_fraction)
    dataset = manifest.task.dataset(head, tail)
    assert dataset.holdout is not None
    result = train(
        spec,
        dataset.train,
        dataset.holdout,
        seed,
        on_epoch,
        backend=manifest.backend,
        arithmetic=manifest.arithmetic,
    )
    return result, dataset.holdout
