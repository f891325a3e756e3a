"""Notifications by any address that Apprise knows: the option for them, and what sends them."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Any, Final

import click

from hyperbounty.cli.redaction import keep_secret, keep_secret_text
from hyperbounty.extras import command_to_install, require

if TYPE_CHECKING:
    from hyperbounty.watching.notifying import Sender

NOTIFY_VARIABLE: Final = "HYPERBOUNTY_NOTIFY"


def notify_option(function: Callable[..., Any]) -> Callable[..., Any]:
    """Add the option; the function gets `notify: tuple[str, ...]`."""
    return click.option(
        "--notify",
        multiple=True,
        envvar=NOTIFY_VARIABLE,
        metavar="URL",
        help="Send the news there too: any address of Apprise, such as ntfy://TOPIC; again for each further one. "
        f"It holds a secret, so {NOTIFY_VARIABLE} may hold it instead. Needs {command_to_install('notify')}",
    )(function)


def senders_of(addresses: Sequence[str]) -> list[Sender]:
    """What sends to each address; found out before anything begins, and without an address on any screen.

    Raises:
        InvalidInput: an address is none.
        MissingExtra: Apprise is not installed.
    """
    if not addresses:
        return []
    for address in addresses:
        keep_secret(address)
        keep_secret_text(address)
    require("notify")
    from hyperbounty.watching.notifying import apprise_senders

    return apprise_senders(addresses)
