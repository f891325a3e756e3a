"""One call to an IPFS node's RPC: time limits, size limits, and one error for each way it can fail.

`ipfshttpclient` carries the calls. Its request layer is used, below its convenience methods, for these reasons:

- `connect()` and `Client()` ask for the daemon's version and warn of every Kubo since 0.9. The request layer doesn't
  ask, so there is nothing to silence; which version answers makes no difference here, because nothing is believed.
- The methods read an answer of any length in full before anything can be checked, and assert its shape.
- They cannot name a raw block's codec, do not have `dag/import`, and leave out options that decide a CID.
- Their time limit is for the next byte, so a node that sends a byte now and then is never given up. Here the whole call
  has a deadline.

An upload is multipart as the library writes it. What other servers than a node answer (`gateways.py`) goes by
`requests` alone.
"""

from __future__ import annotations

import time
import warnings
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any, Final
from urllib.parse import urlsplit

import requests
import urllib3
from ipfshttpclient import exceptions as ipfs  # type: ignore[import-untyped]
from ipfshttpclient import multipart
from ipfshttpclient.http_requests import ClientSync  # type: ignore[import-untyped]
from multiaddr.exceptions import Error as MultiaddrError  # type: ignore[import-untyped]

from hyperbounty.errors import InvalidInput, StoreError, StoreUnavailable
from hyperbounty.foreign_json import read_json
from hyperbounty.http_answers import BUSY, REFUSED, AnswerTooLong, arriving, read_body, retry_after_s
from hyperbounty.next_steps import NextStep, Parameter
from hyperbounty.patience import Interrupted
from hyperbounty.store.access import NODE_VARIABLE, Access, access_refused, check_private, without_credentials
from hyperbounty.texts import escaped

# ipfshttpclient 0.8.0a2 hands urllib3 an argument that version 2 ignores and version 3, excluded here, will refuse.
warnings.filterwarnings(
    "ignore",
    message="The 'strict' parameter is no longer needed",
    category=FutureWarning,
    module=r"urllib3\.poolmanager",
)

DEFAULT_TIMEOUT_S: Final = 30.0
_FIRST_CONTACT_TRIES: Final = 3
_FIRST_CONTACT_PAUSE_S: Final = 0.2
_MAX_JSON_BYTES: Final = 1024 * 1024
_MAX_SHOWN: Final = 300
_PIECE_BYTES: Final = 256 * 1024
# A slow link, assumed when a time limit is set for an upload.
_SLOWEST_UPLOAD_BYTES_PER_S: Final = 512 * 1024
_START_DAEMON: Final = NextStep("start the IPFS daemon, or leave {} out to use the embedded store", Parameter("ipfs"))
_AGAIN: Final = "see that the IPFS daemon runs and is not overloaded, then give the same command again"
_CHECK_ADDRESS: Final = "give the address of an IPFS node's RPC, usually port 5001"


@dataclass(frozen=True)
class Upload:
    """The file that a call brings.

    Attributes:
        size: its bytes, roughly; a call gets more time for more of them.
        pieces: the bytes, from the first one each time it is called. Its errors pass through.
    """

    size: int
    pieces: Callable[[], Iterator[bytes]]


class RpcTimeoutError(StoreUnavailable):
    """The node took the call and gave no answer in time."""


class RpcRefusedError(StoreError):
    """The node answered that it will not.

    Attributes:
        reason: its own words.
    """

    def __init__(self, reason: str, what: str, next_step: str) -> None:
        super().__init__(what, next_step)
        self.reason = reason


class _BrokenOffError(Exception):
    """The connection failed, and a second try may work. All calls made here can be repeated."""


class _TooLateError(OSError):
    """The time for an upload is over."""


class _Client(ClientSync):  # type: ignore[misc]
    """The request layer, with the body of an answer left to be read in pieces, whatever its status."""

    credentials: Callable[[requests.PreparedRequest], requests.PreparedRequest]

    @contextmanager
    def open(self, command: str, **request: Any) -> Iterator[requests.Response]:
        closables, _ = self._request("POST", command, auth=None, chunk_size=None, **request)
        try:
            yield closables[0]
        finally:
            for closable in closables:
                closable.close()

    def _make_session(self) -> requests.Session:
        session: requests.Session = super()._make_session()
        # A node has no reason to send elsewhere, and following would read the whole body of the answer first.
        session.get_redirect_target = lambda resp: None  # type: ignore[method-assign]
        session.auth = self.credentials
        return session

    def _do_raise_for_status(self, response: requests.Response) -> None:
        """Nothing yet: the original reads the whole body of an error, however long."""


class IpfsRpc:
    """The RPC of one node.

    Args:
        address: a multiaddr such as `/ip4/127.0.0.1/tcp/5001`, or a URL such as `http://localhost:5001`.
        timeout_s: seconds for a call, from its start to the last byte of its answer; an upload gets more by its size.
        access: patience and credentials. All calls made here can be repeated.

    Raises:
        InvalidInput: the address is neither, or credentials would travel in the clear.
    """

    def __init__(self, address: str, *, timeout_s: float, access: Access) -> None:
        self.address = address
        self.timeout_s = timeout_s
        self._credentials = access.node
        self._patience = access.patience(_AGAIN)
        self._sleep = access.sleep
        self._answered = False
        target, base = _target(address)
        try:
            self._client = _Client(target, base, timeout=timeout_s)
        except (ipfs.AddressError, MultiaddrError) as error:
            raise _unusable(address) from error
        self._client.credentials = access.node or without_credentials
        if access.node is not None:
            check_private(*_where(target), access.node)

    def call(
        self,
        command: str,
        arguments: tuple[str, ...] = (),
        options: Mapping[str, str] | None = None,
        *,
        upload: Upload | None = None,
        max_bytes: int = _MAX_JSON_BYTES,
        timeout_s: float | None = None,
    ) -> bytes:
        """The body of the node's answer to `command`, such as `block/get`.

        Raises:
            RpcTimeoutError: no complete answer in time.
            RpcRefusedError: the node answered with an error.
            StoreUnavailable: nobody answers there, or somebody who is no IPFS node, or it is busy for too long.
            StoreAccessRefused: it wants credentials, or other ones.
            StoreError: the answer is larger than `max_bytes`.
        """

        def ask() -> bytes:
            tries = 0
            while True:
                try:
                    return self._once(
                        command,
                        arguments,
                        options or {},
                        upload=upload,
                        max_bytes=max_bytes,
                        timeout_s=timeout_s or self.timeout_s,
                    )
                except _BrokenOffError as error:
                    what = f"no IPFS node answers at {self.address}: {error}"
                    if self._answered:
                        raise Interrupted(what) from error
                    # Where nobody has ever answered the address is more likely wrong than the node away.
                    tries += 1
                    if tries == _FIRST_CONTACT_TRIES:
                        raise StoreUnavailable(what, _START_DAEMON) from error
                    self._sleep(_FIRST_CONTACT_PAUSE_S)

        return self._patience.ask(ask)

    def call_json(
        self,
        command: str,
        arguments: tuple[str, ...] = (),
        options: Mapping[str, str] | None = None,
        *,
        upload: Upload | None = None,
    ) -> dict[str, Any]:
        """The last JSON object of the node's answer to `command`; errors as for `call`."""
        answers = self.call_lines(command, arguments, options, upload=upload)
        if not answers:
            raise self.wrong_service(f"{command} is not answered in JSON")
        return answers[-1]

    def call_lines(
        self,
        command: str,
        arguments: tuple[str, ...] = (),
        options: Mapping[str, str] | None = None,
        *,
        upload: Upload | None = None,
        max_bytes: int = _MAX_JSON_BYTES,
    ) -> list[dict[str, Any]]:
        """The JSON objects of the node's answer to `command`, one a line; errors as for `call`."""
        return self.objects(command, self.call(command, arguments, options, upload=upload, max_bytes=max_bytes))

    def objects(self, command: str, body: bytes) -> list[dict[str, Any]]:
        """The JSON objects in the `body` of the answer to `command`, one a line."""
        try:
            answers = [read_json(line) for line in body.splitlines() if line.strip()]
        except ValueError as error:
            raise self.wrong_service(f"{command} is not answered in JSON") from error
        if not all(isinstance(answer, dict) for answer in answers):
            raise self.wrong_service(f"{command} is not answered with an object")
        return answers

    def wrong_service(self, sign: str) -> StoreUnavailable:
        """The error for an answer that no IPFS node gives; `sign` says what was wrong with it."""
        return StoreUnavailable(f"what answers at {self.address} is no IPFS RPC: {sign}", _CHECK_ADDRESS)

    def _once(
        self,
        command: str,
        arguments: tuple[str, ...],
        options: Mapping[str, str],
        *,
        upload: Upload | None,
        max_bytes: int,
        timeout_s: float,
    ) -> bytes:
        timeout_s += 0 if upload is None else upload.size / _SLOWEST_UPLOAD_BYTES_PER_S
        deadline = time.monotonic() + timeout_s
        body = None
        headers = None
        failed: list[Exception] = []
        if upload is not None:
            body, headers = multipart.stream_bytes(_until(deadline, upload.pieces(), failed), chunk_size=_PIECE_BYTES)
        params = [*(("arg", argument) for argument in arguments), *options.items()]
        try:
            with self._client.open(command, params=params, data=body, headers=headers, timeout=timeout_s) as response:
                self._answered = True
                answer = self._read(response, command, max_bytes, deadline)
        except (ipfs.TimeoutError, requests.Timeout, urllib3.exceptions.TimeoutError, TimeoutError) as error:
            raise self._cause(failed, command, timeout_s) or self._too_late(command, timeout_s) from error
        except (ipfs.CommunicationError, requests.RequestException, urllib3.exceptions.HTTPError) as error:
            broken_off = _BrokenOffError(f"{type(error).__name__} in {command}")
            raise self._cause(failed, command, timeout_s) or broken_off from error
        who = f"the IPFS node at {self.address}"
        if response.status_code in BUSY:
            # Said by something in front of the node; the node itself answers what it cannot do with 400 or 500.
            pause = retry_after_s(response.headers.get("Retry-After", ""), time.time())
            raise Interrupted(f"{who} is busy: HTTP {response.status_code} in {command}", pause)
        if response.status_code in REFUSED:
            raise access_refused(who, response.status_code, self._credentials, NODE_VARIABLE)
        if response.status_code != requests.codes.ok:
            raise self._refusal(command, response.status_code, answer)
        return answer

    def _read(self, response: requests.Response, command: str, max_bytes: int, deadline: float) -> bytes:
        try:
            return read_body(arriving(response, deadline), max_bytes)
        except AnswerTooLong as error:
            raise StoreError(
                f"the node at {self.address} answers {command} with {error}",
                "use another node; this one does not keep to the protocol",
            ) from error

    def _refusal(self, command: str, status: int, answer: bytes) -> StoreError:
        try:
            reason = printable(read_json(answer)["Message"])
        except (ValueError, KeyError, TypeError):
            return self.wrong_service(f"{command} is answered with HTTP {status} and no reason")
        full = "no space left" in reason.lower() or "quota exceeded" in reason.lower()
        next_step = "free disk space on the node's machine" if full else "check the node's log and its version"
        return RpcRefusedError(reason, f"the node at {self.address} refuses {command}: {reason}", next_step)

    def _cause(self, failed: list[Exception], command: str, timeout_s: float) -> Exception | None:
        """What went wrong with the upload itself, if that is why the call failed."""
        if failed and isinstance(failed[0], _TooLateError):
            return self._too_late(command, timeout_s)
        return failed[0] if failed else None

    def _too_late(self, command: str, timeout_s: float) -> RpcTimeoutError:
        return RpcTimeoutError(
            f"the IPFS node at {self.address} did not finish {command} within {round(timeout_s, 1):g} s",
            "check that the node is running and can reach its peers",
        )


def _until(deadline: float, pieces: Iterator[bytes], failed: list[Exception]) -> Iterator[bytes]:
    """`pieces` as long as there is time. The HTTP stack takes errors in here for its own, so they are noted."""
    try:
        for piece in pieces:
            if time.monotonic() > deadline:
                raise _TooLateError
            yield piece
    except Exception as error:
        failed.append(error)
        raise


def printable(text: object) -> str:
    r"""What a node said, in a form that a terminal can be given.

    >>> printable("one\ntwo")
    'one\\ntwo'
    """
    return escaped(text, _MAX_SHOWN)


def _target(address: str) -> tuple[str, str]:
    """The multiaddr and the path of the RPC that `address` means."""
    if address.startswith("/"):
        return address, "api/v0"
    try:
        url = urlsplit(address)
        host = url.hostname
        port = url.port
    except ValueError as error:
        raise _unusable(address) from error
    if url.username is not None:
        raise InvalidInput(
            "the address of the IPFS node holds a user or a password",
            f"give the address without them, and put basic:USER:PASSWORD into {NODE_VARIABLE}",
        )
    if url.scheme not in ("http", "https") or not host or url.query:
        raise _unusable(address)
    kind = "ip6" if ":" in host else "ip4" if host.replace(".", "").isdigit() else "dns"
    port = port or {"http": 80, "https": 443}[url.scheme]
    path = url.path.strip("/").removesuffix("api/v0").strip("/")
    return f"/{kind}/{host}/tcp/{port}/{url.scheme}", f"{path}/api/v0".lstrip("/")


def _where(target: str) -> tuple[str, str]:
    """The scheme and the host of a multiaddr.

    >>> _where("/dns/ipfs.example.org/tcp/443/https"), _where("/ip4/127.0.0.1/tcp/5001")
    (('https', 'ipfs.example.org'), ('http', '127.0.0.1'))
    """
    parts = target.strip("/").split("/")
    # A socket in the file system leads to no network.
    private = {"https", "tls", "unix"} & {*parts}
    return "https" if private else "http", parts[1] if len(parts) > 1 else ""


def _unusable(address: str) -> InvalidInput:
    # A URL may carry a password, which must not reach a terminal or a log.
    shown = address.rsplit("@", 1)[-1]
    return InvalidInput(
        f"{shown!r} is no address of an IPFS node", "use /ip4/127.0.0.1/tcp/5001, http://host:port, or embedded"
    )
