"""Strangers' programs: poseidon-lite hashes the same, and snarkjs believes what a key of its ceremony proves."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
from pathlib import Path
from typing import Any

import pytest

from hyperbounty.errors import ProverError
from hyperbounty.market.poseidon import FIELD, MOST_INPUTS, poseidon
from hyperbounty.market.statement import CircuitShape
from hyperbounty.proofs.prover import Prover
from tests.market.rounds_drawn import drawn_statement

pytestmark = [pytest.mark.snarkjs, pytest.mark.heavy]

# The smallest circuit: its powers of tau are made in a minute.
TINY = CircuitShape(3, 1, 1)
POWER = 12


@pytest.fixture(scope="module")
def modules() -> Path:
    """Where Node finds both."""
    folder = os.environ.get("HYPERBOUNTY_TEST_SNARKJS")
    if folder is None or shutil.which("node") is None:
        pytest.skip("no Node, or no folder with snarkjs and poseidon-lite at HYPERBOUNTY_TEST_SNARKJS")
    return Path(folder) / "node_modules"


def node(*arguments: str, cwd: Path) -> subprocess.CompletedProcess[str]:
    return subprocess.run(["node", *arguments], cwd=cwd, capture_output=True, text=True, check=False)  # noqa: S607


def test_hashes_are_those_of_poseidon_lite(modules: Path) -> None:
    inputs = [[(each * 7919 + count) ** 9 % FIELD for each in range(count)] for count in range(1, MOST_INPUTS + 1)]
    script = (
        'const lite = require("poseidon-lite");'
        f"for (const each of {json.dumps([[str(one) for one in each] for each in inputs])})"
        "console.log(String(lite[`poseidon${each.length}`](each.map(BigInt))));"
    )
    done = node("-e", script, cwd=modules.parent)
    assert [int(each) for each in done.stdout.split()] == [poseidon(each) for each in inputs], done.stderr


def test_a_key_of_a_ceremony_proves_what_snarkjs_believes(modules: Path, prover: Prover, tmp_path: Path) -> None:
    def snarkjs(*arguments: str) -> str:
        done = node(str(modules / "snarkjs" / "build" / "cli.cjs"), *arguments, cwd=tmp_path)
        assert done.returncode == 0, done.stdout + done.stderr
        return done.stdout

    prover.write_r1cs(tmp_path / "tiny.r1cs", "round", "3x1x1")
    snarkjs("powersoftau", "new", "bn128", str(POWER), "0.ptau")
    snarkjs("powersoftau", "contribute", "0.ptau", "1.ptau", "--name=one", "-e=what somebody typed")
    snarkjs("powersoftau", "prepare", "phase2", "1.ptau", "2.ptau")
    snarkjs("groth16", "setup", "tiny.r1cs", "2.ptau", "0.zkey")
    snarkjs("zkey", "contribute", "0.zkey", "1.zkey", "--name=two", "-e=what somebody else typed")
    snarkjs("zkey", "export", "verificationkey", "1.zkey", "verifying.json")
    prover.import_zkey(tmp_path / "1.zkey", tmp_path / "tiny.key", "round", "3x1x1")
    assert prover.about(tmp_path / "tiny.key") == {"circuit": "round", "shape": [3, 1, 1], "development": False}
    proven = prover.prove(tmp_path / "tiny.key", drawn_statement(3, TINY).document())
    prover.verify(tmp_path / "tiny.key", proven)
    inputs = [str(int(each, 16)) for each in proven["outcome"]["inputs"]]
    (tmp_path / "proof.json").write_text(json.dumps(as_snarkjs_has_it(proven["proof"])))
    (tmp_path / "public.json").write_text(json.dumps(inputs))
    assert "OK!" in snarkjs("groth16", "verify", "verifying.json", "public.json", "proof.json")
    (tmp_path / "public.json").write_text(json.dumps([*inputs[:-1], "1"]))
    done = node(
        str(modules / "snarkjs" / "build" / "cli.cjs"),
        *("groth16", "verify", "verifying.json", "public.json", "proof.json"),
        cwd=tmp_path,
    )
    assert "OK!" not in done.stdout
    # Of another circuit, cut short, and none at all.
    whole = (tmp_path / "1.zkey").read_bytes()
    (tmp_path / "short.zkey").write_bytes(whole[: len(whole) // 2])
    (tmp_path / "none.zkey").write_bytes(b"no key at all")
    for name, shape, says in (
        ("1", "3x2x1", "of another circuit"),
        ("short", "3x1x1", "it is damaged"),
        ("none", "3x1x1", "no key of snarkjs"),
    ):
        with pytest.raises(ProverError, match=says):
            prover.import_zkey(tmp_path / f"{name}.zkey", tmp_path / "other.key", "round", shape)
        assert not (tmp_path / "other.key").exists()


def as_snarkjs_has_it(points: list[str]) -> dict[str, Any]:
    """A proof whose second point has the real parts first."""
    numbers = [str(int(each, 16)) for each in points]
    return {
        "pi_a": [*numbers[:2], "1"],
        "pi_b": [[numbers[3], numbers[2]], [numbers[5], numbers[4]], ["1", "0"]],
        "pi_c": [*numbers[6:], "1"],
        "protocol": "groth16",
        "curve": "bn128",
    }
