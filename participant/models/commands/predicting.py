"""`hyperbounty model predict`: what a model says, without a transaction and for free."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import click

from hyperbounty.cli.following import next_line
from hyperbounty.cli.output import Result
from hyperbounty.cli.session import Session
from hyperbounty.errors import InvalidInput
from hyperbounty.models.access import contract_of
from hyperbounty.next_steps import Action, Parameter
from hyperbounty.texts import escaped
from participant.models.commands.here import (
    encoder_of,
    encoder_options,
    impatient_store,
    model_argument,
    named,
    read_file,
)

if TYPE_CHECKING:
    from hyperbounty.models.class_names import ClassNames
    from hyperbounty.models.encoding import Encoding
    from hyperbounty.models.published import Published
    from hyperbounty.models.sample_files import Given

_EXCERPT: Final = 48


@model_argument
@click.argument("samples", metavar="[SAMPLE]…", nargs=-1)
@click.option(
    "--file",
    type=click.Path(dir_okay=False, path_type=Path),
    help="Samples, a line each; or .csv, or .jsonl; - for standard input. Left out, and without SAMPLE, the input.",
)
@encoder_options
def predict(
    session: Session, number: int, samples: tuple[str, ...], file: Path | None, features: bool, run_encoder: bool
) -> Result:
    """Ask MODEL what it says of samples: a text each, or numbers, as its encoder takes them.

    Nothing is sent, and nothing is paid. The model is asked as the chain has it now. Numbers are separated by spaces or
    commas. A first number below zero needs -- before it.
    """
    from hyperbounty.models.sample_files import read_samples

    if samples and file is not None:
        raise click.UsageError("Give samples or --file, not both.")
    contract = contract_of(session)
    model = contract.model(number)
    published, names = named(contract, impatient_store(session) if features else session.store, model)
    encoding = encoder_of(session, model, published, features=features, run_encoder=run_encoder)
    if samples:
        given = _written(samples, encoding)
    else:
        source = Path("-") if file is None else file
        given = read_samples(read_file(source), str(source), encoding.layout)
    encoded, faults = _encoded(given, encoding)
    if len(given) == 1 and faults:
        raise next(iter(faults.values()))
    wanted = [each for each in given if each.line in encoded]
    said = contract.predict(model, [encoded[each.line] for each in wanted])
    classes = {each.line: label for each, label in zip(wanted, said, strict=True)}
    data = {
        "model": number,
        "predictions": [_prediction_json(each, classes, faults, names) for each in given],
        "manifest_fault": published.reason or None,
    }
    after = [
        *_about_names(published),
        next_line(
            session,
            "where you know better, teach it: {}",
            Action("model.add", (number, Parameter("label", "CLASS"), "SAMPLE")),
            own=False,
        ),
    ]
    if len(given) == 1:
        return Result(data, [f"Model {number} says: {names.numbered(classes[given[0].line])}."], after=after)
    rows = [_row(each, classes, faults, names) for each in given]
    text = [
        f"What model {number} says of {len(given):,} samples" + (f", {len(faults):,} of them none" if faults else "")
    ]
    return Result(data, text, ("line", "class", "sample"), rows, after)


def _written(samples: Sequence[str], encoding: Encoding) -> list[Given]:
    from hyperbounty.models.sample_files import Given

    return [Given(line, encoding.layout.raw(sample)) for line, sample in enumerate(samples, 1)]


def _encoded(given: Sequence[Given], encoding: Encoding) -> tuple[dict[int, tuple[int, ...]], dict[int, InvalidInput]]:
    """The features of each line, and what is wrong with those that are none."""
    found: dict[int, tuple[int, ...]] = {}
    faults: dict[int, InvalidInput] = {}
    for each in given:
        try:
            found[each.line] = encoding.sample(each)
        except InvalidInput as error:
            faults[each.line] = error
    return found, faults


def _prediction_json(
    given: Given, classes: dict[int, int], faults: dict[int, InvalidInput], names: ClassNames
) -> dict[str, Any]:
    label = classes.get(given.line)
    return {
        "line": given.line,
        "prediction": label,
        "class_name": "" if label is None else names.shown(label),
        "reason": faults[given.line].what if given.line in faults else "",
    }


def _row(given: Given, classes: dict[int, int], faults: dict[int, InvalidInput], names: ClassNames) -> tuple[str, ...]:
    written = given.raw if isinstance(given.raw, str) else ", ".join(map(str, given.raw))
    label = classes.get(given.line)
    said = f"-: {faults[given.line].what}" if label is None else names.shown(label)
    return str(given.line), said, escaped(written, _EXCERPT)


def _about_names(published: Published) -> list[str]:
    if published.manifest is None:
        return [f"Its classes have no names here: {published.reason}."]
    return ["What a class is called is the creator's word; nobody has checked it."]
