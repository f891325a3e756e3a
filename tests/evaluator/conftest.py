"""A dataset on which a training takes a moment, and the databases that a queue can be in."""

from __future__ import annotations

import os
import random
import secrets
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from evaluator.bounty.scoring import Scoring
from evaluator.queue.queue import Queue
from hyperbounty.compute.jobs import Job
from hyperbounty.database import Database
from hyperbounty.store import ContentStore, open_store
from hyperbounty.training.features import Scaler
from hyperbounty.training.windows import Dataset, Windows
from tests.evaluator.small_contest import make_scoring
from tests.evaluator.stub_training import DATA

MakeDatabase = Callable[[], Database]

KILLS = int(os.environ.get("HYPERBOUNTY_TEST_KILLS", "1"))
"""How often each test that kills does so."""


def claim_one(queue: Queue, dataset: str = DATA.name, **how: Any) -> Job | None:
    """The job of a claim that asks for one at most."""
    jobs = queue.claim(dataset, **how)
    assert len(jobs) <= 1
    return jobs[0] if jobs else None


def _windows(count: int, seed: int) -> Windows:
    rows = np.random.default_rng(seed).normal(size=(count + 5, 2)).astype(np.float32)
    return Windows(rows, np.arange(count), (rows[5:, 0] > 0).astype(np.uint8), 6)


@pytest.fixture(scope="session")
def dataset() -> Dataset:
    return Dataset(_windows(80, 1), _windows(40, 2), Scaler((0.0, 0.0), (1.0, 1.0)), ("BTC.close", "ETH.close"))


@pytest.fixture
def windows(dataset: Dataset) -> tuple[Windows, Windows]:
    assert dataset.holdout is not None
    return dataset.train, dataset.holdout


@pytest.fixture
def queue(tmp_path: Path) -> Iterator[Queue]:
    """A new one, in which a job that failed may be taken again at once."""
    made = Queue(Database(tmp_path / "queue.sqlite"), backoff_s=0.0)
    yield made
    made.database.close()


@pytest.fixture
def store(tmp_path: Path) -> ContentStore:
    return open_store(None, tmp_path / "store")


@pytest.fixture
def scoring() -> Scoring:
    return make_scoring()


@pytest.fixture
def chance() -> random.Random:
    seed = secrets.randbits(32)
    sys.stdout.write(f"moments drawn with seed {seed}\n")
    return random.Random(seed)


@pytest.fixture(scope="session")
def postgresql_server() -> Iterator[str]:
    """URL of a PostgreSQL server: HYPERBOUNTY_TEST_POSTGRESQL, or a private one on a socket in a new folder."""
    pytest.importorskip("psycopg", reason="psycopg is not installed: pip install hyperbounty[postgresql]")
    given = os.environ.get("HYPERBOUNTY_TEST_POSTGRESQL")
    if given:
        yield given
        return
    # Debian keeps the server's programs off the PATH, one folder a version.
    found = [p for p in (shutil.which("initdb"), *Path("/usr/lib/postgresql").glob("*/bin/initdb")) if p]
    if not found:
        pytest.skip("no PostgreSQL: neither HYPERBOUNTY_TEST_POSTGRESQL is set nor is `initdb` installed")
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


@pytest.fixture
def postgresql_url(postgresql_server: str) -> str:
    """A database of this test's own."""
    from sqlalchemy import create_engine, text
    from sqlalchemy.engine import make_url

    server = make_url(postgresql_server).set(drivername="postgresql+psycopg")
    name = f"test_{secrets.token_hex(6)}"
    engine = create_engine(server, isolation_level="AUTOCOMMIT")
    with engine.connect() as connection:
        connection.execute(text(f"CREATE DATABASE {name}"))
    engine.dispose()
    return make_url(postgresql_server).set(database=name).render_as_string(hide_password=False)


@pytest.fixture(params=["sqlite", pytest.param("postgresql", marks=pytest.mark.postgresql)])
def queue_place(request: pytest.FixtureRequest, tmp_path: Path) -> Path | str:
    """Where a queue can be."""
    if request.param == "sqlite":
        return tmp_path / "queue.sqlite"
    url: str = request.getfixturevalue("postgresql_url")
    return url


@pytest.fixture
def make_database(queue_place: Path | str) -> Iterator[MakeDatabase]:
    """Opens the same queue again and again, as one evaluator after the other would."""
    opened: list[Database] = []

    def make() -> Database:
        opened.append(Database(queue_place))
        return opened[-1]

    yield make
    for database in opened:
        database.close()
