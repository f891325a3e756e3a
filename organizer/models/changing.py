"""Adding a class to a model once."""

from __future__ import annotations

from collections.abc import Sequence
from hashlib import sha256
from typing import TYPE_CHECKING

from hyperbounty.errors import InvalidInput
from hyperbounty.models.types import SharedModel, Stage
from hyperbounty.next_steps import Action, NextStep
from organizer.models.openings import require_creator

if TYPE_CHECKING:
    from eth_account.signers.local import LocalAccount

    from hyperbounty.chain.connection import Receipt
    from hyperbounty.models.contract import ModelsContract


def add_class_once(
    contract: ModelsContract, creator: LocalAccount, model: SharedModel, name: str, names: Sequence[str]
) -> tuple[int, Receipt]:
    """Add the class `name`; where that was sent before, its receipt.

    Args:
        names: of the classes that the model has.

    Returns:
        The number of the class, and the receipt.

    Raises:
        InvalidInput: the model is another's, takes no samples, has no room, or has a class of this name.
    """
    require_creator(model, creator.address)
    step = f"add-class/{model.number}/{sha256(name.encode()).hexdigest()}"
    receipt = contract.resume(creator, step)
    if receipt is None:
        if name in names:
            raise InvalidInput(f"model {model.number} has a class {name} already", "choose another name")
        if model.stage is not Stage.LIVE:
            raise InvalidInput(
                f"model {model.number} is {model.stage.label}, and only a live one gets classes",
                NextStep("see what it is: {}", Action("model.show", (model.number,))),
            )
        if model.shape.classes == model.shape.capacity:
            raise InvalidInput(
                f"all {model.shape.capacity} classes that model {model.number} has room for are there",
                NextStep("open a model with room for more: {}", Action("model.open", ("FILE",))),
            )
        receipt = contract.add_class(creator, model.number, name, key=step)
    return contract.class_added(receipt), receipt
