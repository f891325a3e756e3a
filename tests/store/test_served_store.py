"""The store that a devnet serves, asked as nobody of this project asks: what it refuses, and that it goes on."""

from __future__ import annotations

import io
import socket
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest
import requests
from hypothesis import given
from hypothesis import strategies as st

from hyperbounty.chain.devnet import Devnet
from hyperbounty.errors import ContentNotFound
from hyperbounty.store import Cid, EmbeddedStore, add_path, fetch, open_store
from hyperbounty.store.kubo import KuboStore
from hyperbounty.store.uploads import BadUpload, chunked_body, save_file, sized_body

HELLO = Cid.raw(b"hello")


@pytest.fixture(scope="module")
def url() -> Iterator[str]:
    with Devnet(port=0) as devnet:
        yield devnet.url


@pytest.fixture
def http() -> Iterator[requests.Session]:
    with requests.Session() as session:
        session.trust_env = False
        yield session


def test_two_people_share_a_folder_through_it(url: str, tmp_path: Path) -> None:
    mine = tmp_path / "mine"
    (mine / "deep").mkdir(parents=True)
    (mine / "deep" / "a.bin").write_bytes(bytes(300_000))
    (mine / "b.txt").write_text("b")
    cid = add_path(open_store(url, tmp_path / "ada"), mine)
    fetch(open_store(url, tmp_path / "ben"), cid, tmp_path / "theirs")
    assert (tmp_path / "theirs" / "deep" / "a.bin").read_bytes() == bytes(300_000)
    assert not (tmp_path / "ada").exists()


@pytest.mark.parametrize("form", ["{}", "{}/", "{}/api/v0", "/ip4/127.0.0.1/tcp/{port}"])
def test_it_is_found_by_every_form_of_a_nodes_address(url: str, form: str, tmp_path: Path) -> None:
    store = open_store(form.format(url, port=url.rsplit(":", 1)[1]), tmp_path)
    assert store.get(store.add(b"hello")) == b"hello"
    assert store.describe().startswith("IPFS node hyperbounty-")


def test_it_is_a_gateway_too(url: str, tmp_path: Path) -> None:
    cid = KuboStore(url).add(bytes(600_000))
    reader = open_store(None, tmp_path / "mine", [url])
    assert reader.get(cid) == bytes(600_000)
    with pytest.raises(ContentNotFound):
        reader.get(Cid.raw(b"nobody has this"))


def test_what_is_missing_is_said_at_once_and_not_searched(url: str) -> None:
    with pytest.raises(ContentNotFound):
        KuboStore(url).pin(Cid.raw(b"nobody has this either"))


@pytest.mark.parametrize(
    ("path", "status", "said"),
    [
        (f"/ipfs/{HELLO}", 406, "?format=raw"),
        (f"/ipfs/{Cid.raw(b'nowhere')}?format=raw", 404, "is not in the"),
        ("/ipfs/nonsense?format=raw", 400, "is no CID"),
        ("/api/v0/version", 405, "asked with POST"),
        ("/", 404, ""),
        ("/metrics", 404, ""),
    ],
)
def test_what_a_page_or_a_person_asks_in_vain(
    url: str, http: requests.Session, path: str, status: int, said: str
) -> None:
    KuboStore(url).add(b"hello")
    answer = http.get(f"{url}{path}", timeout=120)
    assert (answer.status_code, said in answer.text) == (status, True)


def test_a_head_request_gets_the_length_alone(url: str, http: requests.Session) -> None:
    KuboStore(url).add(b"hello")
    for _ in range(2):
        answer = http.head(f"{url}/ipfs/{HELLO}?format=raw", timeout=120)
        assert (answer.status_code, answer.headers["Content-Length"], answer.content) == (200, "5", b"")


@pytest.mark.parametrize(
    ("command", "said"),
    [
        ("add", "the command needs a file"),
        ("add?cid-version=0", "cid-version=0 would give another CID"),
        ("add?chunker=rabin", "leave it out, or say chunker=size-262144"),
        ("block/put?cid-codec=dag-cbor", "cid-codec=dag-cbor would give another CID"),
        ("block/get", "is no CID used here"),
        (f"block/get?arg={Cid.raw(b'nowhere')}", "block was not found"),
        (f"block/stat?arg={Cid.raw(b'nowhere')}", "block was not found"),
        (f"pin/add?arg={Cid.raw(b'nowhere')}", "block was not found"),
        (f"pin/rm?arg={Cid.raw(b'nowhere')}", "is not pinned"),
        (f"pin/ls?arg={Cid.raw(b'nowhere')}", "is not pinned"),
    ],
)
def test_a_command_that_fails_says_why_as_a_node_does(
    url: str, http: requests.Session, command: str, said: str
) -> None:
    files = {"file": b"hello"} if "?c" in command else None
    for _ in range(2):
        answer = http.post(f"{url}/api/v0/{command}", files=files, timeout=120)
        assert (answer.status_code, answer.json()["Type"]) == (500, "error")
        assert said in answer.json()["Message"]


def test_a_car_file_that_is_none_changes_nothing(url: str, http: requests.Session) -> None:
    before = KuboStore(url).pins()
    answer = http.post(f"{url}/api/v0/dag/import", files={"file": b"no car at all"}, timeout=120)
    assert (answer.status_code, KuboStore(url).pins()) == (500, before)


def test_a_page_in_a_browser_changes_nothing(url: str, http: requests.Session) -> None:
    content = b"from a page"
    origin = {"Origin": "https://example.org"}
    answer = http.post(f"{url}/api/v0/add", files={"file": content}, headers=origin, timeout=120)
    assert answer.status_code == 403
    assert "Access-Control-Allow-Origin" not in answer.headers
    assert not KuboStore(url).has(Cid.raw(content))
    # The body was read, so the connection can be used again.
    assert http.post(f"{url}/api/v0/add", files={"file": content}, timeout=120).json()["Hash"] == str(Cid.raw(content))


def test_an_unknown_command_is_not_found(url: str, http: requests.Session) -> None:
    assert http.post(f"{url}/api/v0/repo/gc", timeout=120).status_code == 404


def test_an_upload_that_breaks_off_stores_nothing(url: str) -> None:
    content = b"cut off in the middle"
    form = b'--x\r\nContent-Disposition: form-data; name="file"\r\n\r\n' + content
    head = b"POST /api/v0/add HTTP/1.1\r\nHost: x\r\nContent-Type: multipart/form-data; boundary=x\r\n"
    for body in (
        head + b"Content-Length: 500\r\n\r\n" + form,
        head + b"Transfer-Encoding: chunked\r\n\r\n" + f"{len(form) + 100:x}\r\n".encode() + form,
        head + b"Transfer-Encoding: chunked\r\n\r\nnot a length\r\n",
        head + b"Content-Length: -5\r\n\r\n" + form,
        head + b"Content-Length: " + b"9" * 5000 + b"\r\n\r\n" + form,
        head + f"Content-Length: {len(form)}\r\n\r\n".encode() + form,
    ):
        with socket.create_connection(("127.0.0.1", int(url.rsplit(":", 1)[1])), timeout=120) as connection:
            connection.sendall(body)
            connection.shutdown(socket.SHUT_WR)
            assert connection.makefile("rb").read().startswith(b"HTTP/1.1 400 ")
    assert not KuboStore(url).has(Cid.raw(content))


def test_many_at_once_store_the_same_and_other_things(url: str) -> None:
    shared = bytes(700_000)
    found: list[set[Cid]] = []

    def person(number: int) -> None:
        store = KuboStore(url)
        found.append({store.add(shared), store.add(b"own %d" % number), store.add_block(b"block %d" % number)})

    people = [threading.Thread(target=person, args=(number,)) for number in range(6)]
    for each in people:
        each.start()
    for each in people:
        each.join()
    assert len(set.intersection(*found)) == 1
    assert set.union(*found) <= set(KuboStore(url).pins())


def test_contents_are_kept_as_the_embedded_store_keeps_them(tmp_path: Path) -> None:
    with Devnet(port=0, state=tmp_path / "d") as devnet:
        cid = KuboStore(devnet.url).add(b"hello")
    store = EmbeddedStore(tmp_path / "d.store")
    assert (store.get(cid), store.pins()) == (b"hello", (cid,))


BOUNDARY = b"7d4a6d158c9"
LINES = st.sampled_from([b"\r\n", b"\r\n--", b"\r\n--" + BOUNDARY[:-1], b"--" + BOUNDARY, b"\r", b"\n"])


@given(
    parts=st.lists(st.binary(max_size=40) | LINES, max_size=20),
    sizes=st.lists(st.integers(1, 60), min_size=1, max_size=8),
    more=st.booleans(),
)
def test_a_file_comes_out_of_the_form_as_it_went_in(parts: list[bytes], sizes: list[int], *, more: bool) -> None:
    content = b"".join(parts)
    boundary = BOUNDARY
    while b"\r\n--" + boundary in b"\r\n" + content:
        boundary += b"x"
    form = b"--" + boundary + b'\r\nContent-Disposition: form-data; name="file"; filename="a"\r\n\r\n' + content
    form += b"\r\n--" + boundary + b"\r\nContent-Type: text/plain\r\n\r\nanother" if more else b""
    form += b"\r\n--" + boundary + b"--\r\n"
    chunks: list[bytes] = []
    rest = form
    while rest:
        size = sizes[len(chunks) % len(sizes)]
        chunks.append(rest[:size])
        rest = rest[size:]
    wire = b"".join(b"%x\r\n%s\r\n" % (len(chunk), chunk) for chunk in chunks) + b"0\r\n\r\n" + b"next request"
    source = io.BytesIO(wire)
    kind = f"multipart/form-data; boundary={boundary.decode()}"
    save_file(chunked_body(source), kind, saved := io.BytesIO())
    assert saved.getvalue() == content
    assert source.read() == b"next request"
    save_file(iter(chunks), kind, saved := io.BytesIO())
    assert saved.getvalue() == content
    save_file(sized_body(io.BytesIO(form), len(form)), kind, saved := io.BytesIO())
    assert saved.getvalue() == content


FORM = b'--x\r\nContent-Disposition: form-data; name="file"\r\n\r\nhello world\r\n--x'


@given(cut=st.integers(0, len(FORM) - 1))
def test_a_form_that_is_cut_off_is_refused(cut: int) -> None:
    with pytest.raises(BadUpload):
        save_file(iter([FORM[:cut]]), "multipart/form-data; boundary=x", io.BytesIO())


@pytest.mark.parametrize("kind", ["application/json", "multipart/form-data", "multipart/mixed; boundary=x", ""])
def test_a_body_that_is_no_form_is_refused(kind: str) -> None:
    with pytest.raises(BadUpload, match="multipart/form-data"):
        save_file(iter([b"--x"]), kind, io.BytesIO())
