"""What a score was made on: the machine and the versions, as they stand in manifests and reports."""

from __future__ import annotations

import os
import platform
from functools import cache
from importlib import import_module
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import Final, Literal

import hyperbounty
from hyperbounty.errors import TrainingError

Backend = Literal["tensorflow", "jax"]
"""What Keras can run on, as the manifest names it."""

BACKENDS: Final[tuple[Backend, ...]] = ("tensorflow", "jax")

BACKEND: Final[Backend] = "tensorflow"
"""The one that everybody has; any other is an extra of the same name."""

DEVICES: Final = ("cpu", "accelerator")
"""What a process can train on."""

MOST_LANES: Final = 64
"""More than fill a device with small models only make each of them wait for the others' epochs."""

_PACKAGES: Final = {"tensorflow": ("tensorflow",), "jax": ("jax", "jaxlib")}

ENGINE_VERSION: Final = 5
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
    return {
        "hyperbounty": hyperbounty.__version__,
        "engine": str(ENGINE_VERSION),
        "python": platform.python_version(),
        **{name: _version(name) for name in ("keras", *packages_of(backend), "numpy")},
    }


def packages_of(backend: str) -> tuple[str, ...]:
    """The packages that `backend` is, all installed.

    Raises:
        TrainingError: there is no such backend, or it is not installed.

    >>> packages_of("tensorflow")
    ('tensorflow',)
    """
    if backend not in _PACKAGES:
        raise TrainingError(f"there is no training backend {backend!r}", f"choose one of {', '.join(BACKENDS)}")
    try:
        for package in _PACKAGES[backend]:
            _version(package)
    except PackageNotFoundError as error:
        raise TrainingError(
            f"the training backend {backend} is not installed", f"pip install 'hyperbounty[{backend}]'"
        ) from error
    return _PACKAGES[backend]


@cache
def _version(package: str) -> str:
    return version(package)


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
