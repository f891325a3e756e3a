"""Whatever is asked of the page of a form, it answers: with the file where nothing is wrong, and else with what is."""

from __future__ import annotations

import tomllib
from typing import Final

import pytest
from fastapi.testclient import TestClient
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from hyperbounty.web.models.draft_keys import KEYS

pytestmark = pytest.mark.heavy
RIGHT: Final = {"name": "Spam", "weight": "1 gwei"}
HOSTILE: Final = (
    *("<script>alert(1)</script>", '"><img src=x onerror=y>', "{{7*7}}", '"""', "\\", "]\n[x]\ny=1"),
    *("9" * 5_000, "1e999999", "NaN", "1." + "0" * 6_000 + " ether", "9" * 400 + "d", "9" * 15 + "w", "0.5s", "-1"),
    *("\x00", "\x7f", "\u202e", "\u0663", "\uff11\uff12", "0X" + "F" * 40),
)
USUAL: Final = ("a, b", "40", "1h", "30d", "0", "1 ether", "x.csv", "s.json", "0x" + "1c" * 20)
WRITTEN: Final = st.one_of(
    st.sampled_from((*HOSTILE, *USUAL, *(option for key in KEYS for option in key.options))),
    st.text(max_size=60),
    st.integers(-2, 2**90).map(str),
)


@settings(deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.dictionaries(st.sampled_from([*(key.name for key in KEYS), "other"]), WRITTEN, max_size=10), st.booleans())
def test_every_form_is_answered(client: TestClient, written: dict[str, str], is_whole: bool) -> None:
    asked = {**RIGHT, **written} if is_whole else {"name": "", **written}
    page = client.get("/models/open", params=asked)
    assert page.status_code == 200
    main = page.text.split("<main")[1]
    assert "<script>alert" not in main
    assert "<img src=x" not in main
    file = client.get("/models/open/model.toml", params=asked)
    assert file.status_code == (400 if "What is wrong with it" in main else 200)
    if file.status_code == 200:
        tomllib.loads(file.text)
