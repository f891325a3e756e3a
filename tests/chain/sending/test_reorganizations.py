"""Blocks that are taken back: what was in them is sent again, and is believed only where it stays."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from eth_account.signers.local import LocalAccount
from hexbytes import HexBytes

from hyperbounty.accounts import devnet_account
from hyperbounty.chain.artifacts import Artifact
from hyperbounty.chain.connection import Chain
from hyperbounty.chain.devnet import Devnet
from hyperbounty.chain.embedded.node import DevelopmentNode
from hyperbounty.chain.embedded.provider import EmbeddedProvider
from hyperbounty.chain.policy import SendingPolicy
from hyperbounty.chain.refusals import TransactionReplaced, TransactionUnconfirmed
from hyperbounty.errors import TransactionReverted
from tests.conftest import started

DEEP = SendingPolicy(confirmations=3)


class World:
    """A chain whose blocks come while somebody waits, and go where a test says so."""

    def __init__(self, url: str, journal: Path, artifact: Artifact) -> None:
        self.url = url
        self.journal = journal
        self.waits = 0
        self.during: dict[int, Callable[[], None]] = {}
        self.direct = Chain.connect(url)
        self.account = devnet_account(0, self.direct)
        address, _ = self.direct.deploy(artifact, self.account, 2**40)
        self.probe = self.direct.contract(address, artifact.abi)
        self.chain = self.connect(DEEP)

    def connect(self, policy: SendingPolicy) -> Chain:
        return Chain.connect(self.url, policy=policy, journal=self.journal, sleep=self.pause)

    def pause(self, _: float) -> None:
        self.waits += 1
        self.during.pop(self.waits, self.mine)()

    def ask(self, method: str, *params: Any) -> Any:
        return self.direct.w3.manager.request_blocking(method, list(params))  # type: ignore[arg-type]

    def mine(self) -> None:
        self.ask("evm_mine")

    def snapshot(self) -> Any:
        return self.ask("evm_snapshot")

    def back_to(self, snapshot: Any) -> None:
        assert self.ask("evm_revert", snapshot)

    def effects(self) -> list[int]:
        return [event["args"]["key"] for event in self.direct.logs(self.probe.events.Stored(), 0)]

    def store(self, number: int, chain: Chain | None = None, **kwargs: Any) -> Any:
        call = self.probe.functions.store(number, number)
        return (chain or self.chain).send(call, self.account, key=f"store/{number}", **kwargs)


@pytest.fixture(params=["devnet", pytest.param("anvil", marks=pytest.mark.anvil)])
def world(request: pytest.FixtureRequest, tmp_path: Path, probe_artifact: Artifact) -> Iterator[World]:
    if request.param == "devnet":
        with Devnet(port=0, wall=lambda: 4 * 10**9) as devnet:
            yield from _closing(World(devnet.url, tmp_path, probe_artifact))
        return
    program = shutil.which("anvil")
    if program is None:
        pytest.skip("no `anvil` on the PATH")
    with started([program, "--port", "0"], "Listening on ") as line:
        url = f"http://{line.split('Listening on ')[1].strip()}"
        yield from _closing(World(url, tmp_path, probe_artifact))


def _closing(world: World) -> Iterator[World]:
    with world.direct, world.chain:
        yield world


def test_an_effect_is_believed_once_it_is_as_deep_as_the_policy_asks(world: World) -> None:
    receipt = world.store(1)
    assert world.direct.block_number() == receipt.block + 2
    assert world.waits == 2
    assert world.chain.confirmed_block() == receipt.block


def test_a_transaction_that_a_reorganization_undid_is_sent_again(world: World) -> None:
    before = world.snapshot()

    def undo() -> None:
        world.back_to(before)
        world.mine()
        world.mine()

    first_block = world.direct.block_number() + 1
    world.during[2] = undo
    receipt = world.store(1)
    assert receipt.block == first_block + 2
    assert world.effects() == [1]
    assert world.direct.read(world.probe.functions.stored(), receipt.block) == 1
    assert world.direct.read(world.probe.functions.stored(), receipt.block - 1) == 0
    assert world.direct.block_number() == receipt.block + 2


@pytest.mark.parametrize("times", [2, 5])
def test_however_often_it_is_undone_it_happens_once(world: World, times: int) -> None:
    undone: list[object] = [world.snapshot()]

    def undo() -> None:
        # A snapshot is used up by going back to it.
        world.back_to(undone[-1])
        undone.append(world.snapshot())
        world.mine()

    world.during = dict.fromkeys(range(1, 2 * times, 2), undo)
    world.store(1)
    # A wait that is slower than its blocks asks less often, and so meets fewer of the reorganizations.
    assert 2 <= len(undone) <= times + 1
    assert world.effects() == [1]


def test_one_that_was_believed_is_sent_again_where_its_command_is_given_again(world: World) -> None:
    before = world.snapshot()
    receipt = world.store(1)
    world.back_to(before)
    world.mine()
    world.mine()
    assert world.effects() == []
    again = world.store(1)
    assert again.hash == receipt.hash
    assert again.block != receipt.block
    assert world.effects() == [1]


def test_what_a_reorganization_undid_after_a_crash_goes_out_before_the_next(world: World) -> None:
    before = world.snapshot()
    world.during = dict.fromkeys(range(1, 10**3), lambda: None)
    with pytest.raises(TransactionUnconfirmed, match="1 of 3 confirmations"):
        world.store(1, timeout=0)
    world.during = {}
    world.back_to(before)
    world.store(2)
    assert world.effects() == [1, 2]


def test_an_effect_that_is_read_at_the_confirmed_block_stays(world: World) -> None:
    world.store(1)
    before = world.snapshot()
    shallow = world.connect(SendingPolicy())
    with shallow:
        world.store(2, shallow)
    confirmed = world.chain.confirmed_block()
    events = world.probe.events.Stored()
    seen = [event["args"]["key"] for event in world.chain.logs(events, 0, to_block=confirmed)]
    world.back_to(before)
    assert seen == [1]
    assert world.effects() == [1]


@pytest.mark.heavy
def test_a_nonce_that_another_wallet_took_in_the_new_blocks_is_told(world: World) -> None:
    before = world.snapshot()

    def undo() -> None:
        world.back_to(before)
        world.direct.transfer(world.account, f"0x{'22' * 20}", 1)

    world.during[1] = undo
    with pytest.raises(TransactionReplaced) as caught:
        world.store(1)
    other = world.direct.w3.eth.get_transaction(caught.value.by)  # type: ignore[arg-type]
    assert other["value"] == 1
    assert world.effects() == []
    world.store(1)
    assert world.effects() == [1]


def test_a_failure_is_believed_no_sooner_than_a_success(world: World, probe_artifact: Artifact) -> None:
    closes = world.direct.timestamp() + 500
    address, _ = world.direct.deploy(probe_artifact, world.account, closes)
    probe = world.direct.contract(address, probe_artifact.abi)
    late = _Late(world.account, lambda: world.direct.advance_to(closes))
    with pytest.raises(TransactionReverted, match="TooLate"):
        world.chain.send(probe.functions.storeInTime(1), late, key="in time")  # type: ignore[arg-type]
    assert world.waits == 2


class _Late:
    """An account whose signature takes until something has happened."""

    def __init__(self, account: LocalAccount, meanwhile: Callable[[], None]) -> None:
        self.address = account.address
        self._account = account
        self._meanwhile = meanwhile

    def sign_transaction(self, transaction: Any) -> Any:
        self._meanwhile()
        return self._account.sign_transaction(transaction)


def test_a_receipt_of_a_block_that_is_no_longer_in_the_chain_is_not_believed() -> None:
    class Behind(DevelopmentNode):
        """One of its nodes has not heard of the reorganization, and answers for receipts."""

        def __init__(self) -> None:
            super().__init__()
            self.behind = True
            self.receipts: dict[str, Any] = {}

        def handle(self, method: str, params: list[Any]) -> Any:
            result = super().handle(method, params)
            if method == "eth_getTransactionReceipt":
                if result is not None:
                    self.receipts[params[0]] = result
                return self.receipts.get(params[0]) if self.behind else result
            return result

    node = Behind()
    snapshot = node.handle("evm_snapshot", [])
    waits = 0

    def pause(_: float) -> None:
        nonlocal waits
        waits += 1
        if waits == 1:
            node.handle("evm_revert", [snapshot])
        node.behind = waits < 6
        node.handle("evm_mine", [])

    chain = Chain(EmbeddedProvider(node), policy=DEEP, sleep=pause)
    receipt = chain.transfer(devnet_account(0, chain), f"0x{'11' * 20}", 1)
    assert chain.w3.eth.get_block(receipt.block)["transactions"] == [HexBytes(receipt.hash)]
    assert chain.balance(f"0x{'11' * 20}") == 1


@pytest.mark.anvil
def test_a_reorganization_by_the_node_itself_is_survived(tmp_path: Path, probe_artifact: Artifact) -> None:
    program = shutil.which("anvil")
    if program is None:
        pytest.skip("no `anvil` on the PATH")
    with started([program, "--port", "0"], "Listening on ") as line:
        world = World(f"http://{line.split('Listening on ')[1].strip()}", tmp_path, probe_artifact)
        with world.direct, world.chain:
            world.mine()
            world.during[2] = lambda: world.ask("anvil_reorg", 2, [])
            world.store(1)
            assert not world.during
            assert world.effects() == [1]


def test_what_a_deep_reorganization_undid_is_final_no_longer_and_resumed_by_its_key(world: World) -> None:
    snapshot = world.snapshot()
    sent = world.store(1)
    assert world.chain.is_final(world.account, "store/1")
    assert not world.chain.is_final(world.account, "store/2")
    world.back_to(snapshot)
    assert not world.chain.is_final(world.account, "store/1")
    assert world.effects() == []
    resumed = world.chain.resume(world.account, "store/1")
    assert resumed is not None
    assert resumed.hash == sent.hash
    assert world.chain.resume(world.account, "store/2") is None
    assert world.effects() == [1]
