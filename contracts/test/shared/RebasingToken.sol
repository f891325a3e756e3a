// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

/// @notice A token whose balances all shrink or grow at once.
contract RebasingToken {
    uint256 public percent = 100;
    mapping(address => uint256) private _shares;

    function mint(address to, uint256 amount) external {
        _shares[to] += amount;
    }

    function rebase(uint256 percent_) external {
        percent = percent_;
    }

    function balanceOf(address who) public view returns (uint256) {
        return _shares[who] * percent / 100;
    }

    function transfer(address to, uint256 amount) external returns (bool) {
        return _move(msg.sender, to, amount);
    }

    function transferFrom(address from, address to, uint256 amount) external returns (bool) {
        return _move(from, to, amount);
    }

    function _move(address from, address to, uint256 amount) private returns (bool) {
        uint256 share = amount * 100 / percent;
        _shares[from] -= share;
        _shares[to] += share;
        return true;
    }
}
