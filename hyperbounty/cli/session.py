"""What a command works with: a session that asks and remarks as the command line does."""

from __future__ import annotations

import os
from dataclasses import dataclass
from typing import TYPE_CHECKING

import click

import hyperbounty.session as shared
from hyperbounty.cli.output import note
from hyperbounty.cli.redaction import keep_secret, keep_secret_text
from hyperbounty.cli.wording import option, worded
from hyperbounty.errors import AccountError
from hyperbounty.next_steps import NextStep, Parameter

if TYPE_CHECKING:
    from hyperbounty.config.settings import Settings
    from hyperbounty.store import Access


@dataclass
class Session(shared.Session):
    """The options shared by commands, and what they lead to.

    Attributes:
        as_json: the result is to be printed as JSON.
    """

    as_json: bool = False

    def called(self, parameter: Parameter) -> str:
        """See `hyperbounty.session.Session`."""
        return option(parameter)

    def remark(self, line: str) -> None:
        """See `hyperbounty.session.Session`."""
        note(worded(line))

    def keep_secret(self, settings: Settings) -> None:
        """See `hyperbounty.session.Session`."""
        for address in (settings.rpc, settings.ipfs, *settings.gateways):
            keep_secret(address)

    def keep_credentials_secret(self, access: Access) -> None:
        """See `hyperbounty.session.Session`."""
        for credentials in (access.node, *access.gateways.values()):
            if credentials is not None:
                keep_secret_text(credentials.header, credentials.header.split()[-1])

    def password(self, name: str, *, confirm: bool = False) -> str:
        """The keystore's password, from the password file of the settings or a hidden prompt.

        Args:
            name: of the keystore.
            confirm: it is a new password, which is asked for twice.
        """
        if not confirm or self.settings.password_file_for(name) is not None:
            return super().password(name)
        return self._asked(name, confirm=True)

    def ask_password(self, name: str) -> str:
        """See `hyperbounty.session.Session`."""
        return self._asked(name, confirm=False)

    def _asked(self, name: str, *, confirm: bool) -> str:
        if not os.isatty(0):
            raise AccountError(
                f"the password of {name} cannot be asked for without a terminal",
                NextStep("pass {}", Parameter("password_file", "FILE")),
            )
        answer: str = click.prompt(f"Password of {name}", hide_input=True, confirmation_prompt=confirm, err=True)
        return answer
