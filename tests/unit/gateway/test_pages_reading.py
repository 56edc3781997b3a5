"""The answer page, the citation page and static files over HTTP."""

import gzip
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import pytest

from caveat import attestation
from caveat.model import Passage, RestsOn, Source, SourceType
from caveat.model.identity import passage_id_of, source_id_of
from services.retriever.records import Entry
from tests.builders import QUOTE, a_document
from tests.unit.gateway.builders import Gateway
from tests.unit.gateway.fakes import ANSWER_ID, SIGNER

PATH = f"/a/{ANSWER_ID}/is-car-t-cell-therapy-available-for-mds"
BEFORE, AFTER = "CAR T cells are made of a person's own cells.", "Studies go on."
TEXT = f"{BEFORE}\n\n{QUOTE} {AFTER}"
URL = "https://example.org/review"


def an_entry() -> Entry:
    """Make the source of the answer's one citation, as the corpus holds it."""
    source = Source(
        source_id=source_id_of(URL, TEXT),
        type=SourceType.DEMONSTRATION_NOTE,
        title="CAR T-cell therapy and MDS",
        publisher="Caveat demonstration notes",
        url=URL,
        updated_on=None,
        retrieved_at=datetime(2026, 11, 22, tzinfo=UTC),
        licence="Apache-2.0",
        text_sha256=attestation.sha256_hex(TEXT.encode()),
        tier=4,
        rests_on=RestsOn("A review", "A journal", SourceType.REVIEW, "2022"),
    )
    starts = {"What it is": 0, "Where things stand": TEXT.index(QUOTE)}
    texts = (BEFORE, f"{QUOTE} {AFTER}")
    passages = tuple(
        Passage(
            passage_id_of(source.source_id, start, text), source.source_id, heading, "status", text,
            start, "MDS",
        )
        for (heading, start), text in zip(starts.items(), texts, strict=True)
    )  # fmt: skip
    return Entry(source, TEXT, passages)


def a_cited_document() -> dict[str, Any]:
    """Make an answer whose citation stands in `an_entry`."""
    entry, document = an_entry(), a_document()
    [source] = document["sources"].values()
    document["sources"] = {
        entry.source.source_id: source | {"text_sha256": entry.source.text_sha256}
    }
    start = TEXT.index(QUOTE)
    document["citations"]["c1"] |= {
        "source": entry.source.source_id,
        "passage": entry.passages[1].passage_id,
        "selector": {
            "exact": QUOTE,
            "prefix": "",
            "suffix": f" {AFTER}",
            "start": start,
            "end": start + len(QUOTE),
        },
    }
    return document


async def answered(gateway: Gateway, document: dict[str, Any]) -> None:
    content = attestation.canonical(document)
    sha256 = attestation.sha256_hex(content)
    await gateway.answer(document=content, jws=SIGNER.sign(content), sha256=sha256)


async def test_shows_the_page_that_the_renderer_makes(gateway: Gateway) -> None:
    await gateway.answer()

    page = await gateway.read(PATH)

    assert page.text == f"rendered text/html of {ANSWER_ID}"
    assert page.headers["X-Robots-Tag"] == "noindex"
    again = await gateway.read(PATH, If_None_Match=page.headers["ETag"])
    assert (again.status_code, again.text) == (304, "")
    head = await gateway.client.head(PATH)
    assert (head.status_code, head.text) == (200, "")


@pytest.mark.parametrize("path", [f"/a/{ANSWER_ID}", f"/a/{ANSWER_ID}/another-title"])
async def test_leads_from_another_title_to_the_page(gateway: Gateway, path: str) -> None:
    await gateway.answer()

    moved = await gateway.read(path)

    assert (moved.status_code, moved.headers["Location"]) == (308, PATH)


@pytest.mark.parametrize("path", ["/a/ans_x/y", f"/a/{ANSWER_ID}/t", "/a/%00/t", "/a/..%2f/t"])
async def test_shows_nothing_of_what_is_not_there(gateway: Gateway, path: str) -> None:
    page = await gateway.read(path, Accept="text/html,*/*;q=0.8")
    told = await gateway.read(path, Accept="application/json")

    assert (page.status_code, told.status_code) == (404, 404)
    assert page.headers["Content-Type"] == "text/html; charset=utf-8"
    assert told.headers["Content-Type"] == "application/problem+json"


@pytest.mark.parametrize("path", [PATH, f"/c/{ANSWER_ID}/c1"])
async def test_shows_nothing_of_what_does_not_verify(gateway: Gateway, path: str) -> None:
    forged = attestation.canonical(a_document(title="Forged"))
    await gateway.answer(document=forged, jws=SIGNER.sign(b"{}"))

    page = await gateway.read(path)

    assert page.status_code == 500
    assert "does not verify" in page.text
    assert "Forged" not in page.text


async def test_says_that_the_renderer_is_away(gateway: Gateway) -> None:
    await gateway.answer()
    gateway.rendering.away = True

    page = await gateway.read(PATH)

    assert page.status_code == 503
    assert page.headers["Retry-After"]
    assert "If this may be an emergency" in page.text


@pytest.mark.parametrize("path", [PATH, f"/c/{ANSWER_ID}/c1"])
@pytest.mark.parametrize("version", ["", "0", "x", "1&version=2"])
async def test_refuses_a_version_that_is_none(gateway: Gateway, path: str, version: str) -> None:
    await gateway.answer()

    assert (await gateway.read(f"{path}?version={version}")).status_code == 400
    assert (await gateway.read(f"{path}?version=7")).status_code == 404


# --- citations -----------------------------------------------------------------------------------


async def test_shows_the_cited_words_in_their_context(gateway: Gateway) -> None:
    gateway.passages.entries.append(an_entry())
    await answered(gateway, a_cited_document())

    page = await gateway.read(f"/c/{ANSWER_ID}/c1")

    assert page.status_code == 200
    assert f'id="words"><mark>{QUOTE}</mark> {AFTER}</p>' in page.text
    assert f'<p class="other">{BEFORE.replace(chr(39), "&#39;")}</p>' in page.text
    assert "character for character" in page.text
    assert "22 November 2026" in page.text
    assert an_entry().source.text_sha256 in page.text
    assert f'href="{PATH}"' in page.text


@pytest.mark.parametrize("what", ["gone", "another text", "moved", "another passage"])
async def test_says_when_the_stored_copy_no_longer_holds_the_words(
    gateway: Gateway, what: str
) -> None:
    entry, document = an_entry(), a_cited_document()
    if what != "gone":
        gateway.passages.entries.append(entry)
    if what == "another text":
        gateway.passages.entries = [
            replace(entry, source=replace(entry.source, text_sha256="0" * 64))
        ]
    if what == "moved":
        document["citations"]["c1"]["selector"] |= {"start": 1, "end": 1 + len(QUOTE)}
    if what == "another passage":
        document["citations"]["c1"]["passage"] = "psg_other"
    await answered(gateway, document)

    page = await gateway.read(f"/c/{ANSWER_ID}/c1")

    assert page.status_code == 200
    assert f"<mark>{QUOTE}</mark>" in page.text
    assert "no longer holds this passage" in page.text
    assert "character for character" not in page.text


@pytest.mark.parametrize("name", ["c2", "C1", "src_one", "%3Cscript%3E"])
async def test_knows_no_other_citation(gateway: Gateway, name: str) -> None:
    await answered(gateway, a_cited_document())

    assert (await gateway.read(f"/c/{ANSWER_ID}/{name}")).status_code == 404
    assert (await gateway.read(f"/c/ans_other/{name}")).status_code == 404


async def test_says_that_the_corpus_is_away(gateway: Gateway) -> None:
    await answered(gateway, a_cited_document())
    gateway.passages.world.away = True

    assert (await gateway.read(f"/c/{ANSWER_ID}/c1")).status_code == 503


async def test_shows_hostile_texts_of_a_source_as_text(gateway: Gateway) -> None:
    document = a_cited_document()
    [source] = document["sources"].values()
    source |= {"title": "<script>alert(1)</script>\u202e", "url": "javascript:alert(2)"}
    document["citations"]["c1"]["selector"] |= {"exact": "<img src=x onerror=alert(3)>"}
    await answered(gateway, document)

    page = await gateway.read(f"/c/{ANSWER_ID}/c1")

    assert page.status_code == 200
    assert "<script>" not in page.text
    assert "<img" not in page.text
    assert "javascript:" not in page.text
    assert "\u202e" not in page.text  # which would turn the direction of what follows


# --- static files --------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("name", "media_type"),
    [
        ("caveat.css", "text/css; charset=utf-8"),
        ("answer.js", "text/javascript; charset=utf-8"),
        ("verify.js", "text/javascript; charset=utf-8"),
        ("mark.svg", "image/svg+xml"),
    ],
)
async def test_serves_styles_and_scripts(gateway: Gateway, name: str, media_type: str) -> None:
    whole = await gateway.read(f"/static/{name}", Accept_Encoding="identity")
    packed = await gateway.read(f"/static/{name}", Accept_Encoding="gzip")
    known = await gateway.read(f"/static/{name}", If_None_Match=packed.headers["ETag"])

    assert whole.headers["Content-Type"] == media_type
    assert packed.headers["Content-Encoding"] == "gzip"
    assert packed.content == whole.content  # the client has unpacked it
    assert len(gzip.compress(whole.content)) < len(whole.content)
    assert known.status_code == 304


@pytest.mark.parametrize("name", ["nothing.js", "..%2ftemplates%2fask.html.j2", "%2e%2e", "a%00b"])
async def test_serves_nothing_else(gateway: Gateway, name: str) -> None:
    assert (await gateway.read(f"/static/{name}")).status_code == 404


async def test_says_what_it_is(gateway: Gateway) -> None:
    page = await gateway.read("/about")

    assert page.status_code == 200
    assert "not medical advice" in page.text
