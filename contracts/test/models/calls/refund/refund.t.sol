// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {ISharedModels} from "../../../../src/models/ISharedModels.sol";
import {Entry, Kind, MemberView, ModelView} from "../../../../src/models/ModelTypes.sol";
import {ModelsBase} from "../../foundry/ModelsBase.sol";

contract RefundTest is ModelsBase {
    bytes private _x;

    function setUp() public override {
        super.setUp();
        _x = sampleOf(Kind.SparsePerceptron);
    }

    function testFuzz_RevertGiven_ThereIsNoSuchModel(uint256 model) external {
        expect(abi.encodeWithSelector(ISharedModels.NoModel.selector, model));
        models.refund(model, new Entry[](0));
    }

    function testFuzz_RevertWhen_TheDataIsUnknown(uint8 which) external {
        uint256 model = perceptron(false);
        perceptron(false);
        Entry memory entry = add(model, alice, 0, _x);
        vm.warp(block.timestamp + DAY);
        which %= 6;
        if (which == 0) entry.author = bob;
        if (which == 1) ++entry.time;
        if (which == 2) ++entry.position;
        if (which == 3) entry.label = 1;
        if (which == 4) entry.features = abi.encodePacked(uint16(1), uint16(5));
        if (which == 5) model = 2;
        bytes32 id = models.contributionId(model, entry);
        expect(abi.encodeWithSelector(ISharedModels.UnknownContribution.selector, 0, id));
        refund(model, entry);
    }

    function testFuzz_RevertWhen_TheSenderIsNotTheAuthor(address who) external {
        vm.assume(who != alice);
        uint256 model = perceptron(false);
        Entry memory entry = add(model, alice, 0, _x);
        vm.warp(block.timestamp + DAY);
        expect(abi.encodeWithSelector(ISharedModels.NotAuthor.selector, 0, alice, who));
        vm.prank(who);
        models.refund(model, just(entry));
    }

    function testFuzz_RevertWhen_ItIsEarly(uint32 later, bool member) external {
        uint256 model = perceptron(false);
        if (member) join(model, alice);
        Entry memory entry = add(model, alice, 0, _x);
        uint256 until = block.timestamp + DAY;
        vm.warp(bound(later, block.timestamp, until - 1));
        expect(abi.encodeWithSelector(ISharedModels.TooEarly.selector, 0, until));
        refund(model, entry);
    }

    function testFuzz_RevertWhen_TheModelDisagrees(bool inToken) external {
        uint256 model = perceptron(inToken);
        Entry memory entry = add(model, alice, 1, _x);
        vm.warp(block.timestamp + DAY);
        expect(abi.encodeWithSelector(ISharedModels.ModelDisagrees.selector, 0, 0));
        refund(model, entry);
    }

    function testFuzz_RevertGiven_NothingIsLeft(bool inToken) external {
        uint256 model = perceptron(inToken);
        Entry memory entry = add(model, alice, 0, _x);
        vm.warp(block.timestamp + DAY);
        refund(model, entry);
        expect(abi.encodeWithSelector(ISharedModels.NothingLeft.selector, 0));
        refund(model, entry);
    }

    function test_RevertGiven_TheSampleOfAPointsModelWasRefunded() external {
        uint256 model = points();
        Entry memory entry = add(model, alice, 0, _x);
        vm.warp(block.timestamp + DAY);
        refund(model, entry);
        assertTrue(models.hasClaimed(model, entry, alice), "hasClaimed");
        expect(abi.encodeWithSelector(ISharedModels.AlreadyClaimed.selector, 0, alice));
        refund(model, entry);
    }

    function testFuzz_WhenTheModelAgrees(uint8 count, uint96 stake, bool inToken, uint16 later) external {
        uint256 model = perceptron(inToken);
        address asset = models.modelOf(model).asset;
        count = uint8(bound(count, 1, 5));
        stake = uint96(bound(stake, 10 ether, 1e24));
        join(model, bob);
        join(model, carol);
        Entry[] memory entries = new Entry[](count);
        for (uint256 i; i < count; ++i) {
            entries[i] = add(model, alice, 0, _x, stake + i);
            vm.warp(block.timestamp + 1);
        }
        vm.warp(block.timestamp + DAY - 1 + later);
        ModelView memory v = models.modelOf(model);
        uint256 before = balanceOf(asset, alice);
        uint256 total;
        for (uint256 i; i < count; ++i) {
            vm.expectEmit(address(models));
            emit ISharedModels.Refunded(model, alice, models.contributionId(model, entries[i]), stake + i);
            total += stake + i;
        }
        vm.prank(alice);
        models.refund(model, entries);
        assertEq(balanceOf(asset, alice) - before, total, "paid");
        assertEq(held(asset), 0, "held");
        (v.validTotal, v.members) = (v.validTotal + count, 3);
        vm.assertEq(abi.encode(models.modelOf(model)), abi.encode(v), "modelOf");
        vm.assertEq(abi.encode(models.memberOf(model, alice)), abi.encode(MemberView(count, 3, 0)), "member");
        vm.assertEq(abi.encode(models.memberOf(model, bob)), abi.encode(MemberView(1, 1, 0)), "another");
        assertEq(left(model, entries[0]), 0, "left");
        join(model, alice);
        vm.assertEq(abi.encode(models.memberOf(model, alice)), abi.encode(MemberView(count + 1, 3, 0)), "once more");
    }

    function test_GivenAPointsModel() external {
        uint256 model = points();
        Entry memory entry = add(model, alice, 0, _x);
        assertTrue(!models.hasClaimed(model, entry, alice), "hasClaimed before");
        vm.warp(block.timestamp + DAY);
        refund(model, entry);
        vm.assertEq(abi.encode(models.memberOf(model, alice)), abi.encode(MemberView(1, 1, uint32(GENESIS))), "member");
        assertTrue(!models.hasClaimed(model, entry, bob), "hasClaimed by another");
        vm.warp(block.timestamp + 100);
        entry = add(model, alice, 0, _x);
        uint32 then = uint32(block.timestamp);
        vm.warp(block.timestamp + DAY);
        refund(model, entry);
        vm.assertEq(abi.encode(models.memberOf(model, alice)), abi.encode(MemberView(2, 1, then)), "member");
    }
}
