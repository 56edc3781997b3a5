"""Keeps every decision of the guard, and never changes one.

Consumes caveat.answer.guarded.v1. Emits nothing.
"""
