"""What a score was made on: the machine and the versions, as they stand in manifests and reports."""

from __future__ import annotations

import os
import platform
from functools import cache
from importlib.metadata import version
from pathlib import Path
from typing import Final

import hyperbounty

BACKEND: Final = "tensorflow"
"""What Keras runs on, as the manifest names it."""

ENGINE_VERSION: Final = 1
"""Changes whenever the same spec, data and seed may train to other numbers than before."""


def describe_machine() -> dict[str, str]:
    """`cpu`, `cores`, `platform` and `architecture` of this machine. Nothing that names its owner."""
    return {
        "cpu": _cpu_model(),
        "cores": str(os.cpu_count() or 1),
        "platform": f"{platform.system()} {platform.release()}",
        "architecture": platform.machine(),
    }


def describe_versions() -> dict[str, str]:
    """Versions of what decides a score. Nothing is imported for it, so it costs milliseconds."""
    return {
        "hyperbounty": hyperbounty.__version__,
        "engine": str(ENGINE_VERSION),
        "python": platform.python_version(),
        **{name: _version(name) for name in ("keras", "tensorflow", "numpy")},
    }


@cache
def _version(package: str) -> str:
    return version(package)


def _cpu_model() -> str:
    cpuinfo = Path("/proc/cpuinfo")
    if cpuinfo.exists():
        for line in cpuinfo.read_text(encoding="utf-8", errors="replace").splitlines():
            if line.startswith("model name"):
                return line.partition(":")[2].strip()
    return platform.processor() or platform.machine() or "unknown"
