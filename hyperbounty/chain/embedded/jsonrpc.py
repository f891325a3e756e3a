"""JSON-RPC 2.0 framing (https://www.jsonrpc.org/specification): bytes in, bytes out, whatever carries them."""

from __future__ import annotations

import json
import logging
from collections.abc import Callable
from typing import Any, Final

from hyperbounty.errors import ChainError
from hyperbounty.foreign_json import nests_deeper

PARSE_ERROR: Final = -32700
INVALID_REQUEST: Final = -32600
METHOD_NOT_FOUND: Final = -32601
INVALID_PARAMS: Final = -32602
INTERNAL_ERROR: Final = -32603
SERVER_ERROR: Final = -32000
# What Geth and Anvil answer where a contract reverted; `data` then carries the revert data.
REVERTED: Final = 3

MAX_BATCH: Final = 1000
MAX_DEPTH: Final = 64

_log = logging.getLogger(__name__)
Handler = Callable[[str, list[Any]], Any]


class RpcRefusal(ChainError):
    """A request the node answers with an error object.

    Attributes:
        code: of the error object.
        data: 0x-hex revert data, or None.
    """

    def __init__(self, code: int, message: str, data: str | None = None) -> None:
        super().__init__(message)
        self.code = code
        self.data = data


def answer(handler: Handler, payload: bytes) -> bytes | None:
    """The response to one request or a batch; None where nothing is to be answered (notifications only)."""
    try:
        request = None if nests_deeper(payload, MAX_DEPTH) else json.loads(payload)
    except ValueError:
        return _encode(_error(None, PARSE_ERROR, "the request is not JSON"))
    if not isinstance(request, list):
        response = _answer_one(handler, request)
        return None if response is None else _encode(response)
    if not 0 < len(request) <= MAX_BATCH:
        return _encode(_error(None, INVALID_REQUEST, f"a batch holds 1 to {MAX_BATCH} requests, not {len(request)}"))
    responses = [response for response in (_answer_one(handler, each) for each in request) if response is not None]
    return _encode(responses) if responses else None


def _answer_one(handler: Handler, request: object) -> dict[str, Any] | None:
    if not isinstance(request, dict) or not isinstance(request.get("method"), str):
        return _error(None, INVALID_REQUEST, "a request is an object with a method")
    number = request.get("id")
    method = request["method"]
    params = request.get("params", [])
    if not isinstance(params, list):
        return _error(number, INVALID_PARAMS, "the parameters of this node are by position, in a list")
    try:
        response = {"jsonrpc": "2.0", "id": number, "result": handler(method, params)}
    except RpcRefusal as refusal:
        response = _error(number, refusal.code, refusal.what, refusal.data)
    except ChainError as error:
        response = _error(number, SERVER_ERROR, f"{error.what}; {error.next_step}")
    except Exception as error:  # noqa: BLE001 - one failed request must not end the node; the trace goes to the log
        _log.warning("%s failed", method, exc_info=True)
        response = _error(number, INTERNAL_ERROR, f"internal error, {type(error).__name__}: {error}")
    return response if "id" in request else None


def _error(number: object, code: int, message: str, data: str | None = None) -> dict[str, Any]:
    body: dict[str, Any] = {"code": code, "message": message}
    if data is not None:
        body["data"] = data
    return {"jsonrpc": "2.0", "id": number, "error": body}


def _encode(response: object) -> bytes:
    return json.dumps(response, separators=(",", ":")).encode()
