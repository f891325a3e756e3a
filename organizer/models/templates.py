"""The files that a creator fills in: every key explained, those switched on that make a model of one kind."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from hyperbounty.cli.file_template import Template, file_to_fill_in
from hyperbounty.next_steps import Action, Parameter
from organizer.models.model_file import LAYOUT

_SECTIONS: Final = {
    "model": "What it is called, and what learns. An estimator or an exported model says kind, features and classes "
    "itself; examples say features and classes.",
    "start": "What it knows when it goes live. One of: examples (data, or samples of your own), which it learns from "
    "first; a model of scikit-learn (estimator), with examples beside it to scale and to measure it; a model that was "
    "exported (state); or nothing.",
    "encoder": "How samples are made of what people have. It stands in the manifest, and runs where a sample is made.",
    "price": "What a sample costs: weight over the square root of the seconds since the last one. All of it is staked, "
    "and goes back to who was right.",
    "waits": "Who may take a stake when. Give authors time between refund_wait and owner_wait: who has little time to "
    "claim does not contribute.",
}

_EXAMPLES: Final = {
    "classes": '["no", "yes"]',
    "features": "1000",
    "capacity": "4",
    "step": "4",
    "alpha": "16",
    "samples": '"examples.csv"',
    "estimator": '"model.joblib"',
    "state": '"exported.json"',
    "pretrain": "1000",
    "test": "200",
    "encoder": '"murmur3-words"',
    "encoder_file": '"encoder.json"',
    "min_interval": '"1h"',
    "any_wait": '"9d"',
}


_STEPS: Final = (
    (Action("model.open", ("FILE",)), "says what it comes to, asks, opens it"),
    (Action("model.open", ("FILE", Parameter("draft"))), "the same, and leaves it a draft"),
)

_PRICE: Final[Mapping[str, Any]] = {"weight": "0.1 ether", "floor_shift": 8}
_WAITS: Final[Mapping[str, Any]] = {"refund_wait": "1d", "owner_wait": "9d", "any_wait": "9d"}
_MONEY: Final[Mapping[str, Any]] = {**_PRICE, **_WAITS}

TEMPLATES: Final[Mapping[str, Template]] = {
    "mail": Template(
        "A model that tells spam from other mail, on the mails that come along: to try everything out.",
        {
            **_MONEY,
            "name": "Is it spam?",
            "about": "Tells unwanted mail from wanted mail, by its words.",
            "kind": "naive-bayes",
            "features": 500,
            "data": "mail",
        },
    ),
    "examples": Template(
        "A model of examples of your own: a table in CSV with a column label, and either a column text or one column "
        "of numbers for each feature. For numbers, choose dense-perceptron or dense-centroid as kind.",
        {**_MONEY, "name": "My model", "kind": "naive-bayes", "samples": "examples.csv"},
    ),
    "estimator": Template(
        "A model that scikit-learn has trained (Perceptron, SGDClassifier, MultinomialNB, NearestCentroid), written "
        "with joblib.dump. Beside it a table of examples like those that it learned from: they scale it, where it "
        "takes numbers, and show what rounding costs. It needs the extra 'sklearn'.",
        {**_MONEY, "name": "My model", "estimator": "model.joblib", "samples": "examples.csv"},
    ),
    "empty": Template(
        "A model that knows nothing yet, of texts: the words of a text are hashed into features. It holds two classes, "
        "and has room for two more.",
        {
            **_MONEY,
            "name": "My model",
            "kind": "naive-bayes",
            "classes": ["no", "yes"],
            "capacity": 4,
            "features": 1_000,
            "encoder": "murmur3-words",
        },
    ),
    "points": Template(
        "A model without money, on the mails that come along: samples earn points, and nobody loses anything.",
        {
            **_WAITS,
            "name": "Is it spam? (points)",
            "kind": "naive-bayes",
            "features": 500,
            "data": "mail",
            "weight": "0 wei",
            "min_interval": "1h",
        },
    ),
}


def template_file(name: str) -> str:
    r"""The file of a template: every key of a model once, explained, and switched off where the template is silent.

    >>> print(*(line for line in template_file("mail").splitlines() if "_wait = " in line), sep="\n")
    refund_wait = "1d"
    owner_wait = "9d"
    any_wait = "9d"
    """
    return file_to_fill_in(LAYOUT, TEMPLATES[name], _STEPS, _SECTIONS, _EXAMPLES)
