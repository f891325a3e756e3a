"""A model that somebody thinks of: the model file out of a form, and what its terms come to.

What the model knows at the start lies with its creator: examples, an estimator, a state. So nobody here can say how
good it is, and what its words cost; `model open` says it before it sends anything.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Final

from hyperbounty.errors import InvalidInput
from hyperbounty.models.kinds import KINDS, Shape, empty
from hyperbounty.models.kinds.shape import ShapeError
from hyperbounty.models.rules import DAY, Terms, TermsError, price
from hyperbounty.models.show.cautions import cautions_of_terms
from hyperbounty.models.show.opening import KNOWS_NOTHING, OpeningCost, cautions_of_price, cost_of
from hyperbounty.models.types import Offer
from hyperbounty.models.usual import FEATURES, shape_of
from hyperbounty.money import COIN, Asset
from hyperbounty.next_steps import Parameter
from hyperbounty.web.models.draft_keys import KEYS, NUMBERS, REQUIRED
from hyperbounty.web.site.forms import Filled, filled, literal, told, toml_file

_BY_NAME: Final = {facts.name: kind for kind, facts in KINDS.items()}
_USUAL_KIND: Final = next(key.usual for key in KEYS if key.name == "kind")
_OF_EXAMPLES: Final = ("pretrain", "test", "passes", "pretrain_step")
_LATER: Final = (("a minute later", 60), ("an hour later", 3_600), ("a day later", DAY))


@dataclass(frozen=True)
class ModelDraft(Filled):
    """A model that somebody thinks of.

    Attributes:
        asset: that stakes are in.
    """

    asset: Asset = COIN

    @property
    def terms(self) -> Terms:
        """As the contract would have them.

        Raises:
            TermsError: they cannot be.
        """
        values = self.values
        owner_wait = values["owner_wait"]
        return Terms(
            values["weight"],
            values["floor_shift"] if values["weight"] else 0,
            values["refund_wait"],
            owner_wait,
            values.get("any_wait", owner_wait),
            values.get("min_interval", 0),
        )

    @property
    def knows_nothing(self) -> bool:
        """Whether nothing says what it knows at the start."""
        return not any(name in self.values for name in ("data", "samples", "estimator", "state"))

    @property
    def shape(self) -> Shape | None:
        """Of a model that knows nothing at the start; None where only a file tells.

        Raises:
            ShapeError: there is no such model.
        """
        values = self.values
        features = values.get("features", FEATURES if values.get("encoder") == "murmur3-words" else None)
        if not self.knows_nothing or features is None or "classes" not in values:
            return None
        return self.shaped(features)

    def shaped(self, features: int) -> Shape:
        """What is written of its shape, with so many features; two classes where their names are the examples'.

        Raises:
            ShapeError: there is no such model.
        """
        values = self.values
        return shape_of(
            _BY_NAME[values["kind"]],
            features,
            len(values.get("classes", ())) or 2,
            capacity=int(values["capacity"]) if "capacity" in values else None,
            step=values.get("step"),
            alpha=values.get("alpha"),
        )

    @property
    def prices(self) -> list[tuple[str, int]]:
        """What a sample costs right after another one, and later; the last is the least."""
        terms = self.terms
        later = [(name, price(terms.weight, terms.floor_shift, seconds)) for name, seconds in _LATER]
        return [("a sample right after another", terms.weight), *later, ("never less than", terms.floor)]

    @property
    def cost(self) -> OpeningCost | None:
        """What opening and publishing it takes; None where only a file tells."""
        shape = self.shape
        if shape is None:
            return None
        return cost_of(Offer(shape, self.terms, empty(shape).state(), self.asset), publish=True)

    def cautions(self, *, development: bool) -> tuple[str, ...]:
        """What is odd about the terms, and allowed all the same.

        Args:
            development: nobody loses money on this chain.
        """
        return (
            *cautions_of_terms(self.terms, development=development),
            *cautions_of_price(self.terms, self.asset, self.cost, development=development),
            *((KNOWS_NOTHING,) if self.knows_nothing else ()),
        )

    def file(self) -> str:
        """The model file.

        Raises:
            InvalidInput: something is wrong with it.
        """
        return toml_file(KEYS, self, self._is_idle, self._literal)

    def _is_idle(self, name: str) -> bool:
        """Whether a key would say nothing beside the others."""
        values = self.values
        return (
            # An estimator of numbers is made sparse or dense by it; the usual one says nothing of that.
            (name == "kind" and ("state" in values or ("estimator" in values and self.written[name] == _USUAL_KIND)))
            or (name in _OF_EXAMPLES and "data" not in values and "samples" not in values)
            or (name == "seed" and values.get("encoder") != "murmur3-words")
            or (name == "floor_shift" and not values["weight"])
        )

    def _literal(self, name: str) -> str:
        if name in NUMBERS:
            return str(self.values[name])
        return literal(self.values[name] if name in ("asset", "classes") else self.written[name])


def model_draft(written: Mapping[str, str], asset: Asset = COIN) -> ModelDraft:
    """What a form comes to.

    Args:
        written: by key; what is missing is as it is usual.
        asset: that the key `asset` names.

    >>> model_draft({"name": "Spam", "weight": "0.064 ether", "data": "mail"}).prices[-1]
    ('never less than', 1000000000000000)
    """
    form = filled(KEYS, written, REQUIRED, asset)
    made = ModelDraft(form.written, form.values, form.faults, asset)
    return made if made.faults else replace(made, faults=dict(_together(made)))


def _together(made: ModelDraft) -> Iterator[tuple[str, str]]:
    """What is wrong with values that are right each by itself."""
    values = made.values
    for one, others in (
        ("state", ("estimator", "data", "samples", "features", "encoder", "encoder_file")),
        ("samples", ("data",)),
        ("encoder_file", ("encoder",)),
    ):
        for other in others:
            if one in values and other in values:
                yield other, f"it says nothing beside {one.replace('_', ' ')}; leave one of them out"
    if made.knows_nothing:
        if "classes" not in values:
            yield "classes", "nothing says which classes the model has; name them, or choose examples"
        if "features" not in values and "encoder_file" not in values and values.get("encoder") != "murmur3-words":
            yield "features", "nothing says how many the model has; choose a number"
        if values.get("encoder") in ("scale", "vocabulary"):
            yield "encoder", "without examples, nothing says what it is to be; choose examples, or another one"
    brings_its_shape = "estimator" in values or "state" in values
    if not brings_its_shape:
        yield from _unfit(made)
    if values["weight"] == 0 and not made.asset.is_coin:
        yield "asset", "a model of points takes no money; leave it out"
    # Whatever the number of features is, which examples may bring.
    for make in (lambda: made.terms, lambda: None if brings_its_shape else made.shaped(values.get("features", 1))):
        try:
            make()
        except (TermsError, ShapeError) as error:
            yield _named(error), told(error)


def _unfit(made: ModelDraft) -> Iterator[tuple[str, str]]:
    """What does not fit the kind."""
    values = made.values
    facts = KINDS[_BY_NAME[values["kind"]]]
    fitting = ", ".join(each.name for each in KINDS.values() if each.sparse)
    if values.get("data") == "mail" and not facts.sparse:
        yield "kind", f"mails are texts, which no {facts.name} takes; choose one of {fitting}"
    if values.get("encoder") in ("murmur3-words", "vocabulary") and not facts.sparse:
        yield "encoder", f"it makes samples of words, which no {facts.name} takes; choose one of {fitting} as kind"
    if values.get("encoder") == "scale" and facts.sparse:
        yield "encoder", f"it scales numbers, and a {facts.name} takes words or places; choose another one"
    if "data" in values and len(values.get("classes", ("", ""))) == 1:
        yield "classes", "the examples have two; name each of them, or leave it out"


def _named(error: InvalidInput) -> str:
    """The key that an error is about; empty where it is about several."""
    parts = getattr(error.next_step, "parts", ())
    return next((part.name for part in parts if isinstance(part, Parameter)), "")
