"""Specs that together hold every value of every table of the spec."""

from __future__ import annotations

from typing import Final

from hyperbounty.spec.spec import Spec
from hyperbounty.spec.table import ACTIVATIONS, CELLS, LOSSES, NORMALIZATIONS, OPTIMIZERS

WHOLE_TABLE: Final = [
    Spec(
        cell=CELLS[i % len(CELLS)],
        recurrent_units=(5, 4, 3, 2)[: 4 if i == 3 else 1],
        dense_units=(4, 3, 3, 2)[: 4 if i == 3 else 1],
        activation=ACTIVATIONS[i],
        dense_activation=ACTIVATIONS[(i + 3) % len(ACTIVATIONS)],
        loss=LOSSES[i % len(LOSSES)],
        optimizer=OPTIMIZERS[i],
        learning_rate=0.01,
        batch_size=32,
        epochs=2,
        dropout=0.2 * (i % 2),
        normalization=NORMALIZATIONS[i % len(NORMALIZATIONS)],
        bidirectional=i in (1, 2),
        gradient_clip=1.0 * (i % 2),
        weight_decay=0.001 * (i % 2),
    )
    for i in range(8)
]
"""Every value of every table stands in at least one of these eight."""
