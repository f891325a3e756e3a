"""The files that an organizer fills in: every key explained, those switched on that make a contest of one kind."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from hyperbounty.cli.file_template import Template, file_to_fill_in
from hyperbounty.next_steps import Action, Parameter
from organizer.bounty.contest_file import LAYOUT

_SECTIONS: Final = {
    "prices": "The prices that the contest is made of, and those that it is scored on.",
    "task": "What is to be predicted, and how specs are trained.",
    "bar": "The score that has to be reached: either the least that keeps luck from being paid, or one of your own.",
    "reward": "Money: a bond answers for its owner, and half of a lost one is burned. You put in reward, bond and "
    "evaluator_fee.",
    "limits": "How much the contest takes.",
    "windows": "Time for each step, counted from the end of the one before; ten minutes at least, an hour on a chain "
    "where people put money on it.",
    "panel": "Who decides when the evaluator's scores are challenged. Without a panel nobody can challenge them.",
}


_EVALUATOR: Final = "devnet-1 … devnet-9 are accounts of development chains: elsewhere, name accounts or addresses."

_STEPS: Final = (
    (Action("organizer.fetch", (Parameter("out", "prices"),)), "its prices: the sample's, or with a source yours"),
    (Action("organizer.check", ("FILE",)), "all that it would come to; sends nothing"),
    (Action("organizer.open", ("FILE",)), "an option that is given overrides the file"),
)

_PLAIN: Final[Mapping[str, Any]] = {
    "prices": "prices",
    "coin": "LTC",
    "luck": "5%",
    "reward": "1 ether",
    "evaluator": "devnet-1",
    "max_submissions": 16,
}

TEMPLATES: Final[Mapping[str, Template]] = {
    "sample": Template(
        "A contest on the bundled sample, to try everything out on a development chain.",
        _PLAIN,
    ),
    "future": Template(
        "A contest on prices of your own, scored on prices that do not exist yet; coin is one that you have. "
        f"{_EVALUATOR}",
        {
            **_PLAIN,
            "coin": "BTC",
            "holdout": "future",
            "future_rows": 2_000,
            "evaluator_fee": "0.01 ether",
            "max_submissions": 64,
            "submit_time": "14d",
        },
    ),
    "strangers": Template(
        "A contest among people who do not know each other: luck is hardly paid, everybody named stakes much, five "
        f"members decide a challenge, and there is time to notice and to check. {_EVALUATOR}",
        {
            **_PLAIN,
            "coin": "BTC",
            "holdout": "future",
            "future_rows": 2_000,
            "luck": "1%",
            "reward": "2 ether",
            "bond": "1 ether",
            "evaluator_bond": "1 ether",
            "evaluator_fee": "0.1 ether",
            "max_submissions": 128,
            "max_per_address": 2,
            "accept_time": "3d",
            "submit_time": "14d",
            "reveal_time": "3d",
            "challenge_time": "4d",
            "seal_time": "4d",
            "open_time": "2d",
            "panel": ["devnet-5", "devnet-6", "devnet-7", "devnet-8", "devnet-9"],
            "member_bond": "0.2 ether",
            "challenge_bond": "0.5 ether",
        },
    ),
    "panel": Template(
        "A contest whose scores can be challenged, and a panel of three decides; on the sample, to try it out.",
        {**_PLAIN, "challenge_time": "2d", "open_time": "1d", "panel": ["devnet-7", "devnet-8", "devnet-9"]},
    ),
    "token": Template(
        "A contest whose money is an ERC-20. Put your token's address into asset: the one that stands there is that of "
        "the first contract that devnet-9 deploys on a development chain. Amounts are in whole tokens.",
        {**_PLAIN, "reward": "250", "asset": "0x700b6A60ce7EaaEA56F065753d8dcB9653dbAD35"},
    ),
}


def template_file(name: str) -> str:
    r"""The file of a template: every key of a contest once, explained, and switched off where the template is silent.

    >>> print(*(line for line in template_file("sample").splitlines() if "max_" in line and "=" in line), sep="\n")
    max_submissions = 16
    # max_per_address = 4
    """
    return file_to_fill_in(LAYOUT, TEMPLATES[name], _STEPS, _SECTIONS)
