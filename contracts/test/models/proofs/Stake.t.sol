// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {Math} from "@openzeppelin/contracts/utils/math/Math.sol";

import {Hot, HotLib} from "../../../src/models/HotLib.sol";
import {Kind} from "../../../src/models/ModelTypes.sol";
import {StakeLib} from "../../../src/models/mechanisms/StakeLib.sol";
import {Vm} from "../../shared/Vm.sol";
import {Branchless} from "../../shared/proofs/Branchless.sol";

/// @notice What a sample costs, for every weight, floor, time and count; and that claims, whoever makes them and in whatever
/// order, take a deposit and no more.
contract StakeProof {
    using Branchless for uint256;
    using StakeLib for uint256;

    Vm private constant vm = Vm(address(uint160(uint256(keccak256("hevm cheat code")))));

    uint256 private constant MOST_SAMPLES = 65_536;

    struct Sale {
        uint96 weight;
        uint8 floorShift;
        uint32 last;
        uint32 time;
        uint32 count;
    }

    function price(Sale memory s) external view returns (uint256) {
        return StakeLib.price(hotOf(s), s.count);
    }

    // ------------------------------------------------------------------------------------------------------------- price

    /// @dev Word for word as it is documented, for any model's word, where nothing runs over. What its fields are is in
    /// `Hot.t.sol`; of root and larger one, see below.
    function check_thePriceIsAsItIsDocumented(Hot hot, uint32 time, uint32 count) public {
        if (count == 0 || count > MOST_SAMPLES || hot.time() > time) return;
        vm.warp(time);
        uint256 all = StakeLib.price(hot, count);
        unchecked {
            uint256 divisor = Math.max(Math.sqrt((block.timestamp - hot.time()) / count), 1);
            uint256 each = Math.max(hot.weight() / divisor, hot.weight() >> hot.floorShift());
            assert(all == count * each);
        }
    }

    function check_theLargerOfTwoIsTheLarger(uint256 x, uint256 y) public pure {
        assert(Math.max(x, y) == x.lt(y).pick(y, x));
    }

    function check_noSampleIsFree(Sale memory s) public {
        if (!legal(s)) return;
        vm.warp(s.time);
        uint256 all = this.price(s);
        assert(all != 0 && all >= uint256(s.weight) >> s.floorShift);
    }

    /// @dev Of numbers below 2^8: six divisions, one by the result of another, are what solvers find no end with. Larger
    /// ones are in OpenZeppelin's own tests.
    function check_theRootIsTheWholePartOfTheSquareRoot(uint8 number) public pure {
        uint256 root = Math.sqrt(number);
        assert(root * root <= number);
        assert((root + 1) * (root + 1) > number);
    }

    // ------------------------------------------------------------------------------------------------------------ shares

    /// @dev The table's row for members, for any word that says that there is a contribution.
    function check_aShareIsAsItIsDocumented(uint256 word, uint32 valid, uint32 total) public pure {
        if (!member(valid, total)) return;
        uint256 amount = word.share(valid, total);
        uint256 due = uint256(word.deposit()) * valid / total;
        uint256 all = due.is0() | word.left().lt(due);
        assert(amount == all.pick(word.left(), due));
        assert(amount <= word.left());
    }

    /// @dev So the marks and the deposit stay, and no member's mark is another's.
    function check_aReportTakesItsShareAndMarksItsMember(uint256 word, uint32 valid, uint32 total, uint8 number)
        public
        pure
    {
        if (!member(valid, total) || !word.exists() || number >= StakeLib.NEAR_MEMBERS) return;
        uint256 marked = word | StakeLib.bit(number);
        uint256 amount = marked.share(valid, total);
        uint256 next = marked - amount;
        assert(next.left() + amount == word.left());
        assert(next.exists() && next.deposit() == word.deposit());
        assert(next >> 192 == (word >> 192 | 1 << number));
    }

    /// @dev Refunds and claims take all that is left.
    function check_whoTakesAllThatIsLeftTakesNothingElse(uint256 word) public pure {
        uint256 next = word - word.left();
        assert(next.left() == 0);
        assert(next >> 96 == word >> 96);
    }

    /// @dev Three reports, of whatever weight, and then somebody that takes the rest: to the wei what was staked.
    function check_allClaimsTogetherAreTheDeposit(uint96 deposit, uint32[3] memory valid, uint32[3] memory total)
        public
        pure
    {
        uint256 word = StakeLib.create(deposit);
        assert(word.exists() && word.left() == deposit && word.deposit() == deposit && word << 1 >> 193 == 0);
        uint256 paid;
        for (uint256 i; i < 3; ++i) {
            if (!member(valid[i], total[i])) return;
            word |= StakeLib.bit(i);
            uint256 amount = word.share(valid[i], total[i]);
            word -= amount;
            paid += amount;
            assert(paid + word.left() == deposit);
        }
        paid += word.left();
        assert(paid == deposit);
    }

    // ----------------------------------------------------------------------------------------------------------- helpers

    function hotOf(Sale memory s) private pure returns (Hot) {
        return HotLib.create(Kind.SparsePerceptron, false, 1, 2, s.floorShift, 1, 1, 0, s.weight).withTime(s.last);
    }

    /// @dev What `open` lets through, and a call that is not before the last one.
    function legal(Sale memory s) private pure returns (bool) {
        return s.weight >> HotLib.WEIGHT_BITS == 0 && s.floorShift <= HotLib.MAX_FLOOR_SHIFT
            && s.weight >> s.floorShift != 0 && s.count != 0 && s.count <= MOST_SAMPLES && s.last <= s.time;
    }

    /// @dev A member has one refund at least, and all together have no fewer.
    function member(uint256 valid, uint256 total) private pure returns (bool) {
        return valid != 0 && valid <= total;
    }
}
