// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {ERC20} from "@openzeppelin/contracts/token/ERC20/ERC20.sol";

/// @notice An ERC-20 by the book; anyone mints.
contract PlainToken is ERC20("Plain", "PLAIN") {
    function mint(address to, uint256 amount) external {
        _mint(to, amount);
    }
}

/// @notice Keeps one percent of every transfer.
contract FeeToken is ERC20("Fee", "FEE") {
    function mint(address to, uint256 amount) external {
        _mint(to, amount);
    }

    function _update(address from, address to, uint256 amount) internal override {
        if (from == address(0)) return super._update(from, to, amount);
        super._update(from, to, amount - amount / 100);
        super._update(from, address(this), amount / 100);
    }
}

/// @notice Whatever `transfer` and `transferFrom` of tokens in the wild are known to do.
contract OddToken {
    enum Mood {
        ReturnNothing,
        ReturnTrue,
        ReturnFalse,
        ReturnTwo,
        Revert,
        BurnGas,
        ReturnBomb,
        PretendToMove,
        Reenter
    }

    event Reentered(bool ok, bytes4 answer);

    mapping(address => uint256) public balanceOf;
    Mood public mood;
    address public target;
    bytes public message;

    function mint(address to, uint256 amount) external {
        balanceOf[to] += amount;
    }

    function behave(Mood mood_) external {
        mood = mood_;
    }

    function reenterWith(address target_, bytes calldata message_) external {
        (mood, target, message) = (Mood.Reenter, target_, message_);
    }

    function transfer(address to, uint256 amount) external {
        _move(msg.sender, to, amount);
    }

    function transferFrom(address from, address to, uint256 amount) external {
        _move(from, to, amount);
    }

    function _move(address from, address to, uint256 amount) private {
        if (mood == Mood.Revert) revert("frozen");
        if (mood == Mood.BurnGas) while (true) {}
        if (mood == Mood.ReturnBomb) _answer(0, 1_000_000);
        if (mood == Mood.ReturnFalse) _answer(0, 32);
        if (mood == Mood.ReturnTwo) _answer(2, 32);
        if (mood == Mood.Reenter) {
            (bool ok, bytes memory result) = target.call(message);
            emit Reentered(ok, bytes4(result));
        }
        if (mood != Mood.PretendToMove) {
            balanceOf[from] -= amount;
            balanceOf[to] += amount;
        }
        if (mood == Mood.ReturnNothing) _answer(0, 0);
        _answer(1, 32);
    }

    function _answer(uint256 word, uint256 size) private pure {
        assembly ("memory-safe") {
            mstore(0, word)
            return(0, size)
        }
    }
}
