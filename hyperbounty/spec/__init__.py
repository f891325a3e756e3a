"""The hyperparameter spec, from top to bottom: table, word, spec, file; then shape, layers, cost, memory, judge.

What most callers need stands here; a module has the rest of its subject.
"""

from hyperbounty.errors import SpecError
from hyperbounty.spec.judge import Judged, judge
from hyperbounty.spec.shape import TaskShape
from hyperbounty.spec.spec import Spec

__all__ = ["Judged", "Spec", "SpecError", "TaskShape", "judge"]
