"""Canonical documents: one form, one digest, and every changed byte noticed."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from hyperbounty.bounty.manifest import FutureHoldout, Manifest, PricePart, PriceRises, SealedHoldout
from hyperbounty.errors import ManifestError
from hyperbounty.store import Cid
from tests.bounty.shown_contest import ESTIMATES

CID = str(Cid.raw(b"prices"))


def manifest(**changes: object) -> Manifest:
    fields: dict[str, object] = {
        "title": "Does LTC rise?",
        "source": "sample",
        "synthetic": True,
        "training": PricePart(cid=CID, rows=1000),
        "columns": ("BTC.close", "BTC.volume", "LTC.close", "LTC.volume"),
        "interval": 300,
        "task": PriceRises(coin="LTC", future_periods=3, sequence_length=60),
        "holdout": SealedHoldout(cid=CID, rows=200, windows=137, key_commitment="0x" + "ab" * 32),
        "metric": "balanced_accuracy",
        "minimum_score_ppm": 550_000,
        "runs": 3,
        "run_seconds": 60,
        "versions": {"keras": "3.15.1"},
        "tolerance_ppm": 5000,
        "estimates": ESTIMATES,
    }
    return Manifest.model_validate({**fields, **changes})


def test_the_arithmetic_stands_in_every_manifest_and_goes_with_its_backend() -> None:
    said = b'"arithmetic":{"instructions":"avx2","lanes":1},'
    written = manifest().canonical()
    assert said in written
    with pytest.raises(ManifestError, match="not in canonical form"):
        Manifest.parse(written.replace(said, b""))
    assert manifest(backend="jax", arithmetic={"lanes": 8}).arithmetic.lanes == 8
    with pytest.raises(ValidationError, match="tensorflow trains one spec at a time, not 8"):
        manifest(arithmetic={"lanes": 8})


def test_a_manifest_survives_its_canonical_bytes() -> None:
    made = manifest()
    assert Manifest.parse(made.canonical()) == made
    assert Cid.from_digest(made.digest()) == Cid.raw(made.canonical())


def test_the_future_mode_needs_no_key() -> None:
    made = manifest(holdout=FutureHoldout(rows=2000, source="CoinPaprika"))
    assert Manifest.parse(made.canonical()).holdout == FutureHoldout(rows=2000, source="CoinPaprika")


@given(st.data())
def test_a_changed_byte_gives_another_digest_or_is_refused(data: st.DataObject) -> None:
    made = manifest()
    good = made.canonical()
    at = data.draw(st.integers(0, len(good) - 1))
    byte = data.draw(st.integers(0, 255).filter(lambda b: b != good[at]))
    changed = good[:at] + bytes([byte]) + good[at + 1 :]
    try:
        parsed = Manifest.parse(changed)
    except ManifestError:
        return
    assert parsed.digest() != made.digest()
    assert parsed.canonical() == changed


@pytest.mark.parametrize(
    "form",
    [lambda d: json.dumps(d, indent=1), lambda d: json.dumps(dict(reversed(list(d.items()))), separators=(",", ":"))],
)
def test_another_form_of_the_same_manifest_is_refused(form: object) -> None:
    assert callable(form)
    with pytest.raises(ManifestError, match="canonical form"):
        Manifest.parse(form(json.loads(manifest().canonical())).encode())


@pytest.mark.parametrize("data", [b"", b"<html>", b"[]", b"{}", b"\xff\xfe", b"null", b"[" * 10**6, b'{"a":' * 10**5])
def test_what_is_no_manifest_is_refused(data: bytes) -> None:
    with pytest.raises(ManifestError):
        Manifest.parse(data)


@pytest.mark.parametrize(
    "changes",
    [
        {"format": "hyperbounty/manifest/3"},
        {"metric": "f1"},
        {"runs": 0},
        {"minimum_score_ppm": 1_000_001},
        {"task": {"kind": "price-rises", "coin": "LTC", "future_periods": 3, "sequence_length": 1}},
        {"task": {"kind": "price-falls", "coin": "LTC", "future_periods": 3, "sequence_length": 60}},
        {"training": {"cid": "../../etc/passwd", "rows": 10}},
        {"task": {"kind": "price-rises", "coin": "DOGE", "future_periods": 3, "sequence_length": 60}},
        {"task": {"kind": "price-rises", "coin": "LTC", "future_periods": 0, "sequence_length": 60}},
        {"surprise": 1},
    ],
)
def test_a_field_that_is_wrong_is_named(changes: dict[str, object]) -> None:
    fields = {**json.loads(manifest().canonical()), **changes}
    with pytest.raises(ManifestError, match="the manifest is invalid:"):
        Manifest.parse(json.dumps(fields).encode())
