"""`hyperbounty organizer fetch`: the prices that a contest is opened on."""

from __future__ import annotations

import shlex
from pathlib import Path
from typing import Final

import click

from hyperbounty.cli.output import Result
from hyperbounty.cli.prices import SourceChoice, source_options
from hyperbounty.cli.session import Session
from hyperbounty.cli.targets import create_folder, require_free

USUAL_COINS: Final = "BTC,ETH,LTC,BCH"


@source_options
@click.option(
    "--coins",
    help=f"Comma-separated symbols. Left out: all that the folder of --csv has, else {USUAL_COINS}.",
)
@click.option(
    "--out",
    type=click.Path(file_okay=False, path_type=Path),
    required=True,
    help="New folder for the cleaned prices; keep it private.",
)
def fetch(session: Session, source: SourceChoice, coins: str | None, out: Path) -> Result:
    """Fetch prices, clean them and keep them in a folder that `open` takes.

    Of the bundled sample the last fifth is left out: on a development chain it plays the prices that come, and a
    contest is scored on it.
    """
    from hyperbounty.prices.fetched import SAMPLE
    from hyperbounty.prices.replay import past

    other = "another folder with --out"
    # Before hours of fetching.
    require_free(out, other)
    wanted = coins if coins is not None else "" if source.csv is not None else USUAL_COINS
    prices = source.fetch(session.home, [coin.strip().upper() for coin in wanted.split(",") if coin.strip()])
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
            "Next: offer a contest on them: `hyperbounty organizer init contest.toml` writes one to fill in; or by "
            f"options: `hyperbounty organizer open --prices {shlex.quote(str(out))} …`.",
        ],
    )
