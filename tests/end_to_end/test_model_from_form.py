"""The file that the page of a model gives opens that model, by the command as people type it."""

from __future__ import annotations

from pathlib import Path
from typing import Final

import pytest

from hyperbounty.accounts import devnet_account
from hyperbounty.chain.connection import Chain
from hyperbounty.chain.deployments import Deployments
from hyperbounty.models.contract import ModelsContract
from hyperbounty.web.models.drafts import model_draft
from tests.end_to_end.model_shell import ModelShell
from tests.end_to_end.shell import Shell

pytestmark = pytest.mark.heavy
CREATOR: Final = "devnet-0"
FORMS: Final = (
    {"name": "Empty", "weight": "1 gwei", "classes": "no, yes", "features": "40", "capacity": "4", "any_wait": "20d"},
    {"name": 'Points, "quoted"', "weight": "0", "data": "tic-tac-toe", "min_interval": "1h", "kind": "sparse-centroid"},
)


@pytest.mark.parametrize("form", FORMS, ids=lambda form: form["name"])
def test_the_file_of_a_form_opens_what_the_form_said(shell: Shell, form: dict[str, str], tmp_path: Path) -> None:
    draft = model_draft(form)
    file = tmp_path / "model.toml"
    file.write_text(draft.file(), encoding="utf-8")
    with Chain.connect(shell.rpc) as chain:
        deployed, receipt = ModelsContract.deploy(chain, devnet_account(CREATOR, chain))
        Deployments(shell.home).record(chain, ModelsContract.NAME, deployed.address, receipt)
        opened = ModelShell(shell.home, shell.rpc, shell.capsys)("model", "open", file, "--yes", account=CREATOR)
        assert (opened["stage"], opened["model_kind"]) == ("live", draft.values["kind"])
        model = ModelsContract(chain, deployed.address).model(opened["model"])
        assert model.terms == draft.terms
        if draft.cost is not None:
            assert len(opened["transactions"]) == draft.cost.transactions
            assert model.shape == draft.shape
