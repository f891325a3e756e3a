"""Who plays in the contest of `up`: the public accounts of a development chain, and what each of them enters."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from hyperbounty.spec.spec import Spec

ORGANIZER: Final = "devnet-0"
EVALUATOR: Final = "devnet-1"
MEMBER: Final = "devnet-5"
"""The one member of the panel."""


@dataclass(frozen=True)
class Participant:
    """One who enters.

    Attributes:
        name: for people.
        account: as commands take it.
        spec: that it enters.
    """

    name: str
    account: str
    spec: Spec

    @property
    def word(self) -> str:
        """Its spec as commands take it."""
        return f"0x{self.spec.word.hex()}"


PARTICIPANTS: Final = (
    Participant(
        "Ada", "devnet-2", Spec(cell="GRU", recurrent_units=(16,), learning_rate=0.004, batch_size=128, epochs=14)
    ),
    Participant(
        "Ben", "devnet-3", Spec(cell="LSTM", recurrent_units=(16,), learning_rate=0.004, batch_size=128, epochs=10)
    ),
    Participant(
        "Cem",
        "devnet-4",
        Spec(cell="SimpleRNN", recurrent_units=(8,), optimizer="sgd", learning_rate=0.001, batch_size=128, epochs=3),
    ),
)
"""Two that may win, and one that has hardly trained."""

CHALLENGER: Final = PARTICIPANTS[2]
"""Who does not believe the scores of the play."""

RIVAL: Final = PARTICIPANTS[1]
"""Who enters the contest that is left open, once a visitor has."""

GUEST: Final = "devnet-9"
"""Nobody of the cast: for who looks on and wants to enter."""
