"""What a node tells of itself and of its chain: for people who want to know before money depends on it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from web3.types import RPCEndpoint

from hyperbounty.chain.failures import node_failures
from hyperbounty.chain.payments import NATIVE
from hyperbounty.chain.revert_data import one_line
from hyperbounty.errors import ChainError

if TYPE_CHECKING:
    from hyperbounty.chain.connection import Chain

_RANGES: Final = (50_000, 10_000, 5_000, 2_000, 1_000, 500, 100, 10, 1)


@dataclass(frozen=True)
class NodeFacts:
    """What a node says.

    Attributes:
        client: its name and version; empty where it does not tell.
        is_syncing: it does not have the chain's end yet.
        head: number of its latest block.
        head_time: of that block, in unix seconds.
        final: number of the latest block that the chain calls final; None where it calls none so.
        log_blocks: the most blocks, of those that were tried, over which it answers for events; 0 where it never does.
            A chain with fewer blocks is asked for all of them.
        log_refusal: what it said to more; empty where it said nothing.
    """

    client: str
    is_syncing: bool
    head: int
    head_time: int
    final: int | None
    log_blocks: int
    log_refusal: str


def inspect(chain: Chain, address: str = NATIVE) -> NodeFacts:
    """Ask the node of `chain` about itself.

    Args:
        chain: whose node is asked.
        address: whose events are asked for.

    Raises:
        ChainUnavailable: it does not answer, or no longer.

    >>> from hyperbounty.chain.connection import Chain
    >>> with Chain.embedded() as chain:
    ...     facts = inspect(chain)
    >>> facts.is_syncing, facts.head, facts.log_blocks
    (False, 0, 1)
    """
    head, time = chain.block_number(), chain.timestamp()
    blocks, refusal = _log_blocks(chain, address, head)
    return NodeFacts(
        client=str(_answer(chain, "web3_clientVersion", []) or ""),
        # false, or how far it is.
        is_syncing=bool(_answer(chain, "eth_syncing", [])),
        head=head,
        head_time=time,
        final=_final(chain),
        log_blocks=blocks,
        log_refusal=refusal,
    )


def _final(chain: Chain) -> int | None:
    found = _answer(chain, "eth_getBlockByNumber", ["finalized", False])
    number = found.get("number") if isinstance(found, Mapping) else None
    return int(number, 16) if isinstance(number, str) else None


def _log_blocks(chain: Chain, address: str, head: int) -> tuple[int, str]:
    said = ""
    for asked in _RANGES:
        first = max(0, head - asked + 1)
        question = {"address": address, "fromBlock": hex(first), "toBlock": hex(head)}
        try:
            answer = _ask(chain, "eth_getLogs", [question])
        except ChainError as error:
            # Some nodes close the connection on a question that is too much for them.
            said = error.what
            continue
        if isinstance(answer.get("result"), list):
            return head - first + 1, said
        said = _reason(answer)
    return 0, said


def _reason(answer: Mapping[str, Any]) -> str:
    error = answer.get("error")
    return one_line(str(error.get("message", error)) if isinstance(error, Mapping) else str(error))


def _answer(chain: Chain, method: str, parameters: list[Any]) -> Any:
    """What the node answers; None where it refuses the question."""
    return _ask(chain, method, parameters).get("result")


def _ask(chain: Chain, method: str, parameters: list[Any]) -> Mapping[str, Any]:
    """The answer as it comes: web3 would take for a fault of its own what a node leaves out."""
    with node_failures(chain.name):
        answer: Mapping[str, Any] = chain.w3.provider.make_request(RPCEndpoint(method), parameters)
        return answer
