"""The tables of all families held against the views of their contracts, at the block that the tables speak of."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from sqlalchemy import Connection, func, select

from hyperbounty.database import Database
from hyperbounty.errors import InvalidInput
from hyperbounty.next_steps import Action, NextStep, Parameter
from hyperbounty.web.index.errors import NodeContradictsItself
from hyperbounty.web.index.family import Difference, Family
from hyperbounty.web.index.keeping import read_all
from hyperbounty.web.index.state import State, read_state
from hyperbounty.web.index.tables import CONTRACTS, TOUCHED

if TYPE_CHECKING:
    from hyperbounty.chain.connection import Chain


@dataclass(frozen=True)
class Checked:
    """What a comparison came to.

    Attributes:
        state: of the index at that moment.
        differences: each with the address of its contract.
    """

    state: State
    differences: tuple[tuple[str, Difference], ...]


def check(database: Database, chain: Chain, families: Sequence[Family]) -> Checked:
    """Compare; the process of the index may go on meanwhile.

    Raises:
        InvalidInput: there is no index, or its history is not read yet.
        NodeContradictsItself: the node has another block there: it is of another chain, or the index lags behind a
            reorganization.
        ChainError: the node does not answer, or no longer keeps the state at this block.
    """
    known = {family.NAME: family for family in families}

    def compare(rows: Connection) -> Checked:
        state = read_state(rows)
        if state is None or state.block is None or rows.execute(select(func.count()).select_from(TOUCHED)).scalar_one():
            raise InvalidInput(
                f"the index in {database} has not read the history yet",
                NextStep("read it with {}", Action("index.run", (Parameter("once"),))),
            )
        if chain.header(state.block).hash != state.block_hash:
            raise NodeContradictsItself(
                f"{chain.name} has another block {state.block} than the index",
                NextStep("let {} catch up, or check {}", Action("index.run"), Parameter("rpc")),
            )
        found: list[tuple[str, Difference]] = []
        for number, name, address in rows.execute(select(CONTRACTS.c.id, CONTRACTS.c.family, CONTRACTS.c.address)):
            family = known.get(name)
            if family is None:
                continue
            client = family.client(chain, address)
            found += [(address, each) for each in family.differences(client, number, rows, state.block)]
        return Checked(state, tuple(found))

    return read_all(database, compare)
