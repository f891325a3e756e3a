"""A fixed set of contents, 0 bytes to 60 MB and folders, whose CIDs a real node gave once (js-ipfs 0.18.1).

The embedded store is held to them always, a running node and the exchange between both where there is a node.
"""

from __future__ import annotations

import hashlib
import io
import json
import tarfile
import tracemalloc
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import quote

import pytest
import requests

from hyperbounty.store import Cid, ContentStore, add_path, export_car, fetch, import_car, open_store
from hyperbounty.store.unixfs import CHUNK_BYTES, LINKS_PER_NODE
from tests.store.generated import FILES, FOLDERS, Tree, digest, files_of, opened, write_tree

# What decides a CID, said in full; docs/store.md has the same list.
PARAMETERS = {"cid-version": "1", "raw-leaves": "true", "chunker": "size-262144", "hash": "sha2-256", "pin": "false"}
LARGE = 60_000_000


def _url(address: str) -> str:
    _, _, host, _, port = address.split("/")
    return f"http://{host}:{port}/api/v0"


def _added_by_node(address: str, parts: list[tuple[str, int | None]]) -> Cid:
    """The CID that a node gives to files and folders (those of size None), uploaded as its own client does."""
    boundary = "hyperbounty-vectors"

    def body() -> Iterator[bytes]:
        for number, (path, size) in enumerate(parts):
            kind = "application/x-directory" if size is None else "application/octet-stream"
            yield (
                f'--{boundary}\r\nContent-Disposition: form-data; name="file-{number}"; '
                f'filename="{quote(path, safe="")}"\r\nContent-Type: {kind}\r\n\r\n'
            ).encode()
            if size:
                with opened(size) as content:
                    while piece := content.read(1 << 20):
                        yield piece
            yield b"\r\n"
        yield f"--{boundary}--\r\n".encode()

    headers = {"Content-Type": f"multipart/form-data; boundary={boundary}"}
    answer = requests.post(f"{_url(address)}/add", params=PARAMETERS, data=body(), headers=headers, timeout=120)
    lines = [json.loads(line) for line in answer.text.splitlines() if line]
    root = parts[0][0]
    return Cid.parse(next(line["Hash"] for line in lines if line["Name"] == root))


def _digests(folder: Path) -> dict[str, bytes | None]:
    """Every path in `folder`, with the SHA-256 of a file or None for a folder."""
    return {
        path.relative_to(folder).as_posix(): hashlib.sha256(path.read_bytes()).digest() if path.is_file() else None
        for path in folder.rglob("*")
    }


def _expected(tree: Tree) -> dict[str, bytes | None]:
    paths = list(files_of(tree, "root"))[1:]
    return {path.removeprefix("root/"): None if size is None else digest(size) for path, size in paths}


def _export(store: ContentStore, cid: Cid) -> io.BytesIO:
    file = io.BytesIO()
    export_car(store, [cid], file)
    file.seek(0)
    return file


def test_the_vectors_reach_every_edge() -> None:
    full = LINKS_PER_NODE * CHUNK_BYTES
    assert {0, 1, CHUNK_BYTES - 1, CHUNK_BYTES, CHUNK_BYTES + 1, full, full + 1, LARGE} == set(FILES)


@pytest.mark.heavy
@pytest.mark.parametrize("size", FILES)
def test_the_embedded_store_gives_and_serves_the_vector(tmp_path: Path, size: int) -> None:
    store = open_store(None, tmp_path / "store")
    with opened(size) as source:
        cid = store.add_file(source)
    assert str(cid) == FILES[size]
    fetched = fetch(store, cid, tmp_path / "back")
    assert fetched.size == size
    with (tmp_path / "back").open("rb") as file:
        assert hashlib.file_digest(file, "sha256").digest() == digest(size)


@pytest.mark.heavy
@pytest.mark.parametrize("name", FOLDERS)
def test_the_embedded_store_gives_and_serves_the_folder(tmp_path: Path, name: str) -> None:
    tree, expected = FOLDERS[name]
    write_tree(tree, tmp_path / "root")
    store = open_store(None, tmp_path / "store")
    cid = add_path(store, tmp_path / "root")
    assert str(cid) == expected
    fetch(store, cid, tmp_path / "back")
    assert _digests(tmp_path / "back") == _expected(tree)


@pytest.mark.heavy
def test_memory_does_not_grow_with_the_file(tmp_path: Path) -> None:
    store = open_store(None, tmp_path / "store")
    size = 64 * CHUNK_BYTES + 1
    tracemalloc.start()
    try:
        with opened(size) as source:
            cid = store.add_file(source)
        fetch(store, cid, tmp_path / "back")
        with (tmp_path / "file.car").open("w+b") as file:
            export_car(store, [cid], file)
            file.seek(0)
            import_car(open_store(None, tmp_path / "other"), file)
        _, peak = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert peak < size // 8


@pytest.mark.kubo
@pytest.mark.parametrize("size", FILES)
def test_a_file_crosses_between_the_stores_both_ways(tmp_path: Path, ipfs_address: str, size: int) -> None:
    embedded, node = open_store(None, tmp_path / "store"), open_store(ipfs_address, tmp_path)
    with opened(size) as source:
        cid = embedded.add_file(source)
    import_car(node, _export(embedded, cid))
    with requests.post(f"{_url(ipfs_address)}/cat", params={"arg": str(cid)}, stream=True, timeout=120) as answer:
        served = hashlib.sha256()
        for piece in answer.iter_content(1 << 20):
            served.update(piece)
    assert served.digest() == digest(size)
    node.unpin(cid)

    assert str(_added_by_node(ipfs_address, [("file", size)])) == FILES[size]
    with opened(size) as source:
        assert str(node.add_file(source)) == FILES[size]
    other = open_store(None, tmp_path / "other")
    import_car(other, _export(node, cid))
    fetch(other, cid, tmp_path / "back")
    with (tmp_path / "back").open("rb") as file:
        assert hashlib.file_digest(file, "sha256").digest() == digest(size)
    node.unpin(cid)


@pytest.mark.kubo
@pytest.mark.parametrize("name", FOLDERS)
def test_a_folder_crosses_between_the_stores_both_ways(tmp_path: Path, ipfs_address: str, name: str) -> None:
    tree, expected = FOLDERS[name]
    write_tree(tree, tmp_path / "root")
    embedded, node = open_store(None, tmp_path / "store"), open_store(ipfs_address, tmp_path)
    cid = add_path(embedded, tmp_path / "root")
    import_car(node, _export(embedded, cid))
    answer = requests.post(f"{_url(ipfs_address)}/get", params={"arg": str(cid)}, timeout=120)
    with tarfile.open(fileobj=io.BytesIO(answer.content)) as tar:
        tar.extractall(tmp_path / "tar", filter="data")
    assert _digests(tmp_path / "tar" / str(cid)) == _expected(tree)
    node.unpin(cid)

    assert str(_added_by_node(ipfs_address, list(files_of(tree, "root")))) == expected
    assert add_path(node, tmp_path / "root") == cid
    fetch(node, cid, tmp_path / "back")
    assert _digests(tmp_path / "back") == _expected(tree)
    node.unpin(cid)


@pytest.mark.kubo
@pytest.mark.parametrize("name", ["nested", "same", "unicode"])
def test_the_exported_file_is_the_one_that_a_node_exports(tmp_path: Path, ipfs_address: str, name: str) -> None:
    tree, _ = FOLDERS[name]
    write_tree(tree, tmp_path / "root")
    embedded, node = open_store(None, tmp_path / "store"), open_store(ipfs_address, tmp_path)
    cid = add_path(embedded, tmp_path / "root")
    add_path(node, tmp_path / "root")
    theirs = requests.post(f"{_url(ipfs_address)}/dag/export", params={"arg": str(cid)}, timeout=120).content
    assert _export(embedded, cid).read() == theirs
    node.unpin(cid)
