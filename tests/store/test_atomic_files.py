"""Files that are there in full or not there."""

from __future__ import annotations

import os
import stat
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from hyperbounty.files import create_atomic, write_atomic


def test_a_file_is_written_and_replaced_with_its_folders_made(tmp_path: Path) -> None:
    path = tmp_path / "a" / "b" / "file"
    write_atomic(path, b"first")
    write_atomic(path, b"second")
    assert path.read_bytes() == b"second"
    assert list(path.parent.iterdir()) == [path]


def test_creating_leaves_an_existing_file_as_it_was(tmp_path: Path) -> None:
    path = tmp_path / "file"
    create_atomic(path, b"first")
    with pytest.raises(FileExistsError):
        create_atomic(path, b"second")
    assert path.read_bytes() == b"first"
    assert list(tmp_path.iterdir()) == [path]


@pytest.mark.parametrize("write", [write_atomic, create_atomic])
def test_a_file_in_the_place_of_the_folder_is_said_to_be_one(tmp_path: Path, write: type) -> None:
    (tmp_path / "file").write_bytes(b"")
    with pytest.raises(NotADirectoryError, match="file"):
        write(tmp_path / "file" / "inside", b"data")


@pytest.mark.skipif(os.name != "posix", reason="permissions are POSIX's")
@pytest.mark.parametrize("mode", [0o600, 0o644])
def test_permissions_are_those_asked_for_less_the_umask(tmp_path: Path, mode: int) -> None:
    previous = os.umask(0o022)
    try:
        write_atomic(tmp_path / "file", b"", mode=mode)
    finally:
        os.umask(previous)
    assert stat.S_IMODE((tmp_path / "file").stat().st_mode) == mode & ~0o022


def test_a_reader_never_sees_a_mixture(tmp_path: Path) -> None:
    path, size = tmp_path / "file", 100_000
    versions = [bytes([i]) * size for i in range(20)]
    write_atomic(path, versions[0])
    with ThreadPoolExecutor(2) as pool:
        writing = [pool.submit(write_atomic, path, version) for version in versions]
        while not all(write.done() for write in writing):
            assert path.read_bytes() in versions
        for write in writing:
            write.result()


@pytest.mark.skipif(sys.platform == "win32", reason="file size limits are POSIX's")
@pytest.mark.parametrize("function", ["write_atomic", "create_atomic"])
def test_a_write_that_fails_halfway_leaves_nothing(tmp_path: Path, function: str) -> None:
    program = f"""
import resource, sys
from pathlib import Path
from hyperbounty.files import {function}
resource.setrlimit(resource.RLIMIT_FSIZE, (1000, 1000))
try:
    {function}(Path(sys.argv[1]), bytes(5000))
except OSError as error:
    sys.exit(0)
sys.exit(1)
"""
    done = subprocess.run([sys.executable, "-c", program, str(tmp_path / "file")], check=False)
    assert done.returncode == 0
    assert list(tmp_path.iterdir()) == []
