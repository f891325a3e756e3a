"""The usual way: one Keras `fit` after the other in one process, with the settings that its backend comes with.

KERAS_BACKEND says which backend; it is TensorFlow but on an accelerator.

It is a program of its own (`python -m benchmarks.evaluator.fitting`: a task as JSON on standard input, the measured
numbers as JSON on standard output), since the engine's settings hold for a whole process.
"""

from __future__ import annotations

import json
import os
import sys
import time
from pathlib import Path
from typing import Any

os.environ.setdefault("KERAS_BACKEND", "tensorflow")
os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")

import keras  # type: ignore[import-untyped,unused-ignore]
import numpy as np

from benchmarks.evaluator.mix import load
from hyperbounty.spec.spec import Spec
from hyperbounty.training.seeding import epoch_order


def build(spec: Spec, length: int, features: int) -> Any:
    """`spec` as plain Keras: layers, optimizer and loss by their names, compiled."""
    layers: list[Any] = [keras.Input((length, features))]

    def between() -> None:
        if spec.normalization != "none":
            kind = {"batch": keras.layers.BatchNormalization, "layer": keras.layers.LayerNormalization}
            layers.append(kind[spec.normalization]())
        if spec.dropout:
            layers.append(keras.layers.Dropout(spec.dropout))

    for i, units in enumerate(spec.recurrent_units):
        last = i == len(spec.recurrent_units) - 1
        layer = getattr(keras.layers, spec.cell)(units, activation=spec.activation, return_sequences=not last)
        layers.append(keras.layers.Bidirectional(layer) if spec.bidirectional else layer)
        between()
    for units in spec.dense_units:
        layers.append(keras.layers.Dense(units, activation=spec.dense_activation))
        between()
    model = keras.Sequential([*layers, keras.layers.Dense(1)])
    optimizer = keras.optimizers.get({"class_name": spec.optimizer, "config": {"learning_rate": spec.learning_rate}})
    optimizer.global_clipnorm = spec.gradient_clip or None
    optimizer.weight_decay = spec.weight_decay or None
    # Every spec of the mix has this loss.
    model.compile(optimizer=optimizer, loss=keras.losses.BinaryCrossentropy(from_logits=True))
    return model


class _Clock(keras.callbacks.Callback):  # type: ignore[misc,unused-ignore]
    """Seconds of every epoch."""

    def __init__(self) -> None:
        super().__init__()
        self.epochs: list[float] = []
        self._began = 0.0

    def on_epoch_begin(self, epoch: int, logs: Any = None) -> None:
        self._began = time.perf_counter()

    def on_epoch_end(self, epoch: int, logs: Any = None) -> None:
        self.epochs.append(time.perf_counter() - self._began)


def main() -> None:
    """Task: `folder` of the data, `specs` in hexadecimal, and `weights`, a folder of initial weights, or null.

    With initial weights each epoch is a `fit` of its own in the order of the engine, which is no way to measure time
    but gives the engine's scores; without, it is `fit` as it is.
    """
    task = json.load(sys.stdin)
    train, holdout = load(Path(task["folder"]))
    inputs, labels = train.view()[train.starts], train.labels.astype(np.float32)[:, None]
    unseen = np.ascontiguousarray(holdout.view()[holdout.starts])
    rises = holdout.labels.astype(bool)
    inputs = np.ascontiguousarray(inputs)
    found, began = [], time.perf_counter()
    for number, word in enumerate(task["specs"]):
        spec, clock = Spec.from_word(bytes.fromhex(word)), _Clock()
        keras.backend.clear_session()
        model = build(spec, train.length, inputs.shape[2])
        how = {"batch_size": spec.batch_size, "verbose": 0, "callbacks": [clock]}
        if task["weights"] is None:
            model.fit(inputs, labels, epochs=spec.epochs, **how)
        else:
            with np.load(Path(task["weights"]) / f"{number}.npz") as file:
                model.set_weights([file[name] for name in sorted(file.files)])
            for epoch in range(1, spec.epochs + 1):
                order = epoch_order(number, epoch, len(train))
                model.fit(inputs[order], labels[order], shuffle=False, **how)
        predicted = model.predict(unseen, batch_size=1024, verbose=0)[:, 0] > 0
        found.append({"epochs": clock.epochs, "score": float((predicted == rises).mean())})
    json.dump({"seconds": time.perf_counter() - began, "specs": found}, sys.stdout)


if __name__ == "__main__":
    main()
