"""`hyperbounty organizer fetch`: the prices that a contest is opened on."""

from __future__ import annotations

import shlex
from pathlib import Path

import click

from hyperbounty.cli.output import Result
from hyperbounty.cli.prices import SourceChoice, source_options
from hyperbounty.cli.session import Session
from hyperbounty.cli.targets import create_folder, require_free


@source_options
@click.option("--coins", default="BTC,ETH,LTC,BCH", show_default=True, help="Comma-separated symbols.")
@click.option(
    "--out",
    type=click.Path(file_okay=False, path_type=Path),
    required=True,
    help="New folder for the cleaned prices; keep it private.",
)
def fetch(session: Session, source: SourceChoice, coins: str, out: Path) -> Result:
    """Fetch prices, clean them and keep them in a folder that `open` takes.

    Of the bundled sample the last fifth is left out: on a development chain it plays the prices that come, and a
    contest is scored on it.
    """
    from hyperbounty.prices.fetched import SAMPLE
    from hyperbounty.prices.replay import past

    other = "another folder with --out"
    # Before hours of fetching.
    require_free(out, other)
    prices = source.fetch(session.home, [coin.strip().upper() for coin in coins.split(",") if coin.strip()])
    if prices.name == SAMPLE:
        prices = past(prices)
    with create_folder(out, other) as folder:
        prices.save(folder)
    table = prices.table
    return Result(
        {
            "folder": str(out),
            "source": prices.source,
            "synthetic": prices.synthetic,
            "rows": len(table),
            "coins": list(table.coins),
            "interval": table.interval,
            "gaps": len(table.segments()) - 1,
            "cleaning": list(prices.cleaning),
        },
        [
            f"{prices.source}{' (synthetic)' if prices.synthetic else ''}, in {out}",
            *prices.cleaning,
            f"Next: offer a contest on them: `hyperbounty organizer open --prices {shlex.quote(str(out))} …`; "
            "its --help says what a contest needs.",
        ],
    )
