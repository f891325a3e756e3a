"""Folders: what can be one, what is refused by name, and paths that lead into them."""

from __future__ import annotations

import os
import sys
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hyperbounty.errors import ContentNotFound, InvalidInput, StoreError
from hyperbounty.store import Cid, ContentStore, add_path, dagpb, list_folder, open_store, resolve
from hyperbounty.store.cid import DAG_PB
from hyperbounty.store.content import Bundle
from hyperbounty.store.nodes import MAX_FOLDER_BLOCK_BYTES, Entry, FolderNode, decode, encode_folder
from tests.store.generated import write_tree

CHUNK = 256 * 1024
EMPTY = Cid.parse("bafybeiczsscdsbs7ffqz55asqdf3smv6klcw3gofszvwlyarci47bgf354")
names = st.text(st.characters(exclude_characters="/\0", exclude_categories=["Cs"]), min_size=1, max_size=50).filter(
    lambda name: name not in (".", "..")
)


@pytest.fixture
def store(tmp_path: Path) -> ContentStore:
    return open_store(None, tmp_path / "store")


def _put_folder(store: ContentStore, *links: dagpb.Link) -> Cid:
    """A folder as a stranger may make it."""
    block = dagpb.encode(links, bytes.fromhex("0801"))
    cid = Cid.of(DAG_PB, block)
    store.put_block(cid, block)
    return cid


@given(names=st.lists(names, max_size=30, unique=True))
def test_entries_come_back_sorted_by_the_bytes_of_their_names(names: list[str]) -> None:
    block = encode_folder(Entry(name, Cid.raw(name.encode()), len(name)) for name in names)
    folder = decode(block)
    assert isinstance(folder, FolderNode)
    assert [entry.name for entry in folder.entries] == sorted(names, key=str.encode)
    assert block == encode_folder(folder.entries)


def test_a_folder_is_listed_with_the_sizes_of_its_files(store: ContentStore, tmp_path: Path) -> None:
    write_tree({"b.csv": 2 * CHUNK + 1, "a": {"x": 10}, "c": 0}, tmp_path / "folder")
    listed = list_folder(store, add_path(store, tmp_path / "folder"))
    assert [(e.name, e.is_folder, e.size) for e in listed if e.name != "a"] == [
        ("b.csv", False, 2 * CHUNK + 1),
        ("c", False, 0),
    ]
    assert next((e.name, e.is_folder) for e in listed) == ("a", True)


def test_a_file_alone_has_the_cid_of_its_bytes(store: ContentStore, tmp_path: Path) -> None:
    (tmp_path / "file").write_bytes(b"prices")
    assert add_path(store, tmp_path / "file") == store.add(b"prices")


def test_paths_lead_into_folders(store: ContentStore, tmp_path: Path) -> None:
    write_tree({"prices": {"LTC-USD.csv": 1000}}, tmp_path / "folder")
    cid = add_path(store, tmp_path / "folder")
    found = resolve(store, f"{cid}/prices/LTC-USD.csv")
    assert len(store.get(found)) == 1000
    assert resolve(store, f"/ipfs/{cid}/prices/LTC-USD.csv") == found
    assert resolve(store, f"{cid}/") == resolve(store, str(cid)) == cid
    with pytest.raises(ContentNotFound, match=r"no entry 'BTC-USD\.csv'"):
        resolve(store, f"{cid}/prices/BTC-USD.csv")
    with pytest.raises(StoreError, match="is a file"):
        resolve(store, f"{found}/rows")
    with pytest.raises(InvalidInput, match="no CID"):
        resolve(store, "prices/LTC-USD.csv")


def test_a_file_is_not_listed(store: ContentStore) -> None:
    for cid in (store.add(b"prices"), store.add(bytes(CHUNK + 1))):
        with pytest.raises(StoreError, match="is a file, not a folder"):
            list_folder(store, cid)


def test_a_folder_that_others_would_shard_is_refused(store: ContentStore, tmp_path: Path) -> None:
    (tmp_path / "folder").mkdir()
    for number in range(1000):
        (tmp_path / "folder" / f"{number:03}".ljust(250, "-")).touch()
    with pytest.raises(StoreError, match="1,000 entries") as caught:
        add_path(store, tmp_path / "folder")
    assert "folders inside it" in caught.value.next_step
    assert not (tmp_path / "store").exists()


def test_a_folder_of_just_the_largest_size_is_taken() -> None:
    entries = [Entry(f"{n:04}".ljust(200, "-"), EMPTY, 0) for n in range(1050)]
    spare = MAX_FOLDER_BLOCK_BYTES - len(encode_folder(entries))
    entry = Entry("", EMPTY, 0)
    # An entry takes 44 bytes, and another for the length of a name above 127 characters and one above 84.
    full = [*entries, *(Entry(f"z{n}".ljust(size, "-"), EMPTY, 0) for n, size in enumerate(_sizes(spare)))]
    assert entry.name == ""
    assert len(encode_folder(full)) == MAX_FOLDER_BLOCK_BYTES
    with pytest.raises(StoreError, match="more than the 262,144"):
        encode_folder([*full[:-1], Entry(full[-1].name + "-", EMPTY, 0)])


def _sizes(spare: int) -> list[int]:
    """Lengths of names of at most 80 characters whose entries take `spare` bytes together."""
    overhead = len(encode_folder([Entry("x", EMPTY, 0)])) - len(encode_folder([])) - 1
    count = -(-spare // (overhead + 80))
    total = spare - overhead * count
    return [total // count + (n < total % count) for n in range(count)]


@pytest.mark.skipif(sys.platform == "win32", reason="links need a privilege there")
def test_a_symbolic_link_is_refused_by_name(store: ContentStore, tmp_path: Path) -> None:
    (tmp_path / "folder").mkdir()
    (tmp_path / "folder" / "link").symlink_to(tmp_path)
    with pytest.raises(InvalidInput, match="link is a symbolic link"):
        add_path(store, tmp_path / "folder")
    (tmp_path / "alone").symlink_to(tmp_path / "nowhere")
    with pytest.raises(InvalidInput, match="alone is a symbolic link"):
        add_path(store, tmp_path / "alone")


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="pipes are POSIX's")
def test_what_is_neither_file_nor_folder_is_refused(store: ContentStore, tmp_path: Path) -> None:
    (tmp_path / "folder").mkdir()
    os.mkfifo(tmp_path / "folder" / "pipe")
    with pytest.raises(InvalidInput, match="pipe is neither"):
        add_path(store, tmp_path / "folder")


@pytest.mark.skipif(sys.platform != "linux", reason="other systems refuse such a name themselves")
def test_a_name_that_is_not_utf8_is_refused(store: ContentStore, tmp_path: Path) -> None:
    (tmp_path / "folder").mkdir()
    (tmp_path / "folder" / os.fsdecode(b"caf\xe9")).touch()
    with pytest.raises(InvalidInput, match=r"caf\\xe9"):
        add_path(store, tmp_path / "folder")


def test_a_path_that_leads_nowhere_is_refused(store: ContentStore, tmp_path: Path) -> None:
    with pytest.raises(InvalidInput, match="does not exist"):
        add_path(store, tmp_path / "nothing")


def test_a_folder_nested_too_deep_is_refused(store: ContentStore, tmp_path: Path) -> None:
    deep = tmp_path.joinpath("folder", *["d"] * 65)
    deep.mkdir(parents=True)
    (deep / "file").touch()
    with pytest.raises(InvalidInput, match="64 folders deep"):
        add_path(store, tmp_path / "folder")


def test_a_folder_that_changes_while_it_is_added_is_not_pinned(tmp_path: Path) -> None:
    folder = tmp_path / "folder"
    write_tree({"a": 1}, folder)
    store = open_store(None, tmp_path / "store")

    class Meddling:
        """A store that another process writes beside."""

        def __getattr__(self, name: str) -> object:
            return getattr(store, name)

        def add_bundle(self, bundle: Bundle) -> None:
            (folder / "b").touch()
            store.add_bundle(bundle)

    meddling: ContentStore = Meddling()  # type: ignore[assignment]
    with pytest.raises(StoreError, match="changed while it was added"):
        add_path(meddling, folder)
    assert store.pins() == ()


@pytest.mark.parametrize("name", [b"", b".", b"..", b"a/b", b"../../etc/passwd", b"a\0b", b"caf\xe9"])
def test_a_strangers_folder_with_a_name_that_leads_elsewhere_is_refused(store: ContentStore, name: bytes) -> None:
    cid = _put_folder(store, dagpb.Link(EMPTY, name, 0))
    with pytest.raises(StoreError, match="a folder with"):
        list_folder(store, cid)


def test_a_strangers_folder_with_one_name_twice_is_refused(store: ContentStore) -> None:
    cid = _put_folder(store, dagpb.Link(EMPTY, b"a", 0), dagpb.Link(Cid.raw(b""), b"a", 0))
    with pytest.raises(StoreError, match="two entries have one name"):
        list_folder(store, cid)


@pytest.mark.parametrize(("kind", "name"), [("0805", "a sharded directory"), ("0804", "a symbolic link")])
def test_other_kinds_are_named(store: ContentStore, kind: str, name: str) -> None:
    block = dagpb.encode([], bytes.fromhex(kind))
    cid = Cid.of(DAG_PB, block)
    store.put_block(cid, block)
    with pytest.raises(StoreError, match=name):
        list_folder(store, cid)


@given(block=st.binary(max_size=200))
def test_any_block_is_a_node_or_refused(block: bytes) -> None:
    try:
        decode(bytes.fromhex("0a020801") + block)
    except StoreError:
        return
