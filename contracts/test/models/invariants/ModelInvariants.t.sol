// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {ISharedModels} from "../../../src/models/ISharedModels.sol";
import {ContributionView, Entry} from "../../../src/models/ModelTypes.sol";
import {ModelsBase} from "../foundry/ModelsBase.sol";
import {Handler} from "./Handler.sol";
import {MarketHandler} from "./MarketHandler.sol";

/// @notice What holds after any calls by anybody, over models of all kinds, in the coin, in a token and without money.
contract ModelInvariantsTest is ModelsBase {
    struct FuzzSelector {
        address addr;
        bytes4[] selectors;
    }

    Handler private _handler;
    FuzzSelector[] private _targets;

    function setUp() public override {
        super.setUp();
        _handler = new Handler(models, token);
        bytes4[] memory selectors = new bytes4[](8);
        (selectors[0], selectors[1], selectors[2]) =
        (Handler.wait.selector, Handler.behave.selector, Handler.addSome.selector);
        (selectors[3], selectors[4]) = (Handler.settle.selector, Handler.withdraw.selector);
        // Markets take many steps.
        (selectors[5], selectors[6]) = (MarketHandler.marketStep.selector, MarketHandler.marketStep.selector);
        selectors[7] = MarketHandler.repayOne.selector;
        _targets.push(FuzzSelector(address(_handler), selectors));
    }

    function targetContracts() external view returns (address[] memory contracts) {
        contracts = new address[](1);
        contracts[0] = address(_handler);
    }

    function targetSelectors() external view returns (FuzzSelector[] memory) {
        return _targets;
    }

    /// @dev What is held of an asset is what is left of its contributions, what its markets hold, and the credits in it.
    function invariant_HoldingsAreWhatIsLeftAndTheCredits() external view {
        assertHoldings(NATIVE, _handler.leftIn(NATIVE) + _handler.fairsIn(NATIVE));
        assertHoldings(address(token), _handler.leftIn(address(token)) + _handler.fairsIn(address(token)));
    }

    /// @dev In the end, what the contract says of each: none paid more than its deposit, and no other's money.
    function afterInvariant() external view {
        uint256 coins;
        uint256 tokens;
        for (uint256 i; i < _handler.addedCount(); ++i) {
            (uint256 model, Entry memory entry, uint256 deposit, uint256 paid) = _handler.added(i);
            ContributionView memory v = models.contributionOf(model, entry);
            assertEq(v.deposit, deposit, "deposit");
            assertEq(v.left + paid, deposit, "left and paid");
            if (models.modelOf(model).asset == NATIVE) coins += v.left;
            else tokens += v.left;
        }
        assertHoldings(NATIVE, coins + _handler.fairsIn(NATIVE));
        assertHoldings(address(token), tokens + _handler.fairsIn(address(token)));
    }

    function assertHoldings(address asset, uint256 expected) private view {
        for (uint256 i; i < 5; ++i) {
            expected += models.credits(asset, _handler.actors(i));
        }
        assertEq(held(asset), expected, "held");
    }

    /// @dev The members' refunded samples are the total, and their numbers those from 1.
    function invariant_MembersAddUp() external view {
        for (uint256 j; j < _handler.modelCount(); ++j) {
            uint256 model = _handler.numbers(j);
            uint256 valid;
            uint256 members;
            uint256 seen;
            for (uint256 i; i < 5; ++i) {
                valid += models.memberOf(model, _handler.actors(i)).valid;
                uint256 number = models.memberOf(model, _handler.actors(i)).number;
                if (number == 0) continue;
                ++members;
                seen |= 1 << number;
            }
            assertEq(models.modelOf(model).validTotal, valid, "valid");
            assertEq(models.modelOf(model).members, members, "members");
            assertEq(seen, (2 << members) - 2, "numbers");
        }
    }
}
