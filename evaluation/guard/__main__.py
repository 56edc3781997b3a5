"""Measure the guard: `make evaluate-guard`, or `python -m evaluation.guard`."""

from evaluation.guard.command import main

if __name__ == "__main__":
    raise SystemExit(main())
