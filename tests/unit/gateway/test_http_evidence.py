import pytest

from caveat.errors import VerificationFailed
from caveat.terms import LONGEST_TERM
from services.gateway.ports import Passages
from tests.unit.gateway.builders import Gateway, assert_problem
from tests.unit.gateway.fake_peers import FakePassages
from tests.unit.retriever.builders import WORDS, an_entry

ENTRY = an_entry("Fever is common.\n\nFever can be high.", heading="What it is", subject="fever")
FIRST, SECOND = ENTRY.passages


@pytest.fixture(autouse=True)
def corpus(gateway: Gateway) -> FakePassages:
    gateway.passages.entries += [ENTRY, WORDS]
    return gateway.passages


async def test_serves_a_passage_with_its_source(gateway: Gateway) -> None:
    response = await gateway.read(f"/v1/passages/{SECOND.passage_id}")

    body = response.json()
    assert (body["id"], body["text"]) == (SECOND.passage_id, "Fever can be high.")
    assert (body["start"], body["end"]) == (18, 36)
    assert body["source"]["id"] == ENTRY.source.source_id == body["source_id"]
    assert body["source"]["text_sha256"] == ENTRY.source.text_sha256
    assert body["links"]["source"] == f"/v1/sources/{ENTRY.source.source_id}"
    held = {"If_None_Match": response.headers["ETag"]}
    again = await gateway.read(f"/v1/passages/{SECOND.passage_id}", **held)
    assert (again.status_code, again.content) == (304, b"")


async def test_serves_a_source_with_its_text_and_passages(gateway: Gateway) -> None:
    body = (await gateway.read(f"/v1/sources/{ENTRY.source.source_id}")).json()

    assert body["text"] == ENTRY.text
    assert [one["id"] for one in body["passages"]] == [FIRST.passage_id, SECOND.passage_id]
    assert all(body["text"][one["start"] : one["end"]] == one["text"] for one in body["passages"])
    assert body["corpus_version"] == "cv_fake"


@pytest.mark.parametrize("term", ["blast", "BLAST", "Blast Cell", "%20blast%20cell"])
async def test_says_what_a_word_means_in_any_spelling(gateway: Gateway, term: str) -> None:
    response = await gateway.read(f"/v1/glossary/{term}")

    body = response.json()
    assert (body["term"], body["names"]) == ("blast", ["blast", "blast cell"])
    assert body["definition"] == "Blasts are young blood cells."
    assert body["source"]["id"] == WORDS.source.source_id
    links = body["links"]
    assert links["passage"] == f"/v1/passages/{WORDS.passages[0].passage_id}"
    for link in links.values():
        assert (await gateway.read(link)).status_code == 200
    again = await gateway.read(links["self"], If_None_Match=response.headers["ETag"])
    assert (again.status_code, again.content) == (304, b"")


@pytest.mark.parametrize(
    "term", ["fever", "blas", "blast%2Fcell", "%00", "%FF", "x" * LONGEST_TERM]
)
async def test_explains_no_other_word(gateway: Gateway, term: str) -> None:
    assert_problem(await gateway.read(f"/v1/glossary/{term}"), 404, "not-found")


@pytest.mark.parametrize("term", ["%20", "%0A", "x" * (LONGEST_TERM + 1), "%20" * 5000])
async def test_asks_nobody_about_what_is_no_word(
    gateway: Gateway, corpus: FakePassages, term: str
) -> None:
    assert_problem(await gateway.read(f"/v1/glossary/{term}"), 404, "not-found")

    assert corpus.world.calls == 0


BAD = ["x", "..%2F..", "psg_" + "a" * 25, "psg_" + "A" * 26, "src_" + "a" * 27, "%00", "a" * 5000]


@pytest.mark.parametrize("name", [*BAD, "psg_" + "a" * 26, "src_" + "a" * 26])
async def test_knows_nothing_under_another_id(gateway: Gateway, name: str) -> None:
    for noun in ("passages", "sources"):
        assert_problem(await gateway.read(f"/v1/{noun}/{name}"), 404, "not-found")


@pytest.mark.parametrize("name", BAD)
async def test_asks_nobody_about_what_is_no_id(
    gateway: Gateway, corpus: FakePassages, name: str
) -> None:
    await gateway.read(f"/v1/passages/{name}")
    await gateway.read(f"/v1/sources/{name}")

    assert corpus.world.calls == 0


@pytest.mark.parametrize(
    "path",
    [
        f"/v1/passages/{FIRST.passage_id}",
        f"/v1/sources/{ENTRY.source.source_id}",
        "/v1/glossary/blast",
    ],
)
async def test_says_that_the_retriever_is_away(gateway: Gateway, path: str) -> None:
    gateway.passages.world.away = True

    response = await gateway.read(path)

    assert assert_problem(response, 503, "overloaded")["away"] == "retriever"
    assert response.headers["Retry-After"] == "5"


@pytest.mark.parametrize(
    ("method", "path"),
    [
        ("passages", f"/v1/passages/{FIRST.passage_id}"),
        ("source", f"/v1/sources/{ENTRY.source.source_id}"),
        ("definition", "/v1/glossary/blast"),
    ],
)
async def test_shows_nothing_that_does_not_fit_its_name(
    gateway: Gateway, monkeypatch: pytest.MonkeyPatch, method: str, path: str
) -> None:
    async def lie(self: Passages, name: object) -> object:
        raise VerificationFailed("a passage does not hash to its id")

    monkeypatch.setattr(FakePassages, method, lie)

    assert_problem(await gateway.read(path), 500, "unverified-evidence")
