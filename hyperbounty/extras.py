"""What is installed on request: the libraries of each extra, and how to get them.

Who only organizes, submits, reveals or settles needs none. A command that needs one says so in its help, and before it
begins.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from importlib.util import find_spec
from typing import Final

from hyperbounty.errors import MissingExtra


@dataclass(frozen=True)
class Extra:
    """Something that can be installed beside the rest.

    Attributes:
        purpose: what it is for.
        modules: import names of its libraries.
    """

    purpose: str
    modules: tuple[str, ...]


_WEB: Final = ("sqlalchemy", "alembic", "fastapi", "uvicorn", "jinja2", "prometheus_client", "structlog")

EXTRAS: Final[Mapping[str, Extra]] = {
    # With either backend: which of them a contest needs, its manifest says.
    "train": Extra("training and the queue of trainings", ("keras", "sqlalchemy", "alembic")),
    "search": Extra("the search for a spec", ("keras", "sqlalchemy", "alembic", "optuna")),
    "jax": Extra("training on JAX", ("keras", "sqlalchemy", "alembic", "jax")),
    "web": Extra("the index and the site on it", _WEB),
    "devnet": Extra("the embedded development chain", ("eth",)),
    "postgresql": Extra("a queue that several machines share", ("psycopg",)),
    "notify": Extra("notifications", ("apprise",)),
    "ray": Extra("training on a Ray cluster", ("ray",)),
    "sklearn": Extra("models trained with scikit-learn", ("sklearn",)),
    "onnx": Extra("encoders that are ONNX files", ("onnxruntime",)),
    "simulation": Extra("simulations of shared models at full speed", ("numba",)),
    "study": Extra("the study of incentives", ("scipy", "matplotlib")),
    "notebook": Extra("running the notebook of a contest's folder", ("ipykernel", "nbclient")),
    "demo": Extra(
        "the whole contest of `make demo`, and a whole site",
        ("keras", "eth", "matplotlib", *_WEB),
    ),
}
"""By the name of the extra, as pip takes it."""


def lacking(extra: str) -> tuple[str, ...]:
    """The libraries of `extra` that are not installed; nothing is loaded to find out.

    >>> lacking("train") == () or "keras" in lacking("train")
    True
    """
    return tuple(module for module in EXTRAS[extra].modules if find_spec(module) is None)


def command_to_install(extra: str) -> str:
    """What to type.

    >>> command_to_install("train")
    'pip install "hyperbounty[train]"'
    """
    return f'pip install "hyperbounty[{extra}]"'


def require(extra: str) -> None:
    """Refuse to go on without the libraries of `extra`.

    Raises:
        MissingExtra: names those that are not there, and the command that installs them.
    """
    absent = lacking(extra)
    if absent:
        raise MissingExtra(
            f"{', '.join(absent)} {'is' if len(absent) == 1 else 'are'} not installed, for {EXTRAS[extra].purpose}",
            command_to_install(extra),
        )
