"""`hyperbounty participant suggest`: specs to begin with."""

from __future__ import annotations

from pathlib import Path

import click

from hyperbounty.cli.following import next_line
from hyperbounty.cli.output import Result
from hyperbounty.cli.session import Session
from hyperbounty.cli.targets import create_folder, require_free
from hyperbounty.format import duration
from hyperbounty.next_steps import Action, Parameter
from participant.bounty.commands.here import contest_argument, contract_here


@contest_argument
@click.option("--out", type=click.Path(file_okay=False, path_type=Path), help="New folder to write their files to.")
def suggest(session: Session, contest: int, out: Path | None) -> Result:
    """Suggest three specs for CONTEST: a small one, a middle one, and one as large as the budget allows.

    They are to begin with: nothing of them is fitted to its prices.
    """
    from hyperbounty.bounty.published import fetch_manifest
    from hyperbounty.spec.file import spec_json
    from hyperbounty.spec.suggestions import suggest as suggested

    other = "another folder with --out"
    if out is not None:
        require_free(out, other)
    found = contract_here(session).contest(contest)
    manifest = fetch_manifest(session.store, found.manifest)
    specs = suggested(found.limits, manifest.shape, manifest.run_seconds)
    names = {name: "0x" + judged.spec.word.hex() for name, judged in specs.items()}
    if out is not None:
        with create_folder(out, other) as folder:
            for name, judged in specs.items():
                (folder / f"{name}.json").write_text(spec_json(judged.spec), encoding="utf-8")
        names = {name: str(out / f"{name}.json") for name in specs}
    return Result(
        {
            "folder": None if out is None else str(out),
            "budget_seconds": manifest.run_seconds,
            "specs": [
                {
                    "name": name,
                    "spec": "0x" + judged.spec.word.hex(),
                    "parameters": judged.parameters,
                    "run_seconds": judged.seconds,
                }
                for name, judged in specs.items()
            ],
        },
        [
            f"A run may take {duration(manifest.run_seconds)} of the reference core.",
            *([] if out is None else [f"The specs are in {out}."]),
        ],
        ("size", "spec", "parameters", "a run takes"),
        [
            (name, judged.spec.describe(), f"{judged.parameters:,}", duration(judged.seconds))
            for name, judged in specs.items()
        ],
        [
            next_line(
                session,
                "see how they do: {}",
                Action("participant.train", (contest, *(Parameter("spec", name) for name in names.values()))),
                own=False,
            )
        ],
    )
