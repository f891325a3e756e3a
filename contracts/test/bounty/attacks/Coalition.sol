// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {Panel, Phase, Terms} from "../../../src/bounty/IHyperparameterBounty.sol";
import {PanelWorld} from "../foundry/PanelWorld.sol";
import {Sealed} from "../foundry/World.sol";

/// @notice Accounts in league with each other, what they put in and what they have in the end; and the terms that the client
/// offers by default: every bond a tenth of the reward, and so the entry fees of all slots together.
abstract contract Coalition is PanelWorld {
    uint96 internal constant REWARD = 1 ether;
    uint96 internal constant TENTH = REWARD / 10;
    uint24 internal constant TOLERANCE = 5_000;

    mapping(address who => bool) private _isAlly;
    address[] private _allies;
    uint256 private _putIn;

    // -------------------------------------------------------------------------------------------------- the coalition

    /// @dev Before it does anything.
    function ally(address who) internal {
        _isAlly[who] = true;
        _allies.push(who);
    }

    /// @dev What an account pays is given to it when it pays.
    function fund(address who, address asset, uint256 amount) internal override returns (uint256) {
        if (_isAlly[who]) _putIn += amount;
        return super.fund(who, asset, amount);
    }

    function assertGainsNothing() internal view {
        vm.assertLe(inHand(), _putIn, "what the coalition has against what it put in");
    }

    /// @dev Of an attack that fails, beside gas.
    function assertLoses(uint256 least) internal view {
        vm.assertLe(inHand() + least, _putIn, "what the coalition has against what it put in, less its loss");
    }

    function putIn() internal view returns (uint256) {
        return _putIn;
    }

    function inHand() internal view returns (uint256 sum) {
        for (uint256 i; i < _allies.length; ++i) {
            sum += _allies[i].balance + bounty.credits(NATIVE, _allies[i]);
        }
    }

    // ------------------------------------------------------------------------------------------------------------ terms

    /// @dev In `future` mode, with a panel of `size` or none.
    function defaults(uint16 slots, uint256 size) internal view returns (Terms memory t) {
        t = futureTerms(NATIVE);
        (t.reward, t.bond, t.evaluatorBond, t.evaluatorFee, t.entryFee) = (REWARD, TENTH, TENTH, 0, TENTH / slots);
        (t.maxSubmissions, t.maxPerAddress, t.entrySeconds) = (slots, slots, 1);
        if (size != 0) t.panel = Panel(members(size), TENTH, TENTH, TENTH / 2 / 7, TOLERANCE, 900, 900);
    }

    /// @dev In `sealed` mode.
    function sealedDefaults(uint16 slots, uint256 size) internal view returns (Terms memory t) {
        t = defaults(slots, size);
        t.holdoutCommitment = sha256(abi.encode(KEY));
    }

    // ------------------------------------------------------------------------------------------------------------ steps

    /// @dev The first `revealed` of as many submissions are opened; stops where scoring starts.
    function revealFirst(uint256 contest, Sealed[] memory all, uint256 revealed) internal {
        goTo(contest, Phase.Reveal);
        for (uint256 i; i < revealed; ++i) {
            reveal(all[i]);
        }
        goTo(contest, Phase.Score);
    }

    /// @dev Alice, Bob and Carol enter and reveal one spec each.
    function three(Terms memory t) internal returns (uint256 contest) {
        contest = open(t);
        play(contest, alice, bob, carol);
    }

    /// @dev The evaluator says `said`, somebody challenges, and the first members open what they found; up to `resolve`.
    function dispute(uint256 contest, uint24[] memory said, address by, uint24[][] memory found) internal {
        record(contest, said);
        goTo(contest, Phase.Challenge);
        challenge(contest, by);
        goTo(contest, Phase.PanelSeal);
        answer(contest, found);
    }

    /// @dev Settled by a stranger, claimed by everybody who revealed.
    function finish(uint256 contest) internal {
        settle(contest);
        if (bounty.contestOf(contest).pot != 0) claimAll(contest);
    }

    function pair(uint24[] memory a, uint24[] memory b) internal pure returns (uint24[][] memory list) {
        list = new uint24[][](2);
        (list[0], list[1]) = (a, b);
    }

    function triple(uint24[] memory a, uint24[] memory b, uint24[] memory c)
        internal
        pure
        returns (uint24[][] memory list)
    {
        list = new uint24[][](3);
        (list[0], list[1], list[2]) = (a, b, c);
    }
}
