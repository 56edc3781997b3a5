"""Whether a passage carries a sentence that says it in other words: strict alignment. Pure."""
