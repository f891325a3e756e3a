"""What the commands of models have in common: which model, its manifest, and its encoder."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

import click

from hyperbounty.cli.output import note
from hyperbounty.cli.session import Session
from hyperbounty.errors import InvalidInput
from hyperbounty.next_steps import Action, NextStep, Parameter

if TYPE_CHECKING:
    from hyperbounty.models.class_names import ClassNames
    from hyperbounty.models.contract import ModelsContract
    from hyperbounty.models.encoding import Encoding
    from hyperbounty.models.published import Published
    from hyperbounty.models.types import SharedModel
    from hyperbounty.store import ContentStore

_Command = TypeVar("_Command", bound=Callable[..., Any])


def model_argument(function: _Command) -> _Command:
    """MODEL, its number."""
    return click.argument("number", metavar="MODEL", type=click.IntRange(1))(function)


def encoder_options(function: _Command) -> _Command:
    """--features and --run-encoder."""
    run: Callable[[_Command], _Command] = click.option(
        "--run-encoder",
        is_flag=True,
        help="Let the encoder run where it is a program of the creator's (ONNX): for a creator that you trust.",
    )
    features: Callable[[_Command], _Command] = click.option(
        "--features",
        is_flag=True,
        help="The features themselves are given, as the contract takes them; no encoder is used.",
    )
    return features(run(function))


def require_published(model: SharedModel) -> None:
    """Refuse a draft, which has no manifest yet; of a closed model, the contract says so.

    Raises:
        InvalidInput: it is a draft.
    """
    from hyperbounty.models.types import Stage

    if model.stage is Stage.DRAFT:
        raise InvalidInput(
            f"model {model.number} is a draft, and takes no samples yet",
            NextStep("choose one that is live: {}", Action("model.list", (Parameter("open"),))),
        )


def impatient_store(session: Session) -> ContentStore:
    """The store of the settings, which asks once and says nothing of it: for names that one can do without."""
    from hyperbounty.store import open_store

    settings = session.settings
    access = replace(session.store_access, outage_seconds=0.0, on_outage=None)
    return open_store(settings.ipfs, session.home / "store", settings.gateways, access)


def named(contract: ModelsContract, store: ContentStore, model: SharedModel) -> tuple[Published, ClassNames]:
    """The manifest of a model, or why it has none, and the names of its classes."""
    from hyperbounty.models.class_names import class_names
    from hyperbounty.models.published import read_published

    # Classes that were added later have their names on the chain.
    may_have = not model.shape.facts.two_classes
    added = [str(each.args["name"]) for each in contract.history(model).named("ClassAdded")] if may_have else []
    published = read_published(store, model, len(added))
    return published, class_names(model.shape.classes, published.manifest, added)


def encoder_of(
    session: Session, model: SharedModel, published: Published, *, features: bool, run_encoder: bool
) -> Encoding:
    """The encoder of a model; one that is a program of the creator's only where somebody agrees.

    Raises:
        InvalidInput: nobody does.
    """
    from hyperbounty.models.encoding import encoding_of, needs_permission

    if needs_permission(published) and not features and not run_encoder:
        note(
            f"The encoder of model {model.number} is a program of its creator's, {model.creator}. It would run on this "
            "machine, and may take any memory and time."
        )
        step = NextStep("agree with {}, or give the features themselves with {}", _RUN, Parameter("features"))
        if not os.isatty(0):
            raise InvalidInput("there is no terminal to ask at, and the encoder was not run", step)
        if not click.confirm("Let it run?", err=True):
            raise InvalidInput("the encoder was not run", step)
    return encoding_of(model, published, session.store, features=features)


_RUN = Parameter("run_encoder")


def read_file(file: Path) -> bytes:
    """What is in a file; `-` is standard input.

    Raises:
        InvalidInput: there is no such file, or too much in it.
    """
    from hyperbounty.models.sample_files import MOST_BYTES, read_sample_file, require_size

    if str(file) != "-":
        return read_sample_file(file)
    if os.isatty(0):
        note("Samples are read from the terminal, a line each, until Ctrl-D.")
    data = sys.stdin.buffer.read(MOST_BYTES + 1)
    require_size(data, "the input")
    return data


def read_labelled(
    file: Path, encoding: Encoding, names: ClassNames, model: SharedModel
) -> list[tuple[int, tuple[int, ...]]]:
    """All samples of a file with their labels; standard input is JSON lines, which can carry a label.

    Raises:
        InvalidInput: names every line that is none.
    """
    from hyperbounty.models.encoding import labelled_samples

    name = "input.jsonl" if str(file) == "-" else str(file)
    return labelled_samples(read_file(file), name, encoding, names, model.shape.classes)


def require_awake(model: SharedModel) -> None:
    """Refuse a model that rests, before anything is computed or sent.

    Raises:
        InvalidInput: a market is held on it.
    """
    if model.rests:
        raise InvalidInput(
            f"model {model.number} rests: a market is held on it, and it takes no samples until that has ended",
            NextStep(
                "see when that is, and what a batch of samples can win in it: {}",
                Action("model.market.show", (model.number,)),
            ),
        )
