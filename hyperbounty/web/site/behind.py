"""The store and the node behind a site, asked with little patience: whoever looks at a page waits for them."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Final

from hyperbounty.chain.connection import Chain
from hyperbounty.store import ContentStore, open_store

if TYPE_CHECKING:
    from hyperbounty.session import Session

_NODE_S: Final = 5.0
_STORE_OUTAGE_S: Final = 5.0


def store_of(session: Session) -> ContentStore:
    """The store of the settings.

    Raises:
        StoreUnavailable: no IPFS node answers.
    """
    settings = session.settings
    access = replace(session.store_access, outage_seconds=_STORE_OUTAGE_S, on_outage=None)
    return open_store(settings.ipfs, session.home / "store", settings.gateways, access)


def node_of(session: Session) -> Chain:
    """A new connection to the node of the settings, which asks once and keeps no journal.

    Raises:
        ChainError: it does not answer, or is of another chain.
    """
    settings = session.settings
    policy = replace(settings.policy, outage_seconds=0.0)
    return Chain.connect(settings.node(), _NODE_S, policy=policy, expected_chain_id=settings.chain_id)
