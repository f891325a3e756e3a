// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {Address} from "@openzeppelin/contracts/utils/Address.sol";

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
import {Dispute, PanelLib, Seat} from "./PanelLib.sol";
import {PaymentLib} from "../shared/PaymentLib.sol";
import {Place, RankingLib} from "./RankingLib.sol";
import {Rules} from "./Rules.sol";
import {ScoresLib} from "./ScoresLib.sol";
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
        // The arguments as they came: encoding them again would cost more code and gas.
        Address.functionStaticCall(address(_rules()), bytes.concat(Rules.checkTerms.selector, msg.data[4:]));
        bool native = terms.asset == PaymentLib.NATIVE;
        require(native || terms.asset.code.length != 0, NotAToken(terms.asset));

        contest = ++contestCount;
        Contest storage c = _contests[contest];
        c.deadline = terms.acceptEnds;
        c.revealSeconds = terms.revealSeconds;
        c.scoreSeconds = terms.scoreSeconds;
        c.challengeSeconds = terms.challengeSeconds;
        c.maxSubmissions = terms.maxSubmissions;
        c.maxPerAddress = terms.maxPerAddress;
        c.plain = native;
        // What lies in one slot is written by one statement, which the compiler makes one write: saves 1,400 gas.
        (c.organizer, c.entryFee) = (msg.sender, terms.entryFee);
        (c.evaluator, c.bond) = (terms.evaluator, terms.bond);
        (c.prizes, c.panelSize, c.keyAwaited, c.minimumScore, c.reward, c.evaluatorFee) =
        (
            uint8(terms.shares.length),
            uint8(terms.panel.members.length),
            terms.holdoutCommitment != 0,
            terms.minimumScore,
            terms.reward,
            terms.evaluatorFee
        );
        (c.submitSeconds, c.entrySeconds, c.openedAtBlock, c.evaluatorBond) =
        (terms.submitSeconds, terms.entrySeconds, uint40(block.number), terms.evaluatorBond);
        c.limits = terms.limits;
        c.manifest = terms.manifest;
        if (terms.holdoutCommitment != 0) c.holdoutCommitment = terms.holdoutCommitment;
        if (!native) c.asset = terms.asset;
        uint128 shares = TermsLib.packShares(terms.shares);
        if (shares != 0) c.shares = shares;
        if (terms.panel.members.length == 0) PanelLib.requireNone(terms.panel);
        else c.dispute.appoint(terms.panel, terms.challengeSeconds, terms.evaluatorBond, terms.evaluator);

        _emitOpened(contest, terms);

        PaymentLib.pull(terms.asset, msg.sender, uint256(terms.reward) + terms.bond + terms.evaluatorFee);
    }

    /// @inheritdoc IHyperparameterBounty
    function extend(uint256 contest, uint32 secs) external nonReentrant {
        Contest storage c = _inPhase(contest, Phase.Submit);
        _requireOrganizer(c);
        require(secs != 0, ZeroExtension());
        uint256 extended = uint256(c.extended) + secs;
        require(extended <= c.submitSeconds, ExtensionTooLong(c.submitSeconds, extended));
        uint256 submitEnds = uint256(c.deadline) + secs;

        c.deadline = uint40(submitEnds);
        c.extended = uint32(extended);
        c.extendedAt = c.lastOrdinal;

        emit Extended(contest, secs, submitEnds);
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
        uint256 keyEnds = uint256(c.deadline) + c.revealSeconds + TermsLib.keySeconds(c.scoreSeconds);
        require(block.timestamp < keyEnds, KeyTooLate(keyEnds, block.timestamp));
        bytes32 commitment = sha256(abi.encode(key));
        require(commitment == c.holdoutCommitment, KeyMismatch(c.holdoutCommitment, commitment));

        delete c.keyAwaited;

        emit HoldoutKeyPublished(contest, key);
    }

    // ------------------------------------------------------------------------------------------------- those named, sponsors

    /// @inheritdoc IHyperparameterBounty
    function accept(uint256 contest, uint256 throughput) external payable nonReentrant {
        Contest storage c = _inPhase(contest, Phase.Offer);
        require(msg.sender == c.evaluator, NotEvaluator(c.evaluator, msg.sender));
        require(c.throughput == 0, AlreadyAccepted(contest, msg.sender));
        uint256 secs = c.scoreSeconds;
        if (c.keyAwaited) secs -= TermsLib.keySeconds(secs);
        uint256 needed = uint256(c.maxSubmissions) * c.entrySeconds * TermsLib.THROUGHPUT_UNIT;
        require(
            throughput <= type(uint32).max && needed <= secs * throughput,
            ThroughputTooLow((needed + secs - 1) / secs, throughput)
        );

        c.throughput = uint32(throughput);
        _consent(contest, c, throughput);

        PaymentLib.pull(c.assetOf(), msg.sender, c.evaluatorBond);
    }

    /// @inheritdoc IHyperparameterBounty
    function acceptSeat(uint256 contest, uint256 seat) external payable nonReentrant {
        Contest storage c = _inPhase(contest, Phase.Offer);
        Seat storage s = _ownSeat(c, seat);
        require(!s.accepted, AlreadyAccepted(contest, msg.sender));

        s.accepted = true;
        _consent(contest, c, 0);

        PaymentLib.pull(c.assetOf(), msg.sender, c.dispute.memberBond);
    }

    /// @inheritdoc IHyperparameterBounty
    function sponsor(uint256 contest, uint96 amount) external payable nonReentrant {
        Contest storage c = _inPhase(contest, Phase.Submit);
        require(amount != 0, ZeroAmount());
        require(c.standing <= c.freeSlots(), TooFullToSponsor(c.freeSlots(), c.standing));
        address asset = c.assetOf();

        delete c.plain;
        c.sponsored += amount;
        _sponsorships[contest][msg.sender] += amount;

        emit Sponsored(contest, msg.sender, amount);

        PaymentLib.pull(asset, msg.sender, amount);
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
        (uint256 fee, uint256 surcharge) = replaces ? (0, 0) : c.price();
        uint256 standing = replaces ? c.standing : c.standing + 1;

        c.lastOrdinal = uint32(ordinal);
        c.standing = uint16(standing);
        own[entry] = SubmissionLib.seal(ordinal, commitment);

        emit Submitted(contest, msg.sender, entry, commitment, ordinal);

        address asset = c.assetOf();
        // The price may have risen since it was asked for; who sends more than it gets the rest back.
        uint256 change = PaymentLib.pullUpTo(asset, msg.sender, fee + surcharge);
        _pay(contest, asset, PaymentLib.BURN, surcharge);
        _pay(contest, asset, msg.sender, change);
    }

    /// @inheritdoc IHyperparameterBounty
    function withdrawSubmission(uint256 contest, uint256 entry) external nonReentrant {
        Contest storage c = _inPhase(contest, Phase.Submit);
        mapping(uint256 => bytes32) storage own = _submissions[contest][msg.sender];
        bytes32 word = own[entry];
        require(word != 0, NoSubmission(contest, msg.sender, entry));
        // To nobody: otherwise it would be cheap to fill a contest. But nobody has to wait longer than it agreed to.
        address to = word.ordinalOf() <= c.extendedAt ? msg.sender : PaymentLib.BURN;

        delete own[entry];
        --c.standing;

        emit SubmissionWithdrawn(contest, msg.sender, entry);

        _pay(contest, c.assetOf(), to, c.entryFee);
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
        _rules().checkSpec(spec, c.limits);

        uint32 ordinal = word.ordinalOf();
        index = c.revealed;
        c.revealed = uint16(index + 1);
        own[entry] = spec;
        // A slot that is not empty has passed `submit`, so `entry` fits.
        _places[contest][index] =
            Place({participant: msg.sender, ordinal: ordinal, entry: uint16(entry), claimed: false});

        emit Revealed(contest, msg.sender, index, entry, ordinal, spec, salt);
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
        require(scores.length == revealed || scores.length == 0, WrongScoreCount(revealed, scores.length));
        uint256[] memory list = ScoresLib.read(scores);

        c.report = report;
        c.unscorable = list.length == 0;
        c.ranking = RankingLib.rank(list, c.minimumScore, c.prizes, new uint256[](revealed), _places[contest]);

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
        return c.dispute.show(c.panelSize);
    }

    /// @inheritdoc IHyperparameterBounty
    function priceOf(uint256 contest) external view returns (uint256 entryFee, uint256 surcharge) {
        Contest storage c = _contests[contest];
        return c.standing < c.maxSubmissions ? c.price() : (0, 0);
    }

    /// @inheritdoc IHyperparameterBounty
    function sponsorshipOf(uint256 contest, address who) external view returns (uint256) {
        return _sponsorships[contest][who];
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
    function checkSpec(bytes32 spec, bytes32 limits) external view {
        _rules().checkSpec(spec, limits);
    }

    // ------------------------------------------------------------------------------------------------------------- helpers

    /// @dev The last one to accept starts the time to submit.
    function _consent(uint256 contest, Contest storage c, uint256 throughput) private {
        uint256 acceptances = c.acceptances + 1;
        c.acceptances = uint8(acceptances);
        emit Accepted(contest, msg.sender, throughput);
        if (acceptances <= c.panelSize) return;

        uint256 submitEnds = block.timestamp + c.submitSeconds;
        c.accepted = true;
        c.deadline = uint40(submitEnds);
        emit Started(contest, submitEnds);
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
            usual := and(eq(terms, 0x24), eq(shares.offset, 0x2e4))
            usual := and(usual, and(eq(panel, afterShares), eq(members.offset, add(panel, 0x100))))
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
