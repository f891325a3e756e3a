"""A contest as a row of a list."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import Any

from hyperbounty.bounty.show.listing import Listed, Record
from hyperbounty.bounty.types import Outcome, Panel, Phase
from hyperbounty.cli.terminal import table_lines
from hyperbounty.money import Asset
from participant.bounty.listing import COLUMNS, contest_row
from tests.bounty.shown_contest import CONTEST, DISPUTE, NOW

ALONE = replace(DISPUTE, panel=Panel(), seats=(), accepted=(), challenger=None)


def row(record: Record = Record(), luck_ppm: int | None = 40_000, **changes: Any) -> dict[str, str]:  # noqa: B008
    """The cells by their columns."""
    listed = Listed(replace(CONTEST, **changes), ALONE, record, NOW, luck_ppm)
    return dict(zip(COLUMNS, contest_row(listed), strict=True))


def test_a_row_says_how_long_what_it_costs_and_who_decides() -> None:
    assert row() == {
        "contest": "7",
        "phase": "submit",
        "until": "1970-01-12 13:48:20 UTC",
        "left": "1m 40s",
        "reward": "0.5 ETH",
        "minimum": "55%",
        "entry": "0.001 ETH",
        "taken": "2 of 256",
        "panel": "none",
        "organizer": "none ended",
        "luck": "",
    }
    assert row(asset=Asset("0x" + "33" * 20, "SIX", 6), reward=250_500_000)["reward"] == "250.5 SIX"
    assert row(submit_ends=NOW - 5)["left"] == "over"


def test_a_surcharge_is_told_from_the_fee() -> None:
    cell = row(standing=128)["entry"]
    assert re.fullmatch(r"about 0\.00[0-9]{1,4} ETH, fee 0\.001 ETH", cell)
    assert row(standing=256)["entry"] == "-"


def test_what_is_over_has_no_price_no_deadline_and_no_luck() -> None:
    ended = row(phase=Phase.SETTLED, outcome=Outcome.WON, luck_ppm=None)
    assert (ended["phase"], ended["until"], ended["left"]) == ("settled, won", "", "")
    assert (ended["entry"], ended["luck"]) == ("-", "")


def test_the_members_of_a_panel_are_counted_and_its_deadline_counts() -> None:
    listed = Listed(replace(CONTEST, phase=Phase.PANEL_SEAL), DISPUTE, Record(), NOW)
    cells = dict(zip(COLUMNS, contest_row(listed), strict=True))
    assert cells["panel"] == str(len(DISPUTE.panel.members))
    assert listed.ends == DISPUTE.seal_ends
    assert cells["left"] != ""


def test_a_record_says_what_there_was_and_luck_is_marked_where_it_may_be_paid() -> None:
    assert row(Record(won=3, void=1, disputed=2))["organizer"] == "3 won, 1 void, 2 disputed"
    assert row(luck_ppm=50_000)["luck"] == ""
    assert row(luck_ppm=730_000)["luck"] == "PAID, up to 73%"
    assert row(luck_ppm=None)["luck"] == "not known"


def test_a_list_fits_any_terminal() -> None:
    rows = [[*row(Record(won=12, refunded=3, void=1, disputed=2), standing=128, luck_ppm=730_000).values()]] * 2
    for width in (80, 120):
        assert max(map(len, table_lines(COLUMNS, rows, width))) <= width
