"""Text from outside: what a published text may hold, and how any other text is shown.

Whoever publishes a manifest, names a file or answers a request chooses characters that somebody else's terminal obeys
or hides. So a published text holds plain characters only, and every text is shown with the others escaped.
"""

from __future__ import annotations

import unicodedata
from typing import Final

# Nothing is drawn for these, though Python calls them printable: those of Unicode's Default_Ignorable_Code_Point
# (DerivedCoreProperties.txt) that are no controls or formats, and the blank Braille pattern.
_UNDRAWN: Final = frozenset(
    {0x034F, 0x115F, 0x1160, 0x17B4, 0x17B5, 0x180B, 0x180C, 0x180D, 0x180F, 0x2800, 0x3164, 0xFFA0}
    | set(range(0xFE00, 0xFE10))
    | set(range(0xE0100, 0xE01F0))
)


def is_plain(character: str) -> bool:
    """Whether a terminal draws `character` and does nothing else.

    Plain are letters, marks, numbers, punctuation, symbols and the common space. Not plain are controls, formats (among
    them all that turn the direction of writing, and those without width), surrogates, characters for private use and
    unassigned ones, other spaces, separators of lines, and letters and marks that are not drawn.

    >>> [is_plain(character) for character in ("é", " ", "\\u202e", "\\n", "\\u200b")]
    [True, True, False, False, False]
    """
    # Python's word for the categories Cc, Cf, Cs, Co, Cn, Zl, Zp and Zs, without the common space.
    return character.isprintable() and ord(character) not in _UNDRAWN


def first_hidden(text: str) -> str | None:
    r"""The first character of `text` that is not plain, named for people; None where all are.

    >>> first_hidden("all is well"), first_hidden("a\u202eb"), first_hidden("\x1b[2J")
    (None, 'U+202E RIGHT-TO-LEFT OVERRIDE at character 2', 'U+001B at character 1')
    """
    if text.isascii() and text.isprintable():
        return None
    for place, character in enumerate(text, 1):
        if not is_plain(character):
            name = unicodedata.name(character, "")
            return f"U+{ord(character):04X}{f' {name}' if name else ''} at character {place}"
    return None


def escaped(text: object, longest: int | None = None) -> str:
    r"""`text` in plain characters, as one line: each other character is written as in Python's source.

    Args:
        text: anything; what is no text is shown as `str` has it.
        longest: characters after which it is cut.

    >>> escaped("one\ntwo \x1b[31mred \u202e \u200b")
    'one\\ntwo \\x1b[31mred \\u202e \\u200b'
    >>> escaped("Κέρδη 🚀 $x$ [bold]")
    'Κέρδη 🚀 $x$ [bold]'
    >>> escaped("abcdef", longest=3)
    'abc…'
    """
    shown = str(text)
    if longest is not None and len(shown) > longest:
        shown = f"{shown[:longest]}…"
    if shown.isascii() and shown.isprintable():
        return shown
    return "".join(c if is_plain(c) else c.encode("unicode_escape").decode("ascii") for c in shown)


def escaped_lines(text: str) -> str:
    r"""`text` of several lines of our own, each escaped: for tracebacks and the help of a command.

    >>> escaped_lines("one\ntwo\x07\n")
    'one\ntwo\\x07\n'
    """
    return "\n".join(map(escaped, text.split("\n")))


# What stands for a character that a terminal lacks. Any other loses its accent, or becomes a question mark.
_DRAWN_BY: Final = {
    **dict.fromkeys("‐‑‒–—―−─━·•", "-"),
    **dict.fromkeys("‘’‚′", "'"),
    **dict.fromkeys("“”„″", '"'),
    **{"…": "...", "×": "x", "≤": "<=", "≥": ">=", "→": "->", "←": "<-", "≈": "~", "±": "+-", "√": "sqrt", "µ": "u"},
    **{"\xa0": " ", "\u2009": " ", "\u202f": " "},
    # Of a curve, from low to high.
    **dict(zip("▁▂▃▄▅▆▇█", "__..--==", strict=True)),
}


def replacement(character: str) -> str:
    """ASCII for a character that a terminal lacks.

    >>> [replacement(character) for character in "…é≤鬼"]
    ['...', 'e', '<=', '?']
    """
    if character in _DRAWN_BY:
        return _DRAWN_BY[character]
    return unicodedata.normalize("NFKD", character).encode("ascii", "ignore").decode() or "?"


def drawn_width(text: str) -> int:
    """How many columns a terminal draws `text` in: two for wide letters, none for marks that stand on another one.

    >>> drawn_width("prize"), drawn_width("賞金"), drawn_width("e\u0301")
    (5, 4, 1)
    """
    if text.isascii():
        return len(text)
    return sum(0 if unicodedata.combining(c) else 1 + (unicodedata.east_asian_width(c) in "WF") for c in text)
