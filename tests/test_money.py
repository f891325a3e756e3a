"""Amounts: exact, reversible, and refused where they could be misread."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hyperbounty.errors import InvalidInput
from hyperbounty.money import MAX_AMOUNT, format_amount, parse_amount, token


@pytest.mark.parametrize(
    ("text", "wei"),
    [
        ("0.5 ether", 5 * 10**17),
        ("0.5", 5 * 10**17),
        ("1", 10**18),
        ("1ETH", 10**18),
        (" 1 gwei ", 10**9),
        ("0.000000001 gwei", 1),
        ("100 wei", 100),
        ("0", 0),
        ("0.000000000000000001", 1),
        ("1.50000000000000000000000 ether", 15 * 10**17),
        ("100 Wei", 100),
        (f"{MAX_AMOUNT} wei", MAX_AMOUNT),
    ],
)
def test_an_amount_is_read_exactly(text: str, wei: int) -> None:
    assert parse_amount(text) == wei


@pytest.mark.parametrize(
    "text",
    [
        "",
        "ether",
        "-1",
        "+1",
        "1,5",
        "1,000",
        "1_000",
        "1e18 wei",
        "0x10",
        ".5",
        "5.",
        "nan",
        "١",
        "1 finney",
        "1 ether ether",
        "1 000",
        "1 000 ether",
        "1 000,5",
        "0.5 wei",
        "0.0000000000000000001",
        f"{MAX_AMOUNT + 1} wei",
        "9" * 5000,
        "1\n2",
    ],
)
def test_what_could_be_misread_is_refused(text: str) -> None:
    with pytest.raises(InvalidInput):
        parse_amount(text)


def test_an_error_names_the_value_and_the_next_step() -> None:
    with pytest.raises(InvalidInput, match=r"'1,5' is not an amount.*point") as caught:
        parse_amount("1,5")
    assert caught.value.next_step


SIX = token("0x" + "66" * 20, "SIX", 6)


def test_a_token_counts_in_its_own_decimals_and_has_no_ether_units() -> None:
    for text in ("2.5", "2.5 SIX", "2.5six", " 2.500000 Six "):
        assert parse_amount(text, SIX) == 2_500_000
    assert parse_amount("7", token(SIX.address, "NONE", 0)) == 7
    with pytest.raises(InvalidInput, match=r"finer than the smallest unit of SIX .*at most 6 digits"):
        parse_amount("0.0000001", SIX)
    for unit in ("gwei", "ether", "ETH", "SIX2", "USDC"):
        with pytest.raises(InvalidInput, match=f"'{unit}' in '1 {unit}' is not a unit of SIX .*; use SIX, or no unit"):
            parse_amount(f"1 {unit}", SIX)


def test_a_token_that_does_not_say_its_decimals_counts_smallest_units() -> None:
    silent = token(SIX.address, "", None)
    assert parse_amount("250", silent) == 250
    with pytest.raises(InvalidInput, match="give a whole number"):
        parse_amount("250.5", silent)
    assert format_amount(250, silent) == f"250 smallest units of the token {SIX.address}"


@pytest.mark.parametrize("symbol", ["USDC", "USDC.e", "1INCH", "stETH", "BTC-LP", "sUSD+", "x$", "A" * 16])
def test_a_symbol_in_use_is_shown_and_read(symbol: str) -> None:
    asset = token(SIX.address, symbol, 6)
    assert format_amount(2_500_000, asset) == f"2.5 {symbol}"
    assert parse_amount(f"2.5 {symbol}", asset) == 2_500_000


@pytest.mark.parametrize(
    "symbol",
    [
        *("", "ETH", "wei", "Ether", "A" * 17, "US DC", "1000", ".X", "<b>"),
        *("\u0405IX", "USD\u20ae0", "SIX\n", "\x1b[2J", "SIX\u202e"),
    ],
)
def test_a_symbol_that_could_deceive_is_not_shown(symbol: str) -> None:
    asset = token(SIX.address, symbol, 6)
    assert format_amount(2_500_000, asset) == f"2.5 of the token {SIX.address}"
    assert parse_amount("2.5", asset) == 2_500_000


@given(st.text(), st.none() | st.integers(0, 255), st.integers(0, MAX_AMOUNT))
def test_whatever_a_token_says_its_amounts_are_shown_in_plain_characters(
    symbol: str, decimals: int | None, amount: int
) -> None:
    shown = format_amount(amount, token(SIX.address, symbol, decimals))
    assert shown.isascii()
    assert shown.isprintable()
    assert len(shown) < 450


@pytest.mark.parametrize(
    ("wei", "text"),
    [
        (0, "0 ETH"),
        (1, "1 wei"),
        (999_999, "999999 wei"),
        (10**6, "0.001 gwei"),
        (15 * 10**8, "1.5 gwei"),
        (21_000 * 10**9, "0.000021 ETH"),
        (5 * 10**17, "0.5 ETH"),
        (10**18, "1 ETH"),
        (100 * 10**18, "100 ETH"),
        (10**18 + 1, "1.000000000000000001 ETH"),
        (-5 * 10**17, "-0.5 ETH"),
    ],
)
def test_an_amount_is_shown_readably_and_in_full(wei: int, text: str) -> None:
    assert format_amount(wei) == text


def test_a_token_is_shown_in_whole_tokens() -> None:
    assert format_amount(1, SIX) == "0.000001 SIX"
    assert format_amount(2_500_000, SIX) == "2.5 SIX"


@given(st.integers(0, MAX_AMOUNT))
def test_every_amount_survives_being_shown_and_read(wei: int) -> None:
    assert parse_amount(format_amount(wei)) == wei


@given(st.integers(0, MAX_AMOUNT), st.integers(0, 36))
def test_every_token_amount_survives_being_shown_and_read(amount: int, decimals: int) -> None:
    asset = token(SIX.address, "TKN", decimals)
    shown = format_amount(amount, asset)
    assert parse_amount(shown, asset) == parse_amount(shown.removesuffix(" TKN"), asset) == amount
