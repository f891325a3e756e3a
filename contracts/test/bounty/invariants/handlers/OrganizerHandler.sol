// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {Outcome, Phase, Terms} from "../../../../src/bounty/IHyperparameterBounty.sol";
import {Specs} from "../../foundry/Specs.sol";
import {Game} from "../Game.sol";
import {Store} from "../Store.sol";
import {Handler} from "./Handler.sol";

/// @notice Offers contests with narrow caps and short windows, and does what organizers do; sponsors too.
contract OrganizerHandler is Handler {
    uint256 private constant MOST_CONTESTS = 7;
    /// Offered at once, so that there is time to bring them to an end.
    uint256 private constant FIRST_CONTESTS = 6;

    constructor(Store store_) Handler(store_) {}

    function open(uint256 who, uint256 seed, uint256 reward, uint256 bond, uint256 entryFee)
        external
        tokenPlaysAlong
        audited
    {
        if (store.count() == MOST_CONTESTS) return;
        offer(who, seed, reward, bond, entryFee);
        while (store.count() < FIRST_CONTESTS) {
            seed = uint256(keccak256(abi.encode(seed)));
            offer(seed >> 128, seed, reward, bond, entryFee);
        }
    }

    function offer(uint256 who, uint256 seed, uint256 reward, uint256 bond, uint256 entryFee) private {
        Terms memory t;
        t.asset = asset(seed);
        t.reward = uint96(bound(reward, 1, type(uint96).max));
        t.bond = uint96(bound(bond, 0, type(uint96).max));
        t.evaluatorBond = uint96(bound(uint256(keccak256(abi.encode(bond))), 0, type(uint96).max));
        t.entryFee = uint96(bound(entryFee, 0, type(uint96).max));
        t.minimumScore = uint24(seed / 3 % 4);
        t.shares = sharesOf(seed / 12 % 8 + 1);
        t.acceptEnds = uint40(block.timestamp + 1_200 + seed % 2_001);
        t.submitSeconds = uint32(600 + seed % 211);
        t.revealSeconds = uint32(600 + seed % 37);
        t.scoreSeconds = uint32((seed % 11 < 2 ? 2_400 : 600) + seed % 41);
        if (seed % 7 != 0) t.challengeSeconds = uint32(600 + seed % 7);
        t.entrySeconds = 1;
        t.evaluator = actor(seed / 7);
        if (seed % 5 != 0) t.evaluatorFee = uint96(reward >> 200);
        t.limits = Specs.MAXIMA;
        t.maxSubmissions = uint16(2 + seed % 5);
        t.maxPerAddress = uint16(1 + seed % 2);
        t.manifest = "manifest";
        if (seed % 11 < 2) t.holdoutCommitment = sha256(abi.encode(KEY));
        address organizer = actor(who);
        if (seed % 8 != 0) appoint(t, organizer, seed);
        uint256 coins = fund(organizer, t.asset, uint256(t.reward) + t.bond + t.evaluatorFee);
        vm.prank(organizer);
        bounty.open{value: coins}(t);
        store.offered(organizer, t);
    }

    /// @dev A panel of actors that are neither organizer nor evaluator, and time for it.
    function appoint(Terms memory t, address organizer, uint256 seed) private view {
        uint256 count = 1 + 2 * (seed / 4 % 4);
        address[] memory members = new address[](count);
        uint256 left = count;
        for (uint256 i; i < store.actorCount() && left != 0; ++i) {
            address who = store.actors(i);
            if (who != organizer && who != t.evaluator) members[count - left--] = who;
        }
        t.panel.members = members;
        t.panel.memberBond = uint96(bound(uint256(keccak256(abi.encode(seed))), 0, type(uint96).max));
        t.panel.fee = uint96(seed / 16 % (t.evaluatorBond / 2 / count + 1));
        t.panel.challengeBond = uint96(bound(seed >> 32, 2 * t.panel.fee * count, type(uint96).max));
        t.panel.tolerance = uint24(seed / 64 % 4 / 2);
        if (t.challengeSeconds == 0) t.challengeSeconds = 600;
        (t.panel.sealSeconds, t.panel.openSeconds) = (uint32(900 + seed % 31), uint32(900 + seed % 37));
    }

    function extend(uint256 seed, uint256 more) external audited {
        uint256 contest = contestIn(Phase.Submit, seed);
        // Seldom, so that contests come to their end.
        if (contest == 0 || more % 4 != 0) return;
        Game memory g = store.game(contest);
        if (g.extended == g.terms.submitSeconds) return;
        uint32 secs = uint32(bound(more, 1, g.terms.submitSeconds - g.extended));
        vm.prank(g.organizer);
        bounty.extend(contest, secs);
        store.extended(contest, secs);
    }

    /// @dev By anybody, while no surcharge has been paid.
    function sponsor(uint256 seed, uint256 who, uint256 amount) external tokenPlaysAlong audited {
        uint256 contest = contestIn(Phase.Submit, seed);
        if (contest == 0) return;
        Game memory g = store.game(contest);
        if (2 * g.entries.length > uint256(g.terms.maxSubmissions) + 1) return;
        // As much as a few of them may be together.
        uint96 value = uint96(bound(amount, 1, type(uint80).max));
        uint256 coins = fund(actor(who), g.terms.asset, value);
        vm.prank(actor(who));
        bounty.sponsor{value: coins}(contest, value);
        store.sponsored(contest, actor(who), value);
    }

    /// @dev Seldom, so that other contests come to their end.
    function cancel(uint256 seed) external audited {
        uint256 count = store.count();
        if (count == 0 || seed % 12 != 0) return;
        uint256 contest = 1 + seed / 12 % count;
        Game memory g = store.game(contest);
        if (g.outcome != Outcome.Pending || g.entries.length != 0) return;
        vm.prank(g.organizer);
        bounty.cancel(contest);
        store.cancelled(contest);
    }

    function publishHoldoutKey(uint256 seed, uint256 who) external audited {
        uint256 contest = contestIn(Phase.Score, seed);
        if (contest == 0) return;
        Game memory g = store.game(contest);
        if (g.terms.holdoutCommitment == 0 || g.keyPublished || block.timestamp >= keyEnds(g)) return;
        vm.prank(who % 2 == 0 ? g.terms.evaluator : g.organizer);
        bounty.publishHoldoutKey(contest, KEY);
        store.published(contest);
    }

    function sharesOf(uint256 count) private pure returns (uint16[] memory shares) {
        shares = new uint16[](count);
        uint256 left = 10_000;
        for (uint256 i; i + 1 < count; ++i) {
            shares[i] = uint16(left / 3);
            left -= shares[i];
        }
        shares[count - 1] = uint16(left);
    }
}
