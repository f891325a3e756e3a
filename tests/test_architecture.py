"""What import-linter, which holds the floors, cannot see: what is loaded, and what the wheel brings."""

import subprocess
import sys
import zipfile
from pathlib import Path

from contracts.build import deployed_contracts
from hyperbounty.chain.registry import contract_names

ROOT = Path(__file__).parent.parent
ROLES = {"organizer", "participant", "evaluator"}


def test_training_needs_neither_chain_nor_store() -> None:
    script = (
        "import sys; import hyperbounty.training.engine, hyperbounty.training.windows;"
        "print([m for m in sys.modules if m.split('.')[0] in"
        " {'web3', 'eth_account', 'eth_tester', 'eth', 'ipfshttpclient', 'click'}"
        " or m.startswith(('hyperbounty.chain', 'hyperbounty.store'))])"
    )
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, cwd=ROOT, check=True)
    assert done.stdout.strip() == "[]"


def test_every_contract_that_is_deployed_has_a_client() -> None:
    assert contract_names() == sorted(contract.name for contract in deployed_contracts())


def test_the_wheel_brings_no_common_name_into_site_packages(tmp_path: Path) -> None:
    command = [sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", str(tmp_path)]
    subprocess.run(command, cwd=ROOT, check=True, capture_output=True)
    with zipfile.ZipFile(next(tmp_path.glob("*.whl"))) as wheel:
        names = wheel.namelist()
    top = {name.split("/")[0] for name in names}
    assert {name for name in top if not name.endswith(".dist-info")} == {"hyperbounty", *ROLES}
    for room in ("evaluator/queue", "hyperbounty/web/index", "hyperbounty/web/bounty/index"):
        assert f"{room}/migrations/versions/r0001_as_first_released.py" in names
    for contract in deployed_contracts():
        # A new one needs a line of its own in pyproject.toml, under force-include.
        assert f"hyperbounty/_bundled/artifacts/{contract.name}.json" in names
    assert any(name.startswith("hyperbounty/_bundled/sample/") and name.endswith(".csv") for name in names)
    assert "hyperbounty/_bundled/mail/mails.txt.gz" in names
