"""What a node means by an error: nodes and providers agree neither on codes nor on words, nor on the HTTP status.

Read from the error object, whatever the status it came with. The words are those of Geth, Reth, Erigon, Nethermind,
Besu, Anvil, Arbitrum's and Avalanche's nodes, and of Infura, Alchemy, QuickNode, Ankr, dRPC and public gateways.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from enum import Enum, auto
from typing import Any, Final

from hyperbounty.chain.revert_data import one_line, revert_data
from hyperbounty.patience import Interrupted


class Meaning(Enum):
    """What is to be done about an error.

    BUSY: too much was asked in too short a time: wait.
    BEHIND: the node, or the one of several that answered, does not have the block yet: wait.
    FEWER_BLOCKS: the question is about more blocks than this node takes at once: ask about fewer.
    LESS: its answer would be too long, or takes too long: ask about fewer blocks this time.
    NO_ACCESS: without a key, with a wrong one, or not in this plan.
    NO_METHOD: the node does not offer the method.
    PRUNED: the node does not keep what is so old.
    REVERTED: a contract refused.
    OTHER: anything else.
    """

    BUSY = auto()
    BEHIND = auto()
    FEWER_BLOCKS = auto()
    LESS = auto()
    NO_ACCESS = auto()
    NO_METHOD = auto()
    PRUNED = auto()
    REVERTED = auto()
    OTHER = auto()


@dataclass(frozen=True)
class NodeError:
    """An error object of JSON-RPC.

    Attributes:
        code: usually an integer.
        message: in one line.
        data: that came with it, as JSON has it.
        status: of HTTP.
    """

    code: object
    message: str
    data: object = None
    status: int = 200

    @classmethod
    def of(cls, response: object, status: int = 200) -> NodeError | None:
        """The error of a response; None where it has none.

        >>> NodeError.of({"id": 1, "error": {"code": -32005, "message": "limit exceeded"}}).meaning.name
        'BUSY'
        """
        error = response.get("error") if isinstance(response, Mapping) else None
        if error is None:
            return None
        if not isinstance(error, Mapping):
            return cls(None, one_line(error), status=status)
        return cls(error.get("code"), one_line(error.get("message") or ""), error.get("data"), status)

    @property
    def meaning(self) -> Meaning:
        """What is to be done about it.

        >>> NodeError(-32602, "block range extends beyond current head block").meaning.name
        'BEHIND'
        >>> NodeError(-32614, "eth_getLogs is limited to a 10,000 range", status=413).meaning.name
        'FEWER_BLOCKS'
        """
        low = self.message.lower()
        # A contract that reverts may say anything.
        if self.code == _REVERT_CODE or "revert" in low or revert_data(self.data):
            return Meaning.REVERTED
        for meaning, signs in _WORDS:
            if signs.search(low):
                return meaning
        if self.status in _NO_ACCESS_STATUS:
            return Meaning.NO_ACCESS
        if self.code in _BUSY_CODES or self.status == _TOO_MANY_REQUESTS:
            return Meaning.BUSY
        if self.code == _METHOD_NOT_FOUND:
            return Meaning.NO_METHOD
        return Meaning.LESS if self.status == _TOO_LARGE else Meaning.OTHER

    @property
    def is_any_limit(self) -> bool:
        """Whether it speaks of a limit, and not of which.

        >>> NodeError(-32005, "limit exceeded").is_any_limit, NodeError(-32005, "rate limit exceeded").is_any_limit
        (True, False)
        """
        low = self.message.lower()
        return self.code == _ANY_LIMIT and not any(signs.search(low) for _, signs in _WORDS)

    @property
    def pause_seconds(self) -> float:
        """How long the error asks to wait; 0 where it does not say.

        >>> NodeError(-32090, "Too many requests, reason: call rate limit exhausted, retry in 10s").pause_seconds
        10.0
        """
        rate = self.data.get("rate") if isinstance(self.data, Mapping) else None
        said = rate.get("backoff_seconds") if isinstance(rate, Mapping) else None
        if isinstance(said, int | float) and said > 0:
            return float(said)
        found = _WAIT.search(self.message)
        return float(found["count"]) * _SECONDS[found["unit"].lower()[:2]] if found else 0.0

    def blocks(self, first: int, last: int) -> int | None:
        """About how many blocks the node says it can be asked at once; None where it does not say.

        Args:
            first, last: of the question that it refused.

        >>> NodeError(-32602, "range 49999 exceeds limit of 10000").blocks(1, 50_000)
        10000
        >>> NodeError(-32602, "this block range should work: [0x64, 0x6d]").blocks(100, 50_000)
        10
        >>> NodeError(-32005, "query returned more than 10000 results").blocks(0, 50_000) is None
        True
        """
        asked = last - first + 1
        suggested = _SUGGESTED.search(self.message)
        if suggested:
            base = 16 if suggested["low"].lower().startswith("0x") else 10
            low, high = int(suggested["low"], base), int(suggested["high"], base)
            if low == first and 0 < high - low + 1 < asked:
                return high - low + 1
        if self.meaning is not Meaning.FEWER_BLOCKS:
            return None
        text = _NO_LIMIT.sub(" ", self.message)
        known = {first, last, asked, asked - 1, asked + 1}
        found = [int(n.replace(",", "")) * _MULTIPLES[unit.lower()] for n, unit in _NUMBER.findall(text)]
        named = [number for number in found if 0 < number < asked and number not in known]
        return max(named, default=None)


PASSING: Final = (Meaning.BUSY, Meaning.BEHIND)
"""What is waited out, as an outage is."""


def passing(error: NodeError, node: str, pause_seconds: float = 0.0) -> Interrupted:
    """One of `PASSING`, as what patience waits out.

    Args:
        error: of the node.
        node: how it is named in messages.
        pause_seconds: that it asks to wait outside the error.
    """
    what = "is limiting requests" if error.meaning is Meaning.BUSY else "does not have the block yet"
    return Interrupted(f"{node} {what}: {error.message[:_SHOWN]}", max(pause_seconds, error.pause_seconds))


def error_of(error: Exception) -> NodeError:
    """The error object that an exception of web3 carries."""
    response: Any = getattr(error, "rpc_response", None)
    return NodeError.of(response) or NodeError(None, one_line(error))


_SHOWN: Final = 200
_REVERT_CODE: Final = 3
_METHOD_NOT_FOUND: Final = -32601
_TOO_MANY_REQUESTS: Final = 429
_TOO_LARGE: Final = 413
_NO_ACCESS_STATUS: Final = (401, 403, 407)
# EIP-1474 has -32005 for any limit; the others are providers' own.
_ANY_LIMIT: Final = -32005
_BUSY_CODES: Final = (429, _ANY_LIMIT, -32007, -32008, -32029, -32090, -32097)

# In this order: a sentence about the head speaks of a range too, and one about requests of a limit.
_WORDS: Final = (
    (
        Meaning.BEHIND,
        re.compile(
            r"header (for hash )?not found|unknown block|blockoutofrange|beyond (the )?(current |chain )?head"
            r"|\bblocks?\b.{0,80}(not|n't) (be |yet )?(found|exist|known)"
            r"|could ?n[o']t find (the )?block|after last accepted block|unfinalized"
            r"|(future|unavailable) block|request(ed)? (a )?(future|unknown)|invalid block range params"
            r"|(ahead of|higher than|greater than|newer than) (the )?(current |latest |chain )?(head|latest|block)"
            r"|height .* in the future|not (yet )?(available|synced|processed).* (yet|head)|beyond head"
        ),
    ),
    (
        Meaning.BUSY,
        re.compile(
            r"rate.?limit|request.?rate|rate exceeded|too many (requests|connections)|per (second|minute|day)"
            r"|/(second|sec|s|minute|min) |request (limit|count)|requests? limit|compute units|throughput|capacity"
            r"|throttl|quota|concurren|slow down|try again later"
        ),
    ),
    (
        Meaning.NO_ACCESS,
        re.compile(
            r"unauthori[sz]ed|not authori[sz]ed|must be authenticated|authentication|api.?key|forbidden|access denied"
            r"|personal token|project id|not whitelisted|permission denied"
        ),
    ),
    (Meaning.LESS, re.compile(r"(than|max(imum)?|over|many) ?(of )?\d*[\d,]*k? ?(results|logs|events|entries)")),
    (
        Meaning.LESS,
        re.compile(r"logs matched|result (set|window)|(response|result|payload|body)( \w+)? (size|too|is too|exce)"),
    ),
    (Meaning.LESS, re.compile(r"timed? ?out|deadline exceeded|took too long")),
    (
        Meaning.FEWER_BLOCKS,
        re.compile(
            r"ranges?\b.*(exceed|limit|large|wide|high|big|long|max|over|up to|should work|support|allow)"
            r"|(exceed|limit|large|wide|high|big|long|max|over|up to|reduce|narrow|small).*\brange"
            r"|(many|max|maximum|than \d[\d,]*k?|most \d[\d,]*k?|limit\w*( of| to| is)?:? \d[\d,]*k?) blocks?\b"
        ),
    ),
    (
        Meaning.NO_METHOD,
        re.compile(
            r"unsupported method|method.*(not (found|support|available|allowed)|n[o']t exist|unknown|disabled|blocked)"
        ),
    ),
    (
        Meaning.PRUNED,
        re.compile(
            r"missing trie node|pruned|historical (state|data)|archive|proof window|lowest height"
            r"|state (is )?(not available|unavailable|already discarded)|history (is )?(not available|unavailable)"
        ),
    ),
)
_WAIT: Final = re.compile(
    r"(?:retry|again|wait|back ?off)\D{0,24}?(?P<count>\d+(?:\.\d+)?) ?(?P<unit>ms|milli\w*|s|sec\w*|m|min\w*)\b",
    re.IGNORECASE,
)
_SECONDS: Final = {"ms": 0.001, "mi": 60.0, "s": 1.0, "se": 1.0, "m": 60.0}
_SUGGESTED: Final = re.compile(
    r"\brange\b.*?(?P<low>0x[0-9a-f]+|\d+)(?:, ?| ?- ?)(?P<high>0x[0-9a-f]+|\d+)", re.IGNORECASE
)
# Addresses, codes and numbers of results, which are no numbers of blocks.
_NO_LIMIT: Final = re.compile(
    r"https?://\S+|0x[0-9a-f]+|-?\b32\d{3}\b|\d[\d,]*k? ?(?:results|logs|events|entries|[km]?b|bytes|seconds|s)\b",
    re.IGNORECASE,
)
_NUMBER: Final = re.compile(r"(?<![\w.])(\d[\d,]*)\s?([km]?)\b(?!\.\d)", re.IGNORECASE)
_MULTIPLES: Final = {"": 1, "k": 1_000, "m": 1_000_000}
