"""From the chain into the database, a step at a time: the history in ranges, the tip block by block.

The history ends where blocks do not change any more: at what the chain calls final, and at least `depth` blocks below
the latest. Above that each block is asked for by its hash. Where a block does not stand on the one that is kept, the
index goes back to the last block that both chains have.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Final

from hyperbounty.chain.headers import Header
from hyperbounty.next_steps import Action, NextStep
from hyperbounty.web.index.errors import IndexStopped
from hyperbounty.web.index.events import IndexedContract
from hyperbounty.web.index.keeping import Keeper
from hyperbounty.web.index.source import Source
from hyperbounty.web.index.state import State, Status

DEPTH: Final = 64
"""So far below the latest block the history ends at least: two epochs of Ethereum."""

REORG_DEPTH: Final = 256
"""The deepest reorganization that is followed."""

_COMPARED_AT_ONCE: Final = 32

_log = logging.getLogger(__name__)


@dataclass(frozen=True)
class Depths:
    """How far back blocks may change.

    Attributes:
        history: it ends so many blocks below the latest one, or at what the chain calls final if that is lower.
        reorganization: the deepest one that is followed; where a deeper one comes, the index stops.
    """

    history: int = DEPTH
    reorganization: int = REORG_DEPTH


class Reader:
    """Brings one index up to the chain's end, step by step.

    Args:
        source: of blocks and logs.
        keeper: of the index.
        locate: finds the contracts to read on the chain as it is; asked again where that began anew.
        depths: how far back blocks may change.
        is_stopped: whether to leave a long history where it is.
    """

    def __init__(
        self,
        source: Source,
        keeper: Keeper,
        locate: Callable[[], Sequence[IndexedContract]],
        depths: Depths,
        is_stopped: Callable[[], bool] = lambda: False,
    ) -> None:
        self._source = source
        self._keeper = keeper
        self._locate = locate
        self._depths = depths
        self._is_stopped = is_stopped
        self._is_ready = False

    def begin(self) -> None:
        """Own the index; begin anew where the chain has.

        Raises:
            IndexStopped: the index is of another chain.
            InvalidInput, ChainError: a contract cannot be found.
        """
        chain_id, genesis = self._source.chain.chain_id, self._source.genesis()
        state = self._keeper.begin(chain_id, genesis)
        if state.chain_id != chain_id:
            raise IndexStopped(
                f"{self._keeper.database} is the index of chain {state.chain_id}, and the node is of chain {chain_id}",
                "name another database, or a node of that chain",
            )
        if self._is_another_chain(state):
            self._begin_anew()
        self._find_contracts()

    def restart(self) -> None:
        """Drop what was read of the chain; the next step begins with its first block."""
        self._is_ready = False
        self._keeper.forget(self._source.genesis())

    def step(self) -> bool:
        """Read one piece more; whether there may be another one to read at once.

        Raises:
            ChainError: the node does not answer, or not as it must; a later step may succeed.
            IndexStopped: it cannot go on.
        """
        if not self._is_ready:
            self._find_contracts()
        head = self._source.head()
        state = self._keeper.state()
        if state.block is not None and not self._stands(state, head):
            return self._reorganized(state, head)
        # A contract that is new here; or all of them, after an absence.
        is_late = state.block is None or min(self._keeper.through().values()) < state.block
        if is_late or head.number - (state.block or 0) > 2 * self._depths.history:
            target = self._target(head)
            if is_late or (state.block or 0) < target - self._depths.history:
                self._read_history(state, head, target)
                return True
        return self._follow(state, head)

    # ------------------------------------------------------------------------------------------------- history

    def _target(self, head: Header) -> int:
        final = self._source.final()
        below = max(0, head.number - self._depths.history)
        return below if final is None else min(below, final)

    def _read_history(self, state: State, head: Header, target: int) -> None:
        """Read every contract's logs up to block `target`, and fold them."""
        self._keeper.say(Status.READING, head=head.number, target=target)
        if state.block is not None and state.block > target:
            # A contract is new here, and its history must not end in blocks that may change.
            self._keeper.roll_back(self._source.header(target), is_reorganized=False)
        contracts = self._keeper.contracts
        while True:
            through = self._keeper.through()
            start = min(through.values())
            if start >= target:
                break
            group = [number for number, block in through.items() if block == start]
            end = min([target, *(block for block in through.values() if block > start)])
            parts = self._source.history([contracts[number] for number in group], start + 1, end)
            for first, last, logs in parts:
                self._keeper.add_history(group, first, last, logs)
                if self._is_stopped():
                    return
        first_block = self._source.header(min(contract.from_block for contract in contracts.values()))
        self._keeper.arrive(self._source.header(target), first_block)

    # ------------------------------------------------------------------------------------------------- tip

    def _follow(self, state: State, head: Header) -> bool:
        assert state.block is not None
        assert state.block_hash is not None
        if head.number == state.block:
            self._keeper.say(Status.FOLLOWING, head=head.number)
            return False
        headers = self._source.headers(state.block + 1, head.number)
        if not headers or headers[0].parent_hash != state.block_hash:
            # It changed since the head was asked for; the next step finds out.
            return False
        self._keeper.add_blocks(headers, self._source.logs_of(headers))
        self._keeper.say(Status.FOLLOWING, head=head.number)
        return headers[-1].number < head.number

    def _stands(self, state: State, head: Header) -> bool:
        """Whether the block that the tables speak of is on the chain of `head`."""
        if head.number == state.block:
            return head.hash == state.block_hash
        if state.block is None or head.number < state.block:
            return False
        if head.number == state.block + 1:
            return head.parent_hash == state.block_hash
        return self._source.find([state.block])[0][1] == state.block_hash

    def _reorganized(self, state: State, head: Header) -> bool:
        """Go back to where the kept chain and the node's part; whether there is more to read at once."""
        if self._is_another_chain(state):
            self._begin_anew()
            return True
        blocks = self._keeper.blocks()
        ancestor, is_parted = self._ancestor(blocks)
        if not is_parted and not self._may_shrink():
            name = self._source.chain.name
            self._keeper.say(Status.WAITING, f"{name} is behind: its latest block is {head.number}", head=head.number)
            return False
        if ancestor is None or (state.block or 0) - ancestor > self._depths.reorganization:
            if self._may_shrink():
                self._begin_anew()
                return True
            raise IndexStopped(
                f"the chain was reorganized deeper than {self._depths.reorganization} blocks below block {state.block}",
                NextStep(
                    "see whether the node is of the right chain, then read it anew with {}", Action("index.rebuild")
                ),
            )
        _log.warning("blocks after %d were reorganized: going back from block %s", ancestor, state.block)
        found = self._source.header(ancestor)
        if found.hash == dict(blocks)[ancestor]:
            self._keeper.roll_back(found)
        return True

    def _ancestor(self, blocks: Sequence[tuple[int, bytes]]) -> tuple[int | None, bool]:
        """The number of the last kept block that the node has too, and whether it has other ones after that."""
        is_parted = False
        for start in range(0, len(blocks), _COMPARED_AT_ONCE):
            part = blocks[start : start + _COMPARED_AT_ONCE]
            shown = dict(self._source.find([number for number, _ in part]))
            for number, block_hash in part:
                if shown[number] == block_hash:
                    return number, is_parted
                is_parted = is_parted or shown[number] is not None
        return None, is_parted

    # ------------------------------------------------------------------------------------------------- another chain

    def _is_another_chain(self, state: State) -> bool:
        """Whether the chain began anew since the index was begun."""
        genesis = self._source.genesis()
        if genesis is not None and state.genesis is not None and genesis != state.genesis:
            return True
        if state.first_block is None or not self._may_shrink():
            return False
        # A development chain may begin with the same block each time.
        return self._source.find([state.first_block])[0][1] != state.first_hash

    def _may_shrink(self) -> bool:
        """Whether blocks may be taken back with none in their place, as on a development chain."""
        return self._source.chain.is_development

    def _begin_anew(self) -> None:
        _log.warning("%s began anew, and so does the index", self._source.chain.name)
        self.restart()

    def _find_contracts(self) -> None:
        self._keeper.register(self._locate())
        self._source.watch(list(self._keeper.contracts.values()))
        block = self._keeper.state().block
        if block is not None and min(self._keeper.through().values()) >= block:
            # Where a fold has changed; what an interrupted history has touched is folded at its end.
            self._keeper.fold()
        self._is_ready = True
