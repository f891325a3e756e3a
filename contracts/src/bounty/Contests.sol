// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {IHyperparameterBounty, Phase} from "./IHyperparameterBounty.sol";
import {Contest, ContestLib} from "./ContestLib.sol";
import {Payments} from "../shared/Payments.sol";
import {Place} from "./RankingLib.sol";
import {Rules} from "./Rules.sol";
import {Verdicts} from "./Verdicts.sol";

/// @title Contests
/// @notice What is kept of the contests, and what every call on one begins and ends with.
abstract contract Contests is IHyperparameterBounty, Payments {
    using ContestLib for Contest;

    /// Keccak-256 of the creation code of both; `contracts/build.py` compares them.
    bytes32 private constant RULES_CODE = 0x94b877a13352f5002001cf3c1dd95781b76893fc1b40470a259880af8625a899;
    bytes32 private constant VERDICTS_CODE = 0x9755c3e464597faa56b96b7b03a8439c252e82aa5a09c60987de5826efe1298e;

    mapping(uint256 contest => Contest) internal _contests;
    mapping(uint256 contest => mapping(address participant => mapping(uint256 entry => bytes32))) internal _submissions;
    mapping(uint256 contest => mapping(uint256 index => Place)) internal _places;
    mapping(uint256 contest => mapping(address sponsor => uint256 amount)) internal _sponsorships;

    /// @dev Creates the two contracts whose code this one has no room for. Their addresses follow from this one's and from their
    /// code: so this one's code says what theirs is, and is the same wherever it is deployed.
    constructor() {
        assert(address(new Rules{salt: 0}()) == address(_rules()));
        assert(address(new Verdicts{salt: 0}()) == address(_verdicts()));
    }

    function _inPhase(uint256 contest, Phase expected) internal view returns (Contest storage c) {
        c = _contests[contest];
        Phase actual = c.phase();
        require(actual == expected, WrongPhase(contest, expected, actual));
    }

    function _requireOrganizer(Contest storage c) internal view {
        require(msg.sender == c.organizer, NotOrganizer(c.organizer, msg.sender));
    }

    /// @dev Emits an event of `(uint256 indexed contest, <one word>, uint24[] scores)`, for scores that were checked: in one
    /// copy, where the compiler would check and copy each.
    function _emitScores(bytes32 topic, uint256 contest, uint256 word, uint256[] memory scores) internal {
        // Saves 31,300 gas of `recordScores` and 35,200 of `resolve` with 100 specs, against `emit`.
        assembly ("memory-safe") {
            let data := mload(0x40)
            let size := shl(5, add(mload(scores), 1))
            mstore(data, word)
            mstore(add(data, 0x20), 0x40)
            mcopy(add(data, 0x40), scores, size)
            log2(data, add(size, 0x40), topic, contest)
        }
    }

    function _rules() internal view returns (Rules) {
        return Rules(_created(RULES_CODE));
    }

    function _verdicts() internal view returns (Verdicts) {
        return Verdicts(_created(VERDICTS_CODE));
    }

    /// @dev The contract that this one created with that code (CREATE2, EIP-1014).
    function _created(bytes32 code) private view returns (address) {
        return address(uint160(uint256(keccak256(abi.encodePacked(hex"ff", address(this), bytes32(0), code)))));
    }
}
