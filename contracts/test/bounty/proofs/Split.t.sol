// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {Outcome, Verdict} from "../../../src/bounty/IHyperparameterBounty.sol";
import {Facts, Split, SplitLib} from "../../../src/bounty/SplitLib.sol";

/// @notice Where the money goes, for every amount, every number of entries and every way a contest can end: not a wei more or
/// less than came in, and nobody who can cause a loss gains by it, whoever it is in league with.
contract SplitProof {
    function split(Facts memory f) external pure returns (Split memory) {
        return SplitLib.split(f);
    }

    // ------------------------------------------------------------------------------------------------------- every wei

    function check_everyWeiThatCameInGoesOutWhereNobodyChallenged(Facts memory f) public view {
        if (!undisputed(f)) return;
        Split memory s = divided(f);
        assert(comesOut(f, s) == cameIn(f));
    }

    /// @dev Of the members' bonds, those of the silent ones: the others get theirs back beside the split.
    function check_everyWeiThatCameInGoesOutOfADispute(Facts memory f) public view {
        if (!disputed(f)) return;
        Split memory s = divided(f);
        assert(comesOut(f, s) + f.memberFees == cameIn(f) + f.challengeBond + f.silentBonds);
    }

    // ------------------------------------------------------------------------------------- who is slashed, and its friends

    /// @dev The organizer, and all who revealed.
    function check_aKeyWithheldCostsTheOrganizerTheRewardAndAllItsFriendsHalfTheBond(Facts memory f) public view {
        if (!undisputed(f) || !f.keyAwaited || !f.revealed) return;
        Split memory s = divided(f);
        assert(s.outcome == Outcome.Void && s.prize == 0);
        assert(s.toOrganizer == f.evaluatorFee);
        assert(s.pot - f.fees == f.bond / 2);
        assert(s.burned >= f.reward + f.bond / 2);
        assert(s.toEvaluator == f.evaluatorBond);
    }

    /// @dev The evaluator, and all who revealed.
    function check_noScoresCostTheEvaluatorAndAllItsFriendsHalfTheBond(Facts memory f) public view {
        if (!undisputed(f) || f.keyAwaited || f.scored || !f.revealed) return;
        Split memory s = divided(f);
        assert(s.outcome == Outcome.Void && s.prize == 0);
        assert(s.toEvaluator == 0);
        assert(s.pot - f.fees == f.evaluatorBond / 2);
        assert(s.toOrganizer == f.reward + f.bond + f.evaluatorFee);
    }

    /// @dev On the evaluator's word, or on the panel's: the organizer loses all of its bond, and it is nobody's.
    function check_whoSaysThatAContestCannotBeScoredGainsNothing(Facts memory f) public view {
        if (!undisputed(f) || !f.unscorable) return;
        Split memory s = divided(f);
        assert(s.outcome == Outcome.Void && s.prize == 0);
        assert(s.toOrganizer == f.reward + f.evaluatorFee && s.toEvaluator == f.evaluatorBond);
        assert(s.pot == f.fees);
    }

    /// @dev An evaluator that challenges itself, with the whole panel on its side.
    function check_anEvaluatorChallengedLosesHalfABondWhoeverIsItsFriend(Facts memory f) public view {
        if (!disputed(f) || !f.scored) return;
        Split memory s = divided(f);
        uint256 together = s.toEvaluator + s.toChallenger + f.memberFees;
        uint256 bonds = f.evaluatorBond + f.challengeBond;
        if (f.verdict == Verdict.Overturned) {
            assert(s.toEvaluator == 0);
            assert(together == f.challengeBond + f.evaluatorBond / 2);
        } else if (f.verdict == Verdict.Upheld) {
            assert(s.toChallenger == 0);
            uint256 earned = s.outcome == Outcome.Void ? 0 : f.evaluatorFee + f.fees;
            assert(together == f.evaluatorBond + f.challengeBond / 2 + earned);
        } else {
            assert(together == bonds && s.outcome == Outcome.Void && s.pot == f.fees);
        }
    }

    /// @dev Where the panel does not decide in its stead: as without a challenge. Nobody else loses anything by that, silent
    /// members aside.
    function check_anEvaluatorThatIsSilentBeforeItsPanelLosesItsBondOnce(Facts memory f) public view {
        if (!disputed(f) || f.scored) return;
        Split memory s = divided(f);
        assert(s.outcome == Outcome.Void && s.prize == 0);
        assert(s.toEvaluator == 0 && s.toChallenger == f.challengeBond);
        assert(s.pot - f.fees == f.evaluatorBond / 2);
        assert(s.toOrganizer == f.reward + f.bond + f.evaluatorFee);
    }

    // ------------------------------------------------------------------------------- what nobody can get, whatever happens

    function check_theOrganizerNeverGetsMoreThanItPutIn(Facts memory f) public view {
        if (!undisputed(f) && !disputed(f)) return;
        assert(divided(f).toOrganizer <= f.reward + f.bond + f.evaluatorFee);
    }

    /// @dev The absent earn nobody anything: with them, each gets what it gets without.
    function check_nobodyEarnsByASilentMember(Facts memory f, uint256 bonds) public view {
        if (!disputed(f) || f.silentBonds != 0 || !fits(bonds)) return;
        Split memory present = divided(f);
        f.silentBonds = bonds;
        Split memory absent = divided(f);
        assert(absent.toEvaluator == present.toEvaluator && absent.toOrganizer == present.toOrganizer);
        assert(absent.toChallenger == present.toChallenger && absent.pot == present.pot);
        assert(absent.prize == present.prize && absent.burned == present.burned + bonds);
    }

    /// @dev What those who revealed get for having revealed, beyond their fees, is half of one bond at most, and neither is
    /// theirs to take: they can keep nobody from publishing the key or the scores.
    function check_thoseWhoRevealedShareHalfABondAtMost(Facts memory f) public view {
        bool challenged = disputed(f);
        if (!challenged && !undisputed(f)) return;
        uint256 fees = f.fees;
        uint256 pot = divided(f).pot;
        if (challenged && f.scored) assert(pot == 0 || pot == fees);
        else if (challenged) assert(pot == fees + f.evaluatorBond / 2);
        else assert(pot == 0 || pot == fees || pot == fees + f.bond / 2 || pot == fees + f.evaluatorBond / 2);
    }

    // ------------------------------------------------------------------------------------------------------------- helpers

    /// @dev That it did not revert is a part of every proof.
    function divided(Facts memory f) private view returns (Split memory) {
        (bool ok, bytes memory answer) = address(this).staticcall(abi.encodeCall(this.split, (f)));
        assert(ok);
        return abi.decode(answer, (Split));
    }

    function cameIn(Facts memory f) private pure returns (uint256) {
        return f.reward + f.sponsored + f.bond + f.evaluatorBond + f.evaluatorFee + f.fees + f.forfeits;
    }

    /// @dev Sponsors get theirs back where nothing was won.
    function comesOut(Facts memory f, Split memory s) private pure returns (uint256) {
        uint256 reclaimed = s.outcome == Outcome.Won ? 0 : f.sponsored;
        return s.prize + reclaimed + s.toOrganizer + s.toEvaluator + s.toChallenger + s.burned + s.pot;
    }

    /// @dev What `settle` can find where nobody challenged.
    function undisputed(Facts memory f) private pure returns (bool) {
        return possible(f) && !f.challenged && f.verdict == Verdict.None && f.challengeBond == 0 && f.silentBonds == 0
            && f.memberFees == 0;
    }

    /// @dev What `settle` can find where somebody did; `PanelLib.appoint` sees to what half of a bond covers. What a panel
    /// decides is scored, if not by the evaluator.
    function disputed(Facts memory f) private pure returns (bool) {
        bool decided = f.verdict == Verdict.Upheld || f.verdict == Verdict.Overturned;
        return possible(f) && f.challenged && f.revealed && !f.keyAwaited && (f.scored || !decided)
            && fits(f.challengeBond) && fits(f.silentBonds) && f.memberFees <= f.evaluatorBond / 2
            && f.memberFees <= f.challengeBond / 2 && (f.memberFees == 0 || decided);
    }

    function possible(Facts memory f) private pure returns (bool) {
        return fits(f.reward) && fits(f.sponsored) && fits(f.bond) && fits(f.evaluatorBond) && fits(f.evaluatorFee)
            && fits(f.fees) && fits(f.forfeits) && (f.revealed || f.fees == 0) && (!f.ranked || f.scored)
            && (!f.unscorable || (f.scored && !f.ranked)) && (!f.scored || (f.revealed && !f.keyAwaited));
    }

    /// @dev An amount of the terms times the most entries, with room.
    function fits(uint256 amount) private pure returns (bool) {
        return amount < 1 << 112;
    }
}
