"""The index that a site starts: `hyperbounty index run` with the settings of the site's own command."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Final

from hyperbounty.config.places import HOME_VARIABLE
from hyperbounty.config.table import CONFIG_VARIABLE, PROFILE_VARIABLE
from hyperbounty.session import Session
from hyperbounty.web.site.children import Child

DATABASE_VARIABLE: Final = "HYPERBOUNTY_DATABASE"


def index_process(session: Session, database: Path | str) -> Child:
    """The process that keeps the index in `database`, restarted when it dies."""
    return Child("index", ("index", "run"), {**settings_of(session), DATABASE_VARIABLE: _named(database)})


def settings_of(session: Session) -> Mapping[str, str]:
    """What was given for this command, as variables: the list of processes shows no address of a node."""
    named: dict[str, object] = {
        HOME_VARIABLE: session.home,
        CONFIG_VARIABLE: session.config,
        PROFILE_VARIABLE: session.profile,
    }
    named |= {f"HYPERBOUNTY_{key.upper()}": value for key, value in session.options.items()}
    return {name: str(value) for name, value in named.items() if value is not None}


def _named(database: Path | str) -> str:
    return f"sqlite:///{database.absolute()}" if isinstance(database, Path) else database
