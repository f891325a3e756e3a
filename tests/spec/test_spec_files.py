"""Spec files: what people write, and everything absurd they might."""

import json
from pathlib import Path
from typing import Any

import pytest

from hyperbounty.errors import SpecError
from hyperbounty.spec.file import read_spec, spec_json
from hyperbounty.spec.spec import Spec

GOOD: dict[str, Any] = {
    "cell": "LSTM",
    "recurrent_units": [32, 16],
    "learning_rate": 0.001,
    "batch_size": 64,
    "epochs": 10,
}


def written(folder: Path, **changes: object) -> str:
    path = folder / "spec.json"
    path.write_text(json.dumps({k: v for k, v in {**GOOD, **changes}.items() if v is not ...}))
    return str(path)


def test_a_spec_survives_its_file(tmp_path: Path) -> None:
    spec = Spec(cell="GRU", recurrent_units=(8, 4), dense_units=(3,), dense_activation="relu", dropout=0.25)
    (tmp_path / "spec.json").write_text(spec_json(spec))
    assert read_spec(str(tmp_path / "spec.json")) == spec


def test_a_word_is_a_spec_too() -> None:
    assert read_spec("0x" + Spec().word.hex()) == Spec()


@pytest.mark.parametrize("word", ["0x", "0x12", "0x" + "zz" * 32, "0x" + "00" * 32, "0x" + "ff" * 32])
def test_a_malformed_word_is_refused(word: str) -> None:
    with pytest.raises(SpecError):
        read_spec(word)


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"cell": "Transformer"}, "SimpleRNN, LSTM, GRU"),
        ({"cell": 1}, "cell"),
        ({"recurrent_units": []}, "recurrent_units"),
        ({"recurrent_units": [8] * 5}, "recurrent_units"),
        ({"recurrent_units": ["8"]}, "recurrent_units.0"),
        ({"recurrent_units": [0]}, "needs at least one"),
        ({"recurrent_units": [-8]}, "needs at least one"),
        ({"recurrent_units": [10**9]}, "recurrent_units_1"),
        ({"recurrent_units": 8}, "recurrent_units"),
        ({"dense_units": [5000]}, "dense_units_1"),
        ({"dense_units": [-1]}, "needs at least one"),
        ({"activation": "step"}, "activation"),
        ({"dense_activation": "relu"}, "without dense layers"),
        ({"loss": "accuracy"}, "loss"),
        ({"optimizer": "magic"}, "optimizer"),
        ({"learning_rate": 0}, "learning_rate"),
        ({"learning_rate": -1}, "learning_rate"),
        ({"learning_rate": 1e9}, "learning_rate"),
        ({"learning_rate": 1e-9}, "learning_rate"),
        ({"learning_rate": "fast"}, "learning_rate"),
        ({"learning_rate": ...}, "learning_rate"),
        ({"batch_size": 0}, "batch_size"),
        ({"batch_size": 10**6}, "batch_size"),
        ({"batch_size": 32.5}, "batch_size"),
        ({"epochs": 0}, "epochs"),
        ({"epochs": 10**6}, "epochs"),
        ({"dropout": 1.0}, "dropout"),
        ({"dropout": -0.1}, "dropout"),
        ({"normalization": "spectral"}, "normalization"),
        ({"bidirectional": "maybe"}, "bidirectional"),
        ({"gradient_clip": 1000}, "gradient_clip"),
        ({"weight_decay": 5}, "weight_decay"),
        ({"layers": 3}, "layers"),
    ],
)
def test_an_absurd_spec_is_refused_and_the_field_named(tmp_path: Path, changes: dict[str, object], said: str) -> None:
    with pytest.raises(SpecError, match=said):
        read_spec(written(tmp_path, **changes))


@pytest.mark.parametrize("text", ["", "[]", "{", "null", "<html>"])
def test_what_is_no_spec_file_is_refused(tmp_path: Path, text: str) -> None:
    (tmp_path / "spec.json").write_text(text)
    with pytest.raises(SpecError, match=r"spec\.json"):
        read_spec(str(tmp_path / "spec.json"))


def test_a_missing_file_is_named() -> None:
    with pytest.raises(SpecError, match="there is no file nowhere"):
        read_spec("nowhere.json")
