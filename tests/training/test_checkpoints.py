"""The hash of all weights after every epoch, by which two trainings find where they parted."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import numpy as np
import pytest

from hyperbounty.spec.spec import Spec
from hyperbounty.training.engine import Trainer
from hyperbounty.training.result import weights_digest
from hyperbounty.training.windows import Windows

SPEC = Spec(cell="SimpleRNN", recurrent_units=(3,), learning_rate=0.01, batch_size=32, epochs=3)


@pytest.mark.training
def test_a_checkpoint_is_the_digest_of_the_weights_after_its_epoch(
    toy_windows: Callable[..., Windows], backend: str
) -> None:
    trainer = Trainer(toy_windows(64, seed=1), toy_windows(40, seed=2), backend=backend)
    long, short = trainer.train(SPEC, 7), trainer.train(replace(SPEC, epochs=2), 7)
    assert len(set(long.checkpoints)) == 3
    assert long.checkpoints[:2] == short.checkpoints
    assert long.checkpoints[-1] == weights_digest(long.weights)
    assert trainer.train(SPEC, 8).checkpoints[0] != long.checkpoints[0]


def test_the_digest_sees_order_shape_and_bits() -> None:
    a, b = np.zeros((2, 3), np.float32), np.ones(2, np.float32)
    digests = {
        weights_digest(arrays)
        for arrays in ((a, b), (b, a), (a.reshape(3, 2), b), (-a, b), (a, np.nextafter(b, np.float32(2))), (a,), ())
    }
    assert len(digests) == 7
