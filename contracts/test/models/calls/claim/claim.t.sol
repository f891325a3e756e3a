// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {ISharedModels} from "../../../../src/models/ISharedModels.sol";
import {Entry, Kind} from "../../../../src/models/ModelTypes.sol";
import {ModelsBase} from "../../foundry/ModelsBase.sol";

contract ClaimTest is ModelsBase {
    bytes private _x;

    function setUp() public override {
        super.setUp();
        _x = sampleOf(Kind.SparsePerceptron);
    }

    function testFuzz_RevertGiven_ThereIsNoSuchModel(uint256 model) external {
        expect(abi.encodeWithSelector(ISharedModels.NoModel.selector, model));
        models.claim(model, new Entry[](0));
    }

    function test_RevertWhen_TheDataIsUnknown() external {
        uint256 model = perceptron(false);
        Entry memory entry = add(model, alice, 1, _x);
        vm.warp(block.timestamp + 9 * DAY);
        entry.position = 1;
        bytes32 id = models.contributionId(model, entry);
        expect(abi.encodeWithSelector(ISharedModels.UnknownContribution.selector, 0, id));
        claim(model, creator, entry);
    }

    function testFuzz_RevertWhen_ItIsEarly(address who, uint32 later, bool byCreator) external {
        if (byCreator) who = creator;
        uint256 model = perceptron(false);
        Entry memory entry = add(model, alice, 1, _x);
        uint256 until = block.timestamp + (who == creator ? 7 : 9) * DAY;
        vm.warp(bound(later, block.timestamp, until - 1));
        expect(abi.encodeWithSelector(ISharedModels.TooEarly.selector, 0, until));
        claim(model, who, entry);
    }

    function testFuzz_RevertGiven_NothingIsLeft(bool byCreator) external {
        uint256 model = perceptron(false);
        Entry memory entry = add(model, alice, 0, _x);
        vm.warp(block.timestamp + 9 * DAY);
        if (byCreator) claim(model, creator, entry);
        else refund(model, entry);
        expect(abi.encodeWithSelector(ISharedModels.NothingLeft.selector, 0));
        claim(model, stranger, entry);
    }

    function testFuzz_WhenTheCreatorsTimeHasCome(uint8 label, bool inToken, uint24 later) external {
        play(creator, 7 * DAY + later, label % 2, inToken);
    }

    function testFuzz_WhenEverybodysTimeHasCome(uint8 label, bool inToken, uint24 later, address who) external {
        vm.assume(who != creator && who.code.length == 0 && uint160(who) > 1000 && who != address(vm));
        play(who, 9 * DAY + later, label % 2, inToken);
    }

    function play(address who, uint256 secs, uint256 label, bool inToken) private {
        uint256 model = perceptron(inToken);
        address asset = models.modelOf(model).asset;
        join(model, bob);
        join(model, carol);
        Entry[] memory entries = new Entry[](2);
        entries[0] = add(model, alice, label, abi.encodePacked(uint16(2), uint16(9)));
        entries[1] = add(model, alice, 1, _x, 8 ether);
        vm.warp(block.timestamp + DAY);
        report(model, bob, entries[1]);
        vm.warp(block.timestamp - DAY + secs);
        uint256 first = left(model, entries[0]);
        uint256 before = balanceOf(asset, who);
        vm.expectEmit(address(models));
        emit ISharedModels.Claimed(model, who, models.contributionId(model, entries[0]), first);
        vm.expectEmit(address(models));
        emit ISharedModels.Claimed(model, who, models.contributionId(model, entries[1]), 4 ether);
        vm.prank(who);
        models.claim(model, entries);
        assertEq(balanceOf(asset, who) - before, first + 4 ether, "paid");
        assertEq(held(asset), 0, "held");
        assertEq(left(model, entries[0]) + left(model, entries[1]), 0, "left");
    }
}
