"""A run, played again on the embedded chain: every price, payment, balance, member and word is the simulation's."""

from __future__ import annotations

from dataclasses import replace
from itertools import groupby
from operator import itemgetter

import numpy as np
import pytest
from eth_account.signers.local import LocalAccount
from web3.types import RPCEndpoint

from hyperbounty.chain.connection import Chain
from hyperbounty.chain.development import development_account
from hyperbounty.models.contract import ModelsContract, parts
from hyperbounty.models.kinds import Kind, Shape
from hyperbounty.models.simulation.agents import bad, good
from hyperbounty.models.simulation.design import BASE_TERMS, Design, base_case
from hyperbounty.models.simulation.events import Happened
from hyperbounty.models.simulation.labelled import Labelled
from hyperbounty.models.simulation.results import Run
from hyperbounty.models.simulation.running import run
from hyperbounty.models.types import Entry, Offer
from hyperbounty.study.outcome import design_of
from hyperbounty.study.plan import Case, Planned
from hyperbounty.study.samples import Encoded, read_texts

WORDS = 40
PERCEPTRON = Shape(Kind.SPARSE_PERCEPTRON, WORDS, step=4)
BAYES = Shape(Kind.NAIVE_BAYES, WORDS, alpha=16)


def reviews(count: int, seed: int) -> Labelled:
    random = np.random.default_rng(seed)
    samples = [sorted(random.permutation(WORDS)[:9].tolist()) for _ in range(count)]
    return Labelled.of(
        samples, [int((sum(word % 2 for word in sample) > 4) ^ (random.random() < 0.1)) for sample in samples]
    )


def design(shape: Shape) -> Design:
    """Agents who seldom meet, so that what one does in a turn has its seconds on the chain."""
    agents = (
        good(wait_mean_s=6_000, wait_deviation_s=1_500),
        good("careless", wait_mean_s=7_000, wait_deviation_s=1_500, mistakes=0.3),
        bad(wait_mean_s=9_000, wait_deviation_s=1_500),
    )
    return base_case(
        reviews(55, 1), reviews(20, 2), shape, 9, agents=agents, terms=replace(BASE_TERMS, owner_wait=8 * 86_400)
    )


def add(contract: ModelsContract, account: LocalAccount, number: int, sample: tuple[int, bytes], stake: int) -> int:
    """Add a sample in the next block, whose time is set: the client would try it first, at the time of the last one.

    Gives what the transaction cost.
    """
    w3 = contract.chain.w3
    call = contract.calls.add(number, stake, [sample]).build_transaction(
        {
            "from": account.address,
            "value": w3.to_wei(stake, "wei"),
            "gas": 2_000_000,
            "nonce": w3.eth.get_transaction_count(account.address),
            "chainId": w3.eth.chain_id,
            "maxFeePerGas": w3.to_wei(100, "gwei"),
            "maxPriorityFeePerGas": w3.to_wei(1, "gwei"),
        }
    )
    sent = w3.eth.send_raw_transaction(account.sign_transaction(call).raw_transaction)  # type: ignore[arg-type]
    receipt = w3.eth.wait_for_transaction_receipt(sent)
    assert receipt["status"] == 1
    return receipt["gasUsed"] * receipt["effectiveGasPrice"]


def replay(simulated: Run) -> None:
    """Play a run again, and hold every price, deposit, claim, balance, member and word against it.

    Each transaction has a block of its own, so what an agent does after another in one turn comes a second later.
    """
    made, shape = simulated.design, simulated.design.shape
    accounts = [development_account(number) for number in range(len(made.agents) + 1)]
    creator = accounts[-1]
    with Chain.embedded() as chain:
        deployed, _ = ModelsContract.deploy(chain, creator)
        contract = ModelsContract.at(chain, deployed.address)
        number, _ = contract.open(creator, Offer(shape, made.terms, made.state))
        for first, words in parts(made.state.words):
            contract.upload(creator, number, first, words)
        contract.publish(creator, number, b"\x07" * 32)
        model, start = contract.model(number), chain.timestamp()
        before = [chain.balance(account.address) for account in accounts]
        fees = [0] * len(accounts)
        entries: list[Entry] = []
        left: list[int] = []
        claims = {
            int(Happened.REFUNDED): contract.refund,
            int(Happened.REPORTED): contract.report,
            int(Happened.CLAIMED): contract.claim,
        }
        for (time, agent, kind), events in groupby(simulated.events.tolist(), itemgetter(0, 1, 2)):
            if kind == Happened.ADDED:
                [(*_, contribution, amount)] = events
                chain.w3.provider.make_request(RPCEndpoint("evm_setNextBlockTimestamp"), [start + time])
                label = int(simulated.contributions[contribution, 2])
                sample = (label, shape.encode(made.stream.sample(contribution)))
                # Asked of the block to come, which has the time of the turn.
                assert contract.calls.priceOf(number, 1).call(block_identifier="pending") == amount
                fees[agent] += add(contract, accounts[agent], number, sample, amount)
                entries.append(Entry(accounts[agent].address, start + time, 0, *sample))
                left.append(amount)
                assert contract.stakes(model, entries[-1:])[0].deposit == amount
            elif kind in claims:
                chain.advance_to(start + time)
                claimed = {contribution: amount for *_, contribution, amount in events}
                receipt = claims[kind](accounts[agent], model, [entries[contribution] for contribution in claimed])
                assert receipt.fee_wei is not None
                fees[agent] += receipt.fee_wei
                for contribution, amount in claimed.items():
                    left[contribution] -= amount
                found = contract.stakes(model, [entries[contribution] for contribution in claimed])
                assert [stake.left for stake in found] == [left[contribution] for contribution in claimed]
        stakes = [
            stake
            for first in range(0, len(entries), 100)
            for stake in contract.stakes(model, entries[first : first + 100])
        ]
        assert [[stake.deposit, stake.left] for stake in stakes] == simulated.contributions[:, 3:].tolist()
        assert [contract.member(model, account.address).valid for account in accounts[:-1]] == list(simulated.valid)
        assert contract.state(contract.model(number)) == simulated.state
        for agent, account in enumerate(accounts[:-1]):
            changed = chain.balance(account.address) + fees[agent] - before[agent]
            assert changed == simulated.balances[agent] - made.agents[agent].balance
        assert chain.balance(contract.address) == simulated.held
    kinds = set(simulated.events[:, 2].tolist())
    assert {Happened.ADDED, Happened.REFUNDED, Happened.REPORTED} <= kinds


@pytest.mark.heavy
@pytest.mark.parametrize("shape", [PERCEPTRON, BAYES], ids=lambda shape: shape.facts.name)
def test_a_run_comes_out_on_the_chain_as_it_was_simulated(shape: Shape) -> None:
    simulated = run(design(shape))
    assert len({deposit for *_, deposit, _ in simulated.contributions.tolist()}) > 15
    replay(simulated)


@pytest.mark.heavy
def test_a_run_of_the_study_comes_out_on_the_chain_as_it_was_simulated() -> None:
    """500 contributions of the agents and terms of the base case, on the bundled mails."""
    planned = Planned("base", "", Case(data="mail", words=200, reviews=544), seed=1)
    made = design_of(planned, Encoded.of(read_texts("mail", None), planned.case.words))
    assert made.terms == BASE_TERMS
    simulated = run(replace(made, measure_s=10**6))
    assert len(simulated.contributions) == 500
    replay(simulated)
