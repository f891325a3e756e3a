"""What is read of a contest is bounded by what its manifest announces, before it is unpacked."""

from __future__ import annotations

import tracemalloc
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

from hyperbounty.bounty.holdout import HoldoutKey, encrypt
from hyperbounty.bounty.manifest import Manifest, PricePart, SealedHoldout
from hyperbounty.bounty.published import (
    documents,
    fetch_details,
    fetch_manifest,
    fetch_prices,
    fetch_report,
    largest_details,
    largest_report,
    open_holdout,
)
from hyperbounty.bounty.report import SpecDetails
from hyperbounty.bounty.unscorable import Unscorable
from hyperbounty.errors import ContentTooLarge, InvalidInput, ManifestError
from hyperbounty.prices.table import PriceTable
from hyperbounty.store import Cid, ContentStore, EmbeddedStore, export_car
from hyperbounty.store.cid import DAG_PB
from hyperbounty.store.nodes import Child, encode_file
from tests.bounty.shown_contest import MANIFEST, report

COLUMNS = ("LTC.close", "LTC.volume")


@pytest.fixture
def store(tmp_path: Path) -> EmbeddedStore:
    return EmbeddedStore(tmp_path / "store")


def table(rows: int) -> PriceTable:
    rng = np.random.default_rng(rows)
    return PriceTable(300 * np.arange(rows), COLUMNS, rng.uniform(1, 2, (rows, 2)), 300)


def announced(store: ContentStore, prices: bytes, rows: int, **changes: object) -> Manifest:
    part = PricePart(cid=str(store.add(prices)), rows=rows)
    return MANIFEST.model_copy(update={"training": part, "columns": COLUMNS, **changes})


def bomb(store: ContentStore, chunk: bytes, copies: int) -> tuple[Cid, int]:
    """A file of `copies` times `chunk`, and the bytes of its blocks: each of them is there once."""
    leaf = store.add_block(chunk)
    child = Child(leaf, len(chunk), len(chunk))
    stored = len(chunk)
    while copies > 1:
        width = min(copies, 128)
        block = encode_file([child] * width)
        cid = Cid.of(DAG_PB, block)
        store.put_block(cid, block)
        stored += len(block)
        child = Child(cid, child.size * width, len(block))
        copies //= width
    return child.cid, stored


def traced(work: Callable[[], object]) -> int:
    """The most bytes that `work` holds at once."""
    tracemalloc.start()
    try:
        work()
        return tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()


def test_a_few_blocks_that_unfold_to_128_mb_are_refused_by_their_root(store: EmbeddedStore) -> None:
    chunk = b"time,LTC.close,LTC.volume\n" + b"300,1.0,1.0\n" * 21_000
    root, stored = bomb(store, chunk, 512)
    assert stored < 300_000
    assert 512 * len(chunk) > 128_000_000
    manifest = MANIFEST.model_copy(update={"training": PricePart(cid=str(root), rows=4_800), "columns": COLUMNS})

    def read() -> None:
        with pytest.raises(ManifestError, match=r"larger than the .* bytes that its rows and columns can need"):
            fetch_prices(store, manifest.training, manifest)

    assert traced(read) < 1_000_000


def test_prices_take_little_more_memory_than_their_bytes(store: EmbeddedStore) -> None:
    prices = table(40_000)
    manifest = announced(store, prices.to_csv(), len(prices))
    size = len(prices.to_csv())
    assert traced(lambda: fetch_prices(store, manifest.training, manifest)) < 3 * size + 2_000_000


def test_prices_are_what_was_announced_before_they_are_parsed(store: EmbeddedStore) -> None:
    good = table(50)
    manifest = announced(store, good.to_csv(), 50)
    assert fetch_prices(store, manifest.training, manifest) == good
    with pytest.raises(ManifestError, match="has 50 rows of 2 columns, the manifest says 60 of 2"):
        fetch_prices(store, manifest.training.model_copy(update={"rows": 60}), manifest)
    other = manifest.model_copy(update={"columns": ("BTC.close", "BTC.volume")})
    with pytest.raises(ManifestError, match=r"BTC\.close"):
        fetch_prices(store, manifest.training, other)
    for bad in (b"", b"\n" * 51, b"time,LTC.close,LTC.volume\n" + b"\n" * 50, b"\xff" * 500):
        broken = announced(store, bad, 50)
        with pytest.raises(InvalidInput):
            fetch_prices(store, broken.training, broken)


@pytest.mark.parametrize("rows", [1, 2, 50, 5_000])
def test_a_table_never_has_more_bytes_than_its_rows_and_columns_can_need(rows: int) -> None:
    assert len(table(rows).to_csv()) <= PriceTable.largest_csv(rows, COLUMNS)
    widest = PriceTable(99_999_999_999 - np.arange(rows)[::-1], COLUMNS, np.full((rows, 2), 2.2250738585072014e-308), 1)
    assert len(widest.to_csv()) == PriceTable.largest_csv(rows, COLUMNS)


def test_a_sealed_holdout_is_bounded_too(store: EmbeddedStore) -> None:
    key, tail = HoldoutKey.new(), table(30)
    holdout = SealedHoldout(
        cid=str(store.add(encrypt(tail.to_csv(), key))), rows=30, windows=10, key_commitment="0x" + "00" * 32
    )
    manifest = MANIFEST.model_copy(update={"holdout": holdout, "columns": COLUMNS})
    assert open_holdout(store, manifest, key) == tail
    larger = holdout.model_copy(update={"cid": str(store.add(encrypt(table(300).to_csv(), key)))})
    with pytest.raises(ManifestError, match="the sealed holdout is larger than"):
        open_holdout(store, manifest.model_copy(update={"holdout": larger}), key)


def test_a_manifest_and_a_report_are_no_larger_than_they_can_need(store: EmbeddedStore) -> None:
    with pytest.raises(ManifestError, match=r"the manifest .* is larger than"):
        fetch_manifest(store, store.add_block(b" " * 300_000).digest)
    scored = report(560_000, 540_000)
    digest = store.add_block(scored.canonical()).digest
    assert fetch_report(store, digest, MANIFEST, 2) == scored
    with pytest.raises(ManifestError, match="the report has 2 specs, and 3 were revealed"):
        fetch_report(store, digest, MANIFEST, 3)
    with pytest.raises(ManifestError, match=r"the report .* is larger than"):
        fetch_report(store, store.add_block(b" " * 200_000).digest, MANIFEST, 2)
    assert largest_report(1_024, 100) == 1024 * 1024, "what one block holds"


def test_details_are_bounded_by_the_runs_and_epochs_of_their_spec(store: EmbeddedStore) -> None:
    scored = report(560_000).specs[0]
    word = bytes.fromhex(scored.spec[2:])
    root, _ = bomb(store, b" " * 100_000, 128)
    with pytest.raises(ManifestError, match=r"the spec details .* is larger than"):
        fetch_details(store, scored.model_copy(update={"details": str(root)}), MANIFEST)
    assert largest_details(word, 2, 1_000) < 100_000
    none = store.add(SpecDetails(spec=scored.spec, runs=()).canonical())
    with pytest.raises(ManifestError, match="of 0 runs where the manifest has 2"):
        fetch_details(store, scored.model_copy(update={"details": str(none)}), MANIFEST)
    for odd in ("b" + "a" * 58, "b" + "2" * 21):
        with pytest.raises(ManifestError, match="is no CID used here"):
            fetch_details(store, scored.model_copy(update={"details": odd}), MANIFEST)
    assert fetch_details(store, scored, MANIFEST) is None


def test_a_report_that_cannot_be_read_is_left_out_of_a_copy(store: EmbeddedStore, tmp_path: Path) -> None:
    manifest = announced(store, table(50).to_csv(), 50)
    digest = store.add_block(manifest.canonical()).digest
    holdout = report(560_000).holdout.model_copy(update={"prices": manifest.training})
    good = report(560_000).model_copy(update={"holdout": holdout})
    refusal = Unscorable(chain_id=1, contract="0x" + "22" * 20, contest=7, manifest=str(Cid.raw(b"")), reason="no key")
    bodies = (good.canonical(), b"{", report(560_000, 540_000).canonical())
    reports = [store.add_block(each).digest for each in bodies]
    refused = store.add_block(refusal.canonical()).digest
    published = documents(store, digest, [*reports, refused, b"\1" * 32], 1)
    assert set(published.left_out) == {Cid.from_digest(d) for d in (*reports[1:], b"\1" * 32)}
    assert published.cids[:2] == (Cid.from_digest(digest), Cid.parse(manifest.training.cid))
    assert Cid.from_digest(reports[0]) in published.cids
    assert Cid.from_digest(refused) in published.cids, "a reason is a report too"
    known = [cid for cid in published.cids if store.has(cid)]
    with (tmp_path / "all.car").open("wb") as file:
        assert export_car(store, known, file, max_bytes=published.largest).size < published.largest
        with pytest.raises(ContentTooLarge):
            export_car(store, known, file, max_bytes=1_000)
