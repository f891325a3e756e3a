"""What the examples in docstrings may use: `tmp_path`, an empty folder of their own."""

from __future__ import annotations

from typing import Any

import pytest


@pytest.fixture(autouse=True)
def _folder_for_examples(request: pytest.FixtureRequest, doctest_namespace: dict[str, Any]) -> None:
    if isinstance(request.node, pytest.DoctestItem):
        doctest_namespace["tmp_path"] = request.getfixturevalue("tmp_path")
