// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

/// @notice A payee that is a contract, and behaves as it is told when coins arrive. It can take any role of a contest.
contract Wallet {
    enum Mood {
        Accept,
        Reject,
        BurnGas,
        ReturnBomb,
        Spend,
        Reenter
    }

    event Reentered(bool ok, bytes4 answer);

    Mood public mood;
    address public target;
    bytes public message;
    uint256[] public spent;

    function behave(Mood mood_) external {
        mood = mood_;
    }

    function reenterWith(address target_, bytes calldata message_) external {
        (mood, target, message) = (Mood.Reenter, target_, message_);
    }

    function execute(address to, bytes calldata data) external payable returns (bytes memory result) {
        bool ok;
        (ok, result) = to.call{value: msg.value}(data);
        if (!ok) {
            assembly ("memory-safe") {
                revert(add(result, 0x20), mload(result))
            }
        }
    }

    receive() external payable {
        if (mood == Mood.Reject) revert("not today");
        if (mood == Mood.BurnGas) while (true) {}
        if (mood == Mood.ReturnBomb) {
            assembly ("memory-safe") {
                revert(0, 100000)
            }
        }
        // Two fresh slots: most of the 50,000 gas that a payment forwards.
        if (mood == Mood.Spend) spent.push(1);
        if (mood == Mood.Reenter) {
            (bool ok, bytes memory result) = target.call(message);
            emit Reentered(ok, bytes4(result));
        }
    }
}
