"""`hyperbounty organizer init` and `check`: the file of a contest to fill in, and what it would come to."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

import click
from click.core import ParameterSource

from hyperbounty.bounty.access import contract_of
from hyperbounty.cli.exit_codes import ExitCode
from hyperbounty.cli.following import next_line
from hyperbounty.cli.option_file import file_argument
from hyperbounty.cli.options import Uncounted, options_of
from hyperbounty.cli.output import Result
from hyperbounty.cli.progress import progress
from hyperbounty.cli.session import Session
from hyperbounty.cli.targets import create_file
from hyperbounty.cli.wording import worded
from hyperbounty.errors import AccountError, PriceDataError, SpecError, TrainingError
from hyperbounty.extras import command_to_install, lacking
from hyperbounty.next_steps import Action, NextStep, Parameter
from organizer.bounty.contest_file import HEADINGS, LAYOUT, SECTIONS, PricesFolder
from organizer.bounty.given import read_contest
from organizer.bounty.offer import Offer
from organizer.bounty.task import TaskSettings
from organizer.bounty.templates import TEMPLATES, template_file

if TYPE_CHECKING:
    from organizer.bounty.checking import CheckedContest


@click.argument("file", type=click.Path(dir_okay=False, path_type=Path))
@click.option(
    "--template",
    type=click.Choice(tuple(TEMPLATES)),
    default="sample",
    show_default=True,
    help="What kind of contest: to try out, on prices to come, among strangers, with a panel, in a token.",
)
def init(session: Session, file: Path, template: str) -> Result:
    """Write FILE: a contest to fill in, every key explained. Overwrites nothing.

    It opens as it stands on a development chain that has its prices, and its token.
    """
    create_file(file, template_file(template).encode(), "another file")
    said = TEMPLATES[template]
    prices = str(file.parent / said.said["prices"])
    return Result(
        {"file": str(file), "template": template},
        [
            f"Wrote {file}: {said.about}",
            next_line(
                session,
                "bring its prices ({}), see what it comes to ({}), and open it ({})",
                Action("organizer.fetch", (Parameter("out", prices),)),
                Action("organizer.check", (str(file),)),
                Action("organizer.open", (str(file),)),
                own=False,
            ),
        ],
    )


@file_argument(LAYOUT)
@options_of(HEADINGS, source=PricesFolder, settings=TaskSettings, offer=Offer)
@click.option("--no-training", is_flag=True, help="Leave the baselines out, which train for a minute or longer.")
def check(
    session: Session,
    file: Path | None,
    source: PricesFolder,
    settings: TaskSettings,
    offer: Uncounted[Offer],
    no_training: bool,
) -> Result:
    """Show what opening a contest would come to: prices, money, deadlines, trainings, the bar. Sends nothing.

    FILE and the options are those of `hyperbounty organizer open`. Its transaction is tried on the chain as it stands,
    without being sent, and without a password. What stands against the contest is told at once, and the exit code is 1
    then. Where nothing does, three plain specs are trained on folds of the prices, to see whether the bar can be
    reached; that needs the extra 'train'.
    """
    from hyperbounty.chain.address import checked_address
    from hyperbounty.chain.sending.quote import Watched
    from organizer.bounty.checked_lines import bar_line, baseline_lines, work_lines
    from organizer.bounty.checking import check_contest
    from organizer.bounty.rendering import offer_lines

    given = read_contest(session, source, settings, offer)
    address = session.address
    if address is None:
        raise AccountError("no account is named", NextStep("name who would open it with {}", Parameter("account")))
    found = check_contest(contract_of(session), Watched(checked_address(address)), given)
    untried = "left out"
    if not no_training:
        found, untried = _with_baselines(session, found)
    prices = given.prices
    said = offer_lines(
        found.terms, found.manifest, found.organizer, found.throughput, found.now, development=found.development
    )
    refused = [
        f"  REFUSED    {refusal.what}{f'; {worded(refusal.next_step)}' if refusal.next_step else ''}"
        for refusal in found.refusals
    ]
    return Result(
        {
            **found.json(),
            "file": None if file is None else str(file),
            "refusals": [
                {"code": refusal.error_code, "error": refusal.what, "next_step": worded(refusal.next_step)}
                for refusal in found.refusals
            ],
        },
        [
            f"{prices.source}{' (synthetic)' if prices.synthetic else ''}, in {source.prices}",
            *(f"  {line}" for line in prices.cleaning),
            *said,
            *work_lines(found),
            *baseline_lines(found.baselines, untried),
            bar_line(found.verdict, found.terms.minimum_score, found.manifest.estimates.chance_of_any_ppm),
            *refused,
            _next(session, file, found),
        ],
        exit_code=ExitCode.DIFFERS if found.refusals else ExitCode.DONE,
    )


def _with_baselines(session: Session, found: CheckedContest) -> tuple[CheckedContest, str]:
    """The contest with baselines trained; where they are not, why."""
    from hyperbounty.training.kept import TRAININGS, KeptTrainings
    from organizer.bounty.baselines import epochs_of, plain_specs, train_baselines

    if found.refusals:
        return found, "not before what is refused is mended"
    missing = lacking("train")
    if missing:
        return found, f"{', '.join(missing)} are not installed: {command_to_install('train')}"
    try:
        specs = plain_specs(found.manifest, found.terms.limits)
        with progress("compiling, then training", epochs_of(specs), unit="epochs", is_long=True) as work:
            baselines = train_baselines(
                specs,
                found.manifest,
                found.training,
                throughput=found.throughput,
                kept=KeptTrainings(session.home / TRAININGS),
                on_epochs=lambda done: work.update(done=done, what="training baselines"),
            )
    # Another machine may train what this one cannot: that is no fault of the contest.
    except (SpecError, PriceDataError, TrainingError) as error:
        return found, error.what
    return replace(found, baselines=baselines), ""


def _next(session: Session, file: Path | None, found: CheckedContest) -> str:
    if found.refusals:
        return "Next: mend what is refused, and check again."
    context = click.get_current_context()
    fields = [name for names in SECTIONS.values() for name in names]
    by_options = any(context.get_parameter_source(name) is ParameterSource.COMMANDLINE for name in fields)
    text = "open it with the same options: {}" if by_options else "open it: {}"
    return next_line(session, text, Action("organizer.open", () if file is None else (str(file),)))
