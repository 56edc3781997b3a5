"""The real application holds to its own description, whatever schemathesis thinks of sending.

Once with ids as they come, which mostly name nothing, and once with ids that name something.
"""

import asyncio
from typing import Any

import schemathesis
from hypothesis import HealthCheck, settings
from schemathesis.config import SchemathesisConfig

from services.gateway import openapi
from tests.unit.gateway.builders import Gateway
from tests.unit.gateway.fake_peers import FakeLog, FakePassages
from tests.unit.gateway.fakes import ANSWER_ID, QUESTION_ID
from tests.unit.retriever.builders import WORDS, an_entry

ENTRY = an_entry("Fever is common.\n\nFever can be high.", heading="What it is", subject="fever")
KNOWN = {
    "question_id": QUESTION_ID,
    "name": ANSWER_ID,
    "passage_id": ENTRY.passages[0].passage_id,
    "source_id": ENTRY.source.source_id,
    "term": "blast cell",
    "decision_id": "dec_1",
    "size": "latest",
    "slug": "not-found",
    "schema": "answer-1",
}
BOUNDED = settings(
    max_examples=15,
    deadline=None,
    derandomize=True,
    database=None,
    suppress_health_check=list(HealthCheck),
)


def a_gateway() -> Gateway:
    gateway = Gateway(passages=FakePassages(ENTRY, WORDS), log=FakeLog(1), lacking="")
    asyncio.run(gateway.answer())
    return gateway


def described(known: dict[str, str]) -> Any:
    config = SchemathesisConfig.from_dict(
        {
            "seed": 1,
            "parameters": {f"path.{name}": value for name, value in known.items()},
            # No pattern says that a text has its length in NFC, and something visible.
            "operations": [
                {
                    "include-operation-id": "ask",
                    "checks": {
                        "positive_data_acceptance": {
                            "expected-statuses": [200, 202, 400, 409, 422]
                        },
                        # 413 is how a text that is too long is refused.
                        "negative_data_rejection": {"expected-statuses": [400, 409, 413, 415, 422]},
                    },
                }
            ],
        }
    )
    schema = schemathesis.openapi.from_dict(openapi.document(), config=config)
    schema.app = a_gateway().app
    return schema


anything = described({})
something = described(KNOWN)


@anything.parametrize()
@BOUNDED
def test_holds_to_its_description_whatever_is_asked_for(case: Any) -> None:
    case.call_and_validate()


@something.parametrize()
@BOUNDED
def test_holds_to_its_description_about_what_there_is(case: Any) -> None:
    case.call_and_validate()
