"""What a score was made on: the machine and the versions, as they stand in manifests and reports."""

from __future__ import annotations

import os
import platform
from contextlib import suppress
from functools import cache
from importlib import import_module
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import Final, Literal

from hyperbounty.errors import TrainingError
from hyperbounty.extras import command_to_install
from hyperbounty.version import __version__

Backend = Literal["tensorflow", "jax"]
"""What Keras can run on, as the manifest names it."""

BACKENDS: Final[tuple[Backend, ...]] = ("tensorflow", "jax")

BACKEND: Final[Backend] = "tensorflow"
"""The one that a contest is scored on where nothing else is said."""

DEVICES: Final = ("cpu", "accelerator")
"""What a process can train on."""

MOST_LANES: Final = 64
"""More than fill a device with small models only make each of them wait for the others' epochs."""

_PACKAGES: Final = {"tensorflow": ("tensorflow",), "jax": ("jax", "jaxlib")}
_EXTRAS: Final = {"tensorflow": "train", "jax": "jax"}
# TensorFlow comes in two builds of the same numbers: with what an accelerator needs, and without.
_DISTRIBUTIONS: Final = {"tensorflow": ("tensorflow", "tensorflow-cpu")}

TESTED: Final = {
    "jax": "0.10.2",
    "jaxlib": "0.10.2",
    "keras": "3.15.1",
    "numpy": "2.4.6",
    "tensorflow": "2.21.0",
}
"""The versions that this release is tested with, as in constraints.txt."""

ENGINE_VERSION: Final = 6
"""Changes whenever the same spec, data and seed may train to other numbers than before."""


def describe_machine() -> dict[str, str]:
    """`cpu`, `cores`, `platform` and `architecture` of this machine. Nothing that names its owner.

    >>> list(describe_machine())
    ['cpu', 'cores', 'platform', 'architecture']
    """
    return {
        "cpu": _cpu_model(),
        "cores": str(os.cpu_count() or 1),
        "platform": f"{platform.system()} {platform.release()}",
        "architecture": platform.machine(),
    }


def describe_versions(backend: str = BACKEND) -> dict[str, str]:
    """Versions of what decides a score made on `backend`. Nothing is imported for it, so it costs milliseconds.

    >>> sorted(describe_versions("tensorflow"))
    ['engine', 'hyperbounty', 'keras', 'numpy', 'python', 'tensorflow']

    Raises:
        TrainingError: there is no such backend, or it is not installed.
    """
    return {**_own_versions(), **{name: _version(name) for name in ("keras", *packages_of(backend), "numpy")}}


def announced_versions(backend: str = BACKEND) -> dict[str, str]:
    """The versions that a new manifest names: those that are installed here.

    Who only organizes has no backend. Then they are those that this release is tested with.

    >>> announced_versions("tensorflow").keys() == {"hyperbounty", "engine", "python", "keras", "numpy", "tensorflow"}
    True
    """
    with suppress(TrainingError):
        return describe_versions(backend)
    names = ("keras", *_known(backend), "numpy")
    return {**_own_versions(), **{name: TESTED[name] for name in names}}


def packages_of(backend: str) -> tuple[str, ...]:
    """The packages that `backend` is, all installed.

    Raises:
        TrainingError: there is no such backend, or it is not installed.

    >>> packages_of("tensorflow")
    ('tensorflow',)
    """
    found = _known(backend)
    try:
        for package in ("keras", *found):
            _version(package)
    except PackageNotFoundError as error:
        raise TrainingError(
            f"the training backend {backend} is not installed", command_to_install(_EXTRAS[backend])
        ) from error
    return found


def _known(backend: str) -> tuple[str, ...]:
    if backend not in _PACKAGES:
        raise TrainingError(f"there is no training backend {backend!r}", f"choose one of {', '.join(BACKENDS)}")
    return _PACKAGES[backend]


def _own_versions() -> dict[str, str]:
    return {
        "hyperbounty": __version__,
        "engine": str(ENGINE_VERSION),
        "python": platform.python_version(),
    }


@cache
def _version(package: str) -> str:
    found = _DISTRIBUTIONS.get(package, (package,))
    for other in found[:-1]:
        with suppress(PackageNotFoundError):
            return version(other)
    return version(found[-1])


@cache
def processor_features() -> frozenset[str]:
    """The instruction sets of the processor, as Linux names them; code compiled for one may not run without.

    Where the system does not say, it is those that NumPy found.
    """
    told = _cpuinfo("flags") or _cpuinfo("Features")
    return frozenset(told.split()) if told else _features_by_numpy()


def _cpu_model() -> str:
    return _cpuinfo("model name") or platform.processor() or platform.machine() or "unknown"


def _features_by_numpy() -> frozenset[str]:
    """NumPy asks the processor itself, on every system. It has other names, of which we need one."""
    found: dict[str, bool] = import_module("numpy._core._multiarray_umath").__cpu_features__
    return frozenset({"FMA3": "fma"}.get(name, name.lower()) for name, there in found.items() if there)


def _cpuinfo(field: str) -> str:
    """The first `field` of Linux' /proc/cpuinfo, empty where there is none."""
    cpuinfo = Path("/proc/cpuinfo")
    if cpuinfo.exists():
        for line in cpuinfo.read_text(encoding="utf-8", errors="replace").splitlines():
            if line.startswith(field):
                return line.partition(":")[2].strip()
    return ""
