"""Every custom error of the contract of shared models has words, and the words fit its arguments."""

import pytest

from hyperbounty.chain.artifacts import load_artifact
from hyperbounty.errors import TransactionReverted
from hyperbounty.models.reverts import ERRORS
from hyperbounty.models.samples import SampleError

CONTRACT_ERRORS = [entry for entry in load_artifact("SharedModels").abi if entry["type"] == "error"]
EXAMPLES = {"address": "0x" + "11" * 20, "bytes32": b"\x01" * 32, "string": "spam"}


@pytest.mark.parametrize("error", CONTRACT_ERRORS, ids=lambda error: error["name"])
def test_a_custom_error_is_explained(error: dict[str, list[dict[str, str]]]) -> None:
    arguments = {each["name"]: EXAMPLES.get(each["type"], 1) for each in error["inputs"]}
    explained = ERRORS.explain(TransactionReverted("raw", error=str(error["name"]), arguments=arguments))
    assert explained.what.startswith(f"the contract refused ({error['name']}): ")
    assert explained.next_step
    assert "{" not in explained.what + explained.next_step


def test_there_are_no_words_for_errors_that_the_contract_does_not_have() -> None:
    assert ERRORS.names == {str(error["name"]) for error in CONTRACT_ERRORS}


def test_numbers_that_stand_for_something_are_named() -> None:
    closed = TransactionReverted("raw", error="NotLive", arguments={"model": 3, "stage": 3})
    assert "model 3 is closed" in ERRORS.explain(closed).what
    wrong = TransactionReverted("raw", error="WrongParameters", arguments={"kind": 2})
    assert "naive-bayes" in ERRORS.explain(wrong).what


def test_what_is_refused_before_it_is_sent_has_the_names_of_the_contract() -> None:
    names = {kind.contract_error for kind in SampleError.__subclasses__()} - {""}
    assert names <= {str(error["name"]) for error in CONTRACT_ERRORS}
    assert len(names) >= 6
