"""What numbers a score is made with: the instructions of the processor, and how many specs train in one program.

Libraries choose their kernels by the processor they find, and two kernels round differently. Training amplifies that: a
spec that diverges slowly may score 49 % on one processor and 57 % on another. So the manifest names the arithmetic, and
every process that trains is held to it before its libraries load (`backend`), also where the processor could do more. A
machine that cannot offer it says so before anything is trained. Free of Keras and NumPy, so that every program can ask.
"""

from __future__ import annotations

import platform
from dataclasses import dataclass
from typing import Annotated, Final, Literal

from pydantic import BaseModel, ConfigDict, Field

from hyperbounty.errors import TrainingError
from hyperbounty.training.machine import BACKEND, MOST_LANES, processor_features

Instructions = Literal["avx2"]


class Arithmetic(BaseModel):
    """The part of a manifest that fixes the bits of a score, as far as backend and versions leave them open.

    Attributes:
        instructions: the most that libraries may use of the processor, and what it must have.
        lanes: most specs that train side by side in one program: on JAX alone, whatever the device.

    >>> Arithmetic()
    Arithmetic(instructions='avx2', lanes=1)
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    instructions: Instructions = "avx2"
    lanes: Annotated[int, Field(ge=1, le=MOST_LANES)] = 1


@dataclass(frozen=True)
class InstructionSet:
    """A level at which every library that takes part can be held.

    Attributes:
        title: what people call it.
        architecture: that has it.
        machines: how `platform.machine` names that architecture, in small letters.
        features: what the processor must have, as Linux names them.
        xla: what `--xla_cpu_max_isa` calls it.
        onednn: what `ONEDNN_MAX_CPU_ISA` calls it.
    """

    title: str
    architecture: str
    machines: tuple[str, ...]
    features: tuple[str, ...]
    xla: str
    onednn: str


INSTRUCTION_SETS: Final[dict[str, InstructionSet]] = {
    # Nearly every x86-64 server: Intel from Haswell (2013) on, AMD from Zen (2017) on. AVX-512 is missing on many of
    # them. All that have AVX2 here multiply and add in one rounding (FMA), which the C library's functions use too.
    "avx2": InstructionSet("AVX2 with FMA", "x86-64", ("x86_64", "amd64"), ("avx2", "fma"), "AVX2", "AVX2"),
}


def missing(arithmetic: Arithmetic) -> tuple[str, ...]:
    """What this machine lacks of `arithmetic`; empty where it offers all. Nothing is loaded for it.

    >>> set(missing(Arithmetic())) <= {"x86-64", "avx2", "fma"}
    True
    """
    wanted = INSTRUCTION_SETS[arithmetic.instructions]
    if platform.machine().lower() not in wanted.machines:
        return (wanted.architecture, *wanted.features)
    there = processor_features()
    return tuple(feature for feature in wanted.features if feature not in there)


def what_is_missing(arithmetic: Arithmetic) -> str:
    """Says for people what this machine lacks of `arithmetic`; empty where it offers all."""
    lacking = missing(arithmetic)
    if not lacking:
        return ""
    title = INSTRUCTION_SETS[arithmetic.instructions].title
    return f"the scores are made with {title}, and this machine ({platform.machine()}) lacks {', '.join(lacking)}"


def check_lanes(arithmetic: Arithmetic, backend: str) -> None:
    """Refuse lanes that `backend` has not.

    Raises:
        TrainingError: says how many it has.

    >>> check_lanes(Arithmetic(lanes=2), "tensorflow")
    Traceback (most recent call last):
    hyperbounty.errors.TrainingError: TensorFlow trains one spec at a time, not 2; choose jax to train more at once
    """
    if backend == "tensorflow" and arithmetic.lanes != 1:
        raise TrainingError(
            f"TensorFlow trains one spec at a time, not {arithmetic.lanes}", "choose jax to train more at once"
        )


def require(arithmetic: Arithmetic, backend: str = BACKEND) -> None:
    """Refuse to train where scores of `arithmetic` cannot be made.

    Raises:
        TrainingError: names what this machine lacks, or what `backend` cannot do.
    """
    check_lanes(arithmetic, backend)
    lacking = what_is_missing(arithmetic)
    if lacking:
        raise TrainingError(lacking, "train on an x86-64 machine: Intel from 2013 on (Haswell), AMD from 2017 on (Zen)")
