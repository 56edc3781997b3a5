"""What comes with Caveat: templates, scripts, notes, and a policy that loads."""

import os
import shlex
from collections.abc import Iterator, Mapping
from pathlib import Path

from caveat.cli.doctor.diagnosis import Diagnosis, guarded, ill, sound

NEEDED: Mapping[str, str] = {
    "caveat/schemas": "*.json",
    "corpus/notes": "*.md",
    "deploy/local": "pom.xml",
    "policies/consumer": "*.yaml",
    "services/renderer/templates": "page.*",
    "web": "**/*.js",
}
"""Folders that services read, and what must be in them."""


def checks() -> Iterator[Diagnosis]:
    """Look at the files of this checkout and at the policy."""
    from caveat.cli.broker import ROOT

    yield shipped(ROOT)
    yield guarded("policy", f"caveat policy lint {_policy(ROOT)}", lambda: _loaded(_policy(ROOT)))


def shipped(root: Path) -> Diagnosis:
    """Find folders that are missing or empty."""
    missing = [name for name, what in NEEDED.items() if not any((root / name).glob(what))]
    if not missing:
        return sound("files", f"templates, scripts and notes are in {root}")
    mend = "install Caveat again"
    if (root / ".git").exists():
        mend = f"git -C {shlex.quote(str(root))} checkout -- {' '.join(missing)}"
    return ill("files", f"missing or empty in {root}: {', '.join(missing)}", mend)


def _policy(root: Path) -> Path:
    from services.guard.settings import DEFAULT_POLICY

    # The guard runs in the checkout; a path that is not absolute counts from there.
    return root / (os.environ.get("CAVEAT_GUARD_POLICY") or DEFAULT_POLICY)


def _loaded(path: Path) -> Diagnosis:
    from services.guard.policy_file import load_policy

    policy = load_policy(path)
    return sound("policy", f"{policy.policy_id} {policy.version} loads, its examples hold")
