import pytest

from caveat.attestation import sha256_hex
from caveat.errors import VerificationFailed
from caveat.model import ConclusionCode, Disposition, QuestionConcluded, SourceType
from services.guard.examination import Hit
from tests.builders import a_question_id
from tests.unit.guard.builders import (
    ADVICE,
    a_judge,
    a_judge_with,
    a_question,
    a_source,
    a_verifier,
    an_event,
    an_event_with,
    an_evidence,
    decided,
    document_of,
    record_of,
)
from tests.unit.guard.fakes import DirectEngine

CANARY = "canary-7f3a"


async def test_the_signature_holds_over_the_document_and_over_nothing_else() -> None:
    judge = a_judge()
    answer = await decided(judge, an_event())
    verifier = a_verifier(judge.signer)

    assert verifier.verify(answer.document, answer.jws) == judge.signer.key_id
    for at in (0, len(answer.document) // 2, len(answer.document) - 2):
        changed = bytearray(answer.document)
        changed[at] ^= 1
        with pytest.raises(VerificationFailed):
            verifier.verify(bytes(changed), answer.jws)


RECORD_KEYS = {
    "schema", "decision_number", "decision_id", "question_id", "version", "decided_at",
    "answer_id", "status", "code", "verdict", "policy", "disclaimers", "question_digest",
    "document_sha256", "signature", "key_id", "trace_id", "composer", "corpus_version",
    "draft_sha256", "findings", "rounds", "citations", "stage",
}  # fmt: skip


async def test_the_record_says_what_the_decision_rests_on() -> None:
    judge = a_judge_with()
    event = an_event_with()
    answer = await decided(judge, event)

    record = record_of(answer)

    assert set(record) == RECORD_KEYS
    assert record["question_id"] == event.question_id
    assert record["verdict"] == "pass_with_edits"
    assert record["policy"]["sha256"] == judge.policy.sha256
    assert record["document_sha256"] == sha256_hex(answer.document)
    assert record["draft_sha256"] == sha256_hex(b"the draft's bytes")
    assert record["question_digest"] == event.question.digest
    assert record["signature"] == answer.jws
    assert record["key_id"] == judge.signer.key_id
    assert record["trace_id"] == "0" * 32
    assert record["corpus_version"] == "corpus-1"
    assert record["composer"] == "extractive/1"
    assert record["rounds"] == [{"dropped": ["s6"]}, {"dropped": []}]
    assert {d["id"] for d in record["disclaimers"]} == {
        "disc.top", "disc.close", "notice.demonstration",
    }  # fmt: skip
    [finding] = record["findings"]
    assert (finding["rule_id"], finding["sentence"]) == ("advice.directive", "s6")
    assert ADVICE[finding["start"] : finding["end"]] == "You should stop"
    assert {c["sentence"] for c in record["citations"]} == {"s1", "s2", "s3", "s6"}


async def test_a_conclusions_record_has_the_same_keys() -> None:
    concluded = QuestionConcluded(
        a_question_id(), ConclusionCode.NOTHING_FOUND, "retriever", digest="d" * 64
    )
    answer = await a_judge().decide_conclusion(concluded, version=1, trace_id="")

    record = record_of(answer)

    assert set(record) == RECORD_KEYS
    assert (record["code"], record["stage"]) == ("nothing_found", "retriever")
    assert record["question_digest"] == "d" * 64


async def test_the_record_holds_no_word_of_question_or_answer() -> None:
    question = a_question(text=f"What is {CANARY}?", search_text=CANARY)
    text = f"You should stop {CANARY}."
    answer = await decided(a_judge_with(text), an_event_with(text, question=question))

    assert CANARY.encode() not in answer.decision
    assert b"Azacitidine" not in answer.decision


async def test_a_dropped_sentence_is_nowhere_in_the_document() -> None:
    answer = await decided(a_judge_with(), an_event_with())

    document = document_of(answer)
    assert "lenalidomide" not in answer.document.decode()
    assert document["guard"]["edits"] == [
        {
            "sentence": "s6",
            "action": "drop",
            "check": "advice.directive",
            "reason_code": "advice",
            "before_sha256": sha256_hex(ADVICE.encode()),
        }
    ]
    assert document["guard"]["coverage"] == {
        "clinical": 3, "cited": 3, "resolved": 3, "removed": 1,
    }  # fmt: skip


@pytest.mark.parametrize("crashed", [["advice"], []])
async def test_a_page_without_an_answer_holds_no_word_of_question_or_draft(
    crashed: list[str],
) -> None:
    question = a_question(text=f"What is {CANARY}?")
    planted = {} if crashed else {0: (Hit("disclaimer.altered", ""),)}
    engine = DirectEngine(crashed, planted)

    answer = await decided(a_judge(engine=engine), an_event(question=question))

    assert CANARY.encode() not in answer.document
    assert document_of(answer)["question"]["text"] is None


async def test_a_reframed_question_gets_its_lead_line() -> None:
    question = a_question(disposition=Disposition.REFRAME)

    document = document_of(await decided(a_judge(), an_event(question=question)))

    assert [n["id"] for n in document["notices"]] == ["notice.reframe", "notice.demonstration"]


async def test_other_sources_carry_no_demonstration_label() -> None:
    sources = [a_source(kind=SourceType.GUIDELINE)]
    event = an_event(evidence=an_evidence(sources=sources))

    assert document_of(await decided(a_judge(), event))["notices"] == []
