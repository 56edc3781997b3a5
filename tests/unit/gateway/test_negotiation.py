import pytest

from services.gateway.negotiation import choose

OFFERED = ("application/json", "text/html", "text/markdown", "text/plain")
BROWSER = "text/html,application/xhtml+xml,application/xml;q=0.9,image/avif,*/*;q=0.8"


@pytest.mark.parametrize(
    ("accept", "chosen"),
    [
        ("", "application/json"),
        ("*/*", "application/json"),
        (BROWSER, "text/html"),
        ("text/*", "text/html"),
        ("text/markdown", "text/markdown"),
        ("TEXT/Plain; charset=utf-8", "text/plain"),
        ("text/html;q=0.2, text/plain;q=0.7", "text/plain"),
        ("*/*, application/json;q=0", "text/html"),
        ("text/html;q=0.5, text/*;q=0.9", "text/markdown"),
        ("image/png", None),
        ("text/html;q=0", None),
        ("text/html;q=2", None),
        ("text/html;q=nan", None),
        (";;,,=", None),
    ],
)
def test_chooses_the_most_acceptable_presentation(accept: str, chosen: str | None) -> None:
    assert choose(accept, OFFERED) == chosen


def test_chooses_nothing_of_nothing() -> None:
    assert choose("*/*", ()) is None
