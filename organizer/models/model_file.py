"""A model as one file: every option of its opening, in its section.

    [model]
    name = "Spam"
    kind = "naive-bayes"

    [start]
    data = "mail"

    [price]
    weight = "0.001 ether"

It is made of the fields of `ModelSettings` and `Pricing`, which the options are made of too.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Final

from hyperbounty.cli.option_file import FileLayout
from hyperbounty.next_steps import Action, NextStep
from organizer.models.settings import KINDS_OF_VALUES

SECTIONS: Final[Mapping[str, Sequence[str]]] = {
    "model": ("name", "about", "kind", "classes", "features", "capacity", "step", "alpha"),
    "start": ("data", "samples", "estimator", "state", "pretrain", "test", "passes", "pretrain_step"),
    "encoder": ("encoder", "encoder_file", "seed"),
    "price": ("weight", "floor_shift", "asset", "min_interval"),
    "waits": ("refund_wait", "owner_wait", "any_wait"),
}
"""The fields by section."""

HEADINGS: Final = {name.capitalize(): fields for name, fields in SECTIONS.items()}
"""Of the options in the help of a command."""

LAYOUT: Final = FileLayout.of(
    SECTIONS,
    KINDS_OF_VALUES,
    missing=NextStep("write one to fill in: {}", Action("model.init", ("model.toml",))),
    apart={"samples": "data", "encoder_file": "encoder"},
)
