// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {Disputes} from "./Disputes.sol";
import {Settlement} from "./Settlement.sol";
import {
    ContestView,
    DisputeView,
    IHyperparameterBounty,
    Outcome,
    Panel,
    Phase,
    RevealedSpec,
    Submission,
    Terms
} from "./IHyperparameterBounty.sol";
import {Contest, ContestLib} from "./ContestLib.sol";
import {Dispute, PanelLib} from "./PanelLib.sol";
import {PaymentLib} from "../shared/PaymentLib.sol";
import {Place} from "./RankingLib.sol";
import {ScoresLib} from "./ScoresLib.sol";
import {SpecLib} from "./SpecLib.sol";
import {SubmissionLib} from "./SubmissionLib.sol";
import {TermsLib} from "./TermsLib.sol";

/// @title HyperparameterBounty
/// @notice See `IHyperparameterBounty` for what every call does, and for the warnings. Here are the calls of a contest's way to
/// its scores; those of a dispute and of the end are inherited.
contract HyperparameterBounty is Disputes, Settlement {
    using ContestLib for Contest;
    using PanelLib for Dispute;
    using ScoresLib for uint256[];
    using SubmissionLib for bytes32;

    /// @dev The ASCII text, left-aligned: a client needs no hash to make it.
    bytes32 private constant COMMITMENT_DOMAIN = "hyperbounty/commitment/1";

    /// @inheritdoc IHyperparameterBounty
    uint256 public contestCount;

    // ------------------------------------------------------------------------------------------------------ the organizer

    /// @inheritdoc IHyperparameterBounty
    function open(Terms calldata terms) external payable nonReentrant returns (uint256 contest) {
        TermsLib.check(terms);
        bool native = terms.asset == PaymentLib.NATIVE;
        require(native || terms.asset.code.length != 0, NotAToken(terms.asset));

        contest = ++contestCount;
        Contest storage c = _contests[contest];
        c.submitEnds = terms.submitEnds;
        c.maxSubmissions = terms.maxSubmissions;
        c.maxPerAddress = terms.maxPerAddress;
        c.native = native;
        c.deposit = terms.deposit;
        c.organizer = msg.sender;
        c.revealSeconds = terms.revealSeconds;
        c.scoreSeconds = terms.scoreSeconds;
        c.challengeSeconds = terms.challengeSeconds;
        c.evaluator = terms.evaluator;
        c.minimumScore = terms.minimumScore;
        c.openedAtBlock = uint40(block.number);
        c.keyAwaited = terms.holdoutCommitment != 0;
        c.prizes = uint8(terms.shares.length);
        c.asset = terms.asset;
        c.bond = terms.bond;
        c.reward = terms.reward;
        c.shares = TermsLib.packShares(terms.shares);
        c.limits = terms.limits;
        c.manifest = terms.manifest;
        c.holdoutCommitment = terms.holdoutCommitment;
        if (terms.evaluatorFee != 0) {
            c.feeDue = true;
            c.evaluatorFee = terms.evaluatorFee;
        }
        if (terms.panel.members.length == 0) {
            PanelLib.requireNone(terms.panel);
        } else {
            c.panelSize = uint8(terms.panel.members.length);
            c.dispute.appoint(terms.panel, terms.challengeSeconds, terms.bond, terms.evaluator);
        }

        _emitOpened(contest, terms);

        PaymentLib.pull(terms.asset, msg.sender, c.escrow());
    }

    /// @inheritdoc IHyperparameterBounty
    function extend(uint256 contest, uint32 secs) external nonReentrant {
        Contest storage c = _inPhase(contest, Phase.Submit);
        _requireOrganizer(c);
        require(secs != 0, ZeroExtension());
        uint256 submitEnds = uint256(c.submitEnds) + secs;
        TermsLib.checkLastDeadline(submitEnds + c.lastSeconds());

        c.submitEnds = uint40(submitEnds);

        emit Extended(contest, secs, submitEnds);
    }

    /// @inheritdoc IHyperparameterBounty
    function cancel(uint256 contest) external nonReentrant {
        Contest storage c = _contests[contest];
        Phase phase = c.phase();
        require(phase != Phase.None && c.outcome == Outcome.Pending, NotOpen(contest, phase));
        _requireOrganizer(c);
        require(c.standing == 0, SubmissionsStand(c.standing));

        c.outcome = Outcome.Cancelled;

        emit Cancelled(contest);

        _pay(contest, c.asset, msg.sender, c.escrow());
    }

    /// @inheritdoc IHyperparameterBounty
    function publishHoldoutKey(uint256 contest, bytes32 key) external nonReentrant {
        Contest storage c = _inPhase(contest, Phase.Score);
        require(
            msg.sender == c.organizer || msg.sender == c.evaluator,
            NotOrganizerOrEvaluator(c.organizer, c.evaluator, msg.sender)
        );
        require(c.holdoutCommitment != 0, NoHoldoutKey(contest));
        require(c.keyAwaited, KeyAlreadyPublished(contest));
        bytes32 commitment = sha256(abi.encode(key));
        require(commitment == c.holdoutCommitment, KeyMismatch(c.holdoutCommitment, commitment));

        c.keyAwaited = false;

        emit HoldoutKeyPublished(contest, key);
    }

    // ---------------------------------------------------------------------------------------------------- the participant

    /// @inheritdoc IHyperparameterBounty
    function submit(uint256 contest, uint256 entry, bytes32 commitment) external payable nonReentrant {
        Contest storage c = _inPhase(contest, Phase.Submit);
        require(entry < c.maxPerAddress, EntryOutOfRange(entry, c.maxPerAddress));
        mapping(uint256 => bytes32) storage own = _submissions[contest][msg.sender];
        bool replaces = own[entry] != 0;
        require(replaces || c.standing < c.maxSubmissions, TooManySubmissions(c.maxSubmissions));
        uint256 ordinal = uint256(c.lastOrdinal) + 1;
        // Two thousand million submissions and replacements: no chain gets there within a contest.
        assert(ordinal <= SubmissionLib.MAX_ORDINAL);

        c.lastOrdinal = uint32(ordinal);
        if (!replaces) ++c.standing;
        own[entry] = SubmissionLib.seal(ordinal, commitment);

        emit Submitted(contest, msg.sender, entry, commitment, ordinal);

        PaymentLib.pull(c.assetOf(), msg.sender, replaces ? 0 : c.deposit);
    }

    /// @inheritdoc IHyperparameterBounty
    function withdrawSubmission(uint256 contest, uint256 entry) external nonReentrant {
        Contest storage c = _inPhase(contest, Phase.Submit);
        mapping(uint256 => bytes32) storage own = _submissions[contest][msg.sender];
        require(own[entry] != 0, NoSubmission(contest, msg.sender, entry));

        delete own[entry];
        --c.standing;

        emit SubmissionWithdrawn(contest, msg.sender, entry);

        _pay(contest, c.assetOf(), msg.sender, c.deposit);
    }

    /// @inheritdoc IHyperparameterBounty
    function reveal(uint256 contest, uint256 entry, bytes32 spec, bytes32 salt)
        external
        nonReentrant
        returns (uint256 index)
    {
        Contest storage c = _inPhase(contest, Phase.Reveal);
        mapping(uint256 => bytes32) storage own = _submissions[contest][msg.sender];
        bytes32 word = own[entry];
        require(word != 0, NoSubmission(contest, msg.sender, entry));
        require(word.isSealed(), AlreadyRevealed(contest, msg.sender, entry));
        bytes28 seal = bytes28(commitmentOf(contest, msg.sender, spec, salt));
        require(seal == word.sealOf(), CommitmentMismatch(word.sealOf(), seal));
        SpecLib.check(spec, c.limits);

        uint32 ordinal = word.ordinalOf();
        index = c.revealed;
        c.revealed = uint16(index + 1);
        own[entry] = spec;
        // A slot that is not empty has passed `submit`, so `entry` fits.
        _places[contest][index] =
            Place({participant: msg.sender, ordinal: ordinal, entry: uint16(entry), claimed: false});

        emit Revealed(contest, msg.sender, index, entry, ordinal, spec, salt);

        _pay(contest, c.assetOf(), msg.sender, c.deposit);
    }

    // ------------------------------------------------------------------------------------------------------ the evaluator

    /// @inheritdoc IHyperparameterBounty
    function recordScores(uint256 contest, bytes32 report, uint24[] calldata scores) external nonReentrant {
        Contest storage c = _inPhase(contest, Phase.Score);
        require(msg.sender == c.evaluator, NotEvaluator(c.evaluator, msg.sender));
        require(!c.keyAwaited, KeyNotPublished(contest));
        require(report != 0, ZeroReport());
        uint256 revealed = c.revealed;
        require(revealed != 0, NothingRevealed(contest));
        require(scores.length == revealed, WrongScoreCount(revealed, scores.length));
        uint256[] memory list = ScoresLib.read(scores);

        c.report = report;
        c.ranking = _rank(contest, c, list);
        if (c.panelSize != 0) c.dispute.scores = list.digest();

        _emitScores(ScoresRecorded.selector, contest, uint256(report), list);
    }

    // --------------------------------------------------------------------------------------------------------------- views

    /// @inheritdoc IHyperparameterBounty
    function phaseOf(uint256 contest) external view returns (Phase) {
        return _contests[contest].phase();
    }

    /// @inheritdoc IHyperparameterBounty
    function outcomeOf(uint256 contest) external view returns (Outcome) {
        return _contests[contest].outcome;
    }

    /// @inheritdoc IHyperparameterBounty
    function contestOf(uint256 contest) external view returns (ContestView memory) {
        return _contests[contest].show();
    }

    /// @inheritdoc IHyperparameterBounty
    function disputeOf(uint256 contest) external view returns (DisputeView memory) {
        Contest storage c = _contests[contest];
        uint256 challengeEnds = uint256(c.submitEnds) + c.revealSeconds + c.scoreSeconds + c.challengeSeconds;
        return c.dispute.show(c.panelSize, challengeEnds);
    }

    /// @inheritdoc IHyperparameterBounty
    function submissionOf(uint256 contest, address participant, uint256 entry)
        external
        view
        returns (Submission memory)
    {
        return _submissions[contest][participant][entry].show();
    }

    /// @inheritdoc IHyperparameterBounty
    function revealedAt(uint256 contest, uint256 index) external view returns (RevealedSpec memory) {
        uint256 revealed = _contests[contest].revealed;
        require(index < revealed, NoSuchReveal(index, revealed));
        Place memory place = _places[contest][index];
        bytes32 spec = _submissions[contest][place.participant][place.entry];
        return RevealedSpec(place.participant, place.entry, place.ordinal, spec);
    }

    /// @inheritdoc IHyperparameterBounty
    function commitmentOf(uint256 contest, address participant, bytes32 spec, bytes32 salt)
        public
        view
        returns (bytes32)
    {
        return sha256(abi.encode(COMMITMENT_DOMAIN, block.chainid, address(this), contest, participant, spec, salt));
    }

    /// @inheritdoc IHyperparameterBounty
    function checkSpec(bytes32 spec, bytes32 limits) external pure {
        SpecLib.check(spec, limits);
    }

    // ------------------------------------------------------------------------------------------------------------- checks

    function _requireOrganizer(Contest storage c) private view {
        require(msg.sender == c.organizer, NotOrganizer(c.organizer, msg.sender));
    }

    /// @dev `emit Opened(contest, msg.sender, terms.evaluator, terms)` inside `open`, whose arguments are the terms, encoded
    /// as an event has them: in one copy, where the compiler would take them apart again. The compiler follows offsets that
    /// point anywhere; who reads the event may not, so the parts must follow each other as every encoder puts them.
    function _emitOpened(uint256 contest, Terms calldata terms) private {
        bytes32 topic = Opened.selector;
        address evaluator = terms.evaluator;
        uint16[] calldata shares = terms.shares;
        Panel calldata panel = terms.panel;
        address[] calldata members = panel.members;
        bool usual;
        // Saves, with the block below, 2,700 gas of `open` with a panel of three, against `emit`.
        assembly ("memory-safe") {
            let afterShares := add(shares.offset, shl(5, shares.length))
            usual := and(eq(terms, 0x24), eq(shares.offset, 0x284))
            usual := and(usual, and(eq(panel, afterShares), eq(members.offset, add(panel, 0xe0))))
        }
        require(usual, UnusualEncoding());
        // The one copy.
        assembly ("memory-safe") {
            let data := mload(0x40)
            let size := sub(add(members.offset, shl(5, members.length)), 4)
            calldatacopy(data, 4, size)
            log4(data, size, topic, contest, caller(), evaluator)
        }
    }
}
