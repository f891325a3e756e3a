"""CAR files: the same bytes for the same roots, and a file that is damaged in any way changes nothing."""

from __future__ import annotations

import io
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hyperbounty.errors import ContentMismatch, ContentNotFound, InvalidInput, StoreError
from hyperbounty.store import Cid, ContentStore, add_path, export_car, import_car, open_store
from hyperbounty.store.car import read_car
from hyperbounty.store.car_header import decode_header, encode_header
from hyperbounty.store.cid import DAG_PB, RAW
from hyperbounty.store.protobuf import varint
from tests.store.generated import write_tree

CHUNK = 256 * 1024
cids = st.builds(Cid, st.sampled_from([RAW, DAG_PB]), st.binary(min_size=32, max_size=32))


def exported(store: ContentStore, *roots: Cid) -> bytes:
    file = io.BytesIO()
    export_car(store, roots, file)
    return file.getvalue()


def car(roots: list[Cid], *blocks: tuple[Cid, bytes]) -> bytes:
    header = encode_header(roots)
    return varint(len(header)) + header + b"".join(section(cid, block) for cid, block in blocks)


def section(cid: Cid, block: bytes) -> bytes:
    return varint(36 + len(block)) + cid.binary + block


@pytest.fixture
def store(tmp_path: Path) -> ContentStore:
    return open_store(None, tmp_path / "store")


@pytest.fixture
def target(tmp_path: Path) -> ContentStore:
    return open_store(None, tmp_path / "target")


def _is_untouched(tmp_path: Path) -> bool:
    return not (tmp_path / "target").exists()


def test_several_roots_travel_in_one_file_and_are_pinned(store: ContentStore, target: ContentStore) -> None:
    document, prices = store.add_block(b"{}"), store.add(bytes(2 * CHUNK) + b"prices")
    assert import_car(target, io.BytesIO(exported(store, document, prices))) == (document, prices)
    assert target.pins() == tuple(sorted([document, prices]))
    assert target.get(prices) == store.get(prices)


def test_what_roots_share_is_in_the_file_once(store: ContentStore) -> None:
    shared = bytes([7]) * CHUNK
    one, two = store.add(shared + b"one"), store.add(shared + b"two")
    both = exported(store, one, two, one)
    assert both.count(shared) == 1
    assert both == exported(store, one, two)


def test_the_same_roots_give_the_same_file_whatever_else_is_stored(
    store: ContentStore, target: ContentStore, tmp_path: Path
) -> None:
    write_tree({"a": {"x": 300_000}, "b": 1, "empty": {}}, tmp_path / "folder")
    cid = add_path(store, tmp_path / "folder")
    target.add(b"something else")
    add_path(target, tmp_path / "folder")
    assert exported(store, cid) == exported(target, cid)


def test_nothing_to_export_is_refused(store: ContentStore) -> None:
    with pytest.raises(InvalidInput, match="nothing is named"):
        export_car(store, [], io.BytesIO())


def test_what_is_not_complete_is_not_exported(store: ContentStore, target: ContentStore) -> None:
    data = bytes(range(256)) * 2048
    root = store.add(data)
    target.put_block(root, store.block(root))
    with pytest.raises(ContentNotFound, match=str(Cid.raw(data[:CHUNK]))):
        exported(target, root)


def test_progress_ends_at_the_size_of_the_file(store: ContentStore) -> None:
    told: list[int] = []
    file = io.BytesIO()
    written = export_car(store, [store.add(bytes(3 * CHUNK + 1))], file, progress=told.append)
    assert told == sorted(told)
    assert told[-1] == written.size == len(file.getvalue())
    assert written.blocks == len(told) - 1


def test_a_file_cut_off_anywhere_stores_nothing(store: ContentStore, target: ContentStore, tmp_path: Path) -> None:
    whole = exported(store, store.add_block(b"{}"), store.add(bytes(CHUNK) + b"tail"))
    read_car(io.BytesIO(whole))
    for end in [*range(200), CHUNK, len(whole) - 100, len(whole) - 1]:
        with pytest.raises(StoreError, match=r"ends in the middle|cut off|empty|lacks"):
            import_car(target, io.BytesIO(whole[:end]))
    assert _is_untouched(tmp_path)


def test_a_file_with_a_changed_byte_stores_nothing(store: ContentStore, target: ContentStore, tmp_path: Path) -> None:
    whole = exported(store, store.add(b"hello"), store.add_block(b"world"))
    for at in range(len(whole)):
        damaged = bytearray(whole)
        damaged[at] ^= 0x01
        with pytest.raises(StoreError):
            import_car(target, io.BytesIO(bytes(damaged)))
    assert _is_untouched(tmp_path)


def test_a_block_under_another_name_is_caught(target: ContentStore, tmp_path: Path) -> None:
    cid = Cid.raw(b"right")
    with pytest.raises(ContentMismatch, match=str(cid)):
        import_car(target, io.BytesIO(car([cid], (cid, b"wrong"))))
    assert _is_untouched(tmp_path)


def test_a_file_without_a_part_names_it_and_what_needs_it(store: ContentStore, target: ContentStore) -> None:
    data = bytes(CHUNK) + b"tail"
    root, leaf = store.add(data), Cid.raw(b"tail")
    blocks = [(root, store.block(root)), (Cid.raw(bytes(CHUNK)), bytes(CHUNK))]
    with pytest.raises(StoreError, match=f"lacks {leaf}, a part of {root}"):
        import_car(target, io.BytesIO(car([root], *blocks)))
    with pytest.raises(StoreError, match=f"lacks {leaf}, a root"):
        import_car(target, io.BytesIO(car([root, leaf], *blocks, (Cid.raw(b"x"), b"x"))))


def test_blocks_in_any_order_and_twice_are_read(store: ContentStore, target: ContentStore) -> None:
    data = bytes(CHUNK) + b"tail"
    root = store.add(data)
    blocks = [(Cid.raw(b"tail"), b"tail"), (root, store.block(root)), (Cid.raw(bytes(CHUNK)), bytes(CHUNK))]
    import_car(target, io.BytesIO(car([root], *blocks, *blocks)))
    assert target.get(root) == data


def test_a_file_that_begins_elsewhere_in_a_stream_is_read(store: ContentStore, target: ContentStore) -> None:
    cid = store.add(b"hello")
    stream = io.BytesIO(b"before" + exported(store, cid))
    stream.seek(6)
    assert import_car(target, stream) == (cid,)


@pytest.mark.parametrize(
    ("data", "reason"),
    [
        (b"", "empty"),
        (bytes.fromhex("0aa16776657273696f6e02"), "version 2"),  # how a CAR of version 2 begins
        (b"%PDF-1.7 and so on, and so on", "CAR file"),
        (b"\xff" * 12, "too many bytes"),
        (varint(1 << 30), "1,073,741,824 bytes"),
        (b"\0", "cut off"),
        (varint(11) + bytes.fromhex("a16776657273696f6e01") + b"\0", "longer"),
        (varint(17) + bytes.fromhex("a265726f6f7473806776657273696f6e01"), "no root"),
        (varint(17) + bytes.fromhex("a265726f6f7473806776657273696f6e03"), "version 3"),
    ],
)
def test_what_is_no_car_file_is_said_to_be_none(target: ContentStore, data: bytes, reason: str) -> None:
    with pytest.raises(StoreError, match=reason):
        import_car(target, io.BytesIO(data))


@pytest.mark.parametrize(
    ("section", "reason"),
    [
        (varint(3 << 20), "more than nodes exchange"),
        (varint(0), "kind not used"),
        (varint(38) + bytes.fromhex("01711220") + bytes(34), "kind not used"),  # dag-cbor
        (varint(5) + bytes.fromhex("0155000161"), "kind not used"),  # an identity hash
    ],
)
def test_blocks_of_other_kinds_are_named(target: ContentStore, section: bytes, reason: str) -> None:
    root = Cid.raw(b"x")
    with pytest.raises(StoreError, match=reason):
        import_car(target, io.BytesIO(car([root], (root, b"x")) + section))


def test_a_root_in_the_oldest_form_is_the_same_block(store: ContentStore, target: ContentStore) -> None:
    data = bytes(CHUNK) + b"tail"
    root = store.add(data)
    header = bytes.fromhex("a265726f6f747381d82a5823001220") + root.digest + bytes.fromhex("6776657273696f6e01")
    first = varint(34 + len(store.block(root))) + b"\x12\x20" + root.digest + store.block(root)
    rest = section(Cid.raw(data[:CHUNK]), data[:CHUNK]) + section(Cid.raw(b"tail"), b"tail")
    assert import_car(target, io.BytesIO(varint(len(header)) + header + first + rest)) == (root,)
    assert target.get(root) == data


@given(roots=st.lists(cids, min_size=1, max_size=300, unique=True))
def test_a_header_gives_its_roots_back(roots: list[Cid]) -> None:
    assert decode_header(encode_header(roots)) == tuple(roots)


@given(data=st.binary(max_size=120))
def test_any_bytes_are_a_header_or_refused(data: bytes) -> None:
    try:
        roots = decode_header(data)
    except StoreError:
        return
    assert roots
