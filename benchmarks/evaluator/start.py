"""The initial weights that the engine draws, as files for `fitting`; a program of its own, as that is."""

from __future__ import annotations

import json
import sys
from pathlib import Path

import numpy as np

from benchmarks.evaluator.mix import load
from hyperbounty.spec.spec import Spec
from hyperbounty.training.model import build_model


def main() -> None:
    """Task: `folder` of the data and `specs` in hexadecimal; the weights of spec i, seed i, go to `folder`/i.npz."""
    task = json.load(sys.stdin)
    folder = Path(task["folder"])
    train, _ = load(folder)
    for number, word in enumerate(task["specs"]):
        spec = Spec.from_word(bytes.fromhex(word))
        model = build_model(spec, length=train.length, features=train.features.shape[1], seed=number)
        np.savez(folder / f"{number}.npz", **{f"{i:03d}": weight for i, weight in enumerate(model.get_weights())})
    json.dump({}, sys.stdout)


if __name__ == "__main__":
    main()
