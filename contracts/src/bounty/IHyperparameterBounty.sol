// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {
    ContestView,
    DisputeView,
    Outcome,
    Panel,
    Phase,
    RevealedSpec,
    SeatState,
    Submission,
    SubmissionState,
    Terms,
    Verdict
} from "./BountyTypes.sol";
import {IPayments} from "../shared/IPayments.sol";

/// @title HyperparameterBounty
/// @notice Registry and escrow of bounty contests for the hyperparameters of recurrent networks. A contest is a number.
/// Participants submit sealed specs, open them after the deadline, an evaluator records a score for each, and the
/// contract ranks them and pays.
/// @dev Read before you put money in:
/// - Scores are the word of the contest's evaluator. The contract ranks and pays by them; it cannot know whether they
///   are true. Whoever doubts them can recompute them from the report and, where a panel is named, challenge them; then
///   they are the word of the panel's majority.
/// - With a sealed holdout, the organizer knows the key from the start, so an organizer that competes under another
///   name knows the holdout. Contests among strangers belong in `future` mode.
/// - A spec is public from the moment its `reveal` is broadcast. A commitment that is never revealed forfeits its
///   deposit, whatever the reason; keep the salt.
/// - One block time decides each deadline. A block producer can shift it by seconds, and can leave a transaction out.
/// - There is no owner, no pause and no upgrade: nobody can help with a mistake in the terms.
/// - Tokens that take a fee on transfer are refused. Tokens whose balances shrink by themselves, or that can be frozen
///   or seized, put what this contract holds of them at risk for every contest in that token, but for no other asset.
/// - A payment forwards bounded gas (50,000 for the coin, 300,000 for a token) and, where it fails, becomes a credit
///   that its owner withdraws.
interface IHyperparameterBounty is IPayments {
    // ------------------------------------------------------------------------------------------------------- events

    /// @notice A contest was opened and funded.
    event Opened(uint256 indexed contest, address indexed organizer, address indexed evaluator, Terms terms);

    /// @notice A sealed spec was submitted into the participant's slot `entry`, replacing what stood there.
    event Submitted(
        uint256 indexed contest, address indexed participant, uint256 entry, bytes32 commitment, uint256 ordinal
    );

    /// @notice A sealed spec was withdrawn before `submitEnds`.
    event SubmissionWithdrawn(uint256 indexed contest, address indexed participant, uint256 entry);

    /// @notice A sealed spec was opened. The salts of all reveals go into the contest's seed.
    event Revealed(
        uint256 indexed contest,
        address indexed participant,
        uint256 index,
        uint256 entry,
        uint256 ordinal,
        bytes32 spec,
        bytes32 salt
    );

    /// @notice The key of the sealed holdout is public.
    event HoldoutKeyPublished(uint256 indexed contest, bytes32 key);

    /// @notice Scores by index of revealed spec; they replace all earlier ones of this contest.
    event ScoresRecorded(uint256 indexed contest, bytes32 report, uint24[] scores);

    /// @notice The scores were challenged: the panel's time begins at the end of the challenge window.
    event Challenged(uint256 indexed contest, address indexed challenger);

    /// @notice A member of the panel sealed its scores; replaces what it sealed before.
    event ScoresSealed(uint256 indexed contest, address indexed member, bytes32 seal);

    /// @notice A member of the panel opened its scores.
    event ScoresOpened(uint256 indexed contest, address indexed member, bytes32 report, uint24[] scores);

    /// @notice The panel's medians stand in place of the evaluator's scores.
    event Resolved(uint256 indexed contest, Verdict verdict, uint24[] scores);

    /// @notice A contest ended.
    /// @param pool what goes to the winners (`Won`), or can be claimed by those who revealed (`Void`), else zero.
    /// @param toOrganizer what goes back to the organizer.
    event Settled(uint256 indexed contest, Outcome outcome, uint256 pool, uint256 toOrganizer);

    /// @notice A contest was called off with no submission standing; everything goes back to the organizer.
    event Cancelled(uint256 indexed contest);

    /// @notice Every deadline moved `secs` later; `submitEnds` is the new one.
    event Extended(uint256 indexed contest, uint32 secs, uint256 submitEnds);

    /// @notice The share of a revealed spec in the pot of a void contest was claimed.
    event Claimed(uint256 indexed contest, uint256 indexed index, address indexed participant, uint256 amount);

    // ------------------------------------------------------------------------------------- errors: who and when

    /// @notice This call belongs to another phase. `None` means that there is no contest of this number.
    error WrongPhase(uint256 contest, Phase expected, Phase actual);
    /// @notice There is nothing to cancel: the contest never was, or has ended.
    error NotOpen(uint256 contest, Phase actual);
    /// @notice This call belongs to another outcome.
    error WrongOutcome(uint256 contest, Outcome expected, Outcome actual);
    error NotOrganizer(address expected, address actual);
    error NotEvaluator(address expected, address actual);
    error NotOrganizerOrEvaluator(address organizer, address evaluator, address actual);

    // -------------------------------------------------------------------------------------------------- errors: open

    error ZeroReward();
    error ZeroEvaluator();
    error ZeroManifest();
    error MinimumScoreOutOfRange(uint256 maximum, uint256 actual);
    error WrongShareCount(uint256 maximum, uint256 actual);
    error ZeroShare(uint256 index);
    error WrongShareSum(uint256 expected, uint256 actual);
    error SubmissionCapOutOfRange(uint256 maximum, uint256 actual);
    error PerAddressCapOutOfRange(uint256 maximum, uint256 actual);
    /// @notice `submitEnds` is not in the future.
    error SubmitEndsPassed(uint256 submitEnds, uint256 blockTime);
    /// @notice The windows to reveal and to score need at least a second each.
    error EmptyWindow(uint256 revealSeconds, uint256 scoreSeconds);
    error ZeroExtension();
    /// @notice A panel has 1, 3, 5 or 7 members.
    error WrongPanelSize(uint256 maximum, uint256 actual);
    /// @notice The members of a panel are not in ascending order, or one is named twice, or is zero.
    error PanelNotAscending(uint256 seat);
    /// @notice Organizer, evaluator and challenger cannot sit on the panel.
    error PartyOnPanel(address member);
    /// @notice Terms of a panel that has no members.
    error PanelWithoutMembers();
    /// @notice With a panel, challenging, sealing and opening need at least a second each.
    error EmptyPanelWindow(uint256 challengeSeconds, uint256 sealSeconds, uint256 openSeconds);
    /// @notice Bond or challenge bond is less than the fees of the whole panel.
    error BondBelowFees(uint256 fees, uint256 bond, uint256 challengeBond);
    error ToleranceOutOfRange(uint256 maximum, uint256 actual);
    /// @notice The last deadline lies more than 3,650 days ahead.
    error DeadlineTooFar(uint256 latest, uint256 actual);
    /// @notice The parts of the terms do not follow each other as ABI encoders put them, so the event could not be read.
    error UnusualEncoding();

    // -------------------------------------------------------------------------------------------------- errors: spec

    /// @notice The last 24 bits of a spec, or of limits, are not zero.
    error SpecUnusedBits(bytes32 spec);
    /// @notice A field of a spec, or of limits, is outside its range; `field` counts from 0 in the order of the table.
    error SpecFieldOutOfRange(uint256 field, uint256 value, uint256 lowest, uint256 highest);
    /// @notice The units of a layer that is there are 0, or those of a layer that is not there are not.
    error SpecLayerMismatch(uint256 field, uint256 value, uint256 layers);
    /// @notice A field that has no effect in this spec is not 0.
    error SpecFieldIneffective(uint256 field, uint256 value);

    // --------------------------------------------------------------------------------- errors: submissions and reveals

    /// @notice `entry` is the participant's own slot number, from 0.
    error EntryOutOfRange(uint256 entry, uint256 maxPerAddress);
    error TooManySubmissions(uint256 maxSubmissions);
    error NoSubmission(uint256 contest, address participant, uint256 entry);
    error AlreadyRevealed(uint256 contest, address participant, uint256 entry);
    /// @notice Spec, salt, sender, contest, contract and chain do not hash to what was submitted (first 28 bytes).
    error CommitmentMismatch(bytes28 expected, bytes28 actual);
    error NoSuchReveal(uint256 index, uint256 revealed);
    error SubmissionsStand(uint256 count);

    // ------------------------------------------------------------------------------------------ errors: key and scores

    /// @notice The contest is in `future` mode: it has no key.
    error NoHoldoutKey(uint256 contest);
    error KeyMismatch(bytes32 expected, bytes32 actual);
    error KeyNotPublished(uint256 contest);
    error KeyAlreadyPublished(uint256 contest);
    error NothingRevealed(uint256 contest);
    error WrongScoreCount(uint256 expected, uint256 actual);
    error ScoreOutOfRange(uint256 index, uint256 score);
    error ZeroReport();

    // ----------------------------------------------------------------------------------------- errors: challenge, panel

    /// @notice The contest names no panel: its scores cannot be challenged.
    error NoPanel(uint256 contest);
    /// @notice There are no scores to challenge; the contest ends void, or with nothing revealed.
    error NotScored(uint256 contest);
    error AlreadyChallenged(uint256 contest, address challenger);
    error NotChallenged(uint256 contest);
    /// @notice These are not the scores that the evaluator recorded last (keccak-256 of the words).
    error ScoresMismatch(bytes32 expected, bytes32 actual);
    error NoSuchSeat(uint256 seat, uint256 members);
    error NotPanelMember(address expected, address actual);
    error ZeroSeal();
    /// @notice Nothing was sealed in time, or it was opened already.
    error NothingSealed(uint256 contest, uint256 seat);
    /// @notice Scores, report, salt, sender, contest, contract and chain do not hash to what was sealed.
    error SealMismatch(bytes32 expected, bytes32 actual);
    /// @notice Too few members opened their scores: the contest can be settled as it is, and ends void.
    error QuorumMissed(uint256 quorum, uint256 opened);
    error AlreadyResolved(uint256 contest, Verdict verdict);
    /// @notice The panel has answered: call `resolve` first.
    error NotResolved(uint256 contest);

    // ------------------------------------------------------------------------------------------------- errors: claims

    error AlreadyClaimed(uint256 contest, uint256 index);
    error NothingToClaim(uint256 contest, uint256 index);

    // ------------------------------------------------------------------------------------------------------ the organizer

    /// @notice Opens a contest and escrows reward + bond + evaluator's fee in the same call.
    /// @dev Native: send exactly that. Token: send nothing, approve it before. Nothing in `terms` can change later,
    /// except the deadlines through `extend`. A bond of zero makes vanishing free; a deposit of zero makes it free to
    /// fill the contest and never reveal.
    /// @return contest its number, from 1.
    function open(Terms calldata terms) external payable returns (uint256 contest);

    /// @notice Moves every deadline `secs` later. Organizer, `Submit` phase.
    /// @dev There is no limit on how often, up to 3,650 days ahead; who does not want to wait withdraws meanwhile.
    function extend(uint256 contest, uint32 secs) external;

    /// @notice Calls a contest off while no submission stands, and returns all that `open` took. Organizer, until settled.
    function cancel(uint256 contest) external;

    /// @notice Opens the sealed holdout. Organizer or evaluator, `Score` phase, once.
    /// @dev Without it no scores can be recorded, and the contest ends void.
    function publishHoldoutKey(uint256 contest, bytes32 key) external;

    // ---------------------------------------------------------------------------------------------------- the participant

    /// @notice Stores a sealed spec in the sender's slot `entry`. `Submit` phase.
    /// @dev An empty slot costs the deposit; an occupied one is replaced, costs none, and loses its place in the order
    /// that breaks ties. Compute the commitment off chain: `commitmentOf` on a public node shows it the spec.
    function submit(uint256 contest, uint256 entry, bytes32 commitment) external payable;

    /// @notice Empties the sender's slot and returns the deposit. `Submit` phase.
    function withdrawSubmission(uint256 contest, uint256 entry) external;

    /// @notice Opens the sender's sealed spec and returns the deposit. `Reveal` phase.
    /// @dev A spec outside the contest's limits reverts and can never be opened: check it before `submit`.
    /// @return index of the spec among the revealed ones, from 0.
    function reveal(uint256 contest, uint256 entry, bytes32 spec, bytes32 salt) external returns (uint256 index);

    // ------------------------------------------------------------------------------------------------------ the evaluator

    /// @notice Records a score for each revealed spec, in index order. Evaluator, `Score` phase; replaceable until then.
    /// @dev Ranks best first; ties go to the earlier submission; of equal specs with equal scores only the earliest
    /// ranks. Equal specs with different scores both rank: an evaluator that scores them apart breaks its manifest.
    function recordScores(uint256 contest, bytes32 report, uint24[] calldata scores) external;

    // ------------------------------------------------------------------------------------------- the challenger, the panel

    /// @notice Stakes the challenge bond on the evaluator's scores being wrong. Anyone, `Challenge` phase, once.
    /// @dev Whoever was wrong in the end, evaluator's side or challenger, loses its bond to the other, less the panel's
    /// fees. If the panel does not answer, both bonds go to those who revealed, in equal parts for each spec.
    /// @param scores the evaluator's, as recorded last: kept for the panel's medians.
    function challenge(uint256 contest, uint24[] calldata scores) external payable;

    /// @notice Seals the scores that a member of the panel found. `PanelSeal` phase; replaceable until it ends.
    /// @param seat the member's place in the panel, from 0.
    /// @param seal `sealOf` it, computed off chain.
    function sealScores(uint256 contest, uint256 seat, bytes32 seal) external;

    /// @notice Opens what the member sealed. `PanelOpen` phase.
    function openScores(uint256 contest, uint256 seat, bytes32 report, bytes32 salt, uint24[] calldata scores) external;

    /// @notice Puts the panel's medians in the place of the evaluator's scores and says who was wrong. Anyone, `Settle`
    /// phase, in a challenged contest where more than half of the panel has opened.
    /// @dev The median is taken for each spec over the arrays opened and, where their number is even, the evaluator's
    /// too. The evaluator was wrong if one of its scores lies further than the tolerance from the median; a member that
    /// was wrong by the same measure gets no fee.
    function resolve(uint256 contest) external;

    // -------------------------------------------------------------------------------------------------------------- anyone

    /// @notice Ends a contest after its last deadline and pays everybody but those who `claim`. Anyone, `Settle` phase;
    /// after `resolve` where the panel has answered.
    function settle(uint256 contest) external;

    /// @notice Pays the participant of revealed spec `index` its share of a void contest's bonds and forfeits.
    function claim(uint256 contest, uint256 index) external;

    // --------------------------------------------------------------------------------------------------------------- views

    /// @notice How many contests were opened; the last one's number.
    function contestCount() external view returns (uint256);

    function phaseOf(uint256 contest) external view returns (Phase);

    function outcomeOf(uint256 contest) external view returns (Outcome);

    /// @notice Everything about a contest but its panel; all zero where there is none.
    function contestOf(uint256 contest) external view returns (ContestView memory);

    /// @notice The panel of a contest, and how far a dispute came; all zero where there is none.
    function disputeOf(uint256 contest) external view returns (DisputeView memory);

    function submissionOf(uint256 contest, address participant, uint256 entry) external view returns (Submission memory);

    /// @notice The revealed spec `index`; reverts with `NoSuchReveal` outside them.
    function revealedAt(uint256 contest, uint256 index) external view returns (RevealedSpec memory);

    /// @notice SHA-256(domain, chain, this contract, contest, participant, spec, salt), 32 bytes each, where the domain
    /// is the ASCII text `hyperbounty/commitment/1`, left-aligned.
    /// @dev The node that answers learns the spec. Meant for tests and for checking a published spec.
    function commitmentOf(uint256 contest, address participant, bytes32 spec, bytes32 salt)
        external
        view
        returns (bytes32);

    /// @notice SHA-256(domain, chain, this contract, contest, member, report, salt, scores...), 32 bytes each, where the
    /// domain is the ASCII text `hyperbounty/panel/1`, left-aligned.
    /// @dev The node that answers learns the scores. Meant for tests and for checking published ones.
    function sealOf(uint256 contest, address member, bytes32 report, bytes32 salt, uint24[] calldata scores)
        external
        view
        returns (bytes32);

    /// @notice Reverts with the reason unless `spec` is a model within `limits`.
    function checkSpec(bytes32 spec, bytes32 limits) external pure;
}
