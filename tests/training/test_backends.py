"""One backend a process, chosen by name; what is wrong with the choice is said. Both train to the same numbers."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Callable
from importlib.util import find_spec
from pathlib import Path

import numpy as np
import pytest

from hyperbounty.errors import TrainingError
from hyperbounty.spec.spec import Spec
from hyperbounty.training.backend import use
from hyperbounty.training.engine import Trainer
from hyperbounty.training.machine import BACKENDS, describe_versions
from hyperbounty.training.windows import Windows

MakeWindows = Callable[..., Windows]
JAX = find_spec("jax") is not None

SPECS = [
    Spec(recurrent_units=(5,), dropout=0.3, normalization="batch", optimizer="nadam", batch_size=32, epochs=3),
    Spec(cell="GRU", recurrent_units=(4, 3), activation="gelu", batch_size=32, epochs=3, gradient_clip=0.5),
    Spec(cell="SimpleRNN", recurrent_units=(6,), bidirectional=True, weight_decay=0.01, batch_size=32, epochs=3),
]

TRAIN = """
import sys
import numpy as np
from hyperbounty.spec.spec import Spec
from hyperbounty.training.engine import Trainer
from hyperbounty.training.windows import Windows

def windows(file):
    with np.load(file) as parts:
        return Windows(parts["features"], parts["starts"], parts["labels"], int(parts["length"]))

trainer = Trainer(windows(sys.argv[1]), windows(sys.argv[2]), backend=sys.argv[3])
found = {}
for number, word in enumerate(sys.argv[5:]):
    result = trainer.train(Spec.from_word(bytes.fromhex(word)), 7)
    found[f"losses_{number}"] = result.losses
    found[f"logits_{number}"] = result.logits
    found |= {f"weight_{number}_{i:02d}": weight for i, weight in enumerate(result.weights)}
np.savez(sys.argv[4], **found)
"""


def _run(script: str, *arguments: str) -> subprocess.CompletedProcess[str]:
    environment = {k: v for k, v in os.environ.items() if k not in ("KERAS_BACKEND", "XLA_FLAGS", "TF_XLA_FLAGS")}
    return subprocess.run(
        [sys.executable, "-c", script, *arguments], capture_output=True, text=True, check=False, env=environment
    )


def _error_of(script: str) -> str:
    caught = (
        f"from hyperbounty.errors import TrainingError\ntry:\n{_indented(script)}\nexcept TrainingError as e: print(e)"
    )
    done = _run(caught)
    assert done.returncode == 0, done.stderr
    return done.stdout.strip()


def _indented(script: str) -> str:
    return "\n".join(f"    {line}" for line in script.splitlines())


@pytest.mark.training
@pytest.mark.skipif(not JAX, reason="JAX is not installed (pip install 'hyperbounty[jax]')")
def test_both_backends_train_to_the_same_numbers_but_for_rounding(
    toy_windows: MakeWindows, tmp_path: Path, backend: str
) -> None:
    data, holdout = toy_windows(96, seed=1), toy_windows(60, seed=2)
    files = []
    for name, part in (("train", data), ("holdout", holdout)):
        files.append(str(tmp_path / f"{name}.npz"))
        np.savez(files[-1], features=part.features, starts=part.starts, labels=part.labels, length=part.length)
    (other,) = set(BACKENDS) - {backend}
    done = _run(TRAIN, *files, other, str(tmp_path / "found.npz"), *(spec.word.hex() for spec in SPECS))
    assert done.returncode == 0, done.stderr

    trainer = Trainer(data, holdout, backend=backend)
    with np.load(tmp_path / "found.npz") as found:
        for number, spec in enumerate(SPECS):
            result = trainer.train(spec, 7)
            assert result.losses == pytest.approx(found[f"losses_{number}"], rel=1e-4)
            assert ((result.logits > 0) != (found[f"logits_{number}"] > 0)).sum() <= 1
            theirs = [found[name] for name in sorted(found.files) if name.startswith(f"weight_{number}_")]
            for a, b in zip(result.weights, theirs, strict=True):
                np.testing.assert_allclose(a, b, rtol=1e-3, atol=1e-4)


def test_a_backend_that_does_not_exist_is_named_with_the_choice() -> None:
    for ask in (use, describe_versions):
        with pytest.raises(TrainingError, match="no training backend 'torch'; choose one of tensorflow, jax"):
            ask("torch")


@pytest.mark.skipif(JAX, reason="JAX is installed")
def test_a_backend_that_is_not_installed_is_named_with_its_extra() -> None:
    for ask in (use, describe_versions):
        with pytest.raises(TrainingError, match=r'backend jax is not installed; pip install "hyperbounty\[jax\]"'):
            ask("jax")


def test_the_versions_are_those_of_the_backend() -> None:
    assert "tensorflow" in describe_versions()
    if JAX:
        versions = describe_versions("jax")
        assert {"jax", "jaxlib", "keras", "numpy", "engine"} < versions.keys()
        assert "tensorflow" not in versions


@pytest.mark.heavy
@pytest.mark.skipif(not JAX, reason="JAX is not installed (pip install 'hyperbounty[jax]')")
def test_a_process_has_one_backend() -> None:
    said = _error_of("from hyperbounty.training.backend import use\nuse('jax')\nuse('jax')\nuse('tensorflow')")
    assert said.startswith("this process trains with jax on the cpu with avx2, not tensorflow on the cpu with avx2; ")


def test_a_device_that_is_not_there_is_an_error_and_no_slow_training(backend: str) -> None:
    with pytest.raises(TrainingError, match="no device 'tpu'; choose one of cpu, accelerator"):
        use(backend, "tpu")
    with pytest.raises(TrainingError, match="tensorflow trains on the CPU alone here; choose jax"):
        use("tensorflow", "accelerator")


@pytest.mark.heavy
@pytest.mark.skipif(not JAX, reason="JAX is not installed (pip install 'hyperbounty[jax]')")
def test_tensorflow_loads_no_jax_and_leaves_it_to_be_loaded() -> None:
    loaded = "import sys\nfrom hyperbounty.training.backend import use\nuse('tensorflow')\nprint('jax' in sys.modules)"
    done = _run(f"{loaded}\nimport jax\nprint(jax.__name__)")
    assert done.stdout.split() == ["False", "jax"], done.stderr


@pytest.mark.heavy
def test_the_collector_works_again_once_a_backend_is_loaded() -> None:
    done = _run("import gc\nfrom hyperbounty.training.backend import use\nuse()\nprint(gc.isenabled())")
    assert done.stdout.split() == ["True"], done.stderr


@pytest.mark.heavy
@pytest.mark.skipif(not JAX, reason="JAX is not installed (pip install 'hyperbounty[jax]')")
def test_an_accelerator_is_looked_for() -> None:
    said = _error_of("from hyperbounty.training.backend import use\nuse('jax', 'accelerator')")
    # On a machine that has one, there is nothing to say.
    assert said in ("", "JAX finds no accelerator here, only the cpu; install JAX for it, or train on the CPU")


@pytest.mark.heavy
def test_keras_set_up_by_somebody_else_is_refused() -> None:
    said = _error_of("import keras\nfrom hyperbounty.training.backend import use\nuse()")
    assert said.startswith("keras was imported before hyperbounty started it, without ")


@pytest.mark.heavy
def test_a_backend_that_cannot_start_now_says_the_same_again() -> None:
    first = "from contextlib import suppress\nwith suppress(TrainingError): use()"
    imports = "import keras\nfrom hyperbounty.errors import TrainingError\nfrom hyperbounty.training.backend import use"
    script = f"{imports}\n{first}\nuse()"
    assert _error_of(script).startswith("keras was imported before hyperbounty started it, without ")
