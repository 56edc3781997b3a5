"""Put what was trained beside the guard's code, with its digest."""

import hashlib
import json
from pathlib import Path
from typing import Any

MODELS = Path(__file__).resolve().parent.parent / "services" / "guard" / "models"


def ship(name: str, model: dict[str, Any]) -> str:
    """Write a model's file and enter its SHA-256, which is returned, in digests.json."""
    content = json.dumps(model, separators=(",", ":"), ensure_ascii=True).encode() + b"\n"
    (MODELS / f"{name}.json").write_bytes(content)
    digest = hashlib.sha256(content).hexdigest()
    book = MODELS / "digests.json"
    digests = {**json.loads(book.read_text()), name: digest}
    book.write_text(json.dumps(dict(sorted(digests.items())), indent=2) + "\n")
    print(f"{name}: {len(content) // 1024} kB, {digest[:12]}")
    return digest
