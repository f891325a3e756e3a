"""Blocks from HTTP gateways that nobody has to trust: each is checked by its CID, and one that lies is named.

    GET /ipfs/{CID}?format=raw      Accept: application/vnd.ipld.raw

https://specs.ipfs.tech/http-gateways/trustless-gateway/. A gateway learns which CIDs are asked for, and from where.
"""

from __future__ import annotations

import ipaddress
import logging
import re
import time
from collections.abc import Sequence
from typing import Final
from urllib.parse import SplitResult, urljoin, urlsplit

import requests
import urllib3

from hyperbounty.errors import ContentMismatch, ContentNotFound, InvalidInput, StoreError, StoreUnavailable
from hyperbounty.store.cid import Cid
from hyperbounty.store.unixfs import MAX_BLOCK_BYTES

DEFAULT_TIMEOUT_S: Final = 30.0
_CONNECT_TIMEOUT_S: Final = 5.0
_MAX_REDIRECTS: Final = 3
_PIECE_BYTES: Final = 64 * 1024
_HEADERS: Final = {"Accept": "application/vnd.ipld.raw", "Accept-Encoding": "identity"}
# Some gateways call every block by the second name.
_BLOCK_TYPES: Final = {"application/vnd.ipld.raw", "application/octet-stream"}
_DEFAULT_PORTS: Final = {"http": 80, "https": 443}

# Letters, digits and what joins them; a user and a password, which end in an @, are no part of it.
_HOST: Final = re.compile(r"[\w.:\[\]-]+")

_log = logging.getLogger(__name__)


class _UnusableAnswerError(Exception):
    """A gateway answered, and not with a block; the text says with what."""


class Gateways:
    """Several gateways, of which the first with a block is enough.

    They are asked in the order given; one that failed goes to the end, and one that lied is not asked again.

    Args:
        addresses: URLs such as `https://ipfs.io`, with or without `/ipfs`.
        timeout_s: seconds for one gateway and one block, from the request to the last byte.

    Raises:
        InvalidInput: an address is no URL of a gateway.

    >>> Gateways(["https://ipfs.io/ipfs/", "https://dweb.link"]).addresses
    ('https://ipfs.io', 'https://dweb.link')
    """

    def __init__(self, addresses: Sequence[str], *, timeout_s: float = DEFAULT_TIMEOUT_S) -> None:
        self._timeout_s = timeout_s
        self._order = [_Gateway(address, timeout_s) for address in dict.fromkeys(addresses)]
        self.addresses = tuple(gateway.address for gateway in self._order)

    def block(self, cid: Cid) -> bytes:
        """The block that `cid` names, checked.

        Raises:
            ContentMismatch: no gateway has it, and one gave other bytes for it, now or before.
            ContentNotFound: no gateway has it.
            StoreUnavailable: no gateway answers.
        """
        failures: list[str] = []
        for gateway in tuple(self._order):
            try:
                if gateway.lie is None:
                    return gateway.block(cid)
                failures.append(gateway.lie)
                continue
            except ContentMismatch as error:
                _log.warning("%s; it is not asked again", error.what)
                failures.append(error.what)
            except StoreError as error:
                failures.append(error.what)
            # Whoever else has the block likely has the next one too.
            self._order.remove(gateway)
            self._order.append(gateway)
        what = f"{cid} came from no gateway: {'; '.join(failures)}"
        if any(gateway.lie is not None for gateway in self._order):
            raise ContentMismatch(what, "leave out the gateway that gave other bytes, and name further ones")
        if all(gateway.unreachable for gateway in self._order):
            raise StoreUnavailable(what, "check the network and the addresses of the gateways")
        raise ContentNotFound(what, "ask its publisher to keep it pinned and reachable, or name further gateways")


class _Session(requests.Session):
    """A session that leaves redirects alone. Even told not to follow one, the original reads all of its body."""

    def get_redirect_target(self, resp: requests.Response) -> None:
        return None


class _Gateway:
    def __init__(self, address: str, timeout_s: float) -> None:
        self._url = _base(address)
        self.address = self._url.geturl()
        self._timeout_s = timeout_s
        self.lie: str | None = None
        self.unreachable = False
        self._session = _Session()
        self._session.headers.update(_HEADERS)
        # A proxy leads to other hosts, not to this one.
        self._session.trust_env = not _is_local(self._url.hostname)
        # Without this, requests looks in the user's .netrc for a password to send along.
        self._session.auth = _without_password

    def block(self, cid: Cid) -> bytes:
        deadline = time.monotonic() + self._timeout_s
        self.unreachable = False
        try:
            block = self._fetch(f"{self.address}/ipfs/{cid}?format=raw", deadline)
        except _UnusableAnswerError as error:
            raise ContentNotFound(f"{self.address} answers {error}") from error
        except (requests.Timeout, urllib3.exceptions.TimeoutError, TimeoutError) as error:
            self.unreachable = True
            raise StoreUnavailable(f"{self.address} did not answer within {self._timeout_s:g} s") from error
        except (requests.RequestException, urllib3.exceptions.HTTPError, OSError) as error:
            self.unreachable = True
            raise StoreUnavailable(f"{self.address} failed ({type(error).__name__})") from error
        if not cid.matches(block):
            named = Cid.of(cid.codec, block)
            self.lie = f"the gateway {self.address} gave {len(block)} bytes for {cid} whose CID is {named}"
            raise ContentMismatch(self.lie)
        return block

    def _fetch(self, url: str, deadline: float) -> bytes:
        for _ in range(_MAX_REDIRECTS + 1):
            limits = (min(_CONNECT_TIMEOUT_S, self._timeout_s), self._timeout_s)
            with self._session.get(url, timeout=limits, stream=True) as response:
                if response.is_redirect:
                    url = self._followed(url, response.headers["Location"])
                    continue
                if response.status_code != requests.codes.ok:
                    raise _UnusableAnswerError(f"with HTTP {response.status_code}")
                if response.headers.get("Content-Encoding", "identity") != "identity":
                    raise _UnusableAnswerError("in an encoding it was not asked for")
                return _body(response, deadline)
        raise _UnusableAnswerError("by sending around in circles")

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
        below = host.endswith(f".{own}") and not _is_number(own)
        # From http to https is welcome, from https to http is not. Another port is another service.
        if (host != own and not below) or service not in ((self._url.scheme, _port(self._url)), ("https", 443)):
            raise _UnusableAnswerError("by sending elsewhere")
        return url


def _body(response: requests.Response, deadline: float) -> bytes:
    kind = response.headers.get("Content-Type", "").partition(";")[0].strip().lower()
    if kind not in _BLOCK_TYPES:
        raise _UnusableAnswerError(f"with {kind[:40]!r} instead of a block, so it is no trustless gateway")
    body = bytearray()
    # `read1` gives what has arrived, so the deadline holds for a gateway that drips too.
    while piece := response.raw.read1(_PIECE_BYTES):
        body += piece
        if len(body) > MAX_BLOCK_BYTES:
            raise _UnusableAnswerError(f"with more than {MAX_BLOCK_BYTES:,} bytes")
        if time.monotonic() > deadline:
            raise TimeoutError
    return bytes(body)


def _base(address: str) -> SplitResult:
    try:
        url = urlsplit(address)
        _port(url)
    except ValueError as error:
        raise _unusable(address) from error
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


def _is_number(host: str) -> bool:
    try:
        ipaddress.ip_address(host)
    except ValueError:
        return False
    return True


def _is_local(host: str | None) -> bool:
    return host == "localhost" or (host is not None and _is_number(host) and ipaddress.ip_address(host).is_loopback)


def _without_password(request: requests.PreparedRequest) -> requests.PreparedRequest:
    return request


def _unusable(address: str) -> InvalidInput:
    # A URL may carry a password, which must not reach a terminal or a log.
    shown = address.rsplit("@", 1)[-1]
    return InvalidInput(f"{shown!r} is no address of an IPFS gateway", "give a URL such as https://ipfs.io")
