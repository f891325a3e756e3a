"""web3 on a development node in the same process."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, cast

from web3.providers.base import JSONBaseProvider

from hyperbounty.chain.embedded.jsonrpc import answer

if TYPE_CHECKING:
    from web3.types import RPCEndpoint, RPCResponse

    from hyperbounty.chain.embedded.node import DevelopmentNode


class EmbeddedProvider(JSONBaseProvider):
    """Hands every request to `node` in the form in which HTTP would carry it."""

    def __init__(self, node: DevelopmentNode) -> None:
        super().__init__()
        self._node = node

    def make_request(self, method: RPCEndpoint, params: Any) -> RPCResponse:
        """One request, one response."""
        return self.decode_rpc_response(self._answer(self.encode_rpc_request(method, params)))

    def make_batch_request(self, batch_requests: list[tuple[RPCEndpoint, Any]]) -> list[RPCResponse] | RPCResponse:
        """Many requests; the responses in their order."""
        return cast(
            "list[RPCResponse]", self.decode_rpc_response(self._answer(self.encode_batch_rpc_request(batch_requests)))
        )

    def _answer(self, payload: bytes) -> bytes:
        # Every request of web3 has an id, so there is always an answer.
        return answer(self._node.handle, payload) or b"null"
