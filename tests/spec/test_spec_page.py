"""docs/spec.md shows the table as it is."""

import os
from pathlib import Path

from hyperbounty.spec import spec

PAGE = Path(__file__).parents[2] / "docs" / "spec.md"

_TABLES = {
    "cell": spec.CELLS,
    "activation": spec.ACTIVATIONS,
    "dense_activation": spec.ACTIVATIONS,
    "loss": spec.LOSSES,
    "optimizer": spec.OPTIMIZERS,
    "normalization": spec.NORMALIZATIONS,
}
_MEANINGS = {
    "version": "of this table",
    "recurrent_layers": "how many there are",
    "dense_layers": "how many there are",
    "activation": "of the recurrent cells",
    "dense_activation": "of the dense layers; 0 without any",
    "learning_rate": "in steps of 0.000001",
    "batch_size": "windows",
    "epochs": "passes over the training windows",
    "dropout": "in steps of 0.01",
    "bidirectional": "each recurrent layer reads both ways",
    "gradient_clip": "global norm in steps of 0.01; 0 is off",
    "weight_decay": "decoupled, in steps of 0.000001",
}


def rows() -> list[str]:
    found = []
    for field in spec.FIELDS:
        meaning = _MEANINGS.get(field.name, "of that layer; 0 where it is not there" if "_units_" in field.name else "")
        if field.name in _TABLES:
            choices = ", ".join(f"{i} {name}" for i, name in enumerate(_TABLES[field.name]))
            meaning = f"{meaning}: {choices}" if meaning else choices
        found.append(f"| {field.name} | {field.digits} | {field.lowest} | {field.highest} | {meaning} |")
    return found


def test_the_page_shows_the_table() -> None:
    page = PAGE.read_text(encoding="utf-8")
    head, start, rest = page.partition("|---|---|---|---|---|\n")
    end = rest.index("\n\n")
    if os.environ.get("HYPERBOUNTY_UPDATE_SNAPSHOTS"):
        PAGE.write_text(head + start + "\n".join(rows()) + rest[end:], encoding="utf-8")
        return
    assert rest[:end].splitlines() == rows()
