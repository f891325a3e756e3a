"""Contents that need no file in the repository: the same bytes for the same size, at any size and in flat memory."""

from __future__ import annotations

import hashlib
import io
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Final

PIECE_BYTES: Final = 64 * 1024

# A folder: names, each with the size of a file or a folder of its own.
Tree = dict[str, "int | Tree"]


class Generated(io.RawIOBase):
    """A file of `size` bytes: SHAKE-128 of "hyperbounty <size> <n>" for its n-th 64 KiB. It can seek."""

    def __init__(self, size: int) -> None:
        self._size = size
        self._at = 0
        self._piece = (-1, b"")

    def readable(self) -> bool:
        return True

    def seekable(self) -> bool:
        return True

    def tell(self) -> int:
        return self._at

    def seek(self, offset: int, whence: int = io.SEEK_SET, /) -> int:
        self._at = {io.SEEK_SET: 0, io.SEEK_CUR: self._at, io.SEEK_END: self._size}[whence] + offset
        return self._at

    def readinto(self, buffer: memoryview, /) -> int:  # type: ignore[override]
        number, start = divmod(self._at, PIECE_BYTES)
        if self._piece[0] != number:
            seed = b"hyperbounty %d %d" % (self._size, number)
            self._piece = (number, hashlib.shake_128(seed).digest(PIECE_BYTES))
        count = max(0, min(len(buffer), PIECE_BYTES - start, self._size - self._at))
        buffer[:count] = self._piece[1][start : start + count]
        self._at += count
        return count


def opened(size: int) -> io.BufferedReader:
    return io.BufferedReader(Generated(size), PIECE_BYTES)


def digest(size: int) -> bytes:
    return hashlib.file_digest(opened(size), "sha256").digest()


def write_tree(tree: Tree, folder: Path) -> None:
    folder.mkdir()
    for name, inside in tree.items():
        if isinstance(inside, dict):
            write_tree(inside, folder / name)
        else:
            with opened(inside) as content:
                (folder / name).write_bytes(content.read())


def files_of(tree: Tree, prefix: str) -> Iterator[tuple[str, int | None]]:
    """Every path under `prefix`, with the size of a file, or None for a folder."""
    yield prefix, None
    for name, inside in tree.items():
        if isinstance(inside, dict):
            yield from files_of(inside, f"{prefix}/{name}")
        else:
            yield f"{prefix}/{name}", inside


VECTORS = json.loads(Path(__file__).with_name("vectors.json").read_text(encoding="utf-8"))
FILES: dict[int, str] = {int(size): cid for size, cid in VECTORS["files"].items()}
FOLDERS: dict[str, tuple[Tree, str]] = {
    **{name: (vector["tree"], vector["cid"]) for name, vector in VECTORS["folders"].items()},
    # Too long to write out, and near the size at which other programs begin to shard.
    "crowded": ({f"{n:03}".ljust(240, "-"): n % 3 for n in range(850)}, VECTORS["crowded"]),
}
