// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {IHyperparameterBounty, Terms} from "../../../../src/bounty/IHyperparameterBounty.sol";
import {World} from "../../foundry/World.sol";

/// @notice Terms in other bytes than an encoder makes of them: `open` could read them, and who reads `Opened` might not.
contract OpenEncodingTest is World {
    /// Words of the encoded terms: the offset of all, of the shares and of the panel; and where the shares are.
    uint256 private constant ALL = 0;
    uint256 private constant SHARES = 8;
    uint256 private constant PANEL = 21;
    uint256 private constant TAIL = 22;

    function testFuzz_RevertWhen_ThereIsAGapInTheEncodedTerms(Terms memory raw, bytes32 gap, uint8 kind) external {
        Terms memory t = valid(raw, false);
        bytes32[] memory words = split(abi.encode(t));
        uint256 panel = TAIL + 1 + t.shares.length;
        if (kind % 4 == 0) {
            words = insert(words, ALL + 1, gap);
            move(words, ALL, 1);
        } else if (kind % 4 == 1) {
            words = insert(words, TAIL, gap);
            move(words, SHARES, 1);
            move(words, PANEL, 1);
        } else if (kind % 4 == 2) {
            words = insert(words, panel, gap);
            move(words, PANEL, 1);
        } else {
            words = insert(words, panel + 7, gap);
            move(words, panel, 1);
        }
        refuses(t, words);
    }

    /// @dev The shares stand in front of everything, where only an offset below zero reaches them.
    function testFuzz_RevertWhen_AnOffsetPointsBackwards(Terms memory raw) external {
        Terms memory t = valid(raw, false);
        bytes32[] memory words = split(abi.encode(t));
        uint256 length = 1 + t.shares.length;
        for (uint256 i; i < length; ++i) {
            words = insert(words, 1 + i, words[TAIL + 2 * i]);
        }
        move(words, ALL, int256(length));
        words[SHARES + length] = bytes32(uint256(-32 * int256(length)));
        refuses(t, words);
    }

    function testFuzz_WhenBytesFollowTheTerms(Terms memory raw, bytes memory more, bool inToken)
        external
        whenThePartsFollowEachOther
    {
        Terms memory t = valid(raw, inToken);
        uint256 coins = fund(organizer, t.asset, due(t));
        bytes memory data = bytes.concat(bounty.open.selector, abi.encode(t), more);
        vm.expectEmit(address(bounty));
        emit IHyperparameterBounty.Opened(1, organizer, t.evaluator, t);
        vm.prank(organizer);
        (bool ok,) = address(bounty).call{value: coins}(data);
        assertTrue(ok, "opened");
    }

    // ----------------------------------------------------------------------------------------------------------- helpers

    function refuses(Terms memory t, bytes32[] memory words) private {
        uint256 coins = fund(organizer, t.asset, due(t));
        vm.prank(organizer);
        (bool ok, bytes memory answer) =
            address(bounty).call{value: coins}(bytes.concat(bounty.open.selector, abi.encodePacked(words)));
        vm.assertFalse(ok, "opened");
        vm.assertEq(answer, abi.encodeWithSelector(IHyperparameterBounty.UnusualEncoding.selector), "reason");
    }

    function split(bytes memory data) private pure returns (bytes32[] memory) {
        return abi.decode(bytes.concat(bytes32(uint256(32)), bytes32(data.length / 32), data), (bytes32[]));
    }

    function insert(bytes32[] memory words, uint256 place, bytes32 word) private pure returns (bytes32[] memory more) {
        more = new bytes32[](words.length + 1);
        for (uint256 i; i < more.length; ++i) {
            more[i] = i == place ? word : words[i < place ? i : i - 1];
        }
    }

    /// @dev Lets an offset point `count` words further.
    function move(bytes32[] memory words, uint256 place, int256 count) private pure {
        words[place] = bytes32(uint256(int256(uint256(words[place])) + 32 * count));
    }
}
