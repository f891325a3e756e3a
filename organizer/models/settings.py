"""What a creator chooses about a model: in the order of `model open --help`, which is made from these fields."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final, Literal

import click

from hyperbounty.cli.options import Option, option
from hyperbounty.cli.parameters import Amount, AssetAddress, Duration, Names, PublishedText
from hyperbounty.errors import InvalidInput
from hyperbounty.models.rules import DAY, Terms
from hyperbounty.money import COIN, Asset
from hyperbounty.next_steps import NextStep, Parameter

BundledData = Literal["mail", "tic-tac-toe", "breast-cancer", "digits"]
KindName = Literal["sparse-perceptron", "dense-perceptron", "naive-bayes", "sparse-centroid", "dense-centroid"]
EncoderName = Literal["none", "scale", "vocabulary", "murmur3-words"]

_FILE: Final = click.Path(dir_okay=False, path_type=Path)


def _file(text: str) -> dict[str, Option]:
    return option(text, type=_FILE)


@dataclass(frozen=True, kw_only=True)
class ModelSettings:
    """What the model is, and what it knows at the start. What is None follows from the rest.

    Attributes:
        name: of the model.
        about: what it is for.
        kind: of the model; an estimator or a state brings its own.
        classes: names, from class 0; data bring their own.
        features: how many; data of numbers bring their own. Of texts, most words of a vocabulary, or the hashes.
        capacity: classes that there is room for: 2, 4 or 8.
        step: of a sparse perceptron.
        alpha: of naive Bayes, in sixteenths.
        data: a data set that comes along.
        samples: a table of own examples.
        estimator: a file that joblib or pickle wrote.
        state: a file that `model export` wrote.
        pretrain: how many examples the model learns from before it goes live.
        test: how many of the last ones it is measured on.
        passes, pretrain_step: of a perceptron; see `pretraining.pretrained`.
        encoder: what makes samples; its parameters follow from the data.
        encoder_file: an encoder as it stands in a manifest.
        seed: of hashed words.
    """

    name: str = field(metadata=option("What the model is called.", type=PublishedText(200)))
    about: str | None = field(default=None, metadata=option("What it is for.", type=PublishedText(2_000)))
    kind: KindName | None = field(
        default=None, metadata=option("What learns (docs/models.md); an estimator or a state says it itself.")
    )
    classes: tuple[str, ...] = field(
        default=(), metadata=option("Names of the classes, the first is class 0; data have their own.", type=Names())
    )
    features: int | None = field(
        default=None,
        metadata=option(
            "How many features; of texts, how many words.",
            type=click.IntRange(1, 65_536),
            shown_default="1000 of texts, or what the numbers have",
        ),
    )
    capacity: int | None = field(
        default=None,
        metadata=option(
            "Classes that there is room for, to be added later: 2, 4 or 8.",
            type=click.IntRange(2, 8),
            shown_default="as few as hold the classes",
        ),
    )
    step: int | None = field(
        default=None,
        metadata=option(
            "Of a sparse perceptron: by how much a sample moves a weight.",
            type=click.IntRange(1, 255),
            shown_default="4, or the rate of the estimator",
        ),
    )
    alpha: int | None = field(
        default=None,
        metadata=option(
            "Of naive Bayes: what is added to each count, in sixteenths.",
            type=click.IntRange(1, 65_535),
            shown_default="16, which is one; or that of the estimator",
        ),
    )
    data: BundledData | None = field(default=None, metadata=option("Examples that come along, or with scikit-learn."))
    samples: Path | None = field(
        default=None,
        metadata=_file("Your own examples as CSV: a column `label`, and either a column `text` or one a feature."),
    )
    estimator: Path | None = field(
        default=None,
        metadata=_file("A model of scikit-learn that joblib wrote. Such a file is a program: take only your own."),
    )
    state: Path | None = field(default=None, metadata=_file("A model that `model export` wrote, to be opened anew."))
    pretrain: int | None = field(
        default=None,
        metadata=option(
            "So many of the first examples are learned before it goes live.",
            type=click.IntRange(0),
            shown_default="all that it is not measured on",
        ),
    )
    test: int | None = field(
        default=None,
        metadata=option(
            "So many of the last examples are kept back, and the model is measured on them.",
            type=click.IntRange(1),
            shown_default="a fifth; with an estimator, all",
        ),
    )
    passes: int = field(
        default=5, metadata=option("How often a perceptron goes through the examples.", type=click.IntRange(1, 1_000))
    )
    pretrain_step: int = field(
        default=64,
        metadata=option("By how much a sparse perceptron moves a weight meanwhile.", type=click.IntRange(1, 255)),
    )
    encoder: EncoderName | None = field(
        default=None,
        metadata=option(
            "What makes samples of what people have.",
            shown_default="vocabulary for texts, scale for numbers, else none",
        ),
    )
    encoder_file: Path | None = field(
        default=None, metadata=_file("An encoder with its parameters, as JSON: one of a manifest (docs/models.md).")
    )
    seed: int = field(default=0, metadata=option("Of murmur3-words.", type=click.IntRange(0, 2**32 - 1)))

    def refuse_beside(self, what: str, *others: str) -> None:
        """Refuse values that say nothing beside another one.

        Args:
            what: the field that decides.
            others: fields that are to be left out then.

        Raises:
            InvalidInput: one of these was given.
        """
        for other in others:
            if getattr(self, other) is not None:
                raise InvalidInput(
                    f"beside {what.replace('_', ' ')}, {other.replace('_', ' ')} says nothing",
                    NextStep("leave out {} or {}", Parameter(what), Parameter(other)),
                )


@dataclass(frozen=True, kw_only=True)
class Pricing:
    """What a sample costs, and who may take its stake when: see `hyperbounty.models.rules.Terms`."""

    weight: int = field(
        metadata=option(
            "Price of a sample right after another; it falls with the root of the seconds since. 0: points, no money.",
            type=Amount(),
        )
    )
    floor_shift: int = field(
        default=6,
        metadata=option("How often the price may halve: never below weight / 2^this.", type=click.IntRange(0, 127)),
    )
    asset: Asset = field(
        default=COIN,
        metadata=option(
            "Address of an ERC-20, in which stakes are then.", type=AssetAddress(), shown_default="the native coin"
        ),
    )
    min_interval: int | None = field(
        default=None,
        metadata=option("Of a model of points: time between two samples of one account.", type=Duration()),
    )
    refund_wait: int = field(
        default=DAY,
        metadata=option(
            "From this age on authors have a stake back that the model agrees with, and members share the others.",
            type=Duration(),
        ),
    )
    owner_wait: int = field(
        default=9 * DAY, metadata=option("From this age on you take what is left of a stake.", type=Duration())
    )
    any_wait: int | None = field(
        default=None,
        metadata=option(
            "From this age on anybody takes what is left.", type=Duration(), shown_default="that of --owner-wait"
        ),
    )

    def terms(self) -> Terms:
        """As the contract has them.

        Raises:
            TermsError: they cannot be.
        """
        return Terms(
            self.weight,
            self.floor_shift if self.weight else 0,
            self.refund_wait,
            self.owner_wait,
            self.owner_wait if self.any_wait is None else self.any_wait,
            self.min_interval or 0,
        )


KINDS_OF_VALUES: Final[tuple[type[Any], ...]] = (ModelSettings, Pricing)
