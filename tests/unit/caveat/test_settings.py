from pathlib import Path

import pytest
from pydantic import Field, ValidationError
from pydantic_settings import SettingsConfigDict

from caveat.chassis.settings import ServiceSettings, SharedSettings, load
from caveat.errors import StartupError


class ScribeSettings(ServiceSettings):
    model_config = SettingsConfigDict(env_prefix="CAVEAT_SCRIBE_", frozen=True, extra="forbid")

    pens: tuple[str, ...] = ("blue",)
    grace: float = Field(default=1.0, ge=0)


@pytest.fixture(autouse=True)
def environment(monkeypatch: pytest.MonkeyPatch) -> pytest.MonkeyPatch:
    monkeypatch.setenv("CAVEAT_SCRIBE_GRPC_PORT", "21001")
    monkeypatch.setenv("CAVEAT_SCRIBE_PROBE_PORT", "21002")
    return monkeypatch


def test_reads_the_environment(environment: pytest.MonkeyPatch) -> None:
    environment.setenv("CAVEAT_SCRIBE_PENS", '["red", "green"]')

    settings = load(ScribeSettings)

    assert (settings.grpc_port, settings.probe_port, settings.window) == (21001, 21002, 32)
    assert settings.pens == ("red", "green")


def test_names_a_missing_variable(environment: pytest.MonkeyPatch) -> None:
    environment.delenv("CAVEAT_SCRIBE_GRPC_PORT")

    with pytest.raises(StartupError, match="CAVEAT_SCRIBE_GRPC_PORT: Field required"):
        load(ScribeSettings)


def test_names_every_variable_at_fault_at_once(environment: pytest.MonkeyPatch) -> None:
    environment.delenv("CAVEAT_SCRIBE_GRPC_PORT")
    environment.setenv("CAVEAT_SCRIBE_PROBE_PORT", "70000")
    environment.setenv("CAVEAT_SCRIBE_GRACE", "-1")

    with pytest.raises(StartupError) as caught:
        load(ScribeSettings)

    for field in ("GRPC_PORT", "PROBE_PORT", "GRACE"):
        assert f"CAVEAT_SCRIBE_{field}: " in str(caught.value)
    assert "\n" not in str(caught.value)


def test_names_an_unknown_variable_of_the_service(environment: pytest.MonkeyPatch) -> None:
    environment.setenv("CAVEAT_SCRIBE_PNES", "[]")

    with pytest.raises(StartupError, match="unknown setting: CAVEAT_SCRIBE_PNES"):
        load(ScribeSettings)


def test_leaves_the_variables_of_others_alone(environment: pytest.MonkeyPatch) -> None:
    environment.setenv("CAVEAT_SCRIBBLER_X", "1")
    environment.setenv("SCRIBE_X", "1")

    assert load(ScribeSettings).window == 32
    assert load(SharedSettings).instance == "1"


def test_names_a_variable_that_should_be_json(environment: pytest.MonkeyPatch) -> None:
    environment.setenv("CAVEAT_SCRIBE_PENS", "red,green")

    with pytest.raises(StartupError, match="pens"):
        load(ScribeSettings)


def test_does_not_repeat_a_value_at_fault(environment: pytest.MonkeyPatch) -> None:
    environment.setenv("CAVEAT_SCRIBE_GRPC_PORT", "hunter2-secret")

    with pytest.raises(StartupError) as caught:
        load(ScribeSettings)

    assert "hunter2" not in str(caught.value)


def test_settings_do_not_change(environment: pytest.MonkeyPatch) -> None:
    settings = load(ScribeSettings)

    with pytest.raises(ValidationError, match="frozen"):
        settings.window = 3


@pytest.mark.parametrize("instance", ["", "a b", "a/../b", "x" * 64, "a\n"])
def test_an_instance_is_a_plain_name(environment: pytest.MonkeyPatch, instance: str) -> None:
    environment.setenv("CAVEAT_INSTANCE", instance)

    with pytest.raises(StartupError, match="CAVEAT_INSTANCE"):
        load(SharedSettings)


@pytest.mark.parametrize("session", ["5999", "60001", "soon"])
def test_a_session_is_between_six_and_sixty_seconds(
    environment: pytest.MonkeyPatch, session: str
) -> None:
    environment.setenv("CAVEAT_SESSION_MS", session)

    with pytest.raises(StartupError, match="CAVEAT_SESSION_MS"):
        load(SharedSettings)


def test_keys_are_kept_at_home_unless_told_otherwise(environment: pytest.MonkeyPatch) -> None:
    environment.setenv("CAVEAT_HOME", "/srv/caveat")
    at_home = load(SharedSettings).keys_folder
    environment.setenv("CAVEAT_KEYS", "/etc/caveat/keys")

    assert at_home == Path("/srv/caveat/keys")
    assert load(SharedSettings).keys_folder == Path("/etc/caveat/keys")
