"""Run it: `python -m benchmarks.audit`."""

from benchmarks.audit import measure
from benchmarks.command import main

if __name__ == "__main__":
    main("audit", measure)
