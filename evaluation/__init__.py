"""Measure what Caveat gets right and wrong; speed is measured in benchmarks."""
