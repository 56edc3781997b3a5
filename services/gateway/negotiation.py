"""Choose a media type by the Accept header (RFC 9110, 12.5.1). Pure."""

from collections.abc import Sequence

_EXACT, _TYPE, _ANY = 3, 2, 1


def choose(accept: str, offered: Sequence[str]) -> str | None:
    """Return the acceptable type of the highest quality, the first offered among equals.

    An absent header accepts everything; parts that cannot be read are passed over.
    """
    ranges = [_range(part) for part in accept.split(",")] if accept.strip() else [("*/*", 1.0)]
    best = max(offered, key=lambda media_type: _quality(media_type, ranges), default=None)
    return best if best is not None and _quality(best, ranges) > 0 else None


def _range(part: str) -> tuple[str, float]:
    media_range, *parameters = (piece.strip().lower() for piece in part.split(";"))
    quality = next((p.split("=", 1)[1] for p in parameters if p.startswith("q=")), "1")
    try:
        number = float(quality)
    except ValueError:
        number = 0.0
    return media_range, number if 0 <= number <= 1 else 0.0


def _quality(media_type: str, ranges: Sequence[tuple[str, float]]) -> float:
    """Find the quality that the most specific matching range gives."""
    matching = [(_specificity(media_type, name), quality) for name, quality in ranges]
    return max(matching)[1] if max(matching)[0] else 0.0


def _specificity(media_type: str, media_range: str) -> int:
    if media_range == media_type:
        return _EXACT
    if media_range == f"{media_type.split('/')[0]}/*":
        return _TYPE
    return _ANY if media_range == "*/*" else 0
