// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {ISharedModels} from "../../../../src/models/ISharedModels.sol";
import {Entry, Kind, Terms} from "../../../../src/models/ModelTypes.sol";
import {ModelsBase} from "../../foundry/ModelsBase.sol";

contract ReportTest is ModelsBase {
    bytes private _x;

    function setUp() public override {
        super.setUp();
        _x = sampleOf(Kind.SparsePerceptron);
    }

    function testFuzz_RevertGiven_ThereIsNoSuchModel(uint256 model) external {
        expect(abi.encodeWithSelector(ISharedModels.NoModel.selector, model));
        models.report(model, new Entry[](0));
    }

    function testFuzz_RevertWhen_TheSenderIsNoMember(address who) external {
        uint256 model = perceptron(false);
        join(model, bob);
        vm.assume(who != bob);
        Entry memory entry = disputed(model);
        expect(abi.encodeWithSelector(ISharedModels.NotMember.selector, who));
        report(model, who, entry);
    }

    function test_RevertWhen_TheDataIsUnknown() external {
        uint256 model = perceptron(false);
        join(model, bob);
        Entry memory entry = disputed(model);
        entry.label = 0;
        bytes32 id = models.contributionId(model, entry);
        expect(abi.encodeWithSelector(ISharedModels.UnknownContribution.selector, 0, id));
        report(model, bob, entry);
    }

    function test_RevertWhen_TheSampleIsTheSenders() external {
        uint256 model = perceptron(false);
        join(model, alice);
        Entry memory entry = disputed(model);
        expect(abi.encodeWithSelector(ISharedModels.OwnContribution.selector, 0));
        report(model, alice, entry);
    }

    function testFuzz_RevertWhen_ItIsEarly(uint32 later) external {
        uint256 model = perceptron(false);
        join(model, bob);
        Entry memory entry = add(model, alice, 1, _x);
        uint256 until = block.timestamp + DAY;
        vm.warp(bound(later, block.timestamp, until - 1));
        expect(abi.encodeWithSelector(ISharedModels.TooEarly.selector, 0, until));
        report(model, bob, entry);
    }

    function test_RevertWhen_TheModelAgrees() external {
        uint256 model = perceptron(false);
        join(model, bob);
        Entry memory entry = add(model, alice, 0, _x);
        vm.warp(block.timestamp + DAY);
        expect(abi.encodeWithSelector(ISharedModels.ModelAgrees.selector, 0, 0));
        report(model, bob, entry);
    }

    function testFuzz_RevertGiven_NothingIsLeft(bool byCreator) external {
        uint256 model = perceptron(false);
        join(model, bob);
        join(model, carol);
        Entry memory entry = disputed(model);
        vm.warp(block.timestamp + 9 * DAY);
        claim(model, byCreator ? creator : stranger, entry);
        expect(abi.encodeWithSelector(ISharedModels.NothingLeft.selector, 0));
        report(model, bob, entry);
    }

    function test_RevertGiven_APointsModel() external {
        uint256 model = points();
        join(model, bob);
        Entry memory entry = add(model, alice, 0, _x);
        vm.warp(block.timestamp + DAY);
        expect(abi.encodeWithSelector(ISharedModels.NothingLeft.selector, 0));
        report(model, bob, entry);
        refund(model, entry);
        expect(abi.encodeWithSelector(ISharedModels.NothingLeft.selector, 0));
        report(model, bob, entry);
    }

    function testFuzz_RevertGiven_TheSenderHasItsShare(uint16 before) external {
        uint256 model = crowd(before % 400);
        join(model, carol);
        Entry memory entry = disputed(model);
        join(model, bob);
        assertTrue(!models.hasClaimed(model, entry, bob), "hasClaimed before");
        report(model, bob, entry);
        assertTrue(models.hasClaimed(model, entry, bob), "hasClaimed");
        assertTrue(!models.hasClaimed(model, entry, carol), "hasClaimed by another");
        expect(abi.encodeWithSelector(ISharedModels.AlreadyClaimed.selector, 0, bob));
        report(model, bob, entry);
    }

    function testFuzz_WhenTheModelDisagrees(uint96 stake, uint8[3] memory valid, bool inToken) external {
        uint256 model = perceptron(inToken);
        address asset = models.modelOf(model).asset;
        uint256 total;
        address[3] memory who = [bob, carol, stranger];
        for (uint256 i; i < 3; ++i) {
            valid[i] = uint8(1 + valid[i] % 3);
            total += valid[i];
            for (uint256 j; j < valid[i]; ++j) {
                join(model, who[i]);
            }
        }
        stake = uint96(bound(stake, 5 ether, 1e24));
        Entry memory entry = add(model, alice, 1, _x, stake);
        vm.warp(block.timestamp + DAY);
        uint256 rest = stake;
        for (uint256 i; i < 3; ++i) {
            uint256 share = stake * valid[i] / total;
            if (share > rest) share = rest;
            uint256 before = balanceOf(asset, who[i]);
            vm.expectEmit(address(models));
            emit ISharedModels.Reported(model, who[i], models.contributionId(model, entry), share);
            report(model, who[i], entry);
            rest -= share;
            assertEq(balanceOf(asset, who[i]) - before, share, "paid");
            assertEq(left(model, entry), rest, "left");
            assertEq(held(asset), rest, "held");
        }
        assertEq(models.contributionOf(model, entry).deposit, stake, "deposit");
    }

    function testFuzz_WhenTheShareIsZero(uint8 members) external {
        Terms memory t = terms(Kind.SparsePerceptron);
        (t.bias, t.weight, t.floorShift) = (-1000, 1, 0);
        uint256 model = live(t);
        members = uint8(bound(members, 2, 9));
        for (uint256 i; i < members; ++i) {
            join(model, address(uint160(1000 + i)));
        }
        Entry memory entry = add(model, alice, 1, _x, members - 1);
        vm.warp(block.timestamp + DAY);
        report(model, address(1000), entry);
        assertEq(address(1000).balance, 1 + members - 1, "its own sample, and all");
        assertEq(left(model, entry), 0, "left");
    }

    function test_WhenTheShareIsMoreThanIsLeft() external {
        uint256 model = perceptron(false);
        join(model, bob);
        join(model, carol);
        Entry memory entry = add(model, alice, 1, _x, 6 ether);
        vm.warp(block.timestamp + DAY);
        report(model, bob, entry); // a half
        for (uint256 i; i < 4; ++i) {
            join(model, carol);
        }
        uint256 before = carol.balance;
        report(model, carol, entry); // five sixths are more than a half
        assertEq(carol.balance - before, 3 ether, "paid");
        assertEq(left(model, entry), 0, "left");
    }

    function test_WhenTheMembersAreMany() external {
        uint256 model = crowd(330);
        Entry memory entry = disputed(model);
        uint256 deposit = left(model, entry);
        uint256[8] memory some = [uint256(0), 62, 63, 64, 318, 319, 320, 329];
        for (uint256 i; i < some.length; ++i) {
            report(model, address(uint160(1000 + some[i])), entry);
            assertEq(left(model, entry), deposit - (i + 1) * (deposit / 330), "left");
        }
        for (uint256 i; i < 330; ++i) {
            bool done;
            for (uint256 j; j < some.length; ++j) {
                if (some[j] == i) done = true;
            }
            address who = address(uint160(1000 + i));
            assertTrue(models.hasClaimed(model, entry, who) == done, "hasClaimed");
            if (i % 20 == 3 && !done) report(model, who, entry);
        }
    }

    // ----------------------------------------------------------------------------------------------------------- helpers

    /// @dev A sample of alice's that the model disagrees with, a day old.
    function disputed(uint256 model) private returns (Entry memory entry) {
        entry = add(model, alice, 1, _x);
        vm.warp(block.timestamp + DAY);
    }

    /// @dev A model with that many members from 1000 on.
    function crowd(uint256 members) private returns (uint256 model) {
        model = perceptron(false);
        for (uint256 i; i < members; ++i) {
            address who = address(uint160(1000 + i));
            Entry memory entry = add(model, who, 0, _x);
            vm.warp(block.timestamp + DAY);
            refund(model, entry);
        }
    }
}
