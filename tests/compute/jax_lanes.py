"""Training in four lanes on JAX's CPU, as a group on an accelerator does. In a module because processes import it."""

from __future__ import annotations

import mmap
from collections.abc import Callable, Iterator, Sequence
from typing import Final

from hyperbounty.compute.training import Training
from hyperbounty.store import Cid
from hyperbounty.training.arithmetic import Arithmetic
from hyperbounty.training.fusing import Member
from hyperbounty.training.result import EpochProgress, TrainingResult
from hyperbounty.training.weights import to_npz
from hyperbounty.training.windows import Windows
from tests.compute.stub_training import make_stub

LANES: Final = 4


def four_lanes(train: Windows, holdout: Windows) -> Training:
    """A `Prepare`, with its windows."""
    from hyperbounty.training.engine import Trainer

    return Trainer(train, holdout, backend="jax", arithmetic=Arithmetic(lanes=LANES)).train_many


def reserve_much() -> Training:
    """A `Prepare` of the stub that reserves more than a job may hold first, as the driver of an accelerator does."""
    stub, reserved = make_stub(), list[mmap.mmap]()

    def run(
        members: Sequence[Member], on_epoch: Callable[[int, EpochProgress], None]
    ) -> Iterator[tuple[int, TrainingResult]]:
        reserved.append(mmap.mmap(-1, 3 * 2**30, mmap.MAP_PRIVATE))
        yield from stub(members, on_epoch)

    return run


def found_in_lanes(train: Windows, holdout: Windows, members: Sequence[Member]) -> list[tuple[str, str]]:
    """What the engine alone trains `members` to: checkpoints and losses as text, and the CID of the weights."""
    results = dict(four_lanes(train, holdout)(members, lambda _index, _epoch: None))
    found = [results[index] for index in range(len(members))]
    return [
        (repr((one.checkpoints, one.losses, one.logits.tobytes())), str(Cid.raw(to_npz(one.weights)))) for one in found
    ]
