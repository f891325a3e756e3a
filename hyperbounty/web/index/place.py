"""Which database an index is in: the option of every command that works with one."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Final

from hyperbounty.cli.help import grouped

if TYPE_CHECKING:
    from hyperbounty.session import Session

DATABASE: Final = grouped(
    "Index",
    "--database",
    envvar="HYPERBOUNTYDATABASE",
    metavar="URL",
    help="The index: postgresql://USER@HOST/DATABASE; left out, a file of SQLite under --home.",
)


def index_place(session: Session, database: str | None) -> Path | str:
    """A path or a URL: what `DATABASE` gave, or the file under the home where it was left out."""
    return session.home / "index.sqlite" if database is None else database
