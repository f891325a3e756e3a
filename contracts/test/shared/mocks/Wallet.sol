// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

/// @notice A payee that is a contract, and behaves as it is told when coins arrive. It can make any call.
contract Wallet {
    enum Mood {
        Accept,
        Reject,
        BurnGas,
        ReturnBomb,
        NeedGas,
        Reenter
    }

    event Reentered(bool ok, bytes4 answer);

    Mood public mood;
    address public target;
    bytes public message;

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
        // Gives up at once, leaving its caller the gas to carry on.
        if (mood == Mood.NeedGas && gasleft() < 48_000) revert("too little gas");
        if (mood == Mood.Reenter) {
            (bool ok, bytes memory result) = target.call(message);
            emit Reentered(ok, bytes4(result));
        }
    }
}
