"""Every custom error of the contract has words, and the words fit its arguments."""

import pytest

from hyperbounty.bounty.reverts import ERRORS as EXPLAINED
from hyperbounty.chain.artifacts import load_artifact
from hyperbounty.errors import TransactionReverted

ERRORS = [e for e in load_artifact("HyperparameterBounty").abi if e["type"] == "error"]
EXAMPLES = {"address": "0x" + "11" * 20, "bytes32": b"\x01" * 32, "bytes28": b"\x01" * 28}


@pytest.mark.parametrize("error", ERRORS, ids=lambda e: e["name"])
def test_a_custom_error_is_explained(error: dict[str, object]) -> None:
    inputs = error["inputs"]
    assert isinstance(inputs, list)
    arguments = {i["name"]: EXAMPLES.get(i["type"], 1) for i in inputs}
    raw = TransactionReverted("raw", error=str(error["name"]), arguments=arguments)
    explained = EXPLAINED.explain(raw)
    assert explained.what.startswith(f"the contract refused ({error['name']}): ")
    assert explained.next_step
    assert "{" not in explained.what + explained.next_step


def test_there_are_no_words_for_errors_that_the_contract_does_not_have() -> None:
    assert EXPLAINED.names == {str(error["name"]) for error in ERRORS}


@pytest.mark.parametrize(
    ("error", "arguments", "words"),
    [
        ("WrongPhase", {"contest": 1, "expected": 1, "actual": 2}, "needs the offer phase, the contest is in lapsed"),
        ("NotReturned", {"contest": 1, "outcome": 1}, "contest 1 is won"),
        ("AlreadyResolved", {"contest": 1, "verdict": 3}, "resolved already: undecided"),
        ("SpecFieldIneffective", {"field": 0, "value": 9}, "version is 9"),
    ],
)
def test_numbers_that_stand_for_something_are_named(error: str, arguments: dict[str, int], words: str) -> None:
    assert words in EXPLAINED.explain(TransactionReverted("raw", error=error, arguments=arguments)).what


def test_an_unknown_error_stays_as_it_is() -> None:
    raw = TransactionReverted("execution reverted", error="SomethingElse")
    assert EXPLAINED.explain(raw) is raw
