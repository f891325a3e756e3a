// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {IHyperparameterBounty, Outcome, Phase, Terms} from "../../../src/bounty/IHyperparameterBounty.sol";
import {Specs} from "../foundry/Specs.sol";
import {Opinion, PanelWorld} from "../foundry/PanelWorld.sol";
import {Sealed} from "../foundry/World.sol";
import {OddToken} from "../../shared/mocks/Tokens.sol";
import {Wallet} from "../../shared/mocks/Wallet.sol";

/// @dev Disputes as large as they can be, and payees as hostile: whatever it takes to end one fits in a transaction.
contract DisputeGasTest is PanelWorld {
    uint256 private constant CAP = 1024;
    uint256 private constant TRANSACTION_GAS = 16_777_216; // EIP-7825
    uint256 private constant RESOLVING_GAS = 10_000_000;
    uint256 private constant TRANSACTION_BASE = 21_000;

    /// @dev What costs most: eight prizes, and medians that are all equal, in the reverse order of submission, each of an
    /// address of its own, so that each is looked up and belongs before all others; scores that descend from member to member, so that
    /// each is compared for the median; no tolerance, so that ties are looked at; and an evaluator with seven winners, whose
    /// payments are looked at before the medians'.
    function test_FullDisputesWithSixOpenings_AreResolvedWithinTheBound() external {
        vm.assertLe(resolvingGas(6), RESOLVING_GAS, "resolving");
    }

    function test_FullDisputesWithSevenOpenings_AreResolvedWithinTheBound() external {
        vm.assertLe(resolvingGas(7), RESOLVING_GAS, "resolving");
    }

    /// @dev Or a panel that is at odds: the evaluator's payments are borne out by three, whose scores all tie, and the medians' by
    /// four.
    function test_FullDisputesOfAPanelAtOdds_AreResolvedWithinTheBound() external {
        uint256 contest = fill();
        record(contest, same(700_000));
        goTo(contest, Phase.Challenge);
        challenge(contest, challenger);
        goTo(contest, Phase.PanelSeal);
        uint24[][] memory opened = new uint24[][](7);
        for (uint256 i; i < 7; ++i) {
            opened[i] = same(uint24(700_008 - i));
            if (i > 2) opened[i][0] = 900_000;
        }
        answer(contest, opened);
        uint256 gas = measure(stranger, 0, abi.encodeCall(bounty.resolve, (contest))) + 8 * 2600;
        vm.assertLe(gas, RESOLVING_GAS, "resolving");
        assertEq(bounty.contestOf(contest).winners[0], 0, "revealed first, submitted last");
    }

    function test_OpeningAsManyScoresAsThereCanBe_FitsInOneTransaction() external {
        uint256 contest = fill();
        uint24[] memory scores = same(999_999);
        record(contest, scores);
        goTo(contest, Phase.Challenge);
        challenge(contest, challenger);
        goTo(contest, Phase.PanelSeal);
        Opinion memory o = opinion(contest, 0, scores);
        sealScores(o);
        goTo(contest, Phase.PanelOpen);
        uint256 gas = measure(o.member, 0, abi.encodeCall(bounty.openScores, (contest, 0, o.report, o.salt, scores)));
        vm.assertLe(gas, TRANSACTION_GAS / 6, "opening");
    }

    function test_ClaimsOfAFullContestAtOnce_FitInThreeTransactions() external {
        uint256 contest = fill();
        settle(contest);
        uint256[] memory indexes = new uint256[](CAP / 3 + 1);
        for (uint256 i; i < indexes.length; ++i) {
            indexes[i] = i;
        }
        uint256 gas = measure(stranger, 0, abi.encodeCall(bounty.claim, (contest, indexes)));
        vm.assertLe(gas, TRANSACTION_GAS, "claiming a third");
    }

    /// @dev Eight winners, seven members, evaluator or challenger, and the organizer: each a contract that burns all it gets.
    function testFuzz_SettlementsOfDisputesWithHostilePayees_FitInOneTransaction(bool lied) external {
        Terms memory t = panelTerms(false, 7);
        address hostileOrganizer = address(new Wallet());
        challenger = address(new Wallet());
        t.evaluator = address(new Wallet());
        t.panel.members = ascendingWallets();
        uint256 contest = hostile(t, hostileOrganizer, lied);
        for (uint256 i; i < 8; ++i) {
            burn(participant(i));
        }
        for (uint256 i; i < 7; ++i) {
            burn(t.panel.members[i]);
        }
        burn(hostileOrganizer);
        burn(challenger);
        burn(t.evaluator);
        uint256 gas = measure(stranger, 0, abi.encodeCall(bounty.settle, (contest)));
        vm.assertLe(gas, TRANSACTION_GAS / 4, "settling");
        assertCredits(t, lied);
    }

    function testFuzz_SettlementsOfDisputesInAHostileToken_FitInOneTransaction(bool lied) external {
        OddToken odd = new OddToken();
        odd.behave(OddToken.Mood.ReturnTrue);
        Terms memory t = panelTerms(address(odd), 7);
        uint256 contest = hostile(t, organizer, lied);
        odd.behave(OddToken.Mood.BurnGas);
        uint256 gas = measure(stranger, 0, abi.encodeCall(bounty.settle, (contest)));
        vm.assertLe(gas, TRANSACTION_GAS / 2, "settling");
        assertCredits(t, lied);
    }

    // ----------------------------------------------------------------------------------------------------------- helpers

    /// @dev A transaction of its own: nothing is warm, and calldata costs at most 40 gas a byte (EIP-7623).
    function measure(address sender, uint256 coins, bytes memory data) private returns (uint256 gas) {
        vm.cool(address(bounty));
        vm.prank(sender);
        uint256 before = gasleft();
        (bool ok,) = address(bounty).call{value: coins}(data);
        gas = before - gasleft();
        assertTrue(ok, "the call");
        uint256 tokens;
        for (uint256 i; i < data.length; ++i) {
            tokens += data[i] == 0 ? 1 : 4;
        }
        gas += TRANSACTION_BASE + 10 * tokens;
    }

    function same(uint24 score) private pure returns (uint24[] memory list) {
        list = new uint24[](CAP);
        for (uint256 i; i < CAP; ++i) {
            list[i] = score;
        }
    }

    /// @dev Revealed in the reverse order of submission, eight prizes; stops where scoring starts.
    function fill() private returns (uint256 contest) {
        Terms memory t = panelTerms(false, 7);
        (t.maxSubmissions, t.maxPerAddress) = (uint16(CAP), uint16(CAP));
        t.shares = validShares(new uint16[](8));
        t.panel.tolerance = 0;
        contest = open(t);
        Sealed[] memory all = new Sealed[](CAP);
        for (uint256 i; i < CAP; ++i) {
            all[i] = submit(contest, participant(i), 0, Specs.plain(i));
        }
        goTo(contest, Phase.Reveal);
        for (uint256 i = CAP; i > 0; --i) {
            reveal(all[i - 1]);
        }
        goTo(contest, Phase.Score);
    }

    function resolvingGas(uint256 openings) private returns (uint256 gas) {
        uint256 contest = fill();
        uint24[] memory seven = new uint24[](CAP);
        for (uint256 i; i < 7; ++i) {
            seven[i] = 700_000;
        }
        record(contest, seven);
        goTo(contest, Phase.Challenge);
        challenge(contest, challenger);
        goTo(contest, Phase.PanelSeal);
        uint24[][] memory opened = new uint24[][](openings);
        for (uint256 i; i < openings; ++i) {
            opened[i] = same(uint24(700_008 - i));
        }
        answer(contest, opened);
        gas = measure(stranger, 0, abi.encodeCall(bounty.resolve, (contest)));
        // Each array is read from an address of its own, and the panel's rules from theirs.
        gas += (1 + openings) * 2600;
        assertEq(bounty.contestOf(contest).winners.length, 8, "winners");
        assertEq(bounty.contestOf(contest).winners[0], CAP - 1, "submitted first");
    }

    /// @dev Eight winners, each a contract, and a panel of seven that agree; stops where it can be settled.
    function hostile(Terms memory t, address organizer_, bool lied) private returns (uint256 contest) {
        t.shares = validShares(new uint16[](8));
        bytes memory code = address(new Wallet()).code;
        for (uint256 i; i < 8; ++i) {
            vm.etch(participant(i), code);
        }
        contest = offerAs(organizer_, t);
        acceptAll(contest);
        Sealed[] memory all = new Sealed[](8);
        for (uint256 i; i < 8; ++i) {
            all[i] = submit(contest, participant(i), 0, Specs.plain(i));
        }
        goTo(contest, Phase.Reveal);
        for (uint256 i; i < 8; ++i) {
            reveal(all[i]);
        }
        goTo(contest, Phase.Score);
        uint24[] memory scores = new uint24[](8);
        for (uint256 i; i < 8; ++i) {
            scores[i] = uint24(600_000 + 30_000 * i);
        }
        if (lied) scores[0] = 1_000_000;
        record(contest, scores);
        goTo(contest, Phase.Challenge);
        challenge(contest, challenger);
        goTo(contest, Phase.PanelSeal);
        scores[0] = 600_000;
        answer(contest, repeat(scores, 7));
        resolve(contest);
    }

    function ascendingWallets() private returns (address[] memory list) {
        list = members(7);
        bytes memory code = address(new Wallet()).code;
        for (uint256 i; i < 7; ++i) {
            vm.etch(list[i], code);
        }
    }

    function burn(address wallet) private {
        Wallet(payable(wallet)).behave(Wallet.Mood.BurnGas);
    }

    /// @dev Nobody was paid, everybody is owed.
    function assertCredits(Terms memory t, bool lied) private view {
        uint256 owed;
        for (uint256 i; i < 8; ++i) {
            owed += bounty.credits(t.asset, participant(i));
        }
        assertEq(owed, t.reward, "prizes");
        for (uint256 i; i < 7; ++i) {
            uint256 due_ = t.panel.memberBond + t.panel.fee;
            assertEq(bounty.credits(t.asset, t.panel.members[i]), due_, "a member");
        }
        uint256 rest = (lied ? t.evaluatorBond : t.panel.challengeBond) / 2 - 7 * t.panel.fee;
        uint256 earned = t.evaluatorFee + 8 * t.entryFee;
        assertEq(bounty.credits(t.asset, challenger), lied ? t.panel.challengeBond + rest : 0, "the challenger");
        assertEq(bounty.credits(t.asset, t.evaluator), lied ? 0 : t.evaluatorBond + earned + rest, "the evaluator");
        uint256 burned = t.asset == NATIVE ? (lied ? t.evaluatorBond : t.panel.challengeBond) / 2 : 0;
        assertEq(held(t.asset), staked(t) + 8 * t.entryFee + t.panel.challengeBond - burned, "held");
    }
}
