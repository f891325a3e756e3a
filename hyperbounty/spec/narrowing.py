"""The table `[search]` of a spec file: what a search may try, narrower than what the contest allows.

    [search]
    run_time = "12s"                # most that a run may take of the reference core
    cell = ["LSTM", "GRU"]          # some of the options
    learning_rate = [0.001, 0.01]   # from the lowest to the highest
    epochs = 10                     # always this

What is not named is tried as far as the contest allows it. Who trains or submits the spec of the file passes over it.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from hyperbounty.durations import format_duration, parse_duration
from hyperbounty.errors import InvalidInput
from hyperbounty.faults import nearest, plain, shown, together
from hyperbounty.spec.ranges import Names, Numbers, Range, Ranges
from hyperbounty.toml_file import TomlFile, read_toml

TABLE_NAME: Final = "search"
RUN_TIME: Final = "run_time"
_NEXT: Final = "correct the file; docs/workbench.md has every field of [search]"


@dataclass(frozen=True)
class Narrowed:
    """What may be tried.

    Attributes:
        ranges: of every field.
        run_seconds: most seconds of the reference core that a run may take.
    """

    ranges: Ranges
    run_seconds: int


def read_narrowed(path: Path, within: Ranges, run_seconds: int) -> Narrowed:
    r"""What the table `[search]` of a file leaves of what a contest allows; all of it where there is no table.

    >>> path, within = tmp_path / "spec.toml", {"learning_rate": Numbers(1, 1_000_000, 1_000_000)}
    >>> _ = path.write_text('[search]\nlearning_rate = [0.001, 0.01]')
    >>> read_narrowed(path, within, 60).ranges
    {'learning_rate': Numbers(lowest=1000, highest=10000, per_one=1000000)}
    >>> _ = path.write_text('[search]\nlr = "fast"')
    >>> read_narrowed(path, within, 60)
    Traceback (most recent call last):
        ...
    hyperbounty.errors.InvalidInput: ...spec.toml: line 2: [search] has no field 'lr': did you mean learning_rate? ...

    Args:
        path: of a TOML file.
        within: what the contest allows.
        run_seconds: most that a run of the contest may take.

    Raises:
        FileNotFoundError: there is none.
        InvalidInput: it is no TOML, or the table names what is not there or not allowed; says all that is wrong, each
            with its line.
    """
    file = read_toml(path)
    table = file.tables.get(TABLE_NAME, {})
    if not isinstance(table, dict):
        raise InvalidInput(f"{_at(file)}{TABLE_NAME} is {shown(table)}, and a table", "write it as [search]")
    found, faults = dict(within), list[str]()
    for name, value in table.items():
        fault: str | None
        if name == RUN_TIME:
            run_seconds, fault = _run_seconds(value, run_seconds)
        elif name in within:
            fits = _read(within[name], value)
            fault = None if fits else f"[search] {name} must be {_said(within[name])}, not {shown(value)}"
            found[name] = fits or within[name]
        else:
            fault = _unknown(name, value, within)
        if fault:
            faults.append(_at(file, name) + fault)
    if faults:
        raise InvalidInput(f"{path}: {together(faults)}", _NEXT)
    return Narrowed(found, run_seconds)


def narrowed_lines(ranges: Ranges, within: Ranges, run_seconds: int, most_seconds: int, column: int) -> Iterator[str]:
    """The table `[search]` that narrows `within` to `ranges`, each with what the contest allows beside it."""
    yield f"[{TABLE_NAME}]"
    yield _explained(
        f'{RUN_TIME} = "{format_duration(run_seconds)}"', f"at most {format_duration(most_seconds)}", column
    )
    for name, wanted in ranges.items():
        yield _explained(f"{name} = {_toml(wanted)}", _most(within[name]), column)


def _explained(line: str, said: str, column: int) -> str:
    return f"{line:{column - 1}} # {said}"


def _toml(wanted: Range) -> str:
    if isinstance(wanted, Names):
        texts = [_toml_name(option) for option in wanted.options]
        return texts[0] if len(texts) == 1 else f"[{', '.join(texts)}]"
    low, high = _number(wanted, wanted.lowest), _number(wanted, wanted.highest)
    return low if low == high else f"[{low}, {high}]"


def _toml_name(option: str | bool) -> str:
    return str(option).lower() if isinstance(option, bool) else f'"{option}"'


def _number(numbers: Numbers, steps: int) -> str:
    return plain(numbers.value(steps))


def _most(whole: Range) -> str:
    """All that is allowed, shortly."""
    if isinstance(whole, Names):
        return ", ".join(str(option).lower() if isinstance(option, bool) else option for option in whole.options)
    if whole.per_one == 1:
        return f"{whole.lowest:,} to {whole.highest:,}"
    return f"{_number(whole, whole.lowest)} to {_number(whole, whole.highest)}"


def _said(whole: Range) -> str:
    """What fits, in words."""
    if isinstance(whole, Names):
        options = [_toml_name(option) for option in whole.options]
        if len(options) == 1:
            return f"{options[0]}, all that this contest allows"
        return f"one of {', '.join(options)}, or a list of some of them"
    low, high = _number(whole, whole.lowest), _number(whole, whole.highest)
    kind = "a whole number" if whole.per_one == 1 else "a number"
    return f"{kind} from {low} to {high}, or the lowest and the highest, as in [{low}, {high}]"


def _read(whole: Range, value: object) -> Range | None:
    """What `value` leaves of `whole`; None where it does not fit."""
    items = value if isinstance(value, list) else [value]
    if not items:
        return None
    if isinstance(whole, Names):
        same = all(
            any(each is option or (type(each) is str and each == option) for option in whole.options) for each in items
        )
        return Names(tuple(option for option in whole.options if option in items)) if same else None
    ends = [_steps(whole, item) for item in items]
    if len(ends) > 2 or any(end is None for end in ends):
        return None
    found = Numbers(ends[0] or 0, ends[-1] or 0, whole.per_one)
    return found if found.lowest <= found.highest and whole.holds(found) else None


def _steps(whole: Numbers, value: object) -> int | None:
    """How many steps a number is; None where it is none of them."""
    if isinstance(value, bool) or not isinstance(value, int | float) or not abs(value) < 1e9:
        return None
    steps = value * whole.per_one
    return round(steps) if abs(steps - round(steps)) <= 1e-6 else None


def _run_seconds(value: object, most: int) -> tuple[int, str | None]:
    """Seconds, or what is wrong."""
    seconds = value if isinstance(value, int) and not isinstance(value, bool) else None
    if isinstance(value, str):
        with suppress(InvalidInput):
            read = parse_duration(value)
            seconds = int(read) if read == int(read) else None
    if seconds is not None and 1 <= seconds <= most:
        return seconds, None
    fits = f'a duration in quotes, such as "12s", from 1s to {format_duration(most)}, the budget of a run'
    return most, f"[search] {RUN_TIME} must be {fits}, not {shown(value)}"


def _unknown(name: str, value: object, within: Ranges) -> str:
    meant = _meant(name, within)
    said = f"did you mean {' or '.join(meant)}?" if meant else nearest(name, (RUN_TIME, *within))
    fault = f"[search] has no field {shown(name)}: {said}"
    if len(meant) == 1 and meant[0] in within and _read(within[meant[0]], value) is None:
        fault += f" It must be {_said(within[meant[0]])}, not {shown(value)}"
    return fault


def _meant(name: str, within: Ranges) -> list[str]:
    """Fields whose initials or words `name` is, as many people call them: lr, wd, units, batch."""
    words = {field: field.split("_") for field in (RUN_TIME, *within)}
    by_initials = [field for field, parts in words.items() if "".join(part[0] for part in parts) == name.lower()]
    asked = set(name.lower().replace("-", "_").split("_"))
    return by_initials or [field for field, parts in words.items() if asked & set(parts) and name.lower() != field]


def _at(file: TomlFile, name: str | None = None) -> str:
    line = file.line((TABLE_NAME,) if name is None else (TABLE_NAME, name))
    return "" if line is None else f"line {line}: "


def without_search(written: dict[str, Any]) -> dict[str, Any]:
    """What a spec file says of its spec: all but the table."""
    return {name: value for name, value in written.items() if name != TABLE_NAME or not isinstance(value, dict)}
