// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

/// @notice The branches of the trees that hold other branches, one modifier each: what the tests below a branch share.
/// @dev They do nothing. Each test makes a contest of its own, with all that the fuzzer may vary; its modifiers say under
/// which branches it stands, and a test in Python holds them to the tree.
abstract contract Modifiers {
    // --------------------------------------------------------------------------------------------------- several calls

    modifier givenTheOfferPhase() {
        _;
    }

    modifier givenTheScorePhase() {
        _;
    }

    modifier givenTheSettlePhase() {
        _;
    }

    modifier givenTheSubmitPhase() {
        _;
    }

    modifier whenTheSeatIsTheSenders() {
        _;
    }

    modifier whenTheSenderIsTheEvaluator() {
        _;
    }

    modifier whenTheSenderIsTheOrganizer() {
        _;
    }

    // ---------------------------------------------------------------------------------------------------------- accept

    modifier givenTheEvaluatorHasNotAccepted() {
        _;
    }

    modifier whenTheThroughputWillDo() {
        _;
    }

    // ---------------------------------------------------------------------------------------------------------- cancel

    modifier givenTheContestIsOpen() {
        _;
    }

    // ------------------------------------------------------------------------------------------------------- challenge

    modifier givenTheChallengePhase() {
        _;
    }

    modifier givenTheContestHasAPanel() {
        _;
    }

    modifier givenNobodyHasChallenged() {
        _;
    }

    modifier whenTheSenderDoesNotSitOnThePanel() {
        _;
    }

    // ----------------------------------------------------------------------------------------------------------- claim

    modifier givenThereIsAPot() {
        _;
    }

    modifier whenEveryIndexHasASpec() {
        _;
    }

    // ---------------------------------------------------------------------------------------------------------- extend

    modifier whenItExtendsBySomething() {
        _;
    }

    // ------------------------------------------------------------------------------------------------------------ open

    modifier whenPrizePartiesAndCapsAreInOrder() {
        _;
    }

    modifier whenTheDeadlinesAreInOrder() {
        _;
    }

    modifier whenTheLimitsAllowAModel() {
        _;
    }

    modifier whenTheSharesMakeAWhole() {
        _;
    }

    modifier whenTheAssetIsTheCoinOrHasCode() {
        _;
    }

    modifier whenThePartsFollowEachOther() {
        _;
    }

    modifier whenThereAreMembers() {
        _;
    }

    modifier whenTheNumberOfMembersIsOddAndNotTooHigh() {
        _;
    }

    modifier whenWindowsToleranceAndBondsAreInOrder() {
        _;
    }

    modifier whenTheMembersAreOthersInAscendingOrder() {
        _;
    }

    // ------------------------------------------------------------------------------------------------------ openScores

    modifier givenThePanelsOpeningPhase() {
        _;
    }

    modifier givenASealThatWasNotOpened() {
        _;
    }

    modifier whenReportAndScoresHaveTheirForm() {
        _;
    }

    modifier whenTheyAreWhatWasSealed() {
        _;
    }

    // ----------------------------------------------------------------------------------------------- publishHoldoutKey

    modifier whenTheSenderIsOrganizerOrEvaluator() {
        _;
    }

    modifier givenTheContestHasAKey() {
        _;
    }

    modifier givenTheKeyIsAwaited() {
        _;
    }

    // --------------------------------------------------------------------------------------------------------- reclaim

    modifier givenTheContestEndedWithoutAWinner() {
        _;
    }

    // ---------------------------------------------------------------------------------------------------- recordScores

    modifier givenNoKeyIsAwaited() {
        _;
    }

    modifier whenThereIsAReport() {
        _;
    }

    modifier givenSpecsWereRevealed() {
        _;
    }

    modifier whenThereIsAScoreForEachSpec() {
        _;
    }

    // --------------------------------------------------------------------------------------------------------- resolve

    modifier givenTheScoresWereChallenged() {
        _;
    }

    modifier givenAPanelThatAnswered() {
        _;
    }

    // ---------------------------------------------------------------------------------------------------------- reveal

    modifier givenTheRevealPhase() {
        _;
    }

    modifier givenTheSlotIsSealed() {
        _;
    }

    modifier whenAllIsWhatWasSealed() {
        _;
    }

    // ------------------------------------------------------------------------------------------------------ sealScores

    modifier givenThePanelsSealingPhase() {
        _;
    }

    modifier whenThereIsASeal() {
        _;
    }

    // ---------------------------------------------------------------------------------------------------------- settle

    modifier whenThereIsGasForEveryPayment() {
        _;
    }

    modifier givenADisputeThatIsOver() {
        _;
    }

    // --------------------------------------------------------------------------------------------------------- sponsor

    modifier whenThereIsAnAmount() {
        _;
    }

    modifier givenHalfOfTheSlotsAreTakenOrFewer() {
        _;
    }

    // ---------------------------------------------------------------------------------------------------------- submit

    modifier whenTheEntryIsASlotOfTheAddress() {
        _;
    }

    modifier givenAnEmptySlot() {
        _;
    }

    modifier givenTheContestHasRoom() {
        _;
    }

    modifier givenAnOccupiedSlot() {
        _;
    }

    // -------------------------------------------------------------------------------------------------------- withdraw

    modifier whenTheRecipientCanHoldIt() {
        _;
    }

    modifier givenACredit() {
        _;
    }
}
