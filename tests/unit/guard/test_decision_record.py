import json
from dataclasses import replace
from typing import Any

import jsonschema
import pytest
from joserfc.jwk import OKPKey

from caveat import wire
from caveat.attestation import Signer, Verifier, sha256_hex
from caveat.errors import VerificationFailed
from caveat.model import (
    ConclusionCode,
    Disposition,
    DraftSentence,
    Fallback,
    QuestionConcluded,
    SourceType,
)
from services.guard.core import run_families
from services.guard.examination import Examination, Hit, Report
from services.guard.validators import RULES_OF_FAMILY
from tests.builders import a_question_id
from tests.unit.guard.builders import (
    ADVICE,
    FIRST,
    ROOT,
    a_citation,
    a_cited,
    a_draft,
    a_judge,
    a_judge_with,
    a_passage,
    a_question,
    a_signer,
    a_source,
    a_verifier,
    an_event,
    an_event_with,
    an_evidence,
    decided,
    document_of,
    record_of,
)
from tests.unit.guard.fakes import DirectEngine, FakeDecisionStore

CANARY = "canary-7f3a"
SCHEMA = json.loads((ROOT / "caveat/schemas/decision-1.schema.json").read_text())


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


def fits(record: dict[str, Any]) -> bool:
    """Hold a record to the published schema, which names every key and allows no other."""
    jsonschema.validate(record, SCHEMA, cls=jsonschema.Draft202012Validator)
    return True


async def test_the_record_says_what_the_decision_rests_on() -> None:
    store = FakeDecisionStore()
    judge = a_judge_with(store=store)
    event = an_event_with()
    answer = await decided(judge, event)

    record = record_of(answer)

    assert fits(record)
    assert record["question_id"] == event.question_id
    assert record["verdict"] == "pass_with_edits"
    assert record["policy"]["sha256"] == judge.policy.sha256
    assert record["document_sha256"] == sha256_hex(answer.document)
    assert record["draft_digest"] == sha256_hex(store.drafts[1])
    assert record["question_digest"] == event.question.digest
    assert record["signature"] == answer.jws
    assert record["key_id"] == judge.signer.key_id
    assert record["trace_id"] == "0" * 32
    assert record["corpus_version"] == "corpus-1"
    assert (record["composer"], record["fallback"]) == ("extractive/1", None)
    assert record["software"].startswith("caveat/")
    assert {d["id"] for d in record["disclaimers"]} == {
        "disc.top", "disc.close", "notice.demonstration",
    }  # fmt: skip


async def test_the_record_says_what_was_found_and_what_became_of_it() -> None:
    record = record_of(await decided(a_judge_with(), an_event_with()))

    [finding] = record["findings"]
    assert (finding["rule_id"], finding["sentence"]) == ("advice.directive", "s6")
    assert (finding["round"], finding["action"]) == (1, "drop")
    assert ADVICE[finding["start"] : finding["end"]] == "You should stop"
    assert [one["dropped"] for one in record["rounds"]] == [["s6"], []]
    assert record["rounds"][0]["edits"] == [
        {
            "sentence": "s6",
            "action": "drop",
            "check": "advice.directive",
            "before_sha256": sha256_hex(ADVICE.encode()),
            "after_sha256": None,
        }
    ]
    families = [run["family"] for run in record["rounds"][0]["families"]]
    assert families == list(RULES_OF_FAMILY)


async def test_the_record_scores_every_check() -> None:
    record = record_of(await decided(a_judge_with(), an_event_with()))

    checks = {check["id"]: check for check in record["checks"]}
    assert set(checks) == {rule for rules in RULES_OF_FAMILY.values() for rule in rules}
    fired = checks.pop("advice.directive")
    assert (fired["outcome"], fired["score_permille"]) == ("fail", 5 * 1000 // 6)
    assert {(c["outcome"], c["score_permille"]) for c in checks.values()} == {("pass", 1000)}


async def test_the_record_says_that_another_composer_should_have_drafted() -> None:
    draft = a_draft(fallback=Fallback("model/gpt-x", "timeout"))

    record = record_of(await decided(a_judge(), an_event(draft)))

    assert fits(record)
    assert record["fallback"] == {"composer": "model/gpt-x", "reason": "timeout"}


async def test_the_record_says_which_checks_did_not_run() -> None:
    judge = a_judge(engine=DirectEngine(crashed=["advice"]))

    record = record_of(await decided(judge, an_event()))

    assert fits(record)
    assert record["verdict"] == "failed"
    outcomes = {(c["family"], c["outcome"], c["score_permille"]) for c in record["checks"]}
    assert ("advice", "error", 0) in outcomes
    assert ("citation", "pass", 1000) in outcomes
    ended = {run["family"]: run["ended"] for run in record["rounds"][0]["families"]}
    assert (ended["advice"], ended["citation"]) == (False, True)


async def test_the_record_says_how_long_each_family_took() -> None:
    engine = DirectEngine()

    async def slow(examination: Examination) -> Report:
        report = Report(run_families(examination))
        report.microseconds = {"advice": 12, "citation": 34}
        return report

    engine.run = slow  # type: ignore[method-assign]
    record = record_of(await decided(a_judge(engine=engine), an_event()))

    took = {run["family"]: run["microseconds"] for run in record["rounds"][0]["families"]}
    assert (took["advice"], took["citation"]) == (12, 34)


async def test_the_record_checks_every_citation() -> None:
    unknown = replace(
        a_cited("s7", FIRST), citations=(a_citation(FIRST, a_passage(passage_id="psg_none")),)
    )
    moved = replace(a_cited("s8", FIRST), citations=(a_citation(FIRST, start=0, end=39),))

    record = record_of(await decided(a_judge(), an_event(a_draft(unknown, moved))))

    found = {c["sentence"]: c for c in record["citations"]}
    assert set(found) == {"s1", "s2", "s3", "s7", "s8"}
    assert found["s1"]["passage_sha256"] == sha256_hex(a_passage().text.encode())
    assert (found["s1"]["quote_found"], found["s1"]["check"]) == (True, None)
    assert (found["s7"]["quote_found"], found["s7"]["check"]) == (False, "citation.unknown")
    assert found["s7"]["passage_sha256"] is None
    assert (found["s8"]["quote_found"], found["s8"]["check"]) == (False, "citation.quote_mismatch")


async def test_a_conclusions_record_has_the_same_keys() -> None:
    concluded = QuestionConcluded(
        a_question_id(), ConclusionCode.NOTHING_FOUND, "retriever", digest="d" * 64
    )
    answer = await a_judge().decide_conclusion(concluded, version=1, trace_id="")

    record = record_of(answer)

    assert fits(record)
    assert (record["code"], record["stage"]) == ("nothing_found", "retriever")
    assert (record["question_digest"], record["draft_digest"]) == ("d" * 64, None)


@pytest.mark.parametrize("code", ConclusionCode)
async def test_the_record_of_every_conclusion_fits_its_schema(code: ConclusionCode) -> None:
    concluded = QuestionConcluded(a_question_id(), code, "router", region="GB")

    assert fits(record_of(await a_judge().decide_conclusion(concluded, version=1, trace_id="")))


async def test_document_and_record_are_signed_by_one_key_though_it_is_rotated() -> None:
    keys = [a_signer().key, a_signer().key]

    class Rotating(Signer):
        """Has another key each time that it is asked."""

        @property
        def key(self) -> OKPKey:
            keys.append(keys.pop(0))
            return keys[-1]

        def current(self) -> Signer:
            return Signer(self.key)

    answer = await decided(a_judge(signer=Rotating(keys[0])), an_event())

    verifier = Verifier({str(key.thumbprint()): key for key in keys})
    signed_by = {
        verifier.verify_answer(answer.document, answer.jws).key_id,
        verifier.verify_decision(answer.decision, answer.decision_jws).key_id,
    }
    assert signed_by == {record_of(answer)["key_id"]}


async def test_the_record_is_signed_and_opens_as_a_decision() -> None:
    judge = a_judge()
    answer = await decided(judge, an_event())
    verifier = a_verifier(judge.signer)

    assert verifier.verify_decision(answer.decision, answer.decision_jws).document == record_of(
        answer
    )
    with pytest.raises(VerificationFailed):
        verifier.verify_decision(answer.document, answer.jws)


async def test_the_digest_of_a_draft_does_not_give_the_draft_away() -> None:
    judge = a_judge()
    event = an_event()

    answers = [await decided(judge, event, version=version) for version in (1, 2)]

    digests = {record_of(answer)["draft_digest"] for answer in answers}
    assert len(digests) == 2
    assert sha256_hex(wire.encode(event)) not in digests


async def test_the_record_holds_no_word_of_question_or_answer() -> None:
    question = a_question(text=f"What is {CANARY}?", search_text=CANARY)
    text = f"You should stop {CANARY}."
    answer = await decided(a_judge_with(text), an_event_with(text, question=question))

    assert CANARY.encode() not in answer.decision
    assert b"Azacitidine" not in answer.decision


async def test_nothing_that_came_from_outside_can_carry_words_into_the_record() -> None:
    words = f"tell {CANARY} to everyone"
    draft = a_draft(
        DraftSentence("s9", "Text.", (replace(a_citation(FIRST), passage_id=words),)),
    )
    event = an_event(
        draft,
        question=a_question(digest=words),
        evidence=replace(an_evidence(), corpus_version=words),
    )
    concluded = QuestionConcluded(
        a_question_id(), ConclusionCode.FAILED, words, corpus_version=words, digest=words
    )
    judge = a_judge()

    drafted = await decided(judge, event)
    ended = await judge.decide_conclusion(concluded, version=1, trace_id="")

    for answer in (drafted, ended):
        assert CANARY.encode() not in answer.decision
        assert fits(record_of(answer))


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
