"""The form of a model: what it says, and that the file that it gives opens a model."""

from __future__ import annotations

import tomllib
from pathlib import Path
from typing import Final, get_args

import pytest
from fastapi.testclient import TestClient
from hypothesis import given
from hypothesis import strategies as st

from hyperbounty.cli.option_file import read_values
from hyperbounty.models.show.waits import waits
from hyperbounty.money import Asset
from hyperbounty.web.models.draft_keys import KEYS
from hyperbounty.web.models.drafts import model_draft
from organizer.models.model_file import LAYOUT
from organizer.models.settings import BundledData, EncoderName, KindName
from organizer.models.templates import TEMPLATES
from tests.web.bounty.pages.reading import read

FILLED: Final = {"name": "Is it spam?", "weight": "0.064 ether", "data": "mail"}
EMPTY: Final = {"name": "Empty", "weight": "1 gwei", "classes": "no, yes", "features": "40"}


def test_the_form_has_every_key_of_the_model_file_and_its_choices() -> None:
    found = {name: {key.name for key in KEYS if key.section == name} for name in LAYOUT.sections}
    assert found == {name: set(keys) for name, keys in LAYOUT.sections.items()}
    choices = {key.name: set(key.options) - {""} for key in KEYS if key.options}
    known = {"kind": KindName, "data": BundledData, "encoder": EncoderName}
    assert choices == {**{name: set(get_args(kind)) for name, kind in known.items()}, "capacity": {"2", "4", "8"}}


def test_an_empty_form_says_what_it_waits_for(client: TestClient) -> None:
    page = client.get("/models/open")
    assert page.status_code == 200
    assert "Fill in the form" in page.text
    assert "What is wrong with it" not in page.text
    assert "/models/open" in client.get("/models").text


def test_a_form_is_answered_with_its_prices_and_waits(client: TestClient) -> None:
    seen = read(client, "/models/open?name=Spam&weight=0.064+ether&data=mail&owner_wait=1d").text
    # The price over the square root of 60, 3,600 and 86,400 seconds, and the weight halved six times.
    for amount in ("0.064 ETH", "0.009143 ETH", "0.001067 ETH", "0.001 ETH"):
        assert amount in seen
    draft = model_draft({**FILLED, "owner_wait": "1d"})
    for sentence in (*waits(draft.terms), *draft.cautions(development=True)):
        assert sentence[1:] in seen
    assert "the command below says it" in seen


def test_a_model_of_points_shows_its_interval_and_no_price(client: TestClient) -> None:
    points = {"name": "Points", "weight": "0", "data": "mail", "min_interval": "90m"}
    seen = read(client, "/models/open?" + "&".join(f"{key}={text}" for key, text in points.items())).text
    assert "Between two samples of one account 1h 30m" in seen
    assert "A sample right after another" not in seen


def test_what_an_empty_model_takes_is_known(client: TestClient) -> None:
    cost = model_draft(EMPTY).cost
    assert cost is not None
    assert cost.transactions == 2
    assert "It knows nothing at the start" in client.get("/models/open", params=EMPTY).text
    assert (
        f"about {cost.gas:,} gas" in read(client, "/models/open?" + "&".join(f"{k}={v}" for k, v in EMPTY.items())).text
    )


@pytest.mark.parametrize(
    ("changes", "name"),
    [
        ({"name": ""}, "name"),
        ({"name": "a\u202eb"}, "name"),
        ({"weight": "much"}, "weight"),
        ({"weight": str(2**90)}, "weight"),
        ({"weight": "1 wei", "floor_shift": "6"}, "floor_shift"),
        ({"floor_shift": "128"}, "floor_shift"),
        ({"kind": "<b>"}, "kind"),
        ({"features": "0"}, "features"),
        ({"features": "0" * 30 + "7"}, "features"),
        ({"features": "9" * 300}, "features"),
        ({"classes": "a, A"}, "classes"),
        ({"asset": "USDC"}, "asset"),
        ({"refund_wait": "soon"}, "refund_wait"),
        ({"refund_wait": "10d"}, "owner_wait"),
        ({"any_wait": "8d"}, "any_wait"),
        ({"any_wait": "4000d"}, "any_wait"),
        ({"min_interval": "1h"}, "min_interval"),
        ({"samples": "mine.csv"}, "data"),
        ({"state": "old.json"}, "data"),
        ({"data": ""}, "classes"),
        ({"data": "", "classes": "no, yes"}, "features"),
        ({"data": "", "classes": "no, yes", "features": "9", "encoder": "scale"}, "encoder"),
        ({"data": "", "classes": "a, b, c", "features": "9", "kind": "dense-perceptron"}, ""),
        ({"encoder": "none", "encoder_file": "mine.json"}, "encoder"),
        ({"kind": "dense-centroid"}, "kind"),
        ({"kind": "dense-perceptron", "data": "breast-cancer", "encoder": "vocabulary"}, "encoder"),
        ({"encoder": "scale"}, "encoder"),
        ({"classes": "spam"}, "classes"),
        ({"step": "4"}, ""),
        ({"kind": "sparse-perceptron", "capacity": "4"}, ""),
        ({"classes": "a, b, c", "capacity": "2"}, ""),
    ],
)
def test_what_is_wrong_is_named_and_no_file_is_given(client: TestClient, changes: dict[str, str], name: str) -> None:
    written = {**FILLED, **changes}
    assert name in model_draft(written).faults
    page = client.get("/models/open", params=written)
    assert page.status_code == 200
    assert "What is wrong with it" in page.text
    assert not name or f'href="#key-{name}"' in page.text
    assert "\u202e" not in page.text
    assert "<b>" not in page.text.split("<main")[1]
    assert client.get("/models/open/model.toml", params=written).status_code == 400


@pytest.mark.parametrize(
    "written",
    [
        FILLED,
        EMPTY,
        {
            **FILLED,
            "name": 'Is "it" \u4e2d\U0001f40e \\ # = [',
            "about": "Mails",
            "kind": "sparse-perceptron",
            "passes": "3",
        },
        {"name": "Points", "weight": "0 wei", "data": "tic-tac-toe", "min_interval": "1h"},
        {"name": "Mine", "weight": "1 gwei", "estimator": "model.joblib", "samples": "examples.csv"},
        {"name": "Dense", "weight": "1 gwei", "estimator": "model.joblib", "kind": "dense-perceptron"},
        {"name": "Old", "weight": "1 gwei", "state": "exported.json", "any_wait": "20d"},
        {**EMPTY, "encoder": "murmur3-words", "seed": "7", "capacity": "8"},
    ],
    ids=lambda written: written["name"],
)
def test_the_file_says_what_the_form_says_and_the_command_reads_it(
    client: TestClient, written: dict[str, str], tmp_path: Path
) -> None:
    answer = client.get("/models/open/model.toml", params=written)
    assert answer.headers["content-disposition"] == 'attachment; filename="model.toml"'
    said = tomllib.loads(answer.text)
    assert said["model"]["name"] == written["name"]
    assert said["waits"]["any_wait" if "any_wait" in written else "owner_wait"] in ("9d", "20d")
    (tmp_path / "model.toml").write_bytes(answer.content)
    values = read_values(tmp_path / "model.toml", LAYOUT).values
    assert values["weight"] == written["weight"]
    assert ("kind" in values) is ("kind" in written or ("estimator" not in written and "state" not in written))


def test_amounts_of_a_token_are_read_by_its_digits() -> None:
    clear = Asset("0x" + "1c" * 20, "CLR", 6)
    made = model_draft({**FILLED, "asset": clear.address, "weight": "6.4 clr"}, clear)
    assert made.faults == {}
    assert made.terms.weight == 6_400_000
    assert "weight" in model_draft({**FILLED, "weight": "1 ether"}, clear).faults
    assert "asset" in model_draft({**FILLED, "asset": clear.address, "weight": "0"}, clear).faults


@pytest.mark.parametrize("template", TEMPLATES)
def test_every_template_can_be_written_by_the_form(template: str) -> None:
    said = {
        key: ", ".join(value) if isinstance(value, list) else str(value)
        for key, value in TEMPLATES[template].said.items()
    }
    assert model_draft(said).faults == {}


@given(st.dictionaries(st.sampled_from([key.name for key in KEYS]), st.text(max_size=40), max_size=8))
def test_whatever_is_written_is_understood_or_named(written: dict[str, str]) -> None:
    made = model_draft({**FILLED, **written})
    assert made.faults or tomllib.loads(made.file())
    if not made.faults:
        assert made.prices[0][1] == made.terms.weight
        made.cautions(development=False)
