// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {Outcome, Phase, Terms, Verdict} from "../../../src/bounty/IHyperparameterBounty.sol";
import {Ending, Endings, Story} from "../foundry/Endings.sol";
import {Oracle} from "../foundry/Oracle.sol";
import {Decision, PanelOracle, Question} from "../foundry/PanelOracle.sol";

/// @notice A submission that stands. `index` counts from 1; 0 is sealed.
struct Entry {
    address who;
    uint256 slot;
    bytes32 spec;
    bytes32 salt;
    uint256 ordinal;
    uint256 index;
}

/// @notice A contest as it should be, kept apart from the contract.
struct Game {
    Terms terms;
    address organizer;
    bool evaluatorAccepted;
    bool[] seatAccepted;
    /// Zero until everybody has accepted.
    uint256 submitEnds;
    uint256 extended;
    uint256 extendedAt;
    uint256 sponsored;
    Entry[] entries;
    uint256 lastOrdinal;
    uint256 revealed;
    bool keyPublished;
    /// What the evaluator said; no scores say that it cannot be scored.
    bool recorded;
    uint24[] scores;
    bool[] claimed;
    Outcome outcome;
    // The dispute: what each member sealed, and whether it opened that.
    address challenger;
    bool[] hasSealed;
    uint24[][] found;
    bool[] opened;
    bool resolved;
    // How it ended: what can be claimed, and reclaimed.
    uint256 pot;
    uint256 reclaimable;
    // What the contest took in, and what its events say that it paid or credited.
    uint256 taken;
    uint256 given;
    Phase seen;
}

/// @notice What follows from a game by the rules.
library Games {
    /// @notice What the organizer put in.
    function stake(Game storage g) internal view returns (uint256) {
        return uint256(g.terms.reward) + g.terms.bond + g.terms.evaluatorFee;
    }

    /// @notice What a game that has not ended holds.
    function holds(Game storage g) internal view returns (uint256 sum) {
        sum = stake(g) + g.sponsored + uint256(g.terms.entryFee) * g.entries.length;
        if (g.evaluatorAccepted) sum += g.terms.evaluatorBond;
        for (uint256 i; i < g.seatAccepted.length; ++i) {
            if (g.seatAccepted[i]) sum += g.terms.panel.memberBond;
        }
        if (g.challenger != address(0)) sum += g.terms.panel.challengeBond;
    }

    /// @notice The last deadline there can be.
    function ends(Game storage g) internal view returns (uint256) {
        return g.submitEnds + g.terms.revealSeconds + g.terms.scoreSeconds + g.terms.challengeSeconds
            + g.terms.panel.sealSeconds + g.terms.panel.openSeconds;
    }

    /// @notice What the next new entry costs beyond its fee.
    function surcharge(Game storage g) internal view returns (uint256) {
        return Oracle.surcharge(uint256(g.terms.reward) + g.sponsored, g.terms.maxSubmissions, g.entries.length);
    }

    /// @notice Whether more than half of the panel opened.
    function answered(Game storage g) internal view returns (bool) {
        return g.challenger != address(0) && PanelOracle.isMost(g.opened);
    }

    /// @notice Who revealed each spec, and when it was submitted.
    function places(Game storage g) internal view returns (address[] memory who, uint256[] memory ordinals) {
        (who, ordinals) = (new address[](g.revealed), new uint256[](g.revealed));
        for (uint256 i; i < g.entries.length; ++i) {
            uint256 index = g.entries[i].index;
            if (index == 0) continue;
            (who[index - 1], ordinals[index - 1]) = (g.entries[i].who, g.entries[i].ordinal);
        }
    }

    /// @notice What stands: what the evaluator said, and what the panel says of it where it was heard.
    function decision(Game storage g) internal view returns (Decision memory d) {
        (address[] memory who, uint256[] memory ordinals) = places(g);
        d.unscorable = g.recorded && g.scores.length == 0;
        if (g.recorded && !d.unscorable) {
            d.winners = Oracle.winners(g.scores, ordinals, who, g.terms.minimumScore, g.terms.shares.length);
        }
        d.agreed = new bool[](g.opened.length);
        if (!g.resolved) return d;
        Question memory q;
        (q.participants, q.ordinals) = (who, ordinals);
        (q.tolerance, q.minimum, q.shares) = (g.terms.panel.tolerance, g.terms.minimumScore, g.terms.shares);
        (q.recorded, q.unscorable, q.winners) = (g.recorded, d.unscorable, d.winners);
        (q.silent, q.opened) = (new bool[](g.opened.length), g.found);
        for (uint256 i; i < q.silent.length; ++i) {
            q.silent[i] = !g.opened[i];
        }
        return PanelOracle.decide(q);
    }

    /// @notice What it had come to.
    function story(Game storage g, Decision memory d) internal view returns (Story memory s) {
        (s.sponsored, s.standing, s.revealed) = (g.sponsored, g.entries.length, g.revealed);
        s.keyWithheld = g.terms.holdoutCommitment != 0 && !g.keyPublished;
        (s.scored, s.unscorable, s.winners) = (g.recorded, d.unscorable, d.winners.length);
        (s.challenged, s.verdict, s.agreed) = (g.challenger != address(0), d.verdict, d.agreed);
        s.silent = new bool[](g.opened.length);
        for (uint256 i; i < s.silent.length; ++i) {
            s.silent[i] = !g.opened[i];
        }
    }

    function ending(Game storage g, Decision memory d) internal view returns (Ending memory) {
        return Endings.ending(g.terms, story(g, d));
    }
}
