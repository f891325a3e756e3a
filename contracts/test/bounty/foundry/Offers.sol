// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {Panel, Terms} from "../../../src/bounty/IHyperparameterBounty.sol";
import {PlainToken} from "../../shared/mocks/Tokens.sol";
import {BountyBase} from "./BountyBase.sol";
import {Specs} from "./Specs.sol";

/// @notice The people of a contest, and the terms that they can open it on.
abstract contract Offers is BountyBase {
    bytes32 internal constant KEY = "the key of the holdout";
    bytes32 internal constant REPORT = "the digest of the report";
    uint256 internal constant MOST_MEMBERS = 7;

    PlainToken internal token;
    address internal organizer = person("organizer");
    address internal evaluator = person("evaluator");
    address internal alice = person("alice");
    address internal bob = person("bob");
    address internal carol = person("carol");
    address internal challenger = person("challenger");
    address internal stranger = person("stranger");

    function setUp() public virtual {
        vm.warp(GENESIS);
        bounty = deployBounty();
        token = new PlainToken();
    }

    /// @dev As many people as are needed who submit.
    function participant(uint256 i) internal pure returns (address) {
        return address(uint160(0xbee000 + i));
    }

    /// @dev Some who sit on a panel, in ascending order.
    function member(uint256 seat) internal pure returns (address) {
        return address(uint160(0x5ea7000 + seat));
    }

    function members(uint256 count) internal pure returns (address[] memory list) {
        list = new address[](count);
        for (uint256 i; i < count; ++i) {
            list[i] = member(i);
        }
    }

    // ------------------------------------------------------------------------------------------------------------ terms

    /// @dev Terms that `open` accepts: a sealed holdout, and no panel.
    function terms(address asset) internal view returns (Terms memory t) {
        t.asset = asset;
        t.reward = 1 ether;
        t.bond = 0.1 ether;
        t.evaluatorBond = 0.12 ether;
        t.evaluatorFee = 0.03 ether;
        t.entryFee = 0.01 ether;
        t.minimumScore = 500_000;
        t.shares = shares(10_000);
        t.acceptEnds = uint40(block.timestamp + 800);
        t.submitSeconds = 1000;
        t.revealSeconds = 700;
        t.scoreSeconds = 2400;
        t.challengeSeconds = 600;
        t.evaluator = evaluator;
        t.limits = Specs.MAXIMA;
        t.maxSubmissions = 16;
        t.maxPerAddress = 4;
        t.entrySeconds = 90;
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
    function futureTerms(bool inToken) internal view returns (Terms memory) {
        return futureTerms(assetFor(inToken));
    }

    function futureTerms(address asset) internal view returns (Terms memory t) {
        t = terms(asset);
        t.holdoutCommitment = 0;
    }

    /// @dev The like of `futureTerms`, with a panel of `size`.
    function panelTerms(bool inToken, uint256 size) internal view returns (Terms memory) {
        return panelTerms(assetFor(inToken), size);
    }

    function panelTerms(address asset, uint256 size) internal view returns (Terms memory t) {
        t = futureTerms(asset);
        t.evaluatorBond = 0.2 ether;
        t.panel = Panel({
            members: members(size),
            memberBond: 0.11 ether,
            challengeBond: 0.16 ether,
            fee: 0.01 ether,
            tolerance: 10_000,
            sealSeconds: 900,
            openSeconds: 650
        });
    }

    function shares(uint16 first) internal pure returns (uint16[] memory list) {
        list = new uint16[](1);
        list[0] = first;
    }

    function shares(uint16 first, uint16 second, uint16 third) internal pure returns (uint16[] memory list) {
        list = new uint16[](3);
        (list[0], list[1], list[2]) = (first, second, third);
    }

    /// @dev What `open` takes.
    function due(Terms memory t) internal pure returns (uint256) {
        return uint256(t.reward) + t.bond + t.evaluatorFee;
    }

    /// @dev What `open` and everybody who accepts put in together.
    function staked(Terms memory t) internal pure returns (uint256) {
        return due(t) + t.evaluatorBond + t.panel.memberBond * t.panel.members.length;
    }

    /// @dev The least throughput with which an evaluator can accept, in thousandths of the reference core.
    function throughput(Terms memory t) internal pure returns (uint256) {
        uint256 secs = t.holdoutCommitment == 0 ? t.scoreSeconds : t.scoreSeconds - t.scoreSeconds / 4;
        uint256 work = uint256(t.entrySeconds) * t.maxSubmissions * 1000;
        return work % secs == 0 ? work / secs : work / secs + 1;
    }

    /// @dev How many slots cost no surcharge.
    function freeSlots(Terms memory t) internal pure returns (uint256) {
        return (uint256(t.maxSubmissions) + 1) / 2;
    }

    /// @dev From `submitEnds` to the last deadline that there can be.
    function lastSeconds(Terms memory t) internal pure returns (uint256) {
        return
            uint256(t.revealSeconds) + t.scoreSeconds + t.challengeSeconds + t.panel.sealSeconds + t.panel.openSeconds;
    }

    // ------------------------------------------------------------------------------------------- terms out of the fuzzer's

    /// @dev `raw`, an argument of the fuzzer, made into terms that `open` and everybody named accept.
    function valid(Terms memory raw, bool inToken) internal view returns (Terms memory t) {
        t = raw;
        t.asset = assetFor(inToken);
        t.reward = uint96(bound(raw.reward, 1, type(uint96).max));
        t.minimumScore = uint24(bound(raw.minimumScore, 0, 1_000_000));
        t.shares = validShares(raw.shares);
        t.acceptEnds = uint40(bound(raw.acceptEnds, block.timestamp + 10 minutes, block.timestamp + 365 days));
        t.submitSeconds = uint32(bound(raw.submitSeconds, 10 minutes, 1460 days));
        t.revealSeconds = uint32(bound(raw.revealSeconds, 10 minutes, 73 days));
        t.scoreSeconds = uint32(bound(raw.scoreSeconds, t.holdoutCommitment == 0 ? 10 minutes : 40 minutes, 73 days));
        t.challengeSeconds = uint32(bound(raw.challengeSeconds, 10 minutes, 73 days));
        if (t.evaluator == address(0)) t.evaluator = evaluator;
        t.limits = Specs.set(Specs.between(uint256(raw.limits), Specs.MAXIMA), 3, 1 + uint256(raw.limits) % 1024);
        t.maxSubmissions = uint16(bound(raw.maxSubmissions, 2, 1024));
        t.maxPerAddress = uint16(bound(raw.maxPerAddress, 1, t.maxSubmissions));
        t.entrySeconds = uint32(bound(raw.entrySeconds, 1, uint256(type(uint32).max) * 450 / 1_024_000));
        if (t.manifest == 0) t.manifest = "the digest of the manifest";
        t.panel = validPanel(raw.panel, t);
        if (t.panel.members.length == 0 && raw.challengeSeconds % 2 == 0) t.challengeSeconds = 0;
    }

    /// @dev The like of `valid`, with a panel.
    function validWithPanel(Terms memory raw, bool inToken) internal view returns (Terms memory) {
        if (raw.panel.members.length % 5 == 0) raw.panel.members = new address[](1 + uint256(raw.manifest) % 4);
        return valid(raw, inToken);
    }

    /// @dev None or 1, 3, 5 or 7 members that fit the other terms, and everything else as far as it can go.
    function validPanel(Panel memory raw, Terms memory t) internal view returns (Panel memory p) {
        uint256 count = raw.members.length % 5 * 2;
        if (count == 0) return p;
        p.members = new address[](--count);
        for (uint256 i; i < count; ++i) {
            // Each in an eighth of all addresses of its own, and no precompile, which would take no coins.
            uint256 eighth = type(uint160).max / 8;
            uint256 seed = i < raw.members.length ? uint160(raw.members[i]) : uint160(uint256(t.manifest)) + i;
            p.members[i] = address(uint160(i * eighth + 0x10000 + seed % (eighth - 0x10003)));
            while (p.members[i] == t.evaluator || p.members[i] == organizer) {
                p.members[i] = address(uint160(p.members[i]) + 1);
            }
        }
        p.memberBond = raw.memberBond;
        p.fee = uint96(bound(raw.fee, 0, t.evaluatorBond / 2 / count));
        p.challengeBond = uint96(bound(raw.challengeBond, 2 * p.fee * count, type(uint96).max));
        p.tolerance = uint24(bound(raw.tolerance, 0, 1_000_000));
        p.sealSeconds = uint32(bound(raw.sealSeconds, 10 minutes, 73 days));
        p.openSeconds = uint32(bound(raw.openSeconds, 10 minutes, 73 days));
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
}
