"""Who a process is on Kafka: the settings of a service, and the options of the command line."""

from pathlib import Path

import pytest

from caveat.authority import ADMIN
from caveat.chassis.settings import SharedSettings
from caveat.chassis.stream import Access, access_of
from caveat.cli.access import new_password, options, write_password
from caveat.cli.local import Local, local_of
from caveat.errors import DependencyMissing, StartupError

SECRET = "correct horse battery staple"  # noqa: S105 - of nobody


@pytest.fixture
def password(tmp_path: Path) -> Path:
    path = tmp_path / "password"
    path.write_text(f"{SECRET}\n")
    return path


def a_local(home: Path, **kafka: object) -> Local:
    named = {f"CAVEAT_KAFKA_{name.upper()}": str(value) for name, value in kafka.items()}
    return local_of({"CAVEAT_HOME": str(home), **named})


def test_without_a_user_nobody_signs_in() -> None:
    access = access_of(SharedSettings(kafka_bootstrap="kafka:9092"))

    assert access.options() == {"bootstrap_servers": "kafka:9092"}


def test_with_a_user_it_signs_in_with_scram(password: Path) -> None:
    access = access_of(SharedSettings(kafka_user="guard", kafka_password_file=password))

    told = access.options()
    assert told["security_protocol"] == "SASL_PLAINTEXT"
    assert told["sasl_mechanism"] == "SCRAM-SHA-512"
    assert (told["sasl_plain_username"], told["sasl_plain_password"]) == ("guard", SECRET)
    assert told["ssl_context"] is None


def test_over_tls_it_trusts_certificates(password: Path) -> None:
    shared = SharedSettings(
        kafka_user="guard", kafka_password_file=password, kafka_protocol="sasl_ssl"
    )

    assert access_of(shared).options()["ssl_context"].check_hostname


def test_does_not_show_its_password(password: Path) -> None:
    access = access_of(SharedSettings(kafka_user="guard", kafka_password_file=password))

    assert SECRET not in repr(access) + str(access)
    assert SECRET not in repr(SharedSettings(kafka_user="guard", kafka_password_file=password))


@pytest.mark.parametrize(
    ("settings", "fault"),
    [
        ({"kafka_user": "guard"}, "CAVEAT_KAFKA_PASSWORD_FILE is not"),
        ({"kafka_protocol": "sasl_ssl"}, "CAVEAT_KAFKA_USER is empty"),
        ({"kafka_protocol": "plaintext", "kafka_user": "guard"}, "CAVEAT_KAFKA_USER is set"),
        ({"kafka_ca_file": Path("/nowhere.pem")}, "/nowhere.pem is no file"),
        ({"kafka_user": "guard", "kafka_password_file": Path("/nowhere")}, "cannot be read"),
    ],
)
def test_says_what_does_not_fit(settings: dict[str, object], fault: str) -> None:
    with pytest.raises(StartupError, match=fault):
        access_of(SharedSettings(**settings))  # type: ignore[arg-type]


def test_an_empty_password_is_none(tmp_path: Path) -> None:
    (tmp_path / "empty").write_text("\n")

    with pytest.raises(DependencyMissing, match="is empty"):
        access_of(SharedSettings(kafka_user="guard", kafka_password_file=tmp_path / "empty"))


async def test_a_broker_that_is_away_refuses_nobody() -> None:
    assert not await Access("127.0.0.1:1", "sasl_plaintext", "guard", SECRET).is_refused()


def test_on_this_machines_broker_everyone_signs_in_as_themselves(tmp_path: Path) -> None:
    local = a_local(tmp_path)
    for name in ("operator", "client", ADMIN):
        write_password(local.passwords / name, f"{name}'s")

    assert options(local)["sasl_plain_username"] == "operator"
    told = options(local, "client")
    assert (told["sasl_mechanism"], told["sasl_plain_password"]) == ("SCRAM-SHA-512", "client's")
    assert options(local, ADMIN)["sasl_mechanism"] == "PLAIN"
    with pytest.raises(DependencyMissing, match="kafka/router cannot be read"):
        options(local, "router")


def test_on_another_broker_everyone_is_whom_the_environment_names(
    tmp_path: Path, password: Path
) -> None:
    local = a_local(
        tmp_path, bootstrap="kafka:9092", user="caveat", password_file=password,
        protocol="sasl_ssl", ca_file="/ca.pem",
    )  # fmt: skip

    told = options(local, "guard")
    assert (told["sasl_plain_username"], told["sasl_plain_password"]) == ("caveat", SECRET)
    assert (told["security_protocol"], told["ssl_cafile"]) == ("SASL_SSL", "/ca.pem")
    plain = options(a_local(tmp_path, bootstrap="kafka:9092"))
    assert "security_protocol" not in plain


def test_a_password_is_its_owners_alone_and_never_the_same(tmp_path: Path) -> None:
    write_password(tmp_path / "private" / "guard", new_password())

    assert (tmp_path / "private" / "guard").stat().st_mode & 0o777 == 0o600
    assert (tmp_path / "private").stat().st_mode & 0o777 == 0o700
    assert new_password() != new_password()
    assert [path.name for path in (tmp_path / "private").iterdir()] == ["guard"]
