"""Keras and TensorFlow, set up so that the same training gives the same bits; import both from here and nowhere else.

What decides the bits is fixed before TensorFlow starts: one thread (a sum split over threads rounds differently),
deterministic kernels, float32, the CPU, and no oneDNN: it picks its kernels by the processor, so scores would differ
more between machines (the price is about a fifth of the speed of models of 100,000 parameters and more, and nothing for
small ones). A machine with many cores trains many models at once instead of one model on many threads. All of it holds
for the whole process, so other TensorFlow code in it runs the same way, and must seed its random operations.
"""

from __future__ import annotations

import logging
import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, Final

from hyperbounty.errors import TrainingError
from hyperbounty.training.machine import BACKEND

_ENVIRONMENT: Final = {"KERAS_BACKEND": BACKEND, "TF_ENABLE_ONEDNN_OPTS": "0"}


@contextmanager
def _native_messages_discarded() -> Iterator[None]:
    """TensorFlow's C++ side writes to file descriptor 2 while it loads, whatever its log level says."""
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


def _start() -> tuple[Any, Any]:
    already = "tensorflow" in sys.modules or "keras" in sys.modules
    differing = [name for name, value in _ENVIRONMENT.items() if os.environ.get(name) != value]
    if already and differing:
        raise TrainingError(
            f"TensorFlow or Keras was imported before hyperbounty, without {differing[0]}={_ENVIRONMENT[differing[0]]}",
            "import hyperbounty.training.engine first, or set the variable",
        )
    os.environ.update(_ENVIRONMENT)
    os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")
    with _native_messages_discarded():
        import keras  # type: ignore[import-untyped,unused-ignore]
        import tensorflow  # type: ignore[import-untyped,unused-ignore]

    try:
        tensorflow.config.threading.set_intra_op_parallelism_threads(1)
        tensorflow.config.threading.set_inter_op_parallelism_threads(1)
        with _native_messages_discarded():
            tensorflow.config.set_visible_devices([], "GPU")
    except RuntimeError as error:
        raise TrainingError(
            "TensorFlow already runs in this process with settings of its own",
            "train in a fresh process, or import hyperbounty.training.engine before the first TensorFlow operation",
        ) from error
    tensorflow.config.experimental.enable_op_determinism()
    # It warns of functions traced anew, which is what training one spec after the other is.
    tensorflow.get_logger().setLevel(logging.ERROR)
    # A user's keras.json may say otherwise.
    keras.config.set_floatx("float32")
    keras.config.set_dtype_policy("float32")
    return keras, tensorflow


keras: Any
tf: Any
keras, tf = _start()
