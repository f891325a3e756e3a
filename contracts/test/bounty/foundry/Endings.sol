// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {Outcome, Terms, Verdict} from "../../../src/bounty/IHyperparameterBounty.sol";
import {Oracle} from "./Oracle.sol";

/// @notice What a contest had come to when it was settled.
struct Story {
    uint256 sponsored;
    uint256 standing;
    uint256 revealed;
    /// The key of a sealed holdout was not published.
    bool keyWithheld;
    /// By the evaluator.
    bool scored;
    /// What stands in the end: that it cannot be scored, or how many win.
    bool unscorable;
    uint256 winners;
    bool challenged;
    Verdict verdict;
    /// By seat.
    bool[] silent;
    bool[] agreed;
}

/// @notice Who gets what of a contest that was settled.
struct Ending {
    Outcome outcome;
    uint256 prize;
    uint256[] prizes;
    uint256 toOrganizer;
    uint256 toEvaluator;
    uint256 toChallenger;
    uint256[] toMembers;
    uint256 burned;
    /// For those who revealed, to claim.
    uint256 pot;
    /// For sponsors, to reclaim.
    uint256 toSponsors;
}

/// @notice The table of payments, row by row.
library Endings {
    function ending(Terms memory t, Story memory s) internal pure returns (Ending memory e) {
        e.burned = uint256(t.entryFee) * (s.standing - s.revealed);
        uint256 fees = uint256(t.entryFee) * s.revealed;
        uint256 memberFees = members(t, s, e);
        bool undecided = s.challenged && s.verdict != Verdict.Upheld && s.verdict != Verdict.Overturned;

        if (s.revealed == 0) {
            // Nothing happened: everybody has its own back.
            e.outcome = Outcome.Refunded;
            e.toOrganizer = uint256(t.reward) + t.bond + t.evaluatorFee;
            e.toEvaluator = t.evaluatorBond;
        } else if (s.keyWithheld) {
            e.outcome = Outcome.Void;
            e.burned += t.reward;
            e.toOrganizer = t.evaluatorFee;
            e.toEvaluator = t.evaluatorBond;
            e.pot = lose(e, t.bond) + fees;
        } else if (!s.scored && s.verdict != Verdict.Overturned) {
            e.outcome = Outcome.Void;
            e.toOrganizer = uint256(t.reward) + t.evaluatorFee + t.bond;
            if (s.challenged) e.toChallenger = t.panel.challengeBond;
            e.pot = lose(e, t.evaluatorBond) + fees;
        } else if (undecided) {
            e.outcome = Outcome.Void;
            e.toOrganizer = uint256(t.reward) + t.evaluatorFee + t.bond;
            e.toEvaluator = t.evaluatorBond;
            e.toChallenger = t.panel.challengeBond;
            e.pot = fees;
        } else {
            if (s.unscorable) {
                e.outcome = Outcome.Void;
                e.burned += t.bond;
                e.toOrganizer = t.reward;
            } else if (s.winners == 0) {
                e.outcome = Outcome.Refunded;
                e.toOrganizer = uint256(t.reward) + t.bond;
            } else {
                e.outcome = Outcome.Won;
                e.toOrganizer = t.bond;
                e.prize = t.reward + s.sponsored;
                e.prizes = Oracle.amounts(e.prize, t.shares, s.winners);
            }
            if (s.verdict == Verdict.Overturned) {
                e.toChallenger = t.panel.challengeBond + lose(e, t.evaluatorBond) - memberFees;
            } else {
                e.toEvaluator = t.evaluatorBond;
                if (s.challenged) e.toEvaluator += lose(e, t.panel.challengeBond) - memberFees;
            }
            // Work that did its purpose is paid: by whoever asked for it, and by those whose specs were scored.
            if (s.unscorable || s.verdict == Verdict.Overturned) {
                e.toOrganizer += t.evaluatorFee;
                e.pot = fees;
            } else {
                e.toEvaluator += t.evaluatorFee + fees;
            }
        }
        if (e.outcome != Outcome.Won) e.toSponsors = s.sponsored;
    }

    /// @notice A bond is back where its owner was not silent in a dispute, else burned; a fee is due where it agreed.
    function members(Terms memory t, Story memory s, Ending memory e) private pure returns (uint256 fees) {
        e.toMembers = new uint256[](t.panel.members.length);
        for (uint256 i; i < e.toMembers.length; ++i) {
            if (s.challenged && s.silent[i]) {
                e.burned += t.panel.memberBond;
                continue;
            }
            e.toMembers[i] = t.panel.memberBond;
            if (s.challenged && s.agreed[i]) {
                e.toMembers[i] += t.panel.fee;
                fees += t.panel.fee;
            }
        }
    }

    /// @notice Half is burned, rounded up; the other half is left.
    function lose(Ending memory e, uint256 bond) private pure returns (uint256 half) {
        half = bond / 2;
        e.burned += bond - half;
    }
}
