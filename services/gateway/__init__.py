"""Accept questions over HTTP, follow them, and serve verified answers.

Consumes answer.published and progress.made (every partition, without a group).
Emits question.asked.
"""
