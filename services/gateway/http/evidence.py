"""Calls about what answers rest on: passages and sources of the corpus, and words it explains."""

import logging
import re
from dataclasses import dataclass

from fastapi import Request, Response

from caveat.errors import UnknownRecord, VerificationFailed
from caveat.terms import LONGEST_TERM
from services.gateway import problems, views
from services.gateway.contract.operations import (
    IF_NONE_MATCH,
    NOT_MODIFIED,
    Call,
    json_reply,
    operation,
)
from services.gateway.http import replies
from services.gateway.ports import Passages

log = logging.getLogger(__name__)

_PASSAGE_ID = re.compile(r"psg_[a-z2-7]{26}")
_SOURCE_ID = re.compile(r"src_[a-z2-7]{26}")

# What an id is the hash of never changes, and the rest (a heading, a date) seldom does.
_KEEP = {"Cache-Control": "private, max-age=300"}


@dataclass(frozen=True, slots=True)
class Evidence:
    """Serves the corpus, a piece at a time."""

    passages: Passages

    async def passage(self, request: Request, passage_id: str) -> Response:
        """Serve a passage with its source."""
        if not _PASSAGE_ID.fullmatch(passage_id):
            return replies.not_found(request, "no passage has this id")
        try:
            found = await self.passages.passages([passage_id])
        except VerificationFailed as error:
            return unfit(request, error)
        if passage_id not in found:
            return replies.not_found(request, "no passage that is served has this id")
        return replies.fresh(request, views.passage_view(found[passage_id]), headers=_KEEP)

    async def source(self, request: Request, source_id: str) -> Response:
        """Serve a source with its stored text and its passages in order."""
        if not _SOURCE_ID.fullmatch(source_id):
            return replies.not_found(request, "no source has this id")
        try:
            kept = await self.passages.source(source_id)
        except UnknownRecord:
            return replies.not_found(request, "no source that is served has this id")
        except VerificationFailed as error:
            return unfit(request, error)
        return replies.fresh(request, views.source_view(kept), headers=_KEEP)

    async def term(self, request: Request, term: str) -> Response:
        """Serve what a word means."""
        if not term.strip() or len(term) > LONGEST_TERM:
            return replies.not_found(request, f"a word has 1 to {LONGEST_TERM} characters")
        try:
            kept = await self.passages.definition(term)
        except UnknownRecord:
            return replies.not_found(request, "the corpus explains no such word")
        except VerificationFailed as error:
            return unfit(request, error)
        return replies.fresh(request, views.term_view(kept), headers=_KEEP)


def unfit(request: Request, error: VerificationFailed) -> Response:
    """Refuse to show what came under a name that it does not fit."""
    log.error("refused what does not fit its name", extra={"error": str(error)})
    return problems.refuse(request, problems.UNVERIFIED_EVIDENCE, "the fault was recorded")


CALLS = (
    Call(
        "GET",
        "/v1/passages/{passage_id}",
        "passage",
        operation(
            "Read a passage",
            tag="evidence",
            description="The id is the hash of source id, offset and text, and was checked.",
            parameters=(IF_NONE_MATCH,),
            replies={200: json_reply("Passage", "The passage.", "ETag"), 304: NOT_MODIFIED},
            problems=(problems.NOT_FOUND, problems.UNVERIFIED_EVIDENCE),
        ),
    ),
    Call(
        "GET",
        "/v1/sources/{source_id}",
        "source",
        operation(
            "Read a source",
            tag="evidence",
            description="With its stored text, whose hash was checked, and its passages in order.",
            parameters=(IF_NONE_MATCH,),
            replies={200: json_reply("Source", "The source.", "ETag"), 304: NOT_MODIFIED},
            problems=(problems.NOT_FOUND, problems.UNVERIFIED_EVIDENCE),
        ),
    ),
    Call(
        "GET",
        "/v1/glossary/{term}",
        "term",
        operation(
            "Look a word up",
            tag="evidence",
            description="The definition is a passage of the corpus. It, its source and the stored"
            " text were held to their hashes.",
            parameters=(IF_NONE_MATCH,),
            replies={200: json_reply("Term", "What it means.", "ETag"), 304: NOT_MODIFIED},
            problems=(problems.NOT_FOUND, problems.UNVERIFIED_EVIDENCE),
        ),
    ),
)
