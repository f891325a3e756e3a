// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {Phase} from "../../../../src/bounty/IHyperparameterBounty.sol";
import {IPayments} from "../../../../src/shared/IPayments.sol";
import {BountyBase} from "../../foundry/BountyBase.sol";
import {Vm} from "../../../shared/Vm.sol";
import {OddToken, PlainToken} from "../../../shared/mocks/Tokens.sol";
import {Game} from "../Game.sol";
import {Store} from "../Store.sol";

/// @notice What all handlers do. Each call does something that the contract must allow, or nothing.
abstract contract Handler is BountyBase {
    bytes32 internal constant KEY = "the key of the holdout";

    Store internal immutable store;

    constructor(Store store_) {
        store = store_;
        bounty = store_.bounty();
    }

    /// @dev Books what the events of the call say, and looks at the phases.
    modifier audited() {
        vm.recordLogs();
        _;
        Vm.Log[] memory logs = vm.getRecordedLogs();
        for (uint256 i; i < logs.length; ++i) {
            if (logs[i].emitter != address(bounty)) continue;
            bytes32 topic = logs[i].topics[0];
            if (topic != IPayments.Paid.selector && topic != IPayments.Credited.selector) {
                continue;
            }
            store.paid(uint256(logs[i].topics[1]), abi.decode(logs[i].data, (uint256)));
        }
        store.look();
    }

    /// @dev What an honest evaluator, or member of a panel, finds.
    function truth(uint256 contest, uint256 spec) internal pure returns (uint24) {
        return uint24(uint256(keccak256(abi.encode(contest, spec))) % 4);
    }

    /// @dev From this second on nobody can publish the key.
    function keyEnds(Game memory g) internal pure returns (uint256) {
        return g.submitEnds + g.terms.revealSeconds + g.terms.scoreSeconds / 4;
    }

    function actor(uint256 seed) internal view returns (address) {
        return store.actors(seed % store.actorCount());
    }

    function asset(uint256 seed) internal view returns (address) {
        return store.assets(seed % store.assetCount());
    }

    /// @dev Some contest in the phase; 0 where there is none.
    function contestIn(Phase phase, uint256 seed) internal view returns (uint256) {
        uint256 count = store.count();
        for (uint256 i; i < count; ++i) {
            uint256 contest = 1 + (seed % count + i) % count;
            if (bounty.phaseOf(contest) == phase) return contest;
        }
        return 0;
    }

    /// @dev Makes `who` able to pay, and the token willing; the coins to send along.
    function fund(address who, address asset_, uint256 amount) internal returns (uint256 coins) {
        store.funded(who, asset_, amount);
        if (asset_ == NATIVE) {
            vm.deal(who, who.balance + amount);
            return amount;
        }
        PlainToken(asset_).mint(who, amount);
        if (asset_ == store.assets(1)) {
            vm.prank(who);
            PlainToken(asset_).approve(address(bounty), type(uint256).max);
        }
    }

    /// @dev The odd token is what its mood says when it pays out; when it pays in, it plays along.
    modifier tokenPlaysAlong() {
        OddToken odd = OddToken(store.assets(2));
        OddToken.Mood mood = odd.mood();
        odd.behave(OddToken.Mood.ReturnTrue);
        _;
        odd.behave(mood);
    }
}
