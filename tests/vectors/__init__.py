"""The test vectors that every verifier is held to."""

import json
from pathlib import Path
from typing import Any

FOLDER = Path(__file__).parent
SIGNATURES: dict[str, Any] = json.loads((FOLDER / "attestation.json").read_text())
LOG: dict[str, Any] = json.loads((FOLDER / "log.json").read_text())
