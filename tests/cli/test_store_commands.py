"""`hyperbounty store`: what people see, what programs read, and one line for each thing that can go wrong."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from hyperbounty.cli.main import run
from hyperbounty.store import Cid, EmbeddedStore, export_car, open_store
from tests.store.gateway_server import Gateway, gives, serves
from tests.store.generated import FOLDERS, write_tree

Shell = Callable[..., Any]
MISSING = "bafkreignwtxcv2tjzrvigmy3x2lnylfktiuz2ijst35qgnx4akuc4gbzva"


@pytest.fixture(params=["embedded", pytest.param("node", marks=pytest.mark.kubo)])
def where(request: pytest.FixtureRequest, tmp_path: Path) -> list[str]:
    """The options that name a store."""
    home = ["--home", str(tmp_path / "home")]
    return home if request.param == "embedded" else [*home, "--ipfs", request.getfixturevalue("ipfs_address")]


def shell(capsys: pytest.CaptureFixture[str], where: list[str]) -> Shell:
    def call(*arguments: object, code: int = 0) -> Any:
        assert run(["store", *(str(argument) for argument in arguments), "--json", *where]) == code
        return json.loads(capsys.readouterr().out)

    return call


@pytest.fixture
def store(capsys: pytest.CaptureFixture[str], where: list[str]) -> Shell:
    """Runs `hyperbounty store …`, on each kind of store, and gives its JSON."""
    return shell(capsys, where)


@pytest.fixture
def embedded(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> Shell:
    """Runs `hyperbounty store …` on the embedded store."""
    return shell(capsys, ["--home", str(tmp_path / "home")])


def test_a_folder_is_added_listed_and_got_back(store: Shell, tmp_path: Path) -> None:
    tree, cid = FOLDERS["unicode"]
    write_tree(tree, tmp_path / "folder")
    assert store("add", tmp_path / "folder") == {"cid": cid}
    listed = {entry["name"]: entry for entry in store("ls", cid)["items"]}
    assert listed.keys() == tree.keys()
    assert listed["日本語"]["is_folder"]
    assert listed["z"]["bytes"] == tree["z"]
    got = store("get", cid, "--out", tmp_path / "back")
    assert (got["files"], got["reused_bytes"]) == (9, 0)
    assert sorted(path.name for path in (tmp_path / "back").iterdir()) == sorted(tree)
    got = store("get", f"{cid}/日本語/価格.csv", "--out", tmp_path / "file")
    assert got["bytes"] == (tmp_path / "file").stat().st_size == 300


def test_pins_are_given_and_taken(store: Shell, tmp_path: Path) -> None:
    (tmp_path / "file").write_bytes(str(tmp_path).encode())
    cid = store("add", tmp_path / "file")["cid"]
    assert store("has", cid) == {"cid": cid, "held": True, "pinned": True}
    assert cid in store("pins")["pins"]
    store("unpin", cid)
    assert store("has", cid) == {"cid": cid, "held": True, "pinned": False}
    store("pin", cid)
    assert cid in store("pins")["pins"]
    store("unpin", cid)


def test_contents_move_from_store_to_store_in_one_file(
    store: Shell, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    write_tree({"prices": {"LTC.csv": 300_000}}, tmp_path / "folder")
    (tmp_path / "document").write_bytes(b"{}")
    roots = [store("add", tmp_path / name)["cid"] for name in ("folder", "document")]
    exported = store("export", *roots, "--out", tmp_path / "contest.car")
    assert (exported["roots"], exported["blocks"]) == (roots, 6)
    assert exported["bytes"] == (tmp_path / "contest.car").stat().st_size
    other = shell(capsys, ["--home", str(tmp_path / "other")])
    assert other("import", tmp_path / "contest.car") == {"roots": roots}
    assert sorted(other("pins")["pins"]) == sorted(roots)
    assert other("get", roots[1], "--out", tmp_path / "back")["bytes"] == 2


def test_without_a_name_a_file_is_put_under_its_last_one(
    embedded: Shell, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    write_tree({"prices": {"LTC.csv": 10}}, tmp_path / "folder")
    cid = embedded("add", tmp_path / "folder")["cid"]
    (tmp_path / "here").mkdir()
    monkeypatch.chdir(tmp_path / "here")
    assert embedded("get", f"{cid}/prices/LTC.csv")["path"] == "LTC.csv"
    assert embedded("get", cid)["path"] == cid
    assert sorted(path.name for path in Path().iterdir()) == sorted(["LTC.csv", cid])


def test_garbage_is_collected(embedded: Shell, tmp_path: Path) -> None:
    (tmp_path / "file").write_bytes(bytes(300_000))
    cid = embedded("add", tmp_path / "file")["cid"]
    assert embedded("gc") == {"removed_blocks": 0, "removed_bytes": 0, "kept_blocks": 3}
    embedded("unpin", cid)
    assert embedded("gc")["removed_blocks"] == 3
    assert embedded("has", cid, code=1) == {"cid": cid, "held": False, "pinned": False}


@pytest.mark.kubo
def test_a_node_collects_its_own_garbage(embedded: Shell, ipfs_address: str) -> None:
    assert "ipfs repo gc" in embedded("gc", "--ipfs", ipfs_address, code=4)["next_step"]


def test_what_the_store_lacks_comes_through_gateways_and_a_liar_is_named(embedded: Shell, tmp_path: Path) -> None:
    data = b"prices of a contest"
    cid = Cid.raw(data)
    with Gateway(gives(b"other prices")) as liar, Gateway(serves({cid: data})) as honest:
        said = embedded("get", cid, "--out", tmp_path / "file", "--gateway", liar.url, code=4)
        assert liar.url in said["error"]
        embedded("get", cid, "--out", tmp_path / "file", "--gateway", liar.url, "--gateway", honest.url)
    assert (tmp_path / "file").read_bytes() == data
    assert embedded("has", cid)["held"]


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["add", "nothing"], "nothing does not exist"),
        (["get", "nonsense"], "'nonsense' is no CID used here"),
        (["get", MISSING], "not in the embedded store"),
        (["ls", MISSING], "is a file, not a folder"),
        (["pin", MISSING], "not in the embedded store"),
        (["export", MISSING, "--out", "a.car"], "not in the"),
        (["export", "nonsense", "--out", "a.car"], "no CID"),
        (["import", "notes"], "no CAR file"),
        (["export", MISSING, "--out", "notes"], "notes exists"),
        (["ls", "x", "--gateway", "ipfs.io"], "no address of an IPFS gateway"),
        (["add", "notes", "--ipfs", "http://127.0.0.1:9"], "no IPFS node answers"),
    ],
)
def test_a_mistake_is_one_line_with_the_next_step(
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
    arguments: list[str],
    said: str,
) -> None:
    monkeypatch.chdir(tmp_path)
    Path("notes").write_text("notes of mine")
    assert run(["store", *arguments, "--home", "home"]) in (3, 4)
    error = capsys.readouterr().err
    assert said in error
    assert "; " in error
    # What was being done is said before.
    assert [line for line in error.splitlines() if line.startswith("Error: ")] == error.splitlines()[-1:]
    assert [path.name for path in Path().iterdir()] == ["notes"]


def test_what_is_printed_for_people_is_what_they_need(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("HYPERBOUNTY_HOME", str(tmp_path / "home"))
    write_tree({"a.csv": 300_000, "sub": {}}, Path("folder"))
    assert run(["store", "add", "folder"]) == 0
    cid = capsys.readouterr().out.strip()
    assert run(["store", "ls", cid]) == 0
    lines = capsys.readouterr().out.splitlines()
    assert [line.split()[1:] for line in lines] == [["300,000", "a.csv"], ["4", "sub/"]]
    assert all(len(line.split()[0]) == 59 for line in lines)
    assert run(["store", "get", cid, "--out", "back"]) == 0
    out, err = capsys.readouterr()
    assert out == "back: 300,000 bytes\n"
    assert err == ""


def test_a_name_cannot_steer_the_terminal(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "folder").mkdir()
    (tmp_path / "folder" / "\x1b[2Jgone").touch()
    home = ["--home", str(tmp_path / "home")]
    assert run(["store", "add", str(tmp_path / "folder"), *home]) == 0
    cid = capsys.readouterr().out.strip()
    assert run(["store", "ls", cid, *home]) == 0
    assert "\x1b" not in capsys.readouterr().out


@pytest.mark.heavy
def test_an_interrupted_get_says_that_it_goes_on_and_does(tmp_path: Path) -> None:
    """An interruption like Ctrl-C, in the middle of a fetch."""
    store = EmbeddedStore(tmp_path / "home" / "store")
    cid = store.add(bytes(range(256)) * 4096)
    program = """
import sys
from hyperbounty.cli.main import main
from hyperbounty.store import EmbeddedStore
original, blocks = EmbeddedStore.block, []
def block(self, cid):
    blocks.append(cid)
    if len(blocks) == 4:
        raise KeyboardInterrupt
    return original(self, cid)
EmbeddedStore.block = block
main()
"""
    get = ["store", "get", str(cid), "--out", str(tmp_path / "file"), "--home", str(tmp_path / "home")]
    done = subprocess.run([sys.executable, "-c", program, *get], capture_output=True, text=True, check=False)
    assert done.returncode == 130
    assert "the same command goes on" in done.stderr
    done = subprocess.run([sys.executable, "-m", "hyperbounty", *get], capture_output=True, text=True, check=False)
    assert done.returncode == 0
    assert "524,288 of them from an earlier try" in done.stdout
    assert (tmp_path / "file").read_bytes() == bytes(range(256)) * 4096


@pytest.mark.heavy
@pytest.mark.skipif(sys.platform == "win32", reason="file size limits are POSIX's")
def test_a_full_disk_leaves_neither_half_an_export_nor_a_pin(tmp_path: Path) -> None:
    """A limit on the size of files stops a write in the middle, as a full disk does."""
    limited = "import resource; resource.setrlimit(resource.RLIMIT_FSIZE, (200_000, 200_000)); import sys;"
    program = f"{limited} from hyperbounty.cli.main import main; main()"
    store = open_store(None, tmp_path / "home" / "store")
    small, large = store.add(bytes(100)), store.add(bytes(300_000))
    with (tmp_path / "whole.car").open("wb") as file:
        export_car(store, [small, large], file)
    export = ["export", str(large), "--out", str(tmp_path / "half.car"), "--home", str(tmp_path / "home")]
    into = ["import", str(tmp_path / "whole.car"), "--home", str(tmp_path / "other")]
    for arguments in (export, into):
        command = [sys.executable, "-c", program, "store", *arguments]
        done = subprocess.run(command, capture_output=True, text=True, check=False)
        assert done.returncode == 3
        assert "File too large" in done.stderr
        assert "space" in done.stderr
        assert len(done.stderr.splitlines()) == 1
    assert sorted(path.name for path in tmp_path.iterdir()) == ["home", "other", "whole.car"]
    assert open_store(None, tmp_path / "other" / "store").pins() == ()


@pytest.mark.heavy
@pytest.mark.skipif(sys.platform == "win32", reason="pseudo-terminals are POSIX's")
def test_progress_is_shown_on_a_terminal_alone(tmp_path: Path) -> None:
    import pty

    cid = open_store(None, tmp_path / "home" / "store").add(bytes(3_000_000))
    command = [sys.executable, "-m", "hyperbounty", "store", "get", str(cid), "--home", str(tmp_path / "home")]
    quiet = subprocess.run([*command, "--out", str(tmp_path / "a")], capture_output=True, check=True)
    assert quiet.stderr == b""
    ours, theirs = pty.openpty()
    try:
        environment = {**os.environ, "TERM": "xterm", "COLUMNS": "100"}
        done = subprocess.run(
            [*command, "--out", str(tmp_path / "b")], stdout=subprocess.PIPE, stderr=theirs, env=environment, check=True
        )
        assert b"3 of 3 MB" in os.read(ours, 100_000)
        assert done.stdout.decode() == f"{tmp_path / 'b'}: 3,000,000 bytes\n"
    finally:
        os.close(ours)
        os.close(theirs)
