"""A spec from the form to the chain, as somebody with a wallet in Chromium does it."""

from __future__ import annotations

from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING, Final

import pytest

from hyperbounty.spec.spec import Spec
from participant.bounty.backup import Backup
from tests.web.scene import HOUR, Scene, open_contest, published
from tests.web.wallet.browsing import CHROMIUM, Person, Wallet, said, saved_file

if TYPE_CHECKING:
    pass  # type: ignore[import-not-found,unused-ignore]

pytestmark = [
    pytest.mark.chromium,
    pytest.mark.heavy,
    pytest.mark.skipif(CHROMIUM is None, reason="no chromium on the PATH, nor at HYPERBOUNTY_TEST_CHROMIUM"),
    pytest.mark.skipif(find_spec("playwright") is None, reason="Playwright is not installed"),
]

WORDS: Final = "correct horse battery staple"


@pytest.fixture
def scene(stage: Scene) -> Scene:
    open_contest(stage, "submit", published(stage, "Does LTC rise within three steps?"), submit_seconds=40 * HOUR)
    return stage


def test_a_spec_is_composed_saved_and_submitted(scene: Scene, person: Person, wallet: Wallet, tmp_path: Path) -> None:
    page = person.window("/contests/1/compose")
    page.get_by_label("recurrent units").fill("24, 8")
    page.get_by_label("cell", exact=True).select_option("GRU")
    assert page.get_by_role("button", name="Submit, sealed").is_disabled()
    page.get_by_role("button", name="Connect Some Wallet").click()
    page.get_by_text("0x", exact=False).first.wait_for()
    assert page.get_by_role("button", name="Submit, sealed").is_disabled()

    file = saved_file(page, tmp_path, WORDS)
    [entry] = Backup(file.read_bytes(), "the file").entries(WORDS)
    spec = Spec.from_word(entry.spec)
    assert (spec.cell, spec.recurrent_units) == ("GRU", (24, 8))
    assert wallet.calls == []

    page.get_by_role("button", name="Submit, sealed").click()
    said(page, "done")
    standing = scene.contract.submission(1, wallet.accounts[0].address, 0)
    assert standing.matches(entry.commitment)
    [call] = wallet.calls
    assert entry.spec.hex() not in str(call)
    assert person.heard == []


def test_the_verdict_follows_the_form(scene: Scene, person: Person) -> None:
    page = person.window("/contests/1/compose")
    verdict = page.locator("[data-part=verdict]")
    assert verdict.inner_text().startswith("It fits: a run takes")
    page.get_by_label("epochs").fill("1000")
    page.get_by_label("recurrent units").fill("1024, 1024")
    assert "of the reference core, and it may take" in verdict.inner_text()
    page.get_by_label("epochs").fill("1001")
    assert verdict.inner_text() == "epochs is 1001; this contest allows 1 to 1000."
    assert page.get_by_label("epochs").get_attribute("aria-invalid") == "true"
    page.get_by_role("button", name="small").click()
    assert verdict.get_attribute("data-fits") == "true"
    assert person.heard == []
