"""`hyperbounty model add` and `batch`: samples that a model learns from, with a stake on each."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path
from time import sleep
from typing import TYPE_CHECKING, Any, Final

import click

from hyperbounty.cli.asking import ask, yes_option
from hyperbounty.cli.following import next_line
from hyperbounty.cli.output import Result, note
from hyperbounty.cli.parameters import Amount, Duration, counted
from hyperbounty.cli.receipts import asset_amount, receipt_json, receipt_line
from hyperbounty.cli.session import Session
from hyperbounty.errors import InvalidInput
from hyperbounty.format import count_of, duration, moment
from hyperbounty.models.access import contract_of
from hyperbounty.money import Written, amount_json
from hyperbounty.next_steps import Action, NextStep, Parameter
from participant.models.commands.here import (
    encoder_of,
    encoder_options,
    impatient_store,
    model_argument,
    named,
    read_file,
    read_labelled,
    require_awake,
    require_published,
)

if TYPE_CHECKING:
    from hyperbounty.models.class_names import ClassNames
    from hyperbounty.models.types import SharedModel
    from participant.models.batching import Added

_POLL_SECONDS: Final = 2.0

_most = click.option(
    "--most",
    type=Amount(),
    help="The most that may be staked, on all together; where it would be more, nothing is sent.",
)
_copy = click.option(
    "--copy", type=click.IntRange(1), default=1, help="Add the very same once more: 2 for the second time."
)


@model_argument
@click.argument("sample", metavar="[SAMPLE]", required=False)
@click.option("--label", required=True, help="Its class: a name, a number, or #2 for class 2 where a name is a number.")
@_most
@_copy
@encoder_options
@yes_option
def add(
    session: Session,
    number: int,
    sample: str | None,
    label: str,
    most: Written | None,
    copy: int,
    features: bool,
    run_encoder: bool,
    yes: bool,
) -> Result:
    """Add SAMPLE to MODEL and stake its price: a text or numbers, as its encoder takes them; left out, the input.

    The model learns from it at once. The stake comes back where the model agrees later, and goes to others where it
    does not: have it back in time (`watch` does). The same sample twice is added once; --copy adds it again.
    """
    from hyperbounty.models.sample_files import Given
    from participant.models.batching import Adding

    contract, account = contract_of(session), session.account
    model = contract.model(number)
    require_published(model)
    published, names = named(contract, impatient_store(session) if features else session.store, model)
    class_number = names.label(label)
    encoding = encoder_of(session, model, published, features=features, run_encoder=run_encoder)
    written = read_file(Path("-")).decode("utf-8", "replace").strip() if sample is None else sample
    encoded = encoding.sample(Given(1, encoding.layout.raw(written)))
    limit = None if most is None else counted("most", most, model.asset)
    adding = Adding(
        contract, account, model, [(class_number, encoded)], str(copy), most=limit, wait_until=_waiter(session)
    )
    before = list(adding.before())
    if before:
        note(f"You have added this sample before; --copy {copy + 1} adds it once more.")
        return _one(session, model, names, before[0])
    require_awake(model)
    cost = adding.cost()
    [says] = contract.predict(model, [encoded])
    said = [] if says == class_number else [f"The model says {names.numbered(says)} of it now."]
    _ask(session, model, cost.total, 1, limit, said, yes=yes)
    [added] = list(adding.send())
    return _one(session, model, names, added)


@model_argument
@click.argument("file", type=click.Path(dir_okay=False, allow_dash=True, path_type=Path))
@_most
@click.option(
    "--pause",
    type=Duration(least=0),
    default="0s",
    help="Chain time between two calls, in which the price falls; a model of points has its own.",
)
@_copy
@encoder_options
@yes_option
def batch(
    session: Session,
    number: int,
    file: Path,
    most: Written | None,
    pause: int,
    copy: int,
    features: bool,
    run_encoder: bool,
    yes: bool,
) -> Result:
    """Add all samples of FILE to MODEL: .csv with the columns label and text (or features), or .jsonl; - for the input.

    The whole file is checked first. Then as many samples go into a call as its gas allows. Given again after a kill,
    the same file goes on, and nothing is added twice.
    """
    from participant.models.batching import Adding

    contract, account = contract_of(session), session.account
    model = contract.model(number)
    require_published(model)
    published, names = named(contract, impatient_store(session) if features else session.store, model)
    encoding = encoder_of(session, model, published, features=features, run_encoder=run_encoder)
    samples = read_labelled(file, encoding, names, model)
    limit = None if most is None else counted("most", most, model.asset)
    until = _waiter(session)
    adding = Adding(contract, account, model, samples, str(copy), most=limit, pause=pause, wait_until=until)
    calls = list(adding.before())
    done, spent = sum(len(each.entries) for each in calls), sum(each.staked for each in calls)
    if calls:
        note(f"{done:,} of {len(samples):,} samples were added before, with {asset_amount(spent, model.asset)}.")
    if done < len(samples):
        require_awake(model)
        cost = adding.cost(done)
        said = [] if len(cost.calls) == 1 else _call_lines(cost.calls, pause)
        remaining = None if limit is None else limit - spent
        _ask(session, model, cost.total, len(samples) - done, remaining, said, yes=yes)
        for added in adding.send(done, spent):
            calls.append(added)
            done += len(added.entries)
            note(f"{done:,} of {len(samples):,} samples are added; {receipt_line(added.receipt)}")
    return _many(session, model, calls, done)


# ------------------------------------------------------------------------------------------------------------- inside


def _ask(
    session: Session,
    model: SharedModel,
    total: int,
    count: int,
    limit: int | None,
    said: Sequence[str],
    *,
    yes: bool,
) -> None:
    from participant.models.rendering import stake_lines

    if limit is not None and total > limit:
        raise InvalidInput(
            f"it costs {asset_amount(total, model.asset)} now, and may cost {asset_amount(max(limit, 0), model.asset)}",
            NextStep("wait until the price has fallen, or allow more with {}; nothing was sent", Parameter("most")),
        )
    if model.terms.in_points:
        for line in said:
            note(line)
        return
    ask(session, [*stake_lines(model, total, count, session.chain.timestamp()), *said], yes=yes)


def _call_lines(calls: Sequence[int], pause: int) -> list[str]:
    sizes = (
        f"{calls[0]:,}" if len(set(calls[:-1])) == 1 and calls[-1] <= calls[0] else f"{min(calls):,} to {max(calls):,}"
    )
    lines = [f"It takes {len(calls):,} calls of up to {sizes} samples."]
    if not pause:
        lines.append(
            "Each call makes the next one dearer. With --pause time passes between them, and the price falls again."
        )
    else:
        lines.append(f"{duration(pause)} pass between two calls, by the chain.")
    return lines


def _waiter(session: Session) -> Callable[[int], None]:
    now = session.chain.timestamp

    def wait(until: int) -> None:
        if now() < until:
            note(f"The next call comes at {moment(until)}; Ctrl-C ends it, and the same command goes on.")
        while now() < until:
            sleep(_POLL_SECONDS)

    return wait


def _one(session: Session, model: SharedModel, names: ClassNames, added: Added) -> Result:
    entry = added.entries[0]
    terms = model.terms
    staked = "" if terms.in_points else f", {asset_amount(entry.deposit, model.asset)} staked"
    lines = [
        f"A sample of {names.numbered(entry.label)} is in model {model.number}{staked}.",
        receipt_line(added.receipt),
        next_line(
            session,
            f"from {moment(entry.time + terms.refund_wait)} on, have it back; this does so in time: {{}}",
            Action("model.watch", (model.number,)),
        ),
    ]
    return Result(
        {
            "model": model.number,
            "label": entry.label,
            "added_at": entry.time,
            "refund_at": entry.time + terms.refund_wait,
            "staked": amount_json(entry.deposit, model.asset),
            **receipt_json(added.receipt),
        },
        lines,
    )


def _many(session: Session, model: SharedModel, calls: Sequence[Added], done: int) -> Result:
    staked = sum(each.staked for each in calls)
    first = min(entry.time for each in calls for entry in each.entries) + model.terms.refund_wait
    money = "" if model.terms.in_points else f", {asset_amount(staked, model.asset)} staked"
    data: dict[str, Any] = {
        "model": model.number,
        "samples": done,
        "staked": amount_json(staked, model.asset),
        "refund_at": first,
        "transactions": [receipt_json(each.receipt) for each in calls],
    }
    return Result(
        data,
        [
            f"{count_of(done, 'sample')} {'is' if done == 1 else 'are'} in model {model.number}{money}.",
            next_line(
                session,
                f"from {moment(first)} on, have them back; this does so in time: {{}}",
                Action("model.watch", (model.number,)),
            ),
        ],
    )
