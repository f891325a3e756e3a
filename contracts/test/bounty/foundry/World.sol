// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {
    ContestView,
    DisputeView,
    IHyperparameterBounty,
    Panel,
    Phase,
    SubmissionState,
    Terms
} from "../../../src/bounty/IHyperparameterBounty.sol";
import {PlainToken} from "../../shared/mocks/Tokens.sol";
import {Offers} from "./Offers.sol";
import {Specs} from "./Specs.sol";

/// @notice One submission, with what opens it.
struct Sealed {
    uint256 contest;
    address sender;
    uint256 entry;
    bytes32 spec;
    bytes32 salt;
}

/// @notice The steps of a contest, and its time.
abstract contract World is Offers {
    uint256 private _salts;

    // ------------------------------------------------------------------------------------------------------------ money

    /// @dev Gives `who` that much more of `asset`, ready to be paid in; the coins to send along.
    function fund(address who, address asset, uint256 amount) internal virtual returns (uint256 coins) {
        if (asset == NATIVE) {
            vm.deal(who, who.balance + amount);
            return amount;
        }
        PlainToken(asset).mint(who, amount);
        vm.prank(who);
        // Odd tokens know no allowance.
        (bool ok,) = asset.call(abi.encodeCall(token.approve, (address(bounty), type(uint256).max)));
        ok;
    }

    function balanceOf(address asset, address who) internal view returns (uint256) {
        return asset == NATIVE ? who.balance : PlainToken(asset).balanceOf(who);
    }

    function held(address asset) internal view returns (uint256) {
        return balanceOf(asset, address(bounty));
    }

    // ------------------------------------------------------------------------------------------------------------ steps

    /// @dev Offered, and accepted by everybody named: submissions are taken.
    function open(Terms memory t) internal returns (uint256 contest) {
        contest = offer(t);
        acceptAll(contest);
    }

    /// @dev Offered, and not yet accepted by anybody.
    function offer(Terms memory t) internal returns (uint256) {
        return offerAs(organizer, t);
    }

    function offerAs(address who, Terms memory t) internal returns (uint256 contest) {
        uint256 coins = fund(who, t.asset, due(t));
        vm.prank(who);
        contest = bounty.open{value: coins}(t);
    }

    /// @dev The members first, and the evaluator last.
    function acceptAll(uint256 contest) internal {
        uint256 size = bounty.disputeOf(contest).panel.members.length;
        for (uint256 seat; seat < size; ++seat) {
            acceptSeat(contest, seat);
        }
        accept(contest);
    }

    /// @dev The members whose bit is set in `who`, and the evaluator if it should; but not all of them.
    function acceptSome(uint256 contest, uint256 who, bool byEvaluator) internal {
        uint256 size = bounty.disputeOf(contest).panel.members.length;
        if (byEvaluator && size == 0) return;
        if (byEvaluator) accept(contest);
        for (uint256 seat; seat < size; ++seat) {
            if (who >> seat & 1 == 1 && !(byEvaluator && seat == 0)) acceptSeat(contest, seat);
        }
    }

    function accept(uint256 contest) internal {
        ContestView memory v = bounty.contestOf(contest);
        uint256 coins = fund(v.evaluator, v.asset, v.evaluatorBond);
        vm.prank(v.evaluator);
        bounty.accept{value: coins}(contest, type(uint32).max);
    }

    function acceptSeat(uint256 contest, uint256 seat) internal {
        Panel memory panel = bounty.disputeOf(contest).panel;
        uint256 coins = fund(panel.members[seat], bounty.contestOf(contest).asset, panel.memberBond);
        vm.prank(panel.members[seat]);
        bounty.acceptSeat{value: coins}(contest, seat);
    }

    function sponsor(uint256 contest, address who, uint96 amount) internal {
        uint256 coins = fund(who, bounty.contestOf(contest).asset, amount);
        vm.prank(who);
        bounty.sponsor{value: coins}(contest, amount);
    }

    function extend(uint256 contest, uint32 secs) internal {
        vm.prank(organizer);
        bounty.extend(contest, secs);
    }

    /// @dev A spec with a fresh salt; nothing is sent.
    function seal(uint256 contest, address who, uint256 entry, bytes32 spec) internal returns (Sealed memory) {
        return Sealed(contest, who, entry, spec, keccak256(abi.encode("salt", ++_salts)));
    }

    /// @dev What the contract must find, computed without it.
    function commitment(Sealed memory s) internal view returns (bytes32) {
        return commitment(s, block.chainid, address(bounty));
    }

    function commitment(Sealed memory s, uint256 chain, address contractAddress) internal pure returns (bytes32) {
        return sha256(
            bytes.concat(
                bytes32("hyperbounty/commitment/1"),
                bytes32(chain),
                bytes32(uint256(uint160(contractAddress))),
                bytes32(s.contest),
                bytes32(uint256(uint160(s.sender))),
                s.spec,
                s.salt
            )
        );
    }

    function submit(uint256 contest, address who, uint256 entry, bytes32 spec) internal returns (Sealed memory s) {
        s = seal(contest, who, entry, spec);
        submit(s);
    }

    function submit(uint256 contest, address who) internal returns (Sealed memory) {
        return submit(contest, who, 0, Specs.plain(_salts));
    }

    function submit(Sealed memory s) internal {
        ContestView memory v = bounty.contestOf(s.contest);
        bool replaces = bounty.submissionOf(s.contest, s.sender, s.entry).state != SubmissionState.Empty;
        (uint256 fee, uint256 surcharge) = bounty.priceOf(s.contest);
        uint256 coins = fund(s.sender, v.asset, replaces ? 0 : fee + surcharge);
        bytes32 hash = commitment(s); // before `prank`, which a call of the hash would use up
        vm.prank(s.sender);
        bounty.submit{value: coins}(s.contest, s.entry, hash);
    }

    function withdrawSubmission(Sealed memory s) internal {
        vm.prank(s.sender);
        bounty.withdrawSubmission(s.contest, s.entry);
    }

    function reveal(Sealed memory s) internal returns (uint256) {
        vm.prank(s.sender);
        return bounty.reveal(s.contest, s.entry, s.spec, s.salt);
    }

    /// @dev Submits one spec each, reveals them in the same order, and stops where scoring starts.
    function play(uint256 contest, address[] memory who) internal {
        Sealed[] memory all = new Sealed[](who.length);
        for (uint256 i; i < who.length; ++i) {
            all[i] = submit(contest, who[i]);
        }
        goTo(contest, Phase.Reveal);
        for (uint256 i; i < who.length; ++i) {
            reveal(all[i]);
        }
        goTo(contest, Phase.Score);
    }

    /// @dev Submits `count` specs of the first four participants and reveals them in an order of the seed's; by index of reveal.
    /// Stops where scoring starts.
    function revealShuffled(uint256 contest, uint256 count, uint256 seed)
        internal
        returns (address[] memory participants, uint256[] memory ordinals)
    {
        Sealed[] memory all = new Sealed[](count);
        ordinals = new uint256[](count);
        participants = new address[](count);
        uint256[4] memory entries;
        for (uint256 i; i < count; ++i) {
            uint256 random = uint256(keccak256(abi.encode(seed, i)));
            uint256 who = random % 4;
            while (entries[who] == 4) {
                who = (who + 1) % 4;
            }
            all[i] = submit(contest, participant(who), entries[who]++, Specs.plain(random % 3));
            ordinals[i] = i + 1;
            uint256 other = random / 4 % (i + 1);
            (all[i], all[other]) = (all[other], all[i]);
            (ordinals[i], ordinals[other]) = (ordinals[other], ordinals[i]);
        }
        goTo(contest, Phase.Reveal);
        for (uint256 i; i < count; ++i) {
            participants[i] = all[i].sender;
            reveal(all[i]);
        }
        goTo(contest, Phase.Score);
    }

    function play(uint256 contest, address a) internal {
        address[] memory who = new address[](1);
        who[0] = a;
        play(contest, who);
    }

    function play(uint256 contest, address a, address b, address c) internal {
        address[] memory who = new address[](3);
        (who[0], who[1], who[2]) = (a, b, c);
        play(contest, who);
    }

    function record(uint256 contest, uint24[] memory scores) internal {
        vm.prank(bounty.contestOf(contest).evaluator);
        bounty.recordScores(contest, REPORT, scores);
    }

    function record(uint256 contest, uint24 a) internal {
        record(contest, scoreList(a));
    }

    function record(uint256 contest, uint24 a, uint24 b, uint24 c) internal {
        record(contest, scoreList(a, b, c));
    }

    function scoreList(uint24 a) internal pure returns (uint24[] memory scores) {
        scores = new uint24[](1);
        scores[0] = a;
    }

    function scoreList(uint24 a, uint24 b, uint24 c) internal pure returns (uint24[] memory scores) {
        scores = new uint24[](3);
        (scores[0], scores[1], scores[2]) = (a, b, c);
    }

    function publish(uint256 contest) internal {
        vm.prank(bounty.contestOf(contest).organizer);
        bounty.publishHoldoutKey(contest, KEY);
    }

    function settle(uint256 contest) internal {
        goTo(contest, Phase.Settle);
        vm.prank(stranger);
        bounty.settle(contest);
    }

    function challenge(uint256 contest, address who) internal {
        uint256 coins = fund(who, bounty.contestOf(contest).asset, bounty.disputeOf(contest).panel.challengeBond);
        vm.prank(who);
        bounty.challenge{value: coins}(contest);
    }

    function claim(uint256 contest, uint256 index) internal {
        bounty.claim(contest, indexList(index));
    }

    /// @dev All of them at once.
    function claimAll(uint256 contest) internal {
        uint256[] memory indexes = new uint256[](bounty.contestOf(contest).revealed);
        for (uint256 i; i < indexes.length; ++i) {
            indexes[i] = i;
        }
        bounty.claim(contest, indexes);
    }

    function indexList(uint256 a) internal pure returns (uint256[] memory indexes) {
        indexes = new uint256[](1);
        indexes[0] = a;
    }

    // ------------------------------------------------------------------------------------------------------------ phases

    /// @dev The second at which a phase that the clock decides begins.
    function startOf(uint256 contest, Phase phase) internal view returns (uint256 start) {
        ContestView memory v = bounty.contestOf(contest);
        if (phase == Phase.Lapsed) return v.acceptEnds;
        start = v.submitEnds;
        if (phase == Phase.Reveal) return start;
        start += v.revealSeconds;
        if (phase == Phase.Score) return start;
        start += v.scoreSeconds;
        if (phase == Phase.Challenge) return start;
        start += v.challengeSeconds;
        DisputeView memory d = bounty.disputeOf(contest);
        if (phase == (d.challenger != address(0) ? Phase.PanelSeal : Phase.Settle)) return start;
        start += d.panel.sealSeconds;
        if (phase == Phase.PanelOpen) return start;
        start += d.panel.openSeconds;
        require(phase == Phase.Settle, "the clock does not start this phase");
    }

    /// @dev From this second on nobody can publish the holdout key.
    function keyEnds(uint256 contest) internal view returns (uint256) {
        return startOf(contest, Phase.Score) + bounty.contestOf(contest).scoreSeconds / 4;
    }

    /// @dev The last second that anybody may have to wait for.
    function lastDeadline(uint256 contest) internal view returns (uint256) {
        DisputeView memory d = bounty.disputeOf(contest);
        ContestView memory v = bounty.contestOf(contest);
        return uint256(v.submitEnds) + v.revealSeconds + v.scoreSeconds + v.challengeSeconds + d.panel.sealSeconds
            + d.panel.openSeconds;
    }

    function goTo(uint256 contest, Phase phase) internal {
        vm.warp(startOf(contest, phase));
    }

    /// @dev A contest in some phase other than `expected`, at some second of it; disputed wherever that can be.
    function anotherPhase(Phase expected, uint256 seed) internal returns (uint256 contest, Phase actual) {
        actual = Phase(bound(seed, 0, uint256(type(Phase).max) - 1));
        if (actual >= expected) actual = Phase(uint256(actual) + 1);
        return (inPhase(actual, seed), actual);
    }

    /// @dev A contest at some second of a phase; disputed wherever that can be.
    function inPhase(Phase phase, uint256 seed) internal returns (uint256 contest) {
        if (phase == Phase.None) return bounty.contestCount() + 1 + seed % 1000;
        uint256 within = uint256(keccak256(abi.encode(seed)));
        bool panel = phase == Phase.PanelSeal || phase == Phase.PanelOpen || within % 2 == 1;
        contest = offer(panel ? panelTerms(seed % 2 == 1, 3) : terms(seed % 2 == 1));
        if (phase == Phase.Offer || phase == Phase.Lapsed) {
            uint256 lapses = startOf(contest, Phase.Lapsed);
            bool late = phase == Phase.Lapsed;
            vm.warp(late ? bound(within, lapses, type(uint40).max) : bound(within, block.timestamp, lapses - 1));
            return contest;
        }
        acceptAll(contest);
        if (panel && phase >= Phase.Challenge && phase <= Phase.Settle) {
            play(contest, alice);
            record(contest, 1_000_000);
            goTo(contest, Phase.Challenge);
            challenge(contest, challenger);
        }
        if (phase == Phase.Submit) {
            vm.warp(bound(within, block.timestamp, startOf(contest, Phase.Reveal) - 1));
        } else if (phase < Phase.Settle) {
            uint256 starts = startOf(contest, phase);
            Phase next = Phase(uint256(phase) + 1);
            if (phase == Phase.Challenge && !panel) next = Phase.Settle;
            vm.warp(bound(within, starts, startOf(contest, next) - 1));
        } else if (phase == Phase.Cancelled) {
            vm.prank(organizer);
            bounty.cancel(contest);
        } else {
            vm.warp(bound(within, startOf(contest, Phase.Settle), type(uint40).max));
            if (phase == Phase.Settled) bounty.settle(contest);
        }
    }

    function expectWrongPhase(uint256 contest, Phase expected, Phase actual) internal {
        vm.expectRevert(abi.encodeWithSelector(IHyperparameterBounty.WrongPhase.selector, contest, expected, actual));
    }
}
