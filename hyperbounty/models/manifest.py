"""The manifest of a model: what the chain does not know of it, fixed by its SHA-256 when the model is published."""

from __future__ import annotations

from typing import Annotated, Final, Literal, Self

from pydantic import Field, StringConstraints, ValidationError, model_validator

from hyperbounty.errors import ManifestError
from hyperbounty.faults import faults_of, together
from hyperbounty.models.encoders import AnyEncoder, Encode
from hyperbounty.models.kinds import Shape
from hyperbounty.models.samples import MAX_FEATURES
from hyperbounty.statistics.ppm import PPM
from hyperbounty.store import MAX_SINGLE_BLOCK_BYTES, Cid, ContentStore
from hyperbounty.store.documents import Document, read_document

FORMAT: Final = "hyperbounty/model/1"
MAX_BYTES: Final = MAX_SINGLE_BLOCK_BYTES
"""A manifest is one block, so that its CID and the digest on the chain are the same number."""

# Nothing at the ends that nobody sees.
Line = Annotated[str, StringConstraints(min_length=1, max_length=200, pattern=r"^[^ ](.*[^ ])?$")]
ClassName = Annotated[str, StringConstraints(min_length=1, max_length=60, pattern=r"^[^ ](.*[^ ])?$")]


class Baseline(Document):
    """How good the model was when it was published, as its creator says. Nobody checks it.

    Attributes:
        accuracy_ppm: share of samples that it said right.
        samples: on how many.
        source: where they come from.
    """

    accuracy_ppm: Annotated[int, Field(ge=0, le=PPM)]
    samples: Annotated[int, Field(ge=1, le=2**53 - 1)]
    source: Line


class ModelManifest(Document):
    """A model's names and its encoder. Kind, features, waits and prices stand in the contract, and not here again.

    >>> from hyperbounty.models.encoders import HashedWords
    >>> manifest = ModelManifest(name="Spam", classes=("ham", "spam"), encoder=HashedWords(seed=0, modulus=1_000))
    >>> ModelManifest.parse(manifest.canonical()) == manifest
    True

    Attributes:
        name: of the model.
        about: what it is for; may be empty.
        classes: the name of each class that there is at the start, from class 0. Names of later ones stand in events.
        feature_names: of each feature, where people give features themselves; else empty.
        encoder: how samples are made.
        baseline: None where the creator says nothing.
    """

    format: Literal["hyperbounty/model/1"] = FORMAT
    name: Line
    about: Annotated[str, StringConstraints(max_length=2_000)] = ""
    classes: Annotated[tuple[ClassName, ...], Field(min_length=1, max_length=8)]
    feature_names: Annotated[tuple[ClassName, ...], Field(max_length=MAX_FEATURES)] = ()
    encoder: AnyEncoder
    baseline: Baseline | None = None

    @model_validator(mode="after")
    def _names_differ(self) -> Self:
        for what, names in (("classes", self.classes), ("features", self.feature_names)):
            if len(set(names)) < len(names):
                raise ValueError(f"two {what} have the same name")
        return self

    def check(self, shape: Shape, classes_at_start: int) -> None:
        """Refuse a manifest that is not of such a model.

        Args:
            shape: what the contract says it is.
            classes_at_start: when it was published.

        Raises:
            ManifestError: the number of classes or features is another one, or its encoder does not fit.
        """
        if len(self.classes) != classes_at_start:
            raise ManifestError(
                f"the manifest names {len(self.classes)} classes, and the model began with {classes_at_start}",
                "ask who published the model",
            )
        if self.feature_names and len(self.feature_names) != shape.features:
            raise ManifestError(
                f"the manifest names {len(self.feature_names):,} features of {shape.features:,}",
                "ask who published the model",
            )
        self.encoder.check(shape)

    def encode(self, shape: Shape, store: ContentStore) -> Encode:
        """What makes samples of the model out of what people have.

        Raises:
            ManifestError: the encoder does not fit the model, or its file is none.
            MissingExtra: it needs a library that is not installed.
            ContentNotFound: nobody has its file.
        """
        self.encoder.check(shape)
        return self.encoder.ready(shape, store)


def manifest_of(fields: dict[str, object]) -> ModelManifest:
    """The manifest with these fields, as a creator gives them.

    Raises:
        ManifestError: says all that is wrong with them, or that they come to more than `MAX_BYTES`.
    """
    try:
        manifest = ModelManifest.model_validate(fields)
    except ValidationError as error:
        raise ManifestError(
            f"the model manifest is invalid: {together(faults_of(error))}", "correct what is named"
        ) from error
    size = len(manifest.canonical())
    if size > MAX_BYTES:
        raise ManifestError(
            f"the model manifest has {size:,} bytes, and can have {MAX_BYTES:,}",
            "take fewer or shorter words, or one scale for all features",
        )
    return manifest


def pin_manifest(store: ContentStore, manifest: ModelManifest) -> Cid:
    """Store a manifest; the digest in its CID is what the contract is given.

    >>> from hyperbounty.models.encoders import NoEncoder
    >>> from hyperbounty.store import open_store
    >>> store = open_store(None, tmp_path)
    >>> manifest = ModelManifest(name="Tic-tac-toe", classes=("lost", "won"), encoder=NoEncoder())
    >>> fetch_manifest(store, pin_manifest(store, manifest).digest).name
    'Tic-tac-toe'
    """
    return store.add_block(manifest.canonical())


def fetch_manifest(store: ContentStore, digest: bytes) -> ModelManifest:
    """The manifest with this digest.

    Raises:
        ContentNotFound: nobody has it.
        ManifestError: it is no manifest of a model.
    """
    return read_document(ModelManifest, store, Cid.from_digest(digest), MAX_BYTES)
