"""The samples are what the guard signs, in every state, and no stack trusts them."""

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import jsonschema
import pytest

from caveat import attestation, samples
from caveat.errors import UnknownRecord, VerificationFailed
from caveat.model import ConclusionCode
from caveat.samples import Sample
from caveat.terms import DEFINITION, LONGEST_TERM, names_of
from services.gateway.adapters.retriever import _check_source
from services.guard.policy_file import load_policy
from services.guard.publication import unsound
from services.guard.settings import DEFAULT_POLICY
from services.renderer.core import page_of
from tests.unit.web.verify_js import said

ROOT = Path(__file__).parents[2]
FOLDER = ROOT / "caveat" / "samples"
SAMPLES = samples.samples()
SCHEMA = json.loads((ROOT / "caveat" / "schemas" / "answer-1.schema.json").read_text())
VERIFIER = attestation.verifier_of(samples.jwks())

each_sample = pytest.mark.parametrize("sample", SAMPLES, ids=lambda sample: sample.name)


def of(state: str, region: str = "") -> dict[str, Any]:
    [found] = [s for s in SAMPLES if (s.state, s.region) == (state, region)]
    return found.document


def test_there_is_a_sample_of_every_status_and_code():
    statuses = {sample.document["status"] for sample in SAMPLES}
    codes = {sample.document["status_reason"] for sample in SAMPLES} - {None}

    assert statuses == {"published", "insufficient_evidence", "refused", "failed"}
    assert codes == {str(code) for code in ConclusionCode}


def test_the_index_names_every_file_and_no_name_twice():
    assert {f"{sample.name}.json" for sample in SAMPLES} == {
        path.name for path in (FOLDER / "envelopes").iterdir()
    }
    for names in (
        [s.document["id"] for s in SAMPLES],
        [s.document["question_id"] for s in SAMPLES],
    ):
        assert len(set(names)) == len(SAMPLES)


@each_sample
def test_a_sample_fits_the_published_schema_and_holds_together(sample: Sample):
    jsonschema.Draft202012Validator(SCHEMA).validate(sample.document)
    assert unsound(sample.document) == ""


@each_sample
def test_a_sample_verifies_with_our_own_verifier(sample: Sample):
    content = attestation.canonical(sample.document)
    told = sample.envelope["attestation"]

    attested = VERIFIER.verify_answer(content, told["jws"])

    assert attested.key_id == told["key_id"] == samples.signer().key_id
    assert told["payload_sha256"] == attestation.sha256_hex(content)


@each_sample
def test_a_sample_can_be_shown(sample: Sample):
    page = page_of(sample.document, sample.envelope["attestation"]["payload_sha256"])

    assert page.title == sample.document["title"]


def test_the_browsers_verifier_agrees(tmp_path: Path):
    vectors = tmp_path / "envelopes.json"
    envelopes = [{"name": s.name, "envelope": json.dumps(s.envelope)} for s in SAMPLES]
    vectors.write_text(json.dumps({"jwks": samples.jwks(), "envelopes": envelopes}))

    assert said(vectors, "envelopes") == {sample.name: True for sample in SAMPLES}


def test_the_verifier_in_one_file_agrees():
    script = ROOT / "verifiers" / "caveat_verify.py"
    for path in sorted((FOLDER / "envelopes").iterdir()):
        ran = subprocess.run(
            [sys.executable, script, "answer", path, "--jwks", FOLDER / "jwks.json"],
            capture_output=True,
            text=True,
            timeout=60,
            check=False,
        )
        assert ran.returncode == 0, f"{path.name}: {ran.stdout}{ran.stderr}"


def test_no_stack_trusts_a_sample(tmp_path: Path):
    attestation.create_keys(tmp_path)
    of_a_stack = attestation.load_verifier(tmp_path)

    for sample in SAMPLES:
        with pytest.raises(VerificationFailed, match="key"):
            of_a_stack.verify_answer(
                attestation.canonical(sample.document), sample.envelope["attestation"]["jws"]
            )


def test_the_key_set_holds_no_private_part():
    [key] = samples.jwks()["keys"]

    assert "d" not in key
    assert samples.jwks() == json.loads((FOLDER / "jwks.json").read_text())


def test_the_samples_are_by_the_policy_of_today():
    policy = load_policy(ROOT / DEFAULT_POLICY)

    assert {s.document["guard"]["policy"]["sha256"] for s in SAMPLES} == {policy.sha256}


def test_the_plain_answer_shows_what_a_page_can_hold():
    page = of("published")
    blocks = {block["type"] for section in page["sections"] for block in section["blocks"]}

    assert blocks == {"paragraph", "list"}
    assert len(page["summary"]["sentences"]) == 2
    assert len(page["sections"]) > 2
    assert len(page["citations"]) > 4
    assert page["gaps"]
    assert page["questions_to_ask"]
    assert page["guard"]["verdict"] == "pass"


def test_what_was_taken_out_is_told_and_not_shown():
    page = of("edited")

    edits = page["guard"]["edits"]
    assert {edit["check"] for edit in edits} == {"advice.directive", "advice.dose"}
    assert page["guard"]["verdict"] == "pass_with_edits"
    assert not {edit["sentence"] for edit in edits} & page["sentences"].keys()


def test_the_other_kinds_of_answers_say_what_they_are():
    notices = [notice["id"] for notice in of("reframed")["notices"]]
    assert "notice.reframe" in notices
    assert of("reframed")["question"]["redacted"]
    assert of("fallback")["by"]["fallback"]["reason"] == "timeout"


@pytest.mark.parametrize("state", ["emergency", "crisis"])
def test_whom_to_call_depends_on_the_region(state: str):
    contacts = {
        region: [contact["region"] for contact in of(state, region)["care"]["contacts"]]
        for region in ("", "US", "GB")
    }

    assert set(contacts["US"]) == {"US"}
    assert set(contacts["GB"]) == {"GB"}
    assert contacts[""] not in (contacts["US"], contacts["GB"])


def test_what_the_samples_cite_stands_in_the_kept_sources():
    from caveat.cli.player import PassagesHere

    kept = PassagesHere(samples.passages())
    for sample in SAMPLES:
        document = sample.document
        for citation in document["citations"].values():
            source = kept._sources[citation["source"]]
            _check_source(citation["source"], source)
            selector = citation["selector"]
            assert source.text[selector["start"] : selector["end"]] == selector["exact"]
            assert citation["passage"] in {passage.passage_id for passage in source.passages}


async def test_every_word_that_the_samples_use_can_be_looked_up():
    from caveat.cli.player import PassagesHere

    kept = PassagesHere(samples.passages())
    words = [p for s in kept._sources.values() for p in s.passages if p.facet == DEFINITION]

    for word in words:
        for name in names_of(word):
            assert (await kept.definition(name.upper())).passage == word
    assert len(words) > 10
    for unknown in ("fever pitch", "", "x" * (LONGEST_TERM + 1)):
        with pytest.raises(UnknownRecord):
            await kept.definition(unknown)


def test_a_sample_that_is_issued_for_a_question_is_its_answer_and_nothing_else_changes():
    sample = SAMPLES[0]

    content, jws = sample.issued("01980000-0000-7000-8000-000000000001", "ans_" + "a" * 26)

    document = VERIFIER.verify_answer(content, jws).document
    assert document["question_id"] == "01980000-0000-7000-8000-000000000001"
    names = {"id", "question_id"}
    assert {k: v for k, v in document.items() if k not in names} == {
        k: v for k, v in sample.document.items() if k not in names
    }
    jsonschema.Draft202012Validator(SCHEMA).validate(document)
