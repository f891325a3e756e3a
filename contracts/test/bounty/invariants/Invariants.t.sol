// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {ContestView, DisputeView, Outcome, Phase, Verdict} from "../../../src/bounty/IHyperparameterBounty.sol";
import {BountyBase} from "../foundry/BountyBase.sol";
import {OddToken, PlainToken} from "../../shared/mocks/Tokens.sol";
import {Wallet} from "../../shared/mocks/Wallet.sol";
import {AnyoneHandler} from "./handlers/AnyoneHandler.sol";
import {EvaluatorHandler} from "./handlers/EvaluatorHandler.sol";
import {OrganizerHandler} from "./handlers/OrganizerHandler.sol";
import {PanelHandler} from "./handlers/PanelHandler.sol";
import {ParticipantHandler} from "./handlers/ParticipantHandler.sol";
import {Store} from "./Store.sol";

/// @notice What holds after any calls by anybody, over several contests in the coin, a plain token and an odd one.
contract InvariantsTest is BountyBase {
    struct FuzzSelector {
        address addr;
        bytes4[] selectors;
    }

    Store private _store;
    address[] private _assets;
    address[] private _actors;
    FuzzSelector[] private _targets;

    function setUp() external {
        vm.warp(GENESIS);
        bounty = deployBounty();
        OddToken odd = new OddToken();
        odd.behave(OddToken.Mood.ReturnTrue);
        address[] memory assets = new address[](3);
        (assets[1], assets[2]) = (address(new PlainToken()), address(odd));
        address[] memory actors = new address[](9);
        (actors[0], actors[1]) = (person("alice"), person("bob"));
        vm.deal(actors[0], 0);
        vm.deal(actors[1], 0);
        vm.deal(BURN, 0);
        for (uint256 i = 2; i < actors.length; ++i) {
            actors[i] = address(new Wallet());
        }
        _sort(actors);
        _store = new Store(bounty, actors, assets);
        (_assets, _actors) = (assets, actors);
        _aim();
    }

    function targetContracts() external view returns (address[] memory targets) {
        targets = new address[](_targets.length);
        for (uint256 i; i < targets.length; ++i) {
            targets[i] = _targets[i].addr;
        }
    }

    function targetSelectors() external view returns (FuzzSelector[] memory) {
        return _targets;
    }

    // -------------------------------------------------------------------------------------------------------- invariants

    function invariant_EveryUnitIsWhereItShouldBe() external view {
        assertHoldingsAreWhatIsOwed();
        assertEverybodyHasTheirShare();
        assertEveryContestPaysFromItsOwn();
        vm.assertFalse(_store.wentBack(), "a phase went back");
    }

    /// @dev Of every asset, the contract has what it owes, and what was forced on it, to the unit.
    function assertHoldingsAreWhatIsOwed() private view {
        uint256[] memory owed = new uint256[](_assets.length);
        uint256 count = _store.count();
        for (uint256 contest = 1; contest <= count; ++contest) {
            Outcome outcome = bounty.outcomeOf(contest);
            ContestView memory v = bounty.contestOf(contest);
            owed[
                _indexOf(v.asset)
            ] += outcome != Outcome.Pending
                ? _store.escrow(contest)
                : uint256(v.reward) + v.bond + v.evaluatorFee + v.sponsored + uint256(v.entryFee) * v.standing
                + _staked(contest, v);
        }
        for (uint256 k; k < _assets.length; ++k) {
            owed[k] += _store.forced(_assets[k]);
            for (uint256 i; i < _actors.length; ++i) {
                owed[k] += bounty.credits(_assets[k], _actors[i]);
            }
            owed[k] += bounty.credits(_assets[k], BURN);
            assertEq(_balance(_assets[k], address(bounty)), owed[k], "holdings");
        }
    }

    /// @dev Nobody gets more, or less, than the outcome table gives; nor is more burned, or less.
    function assertEverybodyHasTheirShare() private view {
        for (uint256 k; k < _assets.length; ++k) {
            for (uint256 i; i <= _actors.length; ++i) {
                address who = i == _actors.length ? BURN : _actors[i];
                uint256 has = _balance(_assets[k], who) + bounty.credits(_assets[k], who);
                assertEq(has, _store.due(who, _assets[k]), "account and credit");
            }
        }
    }

    /// @dev What a contest pays, it took: none is paid from another's money. One that ended owes credits and unclaimed
    /// shares only.
    function assertEveryContestPaysFromItsOwn() private view {
        uint256 count = _store.count();
        for (uint256 contest = 1; contest <= count; ++contest) {
            (uint256 taken, uint256 given) = _store.flowOf(contest);
            assertEq(taken - given, _store.escrow(contest), "what a contest still holds");
        }
    }

    /// @dev From any state anybody can end everything, whatever the payees do, and nothing stays behind. Of the disputes that
    /// somebody would have to resolve, every other one ends without.
    function afterInvariant() external {
        uint256 last = block.timestamp;
        for (uint256 contest = 1; contest <= _store.count(); ++contest) {
            Phase phase = bounty.phaseOf(contest);
            ContestView memory v = bounty.contestOf(contest);
            DisputeView memory d = bounty.disputeOf(contest);
            uint256 ends = phase <= Phase.Lapsed
                ? v.acceptEnds
                : uint256(v.submitEnds) + v.revealSeconds + v.scoreSeconds + v.challengeSeconds + d.panel.sealSeconds
                    + d.panel.openSeconds;
            if (ends > last) last = ends;
        }
        vm.warp(last);
        for (uint256 contest = 1; contest <= _store.count(); ++contest) {
            if (bounty.outcomeOf(contest) != Outcome.Pending || !_store.mustResolve(contest)) continue;
            if (contest % 2 == 1) continue;
            bounty.resolve(contest);
            _store.resolved(contest);
        }
        vm.warp(last + 30 days);
        for (uint256 contest = 1; contest <= _store.count(); ++contest) {
            if (bounty.outcomeOf(contest) != Outcome.Pending) continue;
            bounty.settle(contest);
            _store.settled(contest);
            assertTrue(bounty.phaseOf(contest) >= Phase.Settled, "ended");
        }
        assertEverybodyHasTheirShare();
        _claimAll();
        _reclaimAll();
        _withdrawAll();
        for (uint256 k; k < _assets.length; ++k) {
            address asset = _assets[k];
            assertEq(_balance(asset, address(bounty)), _store.forced(asset), "what stays behind");
        }
    }

    // ---------------------------------------------------------------------------------------------------------- coverage

    /// @dev The handlers, called at random as the fuzzer does, reach every way in which a contest can end.
    function test_HandlersReachEveryOutcome() external {
        uint256 calls;
        uint256 random = 1;
        while (calls < 15_000) {
            random = uint256(keccak256(abi.encode(random)));
            (address target, bytes4 selector) = _pick(random / 7);
            (bool ok, bytes memory answer) = target.call(
                abi.encodePacked(
                    selector, random >> 8, random >> 16, uint256(uint64(random >> 24)), random % 1000, random % 10
                )
            );
            if (!ok) {
                assembly ("memory-safe") {
                    revert(add(answer, 0x20), mload(answer))
                }
            }
            ++calls;
            if (calls % 750 == 0) _restart();
        }
        vm.assertGe(_endings[Outcome.Won], 3, "contests won");
        vm.assertGe(_endings[Outcome.Refunded], 3, "contests refunded");
        vm.assertGe(_endings[Outcome.Void], 3, "contests void");
        vm.assertGe(_endings[Outcome.Cancelled], 3, "contests cancelled");
        vm.assertGe(_verdicts[Verdict.Upheld], 3, "evaluators upheld");
        vm.assertGe(_verdicts[Verdict.Overturned], 3, "evaluators overturned");
        vm.assertGe(_verdicts[Verdict.Undecided], 1, "panels at odds");
        vm.assertGe(_verdicts[Verdict.None], 3, "challenges that were not answered, or not resolved");
        vm.assertGe(_lapsed, 3, "offers that lapsed");
        vm.assertGe(_unscorable, 3, "contests that could not be scored");
        vm.assertGe(_silences, 3, "silent evaluators whose winner was paid");
        vm.assertGe(_reclaims, 3, "sponsors that got their money back");
        vm.assertGe(_surcharges, 3, "surcharges");
    }

    mapping(Outcome => uint256) private _endings;
    mapping(Verdict => uint256) private _verdicts;
    uint256 private _lapsed;
    uint256 private _unscorable;
    uint256 private _silences;
    uint256 private _reclaims;
    uint256 private _surcharges;

    // ----------------------------------------------------------------------------------------------------------- helpers

    /// @dev Any selector as likely as any other.
    function _pick(uint256 random) private view returns (address, bytes4) {
        uint256 all;
        for (uint256 i; i < _targets.length; ++i) {
            all += _targets[i].selectors.length;
        }
        random %= all;
        uint256 target;
        while (random >= _targets[target].selectors.length) random -= _targets[target++].selectors.length;
        return (_targets[target].addr, _targets[target].selectors[random]);
    }

    function _restart() private {
        this.afterInvariant();
        for (uint256 i = 1; i <= uint256(type(Outcome).max); ++i) {
            _endings[Outcome(i)] += _store.endings(Outcome(i));
        }
        for (uint256 i; i <= uint256(type(Verdict).max); ++i) {
            _verdicts[Verdict(i)] += _store.verdicts(Verdict(i));
        }
        _lapsed += _store.lapsed();
        _unscorable += _store.unscorable();
        _silences += _store.silences();
        _reclaims += _store.reclaims();
        _surcharges += _store.surcharges();
        delete _targets;
        this.setUp();
    }

    function _aim() private {
        OrganizerHandler organizers = new OrganizerHandler(_store);
        ParticipantHandler participants = new ParticipantHandler(_store);
        EvaluatorHandler evaluators = new EvaluatorHandler(_store);
        PanelHandler panels = new PanelHandler(_store);
        AnyoneHandler anyone = new AnyoneHandler(_store);

        bytes4[] memory selectors = new bytes4[](5);
        selectors[0] = organizers.open.selector;
        selectors[1] = organizers.extend.selector;
        selectors[2] = organizers.cancel.selector;
        selectors[3] = organizers.publishHoldoutKey.selector;
        selectors[4] = organizers.sponsor.selector;
        _targets.push(FuzzSelector(address(organizers), selectors));

        selectors = new bytes4[](3);
        selectors[0] = participants.submit.selector;
        selectors[1] = participants.withdrawSubmission.selector;
        selectors[2] = participants.reveal.selector;
        _targets.push(FuzzSelector(address(participants), selectors));

        selectors = new bytes4[](2);
        selectors[0] = evaluators.recordScores.selector;
        selectors[1] = evaluators.accept.selector;
        _targets.push(FuzzSelector(address(evaluators), selectors));

        selectors = new bytes4[](5);
        selectors[0] = panels.challenge.selector;
        selectors[1] = panels.sealScores.selector;
        selectors[2] = panels.openScores.selector;
        selectors[3] = panels.resolve.selector;
        selectors[4] = panels.acceptSeats.selector;
        _targets.push(FuzzSelector(address(panels), selectors));

        selectors = new bytes4[](10);
        selectors[0] = anyone.wait.selector;
        selectors[1] = anyone.waitForDeadline.selector;
        selectors[2] = anyone.settle.selector;
        selectors[3] = anyone.claim.selector;
        selectors[4] = anyone.withdraw.selector;
        selectors[5] = anyone.misbehave.selector;
        selectors[6] = anyone.misbehaveToken.selector;
        selectors[7] = anyone.force.selector;
        selectors[8] = anyone.trespass.selector;
        selectors[9] = anyone.reclaim.selector;
        _targets.push(FuzzSelector(address(anyone), selectors));
    }

    function _claimAll() private {
        for (uint256 contest = 1; contest <= _store.count(); ++contest) {
            ContestView memory v = bounty.contestOf(contest);
            uint256[] memory one = new uint256[](1);
            for (one[0] = 0; one[0] < v.revealed && v.pot != 0; ++one[0]) {
                // Some were claimed before.
                (bool ok,) = address(bounty).call(abi.encodeCall(bounty.claim, (contest, one)));
                ok;
            }
        }
    }

    function _reclaimAll() private {
        for (uint256 contest = 1; contest <= _store.count(); ++contest) {
            if (bounty.outcomeOf(contest) == Outcome.Won) continue;
            for (uint256 i; i < _actors.length; ++i) {
                if (bounty.sponsorshipOf(contest, _actors[i]) != 0) bounty.reclaim(contest, _actors[i]);
            }
        }
    }

    function _withdrawAll() private {
        OddToken(_assets[2]).behave(OddToken.Mood.ReturnTrue);
        for (uint256 i; i <= _actors.length; ++i) {
            address who = i == _actors.length ? BURN : _actors[i];
            for (uint256 k; k < _assets.length; ++k) {
                address asset = _assets[k];
                if (bounty.credits(asset, who) == 0) continue;
                vm.prank(who);
                bounty.withdraw(asset, address(0xd0d0));
            }
        }
    }

    /// @dev What evaluator, members and challenger put in.
    function _staked(uint256 contest, ContestView memory v) private view returns (uint256 sum) {
        if (v.throughput != 0) sum += v.evaluatorBond;
        DisputeView memory d = bounty.disputeOf(contest);
        for (uint256 i; i < d.accepted.length; ++i) {
            if (d.accepted[i]) sum += d.panel.memberBond;
        }
        if (d.challenger != address(0)) sum += d.panel.challengeBond;
    }

    /// @dev In ascending order, as the members of a panel must be.
    function _sort(address[] memory list) private pure {
        for (uint256 i = 1; i < list.length; ++i) {
            for (uint256 j = i; j != 0 && list[j - 1] > list[j]; --j) {
                (list[j - 1], list[j]) = (list[j], list[j - 1]);
            }
        }
    }

    function _indexOf(address asset) private view returns (uint256 k) {
        while (_assets[k] != asset) ++k;
    }

    function _balance(address asset, address who) private view returns (uint256) {
        return asset == NATIVE ? who.balance : PlainToken(asset).balanceOf(who);
    }
}
