"""`hyperbounty organizer init` and `check`: the file of a contest to fill in, and what it would come to."""

from __future__ import annotations

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
from hyperbounty.cli.session import Session
from hyperbounty.cli.targets import create_file
from hyperbounty.cli.wording import worded
from hyperbounty.errors import AccountError
from hyperbounty.format import about, duration
from hyperbounty.money import format_amount
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
def check(
    session: Session, file: Path | None, source: PricesFolder, settings: TaskSettings, offer: Uncounted[Offer]
) -> Result:
    """Show what opening a contest would come to: prices, money, deadlines, trainings, the bar. Sends nothing.

    FILE and the options are those of `hyperbounty organizer open`. Its transaction is tried on the chain as it stands,
    without being sent, and without a password. What stands against the contest is told at once, and the exit code is 1
    then.
    """
    from hyperbounty.chain.address import checked_address
    from hyperbounty.chain.sending.quote import Watched
    from organizer.bounty.checking import check_contest
    from organizer.bounty.rendering import offer_lines

    address = session.address
    if address is None:
        raise AccountError("no account is named", NextStep("name who would open it with {}", Parameter("account")))
    given = read_contest(session, source, settings, offer)
    found = check_contest(contract_of(session), Watched(checked_address(address)), given)
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
            *_work_lines(found),
            _bar_line(found),
            *refused,
            _next(session, file, found),
        ],
        exit_code=ExitCode.DIFFERS if found.refusals else ExitCode.DONE,
    )


def _work_lines(found: CheckedContest) -> list[str]:
    """What opening takes of gas, and a full contest of its evaluator's time."""
    quote = found.quote
    if quote is None:
        gas = "not known: a token has to be approved first" if not found.refusals else "not known"
    elif quote.fee_wei is None:
        gas = f"at most {quote.gas:,}, and a unit of it costs more than your cap now"
    else:
        gas = f"at most {quote.gas:,}, which cost at most {format_amount(quote.fee_wei)} now"
    terms = found.terms
    waits = f", once the prices have come, {duration(found.wait_seconds)} after the reveals"
    return [
        f"  gas        {gas}",
        f"  trainings  all {terms.max_submissions:,} entries take at most {duration(found.training_seconds)} on "
        f"{found.given.offer.cores:g} reference cores{waits if found.wait_seconds else ''}; the time to score is "
        f"{duration(terms.score_seconds)}",
    ]


def _bar_line(found: CheckedContest) -> str:
    chance = about(found.manifest.estimates.chance_of_any_ppm)
    if found.pays_for_luck:
        return (
            f"  verdict    the bar PAYS FOR LUCK: the chance that entries without any skill are paid is up to {chance}"
        )
    return f"  verdict    the bar keeps luck from being paid: its chance is at most {chance}"


def _next(session: Session, file: Path | None, found: CheckedContest) -> str:
    if found.refusals:
        return "Next: mend what is refused, and check again."
    context = click.get_current_context()
    fields = [name for names in SECTIONS.values() for name in names]
    by_options = any(context.get_parameter_source(name) is ParameterSource.COMMANDLINE for name in fields)
    text = "open it with the same options: {}" if by_options else "open it: {}"
    return next_line(session, text, Action("organizer.open", () if file is None else (str(file),)))
