"""Run all benchmarks, or those that are named: `python -m benchmarks [NAME …] [--quick]`."""

import argparse
import importlib
import sys

from benchmarks.command import Effort, print_out, run, write
from benchmarks.report import stamped

# From short to long, so that what is broken shows early.
NAMES = ("guard", "memory", "start", "latency", "transport", "chain", "capacity", "audit")


def main() -> None:
    """Run them one after the other; one that fails does not stop the others."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks", description=__doc__)
    parser.add_argument("names", nargs="*", metavar="NAME", help=f"of {', '.join(NAMES)}")
    parser.add_argument("--quick", action="store_true", help="only try them; write no reports")
    told = parser.parse_args()
    if unknown := set(told.names) - set(NAMES):
        parser.error(f"no benchmark is called {', '.join(sorted(unknown))}")
    failed = [name for name in told.names or NAMES if not _ran(name, Effort(told.quick))]
    if failed:
        sys.exit(f"bench: these failed: {', '.join(failed)}")


def _ran(name: str, effort: Effort) -> bool:
    measure = importlib.import_module(f"benchmarks.{name}").measure
    try:
        report, stamp = run(name, measure, effort)
    except Exception as error:
        # Twenty minutes of the others are worth more than an early end; the exit status tells.
        print_out(f"{name} failed: {type(error).__name__}: {error}\n")
        return False
    for figure in report.figures:
        print_out(f"{name}: {figure.what}: {figure.told}, floor {figure.bound}\n")
    print_out(f"{name}: {stamped(stamp)}\n")
    if not effort.quick:
        write(report, stamp)
    return True


if __name__ == "__main__":
    main()
