"""Commands as the tests of the command line run them, and a scene for all tests that only look at it."""

from __future__ import annotations

import pytest

from tests.cli.conftest import _no_configuration, devnet, hb, home
from tests.web.scene import Scene, new_scene, play

__all__ = ["_no_configuration", "devnet", "hb", "home"]


@pytest.fixture(scope="session")
def scene(tmp_path_factory: pytest.TempPathFactory) -> Scene:
    """Contests in every phase, indexed; nobody changes it."""
    made = new_scene(tmp_path_factory.mktemp("scene"))
    play(made)
    made.index()
    return made
