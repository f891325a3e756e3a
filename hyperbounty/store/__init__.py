"""The content store: files, folders and documents by the hash of their bytes, in a folder or on an IPFS node.

store = open_store(None, folder)
cid = add_path(store, Path("prices"))
fetch(store, cid, Path("elsewhere"))
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from hyperbounty.store.access import Access
from hyperbounty.store.car import export_car, import_car
from hyperbounty.store.cid import Cid
from hyperbounty.store.content import MAX_SINGLE_BLOCK_BYTES, Bundle, ContentStore
from hyperbounty.store.embedded import EmbeddedStore
from hyperbounty.store.fetch import Fetched, fetch
from hyperbounty.store.folders import Listed, add_path, list_folder, resolve
from hyperbounty.store.unixfs import MAX_FILE_BYTES

__all__ = [
    "MAX_FILE_BYTES",
    "MAX_SINGLE_BLOCK_BYTES",
    "Access",
    "Bundle",
    "Cid",
    "ContentStore",
    "EmbeddedStore",
    "Fetched",
    "Listed",
    "add_path",
    "export_car",
    "fetch",
    "import_car",
    "list_folder",
    "open_store",
    "resolve",
]

EMBEDDED = "embedded"


def open_store(
    address: str | None, folder: Path, gateways: Sequence[str] = (), access: Access | None = None
) -> ContentStore:
    """The store at `address`.

    Args:
        address: None or "embedded" for the embedded store; for an IPFS node its RPC, as a multiaddr
            (`/ip4/127.0.0.1/tcp/5001`) or as a URL (`http://localhost:5001`).
        folder: of the embedded store; unused for a node.
        gateways: URLs of trustless gateways such as `https://ipfs.io`, asked in turn for what the store lacks. They are
            not trusted: every block is checked.
        access: patience and credentials, for node and gateways; left out, half a minute and none.

    Raises:
        InvalidInput: the address is none of these, or that of a gateway is none, or credentials would travel in the
            clear.
        StoreUnavailable: no IPFS node answers there.
        StoreAccessRefused: it wants credentials, or other ones.

    >>> store = open_store(None, tmp_path / "store")
    >>> store.get(store.add(b"hello"))
    b'hello'
    """
    access = access or Access()
    store = _open(address, folder, access)
    if not gateways:
        return store
    from hyperbounty.store.fallback import StoreWithGateways
    from hyperbounty.store.gateways import Gateways

    return StoreWithGateways(store, Gateways(gateways, access=access))


def _open(address: str | None, folder: Path, access: Access) -> ContentStore:
    if address is None or address == EMBEDDED:
        return EmbeddedStore(folder)
    # The HTTP stack takes longer to import than everything else here, and the embedded store doesn't need it.
    from hyperbounty.store.kubo import KuboStore

    return KuboStore(address, access=access)
