// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {ContestView, IHyperparameterBounty, Phase, Terms} from "../../src/interfaces/IHyperparameterBounty.sol";
import {PlainToken} from "../mocks/Tokens.sol";
import {Base} from "./Base.sol";
import {Specs} from "./Specs.sol";

/// @notice One submission, with what opens it.
struct Sealed {
    uint256 contest;
    address sender;
    uint256 entry;
    bytes32 spec;
    bytes32 salt;
}

/// @notice The contract on a chain, the people of a contest, and the steps of one.
abstract contract World is Base {
    bytes32 internal constant KEY = "the key of the holdout";
    bytes32 internal constant REPORT = "the digest of the report";

    PlainToken internal token;
    address internal organizer = person("organizer");
    address internal evaluator = person("evaluator");
    address internal alice = person("alice");
    address internal bob = person("bob");
    address internal carol = person("carol");
    address internal stranger = person("stranger");

    uint256 private _salts;

    function setUp() public virtual {
        vm.warp(GENESIS);
        bounty = deployBounty();
        token = new PlainToken();
    }

    // ------------------------------------------------------------------------------------------------------------ terms

    /// @dev Terms that `open` accepts.
    function terms(address asset) internal view returns (Terms memory t) {
        t.asset = asset;
        t.reward = 1 ether;
        t.bond = 0.1 ether;
        t.deposit = 0.01 ether;
        t.minimumScore = 500_000;
        t.shares = shares(10_000);
        t.submitEnds = uint40(block.timestamp + 1000);
        t.revealSeconds = 100;
        t.scoreSeconds = 80;
        t.challengeSeconds = 60;
        t.evaluator = evaluator;
        t.limits = Specs.MAXIMA;
        t.maxSubmissions = 16;
        t.maxPerAddress = 4;
        t.manifest = "the digest of the manifest";
        t.holdoutCommitment = sha256(abi.encode(KEY));
    }

    function assetFor(bool inToken) internal view returns (address) {
        return inToken ? address(token) : NATIVE;
    }

    function terms(bool inToken) internal view returns (Terms memory) {
        return terms(assetFor(inToken));
    }

    /// @dev The like of `terms`, in `future` mode: scores need no key.
    function futureTerms(bool inToken) internal view returns (Terms memory t) {
        t = terms(inToken);
        t.holdoutCommitment = 0;
    }

    function shares(uint16 first) internal pure returns (uint16[] memory list) {
        list = new uint16[](1);
        list[0] = first;
    }

    function shares(uint16 first, uint16 second, uint16 third) internal pure returns (uint16[] memory list) {
        list = new uint16[](3);
        (list[0], list[1], list[2]) = (first, second, third);
    }

    /// @dev `raw`, an argument of the fuzzer, made into terms that `open` accepts.
    function valid(Terms memory raw, bool inToken) internal view returns (Terms memory t) {
        t = raw;
        t.asset = assetFor(inToken);
        t.reward = uint128(bound(raw.reward, 1, type(uint128).max));
        t.minimumScore = uint24(bound(raw.minimumScore, 0, 1_000_000));
        t.shares = validShares(raw.shares);
        t.submitEnds = uint40(bound(raw.submitEnds, block.timestamp + 1, block.timestamp + 3284 days));
        t.revealSeconds = uint32(bound(raw.revealSeconds, 1, 122 days));
        t.scoreSeconds = uint32(bound(raw.scoreSeconds, 1, 122 days));
        t.challengeSeconds = uint32(bound(raw.challengeSeconds, 0, 122 days));
        if (t.evaluator == address(0)) t.evaluator = evaluator;
        t.limits = Specs.set(Specs.between(uint256(raw.limits), Specs.MAXIMA), 3, 1 + uint256(raw.limits) % 1024);
        t.maxSubmissions = uint16(bound(raw.maxSubmissions, 1, 1024));
        t.maxPerAddress = uint16(bound(raw.maxPerAddress, 1, t.maxSubmissions));
        if (t.manifest == 0) t.manifest = "the digest of the manifest";
    }

    /// @dev One to eight shares that make a whole, none zero, by the lengths and values of `raw`.
    function validShares(uint16[] memory raw) internal pure returns (uint16[] memory list) {
        list = new uint16[](bound(raw.length, 1, 8));
        uint256 left = 10_000;
        for (uint256 i; i + 1 < list.length; ++i) {
            list[i] = uint16(bound(i < raw.length ? raw[i] : 1, 1, left - (list.length - 1 - i)));
            left -= list[i];
        }
        list[list.length - 1] = uint16(left);
    }

    // ------------------------------------------------------------------------------------------------------------ money

    /// @dev Gives `who` that much more of `asset`, ready to be paid in; the coins to send along.
    function fund(address who, address asset, uint256 amount) internal returns (uint256 coins) {
        if (asset == NATIVE) {
            vm.deal(who, who.balance + amount);
            return amount;
        }
        PlainToken(asset).mint(who, amount);
        vm.prank(who);
        // Odd tokens know no allowance.
        (bool ok,) = asset.call(abi.encodeCall(token.approve, (address(bounty), type(uint256).max)));
        ok;
    }

    function balanceOf(address asset, address who) internal view returns (uint256) {
        return asset == NATIVE ? who.balance : PlainToken(asset).balanceOf(who);
    }

    function held(address asset) internal view returns (uint256) {
        return balanceOf(asset, address(bounty));
    }

    // ------------------------------------------------------------------------------------------------------------ steps

    function open(Terms memory t) internal returns (uint256) {
        return openAs(organizer, t);
    }

    function openAs(address who, Terms memory t) internal returns (uint256 contest) {
        uint256 coins = fund(who, t.asset, uint256(t.reward) + t.bond);
        vm.prank(who);
        contest = bounty.open{value: coins}(t);
    }

    /// @dev A spec with a fresh salt; nothing is sent.
    function seal(uint256 contest, address who, uint256 entry, bytes32 spec) internal returns (Sealed memory) {
        return Sealed(contest, who, entry, spec, keccak256(abi.encode("salt", ++_salts)));
    }

    /// @dev What the contract must find, computed without it.
    function commitment(Sealed memory s) internal view returns (bytes32) {
        return commitment(s, block.chainid, address(bounty));
    }

    function commitment(Sealed memory s, uint256 chain, address contractAddress) internal pure returns (bytes32) {
        return sha256(
            bytes.concat(
                bytes32("hyperbounty/commitment/1"),
                bytes32(chain),
                bytes32(uint256(uint160(contractAddress))),
                bytes32(s.contest),
                bytes32(uint256(uint160(s.sender))),
                s.spec,
                s.salt
            )
        );
    }

    function submit(uint256 contest, address who, uint256 entry, bytes32 spec) internal returns (Sealed memory s) {
        s = seal(contest, who, entry, spec);
        submit(s);
    }

    function submit(uint256 contest, address who) internal returns (Sealed memory) {
        return submit(contest, who, 0, Specs.plain(_salts));
    }

    function submit(Sealed memory s) internal {
        ContestView memory v = bounty.contestOf(s.contest);
        uint256 coins = fund(s.sender, v.asset, v.deposit);
        bytes32 hash = commitment(s); // before `prank`, which a call of the hash would use up
        vm.prank(s.sender);
        bounty.submit{value: coins}(s.contest, s.entry, hash);
    }

    function reveal(Sealed memory s) internal returns (uint256) {
        vm.prank(s.sender);
        return bounty.reveal(s.contest, s.entry, s.spec, s.salt);
    }

    /// @dev Submits one spec each, reveals them in the same order, and stops where scoring starts.
    function play(uint256 contest, address[] memory who) internal {
        Sealed[] memory all = new Sealed[](who.length);
        for (uint256 i; i < who.length; ++i) {
            all[i] = submit(contest, who[i]);
        }
        goTo(contest, Phase.Reveal);
        for (uint256 i; i < who.length; ++i) {
            reveal(all[i]);
        }
        goTo(contest, Phase.Score);
    }

    function play(uint256 contest, address a) internal {
        address[] memory who = new address[](1);
        who[0] = a;
        play(contest, who);
    }

    function play(uint256 contest, address a, address b, address c) internal {
        address[] memory who = new address[](3);
        (who[0], who[1], who[2]) = (a, b, c);
        play(contest, who);
    }

    function record(uint256 contest, uint24[] memory scores) internal {
        vm.prank(bounty.contestOf(contest).evaluator);
        bounty.recordScores(contest, REPORT, scores);
    }

    function record(uint256 contest, uint24 a) internal {
        record(contest, scoreList(a));
    }

    function record(uint256 contest, uint24 a, uint24 b, uint24 c) internal {
        record(contest, scoreList(a, b, c));
    }

    function scoreList(uint24 a) internal pure returns (uint24[] memory scores) {
        scores = new uint24[](1);
        scores[0] = a;
    }

    function scoreList(uint24 a, uint24 b, uint24 c) internal pure returns (uint24[] memory scores) {
        scores = new uint24[](3);
        (scores[0], scores[1], scores[2]) = (a, b, c);
    }

    function publish(uint256 contest) internal {
        vm.prank(bounty.contestOf(contest).organizer);
        bounty.publishHoldoutKey(contest, KEY);
    }

    function settle(uint256 contest) internal {
        goTo(contest, Phase.Settle);
        vm.prank(stranger);
        bounty.settle(contest);
    }

    // ------------------------------------------------------------------------------------------------------------ phases

    /// @dev The second at which a phase that the clock decides begins.
    function startOf(uint256 contest, Phase phase) internal view returns (uint256) {
        ContestView memory v = bounty.contestOf(contest);
        if (phase == Phase.Reveal) return v.submitEnds;
        if (phase == Phase.Score) return v.revealEnds;
        if (phase == Phase.Challenge) return v.scoreEnds;
        require(phase == Phase.Settle, "the clock does not start this phase");
        return v.challengeEnds;
    }

    function goTo(uint256 contest, Phase phase) internal {
        vm.warp(startOf(contest, phase));
    }

    /// @dev A contest in some phase other than `expected`, at some second of it.
    function anotherPhase(Phase expected, uint256 seed) internal returns (uint256 contest, Phase actual) {
        actual = Phase(bound(seed, 0, uint256(type(Phase).max) - 1));
        if (actual >= expected) actual = Phase(uint256(actual) + 1);
        if (actual == Phase.None) return (bounty.contestCount() + 1 + seed % 1000, actual);

        contest = open(terms(seed % 2 == 1));
        uint256 within = uint256(keccak256(abi.encode(seed)));
        if (actual == Phase.Submit) {
            vm.warp(bound(within, block.timestamp, startOf(contest, Phase.Reveal) - 1));
        } else if (actual <= Phase.Challenge) {
            Phase next = Phase(uint256(actual) + 1);
            vm.warp(bound(within, startOf(contest, actual), startOf(contest, next) - 1));
        } else if (actual == Phase.Cancelled) {
            vm.prank(organizer);
            bounty.cancel(contest);
        } else {
            vm.warp(bound(within, startOf(contest, Phase.Settle), type(uint40).max));
            if (actual == Phase.Settled) bounty.settle(contest);
        }
    }

    function expectWrongPhase(uint256 contest, Phase expected, Phase actual) internal {
        vm.expectRevert(abi.encodeWithSelector(IHyperparameterBounty.WrongPhase.selector, contest, expected, actual));
    }
}
