"""What a model has learned, between its row and the reference that predicts and learns."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Final

from hyperbounty.models.kinds import KINDS, Kind, Model, Shape, State, restored, uploaded
from hyperbounty.models.kinds.words import words_for
from hyperbounty.models.types import Stage

_WORD: Final = 32
_Row = Mapping[str, Any]


def shape_of(row: _Row) -> Shape:
    """What a model is, from its row of `MODELS`."""
    return Shape(Kind(row["kind"]), row["features"], row["classes"], row["capacity"], row["step"], row["alpha"])


def word_count(shape: Shape) -> int:
    """How many words the state of a model has."""
    facts = KINDS[shape.kind]
    if shape.kind is Kind.DENSE_CENTROID:
        # Each class begins a word.
        return shape.lanes * words_for(shape.features, facts.number_bits)
    return words_for(shape.features * shape.lanes, facts.number_bits)


def row_of(state: State) -> dict[str, Any]:
    """The row of `STATES` that has these words. A bias is in the row of the model."""
    return {"words": packed(state.words), "totals": packed(state.totals)}


def model_of(model: _Row, state: _Row) -> Model:
    """The reference, as it stands: of a draft, what it would be were it published now.

    Args:
        model: row of `MODELS`.
        state: its row of `STATES`.

    Raises:
        StateError: the words are those of no such model.
    """
    shape = shape_of(model)
    found = State(unpacked(state["words"]), unpacked(state["totals"]), model["bias"])
    if model["stage"] != Stage.DRAFT:
        return restored(shape, found)
    words = [*found.words, *[0] * (word_count(shape) - len(found.words))]
    return uploaded(shape, words, found.bias, found.totals)


def packed(words: Sequence[int]) -> bytes:
    """Words side by side, each of 32 bytes."""
    return b"".join(word.to_bytes(_WORD, "big") for word in words)


def unpacked(data: bytes) -> tuple[int, ...]:
    """The words in `data`.

    >>> unpacked(packed([1, 2**256 - 1])) == (1, 2**256 - 1)
    True
    """
    return tuple(int.from_bytes(data[start : start + _WORD], "big") for start in range(0, len(data), _WORD))
