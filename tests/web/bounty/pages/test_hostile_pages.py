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

from hyperbounty.drawing.identicon import identicon
from tests.web.bounty.pages.reading import read, reading
from tests.web.scene import HOUR, Scene, new_scene, open_contest, published

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
