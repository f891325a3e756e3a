"""The keys of a model file that a form has."""

from __future__ import annotations

from typing import Final

from hyperbounty.errors import InvalidInput
from hyperbounty.models.kinds import KINDS
from hyperbounty.models.samples import MAX_FEATURES
from hyperbounty.money import parse_amount
from hyperbounty.web.site.forms import Key, address, one_of, seconds, text, whole

_MOST_CLASSES: Final = 8
_KINDS: Final = tuple(facts.name for facts in KINDS.values())
_DATA: Final = ("", "mail", "tic-tac-toe", "breast-cancer", "digits")
_ROOM: Final = ("", "2", "4", "8")
_ENCODERS: Final = ("", "none", "scale", "vocabulary", "murmur3-words")
_FILE: Final = text(200)


def _classes(written: str) -> tuple[str, ...]:
    names = tuple(name.strip() for name in text(1_000)(written).split(",") if name.strip())
    if not 1 <= len(names) <= _MOST_CLASSES or len({name.lower() for name in names}) < len(names):
        raise InvalidInput(f"these are {len(names)} names", f"give 1 to {_MOST_CLASSES} different ones")
    return names


KEYS: Final = (
    Key("model", "name", text(200), "", "what the model is called"),
    Key("model", "about", text(2_000), "", "what it is for"),
    Key("model", "kind", one_of(*_KINDS), "naive-bayes", "what learns; an estimator or a state says it itself", _KINDS),
    Key("model", "classes", _classes, "", "their names, the first is class 0, as no, yes; data have their own"),
    Key("model", "features", whole(1, MAX_FEATURES), "", "how many; left out, 1,000 of texts, or those that there are"),
    Key("model", "capacity", one_of(*_ROOM), "", "room for so many classes; left out, for those that there are", _ROOM),
    Key("model", "step", whole(1, 255), "", "of a sparse perceptron: by how much a sample moves a weight; left out, 4"),
    Key("model", "alpha", whole(1, 65_535), "", "of naive Bayes: added to each count, in sixteenths; left out, 16"),
    Key("start", "data", one_of(*_DATA), "", "examples that come along, which it learns from first", _DATA),
    Key("start", "samples", _FILE, "", "instead: a table of your own examples (CSV), beside the file"),
    Key("start", "estimator", _FILE, "", "a model of scikit-learn that joblib wrote"),
    Key("start", "state", _FILE, "", "or a model that was exported"),
    Key("start", "pretrain", whole(0, 10**9), "", "so many are learned first; left out, all but the last fifth"),
    Key("start", "test", whole(1, 10**9), "", "so many of the last ones it is measured on; left out, a fifth"),
    Key("start", "passes", whole(1, 1_000), "5", "how often a perceptron goes through the examples"),
    Key("start", "pretrain_step", whole(1, 255), "64", "by how much a sparse perceptron moves a weight meanwhile"),
    Key("encoder", "encoder", one_of(*_ENCODERS), "", "makes samples; left out, what fits the examples", _ENCODERS),
    Key("encoder", "encoder_file", _FILE, "", "instead: an encoder with its parameters, as JSON"),
    Key("encoder", "seed", whole(0, 2**32 - 1), "0", "of murmur3-words"),
    Key("price", "weight", parse_amount, "", "price of a sample right after another, as 0.1 ether; 0: points alone"),
    Key("price", "floor_shift", whole(0, 127), "6", "how often the price may halve: never below weight / 2^this"),
    Key("price", "asset", address, "", "address of a token (ERC-20) that stakes are in; left out, the coin"),
    Key("price", "min_interval", seconds, "", "of points: time between two samples of one account"),
    Key("waits", "refund_wait", seconds, "1d", "age from which authors have stakes back, and members share others"),
    Key("waits", "owner_wait", seconds, "9d", "age from which you take what is left of a stake"),
    Key("waits", "any_wait", seconds, "", "age from which anybody takes it; left out, that of owner wait"),
)  # fmt: skip
"""All of a model file."""

REQUIRED: Final = ("name", "weight")
"""What nothing stands in for."""

NUMBERS: Final = frozenset({"features", "capacity", "step", "alpha", "pretrain", "test", "passes", "pretrain_step",
                             "seed", "floor_shift"})  # fmt: skip
"""What stands in the file without quotes."""
