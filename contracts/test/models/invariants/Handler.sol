// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {ISharedModels} from "../../../src/models/ISharedModels.sol";
import {ContributionView, Entry, Kind, ModelView, Terms} from "../../../src/models/ModelTypes.sol";
import {MarketHandler} from "./MarketHandler.sol";
import {PlainToken} from "../../shared/mocks/Tokens.sol";
import {Wallet} from "../../shared/mocks/Wallet.sol";

/// @notice What anybody does with models in two assets, and the books beside it. Each call does something that the contract
/// must allow, or nothing.
contract Handler is MarketHandler {
    struct Added {
        uint256 model;
        Entry entry;
        uint256 deposit;
        uint256 paid;
    }

    Added[] public added;
    uint256[] public numbers;
    address[] public actors;
    /// What is left of all contributions in an asset, by the books.
    mapping(address asset => uint256) public leftIn;

    constructor(ISharedModels models_, PlainToken token_) {
        (models, token) = (models_, token_);
        creator = person("creator");
        (actors) = [person("alice"), person("bob"), address(new Wallet()), address(new Wallet()), creator];
        for (uint256 i; i < 7; ++i) {
            Terms memory t = terms(kindOf(i == 6 ? 0 : i));
            t.features = 12;
            if (i == 5) t.weight = 0;
            else if (i % 2 == 1 || i == 6) t.asset = address(token);
            numbers.push(live(t));
        }
    }

    /// @dev In the coin, without money, and in the token.
    function fairModel(uint256 seed_) internal view override returns (uint256) {
        return seed_ == 0 ? numbers[0] : numbers[4 + seed_];
    }

    function fairActor(uint256 seed_) internal view override returns (address) {
        return actors[seed_];
    }

    function addedCount() external view returns (uint256) {
        return added.length;
    }

    function modelCount() external view returns (uint256) {
        return numbers.length;
    }

    function wait(uint32 secs) external {
        vm.warp(block.timestamp + secs % (3 * DAY));
    }

    function behave(uint8 which, uint8 mood) external {
        Wallet(payable(actors[2 + which % 2])).behave(mood % 2 == 0 ? Wallet.Mood.Accept : Wallet.Mood.Reject);
    }

    function addSome(uint256 seed_, uint96 more) external {
        seed(seed_);
        uint256 model = numbers[draw(numbers.length)];
        if (models.modelOf(model).rests) return;
        Kind kind = models.modelOf(model).kind;
        bytes memory x;
        for (uint256 i; i < 12; ++i) {
            if (!isSparse(kind)) x = bytes.concat(x, bytes2(uint16(draw(1 << 16))));
            else if (i == 0 || draw(2) == 0) x = bytes.concat(x, bytes2(uint16(i)));
        }
        address who = actors[draw(actors.length)];
        uint256 label = draw(2);
        uint256 stake = models.priceOf(model, 1) + (models.modelOf(model).weight == 0 ? 0 : more % 1 ether);
        Entry memory entry = Entry(who, uint40(block.timestamp), 0, uint8(label), x);
        if (models.contributionOf(model, entry).exists) return;
        added.push(Added(model, add(model, who, label, x, stake), stake, 0));
        leftIn[models.modelOf(model).asset] += stake;
    }

    function settle(uint256 which, uint8 how, uint256 who) external {
        if (added.length == 0) return;
        Added storage a = added[which % added.length];
        ContributionView memory v = models.contributionOf(a.model, a.entry);
        bool agrees = predict(a.model, a.entry.features) == a.entry.label;
        bool points = models.modelOf(a.model).weight == 0;
        address member = actors[who % actors.length];
        how %= 3;
        if (how == 0) {
            if (!agrees || block.timestamp < v.refundAt || (points ? claimed(a, a.entry.author) : v.left == 0)) return;
            refund(a.model, a.entry);
        } else if (how == 1) {
            if (agrees || block.timestamp < v.refundAt || v.left == 0 || member == a.entry.author) return;
            if (models.memberOf(a.model, member).valid == 0 || claimed(a, member)) return;
            report(a.model, member, a.entry);
        } else {
            if (v.left == 0 || block.timestamp < (member == creator ? v.ownerAt : v.anyAt)) return;
            claim(a.model, member, a.entry);
        }
        uint256 paid = v.left - left(a.model, a.entry);
        a.paid += paid;
        leftIn[models.modelOf(a.model).asset] -= paid;
    }

    function withdraw(uint256 who, bool inToken, address to) external {
        if (to == address(0) || to == address(models) || to.code.length != 0 || to == address(vm)) return;
        if (uint160(to) < 1000) return;
        address owner = actors[who % actors.length];
        address asset = inToken ? address(token) : NATIVE;
        if (models.credits(asset, owner) == 0) return;
        vm.prank(owner);
        models.withdraw(asset, to);
    }

    function claimed(Added storage a, address who) private view returns (bool) {
        return models.hasClaimed(a.model, a.entry, who);
    }
}
