"""Every custom error of the contract has words, and the words fit its arguments."""

import pytest

from hyperbounty.bounty.reverts import explain
from hyperbounty.chain.artifacts import load_artifact
from hyperbounty.errors import TransactionReverted

ERRORS = [e for e in load_artifact("HyperparameterBounty").abi if e["type"] == "error"]
# Those of OpenZeppelin's guards, which no honest call meets.
FOREIGN = {"ReentrancyGuardReentrantCall", "SafeERC20FailedOperation", "SafeERC20FailedDecreaseAllowance"}
EXAMPLES = {"address": "0x" + "11" * 20, "bytes32": b"\x01" * 32, "bytes28": b"\x01" * 28}


@pytest.mark.parametrize("error", [e for e in ERRORS if e["name"] not in FOREIGN], ids=lambda e: e["name"])
def test_a_custom_error_is_explained(error: dict[str, object]) -> None:
    inputs = error["inputs"]
    assert isinstance(inputs, list)
    arguments = {i["name"]: EXAMPLES.get(i["type"], 1) for i in inputs}
    raw = TransactionReverted("raw", error=str(error["name"]), arguments=arguments)
    explained = explain(raw)
    assert explained.what.startswith(f"the contract refused ({error['name']}): ")
    assert explained.next_step
    assert "{" not in explained.what + explained.next_step


def test_an_unknown_error_stays_as_it_is() -> None:
    raw = TransactionReverted("execution reverted", error="SomethingElse")
    assert explain(raw) is raw
