import pytest

from evaluation.guard.redactions import OTHER, redacted_spans
from services.router.redaction import redact


@pytest.mark.parametrize(
    ("text", "cleaned", "expected"),
    [
        ("My name is Ann Lee.", "My name is [name].", [("Ann Lee", "PERSON")]),
        (
            "Ann Lee 020 7946 0123 asks",
            "[name] [phone number] asks",
            [("Ann Lee", "PERSON"), ("020 7946 0123", "PHONE")],
        ),
        ("mail a.b@example.org, please", "mail [email], please", [("a.b@example.org", "EMAIL")]),
    ],
)
def test_finds_what_a_placeholder_stands_for(
    text: str, cleaned: str, expected: list[tuple[str, str]]
) -> None:
    found = redacted_spans(text, cleaned)

    assert [(text[span.start : span.end], span.kind) for span in found] == expected


def test_a_text_that_was_rewritten_counts_as_taken_as_a_whole() -> None:
    [span] = redacted_spans("abc", "xyz [name]")

    assert (span.start, span.end, span.kind) == (0, 3, OTHER)


def test_follows_the_redaction_itself() -> None:
    text = "I am Mary Stone, born 12/03/1961, call 020 7946 0123 or mary@example.org"
    cleaned, altered = redact(text)

    found = {span.kind: text[span.start : span.end] for span in redacted_spans(text, cleaned)}
    assert altered
    assert found["DATE"] == "12/03/1961"
    assert found["EMAIL"] == "mary@example.org"
