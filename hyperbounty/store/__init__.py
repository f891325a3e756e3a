"""The content store: files and documents by the hash of their bytes, in a folder or on an IPFS node.

store = open_store(None, folder)
cid = store.add(dataset)
assert store.get(cid) == dataset
"""

from __future__ import annotations

from pathlib import Path

from hyperbounty.store.cid import Cid
from hyperbounty.store.content import MAX_SINGLE_BLOCK_BYTES, ContentStore
from hyperbounty.store.embedded import EmbeddedStore
from hyperbounty.store.unixfs import MAX_FILE_BYTES

__all__ = ["MAX_FILE_BYTES", "MAX_SINGLE_BLOCK_BYTES", "Cid", "ContentStore", "open_store"]

EMBEDDED = "embedded"


def open_store(address: str | None, folder: Path) -> ContentStore:
    """The store at `address`.

    Args:
        address: None or "embedded" for the embedded store; for an IPFS node its RPC, as a multiaddr
            (`/ip4/127.0.0.1/tcp/5001`) or as a URL (`http://localhost:5001`).
        folder: of the embedded store; unused for a node.

    Raises:
        InvalidInput: the address is none of these.
        StoreUnavailable: no IPFS node answers there.
    """
    if address is None or address == EMBEDDED:
        return EmbeddedStore(folder)
    # The HTTP stack takes longer to import than everything else here, and the embedded store doesn't need it.
    from hyperbounty.store.kubo import KuboStore

    return KuboStore(address)
