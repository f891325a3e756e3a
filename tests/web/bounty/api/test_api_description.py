"""The description of the API is true: what it allows is answered as it says, what it does not is refused."""

from __future__ import annotations

from typing import Any

import pytest
import requests
import schemathesis
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from schemathesis import Case
from schemathesis.core.result import Ok
from schemathesis.generation import GenerationMode
from schemathesis.schemas import APIOperation

from tests.web.scene import Scene

EXAMPLES = 25


@pytest.mark.parametrize("mode", list(GenerationMode))
def test_every_answer_is_as_described(url: str, scene: Scene, mode: GenerationMode) -> None:
    bring(url, scene)
    described = schemathesis.openapi.from_url(f"{url}/api/v1/openapi.json")
    operations = [found.ok() for found in described.get_all_operations() if isinstance(found, Ok)]
    assert len(operations) > 25
    for operation in operations:
        # What takes nothing cannot be asked wrongly.
        if mode is GenerationMode.POSITIVE or list(operation.iter_parameters()) or operation.body:
            check(operation, mode, known(scene))


def bring(url: str, scene: Scene) -> None:
    """Have what is in the store fetched, which a busy machine may take long for: until then the site says "not yet"."""
    for number in scene.numbers.values():
        for part in ("prices", "curves/0"):
            while requests.get(f"{url}/api/v1/contests/{number}/{part}", timeout=60).status_code == 503:
                pass


def check(
    operation: APIOperation[Any, Any, Any, Any], mode: GenerationMode, there: st.SearchStrategy[dict[str, Any]]
) -> None:
    """Ask in many ways, half of them of what there is."""

    @settings(max_examples=EXAMPLES, deadline=None, database=None, suppress_health_check=list(HealthCheck))
    @given(case=operation.as_strategy(generation_mode=mode), what=st.one_of(st.just({}), there))
    def ask(case: Case[Any], what: dict[str, Any]) -> None:
        if mode is GenerationMode.POSITIVE:
            case.path_parameters.update({k: v for k, v in what.items() if k in case.path_parameters})
        case.call_and_validate()

    ask()


def known(scene: Scene) -> st.SearchStrategy[dict[str, Any]]:
    """Parts of paths that lead to something."""
    return st.fixed_dictionaries(
        {
            "number": st.sampled_from(sorted(scene.numbers.values())),
            "address": st.sampled_from([account.address for account in scene.accounts]),
            "index": st.integers(0, 3),
        }
    )
