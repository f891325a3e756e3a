"""Hidden pieces as bytes, as samples and as a file that is its owner's alone; batches as bytes."""

from __future__ import annotations

import random
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hyperbounty.models.batches import BatchError, decode_batch, encode_batch
from hyperbounty.models.hidden_pieces import HiddenPiecesError, read_pieces, write_pieces
from hyperbounty.models.kinds import Kind, Shape
from hyperbounty.models.kinds.sparse_perceptron import SparsePerceptron
from hyperbounty.models.market import MarketError
from hyperbounty.models.pieces import Piece
from hyperbounty.models.samples import SampleError

FEATURES = 9
SAMPLE = st.sets(st.integers(0, FEATURES - 1), min_size=1).map(sorted)
LABELLED = st.tuples(st.integers(0, 1), SAMPLE)


def drawn(seed: int) -> Piece:
    draw = random.Random(seed)
    samples = [(draw.randrange(2), sorted(draw.sample(range(FEATURES), draw.randint(1, 5)))) for _ in range(256)]
    return Piece.of(samples, FEATURES, draw.randbytes(32))


@given(st.lists(LABELLED, min_size=256, max_size=256), st.binary(min_size=32, max_size=32))
def test_a_piece_holds_its_samples(samples: list[tuple[int, list[int]]], salt: bytes) -> None:
    piece = Piece.of(samples, FEATURES, salt)
    assert piece.samples() == [(label, tuple(sample)) for label, sample in samples]
    assert Piece.from_bytes(piece.to_bytes()) == piece
    model = SparsePerceptron(Shape(Kind.SPARSE_PERCEPTRON, FEATURES, step=1), list(range(-4, 5)))
    assert piece.right(model) == sum(model.predict(sample) == label for label, sample in samples)


def test_what_is_hidden_is_in_no_text_of_it() -> None:
    piece = drawn(1)
    assert repr(piece) == "Piece()"
    assert drawn(2).hash != piece.hash


def test_a_piece_has_256_samples_of_the_model() -> None:
    samples = drawn(1).samples()
    with pytest.raises(MarketError, match="256 samples, not 255"):
        Piece.of(samples[1:], FEATURES, bytes(32))
    with pytest.raises(MarketError, match="32 bytes, not 31"):
        Piece.of(samples, FEATURES, bytes(31))
    with pytest.raises(SampleError):
        Piece.of([(2, [1]), *samples[1:]], FEATURES, bytes(32))
    with pytest.raises(SampleError):
        Piece.of([(1, [FEATURES]), *samples[1:]], FEATURES, bytes(32))
    for data in (b"", bytes(64), bytes(97)):
        with pytest.raises(MarketError, match="are no piece"):
            Piece.from_bytes(data)


def test_a_file_of_pieces_is_its_owners_and_comes_back(tmp_path: Path) -> None:
    path = tmp_path / "pieces.json"
    pieces = (drawn(1), drawn(2))
    write_pieces(path, pieces)
    assert read_pieces(path) == pieces
    assert path.stat().st_mode & 0o777 == 0o600
    before = path.read_bytes()
    with pytest.raises(HiddenPiecesError, match="is there already"):
        write_pieces(path, pieces[:1])
    assert path.read_bytes() == before
    with pytest.raises(HiddenPiecesError, match="cannot write"):
        write_pieces(path / "pieces.json", pieces)


@pytest.mark.parametrize(
    "content",
    [
        *(b"", b"[]", b"{}", b"\xff", b'{"format": 1, "pieces": []}', b'{"format": 2, "pieces": ["00"]}'),
        *(b'{"format": 1, "pieces": [7]}', b'{"format": 1, "pieces": ["0x00"]}', b" " * 400_000, b"[" * 9_000),
    ],
    ids=range(10),
)
def test_another_file_is_refused(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "pieces.json"
    path.write_bytes(content)
    with pytest.raises(HiddenPiecesError, match="is no file of hidden pieces") as refused:
        read_pieces(path)
    assert refused.value.__cause__ is None


def test_no_file_is_refused(tmp_path: Path) -> None:
    with pytest.raises(HiddenPiecesError, match="cannot read"):
        read_pieces(tmp_path / "none.json")


@given(st.lists(LABELLED, max_size=9))
def test_a_batch_comes_back(samples: list[tuple[int, list[int]]]) -> None:
    data = encode_batch(samples)
    assert decode_batch(data, FEATURES) == tuple((label, tuple(sample)) for label, sample in samples)


@given(st.binary(max_size=60))
def test_any_bytes_are_a_batch_or_refused(data: bytes) -> None:
    try:
        samples = decode_batch(data, FEATURES)
    except (BatchError, SampleError):
        return
    assert encode_batch(samples) == data


def test_too_many_features_are_refused() -> None:
    whole = [(1, list(range(1_024)))] * 6
    assert len(encode_batch(whole)) == 2 * (6 * 1_024 + 6)
    with pytest.raises(BatchError, match="6,145 features"):
        encode_batch([*whole, (0, [0])])
