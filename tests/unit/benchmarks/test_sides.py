"""Two answers to one question are the same apart from who, when and which number."""

from typing import Any

from benchmarks.sides import Comparison, lasting
from benchmarks.stack import QUESTIONS


def a_document(number: int, text: str = "It is so.") -> dict[str, Any]:
    return {
        "id": f"ans_{number}", "question_id": f"q{number}", "trace_id": f"{number:032x}",
        "dates": {"answered_at": f"2026-11-26T04:00:0{number}Z", "evidence_as_of": "2026-11-22"},
        "guard": {"decided_at": f"2026-11-26T04:00:0{number}Z", "decision_id": f"dec_{number}",
                  "verdict": "pass"},
        "sentences": {"s1": {"text": text}},
    }  # fmt: skip


def test_answers_that_differ_in_ids_and_times_only_are_the_same() -> None:
    assert lasting(a_document(1)) == lasting(a_document(2))


def test_an_answer_with_another_sentence_is_another() -> None:
    found = Comparison()
    found.stack.documents = {"Why?": a_document(1), "How?": a_document(2)}
    found.plain.documents = {"Why?": a_document(3), "How?": a_document(4, "It is not so.")}
    assert found.differing() == ("How?",)


def test_the_document_itself_is_left_whole() -> None:
    document = a_document(1)
    lasting(document)
    assert document == a_document(1)


def test_there_are_sixty_distinct_questions() -> None:
    assert len(set(QUESTIONS)) == len(QUESTIONS) >= 60
    assert all(text.endswith("?") for text in QUESTIONS)
