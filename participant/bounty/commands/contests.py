"""`hyperbounty participant …`."""

from __future__ import annotations

from pathlib import Path

import click

from hyperbounty.bounty.manifest import Manifest
from hyperbounty.bounty.published import check_spec, documents, fetch_manifest, fetch_prices
from hyperbounty.bounty.show.lines import asset_amount, contest_json, contest_lines, dispute_json, done, receipt_json
from hyperbounty.bounty.types import Contest
from hyperbounty.cli.command import command
from hyperbounty.cli.output import Result, progress_bar
from hyperbounty.cli.session import Session
from hyperbounty.cli.store import export
from hyperbounty.files import write_atomic
from hyperbounty.format import moment, percent
from hyperbounty.spec.file import read_spec, spec_json
from hyperbounty.spec.spec import Spec
from hyperbounty.statistics.noise import noise_band
from participant.bounty.entering import collect, take_back
from participant.bounty.entering import reveal as reveal_entry
from participant.bounty.entering import submit as submit_entry
from participant.bounty.entries import EntryBook


@click.group()
def participant() -> None:
    """Find a contest, get its prices, train at home, submit a sealed spec, reveal it, collect."""


_CONTEST = click.argument("contest", type=click.IntRange(1))
_ENTRY = click.option(
    "--entry", type=click.IntRange(0), default=0, show_default=True, help="Your own slot, where several are allowed."
)


def _look(session: Session, number: int) -> tuple[Contest, Manifest]:
    contest = session.contract.contest(number)
    return contest, fetch_manifest(session.store, contest.manifest)


def _book(session: Session) -> EntryBook:
    return EntryBook(session.home / "entries")


def _list(session: Session) -> Result:
    """List every contest on the chain."""
    contests = session.contract.contests()
    rows = [
        (
            str(c.number),
            c.phase.label,
            c.outcome.name.lower(),
            asset_amount(c.reward, c.asset),
            percent(c.minimum_score),
            str(c.standing),
        )
        for c in contests
    ]
    columns = ("contest", "phase", "outcome", "reward", "minimum", "entries")
    return Result(
        {"contests": [contest_json(c) for c in contests]},
        [] if rows else ["No contest is open on this chain yet."],
        columns if rows else (),
        rows,
    )


@_CONTEST
def _show(session: Session, contest: int) -> Result:
    """Show CONTEST: its task, its money, its deadlines, and how hard its bar is."""
    found, manifest = _look(session, contest)
    dispute = session.contract.dispute(contest)
    specs = session.contract.revealed_specs(found)
    scores = session.contract.standing_scores(found) or ()
    rows = [
        (
            str(s.index),
            s.participant,
            Spec.from_word(s.spec).describe(),
            percent(scores[s.index]) if scores else "",
            "won" if s.index in found.winners else "",
        )
        for s in specs
    ]
    return Result(
        {
            "contest": contest_json(found),
            "dispute": dispute_json(dispute),
            "manifest": manifest.model_dump(mode="json"),
            "specs": [{"index": s.index, "participant": s.participant, "spec": "0x" + s.spec.hex()} for s in specs],
            "scores_ppm": list(scores),
        },
        contest_lines(found, dispute, manifest, session.chain.timestamp()),
        ("index", "participant", "spec", "score", "") if rows else (),
        rows,
    )


@_CONTEST
@click.option("--out", type=click.Path(file_okay=False, path_type=Path), required=True, help="Folder to write to.")
def _download(session: Session, contest: int, out: Path) -> Result:
    """Download the manifest and the training prices of CONTEST, each checked against its hash."""
    _, manifest = _look(session, contest)
    table = fetch_prices(session.store, manifest.training, manifest)
    out.mkdir(parents=True, exist_ok=True)
    write_atomic(out / "manifest.json", manifest.canonical())
    write_atomic(out / "training.csv", table.to_csv())
    return Result(
        {"folder": str(out), "rows": len(table), "columns": list(table.columns), "cid": manifest.training.cid},
        [f"{len(table):,} rows of {len(table.columns)} columns and the manifest are in {out}"],
    )


@_CONTEST
@click.option("--out", type=click.Path(dir_okay=False, path_type=Path), required=True, help="CAR file to write.")
def _archive(session: Session, contest: int, out: Path) -> Result:
    """Write everything that CONTEST has published to a CAR file; `hyperbounty store import` takes it in elsewhere."""
    found = session.contract.contest(contest)
    recorded = session.contract.recorded_scores(found)
    reports = [*([recorded.report] if recorded else []), *(o.report for o in session.contract.opened_scores(found))]
    return export(session.store, documents(session.store, found.manifest, reports), out)


@_CONTEST
@click.option("--spec", "spec_text", required=True, metavar="FILE|WORD", help="A spec as JSON, or its 32-byte word.")
@click.option("--seed", type=click.IntRange(0, 2**31 - 1), default=0, show_default=True)
@click.option("--validation", type=click.FloatRange(0.05, 0.5), default=0.2, show_default=True)
def _train(session: Session, contest: int, spec_text: str, seed: int, validation: float) -> Result:
    """Train a spec at home: the end of the training prices stands in for the holdout."""
    found, manifest = _look(session, contest)
    spec = check_spec(manifest, found.limits, read_spec(spec_text).word)
    table = fetch_prices(session.store, manifest.training, manifest)
    from participant.workbench.rehearsal import (
        rehearse,  # brings in the training backend, seconds that other commands do not need
    )

    with progress_bar("training", spec.epochs) as progress:
        result, base_ppm = rehearse(
            spec,
            manifest,
            table,
            validation_fraction=validation,
            seed=seed,
            on_epoch=lambda _: progress.advance(progress.task_ids[0]),
        )
    band = noise_band(base_ppm / 1_000_000, result.total, manifest.target.future_periods)
    return Result(
        {
            "spec": "0x" + spec.word.hex(),
            "validation_score_ppm": result.score_ppm,
            "base_rate_ppm": base_ppm,
            "noise_band_ppm": round(band * 1_000_000),
            "minimum_ppm": found.minimum_score,
            "windows": result.total,
            "parameters": result.parameters,
            "diverged_at": result.diverged_at,
            "seconds": result.seconds,
        },
        [
            spec.describe(),
            f"validation {percent(result.score_ppm)} on {result.total:,} windows; base rate {percent(base_ppm)} "
            f"± {band * 100:.2f}; this contest asks for {percent(found.minimum_score)}",
            *([f"training diverged in epoch {result.diverged_at}: such a spec scores 0"] if result.diverged_at else []),
            *(["it predicted one class throughout"] if result.constant else []),
        ],
    )


@_CONTEST
@_ENTRY
@click.option("--spec", "spec_text", required=True, metavar="FILE|WORD", help="A spec as JSON, or its 32-byte word.")
def _submit(session: Session, contest: int, entry: int, spec_text: str) -> Result:
    """Submit a sealed spec to CONTEST, with its deposit; again in the same slot replaces it."""
    found, manifest = _look(session, contest)
    spec = read_spec(spec_text)
    receipt = submit_entry(session.contract, session.account, found, manifest, spec.word, _book(session), entry)
    return Result(
        **done(
            receipt,
            f"Sealed and submitted to contest {contest}, slot {entry}: {spec.describe()}. "
            f"Reveal it between {moment(found.submit_ends)} and {moment(found.reveal_ends)}, or lose the deposit.",
            contest=contest,
            entry=entry,
            spec="0x" + spec.word.hex(),
        )
    )


@_CONTEST
@_ENTRY
def _reveal(session: Session, contest: int, entry: int) -> Result:
    """Open your sealed spec in CONTEST; the deposit comes back."""
    found = session.contract.contest(contest)
    receipt = reveal_entry(session.contract, session.account, found, _book(session), entry)
    return Result(**done(receipt, f"Revealed slot {entry} of contest {contest}.", contest=contest, entry=entry))


@_CONTEST
def _challenge(session: Session, contest: int) -> Result:
    """Stake the challenge bond on the scores of CONTEST being wrong; its panel decides.

    Whoever is wrong loses its bond to the other. Run `hyperbounty evaluator verify` before.
    """
    found, dispute = session.contract.contest(contest), session.contract.dispute(contest)
    receipt = session.contract.challenge(session.account, found, key=f"challenge/{contest}")
    staked = asset_amount(dispute.panel.challenge_bond, found.asset)
    return Result(
        **done(
            receipt,
            f"Challenged the scores of contest {contest}, {staked} staked; the panel has until "
            f"{moment(dispute.open_ends)}.",
            contest=contest,
            bond=dispute.panel.challenge_bond,
        )
    )


@_CONTEST
@click.option("--submission", type=click.IntRange(0), help="Take back this slot's submission instead, deposit and all.")
@click.option("--to", help="Where credits go; left out, to the account itself.")
def _withdraw(session: Session, contest: int, submission: int | None, to: str | None) -> Result:
    """Bring in what waits for you: your share of a void contest's bond, and payments that failed."""
    if submission is not None:
        found = session.contract.contest(contest)
        receipt = take_back(session.contract, session.account, found, _book(session), submission)
        return Result(**done(receipt, f"Took slot {submission} of contest {contest} back.", entry=submission))
    found = session.contract.contest(contest)
    got = collect(session.contract, session.account, found, to)
    return Result(
        {
            "claims": got.claimed,
            "withdrawn": got.withdrawn,
            "transactions": [receipt_json(receipt) for receipt in got.receipts],
        },
        [f"{got.claimed} claims paid, {asset_amount(got.withdrawn, found.asset)} of credit withdrawn"]
        if got.receipts
        else [f"Nothing waits for {session.account.address} in contest {contest}; prizes are paid by `settle` itself."],
    )


@click.argument("file", type=click.Path(dir_okay=False, path_type=Path))
def _example(session: Session, file: Path) -> Result:
    """Write an example spec to FILE."""
    write_atomic(file, spec_json(Spec()).encode())
    return Result({"file": str(file)}, [f"{file} holds {Spec().describe()}; docs/spec.md has every field"])


command(participant, "list", chain=True)(_list)
command(participant, "show", chain=True, store=True)(_show)
command(participant, "download", chain=True, store=True)(_download)
command(participant, "archive", chain=True, store=True)(_archive)
command(participant, "train", chain=True, store=True)(_train)
command(participant, "submit", chain=True, store=True, account=True)(_submit)
command(participant, "reveal", chain=True, account=True)(_reveal)
command(participant, "challenge", chain=True, account=True)(_challenge)
command(participant, "withdraw", chain=True, account=True)(_withdraw)
command(participant, "example")(_example)
