"""The dependency rule of docs/architecture.md: arrows point down only."""

import ast
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
ROLES = {"organizer", "participant", "evaluator"}
ABOVE = {*ROLES, "web", "showcase", "SetUp", "benchmarks", "tests", "data", "contracts"}


def imports(path: Path) -> set[str]:
    found: set[str] = set()
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module and node.level == 0:
            found.add(node.module)
    return found


def modules(package: str) -> list[Path]:
    found = sorted((ROOT / package).rglob("*.py"))
    assert found
    return found


def test_the_shared_package_knows_no_role() -> None:
    for path in modules("hyperbounty"):
        assert not {name.split(".")[0] for name in imports(path)} & ABOVE, path


@pytest.mark.parametrize("role", sorted(ROLES))
def test_the_roles_do_not_import_each_other(role: str) -> None:
    for path in modules(role):
        assert not {name.split(".")[0] for name in imports(path)} & (ABOVE - {role}), path


@pytest.mark.parametrize("package", ["accounts", "chain", "cli", "config", "prices", "store", "training"])
def test_what_every_family_of_contest_shares_knows_no_bounty(package: str) -> None:
    # The command line wires the bounty up, the training core trains the bounty's spec; the rest stays free of it.
    allowed = {
        "training": ("hyperbounty.spec.spec", "hyperbounty.statistics.noise", "hyperbounty.spec.cost"),
        "cli": ("hyperbounty.bounty.contract",),
    }.get(package, ())
    for path in modules(f"hyperbounty/{package}"):
        assert not {n for n in imports(path) if n.startswith("hyperbounty.bounty") and n not in allowed}, path


def test_training_needs_neither_chain_nor_store() -> None:
    script = (
        "import sys; import hyperbounty.training.engine, hyperbounty.training.windows;"
        "print([m for m in sys.modules if m.split('.')[0] in"
        " {'web3', 'eth_account', 'eth_tester', 'eth', 'ipfshttpclient', 'click'}"
        " or m.startswith(('hyperbounty.chain', 'hyperbounty.store'))])"
    )
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, cwd=ROOT, check=True)
    assert done.stdout.strip() == "[]"


def test_the_wheel_brings_no_common_name_into_site_packages(tmp_path: Path) -> None:
    import zipfile

    command = [sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", str(tmp_path)]
    subprocess.run(command, cwd=ROOT, check=True, capture_output=True)
    with zipfile.ZipFile(next(tmp_path.glob("*.whl"))) as wheel:
        names = wheel.namelist()
    top = {name.split("/")[0] for name in names}
    assert {name for name in top if not name.endswith(".dist-info")} == {"hyperbounty", *ROLES}
    assert "evaluator/queue/migrations/versions/r0001_as_first_released.py" in names
    assert "hyperbounty/_bundled/artifacts/HyperparameterBounty.json" in names
    assert any(name.startswith("hyperbounty/_bundled/sample/") and name.endswith(".csv") for name in names)
