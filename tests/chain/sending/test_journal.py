"""The journal of transactions: what a crash leaves, what a key finds, who may read it, and what damages it."""

from __future__ import annotations

import multiprocessing
import sqlite3
import stat
import threading
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from eth_utils.crypto import keccak
from hypothesis import given, settings
from hypothesis import strategies as st

from hyperbounty.accounts import devnet_account
from hyperbounty.chain.connection import Chain
from hyperbounty.chain.embedded.jsonrpc import SERVER_ERROR, RpcRefusal
from hyperbounty.chain.embedded.node import DevelopmentNode
from hyperbounty.chain.embedded.provider import EmbeddedProvider
from hyperbounty.chain.refusals import KeyConflict
from hyperbounty.chain.sending.book import Book
from hyperbounty.chain.sending.fees import Fees
from hyperbounty.chain.sending.journal import Journal, JournalError
from hyperbounty.chain.sending.operation import Attempt, Call, State
from hyperbounty.chain.sending.transactions import Transactions
from hyperbounty.errors import ChainError, TransactionReverted

TARGET = f"0x{'11' * 20}"
ACCOUNT = f"0x{'22' * 20}"


class Crash(BaseException):
    """The process ends here: nothing but a `finally` runs."""


class CrashingNode(DevelopmentNode):
    """Where a process dies, for the one that asks it."""

    def __init__(self) -> None:
        super().__init__()
        self.before: str | None = None
        self.after: str | None = None
        self.sent: list[str] = []

    def handle(self, method: str, params: list[Any]) -> Any:
        if method == self.before:
            raise Crash
        if method == "eth_sendRawTransaction":
            self.sent.append(params[0])
        result = super().handle(method, params)
        if method == self.after:
            raise Crash
        return result


def attempt(raw: bytes = b"signed") -> Attempt:
    return Attempt(f"0x{keccak(raw).hex()}", raw, Fees(2**70, 1), 1.5)


@pytest.mark.parametrize(
    ("moment", "method"),
    [
        ("before", "eth_estimateGas"),
        ("before", "eth_sendRawTransaction"),
        ("after", "eth_sendRawTransaction"),
        ("before", "eth_getTransactionReceipt"),
        ("after", "eth_getTransactionReceipt"),
    ],
)
def test_after_a_crash_at_any_point_the_same_command_ends_with_one_transaction(
    moment: str, method: str, tmp_path: Path
) -> None:
    node = CrashingNode()
    setattr(node, moment, method)
    first = Chain(EmbeddedProvider(node), journal=tmp_path)
    account = devnet_account(0, first)
    with pytest.raises(Crash):
        first.transfer(account, TARGET, 1, key="pay")
    node.before = node.after = None
    second = Chain(EmbeddedProvider(node), journal=tmp_path)
    receipt = second.transfer(account, TARGET, 1, key="pay")
    assert second.transfer(account, TARGET, 1, key="pay") == receipt
    assert second.balance(TARGET) == 1
    assert len(set(node.sent)) == 1


def test_without_a_key_each_command_is_another_transaction(tmp_path: Path) -> None:
    chain = Chain.embedded(journal=tmp_path)
    account = devnet_account(0, chain)
    assert chain.transfer(account, TARGET, 1).hash != chain.transfer(account, TARGET, 1).hash
    assert chain.balance(TARGET) == 2


def test_one_key_names_one_call(tmp_path: Path) -> None:
    chain = Chain.embedded(journal=tmp_path)
    alice, bob = devnet_account(0, chain), devnet_account(1, chain)
    chain.transfer(alice, TARGET, 1, key="pay")
    with pytest.raises(KeyConflict, match="'pay' stands for another call") as caught:
        chain.transfer(alice, TARGET, 2, key="pay")
    assert caught.value.next_step
    chain.transfer(bob, TARGET, 2, key="pay")
    assert chain.balance(TARGET) == 3


def test_a_key_is_free_again_where_its_transaction_failed(tmp_path: Path, probe_artifact: Any) -> None:
    chain = Chain.embedded(journal=tmp_path)
    account = devnet_account(0, chain)
    address, _ = chain.deploy(probe_artifact, account, chain.timestamp() + 500, key="deploy")
    probe = chain.contract(address, probe_artifact.abi)
    closes = chain.read(probe.functions.closesAt())

    class Late:
        address = account.address

        def sign_transaction(self, transaction: Any) -> Any:
            chain.advance_to(closes)
            return account.sign_transaction(transaction)

    with pytest.raises(TransactionReverted, match="failed in block"):
        chain.send(probe.functions.storeInTime(5), Late(), key="store")  # type: ignore[arg-type]
    with pytest.raises(TransactionReverted, match="TooLate"):
        chain.send(probe.functions.storeInTime(5), account, key="store")
    chain.send(probe.functions.store(5, 5), account, key="store")
    assert chain.read(probe.functions.stored()) == 5


def test_what_a_node_refused_leaves_its_nonce_and_its_key_free(tmp_path: Path) -> None:
    class Refusing(DevelopmentNode):
        refuses = True

        def handle(self, method: str, params: list[Any]) -> Any:
            if method == "eth_sendRawTransaction" and self.refuses:
                raise RpcRefusal(SERVER_ERROR, "sanctioned address")
            return super().handle(method, params)

    node = Refusing()
    chain = Chain(EmbeddedProvider(node), journal=tmp_path)
    account = devnet_account(0, chain)
    with pytest.raises(ChainError, match="sanctioned address"):
        chain.transfer(account, TARGET, 1, key="pay")
    node.refuses = False
    receipt = chain.transfer(account, TARGET, 1, key="pay")
    assert chain.w3.eth.get_transaction(receipt.hash)["nonce"] == 0  # type: ignore[arg-type]
    assert chain.balance(TARGET) == 1


def test_what_a_node_refused_and_took_all_the_same_is_not_sent_twice(tmp_path: Path) -> None:
    class Lying(DevelopmentNode):
        lies = True

        def handle(self, method: str, params: list[Any]) -> Any:
            result = super().handle(method, params)
            if method == "eth_sendRawTransaction" and self.lies:
                raise RpcRefusal(SERVER_ERROR, "internal error")
            return result

    node = Lying()
    chain = Chain(EmbeddedProvider(node), journal=tmp_path)
    account = devnet_account(0, chain)
    with pytest.raises(ChainError, match="internal error"):
        chain.transfer(account, TARGET, 1, key="pay")
    chain.transfer(account, TARGET, 1, key="pay")
    assert chain.balance(TARGET) == 1


def test_a_refused_transaction_that_is_mined_in_the_place_of_its_repetition_is_the_operation(tmp_path: Path) -> None:
    class Hoarding(DevelopmentNode):
        """Refuses a transaction, keeps it, and mines it instead of the next."""

        kept: str | None = None

        def handle(self, method: str, params: list[Any]) -> Any:
            if method != "eth_sendRawTransaction":
                return super().handle(method, params)
            if self.kept is None:
                self.kept = params[0]
                raise RpcRefusal(SERVER_ERROR, "internal error")
            return super().handle(method, [self.kept])

    node = Hoarding()
    chain = Chain(EmbeddedProvider(node))
    account, now = devnet_account(0, chain), 0.0

    def sleep(seconds: float) -> None:
        nonlocal now
        now += seconds

    transactions = Transactions(chain.w3, "n", journal=Journal(tmp_path), sleep=sleep, monotonic=lambda: now)
    with pytest.raises(ChainError, match="internal error"):
        transactions.send(Call(TARGET, b"", 1), account, key="pay")
    # With another base fee the repetition is signed as another transaction with the same nonce.
    node.handle("evm_mine", [])
    receipt = transactions.send(Call(TARGET, b"", 1), account, key="pay")
    assert node.kept is not None
    assert receipt.hash == f"0x{keccak(bytes.fromhex(node.kept[2:])).hex()}"
    assert transactions.send(Call(TARGET, b"", 1), account, key="pay") == receipt
    assert chain.balance(TARGET) == 1


def test_a_chain_that_began_anew_is_another_chain(tmp_path: Path) -> None:
    for seconds in (0, 1):
        chain = Chain(EmbeddedProvider(DevelopmentNode(wall=lambda later=seconds: 4 * 10**9 + later)), journal=tmp_path)  # type: ignore[misc]
        chain.transfer(devnet_account(0, chain), TARGET, 1 + seconds, key="pay")
        assert chain.balance(TARGET) == 1 + seconds


def test_nobody_else_can_read_it_and_no_key_is_in_it(tmp_path: Path) -> None:
    folder = tmp_path / "journal"
    chain = Chain.embedded(journal=folder)
    account = devnet_account(0, chain)
    chain.transfer(account, TARGET, 1, key="pay")
    assert stat.S_IMODE(folder.stat().st_mode) == 0o700
    files = list(folder.iterdir())
    assert {stat.S_IMODE(file.stat().st_mode) for file in files} == {0o600}
    contents = b"".join(file.read_bytes() for file in files)
    assert bytes(account.key) not in contents
    assert bytes(account.key).hex().encode() not in contents.lower()
    chain.close()


def test_what_is_written_is_read_back_by_another_process_in_full(tmp_path: Path) -> None:
    call = Call(TARGET, bytes(range(256)), 2**255)
    with_key = Book(Journal(tmp_path), "1-ab", ACCOUNT).add(7, "k", call, 21_000, 99, attempt())
    book = Book(Journal(tmp_path), "1-ab", ACCOUNT)
    assert book.find("k") == with_key
    assert book.watched() == [with_key]
    assert (with_key.call, with_key.latest.fees.most_wei, with_key.state) == (call, 2**70, State.OPEN)
    assert Book(Journal(tmp_path), "2-ab", ACCOUNT).find("k") is None
    assert Book(Journal(tmp_path), "1-ab", TARGET).find("k") is None


def test_nothing_is_sent_that_cannot_be_stored(tmp_path: Path) -> None:
    node = CrashingNode()
    blocked = tmp_path / "file"
    blocked.write_text("in the way")
    chain = Chain(EmbeddedProvider(node), journal=blocked)
    with pytest.raises(JournalError, match="cannot be used") as caught:
        chain.transfer(devnet_account(0, chain), TARGET, 1)
    assert caught.value.next_step
    assert node.sent == []


def test_a_file_that_is_no_journal_is_told(tmp_path: Path) -> None:
    (tmp_path / "transactions.sqlite").write_bytes(b"not a database, but long enough to be taken for one" * 50)
    chain = Chain.embedded(journal=tmp_path)
    with pytest.raises(JournalError, match="is damaged"):
        chain.transfer(devnet_account(0, chain), TARGET, 1)


def test_a_journal_of_a_later_version_is_not_touched(tmp_path: Path) -> None:
    Book(Journal(tmp_path), "1", ACCOUNT).add(0, "k", Call(TARGET, b"", 1), 1, 1, attempt())
    with sqlite3.connect(tmp_path / "transactions.sqlite") as database:
        database.execute("PRAGMA user_version=99")
    database.close()
    with pytest.raises(JournalError, match="version 99"):
        Book(Journal(tmp_path), "1", ACCOUNT).find("k")


@pytest.mark.parametrize(
    "damage",
    [
        "UPDATE attempts SET raw = x'00'",
        "DELETE FROM attempts",
        "UPDATE operations SET call = '{'",
        "UPDATE operations SET state = 'odd', key = 'k'",
    ],
)
def test_contents_that_cannot_be_right_are_not_sent(tmp_path: Path, damage: str) -> None:
    Book(Journal(tmp_path), "1", ACCOUNT).add(0, "k", Call(TARGET, b"", 1), 1, 1, attempt())
    with sqlite3.connect(tmp_path / "transactions.sqlite") as database:
        database.execute(damage)
    database.close()
    with pytest.raises(JournalError, match="damaged") as caught:
        Book(Journal(tmp_path), "1", ACCOUNT).find("k")
    assert "look up" in caught.value.next_step


@pytest.mark.heavy
@pytest.mark.parametrize("count", [6])
def test_processes_that_begin_at_once_share_one_journal(tmp_path: Path, count: int) -> None:
    context = multiprocessing.get_context("forkserver")
    processes = [context.Process(target=_add, args=(tmp_path, number)) for number in range(count)]
    for process in processes:
        process.start()
    for process in processes:
        process.join()
    assert [process.exitcode for process in processes] == [0] * count
    kept = Book(Journal(tmp_path), "1", ACCOUNT).watched()
    assert sorted(operation.nonce for operation in kept) == list(range(count))


def _add(folder: Path, number: int) -> None:
    book = Book(Journal(folder), "1", ACCOUNT)
    with book.turn():
        taken = {operation.nonce for operation in book.watched()}
        nonce = next(nonce for nonce in range(100) if nonce not in taken)
        book.add(nonce, f"k{number}", Call(TARGET, b"", 1), 1, 1, attempt())


@pytest.mark.parametrize("where", ["folder", "memory"])
def test_the_turn_of_an_account_is_one_at_a_time(tmp_path: Path, where: str) -> None:
    shared = Journal()
    journals: list[Callable[[], Journal]] = [lambda: shared, lambda: Journal(tmp_path)]
    inside = overlaps = 0

    def work() -> None:
        nonlocal inside, overlaps
        book = Book(journals[where == "folder"](), "1", ACCOUNT)
        for _ in range(20):
            with book.turn():
                inside += 1
                overlaps += inside > 1
                book.watched()
                inside -= 1

    threads = [threading.Thread(target=work) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert overlaps == 0


def test_a_turn_is_given_back_where_its_holder_fails(tmp_path: Path) -> None:
    book = Book(Journal(tmp_path), "1", ACCOUNT)
    with pytest.raises(ZeroDivisionError), book.turn():
        raise ZeroDivisionError
    with Book(Journal(tmp_path), "1", ACCOUNT).turn():
        assert book.watched() == []


def test_what_somebody_else_found_out_meanwhile_is_not_overwritten(tmp_path: Path) -> None:
    book = Book(Journal(tmp_path), "1", ACCOUNT)
    stale = book.add(0, "k", Call(TARGET, b"", 1), 1, 1, attempt())
    book.mine(stale, 5, succeeded=True, final=True)
    assert book.refuse(stale, "too late").state is State.FINAL


STEPS = st.lists(st.sampled_from(["refuse", "mine", "fail", "reopen", "replace"]), max_size=6)


@settings(max_examples=60)
@given(STEPS)
def test_a_key_stands_for_what_may_still_happen_or_has_happened(steps: list[str]) -> None:
    book = Book(Journal(), "1", ACCOUNT)
    operation = book.add(0, "k", Call(TARGET, b"", 1), 1, 1, attempt())
    for step in steps:
        if step == "refuse":
            operation = book.refuse(operation, "no")
        elif step == "replace":
            operation = book.replace(operation, "0x1")
        elif step == "reopen":
            operation = book.reopen(operation)
        else:
            operation = book.mine(operation, 3, succeeded=step == "mine", final=True)
    last = steps[-1] if steps else "reopen"
    assert (book.find("k") is not None) == (last in ("mine", "reopen"))
