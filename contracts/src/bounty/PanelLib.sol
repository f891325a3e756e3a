// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {DisputeView, IHyperparameterBounty, Panel, SeatState, Verdict} from "./IHyperparameterBounty.sol";
import {RankingLib} from "./RankingLib.sol";
import {TermsLib} from "./TermsLib.sol";

uint256 constant MAX_MEMBERS = 7;

/// @notice The place of one member of a panel, in storage.
struct Seat {
    address member;
    bool accepted;
    bool opened;
    // ---
    bytes32 word; // what was sealed; once opened, where the scores are kept (`ScoresLib`)
}

/// @notice The panel of a contest and its dispute, in storage. Contests without a panel never touch it.
struct Dispute {
    uint96 bond; // the challenger's
    uint96 fee;
    uint24 tolerance;
    uint8 opened; // how many members did
    uint8 agreed; // bit i: the scores of member i bear out what is paid
    Verdict verdict;
    // ---
    uint96 memberBond;
    uint32 sealSeconds;
    uint32 openSeconds;
    // ---
    address challenger; // 0: nobody has challenged
    // ---
    Seat[MAX_MEMBERS] seats;
}

/// @notice What a panel is.
library PanelLib {
    /// @notice Checks the terms of a panel and writes them down; reverts, naming what is wrong.
    /// @param evaluatorBond pays the members' fees if the evaluator was wrong.
    function appoint(
        Dispute storage d,
        Panel calldata panel,
        uint256 challengeSeconds,
        uint256 evaluatorBond,
        address evaluator
    ) internal {
        uint256 count = panel.members.length;
        require(count % 2 == 1 && count <= MAX_MEMBERS, IHyperparameterBounty.WrongPanelSize(MAX_MEMBERS, count));
        TermsLib.checkWindow(challengeSeconds);
        TermsLib.checkWindow(panel.sealSeconds);
        TermsLib.checkWindow(panel.openSeconds);
        require(
            panel.tolerance <= RankingLib.MAX_SCORE,
            IHyperparameterBounty.ToleranceOutOfRange(RankingLib.MAX_SCORE, panel.tolerance)
        );
        uint256 whole = panel.fee * count;
        require(
            evaluatorBond / 2 >= whole && panel.challengeBond / 2 >= whole,
            IHyperparameterBounty.BondBelowFees(whole, evaluatorBond, panel.challengeBond)
        );

        d.bond = panel.challengeBond;
        d.fee = panel.fee;
        d.tolerance = panel.tolerance;
        d.memberBond = panel.memberBond;
        d.sealSeconds = panel.sealSeconds;
        d.openSeconds = panel.openSeconds;
        address last;
        for (uint256 i; i < count; ++i) {
            address member = panel.members[i];
            require(member > last, IHyperparameterBounty.PanelNotAscending(i));
            require(member != msg.sender && member != evaluator, IHyperparameterBounty.PartyOnPanel(member));
            d.seats[i].member = member;
            last = member;
        }
    }

    /// @notice Reverts unless the panel's terms are all zero, as they must be where it has no members.
    function requireNone(Panel calldata panel) internal pure {
        uint256 any = panel.memberBond | panel.challengeBond | panel.fee | panel.tolerance | panel.sealSeconds
            | panel.openSeconds;
        require(any == 0, IHyperparameterBounty.PanelWithoutMembers());
    }

    /// @notice Reverts if `who` sits on the panel. It may do so under another name: that cannot be known.
    function requireOutsider(Dispute storage d, uint256 size, address who) internal view {
        for (uint256 i; i < size; ++i) {
            require(d.seats[i].member != who, IHyperparameterBounty.PartyOnPanel(who));
        }
    }

    /// @notice How many of `size` members make up more than half.
    function quorum(uint256 size) internal pure returns (uint256) {
        return size / 2 + 1;
    }

    /// @notice Everything about the panel, for people and clients.
    function show(Dispute storage d, uint256 size) internal view returns (DisputeView memory v) {
        if (size == 0) return v;
        v.panel.members = new address[](size);
        v.panel.memberBond = d.memberBond;
        v.panel.challengeBond = d.bond;
        v.panel.fee = d.fee;
        v.panel.tolerance = d.tolerance;
        v.panel.sealSeconds = d.sealSeconds;
        v.panel.openSeconds = d.openSeconds;
        v.challenger = d.challenger;
        v.verdict = d.verdict;
        v.accepted = new bool[](size);
        v.seats = new SeatState[](size);
        v.agreed = new bool[](size);
        for (uint256 i; i < size; ++i) {
            Seat storage seat = d.seats[i];
            v.panel.members[i] = seat.member;
            v.accepted[i] = seat.accepted;
            if (seat.word != 0) v.seats[i] = seat.opened ? SeatState.Opened : SeatState.Sealed;
            v.agreed[i] = d.agreed & (1 << i) != 0;
        }
    }
}
