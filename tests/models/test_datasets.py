"""What demos and tests train on: whole, mixed, and the same everywhere."""

from __future__ import annotations

import gzip
import hashlib
import json
from pathlib import Path

import pytest

from data.generate_mail import INTEGRITY, LEAST_MAILS, LENGTHS, mails
from hyperbounty.errors import InvalidInput
from hyperbounty.models.datasets import DataSet, breast_cancer, digits, imdb, mail, movie_snippets, tic_tac_toe
from hyperbounty.models.encoders import vocabulary_of, words_of
from hyperbounty.models.kinds import Kind, Shape

ROOT = Path(__file__).parents[2]


def test_the_mails_are_those_that_were_made() -> None:
    packed = (ROOT / "data" / "mail" / "mails.txt.gz").read_bytes()
    assert len(packed) < 900_000
    made = hashlib.sha256(gzip.decompress(packed)).hexdigest()
    assert made == "5a886ae159cfc07bd4dc6fc5da4a495304e534427eeeb9337418c85b44f5cb72"


def test_only_the_very_package_is_made_into_mails() -> None:
    with pytest.raises(ValueError, match=INTEGRITY.replace("+", r"\+")):
        mails(b"another package")


def test_a_mail_is_the_set_of_its_more_frequent_words() -> None:
    found = mail()
    often: dict[str, int] = {}
    for text in found.raws:
        assert isinstance(text, str)
        words = words_of(text)
        assert text == " ".join(words)
        assert words == sorted(set(words))
        for word in words:
            often[word] = often.get(word, 0) + 1
    assert min(often.values()) >= LEAST_MAILS
    assert {len(word) for word in often} <= set(LENGTHS)
    assert len(found) == 6_046
    assert found.labels.count(1) == 1_896


@pytest.mark.parametrize("load", [mail, tic_tac_toe])
def test_each_tenth_of_a_data_set_has_all_classes_as_the_whole_has(load: object) -> None:
    data: DataSet = load()  # type: ignore[operator]
    share = sum(data.labels) / len(data)
    for tenth in range(10):
        part = data.part(tenth * len(data) // 10, (tenth + 1) * len(data) // 10)
        assert abs(sum(part.labels) / len(part) - share) < 0.12


def test_boards_are_those_with_which_games_end() -> None:
    boards = tic_tac_toe()
    assert len(set(boards.raws)) == len(boards) == 958
    # By known results: the cross wins 626, the nought 316, and 16 are drawn.
    assert sum(boards.labels) == 626
    assert sum(0 not in board for board in boards.raws) == 62 + 16
    for board in boards.raws:
        assert board.count(1) - board.count(-1) in {0, 1}  # type: ignore[arg-type]


def test_examples_without_features_are_left_out() -> None:
    data = DataSet("texts", "made up", ("a", "b"), ("one two", "three", "two"), (0, 1, 1))
    encode = vocabulary_of(data.raws[:1], 2).ready(Shape(Kind.SPARSE_CENTROID, 2), None)  # type: ignore[arg-type]
    assert data.encoded(encode) == ([(0, 1), (1,)], [0, 1])


@pytest.mark.sklearn
def test_data_sets_of_scikit_learn() -> None:
    pytest.importorskip("sklearn", reason="scikit-learn is not installed: pip install hyperbounty[sklearn]")
    tumours, written = breast_cancer(), digits()
    assert (len(tumours), len(tumours.raws[0]), sum(tumours.labels)) == (569, 30, 357)
    assert tumours.classes == ("malignant", "benign")
    assert (len(written), len(written.raws[0]), set(written.labels)) == (1_797, 64, {0, 1})


def test_files_of_reviews_are_read_and_mixed(tmp_path: Path) -> None:
    lines = [
        json.dumps({"id": n, "label": int(n >= 50), "rating": 1, "text": f"review {n} \u2028"}, ensure_ascii=False)
        for n in range(100)
    ]
    file = tmp_path / "train.jsonl.gz"
    file.write_bytes(gzip.compress("\n".join(lines).encode()))
    found = imdb(file)
    assert sorted(map(str, found.raws)) == sorted(f"review {n} \u2028" for n in range(100))
    assert all(
        label == int(int(str(text).split()[1]) >= 50) for text, label in zip(found.raws, found.labels, strict=True)
    )
    assert 15 < sum(found.labels[:50]) < 35
    snippets = tmp_path / "snippets.txt"
    snippets.write_text("1\t2.5\tA good one.\n2\t-0.1\tA bad\tone.\n")
    found = movie_snippets(snippets)
    assert dict(zip(found.raws, found.labels, strict=True)) == {"A good one.": 1, "A bad\tone.": 0}


@pytest.mark.parametrize(
    "content",
    [b"", b"no gzip", *(gzip.compress(line, mtime=0) for line in (b"{}", b'{"label": 7, "text": ""}', b"[]"))],
)
def test_a_file_that_holds_no_reviews_is_named(content: bytes, tmp_path: Path) -> None:
    file = tmp_path / "reviews"
    file.write_bytes(content)
    with pytest.raises(InvalidInput, match="reviews"):
        imdb(file)
    file.write_bytes(b"one\ttwo\n\xff")
    with pytest.raises(InvalidInput, match="reviews"):
        movie_snippets(file)
    with pytest.raises(InvalidInput, match="reviews"):
        movie_snippets(tmp_path / "nothing")
