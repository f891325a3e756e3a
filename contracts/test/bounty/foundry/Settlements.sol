// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {IHyperparameterBounty, Outcome, Phase, Terms} from "../../../src/bounty/IHyperparameterBounty.sol";
import {Ending, PanelOracle, Story} from "./PanelOracle.sol";
import {PanelWorld} from "./PanelWorld.sol";

/// @notice Holds what a settlement pays against the table of payments, party by party.
abstract contract Settlements is PanelWorld {
    /// @dev At the first second it can be, by a stranger. The parties must be different people.
    function assertSettles(uint256 contest, Terms memory t, Story memory s) internal returns (Ending memory e) {
        e = PanelOracle.ending(t, s);
        uint16[] memory winners = bounty.contestOf(contest).winners;
        if (e.outcome != Outcome.Void) assertEq(winners.length, s.winners, "winners");
        address[] memory people = parties(t);
        uint256[] memory owed = new uint256[](people.length);
        owed[0] = e.toOrganizer;
        owed[1] = e.toEvaluator;
        owed[2] = e.toChallenger;
        for (uint256 i; i < e.toMembers.length; ++i) {
            owed[3 + i] = e.toMembers[i];
        }
        for (uint256 place; place < e.prizes.length; ++place) {
            address winner = bounty.revealedAt(contest, winners[place]).participant;
            owed[people.length - 4 + (uint160(winner) - uint160(participant(0)))] += e.prizes[place];
        }
        for (uint256 i; i < people.length; ++i) {
            owed[i] += balanceOf(t.asset, people[i]);
        }
        goTo(contest, Phase.Settle);
        uint256 before = held(t.asset);

        vm.expectEmit(address(bounty));
        emit IHyperparameterBounty.Settled(contest, e.outcome, e.pool, e.toOrganizer);
        vm.prank(stranger);
        bounty.settle(contest);

        for (uint256 i; i < people.length; ++i) {
            assertEq(balanceOf(t.asset, people[i]), owed[i], "what a party has");
        }
        uint256 stakes = due(t) + s.forfeits + (s.challenged ? t.panel.challengeBond : 0);
        assertEq(before, stakes, "held before");
        assertEq(held(t.asset), e.outcome == Outcome.Void ? e.pool : 0, "held");
        assertEq(bounty.contestOf(contest).winners.length, e.prizes.length, "winners shown");
        assertOutcome(contest, e.outcome);
        assertPhase(contest, Phase.Settled);
    }

    /// @dev Organizer, evaluator, challenger, the members, and four who take part.
    function parties(Terms memory t) private view returns (address[] memory people) {
        people = new address[](3 + t.panel.members.length + 4);
        (people[0], people[1], people[2]) = (organizer, t.evaluator, challenger);
        for (uint256 i; i < t.panel.members.length; ++i) {
            people[3 + i] = t.panel.members[i];
        }
        for (uint256 i; i < 4; ++i) {
            people[people.length - 4 + i] = participant(i);
        }
    }
}
