"""Blocks from HTTP gateways that nobody has to trust: each is checked by its CID, and one that lies is named.

    GET /ipfs/{CID}?format=raw      Accept: application/vnd.ipld.raw

https://specs.ipfs.tech/http-gateways/trustless-gateway/. A gateway learns which CIDs are asked for, and from where.
"""

from __future__ import annotations

import logging
import re
import threading
import time
from collections.abc import Sequence
from typing import Final
from urllib.parse import SplitResult, urljoin, urlsplit

import requests
import urllib3

from hyperbounty.errors import (
    ContentMismatch,
    ContentNotFound,
    InvalidInput,
    StoreAccessRefused,
    StoreError,
    StoreUnavailable,
)
from hyperbounty.http_answers import BUSY, REFUSED, AnswerTooLong, arriving, read_body, retry_after_s
from hyperbounty.patience import Interrupted
from hyperbounty.store.access import GATEWAY_VARIABLE, Access, access_refused, is_local, is_number, without_credentials
from hyperbounty.store.ahead import Pace
from hyperbounty.store.cid import Cid
from hyperbounty.store.cut_lines import CutAdapter
from hyperbounty.store.unixfs import MAX_BLOCK_BYTES

DEFAULT_TIMEOUT_S: Final = 30.0
_CONNECT_TIMEOUT_S: Final = 5.0
_MAX_REDIRECTS: Final = 3
_HEADERS: Final = {"Accept": "application/vnd.ipld.raw", "Accept-Encoding": "identity"}
# Some gateways call every block by the second name.
_BLOCK_TYPES: Final = {"application/vnd.ipld.raw", "application/octet-stream"}
_DEFAULT_PORTS: Final = {"http": 80, "https": 443}
_LACKING: Final = (404, 410)
# A block that takes a larger part of the time limit comes over a line that more requests at once would only slow down.
_SLOW: Final = 1 / 8
# An attempt ahead of its turn is given up earlier. The block is asked for again at its turn, with all the time.
_ATTEMPT: Final = 1 / 4
_BUSY_ADVICE: Final = "wait a while and give the same command again: it goes on from there; or name further gateways"

# Letters, digits and what joins them; a user and a password, which end in an @, are no part of it.
_HOST: Final = re.compile(r"[\w.:\[\]-]+")

_log = logging.getLogger(__name__)


class _UnusableAnswerError(Exception):
    """A gateway answered, and not with a block; the text says with what."""


class Gateways:
    """Several gateways, of which the first with a block is enough.

    They are asked in the order given; one that failed goes to the end, and one that lied is not asked again. One that
    is busy is left in peace for as long as it asks, while others have what is wanted, and else waited for. Threads may
    share one.

    Args:
        addresses: URLs such as `https://ipfs.io`, with or without `/ipfs`.
        timeout_s: seconds for one gateway and one block, from the request to the last byte.
        access: patience and credentials.

    Raises:
        InvalidInput: an address is no URL of a gateway, or credentials would travel in the clear.

    >>> Gateways(["https://ipfs.io/ipfs/", "https://dweb.link"]).addresses
    ('https://ipfs.io', 'https://dweb.link')
    """

    def __init__(
        self, addresses: Sequence[str], *, timeout_s: float = DEFAULT_TIMEOUT_S, access: Access | None = None
    ) -> None:
        access = access or Access()
        self._patience = access.patience(_BUSY_ADVICE)
        self._now = access.monotonic
        self._timeout_s = timeout_s
        self._pace = Pace(slow_s=timeout_s * _SLOW)
        self._lock = threading.Lock()
        self._order = [_Gateway(address, access) for address in dict.fromkeys(addresses)]
        self.addresses = tuple(gateway.address for gateway in self._order)

    def block(self, cid: Cid) -> bytes:
        """The block that `cid` names, checked.

        Raises:
            ContentMismatch: no gateway has it, and one gave other bytes for it, now or before.
            StoreAccessRefused: no gateway gave it, and one wants credentials.
            StoreUnavailable: no gateway answers, or those that may have it are busy for too long.
            ContentNotFound: no gateway has it.
        """
        failures = self._liars()
        return self._patience.ask(lambda: self._round(cid, failures, self._timeout_s))

    def attempt(self, cid: Cid) -> bytes:
        """The block that `cid` names, checked, where a gateway gives it at once.

        Nobody is waited for, and a gateway that is to be left in peace is not asked.

        Raises:
            StoreError, Interrupted: none did.
        """
        return self._round(cid, self._liars(), self._timeout_s * _ATTEMPT)

    def at_once(self) -> int:
        """How many attempts may run beside each other now: none where a gateway was busy, slow or silent last."""
        return self._pace.most

    def _liars(self) -> dict[_Gateway, StoreError]:
        return {gateway: ContentMismatch(gateway.lie) for gateway in self._order if gateway.lie is not None}

    def _round(self, cid: Cid, failures: dict[_Gateway, StoreError], timeout_s: float) -> bytes:
        """The block from one of the gateways that have not failed yet; what fails for good goes into `failures`."""
        busy: list[Interrupted] = []
        with self._lock:
            asked = [each for each in self._order if each not in failures]
        for gateway in asked:
            rest = gateway.free_at - self._now()
            if rest > 0:
                busy.append(Interrupted(gateway.busy_with, rest))
                continue
            started = time.monotonic()
            try:
                block = gateway.block(cid, timeout_s)
                self._pace.went_well(time.monotonic() - started)
                return block
            except Interrupted as error:
                self._pace.failed()
                gateway.free_at = self._now() + error.pause_seconds
                gateway.busy_with = error.reason
                busy.append(error)
            except StoreError as error:
                if gateway.lie is not None:
                    _log.warning("%s; it is not asked again", error.what)
                failures[gateway] = error
            # Whoever else has the block likely has the next one too.
            with self._lock:
                self._order.remove(gateway)
                self._order.append(gateway)
        if busy:
            said = "; ".join([*(failure.what for failure in failures.values()), *(each.reason for each in busy)])
            raise Interrupted(f"{cid} is not here yet: {said}", min(each.pause_seconds for each in busy))
        raise _in_vain(cid, [failures[gateway] for gateway in self._order])


def _in_vain(cid: Cid, failures: Sequence[StoreError]) -> StoreError:
    """The error where every gateway has failed for good: the one that somebody can do something about."""
    what = f"{cid} came from no gateway: {'; '.join(failure.what for failure in failures)}"
    if any(isinstance(failure, ContentMismatch) for failure in failures):
        return ContentMismatch(what, "leave out the gateway that gave other bytes, and name further ones")
    for failure in failures:
        if isinstance(failure, StoreAccessRefused):
            return StoreAccessRefused(what, failure.next_step)
    if any(isinstance(failure, ContentNotFound) for failure in failures):
        return ContentNotFound(what, "ask its publisher to keep it pinned and reachable, or name further gateways")
    return StoreUnavailable(what, "check the network and the addresses of the gateways, or name further ones")


class _Session(requests.Session):
    """A session that leaves redirects alone. Even told not to follow one, the original reads all of its body."""

    def get_redirect_target(self, resp: requests.Response) -> None:
        return None


class _Gateway:
    """One gateway.

    Attributes:
        lie: what it gave in the place of a block; None while it is honest.
        free_at: when it may be asked again, by `Access.monotonic`.
        busy_with: what it said when it was busy last.
    """

    def __init__(self, address: str, access: Access) -> None:
        self._url = _base(address)
        self.address = self._url.geturl()
        self.lie: str | None = None
        self.free_at = float("-inf")
        self.busy_with = ""
        self._answered = False
        self._credentials = access.of_gateway(self.address)
        self._session = _Session()
        for scheme in _DEFAULT_PORTS:
            self._session.mount(f"{scheme}://", CutAdapter())
        self._session.headers.update(_HEADERS)
        # A proxy leads to other hosts, not to this one.
        self._session.trust_env = not is_local(self._url.hostname)
        self._session.auth = self._credentials or without_credentials

    def block(self, cid: Cid, timeout_s: float) -> bytes:
        """The block that `cid` names, checked.

        Raises:
            Interrupted: it failed in a way that may pass.
            ContentNotFound: it says that it does not have it.
            ContentMismatch: it gave other bytes.
            StoreAccessRefused: it wants credentials, or other ones.
            StoreUnavailable: it does not answer, or not with blocks.
        """
        try:
            block = self._fetch(f"{self.address}/ipfs/{cid}?format=raw", timeout_s)
        except _UnusableAnswerError as error:
            raise StoreUnavailable(f"{self.address} answers {error}") from error
        except (requests.Timeout, urllib3.exceptions.TimeoutError, TimeoutError) as error:
            raise self._silent(f"{self.address} did not answer within {timeout_s:g} s") from error
        except (requests.RequestException, urllib3.exceptions.HTTPError, OSError) as error:
            if isinstance(error, StoreError):
                raise
            raise self._silent(f"{self.address} failed ({type(error).__name__})") from error
        self._answered = True
        if not cid.matches(block):
            named = Cid.of(cid.codec, block)
            self.lie = f"the gateway {self.address} gave {len(block)} bytes for {cid} whose CID is {named}"
            raise ContentMismatch(self.lie)
        return block

    def _silent(self, reason: str) -> Exception:
        """Where it has never answered its address is more likely wrong than it away."""
        return Interrupted(reason) if self._answered else StoreUnavailable(reason)

    def _fetch(self, url: str, timeout_s: float) -> bytes:
        deadline = time.monotonic() + timeout_s
        limits = (min(_CONNECT_TIMEOUT_S, timeout_s), timeout_s)
        for _ in range(_MAX_REDIRECTS + 1):
            with self._session.get(url, timeout=limits, stream=True) as response:
                if response.is_redirect:
                    url = self._followed(url, response.headers["Location"])
                    continue
                self._check_status(response)
                if response.headers.get("Content-Encoding", "identity") != "identity":
                    raise _UnusableAnswerError("in an encoding it was not asked for")
                return _body(response, deadline)
        raise _UnusableAnswerError("by sending around in circles")

    def _check_status(self, response: requests.Response) -> None:
        status = response.status_code
        if status in BUSY:
            self._answered = True
            pause = retry_after_s(response.headers.get("Retry-After", ""), time.time())
            raise Interrupted(f"{self.address} is busy (HTTP {status})", pause)
        if status in REFUSED:
            raise access_refused(self.address, status, self._credentials, GATEWAY_VARIABLE)
        if status in _LACKING:
            self._answered = True
            raise ContentNotFound(f"{self.address} does not have it (HTTP {status})")
        if status != requests.codes.ok:
            raise _UnusableAnswerError(f"with HTTP {status}")

    def _followed(self, url: str, location: str) -> str:
        """Where a redirect leads, if it stays with the gateway: its host or, as subdomain gateways do, one below it."""
        own = self._url.hostname or ""
        try:
            url = urljoin(url, location)
            there = urlsplit(url)
            host = there.hostname or ""
            service = (there.scheme, _port(there))
        except ValueError as error:
            raise _UnusableAnswerError("by sending to an address that is none") from error
        below = host.endswith(f".{own}") and not is_number(own)
        # From http to https is welcome, from https to http is not. Another port is another service.
        if (host != own and not below) or service not in ((self._url.scheme, _port(self._url)), ("https", 443)):
            raise _UnusableAnswerError("by sending elsewhere")
        return url


def _body(response: requests.Response, deadline: float) -> bytes:
    kind = response.headers.get("Content-Type", "").partition(";")[0].strip().lower()
    if kind not in _BLOCK_TYPES:
        raise _UnusableAnswerError(f"with {kind[:40]!r} instead of a block, so it is no trustless gateway")
    try:
        return read_body(arriving(response, deadline), MAX_BLOCK_BYTES)
    except AnswerTooLong as error:
        raise _UnusableAnswerError(f"with {error}") from error


def _base(address: str) -> SplitResult:
    try:
        url = urlsplit(address)
        _port(url)
    except ValueError as error:
        raise _unusable(address) from error
    if url.username is not None:
        raise InvalidInput(
            "the address of a gateway holds a user or a password",
            f"give the address without them, and put HOST=basic:USER:PASSWORD into {GATEWAY_VARIABLE}",
        )
    if (
        url.scheme not in _DEFAULT_PORTS
        or not url.hostname
        or not _HOST.fullmatch(url.netloc)
        or url.query
        or url.fragment
    ):
        raise _unusable(address)
    path = url.path.rstrip("/").removesuffix("/ipfs").rstrip("/")
    return url._replace(path=path)


def _port(url: SplitResult) -> int:
    return url.port or _DEFAULT_PORTS.get(url.scheme, 0)


def _unusable(address: str) -> InvalidInput:
    # A URL may carry a password, which must not reach a terminal or a log.
    shown = address.rsplit("@", 1)[-1]
    return InvalidInput(f"{shown!r} is no address of an IPFS gateway", "give a URL such as https://ipfs.io")
