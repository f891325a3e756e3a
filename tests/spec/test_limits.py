"""The limits of a contest in words: each that is narrower than the table is named."""

from __future__ import annotations

import pytest

from hyperbounty.spec.limits import describe_limits
from hyperbounty.spec.word import SPEC_MAXIMA, pack, unpack


@pytest.mark.parametrize(
    ("narrower", "said"),
    [
        (
            {"recurrent_layers": 2, "recurrent_units_1": 64, "recurrent_units_2": 32},
            "1 to 2 recurrent layers of up to 64, 32",
        ),
        ({"dense_layers": 1, "dense_units_1": 16}, "up to 1 dense layer of up to 16 units"),
        ({"cell": 1}, "cell SimpleRNN or LSTM"),
        ({"bidirectional": 0}, "not bidirectional"),
        ({"dropout": 50}, "dropout up to 0.5"),
        ({"learning_rate": 10_000}, "learning rate up to 0.01"),
        ({"batch_size": 128}, "batch size up to 128"),
        ({"normalization": 0}, "normalization none"),
    ],
)
def test_a_limit_below_the_table_is_named(narrower: dict[str, int], said: str) -> None:
    assert said in describe_limits(pack({**unpack(SPEC_MAXIMA), **narrower}))


def test_limits_above_the_table_are_those_of_the_table() -> None:
    wider = {**unpack(SPEC_MAXIMA), "epochs": 4_095, "dropout": 255, "cell": 15}
    assert describe_limits(pack(wider)) == describe_limits(SPEC_MAXIMA)
