"""How many dead letters a replay sends, and how fast."""

from typing import Any

import pytest
from typer.testing import CliRunner

from caveat.cli import letters as letters_module
from caveat.cli.letters import replay
from caveat.cli.local import local_of
from caveat.cli.main import app
from tests.unit.caveat.test_cli_letters import a_letter


class FakeProducer:
    """Takes every record, and remembers when."""

    def __init__(self, now: list[float]) -> None:
        self._now = now
        self.sent: list[tuple[float, str]] = []

    def send(self, topic: str, **record: Any) -> "FakeProducer":
        self.sent.append((self._now[0], topic))
        return self

    def get(self, timeout: float) -> None:
        assert timeout > 0

    def close(self) -> None:
        """Nothing to close."""


def test_sends_no_faster_than_it_was_told(monkeypatch: pytest.MonkeyPatch) -> None:
    now = [0.0]
    producer = FakeProducer(now)
    monkeypatch.setattr("kafka.KafkaProducer", lambda **_: producer)
    monkeypatch.setattr(letters_module, "options", lambda local: {})
    monkeypatch.setattr(
        letters_module.time, "sleep", lambda seconds: now.__setitem__(0, now[0] + seconds)
    )

    sent = list(replay(local_of({}), [a_letter(n) for n in range(5)], rate=2.0))

    assert len(sent) == 5
    assert [at for at, _ in producer.sent] == [0.0, 0.5, 1.0, 1.5, 2.0]


@pytest.mark.parametrize(("options", "count"), [((), 100), (("--max", "3"), 3)])
def test_sends_no_more_than_the_cap(
    monkeypatch: pytest.MonkeyPatch, options: tuple[str, ...], count: int
) -> None:
    sent: list[Any] = []
    found = [a_letter(n) for n in range(150)]

    def replayed(local: Any, batch: Any, *, rate: float) -> Any:
        assert rate == 5.0
        sent.extend(batch)
        return iter(batch)

    monkeypatch.setattr("caveat.cli.letters.letters_of", lambda local, services: iter(found))
    monkeypatch.setattr("caveat.cli.peers.decided_of", lambda local, wanted: frozenset())
    monkeypatch.setattr("caveat.cli.peers.record_operation", lambda *told: 7)
    monkeypatch.setattr("caveat.cli.letters.replay", replayed)

    told = CliRunner().invoke(app, ["dlq", "replay", "router", "--go", *options])

    assert told.exit_code == 0, told.output
    assert [letter.offset for letter in sent] == list(range(count))
