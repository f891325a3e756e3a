"""The configuration, the node, its chain and its clock, and the contracts on it."""

from __future__ import annotations

import time
from collections.abc import Iterator
from typing import TYPE_CHECKING, Final

from hyperbounty.chain.inspection import NodeFacts, inspect
from hyperbounty.chain.registry import client_class, contract_names
from hyperbounty.cli.doctor.finding import Finding, fault, fault_of, remark, well
from hyperbounty.errors import HyperbountyError, InvalidInput
from hyperbounty.format import moment

if TYPE_CHECKING:
    from hyperbounty.chain.connection import Chain
    from hyperbounty.cli.session import Session

_OLD_SECONDS: Final = 15 * 60
# A block may be stamped a little ahead (15 s by most nodes).
_AHEAD_SECONDS: Final = 60
_FEW_LOG_BLOCKS: Final = 1_000


def check_settings(session: Session) -> Iterator[Finding]:
    """Whether options, environment and configuration file fit together."""
    settings = session.settings
    file = session.config_file
    yield well("configuration", f"profile {settings.profile}, {file or 'no configuration file'}")


def check_node(session: Session, now: float | None = None) -> Iterator[Finding]:
    """Whether a node answers, is at the end of its chain, and gives events; and whether the contracts are there.

    `now` is this machine's time in unix seconds; left out, it is asked for.
    """
    chain = session.chain
    facts = inspect(chain)
    kind = " (a development chain)" if chain.is_development else ""
    yield well("node", f"{chain.name}: {facts.client or 'it does not say what it is'}")
    yield well("chain", f"{chain.chain_id}{kind}")
    yield _head(facts, chain, time.time() if now is None else now)
    yield _clock(facts, chain, time.time() if now is None else now)
    yield _finality(facts, chain)
    yield _events(facts)
    yield from _contracts(session)


def _head(facts: NodeFacts, chain: Chain, now: float) -> Finding:
    age = int(now) - facts.head_time
    shown = f"block {facts.head:,} of {moment(facts.head_time)}"
    if facts.is_syncing:
        return fault("latest block", f"{shown}; the node is still syncing", "wait until it has the whole chain")
    if chain.is_development or age <= _OLD_SECONDS:
        return well("latest block", shown)
    return fault(
        "latest block",
        f"{shown}, {age // 60:,} minutes ago: the node is behind, or its chain stands still",
        "see whether the node has peers, or pass another one as --rpc",
    )


def _clock(facts: NodeFacts, chain: Chain, now: float) -> Finding:
    ahead = facts.head_time - int(now)
    if chain.is_development:
        return well("clock", f"the chain's is {abs(ahead):,} s {'ahead' if ahead > 0 else 'behind'}; it can be moved")
    if ahead > _AHEAD_SECONDS:
        return fault(
            "clock",
            f"this machine's is {ahead:,} s behind the chain's: deadlines come sooner than it shows",
            "set the clock, by NTP for example",
        )
    return well("clock", "this machine's agrees with the chain's")


def _finality(facts: NodeFacts, chain: Chain) -> Finding:
    asked = chain.policy.confirmations
    confirmed = f"believed after {asked} confirmation{'s' if asked > 1 else ''}"
    if facts.final is None:
        return remark("finality", f"the node calls no block final; what happens is {confirmed}")
    shown = f"block {facts.final:,} is final, {facts.head - facts.final:,} behind the latest; {confirmed}"
    if asked == 1 and not chain.is_development:
        return remark("finality", shown, "set confirmations in the profile: the latest block can be undone")
    return well("finality", shown)


def _events(facts: NodeFacts) -> Finding:
    if not facts.log_blocks:
        return fault(
            "events", f"the node gives none, not even of one block: {facts.log_refusal}", "pass another node as --rpc"
        )
    shown = f"over {facts.log_blocks:,} blocks at once"
    if not facts.log_refusal:
        return well("events", shown)
    shown += f" (of more it said: {facts.log_refusal})"
    if facts.log_blocks < _FEW_LOG_BLOCKS:
        return remark("events", shown, "contests are read slowly; another node may give more")
    return well("events", shown)


def _contracts(session: Session) -> list[Finding]:
    """Each family's contract. Who takes part in one family needs no other, so one that is missing beside another one
    that is there is no fault."""
    missing: dict[str, InvalidInput] = {}
    found = []
    for name in contract_names():
        kind = client_class(name)
        try:
            client = session.client(kind)
        except InvalidInput as error:
            missing[name] = error
        except HyperbountyError as error:
            found.append(fault_of(name, error))
        else:
            shared = ", where everybody shares one" if client.address == kind.shared_address() else ""
            found.append(well(name, f"at {client.address}{shared}; its code is that of this version"))
    for name, lack in missing.items():
        one = fault_of(name, lack)
        found.append(remark(name, one.what, one.next_step) if len(missing) < len(contract_names()) else one)
    return found
