"""A contest whose manifest comes later than its page."""

from __future__ import annotations

from importlib.util import find_spec
from pathlib import Path
from typing import Final

import pytest

from hyperbounty.bounty.published import fetch_manifest
from hyperbounty.store import Cid
from tests.web.scene import HOUR, Scene, open_contest, published
from tests.web.wallet.browsing import CHROMIUM, Person, connected, said, saved_file

pytestmark = [
    pytest.mark.chromium,
    pytest.mark.heavy,
    pytest.mark.skipif(CHROMIUM is None, reason="no chromium on the PATH, nor at HYPERBOUNTY_TEST_CHROMIUM"),
    pytest.mark.skipif(find_spec("playwright") is None, reason="Playwright is not installed"),
]

WORDS: Final = "correct horse battery staple"


def test_the_form_appears_with_the_manifest(stage: Scene, person: Person, tmp_path: Path) -> None:
    manifest = fetch_manifest(stage.store, published(stage, "Does LTC rise within three steps?"))
    later = manifest.model_copy(update={"title": "Does it rise later?"})
    open_contest(stage, "submit", later.digest(), submit_seconds=40 * HOUR)
    page = person.window("/contests/1/compose")
    page.get_by_text("The contest's manifest is not here").wait_for()
    assert stage.store.add_block(later.canonical()) == Cid.from_digest(later.digest())
    page.get_by_text("Does it rise later?").wait_for()
    connected(page)
    saved_file(page, tmp_path, WORDS)
    page.get_by_role("button", name="Submit, sealed").click()
    said(page, "done")
    assert stage.contest("submit").standing == 1
