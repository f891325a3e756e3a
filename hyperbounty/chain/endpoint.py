"""The connection to a node over HTTP: a session, retries of what may be repeated, and an address fit to be shown."""

from __future__ import annotations

from typing import Any, Final
from urllib.parse import urlsplit

import requests
from web3 import HTTPProvider
from web3.providers.rpc.utils import REQUEST_RETRY_ALLOWLIST, ExceptionRetryConfiguration
from web3.types import RPCEndpoint

from hyperbounty.chain.failures import node_failures
from hyperbounty.errors import ChainUnavailable, InvalidInput

TIMEOUT_SECONDS: Final = 15.0
_RETRIES: Final = 4
_BACKOFF_SECONDS: Final = 0.25
_LOOPBACK: Final = ("127.0.0.1", "localhost", "::1")


def shown_url(url: str) -> str:
    """`url` without what may be secret: providers put the customer's key into the path, the query or the user."""
    parts = urlsplit(url)
    port = f":{parts.port}" if parts.port else ""
    host = f"[{parts.hostname}]" if parts.hostname and ":" in parts.hostname else parts.hostname
    return f"{parts.scheme}://{host}{port}{'/…' if parts.path.strip('/') or parts.query else ''}"


def open_provider(url: str, timeout: float = TIMEOUT_SECONDS) -> tuple[HTTPProvider, requests.Session]:
    """A web3 provider for the node at `url`, once it has answered, and the session that closes its connections.

    Args:
        url: http or https.
        timeout: seconds for one answer; what only reads is then tried again.

    Raises:
        InvalidInput: this is no such URL.
        ChainUnavailable: nobody answers, or not in JSON-RPC.
    """
    _check(url)
    session = requests.Session()
    # What goes to this machine must not leave it through a proxy of the environment.
    session.trust_env = urlsplit(url).hostname not in _LOOPBACK
    provider = HTTPProvider(
        url, request_kwargs={"timeout": timeout}, session=session, exception_retry_configuration=None
    )
    # A contract may ask its caller to fetch a URL (EIP-3668); no contract here has reason to.
    provider.global_ccip_read_enabled = False
    try:
        with node_failures(shown_url(url)):
            answer: Any = provider.make_request(RPCEndpoint("eth_chainId"), [])
        if not isinstance(answer, dict) or "jsonrpc" not in answer:
            raise ChainUnavailable(f"{shown_url(url)} does not speak JSON-RPC", "check the address given as --rpc")
    except ChainUnavailable:
        session.close()
        raise
    provider.exception_retry_configuration = ExceptionRetryConfiguration(
        errors=(requests.ConnectionError, requests.Timeout, requests.HTTPError),
        retries=_RETRIES,
        backoff_factor=_BACKOFF_SECONDS,
        # A transaction that is sent twice is answered with an error although the first arrived.
        method_allowlist=[name for name in REQUEST_RETRY_ALLOWLIST if name not in ("eth_sendRawTransaction", "evm")],
    )
    return provider, session


def _check(url: str) -> None:
    advice = "give it as http://HOST:PORT or https://HOST/PATH"
    try:
        parts = urlsplit(url)
        _ = parts.port
    except ValueError:
        raise InvalidInput("the address of the node is not a URL", advice) from None
    if parts.scheme not in ("http", "https") or not parts.hostname:
        raise InvalidInput("the address of the node is neither http:// nor https:// with a host", advice)
