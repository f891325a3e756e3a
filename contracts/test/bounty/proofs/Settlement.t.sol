// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {HyperparameterBounty} from "../../../src/bounty/HyperparameterBounty.sol";
import {Outcome, Panel, Phase, Terms} from "../../../src/bounty/IHyperparameterBounty.sol";
import {IPayments} from "../../../src/shared/IPayments.sol";
import {Contest, ContestLib} from "../../../src/bounty/ContestLib.sol";
import {Seat} from "../../../src/bounty/PanelLib.sol";
import {Place} from "../../../src/bounty/RankingLib.sol";
import {ScoresLib} from "../../../src/bounty/ScoresLib.sol";
import {SpecLib} from "../../../src/bounty/SpecLib.sol";
import {SubmissionLib} from "../../../src/bounty/SubmissionLib.sol";
import {Vm} from "../../shared/Vm.sol";

/// @notice The contract, and what `reveal` and `openScores` do once their hash was found to be right: Halmos 0.3.3 fails
/// at SHA-256. Every other call of the proofs is the contract's own.
contract Opened is HyperparameterBounty {
    using ContestLib for Contest;
    using ScoresLib for uint256[];
    using SubmissionLib for bytes32;

    function revealed(uint256 contest, address who, bytes32 spec) external {
        Contest storage c = _inPhase(contest, Phase.Reveal);
        uint32 ordinal = _submissions[contest][who][0].ordinalOf();
        uint256 index = c.revealed;
        c.revealed = uint16(index + 1);
        _submissions[contest][who][0] = spec;
        _places[contest][index] = Place({participant: who, ordinal: ordinal, entry: 0, claimed: false});
        _pay(contest, c.assetOf(), who, c.deposit);
    }

    function opened(uint256 contest, uint256 seat, uint24[] calldata scores) external {
        Contest storage c = _inPhase(contest, Phase.PanelOpen);
        Seat storage s = c.dispute.seats[seat];
        s.opened = true;
        s.word = bytes32(uint256(uint160(ScoresLib.read(scores).keep())));
        ++c.dispute.opened;
    }
}

/// @notice Whole contests, with any amounts: `settle` cannot fail, every party gets what the table
/// of outcomes says, and nothing is left but what can be claimed, which in the end is nothing.
contract SettlementProof {
    Vm private constant vm = Vm(address(uint160(uint256(keccak256("hevm cheat code")))));

    address private constant ORGANIZER = address(0x1001);
    address private constant EVALUATOR = address(0x1002);
    address private constant ALICE = address(0x1003);
    address private constant BOB = address(0x1004);
    address private constant CAROL = address(0x1005);
    address private constant CHALLENGER = address(0x1006);
    address private constant MEMBER = address(0x1007);

    bytes32 private constant REPORT = "report";
    /// A model: one layer of one unit, everything else at its lowest.
    bytes32 private constant SPEC = SpecLib.SPEC_MINIMA | bytes32(uint256(1) << 228);
    uint256 private constant START = 1_800_000_000;
    uint24 private constant MINIMUM = 500_000;
    uint24 private constant TOLERANCE = 1_000;

    /// @dev Coins that were forced on the contract and belong to nobody. Halmos leaves out paths on which a balance is too
    /// low for a payment; so there is always enough, and a unit too much that is paid is one that is missing here.
    uint256 private constant FORCED = 1 << 127;
    /// @dev It leaves out balances above 2^128 too; with rewards below this, 8 * 10^19 coins, none gets there.
    uint256 private constant REWARDS = 1 << 126;

    /// @dev Any amounts that the terms can hold.
    struct Money {
        uint128 reward;
        uint96 bond;
        uint96 evaluatorFee;
        uint96 deposit;
        uint96 challengeBond;
        uint96 memberFee;
    }

    Opened private _bounty;
    address[3] private _participants = [ALICE, BOB, CAROL];

    function setUp() public {
        vm.warp(START);
        _bounty = new Opened();
        vm.deal(address(_bounty), FORCED);
    }

    // ------------------------------------------------------------------------------------------------- no challenge

    /// @dev Three submissions, two revealed, one prize.
    function check_oneWinnerTakesRewardAndForfeits(Money memory m) public {
        if (!open(m, shares(10_000), false)) return;
        submitAndReveal(m, 3, 2);
        record(600_000, 700_000);
        settle(Outcome.Won, 60);
        assert(BOB.balance == uint256(m.reward) + 2 * uint256(m.deposit));
        assert(ALICE.balance == m.deposit);
        assert(EVALUATOR.balance == m.evaluatorFee);
        assert(ORGANIZER.balance == m.bond);
        assert(address(_bounty).balance == FORCED);
    }

    function check_aShareIsNoMoreThanTheWhole(uint128 pool) public pure {
        assert(uint256(pool) * 4_000 / 10_000 <= pool);
    }

    /// @dev The second gets its share rounded down, the first all the rest.
    function check_twoWinnersShareTheWholePool(Money memory m) public {
        uint256 pool = uint256(m.reward) + m.deposit;
        // Proved above; without it the solver finds no end.
        vm.assume(pool * 4_000 / 10_000 <= pool);
        if (!open(m, shares(6_000, 4_000), false)) return;
        submitAndReveal(m, 3, 2);
        record(600_000, 700_000);
        settle(Outcome.Won, 60);
        assert(ALICE.balance == pool * 4_000 / 10_000 + m.deposit);
        assert(ALICE.balance + BOB.balance == pool + 2 * uint256(m.deposit));
        assert(EVALUATOR.balance == m.evaluatorFee);
        assert(ORGANIZER.balance == m.bond);
        assert(address(_bounty).balance == FORCED);
    }

    function check_nobodyReachedTheMinimum(Money memory m) public {
        if (!open(m, shares(10_000), false)) return;
        submitAndReveal(m, 3, 2);
        record(0, MINIMUM - 1);
        settle(Outcome.Refunded, 60);
        assert(ORGANIZER.balance == uint256(m.reward) + m.bond + m.deposit);
        assert(EVALUATOR.balance == m.evaluatorFee);
        assert(ALICE.balance == m.deposit && BOB.balance == m.deposit);
        assert(address(_bounty).balance == FORCED);
    }

    function check_nobodyRevealed(Money memory m) public {
        if (!open(m, shares(10_000), false)) return;
        submitAndReveal(m, 1, 0);
        settle(Outcome.Refunded, 60);
        assert(ORGANIZER.balance == uint256(m.reward) + m.bond + m.evaluatorFee + m.deposit);
        assert(address(_bounty).balance == FORCED);
    }

    function check_noScoresSplitBondAndForfeits(Money memory m) public {
        if (!open(m, shares(10_000), false)) return;
        submitAndReveal(m, 3, 2);
        settle(Outcome.Void, 60);
        assert(ORGANIZER.balance == uint256(m.reward) + m.evaluatorFee);
        claimAll(2, uint256(m.bond) + m.deposit);
        assert(ALICE.balance + BOB.balance == uint256(m.bond) + 3 * uint256(m.deposit));
        assert(ALICE.balance - BOB.balance <= 1);
        assert(EVALUATOR.balance == 0);
        assert(address(_bounty).balance == FORCED);
    }

    // ---------------------------------------------------------------------------------------------------- challenged

    function check_upheld(Money memory m) public {
        if (!open(m, shares(10_000), true)) return;
        submitAndReveal(m, 3, 2);
        record(600_000, 700_000);
        challenge(m, 600_000, 700_000);
        answer(600_000 + TOLERANCE, 700_000 - TOLERANCE);
        settle(Outcome.Won, 80);
        assert(BOB.balance == uint256(m.reward) + 2 * uint256(m.deposit));
        assert(ALICE.balance == m.deposit);
        assert(EVALUATOR.balance == m.evaluatorFee);
        assert(MEMBER.balance == m.memberFee);
        assert(ORGANIZER.balance == uint256(m.bond) + m.challengeBond - m.memberFee);
        assert(CHALLENGER.balance == 0);
        assert(address(_bounty).balance == FORCED);
    }

    function check_overturned(Money memory m) public {
        if (!open(m, shares(10_000), true)) return;
        submitAndReveal(m, 3, 2);
        record(600_000, 700_000);
        challenge(m, 600_000, 700_000);
        answer(800_000, 700_000);
        settle(Outcome.Won, 80);
        assert(ALICE.balance == uint256(m.reward) + 2 * uint256(m.deposit));
        assert(BOB.balance == m.deposit);
        assert(EVALUATOR.balance == 0);
        assert(MEMBER.balance == m.memberFee);
        assert(CHALLENGER.balance == uint256(m.bond) + m.challengeBond - m.memberFee);
        assert(ORGANIZER.balance == m.evaluatorFee);
        assert(address(_bounty).balance == FORCED);
    }

    function check_overturnedToNobody(Money memory m) public {
        if (!open(m, shares(10_000), true)) return;
        submitAndReveal(m, 3, 2);
        record(600_000, 700_000);
        challenge(m, 600_000, 700_000);
        answer(0, 0);
        settle(Outcome.Refunded, 80);
        assert(ORGANIZER.balance == uint256(m.reward) + m.evaluatorFee + m.deposit);
        assert(CHALLENGER.balance == uint256(m.bond) + m.challengeBond - m.memberFee);
        assert(MEMBER.balance == m.memberFee);
        assert(EVALUATOR.balance == 0);
        assert(address(_bounty).balance == FORCED);
    }

    function check_silentPanelSplitsBothBonds(Money memory m) public {
        if (!open(m, shares(10_000), true)) return;
        submitAndReveal(m, 3, 2);
        record(600_000, 700_000);
        challenge(m, 600_000, 700_000);
        settle(Outcome.Void, 80);
        assert(ORGANIZER.balance == uint256(m.reward) + m.evaluatorFee);
        claimAll(2, uint256(m.bond) + m.challengeBond + m.deposit);
        assert(ALICE.balance + BOB.balance == uint256(m.bond) + m.challengeBond + 3 * uint256(m.deposit));
        assert(EVALUATOR.balance == 0 && CHALLENGER.balance == 0 && MEMBER.balance == 0);
        assert(address(_bounty).balance == FORCED);
    }

    // --------------------------------------------------------------------------------------------------------- steps

    /// @return accepted false where `open` must refuse: no reward, or bonds below the panel's fee; and beyond the proof.
    function open(Money memory m, uint16[] memory prizes, bool panel) private returns (bool accepted) {
        if (m.reward >= REWARDS) return false;
        Terms memory t;
        t.reward = m.reward;
        t.bond = m.bond;
        t.evaluatorFee = m.evaluatorFee;
        t.deposit = m.deposit;
        t.minimumScore = MINIMUM;
        t.shares = prizes;
        t.submitEnds = uint40(START + 10);
        (t.revealSeconds, t.scoreSeconds, t.challengeSeconds) = (10, 10, 10);
        t.evaluator = EVALUATOR;
        t.limits = SpecLib.SPEC_MAXIMA;
        (t.maxSubmissions, t.maxPerAddress) = (3, 1);
        t.manifest = "manifest";
        if (panel) {
            address[] memory members = new address[](1);
            members[0] = MEMBER;
            t.panel = Panel(members, m.challengeBond, m.memberFee, TOLERANCE, 10, 10);
        }
        uint256 escrow = uint256(m.reward) + m.bond + m.evaluatorFee;
        vm.deal(ORGANIZER, escrow);
        vm.prank(ORGANIZER);
        bytes memory data = abi.encodeCall(_bounty.open, (t));
        (accepted,) = address(_bounty).call{value: escrow}(data);
        assert(accepted == (m.reward != 0 && (!panel || (m.memberFee <= m.bond && m.memberFee <= m.challengeBond))));
    }

    function submitAndReveal(Money memory m, uint256 submitted, uint256 revealed) private {
        for (uint256 i; i < submitted; ++i) {
            vm.deal(_participants[i], m.deposit);
            vm.prank(_participants[i]);
            _bounty.submit{value: m.deposit}(1, 0, "commitment");
        }
        vm.warp(START + 10);
        for (uint256 i; i < revealed; ++i) {
            _bounty.revealed(1, _participants[i], SPEC);
        }
        vm.warp(START + 20);
    }

    function record(uint24 first, uint24 second) private {
        vm.prank(EVALUATOR);
        _bounty.recordScores(1, REPORT, scores(first, second));
    }

    function challenge(Money memory m, uint24 first, uint24 second) private {
        vm.warp(START + 30);
        vm.deal(CHALLENGER, m.challengeBond);
        vm.prank(CHALLENGER);
        _bounty.challenge{value: m.challengeBond}(1, scores(first, second));
    }

    function answer(uint24 first, uint24 second) private {
        vm.warp(START + 40);
        vm.prank(MEMBER);
        _bounty.sealScores(1, 0, "seal");
        vm.warp(START + 50);
        _bounty.opened(1, 0, scores(first, second));
        vm.warp(START + 60);
        _bounty.resolve(1);
    }

    /// @dev That it did not revert is the point.
    function settle(Outcome expected, uint256 secondsLater) private {
        vm.warp(START + secondsLater);
        assert(call(abi.encodeCall(_bounty.settle, (1))));
        assert(_bounty.outcomeOf(1) == expected);
    }

    function claimAll(uint256 count, uint256 pot) private {
        for (uint256 i; i < count; ++i) {
            assert(call(abi.encodeCall(_bounty.claim, (1, i))) == (pot > i));
        }
    }

    /// @dev Whether a call succeeded. Halmos takes gas to be anything at any time; what fails for too little of it, and so
    /// changes nothing, is left out.
    function call(bytes memory data) private returns (bool succeeded) {
        bytes memory reason;
        (succeeded, reason) = address(_bounty).call(data);
        vm.assume(succeeded || bytes4(reason) != IPayments.InsufficientGas.selector);
    }

    function shares(uint16 first) private pure returns (uint16[] memory list) {
        list = new uint16[](1);
        list[0] = first;
    }

    function shares(uint16 first, uint16 second) private pure returns (uint16[] memory list) {
        list = new uint16[](2);
        (list[0], list[1]) = (first, second);
    }

    function scores(uint24 first, uint24 second) private pure returns (uint24[] memory list) {
        list = new uint24[](2);
        (list[0], list[1]) = (first, second);
    }
}
