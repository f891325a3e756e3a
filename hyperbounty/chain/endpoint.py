"""The connection to a node over HTTP: a session, patience with short outages, and an address fit to be shown."""

from __future__ import annotations

import json
import time
from collections.abc import Callable
from typing import Any, Final, cast
from urllib.parse import urlsplit

import requests
from urllib3.exceptions import NewConnectionError
from web3 import HTTPProvider
from web3.types import RPCEndpoint, RPCResponse

from hyperbounty.chain.batches import BatchRefused, matched
from hyperbounty.chain.failures import connection_failure
from hyperbounty.chain.refusals import is_rate_limit
from hyperbounty.chain.request_log import hide_path
from hyperbounty.errors import ChainUnavailable, InvalidInput
from hyperbounty.foreign_json import read_json
from hyperbounty.http_answers import AnswerTooLong, read_body, retry_after_s, unpacked
from hyperbounty.next_steps import NextStep, Parameter
from hyperbounty.patience import Interrupted, OnOutage, Patience

TIMEOUT_SECONDS: Final = 15.0
# The events of a contest of 1,024 specs come to a few megabytes.
MAX_ANSWER_BYTES: Final = 128 * 1024 * 1024
_FIRST_CONTACT_TRIES: Final = 3
_FIRST_CONTACT_PAUSE_SECONDS: Final = 0.2
_LOOPBACK: Final = ("127.0.0.1", "localhost", "::1")
_TOO_MANY_REQUESTS: Final = 429
_SERVER_FAILURE: Final = 500
# The node read something else than what was sent: these are answers to damage, not to the question.
_DAMAGED_REQUEST: Final = (-32700, -32600)
# Reads may be repeated, and so may a signed transaction: by its hash the node knows it again. What moves a development
# chain may not.
_REPEATABLE: Final = ("eth_", "net_", "web3_")


class PatientProvider(HTTPProvider):
    """HTTP to one node; what may be repeated is repeated through an outage.

    An answer counts only where it is whole, is JSON-RPC and carries the number of the question: what comes late, twice
    or in another order is not taken for the answer to something else.

    Args:
        url: of the node.
        timeout: seconds that one answer may take.
        session: of the connections.
        patience: with the node.
    """

    def __init__(self, url: str, timeout: float, session: requests.Session, patience: Patience) -> None:
        super().__init__(url, request_kwargs={"timeout": timeout}, session=session, exception_retry_configuration=None)
        # A contract may ask its caller to fetch a URL (EIP-3668); no contract here has reason to.
        self.global_ccip_read_enabled = False
        self._url = url
        self._timeout = timeout
        self._session = session
        self._patience = patience
        self._node = shown_url(url)

    def make_request(self, method: RPCEndpoint, params: Any) -> RPCResponse:
        """One request, one response.

        Raises:
            ChainUnavailable: the node does not answer, or no longer.
        """
        payload = self.encode_rpc_request(method, params)
        if not method.startswith(_REPEATABLE):
            try:
                return self.exchange(payload)
            except Interrupted as failure:
                raise ChainUnavailable(
                    f"{failure.reason} ({method})", "see whether it took effect, then give the same command again"
                ) from failure
        return self._patience.ask(lambda: self.exchange(payload))

    def make_batch_request(self, batch_requests: list[tuple[RPCEndpoint, Any]]) -> list[RPCResponse]:
        """Many requests that may be repeated in one exchange; the responses are in the order of the requests.

        Raises:
            BatchRefused: the node answers single requests only.
            ChainUnavailable: it does not answer, or no longer.
        """
        payload = self.encode_batch_rpc_request(batch_requests)
        numbers = [request["id"] for request in json.loads(payload)]
        return self._patience.ask(lambda: matched(self._batch_answer(payload), numbers, self._node))

    def exchange(self, payload: bytes) -> RPCResponse:
        """Send `payload`, a single request, once.

        Raises:
            Interrupted: it failed in a way that may pass.
            ChainUnavailable: it failed in a way that will not.
        """
        return self._checked(self._answer(payload), json.loads(payload)["id"])

    def _batch_answer(self, payload: bytes) -> object:
        try:
            return self._answer(payload)
        except ChainUnavailable as failure:
            # The first contact went well, so the node is one: what it refuses is the batch.
            raise BatchRefused(failure.what) from failure

    def _answer(self, payload: bytes) -> object:
        """What the node sends back for `payload`, as JSON has it."""
        try:
            with self._session.post(
                self._url, data=payload, headers=self.get_request_headers(), timeout=self._timeout, stream=True
            ) as answer:
                answer.raise_for_status()
                return read_json(self._body(answer))
        except requests.HTTPError as error:
            failure = connection_failure(error, self._node)
            if error.response.status_code == _TOO_MANY_REQUESTS or error.response.status_code >= _SERVER_FAILURE:
                said = error.response.headers.get("Retry-After", "")
                raise Interrupted(failure.what, retry_after_s(said, time.time())) from error
            raise failure from error
        except (requests.RequestException, ValueError) as error:
            raise Interrupted(connection_failure(error, self._node).what) from error

    def _body(self, answer: requests.Response) -> bytes:
        try:
            return read_body(unpacked(answer), MAX_ANSWER_BYTES)
        except AnswerTooLong as error:
            raise ChainUnavailable(
                f"{self._node} answers with {error}", NextStep("pass another node as {}", Parameter("rpc"))
            ) from error

    def _checked(self, response: object, number: object) -> RPCResponse:
        if not isinstance(response, dict) or "jsonrpc" not in response or not {"result", "error"} & response.keys():
            raise Interrupted(f"{self._node} does not speak JSON-RPC")
        error = response.get("error")
        code, message = None, ""
        if isinstance(error, dict):
            code = error.get("code")
            message = str(error.get("message"))
        if is_rate_limit(code, message):
            raise Interrupted(f"{self._node} is limiting requests: {message[:200]}")
        if response.get("id") != number:
            damaged = "answers something else than it was asked" if code not in _DAMAGED_REQUEST else "reads it damaged"
            raise Interrupted(f"the connection to {self._node} is faulty: it {damaged}")
        return cast("RPCResponse", response)


def shown_url(url: str) -> str:
    """`url` without what may be secret: providers put the customer's key into the path, the query or the user.

    >>> shown_url("https://name:password@node.example:8545/v3/KEY")
    'https://node.example:8545/…'
    """
    parts = urlsplit(url)
    port = f":{parts.port}" if parts.port else ""
    host = f"[{parts.hostname}]" if parts.hostname and ":" in parts.hostname else parts.hostname
    return f"{parts.scheme}://{host}{port}{'/…' if parts.path.strip('/') or parts.query else ''}"


def open_provider(
    url: str,
    timeout: float = TIMEOUT_SECONDS,
    *,
    outage_seconds: float = 0.0,
    on_outage: OnOutage | None = None,
    sleep: Callable[[float], None] = time.sleep,
    monotonic: Callable[[], float] = time.monotonic,
) -> tuple[HTTPProvider, requests.Session]:
    """A web3 provider for the node at `url`, once it has answered, and the session that closes its connections.

    Where nobody has ever answered the address is more likely wrong than the node away, so the first question is given
    up on within a second or one `timeout`; the patience is for a node that did answer.

    Args:
        url: http or https.
        timeout: seconds for one answer.
        outage_seconds, on_outage, sleep, monotonic: of the patience with a node that stops answering.

    Raises:
        InvalidInput: this is no such URL.
        ChainUnavailable: nobody answers, or not in JSON-RPC.
    """
    _check(url)
    hide_path(url)
    session = requests.Session()
    # What goes to this machine must not leave it through a proxy of the environment.
    session.trust_env = urlsplit(url).hostname not in _LOOPBACK
    patience = Patience(outage_seconds, on_outage, given_up=_given_up, sleep=sleep, monotonic=monotonic)
    provider = PatientProvider(url, timeout, session, patience)
    try:
        _first_contact(provider, shown_url(url), sleep)
    except ChainUnavailable:
        session.close()
        raise
    return provider, session


def _first_contact(provider: PatientProvider, node: str, sleep: Callable[[float], None]) -> None:
    payload = provider.encode_rpc_request(RPCEndpoint("eth_chainId"), [])
    for left in reversed(range(_FIRST_CONTACT_TRIES)):
        try:
            provider.exchange(payload)
        except Interrupted as failure:
            cause = failure.__cause__
            if not left or isinstance(cause, requests.Timeout) or _nobody_there(cause):
                advice = connection_failure(cause, node) if isinstance(cause, Exception) else None
                raise advice or ChainUnavailable(
                    failure.reason, NextStep("check the address given as {}", Parameter("rpc"))
                ) from failure
            sleep(_FIRST_CONTACT_PAUSE_SECONDS)
        else:
            return


def _given_up(reason: str) -> ChainUnavailable:
    return ChainUnavailable(reason, "give the same command again once it answers: it continues where it stopped")


def _nobody_there(cause: BaseException | None) -> bool:
    """Whether the port is closed or the host unknown, unlike a connection that broke."""
    inner = cause.args[0] if isinstance(cause, requests.ConnectionError) and cause.args else None
    return isinstance(getattr(inner, "reason", None), NewConnectionError)


def _check(url: str) -> None:
    advice = "give it as http://HOST:PORT or https://HOST/PATH"
    try:
        parts = urlsplit(url)
        _ = parts.port
    except ValueError:
        raise InvalidInput("the address of the node is not a URL", advice) from None
    if parts.scheme not in ("http", "https") or not parts.hostname:
        raise InvalidInput("the address of the node is neither http:// nor https:// with a host", advice)
