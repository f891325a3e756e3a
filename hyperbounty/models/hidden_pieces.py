"""The file in which a provider keeps the hidden pieces of a market until they are revealed.

Whoever reads it knows the hidden samples, and whoever loses it loses bounty and bond. So it is written before the
market is opened, for its owner's eyes alone, and never over another one. It is JSON: `format` 1, and `pieces`, in
order, each in hex as it is revealed.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path
from typing import Final

from hyperbounty.errors import InvalidInput
from hyperbounty.files import create_atomic
from hyperbounty.models.market import MOST_PIECES
from hyperbounty.models.pieces import MOST_FEATURES, Piece

_FORMAT: Final = 1
_MOST_BYTES: Final = MOST_PIECES * (2 * 32 * (MOST_FEATURES + 2) + 100) + 1_000


class HiddenPiecesError(InvalidInput):
    """A file of hidden pieces that cannot be read or written."""

    error_code = "hidden-pieces"


def write_pieces(path: Path, pieces: Sequence[Piece]) -> None:
    """Write a new file that only its owner can read.

    Args:
        path: where; nothing may be there.
        pieces: of one market, in order.

    Raises:
        HiddenPiecesError: there is a file, or none can be written there.
    """
    content = json.dumps({"format": _FORMAT, "pieces": [piece.to_bytes().hex() for piece in pieces]}, indent=1)
    try:
        create_atomic(path, content.encode("ascii") + b"\n", mode=0o600)
    except FileExistsError:
        raise HiddenPiecesError(
            f"{path} is there already, and may hold the pieces of another market", "choose another file"
        ) from None
    except OSError as error:
        raise HiddenPiecesError(f"cannot write {path}: {error.strerror}", "choose another file") from error


def read_pieces(path: Path) -> tuple[Piece, ...]:
    """The pieces of a market, in order.

    Raises:
        HiddenPiecesError: the file cannot be read, or is none of hidden pieces. What it holds is in no message.
    """
    try:
        with path.open("rb") as file:
            content = file.read(_MOST_BYTES + 1)
    except OSError as error:
        raise HiddenPiecesError(
            f"cannot read {path}: {error.strerror}", "name the file of the hidden pieces"
        ) from error
    try:
        if len(content) > _MOST_BYTES:
            raise ValueError
        document = json.loads(content)
        if document["format"] != _FORMAT or not 1 <= len(document["pieces"]) <= MOST_PIECES:
            raise ValueError
        pieces = tuple(Piece.from_bytes(bytes.fromhex(piece)) for piece in document["pieces"])
        if len({len(piece.columns) for piece in pieces}) != 1 or len(pieces[0].columns) > MOST_FEATURES:
            raise ValueError
    except (ValueError, TypeError, KeyError, RecursionError, InvalidInput):
        # Not the cause, which may quote what is hidden.
        raise HiddenPiecesError(
            f"{path} is no file of hidden pieces", "name the file that was written before the market was opened"
        ) from None
    return pieces
