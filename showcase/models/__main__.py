"""A shared model in one command: mails are added with stakes, and those who label well earn what others lose.

    python -m showcase.models

A model of mails is opened on the embedded chain. Two people add mails with care, one carelessly, one flips every
label, and one only asks. Days pass by the chain's clock. Who was right has the stake back, and takes from who was not.
"""

from __future__ import annotations

import sys
from pathlib import Path

import click

from hyperbounty.cli.exit_codes import ExitCode
from hyperbounty.cli.main import guard
from hyperbounty.cli.progress import progress
from hyperbounty.cli.targets import require_free
from hyperbounty.cli.terminal import prepare_streams
from hyperbounty.extras import require


@click.command(context_settings={"help_option_names": ["-h", "--help"]})
@click.option(
    "--out", type=click.Path(file_okay=False, path_type=Path), default="hyperbounty-run-models", show_default=True
)
def main(out: Path) -> None:
    """Train a shared model of mails on the embedded chain, and show who gained by it."""
    # What an earlier run of this program left is its own to replace.
    if not (out / "home").is_dir():
        require_free(out, "another folder with --out")
    require("devnet")
    with progress("loading the chain, the contract and the mails", is_long=True):
        from showcase.models.playing import play
        from showcase.models.stage import build_stage

        stage = build_stage(out)
    with stage.chain:
        played = play(stage, out)
    click.get_current_context().exit(ExitCode.DIFFERS if played.differences else ExitCode.DONE)


if __name__ == "__main__":
    prepare_streams()
    sys.exit(guard(main, sys.argv[1:], "showcase.models", json_flag=None))
