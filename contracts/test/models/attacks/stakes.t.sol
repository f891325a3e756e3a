// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {ISharedModels} from "../../../src/models/ISharedModels.sol";
import {Entry, Kind, Sample} from "../../../src/models/ModelTypes.sol";
import {ModelsBase} from "../foundry/ModelsBase.sol";

/// @dev Ways to get more of a stake than is due, or to make the price fall.
contract StakesTest is ModelsBase {
    bytes private _x;

    function setUp() public override {
        super.setUp();
        _x = sampleOf(Kind.SparsePerceptron);
    }

    function testFuzz_ManySamplesInOneBlock_CostAsMuchAsTheFirstSecond(uint8 count) external {
        uint256 model = perceptron(false);
        vm.warp(block.timestamp + 10_000);
        add(model, alice, 0, _x);
        for (uint256 i; i < count % 16; ++i) {
            assertEq(models.priceOf(model, 1), 1 ether, "price");
            add(model, alice, 0, abi.encodePacked(uint16(i)));
        }
    }

    function testFuzz_ManySamplesInOneCall_AreNoCheaperThanOneByOne(uint8 count, uint32 later) external {
        uint256 model = perceptron(false);
        count = uint8(bound(count, 2, 40));
        vm.warp(block.timestamp + later % 1_000_000);
        uint256 together = models.priceOf(model, count);
        assertTrue(together >= count * models.priceOf(model, 1), "each costs as much, or more");
    }

    function test_SybilsThatReport_GetTogetherWhatOneWould() external {
        uint256 model = perceptron(false);
        address[4] memory sybils = [address(2001), address(2002), address(2003), address(2004)];
        for (uint256 i; i < 4; ++i) {
            join(model, sybils[i]);
        }
        for (uint256 i; i < 4; ++i) {
            join(model, bob);
        }
        Entry memory entry = add(model, alice, 1, _x, 8 ether);
        vm.warp(block.timestamp + DAY);
        for (uint256 i; i < 4; ++i) {
            report(model, sybils[i], entry);
        }
        uint256 before = bob.balance;
        report(model, bob, entry);
        assertEq(bob.balance - before, 4 ether, "half of it is left for whom half is due");
    }

    function test_OneSampleTwiceInAClaim_IsRefused() external {
        uint256 model = perceptron(false);
        add(model, bob, 0, _x, 5 ether);
        Entry[] memory entries = new Entry[](2);
        entries[0] = add(model, alice, 0, _x);
        entries[1] = entries[0];
        vm.warp(block.timestamp + DAY);
        expect(abi.encodeWithSelector(ISharedModels.NothingLeft.selector, 1));
        vm.prank(alice);
        models.refund(model, entries);
    }

    function test_ASampleOfAnotherModel_IsUnknown() external {
        uint256 cheap = perceptron(false);
        uint256 dear = perceptron(false);
        Entry memory entry = add(cheap, alice, 0, _x);
        add(dear, bob, 0, _x, 5 ether);
        vm.warp(block.timestamp + DAY);
        bytes32 id = models.contributionId(dear, entry);
        expect(abi.encodeWithSelector(ISharedModels.UnknownContribution.selector, 0, id));
        refund(dear, entry);
    }

    function test_AnAuthorThatComesAfterEverybody_FindsNothing() external {
        uint256 model = perceptron(false);
        Entry memory entry = add(model, alice, 0, _x);
        vm.warp(block.timestamp + 9 * DAY);
        claim(model, stranger, entry);
        expect(abi.encodeWithSelector(ISharedModels.NothingLeft.selector, 0));
        refund(model, entry);
    }

    function test_BytesBehindADenseSample_ChangeNothing() external {
        uint256 model = live(terms(Kind.DensePerceptron));
        bytes memory x = sampleOf(Kind.DensePerceptron);
        bytes memory data = abi.encodeCall(ISharedModels.add, (model, 1 ether, one(1, x)));
        for (uint256 i = data.length - 24; i < data.length; ++i) {
            data[i] = 0xff; // where the encoding has zeros, after the 20th feature
        }
        fund(alice, NATIVE, 1 ether);
        vm.prank(alice);
        (bool ok,) = address(models).call{value: 1 ether}(data);
        assertTrue(ok, "added");
        uint256 word = models.wordsOf(model, 1, 1)[0];
        assertEq(word >> 64, 0, "no weight beyond the 20th");
        Entry memory entry = Entry(alice, uint40(block.timestamp), 0, 1, x);
        assertTrue(models.contributionOf(model, entry).exists, "the same sample");
    }

    function test_MoreSamplesThanMoney_IsRefused() external {
        uint256 model = perceptron(false);
        Sample[] memory samples = new Sample[](3);
        for (uint256 i; i < 3; ++i) {
            samples[i] = Sample(0, _x);
        }
        fund(alice, NATIVE, 2 ether);
        expect(abi.encodeWithSelector(ISharedModels.PriceIs.selector, 3 ether, 2 ether));
        vm.prank(alice);
        models.add{value: 2 ether}(model, 2 ether, samples);
    }
}
