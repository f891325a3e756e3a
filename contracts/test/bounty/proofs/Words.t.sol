// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {Submission, SubmissionState} from "../../../src/bounty/IHyperparameterBounty.sol";
import {SpecLib} from "../../../src/bounty/SpecLib.sol";
import {SubmissionLib} from "../../../src/bounty/SubmissionLib.sol";
import {TermsLib} from "../../../src/bounty/TermsLib.sol";

/// @notice What is packed into a word comes out of it unchanged.
contract WordsProof {
    using SubmissionLib for bytes32;
    using TermsLib for uint128;

    function checkSpec(bytes32 spec, bytes32 limits) external pure {
        SpecLib.check(spec, limits);
    }

    function packShares(uint16[] calldata shares) external pure returns (uint128) {
        return TermsLib.packShares(shares);
    }

    function check_aSealedSubmissionKeepsItsOrdinalAndItsSeal(uint256 ordinal, bytes32 commitment) public pure {
        if (ordinal > SubmissionLib.MAX_ORDINAL) return;
        bytes32 word = SubmissionLib.seal(ordinal, commitment);
        assert(word.isSealed());
        assert(word.ordinalOf() == ordinal);
        assert(word.sealOf() == bytes28(commitment));
        Submission memory s = word.show();
        assert(s.state == SubmissionState.Sealed && s.ordinal == ordinal);
        assert(s.seal == bytes28(commitment) && s.spec == 0);
    }

    /// @dev So a slot tells the two apart, and neither can be taken for an empty one.
    function check_anAcceptedSpecIsNeverTakenForASealOrForNothing(bytes32 spec, bytes32 limits) public view {
        (bool accepted,) = address(this).staticcall(abi.encodeCall(this.checkSpec, (spec, limits)));
        if (!accepted) return;
        assert(!spec.isSealed());
        assert(spec != 0);
        Submission memory s = spec.show();
        assert(s.state == SubmissionState.Revealed && s.spec == spec);
    }

    function check_sharesThatArePackedMakeAWholeAndComeOutAsTheyWere(uint16 a, uint16 b, uint16 c, uint16 d)
        public
        view
    {
        uint16[4] memory all = [a, b, c, d];
        for (uint256 count = 1; count <= all.length; ++count) {
            uint16[] memory shares = new uint16[](count);
            uint256 sum;
            bool zero;
            for (uint256 i; i < count; ++i) {
                shares[i] = all[i];
                sum += all[i];
                zero = zero || all[i] == 0;
            }
            (bool accepted, bytes memory answer) = address(this).staticcall(abi.encodeCall(this.packShares, (shares)));
            assert(accepted == (sum == 10_000 && !zero));
            if (!accepted) continue;
            uint128 packed = abi.decode(answer, (uint128));
            // Nobody asks for the second share of one prize.
            for (uint256 i; i < (count == 1 ? 1 : 8); ++i) {
                assert(packed.shareAt(i) == (i < count ? all[i] : 0));
            }
        }
    }
}
