// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {
    ContestView,
    IHyperparameterBounty,
    Outcome,
    Phase,
    Terms
} from "../../../../src/bounty/IHyperparameterBounty.sol";
import {IPayments} from "../../../../src/shared/IPayments.sol";
import {FeeToken} from "../../../shared/mocks/Tokens.sol";
import {Specs} from "../../foundry/Specs.sol";
import {World} from "../../foundry/World.sol";

contract OpenTest is World {
    function testFuzz_RevertWhen_TheRewardIsZero(Terms memory raw, bool inToken) external {
        Terms memory t = valid(raw, inToken);
        t.reward = 0;
        refuses(t, abi.encodeWithSelector(IHyperparameterBounty.ZeroReward.selector));
    }

    function testFuzz_RevertWhen_TheEvaluatorIsZero(Terms memory raw, bool inToken) external {
        Terms memory t = valid(raw, inToken);
        t.evaluator = address(0);
        refuses(t, abi.encodeWithSelector(IHyperparameterBounty.ZeroEvaluator.selector));
    }

    function testFuzz_RevertWhen_TheManifestIsZero(Terms memory raw, bool inToken) external {
        Terms memory t = valid(raw, inToken);
        t.manifest = 0;
        refuses(t, abi.encodeWithSelector(IHyperparameterBounty.ZeroManifest.selector));
    }

    function testFuzz_RevertWhen_TheMinimumScoreExceedsOneMillion(Terms memory raw, uint24 score) external {
        Terms memory t = valid(raw, false);
        t.minimumScore = uint24(bound(score, 1_000_001, type(uint24).max));
        refuses(
            t, abi.encodeWithSelector(IHyperparameterBounty.MinimumScoreOutOfRange.selector, 1_000_000, t.minimumScore)
        );
    }

    function testFuzz_RevertWhen_TheCapOnSubmissionsIsBelowTwoOrTooHigh(Terms memory raw, uint16 cap) external {
        Terms memory t = valid(raw, false);
        t.maxSubmissions = cap % 4 == 0 ? cap / 4 % 2 : uint16(bound(cap, 1025, type(uint16).max));
        refuses(
            t, abi.encodeWithSelector(IHyperparameterBounty.SubmissionCapOutOfRange.selector, 2, 1024, t.maxSubmissions)
        );
    }

    function testFuzz_RevertWhen_TheCapPerAddressIsZeroOrAboveTheOther(Terms memory raw, uint16 cap) external {
        Terms memory t = valid(raw, false);
        t.maxPerAddress = cap % 4 == 0 ? 0 : uint16(bound(cap, uint256(t.maxSubmissions) + 1, type(uint16).max));
        refuses(
            t,
            abi.encodeWithSelector(
                IHyperparameterBounty.PerAddressCapOutOfRange.selector, t.maxSubmissions, t.maxPerAddress
            )
        );
    }

    function testFuzz_RevertWhen_TheComputeBudgetOfAnEntryIsZero(Terms memory raw) external {
        Terms memory t = valid(raw, false);
        t.entrySeconds = 0;
        refuses(t, abi.encodeWithSelector(IHyperparameterBounty.ZeroEntrySeconds.selector));
    }

    function testFuzz_RevertWhen_ThereAreLessThanTenMinutesToAccept(Terms memory raw, uint40 ends)
        external
        whenPrizePartiesAndCapsAreInOrder
    {
        Terms memory t = valid(raw, false);
        uint256 earliest = block.timestamp + 10 minutes;
        t.acceptEnds = uint40(ends % 2 == 0 ? earliest - 1 : bound(ends, 0, earliest - 1));
        refuses(t, abi.encodeWithSelector(IHyperparameterBounty.AcceptEndsTooSoon.selector, earliest, t.acceptEnds));
    }

    function testFuzz_RevertWhen_AWindowIsShorterThanTenMinutes(Terms memory raw, uint8 which, uint32 secs)
        external
        whenPrizePartiesAndCapsAreInOrder
    {
        Terms memory t = valid(raw, false);
        secs = secs % 2 == 0 ? 599 : uint32(bound(secs, 1, 599));
        which %= 4;
        if (which == 0) t.submitSeconds = secs;
        if (which == 1) t.revealSeconds = secs;
        if (which == 2) t.scoreSeconds = secs;
        if (which == 3) t.challengeSeconds = secs;
        refuses(t, abi.encodeWithSelector(IHyperparameterBounty.WindowTooShort.selector, 600, secs));
    }

    function testFuzz_RevertWhen_TheKeyHasLessThanTenMinutes(Terms memory raw, uint32 secs)
        external
        whenPrizePartiesAndCapsAreInOrder
    {
        Terms memory t = valid(raw, false);
        t.holdoutCommitment = KEY;
        t.scoreSeconds = secs % 2 == 0 ? 2399 : uint32(bound(secs, 600, 2399));
        refuses(t, abi.encodeWithSelector(IHyperparameterBounty.WindowTooShort.selector, 600, t.scoreSeconds / 4));
    }

    /// @dev Up to the largest numbers that the types hold, where sums in those types would wrap.
    function testFuzz_RevertWhen_TheLastDeadlineIsTooFar(Terms memory raw, uint40 ends, uint32[6] memory windows)
        external
        whenPrizePartiesAndCapsAreInOrder
    {
        Terms memory t = valid(raw, false);
        t.acceptEnds = uint40(bound(ends, block.timestamp + 600, type(uint40).max));
        t.submitSeconds = uint32(bound(windows[5], 600, type(uint32).max));
        t.revealSeconds = uint32(bound(windows[0], 600, type(uint32).max));
        t.scoreSeconds = uint32(bound(windows[1], 2400, type(uint32).max));
        t.challengeSeconds = uint32(bound(windows[2], 600, type(uint32).max));
        (t.panel.sealSeconds, t.panel.openSeconds) = (windows[3], windows[4]);
        uint256 last = t.acceptEnds + 2 * uint256(t.submitSeconds) + lastSeconds(t);
        uint256 latest = block.timestamp + 3650 days;
        vm.assume(last > latest);
        refuses(t, abi.encodeWithSelector(IHyperparameterBounty.DeadlineTooFar.selector, latest, last));
    }

    function testFuzz_WhenTheLastDeadlineIsAsFarAsCanBe(Terms memory raw, bool inToken)
        external
        whenPrizePartiesAndCapsAreInOrder
    {
        Terms memory t = valid(raw, inToken);
        uint256 latest = block.timestamp + 3650 days;
        t.acceptEnds = uint40(latest - lastSeconds(t) - 2 * uint256(t.submitSeconds));
        uint256 contest = offer(t);
        assertPhase(contest, Phase.Offer);

        t.acceptEnds += 1;
        refuses(t, abi.encodeWithSelector(IHyperparameterBounty.DeadlineTooFar.selector, latest, latest + 1));
    }

    function testFuzz_RevertWhen_TheLimitsSetUnusedBits(Terms memory raw, uint24 bits)
        external
        whenPrizePartiesAndCapsAreInOrder
        whenTheDeadlinesAreInOrder
    {
        Terms memory t = valid(raw, false);
        t.limits |= bytes32(bound(bits, 1, type(uint24).max));
        refuses(t, abi.encodeWithSelector(IHyperparameterBounty.SpecUnusedBits.selector, t.limits));
    }

    function testFuzz_RevertWhen_TheLimitsLeaveTheTable(Terms memory raw, uint256 field, uint256 value)
        external
        whenPrizePartiesAndCapsAreInOrder
        whenTheDeadlinesAreInOrder
    {
        Terms memory t = valid(raw, false);
        field = bound(field, 0, Specs.COUNT - 1);
        (, uint256 mask) = Specs.place(field);
        (uint256 low, uint256 high) = (Specs.get(Specs.MINIMA, field), Specs.get(Specs.MAXIMA, field));
        value = low != 0 && value % 4 == 0 ? bound(value, 0, low - 1) : bound(value, high + 1, mask);
        t.limits = Specs.set(t.limits, field, value);
        refuses(t, abi.encodeWithSelector(IHyperparameterBounty.SpecFieldOutOfRange.selector, field, value, low, high));
    }

    function testFuzz_RevertWhen_TheLimitsAllowNoRecurrentUnits(Terms memory raw)
        external
        whenPrizePartiesAndCapsAreInOrder
        whenTheDeadlinesAreInOrder
    {
        Terms memory t = valid(raw, false);
        t.limits = Specs.set(t.limits, 3, 0);
        refuses(t, abi.encodeWithSelector(IHyperparameterBounty.SpecFieldOutOfRange.selector, 3, 0, 1, 1024));
    }

    function testFuzz_RevertWhen_ThereAreNoSharesOrTooMany(Terms memory raw, uint256 count)
        external
        whenPrizePartiesAndCapsAreInOrder
        whenTheDeadlinesAreInOrder
        whenTheLimitsAllowAModel
    {
        Terms memory t = valid(raw, false);
        t.shares = new uint16[](count % 4 == 0 ? 0 : bound(count, 9, 40));
        refuses(t, abi.encodeWithSelector(IHyperparameterBounty.WrongShareCount.selector, 8, t.shares.length));
    }

    function testFuzz_RevertWhen_AShareIsZero(Terms memory raw, uint256 index)
        external
        whenPrizePartiesAndCapsAreInOrder
        whenTheDeadlinesAreInOrder
        whenTheLimitsAllowAModel
    {
        Terms memory t = valid(raw, false);
        index = bound(index, 0, t.shares.length - 1);
        t.shares[index] = 0;
        refuses(t, abi.encodeWithSelector(IHyperparameterBounty.ZeroShare.selector, index));
    }

    function testFuzz_RevertWhen_TheSharesDoNotMakeAWhole(Terms memory raw, uint256 index, uint16 share)
        external
        whenPrizePartiesAndCapsAreInOrder
        whenTheDeadlinesAreInOrder
        whenTheLimitsAllowAModel
    {
        Terms memory t = valid(raw, false);
        index = bound(index, 0, t.shares.length - 1);
        share = uint16(bound(share, 1, type(uint16).max));
        vm.assume(share != t.shares[index]);
        uint256 sum = 10_000 - uint256(t.shares[index]) + share;
        t.shares[index] = share;
        refuses(t, abi.encodeWithSelector(IHyperparameterBounty.WrongShareSum.selector, 10_000, sum));
    }

    function testFuzz_RevertWhen_TheAssetHasNoCode(Terms memory raw, address asset)
        external
        whenPrizePartiesAndCapsAreInOrder
        whenTheDeadlinesAreInOrder
        whenTheLimitsAllowAModel
        whenTheSharesMakeAWhole
    {
        vm.assume(asset != NATIVE && asset.code.length == 0);
        Terms memory t = valid(raw, false);
        t.asset = asset;
        refuses(t, abi.encodeWithSelector(IPayments.NotAToken.selector, asset));
    }

    function testFuzz_RevertWhen_TheCoinsAreNotExactlyWhatIsDue(Terms memory raw, uint256 coins)
        external
        whenPrizePartiesAndCapsAreInOrder
        whenTheDeadlinesAreInOrder
        whenTheLimitsAllowAModel
        whenTheSharesMakeAWhole
        whenTheAssetIsTheCoinOrHasCode
    {
        Terms memory t = valid(raw, false);
        coins = bound(coins, 0, 2 * due(t));
        vm.assume(coins != due(t));
        vm.deal(organizer, coins);
        vm.expectRevert(abi.encodeWithSelector(IPayments.WrongAmount.selector, due(t), coins));
        vm.prank(organizer);
        bounty.open{value: coins}(t);
    }

    function testFuzz_RevertWhen_CoinsComeWithATokenContest(Terms memory raw, uint128 coins)
        external
        whenPrizePartiesAndCapsAreInOrder
        whenTheDeadlinesAreInOrder
        whenTheLimitsAllowAModel
        whenTheSharesMakeAWhole
        whenTheAssetIsTheCoinOrHasCode
    {
        Terms memory t = valid(raw, true);
        fund(organizer, t.asset, due(t));
        coins = uint128(bound(coins, 1, type(uint128).max));
        vm.deal(organizer, coins);
        vm.expectRevert(abi.encodeWithSelector(IPayments.WrongAmount.selector, 0, coins));
        vm.prank(organizer);
        bounty.open{value: coins}(t);
    }

    function testFuzz_RevertWhen_TheTokenWasNotApproved(Terms memory raw, uint256 approved)
        external
        whenPrizePartiesAndCapsAreInOrder
        whenTheDeadlinesAreInOrder
        whenTheLimitsAllowAModel
        whenTheSharesMakeAWhole
        whenTheAssetIsTheCoinOrHasCode
    {
        Terms memory t = valid(raw, true);
        fund(organizer, t.asset, due(t));
        approved = bound(approved, 0, due(t) - 1);
        vm.prank(organizer);
        token.approve(address(bounty), approved);
        vm.expectRevert(
            abi.encodeWithSignature(
                "ERC20InsufficientAllowance(address,uint256,uint256)", address(bounty), approved, due(t)
            )
        );
        vm.prank(organizer);
        bounty.open(t);
    }

    function testFuzz_RevertWhen_TheTokenTakesAFee(Terms memory raw)
        external
        whenPrizePartiesAndCapsAreInOrder
        whenTheDeadlinesAreInOrder
        whenTheLimitsAllowAModel
        whenTheSharesMakeAWhole
        whenTheAssetIsTheCoinOrHasCode
    {
        Terms memory t = valid(raw, false);
        FeeToken fee = new FeeToken();
        t.asset = address(fee);
        t.reward = uint96(bound(t.reward, 100, type(uint96).max));
        uint256 sent = due(t);
        fund(organizer, t.asset, sent);
        vm.expectRevert(abi.encodeWithSelector(IPayments.UnsupportedToken.selector, sent, sent - sent / 100));
        vm.prank(organizer);
        bounty.open(t);
    }

    function testFuzz_WhenEverythingIsInOrder(Terms memory raw, bool inToken, address sender, uint64 blockNumber)
        external
        whenPrizePartiesAndCapsAreInOrder
        whenTheDeadlinesAreInOrder
        whenTheLimitsAllowAModel
        whenTheSharesMakeAWhole
        whenTheAssetIsTheCoinOrHasCode
    {
        Terms memory t = valid(raw, inToken);
        vm.assume(sender != address(0) && sender.code.length == 0 && sender != address(vm));
        for (uint256 i; i < t.panel.members.length; ++i) {
            vm.assume(sender != t.panel.members[i]);
        }
        uint256 earlier = uint256(raw.manifest) % 3;
        for (uint256 i; i < earlier; ++i) {
            offer(terms(i == 1));
        }
        blockNumber = uint64(bound(blockNumber, 0, type(uint40).max));
        vm.roll(blockNumber);
        uint256 heldBefore = held(t.asset);
        uint256 coins = fund(sender, t.asset, due(t));
        uint256 hadBefore = balanceOf(t.asset, sender);

        vm.expectEmit(address(bounty));
        emit IHyperparameterBounty.Opened(earlier + 1, sender, t.evaluator, t);
        vm.prank(sender);
        uint256 contest = bounty.open{value: coins}(t);

        assertEq(contest, earlier + 1, "number");
        assertEq(bounty.contestCount(), contest, "count");
        assertEq(held(t.asset), heldBefore + due(t), "held");
        assertEq(balanceOf(t.asset, sender), hadBefore - due(t), "paid");
        assertPhase(contest, Phase.Offer);
        assertOutcome(contest, Outcome.Pending);
        assertShows(contest, t, sender, blockNumber);
    }

    function assertShows(uint256 contest, Terms memory t, address sender, uint256 blockNumber) private view {
        ContestView memory expected;
        expected.organizer = sender;
        expected.evaluator = t.evaluator;
        expected.asset = t.asset;
        expected.reward = t.reward;
        expected.bond = t.bond;
        expected.evaluatorBond = t.evaluatorBond;
        expected.evaluatorFee = t.evaluatorFee;
        expected.entryFee = t.entryFee;
        expected.minimumScore = t.minimumScore;
        expected.shares = t.shares;
        expected.acceptEnds = t.acceptEnds;
        expected.submitSeconds = t.submitSeconds;
        expected.revealSeconds = t.revealSeconds;
        expected.scoreSeconds = t.scoreSeconds;
        expected.challengeSeconds = t.challengeSeconds;
        expected.openedAtBlock = uint40(blockNumber);
        expected.limits = t.limits;
        expected.maxSubmissions = t.maxSubmissions;
        expected.maxPerAddress = t.maxPerAddress;
        expected.entrySeconds = t.entrySeconds;
        expected.manifest = t.manifest;
        expected.holdoutCommitment = t.holdoutCommitment;
        expected.phase = Phase.Offer;
        vm.assertEq(abi.encode(bounty.contestOf(contest)), abi.encode(expected), "contestOf");
    }

    /// @dev Whatever the sender paid would have been enough.
    function refuses(Terms memory t, bytes memory reason) private {
        uint256 coins = fund(organizer, t.asset == address(token) ? t.asset : NATIVE, due(t));
        vm.expectRevert(reason);
        vm.prank(organizer);
        bounty.open{value: coins}(t);
    }
}
