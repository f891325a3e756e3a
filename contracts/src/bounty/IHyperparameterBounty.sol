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
/// An organizer makes an offer, and the evaluator and the panel that it names accept it. Participants submit sealed specs,
/// open them after the deadline, the evaluator records a score for each, and the contract ranks them and pays. Everybody
/// named has a stake, which answers for what it has to do: half of a stake that is lost is burned.
/// @dev Read before you put money in:
/// - Scores are the word of the contest's evaluator. The contract ranks and pays by them; it cannot know whether they
///   are true. Whoever doubts them can recompute them from the report and, where a panel is named, challenge them, or
///   that there are none; then what is paid is the word of more than half of the panel.
/// - With a sealed holdout, the organizer knows the key from the start, so an organizer that competes under another
///   name knows the holdout. Contests among strangers belong in `future` mode.
/// - A spec is public from the moment its `reveal` is broadcast. The fee of an entry that is withdrawn or never revealed is
///   burned, whatever the reason; keep the salt.
/// - A contest's number does not bind its terms until its block is final: wait for that before you accept or submit.
/// - One block time decides each deadline. A block producer can shift it by seconds, and can leave a transaction out.
/// - There is no owner, no pause and no upgrade: nobody can help with a mistake in the terms.
/// - Tokens that take a fee on transfer are refused. Tokens whose balances shrink by themselves, or that can be frozen
///   or seized, put what this contract holds of them at risk for every contest in that token, but for no other asset.
/// - A payment forwards bounded gas (50,000 for the coin, 300,000 for a token) and, where it fails, becomes a credit
///   that its owner withdraws.
interface IHyperparameterBounty is IPayments {
    // ------------------------------------------------------------------------------------------------------- events

    /// @notice A contest was offered and funded.
    event Opened(uint256 indexed contest, address indexed organizer, address indexed evaluator, Terms terms);

    /// @notice The evaluator or a member of the panel accepted the offer and paid in its bond.
    /// @param throughput the evaluator's, in thousandths of the reference core; zero for a member.
    event Accepted(uint256 indexed contest, address indexed account, uint256 throughput);

    /// @notice Everybody has accepted: submissions are taken until `submitEnds`.
    event Started(uint256 indexed contest, uint256 submitEnds);

    /// @notice Somebody added to the reward.
    event Sponsored(uint256 indexed contest, address indexed sponsor, uint256 amount);

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

    /// @notice Scores by index of revealed spec; they replace all earlier ones of this contest. None: it cannot be scored, and
    /// the report says why.
    event ScoresRecorded(uint256 indexed contest, bytes32 report, uint24[] scores);

    /// @notice The scores, or that there are none, were challenged: the panel's time begins at the end of the challenge window.
    event Challenged(uint256 indexed contest, address indexed challenger);

    /// @notice A member of the panel sealed its scores; replaces what it sealed before.
    event ScoresSealed(uint256 indexed contest, address indexed member, bytes32 seal);

    /// @notice A member of the panel opened its scores.
    event ScoresOpened(uint256 indexed contest, address indexed member, bytes32 report, uint24[] scores);

    /// @notice The panel has decided, or has not.
    /// @param scores the members' medians by index of revealed spec, where the payments follow from them now; else none.
    event Resolved(uint256 indexed contest, Verdict verdict, uint24[] scores);

    /// @notice A contest ended.
    /// @param prize what goes to the winners; zero unless `Won`.
    /// @param pot what those who revealed can claim together.
    event Settled(uint256 indexed contest, Outcome outcome, uint256 prize, uint256 pot);

    /// @notice A contest was called off with no submission standing, or not everybody named accepted in time: everybody gets
    /// back what it put in.
    event Cancelled(uint256 indexed contest);

    /// @notice Every deadline moved `secs` later; `submitEnds` is the new one.
    event Extended(uint256 indexed contest, uint32 secs, uint256 submitEnds);

    /// @notice The share of a revealed spec in the pot was claimed.
    event Claimed(uint256 indexed contest, uint256 indexed index, address indexed participant, uint256 amount);

    /// @notice A sponsor got its money back from a contest that nobody won.
    event Reclaimed(uint256 indexed contest, address indexed sponsor, uint256 amount);

    // ------------------------------------------------------------------------------------- errors: who and when

    /// @notice This call belongs to another phase. `None` means that there is no contest of this number.
    error WrongPhase(uint256 contest, Phase expected, Phase actual);
    /// @notice There is nothing to cancel: the contest never was, or has ended.
    error NotOpen(uint256 contest, Phase actual);
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
    error SubmissionCapOutOfRange(uint256 minimum, uint256 maximum, uint256 actual);
    error PerAddressCapOutOfRange(uint256 maximum, uint256 actual);
    /// @notice The compute budget of an entry is zero.
    error ZeroEntrySeconds();
    /// @notice There must be ten minutes at least to accept an offer.
    error AcceptEndsTooSoon(uint256 earliest, uint256 actual);
    /// @notice Every window is ten minutes at least; so is the quarter of the time to score in which the key is due.
    error WindowTooShort(uint256 minimum, uint256 actual);
    error ZeroExtension();
    /// @notice All extensions together may be as long as `submitSeconds`: the bonds of others wait as well.
    error ExtensionTooLong(uint256 maximum, uint256 actual);
    /// @notice A panel has 1, 3, 5 or 7 members.
    error WrongPanelSize(uint256 maximum, uint256 actual);
    /// @notice The members of a panel are not in ascending order, or one is named twice, or is zero.
    error PanelNotAscending(uint256 seat);
    /// @notice Organizer, evaluator and challenger cannot sit on the panel.
    error PartyOnPanel(address member);
    /// @notice Terms of a panel that has no members.
    error PanelWithoutMembers();
    /// @notice Half of the evaluator's bond, or of the challenge bond, is less than the fees of the whole panel.
    error BondBelowFees(uint256 fees, uint256 evaluatorBond, uint256 challengeBond);
    error ToleranceOutOfRange(uint256 maximum, uint256 actual);
    /// @notice The last deadline lies more than 3,650 days ahead.
    error DeadlineTooFar(uint256 latest, uint256 actual);
    /// @notice The parts of the terms do not follow each other as ABI encoders put them, so the event could not be read.
    error UnusualEncoding();

    // ---------------------------------------------------------------------------------------- errors: acceptance, sponsors

    error AlreadyAccepted(uint256 contest, address account);
    /// @notice The evaluator is too slow for the most that it may have to train; in thousandths of the reference core.
    error ThroughputTooLow(uint256 needed, uint256 actual);
    error ZeroAmount();
    /// @notice More than half of the slots are taken: whoever took them paid for what there was to win then.
    error TooFullToSponsor(uint256 freeSlots, uint256 standing);
    /// @notice Sponsors get their money back from a contest that has ended without a winner.
    error NotReturned(uint256 contest, Outcome outcome);
    error NothingToReclaim(uint256 contest, address sponsor);

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
    /// @notice The key is due in the first quarter of the time to score.
    error KeyTooLate(uint256 keyEnds, uint256 blockTime);
    error KeyAlreadyPublished(uint256 contest);
    error NothingRevealed(uint256 contest);
    error WrongScoreCount(uint256 expected, uint256 actual);
    error ScoreOutOfRange(uint256 index, uint256 score);
    error ZeroReport();

    // ----------------------------------------------------------------------------------------- errors: challenge, panel

    /// @notice The contest names no panel: its scores cannot be challenged.
    error NoPanel(uint256 contest);
    error AlreadyChallenged(uint256 contest, address challenger);
    error NotChallenged(uint256 contest);
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
    /// @notice The panel has answered: call `resolve` first. Where no transaction can do that, wait until then.
    error NotResolved(uint256 contest, uint256 until);

    // ------------------------------------------------------------------------------------------------- errors: claims

    error AlreadyClaimed(uint256 contest, uint256 index);
    /// @notice Nothing is due to those who revealed; or the contest has not ended yet.
    error NothingToClaim(uint256 contest);

    // ------------------------------------------------------------------------------------------------------ the organizer

    /// @notice Offers a contest and escrows reward + bond + evaluator's fee in the same call. It begins when the evaluator and
    /// every member of the panel have accepted.
    /// @dev Native: send exactly that. Token: send nothing, approve it before. Nothing in `terms` can change later,
    /// except the deadlines through `extend`. A bond of zero makes it free not to do what the bond answers for.
    /// @return contest its number, from 1.
    function open(Terms calldata terms) external payable returns (uint256 contest);

    /// @notice Moves every deadline `secs` later. Organizer, `Submit` phase.
    /// @dev All extensions together may double the time to submit. Who does not want to wait withdraws meanwhile, and gets its
    /// entry fee back.
    function extend(uint256 contest, uint32 secs) external;

    /// @notice Calls a contest off while no submission stands, and gives everybody back what it put in. Organizer, until
    /// settled.
    function cancel(uint256 contest) external;

    /// @notice Opens the sealed holdout. Organizer or evaluator, in the first quarter of the `Score` phase, once.
    /// @dev Without it no scores can be recorded, and the contest ends void: the reward is burned, and half of the organizer's
    /// bond. So keep the key, and a copy of it.
    function publishHoldoutKey(uint256 contest, bytes32 key) external;

    // ------------------------------------------------------------------------------------------------- those named, sponsors

    /// @notice The evaluator accepts the offer and pays in its bond. `Offer` phase.
    /// @dev Before: look at the manifest, and keep a copy of what it names.
    /// @param throughput how much it trains at once, in thousandths of the reference core: must do for all entries at their
    /// budget in the time to score, three quarters of it where a key is awaited.
    function accept(uint256 contest, uint256 throughput) external payable;

    /// @notice A member of the panel accepts the offer and pays in its bond. `Offer` phase.
    /// @param seat the member's place in the panel, from 0.
    function acceptSeat(uint256 contest, uint256 seat) external payable;

    /// @notice Adds `amount` to the reward; it comes back by `reclaim` if nobody wins. Anyone, `Submit` phase, while no more
    /// than half of the slots are taken.
    /// @dev Native: send exactly that. Token: send nothing, approve it before.
    function sponsor(uint256 contest, uint96 amount) external payable;

    // ---------------------------------------------------------------------------------------------------- the participant

    /// @notice Stores a sealed spec in the sender's slot `entry`. `Submit` phase.
    /// @dev An empty slot costs the entry fee and, from the second half of the slots on, a surcharge, which is burned
    /// (`priceOf`); more coins than that come back in the same call, so send some more where others submit at the same time.
    /// An occupied slot is replaced, costs nothing, and loses its place in the order that breaks ties. Compute the commitment
    /// off chain: `commitmentOf` on a public node shows it the spec.
    function submit(uint256 contest, uint256 entry, bytes32 commitment) external payable;

    /// @notice Empties the sender's slot. `Submit` phase. The entry fee is burned; it comes back if the organizer has extended
    /// the contest since.
    function withdrawSubmission(uint256 contest, uint256 entry) external;

    /// @notice Opens the sender's sealed spec. `Reveal` phase.
    /// @dev A spec outside the contest's limits reverts and can never be opened: check it before `submit`.
    /// @return index of the spec among the revealed ones, from 0.
    function reveal(uint256 contest, uint256 entry, bytes32 spec, bytes32 salt) external returns (uint256 index);

    // ------------------------------------------------------------------------------------------------------ the evaluator

    /// @notice Records a score for each revealed spec, in index order; or none, where the contest cannot be scored, because
    /// its holdout or its manifest is not what was promised. Evaluator, `Score` phase; replaceable until then.
    /// @dev Ranks best first, one place for each participant; ties go to the earlier submission.
    function recordScores(uint256 contest, bytes32 report, uint24[] calldata scores) external;

    // ------------------------------------------------------------------------------------------- the challenger, the panel

    /// @notice Stakes the challenge bond on the evaluator's payments being wrong, or on the contest being one that it should
    /// have scored, where it recorded nothing. Anyone, `Challenge` phase, once, where a spec was revealed and no key is due.
    /// @dev Whoever was wrong in the end, evaluator or challenger, loses its bond: half of it is burned, the other half pays
    /// the members that were right and goes to who was right. If the panel does not decide, the contest is void; then only
    /// members that were silent lose anything, and an evaluator that was: its bond, as without a challenge.
    function challenge(uint256 contest) external payable;

    /// @notice Seals the scores that a member of the panel found. `PanelSeal` phase; replaceable until it ends.
    /// @param seat the member's place in the panel, from 0.
    /// @param seal `sealOf` it, computed off chain.
    function sealScores(uint256 contest, uint256 seat, bytes32 seal) external;

    /// @notice Opens what the member sealed: a score for each revealed spec, or none, where the contest cannot be scored.
    /// `PanelOpen` phase.
    function openScores(uint256 contest, uint256 seat, bytes32 report, bytes32 salt, uint24[] calldata scores) external;

    /// @notice Decides whether the evaluator's payments stand. Anyone, `Settle` phase, in a challenged contest where more than
    /// half of the panel has opened.
    /// @dev They stand if the scores of more than half of the whole panel bear them out, each score within the tolerance. If
    /// not, or where there are none, the medians of the opened scores pay, if the scores of more than half of the whole panel
    /// bear that out. `Verdicts` has the details.
    function resolve(uint256 contest) external;

    // -------------------------------------------------------------------------------------------------------------- anyone

    /// @notice Ends a contest after its last deadline and pays everybody but those who `claim` and `reclaim`; gives everybody
    /// back what it put in where an offer has lapsed. Anyone, `Settle` or `Lapsed` phase; after `resolve` where the panel has
    /// answered, or 30 days later without.
    function settle(uint256 contest) external;

    /// @notice Pays the participants of the revealed specs `indexes` their shares of the pot. Anyone, once each.
    function claim(uint256 contest, uint256[] calldata indexes) external;

    /// @notice Pays a sponsor its money back, where nobody won. Anyone, once each.
    function reclaim(uint256 contest, address sponsor) external;

    // --------------------------------------------------------------------------------------------------------------- views

    /// @notice How many contests were opened; the last one's number.
    function contestCount() external view returns (uint256);

    function phaseOf(uint256 contest) external view returns (Phase);

    function outcomeOf(uint256 contest) external view returns (Outcome);

    /// @notice Everything about a contest but its panel; all zero where there is none.
    function contestOf(uint256 contest) external view returns (ContestView memory);

    /// @notice The panel of a contest, and how far a dispute came; all zero where there is none.
    function disputeOf(uint256 contest) external view returns (DisputeView memory);

    /// @notice What the next new entry costs; both zero where there is no slot left.
    function priceOf(uint256 contest) external view returns (uint256 entryFee, uint256 surcharge);

    /// @notice What a sponsor added to the reward and has not got back.
    function sponsorshipOf(uint256 contest, address sponsor) external view returns (uint256);

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
    function checkSpec(bytes32 spec, bytes32 limits) external view;
}
