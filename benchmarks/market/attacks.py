"""What hostile trainers send, who know what the honest ones will send."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Final

import numpy as np

from benchmarks.market.data import Floats


@dataclass(frozen=True)
class Seen:
    """What an attacker knows.

    Attributes:
        own: its own honest change of weights.
        label_shifted: what it would be with every label moved on by one.
        honest: the changes of the honest trainers, float [n, features, outputs].
        random: its chance.
    """

    own: Floats
    label_shifted: Floats
    honest: Floats
    random: np.random.Generator


ATTACKS: Final[Mapping[str, Callable[[Seen], Floats]]] = {
    "sign flip ×1": lambda seen: -seen.own,
    "sign flip ×5": lambda seen: -5 * seen.own,
    "label shift": lambda seen: seen.label_shifted,
    "noise": lambda seen: seen.random.normal(0, 3 * seen.own.std(), seen.own.shape),
    # Baruch et al. 2019: as far from the mean as honest ones are, and all to one side.
    "a little is enough": lambda seen: seen.honest.mean(axis=0) - 1.5 * seen.honest.std(axis=0),
    # Xie et al. 2020: against the mean of the honest.
    "inner product": lambda seen: -0.5 * seen.honest.mean(axis=0),
    "free rider": lambda seen: np.zeros_like(seen.own),
    "×10": lambda seen: 10 * seen.own,
    "overshoot": lambda seen: 3 * seen.honest.mean(axis=0),
}
"""By name."""
