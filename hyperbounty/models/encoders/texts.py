"""Texts to active features: the words of a vocabulary, or the hashes of all words."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from typing import Annotated, Final, Literal, Self

from pydantic import Field, StringConstraints, model_validator

from hyperbounty.errors import ManifestError
from hyperbounty.models.encoders.encoder import Encode, Raw, text_of
from hyperbounty.models.encoders.murmur import murmur3_32
from hyperbounty.models.encoders.words import words_of
from hyperbounty.models.kinds import Shape
from hyperbounty.models.samples import MAX_FEATURES, NoFeatures
from hyperbounty.store import ContentStore
from hyperbounty.store.documents import Document

MAX_WORD: Final = 100


class Vocabulary(Document):
    """The feature of a word is its place in the list; words that are not there are passed over.

    How a text is cut into words: `words`. Where a word stands in a text, and how often, makes no difference.

    Attributes:
        words: the word of each feature.
    """

    kind: Literal["vocabulary"] = "vocabulary"
    words: Annotated[
        tuple[Annotated[str, StringConstraints(min_length=1, max_length=MAX_WORD)], ...],
        Field(min_length=1, max_length=MAX_FEATURES),
    ]

    @model_validator(mode="after")
    def _each_is_a_word_of_its_own(self) -> Self:
        seen = set()
        for word in self.words:
            if words_of(word) != [word]:
                raise ValueError(f"{word!r} is no word that a text is cut into")
            if word in seen:
                raise ValueError(f"the word {word!r} stands twice")
            seen.add(word)
        return self

    def check(self, shape: Shape) -> None:
        """Only a model that takes active features, as many as there are words, is fit.

        Raises:
            ManifestError: it takes values, or has another number of features.
        """
        _check_sparse(shape)
        if len(self.words) != shape.features:
            raise ManifestError(
                f"the vocabulary has {len(self.words):,} words for {shape.features:,} features", "give one a feature"
            )

    def ready(self, shape: Shape, store: ContentStore) -> Encode:
        """Texts with at least one word of the vocabulary."""
        return self.encoding()

    def encoding(self) -> Encode:
        """The same, of which a vocabulary needs neither model nor store."""
        places = {word: place for place, word in enumerate(self.words)}

        def encode(raw: Raw) -> tuple[int, ...]:
            found = {places[word] for word in words_of(text_of(raw)) if word in places}
            if not found:
                raise NoFeatures("no word of the text is in the model's vocabulary")
            return tuple(sorted(found))

        return encode


def vocabulary_of(texts: Iterable[str], size: int) -> Vocabulary:
    """The words that most of these texts have; of words that as many have, those first in the alphabet.

    Args:
        texts: from which a model is to learn.
        size: most words, and so features.

    >>> vocabulary_of(["free money", "free meeting", "a meeting"], 2).words
    ('free', 'meeting')

    Raises:
        ManifestError: no text has a word.
    """
    often = Counter(word for text in texts for word in set(words_of(text)) if len(word) <= MAX_WORD)
    words = sorted(often, key=lambda word: (-often[word], word))[:size]
    if not words:
        raise ManifestError("there is no word in any text", "give texts with words")
    return Vocabulary(words=tuple(words))


class HashedWords(Document):
    """The feature of a word is the MurmurHash3 (x86, 32 bits) of its UTF-8, modulo the number of features.

    How a text is cut into words: `words`. Two words can share a feature.

    Attributes:
        seed: of the hash.
        modulus: how many features there are.
    """

    kind: Literal["murmur3-words"] = "murmur3-words"
    seed: Annotated[int, Field(ge=0, le=2**32 - 1)]
    modulus: Annotated[int, Field(ge=1, le=MAX_FEATURES)]

    def check(self, shape: Shape) -> None:
        """Only a model that takes active features, as many as the modulus, is fit.

        Raises:
            ManifestError: it takes values, or has another number of features.
        """
        _check_sparse(shape)
        if self.modulus != shape.features:
            raise ManifestError(
                f"the modulus is {self.modulus:,}, and there are {shape.features:,} features", "make them the same"
            )

    def ready(self, shape: Shape, store: ContentStore) -> Encode:
        """Texts with at least one word."""

        def encode(raw: Raw) -> tuple[int, ...]:
            found = {murmur3_32(word.encode(), self.seed) % self.modulus for word in set(words_of(text_of(raw)))}
            if not found:
                raise NoFeatures("the text has no words")
            return tuple(sorted(found))

        return encode


def _check_sparse(shape: Shape) -> None:
    if not shape.facts.sparse:
        raise ManifestError(f"a {shape.facts.name} takes values, not active features", "choose another encoder")
