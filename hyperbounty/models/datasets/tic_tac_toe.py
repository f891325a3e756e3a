"""Generated boards of tic-tac-toe: small, whole, and known to everybody."""

from __future__ import annotations

from hashlib import sha256
from typing import Final

from hyperbounty.models.datasets.dataset import DataSet

CROSS: Final = 1
NOUGHT: Final = -1
_LINES: Final = ((0, 1, 2), (3, 4, 5), (6, 7, 8), (0, 3, 6), (1, 4, 7), (2, 5, 8), (0, 4, 8), (2, 4, 6))


def tic_tac_toe() -> DataSet:
    """All 958 boards with which a game can end, in which the cross begins. Class 1: the cross has won, as in 626.

    A board has nine numbers, row by row: 1 for a cross, -1 for a nought, 0 for an empty place. They come in the order
    of a hash, which mixes the classes.

    >>> boards = tic_tac_toe()
    >>> len(boards), sum(boards.labels)
    (958, 626)
    """
    boards = sorted(_ends(), key=lambda board: sha256(repr(board).encode()).digest())
    return DataSet(
        name="tic-tac-toe",
        source="all boards with which a game of tic-tac-toe ends",
        classes=("not won by the cross", "won by the cross"),
        raws=tuple(boards),
        labels=tuple(int(_has_won(board, CROSS)) for board in boards),
    )


def _ends() -> set[tuple[int, ...]]:
    """The boards with which games end: those that can be are gone through move by move."""
    ends: set[tuple[int, ...]] = set()
    boards: set[tuple[int, ...]] = {(0,) * 9}
    turn = CROSS
    while boards:
        ended = {board for board in boards if _has_won(board, -turn) or all(board)}
        ends |= ended
        boards = {
            (*board[:place], turn, *board[place + 1 :])
            for board in boards - ended
            for place, value in enumerate(board)
            if not value
        }
        turn = -turn
    return ends


def _has_won(board: tuple[int, ...], who: int) -> bool:
    return any(all(board[place] == who for place in line) for line in _LINES)
