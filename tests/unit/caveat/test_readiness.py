import pytest
from prometheus_client import REGISTRY

from caveat.chassis.readiness import Readiness


def waiting_messages(service: str, peer: str) -> float | None:
    labels = {"stage": service, "peer": peer}
    return REGISTRY.get_sample_value("caveat_stage_waiting_messages", labels)


def test_a_service_without_obstacles_is_ready() -> None:
    assert Readiness("scribe").obstacles() == ()


def test_parts_that_start_are_obstacles_until_they_have_started() -> None:
    readiness = Readiness("scribe")
    readiness.starting("index")
    readiness.starting("corpus")

    assert readiness.obstacles() == ("starting:corpus", "starting:index")
    readiness.started("index")
    readiness.started("never-began")
    assert readiness.obstacles() == ("starting:corpus",)


def test_a_peer_is_waited_for_until_the_last_message_has_it() -> None:
    readiness = Readiness("scribe-1")

    with readiness.waiting_for("guard"):
        with readiness.waiting_for("guard"), readiness.waiting_for("kafka"):
            assert readiness.obstacles() == ("waiting:guard", "waiting:kafka")
            assert waiting_messages("scribe-1", "guard") == 2
        assert readiness.obstacles() == ("waiting:guard",)

    assert readiness.obstacles() == ()
    assert waiting_messages("scribe-1", "guard") == 0


def test_an_error_while_waiting_ends_the_waiting() -> None:
    readiness = Readiness("scribe-2")

    with pytest.raises(KeyError), readiness.waiting_for("guard"):
        raise KeyError

    assert readiness.obstacles() == ()
    assert waiting_messages("scribe-2", "guard") == 0
