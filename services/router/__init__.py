"""Decides where a question goes; from here on no identifier travels.

Consumes caveat.question.asked.v1, emits caveat.question.routed.v1 or caveat.question.concluded.v1.
"""
