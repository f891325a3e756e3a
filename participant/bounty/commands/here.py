"""What the folder says in which a command is given: which contest it is about, and which spec."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final, TypeVar

import click

from hyperbounty.bounty.access import contract_of
from hyperbounty.cli.session import Session
from hyperbounty.errors import ChainError, InvalidInput
from hyperbounty.next_steps import Action, NextStep, Parameter
from participant.workbench.folder import MARK, SPEC, Place, read_place

if TYPE_CHECKING:
    from hyperbounty.api.contest import Contest
    from hyperbounty.bounty.contract import BountyContract

_Command = TypeVar("_Command", bound=Callable[..., Any])

_PLACE: Final = "participant.place"
_WHAT: Final = "A spec file, JSON or TOML, or its 32-byte word"


def contest_argument(function: _Command) -> _Command:
    """CONTEST, which may be left out in the folder of one."""
    return click.argument("contest", type=click.IntRange(1), required=False, callback=_contest)(function)


def specs_option(function: _Command) -> _Command:
    """--spec, any number of times; left out in the folder of a contest, its spec file."""
    return click.option(
        "--spec",
        "spec_texts",
        multiple=True,
        metavar="FILE|WORD",
        callback=_specs,
        help=f"{_WHAT}; several, each after a --spec of its own. Left out in the folder of a contest, its {SPEC}.",
    )(function)


def spec_option(function: _Command) -> _Command:
    """--spec, once; left out in the folder of a contest, its spec file."""
    return click.option(
        "--spec",
        "spec_text",
        metavar="FILE|WORD",
        callback=_spec,
        help=f"{_WHAT}. Left out in the folder of a contest, its {SPEC}.",
    )(function)


def place_here() -> Place:
    """The folder of a contest, in which this command is given.

    Raises:
        InvalidInput: it is none.
    """
    place = read_place(Path())
    if place is None:
        raise InvalidInput(
            f"this is no folder of a contest: there is no {MARK}",
            NextStep("make one with {}, and go there", Action("participant.init", ("CONTEST",))),
        )
    click.get_current_context().meta[_PLACE] = place
    return place


def contract_here(session: Session) -> BountyContract:
    """The client of the contract; where the folder said which contest, that must be one of it.

    Raises:
        ChainError: the folder is for another chain or contract.
    """
    contract = contract_of(session)
    place = click.get_current_context().meta.get(_PLACE)
    if isinstance(place, Place) and (place.chain_id, place.contract) != (contract.chain.chain_id, contract.address):
        raise ChainError(
            f"this folder is for contest {place.contest} of {place.contract} on chain {place.chain_id}, and this is "
            f"{contract.address} on chain {contract.chain.chain_id}",
            NextStep("name its chain with {} or {}", Parameter("profile"), Parameter("rpc")),
        )
    return contract


def contest_here(session: Session, number: int) -> Contest:
    """Contest `number`, as whoever works from Python gets it; see `contract_here`."""
    from hyperbounty.api.connection import Connection

    contract_here(session)
    return Connection(session).contest(number)


def contest_of_folder(context: click.Context, parameter: click.Parameter | None = None) -> int | None:
    """The contest of the folder in which the command is given, which `contract_here` checks; None where it is of none.

    Raises:
        click.BadParameter: what says so is damaged.
    """
    place = _read_place(context, parameter)
    if place is None:
        return None
    context.meta[_PLACE] = place
    return place.contest


def _contest(context: click.Context, parameter: click.Parameter, value: int | None) -> int:
    found = contest_of_folder(context, parameter) if value is None else value
    if found is None:
        raise click.MissingParameter("Give its number, or go to its folder.", context, parameter)
    return found


def _specs(context: click.Context, parameter: click.Parameter, value: Sequence[str]) -> Sequence[str]:
    if value:
        return value
    if _read_place(context, parameter) is not None and Path(SPEC).is_file():
        return (SPEC,)
    raise click.MissingParameter("", context, parameter)


def _spec(context: click.Context, parameter: click.Parameter, value: str | None) -> str:
    return _specs(context, parameter, () if value is None else (value,))[0]


def _read_place(context: click.Context, parameter: click.Parameter | None) -> Place | None:
    try:
        return read_place(Path())
    except InvalidInput as error:
        raise click.BadParameter(str(error), context, parameter) from None
