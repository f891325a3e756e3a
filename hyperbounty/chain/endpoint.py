"""The connection to a node over HTTP: a session, patience with short outages, and an address fit to be shown."""

from __future__ import annotations

import json
import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Final, cast
from urllib.parse import urlsplit

import requests
from urllib3.exceptions import NewConnectionError
from web3 import HTTPProvider
from web3.types import RPCEndpoint, RPCResponse

from hyperbounty.chain.answers import Meaning, NodeError, passing
from hyperbounty.chain.batches import BatchRefused, is_numbered, matched
from hyperbounty.chain.failures import connection_failure, no_access
from hyperbounty.chain.refusals import refusal
from hyperbounty.chain.request_log import hide_path
from hyperbounty.errors import ChainUnavailable, InvalidInput
from hyperbounty.foreign_json import read_json
from hyperbounty.http_answers import BUSY, AnswerTooLong, read_body, retry_after_s, unpacked
from hyperbounty.next_steps import NextStep, Parameter
from hyperbounty.patience import Interrupted, OnOutage, Patience

TIMEOUT_SECONDS: Final = 15.0
# The events of a contest of 1,024 specs come to a few megabytes.
MAX_ANSWER_BYTES: Final = 128 * 1024 * 1024
_FIRST_CONTACT_TRIES: Final = 3
_FIRST_CONTACT_PAUSE_SECONDS: Final = 0.2
_LOOPBACK: Final = ("127.0.0.1", "localhost", "::1")
_TOO_MANY_REQUESTS: Final = 429
_TOO_LARGE: Final = 413
_BAD_REQUEST: Final = 400
_SERVER_FAILURE: Final = 500
_SERVER_ERROR: Final = -32000
# So often in a row a batch breaks off before its requests are asked one by one.
_BREAKS: Final = 3
_CHAIN_ID: Final = RPCEndpoint("eth_chainId")
_LOGS: Final = "eth_getLogs"
# So often a limit without a name is waited out before fewer blocks are asked for.
_LIMITED_TRIES: Final = 4
_SEND: Final = "eth_sendRawTransaction"
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
        # A chain keeps its id, and web3 asks for it again and again.
        self._chain_id: object = None

    def first_contact(self, sleep: Callable[[float], None]) -> None:
        """Return once the node has answered.

        Raises:
            ChainUnavailable: nobody answers, or not in JSON-RPC.
        """
        for left in reversed(range(_FIRST_CONTACT_TRIES)):
            try:
                self._chain_id = self.exchange(_CHAIN_ID, []).get("result")
            except _Answered:
                # It is a node, and one that is busy, so the address is right.
                self._chain_id = self._patience.ask(lambda: self.exchange(_CHAIN_ID, [])).get("result")
                return
            except Interrupted as failure:
                cause = failure.__cause__
                if not left or isinstance(cause, requests.Timeout) or _nobody_there(cause):
                    advice = connection_failure(cause, self._node) if isinstance(cause, Exception) else None
                    raise advice or ChainUnavailable(
                        failure.reason, NextStep("check the address given as {}", Parameter("rpc"))
                    ) from failure
                sleep(_FIRST_CONTACT_PAUSE_SECONDS)
            else:
                return

    def make_request(self, method: RPCEndpoint, params: Any) -> RPCResponse:
        """One request, one response.

        Raises:
            ChainUnavailable: the node does not answer, or no longer.
        """
        if method == _CHAIN_ID and self._chain_id is not None:
            return {"jsonrpc": "2.0", "id": 0, "result": self._chain_id}
        if not method.startswith(_REPEATABLE):
            try:
                return self.exchange(method, params)
            except Interrupted as failure:
                raise ChainUnavailable(
                    f"{failure.reason} ({method})", "see whether it took effect, then give the same command again"
                ) from failure
        limited = 0

        def question() -> RPCResponse:
            nonlocal limited
            try:
                return self.exchange(method, params)
            except _Limited as failure:
                limited += 1
                if limited == _LIMITED_TRIES and method == _LOGS and _is_of_several_blocks(params):
                    return failure.response
                raise

        return self._patience.ask(question)

    def make_batch_request(self, batch_requests: list[tuple[RPCEndpoint, Any]]) -> list[RPCResponse]:
        """Many requests that may be repeated in one exchange; the responses are in the order of the requests.

        Where the node limits requests, or lacks the block, for some of them, only these are asked again.

        Raises:
            BatchRefused: the node answers single requests only, or breaks off at each batch.
            ChainUnavailable: it does not answer, or no longer.
        """
        requests_: list[dict[str, Any]] = json.loads(self.encode_batch_rpc_request(batch_requests))
        answers: dict[object, RPCResponse] = {}
        breaks = 0

        def more() -> None:
            nonlocal breaks
            left = [request for request in requests_ if request["id"] not in answers]
            try:
                answer = self._answer(json.dumps(left).encode())
            except _BrokenOff as failure:
                breaks += 1
                # Some programs between here and the node fail at whatever is no single request.
                if breaks == _BREAKS and not answers:
                    raise BatchRefused(failure.reason) from failure
                raise
            except ChainUnavailable as failure:
                # The first contact went well, so the node is one: what it refuses is the batch.
                raise BatchRefused(failure.what) from failure
            found, later = matched(answer.content, [request["id"] for request in left], self._node, answer.status)
            answers.update(found)
            if later is not None:
                raise Interrupted(later.reason, max(later.pause_seconds, answer.pause_seconds))

        self._patience.ask(more)
        return [answers[request["id"]] for request in requests_]

    def exchange(self, method: RPCEndpoint, params: Any) -> RPCResponse:
        """Send a single request, once.

        Raises:
            Interrupted: it failed in a way that may pass.
            ChainUnavailable: it failed in a way that will not.
        """
        payload = self.encode_rpc_request(method, params)
        return self._checked(self._answer(payload), json.loads(payload)["id"], method)

    def _answer(self, payload: bytes) -> _Answer:
        """What the node sends back for `payload`: the body first, since many refuse in JSON-RPC with another status."""
        try:
            with self._session.post(
                self._url, data=payload, headers=self.get_request_headers(), timeout=self._timeout, stream=True
            ) as answer:
                body = self._body(answer)
                pause = retry_after_s(answer.headers.get("Retry-After", ""), time.time())
        except requests.RequestException as error:
            raise _BrokenOff(connection_failure(error, self._node).what) from error
        try:
            content = read_json(body)
        except ValueError as error:
            if answer.ok:
                raise Interrupted(connection_failure(error, self._node).what) from error
            content = None
        if not answer.ok and not _holds_errors(content):
            return _Answer(answer.status_code, pause, self._refused_by_http(answer, pause))
        return _Answer(answer.status_code, pause, content)

    def _refused_by_http(self, answer: requests.Response, pause: float) -> object:
        """The error object for an answer whose body has none.

        Raises:
            Interrupted: the refusal may pass.
            ChainUnavailable: it will not.
        """
        error = requests.HTTPError(response=answer)
        failure = connection_failure(error, self._node)
        if answer.status_code == _TOO_LARGE:
            return {
                "jsonrpc": "2.0",
                "id": None,
                "error": {"code": _TOO_LARGE, "message": "payload too large (HTTP 413)"},
            }
        if answer.status_code == _TOO_MANY_REQUESTS:
            raise _Answered(failure.what, pause) from error
        if answer.status_code in BUSY:
            raise Interrupted(failure.what, pause) from error
        if answer.status_code >= _SERVER_FAILURE:
            raise _BrokenOff(failure.what, pause) from error
        raise failure from error

    def _body(self, answer: requests.Response) -> bytes:
        try:
            return read_body(unpacked(answer), MAX_ANSWER_BYTES)
        except AnswerTooLong as error:
            raise ChainUnavailable(
                f"{self._node} answers with {error}", NextStep("pass another node as {}", Parameter("rpc"))
            ) from error

    def _checked(self, answer: _Answer, number: object, method: str) -> RPCResponse:
        response = answer.content
        error = NodeError.of(response, answer.status)
        if not isinstance(response, dict) or (error is None and not {"jsonrpc", "result"} <= response.keys()):
            raise Interrupted(f"{self._node} does not speak JSON-RPC")
        if error is not None:
            self._raise_what_is_no_answer(error, method, answer.pause_seconds)
        # A refusal may come without the number of the question. Two codes without one are about damage on the way.
        is_refusal = error is not None and error.code not in _DAMAGED_REQUEST
        is_unnumbered = response.get("id") in (None, 0) and (is_refusal or answer.status >= _BAD_REQUEST)
        if not is_numbered(response, number) and not (error is not None and is_unnumbered):
            damaged = (
                "reads it damaged"
                if error is not None and not is_refusal
                else "answers something else than it was asked"
            )
            raise Interrupted(f"the connection to {self._node} is faulty: it {damaged}")
        if error is None:
            # Some nodes send an error that is null beside the result.
            return cast("RPCResponse", {"jsonrpc": "2.0", "id": number, "result": response["result"]})
        return _refusal(error, number)

    def _raise_what_is_no_answer(self, error: NodeError, method: str, pause: float) -> None:
        """What the node says of itself, not of the question.

        Raises:
            Interrupted: it may pass.
            ChainUnavailable: it will not.
        """
        if method == _SEND and refusal(error.message) is not None:
            return
        meaning = error.meaning
        if meaning is Meaning.BUSY:
            reason, seconds = passing(error, self._node).reason, max(pause, error.pause_seconds)
            raise _Limited(reason, seconds, error) if error.is_any_limit else _Answered(reason, seconds)
        # Only events are asked for in ranges that could be shorter.
        if meaning is Meaning.BEHIND:
            raise passing(error, self._node, pause)
        if meaning is Meaning.NO_ACCESS:
            raise no_access(self._node, error.message)
        is_slow = meaning is Meaning.LESS and method != _LOGS and error.status != _TOO_LARGE
        if is_slow or (meaning is Meaning.OTHER and error.status >= _SERVER_FAILURE and refusal(error.message) is None):
            raise Interrupted(f"{self._node} fails: {error.message}", pause)


@dataclass(frozen=True)
class _Answer:
    """What came back: HTTP's status, the pause that it asks for, and the body as JSON has it."""

    status: int
    pause_seconds: float
    content: object


class _Answered(Interrupted):
    """A node answers, and asks for patience."""


class _Limited(_Answered):
    """It names no limit, so of events it may mean the number of requests or that of blocks."""

    def __init__(self, reason: str, pause_seconds: float, error: NodeError) -> None:
        super().__init__(reason, pause_seconds)
        self.response = _refusal(error, None)


class _BrokenOff(Interrupted):
    """The exchange ended without an answer, or whatever answers failed at it."""


def _refusal(error: NodeError, number: object) -> RPCResponse:
    """The response of web3's shape; it takes data that is there, also if it is nothing, for a revert."""
    code = error.code if isinstance(error.code, int) else _SERVER_ERROR
    body = {"code": code, "message": error.message, **({} if error.data is None else {"data": error.data})}
    return cast("RPCResponse", {"jsonrpc": "2.0", "id": number, "error": body})


def _is_of_several_blocks(params: Any) -> bool:
    return bool(params[0].get("fromBlock") != params[0].get("toBlock"))


def _holds_errors(content: object) -> bool:
    """Whether a body is a refusal in JSON-RPC: of one question, or of some of a batch."""
    responses = content if isinstance(content, list) else [content]
    return any(isinstance(each, dict) and each.get("error") is not None for each in responses)


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
        provider.first_contact(sleep)
    except ChainUnavailable:
        session.close()
        raise
    return provider, session


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
