"""`hyperbounty organizer …`."""

from __future__ import annotations

from decimal import Decimal
from pathlib import Path

import click

from hyperbounty.bounty.manifest import Backend, SealedHoldout
from hyperbounty.bounty.published import fetch_manifest
from hyperbounty.bounty.show.lines import asset_amount, done, receipt_json, receipt_line
from hyperbounty.bounty.steps import settle as settle_contest
from hyperbounty.bounty.types import NATIVE
from hyperbounty.cli.command import command
from hyperbounty.cli.output import Result
from hyperbounty.cli.prices import SourceChoice, source_options
from hyperbounty.cli.session import Session
from hyperbounty.errors import InvalidInput
from hyperbounty.format import moment, percent
from hyperbounty.money import parse_amount
from hyperbounty.prices.fetched import FetchedPrices
from hyperbounty.statistics.noise import PPM
from hyperbounty.training.machine import BACKEND, BACKENDS
from organizer.bounty.offer import DAY, KeyFolder, Offer
from organizer.bounty.offer import extend as extend_contest
from organizer.bounty.offer import publish_key as publish_holdout_key


@click.group()
def organizer() -> None:
    """Fetch prices, open a contest on them, see it through to settlement."""


_CONTEST = click.argument("contest", type=click.IntRange(1))
_FOLDER = click.Path(file_okay=False, path_type=Path)


class _Amount(click.ParamType[int]):
    name = "amount"

    def convert(self, value: object, param: click.Parameter | None, ctx: click.Context | None) -> int:
        if isinstance(value, int):
            return value
        try:
            return parse_amount(str(value))
        except InvalidInput as error:
            self.fail(str(error), param, ctx)


class _Share(click.ParamType[tuple[int, ...]]):
    """`60,30,10` in percent → basis points."""

    name = "percent,…"

    def convert(self, value: object, param: click.Parameter | None, ctx: click.Context | None) -> tuple[int, ...]:
        if isinstance(value, tuple):
            return value
        try:
            shares = tuple(int(Decimal(part) * 100) for part in str(value).split(","))
        except ArithmeticError:
            self.fail(f"{value!r} is no list of percentages such as 60,30,10", param, ctx)
        if sum(shares) != 10_000 or not 1 <= len(shares) <= 8 or min(shares) < 1:
            self.fail(f"{value!r}: 1 to 8 shares that sum to 100", param, ctx)
        return shares


_DURATION = click.IntRange(1)


@source_options
@click.option("--coins", default="BTC,ETH,LTC,BCH", show_default=True, help="Comma-separated symbols.")
@click.option("--out", type=_FOLDER, required=True, help="Folder to write the cleaned prices to; keep it private.")
def _fetch(session: Session, source: SourceChoice, coins: str, out: Path) -> Result:
    """Fetch prices, clean them and keep them in a folder that `open` takes."""
    prices = source.fetch(session.home, [coin.strip().upper() for coin in coins.split(",") if coin.strip()])
    prices.save(out)
    table = prices.table
    gaps = len(table.segments()) - 1
    return Result(
        {
            "folder": str(out),
            "source": prices.source,
            "synthetic": prices.synthetic,
            "rows": len(table),
            "coins": list(table.coins),
            "interval": table.interval,
            "gaps": gaps,
            "cleaning": list(prices.cleaning),
        },
        [
            f"{prices.source}{' (synthetic)' if prices.synthetic else ''}, in {out}",
            *prices.cleaning,
        ],
    )


@click.option("--prices", "folder", type=_FOLDER, required=True, help="Folder that `fetch` wrote.")
@click.option("--coin", required=True, help="Whose price is to be predicted.")
@click.option("--minimum-accuracy", type=click.FloatRange(0, 1), required=True, help="The bar, such as 0.55.")
@click.option("--reward", type=_Amount(), required=True, help="Such as 0.5 (ether), '1 gwei', '7 wei'.")
@click.option(
    "--bond", type=_Amount(), default="0", show_default=True, help="Lost if key or scores do not come in time."
)
@click.option(
    "--evaluator-fee", type=_Amount(), default="0", show_default=True, help="Due when the evaluator's scores stand."
)
@click.option(
    "--panel",
    default="",
    metavar="NAME,…",
    help="1, 3, 5 or 7 accounts or addresses that decide if the scores are challenged; left out, nobody can challenge.",
)
@click.option("--panel-fee", type=_Amount(), default="0", show_default=True, help="Of each member that was right.")
@click.option("--challenge-bond", type=_Amount(), show_default="the bond", help="What a challenger stakes.")
@click.option("--challenge-seconds", type=_DURATION, default=2 * DAY, show_default=True, help="With a panel.")
@click.option("--seal-seconds", type=_DURATION, default=3 * DAY, show_default=True, help="For the panel to train.")
@click.option("--open-seconds", type=_DURATION, default=DAY, show_default=True, help="For the panel to open.")
@click.option("--deposit", type=_Amount(), default="0", show_default=True, help="A submission's, back at its reveal.")
@click.option(
    "--evaluator", "evaluator_address", required=True, help="Account name or address that records the scores."
)
@click.option(
    "--asset", default=NATIVE, show_default="the native coin", help="Address of an ERC-20; amounts in its units."
)
@click.option("--shares", type=_Share(), default="100", show_default=True, help="Prizes in percent, best first.")
@click.option("--submit-seconds", type=_DURATION, default=7 * DAY, show_default=True)
@click.option("--reveal-seconds", type=_DURATION, default=2 * DAY, show_default=True)
@click.option("--score-seconds", type=_DURATION, default=3 * DAY, show_default=True)
@click.option("--runs", type=click.IntRange(1, 100), default=3, show_default=True, help="Trainings a spec.")
@click.option("--sequence-length", type=click.IntRange(2, 10_000), default=60, show_default=True)
@click.option("--future-periods", type=click.IntRange(1, 10_000), default=3, show_default=True)
@click.option("--holdout", "mode", type=click.Choice(["sealed", "future"]), default="sealed", show_default=True)
@click.option(
    "--holdout-fraction", type=click.FloatRange(0.01, 0.9), default=0.2, show_default=True, help="With sealed."
)
@click.option("--future-rows", type=click.IntRange(2), default=2_000, show_default=True, help="With future.")
@click.option("--max-submissions", type=click.IntRange(1), default=256, show_default=True)
@click.option("--max-per-address", type=click.IntRange(1), default=4, show_default=True)
@click.option(
    "--backend", type=click.Choice(BACKENDS), default=BACKEND, show_default=True, help="What scores are made with."
)
@click.option("--title", help="What participants see; left out, the question itself.")
@click.option(
    "--copy", type=click.IntRange(1), default=1, show_default=True, help="2 opens a second contest, equal on purpose."
)
def _open(
    session: Session,
    folder: Path,
    coin: str,
    minimum_accuracy: float,
    reward: int,
    bond: int,
    evaluator_fee: int,
    panel: str,
    panel_fee: int,
    challenge_bond: int | None,
    challenge_seconds: int,
    seal_seconds: int,
    open_seconds: int,
    deposit: int,
    evaluator_address: str,
    asset: str,
    shares: tuple[int, ...],
    submit_seconds: int,
    reveal_seconds: int,
    score_seconds: int,
    runs: int,
    sequence_length: int,
    future_periods: int,
    mode: str,
    holdout_fraction: float,
    future_rows: int,
    max_submissions: int,
    max_per_address: int,
    backend: Backend,
    title: str | None,
    copy: int,
) -> Result:
    """Pin training prices, holdout and manifest, and open a contest with reward, bond and fee in escrow.

    Interrupted, the same command goes on; repeated, it shows the contest that it opened.

    --holdout sealed encrypts the end of the series: the organizer knows it, and so does anybody it competes under
    another name as. --holdout future scores on prices that do not exist yet: choose it among strangers.
    """
    from hyperbounty.accounts import resolve_address
    from hyperbounty.store import Cid
    from hyperbounty.training.machine import describe_versions
    from organizer.bounty.openings import Request, open_once, prices_digest
    from organizer.bounty.publishing import TaskSettings, publish

    settings = TaskSettings(
        coin=coin.upper(),
        minimum_score_ppm=round(minimum_accuracy * PPM),
        sequence_length=sequence_length,
        future_periods=future_periods,
        runs=runs,
        holdout_fraction=holdout_fraction,
        future_rows=future_rows if mode == "future" else None,
        backend=backend,
        title=title,
    )
    offer = Offer(
        reward=reward,
        bond=bond,
        deposit=deposit,
        evaluator=resolve_address(evaluator_address, session.keyring, session.chain),
        evaluator_fee=evaluator_fee,
        panel=tuple(resolve_address(m.strip(), session.keyring, session.chain) for m in panel.split(",") if m.strip()),
        panel_fee=panel_fee,
        challenge_bond=challenge_bond,
        challenge_seconds=challenge_seconds,
        seal_seconds=seal_seconds,
        open_seconds=open_seconds,
        asset=asset,
        shares=shares,
        submit_seconds=submit_seconds,
        reveal_seconds=reveal_seconds,
        score_seconds=score_seconds,
        max_submissions=max_submissions,
        max_per_address=max_per_address,
    )
    prices = FetchedPrices.load(folder)
    contract, account, store = session.contract, session.account, session.store
    request = Request(
        chain=contract.chain.identity,
        contract=contract.address,
        organizer=account.address,
        prices=prices_digest(prices),
        settings=settings,
        offer=offer,
        copy=copy,
    )
    opened = open_once(
        contract,
        account,
        request,
        lambda: publish(prices, settings, store, describe_versions(backend)),
        store,
        _keys(session),
        session.home / "openings",
    )
    number, receipt = opened.number, opened.receipt
    contest = contract.contest(number)
    manifest = fetch_manifest(store, contest.manifest)
    lines = [
        *(
            [f"An earlier run of this command sent it; --copy {copy + 1} opens another like it."]
            if opened.before
            else []
        ),
        f"Contest {number} is open until {moment(contest.submit_ends)}: {manifest.title}",
        f"{asset_amount(reward + bond + evaluator_fee, asset)} in escrow; minimum {percent(contest.minimum_score)}, "
        f"base rate {percent(manifest.estimates.base_rate_ppm)}; manifest {Cid.from_digest(contest.manifest)}",
        receipt_line(receipt),
    ]
    if isinstance(manifest.holdout, SealedHoldout):
        window = f"between {moment(contest.reveal_ends)} and {moment(contest.score_ends)}"
        lines.append(f"Publish the key {window}, or lose the bond: `hyperbounty organizer publish-key {number}`")
    return Result(
        {
            "contest": number,
            "opened_before": opened.before,
            "manifest": "0x" + contest.manifest.hex(),
            "submit_ends": contest.submit_ends,
            "reveal_ends": contest.reveal_ends,
            "score_ends": contest.score_ends,
            **receipt_json(receipt),
        },
        lines,
    )


@_CONTEST
def _publish_key(session: Session, contest: int) -> Result:
    """Publish the key of the sealed holdout of CONTEST, once every spec is revealed."""
    found = session.contract.contest(contest)
    receipt = publish_holdout_key(session.contract, session.account, found, _keys(session))
    return Result(**done(receipt, f"The holdout of contest {contest} can be opened by everybody.", contest=contest))


@_CONTEST
@click.option(
    "--seconds", type=_DURATION, required=True, help="How much later than at the opening deadlines fall, in all."
)
def _extend(session: Session, contest: int, seconds: int) -> Result:
    """Move every deadline of CONTEST later by the same amount; only while submissions are open.

    The seconds count from the deadlines of the opening, so the same command twice changes nothing.
    """
    found = session.contract.contest(contest)
    receipt = extend_contest(session.contract, session.account, found, seconds)
    ends = session.contract.contest(contest).submit_ends
    text = f"Contest {contest} takes submissions until {moment(ends)}."
    if receipt is None:
        return Result({"submit_ends": ends}, [text])
    return Result(**done(receipt, text, submit_ends=ends))


@_CONTEST
def _cancel(session: Session, contest: int) -> Result:
    """Cancel CONTEST while no submission stands; everything comes back."""
    receipt = session.contract.cancel(session.account, contest, key=f"cancel/{contest}")
    return Result(**done(receipt, f"Contest {contest} is cancelled.", contest=contest))


@_CONTEST
def _settle(session: Session, contest: int) -> Result:
    """Settle CONTEST after its last deadline; anyone may, and everybody gets what is due.

    Where a panel has answered a challenge, its medians are put in the place of the scores first.
    """
    receipt, resolved = settle_contest(session.contract, session.account, contest)
    found = session.contract.contest(contest)
    paid = session.contract.payments(receipt)
    lines = [f"{p.payee} {'paid' if p.paid else 'credited'} {asset_amount(p.amount, found.asset)}" for p in paid]
    result = done(
        receipt,
        f"Contest {contest} is settled: {found.outcome.name.lower()}.",
        outcome=found.outcome.name.lower(),
        paid=[{"payee": p.payee, "amount": p.amount, "credited": not p.paid} for p in paid],
    )
    if resolved is not None:
        verdict = session.contract.dispute(contest).verdict.name.lower()
        lines.insert(0, f"The panel's medians stand: the evaluator was {verdict}; {receipt_line(resolved)}")
    return Result(data=result["data"], text=[*result["text"], *lines])


def _keys(session: Session) -> KeyFolder:
    return KeyFolder(session.home / "keys")


command(organizer, "fetch")(_fetch)
command(organizer, "open", chain=True, store=True, account=True)(_open)
command(organizer, "publish-key", chain=True, account=True)(_publish_key)
command(organizer, "extend", chain=True, account=True)(_extend)
command(organizer, "cancel", chain=True, account=True)(_cancel)
command(organizer, "settle", chain=True, account=True)(_settle)
