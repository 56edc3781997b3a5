import json
import threading
from collections.abc import Iterator
from dataclasses import dataclass
from http.server import ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest

from caveat.attestation import create_keys, load_signer
from caveat.cli import main as command_line
from caveat.cli.asking import STEPS
from caveat.cli.gateway import answer_id_of
from tests.builders import a_document, a_question_id, a_refusal
from tests.unit.caveat.fakes import ANSWER_ID, QUESTION_ID, FakeGateway, handler_of


@pytest.fixture
def gateway(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[FakeGateway]:
    home = tmp_path / "home"
    create_keys(home / "keys")
    document = a_document(id=ANSWER_ID, question_id=QUESTION_ID)
    fake = FakeGateway(home / "keys", document)
    server = ThreadingHTTPServer(("127.0.0.1", 0), handler_of(fake))
    threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}).start()
    monkeypatch.setenv("CAVEAT_HOME", str(home))
    monkeypatch.setenv("CAVEAT_GATEWAY_URL", f"http://127.0.0.1:{server.server_port}")
    yield fake
    server.shutdown()
    server.server_close()


@dataclass(frozen=True)
class Ran:
    status: int
    out: str
    err: str


@pytest.fixture
def caveat(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Any:
    """Run the command line in this process, as its entry point does."""

    def run(*arguments: str) -> Ran:
        monkeypatch.setattr("sys.argv", ["caveat", *arguments])
        with pytest.raises(SystemExit) as left:
            command_line.main()
        said = capsys.readouterr()
        return Ran(int(left.value.code or 0), said.out, said.err)

    return run


def test_prints_a_published_answer_with_what_was_verified(gateway: FakeGateway, caveat: Any):
    gateway.statuses = ["accepted", "screening", "drafting", "drafting", "publishing", "done"]

    ran = caveat("ask", "Is it available?", "--region", "US", "--lang", "en")

    assert ran.status == 0
    assert "the words of the page" in ran.out
    told = [line for line in ran.err.splitlines() if line in STEPS.values()]
    assert told == ["Checking your question", "Writing a draft", "Publishing"]
    assert "Call 911." in ran.err
    assert load_signer(gateway.keys).key_id in ran.err
    assert "decision dec_1" in ran.err


def test_lets_no_server_steer_the_terminal(gateway: FakeGateway, caveat: Any):
    assert "\x1b" not in caveat("ask", "Is it available?").out


def test_sends_what_was_asked_with_a_fresh_key_each_time(gateway: FakeGateway, caveat: Any):
    caveat("ask", "Is it available?", "--region", "US")
    caveat("ask", "Is it available?")

    (first, key), (second, other) = gateway.asked
    assert first == {
        "text": "Is it available?",
        "lang": None,
        "region": "US",
        "audience": "patient",
    }
    assert second["region"] is None
    assert key != other


@pytest.mark.parametrize(
    ("document", "status"),
    [
        (a_document(status="published"), 0),
        (a_refusal(), 3),
        (a_document(status="insufficient_evidence"), 3),
        (a_document(status="failed"), 1),
    ],
)
def test_the_exit_status_says_how_it_ended(
    gateway: FakeGateway, caveat: Any, document: dict[str, Any], status: int
):
    gateway.document = document | {"id": ANSWER_ID, "question_id": QUESTION_ID}

    assert caveat("ask", "Is it available?").status == status


def test_shows_no_answer_whose_signature_does_not_hold(gateway: FakeGateway, caveat: Any):
    gateway.tampered = True

    for ran in (caveat("ask", "Is it available?"), caveat("show", ANSWER_ID)):
        assert ran.status == 5
        assert ran.out == ""
        assert "digest" in ran.err


def test_shows_no_answer_to_another_question(gateway: FakeGateway, caveat: Any):
    gateway.document = gateway.document | {"question_id": a_question_id()}

    ran = caveat("ask", "Is it available?")

    assert (ran.status, ran.out) == (5, "")
    assert "something else" in ran.err


def test_says_when_it_trusts_the_gateways_own_keys(
    gateway: FakeGateway, caveat: Any, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
):
    monkeypatch.setenv("CAVEAT_HOME", str(tmp_path / "elsewhere"))

    ran = caveat("verify", ANSWER_ID)

    assert ran.status == 0
    assert "gateway's own keys" in ran.err


def test_prints_the_envelope_for_programs(gateway: FakeGateway, caveat: Any):
    ran = caveat("ask", "Is it available?", "--json", "--quiet")

    assert ran.err == ""
    assert json.loads(ran.out)["answer"] == gateway.document


def test_leaves_at_once_when_told_not_to_wait(gateway: FakeGateway, caveat: Any):
    gateway.statuses = ["screening"]

    ran = caveat("ask", "Is it available?", "--no-wait", "--json")

    assert ran.status == 0
    assert json.loads(ran.out)["id"] == QUESTION_ID


def test_gives_up_waiting_when_its_time_is_over(gateway: FakeGateway, caveat: Any):
    gateway.statuses = ["checking"]

    ran = caveat("ask", "Is it available?", "--timeout", "0.1")

    assert ran.status == 69
    assert "still checking" in ran.err


def test_names_the_field_that_the_gateway_refused(gateway: FakeGateway, caveat: Any):
    gateway.problem = 400, {"errors": [{"pointer": "/text", "detail": "is too short"}]}

    ran = caveat("ask", "?")

    assert (ran.status, ran.err) == (2, "caveat: text is too short\n")


@pytest.mark.parametrize(("code", "status"), [(404, 1), (503, 69), (500, 69)])
def test_problems_of_the_gateway_are_one_line(
    gateway: FakeGateway, caveat: Any, code: int, status: int
):
    gateway.problem = code, {"title": "not now"}

    ran = caveat("show", ANSWER_ID)

    assert ran.status == status
    assert ran.err.count("\n") == 1
    assert "not now" in ran.err


def test_a_gateway_that_is_away_is_exit_69(caveat: Any, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setenv("CAVEAT_GATEWAY_URL", "http://127.0.0.1:1")

    ran = caveat("ask", "Is it available?")

    assert ran.status == 69
    assert ran.err.startswith("caveat: the gateway is unavailable")


@pytest.mark.parametrize(
    ("away", "named"),
    [("kafka", "Kafka"), ("gateway-store", "the gateway's store"), ("", "the gateway")],
)
def test_says_what_is_away(gateway: FakeGateway, caveat: Any, away: str, named: str):
    gateway.problem = 503, {"title": "not now", "away": away}

    ran = caveat("ask", "Is it available?")

    assert ran.status == 69
    assert ran.err.startswith(f"caveat: {named} is unavailable: 503 not now")


@pytest.mark.parametrize("place", ["", "missing/answer.json"], ids=["a folder", "no folder"])
def test_asks_nothing_when_the_answer_could_not_be_kept(
    gateway: FakeGateway, caveat: Any, tmp_path: Path, place: str
):
    ran = caveat("ask", "Is it available?", "--save", str(tmp_path / place))

    assert (ran.status, gateway.asked) == (69, [])
    assert ran.err.startswith("caveat: nothing can be kept in")


def test_prints_the_answer_before_it_fails_to_keep_it(
    gateway: FakeGateway, caveat: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    def full(*_: Any, **__: Any) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(Path, "write_text", full)

    ran = caveat("ask", "Is it available?", "--save", str(tmp_path / "answer.json"))

    assert ran.status == 69
    assert "the words of the page" in ran.out
    assert "No space left" in ran.err


def test_verifies_a_file_line_by_line_and_fails_with_5(
    gateway: FakeGateway, caveat: Any, tmp_path: Path
):
    saved = tmp_path / "answer.json"
    assert caveat("ask", "Is it available?", "--save", str(saved)).status == 0

    good = caveat("verify", str(saved))
    assert (good.status, len(good.out.splitlines())) == (0, 5)

    saved.write_text(saved.read_text().replace("Where things stand", "Where things are"))
    bad = caveat("verify", str(saved))
    assert bad.status == 5
    assert "FAILED  signature" in bad.out


def test_verifies_against_keys_that_are_named(gateway: FakeGateway, caveat: Any, tmp_path: Path):
    create_keys(tmp_path / "others")

    ran = caveat(
        "verify", ANSWER_ID, "--keys", str(tmp_path / "others" / "public" / "jwks.json"), "--json"
    )

    assert ran.status == 5
    assert json.loads(ran.out)["holds"] is False


def test_a_file_that_is_no_envelope_is_one_line(caveat: Any, tmp_path: Path):
    (tmp_path / "x.json").write_text("[1")

    ran = caveat("verify", str(tmp_path / "x.json"))

    assert ran.status == 5
    assert ran.err.count("\n") == 1


def test_a_file_that_is_not_there_is_said_to_be(caveat: Any, tmp_path: Path):
    ran = caveat("verify", str(tmp_path / "answer.json"))

    assert ran.status == 1
    assert "is not there" in ran.err


@pytest.fixture
def saved(gateway: FakeGateway, caveat: Any, tmp_path: Path) -> Path:
    assert caveat("ask", "Is it available?", "--save", str(tmp_path / "answer.json")).status == 0
    return tmp_path / "answer.json"


def test_verifies_a_file_by_named_keys_without_a_stack(
    gateway: FakeGateway, caveat: Any, saved: Path, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
):
    monkeypatch.setenv("CAVEAT_GATEWAY_URL", "http://127.0.0.1:1")
    monkeypatch.setenv("CAVEAT_HOME", str(tmp_path / "elsewhere"))

    ran = caveat("verify", str(saved), "--jwks", str(gateway.keys / "public" / "jwks.json"))

    assert (ran.status, ran.err) == (0, "")


def test_pins_the_key_that_may_have_signed(
    gateway: FakeGateway, caveat: Any, saved: Path, monkeypatch: pytest.MonkeyPatch
):
    fingerprint = load_signer(gateway.keys).key_id

    assert caveat("verify", str(saved), "--fingerprint", fingerprint).status == 0
    other = caveat("verify", str(saved), "--fingerprint", "another")
    assert other.status == 5
    assert "FAILED  fingerprint" in other.out

    monkeypatch.setenv("CAVEAT_FINGERPRINT", f"another {fingerprint}")
    assert caveat("verify", str(saved)).status == 0
    monkeypatch.setenv("CAVEAT_FINGERPRINT", "another")
    assert caveat("verify", str(saved)).status == 5
    assert caveat("show", ANSWER_ID).status == 5


def test_refuses_a_file_with_a_repeated_member(gateway: FakeGateway, caveat: Any, saved: Path):
    text = saved.read_text()
    saved.write_text(text.replace('"status": ', '"status": "refused", "status": ', 1))

    ran = caveat("verify", str(saved))

    assert ran.status == 5
    assert "repeated" in ran.err


@pytest.mark.parametrize(
    ("links", "found"),
    [
        ({"answer": "/v1/answers/ans_x"}, "ans_x"),
        ({"answer": "http://host/v1/answers/ans_x?version=2"}, "ans_x"),
        ({"answer": {"href": "/v1/answers/ans_x"}}, "ans_x"),
        ({"answer": None}, ""),
        (None, ""),
    ],
)
def test_finds_the_answer_among_the_links(links: Any, found: str):
    assert answer_id_of({"links": links}) == found
