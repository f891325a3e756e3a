"""List the mutants of a contract, as slither-mutate's operators make them; run by the Python that has Slither.

    PYTHON_WITH_SLITHER contracts/tools/mutation/generate.py src/FAMILY/NAME.sol > mutants.json

With `forge` on the PATH, in any folder; the source is named from `contracts/`.

Slither's own runner compiles the whole project for each mutant and keeps no record of which test killed which;
`run.py` tests them instead.
"""

from __future__ import annotations

import inspect
import json
import sys
from importlib.metadata import version
from pathlib import Path
from typing import Any

from slither import Slither  # type: ignore[import-not-found]
from slither.tools.mutator.mutators import all_mutators  # type: ignore[import-not-found]
from slither.tools.mutator.mutators.abstract_mutator import AbstractMutator  # type: ignore[import-not-found]

HOME = Path(__file__).resolve().parents[2]


def mutators() -> list[Any]:
    """Every operator that this version has, by name."""
    found = [m for _, m in inspect.getmembers(all_mutators, inspect.isclass) if issubclass(m, AbstractMutator)]
    return sorted((m for m in found if m is not AbstractMutator), key=lambda m: str(m.NAME))


def mutate(kind: Any, unit: Any, contract: Any) -> tuple[list[tuple[str, list[dict[str, Any]]]], int]:
    """What one operator makes of one contract, by file; and at how many statements it crashed, which get none.

    Slither itself drops all that the operator makes of a contract where it crashes once.
    """
    operator = kind(unit, 0, "", "", contract, None, False, Path(), [])
    try:
        return list(operator._mutate().get("patches", {}).items()), 0
    except Exception:  # noqa: BLE001 - any: they are Slither's
        found: list[tuple[str, list[dict[str, Any]]]] = []
        crashed = 0
        chosen = operator.should_mutate_node
        for node in [n for f in contract.functions_and_modifiers_declared for n in f.nodes if chosen(n)]:
            operator.should_mutate_node = lambda other, node=node: other is node
            try:
                found += operator._mutate().get("patches", {}).items()
            except Exception:  # noqa: BLE001
                crashed += 1
        return found, crashed


def function_at(contract: Any, start: int) -> str:
    """The function of the contract that has this byte; empty outside all of them."""
    for function in contract.functions_and_modifiers_declared:
        place = function.source_mapping
        if place.start <= start < place.start + place.length:
            return str(function.name)
    return ""


def main(source: str) -> None:
    """Write the list of a contract's mutants, and of all that it imports, to standard output."""
    slither = Slither(str(HOME / source))
    mutants: dict[tuple[str, int, int, str], dict[str, Any]] = {}
    crashes = 0
    for unit in slither.compilation_units:
        for contract in unit.contracts:
            path = Path(contract.source_mapping.filename.absolute)
            if not path.is_relative_to(HOME / "src") or contract.is_interface:
                continue
            for mutator in mutators():
                patches_by_file, crashed = mutate(mutator, unit, contract)
                crashes += crashed
                for file, patches in patches_by_file:
                    for p in patches:
                        # Two operators can make the same mutant; the first in the alphabet has it.
                        key = (Path(file).relative_to(HOME).as_posix(), p["start"], p["end"], p["new_string"])
                        mutants.setdefault(
                            key,
                            {
                                "operator": mutator.NAME,
                                "file": key[0],
                                "function": function_at(contract, p["start"]),
                                "line": p["line_number"],
                                "start": p["start"],
                                "end": p["end"],
                                "old": p["old_string"],
                                "new": p["new_string"],
                            },
                        )
    listed = sorted(mutants.values(), key=lambda m: (m["file"], m["start"], m["operator"], m["new"]))
    answer = {"slither": version("slither-analyzer"), "crashes": crashes, "mutants": listed}
    json.dump(answer, sys.stdout, indent=1)


if __name__ == "__main__":
    main(sys.argv[1])
