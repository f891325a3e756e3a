"""`hyperbounty model verify` and `export`: a model held against the rules, and taken along."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Final

import click

from hyperbounty.cli.exit_codes import ExitCode
from hyperbounty.cli.following import next_line
from hyperbounty.cli.output import Result, note
from hyperbounty.cli.session import Session
from hyperbounty.cli.targets import create_file, require_free
from hyperbounty.format import count_of
from hyperbounty.models.access import contract_of
from hyperbounty.next_steps import Action, Parameter

if TYPE_CHECKING:
    from hyperbounty.models.verification import Verification

_SHOWN: Final = 20
_OTHER_FILE: Final = "another file with --out"
_OTHER_ESTIMATOR: Final = "another file with --estimator"


@click.argument("model", type=click.IntRange(1))
def verify(session: Session, model: int) -> Result:
    """Replay all events of MODEL by the rules, and compare every word and every payment with the chain.

    What the model has learned is computed anew, sample by sample; so are all stakes and payments, the hash of the
    uploaded words, and whether the manifest is the model's. The exit code is 1 where something differs, 3 where
    something could not be compared.
    """
    from hyperbounty.models.show.verification import verification_json
    from hyperbounty.models.verification import verify as verify_model

    contract, store = contract_of(session), session.store
    note(f"replaying model {model} …")
    found = verify_model(contract, model, store)
    code = ExitCode.DONE if found.is_whole else ExitCode.UNAVAILABLE
    return Result(
        verification_json(found),
        [*_lines(found), _next(session, found)],
        exit_code=code if found.is_right else ExitCode.DIFFERS,
    )


@click.argument("model", type=click.IntRange(1))
@click.option(
    "--out", type=click.Path(dir_okay=False, path_type=Path), required=True, help="Write the model here, as JSON."
)
@click.option(
    "--estimator",
    type=click.Path(dir_okay=False, path_type=Path),
    help="Also write a model of scikit-learn that decides alike, with joblib; needs the extra 'sklearn'.",
)
def export(session: Session, model: int, out: Path, estimator: Path | None) -> Result:
    """Write what MODEL is and has learned to a file: kind, shape, words and manifest. Overwrites nothing.

    The file predicts what the contract predicts at that block, from Python and without a chain. It also opens a model
    that begins with the same: `hyperbounty model open --state FILE`.
    """
    from hyperbounty.extras import require
    from hyperbounty.models.class_names import class_names
    from hyperbounty.models.exported import ExportedModel
    from hyperbounty.models.published import read_published

    require_free(out, _OTHER_FILE)
    if estimator is not None:
        require("sklearn")
        require_free(estimator, _OTHER_ESTIMATOR)
    contract, store = contract_of(session), session.store
    through = contract.chain.confirmed_header()
    standing = contract.model(model, through.number)
    added = [event.args["name"] for event in contract.history(standing, through).named("ClassAdded")]
    published = read_published(store, standing, len(added))
    names = class_names(standing.shape.classes, published.manifest, added)
    made = ExportedModel.of(
        standing.shape,
        contract.state(standing, through.number),
        names.names,
        published.manifest,
        number=model,
        block=through.number,
        contract=contract.address,
        chain_id=contract.chain.chain_id,
    )
    if estimator is not None:
        from hyperbounty.models.to_scikit_learn import estimator_of, write_estimator

        write_estimator(estimator_of(made.model(), names.names), estimator)
    create_file(out, made.canonical(), _OTHER_FILE)
    lacks = [] if published.manifest else [f"Without its manifest, so without names and encoder: {published.reason}."]
    wrote = [] if estimator is None else [f"Wrote {estimator}: joblib.load reads it; only where you trust it."]
    return Result(
        {
            "model": model,
            "block": through.number,
            "file": str(out),
            "estimator_file": None if estimator is None else str(estimator),
            "manifest_fault": published.reason or None,
        },
        [
            f"Wrote {out}: model {model} as it stands at block {through.number:,}.",
            *wrote,
            *lacks,
            next_line(
                session,
                "read it in Python with hyperbounty.models.exported.read_exported, or open another model with it: {}",
                Action("model.open", (Parameter("state", str(out)),)),
                own=False,
            ),
        ],
    )


def _lines(found: Verification) -> list[str]:
    model, differences = found.model, found.differences
    lines = [
        f"Model {model.number} ({model.shape.facts.name}, {model.stage.label}) up to block {found.block:,}: "
        f"{count_of(found.events, 'event')}, {count_of(found.samples, 'sample')}, "
        f"{count_of(found.payments, 'payment')}, {count_of(found.words, 'word')}."
    ]
    for each in differences[:_SHOWN]:
        lines.append(f"  DIFFERS    {each.what}: by the rules {each.expected}; the chain says {each.found}")
    if len(differences) > _SHOWN:
        lines.append(f"  and {len(differences) - _SHOWN:,} more: --json has all of them")
    if not found.is_whole:
        lines.append(f"  MISSING    the manifest was not compared: {found.published.reason}")
    if found.is_right:
        lines.append("All of it is as the rules say." if found.is_whole else "All else is as the rules say.")
    return lines


def _next(session: Session, found: Verification) -> str:
    number = found.model.number
    if not found.is_right:
        return next_line(
            session,
            "put no money on it before you know why; ask another node: {}",
            Action("model.verify", (number, Parameter("rpc", "URL"))),
            own=False,
        )
    if not found.is_whole:
        return next_line(
            session,
            "try again with a store that has the manifest: {}",
            Action("model.verify", (number, Parameter("ipfs", "URL"))),
            own=False,
        )
    return next_line(session, "see what is staked on it: {}", Action("model.show", (number,)), own=False)
