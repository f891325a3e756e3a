"""The life of a shared model, by the commands of its creator; a contributor adds and claims through the client."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from eth_account.signers.local import LocalAccount

from hyperbounty.accounts import devnet_account
from hyperbounty.chain.artifacts import Artifact
from hyperbounty.chain.connection import Chain
from hyperbounty.chain.deployments import Deployments
from hyperbounty.models.contract import ModelsContract, parts
from hyperbounty.models.encoders import Vocabulary
from hyperbounty.models.exported import read_exported
from hyperbounty.models.manifest import fetch_manifest
from hyperbounty.models.rules import DAY
from hyperbounty.models.types import Stage
from hyperbounty.store import open_store
from organizer.models.templates import TEMPLATES
from tests.end_to_end.model_shell import ModelShell
from tests.end_to_end.shell import Shell, units

pytestmark = pytest.mark.heavy
CREATOR, ADA = "devnet-0", "devnet-1"
TEXTS = """label,text
ham,the meeting is on monday
spam,free money now
ham,report of the meeting
spam,win free money
ham,monday report
spam,money for nothing
"""


class Models(ModelShell):
    """Commands that are the creator's where no account is named."""

    def said(self, *arguments: object, account: str | None = CREATOR, code: int = 0) -> str:
        """See `ModelShell`."""
        return super().said(*arguments, account=account, code=code)


@pytest.fixture
def models(shell: Shell) -> Models:
    with Chain.connect(shell.rpc) as chain:
        deployed, receipt = ModelsContract.deploy(chain, devnet_account(CREATOR, chain))
        Deployments(shell.home).record(chain, ModelsContract.NAME, deployed.address, receipt)
    return Models(shell.home, shell.rpc, shell.capsys)


@pytest.fixture
def contract(models: Models) -> Iterator[ModelsContract]:
    with Chain.connect(models.rpc) as chain:
        address = Deployments(models.home).locate(chain, ModelsContract.NAME, ModelsContract.shared_address())
        yield ModelsContract(chain, address)


@pytest.fixture
def ada(contract: ModelsContract) -> LocalAccount:
    return devnet_account(ADA, contract.chain)


def written(models: Models, folder: Path, template: str = "examples", **changes: str) -> Path:
    """The file of a template, with a table of texts beside it, and with some lines changed."""
    file = folder / f"{template}.toml"
    assert models("model", "init", file, "--template", template)["model_template"] == template
    (folder / "examples.csv").write_text(TEXTS)
    lines = file.read_text().splitlines()
    for key, value in changes.items():
        [place] = [place for place, line in enumerate(lines) if line.removeprefix("# ").startswith(f"{key} = ")]
        lines[place] = f"{key} = {value}"
    file.write_text("\n".join(lines))
    return file


def test_the_whole_life_of_a_model(models: Models, contract: ModelsContract, ada: LocalAccount, tmp_path: Path) -> None:
    file = written(models, tmp_path, capacity="4", pretrain="4", test="2")
    opened = models("model", "open", file, "--draft", "--yes", account=CREATOR)
    assert (opened["model"], opened["stage"], opened["manifest_cid"], opened["opened_before"]) == (
        1,
        "draft",
        None,
        False,
    )
    assert (opened["model_kind"], opened["class_names"]) == ("naive-bayes", ["ham", "spam"])
    assert models("model", "upload", 1, account=CREATOR)["transactions"] == opened["transactions"][1:]
    published = models("model", "publish", 1, "--yes", account=CREATOR)
    assert published["stage"] == "live"
    model = contract.model(1)
    manifest = fetch_manifest(open_store(None, models.home / "store"), model.manifest)
    assert manifest.classes == ("ham", "spam")
    assert isinstance(manifest.encoder, Vocabulary)
    assert manifest.baseline is not None
    assert manifest.baseline.accuracy_ppm == opened["baseline_ppm"]

    # Repeated, each says what it did, and sends nothing.
    count = contract.chain.w3.eth.get_transaction_count(devnet_account(CREATOR, contract.chain).address)
    again = models("model", "open", file, "--yes", account=CREATOR)
    assert (again["model"], again["opened_before"], again["stage"]) == (1, True, "live")
    assert models("model", "publish", 1, account=CREATOR)["transactions"] == []
    added = models("model", "add-class", 1, "maybe", "--yes", account=CREATOR)
    assert (added["label"], added["class_name"]) == (2, "maybe")
    assert models("model", "add-class", 1, "maybe", account=CREATOR)["transactions"] == added["transactions"]
    assert (
        "has a class spam already" in models("model", "add-class", 1, "spam", "--yes", account=CREATOR, code=4)["error"]
    )
    sent = contract.chain.w3.eth.get_transaction_count(devnet_account(CREATOR, contract.chain).address)
    assert sent == count + 1

    model = contract.model(1)
    words = manifest.encoder.words
    samples = [(1, [words.index("free")]), (0, [words.index("money")]), (2, [words.index("monday")])]
    staked = contract.price(model, len(samples))
    contract.add(ada, model, samples, stake=staked + 7)
    verified = models("model", "verify", 1)
    assert (verified["verified"], verified["replayed_samples"], verified["model_differences"]) == (True, 3, [])
    assert models("model", "claim", 1, account=CREATOR)["samples"] == 0

    exported = tmp_path / "exported.json"
    assert models("model", "export", 1, "--out", exported)["file"] == str(exported)
    copy = read_exported(exported).model()
    asked = [[place] for place in range(len(words))]
    assert [copy.predict(sample) for sample in asked] == contract.predict(model, asked)
    assert read_exported(exported).class_names == ("ham", "spam", "maybe")

    assert models("model", "close", 1, "--yes", account=CREATOR)["stage"] == "closed"
    assert models("model", "close", 1, "--yes", account=CREATOR)["transactions"] == []
    contract.chain.advance_to(contract.chain.timestamp() + DAY)
    [entry] = [entry for entry in contract.history(contract.model(1)).entries() if entry.label == 1]
    contract.refund(ada, contract.model(1), [entry])
    contract.chain.advance_to(contract.chain.timestamp() + 9 * DAY)
    claimed = models("model", "claim", 1, account=CREATOR)
    assert (claimed["samples"], claimed["next_claim_at"]) == (2, None)
    assert units(claimed["brought"]) == staked + 7 - entry.deposit
    assert models("model", "claim", 1, account=CREATOR)["transactions"] == []
    verified = models("model", "verify", 1)
    assert (verified["verified"], verified["replayed_payments"]) == (True, 3)
    assert contract.chain.balance(contract.address) == 0


@pytest.mark.parametrize("template", [name for name in TEMPLATES if name != "estimator"])
def test_each_template_opens(models: Models, contract: ModelsContract, tmp_path: Path, template: str) -> None:
    file = written(models, tmp_path, template)
    opened = models("model", "open", file, "--yes", account=CREATOR)
    assert opened["stage"] == "live"
    model = contract.model(1)
    assert model.stage is Stage.LIVE
    assert model.terms.in_points is (template == "points")
    assert models("model", "verify", 1)["verified"]


def test_what_was_exported_opens_another_model_that_begins_with_the_same(
    models: Models, contract: ModelsContract, tmp_path: Path
) -> None:
    models("model", "open", written(models, tmp_path), "--yes", account=CREATOR)
    exported = tmp_path / "exported.json"
    models("model", "export", 1, "--out", exported)
    options = ("--name", "A copy", "--weight", "0", "--state", exported)
    assert models("model", "open", *options, "--yes", account=CREATOR)["model"] == 2
    assert contract.state(contract.model(2)) == contract.state(contract.model(1))
    store = open_store(None, models.home / "store")
    one, other = (fetch_manifest(store, contract.model(number).manifest) for number in (1, 2))
    assert (other.encoder, other.classes, other.name) == (one.encoder, one.classes, "A copy")
    refused = models("model", "export", 1, "--out", exported, code=4)
    assert "nothing is overwritten" in refused["error"]


def test_before_anything_is_sent_it_is_said_and_asked(models: Models, contract: ModelsContract, tmp_path: Path) -> None:
    file = written(models, tmp_path, owner_wait='"1d"', any_wait='"1d"', about='"Tells \\"spam\\"."')
    said = models.said("model", "open", file, code=4)
    for part in ("You open: My model", "naive-bayes", "vocabulary", "0.1 ETH for a sample right after another"):
        assert part in said
    assert "CAUTION the creator may take a stake from the very second on" in said
    assert "nothing was sent" in said
    assert contract.count() == 0
    # Nothing is left behind, and nothing of it stands in the way.
    assert "model 1" in models("model", "publish", 1, account=CREATOR, code=4)["error"]
    assert "is live" in models.said("model", "open", file, "--yes")


def test_who_is_not_the_creator_is_told_so(models: Models, contract: ModelsContract, tmp_path: Path) -> None:
    models("model", "open", written(models, tmp_path), "--draft", "--yes", account=CREATOR)
    for arguments in (("upload", 1), ("publish", 1), ("close", 1), ("add-class", 1, "more")):
        refused = models("model", *arguments, account=ADA, code=4)
        assert "'s, not " in refused["error"], arguments
        assert "--account" in refused["next_step"]
    # The creator itself, from another home.
    elsewhere = Models(tmp_path / "elsewhere", models.rpc, models.capsys)
    Deployments(elsewhere.home).record(contract.chain, ModelsContract.NAME, contract.address, None)
    refused = elsewhere("model", "upload", 1, account=CREATOR, code=4)
    assert "opened from another home" in refused["error"]


def test_a_draft_that_was_begun_goes_on_whatever_became_of_its_files(
    models: Models, contract: ModelsContract, tmp_path: Path
) -> None:
    file = written(models, tmp_path)
    models("model", "open", file, "--draft", "--yes", account=CREATOR)
    (tmp_path / "examples.csv").unlink()
    file.unlink()
    assert models("model", "publish", 1, "--yes", account=CREATOR)["stage"] == "live"
    assert models("model", "verify", 1)["verified"]


def test_a_model_without_its_manifest_is_not_verified_and_not_wrong(
    models: Models, contract: ModelsContract, tmp_path: Path
) -> None:
    models("model", "open", written(models, tmp_path), "--yes", account=CREATOR)
    (models.home / "store").rename(tmp_path / "gone")
    verified = models("model", "verify", 1, code=3)
    assert (verified["verified"], verified["model_differences"]) == (False, [])
    assert verified["manifest_fault"]
    assert "MISSING" in models.said("model", "verify", 1, code=3, account=None)
    exported = models("model", "export", 1, "--out", tmp_path / "bare.json")
    assert exported["manifest_fault"]
    assert read_exported(tmp_path / "bare.json").class_names == ("", "")


def test_a_manifest_of_another_model_differs(models: Models, contract: ModelsContract, tmp_path: Path) -> None:
    from hyperbounty.models.manifest import pin_manifest
    from tests.models.models_on_chain import manifest_of_words, open_model

    store = open_store(None, models.home / "store")
    wrong = manifest_of_words(classes=("a", "b"), encoder={"kind": "vocabulary", "words": ("only", "three", "words")})
    open_model(contract, digest=pin_manifest(store, wrong).digest)
    verified = models("model", "verify", 1, code=1)
    [difference] = verified["model_differences"]
    assert difference["what"] == "manifest"
    assert "DIFFERS manifest" in models.said("model", "verify", 1, code=1, account=None)


def test_a_name_that_somebody_put_on_the_chain_is_drawn_and_does_nothing_else(
    models: Models, contract: ModelsContract, tmp_path: Path
) -> None:
    models("model", "open", written(models, tmp_path, capacity="8"), "--yes", account=CREATOR)
    creator = devnet_account(CREATOR, contract.chain)
    for hostile in ("\x1b[2J\u202eneman", "x" * 5_000, ""):
        contract.add_class(creator, 1, hostile)
    said = models.said("model", "add-class", 1, "more")
    said += models.said("model", "verify", 1, account=None)
    said += models.said("model", "export", 1, "--out", tmp_path / "exported.json", account=None)
    assert not {"\x1b", "\u202e"} & set(said)
    assert "x" * 100 not in said
    names = read_exported(tmp_path / "exported.json").class_names
    assert (names[:2], names[4:]) == (("ham", "spam"), ("", "more"))


def test_stakes_can_be_in_a_token(models: Models, contract: ModelsContract, tmp_path: Path) -> None:
    chain = contract.chain
    found = json.loads((Path(__file__).parents[2] / "contracts/artifacts/test/ClearFirstToken.json").read_text())
    artifact = Artifact("token", tuple(found["abi"]), bytes.fromhex(found["bytecode"].removeprefix("0x")), b"")
    token, _ = chain.deploy(artifact, devnet_account(CREATOR, chain))
    file = written(models, tmp_path, weight='"250.5"', asset=f'"{token}"')
    said = models.said("model", "open", file, "--yes")
    assert token in said
    model = contract.model(1)
    assert (model.asset.address, model.terms.weight) == (token, 250_500_000)
    assert models("model", "open", file, "--yes", account=CREATOR)["opened_before"]
    nothing = "0x" + "77" * 20
    refused = models("model", "open", file, "--asset", nothing, "--yes", account=CREATOR, code=4)
    assert "token" in refused["error"]


@pytest.mark.sklearn
def test_a_model_of_scikit_learn_is_opened_and_taken_back(
    models: Models, contract: ModelsContract, tmp_path: Path
) -> None:
    pytest.importorskip("sklearn", reason="scikit-learn is not installed: pip install hyperbounty[sklearn]")
    import joblib
    import numpy as np
    from sklearn.linear_model import Perceptron

    from hyperbounty.models.datasets import breast_cancer

    data = breast_cancer()
    joblib.dump(Perceptron(random_state=0).fit(np.asarray(data.raws), data.labels), tmp_path / "model.joblib")
    named = ("--name", "Tumours", "--estimator", tmp_path / "model.joblib", "--data", "breast-cancer")
    options = (*named, "--weight", "1 ether")
    # Such a file is a program.
    refused = models("model", "open", *options, "--yes", account=CREATOR, code=4)
    assert "--trust-estimator" in refused["next_step"]
    assert contract.count() == 0
    said = models.said("model", "open", *options, "--trust-estimator", "--yes")
    assert "from scikit-learn: right before rounding" in said
    model = contract.model(1)
    manifest = fetch_manifest(open_store(None, models.home / "store"), model.manifest)
    assert manifest.classes == ("malignant", "benign")
    encode = manifest.encode(model.shape, open_store(None, models.home / "store"))
    samples = [encode(raw) for raw in data.raws[:40]]

    back = tmp_path / "back.joblib"
    models("model", "export", 1, "--out", tmp_path / "back.json", "--estimator", back)
    estimator = joblib.load(back)
    said_there = [manifest.classes.index(name) for name in estimator.predict(np.asarray(samples)).tolist()]
    assert said_there == contract.predict(model, samples)


def test_a_help_of_the_extra_needs_nothing(tmp_path: Path) -> None:
    script = "import sys; from hyperbounty.cli.main import run; run(['model', 'export', '--help'])"
    done = subprocess.run(
        [sys.executable, "-c", script], capture_output=True, text=True, check=True, env=dict(os.environ), cwd=tmp_path
    )
    assert "scikit-learn" in done.stdout


def test_the_documents_of_a_draft_are_json_of_this_machine_alone(
    models: Models, contract: ModelsContract, tmp_path: Path
) -> None:
    models("model", "open", written(models, tmp_path), "--draft", "--yes", account=CREATOR)
    [draft] = (models.home / "model-drafts").glob("*.json")
    kept = json.loads(draft.read_text())
    assert kept["creator"] == devnet_account(CREATOR, contract.chain).address
    uploaded = [word for _, words in parts(contract.state(contract.model(1)).words) for word in words]
    assert uploaded
    draft.write_text(draft.read_text().replace('"copy": 1', '"copy": 2'))
    assert "was changed" in models("model", "upload", 1, account=CREATOR, code=4)["error"]
