"""Composes drafts from evidence.

Consumes caveat.evidence.retrieved.v1, emits caveat.answer.drafted.v1 or
caveat.question.concluded.v1.
"""
