"""This machine: Python, extras, the processor, and whether what trains starts."""

from __future__ import annotations

import json
import platform
import subprocess
import sys
from collections.abc import Iterator
from typing import Final

from hyperbounty.cli.doctor.finding import Finding, State, fault, remark, well
from hyperbounty.errors import TrainingError
from hyperbounty.extras import EXTRAS, command_to_install, lacking
from hyperbounty.training.machine import BACKENDS, describe_versions

_LEAST_PYTHON: Final = (3, 11)
_NEWEST_TESTED: Final = (3, 12)
_START_SECONDS: Final = 300
# In a process of its own: a backend fixes settings for its process, and one that is broken may end it.
_START: Final = """
import json, sys
from hyperbounty.errors import HyperbountyError
from hyperbounty.training.backend import use
from hyperbounty.training.fusing import device_kind
backend, device = sys.argv[1:]
try:
    use(backend, device)
    print(json.dumps({"device": device_kind() if device != "cpu" else "the processor"}))
except HyperbountyError as error:
    print(json.dumps({"what": error.what, "next_step": str(error.next_step)}))
"""


def check_python(found: tuple[int, int] = sys.version_info[:2]) -> Iterator[Finding]:
    """Whether this Python, of version `found`, is one that the project runs on."""
    shown = f"{platform.python_version()} on {platform.system()} {platform.machine()}"
    if found < _LEAST_PYTHON:
        yield fault("Python", shown, "install Python 3.11 or newer")
    elif found > _NEWEST_TESTED:
        yield remark("Python", f"{shown}: tests run on 3.11 and 3.12", "take one of these if something fails")
    else:
        yield well("Python", shown)


def check_extras() -> Iterator[Finding]:
    """Which extras are installed."""
    for name, extra in EXTRAS.items():
        absent = lacking(name)
        if not absent:
            yield well(f"extra {name}", f"installed, for {extra.purpose}")
        elif len(absent) < len(extra.modules):
            found = f"{', '.join(absent)} not installed, for {extra.purpose}"
            yield remark(f"extra {name}", found, command_to_install(name))
        else:
            yield remark(f"extra {name}", f"not installed, for {extra.purpose}", command_to_install(name))


def check_processor() -> Iterator[Finding]:
    """Whether scores can be made on this processor."""
    from hyperbounty.training.arithmetic import INSTRUCTION_SETS, Arithmetic, what_is_missing

    arithmetic = Arithmetic()
    lacks = what_is_missing(arithmetic)
    if not lacks:
        yield well("processor", f"has {INSTRUCTION_SETS[arithmetic.instructions].title}, which scores are made with")
    elif lacking("train"):
        yield remark("processor", lacks, "train on another machine; everything else works here")
    else:
        yield fault("processor", lacks, "train on an x86-64 machine: Intel from 2013 on, AMD from 2017 on")


def check_backends() -> Iterator[Finding]:
    """Whether each backend that is installed starts, and on what."""
    for backend in BACKENDS:
        try:
            versions = describe_versions(backend)
        except TrainingError:
            continue
        shown = ", ".join(f"{name} {versions[name]}" for name in versions if name in ("keras", "numpy", backend))
        found = _started(backend, "cpu", shown)
        yield found
        if backend == "jax" and found.state is State.WELL:
            accelerated = _started(backend, "accelerator", shown)
            if accelerated.state is State.WELL:
                yield accelerated
            else:
                yield remark("accelerator", accelerated.what, "JAX for a GPU is an installation of its own")


def _started(backend: str, device: str, versions: str) -> Finding:
    check = f"backend {backend}"
    again = f"{command_to_install('train' if backend == 'tensorflow' else backend)} --force-reinstall"
    try:
        done = subprocess.run(  # noqa: S603
            [sys.executable, "-c", _START, backend, device],
            capture_output=True,
            text=True,
            timeout=_START_SECONDS,
            check=False,
        )
    except subprocess.TimeoutExpired:
        return fault(check, f"it does not start within {_START_SECONDS} s", "see whether this machine is busy")
    lines = done.stdout.splitlines()
    if done.returncode or not lines:
        said = (done.stderr.strip().splitlines() or [f"it ended with {done.returncode}"])[-1]
        return fault(check, f"it does not start: {said[:300]}", f"install it again: {again}")
    answer = json.loads(lines[-1])
    if "what" in answer:
        return fault(check, answer["what"], answer["next_step"])
    return well(check, f"starts on {answer['device']}; {versions}")
