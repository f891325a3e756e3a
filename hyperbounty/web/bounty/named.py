"""Manifests that a visitor names, and that no contest names yet: fetched from the store within bounds of their own.

Anybody can name anything. So a client has one fetched at a time, and a few in a minute; all clients together have
`AT_ONCE`. Nobody waits for long, only what is a manifest is kept, and only in a little memory: what contests link is
fetched and kept beside it (`hyperbounty.web.bounty.linked`), and never gives way to it.
"""

from __future__ import annotations

import logging
import threading
from typing import Final

from hyperbounty.bounty.manifest import Manifest
from hyperbounty.bounty.published import fetch_manifest
from hyperbounty.errors import InvalidInput, StoreError
from hyperbounty.web.site.errors import NotUsable, NotYet
from hyperbounty.web.site.fetched import PAUSE_S, Fetched
from hyperbounty.web.site.limits import Rates
from hyperbounty.web.site.site import Site

AT_ONCE: Final = 4
WAITING: Final = 2
"""Requests that may wait for one at the same time."""
A_MINUTE: Final = 12
"""That one client may have fetched."""
MOST_BYTES: Final = 1024 * 1024

_log = logging.getLogger(__name__)


class NamedManifests:
    """See the module.

    Args:
        site: with its store.
        fetched: left out, with the bounds of the module.
        rates: of the clients; left out, `A_MINUTE`.
    """

    def __init__(self, site: Site, fetched: Fetched | None = None, rates: Rates | None = None) -> None:
        self._open_store = site.store
        self._fetched = fetched or Fetched(at_once=AT_ONCE, waiting=WAITING, most_bytes=MOST_BYTES)
        self._rates = rates or Rates(A_MINUTE)
        self._lock = threading.Lock()
        self._running: dict[str, bytes] = {}

    def get(self, digest: bytes, client: str) -> Manifest:
        """The manifest with this SHA-256.

        Args:
            digest: of its bytes.
            client: who asks: an address of the network.

        Raises:
            NotUsable: what is published there is no manifest.
            NotYet: it is not here in time, or the client asks for too many.
        """
        if self._open_store is None:
            raise NotUsable("this site reads no store", "ask another site, or the store itself")
        kept = self._fetched.find(self._name(digest))
        if kept is None:
            with self._lock:
                running = self._running.get(client)
            if running not in (None, digest):
                raise NotYet("the manifest that you named before is still being fetched", "ask again in a moment")
            waits = 0.0 if running == digest else self._rates.wait_s(client)
            if waits:
                raise NotYet("you named many manifests in a short time", "ask again in a minute")
            kept = self._fetched.get(self._name(digest), lambda: self._fetch(digest, client))
        return Manifest.parse(kept)

    def _fetch(self, digest: bytes, client: str) -> bytes:
        assert self._open_store is not None
        with self._lock:
            self._running[client] = digest
        try:
            return fetch_manifest(self._open_store(), digest).canonical()
        except InvalidInput as error:
            raise NotUsable(f"the manifest: {error.what}", error.next_step or "ask who published it") from error
        except (StoreError, OSError) as error:
            # What it says names places of the site's own, such as folders.
            _log.warning("a manifest that a visitor named cannot be had: %s", error)
            raise NotYet(
                "the manifest cannot be had from the store now", "ask again later", retry_after_s=int(PAUSE_S)
            ) from error
        finally:
            with self._lock:
                self._running.pop(client, None)

    def _name(self, digest: bytes) -> str:
        return f"manifest-{digest.hex()}"
