// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {IHyperparameterBounty, Phase, Verdict} from "./IHyperparameterBounty.sol";
import {Contest, ContestLib} from "./ContestLib.sol";
import {Contests} from "./Contests.sol";
import {Dispute, PanelLib, Seat} from "./PanelLib.sol";
import {MemoryLib} from "./MemoryLib.sol";
import {PaymentLib} from "../shared/PaymentLib.sol";
import {ScoresLib} from "./ScoresLib.sol";
import {Case, Finding} from "./Verdicts.sol";
import {Place, RankingLib} from "./RankingLib.sol";

/// @title Disputes
/// @notice The evaluator's scores challenged, or its silence, and a panel that decides: the calls of challengers and members.
abstract contract Disputes is Contests {
    using ContestLib for Contest;
    using MemoryLib for uint256[];
    using PanelLib for Dispute;
    using ScoresLib for uint256[];

    bytes32 private constant PANEL_DOMAIN = "hyperbounty/panel/1";

    /// @inheritdoc IHyperparameterBounty
    function challenge(uint256 contest) external payable nonReentrant {
        Contest storage c = _inPhase(contest, Phase.Challenge);
        require(c.panelSize != 0, NoPanel(contest));
        require(c.revealed != 0, NothingRevealed(contest));
        require(!c.keyAwaited, KeyNotPublished(contest));
        Dispute storage d = c.dispute;
        require(d.challenger == address(0), AlreadyChallenged(contest, d.challenger));
        d.requireOutsider(c.panelSize, msg.sender);

        d.challenger = msg.sender;

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
        require(scores.length == revealed || scores.length == 0, WrongScoreCount(revealed, scores.length));
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
        uint256 size = c.panelSize;
        require(d.opened >= PanelLib.quorum(size), QuorumMissed(PanelLib.quorum(size), d.opened));
        Finding memory f = _verdicts().decide(_case(contest, c, size));

        d.verdict = f.verdict;
        d.agreed = uint8(f.agreed);
        if (f.verdict == Verdict.Overturned) (c.unscorable, c.ranking) = (f.unscorable, f.ranking);

        _emitScores(Resolved.selector, contest, uint256(f.verdict), f.medians);
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

    function _ownSeat(Contest storage c, uint256 seat) internal view returns (Seat storage s) {
        require(seat < c.panelSize, NoSuchSeat(seat, c.panelSize));
        s = c.dispute.seats[seat];
        require(msg.sender == s.member, NotPanelMember(s.member, msg.sender));
    }

    function _case(uint256 contest, Contest storage c, uint256 size) private view returns (Case memory p) {
        p.arrays = new address[](size);
        for (uint256 i; i < size; ++i) {
            Seat storage seat = c.dispute.seats[i];
            if (seat.opened) p.arrays[i] = address(uint160(uint256(seat.word)));
        }
        p.tolerance = c.dispute.tolerance;
        uint256[] memory words = new uint256[](c.revealed);
        mapping(uint256 => Place) storage places = _places[contest];
        for (uint256 i; i < words.length; ++i) {
            words.setWord(i, RankingLib.known(places, i));
        }
        p.places = words;
        p.minimum = c.minimumScore;
        p.prizes = c.prizes;
        p.shares = c.shares;
        p.recorded = c.report != 0;
        p.unscorable = c.unscorable;
        p.ranking = c.ranking;
    }
}
