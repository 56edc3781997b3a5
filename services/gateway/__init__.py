"""Accepts questions over HTTP, follows them, and serves verified answers.

Consumes answer.published and progress.made (every partition, without a group).
Emits question.asked.
"""
