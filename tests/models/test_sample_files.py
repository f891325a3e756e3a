"""Samples in files: what is written is read, and each fault has its line."""

from __future__ import annotations

import csv
import io
import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hyperbounty.errors import InvalidInput
from hyperbounty.models.sample_files import Given, Layout, read_samples, require_all

TEXTS = Layout(takes_text=True)
ACTIVE = Layout(takes_text=False, names=("wet", "very cold", "dark"))
VALUES = Layout(takes_text=False, names=("height", "weight"), sparse=False)
# A row of CSV that has nothing in it is none.
CELLS = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0\r\ufeff"), min_size=1, max_size=40)


@given(st.lists(st.tuples(CELLS.filter(str.strip), CELLS), min_size=1, max_size=8))
def test_csv_gives_back_what_was_written(rows: list[tuple[str, str]]) -> None:
    written = io.StringIO()
    writer = csv.writer(written)
    writer.writerow(["label", "text"])
    writer.writerows(rows)
    found = read_samples(written.getvalue().encode(), "a.csv", TEXTS)
    assert [(each.label, each.raw) for each in found] == rows
    assert all(not each.fault for each in found)


@given(
    st.lists(st.tuples(st.integers(0, 7), st.lists(st.integers(-(2**40), 2**40), max_size=5)), min_size=1, max_size=8)
)
def test_json_lines_give_back_what_was_written(rows: list[tuple[int, list[int]]]) -> None:
    data = "\n".join(json.dumps({"label": label, "features": numbers}) for label, numbers in rows)
    found = read_samples(data.encode(), "a.jsonl", Layout(takes_text=False))
    assert [(each.line, each.label, each.raw) for each in found] == [
        (line, label, numbers) for line, (label, numbers) in enumerate(rows, 1)
    ]


@given(
    st.binary(max_size=300), st.sampled_from(["a.csv", "a.jsonl", "a.txt"]), st.sampled_from([TEXTS, ACTIVE, VALUES])
)
def test_any_bytes_are_samples_or_are_refused_in_words(data: bytes, name: str, layout: Layout) -> None:
    try:
        found = read_samples(data, name, layout)
    except InvalidInput:
        return
    assert found
    assert all(each.fault or isinstance(each.raw, str | list) for each in found)


def test_a_record_is_named_by_its_first_line() -> None:
    data = b'\xef\xbb\xbflabel,text\r\nham,"one,\r\ntwo"\r\n\r\nspam,three\r\nham,four,five\r\n'
    found = read_samples(data, "mails.CSV", TEXTS)
    assert [each.line for each in found] == [2, 5, 6]
    assert [bool(each.fault) for each in found] == [False, False, True]
    assert "3 cells" in found[2].fault


def test_features_are_numbers_or_names_or_columns() -> None:
    assert ACTIVE.raw("dark, wet") == [0, 2]
    assert ACTIVE.raw("very cold, 0") == [0, 1]
    assert ACTIVE.raw("2 0") == [2, 0]
    assert ACTIVE.of_json(["dark", "very cold"]) == [1, 2]
    assert VALUES.raw("1.5, -2") == [1.5, -2]
    rows = read_samples(b"weight,label,height\n70,1,1.8\n", "a.csv", VALUES)
    assert rows == [Given(2, [1.8, 70], "1")]
    with pytest.raises(InvalidInput, match="dry"):
        ACTIVE.raw("dry, wet")
    with pytest.raises(InvalidInput, match="no number"):
        VALUES.raw("9" * 5_000)


@pytest.mark.parametrize(
    ("line", "fault"),
    [
        ("{", "no JSON"),
        ("[" * 100_000, "no JSON"),
        ("{}", "neither text nor features"),
        ('{"text": {"a": 1}}', "no text and no list"),
        ('{"text": "a", "label": true}', "label is neither"),
        ('{"text": "a", "label": 1.5}', "label is neither"),
        ("[true]", "no text and no list"),
    ],
)
def test_a_line_that_is_no_sample_says_why(line: str, fault: str) -> None:
    [found] = read_samples(line.encode(), "a.jsonl", TEXTS)
    assert fault in found.fault


@pytest.mark.parametrize(
    ("data", "name", "said"),
    [
        (b"", "a.txt", "no samples"),
        (b"label,text\n", "a.csv", "no samples"),
        (b"label,words\nham,a\n", "a.csv", "none that is called text"),
        (b"label,label\n1,2\n", "a.csv", "same name"),
        (b'label,text\nham,"a"b\n', "a.csv", "no CSV"),
        (b"a\nb\n\xff\n", "a.txt", "line 3 of a.txt is no UTF-8"),
    ],
)
def test_a_file_that_is_none_is_refused(data: bytes, name: str, said: str) -> None:
    with pytest.raises(InvalidInput, match=said):
        read_samples(data, name, TEXTS)


def test_of_many_faults_the_first_are_named_and_the_rest_counted() -> None:
    with pytest.raises(
        InvalidInput, match=r"20 of 30 samples in a\.csv cannot be added: line 1: .*; and 12 more lines"
    ):
        require_all("a.csv", [(line, "wrong") for line in range(1, 21)], 30)
    require_all("a.csv", [], 30)
