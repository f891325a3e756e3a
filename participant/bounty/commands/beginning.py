"""`hyperbounty participant init`: a folder to work in for one contest."""

from __future__ import annotations

from pathlib import Path

import click

from hyperbounty.cli.following import may_be_secret, next_line
from hyperbounty.cli.output import Result
from hyperbounty.cli.session import Session
from hyperbounty.next_steps import Action
from participant.bounty.commands.here import contest_argument, contract_here


@contest_argument
@click.argument("folder", type=click.Path(file_okay=False, path_type=Path), required=False)
def init(session: Session, contest: int, folder: Path | None) -> Result:
    """Make FOLDER (contest-N, if left out) to work in for CONTEST, or repair it.

    It has the manifest and the training prices, each checked against its hash, spec.toml with every field, its range
    and its cost, and workbench.py and workbench.ipynb to work in Python. Given again, what is published is written anew
    where it must be, and what is yours stays. Within the folder, commands know the contest and the spec.
    """
    from hyperbounty.bounty.published import fetch_manifest, fetch_prices
    from hyperbounty.spec.suggestions import suggest
    from hyperbounty.spec.template import search_template, spec_template
    from hyperbounty.store import Cid
    from participant.workbench.folder import SPEC, Place, lay_out, read_place
    from participant.workbench.notebook import NOTEBOOK, SCRIPT, cells, notebook, script

    if folder is None:
        here = read_place(Path())
        folder = Path() if here is not None and here.contest == contest else Path(f"contest-{contest}")
    contract = contract_here(session)
    found = contract.contest(contest)
    manifest = fetch_manifest(session.store, found.manifest)
    table = fetch_prices(session.store, manifest.training, manifest)
    spec = suggest(found.limits, manifest.shape, manifest.run_seconds)["middle"].spec
    heading = [f"A spec for contest {contest}. Change what you like; `hyperbounty participant train` says how it does."]
    text = spec_template(spec, found.limits, manifest.shape, manifest.run_seconds, heading)
    searched = ["What `hyperbounty participant search` may try. Nothing else reads it."]
    text += search_template(spec, found.limits, manifest.shape, manifest.run_seconds, searched)
    place = Place(contest, contract.chain.chain_id, contract.address, str(Cid.from_digest(found.manifest)))
    written = cells(contest, place.manifest, _named(session))
    states = lay_out(
        folder,
        place,
        {"manifest.json": manifest.canonical(), "training.csv": table.to_csv()},
        {SPEC: text.encode(), SCRIPT: script(written).encode(), NOTEBOOK: notebook(written).encode()},
    )
    return Result(
        {
            "contest": contest,
            "folder": str(folder),
            "rows": len(table),
            "laid_out": [{"file": name, "file_state": state} for name, state in states.items()],
        },
        [f"Contest {contest} is in {folder}:"],
        ("file", "now"),
        list(states.items()),
        [
            next_line(
                session,
                "go there, change spec.toml, and see how it does: {}",
                Action("participant.train"),
            )
        ],
    )


def _named(session: Session) -> dict[str, str]:
    """What whoever works in the folder names from Python, perhaps elsewhere: what was said here, or in variables.

    What may hold a provider's key is left out, and comes from the configuration.
    """
    from hyperbounty.config.places import usual_home
    from hyperbounty.config.settings import Source

    settings = session.settings
    found = {key: getattr(settings, key) for key in ("profile", "rpc", "contract", "ipfs", "account")}
    said = {
        key: value for key, value in found.items() if settings.origins[key].source in (Source.OPTION, Source.VARIABLE)
    }
    named = {key: str(value) for key, value in said.items() if value is not None and not may_be_secret(str(value))}
    if session.home.absolute() != usual_home():
        named["home"] = str(session.home.absolute())
    if session.config_file is not None and session.config_file.parent.absolute() != session.home.absolute():
        named["config"] = str(session.config_file.absolute())
    return named
