"""What the transactions of a contract cost, beside the numbers that were committed last.

`HYPERBOUNTY_UPDATE_SNAPSHOTS=1` rewrites the committed file, so that a change in cost shows in the diff.
"""

from __future__ import annotations

import json
import os
from pathlib import Path
from typing import Final

SLACK: Final = 0.02
_FOLDER: Final = Path(__file__).parent


def committed(contract: str) -> dict[str, int]:
    """The numbers that were committed last, by what was measured."""
    read: dict[str, int] = json.loads(_path(contract).read_text(encoding="utf-8"))
    return read


def hold(contract: str, gas: dict[str, int]) -> None:
    """Fail where a call of the contract costs other than it did; `gas` is by what was measured."""
    if os.environ.get("HYPERBOUNTY_UPDATE_SNAPSHOTS") == "1":
        _path(contract).write_text(json.dumps(gas, indent=1, sort_keys=True) + "\n", encoding="utf-8")
    found = "\n".join(differences(committed(contract), gas))
    assert not found, f"set HYPERBOUNTY_UPDATE_SNAPSHOTS=1 if this is meant:\n{found}"


def _path(contract: str) -> Path:
    return _FOLDER / f"{contract}.json"


def differences(before: dict[str, int], measured: dict[str, int]) -> list[str]:
    """A line for each call that costs over 2 % more or less than before, or that only one of them has."""
    lines = [f"{name}: not in the snapshot" for name in sorted(measured.keys() - before.keys())]
    lines += [f"{name}: no longer measured" for name in sorted(before.keys() - measured.keys())]
    for name in sorted(before.keys() & measured.keys()):
        change = measured[name] - before[name]
        if abs(change) > SLACK * before[name]:
            percent = 100 * change / before[name]
            lines.append(f"{name}: {before[name]:,} -> {measured[name]:,} gas ({percent:+.1f} %)")
    return lines
