"""Tables of examples: read whole, or refused with the line that is wrong."""

from __future__ import annotations

import csv
import io
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hyperbounty.errors import InvalidInput
from organizer.models.examples import read_table

LABELS = st.text(st.characters(codec="utf-8", exclude_categories=["Cc", "Cs", "Zs", "Zl", "Zp"]), min_size=1)
TEXTS = st.text(st.characters(codec="utf-8", exclude_characters="\x00\r", exclude_categories=["Cs"]))


@given(st.lists(st.tuples(TEXTS, LABELS), min_size=1))
def test_texts_come_back_as_they_were_written(
    tmp_path_factory: pytest.TempPathFactory, rows: list[tuple[str, str]]
) -> None:
    written = io.StringIO()
    csv.writer(written).writerows([("text", "label"), *rows])
    path = tmp_path_factory.mktemp("table") / "t.csv"
    path.write_text(written.getvalue(), encoding="utf-8", newline="")
    data, columns = read_table(path)
    assert columns == ()
    assert [(raw, data.classes[label]) for raw, label in zip(data.raws, data.labels, strict=True)] == [
        (text, label.strip()) for text, label in rows
    ]
    assert "t.csv" not in data.source


@given(st.lists(st.tuples(st.floats(allow_nan=False, allow_infinity=False), st.integers(-5, 5)), min_size=1))
def test_numbers_come_back_as_they_were_written(
    tmp_path_factory: pytest.TempPathFactory, rows: list[tuple[float, int]]
) -> None:
    path = tmp_path_factory.mktemp("table") / "t.csv"
    path.write_text("a,label,b\n" + "".join(f"{one!r},yes,{other}\n" for one, other in rows))
    data, columns = read_table(path)
    assert (columns, data.classes) == (("a", "b"), ("yes",))
    assert list(data.raws) == [(one, float(other)) for one, other in rows]


@pytest.mark.parametrize(
    ("content", "said"),
    [
        ("", ":1 names no column label"),
        ("text\nfree\n", ":1 names no column label"),
        ("label\nspam\n", "or no other one"),
        ("a,a,label\n1,2,x\n", "two columns of one name"),
        ("a,,label\n1,2,x\n", "without a name"),
        ("text,label\n", "has no examples"),
        ("a,label\n1,x\n2\n", ":3 has 1 columns"),
        ("a,label\n1,x\nnan,x\n", ":3: 'nan' in column a"),
        ("a,label\n1,x\n\x1b[2J,x\n", ":3: '\\x1b[2J' in column a"),
        ('text,label\n"open,x\n', "is no CSV"),
    ],
)
def test_what_is_wrong_is_named_with_its_line(tmp_path: Path, content: str, said: str) -> None:
    path = tmp_path / "t.csv"
    path.write_text(content)
    with pytest.raises(InvalidInput) as refused:
        read_table(path)
    assert said in str(refused.value)
    assert "\x1b" not in str(refused.value)


def test_a_file_that_is_not_there_or_no_text(tmp_path: Path) -> None:
    with pytest.raises(InvalidInput, match="there is no file"):
        read_table(tmp_path / "none.csv")
    with pytest.raises(InvalidInput, match="cannot be read"):
        read_table(tmp_path)
    (tmp_path / "bytes.csv").write_bytes(b"text,label\n\xff\xfe,x\n")
    with pytest.raises(InvalidInput, match="no CSV in UTF-8"):
        read_table(tmp_path / "bytes.csv")
