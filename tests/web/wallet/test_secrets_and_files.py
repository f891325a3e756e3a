"""What opens a sealed spec: in the browser, in a file, and back again from the command line or into another browser."""

from __future__ import annotations

from collections.abc import Iterator
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING, Final

import pytest

from hyperbounty.bounty.types import SubmissionState
from hyperbounty.chain.connection import Chain
from hyperbounty.chain.devnet import Devnet
from participant.bounty.backup import Backup
from tests.end_to_end.shell import Shell
from tests.web.scene import HOUR, Scene, new_scene, open_contest, published
from tests.web.wallet.browsing import CHROMIUM, Person, Wallet, connected, said, saved_file

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page  # type: ignore[import-not-found,unused-ignore]

pytestmark = [
    pytest.mark.chromium,
    pytest.mark.heavy,
    pytest.mark.skipif(CHROMIUM is None, reason="no chromium on the PATH, nor at HYPERBOUNTY_TEST_CHROMIUM"),
    pytest.mark.skipif(find_spec("playwright") is None, reason="Playwright is not installed"),
]

WORDS: Final = "Caf\u00e9 horse battery staple"


@pytest.fixture(params=["devnet", pytest.param("anvil", marks=pytest.mark.anvil)])
def rpc(request: pytest.FixtureRequest) -> Iterator[str]:
    """A node that the command line reaches too."""
    if request.param == "anvil":
        yield request.getfixturevalue("anvil_url")
        return
    with Devnet(port=0) as running:
        yield running.url


@pytest.fixture
def stage(rpc: str, tmp_path: Path) -> Iterator[Scene]:
    """A contest that takes specs."""
    with Chain.connect(rpc) as chain:
        made = new_scene(tmp_path, chain)
        open_contest(made, "submit", published(made, "Does LTC rise within three steps?"), submit_seconds=40 * HOUR)
        yield made


def submitted(person: Person, tmp_path: Path) -> Path:
    """Submit a spec in the browser; its file."""
    page = person.window("/contests/1/compose")
    connected(page)
    file = saved_file(page, tmp_path, WORDS)
    page.get_by_role("button", name="Submit, sealed").click()
    said(page, "done")
    page.close()
    return file


def bring(page: Page, file: Path, label: str, words: str = WORDS) -> None:
    page.get_by_label("File", exact=True).set_input_files(file)
    page.get_by_label("Passphrase", exact=True).fill(words)
    page.get_by_role("button", name=label).click()


def test_the_command_line_imports_the_file_and_reveals(
    stage: Scene, person: Person, rpc: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file = submitted(person, tmp_path)
    shell = Shell(tmp_path / "home", rpc, capsys)
    passphrase = tmp_path / "passphrase"
    passphrase.write_text(f"{WORDS}\n", encoding="utf-8")
    passphrase.chmod(0o600)
    of = ("--contract", stage.contract.address)
    account = "devnet-6"
    done = shell("participant", "secrets", "import", file, "--passphrase-file", passphrase, *of, account=account)
    assert (done["slots"], done["slots_kept"]) == (1, 0)
    [found] = shell("participant", "secrets", "check", *of, account=account)["secrets"]
    assert (found["kept_here"], found["kept_on_chain"]) == (True, False)
    stage.chain.advance_to(stage.contest("submit").submit_ends or 0)
    shell("participant", "reveal", 1, *of, account=account)
    [revealed] = stage.contract.revealed_specs(stage.contest("submit"))
    assert "0x" + revealed.spec.hex() == found["spec"]


def test_another_browser_reveals_with_the_file(
    stage: Scene, person: Person, browser: Browser, wallet: Wallet, tmp_path: Path
) -> None:
    file = submitted(person, tmp_path)
    stage.chain.advance_to(stage.contest("submit").submit_ends or 0)
    elsewhere = Person(browser, person.url, {"Some Wallet": wallet})
    page = elsewhere.window("/contests/1")
    page.get_by_text("What opens the spec in slot 0 is not in this browser.").wait_for()
    bring(page, file, "Take it in", "wrong horse battery staple")
    page.get_by_text("The passphrase is wrong, or the file was altered.").wait_for()
    bring(page, file, "Take it in")
    page.get_by_role("button", name="Open the spec in slot 0").click()
    said(page, "done")
    assert stage.contract.submission(1, wallet.accounts[0].address, 0).state is SubmissionState.REVEALED
    assert elsewhere.heard == []
    elsewhere.close()


def test_a_file_counts_as_safe_once_it_was_opened(stage: Scene, person: Person, wallet: Wallet, tmp_path: Path) -> None:
    file = submitted(person, tmp_path)
    page = person.window(f"/accounts/{wallet.accounts[0].address}")
    page.get_by_text("its file was not opened here yet").wait_for()
    other = tmp_path / "other.json"
    other.write_text("{}")
    bring(page, other, "Check the file")
    page.get_by_text("This is no file of secrets, or it is damaged.").wait_for()
    bring(page, file, "Check the file")
    page.get_by_text("It opens all that this browser keeps.").wait_for()
    page.reload()
    page.get_by_text("its file was opened here").wait_for()
    assert page.get_by_text("its file was not opened here yet").count() == 0
    assert person.heard == []


def test_a_later_file_has_all_that_the_earlier_had(stage: Scene, person: Person, tmp_path: Path) -> None:
    first = submitted(person, tmp_path)
    page = person.window("/contests/1/compose")
    page.get_by_label("Slot").locator("option", has_text="slot 1: new entry").wait_for(state="attached")
    page.get_by_label("epochs").fill("3")
    second = saved_file(page, tmp_path, WORDS)
    one, both = (Backup(file.read_bytes(), "the file").entries(WORDS) for file in (first, second))
    assert [entry.place.slot for entry in both] == [0, 1]
    assert both[:1] == one
    assert person.heard == []


def test_no_passphrase_that_is_short_is_taken(stage: Scene, person: Person) -> None:
    page = person.window("/contests/1/compose")
    connected(page)
    page.get_by_label("Slot").locator("option").first.wait_for(state="attached")
    save = page.get_by_role("button", name="Save the file")
    page.get_by_label("Passphrase of the file").fill("\U0001f40e" * 11)
    assert save.is_disabled()
    page.get_by_label("Passphrase of the file").fill("\U0001f40e" * 12)
    assert save.is_enabled()


def test_nothing_of_a_spec_is_sent_before_its_reveal(stage: Scene, person: Person, tmp_path: Path) -> None:
    asked: list[str] = []
    person.context.on("request", lambda request: asked.append(f"{request.url} {request.post_data or ''}"))
    file = submitted(person, tmp_path)
    [entry] = Backup(file.read_bytes(), "the file").entries(WORDS)
    assert len(asked) > 10
    for secret in (entry.spec.hex(), entry.salt.hex(), entry.commitment.hex(), WORDS):
        assert not any(secret in each for each in asked)
