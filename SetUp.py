"""A whole bounty contest in one command, through the same code as the commands of every role.

    python SetUp.py                                        # embedded chain, embedded store, synthetic sample
    python SetUp.py --csv ../shared/data/prices-5m-2019 --coin LTC
    python SetUp.py --rpc http://127.0.0.1:8545 --ipfs /ip4/127.0.0.1/tcp/5001
    python SetUp.py --dispute                              # the evaluator lies, and a panel overturns it

Prices are fetched and cleaned, and a contest is offered, with its reward in escrow. Those whom it names accept, each
with a bond. Participants submit sealed specs at the price of an entry, three of them honestly. The evaluator retrains
what was revealed, scores it on prices that came after, and records the scores. Settlement pays the winner or refunds
the organizer. The last fifth of the prices is kept back, and plays those that come as the chain's clock is moved.
"""

from __future__ import annotations

import json
import os
import sys
from pathlib import Path

import click

from hyperbounty.cli.main import guard
from hyperbounty.cli.output import say
from hyperbounty.cli.parameters import Ppm
from hyperbounty.cli.prices import SOURCES, SourceChoice
from hyperbounty.cli.progress import progress
from hyperbounty.cli.targets import create_file, require_free
from hyperbounty.cli.terminal import prepare_streams, say_after, say_bold
from hyperbounty.errors import InvalidInput
from hyperbounty.extras import require
from hyperbounty.format import about, percent, short


@click.command(context_settings={"help_option_names": ["-h", "--help"]})
@click.option("--csv", type=click.Path(path_type=Path), help="Folder of CSV files, one a coin; implies --source csv.")
@click.option("--source", type=click.Choice(SOURCES), help="Left out: csv with --csv, else the bundled sample.")
@click.option("--coin", default="LTC", show_default=True, help="Whose price is to be predicted.")
@click.option("--luck", type=Ppm(), default="5%", show_default=True, help="Most that luck may have of being paid.")
@click.option("--minimum", type=Ppm(), help="The bar itself; left out, the least that --luck allows.")
@click.option("--runs", type=click.IntRange(1, 100), default=2, show_default=True, help="Trainings a spec.")
@click.option("--workers", type=click.IntRange(1), default=lambda: os.cpu_count() or 1, show_default="cores")
@click.option("--rpc", help="A development node with the public accounts, such as a devnet or Anvil; else embedded.")
@click.option("--ipfs", help="An IPFS node; left out, the embedded store is used.")
@click.option("--dispute", is_flag=True, help="Let the evaluator lie, somebody challenge it, and a panel decide.")
@click.option(
    "--json", "json_file", type=click.Path(dir_okay=False, path_type=Path), help="Write the result there too."
)
@click.option("--out", type=click.Path(file_okay=False, path_type=Path), default="hyperbounty-run", show_default=True)
def main(
    csv: Path | None,
    source: str | None,
    coin: str,
    luck: int,
    minimum: int | None,
    runs: int,
    workers: int,
    rpc: str | None,
    ipfs: str | None,
    dispute: bool,
    json_file: Path | None,
    out: Path,
) -> None:
    """Run a whole bounty contest and show what happened."""
    if json_file is not None:
        require_free(json_file, "another file with --json")
    # What an earlier run of this program left is its own to replace.
    if not (out / "home").is_dir():
        require_free(out, "another folder with --out")
    # What is needed is said before it is loaded.
    require("demo")
    with progress("loading the chain, the store, the prices and what trains", is_long=True):
        from hyperbounty.compute.choice import ExecutorChoice
        from hyperbounty.compute.training import early_training

        # What trains takes a core some seconds to load: workers begin with it beside everything that comes before.
        executor = ExecutorChoice(workers=workers)
        early = click.get_current_context().with_resource(early_training(executor))
        from hyperbounty.prices.replay import past, seconds_to_come
        from hyperbounty.store import Cid
        from hyperbounty.training.machine import describe_versions
        from organizer.bounty.offer import Offer
        from organizer.bounty.publishing import publish
        from organizer.bounty.task import TaskSettings
        from organizer.bounty.windows import DAY
        from showcase.contest import play
        from showcase.outcome import save, show, summary
        from showcase.stage import ETHER, MOST_ENTRIES, build_stage, limits

        prices = SourceChoice(source, csv).fetch(out / "home", ())
    table = prices.table
    say_bold(f"Prices  {prices.source}{' (synthetic)' if prices.synthetic else ''}")
    for line in prices.cleaning:
        say_after("  ", line)
    if coin.upper() not in table.coins:
        raise InvalidInput(f"{coin} is not among the coins", f"choose one of {', '.join(table.coins)} with --coin")
    say("")
    stage = build_stage(out, rpc, ipfs, executor, early, table, dispute=dispute)
    known = past(prices)
    coming = len(table) - len(known.table)
    settings = TaskSettings(coin=coin.upper(), luck_ppm=luck, minimum_score_ppm=minimum, runs=runs, future_rows=coming)
    publication = publish(known, settings, stage.store, describe_versions(), entries=MOST_ENTRIES)
    manifest = publication.manifest
    stage.timeline.add(
        "publish",
        "organizer",
        f"{len(known.table):,} rows of prices, {coming:,} are to come; minimum {percent(manifest.minimum_score_ppm)}: "
        f"luck is paid with a chance of at most {about(manifest.estimates.chance_of_any_ppm)}; manifest "
        f"{short(Cid.from_digest(publication.digest))}",
    )
    before = {address: stage.chain.balance(address) for address in stage.names}
    offer = Offer(
        reward=1 * ETHER,
        evaluator=stage.evaluator.address,
        evaluator_fee=ETHER // 20,
        panel=tuple(member.address for member in stage.panel.values()),
        panel_fee=ETHER // 100 if dispute else 0,
        limits=limits(),
        submit_seconds=DAY,
        reveal_seconds=DAY,
        # The prices come first, and then there is time to train on them.
        score_seconds=seconds_to_come(table) + DAY,
        max_submissions=MOST_ENTRIES,
        max_per_address=1,
    )
    contest, evaluation, paid = play(stage, publication, offer)
    show(stage, contest, evaluation, before)
    result = summary(stage, contest, evaluation, paid)
    save(stage, contest, evaluation, result)
    if json_file is not None:
        create_file(json_file, json.dumps(result, indent=2).encode() + b"\n", "another file with --json")
    names = stage.names
    best = max(evaluation.report.scores)
    verdict = (
        f"won by {names[result['winner']]} with {percent(best)}"
        if result["winner"]
        else f"{result['outcome']}: the best score, {percent(best)}, is below {percent(contest.minimum_score)}"
    )
    say("")
    say_bold(f"Outcome: {verdict}.")
    say(f"Everything is in {out}/, the picture in {out / 'contest.png'}")


if __name__ == "__main__":
    prepare_streams()
    sys.exit(guard(main, sys.argv[1:], "SetUp.py", json_flag=None))
