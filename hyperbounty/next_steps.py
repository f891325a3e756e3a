"""What to do next about an error, in a form that the command line and a web page can each put into their own words.

A next step is a sentence. Where it speaks of a value that somebody can choose, or of something that somebody can do, it
holds a `Parameter` or an `Action`. The command line words them as an option and a command (`hyperbounty.cli.wording`),
a page as a field and a link. Whoever knows neither has plain words, because a `NextStep` is a text too.

>>> step = NextStep("start {}, or pass another node as {}", Action("devnet"), Parameter("rpc"))
>>> print(step)
start “devnet”, or pass another node as rpc
>>> step.worded(lambda part: f"<{part.name}>")
'start <devnet>, or pass another node as <rpc>'
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Self


@dataclass(frozen=True)
class Parameter:
    """A value that somebody can choose: an option of a command, a setting of the configuration, a field of a page.

    Attributes:
        name: in lower case, words joined by underscores, such as `password_file`.
        value: what to give; empty where the sentence leaves it open.

    >>> str(Parameter("password_file", "FILE"))
    'password file FILE'
    """

    name: str
    value: str = ""

    def __str__(self) -> str:
        name = self.name.replace("_", " ")
        return f"{name} {self.value}" if self.value else name


@dataclass(frozen=True)
class Action:
    """Something that somebody can do: a command, or a button of a page.

    Attributes:
        name: group and action with a point between, such as `organizer.publish-key`; without a group the action alone.
        arguments: what it is done with, in order, such as the number of a contest.

    >>> str(Action("organizer.publish-key", (3,)))
    '“organizer publish-key 3”'
    """

    name: str
    arguments: tuple[str | int | Parameter, ...] = ()

    def __str__(self) -> str:
        words = (*self.name.split("."), *map(str, self.arguments))
        return f"“{' '.join(words)}”"


class NextStep(str):
    """One next step, as an imperative without a full stop.

    Args:
        text: the sentence, with `{}` where a part stands.
        parts: what stands there, in order: parameters, actions, and texts such as a name that the user chose.

    As a text it holds the plain words. Whoever puts it into another text gets those; `worded` knows the parts.

    >>> NextStep("use {}", Parameter("account", "ada")) == "use account ada"
    True
    """

    text: str
    parts: tuple[str | Parameter | Action, ...]

    def __new__(cls, text: str, *parts: str | Parameter | Action) -> Self:
        """Make the plain words of `text` and `parts`."""
        made = super().__new__(cls, text.format(*parts))
        made.text = text
        made.parts = parts
        return made

    def __getnewargs__(self) -> tuple[Any, ...]:
        return (self.text, *self.parts)

    def worded(self, word: Callable[[Parameter | Action], str]) -> str:
        """The sentence with each parameter and each action as `word` calls it."""
        return self.text.format(*(part if isinstance(part, str) else word(part) for part in self.parts))
