"""Where messages go: to a webhook, signed as Standard Webhooks says, or by Apprise.

An address may hold a password or a token, and what a library says of a failure may quote it. So a failure is told in
words of our own, and an outlet by its name.
"""

from __future__ import annotations

import base64
import binascii
import hashlib
import hmac
import os
from abc import ABC, abstractmethod
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

import requests

from hyperbounty.config.webhooks import Webhook
from hyperbounty.errors import InvalidInput
from hyperbounty.next_steps import NextStep
from hyperbounty.version import __version__
from hyperbounty.watching.notifying import Sender

_PREFIX: Final = "whsec_"
_LEAST_BYTES: Final = 24
_MOST_BYTES: Final = 64
_TIMEOUTS_S: Final = (5, 10)
_GONE: Final = 410
_HOW: Final = NextStep("make one: echo whsec_$(head -c 32 /dev/urandom | base64)")


@dataclass(frozen=True)
class Message:
    """What is sent.

    Attributes:
        id: by which whoever gets it twice knows it again.
        body: JSON.
        line: the same for people.
    """

    id: str
    body: str
    line: str


@dataclass(frozen=True)
class Failure:
    """Why a message was not taken.

    Attributes:
        reason: in words.
        is_final: it will not be taken later either.
    """

    reason: str
    is_final: bool = False


class Outlet(ABC):
    """One address.

    Args:
        name: in messages and in the outbox.
        pages: what it is about, in small letters; none for the news of all.
    """

    def __init__(self, name: str, pages: Sequence[str] = ()) -> None:
        self.name = name
        self.pages = frozenset(page.lower() for page in pages)

    @abstractmethod
    def send(self, message: Message, now: float) -> Failure | None:
        """Send it once; None where it was taken.

        Args:
            message: to send.
            now: unix seconds.
        """


class WebhookOutlet(Outlet):
    """An address of HTTP that is sent each message by POST, signed (https://www.standardwebhooks.com).

    Args:
        webhook: of the operator's file.
        secret: that it shares with us.
    """

    def __init__(self, webhook: Webhook, secret: bytes) -> None:
        super().__init__(f"webhook {webhook.name}", webhook.pages)
        self._url = webhook.url
        self._secret = secret

    def send(self, message: Message, now: float) -> Failure | None:
        """See `Outlet`. A redirect is not followed: it leads to an address that is not in the operator's file."""
        body, at = message.body.encode(), str(int(now))
        headers = {
            "content-type": "application/json",
            "user-agent": f"hyperbounty/{__version__}",
            "webhook-id": message.id,
            "webhook-timestamp": at,
            "webhook-signature": signature(self._secret, message.id, at, body),
        }
        try:
            with requests.post(
                self._url, data=body, headers=headers, timeout=_TIMEOUTS_S, allow_redirects=False, stream=True
            ) as answer:
                status = answer.status_code
        except requests.Timeout:
            return Failure(f"it did not answer within {_TIMEOUTS_S[1]} seconds")
        except requests.exceptions.SSLError:
            return Failure("its certificate is not valid")
        except requests.RequestException:
            return Failure("nobody can be reached there")
        except Exception:  # noqa: BLE001 - of a library below, with the address in its words
            return Failure("it answered what is not HTTP")
        if 200 <= status < 300:
            return None
        if 300 <= status < 400:
            return Failure(f"it leads to another address (HTTP {status}), which is not followed")
        return Failure(f"it answered HTTP {status}", is_final=status == _GONE)


class SenderOutlet(Outlet):
    """E-mail, Telegram and what else Apprise knows.

    Args:
        name: see `Outlet`.
        sender: of `hyperbounty.watching.notifying.apprise_senders`.
    """

    def __init__(self, name: str, sender: Sender) -> None:
        super().__init__(name)
        self._sender = sender

    def send(self, message: Message, now: float) -> Failure | None:
        """See `Outlet`."""
        try:
            is_taken = self._sender(message.line)
        except Exception:  # noqa: BLE001 - a library's plugin may raise anything, with the address in its message
            is_taken = False
        return None if is_taken else Failure("it does not take messages")


def signature(secret: bytes, message_id: str, at: str, body: bytes) -> str:
    """What `webhook-signature` holds.

    >>> signature(b"x" * 24, "msg_1", "1800000000", b"{}")
    'v1,OGLHIfxdbbwJA22pYqj2RCcCyHtIDCpVcP0MuaRnhig='
    """
    signed = b".".join((message_id.encode(), at.encode(), body))
    return f"v1,{base64.b64encode(hmac.new(secret, signed, hashlib.sha256).digest()).decode()}"


def outlets(
    webhooks: Sequence[Webhook], senders: Sequence[Sender] = (), environment: Mapping[str, str] = os.environ
) -> list[Outlet]:
    """All outlets, their secrets read; nothing of a secret is in an error.

    Args:
        webhooks: of the operator's file.
        senders: of Apprise, in the order in which their addresses were named.
        environment: that secrets may stand in.

    Raises:
        InvalidInput: a secret is not there, or is none.
    """
    made: list[Outlet] = [WebhookOutlet(webhook, secret_of(webhook, environment)) for webhook in webhooks]
    return [*made, *(SenderOutlet(f"address {number}", sender) for number, sender in enumerate(senders, 1))]


def secret_of(webhook: Webhook, environment: Mapping[str, str]) -> bytes:
    """The secret of a webhook, from its file or its variable.

    Raises:
        InvalidInput: it is not there, or is none.
    """
    if webhook.secret_file is not None:
        where = str(webhook.secret_file)
        try:
            written = webhook.secret_file.read_text("ascii").strip()
        except (OSError, UnicodeDecodeError):
            raise InvalidInput(f"the secret of webhook {webhook.name} cannot be read from {where}", _HOW) from None
    else:
        where = f"the variable {webhook.secret_variable}"
        written = environment.get(str(webhook.secret_variable), "").strip()
    try:
        secret = base64.b64decode(written.removeprefix(_PREFIX), validate=True)
    except (binascii.Error, ValueError):
        secret = b""
    if not written.startswith(_PREFIX) or not _LEAST_BYTES <= len(secret) <= _MOST_BYTES:
        raise InvalidInput(
            f"{where} has no secret for webhook {webhook.name}: that is {_PREFIX} and {_LEAST_BYTES} to {_MOST_BYTES}"
            " bytes in base64",
            _HOW,
        )
    return secret
