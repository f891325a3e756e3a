"""How the servers of a store are asked: with how much patience, and with which credentials.

Credentials come from the environment alone. They are sent to the server that they are for and to no other, never in the
clear over a network, and no message repeats them.
"""

from __future__ import annotations

import base64
import ipaddress
import re
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final
from urllib.parse import urlsplit

from hyperbounty.errors import InvalidInput, StoreAccessRefused, StoreUnavailable
from hyperbounty.patience import OnOutage, Patience

if TYPE_CHECKING:
    import requests

NODE_VARIABLE: Final = "HYPERBOUNTY_IPFS_AUTH"
"""The environment variable with the credentials of the IPFS node's RPC."""

GATEWAY_VARIABLE: Final = "HYPERBOUNTY_GATEWAY_AUTH"
"""The environment variable with the credentials of gateways, by their hosts."""

_BEARER: Final = re.compile(r"[A-Za-z0-9._~+/=-]+")
_FORM: Final = "bearer:TOKEN or basic:USER:PASSWORD"


@dataclass(frozen=True)
class Credentials:
    """What one server is shown. As a function it is the `auth` of a session of `requests`.

    Attributes:
        header: value of the Authorization header.
        variable: where it came from.
    """

    header: str = field(repr=False)
    variable: str

    def __call__(self, request: requests.PreparedRequest) -> requests.PreparedRequest:
        """`request` with the header, in the place of what requests would find in a .netrc."""
        request.headers["Authorization"] = self.header
        return request


def without_credentials(request: requests.PreparedRequest) -> requests.PreparedRequest:
    """`request` as it is: an `auth` that keeps requests from looking in a .netrc for a password to send along."""
    return request


def parse_credentials(text: str, variable: str) -> Credentials:
    """Credentials as Kubo's `--api-auth` writes them.

    Raises:
        InvalidInput: they are not written so; the message does not repeat them.

    >>> parse_credentials("bearer:abc", "HYPERBOUNTY_IPFS_AUTH").header
    'Bearer abc'
    >>> parse_credentials("basic:ada:pass:word", "HYPERBOUNTY_IPFS_AUTH").header
    'Basic YWRhOnBhc3M6d29yZA=='
    """
    kind, _, secret = text.partition(":")
    if kind.lower() == "bearer" and _BEARER.fullmatch(secret):
        return Credentials(f"Bearer {secret}", variable)
    user, colon, password = secret.partition(":")
    if kind.lower() == "basic" and user and colon and password:
        return Credentials(f"Basic {base64.b64encode(secret.encode()).decode()}", variable)
    raise InvalidInput(f"{variable} holds no credentials", f"write them as {_FORM}")


@dataclass(frozen=True)
class Access:
    """How the servers of a store are asked.

    Attributes:
        outage_seconds: how long a server that is busy, or stops answering, is asked again; 0 to ask once.
        on_outage: is told, before each pause, the seconds since the first failure and the reason.
        node: shown to the IPFS node's RPC.
        gateways: shown to gateways, by host, or by host and port.
        sleep, monotonic: of the pauses.

    >>> Access.from_environment({"HYPERBOUNTY_GATEWAY_AUTH": "ipfs.example.org=bearer:abc"}).gateways
    {'ipfs.example.org': Credentials(variable='HYPERBOUNTY_GATEWAY_AUTH')}
    """

    outage_seconds: float = 30.0
    on_outage: OnOutage | None = None
    node: Credentials | None = None
    gateways: Mapping[str, Credentials] = field(default_factory=dict)
    sleep: Callable[[float], None] = time.sleep
    monotonic: Callable[[], float] = time.monotonic

    @classmethod
    def from_environment(
        cls, environment: Mapping[str, str], outage_seconds: float = 30.0, on_outage: OnOutage | None = None
    ) -> Access:
        """The access that the variables of the environment give.

        Raises:
            InvalidInput: one of them is not written as it must be.
        """
        node = environment.get(NODE_VARIABLE, "").strip()
        return cls(
            outage_seconds,
            on_outage,
            parse_credentials(node, NODE_VARIABLE) if node else None,
            _by_host(environment.get(GATEWAY_VARIABLE, "")),
        )

    def patience(self, advice: str) -> Patience:
        """The patience with one server, or with several; `advice` is the next step once it is over."""
        return Patience(
            self.outage_seconds,
            self.on_outage,
            given_up=lambda reason: StoreUnavailable(reason, advice),
            sleep=self.sleep,
            monotonic=self.monotonic,
        )

    def of_gateway(self, url: str) -> Credentials | None:
        """What is shown to the gateway at `url`; None where nothing is said of it.

        Raises:
            InvalidInput: it would travel in the clear.
        """
        parts = urlsplit(url)
        found = self.gateways.get(parts.netloc.lower()) or self.gateways.get(parts.hostname or "")
        if found is not None:
            check_private(parts.scheme, parts.hostname, found)
        return found


def check_private(scheme: str, host: str | None, credentials: Credentials) -> None:
    """Refuse to show `credentials` to a server that others can listen to.

    Raises:
        InvalidInput: neither encrypted nor on this machine.
    """
    if scheme != "https" and not is_local(host):
        raise InvalidInput(
            f"{credentials.variable} would go to {host} in the clear",
            "use an https address, or a tunnel that ends at 127.0.0.1",
        )


def is_local(host: str | None) -> bool:
    """Whether `host` is this machine, by its usual name or by a number.

    >>> is_local("localhost"), is_local("::1"), is_local("10.0.0.1"), is_local("ipfs.io")
    (True, True, False, False)
    """
    return host == "localhost" or (host is not None and is_number(host) and ipaddress.ip_address(host).is_loopback)


def is_number(host: str) -> bool:
    """Whether `host` is an IP address.

    >>> is_number("127.0.0.1"), is_number("ipfs.io")
    (True, False)
    """
    try:
        ipaddress.ip_address(host)
    except ValueError:
        return False
    return True


def access_refused(who: str, status: int, credentials: Credentials | None, variable: str) -> StoreAccessRefused:
    """The error where `who` answered with `status`, one of `http_answers.REFUSED`."""
    if credentials is not None:
        advice = f"check the credentials in {credentials.variable}: they were refused"
    else:
        advice = f"put its credentials into {variable}"
    return StoreAccessRefused(f"access refused by {who} (HTTP {status})", advice)


def _by_host(text: str) -> dict[str, Credentials]:
    found: dict[str, Credentials] = {}
    for entry in text.split():
        host, equals, credentials = entry.partition("=")
        if not equals or not host or ":" in host.rpartition("]")[2].partition(":")[2]:
            raise InvalidInput(
                f"{GATEWAY_VARIABLE} does not say which gateway its credentials are for",
                f"write HOST={_FORM}, several of them with a space between",
            )
        found[host.lower()] = parse_credentials(credentials, GATEWAY_VARIABLE)
    return found
