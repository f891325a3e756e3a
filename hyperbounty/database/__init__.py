"""Sets of tables in a file of SQLite, or in PostgreSQL by URL; they migrate with the program that uses them."""

from hyperbounty.database.database import Database
from hyperbounty.database.schema import Schema

__all__ = ["Database", "Schema"]
