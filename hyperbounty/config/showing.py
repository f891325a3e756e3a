"""Settings as they may be shown: whose value could hold a provider's key is shortened, and keys are never there."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from hyperbounty.config.settings import Settings
from hyperbounty.config.table import CONFIG_VARIABLE, PROFILE_VARIABLE, SETTINGS
from hyperbounty.config.web import WEB_READERS
from hyperbounty.config.webhooks import Webhook
from hyperbounty.durations import format_duration
from hyperbounty.faults import nearest
from hyperbounty.money import amount_json, format_amount

# Read elsewhere than in the table of settings.
_OTHER_VARIABLES: Final = (
    "HYPERBOUNTY_HOME",
    "HYPERBOUNTY_PRIVATE_KEY",
    "HYPERBOUNTY_DEBUG",
    "HYPERBOUNTY_QUEUE",
    "HYPERBOUNTY_DATABASE",
    "HYPERBOUNTY_COMPILED",
    "HYPERBOUNTY_IPFS_AUTH",
    "HYPERBOUNTY_GATEWAY_AUTH",
)
# Of the tests.
_NOT_OURS: Final = re.compile(r"HYPERBOUNTY_(TEST|UPDATE|FAULT)_")


@dataclass(frozen=True)
class Row:
    """One setting as it is shown.

    Attributes:
        key: its name in the file.
        value: for JSON: amounts as in `amount_json`, times in seconds.
        text: for people.
        origin: where it came from.
    """

    key: str
    value: object
    text: str
    origin: str


def rows(settings: Settings) -> list[Row]:
    """Every setting, in the order of the documentation.

    >>> from hyperbounty.config.settings import resolve
    >>> [row.text for row in rows(resolve({}, {}, None, folder=Path())) if row.key in ("rpc", "outage")]
    ['http://127.0.0.1:8545', '30s']
    """
    shown = [Row("profile", settings.profile, settings.profile, str(settings.origins["profile"]))]
    for setting in SETTINGS:
        value = _harmless(getattr(settings, setting.field))
        origin = str(settings.origins[setting.key])
        is_amount = isinstance(value, int) and setting.key.endswith("_fee")
        listed = amount_json(value) if isinstance(value, int) and is_amount else value
        shown.append(Row(setting.key, listed, _text(setting.key, value), origin))
    for key in WEB_READERS:
        value = _harmless(getattr(settings.web, key))
        shown.append(Row(f"web.{key}", value, _text(f"web.{key}", value or None), str(settings.origins[f"web.{key}"])))
    return shown


def unknown_variables(environment: Mapping[str, str]) -> list[str]:
    """A remark for each variable that begins like ours and that nothing reads.

    >>> unknown_variables({"HYPERBOUNTY_RCP": "http://127.0.0.1:8545", "HOME": "/home/ada"})
    ['HYPERBOUNTY_RCP is set and nothing reads it; did you mean HYPERBOUNTY_RPC?']
    """
    known = {CONFIG_VARIABLE, PROFILE_VARIABLE, *_OTHER_VARIABLES, *(setting.variable for setting in SETTINGS)}
    ours = (name for name in sorted(environment) if name.startswith("HYPERBOUNTY_") and not _NOT_OURS.match(name))
    return [f"{name} is set and nothing reads it; {nearest(name, known)}" for name in ours if name not in known]


def _harmless(value: object) -> object:
    if isinstance(value, Webhook):
        return value.name
    if isinstance(value, tuple):
        return [_harmless(item) for item in value]
    if isinstance(value, Mapping):
        return dict(value)
    if isinstance(value, str) and "://" in value:
        from hyperbounty.chain.endpoint import shown_url

        try:
            return shown_url(value)
        except ValueError:
            return "(not an address)"
    if isinstance(value, Path):
        # Of a password file. Somebody may have put the password where the name of its file belongs.
        return str(value) if value.exists() else "(no such file)"
    return value


def _text(key: str, value: object) -> str:
    if isinstance(value, list):
        return ", ".join(map(str, value)) or "none"
    if isinstance(value, dict):
        return ", ".join(f"{name} at {address}" for name, address in value.items()) or "none"
    if isinstance(value, float):
        return format_duration(value)
    if isinstance(value, int) and key.endswith("_fee"):
        return format_amount(value)
    return _ABSENT.get(key, "none") if value is None else str(value)


_ABSENT: Final = {
    "rpc": "none: this profile has no node",
    "chain_id": "any",
    "contract": "the one known on this chain",
    "max_fee": "no cap",
    "priority_fee": "what the node asks",
    "password_file": "none: asked for",
    "ipfs": "the embedded store",
    "web.public_url": "where the site listens",
    "web.rate": "any number",
}
