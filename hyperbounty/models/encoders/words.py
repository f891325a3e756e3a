"""The words of a text, cut alike on every machine, in every version of Python and in every browser.

1. Characters that nobody sees are dropped (`DROPPED`): those without width, those that turn the direction of writing,
   soft hyphens, variation selectors and tags. So a word that hides one is the word that people read.
2. Capital letters below U+0590 (Latin, Greek, Cyrillic, Armenian) become small, each by itself, as Unicode maps it.
   Those mappings are fixed. What stands above is taken as it is. U+2019 becomes an apostrophe, U+0027.
3. A word is a longest run of these characters (`WORD_CHARACTERS`): a-z, 0-9, U+00AA, U+00B5, U+00BA, U+00C0 to U+00D6,
   U+00D8 to U+00F6, U+00F8 to U+1FFF, U+2C00 to U+2FFF, U+3040 to U+D7FF, U+F900 to U+FFEF, U+10000 to U+DFFFF. One
   apostrophe between two of them belongs to the word.

Nothing is normalised: é as one character and as two are two words. A text can have no word at all.
"""

from __future__ import annotations

import re
from typing import Final

from hyperbounty.models.samples import SampleError

MAX_TEXT: Final = 1_000_000
"""Most characters of a text."""

DROPPED: Final = (
    "\u00ad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180b-\u180f\u200b-\u200f\u202a-\u202e\u2060-\u206f\u3164"
    "\ufe00-\ufe0f\ufeff\uffa0\ufff0-\ufff8\U0001bca0-\U0001bca3\U0001d173-\U0001d17a\U000e0000-\U000e0fff"
)
"""What is dropped, as the inside of a regular expression's set."""

_UNSEEN: Final = re.compile(f"[{DROPPED}]+")
_SMALL: Final = {code: chr(code).lower() for code in range(0x590) if chr(code).lower() != chr(code)}
_SMALL[0x2019] = "'"
WORD_CHARACTERS: Final = (
    "a-z0-9\u00aa\u00b5\u00ba\u00c0-\u00d6\u00d8-\u00f6\u00f8-\u1fff\u2c00-\u2fff\u3040-\ud7ff\uf900-\uffef"
    "\U00010000-\U000dffff"
)
"""What words are made of, as the inside of a regular expression's set."""

_WORD: Final = re.compile(f"[{WORD_CHARACTERS}]+(?:'[{WORD_CHARACTERS}]+)*")


def words_of(text: str) -> list[str]:
    r"""The words of `text`, in order.

    >>> words_of("It's FREE money, vi\u200bagra & Ärger!")
    ["it's", 'free', 'money', 'viagra', 'ärger']

    Raises:
        SampleError: the text has more than `MAX_TEXT` characters.
    """
    if len(text) > MAX_TEXT:
        raise SampleError(
            f"the text has {len(text):,} characters, and at most {MAX_TEXT:,} are read", "give a shorter part of it"
        )
    return _WORD.findall(_UNSEEN.sub("", text).translate(_SMALL))
