"""Amounts on a page: short, and never without saying which token it is that calls itself so."""

from __future__ import annotations

from hyperbounty.drawing.html import Html, joined, tag
from hyperbounty.drawing.identicon import identicon
from hyperbounty.money import Asset
from hyperbounty.web.site.people import short_address


def money(amount: int, asset: Asset) -> str:
    """An amount with every digit that counts; of a token without a usable symbol or digits, by its short address.

    >>> from hyperbounty.money import COIN
    >>> money(5 * 10**17, COIN)
    '0.5 ETH'
    >>> token = "0xA0b86991c6218b36c1d19D4a2e9Eb0cE3606eB48"
    >>> money(250_500_000, Asset(token, "USDC", 6)), money(250_500_000, Asset(token, "", 6))
    ('250.5 USDC', '250.5 of 0xA0b8…eB48')
    >>> money(1_200_000, Asset(token, "USDC", None))
    '1,200,000 units of 0xA0b8…eB48'
    """
    if asset.is_coin or (asset.symbol and asset.decimals is not None):
        return asset.shown(amount)
    token = short_address(asset.address)
    return f"{amount:,} units of {token}" if asset.decimals is None else f"{asset.written(amount)} of {token}"


def token_mark(asset: Asset) -> Html:
    """Which token it is, by the picture of its address; nothing for the coin. Any token can call itself anything."""
    if asset.is_coin:
        return joined()
    return tag(
        "span", identicon(asset.address), tag("code", short_address(asset.address)), class_="who", title=asset.address
    )
