"""What a search tries, as parameters of Optuna, and the spec that parameters stand for.

Every spec has the same parameters, as multivariate TPE wants it: the layers of a kind share their units, and where a
layer may have fewer in the contest, it has as many as it may. Sizes and rates are tried by their logarithm, as usual:
from 8 units to 16 is as far as from 64 to 128. There the end of the scale that does least stands for 0, where a field
may be off: the lowest decay of the weights, and the highest clip of the gradients.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from optuna.distributions import BaseDistribution, CategoricalDistribution, FloatDistribution, IntDistribution

from hyperbounty.spec.ranges import Names, Numbers, Range, Ranges
from hyperbounty.spec.spec import Spec
from hyperbounty.spec.table import MAX_UNITS, TABLE, Layers
from hyperbounty.spec.word import unpack

_BY_LOGARITHM: Final = frozenset(
    {"recurrent_units", "dense_units", "learning_rate", "batch_size", "epochs", "gradient_clip", "weight_decay"}
)
_OFF_AT_THE_TOP: Final = frozenset({"gradient_clip"})


class Space:
    """The specs that a search may try.

    >>> from hyperbounty.spec.word import SPEC_MAXIMA
    >>> ranges = {"cell": Names(("LSTM", "GRU")), "epochs": Numbers(2, 30), "dropout": Numbers(0, 0, 100)}
    >>> space = Space(ranges, SPEC_MAXIMA)
    >>> sorted(space.distributions)
    ['cell', 'epochs']
    >>> space.spec({"cell": "GRU", "epochs": 5}).describe()
    'GRU 32 · adam 0.001 · batch 64 · 5 epochs'
    >>> space.parameters(Spec(cell="GRU", epochs=5)), space.parameters(Spec(epochs=50))
    ({'cell': 'GRU', 'epochs': 5}, None)

    Args:
        ranges: of the fields; what is not named is as in `Spec()`.
        limits: of the contest.

    Attributes:
        distributions: of what there is a choice of.
    """

    def __init__(self, ranges: Ranges, limits: bytes) -> None:
        self._ranges = ranges
        self._highest = unpack(limits)
        self.distributions: dict[str, BaseDistribution] = {
            name: _distribution(name, each) for name, each in ranges.items() if not _is_fixed(each)
        }

    def spec(self, parameters: Mapping[str, Any]) -> Spec:
        """The spec that `parameters` of the distributions stand for."""
        values = {name: self._value(name, each, parameters) for name, each in self._ranges.items()}
        made: dict[str, Any] = {}
        for entry in TABLE:
            if isinstance(entry, Layers):
                count, units = values.pop(entry.count_name, None), values.pop(entry.name, None)
                if count is not None and units is not None:
                    tops = [self._highest[name] for name in entry.units_names[:count]]
                    made[entry.name] = tuple(min(units, top) for top in tops)
        made |= values
        if not made.get("dense_units"):
            made.pop("dense_activation", None)
        return Spec(**made)

    def parameters(self, spec: Spec) -> dict[str, Any] | None:
        """Parameters that stand for `spec`; None where it is not in this space."""
        found: dict[str, Any] = {}
        for entry in TABLE:
            value = getattr(spec, entry.name)
            if isinstance(entry, Layers):
                within = self._ranges.get(entry.name, Numbers(1, MAX_UNITS))
                assert isinstance(within, Numbers)
                # Units outside the range may stand for themselves still, where the layer may have no others.
                units = min(max(value, default=within.lowest), within.highest)
                found |= {entry.count_name: len(value), entry.name: max(units, within.lowest)}
            else:
                found[entry.name] = value
        if not spec.dense_units and isinstance(among := self._ranges.get("dense_activation"), Names):
            found["dense_activation"] = among.options[0]
        if any(not _holds(each, found[name]) for name, each in self._ranges.items()):
            return None
        made = {name: _parameter(name, self._ranges[name], found[name]) for name in self.distributions}
        return made if self.spec(made) == spec else None

    def _value(self, name: str, within: Range, parameters: Mapping[str, Any]) -> Any:
        if isinstance(within, Names):
            return parameters[name] if name in parameters else within.options[0]
        if _is_fixed(within):
            return within.value(within.lowest)
        steps = round(parameters[name] * within.per_one)
        if _has_off(name, within) and steps == _off(name, within):
            return within.value(0)
        return within.value(min(max(steps, within.lowest), within.highest))


def _holds(within: Range, value: Any) -> bool:
    if isinstance(within, Names):
        return value in within.options
    steps: int = round(value * within.per_one)
    return within.lowest <= steps <= within.highest


def _is_fixed(within: Range) -> bool:
    return len(within.options) == 1 if isinstance(within, Names) else within.lowest == within.highest


def _has_off(name: str, within: Numbers) -> bool:
    return name in _BY_LOGARITHM and within.lowest == 0


def _off(name: str, within: Numbers) -> int:
    """The steps that stand for 0 on a scale of logarithms."""
    return within.highest if name in _OFF_AT_THE_TOP else 1


def _distribution(name: str, within: Range) -> BaseDistribution:
    if isinstance(within, Names):
        return CategoricalDistribution(within.options)
    by_logarithm = name in _BY_LOGARITHM
    low = max(within.lowest, 1) if by_logarithm else within.lowest
    if within.per_one == 1:
        return IntDistribution(low, within.highest, log=by_logarithm)
    ends = within.value(low), within.value(within.highest)
    return FloatDistribution(*ends, log=by_logarithm, step=None if by_logarithm else 1 / within.per_one)


def _parameter(name: str, within: Range, value: Any) -> Any:
    if isinstance(within, Numbers) and value == 0 and _has_off(name, within):
        return within.value(_off(name, within))
    return value
