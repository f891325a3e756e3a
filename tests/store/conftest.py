"""A node that answers as a test tells it."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.store.faulty_node import Node


@pytest.fixture
def node() -> Iterator[Node]:
    node = Node()
    yield node
    node.stop()
