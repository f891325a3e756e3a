// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {Outcome} from "../../../src/bounty/IHyperparameterBounty.sol";
import {World} from "../foundry/World.sol";

/// @dev Sends what it was made with, whether the recipient wants it or not.
contract Bomber {
    constructor(address target) payable {
        selfdestruct(payable(target));
    }
}

/// @dev Coins and tokens that nobody asked for.
contract ForcedCoinsTest is World {
    bytes4[] private _known;

    function setUp() public override {
        super.setUp();
        string[] memory all = signatures(BOUNTY);
        for (uint256 i; i < all.length; ++i) {
            _known.push(selectorOf(all[i]));
        }
        assertEq(_known.length, 32, "functions");
    }

    function testFuzz_APlainTransfer_IsRefused(uint96 amount) external {
        vm.deal(stranger, amount);
        vm.prank(stranger);
        (bool ok,) = address(bounty).call{value: amount}("");
        vm.assertFalse(ok, "the transfer");
    }

    function testFuzz_ACallOfAnUnknownSelector_IsRefused(bytes4 selector, bytes memory data, uint96 amount) external {
        vm.assume(!known(selector));
        vm.deal(stranger, amount);
        vm.prank(stranger);
        (bool ok, bytes memory answer) = address(bounty).call{value: amount}(bytes.concat(selector, data));
        vm.assertFalse(ok, "the call");
        assertEq(answer.length, 0, "the answer");
    }

    function testFuzz_CoinsWithACallThatTakesNone_AreRefused(uint96 amount) external {
        uint256 contest = open(terms(false));
        amount = uint96(bound(amount, 1, type(uint96).max));
        vm.deal(organizer, amount);
        vm.prank(organizer);
        (bool ok,) = address(bounty).call{value: amount}(abi.encodeCall(bounty.cancel, (contest)));
        vm.assertFalse(ok, "the call");
    }

    function testFuzz_CoinsForcedBySelfdestruct_ChangeNoPaymentAndBelongToNobody(uint96 amount, bool afterTheEnd)
        external
    {
        uint256 contest = open(futureTerms(false));
        play(contest, alice);
        record(contest, 1_000_000);
        if (!afterTheEnd) force(amount);
        settle(contest);
        if (afterTheEnd) force(amount);
        assertOutcome(contest, Outcome.Won);
        assertEq(alice.balance, 1 ether, "the prize");
        assertEq(organizer.balance, 0.1 ether, "the bond");
        assertEq(address(bounty).balance, amount, "held");
        assertEq(bounty.credits(NATIVE, stranger), 0, "credit");
    }

    function testFuzz_TokensSentUnasked_ChangeNoPayment(uint96 amount, bool afterTheEnd) external {
        uint256 contest = open(futureTerms(true));
        if (!afterTheEnd) token.mint(address(bounty), amount);
        play(contest, alice);
        record(contest, 1_000_000);
        settle(contest);
        if (afterTheEnd) token.mint(address(bounty), amount);
        assertEq(token.balanceOf(alice), 1 ether, "the prize");
        assertEq(token.balanceOf(organizer), 0.1 ether, "the bond");
        assertEq(token.balanceOf(address(bounty)), amount, "held");
    }

    function force(uint256 amount) private {
        vm.deal(address(this), amount);
        new Bomber{value: amount}(address(bounty));
    }

    function known(bytes4 selector) private view returns (bool) {
        for (uint256 i; i < _known.length; ++i) {
            if (_known[i] == selector) return true;
        }
        return false;
    }
}
