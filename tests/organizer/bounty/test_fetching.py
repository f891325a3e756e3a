"""`organizer fetch` on files of one's own."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from hyperbounty.cli.main import run
from hyperbounty.prices.fetched import FetchedPrices


def lines(coins: tuple[str, ...], folder: Path, first: int = 0) -> None:
    """Files whose titles nobody knows, with local times of Berlin in winter."""
    for shift, coin in enumerate(coins):
        rows = (
            f"{day:02}.01.2024 {hour:02}:00;{100 + shift + (day * hour) % 5},5;{hour}"
            for day in range(1 + first * shift, 11)
            for hour in range(24)
        )
        (folder / f"{coin}-USD.csv").write_text("Tag;Kurs;Menge\n" + "\n".join(rows) + "\n", encoding="utf-8")


def fetch(folder: Path, capsys: pytest.CaptureFixture[str], *options: str) -> tuple[int, str]:
    capsys.readouterr()
    code = run(["organizer", "fetch", "--csv", str(folder), "--out", str(folder / "out"), "--json", *options])
    out, err = capsys.readouterr()
    return code, out if code == 0 else err


def test_all_coins_of_a_folder_are_fetched_by_the_columns_that_the_user_names(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    lines(("BTC", "DOGE"), tmp_path)
    code, said = fetch(tmp_path, capsys)
    assert code == 4
    assert "no column 'close'" in said
    assert "--columns time=Date,close=Close,volume=Volume" in said
    code, said = fetch(tmp_path, capsys, "--columns", "close=Kurs,volume=3,zone=Europe/Berlin")
    assert code == 0, said
    assert json.loads(said)["coins"] == ["BTC", "DOGE"]
    table = FetchedPrices.load(tmp_path / "out").table
    assert (len(table), table.times[0]) == (240, 1704063600)


def test_coins_that_begin_at_different_times_are_fetched_from_the_time_that_the_message_names(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    lines(("BTC", "ETH"), tmp_path, first=3)
    columns = ("--columns", "close=Kurs,volume=Menge")
    code, said = fetch(tmp_path, capsys, *columns)
    assert code == 4
    assert "BTC would lose 72 of 240 rows" in said
    start = said.split("--start ")[1].split()[0]
    code, said = fetch(tmp_path, capsys, *columns, "--start", start)
    assert code == 0, said
    assert json.loads(said)["rows"] == 168


def test_columns_belong_to_files(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["organizer", "fetch", "--columns", "close=2", "--out", str(tmp_path / "out")]) == 4
    assert "--columns does not go with the source sample" in capsys.readouterr().err
