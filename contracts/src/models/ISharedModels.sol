// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {ContributionView, Entry, Kind, MemberView, ModelView, Sample, Stage, Terms, Totals} from "./ModelTypes.sol";
import {IMarkets} from "./mechanisms/IMarkets.sol";
import {IPayments} from "../shared/IPayments.sol";

/// @title SharedModels
/// @notice Registry of small classifiers that anybody reads for free and strangers improve. A model is a number. Its creator
/// uploads what it knows; then contributors add samples, from which it learns at once, and stake money on each. Who added a
/// sample gets the stake back if the model still agrees with it later; otherwise those whose samples it agreed with share it.
/// @dev Read before you put money in:
/// - The model alone judges. Where most of what it learns is wrong, it pays those who are wrong.
/// - What nobody claims goes to the creator after `ownerWait`, and to the first caller after `anyWait`: claim in time.
/// - The creator chooses the waits, the price and the first words. Long `refundWait` and short `ownerWait` favour it.
/// - A sample is public, and its author too. Whoever sees it on its way can add another before it.
/// - The price of a sample falls with the time since the last one: each sample makes the next one dearer for everybody.
/// - There is no owner, no pause and no upgrade: nobody can help with a mistake.
/// - One block time decides each wait. A block producer can shift it by seconds, and can leave a transaction out.
/// - Tokens that take a fee on transfer are refused. Tokens whose balances shrink by themselves, or that can be frozen
///   or seized, put what this contract holds of them at risk for every model in that token, but for no other asset.
/// - A payment forwards bounded gas (50,000 for the coin, 300,000 for a token) and, where it fails, becomes a credit
///   that its owner withdraws.
interface ISharedModels is IPayments, IMarkets {
    // ------------------------------------------------------------------------------------------------------- events

    /// @notice A model was opened: a draft.
    event Opened(uint256 indexed model, address indexed creator, Terms terms);

    /// @notice Words of the state were uploaded, from word `first` on.
    event Uploaded(uint256 indexed model, uint256 first, uint256[] words);

    /// @notice The model takes samples.
    /// @param manifest SHA-256 of the manifest.
    /// @param words hash of all uploaded words: from 0, for each word `keccak256(hash before, number of the word, word)`.
    event Published(uint256 indexed model, bytes32 manifest, bytes32 words);

    /// @notice The creator added a class, which begins empty.
    event ClassAdded(uint256 indexed model, uint256 class, string name);

    /// @notice The model takes no more samples.
    event Closed(uint256 indexed model);

    /// @notice A sample was added, and the model has learned from it.
    /// @param time Unix seconds.
    /// @param position which sample of its call it is, from 0.
    /// @param deposit what is staked on it.
    event Added(
        uint256 indexed model,
        address indexed author,
        uint256 time,
        uint256 position,
        uint256 label,
        uint256 deposit,
        bytes features
    );

    /// @notice The model agrees with the sample, whose author got back what was left.
    event Refunded(uint256 indexed model, address indexed author, bytes32 contribution, uint256 amount);

    /// @notice The model disagrees with the sample; a member got its share.
    event Reported(uint256 indexed model, address indexed member, bytes32 contribution, uint256 amount);

    /// @notice The creator, or after `anyWait` anybody, took what was left.
    event Claimed(uint256 indexed model, address indexed claimant, bytes32 contribution, uint256 amount);

    // -------------------------------------------------------------------------------------------------- errors: the model

    /// @notice There is no model of this number.
    error NoModel(uint256 model);
    error NotCreator(address creator, address sender);
    error NotDraft(uint256 model, Stage stage);
    error NotLive(uint256 model, Stage stage);
    /// @notice 1 to 65,536 are possible.
    error FeaturesOutOfRange(uint256 features);
    /// @notice Classes are 1 to `lanes`, and lanes 2, 4 or 8; a perceptron has 2 of both.
    error ClassesOutOfRange(uint256 classes, uint256 lanes);
    /// @notice `step`, `smoothing`, `bias` or `samples` do not go with the kind.
    error WrongParameters(Kind kind);
    /// @notice At most 85 bits.
    error WeightTooLarge(uint256 weight);
    /// @notice Where there is money, `weight >> floorShift` is at least 1; the shift is at most 127.
    error FloorIsZero(uint256 weight, uint256 floorShift);
    /// @notice 1 <= refundWait <= ownerWait <= anyWait <= 3,650 days.
    error WaitsOutOfOrder(uint256 refundWait, uint256 ownerWait, uint256 anyWait);
    /// @notice A points model has no asset, any other no minimum interval.
    error MoneyAndPoints();
    /// @notice Words up to `next` were uploaded, or passed over and are zero.
    error AlreadyUploaded(uint256 word, uint256 next);
    /// @notice The state has so many words.
    error NoSuchWord(uint256 word, uint256 words);
    /// @notice The word has something where there is no feature.
    error UnusedBits(uint256 word, uint256 value);
    /// @notice The class has counts or sums, but no samples that they could come from.
    error CountsWithoutSamples(uint256 class);
    /// @notice All classes that there can be are there.
    error NoMoreClasses(uint256 lanes);

    // ------------------------------------------------------------------------------------------------- errors: samples

    /// @notice A call adds 1 to 65,536 samples.
    error SampleCountOutOfRange(uint256 count);
    error NoFeatures();
    /// @notice Features are two bytes each.
    error OddLength(uint256 bytesGiven);
    /// @notice Every feature has its two bytes.
    error WrongLength(uint256 expected, uint256 actual);
    error NotIncreasing(uint256 previous, uint256 feature);
    error FeatureOutOfRange(uint256 feature, uint256 features);
    error LabelOutOfRange(uint256 label, uint256 classes);
    /// @notice A sum would leave 32 bits.
    error SumOutOfRange(uint256 class);
    /// @notice The same sample, by the same author, in the same block and at the same position.
    error AlreadyAdded(bytes32 contribution);
    /// @notice What the samples cost together, and what was staked.
    error PriceIs(uint256 price, uint256 sent);
    /// @notice Of a points model: from when its author may add one sample.
    error TooSoon(uint256 until);

    // --------------------------------------------------------------------------------------------------- errors: claims

    /// @notice No such sample was added; `index` says which of the call, here and below.
    error UnknownContribution(uint256 index, bytes32 contribution);
    error TooEarly(uint256 index, uint256 until);
    error NotAuthor(uint256 index, address author, address sender);
    /// @notice Nobody reports what it added itself.
    error OwnContribution(uint256 index);
    /// @notice No sample of this account was refunded so far.
    error NotMember(address account);
    error ModelAgrees(uint256 index, uint256 prediction);
    error ModelDisagrees(uint256 index, uint256 prediction);
    error AlreadyClaimed(uint256 index, address account);
    /// @notice All of the deposit was claimed, or there never was any.
    error NothingLeft(uint256 index);

    // ----------------------------------------------------------------------------------------------------- the creator

    /// @notice Opens a model, as a draft of the sender's.
    /// @return model its number.
    function open(Terms calldata terms) external returns (uint256 model);

    /// @notice Uploads words of the state, from word `first` on; what is passed over stays zero. By the creator, of a draft.
    /// @dev Packed from the lowest bits on: 16 weights a word; 16 counts a word, feature by feature with the `lanes` classes
    /// side by side; 8 sums a word, class by class, each beginning a word. The sums of counts and squares follow from it.
    function upload(uint256 model, uint256 first, uint256[] calldata words) external;

    /// @notice From now on samples are taken, and nothing is uploaded. By the creator, of a draft.
    /// @param manifest SHA-256 of the manifest.
    function publish(uint256 model, bytes32 manifest) external;

    /// @notice Adds a class, which begins empty. By the creator, of a live model.
    function addClass(uint256 model, string calldata name) external;

    /// @notice Ends the taking of samples for good. By the creator, of a live model.
    function close(uint256 model) external;

    // -------------------------------------------------------------------------------------------------- the contributor

    /// @notice Adds samples, in order, from which the model learns at once.
    /// @param stake what is staked on all of them together, in the model's asset: at least `priceOf`; shared evenly, with
    /// the odd units on the first. Zero for a points model.
    function add(uint256 model, uint96 stake, Sample[] calldata samples) external payable;

    /// @notice Gives the sender back what is left of stakes on its own samples that the model agrees with.
    function refund(uint256 model, Entry[] calldata entries) external;

    /// @notice Gives the sender, a member, its shares of stakes on samples of others that the model disagrees with: of a
    /// deposit, the sender's part of all refunded samples; all that is left where that is zero, or more than is left.
    function report(uint256 model, Entry[] calldata entries) external;

    /// @notice Gives the sender all that is left: the creator after `ownerWait`, anybody after `anyWait`.
    function claim(uint256 model, Entry[] calldata entries) external;

    // ------------------------------------------------------------------------------------------------------------ views

    /// @notice How many models there are: they have the numbers from 1.
    function modelCount() external view returns (uint256);

    /// @notice The class of each sample, by the model as it stands.
    function predict(uint256 model, bytes[] calldata samples) external view returns (uint8[] memory classes);

    /// @notice What `count` samples cost together, were they added now; zero for a points model.
    function priceOf(uint256 model, uint256 count) external view returns (uint256);

    function modelOf(uint256 model) external view returns (ModelView memory);

    /// @notice `count` words of the state from word `first` on, or as many as there are.
    function wordsOf(uint256 model, uint256 first, uint256 count) external view returns (uint256[] memory);

    /// @notice What each class has learned from, for all classes that there can be.
    function totalsOf(uint256 model) external view returns (Totals[] memory);

    function contributionOf(uint256 model, Entry calldata entry) external view returns (ContributionView memory);

    /// @notice Whether the account has reported the sample, or as the author of a points model had it refunded.
    function hasClaimed(uint256 model, Entry calldata entry, address account) external view returns (bool);

    function memberOf(uint256 model, address account) external view returns (MemberView memory);

    /// @notice The name of an added sample in events and errors: the hash of model, author (20 bytes), time (5), position
    /// (2), label (1) and features, without anything between them.
    function contributionId(uint256 model, Entry calldata entry) external pure returns (bytes32);
}
