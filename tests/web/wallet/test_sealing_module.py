"""Commitments and backup files of the browser beside those of the Python client."""

from __future__ import annotations

import json
import random
from pathlib import Path
from typing import Any, Final

import pytest

from hyperbounty.bounty.commitment import commit
from hyperbounty.errors import SecretsError
from hyperbounty.sealings import Place
from participant.bounty.backup import Backup, Owner, write_backup
from participant.bounty.entries import Entry
from tests.web.wallet.modules import NODE, answers

pytestmark = [pytest.mark.heavy, pytest.mark.skipif(NODE is None, reason="no node on the PATH")]

OWNER: Final = Owner(31_337, "0x" + "aB" * 20, "0x" + "cD" * 20)
OF: Final = {"chainId": OWNER.chain_id, "contract": OWNER.contract, "account": OWNER.account}
WORDS: Final = ("correct horse battery", "Caf\u00e9 na\u00efve \u1e9b\u0323 phrase", "\U0001f40e" * 12)


def entries(count: int) -> list[Entry]:
    draw = random.Random(7)
    return [
        Entry(
            Place(OWNER.chain_id, OWNER.contract, 1 + at % 3, OWNER.account, at % 2),
            draw.randbytes(32),
            draw.randbytes(32),
        )
        for at in range(count)
    ]


def portable(entry: Entry) -> dict[str, Any]:
    place = entry.place
    return {
        "contest": place.contest,
        "slot": place.slot,
        "spec": "0x" + entry.spec.hex(),
        "salt": "0x" + entry.salt.hex(),
    }


def test_commitments_are_pythons(tmp_path: Path) -> None:
    draw = random.Random(91)
    cases: list[dict[str, Any]] = [
        {
            "chain_id": draw.choice((1, draw.randint(1, 2**53 - 1))),
            "contract": "0x" + draw.randbytes(20).hex(),
            "contest": draw.choice((1, draw.randint(1, 2**53 - 1))),
            "participant": "0x" + draw.randbytes(20).hex().upper(),
            "spec": draw.randbytes(32),
            "salt": draw.choice((bytes(32), draw.randbytes(32))),
        }
        for _ in range(300)
    ]
    asked = [
        {
            "chainId": case["chain_id"],
            "contract": case["contract"],
            "contest": case["contest"],
            "account": case["participant"],
            "spec": "0x" + case["spec"].hex(),
            "salt": "0x" + case["salt"].hex(),
        }
        for case in cases
    ]
    given = answers(tmp_path, [["bounty/sealing.js", "commitment", each] for each in asked])
    assert given == ["0x" + commit(**case).hex() for case in cases]


@pytest.mark.parametrize("passphrase", WORDS)
def test_a_file_of_the_browser_is_read_by_the_client(tmp_path: Path, passphrase: str) -> None:
    kept = entries(5)
    asked = ["bounty/sealing.js", "writeBackup", OF, [portable(each) for each in kept], passphrase, 1_000]
    [file] = answers(tmp_path, [asked])
    backup = Backup(file.encode(), "the file")
    assert backup.owner == OWNER
    assert backup.entries(passphrase) == kept
    with pytest.raises(SecretsError, match="the passphrase of the file is wrong"):
        backup.entries(passphrase + ".")


@pytest.mark.parametrize("passphrase", WORDS)
def test_a_file_of_the_client_is_read_by_the_browser(tmp_path: Path, passphrase: str) -> None:
    kept = entries(4)
    file = write_backup(OWNER, kept, passphrase, iterations=1_000).decode()
    [found] = answers(tmp_path, [["bounty/sealing.js", "readBackup", file + "\n", passphrase]])
    assert found == {"owner": OF, "entries": [{**OF, **portable(each)} for each in kept]}


def test_what_is_no_file_is_told_from_a_wrong_passphrase(tmp_path: Path) -> None:
    (tmp_path / "telling.js").write_text(
        'import { readBackup } from "./bounty/sealing.js";\n'
        "export const told = (...of) => readBackup(...of).then(() => '', (error) => error.message);"
    )
    file = write_backup(OWNER, entries(1), WORDS[0], iterations=1_000).decode()
    other = json.loads(file)
    damaged = [
        "",
        "{}",
        "[1",
        file[:-2],
        file.replace('"kdf"', ' "kdf"'),
        json.dumps({**other, "format": "hyperbounty/secrets/2"}),
        file.replace('"iterations":1000', '"iterations":9999999999'),
        "[" * 10_000,
    ]
    told = answers(tmp_path, [["telling.js", "told", each, WORDS[0]] for each in damaged])
    assert {each.split(",")[0] for each in told} == {"This is no file of secrets"}
    # One digit of what is sealed, of the owner, or of the passphrase.
    flipped = file.replace(other["ciphertext"][:8], "0" * 8)
    stolen = file.replace(OWNER.account, "0x" + "ee" * 20)
    altered = answers(
        tmp_path,
        [["telling.js", "told", each, words] for each, words in ((flipped, WORDS[0]), (stolen, WORDS[0]), (file, "x"))],
    )
    assert {each.split(",")[0] for each in altered} == {"The passphrase is wrong"}


def test_salts_are_new(tmp_path: Path) -> None:
    given = answers(tmp_path, [["bounty/sealing.js", "newSalt"]] * 50)
    assert len(set(given)) == 50
    assert all(len(bytes.fromhex(each[2:])) == 32 for each in given)
