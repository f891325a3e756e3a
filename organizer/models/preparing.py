"""From what a creator says to a model that can be opened: its shape, what it knows at the start, and its manifest.

It begins in one of four ways: from examples, which it learns from before it goes live; from a model of scikit-learn;
from a model that was exported; or from nothing. The same settings and files come to the same model, on every machine.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import numpy as np

from hyperbounty.errors import InvalidInput
from hyperbounty.models.datasets import DataSet
from hyperbounty.models.encoders import AnyEncoder, HashedWords, NoEncoder
from hyperbounty.models.encoders.encoder import numbers_of
from hyperbounty.models.exported import read_exported
from hyperbounty.models.kinds import KINDS, Kind, Shape, State, empty, restored
from hyperbounty.models.manifest import Baseline, ModelManifest, manifest_of
from hyperbounty.models.scikit_learn import Rounding, imported, read_estimator, rounding
from hyperbounty.models.simulation.labelled import Labelled
from hyperbounty.models.simulation.pretraining import pretrained
from hyperbounty.models.types import Offer
from hyperbounty.models.usual import FEATURES, shape_of
from hyperbounty.next_steps import NextStep, Parameter
from hyperbounty.statistics.ppm import PPM
from organizer.models.encoding import given_encoder, usual_encoder, width_of
from organizer.models.examples import BUNDLED, read_table
from organizer.models.settings import ModelSettings, Pricing

if TYPE_CHECKING:
    from hyperbounty.models.encoders import Encode
    from hyperbounty.store import ContentStore

_KINDS: Final = {facts.name: kind for kind, facts in KINDS.items()}


@dataclass(frozen=True)
class Prepared:
    """A model that can be opened.

    Attributes:
        offer: what the contract is told.
        manifest: what it is not told.
        learned: examples that it has learned from here.
        rounding: what whole numbers cost a model of scikit-learn; None where nothing was compared.
    """

    offer: Offer
    manifest: ModelManifest
    learned: int = 0
    rounding: Rounding | None = None


@dataclass(frozen=True)
class _Start:
    """A model as it begins, before its price is known."""

    shape: Shape
    state: State
    classes: tuple[str, ...]
    encoder: AnyEncoder
    feature_names: tuple[str, ...] = ()
    baseline: Baseline | None = None
    learned: int = 0
    rounding: Rounding | None = None


def prepare(
    settings: ModelSettings,
    pricing: Pricing,
    store: ContentStore,
    *,
    on_estimator: Callable[[Path], None] = lambda _: None,
) -> Prepared:
    """The model that these settings come to.

    Args:
        settings, pricing: what the creator says.
        store: that the file of an encoder is in.
        on_estimator: is told before the file of an estimator is read, which runs it; raises where it is not to be.

    Raises:
        InvalidInput: there can be no such model; says why.
        ManifestError: what is said of it cannot be published.
        MissingExtra: something is needed that is not installed.
    """
    terms = pricing.terms()
    start = _start(settings, store, on_estimator)
    fields: dict[str, object] = {
        "name": settings.name,
        "about": settings.about or "",
        "classes": start.classes,
        "feature_names": start.feature_names,
        "encoder": start.encoder,
        "baseline": start.baseline,
    }
    manifest = manifest_of(fields)
    manifest.check(start.shape, start.shape.classes)
    offer = Offer(start.shape, terms, start.state, pricing.asset)
    return Prepared(offer, manifest, start.learned, start.rounding)


def _start(settings: ModelSettings, store: ContentStore, on_estimator: Callable[[Path], None]) -> _Start:
    if settings.state is not None:
        settings.refuse_beside("state", "estimator", "data", "samples", "kind", "features", "encoder", "encoder_file")
        return _from_state(settings, settings.state)
    if settings.estimator is not None:
        on_estimator(settings.estimator)
        return _from_estimator(settings, settings.estimator, store)
    if settings.kind is None:
        raise InvalidInput(
            "nothing says what kind of model it is", NextStep("choose one with {}", Parameter("kind", "naive-bayes"))
        )
    kind = _KINDS[settings.kind]
    if settings.data is not None or settings.samples is not None:
        return _from_examples(settings, kind, store)
    return _from_nothing(settings, kind)


# ------------------------------------------------------------------------------------------------ from an exported one


def _from_state(settings: ModelSettings, path: Path) -> _Start:
    found = read_exported(path)
    shape = found.shape
    if settings.capacity is not None and settings.capacity != shape.capacity:
        raise InvalidInput(
            f"{path} has room for {shape.capacity} classes, and its words lie as that needs",
            NextStep("leave {} out", Parameter("capacity")),
        )
    shape = replace(
        shape,
        step=shape.step if settings.step is None else settings.step,
        alpha=shape.alpha if settings.alpha is None else settings.alpha,
    )
    names = settings.classes or found.class_names
    if len(names) != shape.classes:
        raise InvalidInput(
            f"{path} has {shape.classes} classes, and {len(names)} are named",
            NextStep("name each of them with {}", Parameter("classes")),
        )
    manifest = found.manifest
    return _Start(
        shape,
        restored(shape, found.state).state(),
        names,
        NoEncoder() if manifest is None else manifest.encoder,
        () if manifest is None else manifest.feature_names,
    )


# --------------------------------------------------------------------------------------------------- from an estimator


def _from_estimator(settings: ModelSettings, path: Path, store: ContentStore) -> _Start:
    estimator = read_estimator(path)
    if settings.data is None and settings.samples is None:
        made = imported(estimator, step=settings.step, capacity=settings.capacity)
        return _imported(settings, made, given_encoder(settings) or NoEncoder())
    data, columns = _examples(settings)
    chosen = given_encoder(settings)
    if isinstance(data.raws[0], str):
        if chosen is None:
            raise InvalidInput(
                "nothing says which words the estimator's features are",
                NextStep("name the encoder that it learned with: {}", Parameter("encoder_file", "FILE")),
            )
        features = int(estimator.n_features_in_)
        encode = chosen.ready(Shape(Kind.SPARSE_CENTROID, features), store)
        samples, labels = data.encoded(encode)
        table = np.zeros((len(samples), features))
        for row, sample in zip(table, samples, strict=True):
            row[list(sample)] = 1
        made = imported(estimator, step=settings.step, capacity=settings.capacity)
    else:
        table, labels = np.array([numbers_of(raw) for raw in data.raws], np.float64), list(data.labels)
        is_sparse = settings.kind is not None and KINDS[_KINDS[settings.kind]].sparse
        is_dense = not is_sparse and type(estimator).__name__ != "MultinomialNB"
        values = table if is_dense else None
        made = imported(estimator, values, step=settings.step, capacity=settings.capacity)
    said = _labels_of(estimator, data)
    test = slice(None if settings.test is None else -settings.test, None)
    shown = rounding(estimator, made, table[test], [said[label] for label in labels[test]])
    baseline = Baseline(accuracy_ppm=shown.after_ppm, samples=shown.samples, source=data.source)
    names = data.classes if len(data.classes) == len(made.classes) else made.classes
    start = _imported(settings, made, chosen or NoEncoder(), names)
    return replace(start, feature_names=columns, baseline=baseline, rounding=shown)


def _imported(settings: ModelSettings, made: Any, encoder: AnyEncoder, names: tuple[str, ...] | None = None) -> _Start:
    model = made.model
    kind = model.shape.facts.name
    if settings.kind is not None and settings.kind != kind:
        raise InvalidInput(
            f"the estimator is a {kind}, not a {settings.kind}",
            NextStep("leave {} out; a dense one needs examples for its scale", Parameter("kind")),
        )
    shape = model.shape
    if settings.alpha is not None:
        shape = replace(shape, alpha=settings.alpha)
    classes = settings.classes or names or made.classes
    shape = _with_classes(shape, classes)
    return _Start(shape, model.state(), classes, made.encoder or encoder)


def _labels_of(estimator: Any, data: DataSet) -> list[Any]:
    """What the estimator calls each class of the data."""
    own: list[Any] = estimator.classes_.tolist()
    by_name = {str(name): name for name in own}
    if all(name in by_name for name in data.classes):
        return [by_name[name] for name in data.classes]
    if len(own) == len(data.classes) and own == list(range(len(own))):
        return own
    raise InvalidInput(
        f"the estimator knows the classes {', '.join(by_name)}, and the examples {', '.join(data.classes)}",
        NextStep("name the examples' classes with {}, in the estimator's order", Parameter("classes")),
    )


# ---------------------------------------------------------------------------------------------------- from examples


def _from_examples(settings: ModelSettings, kind: Kind, store: ContentStore) -> _Start:
    data, columns = _examples(settings)
    wide = None if isinstance(data.raws[0], str) else len(data.raws[0])
    data = _as_features(data, kind)
    count = len(data)
    test = max(count // 5, 1) if settings.test is None else settings.test
    learn = count - test if settings.pretrain is None else settings.pretrain
    if learn < 0 or learn + test > count:
        raise InvalidInput(
            f"there are {count:,} examples, not enough to learn from {max(learn, 0):,} and to keep {test:,} back",
            NextStep("choose fewer with {} or {}", Parameter("pretrain"), Parameter("test")),
        )
    train, rest = data.part(0, learn), data.part(count - test, count)
    encoder = given_encoder(settings) or usual_encoder(settings, kind, train)
    shape = _shape(settings, kind, width_of(encoder) or wide, settings.classes or data.classes)
    encode = encoder.ready(shape, store)
    samples = Labelled.of(*train.encoded(encode))
    state = pretrained(shape, samples, passes=settings.passes, step=settings.pretrain_step)
    baseline = _baseline(shape, state, rest, encode, data.source)
    names = settings.classes or data.classes
    return _Start(shape, state, names, encoder, columns, baseline, learned=len(samples))


def _examples(settings: ModelSettings) -> tuple[DataSet, tuple[str, ...]]:
    """The examples that the settings name, and the names of their columns of numbers."""
    if settings.samples is not None:
        settings.refuse_beside("samples", "data")
        return read_table(settings.samples, settings.classes)
    assert settings.data is not None
    data = BUNDLED[settings.data]()
    if settings.classes and len(settings.classes) < len(data.classes):
        raise InvalidInput(
            f"{settings.data} has {len(data.classes)} classes, and {len(settings.classes)} are named",
            NextStep("name each of them with {}, or leave that out", Parameter("classes")),
        )
    return data, ()


def _as_features(data: DataSet, kind: Kind) -> DataSet:
    """The examples as a model of this kind takes them: of numbers, a sparse one takes those that are not zero."""
    is_text, is_sparse = isinstance(data.raws[0], str), KINDS[kind].sparse
    if is_text and not is_sparse:
        fitting = ", ".join(facts.name for facts in KINDS.values() if facts.sparse)
        raise InvalidInput(
            f"the examples are texts, which no {KINDS[kind].name} takes", f"choose another kind: {fitting}"
        )
    if is_text or not is_sparse:
        return data
    raws = tuple(tuple(place for place, value in enumerate(numbers_of(raw)) if value) for raw in data.raws)
    return replace(data, raws=raws)


def _baseline(shape: Shape, state: State, rest: DataSet, encode: Encode, source: str) -> Baseline | None:
    model = restored(shape, state)
    samples, labels = rest.encoded(encode)
    if not samples:
        return None
    right = sum(model.predict(sample) == label for sample, label in zip(samples, labels, strict=True))
    return Baseline(accuracy_ppm=right * PPM // len(samples), samples=len(samples), source=source)


# ----------------------------------------------------------------------------------------------------- from nothing


def _from_nothing(settings: ModelSettings, kind: Kind) -> _Start:
    if not settings.classes:
        raise InvalidInput(
            "nothing says which classes the model has",
            NextStep("name them with {}", Parameter("classes", "no,yes")),
        )
    encoder: AnyEncoder
    chosen = given_encoder(settings)
    if chosen is not None:
        encoder = chosen
    elif settings.encoder in (None, "none"):
        encoder = NoEncoder()
    elif settings.encoder == "murmur3-words":
        encoder = HashedWords(seed=settings.seed, modulus=settings.features or FEATURES)
    else:
        raise InvalidInput(
            f"without examples, nothing says what the encoder {settings.encoder} is to be",
            NextStep("name it whole, with {}", Parameter("encoder_file", "FILE")),
        )
    shape = _shape(settings, kind, width_of(encoder), settings.classes)
    return _Start(shape, empty(shape).state(), settings.classes, encoder)


def _shape(settings: ModelSettings, kind: Kind, features: int | None, classes: tuple[str, ...]) -> Shape:
    if features is None:
        features = settings.features
    if features is None:
        raise InvalidInput(
            "nothing says how many features the model has",
            NextStep("choose a number with {}", Parameter("features", "1000")),
        )
    return shape_of(kind, features, len(classes), capacity=settings.capacity, step=settings.step, alpha=settings.alpha)


def _with_classes(shape: Shape, classes: tuple[str, ...]) -> Shape:
    if len(classes) == shape.classes:
        return shape
    raise InvalidInput(
        f"the estimator has {shape.classes} classes, and {len(classes)} are named",
        NextStep("name each of them with {}", Parameter("classes")),
    )
