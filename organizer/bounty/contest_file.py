"""A contest as one file: every option of `organizer open` in its section, read and written.

    [task]
    coin = "LTC"

    [reward]
    reward = "1 ether"
    evaluator = "devnet-1"

The sections are made of the fields of `PricesFolder`, `TaskSettings` and `Offer`, which the options are made of too. A
contest has one normalized file, whoever wrote it and whether it was opened from a file at all: it is what names the
opening in the journal of transactions.
"""

from __future__ import annotations

import os
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final

import click

from hyperbounty.cli.option_file import FileLayout
from hyperbounty.cli.options import option
from hyperbounty.cli.toml_values import literal
from hyperbounty.money import COIN
from hyperbounty.next_steps import Action, NextStep
from organizer.bounty.offer import Offer
from organizer.bounty.task import TaskSettings


@dataclass(frozen=True, kw_only=True)
class PricesFolder:
    """What a contest is made of."""

    prices: Path = field(
        metadata=option("Folder that `fetch` wrote.", type=click.Path(file_okay=False, path_type=Path))
    )


KINDS: Final = (PricesFolder, TaskSettings, Offer)

SECTIONS: Final[Mapping[str, Sequence[str]]] = {
    "prices": ("prices", "holdout", "future_rows", "private_data", "holdout_fraction"),
    "task": ("coin", "title", "metric", "future_periods", "sequence_length", "runs", "backend", "lanes"),
    "bar": ("luck_ppm", "minimum_score_ppm", "allow_luck"),
    "reward": ("reward", "asset", "shares", "bond", "evaluator", "evaluator_bond", "evaluator_fee", "entry_fee"),
    "limits": ("max_submissions", "max_per_address", "run_seconds", "cores"),
    "windows": (
        *("accept_seconds", "submit_seconds", "reveal_seconds", "score_seconds"),
        *("challenge_seconds", "seal_seconds", "open_seconds"),
    ),
    "panel": ("panel", "member_bond", "panel_fee", "challenge_bond"),
}
"""The fields by section."""

HEADINGS: Final = {name.capitalize(): fields for name, fields in SECTIONS.items()}
"""Of the options in the help of a command."""

LAYOUT: Final = FileLayout.of(
    SECTIONS,
    KINDS,
    missing=NextStep("write one to fill in: {}", Action("organizer.init", ("contest.toml",))),
    apart={"minimum": "luck"},
)


def normalized(settings: TaskSettings, offer: Offer) -> str:
    """The one file of a contest, whatever file or options it comes from: no comments, every key that says something.

    Where its prices lie is not in it, for a folder's name says nothing of what is in it.

    >>> print(normalized(TaskSettings(coin="LTC"), Offer(reward=10**18, evaluator="0xab"))[:27])
    [prices]
    holdout = "future"
    """
    return _written({**settings.request_fields(), **offer.request_fields()}, offer)


def saved(prices: Path, settings: TaskSettings, offer: Offer, target: Path) -> str:
    """The file at `target` that opens this contest once more: its normalized file, and where the prices are."""
    here, folder = target.parent.resolve(), prices.resolve()
    # A path that leaves the file's folder would break as soon as the file is moved.
    shown = Path(os.path.relpath(folder, here)) if folder.is_relative_to(here) else folder
    return _written({"prices": shown, **settings.request_fields(), **offer.request_fields()}, offer)


def _written(values: Mapping[str, Any], offer: Offer) -> str:
    nothing = (None, (), COIN)
    said = {name: value for name, value in values.items() if value not in nothing}
    sections = []
    for name, keys in LAYOUT.sections.items():
        lines = [
            f"{key} = {literal(option, said[option.field], offer.asset)}"
            for key, option in keys.items()
            if option.field in said
        ]
        if lines:
            sections.append("\n".join([f"[{name}]", *lines]) + "\n")
    return "\n".join(sections)
