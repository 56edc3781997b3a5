"""Derives what readers see from signed answers.

Consumes caveat.answer.guarded.v1. Emits caveat.answer.published.v1.
"""
