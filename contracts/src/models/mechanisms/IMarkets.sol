// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {Batch, BatchKey, MarketTerms, MarketView, Phase} from "./MarketTypes.sol";
import {Kind} from "../ModelTypes.sol";

/// @title Markets
/// @notice A creator pays for measured improvement of its model, a sparse perceptron of up to 1,024 features. It hides samples
/// in pieces of 256, puts up a bounty and a bond, and names the hash of each piece. A block hash draws one, which it reveals;
/// then contributors hand in batches, each with one stake; then the other pieces are revealed, and anybody has the batches
/// scored, in order, on all hidden samples. A batch that makes no more of them wrong is kept, and paid for what it makes right;
/// any other is undone, and costs a part of its stake.
/// @dev Read before you put money in:
/// - The provider knows the hidden samples. It can hand in batches too, and win its own bounty before others do.
/// - The drawn piece shows what the hidden samples are like; nothing shows that the others are like it. A bond of nothing
///   makes it cheap to open again until another one is drawn, and who makes blocks can choose it.
/// - Batches are public as soon as they are on their way. Who sees one can hand it in first.
/// - In small batches, luck pays as well as skill: below 16 samples, few can tell them apart.
/// - Who wants to be paid has the batches scored in time: else all that were not scored get their stake, and nothing more.
/// - From the opening to the end the model rests: it takes no samples otherwise. Claims go on, and nothing that the market
///   teaches the model counts before every earlier sample was old enough to be claimed for an hour.
interface IMarketCalls {
    // ------------------------------------------------------------------------------------------------------- events

    /// @notice A market was opened on the model, which rests until it has ended.
    /// @param market its number among the model's, from 1.
    event MarketOpened(uint256 indexed model, uint256 indexed market, address indexed provider, MarketTerms terms);

    /// @notice A piece was drawn. It must be revealed before `until`, in Unix seconds.
    event Drawn(uint256 indexed model, uint256 indexed market, uint256 piece, uint256 until);

    /// @notice A piece was revealed.
    /// @param right of how many of its samples the model is right, as it rests.
    event Revealed(uint256 indexed model, uint256 indexed market, uint256 piece, uint256 right, bytes data);

    /// @notice A batch was handed in, as number `index`.
    event Contributed(
        uint256 indexed model, uint256 indexed market, address indexed author, uint256 index, bytes samples
    );

    /// @notice A batch was scored, and its author paid.
    /// @param right of how many hidden samples the model is right with it.
    /// @param paid to its author; where it is undone, the rest of the stake goes to the provider.
    event Scored(
        uint256 indexed model,
        uint256 indexed market,
        address indexed author,
        uint256 index,
        uint256 right,
        uint256 paid,
        bool undone
    );

    /// @notice A market has ended, and the model takes samples again.
    /// @param toProvider what it got.
    /// @param burned what nobody gets.
    event MarketEnded(uint256 indexed model, uint256 indexed market, Phase outcome, uint256 toProvider, uint256 burned);

    /// @notice The author of a batch that was not scored got its stake, and of a silent provider's bounty and bond its part.
    event Repaid(uint256 indexed model, uint256 indexed market, address indexed author, uint256 index, uint256 amount);

    // ------------------------------------------------------------------------------------------------ errors: the market

    /// @notice The model rests, since a market on it has not ended.
    error Resting(uint256 model);
    /// @notice A market is held on a sparse perceptron of at most 1,024 features.
    error NoMarketFor(Kind kind, uint256 features);
    /// @notice The model has had no market of this number.
    error NoMarket();
    /// @notice Bounty and stake are at least 1, and 1 to 4 pieces and 1 to 64 samples a batch are possible.
    error MarketTermsOutOfRange(uint256 bounty, uint256 stake, uint256 pieces, uint256 batchSize);
    /// @notice Of each period: the seconds that are possible.
    error PeriodOutOfRange(uint256 period, uint256 least, uint256 most);
    /// @notice The market is in another phase than the call is for.
    error WrongPhase(Phase expected, Phase actual);
    /// @notice The hash of this block draws. It is known in the 256 blocks after it.
    error CannotDraw(uint256 drawnBy, uint256 current);
    /// @notice Before the contributions this piece is revealed, and no other.
    error AnotherPieceWasDrawn(uint256 drawn);
    error AlreadyEnded();
    error AlreadyRevealed(uint256 piece);
    error PieceOutOfRange(uint256 piece, uint256 pieces);
    /// @notice What was handed in is not the piece: this is its hash.
    error WrongPiece(uint256 piece, bytes32 hash);
    /// @notice All pieces of the market are handed in, in their order.
    error PieceCountIs(uint256 pieces, uint256 given);
    /// @notice Batches are scored in order, and this one is the next.
    error OutOfOrder(uint256 next, uint256 given);
    /// @notice What was handed in is not the batch of this number, or that was paid.
    error WrongBatch(uint256 index);
    /// @notice A batch has as many samples as the market's terms say.
    error WrongSampleCount(uint256 expected);
    /// @notice All samples of a batch together have at most so many features.
    error BatchTooLarge(uint256 features, uint256 most);

    // ------------------------------------------------------------------------------------------------------ the provider

    /// @notice Opens a market on a live model, and takes bounty and bond in the model's asset. By the model's creator.
    /// @return market its number among the model's, from 1.
    function openMarket(uint256 model, MarketTerms calldata terms) external payable returns (uint256 market);

    /// @notice Draws the piece that must be revealed first, by the hash of the eighth block after the opening. By anybody, in
    /// the 256 blocks after it.
    function draw(uint256 model, uint256 market) external;

    /// @notice Reveals a piece: the drawn one before the contributions, each other one after them.
    function reveal(uint256 model, uint256 market, uint256 piece, bytes calldata data) external;

    // --------------------------------------------------------------------------------------------------- the contributor

    /// @notice Hands in a batch, for the market's stake in the model's asset.
    /// @param samples one after another: a uint16 whose highest bit is the label and whose others say how many features the
    /// sample has, and then these, as strictly rising uint16. Big-endian; at most 6,144 features together.
    function contribute(uint256 model, uint256 market, bytes calldata samples) external payable;

    // ------------------------------------------------------------------------------------------------------------ anybody

    /// @notice Scores batches from number `first` on, which must be the next, and pays their authors.
    /// @param pieces all of the market, in order.
    function score(uint256 model, uint256 market, uint256 first, bytes[] calldata pieces, Batch[] calldata batches)
        external;

    /// @notice Ends a market that time or the last score has brought to an end, and pays the provider.
    function endMarket(uint256 model, uint256 market) external;

    /// @notice Pays the authors of batches that were not scored, after the end.
    function repay(uint256 model, uint256 market, BatchKey[] calldata batches) external;
}

/// @title Markets
/// @notice With what can be read of a market.
interface IMarkets is IMarketCalls {
    // -------------------------------------------------------------------------------------------------------------- views

    function marketOf(uint256 model, uint256 market) external view returns (MarketView memory);

    /// @notice Whether the batch was handed in, and was not paid yet.
    function isUnpaid(uint256 model, uint256 market, BatchKey calldata batch) external view returns (bool);
}
