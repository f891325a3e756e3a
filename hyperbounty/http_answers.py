"""What a server says by HTTP: a body no longer than is expected, and how long to wait before asking again.

Nodes, stores and price services are read with this. What each of them makes of an answer is its own business.
"""

from __future__ import annotations

import time
from collections.abc import Iterable, Iterator
from datetime import UTC
from email.utils import parsedate_to_datetime
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    import requests

BUSY: Final = (408, 425, 429, 502, 503, 504)
"""Statuses that ask for patience: too early, too many requests, or a server behind the one that answers is away."""

REFUSED: Final = (401, 403, 407)
"""Statuses that refuse access: without credentials, or with those that were given."""

# Small, since few bytes may unfold to many.
_PIECE_BYTES: Final = 16 * 1024
_LONG_PIECE_BYTES: Final = 256 * 1024


class AnswerTooLong(Exception):
    """A body goes on beyond what can be meant.

    Attributes:
        most_bytes: the limit that it passed.
    """

    def __init__(self, most_bytes: int) -> None:
        super().__init__(f"more than {most_bytes:,} bytes")
        self.most_bytes = most_bytes


def read_body(pieces: Iterable[bytes], most_bytes: int) -> bytes:
    """All `pieces` together: `unpacked(answer)` or `arriving(answer, until)`.

    Raises:
        AnswerTooLong: they come to more than `most_bytes`.

    >>> read_body([b"ab", b"c"], 3)
    b'abc'
    >>> read_body([b"ab", b"cd"], 3)
    Traceback (most recent call last):
        ...
    hyperbounty.http_answers.AnswerTooLong: more than 3 bytes
    """
    body = bytearray()
    for piece in pieces:
        body += piece
        if len(body) > most_bytes:
            raise AnswerTooLong(most_bytes)
    return bytes(body)


def unpacked(answer: requests.Response) -> Iterator[bytes]:
    """The body of `answer` in pieces, without the compression that it travelled in."""
    yield from answer.iter_content(_PIECE_BYTES)


def arriving(answer: requests.Response, until: float) -> Iterator[bytes]:
    """The body of `answer` in pieces as they come, as it travels.

    Args:
        answer: opened with `stream=True`.
        until: when all of it must be there, by `time.monotonic`.

    Raises:
        TimeoutError: it was not, also where a byte comes now and then.
    """
    # `read1` gives what has arrived. A read of fixed size would wait for all of it, and the socket's own time limit
    # starts anew with every byte.
    while piece := answer.raw.read1(_LONG_PIECE_BYTES):
        yield piece
        if time.monotonic() > until:
            raise TimeoutError


def retry_after_s(header: str, now: float) -> float:
    """Seconds that a Retry-After header asks to wait; 0 where it says nothing that can be read.

    https://www.rfc-editor.org/rfc/rfc9110#name-retry-after: a number of seconds, or a date.

    Args:
        header: its value; empty where there is none.
        now: unix seconds, for a date.

    >>> retry_after_s("120", 0.0), retry_after_s("Thu, 01 Jan 1970 00:01:00 GMT", 50.0), retry_after_s("soon", 0.0)
    (120.0, 10.0, 0.0)
    """
    said = header.strip()
    if said.isascii() and said.isdigit():
        return float(said)
    try:
        moment = parsedate_to_datetime(said)
        return max((moment if moment.tzinfo else moment.replace(tzinfo=UTC)).timestamp() - now, 0.0)
    except (ValueError, TypeError, OverflowError):
        return 0.0
