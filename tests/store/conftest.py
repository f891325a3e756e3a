"""A node that answers as a test tells it, and a disk that need not survive a power cut."""

from __future__ import annotations

import os
from collections.abc import Iterator

import pytest

from tests.store.faulty_node import Node


@pytest.fixture(autouse=True)
def _no_wait_for_the_disk(monkeypatch: pytest.MonkeyPatch) -> None:
    # A store flushes every block. No test here cuts the power, so none would notice; waiting takes most of its time.
    monkeypatch.setattr(os, "fsync", lambda descriptor: None)


@pytest.fixture
def node() -> Iterator[Node]:
    node = Node()
    yield node
    node.stop()
