"""A batch is added call by call, also where the samples of two calls are so alike that only time tells them apart."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import pytest

from hyperbounty.chain.connection import Chain
from hyperbounty.models.contract import ModelsContract
from participant.models.batching import Adding, Labelled
from tests.models.models_on_chain import ADA, CREATOR, open_model

A: Labelled = (1, [1])
B: Labelled = (0, [0])


@pytest.fixture
def contract() -> Iterator[ModelsContract]:
    with Chain.embedded() as chain:
        deployed, _ = ModelsContract.deploy(chain, CREATOR)
        yield ModelsContract.at(chain, deployed.address)


@pytest.mark.parametrize("samples", [[A] * 7, [A, B, A] * 3, [A, A, B] * 3, [A, B] * 4, [B, A, A, A, A, B, A]])
def test_alike_samples_are_all_added(
    contract: ModelsContract, samples: Sequence[Labelled], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("participant.models.batching.MOST_A_CALL", 3)
    model = open_model(contract)
    adding = Adding(contract, ADA, model, samples, wait_until=contract.chain.advance_to)
    calls = list(adding.send())
    assert sum(len(call.entries) for call in calls) == len(samples)
    added = contract.history(contract.model(model.number)).entries()
    assert sorted((each.label, each.features) for each in added) == sorted(
        (label, model.shape.encode(sample)) for label, sample in samples
    )
    # Another process finds all of it done.
    again = Adding(contract, ADA, model, samples, wait_until=contract.chain.advance_to)
    assert [call.again for call in again.before()] == [True] * len(calls)
