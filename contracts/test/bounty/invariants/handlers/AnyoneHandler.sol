// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {Outcome, Phase} from "../../../../src/bounty/IHyperparameterBounty.sol";
import {OddToken, PlainToken} from "../../../shared/mocks/Tokens.sol";
import {Wallet} from "../../../shared/mocks/Wallet.sol";
import {Game} from "../Game.sol";
import {Store} from "../Store.sol";
import {Handler} from "./Handler.sol";

/// @notice Lets time pass, ends contests, collects, and makes payees and token misbehave.
contract AnyoneHandler is Handler {
    uint256 private constant ENOUGH_GAS = 5_000_000;

    constructor(Store store_) Handler(store_) {}

    function wait(uint256 secs) external audited {
        vm.warp(block.timestamp + bound(secs, 1, 600));
    }

    /// @dev To some deadline of some contest, or a second before it.
    function waitForDeadline(uint256 seed) external audited {
        uint256 count = store.count();
        if (count == 0 || seed % 6 != 0) return;
        Game memory g = store.game(1 + seed / 6 % count);
        uint256 deadline = g.submitEnds == 0 ? g.terms.acceptEnds : g.submitEnds;
        if (deadline <= block.timestamp + 1) deadline += g.terms.revealSeconds;
        if (deadline <= block.timestamp + 1) deadline += g.terms.scoreSeconds;
        if (deadline <= block.timestamp + 1) deadline += g.terms.challengeSeconds;
        if (deadline <= block.timestamp + 1) deadline += g.terms.panel.sealSeconds;
        if (deadline <= block.timestamp + 1) deadline += g.terms.panel.openSeconds;
        // Not so far that other contests miss what they could do; now and then to when nothing has to be resolved any more.
        bool stuck = deadline <= block.timestamp + 1 && store.canResolve(1 + seed / 6 % count) && seed % 5 == 0;
        if (stuck) deadline += 30 days;
        if (deadline <= block.timestamp + 1 || (deadline > block.timestamp + 400 && !stuck)) return;
        vm.warp(deadline - seed / 6 / count % 2);
    }

    function settle(uint256 seed, uint256 sender) external audited {
        uint256 contest = contestIn(seed % 4 == 0 ? Phase.Lapsed : Phase.Settle, seed);
        if (contest == 0 || store.mustResolve(contest)) return;
        vm.prank(actor(sender));
        bounty.settle(contest);
        store.settled(contest);
        assertOutcome(contest, store.game(contest).outcome);
    }

    function claim(uint256 seed, uint256 which, uint256 sender) external audited {
        uint256 count = store.count();
        for (uint256 i; i < count; ++i) {
            uint256 contest = 1 + (seed % count + i) % count;
            Game memory g = store.game(contest);
            if (g.pot == 0) continue;
            // One, or two that may be the same.
            uint256[] memory indexes = new uint256[](1 + seed % 2);
            bool again;
            for (uint256 k; k < indexes.length; ++k) {
                indexes[k] = (which >> (8 * k)) % g.revealed;
                again = again || g.claimed[indexes[k]];
                g.claimed[indexes[k]] = true;
            }
            vm.prank(actor(sender));
            (bool ok,) = address(bounty).call(abi.encodeCall(bounty.claim, (contest, indexes)));
            assertTrue(ok != again, "claimed twice, or a share that cannot be claimed");
            // Foundry records the events of a call that was undone as well: the first of two shares was not paid.
            if (!ok) vm.getRecordedLogs();
            for (uint256 k; k < indexes.length && ok; ++k) {
                store.claimed(contest, indexes[k]);
            }
            return;
        }
    }

    function reclaim(uint256 seed, uint256 which, uint256 sender) external audited {
        uint256 count = store.count();
        for (uint256 i; i < count; ++i) {
            uint256 contest = 1 + (seed % count + i) % count;
            if (store.game(contest).reclaimable == 0) continue;
            address who = actor(which);
            vm.prank(actor(sender));
            (bool ok,) = address(bounty).call(abi.encodeCall(bounty.reclaim, (contest, who)));
            assertTrue(ok == (store.sponsorships(contest, who) != 0), "reclaimed");
            if (ok) store.reclaimed(contest, who);
            return;
        }
    }

    function withdraw(uint256 from, uint256 to, uint256 which) external audited {
        for (uint256 k; k < store.assetCount() * store.actorCount(); ++k) {
            address owner = actor(from % 1000 + k);
            address asset_ = asset(which % 1000 + k / store.actorCount());
            uint256 credit = bounty.credits(asset_, owner);
            if (credit == 0) continue;
            address recipient = actor(to);
            vm.prank(owner);
            try bounty.withdraw{gas: ENOUGH_GAS}(asset_, recipient) returns (uint256 amount) {
                assertEq(amount, credit, "the whole credit");
                store.moved(owner, recipient, asset_, amount);
            } catch {
                assertTrue(refuses(asset_, recipient), "a good payment failed");
                assertEq(bounty.credits(asset_, owner), credit, "the credit stays");
            }
            return;
        }
    }

    function misbehave(uint256 which, uint256 mood, uint256 seed) external audited {
        address who = actor(which);
        if (who.code.length == 0) return;
        bytes[3] memory calls = [
            abi.encodeCall(bounty.settle, (1 + seed % 8)),
            abi.encodeCall(bounty.claim, (1 + seed % 8, new uint256[](1))),
            abi.encodeCall(bounty.withdraw, (NATIVE, who))
        ];
        Wallet(payable(who)).reenterWith(address(bounty), calls[seed % 3]);
        Wallet(payable(who)).behave(Wallet.Mood(mood % 6));
    }

    function misbehaveToken(uint256 mood, uint256 seed) external audited {
        OddToken odd = OddToken(store.assets(2));
        odd.reenterWith(address(bounty), abi.encodeCall(bounty.settle, (1 + seed % 8)));
        OddToken.Mood chosen = OddToken.Mood(mood % 9);
        // A token that lies about moving can make nothing right.
        odd.behave(chosen == OddToken.Mood.PretendToMove ? OddToken.Mood.ReturnTrue : chosen);
    }

    function force(uint256 which, uint256 amount) external audited {
        amount = bound(amount, 1, 1 ether);
        address asset_ = asset(which);
        if (asset_ == NATIVE) {
            vm.deal(address(bounty), address(bounty).balance + amount);
        } else {
            PlainToken(asset_).mint(address(bounty), amount);
        }
        store.force(asset_, amount);
    }

    /// @dev Calls that nobody may make now, by anybody.
    function trespass(uint256 seed, uint256 who, bytes32 word) external audited {
        uint256 contest = 1 + seed % (store.count() + 1);
        uint256[] memory none = new uint256[](1);
        none[0] = 1_000;
        bytes[16] memory calls = [
            abi.encodeCall(bounty.reveal, (contest, 0, word, word)),
            abi.encodeCall(bounty.recordScores, (contest, word, new uint24[](100 + seed % 7))),
            abi.encodeCall(bounty.publishHoldoutKey, (contest, word)),
            abi.encodeCall(bounty.extend, (contest, 0)),
            abi.encodeCall(bounty.withdrawSubmission, (contest, 2 + seed % 1000)),
            abi.encodeCall(bounty.settle, (contest)),
            abi.encodeCall(bounty.cancel, (contest)),
            abi.encodeCall(bounty.challenge, (contest)),
            abi.encodeCall(bounty.sealScores, (contest, 7, word)),
            abi.encodeCall(bounty.openScores, (contest, seed % 7, word, word, new uint24[](20))),
            abi.encodeCall(bounty.resolve, (contest)),
            abi.encodeCall(bounty.accept, (contest, 0)),
            abi.encodeCall(bounty.acceptSeat, (contest, 7)),
            abi.encodeCall(bounty.sponsor, (contest, 0)),
            abi.encodeCall(bounty.reclaim, (contest, address(bounty))),
            abi.encodeCall(bounty.claim, (contest, none))
        ];
        uint256 which = seed / 10 % 16;
        Phase phase = bounty.phaseOf(contest);
        if (which == 5 && (phase == Phase.Lapsed || (phase == Phase.Settle && !store.mustResolve(contest)))) return;
        if (which == 10 && phase == Phase.Settle && store.canResolve(contest)) return;
        if (which == 7 && phase == Phase.Challenge) return; // the bond may be zero
        if (which == 6 && phase < Phase.Settled && bounty.contestOf(contest).standing == 0) {
            return;
        }
        vm.prank(actor(who));
        (bool ok,) = address(bounty).call(calls[which]);
        vm.assertFalse(ok, "a call that should be refused");
    }

    function refuses(address asset_, address recipient) private view returns (bool) {
        if (asset_ == store.assets(2)) {
            OddToken.Mood mood = OddToken(asset_).mood();
            return
                mood != OddToken.Mood.ReturnTrue && mood != OddToken.Mood.ReturnNothing && mood != OddToken.Mood.Reenter;
        }
        if (asset_ != NATIVE || recipient.code.length == 0) return false;
        Wallet.Mood walletMood = Wallet(payable(recipient)).mood();
        return
            walletMood == Wallet.Mood.Reject || walletMood == Wallet.Mood.BurnGas
                || walletMood == Wallet.Mood.ReturnBomb;
    }
}
