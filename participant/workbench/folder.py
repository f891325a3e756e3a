"""The folder of a contest at home: what the contest publishes, a spec to work on, and the file that says which it is.

What is published can always be written again. What is the participant's own is written once and then left alone.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Final, Literal

from hyperbounty.errors import InvalidInput
from hyperbounty.files import create_atomic, write_atomic
from hyperbounty.texts import escaped

MARK: Final = "contest.json"
"""The file that says which contest a folder is for."""

SPEC: Final = "spec.toml"
"""The spec that the participant works on."""

State = Literal["written", "repaired", "kept", "yours"]
"""What became of a file: it was not there; it was not as it must be; it was; it is the participant's."""


@dataclass(frozen=True)
class Place:
    """Which contest it is.

    Attributes:
        contest: its number.
        chain_id, contract: where it is.
        manifest: CID, which tells it from the contest with this number on a chain that began anew.
    """

    contest: int
    chain_id: int
    contract: str
    manifest: str


def read_place(folder: Path) -> Place | None:
    """Which contest `folder` is for; None where it is for none.

    >>> read_place(tmp_path) is None
    True

    Raises:
        InvalidInput: the file that says so is damaged.
    """
    # Every help loads this module.
    from hyperbounty.foreign_json import read_json

    path = folder / MARK
    damaged = InvalidInput(f"{path} does not say which contest it is for", "remove it, and make a new folder")
    try:
        place = Place(**read_json(path.read_bytes()))
    except FileNotFoundError:
        return None
    except (ValueError, TypeError) as error:
        raise damaged from error
    kinds = [(place.contest, int), (place.chain_id, int), (place.contract, str), (place.manifest, str)]
    if not all(type(value) is kind for value, kind in kinds) or place.contest < 1:
        raise damaged
    return place


def lay_out(
    folder: Path, place: Place, published: Mapping[str, bytes], own: Mapping[str, bytes]
) -> Mapping[str, State]:
    """Make `folder` that of the contest at `place`, or repair it.

    >>> place = Place(contest=3, chain_id=1, contract="0xab", manifest="bafk")
    >>> lay_out(tmp_path / "contest-3", place, {"training.csv": b"time"}, {"spec.toml": b"epochs = 10"})
    {'contest.json': 'written', 'training.csv': 'written', 'spec.toml': 'written'}
    >>> _ = (tmp_path / "contest-3" / "spec.toml").write_text("epochs = 12")
    >>> lay_out(tmp_path / "contest-3", place, {"training.csv": b"time"}, {"spec.toml": b"epochs = 10"})
    {'contest.json': 'kept', 'training.csv': 'kept', 'spec.toml': 'yours'}

    Args:
        folder: a new one, an empty one, or that of the same contest.
        place: of the contest.
        published: content by name, which stands there as it is given.
        own: content by name, which is the participant's from then on.

    Returns:
        What became of each file.

    Raises:
        InvalidInput: something else is there.
        OSError: the disk does not take it.
    """
    before = read_place(folder) if folder.is_dir() else None
    if before is None:
        if folder.exists() and (not folder.is_dir() or any(folder.iterdir())):
            raise InvalidInput(f"{folder} is there already, and is no folder of a contest", "name a new folder")
    elif before != place:
        raise InvalidInput(
            f"{folder} is for another contest: {before.contest} of {escaped(before.contract, 60)} on chain "
            f"{before.chain_id}, with the manifest {escaped(before.manifest, 120)}",
            "name another folder",
        )
    mark = json.dumps(asdict(place), indent=2).encode() + b"\n"
    states: dict[str, State] = {}
    # The mark comes first: a folder that was begun can be repaired.
    for name, content in {MARK: mark, **published}.items():
        states[name] = _put(folder / name, content)
    for name, content in own.items():
        try:
            create_atomic(folder / name, content)
            states[name] = "written"
        except FileExistsError:
            states[name] = "yours"
    return states


def _put(path: Path, content: bytes) -> State:
    try:
        before: bytes | None = path.read_bytes()
    except FileNotFoundError:
        before = None
    if before == content:
        return "kept"
    write_atomic(path, content)
    return "written" if before is None else "repaired"
