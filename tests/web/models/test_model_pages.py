"""Pages of models as a reader without a browser sees them, with what strangers wrote in them."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

import pytest
from fastapi.testclient import TestClient

from hyperbounty.models.encoders import Vocabulary
from hyperbounty.models.manifest import ModelManifest
from tests.web.bounty.pages.reading import read
from tests.web.models.conftest import asking
from tests.web.models.model_scene import SPAM, WORDS, ModelScene, new_model_scene, spam_model

HOSTILE: Final = {
    "markup": "<script>alert(1)</script><img src=x onerror=alert(1)>",
    "quotes": '" onmouseover="alert(1)" x="',
    "template": "{{ 7 * 7 }} {% raw %} ${7*7}",
    "emoji": "🚀" * 60,
    "long word": "W" * 60,
    "greek": "Κέρδη; هل يرتفع السعر؟",
}


@pytest.mark.parametrize(
    ("name", "says"),
    [
        ("spam", ["A sample costs now", "Ask it", "How it does", "Members", "What was taken", "Before you stake"]),
        ("dense", ["3 numbers with commas", "Nobody has added one yet"]),
        ("bayes", ["It takes no samples any more", "A text"]),
        ("points", ["For points, without money"]),
        ("nameless", ["Its manifest is not here", "4 numbers with commas"]),
        ("draft", ["It is a draft"]),
        ("market", ["It takes no samples now", "Hand in a batch", "Batches are taken until", "not scored yet"]),
    ],
)
def test_a_page_says_how_a_model_stands(client: TestClient, models: ModelScene, name: str, says: list[str]) -> None:
    seen = read(client, f"/models/{models.numbers[name]}")
    for text in says:
        assert text in seen.text
    assert f"Model {models.numbers[name]}" in seen.within("h1")


def test_names_are_hidden_until_somebody_looks(client: TestClient, models: ModelScene) -> None:
    for path in ("/models", f"/models/{models.numbers['spam']}?sample=free+money"):
        seen = read(client, path)
        hidden = [within for within, text in seen._texts if text.strip() in ("Spam?", "spam", "ham")]
        assert hidden
        assert all("details" in within for within in hidden)


def test_a_model_answers_without_a_script(client: TestClient, models: ModelScene) -> None:
    number = models.numbers["spam"]
    model = models.model("spam")
    [label] = models.contract.predict(model, [[0, 1]])
    assert f"class {label}" in read(client, f"/models/{number}?sample=free+money").text
    assert "No word of the text" in read(client, f"/models/{number}?sample=%3Cb%3Enothing").text
    asked = read(client, f"/models/{models.numbers['dense']}?sample=1,2,x")
    assert "'x' is no number" in asked.text
    assert client.get(f"/models/{number}", params={"sample": "a" * 2_001}).status_code == 404


def test_samples_come_in_pages(tmp_path_factory: pytest.TempPathFactory) -> None:
    scene = new_model_scene(tmp_path_factory.mktemp("pages"))
    model = spam_model(scene)
    scene.contract.add(scene.accounts[7], model, [(place % 2, [place % len(WORDS)]) for place in range(60)])
    scene.index()
    with asking(scene) as client:
        first, second = read(client, "/models/1"), read(client, "/models/1?page=2")
    assert "Page 1 of 2" in first.text
    assert "Page 2 of 2" in second.text
    assert "59" in first.within("b")
    assert "59" not in second.within("b")
    assert "0" in second.within("b")


def test_an_account_has_its_part_of_a_page(client: TestClient, models: ModelScene) -> None:
    ada = models.accounts[7].address
    seen = read(client, f"/accounts/{ada}")
    assert f"Model {models.numbers['spam']}" in seen.text
    assert "Nothing yet" in read(client, f"/accounts/{models.accounts[4].address}").text


@pytest.fixture(scope="module")
def hostile(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[ModelScene, TestClient]]:
    """A model for each name."""
    scene = new_model_scene(tmp_path_factory.mktemp("hostile-models"))
    for name, text in HOSTILE.items():
        manifest = ModelManifest(
            name=text,
            about=text,
            classes=(text[:30].strip(), "b"),
            encoder=Vocabulary(words=WORDS),
            baseline=SPAM.baseline,
        )
        spam_model(scene, manifest, name)
    scene.index()
    with asking(scene) as client:
        yield scene, client


@pytest.mark.parametrize("name", HOSTILE)
def test_what_strangers_wrote_is_text(hostile: tuple[ModelScene, TestClient], name: str) -> None:
    scene, client = hostile
    calm = read(client, f"/models/{scene.numbers['greek']}?sample=free")
    seen = read(client, f"/models/{scene.numbers[name]}?sample=free")
    # The same tags as of a name without markup: nothing of it became one.
    assert [tag for tag, _ in seen.tags] == [tag for tag, _ in calm.tags]
    assert HOSTILE[name] in seen.within("bdi")


@pytest.mark.parametrize("sample", ['"><script>alert(1)</script>', "</textarea><b>", "\u202efree", "free {{ 7 }}"])
def test_what_is_asked_is_text(hostile: tuple[ModelScene, TestClient], sample: str) -> None:
    _, client = hostile
    answer = client.get("/models/1", params={"sample": sample})
    assert answer.status_code == 200
    assert "<script>alert" not in answer.text
    assert "<b></textarea>" not in answer.text
    assert "\u202e" not in answer.text


def test_the_list_has_them_all(hostile: tuple[ModelScene, TestClient]) -> None:
    _, client = hostile
    seen = read(client, "/models")
    assert set(HOSTILE.values()) <= set(seen.within("bdi"))
    assert len(seen.all("script")) == 1


def test_feeds_tell_of_models(client: TestClient, models: ModelScene) -> None:
    number = models.numbers["spam"]
    assert "takes samples" in client.get("/feed.atom").text
    assert "has a valid sample" in client.get(f"/models/{number}/feed.atom").text
    assert "BEGIN:VEVENT" in client.get(f"/models/{number}/calendar.ics").text
    assert "added a sample to model" in client.get(f"/accounts/{models.accounts[7].address}/feed.atom").text
