"""Nothing is sent, and nothing is kept, for a contest whose chain and manifest disagree."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from hyperbounty.errors import ManifestError
from participant.bounty.entering import submit
from participant.bounty.entries import EntryBook
from tests.bounty.shown_contest import CONTEST, MANIFEST, NO_PANEL, SPECS


def test_a_contest_that_disagrees_is_refused_before_anything_is_sent(tmp_path: Path) -> None:
    contract: Any = SimpleNamespace(dispute=lambda _: NO_PANEL)
    account: Any = SimpleNamespace(address="0x" + "11" * 20)
    false = replace(CONTEST, minimum_score=1)
    with pytest.raises(ManifestError, match=r"the bar is 0\.0001% on the chain and 55% in the manifest"):
        submit(contract, account, false, MANIFEST, SPECS[0].spec, EntryBook(tmp_path / "entries"))
    assert not (tmp_path / "entries").exists()
