"""The same trainings by PyTorch as people write them: its own layers, eager, one process a core, where it is installed.

A program of its own, as `fitting` is. It predicts the holdout once at the end, as `fit` does.
"""

from __future__ import annotations

import json
import multiprocessing
import sys
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np

from benchmarks.evaluator.mix import flops, load
from hyperbounty.spec.spec import Spec


def main() -> None:
    """Task: `folder` of the data, `specs` in hexadecimal, `processes`; the answer has scores, or what is `missing`."""
    task = json.load(sys.stdin)
    try:
        import torch  # type: ignore[import-not-found,unused-ignore]  # noqa: F401
    except ImportError:
        json.dump({"missing": "torch"}, sys.stdout)
        return
    words = list(enumerate(task["specs"]))
    # The longest first, as the evaluator does.
    words.sort(key=lambda each: -flops(_spec(each[1]), 1, 1))
    with multiprocessing.get_context("spawn").Pool(task["processes"], _one_thread) as pool:
        scores = dict(pool.imap_unordered(partial(_train, task["folder"]), words))
    json.dump({"specs": [{"score": scores[number]} for number in range(len(words))]}, sys.stdout)


def _one_thread() -> None:
    import torch

    torch.set_num_threads(1)


def _spec(word: str) -> Spec:
    return Spec.from_word(bytes.fromhex(word))


def _train(folder: str, numbered: tuple[int, str]) -> tuple[int, float]:
    """The number of a spec of the mix, and its accuracy on the holdout."""
    import torch

    number, word = numbered
    spec = _spec(word)
    torch.manual_seed(number)
    train, holdout = load(Path(folder))
    inputs = torch.from_numpy(np.ascontiguousarray(train.view()[train.starts]))
    labels = torch.from_numpy(train.labels.astype(np.float32))
    unseen = torch.from_numpy(np.ascontiguousarray(holdout.view()[holdout.starts]))
    model = _model(spec, inputs.shape[2])
    kinds = {"adam": torch.optim.Adam, "nadam": torch.optim.NAdam, "rmsprop": torch.optim.RMSprop}
    optimizer = kinds[spec.optimizer](model.parameters(), lr=spec.learning_rate)
    loss_of = torch.nn.BCEWithLogitsLoss()
    for _ in range(spec.epochs):
        for chosen in torch.randperm(len(inputs)).split(spec.batch_size):
            loss = loss_of(model(inputs[chosen]), labels[chosen])
            optimizer.zero_grad()
            loss.backward()
            if spec.gradient_clip:
                torch.nn.utils.clip_grad_norm_(model.parameters(), spec.gradient_clip)
            if spec.weight_decay:
                with torch.no_grad():
                    for weight in model.parameters():
                        weight.mul_(1 - spec.weight_decay * spec.learning_rate)
            optimizer.step()
    model.eval()
    with torch.no_grad():
        predicted = torch.cat([model(part) for part in unseen.split(1024)]).numpy() > 0
    return number, float((predicted == holdout.labels.astype(bool)).mean())


def _model(spec: Spec, features: int) -> Any:
    """`spec`, one of the mix, as a module: windows [batch, length, features] to logits [batch]."""
    from torch import nn

    recurrent = {"SimpleRNN": nn.RNN, "GRU": nn.GRU, "LSTM": nn.LSTM}[spec.cell]
    dense = {"relu": nn.ReLU, "tanh": nn.Tanh}
    layers: list[Any] = []
    width = features

    def between() -> None:
        if spec.normalization != "none":
            layers.append(nn.BatchNorm1d(width) if spec.normalization == "batch" else nn.LayerNorm(width))
        if spec.dropout:
            layers.append(nn.Dropout(spec.dropout))

    for units in spec.recurrent_units:
        layers.append(recurrent(width, units, batch_first=True, bidirectional=spec.bidirectional))
        width = units * (2 if spec.bidirectional else 1)
        between()
    for units in spec.dense_units:
        layers += [nn.Linear(width, units), dense[spec.dense_activation]()]
        width = units
        between()
    layers.append(nn.Linear(width, 1))
    last = max(place for place, layer in enumerate(layers) if isinstance(layer, recurrent))

    class Model(nn.Module):  # type: ignore[misc,unused-ignore]
        def __init__(self) -> None:
            super().__init__()
            self.layers = nn.ModuleList(layers)

        def forward(self, x: Any) -> Any:
            for place, layer in enumerate(self.layers):
                if not isinstance(layer, recurrent):
                    x = layer(x)
                    continue
                x, ends = layer(x)
                if place == last:
                    ends = ends[0] if isinstance(ends, tuple) else ends  # [directions, batch, units]
                    x = ends.transpose(0, 1).flatten(1)
            return x[:, 0]

    return Model()


if __name__ == "__main__":
    main()
