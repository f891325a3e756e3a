"""The picture of a contest draws texts as texts."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from hyperbounty.bounty.show.picture import Drawing
from hyperbounty.bounty.types import Outcome
from hyperbounty.prices.table import PriceTable
from tests.bounty.shown_contest import ADA, CONTEST, MANIFEST, report


@pytest.mark.heavy
@pytest.mark.parametrize("text", [r"$\frac{$", "$x_1$ and $", "one\ntwo \x1b[2J\u202e", "_hidden"])
def test_a_title_is_no_formula_and_has_no_hidden_characters(text: str, tmp_path: Path) -> None:
    times = 300 * np.arange(40)
    table = PriceTable(times, ("LTC.close", "LTC.volume"), np.full((40, 2), 2.0), 300)
    drawing = Drawing(
        contest=replace(CONTEST, winners=(0,), outcome=Outcome.WON),
        ended=1_800_000_000,
        manifest=MANIFEST.model_copy(update={"title": text, "source": text}),
        report=report(560_000, 540_000),
        training=table.rows(0, 30),
        holdout=table.rows(30, 40),
        details={},
        names={ADA: text},
    )
    drawing.save(tmp_path / "contest.png")
    assert (tmp_path / "contest.png").stat().st_size > 10_000
