"""Estimates of gas on the embedded chain: they suffice, are little more than that, and take few runs."""

from __future__ import annotations

import pytest
from eth_utils.address import to_checksum_address
from web3.types import TxParams, Wei

from hyperbounty.chain.connection import Chain
from hyperbounty.chain.development import development_account
from hyperbounty.chain.embedded.evm import EmbeddedEvm

# Stops where it has as much gas as it asks for, and reverts elsewhere; a few instructions run before it asks.
ASKS = "5a62{:06x}11600a57005b60006000fd"
COPIES_ITSELF = "60{:02x}80600b6000396000f3"
MOST_RUNS = 16


@pytest.mark.parametrize("asked", [0, 5_000, 40_000, 100_000, 1_000_000, 10_000_000])
def test_an_estimate_suffices_and_is_little_more(asked: int, monkeypatch: pytest.MonkeyPatch) -> None:
    account = development_account(0)
    runs = 0
    before = EmbeddedEvm.call

    def counted(*arguments: object) -> object:
        nonlocal runs
        runs += 1
        return before(*arguments)  # type: ignore[arg-type]

    monkeypatch.setattr(EmbeddedEvm, "call", counted)
    with Chain.embedded() as chain:
        eth = chain.w3.eth
        code = ASKS.format(asked)

        def send(transaction: TxParams) -> dict[str, object]:
            whole: TxParams = {
                "nonce": eth.get_transaction_count(account.address),
                "chainId": eth.chain_id,
                "maxFeePerGas": Wei(10**11),
                "maxPriorityFeePerGas": Wei(10**9),
                "value": Wei(0),
                **transaction,
            }
            signed = account.sign_transaction(dict(whole))  # type: ignore[arg-type]
            return dict(eth.wait_for_transaction_receipt(eth.send_raw_transaction(signed.raw_transaction)))

        made = send({"data": f"0x{COPIES_ITSELF.format(len(code) // 2)}{code}", "gas": 200_000})  # type: ignore[typeddict-item]
        call: TxParams = {"from": account.address, "to": to_checksum_address(str(made["contractAddress"]))}
        runs = 0
        estimate = eth.estimate_gas(call)
        first = runs
        assert first <= MOST_RUNS
        assert eth.estimate_gas(call) == estimate
        assert runs == first, "the same question was answered before"
        assert send({"to": call["to"], "gas": estimate})["status"] == 1
        assert 21_000 + asked <= estimate <= (21_000 + asked + 2_400) * 107 // 100
        # In another block it is another question.
        assert eth.estimate_gas(call) == estimate
        assert runs == 2 * first
