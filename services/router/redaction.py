"""Take identifiers out of a question. Pure.

Each becomes a placeholder that names its kind, so that the sentence still reads. How identifiers
are found is in `caveat/identifiers`, which the guard reads drafts with too.
"""

from caveat.identifiers import find


def redact(text: str) -> tuple[str, bool]:
    """Return the text without identifiers, and whether anything was taken out."""
    pieces, end = [], 0
    for identifier in find(text):
        pieces += [text[end : identifier.start], f"[{identifier.kind}]"]
        end = identifier.end
    cleaned = "".join(pieces) + text[end:]
    return cleaned, cleaned != text
