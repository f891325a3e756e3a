"""The spec word: round trips, the table's edges, and everything that is refused."""

from dataclasses import fields
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from hyperbounty.errors import SpecError
from hyperbounty.spec import table
from hyperbounty.spec.spec import Spec
from hyperbounty.spec.table import FIELDS
from hyperbounty.spec.word import SPEC_MAXIMA, SPEC_MINIMA, UNUSED_BITS, check, pack, unpack

units = st.integers(1, 1024)


@st.composite
def specs(draw: st.DrawFn) -> Spec:
    dense = tuple(draw(st.lists(units, max_size=4)))
    return Spec(
        cell=draw(st.sampled_from(table.CELLS)),
        recurrent_units=tuple(draw(st.lists(units, min_size=1, max_size=4))),
        dense_units=dense,
        activation=draw(st.sampled_from(table.ACTIVATIONS)),
        dense_activation=draw(st.sampled_from(table.ACTIVATIONS)) if dense else "tanh",
        loss=draw(st.sampled_from(table.LOSSES)),
        optimizer=draw(st.sampled_from(table.OPTIMIZERS)),
        learning_rate=draw(st.integers(1, 1_000_000)) / 1_000_000,
        batch_size=draw(st.integers(1, 8192)),
        epochs=draw(st.integers(1, 1000)),
        dropout=draw(st.integers(0, 90)) / 100,
        normalization=draw(st.sampled_from(table.NORMALIZATIONS)),
        bidirectional=draw(st.booleans()),
        gradient_clip=draw(st.integers(0, 1000)) / 100,
        weight_decay=draw(st.integers(0, 100_000)) / 1_000_000,
    )


@given(specs())
def test_a_spec_survives_its_word(spec: Spec) -> None:
    check(spec.word)
    assert Spec.from_word(spec.word) == spec


@given(specs(), specs())
def test_different_specs_have_different_words(one: Spec, other: Spec) -> None:
    assert (one == other) == (one.word == other.word)


@given(st.binary(min_size=32, max_size=32))
def test_any_word_has_values_and_pack_gives_it_back_but_for_unused_bits(word: bytes) -> None:
    unused = int.from_bytes(word, "big") & ((1 << UNUSED_BITS) - 1)
    assert int.from_bytes(pack(unpack(word)), "big") | unused == int.from_bytes(word, "big")


@given(st.binary(min_size=32, max_size=32))
def test_a_word_that_passes_the_check_is_a_spec_with_that_word(word: bytes) -> None:
    try:
        check(word)
    except SpecError:
        return
    assert Spec.from_word(word).word == word


def test_the_layout_is_fixed() -> None:
    # Every contest that was ever opened reads its specs by this layout: a change needs a new version.
    assert SPEC_MINIMA.hex() == "0101000000000000000000000000000000000010001001000000000000000000"
    assert SPEC_MAXIMA.hex() == "0124400400400400440040040040077570f424020003e85a213e8186a0000000"
    assert Spec().word.hex() == "0111020000000000000000000000000040003e8004000a000000000000000000"


@pytest.mark.parametrize("field", [f for f in FIELDS if f.highest + 1 < 16**f.digits], ids=lambda f: f.name)
def test_a_field_above_its_table_is_refused_by_name(field: table.Field) -> None:
    values = unpack(Spec(recurrent_units=(8,) * 4, dense_units=(8,) * 4).word)
    with pytest.raises(SpecError, match=rf"^{field.name} is"):
        check(pack({**values, field.name: field.highest + 1}))


@pytest.mark.parametrize("field", [f for f in FIELDS if f.lowest > 0], ids=lambda f: f.name)
def test_a_field_below_its_table_is_refused_by_name(field: table.Field) -> None:
    with pytest.raises(SpecError, match=rf"^{field.name} is"):
        check(pack({**unpack(Spec().word), field.name: field.lowest - 1}))


@pytest.mark.parametrize("name", ["recurrent_units_2", "dense_units_1", "dense_activation"])
def test_an_ineffective_field_is_refused(name: str) -> None:
    with pytest.raises(SpecError, match=name):
        check(pack({**unpack(Spec().word), name: 3}))


def test_a_layer_without_units_is_refused() -> None:
    with pytest.raises(SpecError, match="recurrent_units_1 is 0"):
        check(pack({**unpack(Spec().word), "recurrent_units_1": 0}))


@pytest.mark.parametrize("bit", range(UNUSED_BITS))
def test_a_set_unused_bit_is_refused(bit: int) -> None:
    with pytest.raises(SpecError, match="unused bits"):
        check((int.from_bytes(Spec().word, "big") | 1 << bit).to_bytes(32, "big"))


def test_a_contest_can_be_narrower_than_the_table() -> None:
    limits = pack({**unpack(SPEC_MAXIMA), "epochs": 5})
    check(Spec(epochs=5).word, limits)
    with pytest.raises(SpecError, match=r"epochs is 6; this contest allows 1 to 5"):
        check(Spec(epochs=6).word, limits)


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("cell", "Transformer"),
        ("activation", "mish"),
        ("loss", "mse"),
        ("optimizer", "lion"),
        ("normalization", "group"),
        ("learning_rate", 0.0),
        ("learning_rate", -0.1),
        ("learning_rate", 1.5),
        ("learning_rate", 0.00000015),
        ("learning_rate", float("nan")),
        ("learning_rate", float("inf")),
        ("batch_size", 0),
        ("epochs", 0),
        ("epochs", 1001),
        ("dropout", 0.95),
        ("dropout", 0.123),
        ("gradient_clip", 11.0),
        ("weight_decay", 0.2),
        ("recurrent_units", ()),
        ("recurrent_units", (0,)),
        ("recurrent_units", (1025,)),
        ("recurrent_units", (8,) * 5),
        ("dense_units", (8, 0)),
        ("dense_activation", "relu"),
        ("recurrent_units", 24),
        ("recurrent_units", (24.0,)),
        ("recurrent_units", (True,)),
        ("epochs", 2.5),
        ("epochs", "10"),
        ("learning_rate", None),
        ("bidirectional", "no"),
    ],
)
def test_an_absurd_value_is_refused_when_the_spec_is_written(field: str, value: object) -> None:
    with pytest.raises(SpecError, match=field):
        Spec(**{field: value})  # type: ignore[arg-type]


def test_lists_and_numbers_of_numpy_are_taken_for_what_they_are() -> None:
    units: Any = [np.int64(24), 8]
    made = Spec(recurrent_units=units, epochs=np.int32(5), dropout=np.float64(0.1))  # type: ignore[arg-type]
    assert made == Spec(recurrent_units=(24, 8), epochs=5, dropout=0.1)
    assert hash(made) == hash(Spec.from_word(made.word))


def test_all_that_is_wrong_is_said_at_once() -> None:
    with pytest.raises(SpecError, match=r"2 faults: \(1\) recurrent_units must be .*\(2\) epochs must be"):
        Spec(recurrent_units=(0,), epochs=0)


@pytest.mark.parametrize("length", [0, 31, 33])
def test_a_word_of_another_length_is_refused(length: int) -> None:
    with pytest.raises(SpecError, match="32 bytes"):
        check(bytes(length))


def test_the_attributes_of_a_spec_are_those_of_the_table_in_its_order() -> None:
    assert [field.name for field in fields(Spec)] == [entry.name for entry in table.TABLE]
