"""A file to fill in: every key of a layout explained, some switched on, the others switched off."""

from __future__ import annotations

import re
import textwrap
from collections.abc import Mapping, Sequence
from dataclasses import MISSING, dataclass
from typing import Any, Final

from hyperbounty.cli.option_file import FileLayout
from hyperbounty.cli.options import OptionField
from hyperbounty.cli.toml_values import literal, notation, quoted
from hyperbounty.cli.wording import command_line
from hyperbounty.money import COIN
from hyperbounty.next_steps import Action

_WIDTH: Final = 100
_OPTION: Final = re.compile(r"--([a-z][a-z-]*)")


@dataclass(frozen=True)
class Template:
    """What one kind of file has switched on.

    Attributes:
        about: what it makes, and what to change first.
        said: the values that are switched on, by key, as the parser makes them.
    """

    about: str
    said: Mapping[str, Any]


def file_to_fill_in(
    layout: FileLayout,
    template: Template,
    steps: Sequence[tuple[Action, str]],
    sections: Mapping[str, str],
    examples: Mapping[str, str] | None = None,
) -> str:
    """The text of a file in which each key stands once.

    Args:
        layout: of the file.
        template: what is switched on.
        steps: what to do with it, and what for.
        sections: a sentence on each.
        examples: of values that are switched off, by key, as a file has them; left out, those of their types.
    """
    lines = [*_comment(template.about), "#", *(f"#   {command_line(action):45}{what}" for action, what in steps)]
    for section, keys in layout.sections.items():
        lines += ["", *_comment(sections[section]), f"[{section}]"]
        for key, option in keys.items():
            lines += [*_comment(explained(option)), _line(key, option, template.said, examples or {})]
    return "\n".join(lines) + "\n"


def explained(option: OptionField, *, default: bool = True) -> str:
    """What a key says, and with `default` what holds without it, in the words of a file."""
    without = option.shown_default if default else ""
    said = f"{option.said.help or ''}{f' Left out: {without}.' if without else ''}"
    return _OPTION.sub(lambda found: found[1].replace("-", "_"), said)


def _line(key: str, option: OptionField, said: Mapping[str, Any], examples: Mapping[str, str]) -> str:
    if key in said:
        value = said[key]
        if isinstance(value, list):
            return f"{key} = [{', '.join(map(quoted, value))}]"
        return f"{key} = {quoted(value) if isinstance(value, str) else value}"
    if key in examples:
        return f"# {key} = {examples[key]}"
    # Switched on, a flag is to change something, and another key to say what it says anyway.
    if option.type is None or option.default in (MISSING, None, (), COIN):
        return f"# {key} = {notation(option).example.split(' or ')[0]}"
    return f"# {key} = {literal(option, option.default)}"


def _comment(text: str) -> list[str]:
    return [f"# {line}" for line in textwrap.wrap(text, _WIDTH, break_long_words=False, break_on_hyphens=False)]
