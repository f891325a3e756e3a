// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {ISharedModels} from "../../../src/models/ISharedModels.sol";
import {Entry, Kind, ModelView, Sample, Terms} from "../../../src/models/ModelTypes.sol";
import {Base} from "../../shared/Base.sol";
import {PlainToken} from "../../shared/mocks/Tokens.sol";

/// @notice The contract of shared models, its people, and the steps of a model.
abstract contract ModelsBase is Base {
    string internal constant MODELS = "SharedModels";
    uint32 internal constant DAY = 1 days;
    bytes32 internal constant MANIFEST = "manifest";

    ISharedModels internal models;
    PlainToken internal token;
    address internal creator;
    address internal alice;
    address internal bob;
    address internal carol;
    address internal stranger;

    function setUp() public virtual {
        vm.warp(GENESIS);
        models = ISharedModels(deploy(MODELS));
        token = new PlainToken();
        (creator, alice, bob) = (person("creator"), person("alice"), person("bob"));
        (carol, stranger) = (person("carol"), person("stranger"));
    }

    // ------------------------------------------------------------------------------------------------------------ models

    function isPerceptron(Kind kind) internal pure returns (bool) {
        return kind == Kind.SparsePerceptron || kind == Kind.DensePerceptron;
    }

    function isSparse(Kind kind) internal pure returns (bool) {
        return kind != Kind.DensePerceptron && kind != Kind.DenseCentroid;
    }

    function kindOf(uint256 seed) internal pure returns (Kind) {
        return Kind(seed % 5);
    }

    /// @dev Terms that `open` accepts: 20 features, 2 classes, a price of a coin, in the native coin.
    function terms(Kind kind) internal pure returns (Terms memory t) {
        (t.kind, t.features, t.classes, t.lanes) = (kind, 20, 2, 2);
        if (kind == Kind.SparsePerceptron) t.step = 3;
        if (kind == Kind.NaiveBayes) t.smoothing = 16;
        t.samples = new uint32[](isPerceptron(kind) ? 0 : 2);
        (t.weight, t.floorShift) = (1 ether, 20);
        (t.refundWait, t.ownerWait, t.anyWait) = (DAY, 7 * DAY, 9 * DAY);
    }

    function draft(Terms memory t) internal returns (uint256) {
        vm.prank(creator);
        return models.open(t);
    }

    function live(Terms memory t) internal returns (uint256 model) {
        model = draft(t);
        publish(model);
    }

    function publish(uint256 model) internal {
        vm.prank(creator);
        models.publish(model, MANIFEST);
    }

    function upload(uint256 model, uint256 first, uint256[] memory words) internal {
        vm.prank(creator);
        models.upload(model, first, words);
    }

    function close(uint256 model) internal {
        vm.prank(creator);
        models.close(model);
    }

    function list(uint256 word) internal pure returns (uint256[] memory words) {
        words = new uint256[](1);
        words[0] = word;
    }

    // ----------------------------------------------------------------------------------------------------------- samples

    function one(uint256 label, bytes memory x) internal pure returns (Sample[] memory samples) {
        samples = new Sample[](1);
        samples[0] = Sample(uint8(label), x);
    }

    /// @dev Some sample of the model's kind: features 1, 5 and 17; or all of them, each ten more than the last.
    function sampleOf(Kind kind) internal pure returns (bytes memory x) {
        if (isSparse(kind)) return abi.encodePacked(uint16(1), uint16(5), uint16(17));
        for (uint256 i; i < 20; ++i) {
            x = bytes.concat(x, bytes2(uint16(10 * (i + 1))));
        }
    }

    function fund(address who, address asset, uint256 amount) internal returns (uint256 coins) {
        if (asset == NATIVE) {
            vm.deal(who, who.balance + amount);
            return amount;
        }
        PlainToken(asset).mint(who, amount);
        vm.prank(who);
        // Odd tokens know no allowance.
        (bool ok,) = asset.call(abi.encodeCall(token.approve, (address(models), type(uint256).max)));
        ok;
    }

    function held(address asset) internal view returns (uint256) {
        return balanceOf(asset, address(models));
    }

    function balanceOf(address asset, address who) internal view returns (uint256) {
        return asset == NATIVE ? who.balance : PlainToken(asset).balanceOf(who);
    }

    /// @dev Adds one sample for its price; what claims on it hand in.
    function add(uint256 model, address who, uint256 label, bytes memory x) internal returns (Entry memory) {
        return add(model, who, label, x, models.priceOf(model, 1));
    }

    function add(uint256 model, address who, uint256 label, bytes memory x, uint256 stake)
        internal
        returns (Entry memory)
    {
        uint256 coins = fund(who, models.modelOf(model).asset, stake);
        vm.prank(who);
        models.add{value: coins}(model, uint96(stake), one(label, x));
        return Entry(who, uint40(block.timestamp), 0, uint8(label), x);
    }

    function just(Entry memory entry) internal pure returns (Entry[] memory entries) {
        entries = new Entry[](1);
        entries[0] = entry;
    }

    function predict(uint256 model, bytes memory x) internal view returns (uint256) {
        bytes[] memory samples = new bytes[](1);
        samples[0] = x;
        return models.predict(model, samples)[0];
    }

    function refund(uint256 model, Entry memory entry) internal {
        vm.prank(entry.author);
        models.refund(model, just(entry));
    }

    function report(uint256 model, address who, Entry memory entry) internal {
        vm.prank(who);
        models.report(model, just(entry));
    }

    function claim(uint256 model, address who, Entry memory entry) internal {
        vm.prank(who);
        models.claim(model, just(entry));
    }

    function left(uint256 model, Entry memory entry) internal view returns (uint256) {
        return models.contributionOf(model, entry).left;
    }

    /// @dev Makes `who` a member: it adds what the model says already, and has it refunded.
    function join(uint256 model, address who) internal {
        bytes memory x = sampleOf(models.modelOf(model).kind);
        // A centroid or naive Bayes that is empty says 0, and still does once it has learned that.
        Entry memory entry = add(model, who, predict(model, x), x);
        vm.warp(block.timestamp + models.modelOf(model).refundWait);
        refund(model, entry);
    }

    /// @dev A live sparse perceptron without bias that says 0, and so agrees with label 0 and not with 1 until it learns;
    /// it learns nothing of a label of 0.
    function perceptron(bool inToken) internal returns (uint256) {
        Terms memory t = terms(Kind.SparsePerceptron);
        (t.bias, t.step) = (-1000, 1);
        if (inToken) t.asset = address(token);
        return live(t);
    }

    /// @dev The same, of points.
    function points() internal returns (uint256) {
        Terms memory t = terms(Kind.SparsePerceptron);
        (t.weight, t.minInterval, t.bias) = (0, 60, -1000);
        return live(t);
    }

    function expect(bytes memory error) internal {
        vm.expectRevert(error);
    }
}
