from pathlib import Path

import pytest


@pytest.fixture
def real_data() -> Path:
    """The folder of recorded prices beside the repository."""
    folder = Path(__file__).parents[3] / "shared" / "data"
    if not folder.is_dir():
        pytest.skip("the recorded prices are not in ../shared/data")
    return folder
