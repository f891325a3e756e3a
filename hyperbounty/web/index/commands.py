"""`hyperbounty index`: keep an index of what happened on the chain, compare it, make it anew."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from typing import TYPE_CHECKING, Any, Final

import click

from hyperbounty.cli import interruption
from hyperbounty.cli.command import command
from hyperbounty.cli.exit_codes import ExitCode
from hyperbounty.cli.help import HelpfulGroup, grouped
from hyperbounty.cli.output import Result, note
from hyperbounty.cli.progress import progress
from hyperbounty.cli.session import Session
from hyperbounty.cli.wording import worded
from hyperbounty.format import count_of, moment
from hyperbounty.next_steps import Action, NextStep
from hyperbounty.termination import signalled
from hyperbounty.web.index.place import DATABASE, index_place

if TYPE_CHECKING:
    from hyperbounty.chain.client import ContractClient
    from hyperbounty.chain.connection import Chain
    from hyperbounty.web.index.process import IndexProcess
    from hyperbounty.web.index.state import State

# Whoever keeps an index asks again by itself, and says meanwhile what it waits for.
_OUTAGE_SECONDS: Final = 5.0
_MOST_SHOWN: Final = 50

_READING: Final = (
    DATABASE,
    grouped(
        "Index",
        "--depth",
        type=click.IntRange(0),
        default=64,
        show_default=True,
        help="The history ends so many blocks below the latest one, or at the last final one if that is lower.",
    ),
    grouped(
        "Index",
        "--reorg-depth",
        type=click.IntRange(1),
        default=256,
        show_default=True,
        help="The deepest reorganization to follow; at a deeper one the index stops.",
    ),
    grouped(
        "Index",
        "--from-block",
        type=click.IntRange(0),
        show_default="where the contract was deployed",
        help="The first block to read.",
    ),
)


@click.group("index", cls=HelpfulGroup)
def index() -> None:
    """Keep an index of all contests of a chain, for pages and programs."""


def _reading(function: Callable[..., Any]) -> Callable[..., Any]:
    for option in reversed(_READING):
        function = option(function)
    return function


@click.option("--once", is_flag=True, help="Read to the chain's end, ask for documents once, and end.")
@_reading
def _run(session: Session, once: bool, **options: Any) -> Result:
    """Read what happened on the chain into the index, and follow it until interrupted.

    A killed process loses nothing: the next one goes on where it was. One process keeps an index.
    """
    stopped = threading.Event()
    with signalled(stopped), _process(session, stopped, **options) as process, process.opened():
        if once:
            with progress("reading the chain", is_long=True):
                process.catch_up()
        else:
            note(f"keeping the index in {process.keeper.database}; Ctrl-C stops it")
            process.run(_Teller())
        return _shown(process)


@DATABASE
def _check(session: Session, database: str | None) -> Result:
    """Compare every contest in the index with what its contract says, at the block of the index."""
    from hyperbounty.web.index.checking import check
    from hyperbounty.web.index.family import families
    from hyperbounty.web.index.process import open_index

    known = families()
    with open_index(index_place(session, database), known) as opened, progress("asking the contract", is_long=True):
        checked = check(opened, session.chain, known)
        where = str(opened)
    block, count = checked.state.block, len(checked.differences)
    shown = [
        {
            "contract": address,
            "subject": each.subject,
            "what": each.what,
            "index_says": each.index,
            "chain_says": each.chain,
        }
        for address, each in checked.differences
    ]
    lines = [f"{count or 'No'} difference{'' if count == 1 else 's'} between index and contract at block {block}."]
    after = [f"{count - _MOST_SHOWN} more: --json has all."] if count > _MOST_SHOWN else []
    if count:
        after.append(f"Next: {worded(NextStep('make it anew with {}', Action('index.rebuild')))}.")
    return Result(
        {"database": where, "chain_id": checked.state.chain_id, "block": block, "differences": shown},
        lines,
        ("subject", "what", "index", "contract") if count else (),
        [(e["subject"], e["what"], e["index_says"], e["chain_says"]) for e in shown[:_MOST_SHOWN]],
        after,
        ExitCode.DIFFERS if count else ExitCode.DONE,
    )


@_reading
def _rebuild(session: Session, **options: Any) -> Result:
    """Drop what was read of the chain, and read it anew; documents that were fetched stay."""
    with _process(session, threading.Event(), **options) as process, process.opened():
        with progress("reading the chain anew", is_long=True):
            process.rebuild()
        return _shown(process)


class _Teller:
    """Says on standard error what the index does, whenever that changes."""

    def __init__(self) -> None:
        self._said = ""

    def __call__(self, state: State) -> None:
        reason = f": {state.reason}" if state.reason else ""
        said = f"{state.status}{reason}"
        if said != self._said:
            at = "" if state.block is None else f" at block {state.block}"
            note(f"{state.status}{at}{reason}")
            self._said = said


def _shown(process: IndexProcess) -> Result:
    from hyperbounty.web.index.summary import summary

    state, database = process.keeper.state(), process.keeper.database
    found = database.read(summary)
    contracts = [
        {"name": contract.family.CONTRACT, "contract": contract.address}
        for contract in process.keeper.contracts.values()
    ]
    data = {
        "database": str(database),
        "chain_id": state.chain_id,
        "block": state.block,
        "head": state.head,
        "index_status": str(state.status),
        "contracts": contracts,
        "events": found.events,
        "reorganizations": found.reorganizations,
        "documents": {name.replace(" ", "_"): count for name, count in found.documents.items()},
    }
    when = "" if state.block_time is None else f", of {moment(state.block_time)}"
    there, of = found.documents["there"], sum(found.documents.values())
    lines = [
        f"The index in {database} is at block {state.block}{when}.",
        f"{count_of(found.events, 'event')}, {there} of {of} documents, "
        f"{found.reorganizations} reorganizations followed.",
    ]
    after = [f"Next: {worded(NextStep('compare it with the contract: {}', Action('index.check')))}."]
    return Result(data, lines, after=after)


@contextmanager
def _process(
    session: Session,
    stopped: threading.Event,
    database: str | None,
    depth: int,
    reorg_depth: int,
    from_block: int | None,
) -> Iterator[IndexProcess]:
    from hyperbounty.web.index.family import families
    from hyperbounty.web.index.process import IndexProcess, Wanted, open_index, spare_the_collector
    from hyperbounty.web.index.reading import Depths

    known = families()
    with _chain(session) as chain, open_index(index_place(session, database), known) as opened:

        def find(kind: type[ContractClient]) -> ContractClient:
            # Looked for again where the chain began anew, so nothing of it is kept.
            named = session.settings.contract_of(kind.NAME)
            if named is None:
                return kind(chain, session.deployments.locate(chain, kind.NAME, kind.shared_address()))
            session.deployments.check(chain, kind.NAME, named[0])
            return kind(chain, named[0])

        spare_the_collector()
        wanted = Wanted(known, find, from_block, Depths(depth, reorg_depth), session.store)
        yield IndexProcess(chain, opened, wanted, stopped)


@contextmanager
def _chain(session: Session) -> Iterator[Chain]:
    """The node of the profile, with little patience."""
    from hyperbounty.chain.connection import Chain

    settings = session.settings
    policy = replace(settings.policy, outage_seconds=min(settings.outage_seconds, _OUTAGE_SECONDS))
    with Chain.connect(settings.node(), policy=policy, expected_chain_id=settings.chain_id) as chain:
        yield chain


_KEPT: Final = "what was read is kept, and the same command goes on there"
_GONE: Final = "what was read before is dropped; `hyperbounty index run` reads it again"

command(index, "run", chain=True, store=True, extra="web", examples=["", "--once"], interrupted=_KEPT)(_run)
command(index, "check", chain=True, extra="web", examples=[""], interrupted=interruption.UNCHANGED)(_check)
command(index, "rebuild", chain=True, store=True, extra="web", examples=[""], interrupted=_GONE)(_rebuild)
