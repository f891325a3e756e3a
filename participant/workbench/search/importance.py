"""How much of a search's outcome each field decided."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

import optuna
from optuna.importance import PedAnovaImportanceEvaluator, get_param_importances
from optuna.trial import TrialState

FEWEST_TRIALS: Final = 10
"""Below, what is told is noise."""

_BEST: Final = 0.25
"""The part of the trials that counts as good: a tenth, as Optuna has it, would be one trial of ten."""


def importances(study: optuna.Study) -> Mapping[str, float]:
    """What tells the best quarter of the finished trials from the others, by PED-ANOVA (Watanabe et al. 2023).

    It needs no scikit-learn, as Optuna's other two measures do, and asks what is of interest here: what makes a good
    trial, not what makes a bad one worse.

    Returns:
        A share of 1 for each field that there is a choice of, the largest first; empty below `FEWEST_TRIALS`.
    """
    finished = study.get_trials(deepcopy=False, states=(TrialState.COMPLETE,))
    if len(finished) < FEWEST_TRIALS or not finished[0].params:
        return {}
    return get_param_importances(study, evaluator=PedAnovaImportanceEvaluator(target_quantile=_BEST))
