"""The offline verifier as tests call it: by its functions, or as somebody would run it."""

import contextlib
import importlib.util
import io
import json
import sys
from dataclasses import dataclass
from pathlib import Path
from types import ModuleType
from typing import Any

from tests.vectors import LOG, SIGNATURES

PATH = Path(__file__).parents[3] / "verifiers" / "caveat_verify.py"


def _loaded() -> ModuleType:
    spec = importlib.util.spec_from_file_location("caveat_verify", PATH)
    assert spec
    assert spec.loader
    module = importlib.util.module_from_spec(spec)
    sys.modules["caveat_verify"] = module  # where its worker processes look for it
    spec.loader.exec_module(module)
    return module


offline: Any = _loaded()


@dataclass(frozen=True)
class Ran:
    status: int
    told: dict[str, Any]

    @property
    def fault(self) -> str:
        return str((self.told["faults"] or [""])[0])


def run(*arguments: str | Path) -> Ran:
    """Run it in this process and read what it tells programs."""
    said = io.StringIO()
    with contextlib.redirect_stdout(said):
        status = offline.main([*map(str, arguments), "--json"])
    return Ran(status, json.loads(said.getvalue()))


def trusted(folder: Path) -> tuple[str, ...]:
    """Write the keys of the log vectors; return the options that name them."""
    (folder / "log.txt").write_text("".join(f"{line}\n" for line in LOG["vkeys"]))
    (folder / "jwks.json").write_text(json.dumps(SIGNATURES["jwks"]))
    return "--keys", str(folder / "log.txt"), "--jwks", str(folder / "jwks.json")


def a_file(folder: Path, content: Any) -> Path:
    """Write what is to be verified: bytes, lines, or a value as JSON."""
    path = folder / "subject"
    if isinstance(content, bytes):
        path.write_bytes(content)
    elif isinstance(content, list):
        path.write_text("".join(f"{line}\n" for line in content), encoding="utf-8")
    else:
        path.write_text(json.dumps(content), encoding="utf-8")
    return path
