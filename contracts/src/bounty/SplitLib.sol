// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {Outcome, Verdict} from "./IHyperparameterBounty.sol";

/// @notice All that decides who gets what when a contest ends. Amounts in the asset's smallest unit, multiplied out: so the
/// split itself is sums, which can be proved for all of them.
struct Facts {
    uint256 reward;
    uint256 sponsored;
    uint256 bond;
    uint256 evaluatorBond;
    uint256 evaluatorFee;
    /// The entry fees of what was revealed.
    uint256 fees;
    /// Those of what was not.
    uint256 forfeits;
    bool revealed;
    bool keyAwaited;
    /// By the evaluator, or by the panel in its stead.
    bool scored;
    bool unscorable;
    /// Somebody ranks by what stands.
    bool ranked;
    // --- the dispute; all zero where nobody challenged
    bool challenged;
    Verdict verdict;
    uint256 challengeBond;
    /// The bonds of the members that did not open.
    uint256 silentBonds;
    /// The fees of the members whose scores bear out what is paid.
    uint256 memberFees;
}

/// @notice Who gets what. Members get their bonds back where they were not silent, and a fee where they agreed; sponsors
/// get theirs back where nothing was won. Together it is all that the contest holds.
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
/// other half goes to who was right. A silent member's is burned whole: whoever knows that some of a panel are absent could
/// bring about a dispute, and earn more by their bonds than the dispute costs. An organizer that withholds the key has seen
/// all specs, and it alone can know who would win: its reward is burned, so that it never saves a prize. `docs/protocol.md`
/// has it as a table.
library SplitLib {
    function split(Facts memory f) internal pure returns (Split memory s) {
        s.burned = f.forfeits;
        (s.toOrganizer, s.toEvaluator, s.toChallenger) = (f.reward + f.bond, f.evaluatorBond, f.challengeBond);

        s.outcome = Outcome.Void;
        if (!f.revealed) {
            s.outcome = Outcome.Refunded;
        } else if (f.keyAwaited) {
            s.toOrganizer = 0;
            s.burned += f.reward;
            s.pot = _burnHalf(s, f.bond);
        } else if (!f.scored) {
            s.toEvaluator = 0;
            s.pot = _burnHalf(s, f.evaluatorBond);
        } else if (!f.challenged || f.verdict == Verdict.Upheld || f.verdict == Verdict.Overturned) {
            if (f.unscorable) {
                // On the evaluator's word, where there is no panel: so nobody may gain by it.
                s.toOrganizer = f.reward;
                s.burned += f.bond;
            } else if (f.ranked) {
                (s.outcome, s.prize, s.toOrganizer) = (Outcome.Won, f.reward + f.sponsored, f.bond);
            } else {
                s.outcome = Outcome.Refunded;
            }
        }

        // Fees are paid where the evaluator's scores stand.
        if (s.outcome != Outcome.Void && f.revealed && f.verdict != Verdict.Overturned) {
            s.toEvaluator += f.fees + f.evaluatorFee;
        } else {
            s.toOrganizer += f.evaluatorFee;
            s.pot += f.fees;
        }

        if (f.challenged) _splitDispute(f, s);
    }

    /// @dev Half of the loser's bond covers the fees of all members: `PanelLib.appoint` sees to that.
    function _splitDispute(Facts memory f, Split memory s) private pure {
        s.burned += f.silentBonds;
        if (f.verdict == Verdict.Upheld) {
            s.toChallenger = 0;
            s.toEvaluator += _burnHalf(s, f.challengeBond) - f.memberFees;
        } else if (f.verdict == Verdict.Overturned) {
            s.toEvaluator -= f.evaluatorBond;
            s.toChallenger += _burnHalf(s, f.evaluatorBond) - f.memberFees;
        }
    }

    /// @dev Burns the larger half of a bond; what is left of it.
    function _burnHalf(Split memory s, uint256 bond) private pure returns (uint256 rest) {
        rest = bond / 2;
        s.burned += bond - rest;
    }
}
