"""What holds after somebody interrupted a command: each command says what is true of it, and no more."""

from __future__ import annotations

from typing import Final

UNCHANGED: Final = "nothing was changed"
"""Of a command that only looks."""

SENT: Final = "what was sent counts; the same command goes on, and sends nothing twice"
"""Of a command that sends transactions: the journal knows each of them."""

ANEW: Final = "nothing of it is kept, and the same command begins anew"
"""Of a command whose work is lost where it is not done."""

WHOLE: Final = "what it writes is there whole or not at all; the same command begins anew"
"""Of a command that writes files of its own."""

CONTENT: Final = "content that was stored already stays, and the same command goes on with the rest"
"""Of a command that fills or empties a store."""

BROUGHT_BACK: Final = "what was brought back stays, and the same command goes on with the rest"
"""Of a command that fills a folder with what was lost."""

TRAININGS: Final = "trainings that were done are kept, and the same command trains the others"
"""Of a command that trains for the queue."""

WATCHED: Final = (
    "the watch has ended, and nothing is lost: what was sent counts; the same command goes on from what the chain shows"
)
"""Of a command that watches."""

TRIALS: Final = "all trials and trainings that were done are kept, and the same command goes on with the search"
"""Of a search."""

ASKED: Final = "nothing was sent"
"""Of any command that was interrupted at a question."""


class CommandInterrupted(Exception):
    """A command was interrupted.

    Attributes:
        promise: what holds now.
    """

    def __init__(self, promise: str) -> None:
        super().__init__(promise)
        self.promise = promise
