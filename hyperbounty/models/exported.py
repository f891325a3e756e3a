"""A model as a file: what it is, what it has learned, and what its manifest says, for who goes on without the chain.

The file is canonical JSON. Words and totals are those of the contract, in hexadecimal; docs/models.md says how numbers
lie in them. Who reads it gets a model that predicts what the contract predicted at that block.
"""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Final, Literal, Self

from pydantic import Field, StringConstraints

from hyperbounty.errors import InvalidInput, ManifestError
from hyperbounty.models.kinds import KINDS, Model, Shape, State, restored
from hyperbounty.models.manifest import ModelManifest
from hyperbounty.store.documents import Document

FORMAT: Final = "hyperbounty/exported-model/1"
_LARGEST: Final = 64 * 1024 * 1024
_KINDS: Final = {facts.name: kind for kind, facts in KINDS.items()}

Word = Annotated[str, StringConstraints(pattern=r"^0x(0|[1-9a-f][0-9a-f]{0,63})$")]
# Names that were added on the chain are escaped, and so longer than they were.
Shown = Annotated[str, StringConstraints(max_length=1_000)]


class ExportedModel(Document):
    """A model at one block.

    >>> from hyperbounty.models.kinds import Kind, empty
    >>> model = empty(Shape(Kind.NAIVE_BAYES, features=3, alpha=16))
    >>> model.learn([0, 2], 1)
    >>> file = ExportedModel.of(model.shape, model.state(), ("ham", "spam"))
    >>> ExportedModel.parse(file.canonical()).model().predict([2])
    1

    Attributes:
        kind, features, capacity, step, alpha: of its shape.
        class_names: of each class, from class 0; empty where it has none.
        words, totals, bias: of its state.
        manifest: None where it was not found.
        number: by which its contract knows it; None of one that is on no chain.
        block: at which it stood so.
        contract: of it.
        chain_id: of the chain.
    """

    format: Literal["hyperbounty/exported-model/1"] = FORMAT
    kind: Literal["sparse-perceptron", "dense-perceptron", "naive-bayes", "sparse-centroid", "dense-centroid"]
    features: int
    capacity: int
    step: int
    alpha: int
    class_names: Annotated[tuple[Shown, ...], Field(min_length=1, max_length=8)]
    words: tuple[Word, ...]
    totals: tuple[Word, ...]
    bias: int
    manifest: ModelManifest | None = None
    number: Annotated[int, Field(ge=1)] | None = None
    block: Annotated[int, Field(ge=0)] | None = None
    contract: str | None = None
    chain_id: int | None = None

    @classmethod
    def of(
        cls,
        shape: Shape,
        state: State,
        class_names: tuple[str, ...],
        manifest: ModelManifest | None = None,
        *,
        number: int | None = None,
        block: int | None = None,
        contract: str | None = None,
        chain_id: int | None = None,
    ) -> Self:
        """The file of a model."""
        return cls(
            kind=shape.facts.name,  # type: ignore[arg-type]
            features=shape.features,
            capacity=shape.capacity,
            step=shape.step,
            alpha=shape.alpha,
            class_names=class_names,
            words=tuple(map(hex, state.words)),
            totals=tuple(map(hex, state.totals)),
            bias=state.bias,
            manifest=manifest,
            number=number,
            block=block,
            contract=contract,
            chain_id=chain_id,
        )

    @property
    def shape(self) -> Shape:
        """What it is.

        Raises:
            ShapeError: there is no such model.
        """
        return Shape(_KINDS[self.kind], self.features, len(self.class_names), self.capacity, self.step, self.alpha)

    @property
    def state(self) -> State:
        """What it has learned."""
        return State(
            tuple(int(word, 16) for word in self.words), tuple(int(total, 16) for total in self.totals), self.bias
        )

    def model(self) -> Model:
        """The model itself, which predicts what the contract predicted.

        Raises:
            ShapeError, StateError: there is no such model.
        """
        return restored(self.shape, self.state)


def read_exported(path: Path) -> ExportedModel:
    """The model in a file that was exported.

    Raises:
        InvalidInput: there is no such file, or it is none of a model.
    """
    try:
        if path.stat().st_size > _LARGEST:
            raise InvalidInput(f"{path} is larger than any model", "export the model anew")
        found = ExportedModel.parse(path.read_bytes())
    except OSError as error:
        raise InvalidInput(f"{path} cannot be read: {error.strerror or error}", "check the path") from None
    except ManifestError as error:
        raise InvalidInput(f"{path}: {error.what}", "export the model anew") from error
    found.model()
    return found
