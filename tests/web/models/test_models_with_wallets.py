"""Two people with wallets in Chromium train, refund and report a model, without a terminal."""

from __future__ import annotations

from collections.abc import Iterator
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import pytest

from tests.web.models.market_scene import PERIODS, market_play
from tests.web.models.model_scene import DAY, SPAM, ModelScene, new_model_scene, spam_model
from tests.web.site.serving_site import served as site_served
from tests.web.wallet.browsing import CHROMIUM, Person, Wallet, chromium, connected, kept, said, served

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page  # type: ignore[import-not-found,unused-ignore]

pytestmark = [
    pytest.mark.chromium,
    pytest.mark.heavy,
    pytest.mark.skipif(CHROMIUM is None, reason="no chromium on the PATH, nor at HYPERBOUNTY_TEST_CHROMIUM"),
    pytest.mark.skipif(find_spec("playwright") is None, reason="Playwright is not installed"),
]

_LOOK_S: Final = 0.05


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with chromium() as running:
        yield running


def train(scene: ModelScene, page: Page, text: str, label: int) -> None:
    """Add a sample; the form is empty again when it is in a block. A chain does not stand still, either."""
    from playwright.sync_api import expect

    sample = page.get_by_role("textbox", name="The sample")
    sample.fill(text)
    page.get_by_label("It is of").select_option(str(label))
    page.get_by_role("button", name="Train").click()
    expect(sample).to_have_value("", timeout=15_000)
    said(page, "done")
    scene.pass_time(60)


def test_two_wallets_train_refund_and_report_a_model(tmp_path: Path, browser: Browser) -> None:
    scene = new_model_scene(tmp_path)
    model, contract = spam_model(scene), scene.contract
    ada, bob = scene.accounts[7], scene.accounts[8]
    with served(scene) as url:
        people = [Person(browser, url, {"Some Wallet": Wallet(scene.chain, [account])}) for account in (ada, bob)]
        mine, theirs = (person.window(f"/models/{model.number}") for person in people)
        connected(mine)
        mine.get_by_role("button", name="Train").wait_for()
        mine.get_by_role("textbox", name="The sample").fill("FREE money, it’s a prize")
        mine.get_by_text("4 of its words count").wait_for()
        kept(mine, "model train")
        for _ in range(3):
            train(scene, mine, "FREE money, it’s a prize", 1)
        entries = contract.history(contract.model(1)).entries()
        assert [(entry.author, entry.label) for entry in entries] == [(ada.address, 1)] * 3
        assert entries[0].features == model.shape.encode([0, 1, 4, 5])

        # What is wrong with it is said before the wallet is asked.
        connected(theirs)
        theirs.get_by_role("button", name="Train").wait_for()
        theirs.get_by_role("textbox", name="The sample").fill("nothing of it")
        theirs.get_by_text("No word of the text is in the model's vocabulary").wait_for()
        train(scene, theirs, "free money its a prize", 0)
        for _ in range(3):
            train(scene, mine, "free money its a prize", 1)

        scene.pass_time(DAY)
        contract.add(scene.creator, contract.model(1), [(1, [7])])
        entries = contract.history(contract.model(1)).entries()
        refund = mine.get_by_role("button", name="Have back")
        refund.wait_for()
        kept(mine, "model refund")
        refund.click()
        said(mine, "done")
        assert contract.member(model, ada.address).valid == 6
        before = scene.chain.w3.eth.get_balance(ada.address)
        report = mine.get_by_role("button", name="Take your shares")
        report.wait_for()
        kept(mine, "model report")
        report.click()
        mine.get_by_text("Nothing is due to this account here now.").wait_for()
        assert scene.chain.w3.eth.get_balance(ada.address) > before
        [wrong] = [entry for entry in entries if entry.author == bob.address]
        assert contract.stakes(model, [wrong])[0].left == 0
        # Who was wrong has nothing to have back, and sees so.
        theirs.get_by_text("Nothing is due to this account here now.").wait_for()
        kept(theirs, "model lost")
        for person in people:
            assert person.heard == []
            person.close()


def test_a_model_is_not_trained_while_it_rests(tmp_path: Path, browser: Browser) -> None:
    from playwright.sync_api import expect

    scene = new_model_scene(tmp_path)
    play = market_play(scene)
    with served(scene) as url:
        person = Person(browser, url, {"Some Wallet": Wallet(scene.chain, [scene.accounts[7]])})
        page = person.window(f"/models/{play.number}")
        connected(page)
        sample = page.get_by_role("textbox", name="The sample")
        expect(sample).to_be_visible(timeout=15_000)
        play.open()
        expect(sample).to_have_count(0, timeout=15_000)
        expect(page.get_by_text("It takes no samples now")).to_have_count(1)
        play.draw()
        scene.pass_time(PERIODS.start)
        scene.contract.end_market(scene.accounts[5], play.market)
        expect(sample).to_be_visible(timeout=15_000)
        train(scene, page, "free money", 1)


def test_another_manifest_than_the_contracts_is_not_believed(tmp_path: Path, browser: Browser) -> None:
    scene = new_model_scene(tmp_path)
    model = spam_model(scene)
    with served(scene) as url:
        person = Person(browser, url, {"Some Wallet": Wallet(scene.chain, [scene.accounts[7]])})
        # The site says that the words are others than they are.
        other = SPAM.canonical().replace(b"free", b"lost")

        def instead(route: Any) -> None:
            route.fulfill(status=200, content_type="application/json", body=other)

        person.context.route(f"**/api/v1/models/{model.number}/manifest", instead)
        page = person.window(f"/models/{model.number}")
        connected(page)
        assert "is not the one that the contract names" in said(page, "refused")
        assert page.get_by_role("button", name="Train").count() == 0
        assert contract_has_no_sample(scene)
        person.close()


def contract_has_no_sample(scene: ModelScene) -> bool:
    return scene.contract.history(scene.contract.model(1)).entries() == []


def test_pages_are_as_wide_as_the_window(tmp_path: Path, browser: Browser, models: ModelScene) -> None:
    with site_served(models.database, chain=models.chain) as site:
        person = Person(browser, site.url, {})
        for name in ("spam", "dense", "points", "nameless", "draft", "market"):
            page = person.window(f"/models/{models.numbers[name]}")
            page.get_by_text("No wallet is in this browser").wait_for()
            kept(page, f"model {name}")
            page.close()
        for path, name in (
            ("/models", "models"),
            (f"/models/{models.numbers['market']}/markets/1", "market of a model"),
            (f"/accounts/{models.accounts[7].address}", "model account"),
        ):
            page = person.window(path)
            kept(page, name)
            page.close()
        page = person.window(f"/models/{models.numbers['spam']}")
        page.get_by_label("A text").fill("free lunch")
        page.get_by_role("button", name="Predict").click()
        page.locator("#predict [role=status]").wait_for()
        kept(page, "model asked")
        assert person.heard == []
        person.close()


AXE: Final = "HYPERBOUNTY_TEST_AXE"


@pytest.mark.parametrize(
    ("name", "below"), [("spam", ""), ("points", ""), ("nameless", ""), ("market", ""), ("market", "/markets/1")]
)
def test_nothing_serious_is_found(browser: Browser, models: ModelScene, name: str, below: str) -> None:
    import os

    axe = os.environ.get(AXE)
    if axe is None:
        pytest.skip(f"no folder with axe-core at {AXE}")
    with site_served(models.database, chain=models.chain) as site:
        context = browser.new_context(bypass_csp=True)
        page = context.new_page()
        page.goto(f"{site.url}/models/{models.numbers[name]}{below}")
        page.add_script_tag(path=Path(axe) / "node_modules/axe-core/axe.min.js")
        found = page.evaluate("axe.run(document, { resultTypes: ['violations'] })")
        serious = [each["id"] for each in found["violations"] if each["impact"] in ("serious", "critical")]
        assert serious == []
        context.close()
