// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {Phase} from "../../../src/bounty/IHyperparameterBounty.sol";
import {Contest, ContestLib} from "../../../src/bounty/ContestLib.sol";
import {Vm} from "../../shared/Vm.sol";

/// @notice Every contest that began comes to where it can be settled, and every other lapses, by the clock alone, whatever was
/// done in it and whatever its terms are. That the payments themselves cannot fail is in `Split.t.sol`.
contract WayOutProof {
    using ContestLib for Contest;

    Vm private constant vm = Vm(address(uint160(uint256(keccak256("hevm cheat code")))));

    Contest private _contest;

    struct Windows {
        uint40 deadline;
        uint32 reveal;
        uint32 score;
        uint32 challenge;
        uint32 seal;
        uint32 open;
        uint8 panel;
        address challenger;
    }

    function check_whoeverAcceptedCanSettleAfterTheLastDeadline(Windows memory w, uint48 time) public {
        if (w.deadline == 0) return; // there is no such contest
        write(w);
        _contest.accepted = true;
        if (time < uint256(w.deadline) + _contest.lastSeconds()) return;
        vm.warp(time);
        assert(_contest.phase() == Phase.Settle);
    }

    function check_anOfferThatWasNotAcceptedLapses(Windows memory w, uint48 time) public {
        if (w.deadline == 0 || time < w.deadline) return;
        write(w);
        vm.warp(time);
        assert(_contest.phase() == Phase.Lapsed);
    }

    /// @dev No phase comes again.
    function check_noPhaseGoesBack(Windows memory w, uint48 time, uint48 later, bool accepted) public {
        if (w.deadline == 0 || later < time) return;
        write(w);
        _contest.accepted = accepted;
        vm.warp(time);
        Phase before = _contest.phase();
        vm.warp(later);
        assert(_contest.phase() >= before);
    }

    function write(Windows memory w) private {
        (_contest.deadline, _contest.revealSeconds, _contest.scoreSeconds) = (w.deadline, w.reveal, w.score);
        (_contest.challengeSeconds, _contest.panelSize) = (w.challenge, w.panel);
        (_contest.dispute.sealSeconds, _contest.dispute.openSeconds) = (w.seal, w.open);
        _contest.dispute.challenger = w.challenger;
    }
}
