"""How large the task is that a spec is trained on."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class TaskShape:
    """What cost, memory, time and lanes of a training depend on beside its spec.

    A manifest's shape counts all rows of its prices, as no window is cut yet: an upper bound of the windows.

    Attributes:
        features: numbers of a row.
        rows: training windows, one of which ends at each row.
        sequence_length: rows of a window.
        holdout: windows that are predicted after each epoch. Only the cost depends on them.
    """

    features: int
    rows: int
    sequence_length: int
    holdout: int = 0
