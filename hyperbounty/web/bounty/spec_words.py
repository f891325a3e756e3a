"""A spec in words, for pages and answers alike."""

from __future__ import annotations

from functools import lru_cache

from hyperbounty.errors import SpecError
from hyperbounty.spec.spec import Spec


@lru_cache(maxsize=8_192)
def spec_words(word: bytes) -> str:
    """What a word says, as far as it is a spec.

    A board names each of up to 1,024 twice, and again with each entry that comes.
    """
    try:
        return Spec.from_word(word).describe()
    except SpecError:
        return f"0x{word.hex()}"
