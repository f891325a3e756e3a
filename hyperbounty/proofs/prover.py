"""The program that makes keys and proofs: `hyperbounty-prover`, which is written in Rust."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sysconfig
from pathlib import Path
from typing import Any, Final

from hyperbounty.errors import ProverError, ProverMissing

PROGRAM: Final = "hyperbounty-prover"
VARIABLE: Final = "HYPERBOUNTY_PROVER"
"""Of the environment: the path of the program, where it is not on the path of commands."""

_TIMEOUT_S: Final = 600


class Prover:
    """Calls the program. What it is given may be secret, so it goes through a pipe, never into a file or an argument.

    Args:
        program: its path.
    """

    def __init__(self, program: Path) -> None:
        self._program = program

    @classmethod
    def found(cls) -> Prover:
        """The one that the environment names, that was installed with this package, or that the path of commands has.

        Raises:
            ProverMissing: there is none.
        """
        named = os.environ.get(VARIABLE)
        here = shutil.which(PROGRAM, path=sysconfig.get_path("scripts"))
        program = named or here or shutil.which(PROGRAM)
        if program is None:
            raise ProverMissing(
                f"the program {PROGRAM}, which makes proofs, is not here",
                f"build it (`cargo build --release` in the folder prover) and name it in {VARIABLE}",
            )
        if not os.access(program, os.X_OK):
            raise ProverMissing(f"{program} cannot be run", f"name the program {PROGRAM} in {VARIABLE}")
        return cls(Path(program))

    def version(self) -> str:
        """Its name and version."""
        return self._run(["--version"], None).strip()

    def make_development_key(self, key: Path, circuit: str, shape: str) -> None:
        """Make a key in a file. Whoever makes it could forge proofs, so no money may depend on it.

        Args:
            key: the file.
            circuit: its name.
            shape: of the circuit, such as `8x24x10`.

        Raises:
            ProverError: there is no such circuit or shape, or the file cannot be written.
        """
        self._run(["setup", "--dev", circuit, shape, str(key)], None)

    def write_r1cs(self, file: Path, circuit: str, shape: str) -> None:
        """Write a circuit as `.r1cs`, which snarkjs takes for a ceremony.

        Args:
            file: that is written.
            circuit, shape: see `make_development_key`.

        Raises:
            ProverError: there is no such circuit or shape, or the file cannot be written.
        """
        self._run(["r1cs", circuit, shape, str(file)], None)

    def import_zkey(self, zkey: Path, key: Path, circuit: str, shape: str) -> None:
        """Make a key of what came of a ceremony with snarkjs. It is kept once a proof with it has held.

        Whether the ceremony was honest, `snarkjs zkey verify` says, with the `.r1cs` and the powers of tau.

        Args:
            zkey: of the ceremony.
            key: the file that is made.
            circuit, shape: see `make_development_key`.

        Raises:
            ProverError: it is no key of this circuit, or damaged.
        """
        self._run(["import", circuit, shape, str(zkey), str(key)], None)

    def about(self, key: Path) -> Any:
        """What a key is for, as JSON.

        Raises:
            ProverError: it is no key.
        """
        return json.loads(self._run(["about", str(key)], None))

    def outcome(self, circuit: str, document: Any) -> Any:
        """What comes of a document, without a proof.

        Raises:
            ProverError: there is no such circuit, or a value in the document is out of range.
        """
        return json.loads(self._run(["outcome", circuit, "-"], document))

    def prove(self, key: Path, document: Any) -> Any:
        """The same, with a proof.

        Raises:
            ProverError: a value is out of range, or the key is of another circuit.
        """
        return json.loads(self._run(["prove", str(key), "-"], document))

    def verify(self, key: Path, proven: Any) -> None:
        """Check what `prove` gave.

        Raises:
            ProverError: it does not hold.
        """
        self._run(["verify", str(key), "-"], proven)

    def _run(self, arguments: list[str], document: Any) -> str:
        try:
            done = subprocess.run(  # noqa: S603 - the program is the operator's, and no argument is a stranger's
                [str(self._program), *arguments],
                input=None if document is None else json.dumps(document),
                stdin=subprocess.DEVNULL if document is None else None,
                capture_output=True,
                text=True,
                timeout=_TIMEOUT_S,
                check=False,
            )
        except OSError as error:
            raise ProverMissing(
                f"{self._program} cannot be run: {error}", f"name the program {PROGRAM} in {VARIABLE}"
            ) from None
        except subprocess.TimeoutExpired:
            raise ProverError(
                f"{PROGRAM} took more than {_TIMEOUT_S} seconds", "start it again where nothing else runs"
            ) from None
        if done.returncode < 0:
            raise ProverError(
                f"{PROGRAM} was ended by signal {-done.returncode}", "see whether the machine has memory left"
            )
        if done.returncode:
            said = done.stderr.strip().splitlines()
            raise ProverError(
                said[0].removeprefix("Error: ") if said else f"{PROGRAM} failed", "check what it was given"
            )
        return done.stdout
