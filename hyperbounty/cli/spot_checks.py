"""The options that choose how many of many are checked, the same wherever something is checked again."""

from __future__ import annotations

import secrets
from collections.abc import Callable
from typing import Any

import click

from hyperbounty.errors import InvalidInput
from hyperbounty.statistics.spot_checks import SpotCheck


def spot_check_options(function: Callable[..., Any]) -> Callable[..., Any]:
    """Add the options; the function gets `sample: SpotCheck`, `sample_seed` and `own_runs`."""
    own_runs = click.option(
        "--own-runs",
        type=click.IntRange(0),
        default=3,
        show_default=True,
        help="How many own runs of each member of the panel to train again.",
    )
    seed = click.option(
        "--sample-seed",
        type=click.IntRange(0),
        default=lambda: secrets.randbits(32),
        show_default="a new one",
        help="The same seed draws the same specs again.",
    )
    sample = click.option(
        "--sample",
        callback=_sample,
        default="100%",
        show_default=True,
        help="How many specs to train again, drawn at random: 10%, or a number.",
    )
    return sample(seed(own_runs(function)))


def _sample(_context: click.Context, _parameter: click.Parameter, text: str) -> SpotCheck:
    try:
        return SpotCheck.parse(text)
    except InvalidInput as error:
        raise click.BadParameter(str(error)) from error
