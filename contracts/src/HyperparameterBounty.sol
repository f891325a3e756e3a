// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {ReentrancyGuardTransient} from "@openzeppelin/contracts/utils/ReentrancyGuardTransient.sol";

import {
    ContestView,
    DisputeView,
    IHyperparameterBounty,
    Outcome,
    Panel,
    Phase,
    RevealedSpec,
    Submission,
    Terms,
    Verdict
} from "./interfaces/IHyperparameterBounty.sol";
import {Contest, ContestLib} from "./libraries/ContestLib.sol";
import {Dispute, PanelLib, Seat} from "./libraries/PanelLib.sol";
import {PaymentLib} from "./libraries/PaymentLib.sol";
import {Place, RankingLib} from "./libraries/RankingLib.sol";
import {ScoresLib} from "./libraries/ScoresLib.sol";
import {SpecLib} from "./libraries/SpecLib.sol";
import {SubmissionLib} from "./libraries/SubmissionLib.sol";
import {TermsLib} from "./libraries/TermsLib.sol";

/// @title HyperparameterBounty
/// @notice See `IHyperparameterBounty` for what every call does, and for the warnings.
contract HyperparameterBounty is IHyperparameterBounty, ReentrancyGuardTransient {
    using ContestLib for Contest;
    using PanelLib for Dispute;
    using RankingLib for uint256;
    using ScoresLib for uint256[];
    using SubmissionLib for bytes32;
    using TermsLib for uint128;

    /// @dev The ASCII text, left-aligned: a client needs no hash to make it.
    bytes32 private constant COMMITMENT_DOMAIN = "hyperbounty/commitment/1";
    bytes32 private constant PANEL_DOMAIN = "hyperbounty/panel/1";

    uint256 public contestCount;
    mapping(address asset => mapping(address owner => uint256)) public credits;

    mapping(uint256 contest => Contest) private _contests;
    mapping(uint256 contest => mapping(address participant => mapping(uint256 entry => bytes32))) private _submissions;
    mapping(uint256 contest => mapping(uint256 index => Place)) private _places;

    // ------------------------------------------------------------------------------------------------------ the organizer

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

    function extend(uint256 contest, uint32 secs) external nonReentrant {
        Contest storage c = _inPhase(contest, Phase.Submit);
        _requireOrganizer(c);
        require(secs != 0, ZeroExtension());
        uint256 submitEnds = uint256(c.submitEnds) + secs;
        TermsLib.checkLastDeadline(submitEnds + c.lastSeconds());

        c.submitEnds = uint40(submitEnds);

        emit Extended(contest, secs, submitEnds);
    }

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

    function withdrawSubmission(uint256 contest, uint256 entry) external nonReentrant {
        Contest storage c = _inPhase(contest, Phase.Submit);
        mapping(uint256 => bytes32) storage own = _submissions[contest][msg.sender];
        require(own[entry] != 0, NoSubmission(contest, msg.sender, entry));

        delete own[entry];
        --c.standing;

        emit SubmissionWithdrawn(contest, msg.sender, entry);

        _pay(contest, c.assetOf(), msg.sender, c.deposit);
    }

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

    // ------------------------------------------------------------------------------------------- the challenger, the panel

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

    function sealScores(uint256 contest, uint256 seat, bytes32 seal) external nonReentrant {
        Seat storage s = _ownSeat(_inPhase(contest, Phase.PanelSeal), seat);
        require(seal != 0, ZeroSeal());

        s.word = seal;

        emit ScoresSealed(contest, msg.sender, seal);
    }

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

    // -------------------------------------------------------------------------------------------------------------- anyone

    function settle(uint256 contest) external nonReentrant {
        Contest storage c = _inPhase(contest, Phase.Settle);
        bool challenged = c.challenged();
        Verdict verdict = challenged ? c.dispute.verdict : Verdict.None;
        require(!challenged || verdict != Verdict.None || !c.answered(), NotResolved(contest));
        // The evaluator's scores stand unless somebody challenged them; then the panel's do, if it answered.
        uint256 ranking = c.ranking;
        bool stands = ranking != 0 || c.report != 0;
        if (challenged && verdict == Verdict.None) (ranking, stands) = (0, false);
        bool overturned = verdict == Verdict.Overturned;
        Outcome outcome;
        uint256 pool;
        uint256 toOrganizer;
        if (ranking != 0) {
            (outcome, pool) = (Outcome.Won, c.reward + c.forfeits());
        } else if (stands || c.revealed == 0) {
            (outcome, toOrganizer) = (Outcome.Refunded, c.reward + c.forfeits());
        } else {
            (outcome, pool, toOrganizer) = (Outcome.Void, c.pot(), c.reward);
        }
        uint256 fee = c.feeOf();
        if (!stands || overturned) (toOrganizer, fee) = (toOrganizer + fee, 0);
        uint256 bonds;
        if (outcome != Outcome.Void) bonds = c.bonds() - (challenged ? c.dispute.fees() : 0);
        if (!overturned) (toOrganizer, bonds) = (toOrganizer + bonds, 0);

        c.outcome = outcome;

        emit Settled(contest, outcome, pool, toOrganizer);

        if (outcome == Outcome.Won) _payWinners(contest, c, ranking, pool);
        if (challenged) _payPanel(contest, c);
        if (overturned) _pay(contest, c.asset, c.dispute.challenger, bonds);
        _pay(contest, c.asset, c.evaluator, fee);
        _pay(contest, c.asset, c.organizer, toOrganizer);
    }

    function claim(uint256 contest, uint256 index) external nonReentrant {
        Contest storage c = _contests[contest];
        require(c.outcome == Outcome.Void, WrongOutcome(contest, Outcome.Void, c.outcome));
        uint256 revealed = c.revealed;
        require(index < revealed, NoSuchReveal(index, revealed));
        Place storage place = _places[contest][index];
        require(!place.claimed, AlreadyClaimed(contest, index));
        // The first few get one unit more, so that the shares add up to the pot.
        uint256 pot = c.pot();
        uint256 amount = pot / revealed + (index < pot % revealed ? 1 : 0);
        require(amount != 0, NothingToClaim(contest, index));

        place.claimed = true;

        emit Claimed(contest, index, place.participant, amount);

        _pay(contest, c.asset, place.participant, amount);
    }

    function withdraw(address asset, address to) external nonReentrant returns (uint256 amount) {
        require(to != address(0) && to != address(this), InvalidRecipient(to));
        amount = credits[asset][msg.sender];
        require(amount != 0, NothingToWithdraw(asset, msg.sender));

        credits[asset][msg.sender] = 0;

        emit CreditWithdrawn(asset, msg.sender, to, amount);

        require(PaymentLib.tryPushUnbounded(asset, to, amount), TransferFailed(asset, to, amount));
    }

    // --------------------------------------------------------------------------------------------------------------- views

    function phaseOf(uint256 contest) external view returns (Phase) {
        return _contests[contest].phase();
    }

    function outcomeOf(uint256 contest) external view returns (Outcome) {
        return _contests[contest].outcome;
    }

    function contestOf(uint256 contest) external view returns (ContestView memory) {
        return _contests[contest].show();
    }

    function disputeOf(uint256 contest) external view returns (DisputeView memory) {
        Contest storage c = _contests[contest];
        uint256 challengeEnds = uint256(c.submitEnds) + c.revealSeconds + c.scoreSeconds + c.challengeSeconds;
        return c.dispute.show(c.panelSize, challengeEnds);
    }

    function submissionOf(uint256 contest, address participant, uint256 entry)
        external
        view
        returns (Submission memory)
    {
        return _submissions[contest][participant][entry].show();
    }

    function revealedAt(uint256 contest, uint256 index) external view returns (RevealedSpec memory) {
        uint256 revealed = _contests[contest].revealed;
        require(index < revealed, NoSuchReveal(index, revealed));
        Place memory place = _places[contest][index];
        bytes32 spec = _submissions[contest][place.participant][place.entry];
        return RevealedSpec(place.participant, place.entry, place.ordinal, spec);
    }

    function commitmentOf(uint256 contest, address participant, bytes32 spec, bytes32 salt)
        public
        view
        returns (bytes32)
    {
        return sha256(abi.encode(COMMITMENT_DOMAIN, block.chainid, address(this), contest, participant, spec, salt));
    }

    function sealOf(uint256 contest, address member, bytes32 report, bytes32 salt, uint24[] calldata scores)
        public
        view
        returns (bytes32)
    {
        bytes memory head = abi.encode(PANEL_DOMAIN, block.chainid, address(this), contest, member, report, salt);
        return sha256(abi.encodePacked(head, scores));
    }

    function checkSpec(bytes32 spec, bytes32 limits) external pure {
        SpecLib.check(spec, limits);
    }

    // ------------------------------------------------------------------------------------------------------------- phases

    function _inPhase(uint256 contest, Phase expected) private view returns (Contest storage c) {
        c = _contests[contest];
        Phase actual = c.phase();
        require(actual == expected, WrongPhase(contest, expected, actual));
    }

    function _requireOrganizer(Contest storage c) private view {
        require(msg.sender == c.organizer, NotOrganizer(c.organizer, msg.sender));
    }

    function _ownSeat(Contest storage c, uint256 seat) private view returns (Seat storage s) {
        require(seat < c.panelSize, NoSuchSeat(seat, c.panelSize));
        s = c.dispute.seats[seat];
        require(msg.sender == s.member, NotPanelMember(s.member, msg.sender));
    }

    // ------------------------------------------------------------------------------------------------------------- events

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
        assembly ("memory-safe") {
            let afterShares := add(shares.offset, shl(5, shares.length))
            usual := and(eq(terms, 0x24), eq(shares.offset, 0x284))
            usual := and(usual, and(eq(panel, afterShares), eq(members.offset, add(panel, 0xe0))))
        }
        require(usual, UnusualEncoding());
        assembly ("memory-safe") {
            let data := mload(0x40)
            let size := sub(add(members.offset, shl(5, members.length)), 4)
            calldatacopy(data, 4, size)
            log4(data, size, topic, contest, caller(), evaluator)
        }
    }

    // ------------------------------------------------------------------------------------------------------------- scores

    function _rank(uint256 contest, Contest storage c, uint256[] memory scores) private view returns (uint256) {
        return RankingLib.rank(scores, c.minimumScore, c.prizes, _places[contest], _submissions[contest]);
    }

    /// @dev Emits an event of `(uint256 indexed contest, <one word>, uint24[] scores)`, for scores that were checked: in one
    /// copy, where the compiler would check and copy each.
    function _emitScores(bytes32 topic, uint256 contest, uint256 word, uint256[] memory scores) private {
        assembly ("memory-safe") {
            let data := mload(0x40)
            let size := shl(5, add(mload(scores), 1))
            mstore(data, word)
            mstore(add(data, 0x20), 0x40)
            mcopy(add(data, 0x40), scores, size)
            log2(data, add(size, 0x40), topic, contest)
        }
    }

    // -------------------------------------------------------------------------------------------------------------- money

    /// @dev Every winner but the best gets its share rounded down; the best gets all the rest, and with it the shares
    /// that no one won.
    function _payWinners(uint256 contest, Contest storage c, uint256 ranking, uint256 pool) private {
        address asset = c.asset;
        uint256 rest = pool;
        for (uint256 i = ranking.count() - 1; i != 0; --i) {
            uint256 amount = pool * c.shares.shareAt(i) / TermsLib.BASIS_POINTS;
            rest -= amount;
            _pay(contest, asset, _places[contest][ranking.indexAt(i)].participant, amount);
        }
        _pay(contest, asset, _places[contest][ranking.indexAt(0)].participant, rest);
    }

    /// @dev The fee to each member that agreed with what stands.
    function _payPanel(uint256 contest, Contest storage c) private {
        Dispute storage d = c.dispute;
        uint256 agreed = d.agreed;
        for (uint256 i; agreed != 0; ++i) {
            if (agreed & 1 == 1) _pay(contest, c.asset, d.seats[i].member, d.fee);
            agreed >>= 1;
        }
    }

    /// @dev Pays with bounded gas; a payment that fails becomes a credit, so no payee can block anyone else.
    function _pay(uint256 contest, address asset, address to, uint256 amount) private {
        if (amount == 0) return;
        if (PaymentLib.tryPush(asset, to, amount)) {
            emit Paid(contest, to, amount);
        } else {
            credits[asset][to] += amount;
            emit Credited(contest, to, asset, amount);
        }
    }
}
