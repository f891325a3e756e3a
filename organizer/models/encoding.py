"""What makes the samples of a model that is to be opened: an encoder that is given whole, or that of its examples."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
from pydantic import TypeAdapter, ValidationError

from hyperbounty.errors import InvalidInput
from hyperbounty.faults import faults_of, together
from hyperbounty.models.datasets import DataSet
from hyperbounty.models.encoders import AnyEncoder, HashedWords, NoEncoder, vocabulary_of
from hyperbounty.models.encoders.encoder import numbers_of, text_of
from hyperbounty.models.kinds import KINDS, Kind
from hyperbounty.models.scikit_learn import scale_of
from hyperbounty.models.usual import FEATURES
from hyperbounty.next_steps import NextStep, Parameter
from organizer.models.settings import ModelSettings

if TYPE_CHECKING:
    from hyperbounty.models.encoders import Scale


def given_encoder(settings: ModelSettings) -> AnyEncoder | None:
    """The encoder that is given whole, in a file; None where none is."""
    path = settings.encoder_file
    if path is None:
        return None
    settings.refuse_beside("encoder_file", "encoder")
    reader: TypeAdapter[AnyEncoder] = TypeAdapter(AnyEncoder)
    try:
        return reader.validate_json(path.read_bytes())
    except OSError as error:
        raise InvalidInput(f"{path} cannot be read: {error.strerror or error}", "check the path") from None
    except ValidationError as error:
        raise InvalidInput(
            f"{path} is no encoder: {together(faults_of(error))}",
            'write it as a manifest has it, such as {"kind": "murmur3-words", "seed": 0, "modulus": 1000}',
        ) from error


def usual_encoder(settings: ModelSettings, kind: Kind, train: DataSet) -> AnyEncoder:
    """The encoder that goes with the examples, where none is given whole."""
    raws, features = train.raws, settings.features or FEATURES
    if not raws:
        raise InvalidInput(
            "without an example to learn from, nothing says how samples are encoded",
            NextStep("choose at least one with {}, or name an encoder", Parameter("pretrain")),
        )
    is_text = isinstance(raws[0], str)
    name = settings.encoder or ("vocabulary" if is_text else "none" if KINDS[kind].sparse else "scale")
    if is_text is (name in ("none", "scale")) or (name == "scale" and KINDS[kind].sparse):
        raise InvalidInput(
            f"the encoder {name} does not go with {'texts' if is_text else 'numbers'} and a {KINDS[kind].name}",
            NextStep("leave {} out", Parameter("encoder")),
        )
    if name == "vocabulary":
        return vocabulary_of(map(text_of, raws), features)
    if name == "murmur3-words":
        return HashedWords(seed=settings.seed, modulus=features)
    return _scale(raws, kind) if name == "scale" else NoEncoder()


def width_of(encoder: AnyEncoder) -> int | None:
    """How many features an encoder of words gives; None where it does not say."""
    if encoder.kind == "vocabulary":
        return len(encoder.words)
    return encoder.modulus if encoder.kind == "murmur3-words" else None


def _scale(raws: Any, kind: Kind) -> Scale:
    rows = np.array([numbers_of(raw) for raw in raws], np.float64)
    scale = scale_of(rows, rows.shape[1])
    if kind is Kind.DENSE_CENTROID:
        # One factor for all features, or other distances would decide.
        return scale.model_copy(update={"factors": (min(scale.factors),)})
    return scale
