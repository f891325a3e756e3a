"""A score's bits follow from what the manifest names, and not from what else the processor could do."""

from __future__ import annotations

import os
import platform
import subprocess
import sys
from functools import cache

import pytest
from pydantic import ValidationError

from hyperbounty.errors import TrainingError
from hyperbounty.training.arithmetic import Arithmetic, missing, require

# Row 4 of the attacks: a rate at which a small difference grows until it is a different score.
CHAOTIC = """
import sys
from dataclasses import replace

import numpy as np

from hyperbounty.prices.table import PriceTable
from hyperbounty.spec.spec import Spec
from hyperbounty.training import arithmetic
from hyperbounty.training.engine import Trainer
from hyperbounty.training.windows import prepare

backend, level = sys.argv[1:]
if level:
    arithmetic.INSTRUCTION_SETS["avx2"] = replace(arithmetic.INSTRUCTION_SETS["avx2"], xla=level, onednn="SSE41")
draw = np.random.default_rng(5)
walk = 100 * np.exp(np.cumsum(draw.normal(0, 0.01, (900, 2)), axis=0))
table = PriceTable(np.arange(900) * 300, ("A.close", "B.close"), walk, 300)
train, holdout = table.split(0.4)
data = prepare(train, holdout, target="A", sequence_length=20, future_periods=3)
spec = Spec(cell="SimpleRNN", recurrent_units=(32,), learning_rate=0.05, epochs=12, batch_size=32)
result = Trainer(data.train, data.holdout, backend=backend).train(spec, 1)
print(data.train.features.tobytes().hex()[-4000:], result.fingerprint, result.score_ppm("accuracy"))
"""


@cache
def _trained(backend: str, level: str = "", **environment: str) -> str:
    """Features, fingerprint and accuracy of a chaotic training in a process of its own."""
    clean = {k: v for k, v in os.environ.items() if k not in ("XLA_FLAGS", "ONEDNN_MAX_CPU_ISA", "KERAS_BACKEND")}
    command = [sys.executable, "-c", CHAOTIC, backend, level]
    done = subprocess.run(command, capture_output=True, text=True, check=False, env=clean | environment)
    assert done.returncode == 0, done.stderr
    return done.stdout.strip()


AVX512 = ("AVX512F", "AVX512CD", "AVX512_SKX", "AVX512_CLX", "AVX512_CNL", "AVX512_ICL", "AVX512_SPR", "X86_V4")


@pytest.mark.training
@pytest.mark.parametrize(
    "environment",
    [
        {"XLA_FLAGS": "--xla_cpu_max_isa=AVX512", "ONEDNN_MAX_CPU_ISA": "ALL"},
        {"XLA_FLAGS": "--xla_cpu_max_isa=SSE4_2 --xla_cpu_prefer_vector_width=128", "ONEDNN_MAX_CPU_ISA": "SSE41"},
        # The only one of the libraries that cannot be held: so nothing is asked of it that depends on it.
        {"NPY_DISABLE_CPU_FEATURES": " ".join(AVX512)},
    ],
    ids=["more", "less", "numpy without AVX-512"],
)
def test_a_chaotic_training_is_the_same_whatever_the_libraries_could_use(
    backend: str, environment: dict[str, str]
) -> None:
    assert _trained(backend, **environment) == _trained(backend)


@pytest.mark.training
def test_another_level_of_instructions_would_be_another_training(backend: str) -> None:
    assert _trained(backend, "SSE4_2") != _trained(backend)


def test_a_processor_that_offers_all_lacks_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(platform, "machine", lambda: "AMD64")
    monkeypatch.setattr("hyperbounty.training.arithmetic.processor_features", lambda: frozenset({"fma", "avx2", "sse"}))
    assert missing(Arithmetic()) == ()
    require(Arithmetic())


@pytest.mark.parametrize(
    ("machine", "features", "said"),
    [
        ("x86_64", {"avx", "fma"}, r"AVX2 with FMA, and this machine \(x86_64\) lacks avx2; train on"),
        ("x86_64", {"sse4_2"}, r"this machine \(x86_64\) lacks avx2, fma; train on an x86-64 machine: Intel from 2013"),
        ("aarch64", {"asimd", "sve"}, r"this machine \(aarch64\) lacks x86-64, avx2, fma; train on"),
        ("arm64", {"avx2", "fma"}, r"this machine \(arm64\) lacks x86-64"),
    ],
)
def test_a_processor_that_lacks_some_is_told_what_before_anything_is_loaded(
    machine: str, features: set[str], said: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(platform, "machine", lambda: machine)
    monkeypatch.setattr("hyperbounty.training.arithmetic.processor_features", lambda: frozenset(features))
    with pytest.raises(TrainingError, match=said):
        require(Arithmetic())


def test_asking_loads_no_backend() -> None:
    script = (
        "import sys; from hyperbounty.training.arithmetic import Arithmetic, missing; missing(Arithmetic());"
        "print({'tensorflow', 'jax', 'keras', 'numpy'} & set(sys.modules))"
    )
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "set()"


@pytest.mark.parametrize("wrong", [{"instructions": "avx512"}, {"lanes": 0}, {"lanes": 65}, {"threads": 2}])
def test_what_no_engine_can_offer_is_no_arithmetic(wrong: dict[str, object]) -> None:
    with pytest.raises(ValidationError):
        Arithmetic.model_validate(wrong)
