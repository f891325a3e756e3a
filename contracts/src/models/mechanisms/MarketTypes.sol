// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

/// @notice Where a market stands. Time moves it as well as calls.
enum Phase {
    None,
    /// Waits for the block whose hash draws a piece, or for somebody to call `draw`.
    Opened,
    /// The drawn piece is to be revealed.
    Drawn,
    /// Batches are taken.
    Contributing,
    /// The other pieces are to be revealed.
    Revealing,
    /// Batches are to be scored.
    Scoring,
    /// All are. The provider gets its bond, what is left of the bounty, and what batches lost.
    Scored,
    /// No piece was drawn in time, or the drawn one not revealed. The provider gets the bounty; the bond is burned.
    NotBegun,
    /// A later piece was not revealed in time. Each batch gets its stake, and up to as much again; the rest is burned.
    Silent,
    /// Not all batches were scored in time. Those that were not get their stakes, the provider all that is left.
    Unscored
}

/// @notice What a provider opens a market on.
struct MarketTerms {
    /// What all hidden samples right, from none, are worth: at least 1.
    uint96 bounty;
    /// What the provider answers with for revealing its pieces.
    uint96 bond;
    /// What each batch puts up: at least 1.
    uint96 stake;
    /// Samples of each batch, 1 to 64.
    uint8 batchSize;
    /// Seconds from the draw, in which the drawn piece must be revealed; this and the next ones 1 hour to 90 days.
    uint32 startWait;
    /// Then, in which batches are taken; at least the model's `refundWait` and 1 hour.
    uint32 contributeWait;
    /// Then, in which the other pieces must be revealed.
    uint32 revealWait;
    /// Then, until which batches can be scored.
    uint32 scoreWait;
    /// Keccak-256 of each piece, 1 to 4 of them. A piece is a word of salt, a word of labels and a word for each feature: bit i
    /// of these is sample i's label, and whether it has the feature.
    bytes32[] pieces;
}

/// @notice A batch, handed in again to be scored: what its event says.
struct Batch {
    address author;
    bytes samples;
}

/// @notice A batch that is to be repaid.
struct BatchKey {
    /// Its number, from 0.
    uint32 index;
    address author;
    /// Keccak-256 of its samples.
    bytes32 digest;
}

/// @notice A market as it stands.
struct MarketView {
    Phase phase;
    /// Whether `endMarket` was called, and the model rests no longer.
    bool ended;
    address provider;
    address asset;
    uint96 bounty;
    uint96 bond;
    uint96 stake;
    uint8 batchSize;
    bytes32[] pieces;
    /// Bit i: piece i is revealed.
    uint8 revealed;
    /// The drawn piece, from the draw on.
    uint8 drawn;
    /// Block of the opening.
    uint64 openedBlock;
    uint32 startWait;
    uint32 contributeWait;
    uint32 revealWait;
    uint32 scoreWait;
    /// Unix seconds until which the drawn piece can be revealed, from the draw on; then, until which batches are taken. Other
    /// pieces are revealed until `revealWait` later, and batches scored until `scoreWait` after that.
    uint40 until;
    uint32 batches;
    uint32 scored;
    /// The most hidden samples that were right, of those in revealed pieces.
    uint16 record;
    /// What is held of the bounty, the bond, and what batches lost; beside it are the stakes of batches that were not paid.
    uint128 escrow;
}

/// @notice A market in storage. A batch that is handed in reads and writes the first slot and one of its own.
struct Market {
    Phase phase; // as the last call left it, not as time did: `Contributing` until it ends
    bool ended;
    uint8 batchSize;
    uint8 pieces;
    uint8 revealed; // bit i: piece i is
    bool token;
    uint16 features;
    uint32 batches;
    uint32 scored;
    uint32 until; // of revealing the drawn piece, or of taking batches
    uint96 stake;
    // ---
    address provider;
    uint96 bounty;
    // ---
    uint128 escrow;
    uint16 record;
    uint32 contributeWait;
    uint32 revealWait;
    uint32 scoreWait;
    // ---
    uint96 bond;
    uint64 openedBlock;
    uint32 startWait;
    uint8 drawn;
    // ---
    bytes32[4] hashes;
    // --- by piece, what the model makes of its samples (`SlicesLib`), each word but the last crossed with the last
    uint256[26][4] margins;
    // --- by index, `BatchLib.id`; zero once it was paid
    mapping(uint256 index => bytes32) batchIds;
}
