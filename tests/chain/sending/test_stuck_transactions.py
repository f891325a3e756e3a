"""Transactions that wait in a pool: raised, forgotten by the node, overtaken by a wallet elsewhere, cancelled."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, Protocol

import pytest
from eth_account import Account
from eth_account.signers.local import LocalAccount

from hyperbounty.chain.connection import Chain
from hyperbounty.chain.development import development_account
from hyperbounty.chain.embedded.provider import EmbeddedProvider
from hyperbounty.chain.policy import SendingPolicy
from hyperbounty.chain.refusals import FeeAboveCap, NonceConflict, TransactionReplaced, TransactionUnconfirmed
from hyperbounty.chain.sending.journal import Journal
from hyperbounty.chain.sending.operation import Call
from hyperbounty.chain.sending.transactions import Receipt, Transactions
from tests.chain.pooled_node import PooledNode
from tests.conftest import started

TARGET = f"0x{'11' * 20}"
GWEI = 10**9


class Pool(Protocol):
    """A node whose transactions wait."""

    chain: Chain

    def mine(self) -> None:
        """Mine what can be mined."""

    def forget(self) -> None:
        """Lose what waits."""

    def set_base_fee(self, wei: int) -> None:
        """Of the next block."""

    def waiting(self) -> int:
        """How many transactions are in the pool."""


class EmbeddedPool:
    def __init__(self) -> None:
        self.node = PooledNode()
        self.chain = Chain(EmbeddedProvider(self.node))

    def mine(self) -> None:
        self.node.mine()

    def forget(self) -> None:
        self.node.pool.clear()

    def set_base_fee(self, wei: int) -> None:
        self.node.base_fee = wei

    def waiting(self) -> int:
        return len(self.node.pool)


class AnvilPool:
    def __init__(self, url: str) -> None:
        self.chain = Chain.connect(url)

    def ask(self, method: str, *params: Any) -> Any:
        return self.chain.w3.manager.request_blocking(method, list(params))  # type: ignore[arg-type]

    def mine(self) -> None:
        self.ask("evm_mine")

    def forget(self) -> None:
        self.ask("anvil_dropAllTransactions")

    def set_base_fee(self, wei: int) -> None:
        self.ask("anvil_setNextBlockBaseFeePerGas", hex(wei))
        self.ask("evm_mine")
        self.ask("anvil_setNextBlockBaseFeePerGas", hex(wei))

    def waiting(self) -> int:
        status = self.ask("txpool_status")
        return int(status["pending"], 16) + int(status["queued"], 16)


@pytest.fixture(params=["embedded", pytest.param("anvil", marks=pytest.mark.anvil)])
def pool(request: pytest.FixtureRequest) -> Iterator[Pool]:
    if request.param == "embedded":
        yield EmbeddedPool()
        return
    program = shutil.which("anvil")
    if program is None:
        pytest.skip("no `anvil` on the PATH")
    with started([program, "--port", "0", "--no-mining"], "Listening on ") as line:
        anvil = AnvilPool(f"http://{line.split('Listening on ')[1].strip()}")
        yield anvil
        anvil.chain.close()


class Sender:
    """Sends on a clock that passes by sleeping; something may happen at given seconds."""

    def __init__(self, pool: Pool, journal: Path | None = None, **policy: Any) -> None:
        self.pool = pool
        self.now = 0.0
        self.events: list[tuple[float, Callable[[], None]]] = []
        self.told: list[str] = []
        self.transactions = Transactions(
            pool.chain.w3,
            "the node",
            policy=SendingPolicy(**policy),
            journal=Journal(journal),
            on_wait=lambda _, reason: self.told.append(reason),
            sleep=self.sleep,
            monotonic=lambda: self.now,
            wall=lambda: 10**9 + self.now,
        )

    def sleep(self, seconds: float) -> None:
        self.now += seconds
        due = [happens for at, happens in self.events if at <= self.now]
        self.events = [event for event in self.events if event[0] > self.now]
        for happens in due:
            happens()

    def at(self, seconds: float, happens: Callable[[], None]) -> None:
        self.events.append((seconds, happens))

    def send(self, key: str | None = "it", value: int = 1, timeout: float = 400, data: bytes = b"") -> Receipt:
        return self.transactions.send(Call(TARGET, data, value), development_account(0), key=key, timeout=timeout)


def fees_of(pool: Pool, receipt: Receipt) -> tuple[int, int]:
    transaction = pool.chain.w3.eth.get_transaction(receipt.hash)  # type: ignore[arg-type]
    return int(transaction["maxFeePerGas"]), int(transaction["maxPriorityFeePerGas"])


def elsewhere(pool: Pool, nonce: int, fee: int = 50 * GWEI, account: LocalAccount | None = None) -> str:
    """The owner's wallet on another machine sends with this nonce."""
    account = account or development_account(0)
    signed = account.sign_transaction(
        {
            "to": account.address,
            "value": 0,
            "gas": 21_000,
            "nonce": nonce,
            "chainId": 31337,
            "maxFeePerGas": fee,
            "maxPriorityFeePerGas": fee,
        }
    )
    pool.chain.w3.eth.send_raw_transaction(signed.raw_transaction)
    return f"0x{signed.hash.hex()}"


def test_what_waits_too_long_is_sent_again_with_an_eighth_more(pool: Pool) -> None:
    sender = Sender(pool, replace_after_seconds=90, priority_fee_wei=GWEI)
    sender.at(80, lambda: None)
    sender.at(100, pool.mine)
    receipt = sender.send()
    assert 100 <= sender.now < 110
    assert pool.chain.balance(TARGET) == 1
    assert fees_of(pool, receipt)[1] == GWEI * 9 // 8


def test_what_it_carries_is_the_same_when_it_is_sent_again_or_from_another_process(pool: Pool, tmp_path: Path) -> None:
    data = b"\xc0" * 100 + b"\x00\x01behind the arguments"
    sender = Sender(pool, tmp_path, replace_after_seconds=30, priority_fee_wei=GWEI)
    sender.at(40, lambda: None)
    with pytest.raises(TransactionUnconfirmed):
        sender.send(data=data, timeout=50)
    pool.forget()
    later = Sender(pool, tmp_path, replace_after_seconds=30, priority_fee_wei=GWEI)
    later.at(20, pool.mine)
    receipt = later.send(data=data)
    assert fees_of(pool, receipt)[1] > GWEI
    assert pool.chain.transaction_data(receipt.hash) == data


def test_nothing_is_raised_before_its_time(pool: Pool) -> None:
    sender = Sender(pool, replace_after_seconds=90, priority_fee_wei=GWEI)
    sender.at(85, pool.mine)
    assert fees_of(pool, sender.send())[1] == GWEI


def test_a_policy_without_replacement_only_waits(pool: Pool) -> None:
    sender = Sender(pool, replace_after_seconds=0, priority_fee_wei=GWEI)
    sender.at(300, pool.mine)
    assert fees_of(pool, sender.send())[1] == GWEI


def test_a_raised_fee_follows_a_base_fee_that_rose(pool: Pool) -> None:
    sender = Sender(pool, replace_after_seconds=30)
    sender.at(10, lambda: pool.set_base_fee(200 * GWEI))
    sender.at(60, pool.mine)
    receipt = sender.send()
    assert fees_of(pool, receipt)[0] > 200 * GWEI
    assert pool.chain.balance(TARGET) == 1


@pytest.mark.heavy
def test_the_cap_holds_against_every_raise(pool: Pool) -> None:
    cap = 5 * GWEI
    sender = Sender(pool, replace_after_seconds=30, max_fee_wei=cap)
    sender.at(300, pool.mine)
    assert fees_of(pool, sender.send())[0] <= cap


def test_gas_above_the_cap_is_waited_for_and_then_an_error_with_both_numbers(pool: Pool) -> None:
    pool.set_base_fee(40 * GWEI)
    sender = Sender(pool, max_fee_wei=30 * GWEI)
    with pytest.raises(FeeAboveCap, match=r"at least \d+(\.\d+)? gwei now, above the cap of 30 gwei") as caught:
        sender.send(timeout=60)
    assert caught.value.cap_wei == 30 * GWEI
    assert caught.value.price_wei > 30 * GWEI
    assert sender.now == 60
    assert sender.told
    assert pool.waiting() == 0


def test_gas_that_gets_cheap_enough_is_paid(pool: Pool) -> None:
    pool.set_base_fee(40 * GWEI)
    sender = Sender(pool, max_fee_wei=30 * GWEI)
    sender.at(20, lambda: pool.set_base_fee(10 * GWEI))
    sender.at(30, pool.mine)
    assert fees_of(pool, sender.send())[0] <= 30 * GWEI


def test_what_the_node_forgot_is_sent_again_with_the_same_bytes(pool: Pool) -> None:
    sender = Sender(pool, replace_after_seconds=0)
    sender.at(3, pool.forget)
    sender.at(30, pool.mine)
    sender.send()
    assert pool.chain.balance(TARGET) == 1
    if isinstance(pool, EmbeddedPool):
        assert len(set(pool.node.sent)) == 1
        assert len(pool.node.sent) == 2


def test_one_that_is_given_up_on_is_found_again_by_its_key(pool: Pool, tmp_path: Path) -> None:
    with pytest.raises(TransactionUnconfirmed, match="not mined after 60 seconds") as caught:
        Sender(pool, tmp_path, replace_after_seconds=0).send(timeout=60)
    assert "sends no second" in caught.value.next_step
    pool.forget()
    later = Sender(pool, tmp_path, replace_after_seconds=0)
    later.at(10, pool.mine)
    assert later.send().hash == caught.value.hash
    assert Sender(pool, tmp_path).send().hash == caught.value.hash
    assert pool.chain.balance(TARGET) == 1


def test_what_a_crash_left_behind_goes_out_before_the_next(pool: Pool, tmp_path: Path) -> None:
    with pytest.raises(TransactionUnconfirmed):
        Sender(pool, tmp_path).send("first", value=1, timeout=10)
    pool.forget()
    later = Sender(pool, tmp_path)
    later.at(5, pool.mine)
    later.send("second", value=10)
    assert pool.chain.balance(TARGET) == 11


def test_a_node_that_does_not_count_what_waits_gives_no_nonce_twice(tmp_path: Path) -> None:
    pool = EmbeddedPool()
    pool.node.counts_waiting = False
    with pytest.raises(TransactionUnconfirmed):
        Sender(pool, tmp_path, replace_after_seconds=0).send("first", timeout=10)
    second = Sender(pool, tmp_path, replace_after_seconds=0)
    second.at(5, pool.mine)
    second.send("second", value=10)
    assert pool.chain.balance(TARGET) == 11


def test_a_wallet_elsewhere_that_waits_is_not_outbid(pool: Pool) -> None:
    foreign = elsewhere(pool, 0, fee=3 * GWEI)
    sender = Sender(pool)
    sender.at(5, pool.mine)
    receipt = sender.send()
    assert pool.chain.w3.eth.get_transaction(receipt.hash)["nonce"] == 1  # type: ignore[arg-type]
    assert pool.chain.w3.eth.get_transaction_receipt(foreign)["status"] == 1  # type: ignore[arg-type]


@pytest.mark.heavy
def test_a_transaction_cancelled_by_its_owner_is_an_error_and_its_key_is_free(pool: Pool, tmp_path: Path) -> None:
    cancelled: list[str] = []
    sender = Sender(pool, tmp_path, replace_after_seconds=30)
    # Little enough to be outbid within the time.
    sender.at(10, lambda: cancelled.append(elsewhere(pool, 0, fee=4 * GWEI)))
    sender.at(120, pool.mine)
    with pytest.raises(TransactionReplaced, match="nonce 0 of 0xf39F") as caught:
        sender.send()
    assert caught.value.by == cancelled[0]
    assert isinstance(caught.value, NonceConflict)
    assert pool.chain.balance(TARGET) == 0
    again = Sender(pool, tmp_path)
    again.at(1, pool.mine)
    assert again.send().hash != caught.value.hash
    assert pool.chain.balance(TARGET) == 1


def test_of_a_transaction_that_was_raised_whichever_is_mined_counts(tmp_path: Path) -> None:
    pool = EmbeddedPool()
    with pytest.raises(TransactionUnconfirmed):
        Sender(pool, tmp_path, replace_after_seconds=30, priority_fee_wei=GWEI).send(timeout=100)
    first, *raised = dict.fromkeys(pool.node.sent)
    assert len(raised) == 3
    # A miner that never saw the later ones takes the first.
    pool.node.bring_back(first)
    later = Sender(pool, tmp_path, replace_after_seconds=0)
    later.at(1, pool.mine)
    assert later.send().hash == first
    assert pool.chain.balance(TARGET) == 1


def test_an_account_that_cannot_pay_more_keeps_its_fee(pool: Pool) -> None:
    poor = Account.create()
    rich = Sender(pool)
    rich.at(1, pool.mine)
    rich.transactions.send(Call(poor.address, b"", 10**18), development_account(0))
    # All but what the first fee may cost: 2 times the base fee and the tip, for 21,000 gas and a margin of a quarter.
    pool.set_base_fee(GWEI)
    sender = Sender(pool, replace_after_seconds=30, priority_fee_wei=GWEI)
    base_fee = pool.chain.w3.eth.get_block("latest")["baseFeePerGas"]
    most = 2 * base_fee + GWEI
    sender.at(200, pool.mine)
    receipt = sender.transactions.send(Call(TARGET, b"", 10**18 - 26_250 * most), poor, timeout=300)
    assert fees_of(pool, receipt) == (most, GWEI)
