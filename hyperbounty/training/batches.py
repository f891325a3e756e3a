"""How an epoch and the holdout are cut into batches. Free of Keras."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from hyperbounty.spec.spec import Spec


@dataclass(frozen=True)
class Batches:
    """An epoch of `windows` windows: `full` batches of `size`, then `left` windows in one that is smaller.

    As in Keras' `fit`, every window is seen once an epoch, and what is left is a batch of its own. A step for that
    shape must be compiled as well, which takes as long as the training of a small spec. Where it wastes little, the
    last batch is instead filled up to `size` with windows that do not count: the same mean over the same windows.

    >>> batches = Batches.of(Spec(batch_size=32), windows=100)
    >>> batches.full, batches.left, batches.filled
    (3, 4, False)

    Attributes:
        filled: the last batch is filled up.
    """

    windows: int
    size: int
    full: int
    left: int
    filled: bool

    @classmethod
    def of(cls, spec: Spec, windows: int) -> Batches:
        """The batches of `spec` over `windows` windows."""
        size = min(spec.batch_size, windows)
        full, left = divmod(windows, size)
        # Batch normalization takes its moments over all of a batch, so there windows that do not count would.
        filled = left > 0 and spec.normalization != "batch" and (size - left) * 8 <= windows
        return cls(windows, size, full, left, filled)

    @property
    def steps(self) -> int:
        """Batches of `size` in an epoch."""
        return self.full + self.filled

    def cut(self, order: NDArray[np.int32]) -> tuple[NDArray[np.int32], NDArray[np.int32]]:
        """`order` [..., windows] as its batches [..., steps, size] and the smaller one [..., left or 0].

        >>> cut, tail = Batches.of(Spec(batch_size=2), windows=5).cut(np.arange(5, dtype=np.int32))
        >>> cut.tolist(), tail.tolist()
        ([[0, 1], [2, 3]], [4])
        """
        split = self.full * self.size
        head = order[..., :split]
        tail = order[..., split:]
        if self.filled:
            # With windows of the same batch: what overflows in one that does not count does so in one that does.
            places = np.resize(np.arange(self.left), self.size)
            head = np.concatenate([head, tail[..., places]], axis=-1)
            tail = tail[..., :0]
        return head.reshape(*order.shape[:-1], self.steps, self.size), tail

    def holdout(self, starts: NDArray[np.int32]) -> NDArray[np.int32]:
        """`starts` [windows] as [batches, size], with some of them again at the end where they do not come out even.

        Batches as those of the training: so XLA compiles one way forward instead of two.
        """
        return np.resize(starts, (-(-len(starts) // self.size), self.size))

    def counted(self) -> NDArray[np.bool_] | None:
        """Which windows of `cut` count, [steps, size]; None where all do."""
        if not self.filled:
            return None
        return (np.arange(self.steps * self.size) < self.windows).reshape(self.steps, self.size)
