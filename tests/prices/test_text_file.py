"""Files packed, encoded or broken in the ways that people have them."""

from __future__ import annotations

import gzip
import io
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest

from hyperbounty.errors import PriceDataError
from hyperbounty.prices import text_file
from hyperbounty.prices.text_file import read_text

TEXT = "time,close,volume\n1546617600,1.5,2\n"


def read(folder: Path, data: bytes) -> text_file.PriceText:
    (folder / "BTC.csv").write_bytes(data)
    return read_text(folder / "BTC.csv")


def refusal(folder: Path, data: bytes) -> PriceDataError:
    with pytest.raises(PriceDataError, match=r"BTC\.csv") as caught:
        read(folder, data)
    assert caught.value.next_step
    return caught.value


def zipped(members: dict[str, bytes]) -> bytes:
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in members.items():
            archive.writestr(name, data)
    return file.getvalue()


@pytest.mark.parametrize(
    "encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "utf-32", "cp1252", "latin-1"]
)
@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
def test_any_encoding_and_line_end_is_the_same_text(tmp_path: Path, encoding: str, end: str) -> None:
    text = TEXT.replace("volume", "volumé")
    assert read(tmp_path, text.replace("\n", end).encode(encoding)).data.decode() == text


def test_a_packed_file_is_its_text(tmp_path: Path) -> None:
    for data in (
        gzip.compress(TEXT.encode()),
        zipped({"a/b.csv": TEXT.encode(), "a/": b"", "__MACOSX/a/._b.csv": b"\0"}),
    ):
        assert read(tmp_path, data) == text_file.PriceText(TEXT.encode(), packed=True)


@pytest.mark.parametrize("pack", [gzip.compress, lambda data: zipped({"b.csv": data})])
def test_a_bomb_is_unpacked_no_further_than_a_file_may_be_large(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, pack: Callable[[bytes], bytes]
) -> None:
    monkeypatch.setattr(text_file, "MAX_FILE_BYTES", 100_000)
    bomb = pack(b"1" * 50_000_000)
    assert len(bomb) < 100_000
    assert "unpacked, has more than 100,000 bytes" in str(refusal(tmp_path, bomb))
    assert "has more than 100,000 bytes" in str(refusal(tmp_path, b"1" * 100_001))


def test_a_zip_of_several_or_none_is_refused_by_their_names(tmp_path: Path) -> None:
    assert "holds 2 files of prices, not one: a.csv, b.csv" in str(
        refusal(tmp_path, zipped({"a.csv": b"", "b.csv": b""}))
    )
    assert "holds 0 files of prices, not one: a.png" in str(refusal(tmp_path, zipped({"a.png": b""})))
    many = zipped({f"{i}.csv": b"" for i in range(1_001)})
    assert "more than 1,000 files" in str(refusal(tmp_path, many))


@pytest.mark.parametrize("pack", [gzip.compress, lambda data: zipped({"b.csv": data})])
@pytest.mark.parametrize("part", [0.3, 0.8])
def test_a_packed_file_cut_short_is_to_be_got_again(
    tmp_path: Path, pack: Callable[[bytes], bytes], part: float
) -> None:
    data = pack("".join(f"{i * i}\n" for i in range(10_000)).encode())
    assert "damaged or cut short" in str(refusal(tmp_path, data[: int(len(data) * part)]))


@pytest.mark.parametrize(
    ("data", "kind"),
    [
        (b"BZh91AY", "a bzip2 file"),
        (b"PAR1\x15\x04", "a Parquet file"),
        (b"%PDF-1.7", "a PDF"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1", "an Excel workbook"),
        (zipped({"[Content_Types].xml": b"", "xl/workbook.xml": b""}), "an Excel workbook"),
        (b"\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR", "not text"),
        (b"\x01\x02\x03", "not text"),
        (b"<html><body>429</body>", "HTML, not CSV"),
        (b'[[1735603200000,"1"]]', "JSON, not CSV"),
        (b"", "empty"),
        (gzip.compress(b" \n"), "empty"),
    ],
    # Packed bytes hold the time, and every process of a test run must give a test the same name.
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_what_is_no_text_is_named(tmp_path: Path, data: bytes, kind: str) -> None:
    assert kind in str(refusal(tmp_path, data))


def test_metatraders_titles_are_no_html(tmp_path: Path) -> None:
    assert read(tmp_path, b"<DATE>\t<TIME>\n").data == b"<DATE>\t<TIME>\n"
