"""The schemas of what answers rest on: passages and sources of the corpus, and its words."""

from collections.abc import Mapping

from caveat.model import SourceType
from services.gateway.contract.forms import (
    COUNT,
    MOMENT,
    PATH,
    SHA256,
    TEXT,
    Fields,
    or_null,
    record,
)

_PASSAGE = {
    "id": TEXT,
    "source_id": TEXT,
    "heading": TEXT,
    "facet": TEXT,
    "subject": TEXT,
    "start": COUNT,
    "end": COUNT,
    "text": TEXT,
    "links": record({"self": PATH, "source": PATH}),
}
_SOURCE = {
    "id": TEXT,
    "type": {"enum": sorted(SourceType)},
    "title": TEXT,
    "publisher": TEXT,
    "url": TEXT,
    "updated_on": or_null(TEXT),
    "retrieved_at": MOMENT,
    "licence": TEXT,
    "text_sha256": SHA256,
    "tier": {"type": "integer", "minimum": 1, "maximum": 4},
    "retracted": {"type": "boolean"},
    "rests_on": or_null(
        record(
            {
                "title": TEXT,
                "publisher": TEXT,
                "type": {"enum": sorted(SourceType)},
                "dated": TEXT,
            }
        )
    ),
    "links": record({"self": PATH}),
}

_A_WORD: Fields = {
    "term": "CAR T-cell therapy",
    "names": ["CAR T-cell therapy", "CAR T-cell", "CAR-T"],
    "definition": "CAR T-cell therapy changes a person's T cells in a lab so that the cells can"
    " find and destroy cancer cells.",
    "source": {
        "id": "src_gebdbh6fkwrbppbzspiqyql3td",
        "type": "demonstration_note",
        "title": "What CAR T-cell therapy means",
        "publisher": "Caveat demonstration notes",
        "url": "http://cancer.org/treatment/treatments-and-side-effects/treatment-types"
        "/immunotherapy/car-t-cell1.html",
        "updated_on": None,
        "retrieved_at": "2026-11-26T00:00:00.000Z",
        "licence": "Apache-2.0",
        "text_sha256": "49cbf668c44d581b7b80a52949a27fe1efadd7e1376b63f8b3b4e20e83b7ba09",
        "tier": 4,
        "retracted": False,
        "rests_on": {
            "title": "CAR T-cell Therapy and Its Side Effects",
            "publisher": "American Cancer Society",
            "type": "patient_summary",
            "dated": "unknown",
        },
        "links": {"self": "/v1/sources/src_gebdbh6fkwrbppbzspiqyql3td"},
    },
    "links": {
        "self": "/v1/glossary/CAR%20T-cell%20therapy",
        "passage": "/v1/passages/psg_2huzst33li6bobscdmbkoyjcyc",
        "source": "/v1/sources/src_gebdbh6fkwrbppbzspiqyql3td",
    },
}

EVIDENCE: Mapping[str, Fields] = {
    "Passage": record({**_PASSAGE, "source": record(_SOURCE)}),
    "Source": record(
        {
            **_SOURCE,
            "corpus_version": TEXT,
            "text": TEXT,
            "passages": {"type": "array", "items": record(_PASSAGE)},
        }
    ),
    "Term": record(
        {
            "term": TEXT,
            "names": {"type": "array", "minItems": 1, "items": TEXT},
            "definition": TEXT,
            "source": record(_SOURCE),
            "links": record({"self": PATH, "passage": PATH, "source": PATH}),
        },
        description="A word that the corpus explains; the first of its names is the one to show.",
        examples=[_A_WORD],
    ),
}
