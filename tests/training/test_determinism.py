"""The same spec, data and seed give the same bits, whatever else happened in the process or before it."""

from __future__ import annotations

import random
import subprocess
import sys
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from hyperbounty.spec.spec import Spec
from hyperbounty.training.backend import keras
from hyperbounty.training.engine import Trainer
from hyperbounty.training.execution import Execution
from hyperbounty.training.machine import describe_machine, describe_versions
from hyperbounty.training.seeding import epoch_order, glorot_uniform, layer_seeds, orthogonal
from hyperbounty.training.windows import Windows

MakeWindows = Callable[..., Windows]

# With all that draws random numbers or keeps a state between batches.
SPEC = Spec(
    recurrent_units=(5,),
    dense_units=(4,),
    normalization="batch",
    dropout=0.3,
    bidirectional=True,
    optimizer="nadam",
    learning_rate=0.01,
    batch_size=32,
    epochs=2,
)

FRESH_PROCESS = """
import sys
import numpy as np
from hyperbounty.training.engine import Trainer
from hyperbounty.training.execution import Execution
from hyperbounty.training.windows import Windows
from hyperbounty.spec.spec import Spec

def windows(file):
    with np.load(file) as parts:
        return Windows(parts["features"], parts["starts"], parts["labels"], int(parts["length"]))

backend, execution = sys.argv[6], Execution(sys.argv[3])
trainer = Trainer(windows(sys.argv[1]), windows(sys.argv[2]), execution=execution, backend=backend)
print(trainer.train(Spec.from_word(bytes.fromhex(sys.argv[4])), int(sys.argv[5])).fingerprint)
"""


@pytest.mark.training
@pytest.mark.parametrize("execution", list(Execution))
def test_a_training_repeats_bit_for_bit(
    execution: Execution, toy_windows: MakeWindows, tmp_path: Path, backend: str
) -> None:
    if backend == "jax" and execution is Execution.GRAPH:
        pytest.skip("JAX executes nothing but through XLA")
    # XLA takes seconds for each layer, direction and leftover batch; what it must repeat is in one plain layer too.
    spec = SPEC if execution is Execution.GRAPH else replace(SPEC, bidirectional=False, cell="SimpleRNN")
    data, holdout = toy_windows(70 if execution is Execution.GRAPH else 64, seed=1), toy_windows(40, seed=2)
    trainer = Trainer(data, holdout, execution=execution, backend=backend)
    first = trainer.train(spec, 7)

    assert trainer.train(replace(spec, learning_rate=0.02, epochs=1), 9).fingerprint != first.fingerprint
    assert trainer.train(spec, 7).fingerprint == first.fingerprint, "after another run on the same program"
    trainer.train(Spec(cell="SimpleRNN", recurrent_units=(3,), epochs=1), 7)
    assert trainer.train(spec, 7).fingerprint == first.fingerprint, "after another spec in the same process"

    files = []
    for name, part in (("train", data), ("holdout", holdout)):
        files.append(str(tmp_path / f"{name}.npz"))
        np.savez(files[-1], features=part.features, starts=part.starts, labels=part.labels, length=part.length)
    command = [sys.executable, "-c", FRESH_PROCESS, *files, execution.value, spec.word.hex(), "7", backend]
    fresh = subprocess.run(command, capture_output=True, text=True, check=True)
    assert fresh.stdout.strip() == first.fingerprint, "in a fresh process"
    assert fresh.stderr == "", "and the backend keeps quiet"


@pytest.mark.training
def test_global_random_state_is_neither_read_nor_changed(toy_windows: MakeWindows, backend: str) -> None:
    spec = replace(SPEC, epochs=1, bidirectional=False)
    trainer = Trainer(toy_windows(64, seed=1), toy_windows(40, seed=2), backend=backend)
    random.seed(1)
    np.random.seed(1)
    states = random.getstate(), np.random.get_state()[1].tobytes()  # type: ignore[index,union-attr,unused-ignore]
    first = trainer.train(spec, 3)

    assert random.getstate() == states[0]
    assert np.random.get_state()[1].tobytes() == states[1]  # type: ignore[index,union-attr,unused-ignore]
    random.seed(2)
    np.random.seed(2)
    assert trainer.train(spec, 3).fingerprint == first.fingerprint
    assert trainer.train(spec, 4).fingerprint != first.fingerprint


@given(seed=st.integers(0, 2**31 - 1), epoch=st.integers(1, 1000), count=st.integers(1, 300))
def test_an_order_holds_every_window_once(seed: int, epoch: int, count: int) -> None:
    order = epoch_order(seed, epoch, count)
    assert sorted(order) == list(range(count))
    assert np.array_equal(order, epoch_order(seed, epoch, count))


def test_orders_differ_between_epochs_and_seeds() -> None:
    orders = {epoch_order(seed, epoch, 50).tobytes() for seed in range(5) for epoch in range(1, 6)}
    assert len(orders) == 25


def test_orders_and_layer_seeds_do_not_change_between_versions() -> None:
    # Known answers: if one moves, so does every score, and ENGINE_VERSION must.
    assert epoch_order(1, 1, 8).tolist() == [7, 6, 4, 1, 2, 5, 0, 3]
    seeds = layer_seeds(1)
    assert [next(seeds) for _ in range(3)] == [1099128569, 2041105245, 309580411]
    assert glorot_uniform(1, (2, 2)).ravel() == pytest.approx(
        [0.0289569478, 1.1034061909, -0.8716273904, 1.0989621878], rel=1e-6
    )
    rotation = [0.7336151600, -0.5998318195, -0.3193910122, 0.5711837411, 0.7989041209, -0.1884181201]
    assert orthogonal(1, (2, 3)).ravel() == pytest.approx(rotation, rel=1e-6)


@pytest.mark.heavy
def test_training_needs_no_chain_no_store_and_no_prices_from_outside() -> None:
    script = (
        "import sys, hyperbounty.training.engine, hyperbounty.training.backend\n"
        "hyperbounty.training.backend.use()\n"
        "print(*sorted({name.partition('.')[0] for name in sys.modules}))"
    )
    loaded = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True).stdout.split()
    assert "keras" in loaded
    forbidden = {"web3", "ipfshttpclient", "click", "sqlalchemy", "Crypto"}
    assert not forbidden & set(loaded)
    assert not [name for name in loaded if name.startswith("eth")]


@pytest.mark.heavy
def test_results_are_handled_without_a_backend() -> None:
    script = "import sys, evaluator.queue.coordinator, hyperbounty.compute.pool; print('tensorflow' in sys.modules)"
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "False"


def test_the_machine_and_the_versions_are_described() -> None:
    machine, versions = describe_machine(), describe_versions()
    assert all(machine[name] for name in ("cpu", "cores", "platform", "architecture"))
    assert int(machine["cores"]) >= 1
    assert {"hyperbounty", "engine", "python", "keras", "tensorflow", "numpy"} == versions.keys()
    assert versions["keras"] == keras.__version__
