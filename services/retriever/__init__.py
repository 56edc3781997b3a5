"""Finds the passages that a draft may rest on, in a versioned corpus.

Consumes: caveat.question.routed.v1. Emits: caveat.evidence.retrieved.v1,
caveat.question.concluded.v1.
"""
