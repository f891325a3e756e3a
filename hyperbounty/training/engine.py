"""Training: specs, two sets of windows and seeds in; scores on the holdout and curves out.

The same spec, data, seed, backend and versions give the same result bit for bit on one machine: in one process or
another, after or beside whatever else was trained there. Bump `ENGINE_VERSION` in `machine.py` with every change here
that moves a number. docs/engine.md says what is equal between backends, devices and machines, and what only nearly.
"""

from __future__ import annotations

import gc
import time
from collections import deque
from collections.abc import Callable, Iterator, Sequence
from functools import partial
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from hyperbounty.errors import TrainingError
from hyperbounty.spec.shape import TaskShape
from hyperbounty.spec.spec import Spec
from hyperbounty.training.arithmetic import Arithmetic
from hyperbounty.training.backend import use
from hyperbounty.training.curves import Curves
from hyperbounty.training.execution import Execution, choose_execution, program_key
from hyperbounty.training.fusing import Member, check_device, lanes_that_fit
from hyperbounty.training.machine import BACKEND
from hyperbounty.training.result import EpochProgress, TrainingResult
from hyperbounty.training.seeding import epoch_order
from hyperbounty.training.windows import Windows

if TYPE_CHECKING:  # It loads Keras, which `use` must set up first.
    from hyperbounty.training.program import Data, Program

__all__ = ["EpochProgress", "Trainer", "TrainingResult", "train"]


def train(
    spec: Spec,
    train: Windows,
    holdout: Windows,
    seed: int,
    on_epoch: Callable[[EpochProgress], None] | None = None,
    *,
    backend: str = BACKEND,
    arithmetic: Arithmetic | None = None,
) -> TrainingResult:
    """Train `spec` on `train` and score it on `holdout`; `Trainer` does the same for many specs on the same data.

    >>> rows = np.random.default_rng(1).normal(size=(39, 2)).astype(np.float32)
    >>> data = Windows(rows, np.arange(32), (rows[7:, 0] > 0).astype(np.uint8), length=8)
    >>> result = train(Spec(cell="SimpleRNN", recurrent_units=(2,), epochs=1), data, data, seed=1)
    >>> result.parameters, len(result.logits), len(result.losses)
    (13, 32, 1)
    """
    return Trainer(train, holdout, backend=backend, arithmetic=arithmetic).train(spec, seed, on_epoch)


class Trainer:
    """Trains specs on one set of data.

    It keeps the program it compiled last: specs of the same `program_key`, such as the runs of one spec, are best
    trained in a row. TensorFlow keeps some 30 MB of every program for as long as the process lives, so train many
    specs in processes that end from time to time, as the evaluator's pool does.

    Args:
        train: the windows to learn from.
        holdout: the windows to score on; nothing of them reaches the training.
        backend: what to train with, one a process; a contest's manifest names it.
        device: `cpu` or `accelerator`.
        arithmetic: what a contest's manifest fixes of the machine: instructions, and how many specs `train_many`
            trains side by side in one program. None is the default.
        execution: how TensorFlow executes whatever is trained; None leaves it to `choose_execution`, as every score
            must.

    Raises:
        TrainingError: the windows are empty, do not match each other or hold a number that is not finite, or the
            backend or the device is not there, or this machine cannot offer the arithmetic.
    """

    def __init__(
        self,
        train: Windows,
        holdout: Windows,
        *,
        backend: str = BACKEND,
        device: str = "cpu",
        arithmetic: Arithmetic | None = None,
        execution: Execution | None = None,
    ) -> None:
        _check("training", train)
        _check("holdout", holdout)
        if train.length != holdout.length or train.features.shape[1] != holdout.features.shape[1]:
            raise TrainingError(
                f"training windows are {train.length} rows of {train.features.shape[1]} features, "
                f"holdout windows {holdout.length} of {holdout.features.shape[1]}",
                "cut both with the same columns and sequence length",
            )
        arithmetic = arithmetic or Arithmetic()
        use(backend, device, arithmetic)
        if device != "cpu":
            check_device()
        self._backend = backend
        self._lanes = arithmetic.lanes
        self._execution = execution
        self._data = _placed(train, holdout)
        self._shape = TaskShape(train.features.shape[1], len(train), train.length)
        self._labels = train.labels.astype(np.float32)
        self._rises = holdout.labels.astype(bool)
        self._program: Program | None = None
        self._program_key: object = None

    def train(self, spec: Spec, seed: int, on_epoch: Callable[[EpochProgress], None] | None = None) -> TrainingResult:
        """Train `spec` from scratch with the 31-bit `seed`; `on_epoch` hears of every epoch.

        Training stops at the first epoch that leaves a loss, a weight or a prediction that is not finite.
        """
        heard = None if on_epoch is None else lambda _, progress: on_epoch(progress)
        ((_, result),) = self.train_many([(spec, seed)], heard)
        return result

    def train_many(
        self, members: Sequence[Member], on_epoch: Callable[[int, EpochProgress], None] | None = None
    ) -> Iterator[tuple[int, TrainingResult]]:
        """Train all `members`, those of one `program_key` side by side in lanes, and give each result as it is there.

        A result is that of a training in these lanes alone: what the other lanes hold does not touch it.

        Args:
            members: specs and seeds.
            on_epoch: hears of every epoch of the member with this index.

        Yields:
            The index of a member and its result.
        """
        groups: dict[bytes, list[int]] = {}
        for index, (spec, _) in enumerate(members):
            groups.setdefault(program_key(spec), []).append(index)
        for indexes in groups.values():
            # The longest first: what is left to the end then is short, and few lanes run empty.
            waiting = deque(sorted(indexes, key=lambda index: -members[index][0].epochs))
            yield from self._train_group(members, waiting, on_epoch)

    def lanes(self, spec: Spec) -> int:
        """How many specs of the `program_key` of `spec` train side by side. It never depends on how many there are."""
        return lanes_that_fit(spec, self._lanes, self._shape)

    def _train_group(
        self,
        members: Sequence[Member],
        waiting: deque[int],
        on_epoch: Callable[[int, EpochProgress], None] | None,
    ) -> Iterator[tuple[int, TrainingResult]]:
        """Train the members with the indexes `waiting`, all of one key; a lane that is done takes the next of them.

        This is the loop over the epochs; the loop over the batches of one is compiled, in the program.
        """
        began = time.monotonic()
        program = self._program_for(members[waiting[0]][0])
        # A caller that trains something else between two results shall not find this program, whose lanes are in use.
        self._program = None
        orders = np.tile(np.arange(self._shape.rows, dtype=np.int32), (program.lanes, 1))  # [lanes, windows]
        running: dict[int, tuple[int, Curves]] = {}  # by lane: the index of its member, and what it has done
        while waiting or running:
            for lane in range(program.lanes):
                if lane not in running and waiting:
                    index = waiting.popleft()
                    spec, seed = members[index]
                    program.reset(lane, spec, seed)
                    orders[lane] = epoch_order(seed, 1, self._shape.rows)
                    heard = None if on_epoch is None else partial(on_epoch, index)
                    running[lane] = index, Curves(spec, seed, self._rises, heard, began)
            epoch = program.epoch(orders)
            # Made while the device is at work.
            passed = orders
            orders = orders.copy()
            for lane, (_, curves) in running.items():
                orders[lane] = epoch_order(curves.seed, curves.epochs + 2, self._shape.rows)
            # Here the device is waited for.
            trained = np.asarray(epoch.trained)  # [lanes, windows] logits, in the order of `passed`
            predicted = np.asarray(epoch.logits)  # [lanes, holdout windows] logits
            for lane, (index, curves) in list(running.items()):
                weights = program.weights(lane)
                labels = self._labels[passed[lane]]  # [windows]
                curves.add(
                    loss=_mean_loss(members[index][0].loss, trained[lane], labels),
                    accuracy=float(np.mean((trained[lane] > 0) == (labels > 0))),
                    logits=predicted[lane],
                    weights=weights,
                )
                if curves.finished:
                    del running[lane]
                    yield index, curves.result(program.parameters, weights)
            began = time.monotonic()
        self._program = program

    def _program_for(self, spec: Spec) -> Program:
        execution = self._execution or choose_execution(spec, self._shape)
        lanes = self.lanes(spec)
        key = (program_key(spec), execution, lanes)
        if self._program is None or self._program_key != key:
            self._program = None
            gc.collect()  # Graphs, layers and compiled code refer to each other in circles.
            self._program, self._program_key = _compile(self._backend, spec, self._data, execution, lanes), key
        return self._program


def _placed(train: Windows, holdout: Windows) -> Data:
    from hyperbounty.training.program import Data

    return Data.of(train, holdout)


def _compile(backend: str, spec: Spec, data: Data, execution: Execution, lanes: int) -> Program:
    if backend == "jax":
        from hyperbounty.training.jax_program import JaxProgram

        return JaxProgram(spec, data, lanes)
    from hyperbounty.training.tensorflow_program import TensorflowProgram

    return TensorflowProgram(spec, execution, data)


def _mean_loss(name: str, logits: NDArray[np.float32], labels: NDArray[np.float32]) -> float:
    from hyperbounty.training.losses import mean_loss

    return float(mean_loss(name, logits, labels))


def _check(name: str, windows: Windows) -> None:
    if len(windows.starts) == 0:
        raise TrainingError(f"there are no {name} windows", "take more rows or a shorter sequence")
    rows = len(windows.features)
    if (
        len(windows.labels) != len(windows.starts)
        or windows.starts.min() < 0
        or windows.starts.max() + windows.length > rows
    ):
        # Compiled code would clamp such an index without a word.
        raise TrainingError(
            f"{len(windows.starts)} {name} windows of {windows.length} rows with {len(windows.labels)} labels reach "
            f"outside their {rows} rows",
            "cut them with hyperbounty.training.windows",
        )
    if not np.isfinite(windows.features).all():
        row = int(np.argwhere(~np.isfinite(windows.features))[0][0])
        raise TrainingError(f"row {row} of the {name} features is not finite", "clean the prices it is made from")
