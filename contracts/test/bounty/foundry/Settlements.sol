// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {
    DisputeView,
    IHyperparameterBounty,
    Outcome,
    Phase,
    SeatState,
    Terms
} from "../../../src/bounty/IHyperparameterBounty.sol";
import {Ending, Endings, Story} from "./Endings.sol";
import {PanelWorld} from "./PanelWorld.sol";

/// @notice Holds what a settlement pays against the table of payments, party by party.
abstract contract Settlements is PanelWorld {
    uint256 private constant PARTICIPANTS = 4;

    /// @dev What the contract shows of a contest that can be settled, as a story; the rest is the test's to say.
    function storyOf(uint256 contest, uint256 sponsored) internal view returns (Story memory s) {
        s.sponsored = sponsored;
        s.standing = bounty.contestOf(contest).standing;
        s.revealed = bounty.contestOf(contest).revealed;
        s.keyWithheld = bounty.contestOf(contest).holdoutCommitment != 0 && !bounty.contestOf(contest).keyPublished;
        s.scored = bounty.contestOf(contest).report != 0;
        s.unscorable = bounty.contestOf(contest).unscorable;
        s.winners = bounty.contestOf(contest).winners.length;
        DisputeView memory d = bounty.disputeOf(contest);
        s.challenged = d.challenger != address(0);
        (s.verdict, s.agreed, s.silent) = (d.verdict, d.agreed, new bool[](d.seats.length));
        for (uint256 i; i < d.seats.length; ++i) {
            s.silent[i] = d.seats[i] != SeatState.Opened;
        }
    }

    /// @dev By a stranger, at the first second it can be or later. The parties must be different people, and nothing else be
    /// held in the asset.
    function assertSettles(uint256 contest, Terms memory t, Story memory s) internal returns (Ending memory e) {
        e = Endings.ending(t, s);
        address[] memory people = parties(t);
        uint256[] memory owed = new uint256[](people.length);
        (owed[0], owed[1], owed[2], owed[3]) = (e.toOrganizer, e.toEvaluator, e.toChallenger, e.burned);
        for (uint256 i; i < e.toMembers.length; ++i) {
            owed[4 + i] = e.toMembers[i];
        }
        uint16[] memory winners = bounty.contestOf(contest).winners;
        for (uint256 place; place < e.prizes.length; ++place) {
            address winner = bounty.revealedAt(contest, winners[place]).participant;
            owed[people.length - PARTICIPANTS + (uint160(winner) - uint160(participant(0)))] += e.prizes[place];
        }
        for (uint256 i; i < people.length; ++i) {
            owed[i] += balanceOf(t.asset, people[i]);
        }
        if (block.timestamp < startOf(contest, Phase.Settle)) goTo(contest, Phase.Settle);
        uint256 stakes = staked(t) + s.sponsored + s.standing * t.entryFee + (s.challenged ? t.panel.challengeBond : 0);
        assertEq(held(t.asset), stakes, "held before");

        vm.expectEmit(address(bounty));
        emit IHyperparameterBounty.Settled(contest, e.outcome, e.prize, e.pot);
        vm.prank(stranger);
        bounty.settle(contest);

        for (uint256 i; i < people.length; ++i) {
            assertEq(balanceOf(t.asset, people[i]), owed[i], "what a party has");
        }
        assertEq(held(t.asset), e.pot + e.toSponsors, "held");
        assertEq(bounty.contestOf(contest).pot, e.pot, "the pot");
        assertEq(bounty.contestOf(contest).winners.length, e.prizes.length, "winners shown");
        assertOutcome(contest, e.outcome);
        assertPhase(contest, Phase.Settled);
    }

    /// @dev Organizer, evaluator, challenger, nobody, the members, and those who take part.
    function parties(Terms memory t) private view returns (address[] memory people) {
        people = new address[](4 + t.panel.members.length + PARTICIPANTS);
        (people[0], people[1], people[2], people[3]) = (organizer, t.evaluator, challenger, BURN);
        for (uint256 i; i < t.panel.members.length; ++i) {
            people[4 + i] = t.panel.members[i];
        }
        for (uint256 i; i < PARTICIPANTS; ++i) {
            people[people.length - PARTICIPANTS + i] = participant(i);
        }
    }
}
