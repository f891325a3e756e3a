"""A file of prices as text: unpacked, decoded to UTF-8, with one kind of line end."""

from __future__ import annotations

import gzip
import io
import re
import zipfile
import zlib
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from typing import IO, Final

from hyperbounty.errors import PriceDataError

# Twenty years of one coin at five minutes, or two at one minute.
MAX_FILE_BYTES: Final = 128 * 1024 * 1024
# An archive may list millions of files in few bytes; each costs memory before anything is unpacked.
_MAX_MEMBERS: Final = 1_000
_CENTRAL_ENTRY: Final = b"PK\x01\x02"

# How files begin that are neither text nor packed text, and what to do with them.
_FOREIGN: Final = (
    (b"BZh", "a bzip2 file", "unpack it"),
    (b"\xfd7zXZ", "an xz file", "unpack it"),
    (b"\x28\xb5\x2f\xfd", "a Zstandard file", "unpack it"),
    (b"7z\xbc\xaf", "a 7-Zip archive", "unpack it"),
    (b"Rar!", "a RAR archive", "unpack it"),
    (b"PAR1", "a Parquet file", "save it as CSV"),
    (b"\xd0\xcf\x11\xe0", "an Excel workbook", "save it as CSV"),
    (b"%PDF", "a PDF", "get the prices as CSV"),
    (b"SQLite format", "a SQLite database", "export it as CSV"),
)
_BYTE_ORDER_MARKS: Final = (
    (b"\xff\xfe\x00\x00", "utf-32"),
    (b"\x00\x00\xfe\xff", "utf-32"),
    (b"\xff\xfe", "utf-16"),
    (b"\xfe\xff", "utf-16"),
)
_HTML: Final = re.compile(rb"<(!doctype|!--|\?xml|html|head|body|script|error|pre)\b", re.IGNORECASE)
_TEXT_MEMBERS: Final = frozenset({".csv", ".txt", ".tsv"})
# No text has these; tab and line ends it has.
_CONTROLS: Final = frozenset(range(9)) | frozenset(range(14, 32))


@dataclass(frozen=True)
class PriceText:
    r"""The text of a file of prices.

    Attributes:
        data: UTF-8 without a byte order mark; lines end in `\n`.
        packed: it was in an archive whose checksum held, so nothing of it is missing.
    """

    data: bytes
    packed: bool


def read_text(path: Path) -> PriceText:
    r"""The text in the file at `path`, which may be packed with gzip or zip.

    UTF-8, UTF-16, UTF-32 and, where the bytes are none of these, Windows-1252 are decoded.

    Raises:
        PriceDataError: it cannot be read, is empty, no text, or larger than `MAX_FILE_BYTES` before or after unpacking.

    >>> _ = (tmp_path / "BTC.csv").write_bytes("\ufefftime,close\r\n".encode("utf-16"))
    >>> read_text(tmp_path / "BTC.csv").data
    b'time,close\n'
    """
    try:
        with path.open("rb") as file:
            data = file.read(MAX_FILE_BYTES + 1)
    except OSError as error:
        raise PriceDataError(f"{path.name} cannot be read: {error.strerror}", "check the file") from error
    _check_size(path.name, data)
    packed = data[:2] == b"\x1f\x8b" or data[:4] == b"PK\x03\x04"
    if packed:
        data = _ungzip(path.name, data) if data[:2] == b"\x1f\x8b" else _unzip(path.name, data)
    for start, kind, step in _FOREIGN:
        if data.startswith(start):
            raise PriceDataError(f"{path.name} is {kind}, not text", step)
    data = _decoded(path.name, data).rstrip(b"\x1a")
    if b"\r" in data:
        data = data.replace(b"\r\n", b"\n").replace(b"\r", b"\n")
    start = data[:1_000].lstrip()
    if not start and not data.strip():
        raise PriceDataError(f"{path.name} is empty", "get the file again")
    if _HTML.match(start) or start[:1] in (b"{", b"["):
        kind = "HTML" if start[:1] == b"<" else "JSON"
        shown = start[:20].decode("utf-8", "replace")
        raise PriceDataError(
            f"{path.name} line 1 starts with {shown!r}: {kind}, not CSV",
            "a download that failed leaves the server's answer behind: get the file again, as CSV",
        )
    return PriceText(data, packed)


def _check_size(name: str, data: bytes) -> None:
    if len(data) > MAX_FILE_BYTES:
        raise PriceDataError(
            f"{name} has more than {MAX_FILE_BYTES:,} bytes", "bring a shorter series, or one at a longer interval"
        )


def _bounded(name: str, file: IO[bytes] | gzip.GzipFile) -> bytes:
    data = file.read(MAX_FILE_BYTES + 1)
    _check_size(f"{name}, unpacked,", data)
    return data


def _ungzip(name: str, data: bytes) -> bytes:
    try:
        with gzip.GzipFile(fileobj=io.BytesIO(data)) as file:
            return _bounded(name, file)
    except (EOFError, zlib.error, gzip.BadGzipFile) as error:
        raise PriceDataError(f"{name} is a gzip file that is damaged or cut short", "get the file again") from error


def _unzip(name: str, data: bytes) -> bytes:
    if data.count(_CENTRAL_ENTRY) > _MAX_MEMBERS:
        raise PriceDataError(f"{name} holds more than {_MAX_MEMBERS:,} files", "pack one file of prices alone")
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            member = _only_text(name, archive.infolist())
            with archive.open(member) as file:
                return _bounded(name, file)
    except (zipfile.BadZipFile, EOFError, zlib.error) as error:
        raise PriceDataError(f"{name} is a zip file that is damaged or cut short", "get the file again") from error
    except NotImplementedError as error:
        raise PriceDataError(f"{name} is packed in a way that is not known here", "unpack it") from error


def _only_text(name: str, members: list[zipfile.ZipInfo]) -> zipfile.ZipInfo:
    if any(member.filename == "xl/workbook.xml" for member in members):
        raise PriceDataError(f"{name} is an Excel workbook, not text", "save it as CSV")
    # macOS packs a shadow of each file, whose name starts with a point or lies in a folder of its own.
    files = [
        member
        for member in members
        if not member.is_dir()
        and not member.filename.startswith("__MACOSX/")
        and not PurePosixPath(member.filename).name.startswith(".")
    ]
    texts = [member for member in files if PurePosixPath(member.filename).suffix.lower() in _TEXT_MEMBERS]
    if len(texts) != 1:
        shown = ", ".join(member.filename for member in (texts or files)[:4])
        raise PriceDataError(
            f"{name} holds {len(texts)} files of prices, not one" + (f": {shown}" if shown else "")[:200],
            "unpack it, and name the file that is meant after its coin, such as BTC-USD.csv",
        )
    if texts[0].flag_bits & 1:
        raise PriceDataError(f"{name} is locked with a password", "unpack it")
    return texts[0]


def _decoded(name: str, data: bytes) -> bytes:
    """The text as UTF-8."""
    encoding = next((known for mark, known in _BYTE_ORDER_MARKS if data.startswith(mark)), None)
    if encoding is None and b"\x00" in data[:1_000]:
        # UTF-16 without its mark: of each pair of bytes the same one is zero.
        encoding = "utf-16-le" if data[1:1_000:2].count(0) > data[0:1_000:2].count(0) else "utf-16-be"
    try:
        if encoding is not None:
            data = data.decode(encoding).removeprefix("\ufeff").encode()
        elif not data.isascii():
            data = data.removeprefix(b"\xef\xbb\xbf")
            try:
                data.decode()
            except UnicodeDecodeError:
                data = data.decode("cp1252").encode()
    except UnicodeError as error:
        raise _no_text(name) from error
    if not _CONTROLS.isdisjoint(data[:4_096].rstrip(b"\x1a")):
        raise _no_text(name)
    return data


def _no_text(name: str) -> PriceDataError:
    return PriceDataError(f"{name} is not text", "get the file again, as CSV")
