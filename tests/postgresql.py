"""A PostgreSQL server for tests and benchmarks, and databases on it."""

from __future__ import annotations

import os
import secrets
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from sqlalchemy import create_engine, text
from sqlalchemy.engine import make_url


class NoServer(Exception):
    """None is named, and its programs are not installed."""


@contextmanager
def postgresql() -> Iterator[str]:
    """URL of a PostgreSQL server: HYPERBOUNTY_TEST_POSTGRESQL, or a private one on a socket in a new folder.

    Raises:
        NoServer: there is neither.
    """
    given = os.environ.get("HYPERBOUNTY_TEST_POSTGRESQL")
    if given:
        yield given
        return
    # Debian keeps the server's programs off the PATH, one folder a version.
    found = [p for p in (shutil.which("initdb"), *Path("/usr/lib/postgresql").glob("*/bin/initdb")) if p]
    if not found:
        raise NoServer("no PostgreSQL: neither HYPERBOUNTY_TEST_POSTGRESQL is set nor is `initdb` installed")
    programs = Path(max(map(str, found))).parent
    # It refuses to run as root.
    user = "postgres" if os.geteuid() == 0 else None
    folder = tempfile.mkdtemp(prefix="hyperbounty-pg-")
    if user:
        shutil.chown(folder, user)

    def call(program: str, *arguments: str) -> None:
        command = [str(programs / program), "-D", f"{folder}/data", *arguments]
        subprocess.run(command, check=True, stdout=subprocess.DEVNULL, cwd=folder, user=user)

    try:
        call("initdb", "-A", "trust", "-U", "tester", "--no-sync")
        options = f"-k {folder} -c listen_addresses= -c fsync=off"
        call("pg_ctl", "-w", "-l", f"{folder}/log", "-o", options, "start")
        try:
            yield f"postgresql://tester@/postgres?host={folder}"
        finally:
            call("pg_ctl", "-w", "-m", "immediate", "stop")
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def new_database(server: str) -> str:
    """URL of a database of its own on the server at the URL `server`."""
    name = f"test_{secrets.token_hex(6)}"
    engine = create_engine(make_url(server).set(drivername="postgresql+psycopg"), isolation_level="AUTOCOMMIT")
    with engine.connect() as connection:
        connection.execute(text(f"CREATE DATABASE {name}"))
    engine.dispose()
    return make_url(server).set(database=name).render_as_string(hide_password=False)
