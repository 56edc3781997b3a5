"""Judges questions and drafts by the written policy; assembles, decides and signs answers.

Consumes caveat.answer.drafted.v1 and caveat.question.concluded.v1, emits caveat.answer.guarded.v1.
"""
