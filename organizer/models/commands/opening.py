"""`hyperbounty model open`, `upload` and `publish`: a model on its way to the chain."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from hyperbounty.cli.asking import ask, yes_option
from hyperbounty.cli.following import next_line
from hyperbounty.cli.option_file import file_argument
from hyperbounty.cli.options import Uncounted, options_of
from hyperbounty.cli.output import Result, note
from hyperbounty.cli.progress import Work, progress
from hyperbounty.cli.receipts import asset_amount, receipt_json
from hyperbounty.cli.session import Session
from hyperbounty.errors import InvalidInput
from hyperbounty.format import about
from hyperbounty.models.access import contract_of
from hyperbounty.money import COIN, format_amount
from hyperbounty.next_steps import Action, NextStep, Parameter
from organizer.models.model_file import HEADINGS, LAYOUT
from organizer.models.settings import ModelSettings, Pricing

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from hyperbounty.chain.connection import Receipt
    from hyperbounty.chain.sending.quote import Quote
    from hyperbounty.models.manifest import ModelManifest
    from hyperbounty.models.types import Offer

DRAFTS = "model-drafts"
"""The folder under the home that keeps what is to be uploaded."""


@file_argument(LAYOUT)
@options_of(HEADINGS, settings=ModelSettings, pricing=Pricing)
@click.option("--draft", is_flag=True, help="Open and upload, and leave it a draft: publish it later.")
@click.option("--trust-estimator", is_flag=True, help="Do not ask whether the estimator's file is your own.")
@click.option(
    "--copy", type=click.IntRange(1), default=1, show_default=True, help="2 opens a second model that is the same."
)
@yes_option
def open_(
    session: Session,
    file: Path | None,
    settings: ModelSettings,
    pricing: Uncounted[Pricing],
    draft: bool,
    trust_estimator: bool,
    copy: int,
    yes: bool,
) -> Result:
    """Open a model: say what it is and what it knows, upload its words, publish it.

    FILE may hold all that the options say: `hyperbounty model init model.toml` writes one to fill in. An option that is
    given overrides the file. The headings below are the sections of the file.

    What it costs, what others will stake on it, what rounding lost and what is odd about it is shown first, and nothing
    is sent unless you agree. All of it is for good: nobody can change it later, and you can only end the taking of
    samples. Interrupted, the same command goes on; repeated, it shows the model that it opened.
    """
    from hyperbounty.models.show.opening import cost_of
    from organizer.models.drafts import Draft, Drafts
    from organizer.models.openings import open_once
    from organizer.models.preparing import prepare
    from organizer.models.rendering import model_lines

    named = pricing.given["asset"]
    contract, account, store = contract_of(session), session.account, session.store
    asset = COIN if named == COIN.address else contract.asset(named)
    counted = pricing.counted(asset, asset=asset)
    counted.terms()
    note("reading what the model begins with …")
    prepared = prepare(settings, counted, store, on_estimator=_asking(trusted=trust_estimator))
    development = contract.chain.is_development

    def agree(quote: Quote | None) -> None:
        per_gas = None if quote is None or quote.fee_wei is None else quote.fee_wei / quote.gas
        cost = cost_of(prepared.offer, publish=not draft, fee_per_gas=per_gas)
        said = model_lines(prepared, cost, publish=not draft, development=development)
        balance = contract.chain.balance(account.address)
        if cost.fee is not None and balance < cost.fee:
            said.append(
                f"  CAUTION    {account.address} has {format_amount(balance)}, less than that can cost: it may stop "
                "on the way, and go on once there is more"
            )
        ask(session, said, yes=yes, everywhere=True)

    wanted = Draft(contract.chain.identity, contract.address, account.address, prepared.offer, prepared.manifest, copy)
    with _uploading(len(prepared.offer.state.words)) as on_word:
        opened = open_once(
            contract,
            account,
            wanted,
            Drafts(session.home / DRAFTS),
            store,
            publish=not draft,
            agree=agree,
            on_word=on_word,
        )
    before = [f"An earlier run of this command opened it; --copy {copy + 1} opens another like it."]
    is_live = opened.cid is not None
    return Result(
        {
            **_json(opened.number, is_live, opened.receipts, str(opened.cid) if opened.cid else None),
            "opened_before": opened.before,
            **_facts(prepared.offer, prepared.manifest),
        },
        [
            *(before if opened.before else []),
            f"Model {opened.number} is {'live' if is_live else 'a draft, with all of its words'}: "
            f"{prepared.manifest.name}",
            *_baseline(prepared.manifest),
            *([f"A sample costs {asset_amount(counted.weight, asset)} or less."] if counted.weight else []),
            *([f"Manifest {opened.cid}"] if opened.cid else []),
            _sent(opened.receipts),
            _next(session, opened.number, is_live),
        ],
    )


@click.argument("model", type=click.IntRange(1))
def upload(session: Session, model: int) -> Result:
    """Go on with the upload of MODEL, a draft that was begun from here; what is there already is not sent again."""
    from hyperbounty.locks import locked
    from organizer.models.drafts import Drafts
    from organizer.models.openings import draft_of, upload_rest

    contract, account, drafts = contract_of(session), session.account, Drafts(session.home / DRAFTS)
    found = draft_of(contract, account, contract.model(model), drafts)
    words = len(found.offer.state.words)
    with locked(drafts.lock(found.name), exclusive=True), _uploading(words) as on_word:
        receipts = list(upload_rest(contract, account, model, found, on_word))
    return Result(
        _json(model, False, receipts, None),
        [f"All words of model {model} are there.", _sent(receipts), _next(session, model, False)],
    )


@click.argument("model", type=click.IntRange(1))
@yes_option
def publish(session: Session, model: int, yes: bool) -> Result:
    """Publish MODEL, a draft that was begun from here: from now on it takes samples.

    What is missing of its words is uploaded first. Its manifest is stored, and fetched again, before anything is sent.
    """
    from hyperbounty.locks import locked
    from hyperbounty.models.types import Stage
    from organizer.models.drafts import Drafts
    from organizer.models.openings import draft_of, publish_once, require_creator, upload_rest

    contract, account, drafts = contract_of(session), session.account, Drafts(session.home / DRAFTS)
    standing = contract.model(model)
    if standing.stage is Stage.LIVE:
        require_creator(standing, account.address)
        return _published(session, model, [], standing.manifest, f"Model {model} is live already.")
    found = draft_of(contract, account, standing, drafts)
    ask(
        session,
        [f"You publish model {model}, {found.manifest.name}: after that nothing of it can be changed."],
        yes=yes,
    )
    with locked(drafts.lock(found.name), exclusive=True):
        receipts = list(upload_rest(contract, account, model, found))
        cid, receipt = publish_once(contract, account, model, found.manifest, session.store)
    return _published(session, model, [*receipts, receipt], cid.digest, f"Model {model} is live: {found.manifest.name}")


def _published(session: Session, number: int, receipts: Sequence[Receipt], digest: bytes, text: str) -> Result:
    from hyperbounty.store import Cid

    cid = str(Cid.from_digest(digest))
    sent = [_sent(receipts)] if receipts else []
    return Result(
        _json(number, True, receipts, cid), [text, f"Manifest {cid}", *sent, _next(session, number, is_live=True)]
    )


@contextmanager
def _uploading(words: int) -> Iterator[Callable[[int], None]]:
    """Show how many words are uploaded, once the first ones are: nothing is drawn over a question before that."""
    with ExitStack() as shown:
        work: list[Work] = []

        def on_word(done: int) -> None:
            if not work:
                work.append(shown.enter_context(progress("uploading", words, unit="words")))
            work[0].update(done=done)

        yield on_word


def _asking(*, trusted: bool) -> Callable[[Path], None]:
    """Ask before a file is read that is a program."""

    def on_estimator(path: Path) -> None:
        if trusted:
            return
        note(f"{path} is a program: reading it runs what is in it. Go on only if you wrote it yourself.")
        if not os.isatty(0):
            raise InvalidInput(
                "there is no terminal to ask at, and the file was not read",
                NextStep("if it is your own, say so with {}", Parameter("trust_estimator")),
            )
        if not click.confirm("Is it your own?", err=True):
            raise InvalidInput("the file was not read", "train the model yourself, and write it with joblib.dump")

    return on_estimator


def _json(number: int, is_live: bool, receipts: Sequence[Receipt], cid: str | None) -> dict[str, Any]:
    return {
        "model": number,
        "stage": "live" if is_live else "draft",
        "manifest_cid": cid,
        "transactions": [receipt_json(receipt) for receipt in receipts],
    }


def _facts(offer: Offer, manifest: ModelManifest) -> dict[str, Any]:
    baseline = manifest.baseline
    return {
        "model_name": manifest.name,
        "model_kind": offer.shape.facts.name,
        "features": offer.shape.features,
        "class_names": list(manifest.classes),
        "capacity": offer.shape.capacity,
        "baseline_ppm": None if baseline is None else baseline.accuracy_ppm,
    }


def _baseline(manifest: ModelManifest) -> list[str]:
    if manifest.baseline is None:
        return []
    right, count = about(manifest.baseline.accuracy_ppm), manifest.baseline.samples
    return [f"It is right on {right} of {count:,} example{'s' if count != 1 else ''}."]


def _sent(receipts: Sequence[Receipt]) -> str:
    gas = [receipt.gas_used for receipt in receipts]
    fees = [receipt.fee_wei for receipt in receipts]
    spent = "unknown" if None in gas else f"{sum(each or 0 for each in gas):,}"
    paid = "unknown" if None in fees else format_amount(sum(each or 0 for each in fees))
    count = len(receipts)
    return f"{count} transaction{'s' if count != 1 else ''}, gas {spent}, fee {paid}"


def _next(session: Session, number: int, is_live: bool) -> str:
    if not is_live:
        return next_line(session, "publish it: {}", Action("model.publish", (number,)))
    return next_line(
        session,
        "see it as others do: {}; check it against the chain: {}",
        Action("model.show", (number,)),
        Action("model.verify", (number,)),
        own=False,
    )
