"""Values of a spec's fields, made to fit each other."""

from __future__ import annotations

from collections.abc import Mapping

from hyperbounty.spec.table import MAX_LAYERS


def fitted(values: Mapping[str, int]) -> dict[str, int]:
    """`values` with units in the layers that are there, and nothing that belongs to layers that are not."""
    made = dict(values)
    for kind in ("recurrent", "dense"):
        for i in range(MAX_LAYERS):
            there = i < made[f"{kind}_layers"]
            made[f"{kind}_units_{i + 1}"] = max(1, made[f"{kind}_units_{i + 1}"]) if there else 0
    if made["dense_layers"] == 0:
        made["dense_activation"] = 0
    return made
