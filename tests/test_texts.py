"""What a published text may hold, and how any other text is shown."""

from __future__ import annotations

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hyperbounty.texts import escaped, escaped_lines, first_hidden, is_plain

# https://www.unicode.org/reports/tr9/: every character that turns the direction of writing.
BIDI = "\u061c\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069"
UNDRAWN = "\u200b\u200c\u200d\u2060\ufeff\u00ad\u034f\u115f\u1160\u180e\u2800\u3164\uffa0\ufe0f\U000e0100"
OTHERS = "\x00\x07\x08\t\n\r\x1b\x7f\x85\x9b\u2028\u2029\ud800\ue000\u0378\U000e0041\U0010ffff\u00a0\u3000"


@pytest.mark.parametrize("character", [*BIDI, *UNDRAWN, *OTHERS], ids=lambda c: f"U+{ord(c):04X}")
def test_what_a_terminal_obeys_or_hides_is_not_plain(character: str) -> None:
    assert not is_plain(character)
    assert f"U+{ord(character):04X}" in str(first_hidden(f"a{character}b"))
    assert "at character 2" in str(first_hidden(f"a{character}b"))
    shown = escaped(f"a{character}b")
    assert shown.isascii()
    assert shown != f"a{character}b"


@pytest.mark.parametrize(
    "text", ["", "Does BTC rise?", "Κέρδη", "上がるか", "Növekszik-e? 50 %", "$x_1$ [red] <b> {0}", "🚀"]
)
def test_what_people_write_is_plain(text: str) -> None:
    assert first_hidden(text) is None
    assert escaped(text) == text


@given(st.text(st.characters(codec=None)))
def test_what_is_shown_is_plain_and_one_line(text: str) -> None:
    shown = escaped(text)
    assert first_hidden(shown) is None
    assert len(shown.splitlines()) <= 1
    assert escaped(shown) == shown
    if first_hidden(text) is None:
        assert shown == text
    # Whatever is printed can be encoded, lone surrogates too.
    shown.encode()


@given(st.text(st.characters(codec=None)))
def test_nothing_is_plain_that_unicode_calls_a_control_a_format_or_nothing(text: str) -> None:
    hidden = [c for c in text if unicodedata.category(c) in ("Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp")]
    assert (first_hidden(text) is not None) or not hidden


@given(st.text(st.characters(codec=None)), st.integers(0, 20))
def test_a_long_text_is_cut(text: str, longest: int) -> None:
    assert escaped(text, longest) == escaped(text if len(text) <= longest else text[:longest] + "…")


@given(st.lists(st.text(st.characters(codec=None, exclude_characters="\n"))))
def test_lines_stay_lines(lines: list[str]) -> None:
    assert escaped_lines("\n".join(lines)).split("\n") == ([*map(escaped, lines)] or [""])
