"""caveat config prometheus: how Prometheus watches the stack of this machine."""

import json
import os
import sys
from pathlib import Path
from typing import Any

from caveat.cli import console
from caveat.cli.broker import ROOT
from caveat.cli.local import here
from caveat.cli.plan import HOST, Plan
from caveat.cli.running import Replicas, counts_of

RULES = ROOT / "deploy" / "observability" / "rules"


def prometheus(replicas: Replicas = None) -> None:
    """Print a configuration of Prometheus for this stack, with its targets and our rules.

    Give the replicas that `caveat up` was given. JSON is YAML, so Prometheus reads it as it is.

    Example: caveat config prometheus > prometheus.yaml
    """
    from caveat.cli.plan import plan_of

    plan = plan_of(here(), os.environ, python=sys.executable, replicas=counts_of(replicas or ()))
    console.show(json.dumps(scraping(plan, RULES), indent=2))


def scraping(plan: Plan, rules: Path) -> dict[str, Any]:
    """Write the configuration: each program is a target with its name as a label."""
    targets = [
        {
            "targets": [f"{HOST}:{program.probe_port}"],
            "labels": {"program": program.name.partition("-")[0]},
        }
        for program in plan.programs
    ]
    return {
        "global": {"scrape_interval": "15s", "evaluation_interval": "30s"},
        "rule_files": [f"{rules}/*.yaml"],
        "scrape_configs": [{"job_name": "caveat", "static_configs": targets}],
    }
