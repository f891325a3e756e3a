// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {ContestView, IHyperparameterBounty, Phase, Terms} from "../../../../src/bounty/IHyperparameterBounty.sol";
import {IPayments} from "../../../../src/shared/IPayments.sol";
import {World} from "../../foundry/World.sol";

contract AcceptTest is World {
    function testFuzz_RevertGiven_TheContestIsInAnotherPhase(uint256 seed, uint256 throughput_, bool byEvaluator)
        external
    {
        (uint256 contest, Phase actual) = anotherPhase(Phase.Offer, seed);
        expectWrongPhase(contest, Phase.Offer, actual);
        vm.prank(byEvaluator ? evaluator : stranger);
        bounty.accept(contest, throughput_);
    }

    function testFuzz_GivenTheLastSecondOfAnOffer(bool inToken) external {
        Terms memory t = terms(inToken);
        uint256 contest = offer(t);
        vm.warp(t.acceptEnds - 1);
        accept(contest);
        assertEq(startOf(contest, Phase.Reveal), uint256(t.acceptEnds) - 1 + t.submitSeconds, "submitting ends");
    }

    function testFuzz_RevertGiven_TheFirstSecondAfterAnOffer(bool inToken, uint8 later) external {
        Terms memory t = terms(inToken);
        uint256 contest = offer(t);
        vm.warp(t.acceptEnds + later % 2);
        expectWrongPhase(contest, Phase.Offer, Phase.Lapsed);
        acceptWith(contest, type(uint32).max, 0);
    }

    function testFuzz_RevertWhen_TheSenderIsNotTheEvaluator(address sender, uint256 throughput_)
        external
        givenTheOfferPhase
    {
        vm.assume(sender != evaluator);
        uint256 contest = offer(terms(false));
        vm.expectRevert(abi.encodeWithSelector(IHyperparameterBounty.NotEvaluator.selector, evaluator, sender));
        vm.prank(sender);
        bounty.accept(contest, throughput_);
    }

    function testFuzz_RevertGiven_TheEvaluatorHasAccepted(bool inToken, uint32 throughput_)
        external
        givenTheOfferPhase
        whenTheSenderIsTheEvaluator
    {
        Terms memory t = panelTerms(inToken, 3);
        uint256 contest = offer(t);
        accept(contest);
        uint256 coins = fund(evaluator, t.asset, t.evaluatorBond);
        vm.expectRevert(abi.encodeWithSelector(IHyperparameterBounty.AlreadyAccepted.selector, contest, evaluator));
        acceptWith(contest, throughput_, coins);
    }

    function testFuzz_RevertWhen_TheThroughputIsTooLow(Terms memory raw, uint256 throughput_)
        external
        givenTheOfferPhase
        whenTheSenderIsTheEvaluator
        givenTheEvaluatorHasNotAccepted
    {
        Terms memory t = valid(raw, false);
        t.evaluator = evaluator;
        uint256 contest = offer(t);
        uint256 needed = throughput(t);
        throughput_ = throughput_ % 2 == 0 ? needed - 1 : bound(throughput_, 0, needed - 1);
        uint256 coins = fund(evaluator, NATIVE, t.evaluatorBond);
        vm.expectRevert(abi.encodeWithSelector(IHyperparameterBounty.ThroughputTooLow.selector, needed, throughput_));
        acceptWith(contest, throughput_, coins);
    }

    /// @dev Where the type could not hold what is needed as well.
    function testFuzz_RevertWhen_TheThroughputExceedsItsType(uint256 throughput_, bool most)
        external
        givenTheOfferPhase
        whenTheSenderIsTheEvaluator
        givenTheEvaluatorHasNotAccepted
    {
        Terms memory t = futureTerms(false);
        if (most) (t.entrySeconds, t.maxSubmissions, t.scoreSeconds) = (type(uint32).max, 1024, 10 minutes);
        uint256 contest = offer(t);
        throughput_ = bound(throughput_, uint256(type(uint32).max) + 1, type(uint256).max);
        uint256 coins = fund(evaluator, NATIVE, t.evaluatorBond);
        vm.expectRevert(
            abi.encodeWithSelector(IHyperparameterBounty.ThroughputTooLow.selector, throughput(t), throughput_)
        );
        acceptWith(contest, throughput_, coins);
    }

    function testFuzz_WhenTheThroughputIsJustEnough(Terms memory raw)
        external
        givenTheOfferPhase
        whenTheSenderIsTheEvaluator
        givenTheEvaluatorHasNotAccepted
        whenTheThroughputWillDo
    {
        Terms memory t = valid(raw, false);
        t.evaluator = evaluator;
        uint256 contest = offer(t);
        acceptWith(contest, throughput(t), fund(evaluator, NATIVE, t.evaluatorBond));
        assertEq(bounty.contestOf(contest).throughput, throughput(t), "throughput");
    }

    function testFuzz_RevertWhen_TheCoinsAreNotExactlyTheBond(uint96 bond, uint128 coins, bool inToken)
        external
        givenTheOfferPhase
        whenTheSenderIsTheEvaluator
        givenTheEvaluatorHasNotAccepted
        whenTheThroughputWillDo
    {
        Terms memory t = terms(inToken);
        t.evaluatorBond = bond;
        uint256 contest = offer(t);
        uint256 right = fund(evaluator, t.asset, bond);
        vm.assume(coins != right);
        vm.deal(evaluator, coins);
        vm.expectRevert(abi.encodeWithSelector(IPayments.WrongAmount.selector, right, coins));
        acceptWith(contest, type(uint32).max, coins);
    }

    function testFuzz_RevertWhen_TheTokenWasNotApproved(uint256 approved)
        external
        givenTheOfferPhase
        whenTheSenderIsTheEvaluator
        givenTheEvaluatorHasNotAccepted
        whenTheThroughputWillDo
    {
        Terms memory t = terms(true);
        uint256 contest = offer(t);
        fund(evaluator, t.asset, t.evaluatorBond);
        approved = bound(approved, 0, t.evaluatorBond - 1);
        vm.prank(evaluator);
        token.approve(address(bounty), approved);
        vm.expectRevert(
            abi.encodeWithSignature(
                "ERC20InsufficientAllowance(address,uint256,uint256)", address(bounty), approved, t.evaluatorBond
            )
        );
        acceptWith(contest, type(uint32).max, 0);
    }

    function testFuzz_GivenMembersThatHaveNotAccepted(uint8 who, bool inToken, uint32 throughput_)
        external
        givenTheOfferPhase
        whenTheSenderIsTheEvaluator
        givenTheEvaluatorHasNotAccepted
        whenTheThroughputWillDo
    {
        Terms memory t = panelTerms(inToken, 5);
        uint256 contest = offer(t);
        acceptSome(contest, who % 31, false);
        throughput_ = uint32(bound(throughput_, throughput(t), type(uint32).max));
        ContestView memory expected = bounty.contestOf(contest);
        expected.throughput = throughput_;
        uint256 heldBefore = held(t.asset);
        uint256 coins = fund(evaluator, t.asset, t.evaluatorBond);

        vm.expectEmit(address(bounty));
        emit IHyperparameterBounty.Accepted(contest, evaluator, throughput_);
        acceptWith(contest, throughput_, coins);

        vm.assertEq(abi.encode(bounty.contestOf(contest)), abi.encode(expected), "contestOf");
        assertEq(held(t.asset), heldBefore + t.evaluatorBond, "held");
        assertPhase(contest, Phase.Offer);
    }

    function testFuzz_GivenNobodyElseIsAwaited(Terms memory raw, bool inToken, uint40 when)
        external
        givenTheOfferPhase
        whenTheSenderIsTheEvaluator
        givenTheEvaluatorHasNotAccepted
        whenTheThroughputWillDo
    {
        Terms memory t = valid(raw, inToken);
        t.evaluator = evaluator;
        uint256 contest = offer(t);
        acceptSome(contest, type(uint256).max, false);
        vm.warp(bound(when, block.timestamp, t.acceptEnds - 1));
        ContestView memory expected = bounty.contestOf(contest);
        (expected.acceptEnds, expected.submitEnds) = (0, uint40(block.timestamp + t.submitSeconds));
        (expected.throughput, expected.phase) = (type(uint32).max, Phase.Submit);
        uint256 coins = fund(evaluator, t.asset, t.evaluatorBond);

        vm.expectEmit(address(bounty));
        emit IHyperparameterBounty.Accepted(contest, evaluator, type(uint32).max);
        vm.expectEmit(address(bounty));
        emit IHyperparameterBounty.Started(contest, expected.submitEnds);
        acceptWith(contest, type(uint32).max, coins);

        vm.assertEq(abi.encode(bounty.contestOf(contest)), abi.encode(expected), "contestOf");
        assertEq(held(t.asset), staked(t), "held");
        assertEq(balanceOf(t.asset, evaluator), 0, "what the evaluator has left");
    }

    function acceptWith(uint256 contest, uint256 throughput_, uint256 coins) private {
        vm.prank(evaluator);
        bounty.accept{value: coins}(contest, throughput_);
    }
}
