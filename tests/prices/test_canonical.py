"""Lines that are read at once are those that `repr` would write, with the same numbers to the last bit."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from hyperbounty.errors import PriceDataError
from hyperbounty.prices.canonical import read_canonical
from hyperbounty.prices.table import PriceTable

CELL = st.one_of(
    st.text("0123456789.", min_size=1, max_size=18),
    st.from_regex(r"[0-9]{1,9}\.[0-9]{1,9}", fullmatch=True),
    st.floats(0, 1e17).map(repr),
    st.floats(0, 10).map(lambda value: f"{value:.5f}"),
    st.sampled_from(["", "-0.0", "nan", "1e5", "1.", ".5", "00.5", "0.50", "0.0001", "0.00009", "123456789012345.6"]),
)


@given(st.text("0123456789", min_size=1, max_size=17), CELL, CELL)
@example("0", "0.0", "0.0")
@example("00", "0.0", "0.0")
def test_what_is_read_at_once_is_canonical_and_exact(time: str, one: str, other: str) -> None:
    piece = f"{time},{one},{other}\n".encode()
    read = read_canonical(piece, 3)
    if read is not None:
        assert read.tolist() == [[float(time), float(one), float(other)]]
        assert piece == f"{int(time)},{float(one)!r},{float(other)!r}\n".encode()


@given(st.lists(st.tuples(st.integers(1, 10**7), st.integers(0, 10**8)), min_size=1, max_size=20))
def test_usual_prices_are_read_at_once(cells: list[tuple[int, int]]) -> None:
    rows = [(300 * i, price / 100, volume / 10_000) for i, (price, volume) in enumerate(cells)]
    usual = [row for row in rows if row[2] == 0 or row[2] >= 1e-4]
    piece = "".join(f"{time},{price!r},{volume!r}\n" for time, price, volume in usual).encode()
    if usual:
        read = read_canonical(piece, 3)
        assert read is not None
        assert read.tolist() == [list(row) for row in usual]


@pytest.mark.parametrize(
    "piece",
    [
        b"",
        b"300,1.5",
        b"300\n",
        b"300,1.5,2.5\n",
        b"300,1.5\n\n",
        b"300,1.5\n600,\n",
        b"300\n1.5,600,1.5\n",
        b"3.0,15\n",
    ],
)
def test_lines_of_another_shape_are_left_to_others(piece: bytes) -> None:
    assert read_canonical(piece, 2) is None


@given(st.lists(st.floats(1e-300, 1e300), min_size=3, max_size=30), st.integers(0, 29))
def test_one_cell_that_is_written_otherwise_is_found(prices: list[float], place: int) -> None:
    table = PriceTable(np.arange(1, len(prices) + 1) * 300, ("BTC.close",), np.array(prices)[:, None], 300)
    lines = table.to_csv().split(b"\n")
    place = 1 + place % len(prices)
    time, cell = lines[place].split(b",")
    lines[place] = time + b"," + (cell.replace(b"e", b"0e") if b"e" in cell else cell + b"0")
    with pytest.raises(PriceDataError, match=f"line {place + 1} .* canonical"):
        PriceTable.from_csv(b"\n".join(lines), 300)
