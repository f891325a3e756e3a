"""The keys of a contest file that a form has, and how what is written into it is understood."""

from __future__ import annotations

import re
from typing import Final

from hyperbounty.errors import InvalidInput
from hyperbounty.format import parse_percent
from hyperbounty.money import parse_amount
from hyperbounty.statistics.metrics import DEFAULT_METRIC, METRICS
from hyperbounty.statistics.ppm import PPM
from hyperbounty.web.site.forms import Key, address, is_yes, one_of, seconds, text, whole

_BASIS_POINTS: Final = 10_000
_TEXT: Final = text(200)
_COIN: Final = re.compile(r"[A-Z0-9]{1,12}")
_PANELS: Final = (0, 1, 3, 5, 7)
_MOST_SHARES: Final = 8


def _coin(written: str) -> str:
    if not _COIN.fullmatch(written):
        raise InvalidInput(f"{written[:20]!r} is no coin", "write it as LTC")
    return written


def _cores(written: str) -> float:
    try:
        cores = float(written)
    except ValueError:
        cores = 0.0
    if not 0.1 <= cores <= 1_000_000:
        raise InvalidInput(f"{written[:20]!r} does not do", "write a number from 0.1")
    return cores


def _luck(written: str) -> int:
    ppm = parse_percent(written)
    if not 0 < ppm < PPM:
        raise InvalidInput(f"{written[:20]!r} does not do", "write a chance above 0% and below 100%")
    return ppm


def _shares(written: str) -> tuple[int, ...]:
    parts = written.replace("%", " ").replace(",", " ").split()
    if not 1 <= len(parts) <= _MOST_SHARES or not all(part.isascii() and part.isdecimal() for part in parts):
        raise InvalidInput(f"{written[:40]!r} are no prizes", "write percents, best first, as 60, 30, 10")
    shares = tuple(int(part[:5]) * _BASIS_POINTS // 100 for part in parts)
    if sum(shares) != _BASIS_POINTS or not all(shares):
        raise InvalidInput(f"the prizes come to {sum(shares) / 100:g}%", "make them come to 100%, none of them 0")
    return shares


def _members(written: str) -> tuple[str, ...]:
    members = tuple(sorted({address(part) for part in written.replace(",", " ").split()}, key=str.lower))
    if len(members) not in _PANELS:
        raise InvalidInput(f"a panel has no {len(members)} members", "name 1, 3, 5 or 7 addresses, each once")
    return members


def _fraction(written: str) -> int:
    ppm = parse_percent(written)
    if not 0 < ppm < PPM:
        raise InvalidInput(f"{written[:20]!r} does not do", "write a share above 0% and below 100%")
    return ppm


_METRICS: Final = tuple(METRICS)
_BACKENDS: Final = ("tensorflow", "jax")

KEYS: Final = (
    Key("prices", "prices", _TEXT, "prices", "folder that “organizer fetch” wrote, beside the file"),
    Key("prices", "holdout", one_of("future", "sealed"), "future", "what specs are scored on", ("future", "sealed")),
    Key("prices", "future_rows", whole(2, 1_000_000), "2000", "with future: rows of prices to come"),
    Key("prices", "private_data", is_yes, "no", "with sealed: nobody else has these prices", ("no", "yes")),
    Key("prices", "holdout_fraction", _fraction, "20%", "with sealed: the share that is kept for the scores"),
    Key("task", "coin", _coin, "", "whose price is predicted, as LTC"),
    Key("task", "title", _TEXT, "", "left out, the question that it asks"),
    Key("task", "metric", one_of(*_METRICS), DEFAULT_METRIC, "what a score is", _METRICS),
    Key("task", "future_periods", whole(1, 10_000), "3", "rows that the prediction looks ahead"),
    Key("task", "sequence_length", whole(2, 10_000), "60", "rows of a window"),
    Key("task", "runs", whole(1, 100), "3", "trainings of each spec"),
    Key("task", "backend", one_of(*_BACKENDS), "tensorflow", "what the specs are trained with", _BACKENDS),
    Key("task", "lanes", whole(1, 64), "1", "with jax: specs that train side by side"),
    Key("bar", "luck", _luck, "5%", "the chance with which luck alone may be paid"),
    Key("bar", "minimum", parse_percent, "", "the bar itself instead, as 55%"),
    Key("bar", "allow_luck", is_yes, "no", "open even if luck alone is paid more often", ("no", "yes")),
    Key("reward", "asset", address, "", "address of a token (ERC-20) that all amounts are in; left out, the coin"),
    Key("reward", "reward", parse_amount, "", "what the winners get, as 0.5 ether; in a token as 250"),
    Key("reward", "shares", _shares, "100", "prizes in percent, best first"),
    Key("reward", "evaluator", address, "", "the address whose scores count"),
    Key("reward", "bond", parse_amount, "", "your stake; left out, a tenth of the reward"),
    Key("reward", "evaluator_bond", parse_amount, "", "the evaluator's stake; left out, a tenth"),
    Key("reward", "evaluator_fee", parse_amount, "", "paid to the evaluator if its scores stand"),
    Key("reward", "entry_fee", parse_amount, "", "of each entry; left out, a tenth of the reward from all"),
    Key("limits", "max_submissions", whole(2, 1_024), "256", "entries of all together"),
    Key("limits", "max_per_address", whole(1, 1_024), "4", "entries of one account"),
    Key("limits", "run_time", seconds, "", "of one run on the reference core, as 60s"),
    Key("limits", "cores", _cores, "2.0", "reference cores that the time to score is made for"),
    Key("windows", "accept_time", seconds, "2d", "for those named to accept"),
    Key("windows", "submit_time", seconds, "7d", "to submit, once the last has accepted"),
    Key("windows", "reveal_time", seconds, "2d", "to reveal"),
    Key("windows", "score_time", seconds, "", "to score; left out, as long as prices and trainings take"),
    Key("windows", "challenge_time", seconds, "2d", "with a panel: to challenge"),
    Key("windows", "seal_time", seconds, "", "with a panel: to train again; left out, as long as that takes"),
    Key("windows", "open_time", seconds, "1d", "with a panel: to open its scores"),
    Key("panel", "panel", _members, "", "1, 3, 5 or 7 addresses, or nobody"),
    Key("panel", "member_bond", parse_amount, "", "each member's stake; left out, a tenth"),
    Key("panel", "panel_fee", parse_amount, "", "of each member that is right"),
    Key("panel", "challenge_bond", parse_amount, "", "a challenger's stake; left out, a tenth"),
)
"""All of docs/contest-file.md."""

REQUIRED: Final = ("prices", "coin", "reward", "evaluator")
"""What nothing stands in for."""

OF_PANEL: Final = ("challenge_time", "seal_time", "open_time", "member_bond", "panel_fee", "challenge_bond")
"""What says nothing without a panel."""

BARE: Final = frozenset({"future_rows", "future_periods", "sequence_length", "runs", "max_submissions",
                          "max_per_address", "cores", "lanes"})  # fmt: skip
"""What stands in the file without quotes."""

YES_OR_NO: Final = frozenset(key.name for key in KEYS if key.options == ("no", "yes"))
"""What is true or false in the file."""
