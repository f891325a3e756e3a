// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {ReentrancyGuardTransient} from "@openzeppelin/contracts/utils/ReentrancyGuardTransient.sol";

import {
    ContestView,
    IHyperparameterBounty,
    Outcome,
    Phase,
    RevealedSpec,
    Submission,
    Terms
} from "./interfaces/IHyperparameterBounty.sol";
import {Contest, ContestLib} from "./libraries/ContestLib.sol";
import {PaymentLib} from "./libraries/PaymentLib.sol";
import {Place, RankingLib} from "./libraries/RankingLib.sol";
import {SpecLib} from "./libraries/SpecLib.sol";
import {SubmissionLib} from "./libraries/SubmissionLib.sol";
import {TermsLib} from "./libraries/TermsLib.sol";

/// @title HyperparameterBounty
/// @notice See `IHyperparameterBounty` for what every call does, and for the warnings.
contract HyperparameterBounty is IHyperparameterBounty, ReentrancyGuardTransient {
    using ContestLib for Contest;
    using RankingLib for uint256;
    using SubmissionLib for bytes32;
    using TermsLib for uint128;

    /// @dev The ASCII text, left-aligned: a client needs no hash to make it.
    bytes32 private constant COMMITMENT_DOMAIN = "hyperbounty/commitment/1";

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

        emit Opened(contest, msg.sender, terms.evaluator, terms);

        PaymentLib.pull(terms.asset, msg.sender, uint256(terms.reward) + terms.bond);
    }

    function extend(uint256 contest, uint32 secs) external nonReentrant {
        Contest storage c = _inPhase(contest, Phase.Submit);
        _requireOrganizer(c);
        require(secs != 0, ZeroExtension());
        uint256 submitEnds = uint256(c.submitEnds) + secs;
        TermsLib.checkLastDeadline(submitEnds + c.revealSeconds + c.scoreSeconds + c.challengeSeconds);

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

        _pay(contest, c.asset, msg.sender, uint256(c.reward) + c.bond);
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

        c.report = report;
        c.ranking = RankingLib.rank(scores, c.minimumScore, c.prizes, _places[contest], _submissions[contest]);

        _emitScoresRecorded(contest, report, scores);
    }

    /// @dev `emit ScoresRecorded(contest, report, scores)` for scores that were checked: in one copy, where the compiler
    /// would check and copy each again.
    function _emitScoresRecorded(uint256 contest, bytes32 report, uint24[] calldata scores) private {
        bytes32 topic = ScoresRecorded.selector;
        assembly ("memory-safe") {
            let data := mload(0x40)
            let size := mul(scores.length, 0x20)
            mstore(data, report)
            mstore(add(data, 0x20), 0x40)
            mstore(add(data, 0x40), scores.length)
            calldatacopy(add(data, 0x60), scores.offset, size)
            log2(data, add(size, 0x60), topic, contest)
        }
    }

    // -------------------------------------------------------------------------------------------------------------- anyone

    function settle(uint256 contest) external nonReentrant {
        Contest storage c = _inPhase(contest, Phase.Settle);
        uint256 forfeits = c.forfeits();
        uint256 ranking = c.ranking;
        Outcome outcome;
        uint256 pool;
        uint256 toOrganizer;
        if (ranking != 0) {
            (outcome, pool, toOrganizer) = (Outcome.Won, uint256(c.reward) + forfeits, c.bond);
        } else if (c.revealed == 0 || c.report != 0) {
            (outcome, pool, toOrganizer) = (Outcome.Refunded, 0, uint256(c.reward) + c.bond + forfeits);
        } else {
            (outcome, pool, toOrganizer) = (Outcome.Void, uint256(c.bond) + forfeits, c.reward);
        }

        c.outcome = outcome;

        emit Settled(contest, outcome, pool, toOrganizer);

        if (outcome == Outcome.Won) _payWinners(contest, c, ranking, pool);
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
        uint256 pot = uint256(c.bond) + c.forfeits();
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
