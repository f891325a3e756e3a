"""How samples are made out of what people have. The manifest of a model names one encoder, with its parameters.

>>> from hyperbounty.models.kinds import Kind, Shape
>>> from hyperbounty.store import open_store
>>> encoder = Vocabulary(words=("free", "meeting", "money"))
>>> shape = Shape(Kind.SPARSE_PERCEPTRON, features=3, step=1)
>>> encoder.ready(shape, open_store(None, tmp_path))("FREE money for you")
(0, 2)
"""

from __future__ import annotations

from typing import Annotated

from pydantic import Field

from hyperbounty.models.encoders.encoder import Encode, Encoder, Raw
from hyperbounty.models.encoders.onnx import OnnxEncoder
from hyperbounty.models.encoders.plain import NoEncoder
from hyperbounty.models.encoders.scale import Scale
from hyperbounty.models.encoders.texts import HashedWords, Vocabulary, vocabulary_of
from hyperbounty.models.encoders.words import words_of

AnyEncoder = Annotated[NoEncoder | Scale | Vocabulary | HashedWords | OnnxEncoder, Field(discriminator="kind")]
"""The encoder of a manifest; another kind of encoder is a class of its own here."""

__all__ = [
    "AnyEncoder",
    "Encode",
    "Encoder",
    "HashedWords",
    "NoEncoder",
    "OnnxEncoder",
    "Raw",
    "Scale",
    "Vocabulary",
    "vocabulary_of",
    "words_of",
]
