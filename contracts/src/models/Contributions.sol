// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {Hot} from "./HotLib.sol";
import {ISharedModels} from "./ISharedModels.sol";
import {Model, ModelLib} from "./ModelLib.sol";
import {Entry, Sample} from "./ModelTypes.sol";
import {Models} from "./Models.sol";
import {SamplesLib} from "./SamplesLib.sol";
import {LearnersLib} from "./learners/LearnersLib.sol";
import {MemberLib} from "./mechanisms/MemberLib.sol";
import {PointsLib} from "./mechanisms/PointsLib.sol";
import {StakeLib} from "./mechanisms/StakeLib.sol";
import {PaymentLib} from "../shared/PaymentLib.sol";

/// @title Contributions
/// @notice Samples that are added, and what becomes of the stakes on them.
abstract contract Contributions is ISharedModels, Models {
    using MemberLib for uint256;
    using ModelLib for Model;
    using StakeLib for uint256;

    uint256 private constant MAX_SAMPLES = 65_536;

    /// @inheritdoc ISharedModels
    function add(uint256 model, uint96 stake, Sample[] calldata samples) external payable nonReentrant {
        (Model storage m, Hot hot) = _live(model);
        uint256 count = samples.length;
        require(count != 0 && count <= MAX_SAMPLES, SampleCountOutOfRange(count));
        if (hot.weight() == 0) {
            require(stake == 0, WrongAmount(0, stake));
            PointsLib.pace(m, msg.sender, count);
        } else {
            uint256 price = StakeLib.price(hot, count);
            require(stake >= price, PriceIs(price, stake));
        }
        uint256 deposit = stake / count;
        uint256 classes = hot.classes();
        for (uint256 i; i < count; ++i) {
            Sample calldata sample = samples[i];
            bytes calldata x = sample.features;
            uint256 label = sample.label;
            require(label < classes, LabelOutOfRange(label, classes));
            bytes32 id = SamplesLib.id(model, msg.sender, block.timestamp, i, label, x);
            require(!_contributions[id].exists(), AlreadyAdded(id));
            hot = LearnersLib.learn(hot, m, x, label);
            uint256 own = i == 0 ? stake - deposit * (count - 1) : deposit;

            _contributions[id] = StakeLib.create(own);

            emit Added(model, msg.sender, block.timestamp, i, label, own, x);
        }
        m.hot = hot.withTime(block.timestamp);

        PaymentLib.pull(m.assetOf(hot), msg.sender, stake);
    }

    /// @inheritdoc ISharedModels
    function refund(uint256 model, Entry[] calldata entries) external nonReentrant {
        (Model storage m, Hot hot) = _exists(model);
        uint256 member = m.members[msg.sender];
        uint256 wait = member.valid() == 0 ? m.refundWait : member.refundWait();
        uint256 total;
        for (uint256 i; i < entries.length; ++i) {
            Entry calldata entry = entries[i];
            bytes calldata x = entry.features;
            (bytes32 id, uint256 contribution) = _find(model, i, entry, x);
            require(entry.author == msg.sender, NotAuthor(i, entry.author, msg.sender));
            _requireAge(i, entry, wait);
            uint256 amount = contribution.left();
            if (hot.weight() == 0) {
                // Nobody else claims without money, so the first bit says that the author has.
                require(contribution & StakeLib.bit(0) == 0, AlreadyClaimed(i, msg.sender));
                contribution |= StakeLib.bit(0);
            } else {
                require(amount != 0, NothingLeft(i));
            }
            uint256 prediction = LearnersLib.predict(hot, m, x);
            require(prediction == entry.label, ModelDisagrees(i, prediction));

            _contributions[id] = contribution - amount;
            if (member.valid() == 0) {
                hot = hot.withOneMemberMore();
                member = member.join(hot.members(), wait);
            }
            ++member;
            hot = hot.withOneValidMore();
            total += amount;

            emit Refunded(model, msg.sender, id, amount);
        }
        m.members[msg.sender] = member;
        m.hot = hot;

        _payOut(model, m.assetOf(hot), msg.sender, total);
    }

    /// @inheritdoc ISharedModels
    function report(uint256 model, Entry[] calldata entries) external nonReentrant {
        (Model storage m, Hot hot) = _exists(model);
        uint256 member = m.members[msg.sender];
        require(member.valid() != 0, NotMember(msg.sender));
        uint256 total;
        for (uint256 i; i < entries.length; ++i) {
            Entry calldata entry = entries[i];
            bytes calldata x = entry.features;
            (bytes32 id, uint256 contribution) = _find(model, i, entry, x);
            require(entry.author != msg.sender, OwnContribution(i));
            _requireAge(i, entry, member.refundWait());
            require(contribution.left() != 0, NothingLeft(i));
            contribution = _mark(i, id, contribution, member.number() - 1);
            uint256 prediction = LearnersLib.predict(hot, m, x);
            require(prediction != entry.label, ModelAgrees(i, prediction));
            uint256 amount = contribution.share(member.valid(), hot.validTotal());

            _contributions[id] = contribution - amount;
            total += amount;

            emit Reported(model, msg.sender, id, amount);
        }

        _payOut(model, m.assetOf(hot), msg.sender, total);
    }

    /// @inheritdoc ISharedModels
    function claim(uint256 model, Entry[] calldata entries) external nonReentrant {
        (Model storage m, Hot hot) = _exists(model);
        uint256 wait = msg.sender == m.creator ? m.ownerWait : m.anyWait;
        uint256 total;
        for (uint256 i; i < entries.length; ++i) {
            Entry calldata entry = entries[i];
            (bytes32 id, uint256 contribution) = _find(model, i, entry, entry.features);
            _requireAge(i, entry, wait);
            uint256 amount = contribution.left();
            require(amount != 0, NothingLeft(i));

            _contributions[id] = contribution - amount;
            total += amount;

            emit Claimed(model, msg.sender, id, amount);
        }

        _payOut(model, m.assetOf(hot), msg.sender, total);
    }

    /// @dev Whether the member, by its number less one, has its share of the contribution.
    function _hasShare(bytes32 id, uint256 contribution, uint256 member) internal view returns (bool) {
        if (member < StakeLib.NEAR_MEMBERS) return contribution & StakeLib.bit(member) != 0;
        member -= StakeLib.NEAR_MEMBERS;
        return _farClaims[id][member >> 8] >> (member & 255) & 1 == 1;
    }

    /// @dev Notes that the member has its share; the contribution's word as it is then.
    function _mark(uint256 i, bytes32 id, uint256 contribution, uint256 member) private returns (uint256) {
        require(!_hasShare(id, contribution, member), AlreadyClaimed(i, msg.sender));
        if (member < StakeLib.NEAR_MEMBERS) return contribution | StakeLib.bit(member);
        member -= StakeLib.NEAR_MEMBERS;
        _farClaims[id][member >> 8] |= 1 << (member & 255);
        return contribution;
    }

    function _find(uint256 model, uint256 i, Entry calldata entry, bytes calldata x)
        private
        view
        returns (bytes32 id, uint256 contribution)
    {
        id = SamplesLib.id(model, entry.author, entry.time, entry.position, entry.label, x);
        contribution = _contributions[id];
        require(contribution.exists(), UnknownContribution(i, id));
    }

    function _requireAge(uint256 i, Entry calldata entry, uint256 wait) private view {
        uint256 until = entry.time + wait;
        require(block.timestamp >= until, TooEarly(i, until));
    }
}
