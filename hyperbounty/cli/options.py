"""Options derived from a dataclass: name, type, default and help of each stand once, at its field.

    @dataclass(frozen=True, kw_only=True)
    class Terms:
        reward: int = field(metadata=option("What the winner gets.", type=Amount()))
        runs: int = field(default=3, metadata=option("Trainings a spec.", type=click.IntRange(1)))

    @options_of(terms=Terms)
    def _open(session: Session, terms: Terms) -> Result: ...

`open` has the options `--reward` (required) and `--runs` (3 where it is left out), and gets the `Terms` that they make.
A file may hold the same values (`hyperbounty.cli.option_file`): it is made of the same fields.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import MISSING, dataclass, field, fields
from functools import wraps
from pathlib import Path
from types import NoneType, UnionType
from typing import (
    Any,
    Final,
    Generic,
    Literal,
    Protocol,
    TypeVar,
    Union,
    get_args,
    get_origin,
    get_type_hints,
    runtime_checkable,
)

import click
from click.core import ParameterSource

from hyperbounty.cli.help import OWN, grouped
from hyperbounty.cli.parameters import Amount, counted
from hyperbounty.money import Asset, Written

_METADATA: Final = "option"
PLACES: Final = "hyperbounty.places"
"""What a context of click keeps the places of a file's values under, by field."""
_TYPES: Final[Mapping[object, click.ParamType[Any]]] = {
    int: click.INT,
    float: click.FLOAT,
    str: click.STRING,
    Path: click.Path(path_type=Path),
}

Kind = TypeVar("Kind")
_Command = TypeVar("_Command", bound=Callable[..., Any])
_Decorator = Callable[[Callable[..., Any]], Callable[..., Any]]


@runtime_checkable
class Writes(Protocol):
    """A type of option whose values have a text of their own, which its `convert` reads."""

    def write(self, value: Any) -> str:
        """The text of `value`, as a user would type it."""


@dataclass(frozen=True)
class Option:
    """What an option says beyond the name, the type and the default of its field."""

    help: str | None
    type: click.ParamType[Any] | None
    name: str | None
    metavar: str | None
    shown_default: str | None


def option(
    help: str | None = None,  # noqa: A002 - click's own word
    *,
    type: click.ParamType[Any] | None = None,  # noqa: A002 - click's own word
    name: str | None = None,
    metavar: str | None = None,
    shown_default: str | None = None,
) -> dict[str, Option]:
    """The metadata of a dataclass field that is an option of a command.

    Args:
        help: one line for the help.
        type: left out, the one that the annotation of the field stands for.
        name: of the option, without the dashes in front; left out, the field's, with dashes.
        metavar: stands for the value in the help; left out, the type's.
        shown_default: stands for the default in the help; left out, the default itself.
    """
    return {_METADATA: Option(help, type, name, metavar, shown_default)}


@dataclass(frozen=True)
class OptionField:
    """A field of a dataclass that is an option, and a key of a file.

    Attributes:
        field: its name.
        name: of the option, without the dashes in front.
        type: None for a flag.
        default: `MISSING` where a value must be given.
        said: what else the option says.
    """

    field: str
    name: str
    type: click.ParamType[Any] | None
    default: Any
    said: Option

    @property
    def key(self) -> str:
        """Its name in a file."""
        return self.name.replace("-", "_")

    @property
    def shown_default(self) -> str:
        """What holds where nothing is given, for people; empty where that is nothing, or something must be given."""
        if self.said.shown_default:
            return self.said.shown_default
        return "" if self.default in (MISSING, None, (), "") else self.text(self.default)

    def text(self, value: Any) -> str:
        """A value as a user would type it."""
        if self.type is None:
            return str(value).lower()
        return self.type.write(value) if isinstance(self.type, Writes) else str(value)


def option_fields(kind: type[Any]) -> list[OptionField]:
    """The options that a dataclass stands for, in order.

    >>> from hyperbounty.cli.parameters import Duration
    >>> @dataclass(frozen=True)
    ... class Terms:
    ...     submit_seconds: int = field(default=7_200, metadata=option(name="submit-time", type=Duration()))
    >>> [(each.key, each.shown_default) for each in option_fields(Terms)]
    [('submit_time', '2h')]

    Raises:
        TypeError: a field needs a `type`, or is neither an option nor has a default.
    """
    hints = get_type_hints(kind)
    found = []
    for each in fields(kind):
        default = each.default if each.default_factory is MISSING else each.default_factory()
        if _METADATA in each.metadata:
            said = each.metadata[_METADATA]
            is_flag = hints[each.name] is bool and said.type is None
            type_ = None if is_flag else said.type or _type_of(hints[each.name], each.name)
            found.append(OptionField(each.name, said.name or each.name.replace("_", "-"), type_, default, said))
        elif default is MISSING:
            raise TypeError(f"{kind.__name__}.{each.name} is neither an option nor has a default")
    return found


@dataclass(frozen=True)
class Uncounted(Generic[Kind]):
    """The values of a dataclass's options, of which some are amounts: they are counted once the asset is known.

    Attributes:
        kind: the dataclass.
        given: the values by field; an amount as it was written.
        places: where values stand that come from a file, by field.
    """

    kind: type[Kind]
    given: Mapping[str, Any]
    places: Mapping[str, str] = field(default_factory=dict)

    def counted(self, asset: Asset, /, **settled: Any) -> Kind:
        """The dataclass, its amounts in the smallest units of `asset`, and with the values of `settled`.

        Raises:
            click.BadParameter: an option's amount is none of this asset.
            InvalidInput: a file's amount is none.
        """
        values = {
            name: counted(name, value, asset, self.places.get(name)) if isinstance(value, Written) else value
            for name, value in {**self.given, **settled}.items()
        }
        return self.kind(**values)


def options_of(order: Mapping[str, Sequence[str]] | None = None, **kinds: type[Any]) -> Callable[[_Command], _Command]:
    """Add the options of dataclasses to a command, which gets the dataclasses made from them.

    A field without `option` metadata is no option and keeps its default. Of a dataclass with options of the type
    `Amount` the command gets an `Uncounted`.

    >>> from dataclasses import field
    >>> @dataclass(frozen=True)
    ... class Terms:
    ...     runs: int = field(default=3, metadata=option("Trainings of each spec."))
    >>> @click.command()
    ... @options_of(terms=Terms)
    ... def show(terms):
    ...     print(terms)
    >>> show.main(["--runs", "5"], standalone_mode=False)
    Terms(runs=5)

    Args:
        order: the fields as the help lists them, by the heading of their group; left out, in the order of the
            dataclasses, under the heading of the command's own options.
        kinds: dataclasses, by the parameter of the command that takes them.

    Raises:
        ValueError: two fields have one name, or `order` is no order of the fields.
        TypeError: a field needs a `type`, or is neither an option nor has a default.
    """
    names = {parameter: [each.field for each in option_fields(kind)] for parameter, kind in kinds.items()}
    every = [name for group in names.values() for name in group]
    headings = {name: heading for heading, group in (order or {OWN: every}).items() for name in group}
    listed = [name for group in (order or {OWN: every}).values() for name in group]
    if len(set(every)) < len(every) or sorted(listed) != sorted(every):
        raise ValueError(f"options are made of {', '.join(every)}; each once, and ordered as {', '.join(listed)}")
    made = {name: made for kind in kinds.values() for name, made in _click_options(kind, headings).items()}

    def decorate(function: _Command) -> _Command:
        @wraps(function)
        def run(*arguments: Any, **given: Any) -> Any:
            built = {
                parameter: _made(kind, {name: given.pop(name) for name in names[parameter]})
                for parameter, kind in kinds.items()
            }
            return function(*arguments, **given, **built)

        decorated: Any = run
        for name in reversed(listed):
            decorated = made[name](decorated)
        command: _Command = decorated
        return command

    return decorate


def _made(kind: type[Any], values: dict[str, Any]) -> Any:
    """The dataclass of `values`, or what waits for an asset."""
    is_waiting = any(isinstance(each.type, Amount) for each in option_fields(kind))
    return Uncounted(kind, values, places_in_file()) if is_waiting else kind(**values)


def places_in_file() -> Mapping[str, str]:
    """Where the file of the command stands that is at work has the values which no option overrides, by field."""
    context = click.get_current_context()
    places: Mapping[str, str] = context.meta.get(PLACES, {})
    file = ParameterSource.DEFAULT_MAP
    return {name: place for name, place in places.items() if context.get_parameter_source(name) is file}


def _click_options(kind: type[Any], headings: Mapping[str, str]) -> dict[str, _Decorator]:
    return {each.field: _click_option(headings[each.field], each) for each in option_fields(kind)}


def _click_option(heading: str, made: OptionField) -> _Decorator:
    flag = f"--{made.name}"
    if made.type is None:
        return grouped(heading, flag, made.field, is_flag=True, help=made.said.help)
    settings: dict[str, Any] = {"type": made.type, "help": made.said.help, "metavar": made.said.metavar}
    if made.default is MISSING:
        return grouped(heading, flag, made.field, required=True, **settings)
    default = made.default
    if default is not None and isinstance(made.type, Writes):
        default = made.type.write(default)
    shown: str | bool = made.said.shown_default or default not in (None, "")
    return grouped(heading, flag, made.field, default=default, show_default=shown, **settings)


def _type_of(annotation: object, name: str) -> click.ParamType[Any]:
    """The type of option that an annotation stands for; `X | None` is an `X` that may be left out."""
    if get_origin(annotation) in (Union, UnionType):
        kinds = [kind for kind in get_args(annotation) if kind is not NoneType]
        if len(kinds) == 1:
            return _type_of(kinds[0], name)
    if get_origin(annotation) is Literal:
        return click.Choice(get_args(annotation))
    if annotation not in _TYPES:
        raise TypeError(f"no type of option stands for {name}: {annotation}; say which")
    return _TYPES[annotation]
