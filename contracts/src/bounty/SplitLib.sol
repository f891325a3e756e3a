// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {Outcome, Verdict} from "./IHyperparameterBounty.sol";

/// @notice All that decides who gets what when a contest ends. Amounts in the asset's smallest unit.
struct Facts {
    uint256 reward;
    uint256 sponsored;
    uint256 bond;
    uint256 evaluatorBond;
    uint256 evaluatorFee;
    uint256 entryFee;
    uint256 standing;
    uint256 revealed;
    bool keyAwaited;
    bool scored;
    bool unscorable;
    /// Somebody ranks by what stands.
    bool ranked;
    // --- the dispute; all zero where nobody challenged
    bool challenged;
    Verdict verdict;
    uint256 challengeBond;
    uint256 memberBond;
    uint256 memberFee;
    /// Members that did not open.
    uint256 silent;
    /// Members whose scores bear out what is paid.
    uint256 agreed;
}

/// @notice Who gets what. Members get `memberBond` back where they were not silent, and `memberFee` where they agreed;
/// sponsors get theirs back where nothing was won. Together it is all that the contest holds.
struct Split {
    Outcome outcome;
    /// To the winners.
    uint256 prize;
    uint256 toOrganizer;
    uint256 toEvaluator;
    uint256 toChallenger;
    /// To nobody.
    uint256 burned;
    /// To those who revealed, in equal parts for each spec.
    uint256 pot;
}

/// @notice Where every wei goes.
/// @dev A bond answers for its owner. Of a bond that is lost half is burned, so nobody gains by losing one to itself; the
/// other half goes to who was right. `docs/protocol.md` has it as a table.
library SplitLib {
    function split(Facts memory f) internal pure returns (Split memory s) {
        uint256 fees = f.entryFee * f.revealed;
        s.burned = f.entryFee * (f.standing - f.revealed);
        (s.toOrganizer, s.toEvaluator, s.toChallenger) = (f.bond, f.evaluatorBond, f.challengeBond);

        s.outcome = Outcome.Void;
        if (f.revealed == 0) {
            s.outcome = Outcome.Refunded;
        } else if (f.keyAwaited) {
            s.toOrganizer = 0;
            s.pot = _burnHalf(s, f.bond, 1);
        } else if (!f.scored) {
            s.toEvaluator = 0;
            s.pot = _burnHalf(s, f.evaluatorBond, 1);
        } else if (!f.challenged || f.verdict == Verdict.Upheld || f.verdict == Verdict.Overturned) {
            if (f.unscorable) {
                // On the evaluator's word, where there is no panel: so nobody may gain by it.
                s.toOrganizer = 0;
                s.burned += f.bond;
            } else {
                s.outcome = f.ranked ? Outcome.Won : Outcome.Refunded;
            }
        }

        // Fees are paid where the evaluator's scores stand.
        if (s.outcome != Outcome.Void && f.revealed != 0 && f.verdict != Verdict.Overturned) {
            s.toEvaluator += fees + f.evaluatorFee;
        } else {
            s.toOrganizer += f.evaluatorFee;
            s.pot += fees;
        }
        if (s.outcome == Outcome.Won) s.prize = f.reward + f.sponsored;
        else s.toOrganizer += f.reward;

        if (f.challenged) _splitDispute(f, s);
    }

    /// @dev Half of the loser's bond covers the fees of all members: `PanelLib.appoint` sees to that.
    function _splitDispute(Facts memory f, Split memory s) private pure {
        uint256 silent = _burnHalf(s, f.memberBond, f.silent);
        uint256 fees = f.memberFee * f.agreed;
        if (f.verdict == Verdict.Upheld) {
            s.toChallenger = 0;
            s.toEvaluator += _burnHalf(s, f.challengeBond, 1) - fees + silent;
        } else if (f.verdict == Verdict.Overturned) {
            s.toEvaluator -= f.evaluatorBond;
            s.toChallenger += _burnHalf(s, f.evaluatorBond, 1) - fees + silent;
        } else {
            s.pot += silent;
        }
    }

    /// @dev Burns the larger half of each of `count` bonds; what is left of them.
    function _burnHalf(Split memory s, uint256 bond, uint256 count) private pure returns (uint256 rest) {
        rest = bond / 2 * count;
        s.burned += bond * count - rest;
    }
}
