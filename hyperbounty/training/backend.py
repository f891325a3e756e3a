"""Keras on one backend, set up so that the same training gives the same bits; import Keras from here and nowhere else.

Keras runs on one backend a process, so the first to ask decides: `use("jax")`, or any import of `keras` from here,
which takes the default. What decides the bits is fixed before the backend starts: the instructions that XLA and oneDNN
may use of the processor (`arithmetic`), one thread (a sum split over threads rounds differently), deterministic
kernels, float32 and, for TensorFlow, the CPU without oneDNN's layers. A machine with many cores trains many models at
once instead of one model on many threads. All of it holds for the whole process, so other code of the same backend in
it runs the same way, and must seed its random operations.
"""

from __future__ import annotations

import gc
import logging
import os
import re
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Final, NamedTuple

from hyperbounty.errors import TrainingError
from hyperbounty.training.arithmetic import INSTRUCTION_SETS, Arithmetic, require
from hyperbounty.training.cache import cache_folder
from hyperbounty.training.machine import BACKEND, DEVICES, packages_of

_FLAGS: Final = {
    # LLVM's first level compiles a fifth faster than its third, and nothing that it compiled ran slower.
    ("tensorflow", "cpu"): "--xla_backend_optimization_level=1",
    ("jax", "cpu"): "--xla_cpu_multi_thread_eigen=false",
    ("jax", "accelerator"): "--xla_gpu_deterministic_ops=true",
}
"""What XLA is told, by backend and device."""

_ARITHMETIC_FLAGS: Final = {
    # XLA's default for most processors, but not a matter of the processor here.
    "--xla_cpu_prefer_vector_width": "256",
    # Approximations that vendors round differently (rsqrtps, rcpps).
    "--xla_cpu_enable_platform_dependent_math": "false",
}
"""What XLA is told on every backend and device, beside the level of the manifest's instructions."""

_KEEP: Final = "--tf_xla_persistent_cache_directory="


class _Started(NamedTuple):
    backend: str
    device: str
    instructions: str
    keras: Any
    compiled: Path | None


_started: _Started | None = None


def use(backend: str = BACKEND, device: str = "cpu", arithmetic: Arithmetic | None = None) -> Any:
    """Start `backend` on `device` in this process, unless it runs already, and give its `keras` module.

    Args:
        arithmetic: what it may use of the processor; None is the default.

    Raises:
        TrainingError: there is no such backend or device, the backend is not installed, this machine cannot offer
            `arithmetic`, or this process runs another backend or runs it with other settings.
    """
    global _started  # noqa: PLW0603 - Keras' backend is global to a process, and this says which one it is.
    packages_of(backend)
    if device not in DEVICES:
        raise TrainingError(f"there is no device {device!r}", f"choose one of {', '.join(DEVICES)}")
    if device != "cpu" and backend != "jax":
        raise TrainingError(f"{backend} trains on the CPU alone here", "choose jax for an accelerator")
    arithmetic = arithmetic or Arithmetic()
    require(arithmetic, backend)
    instructions = arithmetic.instructions
    if _started is None:
        # What is loaded stays. The collector would look through it while it loads, for a fifth of that time, and again
        # whenever a program is traced.
        collects = gc.isenabled()
        gc.disable()
        try:
            started = _start_jax(device, instructions) if backend == "jax" else _start_tensorflow(instructions)
        finally:
            if collects:
                gc.enable()
        _started = _Started(backend, device, instructions, *started)
        gc.freeze()
    if _started[:3] != (backend, device, instructions):
        raise TrainingError(
            f"this process trains with {_started.backend} on the {_started.device} with {_started.instructions}, "
            f"not {backend} on the {device} with {instructions}",
            "train with the other one in a process of its own",
        )
    return _started.keras


def compiled_folder() -> Path | None:
    """Where this process keeps what it compiles; None where it keeps nothing, or has not started."""
    return _started and _started.compiled


def __getattr__(name: str) -> Any:
    if name != "keras":
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return _started.keras if _started is not None else use()


def _start_tensorflow(instructions: str) -> tuple[Any, Path | None]:
    wanted = {"TF_ENABLE_ONEDNN_OPTS": "0", **_common_environment("tensorflow", "cpu", instructions)}
    _set_environment(wanted, ("keras", "tensorflow"))
    # Where TensorFlow is loaded already it has read its flags. It knows no way to write a quote inside of quotes.
    folder = None if "tensorflow" in sys.modules else cache_folder("tensorflow")
    folder = None if "'" in str(folder) else folder
    others = re.sub(f"{_KEEP}'[^']*'", "", os.environ.get("TF_XLA_FLAGS", "")).strip()
    os.environ["TF_XLA_FLAGS"] = f"{others} {_KEEP}'{folder}'".strip() if folder else others
    os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")
    # TensorFlow's converter for phones would load JAX where that is installed, too: a sixth of the time.
    with quietly(), _as_if_missing("jax"):
        import keras  # type: ignore[import-untyped,unused-ignore]
        import tensorflow as tf  # type: ignore[import-untyped,unused-ignore]

    try:
        tf.config.threading.set_intra_op_parallelism_threads(1)
        tf.config.threading.set_inter_op_parallelism_threads(1)
        with quietly():
            tf.config.set_visible_devices([], "GPU")
    except RuntimeError as error:
        raise TrainingError(
            "TensorFlow already runs in this process with settings of its own",
            "train in a fresh process, or call hyperbounty.training.backend.use before the first TensorFlow operation",
        ) from error
    tf.config.experimental.enable_op_determinism()
    # It warns of functions traced anew, which is what training one spec after the other is.
    tf.get_logger().setLevel(logging.ERROR)
    return _single_precision(keras), folder


def _start_jax(device: str, instructions: str) -> tuple[Any, Path | None]:
    _set_environment(_common_environment("jax", device, instructions), ("keras", "jax"))
    with quietly():
        import jax  # type: ignore[import-not-found,unused-ignore]

        if device == "cpu":
            jax.config.update("jax_platforms", "cpu")
        # An accelerator would otherwise round what it multiplies to 10 bits.
        jax.config.update("jax_default_matmul_precision", "highest")
        folder = cache_folder("jax")
        if folder is not None:
            jax.config.update("jax_compilation_cache_dir", str(folder))
            jax.config.update("jax_persistent_cache_min_compile_time_secs", 0.0)
            jax.config.update("jax_persistent_cache_min_entry_size_bytes", -1)
        import keras  # type: ignore[import-untyped,unused-ignore]

        found = jax.default_backend()
    if (found == "cpu") != (device == "cpu"):
        raise TrainingError(
            f"JAX finds no accelerator here, only the {found}", "install JAX for it, or train on the CPU"
        )
    return _single_precision(keras), folder


def _common_environment(backend: str, device: str, instructions: str) -> dict[str, str]:
    return {
        "KERAS_BACKEND": backend,
        "XLA_FLAGS": _flags(backend, device, instructions),
        # The kernels of large products, on TensorFlow also where its layers are not oneDNN's.
        "ONEDNN_MAX_CPU_ISA": INSTRUCTION_SETS[instructions].onednn,
    }


def _flags(backend: str, device: str, instructions: str) -> str:
    """The flags of XLA that the user set, and ours, but none that we set, here or in a parent process."""
    level = f"--xla_cpu_max_isa={INSTRUCTION_SETS[instructions].xla}"
    ours = [level, *(f"{name}={value}" for name, value in _ARITHMETIC_FLAGS.items())]
    names = {_name(flag) for flag in (*ours, *_FLAGS.values())}
    others = [flag for flag in os.environ.get("XLA_FLAGS", "").split() if _name(flag) not in names]
    return " ".join([*others, *ours, _FLAGS[backend, device]])


def _name(flag: str) -> str:
    return flag.partition("=")[0]


def _set_environment(wanted: dict[str, str], modules: tuple[str, ...]) -> None:
    loaded = [name for name in modules if name in sys.modules]
    differing = [name for name, value in wanted.items() if os.environ.get(name) != value]
    if loaded and differing:
        raise TrainingError(
            f"{loaded[0]} was imported before hyperbounty started it, without {differing[0]}={wanted[differing[0]]}",
            "call hyperbounty.training.backend.use first, or set the variable",
        )
    os.environ.update(wanted)


def _single_precision(keras: Any) -> Any:
    # A user's keras.json may say otherwise.
    keras.config.set_floatx("float32")
    keras.config.set_dtype_policy("float32")
    return keras


@contextmanager
def _as_if_missing(module: str) -> Iterator[None]:
    """Nobody can import `module` here, unless it was imported before."""
    if module in sys.modules:
        yield
        return
    sys.modules[module] = None  # type: ignore[assignment]
    try:
        yield
    finally:
        del sys.modules[module]


@contextmanager
def quietly() -> Iterator[None]:
    """The C++ side of a backend writes to file descriptor 2 while it loads, whatever its log level says."""
    try:
        kept = os.dup(2)
    except OSError:  # No standard error is open, so nothing can be written to it.
        yield
        return
    nowhere = os.open(os.devnull, os.O_WRONLY)
    try:
        os.dup2(nowhere, 2)
        yield
    finally:
        os.dup2(kept, 2)
        os.close(kept)
        os.close(nowhere)
