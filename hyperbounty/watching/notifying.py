"""Notifications beside what a watch prints: by any address that Apprise knows, and never in the way of the watch.

Such an address holds a password or a token, so it is in no message and no log.
"""

from __future__ import annotations

import logging
import queue
import threading
import time
from collections.abc import Callable, Sequence
from typing import Final

from hyperbounty.errors import InvalidInput
from hyperbounty.next_steps import NextStep, Parameter

TITLE: Final = "hyperbounty"
_MOST_WAITING: Final = 100

_BELOW_APPRISE: Final = ("urllib3.connection", "urllib3.connectionpool", "urllib3.util.retry")
"""Who write addresses into their logs, at a finer level, as Apprise does."""

Sender = Callable[[str], bool]
"""Sends a line to one address, and says whether it was delivered; may take long, and may raise."""


class Notifier:
    """Hands lines to senders, each in a thread of its own with a bounded queue: a dead one delays nobody.

    Args:
        senders: one for each address, in the order in which they were named.
        on_trouble: is told what could not be delivered; from the thread of the sender.
    """

    def __init__(self, senders: Sequence[Sender], on_trouble: Callable[[str], None]) -> None:
        count = len(senders)
        names = [f"address {number} of {count}" if count > 1 else "the address" for number in range(1, count + 1)]
        self._outlets = [_Outlet(name, send, on_trouble) for name, send in zip(names, senders, strict=True)]

    def say(self, line: str) -> None:
        """Have `line` sent, as soon as may be; returns at once."""
        for outlet in self._outlets:
            outlet.put(line)

    def close(self, seconds: float) -> None:
        """Give what still waits so long to be sent; after that it is dropped."""
        deadline = time.monotonic() + seconds
        for outlet in self._outlets:
            outlet.finish(max(0.0, deadline - time.monotonic()))


class _Outlet:
    def __init__(self, name: str, send: Sender, on_trouble: Callable[[str], None]) -> None:
        self._name = name
        self._send = send
        self._on_trouble = on_trouble
        self._lines: queue.Queue[str | None] = queue.Queue(_MOST_WAITING)
        self._lost = 0
        self._thread = threading.Thread(target=self._run, name=f"notifications, {name}", daemon=True)
        self._thread.start()

    def put(self, line: str) -> None:
        try:
            self._lines.put_nowait(line)
        except queue.Full:
            if not self._lost:
                self._on_trouble(f"{self._name} for notifications is too slow; some are left out")
            self._lost += 1

    def finish(self, seconds: float) -> None:
        try:
            self._lines.put_nowait(None)
        except queue.Full:
            return
        self._thread.join(seconds)

    def _run(self) -> None:
        is_well = True
        while (line := self._lines.get()) is not None:
            left_out, self._lost = self._lost, 0
            try:
                delivered = self._send(line if not left_out else f"({left_out} messages were left out) {line}")
            except Exception:  # noqa: BLE001 - a library's plugin may raise anything, with the address in its message
                delivered = False
            if is_well and not delivered:
                self._on_trouble(f"{self._name} for notifications does not take them; the watch goes on without")
            is_well = delivered


class _Unheard(logging.Filter):
    """Drops what a thread logs while it is within this; what others log by the same library stays."""

    def __init__(self) -> None:
        super().__init__()
        self._here = threading.local()

    def __enter__(self) -> None:
        self._here.is_within = True

    def __exit__(self, *_: object) -> None:
        self._here.is_within = False

    def filter(self, record: logging.LogRecord) -> bool:
        return not getattr(self._here, "is_within", False)


_unheard: Final = _Unheard()


def apprise_senders(addresses: Sequence[str]) -> list[Sender]:
    """A sender for each address.

    Args:
        addresses: of Apprise, such as `ntfy://TOPIC` or `mailto://…`; the extra `notify` must be installed.

    Raises:
        InvalidInput: Apprise does not know an address; which, by its place. The address itself is not shown.
    """
    from apprise import Apprise

    logging.getLogger("apprise").setLevel(logging.CRITICAL)
    for name in _BELOW_APPRISE:
        # Adding the same filter twice does nothing.
        logging.getLogger(name).addFilter(_unheard)
    senders: list[Sender] = []
    for number, address in enumerate(addresses, 1):
        service = Apprise.instantiate(address)
        if service is None:
            raise InvalidInput(
                f"address {number} of {len(addresses)} for notifications is none that Apprise knows",
                NextStep(
                    "give {} as it says: https://github.com/caronc/apprise/wiki", Parameter("notify", "SERVICE://…")
                ),
            )
        senders.append(_sender(service))
    return senders


def _sender(service: object) -> Sender:
    def send(line: str) -> bool:
        # Of the service itself, which sends in this thread; `Apprise` would send in another, which is heard.
        with _unheard:
            return bool(service.notify(body=line, title=TITLE))  # type: ignore[attr-defined]

    return send
