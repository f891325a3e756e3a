"""A whole bounty contest in one command, through the same code as the commands of every role.

    python SetUp.py                                        # embedded chain, embedded store, synthetic sample
    python SetUp.py --csv ../shared/data/prices-5m-2019 --coin LTC
    python SetUp.py --rpc http://127.0.0.1:8545 --ipfs /ip4/127.0.0.1/tcp/5001

Prices are fetched and cleaned, their tail is sealed, a contest opens with its reward in escrow; six participants submit
sealed specs, three of them honestly; the evaluator retrains what was revealed and records the scores; settlement pays
the winner or refunds the organizer.
"""

from __future__ import annotations

import json
import os
import sys
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import click
from rich.console import Console
from rich.table import Table

from hyperbounty.accounts import devnet_account
from hyperbounty.bounty.contract import BountyContract, Contest, Outcome
from hyperbounty.bounty.leaderboard import leaderboard
from hyperbounty.bounty.picture import Drawing
from hyperbounty.bounty.published import fetch_manifest
from hyperbounty.bounty.report import SpecDetails
from hyperbounty.bounty.spec import SPEC_MAXIMA, Spec, pack, unpack
from hyperbounty.bounty.statistics import PPM
from hyperbounty.chain.connection import Chain, Receipt
from hyperbounty.cli.format import coins, percent, short
from hyperbounty.cli.main import guard
from hyperbounty.cli.prices import SOURCES, SourceChoice
from hyperbounty.cli.timeline import Timeline
from hyperbounty.errors import InvalidInput, TransactionReverted
from hyperbounty.files import write_atomic
from hyperbounty.store import Cid, ContentStore, open_store
from hyperbounty.training.machine import describe_versions
from organizer.contest import DAY, KeyFolder, Offer, open_contest, publish_key
from organizer.publishing import Publication, TaskSettings, publish
from participant import contest as participating
from participant.entries import EntryBook

if TYPE_CHECKING:
    from eth_account.signers.local import LocalAccount

    from evaluator.contest import Evaluation

ETHER: Final = 10**18

HONEST: Final = "plays by the rules"
COPIES: Final = "copies Ada's commitment"
NEVER_REVEALS: Final = "never reveals"
OVERSIZED: Final = "seals a spec above the limits"


@dataclass(frozen=True)
class Participant:
    """One of the cast: what it submits, and what it does with it."""

    name: str
    account: LocalAccount
    spec: Spec
    act: str = HONEST


@dataclass
class Stage:
    """Everything a contest needs, and what happened so far."""

    chain: Chain
    store: ContentStore
    contract: BountyContract
    organizer: LocalAccount
    evaluator: LocalAccount
    cast: list[Participant]
    folder: Path
    timeline: Timeline
    workers: int

    @property
    def names(self) -> dict[str, str]:
        """Who stands behind an address."""
        return {
            self.organizer.address: "organizer",
            self.evaluator.address: "evaluator",
            self.contract.address: "contract",
            **{p.account.address: p.name for p in self.cast},
        }


def limits() -> bytes:
    """What this contest allows: the whole table, but no layer above 128 units, batches to 1,024, 50 epochs."""
    maxima = unpack(SPEC_MAXIMA)
    units = {name: 128 for name in maxima if "_units_" in name}
    return pack({**maxima, **units, "batch_size": 1024, "epochs": 50})


def cast(accounts: list[LocalAccount]) -> list[Participant]:
    """Six participants: three honest ones, a copier, one that forgets, one whose spec is too large."""
    good = Spec(cell="LSTM", recurrent_units=(32,), learning_rate=0.002, batch_size=128, epochs=10, dropout=0.1)
    gru = Spec(cell="GRU", recurrent_units=(24,), dense_units=(16,), dense_activation="relu", learning_rate=0.002,
               batch_size=128, epochs=8)  # fmt: skip
    poor = Spec(cell="SimpleRNN", recurrent_units=(8,), optimizer="sgd", learning_rate=0.001, batch_size=128, epochs=3)
    return [
        Participant("Ada", accounts[0], good),
        Participant("Ben", accounts[1], gru),
        Participant("Cem", accounts[2], poor),
        Participant("Dot", accounts[3], good, COPIES),
        Participant("Eve", accounts[4], replace(gru, cell="LSTM"), NEVER_REVEALS),
        Participant("Fay", accounts[5], Spec(recurrent_units=(512,)), OVERSIZED),
    ]


def submit_all(stage: Stage, contest: Contest, book: EntryBook) -> None:
    """Everybody submits; Dot and Fay go round the client, which would not let them."""
    manifest = fetch_manifest(stage.store, contest.manifest)
    seen: dict[str, bytes] = {}
    for p in stage.cast:
        if p.act == COPIES:
            receipt = stage.contract.submit(p.account, contest, 0, seen["Ada"])
        elif p.act == OVERSIZED:
            entry = participating.seal(stage.contract, contest, p.account.address, 0, p.spec.word)
            book.save(entry)
            receipt = stage.contract.submit(p.account, contest, 0, participating.commitment_of(entry))
        else:
            receipt = participating.submit(stage.contract, p.account, contest, manifest, p.spec.word, book)
        seen[p.name] = stage.contract.submitted(receipt)
        what = f"{p.spec.describe()}, sealed" if p.act == HONEST else p.act
        stage.timeline.add("submit", p.name, what, receipt, -contest.deposit)


def reveal_all(stage: Stage, contest: Contest, book: EntryBook) -> None:
    """Everybody who means to reveals; what the contract refuses is shown with its reason."""
    for p in stage.cast:
        if p.act == NEVER_REVEALS:
            stage.timeline.add("reveal", p.name, "does not reveal: the deposit goes to the prize pool")
            continue
        try:
            receipt = _reveal(stage, contest, book, p)
        except TransactionReverted as refused:
            stage.timeline.add("reveal", p.name, refused.what)
        else:
            stage.timeline.add("reveal", p.name, p.spec.describe(), receipt, contest.deposit)


def _reveal(stage: Stage, contest: Contest, book: EntryBook, p: Participant) -> Receipt:
    if p.act == COPIES:
        # By now everybody can read Ada's spec and salt; they open her commitment, from her account, and no other.
        ada = stage.contract.revealed_specs(contest)[0]
        return stage.contract.reveal(p.account, contest.number, 0, ada.spec, ada.salt)
    return participating.reveal(stage.contract, p.account, contest, book)


def score(stage: Stage, number: int) -> Evaluation:
    """The evaluator retrains every revealed spec and records the scores."""
    from evaluator.contest import evaluate, gather, record
    from evaluator.executors.choice import ExecutorChoice
    from evaluator.options import open_queue
    from evaluator.progress import training_progress

    scoring, home = gather(stage.contract, stage.store, number), stage.folder / "home"
    with training_progress(scoring) as on_progress, open_queue(None, home) as queue:
        evaluation = evaluate(
            stage.contract,
            stage.store,
            scoring,
            queue,
            executor=ExecutorChoice(workers=stage.workers),
            outbox=home / "results" / "outbox",
            on_progress=on_progress,
        )
    receipt = record(stage.contract, stage.evaluator, evaluation)
    stage.timeline.add("record", "evaluator", f"{len(scoring.specs)} scores, report {short(evaluation.cid)}", receipt)
    return evaluation


def play(stage: Stage, publication: Publication, offer: Offer) -> tuple[Contest, Evaluation, dict[str, int]]:
    """The contest from `open` to `settle`; returns how it ended, its evaluation and what settlement paid."""
    home, line = stage.folder / "home", stage.timeline
    keys, book = KeyFolder(home / "keys"), EntryBook(home / "entries")
    number, receipt = open_contest(stage.contract, stage.organizer, publication, offer, keys)
    contest = stage.contract.contest(number)
    line.add(
        "open", "organizer", f"contest {number}: {publication.manifest.title}", receipt, -offer.reward - offer.bond
    )
    submit_all(stage, contest, book)
    stage.chain.advance_to(contest.submit_ends)
    line.clock("submissions are over", contest.submit_ends)
    reveal_all(stage, contest, book)
    stage.chain.advance_to(contest.reveal_ends)
    line.clock("reveals are over", contest.reveal_ends)
    line.add(
        "publish-key",
        "organizer",
        "the holdout can be opened",
        publish_key(stage.contract, stage.organizer, contest, keys),
    )
    evaluation = score(stage, number)
    stage.chain.advance_to(contest.challenge_ends)
    line.clock("scores stand", contest.challenge_ends)
    receipt = stage.contract.settle(stage.organizer, number)
    contest = stage.contract.contest(number)
    line.add("settle", "organizer", f"outcome: {contest.outcome.name.lower()}", receipt)
    paid: dict[str, int] = {}
    for payment in stage.contract.payments(receipt):
        paid[payment.payee] = paid.get(payment.payee, 0) + payment.amount
        line.add("paid", stage.names.get(payment.payee, payment.payee), "by the contract", money=payment.amount)
    return contest, evaluation, paid


def show(stage: Stage, contest: Contest, evaluation: Evaluation, before: dict[str, int]) -> None:
    """The leaderboard, and every balance before and after."""
    console, scoring = stage.timeline.console, evaluation.scoring
    console.print()
    console.print(leaderboard(scoring.manifest, evaluation.report, stage.names, contest.winners), highlight=False)
    table = Table("", "before", "after", "change", title="Balances", title_justify="left", title_style="bold", box=None)
    for address, name in stage.names.items():
        after = stage.chain.balance(address)
        change = after - before[address]
        table.add_row(name, coins(before[address]), coins(after), f"{'+' if change > 0 else ''}{coins(change)}")
    console.print()
    console.print(table, highlight=False)


def save(stage: Stage, contest: Contest, evaluation: Evaluation, result: dict[str, Any]) -> None:
    """Write manifest, report, picture and result into the folder."""
    report, scoring, folder = evaluation.report, evaluation.scoring, stage.folder
    write_atomic(folder / "manifest.json", scoring.manifest.canonical())
    write_atomic(folder / "report.json", report.canonical())
    write_atomic(folder / "result.json", json.dumps(result, indent=2).encode() + b"\n")
    details = {s.index: SpecDetails.parse(stage.store.get(Cid.parse(s.details))) for s in report.specs if s.details}
    winner = contest.winners[0] if contest.outcome is Outcome.WON else None
    drawing = Drawing(scoring.manifest, report, scoring.training, scoring.holdout, details, stage.names, winner)
    drawing.save(folder / "contest.png")


def summary(stage: Stage, contest: Contest, evaluation: Evaluation, paid: dict[str, int]) -> dict[str, Any]:
    """What `--json` writes. Amounts are wei, scores ppm; `gas` is the dearest transaction of each step."""
    report, won = evaluation.report, contest.outcome is Outcome.WON
    return {
        "outcome": contest.outcome.name.lower(),
        "contest": contest.number,
        "synthetic": evaluation.scoring.manifest.synthetic,
        "scores": [
            {
                "participant": s.participant,
                "name": stage.names[s.participant],
                "spec": s.spec,
                "score_ppm": s.score_ppm,
                "note": s.note,
            }
            for s in report.specs
        ],
        "winner": report.specs[contest.winners[0]].participant if won else None,
        "minimum_ppm": contest.minimum_score,
        "base_rate": report.holdout.base_rate_ppm / PPM,
        "reward_wei": contest.reward,
        "paid_wei": paid,
        "gas": stage.timeline.gas(),
        "timeline": [vars(step) for step in stage.timeline.steps],
        "manifest": str(Cid.from_digest(contest.manifest)),
        "report": str(evaluation.cid),
    }


def build_stage(folder: Path, rpc: str | None, ipfs: str | None, workers: int, console: Console) -> Stage:
    """Chain, store, contract and cast, ready to play."""
    chain = Chain.connect(rpc) if rpc else Chain.embedded()
    store = open_store(ipfs, folder / "home" / "store")
    accounts = [devnet_account(f"devnet-{i}", chain) for i in range(8)]
    timeline = Timeline(console)
    contract, receipt = BountyContract.deploy(chain, accounts[0])
    timeline.add("deploy", "organizer", f"the contract, at {contract.address}", receipt)
    return Stage(chain, store, contract, accounts[0], accounts[1], cast(accounts[2:]), folder, timeline, workers)


@click.command(context_settings={"help_option_names": ["-h", "--help"]})
@click.option("--csv", type=click.Path(path_type=Path), help="Folder of CSV files, one a coin; implies --source csv.")
@click.option("--source", type=click.Choice(SOURCES), help="Left out: csv with --csv, else the bundled sample.")
@click.option("--coin", default="LTC", show_default=True, help="Whose price is to be predicted.")
@click.option("--minimum-accuracy", type=click.FloatRange(0, 1), default=0.53, show_default=True, help="The bar.")
@click.option("--runs", type=click.IntRange(1, 100), default=2, show_default=True, help="Trainings a spec.")
@click.option("--workers", type=click.IntRange(1), default=lambda: os.cpu_count() or 1, show_default="cores")
@click.option("--rpc", help="A development node with the public accounts, such as a devnet or Anvil; else embedded.")
@click.option("--ipfs", help="An IPFS node; left out, the embedded store is used.")
@click.option(
    "--json", "json_file", type=click.Path(dir_okay=False, path_type=Path), help="Write the result there too."
)
@click.option("--out", type=click.Path(file_okay=False, path_type=Path), default="hyperbounty-run", show_default=True)
def main(
    csv: Path | None,
    source: str | None,
    coin: str,
    minimum_accuracy: float,
    runs: int,
    workers: int,
    rpc: str | None,
    ipfs: str | None,
    json_file: Path | None,
    out: Path,
) -> None:
    """Run a whole bounty contest and show what happened."""
    # Where nobody watches, lines may be as long as they are.
    console = Console(highlight=False, width=None if sys.stdout.isatty() else 140)
    prices = SourceChoice(source, csv).fetch(out / "home", ())
    table = prices.table
    console.print(f"[bold]Prices[/bold]  {prices.source}" + (" [bold](synthetic)[/bold]" if prices.synthetic else ""))
    for line in prices.cleaning:
        console.print(f"  {line}", markup=False)
    if coin.upper() not in table.coins:
        raise InvalidInput(f"{coin} is not among the coins", f"choose one of {', '.join(table.coins)} with --coin")
    console.print()
    stage = build_stage(out, rpc, ipfs, workers, console)
    settings = TaskSettings(coin=coin.upper(), minimum_score_ppm=round(minimum_accuracy * PPM), runs=runs)
    publication = publish(prices, settings, stage.store, describe_versions())
    stage.timeline.add(
        "publish", "organizer", f"prices, sealed holdout and manifest {short(Cid.from_digest(publication.digest))}"
    )
    before = {address: stage.chain.balance(address) for address in stage.names}
    offer = Offer(
        reward=1 * ETHER,
        bond=ETHER // 5,
        deposit=ETHER // 100,
        evaluator=stage.evaluator.address,
        limits=limits(),
        submit_seconds=DAY,
        reveal_seconds=DAY,
        score_seconds=DAY,
        max_per_address=1,
    )
    contest, evaluation, paid = play(stage, publication, offer)
    show(stage, contest, evaluation, before)
    result = summary(stage, contest, evaluation, paid)
    save(stage, contest, evaluation, result)
    if json_file is not None:
        write_atomic(json_file, json.dumps(result, indent=2).encode() + b"\n")
    names = stage.names
    best = max(evaluation.report.scores)
    verdict = (
        f"won by {names[result['winner']]} with {percent(best)}"
        if result["winner"]
        else f"{result['outcome']}: the best score, {percent(best)}, is below {percent(contest.minimum_score)}"
    )
    console.print(f"\n[bold]Outcome: {verdict}.[/bold] Everything is in {out}/, the picture in {out / 'contest.png'}")


if __name__ == "__main__":
    sys.exit(guard(main, sys.argv[1:], "SetUp.py"))
