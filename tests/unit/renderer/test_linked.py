import json
from typing import Any

import pytest

from services.renderer.linked import linked_data
from tests.builders import a_document, a_refusal
from tests.unit.renderer.builders import PAGES, SHA256, a_full_document


def described(document: dict[str, Any]) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(linked_data(document, SHA256))
    return found


def test_describes_an_answer_as_a_medical_page_for_patients() -> None:
    assert described(a_document()) == {
        "@context": "https://schema.org",
        "@type": "MedicalWebPage",
        "name": "Is CAR-T cell therapy available for MDS?",
        "url": "/a/ans_0123456789abcdefghijklmnop/is-car-t-cell-therapy-available-for-mds",
        "inLanguage": "en",
        "dateModified": "2026-11-22T10:00:00Z",
        "about": {
            "@type": "MedicalEntity",
            "name": "Myelodysplastic syndromes (MDS)",
            "code": [{"@type": "MedicalCode", "codeValue": "C3247", "codingSystem": "NCIt"}],
        },
        "audience": {"@type": "MedicalAudience", "audienceType": "Patient"},
        "citation": [
            {
                "@type": "CreativeWork",
                "name": "CAR T-cell therapy and MDS",
                "publisher": {"@type": "Organization", "name": "Caveat demonstration notes"},
                "url": "https://example.org/review",
                "isBasedOn": {
                    "@type": "CreativeWork",
                    "name": "A review",
                    "publisher": {"@type": "Organization", "name": "A journal"},
                },
            }
        ],
        "publisher": {"@type": "Organization", "name": "Caveat demonstration"},
        "isAccessibleForFree": True,
        "identifier": {"@type": "PropertyValue", "propertyID": "sha256", "value": SHA256},
    }


def test_lists_each_cited_source_once_by_its_number_and_no_other() -> None:
    document = a_full_document()
    cited = document["citations"]["c1"]
    document["sources"]["src_three"] = document["sources"]["src_one"] | {
        "title": "First",
        "updated_on": "2026-03-11",
        "published_on": "2024",
    }
    document["citations"] = {
        "c1": cited | {"n": 2},
        "c2": cited | {"n": 1, "source": "src_three"},
        "c3": cited | {"n": 3},
    }
    document["sentences"]["s1"]["citations"] = ["c1", "c2", "c3"]

    works = described(document)["citation"]

    assert [work["name"] for work in works] == ["First", "CAR T-cell therapy and MDS"]
    assert works[0]["dateModified"] == "2026-03-11"
    assert works[0]["datePublished"] == "2024"


def test_calls_the_page_of_a_refusal_no_medical_one() -> None:
    found = described(a_refusal())

    assert found["@type"] == "WebPage"
    assert "citation" not in found


@pytest.mark.parametrize("kind", sorted(PAGES))
def test_claims_no_review_and_no_truth(kind: str) -> None:
    text = linked_data(PAGES[kind], SHA256).decode()

    assert "ClaimReview" not in text
    assert "lastReviewed" not in text


def test_cannot_end_the_script_element_that_it_may_stand_in() -> None:
    title = "</script><script>alert(1)</script>&lt;"

    text = linked_data(a_document(title=title), SHA256).decode()

    assert not {"<", ">", "&"} & set(text)
    assert json.loads(text)["name"] == title


def test_leads_nowhere_that_is_no_web_address() -> None:
    document = a_document()
    document["sources"]["src_one"]["url"] = "javascript:alert(1)"

    assert "url" not in described(document)["citation"][0]
