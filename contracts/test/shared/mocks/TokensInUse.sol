// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

/// @notice What tokens that people hold are like, beyond the standard: few decimals, no answers, old forms of symbols.
abstract contract TokenInUse {
    mapping(address owner => uint256) public balanceOf;
    mapping(address owner => mapping(address spender => uint256)) public allowance;

    function mint(address to, uint256 amount) external {
        balanceOf[to] += amount;
    }

    function _move(address from, address to, uint256 amount) internal {
        balanceOf[from] -= amount;
        balanceOf[to] += amount;
    }

    function _spend(address from, address to, uint256 amount) internal {
        allowance[from][msg.sender] -= amount;
        _move(from, to, amount);
    }
}

/// @notice Six decimals, no return values, and an allowance that changes from and to nothing only: as the largest one is.
contract ClearFirstToken is TokenInUse {
    string public constant symbol = "CLR";
    uint256 public constant decimals = 6;

    function approve(address spender, uint256 amount) external {
        require(amount == 0 || allowance[msg.sender][spender] == 0);
        allowance[msg.sender][spender] = amount;
    }

    function transfer(address to, uint256 amount) external {
        _move(msg.sender, to, amount);
    }

    function transferFrom(address from, address to, uint256 amount) external {
        _spend(from, to, amount);
    }
}

/// @notice Says of itself what its owner wants it to say, or nothing at all.
contract SpokenToken is TokenInUse {
    bytes public symbolAnswer;
    bytes public decimalsAnswer;
    bool public deaf;

    function say(bytes calldata symbol_, bytes calldata decimals_) external {
        (symbolAnswer, decimalsAnswer) = (symbol_, decimals_);
    }

    function turnDeaf() external {
        deaf = true;
    }

    function symbol() external view {
        _answer(symbolAnswer);
    }

    function decimals() external view {
        _answer(decimalsAnswer);
    }

    /// @dev One that is deaf says that it approved, and did not.
    function approve(address spender, uint256 amount) external returns (bool) {
        if (!deaf) allowance[msg.sender][spender] = amount;
        return true;
    }

    function transfer(address to, uint256 amount) external returns (bool) {
        _move(msg.sender, to, amount);
        return true;
    }

    function transferFrom(address from, address to, uint256 amount) external returns (bool) {
        _spend(from, to, amount);
        return true;
    }

    /// @dev Empty: it reverts, as a function does that is not there.
    function _answer(bytes memory answer) private pure {
        require(answer.length != 0);
        assembly ("memory-safe") {
            return(add(answer, 0x20), mload(answer))
        }
    }
}
