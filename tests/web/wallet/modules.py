"""The modules of the site, run by Node: what they give for what they are asked."""

from __future__ import annotations

import json
import shutil
import subprocess
from collections.abc import Sequence
from pathlib import Path
from typing import Any, Final

import hyperbounty.web.bounty.pages
import hyperbounty.web.models.pages
import hyperbounty.web.site

# As pages find them: those of the frame, and below them those of a family.
FOLDERS: Final = {
    "": Path(next(iter(hyperbounty.web.site.__path__))) / "static",
    "bounty": Path(next(iter(hyperbounty.web.bounty.pages.__path__))) / "static",
    "models": Path(next(iter(hyperbounty.web.models.pages.__path__))) / "static",
}
NODE: Final = shutil.which("node")

_RUN: Final = """
import { readFileSync } from "node:fs";
const asked = JSON.parse(readFileSync(0, "utf8"));
const plain = (_, value) => typeof value === "bigint" ? value.toString() : value;
const found = [];
for (const [module, name, ...values] of asked) {
  const given = (await import(`./${module}`))[name];
  found.push(typeof given === "function" ? await given(...values) : given);
}
process.stdout.write(JSON.stringify(found, plain));
"""


def answers(folder: Path, asked: Sequence[Sequence[Any]], more: str = "") -> list[Any]:
    """What functions of the modules give, and what constants are, in order; numbers of any size as texts.

    Args:
        folder: an empty one, for a copy of the modules: Node wants to be told that they are modules.
        asked: module, name and arguments of each; `bounty/spec.js` is a module of a family.
        more: code before it.
    """
    assert NODE is not None
    for name, modules in FOLDERS.items():
        shutil.copytree(modules, folder / name, dirs_exist_ok=True)
    (folder / "package.json").write_text('{"type": "module"}')
    (folder / "run.js").write_text(more + _RUN)
    done = subprocess.run(
        [NODE, "run.js"], cwd=folder, input=json.dumps(asked), text=True, capture_output=True, check=False, timeout=120
    )
    assert done.returncode == 0, done.stderr
    return list(json.loads(done.stdout))
