"""What strangers wrote stays text on a page: titles, sources, addresses that look alike."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import combinations
from pathlib import Path
from typing import Final

import pytest
from fastapi.testclient import TestClient
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import insert, update

from hyperbounty.drawing.identicon import identicon
from hyperbounty.web.bounty.tables import CONTESTS
from hyperbounty.web.index.family import families
from hyperbounty.web.index.process import open_index
from hyperbounty.web.index.tables import ASSETS, DOCUMENTS
from tests.bounty.usual_terms import KEY
from tests.web.bounty.pages.reading import read, reading
from tests.web.scene import HOUR, Scene, enter, new_scene, open_contest, published, report, reveal

TITLES: Final = {
    "markup": "<script>alert(1)</script><img src=x onerror=alert(1)>",
    "quotes": '" onmouseover="alert(1)" x="',
    "template": "{{ 7 * 7 }} {% raw %} ${7*7}",
    "entity": "&lt;b&gt; &#x3c;",
    "emoji": "🚀" * 200,
    "long word": "W" * 200,
    "greek": "Κέρδη; هل يرتفع السعر؟ 値上がりしますか",
}


@pytest.fixture(scope="module")
def hostile(tmp_path_factory: pytest.TempPathFactory) -> Scene:
    """A contest for each title."""
    scene = new_scene(tmp_path_factory.mktemp("hostile"))
    for name, title in TITLES.items():
        open_contest(scene, name, published(scene, title), submit_seconds=40 * HOUR)
    scene.index()
    return scene


@pytest.fixture(scope="module")
def client(hostile: Scene) -> Iterator[TestClient]:
    with reading(hostile) as made:
        yield made


@pytest.mark.parametrize("name", TITLES)
def test_a_title_is_text_wherever_it_stands(client: TestClient, hostile: Scene, name: str) -> None:
    calm = read(client, f"/contests/{hostile.numbers['greek']}")
    seen = read(client, f"/contests/{hostile.numbers[name]}")
    # The same tags as of a title without markup: nothing of it became one.
    assert [tag for tag, _ in seen.tags] == [tag for tag, _ in calm.tags]
    assert TITLES[name] in seen.within("bdi")
    assert TITLES[name] in seen.within("title")


def test_all_of_them_stand_in_one_list(client: TestClient) -> None:
    seen = read(client, "/")
    assert set(TITLES.values()) <= set(seen.within("bdi"))
    assert len(seen.all("script")) == 1


ADDRESSES = st.binary(min_size=20, max_size=20).map(lambda raw: "0x" + raw.hex())


@given(ADDRESSES, st.integers(min_value=6, max_value=37), st.sampled_from("0123456789abcdef"))
def test_addresses_with_the_same_ends_have_other_pictures(address: str, place: int, digit: str) -> None:
    alike = address[:place] + digit + address[place + 1 :]
    assert (identicon(alike) == identicon(address)) == (alike == address)


def test_a_picture_does_not_depend_on_the_case_of_letters() -> None:
    address = "0x70997970C51812dc3A010C7d01b50e0d17dc79C8"
    assert identicon(address) == identicon(address.lower())


def test_pictures_of_the_scene_are_all_different(scene: Scene) -> None:
    pictures = [identicon(account.address) for account in scene.accounts]
    assert all(one != other for one, other in combinations(pictures, 2))


@pytest.mark.parametrize("path", ["/contests/%3Cscript%3E", "/accounts/%3Csvg%20onload=alert(1)%3E", "/%E2%80%AE"])
def test_a_path_is_not_repeated(client: TestClient, path: str) -> None:
    answer = client.get(path)
    assert answer.status_code == 404
    assert "alert(1)" not in answer.text
    assert chr(0x202E) not in answer.text


def test_no_template_shows_text_as_markup() -> None:
    """Only what functions made is: a filter that trusts text would be a way in."""
    folders = [Path(__file__).parents[4] / "hyperbounty/web" / part for part in ("site", "bounty/pages")]
    templates = [file for folder in folders for file in (folder / "templates").glob("*.html")]
    assert len(templates) > 5
    for file in templates:
        text = file.read_text(encoding="utf-8")
        assert "|safe" not in text.replace(" ", ""), file
        assert "style=" not in text, file


@pytest.fixture(scope="module")
def strange(tmp_path_factory: pytest.TempPathFactory) -> Scene:
    """Two contests that were scored; the second with the report of the first."""
    scene = new_scene(tmp_path_factory.mktemp("strange"))
    manifest = published(scene, "Whose report is it?")
    names = ("own", "others")
    for name in names:
        open_contest(scene, name, manifest)
        enter(scene, name)
    scene.chain.advance_to(scene.contest("others").submit_ends or 0)
    for name in names:
        reveal(scene, name)
    scene.chain.advance_to(scene.contest("others").reveal_ends or 0)
    made = report(scene, scene.contest("own"))
    scene.store.add_block(made.canonical())
    for name in names:
        number = scene.numbers[name]
        scene.contract.publish_holdout_key(scene.organizer, number, KEY)
        scene.contract.record_scores(scene.evaluator, number, made.digest(), made.scores)
    scene.index()
    return scene


def test_a_report_of_another_contest_is_not_believed(strange: Scene) -> None:
    with reading(strange) as client:
        own = read(client, f"/contests/{strange.numbers['own']}")
        others = read(client, f"/contests/{strange.numbers['others']}")
    assert own.classed("whisker")
    assert others.classed("whisker") == []
    assert f"it is of contest {strange.numbers['own']}" in others.text
    assert "No report bears these scores out" in others.text
    # The scores are the chain's word, and stay.
    assert len(others.classed("dot")) == len(own.classed("dot"))


@pytest.mark.parametrize(
    ("state", "said"),
    [
        ("missing", "Nobody has the manifest."),
        ("wrong", "What was published is no manifest."),
        ("too large", "The manifest is too large to be taken."),
    ],
)
def test_a_document_that_is_not_there_is_named_with_its_reason(
    tmp_path: Path, strange: Scene, state: str, said: str
) -> None:
    copy = Scene(tmp_path, strange.chain, strange.contract, strange.store, strange.accounts, strange.numbers)
    copy.database.write_bytes(strange.database.read_bytes())
    reason = "<b>it</b> says " + "x" * 900
    with open_index(copy.database, families()) as database:
        changed = update(DOCUMENTS).where(DOCUMENTS.c.kind == "manifest")
        database.write(lambda rows: rows.execute(changed.values(state=state, reason=reason, content=None)))
    with reading(copy) as client:
        seen = read(client, f"/contests/{strange.numbers['own']}")
    assert said in seen.text
    # Why nobody has it is for the operator: it may name a folder or a node of the site.
    assert ("<b>it</b> says" in seen.text) == (state != "missing")
    assert "Money, deadlines and seals hold all the same" in seen.text


@pytest.mark.parametrize(
    ("symbol", "decimals", "said"),
    [
        ("USDC", 6, "1000000000000 USDC"),
        ("", 6, "1000000000000 of 0xA0b8…eB48"),
        ("USDC", None, "1,000,000,000,000,000,000 units of 0xA0b8…eB48"),
    ],
)
def test_a_token_is_told_by_its_address_whatever_it_calls_itself(
    tmp_path: Path, strange: Scene, symbol: str, decimals: int | None, said: str
) -> None:
    token = "0xA0b86991c6218b36c1d19D4a2e9Eb0cE3606eB48"
    copy = Scene(tmp_path, strange.chain, strange.contract, strange.store, strange.accounts, strange.numbers)
    copy.database.write_bytes(strange.database.read_bytes())
    named = {"address": token, "is_known": True, "symbol": symbol, "decimals": decimals}
    with open_index(copy.database, families()) as database:
        database.write(lambda rows: rows.execute(update(CONTESTS).values(asset=token)))
        database.write(lambda rows: rows.execute(insert(ASSETS).values(**named)))
    with reading(copy) as client:
        for path in ("/", f"/contests/{strange.numbers['own']}"):
            seen = read(client, path)
            assert said in seen.text
            assert any(each.get("title") == token for each in seen.classed("who")), path
