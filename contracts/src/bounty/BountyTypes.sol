// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

/// @notice Where a contest stands. Derived from the block time and what was recorded; nobody sets it.
/// @dev Windows are half-open: `Submit` is t < submitEnds, `Reveal` is submitEnds <= t < revealEnds, and so on. The two of
/// the panel are there in a challenged contest only; any other goes from `Challenge` to `Settle`.
enum Phase {
    None,
    /// Not everybody named has accepted yet.
    Offer,
    /// Somebody did not accept in time: nothing is left but to give everything back.
    Lapsed,
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

/// @notice What the panel found about the evaluator's payments.
enum Verdict {
    /// Nobody resolved a dispute.
    None,
    /// More than half of the panel finds that they can stand.
    Upheld,
    /// More than half of the panel finds that others are to be paid, or others more.
    Overturned,
    /// Neither: the members disagree among themselves.
    Undecided
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
    /// What each member stakes when it accepts; lost by who does not seal, or does not open, in a dispute.
    uint96 memberBond;
    /// What a challenger stakes; lost if the evaluator's payments are upheld.
    uint96 challengeBond;
    /// What each member earns whose own scores bear out what is paid in the end. Comes out of the loser's bond, half of
    /// which covers the whole panel's.
    uint96 fee;
    /// How far an honest score may lie from another honest one, in parts per million.
    uint24 tolerance;
    /// For the members to train and to seal their scores.
    uint32 sealSeconds;
    /// For them to open what they sealed.
    uint32 openSeconds;
}

/// @notice What `open` offers, and fixes for good. Amounts are in the asset's smallest unit, scores in parts per million.
struct Terms {
    /// The ERC-20 of every amount of this contest; zero is the native coin.
    address asset;
    /// The prize, escrowed by `open`. Sponsors may add to it.
    uint96 reward;
    /// The organizer's own stake, escrowed by `open`; answers for the holdout key and for a task that can be scored.
    uint96 bond;
    /// The evaluator's stake, escrowed by `accept`; answers for scores in time and for payments that are right.
    uint96 evaluatorBond;
    /// What the evaluator earns if its scores stand, escrowed by `open`.
    uint96 evaluatorFee;
    /// What an entry pays for compute at `submit`; the evaluator's for each entry that it scored, if its scores stand.
    uint96 entryFee;
    /// Below this score nobody wins.
    uint24 minimumScore;
    /// Prize shares in basis points, best first: 1 to 8, none zero, sum 10,000.
    uint16[] shares;
    /// Unix seconds; an offer that not everybody has accepted by then lapses.
    uint40 acceptEnds;
    /// Begins when the last one accepts.
    uint32 submitSeconds;
    uint32 revealSeconds;
    uint32 scoreSeconds;
    /// May be zero where there is no panel: then nobody can challenge.
    uint32 challengeSeconds;
    /// The only account whose scores count.
    address evaluator;
    /// A word in the layout of a spec that holds the highest allowed value of each field.
    bytes32 limits;
    /// Submissions that may stand at once in the whole contest: 2 to 1,024.
    uint16 maxSubmissions;
    /// Slots of one address: 1 to `maxSubmissions`. An address is free to make, so this limits convenience, not people.
    uint16 maxPerAddress;
    /// What all runs of one entry may take at most, in seconds of the reference core.
    uint32 entrySeconds;
    /// SHA-256 of the manifest.
    bytes32 manifest;
    /// SHA-256 of the 32-byte holdout key; zero in `future` mode, which has no key.
    bytes32 holdoutCommitment;
    Panel panel;
}

/// @notice A contest as it stands.
struct ContestView {
    address organizer;
    address evaluator;
    address asset;
    uint96 reward;
    /// What sponsors added to it.
    uint96 sponsored;
    uint96 bond;
    uint96 evaluatorBond;
    uint96 evaluatorFee;
    uint96 entryFee;
    uint24 minimumScore;
    uint16[] shares;
    /// Unix seconds; zero once everybody has accepted.
    uint40 acceptEnds;
    /// Unix seconds; zero until everybody has accepted. Each window begins where the one before ends.
    uint40 submitEnds;
    uint32 submitSeconds;
    uint32 revealSeconds;
    uint32 scoreSeconds;
    uint32 challengeSeconds;
    uint40 openedAtBlock;
    bytes32 limits;
    uint16 maxSubmissions;
    uint16 maxPerAddress;
    uint32 entrySeconds;
    /// How fast the evaluator said that it trains, in thousandths of the reference core; zero until it accepts.
    uint32 throughput;
    bytes32 manifest;
    bytes32 holdoutCommitment;
    /// Submissions not withdrawn, revealed ones included.
    uint16 standing;
    uint16 revealed;
    bool keyPublished;
    /// SHA-256 of the evaluator's last report; zero while there is none. A panel's are in the log of `ScoresOpened`.
    bytes32 report;
    /// What stands says that this contest cannot be scored.
    bool unscorable;
    /// Indexes of the revealed specs that win by what stands, best first; not final before `Settled`, and none in a void
    /// contest.
    uint16[] winners;
    /// What those who revealed can `claim` together; zero before `Settled`.
    uint128 pot;
    Phase phase;
    Outcome outcome;
}

/// @notice The panel of a contest and what it has done.
struct DisputeView {
    Panel panel;
    /// By member: whether it accepted its seat.
    bool[] accepted;
    /// Zero while nobody has challenged.
    address challenger;
    /// By member.
    SeatState[] seats;
    Verdict verdict;
    /// By member: whether its scores bear out what is paid. All false until resolved, and where undecided.
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
