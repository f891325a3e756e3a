"""`hyperbounty model init`: the file of a model to fill in."""

from __future__ import annotations

from pathlib import Path

import click

from hyperbounty.cli.following import next_line
from hyperbounty.cli.output import Result
from hyperbounty.cli.session import Session
from hyperbounty.cli.targets import create_file
from hyperbounty.next_steps import Action
from organizer.models.templates import TEMPLATES, template_file


@click.argument("file", type=click.Path(dir_okay=False, path_type=Path))
@click.option(
    "--template",
    type=click.Choice(tuple(TEMPLATES)),
    default="mail",
    show_default=True,
    help="What it begins with: bundled mails, own examples, a model of scikit-learn, nothing; or points, no money.",
)
def init(session: Session, file: Path, template: str) -> Result:
    """Write FILE: a model to fill in, every key explained. Overwrites nothing.

    Those of bundled mails open as they stand on a development chain.
    """
    create_file(file, template_file(template).encode(), "another file")
    said = TEMPLATES[template]
    return Result(
        {"file": str(file), "model_template": template},
        [
            f"Wrote {file}: {said.about}",
            next_line(session, "fill it in, and open the model: {}", Action("model.open", (str(file),)), own=False),
        ],
    )
