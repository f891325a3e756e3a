"""Hyperbounty: bounty contests for machine-learning hyperparameters on Ethereum.

    from hyperbounty import Spec, connect

    contest = connect().contest(1)                  # the profile in hyperbounty.toml
    result = contest.train(Spec(cell="GRU", recurrent_units=(24,)), folds=4, seeds=2)
    contest.odds(result)

docs/python.md has the rest. This package holds what every role shares. Importing it costs nothing: no chain, no store
and no training backend is loaded until what needs it is used.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any, Final

if TYPE_CHECKING:
    from hyperbounty.api.connection import Connection, connect
    from hyperbounty.api.contest import Contest
    from hyperbounty.api.data import Data
    from hyperbounty.api.result import Odds, Result
    from hyperbounty.errors import HyperbountyError
    from hyperbounty.spec.spec import Spec
    from hyperbounty.version import __version__

_PLACES: Final = {
    "Connection": "hyperbounty.api.connection",
    "Contest": "hyperbounty.api.contest",
    "Data": "hyperbounty.api.data",
    "HyperbountyError": "hyperbounty.errors",
    "Odds": "hyperbounty.api.result",
    "Result": "hyperbounty.api.result",
    "Spec": "hyperbounty.spec.spec",
    "__version__": "hyperbounty.version",
    "connect": "hyperbounty.api.connection",
}
"""The module of each public name, which is imported when the name is first used."""

__all__ = [
    "Connection",
    "Contest",
    "Data",
    "HyperbountyError",
    "Odds",
    "Result",
    "Spec",
    "__version__",
    "connect",
]


def __getattr__(name: str) -> Any:
    if name not in _PLACES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(import_module(_PLACES[name]), name)


def __dir__() -> list[str]:
    return sorted({*globals(), *__all__})
