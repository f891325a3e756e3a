"""A scene that was played once, for all tests that only look at it."""

from __future__ import annotations

import pytest

from tests.web.scene import Scene, new_scene, play


@pytest.fixture(scope="session")
def scene(tmp_path_factory: pytest.TempPathFactory) -> Scene:
    """Contests in every phase, indexed; nobody changes it."""
    made = new_scene(tmp_path_factory.mktemp("scene"))
    play(made)
    made.index()
    return made
