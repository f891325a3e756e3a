"""What a backend makes of a spec: a program that trains one epoch and predicts the holdout, compiled.

The engine is written against this interface; `tensorflow_program` and `jax_program` are its two sides. The data stay on
the device: what crosses to Python each epoch is the order of the windows, the logits of every window, and the weights.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, NamedTuple, Protocol

import numpy as np
from numpy.typing import NDArray

from hyperbounty.spec.spec import Spec
from hyperbounty.training.backend import keras
from hyperbounty.training.windows import Windows


@dataclass(frozen=True, eq=False)
class Data:
    """One set of windows as tensors of a backend.

    Attributes:
        features: [rows, features] float32, training rows.
        starts: [windows] int32, first row of each training window.
        labels: [windows] float32, 0 or 1.
        holdout_features: [rows, features] float32.
        holdout_starts: [windows] int32 NumPy array.
        length: rows of a window.
    """

    features: Any
    starts: Any
    labels: Any
    holdout_features: Any
    holdout_starts: NDArray[np.int32]
    length: int

    @classmethod
    def of(cls, train: Windows, holdout: Windows) -> Data:
        """The windows on the device of the backend that this process runs."""
        place = keras.ops.convert_to_tensor
        return cls(
            place(np.asarray(train.features, np.float32)),
            place(np.asarray(train.starts, np.int32)),
            place(np.asarray(train.labels, np.float32)),
            place(np.asarray(holdout.features, np.float32)),
            holdout.starts.astype(np.int32),
            train.length,
        )


class Epoch(NamedTuple):
    """What an epoch did in each lane. The arrays may still be on their way from the device: NumPy waits for them.

    Attributes:
        trained: [lanes, windows] logits of the training windows in their order, before the step of their batch.
        logits: [lanes, holdout windows] after the epoch.
    """

    trained: Any
    logits: Any


class Program(Protocol):
    """The compiled training of all specs of one `program_key` on one set of data, `lanes` of them side by side.

    The lanes know nothing of each other: what one computes does not depend on what the others hold.
    """

    lanes: int
    parameters: int

    def reset(self, lane: int, spec: Spec, seed: int) -> None:
        """Put a lane back to before the first step, for `spec` (of the key) and `seed`."""

    def epoch(self, orders: NDArray[np.int32]) -> Epoch:
        """One pass of every lane over the windows in its order `[lanes, windows]`, and its predictions after it."""

    def weights(self, lane: int) -> list[NDArray[np.float32]]:
        """Arrays of the model of a lane, in Keras' order."""
