// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {Phase} from "../../../../src/bounty/IHyperparameterBounty.sol";
import {Specs} from "../../foundry/Specs.sol";
import {Entry, Game} from "../Game.sol";
import {Store} from "../Store.sol";
import {Handler} from "./Handler.sol";

/// @notice Submits specs out of a few, so that there are twins, and opens most of them.
contract ParticipantHandler is Handler {
    uint256 private _salts;

    constructor(Store store_) Handler(store_) {}

    /// @dev Up to three each into most of the contests that take them.
    function submit(uint256 who, uint256 seed, uint256 slot, uint256 number) external tokenPlaysAlong audited {
        for (uint256 contest = 1; contest <= store.count(); ++contest) {
            if (bounty.phaseOf(contest) != Phase.Submit) continue;
            for (uint256 k; k < (seed >> contest) % 4; ++k) {
                submitOne(contest, actor(who % 1000 + contest + k), slot, (number % 1000 + k) % 4);
            }
        }
    }

    function submitOne(uint256 contest, address who, uint256 slot, uint256 number) private {
        Game memory g = store.game(contest);
        Entry memory e = Entry(who, bound(slot, 0, g.terms.maxPerAddress - 1), Specs.plain(number), 0, 0, 0);
        e.salt = bytes32(++_salts);
        bool replaces;
        for (uint256 i; i < g.entries.length; ++i) {
            if (g.entries[i].who == e.who && g.entries[i].slot == e.slot) replaces = true;
        }
        if (!replaces && g.entries.length == g.terms.maxSubmissions) return;
        uint256 price = replaces ? 0 : g.terms.entryFee + store.surchargeOf(contest);
        // Some send more coins than they have to.
        uint256 change = g.terms.asset == NATIVE && _salts % 3 == 0 ? _salts : 0;
        send(contest, e, fund(e.who, g.terms.asset, price + change));
        store.submitted(contest, e, change);
    }

    function send(uint256 contest, Entry memory e, uint256 coins) private {
        bytes32 commitment = bounty.commitmentOf(contest, e.who, e.spec, e.salt);
        vm.prank(e.who);
        bounty.submit{value: coins}(contest, e.slot, commitment);
    }

    function withdrawSubmission(uint256 seed, uint256 which) external audited {
        uint256 contest = contestIn(Phase.Submit, seed);
        if (contest == 0) return;
        Entry[] memory entries = store.game(contest).entries;
        // Seldom, so that most submissions stay.
        if (entries.length == 0 || which % 4 != 0) return;
        uint256 i = which % entries.length;
        vm.prank(entries[i].who);
        bounty.withdrawSubmission(contest, entries[i].slot);
        store.withdrawn(contest, i);
    }

    /// @dev Most of those that can be, of every contest; some participants have lost their salt.
    function reveal(uint256 seed) external audited {
        for (uint256 contest = 1; contest <= store.count(); ++contest) {
            if (bounty.phaseOf(contest) == Phase.Reveal) revealOf(contest, seed);
        }
    }

    /// @dev Beginning anywhere, so that they come in any order.
    function revealOf(uint256 contest, uint256 seed) private {
        Entry[] memory entries = store.game(contest).entries;
        for (uint256 k; k < entries.length; ++k) {
            uint256 i = (seed % entries.length + k) % entries.length;
            Entry memory e = entries[i];
            if (e.index != 0 || uint256(e.salt) % 4 == 0 || (seed >> k) % 4 == 0) continue;
            vm.prank(e.who);
            uint256 index = bounty.reveal(contest, e.slot, e.spec, e.salt);
            store.revealed(contest, i);
            assertEq(index + 1, store.game(contest).revealed, "index of the revealed spec");
        }
    }
}
