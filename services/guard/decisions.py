"""Decide: judge a draft or take a fixed page, assemble the document, record and sign it. Pure.

The security argument, step by step:
(1) every rule judges every sentence; what fails is dropped, and all that is left is judged again;
(2) the document is assembled from judged sentences, constants of the policy, and escaped copies;
(3) it is serialised once, and so is the record; each is signed, both by one key.
"""

from collections.abc import Callable, Mapping
from typing import Any

from caveat.attestation import Signer, canonical, sha256_hex
from services.guard.document import Imprint
from services.guard.ports import Decision


def make_decision(
    build: Callable[[int], Mapping[str, Any]],
    account: Mapping[str, Any],
    *,
    imprint: Imprint,
    digest: str,
    signer: Signer,
) -> Callable[[int], Decision]:
    """Return the function that turns a decision number into a signed decision.

    `account` is what the record says of how it came to the page that `build` makes.
    """

    def make(number: int) -> Decision:
        page = build(number)
        one = signer.current()  # one key for both signatures, whatever is rotated meanwhile
        document = canonical(page)
        jws = one.sign(document)
        record = canonical(
            {
                **account,
                **_decided(number, page),
                "document_sha256": sha256_hex(document),
                "signature": jws,
                "key_id": one.key_id,
            }
        )
        return Decision(
            number=number,
            question_id=imprint.question_id,
            version=imprint.version,
            digest=digest,
            document=document,
            jws=jws,
            record=record,
            record_jws=one.sign(record),
        )

    return make


def _decided(number: int, page: Mapping[str, Any]) -> dict[str, Any]:
    """Say what was decided, by which policy, and which constants were shown."""
    guard = page["guard"]
    return {
        "schema": "caveat/decision/1",
        "decision_number": number,
        "decision_id": guard["decision_id"],
        "question_id": page["question_id"],
        "version": page["version"],
        "decided_at": guard["decided_at"],
        "answer_id": page["id"],
        "status": page["status"],
        "code": page["status_reason"],
        "verdict": guard["verdict"],
        "policy": guard["policy"],
        "disclaimers": [
            {"id": shown["id"], "version": shown["version"]}
            for shown in (*page["disclaimers"].values(), *page["notices"])
        ],
        "trace_id": page["trace_id"],
    }
