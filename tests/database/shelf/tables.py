"""An invented set of tables with two revisions."""

from __future__ import annotations

from dataclasses import replace
from typing import Final

from sqlalchemy import Column, Integer, MetaData, String, Table

from hyperbounty.database import Schema

METADATA: Final = MetaData()
BOOKS: Final = Table(
    "shelf_books",
    METADATA,
    Column("title", String(80), primary_key=True),
    Column("pages", Integer, nullable=False, server_default="0"),
)
SHELF: Final = Schema(
    name="the shelf",
    package="tests.database.shelf",
    head="0002",
    version_table="shelf_version",
    lock=1,
    kept="books are kept",
    lost="books are bought again",
)
OLD_SHELF: Final = replace(SHELF, head="0001")
"""What the version before knew of."""
