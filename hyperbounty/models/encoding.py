"""What makes samples of a model out of what people have: the encoder that its manifest names, or none."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from hyperbounty.errors import InvalidInput
from hyperbounty.models.encoders import Encode, HashedWords, NoEncoder, Vocabulary
from hyperbounty.models.sample_files import Given, Layout, read_samples, require_all
from hyperbounty.models.samples import check_label
from hyperbounty.next_steps import NextStep, Parameter

if TYPE_CHECKING:
    from hyperbounty.models.class_names import ClassNames
    from hyperbounty.models.published import Published
    from hyperbounty.models.types import SharedModel
    from hyperbounty.store import ContentStore


@dataclass(frozen=True)
class Encoding:
    """The encoder of a model at work.

    Attributes:
        layout: what it takes.
        encode: makes a sample.
    """

    layout: Layout
    encode: Encode

    def sample(self, given: Given) -> tuple[int, ...]:
        """The features of a sample.

        Raises:
            InvalidInput: it is none.
        """
        if given.fault:
            raise InvalidInput(given.fault, "give what the model takes")
        return self.encode(given.raw)


def needs_permission(published: Published) -> bool:
    """Whether the encoder is a program of the creator's."""
    return published.manifest is not None and published.manifest.encoder.kind == "onnx"


def encoding_of(model: SharedModel, published: Published, store: ContentStore, *, features: bool) -> Encoding:
    """The encoder of a model, ready to work.

    Args:
        model: it is of.
        published: its manifest.
        store: has what the encoder needs beside its parameters.
        features: the features themselves are given, so that neither manifest nor encoder is needed.

    Raises:
        ManifestError, StoreError: there is no manifest, or not what its encoder needs.
        MissingExtra: it needs a library that is not installed.
    """
    sparse = model.shape.facts.sparse
    if features:
        return Encoding(Layout(False, sparse=sparse), NoEncoder().ready(model.shape, store))
    if published.manifest is None:
        assert published.fault is not None
        step = NextStep("give the features themselves, as the contract takes them, with {}", Parameter("features"))
        raise type(published.fault)(published.fault.what, step)
    manifest = published.manifest
    takes_text = isinstance(manifest.encoder, Vocabulary | HashedWords)
    return Encoding(Layout(takes_text, manifest.feature_names, sparse), manifest.encode(model.shape, store))


def labelled_samples(
    data: bytes, name: str, encoding: Encoding, names: ClassNames, classes: int
) -> list[tuple[int, tuple[int, ...]]]:
    """All samples of a file with their labels, in its order.

    Args:
        data: what is in the file.
        name: of it, whose end says of which form it is: see `read_samples`.
        encoding: of the model.
        names: of the model's classes.
        classes: how many it has.

    Raises:
        InvalidInput: names every line that is none.
    """
    given = read_samples(data, name, encoding.layout)
    found: list[tuple[int, tuple[int, ...]]] = []
    faults: list[tuple[int, str]] = []
    for each in given:
        try:
            sample = encoding.sample(each)
            found.append((_label_of(each, names, classes), sample))
        except InvalidInput as error:
            faults.append((each.line, error.what))
    require_all(name, faults, len(given))
    return found


def _label_of(given: Given, names: ClassNames, classes: int) -> int:
    """The class that a sample is labelled with.

    Raises:
        InvalidInput: it has no label, or one that names no class.
    """
    if given.label is None:
        raise InvalidInput("it has no label", "name a class of the model")
    if isinstance(given.label, int):
        check_label(given.label, classes)
        return given.label
    return names.label(given.label)
