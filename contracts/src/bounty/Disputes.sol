// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {ReentrancyGuardTransient} from "@openzeppelin/contracts/utils/ReentrancyGuardTransient.sol";

import {IHyperparameterBounty, Phase, Verdict} from "./IHyperparameterBounty.sol";
import {Contest, ContestLib} from "./ContestLib.sol";
import {Dispute, PanelLib, Seat} from "./PanelLib.sol";
import {PaymentLib} from "../shared/PaymentLib.sol";
import {ScoresLib} from "./ScoresLib.sol";
import {Contests} from "./Contests.sol";

/// @title Disputes
/// @notice The evaluator's scores challenged, and a panel that decides: the calls of challengers and members.
abstract contract Disputes is Contests, ReentrancyGuardTransient {
    using ContestLib for Contest;
    using PanelLib for Dispute;
    using ScoresLib for uint256[];

    bytes32 private constant PANEL_DOMAIN = "hyperbounty/panel/1";

    /// @inheritdoc IHyperparameterBounty
    function challenge(uint256 contest, uint24[] calldata scores) external payable nonReentrant {
        Contest storage c = _inPhase(contest, Phase.Challenge);
        require(c.panelSize != 0, NoPanel(contest));
        require(c.report != 0, NotScored(contest));
        Dispute storage d = c.dispute;
        require(d.challenger == address(0), AlreadyChallenged(contest, d.challenger));
        d.requireOutsider(c.panelSize, msg.sender);
        uint256[] memory list = ScoresLib.read(scores);
        bytes32 digest = list.digest();
        require(digest == d.scores, ScoresMismatch(d.scores, digest));

        d.challenger = msg.sender;
        d.scores = bytes32(uint256(uint160(list.keep())));

        emit Challenged(contest, msg.sender);

        PaymentLib.pull(c.assetOf(), msg.sender, d.bond);
    }

    /// @inheritdoc IHyperparameterBounty
    function sealScores(uint256 contest, uint256 seat, bytes32 seal) external nonReentrant {
        Seat storage s = _ownSeat(_inPhase(contest, Phase.PanelSeal), seat);
        require(seal != 0, ZeroSeal());

        s.word = seal;

        emit ScoresSealed(contest, msg.sender, seal);
    }

    /// @inheritdoc IHyperparameterBounty
    function openScores(uint256 contest, uint256 seat, bytes32 report, bytes32 salt, uint24[] calldata scores)
        external
        nonReentrant
    {
        Contest storage c = _inPhase(contest, Phase.PanelOpen);
        Seat storage s = _ownSeat(c, seat);
        require(s.word != 0 && !s.opened, NothingSealed(contest, seat));
        require(report != 0, ZeroReport());
        uint256 revealed = c.revealed;
        require(scores.length == revealed, WrongScoreCount(revealed, scores.length));
        bytes32 seal = sealOf(contest, msg.sender, report, salt, scores);
        require(seal == s.word, SealMismatch(s.word, seal));
        uint256[] memory list = ScoresLib.read(scores);

        s.opened = true;
        s.word = bytes32(uint256(uint160(list.keep())));
        ++c.dispute.opened;

        emit ScoresOpened(contest, msg.sender, report, scores);
    }

    /// @inheritdoc IHyperparameterBounty
    function resolve(uint256 contest) external nonReentrant {
        Contest storage c = _inPhase(contest, Phase.Settle);
        require(c.challenged(), NotChallenged(contest));
        Dispute storage d = c.dispute;
        require(d.verdict == Verdict.None, AlreadyResolved(contest, d.verdict));
        require(c.answered(), QuorumMissed(PanelLib.quorum(c.panelSize), d.opened));
        (uint256[] memory medians, uint256 agreed, bool upheld) = d.decide(c.panelSize, c.revealed);
        Verdict verdict = upheld ? Verdict.Upheld : Verdict.Overturned;

        d.verdict = verdict;
        d.agreed = uint8(agreed);
        c.ranking = _rank(contest, c, medians);

        _emitScores(Resolved.selector, contest, uint256(verdict), medians);
    }

    /// @inheritdoc IHyperparameterBounty
    function sealOf(uint256 contest, address member, bytes32 report, bytes32 salt, uint24[] calldata scores)
        public
        view
        returns (bytes32)
    {
        bytes memory head = abi.encode(PANEL_DOMAIN, block.chainid, address(this), contest, member, report, salt);
        return sha256(abi.encodePacked(head, scores));
    }

    function _ownSeat(Contest storage c, uint256 seat) private view returns (Seat storage s) {
        require(seat < c.panelSize, NoSuchSeat(seat, c.panelSize));
        s = c.dispute.seats[seat];
        require(msg.sender == s.member, NotPanelMember(s.member, msg.sender));
    }
}
