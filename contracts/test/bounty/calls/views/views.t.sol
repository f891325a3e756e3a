// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {
    ContestView,
    DisputeView,
    IHyperparameterBounty,
    Outcome,
    Phase,
    SubmissionState,
    Terms
} from "../../../../src/bounty/IHyperparameterBounty.sol";
import {Oracle} from "../../foundry/Oracle.sol";
import {Specs} from "../../foundry/Specs.sol";
import {Opinion, PanelWorld} from "../../foundry/PanelWorld.sol";
import {Sealed} from "../../foundry/World.sol";

contract ViewsTest is PanelWorld {
    function testFuzz_GivenNoContestOfTheNumber(uint256 contest, address who, uint256 entry) external {
        uint256 opened = open(terms(false));
        vm.assume(contest != opened);
        ContestView memory nothing;
        vm.assertEq(abi.encode(bounty.contestOf(contest)), abi.encode(nothing), "contestOf");
        DisputeView memory noDispute;
        vm.assertEq(abi.encode(bounty.disputeOf(contest)), abi.encode(noDispute), "disputeOf");
        (uint256 fee, uint256 surcharge) = bounty.priceOf(contest);
        assertEq(fee + surcharge, 0, "priceOf");
        assertEq(bounty.sponsorshipOf(contest, who), 0, "sponsorshipOf");
        assertPhase(contest, Phase.None);
        assertOutcome(contest, Outcome.Pending);
        assertEq(uint256(bounty.submissionOf(contest, who, entry).state), uint256(SubmissionState.Empty), "slot");
    }

    function testFuzz_GivenAnySecond(Terms memory raw, uint40 when, uint8 edge) external {
        Terms memory t = valid(raw, false);
        uint256 contest = open(t);
        uint256[4] memory ends;
        ends[0] = bounty.contestOf(contest).submitEnds;
        ends[1] = ends[0] + t.revealSeconds;
        ends[2] = ends[1] + t.scoreSeconds;
        ends[3] = ends[2] + t.challengeSeconds;
        // Half of the time, a second beside a deadline or the deadline itself.
        uint256 second =
            edge % 2 == 0 ? bound(when, block.timestamp, ends[3] + 1 days) : ends[edge / 2 % 4] + edge % 3 - 1;
        vm.warp(second);

        uint256 expected = uint256(Phase.Submit);
        for (uint256 i; i < 3; ++i) {
            if (second >= ends[i]) ++expected;
        }
        if (second >= ends[3]) expected = uint256(Phase.Settle);
        assertPhase(contest, Phase(expected));
        assertEq(uint256(bounty.contestOf(contest).phase), expected, "phase in contestOf");
    }

    function testFuzz_GivenAnySecondOfAnOffer(Terms memory raw, uint40 when, uint8 edge) external {
        Terms memory t = valid(raw, false);
        uint256 contest = offer(t);
        vm.warp(
            edge % 2 == 0
                ? bound(when, block.timestamp, uint256(t.acceptEnds) + 1 days)
                : uint256(t.acceptEnds) + edge % 3 - 1
        );
        assertPhase(contest, block.timestamp < t.acceptEnds ? Phase.Offer : Phase.Lapsed);
        assertEq(bounty.contestOf(contest).acceptEnds, t.acceptEnds, "acceptEnds");
        assertEq(bounty.contestOf(contest).submitEnds, 0, "submitEnds");
    }

    function testFuzz_GivenAnySecondOfADispute(Terms memory raw, uint40 when, uint8 edge, bool answered) external {
        Terms memory t = validWithPanel(raw, false);
        (t.holdoutCommitment, t.limits) = (0, Specs.MAXIMA);
        uint256 contest = disputed(t, scoreList(700_000));
        uint256[3] memory ends;
        ends[0] = uint256(bounty.contestOf(contest).submitEnds) + t.revealSeconds + t.scoreSeconds + t.challengeSeconds;
        ends[1] = ends[0] + t.panel.sealSeconds;
        ends[2] = ends[1] + t.panel.openSeconds;
        if (answered) answer(contest, repeat(scoreList(0), t.panel.members.length));
        uint256 second = edge % 2 == 0
            ? bound(when, ends[0] - t.challengeSeconds, ends[2] + 1 days)
            : ends[edge / 2 % 3] + edge % 3 - 1;
        vm.warp(second);

        uint256 expected = uint256(Phase.Challenge);
        for (uint256 i; i < 3; ++i) {
            if (second >= ends[i]) ++expected;
        }
        assertPhase(contest, Phase(expected));
        assertEq(uint256(bounty.contestOf(contest).phase), expected, "phase in contestOf");
    }

    function testFuzz_GivenAnyNumberOfSubmissions(uint96 reward, uint96 entryFee, uint8 slots, uint8 standing)
        external
    {
        Terms memory t = terms(false);
        (t.reward, t.entryFee) = (uint96(bound(reward, 1, type(uint96).max)), entryFee);
        t.maxSubmissions = uint16(bound(slots, 4, 20));
        uint256 contest = open(t);
        standing = uint8(bound(standing, 0, t.maxSubmissions));
        for (uint256 i; i < standing; ++i) {
            submit(contest, participant(i));
        }
        (uint256 fee, uint256 surcharge) = bounty.priceOf(contest);
        bool full = standing == t.maxSubmissions;
        assertEq(fee, full ? 0 : entryFee, "fee");
        assertEq(surcharge, full ? 0 : Oracle.surcharge(t.reward, t.maxSubmissions, standing), "surcharge");
    }

    function testFuzz_GivenASlotInEachState(uint256 seed, uint16 entry) external {
        uint256 contest = open(terms(false));
        entry %= 4;
        assertEq(uint256(bounty.submissionOf(contest, alice, entry).state), uint256(SubmissionState.Empty), "empty");
        Sealed memory s = submit(contest, alice, entry, Specs.valid(seed));
        assertEq(uint256(bounty.submissionOf(contest, alice, entry).state), uint256(SubmissionState.Sealed), "sealed");
        assertEq(bounty.submissionOf(contest, alice, entry).seal, bytes28(commitment(s)), "seal");
        goTo(contest, Phase.Reveal);
        reveal(s);
        assertEq(
            uint256(bounty.submissionOf(contest, alice, entry).state), uint256(SubmissionState.Revealed), "revealed"
        );
        assertEq(bounty.submissionOf(contest, alice, entry).spec, s.spec, "spec");
    }

    function testFuzz_RevertWhen_NoSpecHasTheIndex(uint256 index, bool revealed) external {
        uint256 contest = open(terms(false));
        if (revealed) play(contest, alice, bob, carol);
        uint256 count = revealed ? 3 : 0;
        index = bound(index, count, type(uint256).max);
        vm.expectRevert(abi.encodeWithSelector(IHyperparameterBounty.NoSuchReveal.selector, index, count));
        bounty.revealedAt(contest, index);
    }

    function testFuzz_WhenACommitmentIsAskedFor(
        uint256 contest,
        address participant,
        bytes32 spec,
        bytes32 salt,
        uint64 chain
    ) external {
        vm.chainId(bound(chain, 1, type(uint64).max - 1));
        Sealed memory s = Sealed(contest, participant, 0, spec, salt);
        assertEq(bounty.commitmentOf(contest, participant, spec, salt), commitment(s), "commitment");
    }

    function testFuzz_WhenASealOfThePanelIsAskedFor(
        uint256 contest,
        address who,
        bytes32 report,
        bytes32 salt,
        uint24[] memory scores,
        uint64 chain
    ) external {
        vm.chainId(bound(chain, 1, type(uint64).max - 1));
        Opinion memory o = Opinion(contest, who, 0, report, salt, scores);
        assertEq(bounty.sealOf(contest, who, report, salt, scores), sealOf(o), "seal");
    }

    function testFuzz_WhenAModelIsCheckedAgainstItsOwnLimits(uint256 seed) external view {
        bounty.checkSpec(Specs.valid(seed), Specs.valid(seed));
    }

    /// @dev A word off the table in a field or two, or no model at all.
    function testFuzz_WhenAnyWordIsChecked(
        uint256 seed,
        uint256[2] memory fields,
        uint256[2] memory values,
        uint256 limit
    ) external view {
        bytes32 spec = Specs.valid(seed);
        for (uint256 i; i < 2; ++i) {
            uint256 field = fields[i] % Specs.COUNT;
            (, uint256 mask) = Specs.place(field);
            spec = Specs.set(spec, field, values[i] & mask);
        }
        bytes32 limits = limit % 2 == 0 ? Specs.MAXIMA : Specs.between(limit, Specs.MAXIMA);
        (bool ok,) = address(bounty).staticcall(abi.encodeCall(bounty.checkSpec, (spec, limits)));
        vm.assertEq(ok ? 1 : 0, isModel(spec, limits) ? 1 : 0, "accepted");
    }

    function isModel(bytes32 spec, bytes32 limits) private pure returns (bool) {
        for (uint256 field; field < Specs.COUNT; ++field) {
            uint256 value = Specs.get(spec, field);
            if (value < Specs.get(Specs.MINIMA, field) || value > Specs.get(Specs.MAXIMA, field)) return false;
            if (value > Specs.get(limits, field)) return false;
        }
        for (uint256 layer; layer < 4; ++layer) {
            bool recurrent = layer < Specs.get(spec, Specs.RECURRENT_LAYERS);
            if (recurrent != (Specs.get(spec, Specs.RECURRENT_LAYERS + 1 + layer) != 0)) return false;
            bool dense = layer < Specs.get(spec, Specs.DENSE_LAYERS);
            if (dense != (Specs.get(spec, Specs.DENSE_LAYERS + 1 + layer) != 0)) return false;
        }
        return Specs.get(spec, Specs.DENSE_LAYERS) != 0 || Specs.get(spec, Specs.DENSE_ACTIVATION) == 0;
    }
}
