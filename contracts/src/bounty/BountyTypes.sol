// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

/// @notice Where a contest stands. Derived from the block time and what was recorded; nobody sets it.
/// @dev Windows are half-open: `Submit` is t < submitEnds, `Reveal` is submitEnds <= t < revealEnds, and so on. The two of
/// the panel are there in a challenged contest only; any other goes from `Challenge` to `Settle`.
enum Phase {
    None,
    Submit,
    Reveal,
    Score,
    Challenge,
    PanelSeal,
    PanelOpen,
    Settle,
    Settled,
    Cancelled
}

/// @notice How a contest ended; `Pending` until `settle` or `cancel`.
enum Outcome {
    Pending,
    Won,
    Refunded,
    Void,
    Cancelled
}

/// @notice What the panel found about the evaluator's scores; `None` until `resolve`.
enum Verdict {
    None,
    Upheld,
    Overturned
}

/// @notice How far a member of the panel came.
enum SeatState {
    Silent,
    Sealed,
    Opened
}

/// @notice What a participant's slot holds.
enum SubmissionState {
    Empty,
    Sealed,
    Revealed
}

/// @notice Who decides when the scores are challenged, and at what price. All zero where nobody does.
struct Panel {
    /// 1, 3, 5 or 7 accounts in ascending order, neither organizer nor evaluator among them; none for no panel.
    address[] members;
    /// What a challenger stakes against the organizer's bond.
    uint96 challengeBond;
    /// What each member earns whose scores agree with those that stand. Both bonds cover the whole panel's.
    uint96 fee;
    /// How far a score may lie from the one that stands and still agree with it, in parts per million.
    uint24 tolerance;
    /// For the members to train and to seal their scores.
    uint32 sealSeconds;
    /// For them to open what they sealed.
    uint32 openSeconds;
}

/// @notice What `open` fixes for good. Amounts are in the asset's smallest unit, scores in parts per million.
struct Terms {
    /// The ERC-20 of every amount of this contest; zero is the native coin.
    address asset;
    /// The prize, escrowed by `open`.
    uint128 reward;
    /// The organizer's own stake, escrowed by `open`; lost to those who revealed when no scores stand in the end, and to
    /// a challenger who was right.
    uint96 bond;
    /// What the evaluator earns if its scores stand, escrowed by `open`.
    uint96 evaluatorFee;
    /// What each submission escrows until it is revealed or withdrawn.
    uint96 deposit;
    /// Below this score nobody wins.
    uint24 minimumScore;
    /// Prize shares in basis points, best first: 1 to 8, none zero, sum 10,000.
    uint16[] shares;
    /// Unix seconds; the end of `Submit`.
    uint40 submitEnds;
    uint32 revealSeconds;
    uint32 scoreSeconds;
    /// May be zero where there is no panel: then nobody can challenge.
    uint32 challengeSeconds;
    /// The only account whose scores count.
    address evaluator;
    /// A word in the layout of a spec that holds the highest allowed value of each field.
    bytes32 limits;
    /// Submissions that may stand at once in the whole contest: 1 to 1,024.
    uint16 maxSubmissions;
    /// Slots of one address: 1 to `maxSubmissions`. An address is free to make, so this limits convenience, not people.
    uint16 maxPerAddress;
    /// SHA-256 of the manifest.
    bytes32 manifest;
    /// SHA-256 of the 32-byte holdout key; zero in `future` mode, which has no key.
    bytes32 holdoutCommitment;
    Panel panel;
}

/// @notice A contest as it stands, with absolute deadlines in unix seconds.
struct ContestView {
    address organizer;
    address evaluator;
    address asset;
    uint128 reward;
    uint96 bond;
    uint96 evaluatorFee;
    uint96 deposit;
    uint24 minimumScore;
    uint16[] shares;
    uint40 submitEnds;
    uint40 revealEnds;
    uint40 scoreEnds;
    uint40 challengeEnds;
    uint40 openedAtBlock;
    bytes32 limits;
    uint16 maxSubmissions;
    uint16 maxPerAddress;
    bytes32 manifest;
    bytes32 holdoutCommitment;
    /// Submissions not withdrawn, revealed ones included.
    uint16 standing;
    uint16 revealed;
    bool keyPublished;
    /// SHA-256 of the evaluator's last report; zero while there is none. A panel's are in the log of `ScoresOpened`.
    bytes32 report;
    /// Indexes of the revealed specs that win by the scores that stand, best first; not final before `Settled`, and none
    /// in a void contest.
    uint16[] winners;
    Phase phase;
    Outcome outcome;
}

/// @notice The panel of a contest and what it has done, with absolute deadlines in unix seconds.
struct DisputeView {
    Panel panel;
    /// The end of the members' time to seal; zero where there is no panel.
    uint40 sealEnds;
    /// The end of their time to open.
    uint40 openEnds;
    /// Zero while nobody has challenged.
    address challenger;
    /// By member.
    SeatState[] seats;
    Verdict verdict;
    /// By member: whether its scores agree with those that stand. All false until resolved.
    bool[] agreed;
}

/// @notice One slot of one participant.
struct Submission {
    SubmissionState state;
    /// Place in the order of submitting, from 1; zero once revealed (`revealedAt` has it then).
    uint32 ordinal;
    /// The first 28 bytes of the commitment; zero once revealed.
    bytes28 seal;
    /// Zero until revealed.
    bytes32 spec;
}

/// @notice One revealed submission.
struct RevealedSpec {
    address participant;
    uint16 entry;
    uint32 ordinal;
    bytes32 spec;
}
