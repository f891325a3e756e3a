"""What every chain does alike: the embedded one, the devnet over HTTP, Anvil and Geth."""

from __future__ import annotations

from collections.abc import Callable
from threading import Thread
from typing import TYPE_CHECKING, Any

import pytest

from hyperbounty.accounts import devnet_account
from hyperbounty.chain.artifacts import Artifact, load_artifact
from hyperbounty.chain.logs import decode_logs
from hyperbounty.chain.refusals import InsufficientFunds
from hyperbounty.errors import ChainError, InvalidInput, TransactionReverted

if TYPE_CHECKING:
    from eth_account.signers.local import LocalAccount
    from web3.contract.contract import Contract

    from hyperbounty.chain.connection import Chain


def test_the_development_accounts_are_those_everybody_knows_and_are_funded(chain: Chain) -> None:
    first = devnet_account("devnet-0", chain)
    last = devnet_account("devnet-9", chain)
    assert first.address == "0xf39Fd6e51aad88F6F4ce6aB8827279cffFb92266"
    assert last.address == "0xa0Ee7A142d267C1f36714E4a8F75612F20a79720"
    assert chain.balance(last.address) == 10_000 * 10**18
    assert (chain.chain_id in (31337, 1337), chain.is_development) == (True, True)


def test_a_transfer_moves_the_value_and_costs_the_fee_it_reports(
    chain: Chain, alice: LocalAccount, bob: LocalAccount
) -> None:
    before = chain.balance(alice.address), chain.balance(bob.address)
    receipt = chain.transfer(alice, bob.address, 10**18)
    assert chain.balance(bob.address) == before[1] + 10**18
    assert receipt.fee_wei is not None
    assert chain.balance(alice.address) == before[0] - 10**18 - receipt.fee_wei
    assert (receipt.status, receipt.gas_used, receipt.logs) == (1, 21_000, ())
    assert receipt.block == chain.block_number()
    assert receipt.hash.startswith("0x")
    assert len(receipt.hash) == 66


def test_a_contract_is_deployed_with_its_arguments_and_read(
    chain: Chain, alice: LocalAccount, probe_artifact: Artifact
) -> None:
    address, receipt = chain.deploy(probe_artifact, alice, 2**40)
    assert receipt.contract_address == address
    # The constructor's argument is an immutable, so only the length is that of the artifact.
    assert len(chain.code(address)) == len(probe_artifact.deployed_bytecode)
    assert chain.read(chain.contract(address, probe_artifact.abi).functions.closesAt()) == 2**40


def test_the_bounty_contract_of_the_checkout_is_deployed(chain: Chain, alice: LocalAccount) -> None:
    artifact = load_artifact("HyperparameterBounty")
    address, _ = chain.deploy(artifact, alice)
    assert chain.code(address) == artifact.deployed_bytecode


def test_a_call_changes_the_state_and_its_event_is_in_the_receipt(
    chain: Chain, alice: LocalAccount, probe: Contract
) -> None:
    receipt = chain.send(probe.functions.store(3, 42), alice, value=5)
    assert chain.read(probe.functions.stored()) == 42
    assert chain.balance(probe.address) == 5
    [event] = decode_logs(probe.events.Stored(), receipt.logs)
    assert dict(event["args"]) == {"who": alice.address, "key": 3, "value": 42}


def test_an_old_block_answers_with_what_was_then(chain: Chain, alice: LocalAccount, probe: Contract) -> None:
    first = chain.send(probe.functions.store(0, 1), alice)
    chain.send(probe.functions.store(0, 2), alice)
    assert chain.read(probe.functions.stored(), block=first.block) == 1
    assert chain.read(probe.functions.stored()) == 2


@pytest.mark.parametrize("way", ["read", "send"])
def test_a_custom_error_arrives_by_name_with_its_arguments_and_nothing_is_sent(
    chain: Chain, alice: LocalAccount, probe: Contract, way: str
) -> None:
    sent = chain.w3.eth.get_transaction_count(alice.address)
    with pytest.raises(TransactionReverted, match=r"Refused\(number=7, phase=2") as caught:
        _fail(chain, probe, 0, alice, way)
    assert caught.value.error == "Refused"
    caller = alice.address if way == "send" else caught.value.arguments["caller"]
    assert caught.value.arguments == {
        "number": 7,
        "phase": 2,
        "caller": caller,
        "mark": 0xABCD.to_bytes(32, "big"),
        "why": "not yet",
    }
    assert chain.w3.eth.get_transaction_count(alice.address) == sent


@pytest.mark.parametrize("way", ["read", "send"])
@pytest.mark.parametrize(
    ("how", "error", "said"),
    [
        (1, "Closed", r"Closed\(\)"),
        (2, "", "plain words"),
        (3, "", "panic 0x12: division by zero"),
        (4, "", "without a reason"),
        (6, "", "unknown error 0xdeadbeef"),
    ],
)
def test_every_way_to_revert_becomes_the_same_error(
    chain: Chain, alice: LocalAccount, probe: Contract, way: str, how: int, error: str, said: str
) -> None:
    with pytest.raises(TransactionReverted, match=said) as caught:
        _fail(chain, probe, how, alice, way)
    assert caught.value.error == error
    assert caught.value.arguments == {}


def test_code_that_burns_all_gas_is_an_error_and_not_sent(chain: Chain, alice: LocalAccount, probe: Contract) -> None:
    sent = chain.w3.eth.get_transaction_count(alice.address)
    with pytest.raises(ChainError):
        _fail(chain, probe, 5, alice, "send")
    assert chain.w3.eth.get_transaction_count(alice.address) == sent


def test_a_constructor_that_reverts_says_why(chain: Chain, alice: LocalAccount, probe_artifact: Artifact) -> None:
    with pytest.raises(TransactionReverted) as caught:
        chain.deploy(probe_artifact, alice, 0)
    assert caught.value.error == "Closed"


def test_value_for_a_function_that_takes_none_is_refused(chain: Chain, alice: LocalAccount, probe: Contract) -> None:
    with pytest.raises(ChainError):
        chain.send(probe.functions.storeInTime(1), alice, value=1)


def test_an_account_without_coins_is_told_what_it_holds_and_needs(
    chain: Chain, alice: LocalAccount, probe: Contract
) -> None:
    poor: Any = chain.w3.eth.account.create()
    with pytest.raises(InsufficientFunds, match=f"{poor.address} holds 0 ETH and needs 1 ETH"):
        chain.send(probe.functions.store(1, 1), poor, value=10**18)
    chain.transfer(alice, poor.address, 10**18)
    with pytest.raises(InsufficientFunds, match=r"holds 1 ETH and needs 1\.00"):
        chain.send(probe.functions.store(1, 1), poor, value=10**18)
    assert chain.balance(poor.address) == 10**18


@pytest.mark.usefixtures("_moving_clock")
def test_what_fails_only_once_it_is_mined_says_why(
    chain: Chain, alice: LocalAccount, deploy_probe: Callable[[int], Contract]
) -> None:
    probe = deploy_probe(500)
    closes = chain.read(probe.functions.closesAt())
    with pytest.raises(TransactionReverted, match=r"failed in block \d+: .*TooLate") as caught:
        chain.send(probe.functions.storeInTime(9), _Overtaken(alice, lambda: chain.advance_to(closes)))  # type: ignore[arg-type]
    assert caught.value.error == "TooLate"
    assert caught.value.arguments["closes"] == closes
    assert chain.read(probe.functions.stored()) == 0


def test_a_call_to_where_no_contract_is_says_so(chain: Chain, bob: LocalAccount, probe_artifact: Artifact) -> None:
    nobody = chain.contract(bob.address, probe_artifact.abi)
    with pytest.raises(ChainError, match="no contract answers") as caught:
        chain.read(nobody.functions.stored())
    assert "contract" in caught.value.next_step


@pytest.mark.parametrize("address", ["", "0x12", "devnet-0", "0xF39Fd6e51aad88F6F4ce6aB8827279cffFb92266"])
def test_what_is_not_an_address_is_refused(chain: Chain, alice: LocalAccount, address: str) -> None:
    with pytest.raises(InvalidInput, match="not an address"):
        chain.balance(address)
    with pytest.raises(InvalidInput, match="not an address"):
        chain.transfer(alice, address, 1)


def test_logs_are_read_from_a_block_on_and_filtered(
    chain: Chain, alice: LocalAccount, bob: LocalAccount, probe: Contract
) -> None:
    first = chain.send(probe.functions.store(1, 10), alice)
    second = chain.send(probe.functions.store(2, 20), bob)
    chain.send(probe.functions.store(1, 30), bob)

    def values(*args: Any, **kwargs: Any) -> list[int]:
        return [event["args"]["value"] for event in chain.logs(probe.events.Stored(), *args, **kwargs)]

    assert values(first.block) == [10, 20, 30]
    assert values(second.block) == [20, 30]
    assert values(first.block, to_block=second.block) == [10, 20]
    assert values(first.block, {"who": bob.address}) == [20, 30]
    assert values(first.block, {"key": [1, 2], "who": alice.address}) == [10]
    assert values(first.block, {"key": 9}) == []


@pytest.mark.usefixtures("_moving_clock")
def test_time_moves_to_the_second_and_views_and_transactions_see_it(
    chain: Chain, alice: LocalAccount, deploy_probe: Callable[[int], Contract]
) -> None:
    probe = deploy_probe(1000)
    closes = chain.read(probe.functions.closesAt())
    assert chain.read(probe.functions.isOpen())
    chain.send(probe.functions.storeInTime(1), alice)
    chain.advance_to(closes)
    assert closes <= chain.timestamp() <= closes + 5
    assert not chain.read(probe.functions.isOpen())
    with pytest.raises(TransactionReverted, match="TooLate"):
        chain.send(probe.functions.storeInTime(2), alice)
    receipt = chain.send(probe.functions.store(0, 2), alice)
    assert closes <= chain.w3.eth.get_block(receipt.block)["timestamp"] <= closes + 10


def test_a_time_that_has_passed_changes_nothing(chain: Chain) -> None:
    before = chain.timestamp()
    chain.advance_to(before - 100)
    chain.advance_to(before)
    assert before <= chain.timestamp() < before + 60


@pytest.mark.usefixtures("_moving_clock")
def test_time_moves_again_and_again(chain: Chain) -> None:
    start = chain.timestamp()
    for step in range(1, 6):
        chain.advance_to(start + step * 3600)
    assert start + 5 * 3600 <= chain.timestamp() < start + 5 * 3600 + 60


def test_transactions_of_one_account_sent_at_once_take_different_nonces(chain: Chain, alice: LocalAccount) -> None:
    target = chain.w3.eth.account.create().address
    threads = [Thread(target=chain.transfer, args=(alice, target, 1)) for _ in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert chain.balance(target) == 6


def test_a_callee_gets_the_gas_it_is_meant_to_have(chain: Chain, alice: LocalAccount, probe: Contract) -> None:
    chain.send(probe.functions.delegate(), alice)
    assert chain.read(probe.functions.stored()) == 2


def test_the_history_of_fees_reaches_the_next_block(chain: Chain, alice: LocalAccount, bob: LocalAccount) -> None:
    chain.transfer(alice, bob.address, 1)
    history = chain.w3.eth.fee_history(1, "latest", [50.0])
    assert len(history["baseFeePerGas"]) == 2
    assert len(history["reward"]) == 1
    assert chain.w3.eth.gas_price >= history["baseFeePerGas"][-1]


def test_requests_can_be_sent_in_batches(chain: Chain, alice: LocalAccount) -> None:
    with chain.w3.batch_requests() as batch:
        batch.add(chain.w3.eth.get_balance(alice.address))
        batch.add(chain.w3.eth.get_block("latest"))
        answers: list[Any] = batch.execute()
    balance, block = answers
    assert balance == chain.balance(alice.address)
    assert block["timestamp"] <= chain.timestamp()


def _fail(chain: Chain, probe: Contract, how: int, account: LocalAccount, way: str) -> None:
    call = probe.functions.fail(how)
    if way == "read":
        chain.read(call)
    else:
        chain.send(call, account)


class _Overtaken:
    """An account whose signature takes so long that the chain has moved on when it is there."""

    def __init__(self, account: LocalAccount, meanwhile: Callable[[], None]) -> None:
        self.address = account.address
        self._account = account
        self._meanwhile = meanwhile

    def sign_transaction(self, transaction: Any) -> Any:
        self._meanwhile()
        return self._account.sign_transaction(transaction)


def test_the_randomness_of_a_block_is_found_by_its_time(chain: Chain, alice: LocalAccount, bob: LocalAccount) -> None:
    later = [chain.transfer(alice, bob.address, 1).block for _ in range(4)][1:]
    header = chain.w3.eth.get_block(later[0])
    beacon = chain.beacon(int(header["timestamp"]))
    # Two blocks of one second are two of one time, and the first of them counts.
    assert beacon.number <= later[0]
    assert beacon.timestamp == header["timestamp"]
    assert beacon.value == bytes(chain.w3.eth.get_block(beacon.number)["mixHash"])
    assert len(beacon.value) == 32
    assert not chain.is_beacon_predictable()
