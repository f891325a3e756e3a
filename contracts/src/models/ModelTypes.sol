// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

/// @notice What a model is, and so how it decides and learns.
enum Kind {
    /// An int16 weight a feature and a bias; a sample lists the features that it has.
    SparsePerceptron,
    /// The same; a sample has an int16 for each feature.
    DensePerceptron,
    /// Multinomial naive Bayes: a uint16 count for each feature and class.
    NaiveBayes,
    /// The nearest mean of each class's samples, of the same counts.
    SparseCentroid,
    /// The nearest mean, of an int32 sum for each class and feature.
    DenseCentroid
}

/// @notice Where a model stands. Only its creator moves it, and only onwards.
enum Stage {
    None,
    /// Words are uploaded; nobody contributes.
    Draft,
    /// Samples are taken.
    Live,
    /// No more samples are taken; claims go on.
    Closed
}

/// @notice What `open` fixes for good.
struct Terms {
    Kind kind;
    /// 1 to 65,536.
    uint32 features;
    /// Classes at the start: 2 for a perceptron, 1 to `lanes` for any other kind.
    uint8 classes;
    /// The most classes that there can be: 2 for a perceptron, 2, 4 or 8 for any other kind.
    uint8 lanes;
    /// Of a sparse perceptron: what a weight and the bias change by. Zero for any other kind.
    uint8 step;
    /// Of naive Bayes: what is added to each count, in sixteenths, at least 1. Zero for any other kind.
    uint16 smoothing;
    /// Of a perceptron: the bias at the start. Zero for any other kind.
    int32 bias;
    /// By class, the samples that the uploaded counts or sums come from; none for a perceptron.
    uint32[] samples;
    /// The ERC-20 of all stakes; zero is the native coin, and all that a points model may name.
    address asset;
    /// What a sample costs one second after the one before, in the asset's smallest unit: at most 85 bits. Zero makes a
    /// points model, without money.
    uint96 weight;
    /// A sample never costs less than `weight >> floorShift`, which must not be zero.
    uint8 floorShift;
    /// Seconds from a sample to when its author, and members, may claim: at least 1.
    uint32 refundWait;
    /// To when the creator may claim what is left: at least `refundWait`.
    uint32 ownerWait;
    /// To when anybody may claim what is left: at least `ownerWait`, at most 3,650 days.
    uint32 anyWait;
    /// Of a points model: the fewest seconds between two samples of one author. Zero where there is money.
    uint32 minInterval;
}

/// @notice One sample that is added.
struct Sample {
    uint8 label;
    /// Sparse: the features that it has, as strictly rising uint16. Dense: an int16 for each feature. Big-endian.
    bytes features;
}

/// @notice One sample that was added: what its event says, handed in again.
struct Entry {
    address author;
    /// Unix seconds.
    uint40 time;
    /// Which sample of its call it was, from 0.
    uint16 position;
    uint8 label;
    bytes features;
}

/// @notice A model as it stands.
struct ModelView {
    Stage stage;
    Kind kind;
    uint32 features;
    uint8 classes;
    uint8 lanes;
    uint8 step;
    uint16 smoothing;
    int32 bias;
    address creator;
    address asset;
    uint96 weight;
    uint8 floorShift;
    uint32 refundWait;
    uint32 ownerWait;
    uint32 anyWait;
    uint32 minInterval;
    /// Unix seconds of `open`: no event of the model is older.
    uint32 openedAt;
    /// Unix seconds of the last sample, of `publish` before the first; zero in a draft.
    uint32 lastTime;
    /// Refunds of all members together.
    uint32 validTotal;
    uint32 members;
    /// SHA-256 of the manifest; zero in a draft.
    bytes32 manifest;
    /// How many words the state has.
    uint32 words;
    /// How many markets there were on it. The last one has not ended where the model rests.
    uint32 markets;
    bool rests;
}

/// @notice What a class has learned from; all zero for a perceptron.
struct Totals {
    /// Samples.
    uint64 samples;
    /// The sum of its counts; zero for a dense centroid.
    uint64 counts;
    /// The sum of the squares of its counts or sums.
    uint128 squares;
}

/// @notice What is kept of an added sample.
struct ContributionView {
    bool exists;
    /// What was staked on it.
    uint96 deposit;
    /// What nobody has claimed yet.
    uint96 left;
    /// Unix seconds from when its author and members may claim; zero where it does not exist, as the next two.
    uint40 refundAt;
    uint40 ownerAt;
    uint40 anyAt;
}

/// @notice An account in a model.
struct MemberView {
    /// How many of its samples were refunded. A member has at least one.
    uint32 valid;
    /// Its number among the members, from 1; zero for nobody.
    uint32 number;
    /// Of a points model: Unix seconds of its last sample.
    uint32 lastTime;
}
