// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {Outcome, Phase, Terms} from "../../../src/interfaces/IHyperparameterBounty.sol";
import {Specs} from "../../foundry/Specs.sol";
import {Game, Store} from "../Store.sol";
import {Handler} from "./Handler.sol";

/// @notice Opens contests with narrow caps and short windows, and does what organizers do.
contract OrganizerHandler is Handler {
    uint256 private constant MOST_CONTESTS = 10;

    constructor(Store store_) Handler(store_) {}

    function open(uint256 who, uint256 seed, uint256 reward, uint256 bond, uint256 deposit)
        external
        tokenPlaysAlong
        audited
    {
        if (store.count() == MOST_CONTESTS) return;
        Terms memory t;
        t.asset = asset(seed);
        t.reward = uint128(bound(reward, 1, type(uint128).max));
        t.bond = uint96(bound(bond, 0, type(uint96).max));
        t.deposit = uint96(bound(deposit, 0, type(uint96).max));
        t.minimumScore = uint24(seed / 3 % 4);
        t.shares = sharesOf(seed / 12 % 8 + 1);
        t.submitEnds = uint40(block.timestamp + 40 + seed % 101);
        t.revealSeconds = uint32(40 + seed % 53);
        t.scoreSeconds = uint32(40 + seed % 59);
        t.challengeSeconds = uint32(seed % 7);
        t.evaluator = EVALUATOR;
        t.limits = Specs.MAXIMA;
        t.maxSubmissions = uint16(2 + seed % 5);
        t.maxPerAddress = uint16(1 + seed % 2);
        t.manifest = "manifest";
        if (seed % 11 < 4) t.holdoutCommitment = sha256(abi.encode(KEY));
        address organizer = actor(who);
        uint256 coins = fund(organizer, t.asset, uint256(t.reward) + t.bond);
        vm.prank(organizer);
        bounty.open{value: coins}(t);
        store.opened(organizer, t);
    }

    function extend(uint256 seed, uint256 more) external audited {
        uint256 contest = contestIn(Phase.Submit, seed);
        if (contest == 0) return;
        uint32 secs = uint32(bound(more, 1, 50));
        vm.prank(store.game(contest).organizer);
        bounty.extend(contest, secs);
        store.extended(contest, secs);
    }

    /// @dev Seldom, so that other contests come to their end.
    function cancel(uint256 seed) external audited {
        uint256 count = store.count();
        if (count == 0 || seed % 3 != 0) return;
        uint256 contest = 1 + seed / 3 % count;
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
        if (g.terms.holdoutCommitment == 0 || g.keyPublished) return;
        vm.prank(who % 2 == 0 ? EVALUATOR : g.organizer);
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
