import shlex
import subprocess
from pathlib import Path

import pytest

from caveat.cli.local import Local, local_of
from caveat.cli.plan import PEERS, Plan, Program, bootstrap_of, plan_of
from caveat.cli.programs import config_of, script_of, socket_of
from caveat.errors import StartupError
from caveat.pipeline import SERVICES, STAGE

HOME = Path("/somewhere/caveat")


def a_local(*, base: int = 7700, kafka: str = "") -> Local:
    return Local(HOME, base, kafka, f"http://127.0.0.1:{base}")


def a_plan(
    environment: dict[str, str] | None = None,
    *,
    base: int = 7700,
    kafka: str = "",
    **replicas: int,
) -> Plan:
    local = a_local(base=base, kafka=kafka)
    return plan_of(local, environment or {}, python="python", replicas=replicas)


def the(plan: Plan, name: str) -> Program:
    [program] = [program for program in plan.services if program.name == name]
    return program


def test_gives_every_service_ports_that_follow_from_the_base():
    plan = a_plan(base=21000)

    assert [program.name for program in plan.services] == list(SERVICES)
    for number, program in enumerate(plan.services, start=1):
        assert program.ports[-2:] == (21010 + number, 21020 + number)
        assert program.probe_port == 21020 + number
    assert the(plan, "gateway").ports[0] == 21000
    assert plan.broker_ports == (21092, 21093)
    assert plan.bootstrap == "127.0.0.1:21092"
    assert plan.url == "http://127.0.0.1:21000"


def test_no_two_programs_share_a_port_even_with_nine_replicas_of_each_stage():
    plan = a_plan(**{name: 9 for name in SERVICES if name != "auditor"})

    ports = [port for program in plan.programs for port in program.ports]
    ports += plan.broker_ports or ()
    assert len(plan.services) == 6 * 9 + 1
    assert len(ports) == len(set(ports))


def test_a_replica_is_another_instance_a_hundred_ports_on():
    plan = a_plan(guard=3, gateway=2)

    guard, third = the(plan, "guard"), the(plan, "guard-3")
    assert third.ports == tuple(port + 200 for port in guard.ports)
    assert third.environment["CAVEAT_INSTANCE"] == "3"
    assert (
        third.environment["CAVEAT_GUARD_RETRIEVER"] == guard.environment["CAVEAT_GUARD_RETRIEVER"]
    )
    assert the(plan, "gateway-2").environment["CAVEAT_GATEWAY_HTTP_PORT"] == "7800"


def test_runs_the_observer_beside_the_services_as_a_user_of_its_own():
    plan = a_plan({"CAVEAT_OBSERVER_INTERVAL_S": "2"}, base=21000)

    assert plan.programs == (*plan.services, plan.observer)
    assert plan.observer.command == ("python", "-m", "caveat.chassis.observer")
    assert plan.observer.ports == (plan.observer.probe_port,) == (21029,)
    assert plan.observer.environment["CAVEAT_KAFKA_USER"] == "observer"
    assert plan.observer.environment["CAVEAT_OBSERVER_INTERVAL_S"] == "2"


def test_tells_each_service_where_it_its_peers_and_kafka_are():
    plan = a_plan()

    assert the(plan, "router").environment == {
        "MALLOC_ARENA_MAX": "2",
        "CAVEAT_HOME": str(HOME),
        "CAVEAT_KAFKA_BOOTSTRAP": "127.0.0.1:7792",
        "CAVEAT_KAFKA_USER": "router",
        "CAVEAT_KAFKA_PASSWORD_FILE": str(HOME / "keys" / "private" / "kafka" / "router"),
        "CAVEAT_INSTANCE": "1",
        "CAVEAT_ROUTER_GRPC_PORT": "7711",
        "CAVEAT_ROUTER_PROBE_PORT": "7721",
        "CAVEAT_ROUTER_GUARD": "127.0.0.1:7714",
    }
    assert the(plan, "guard").environment["CAVEAT_GUARD_RETRIEVER"] == "127.0.0.1:7712"
    assert the(plan, "guard").environment["CAVEAT_GUARD_GENERATOR"] == "127.0.0.1:7713"
    assert the(plan, "auditor").environment["CAVEAT_AUDITOR_GUARD"] == "127.0.0.1:7714"
    assert the(plan, "gateway").environment["CAVEAT_GATEWAY_RENDERER"] == "127.0.0.1:7715"
    assert the(plan, "gateway").environment["CAVEAT_GATEWAY_RETRIEVER"] == "127.0.0.1:7712"
    assert the(plan, "gateway").environment["CAVEAT_GATEWAY_AUDITOR"] == "127.0.0.1:7716"
    assert the(plan, "auditor").command == ("python", "-m", "services.auditor")


def test_tells_no_service_of_a_peer_that_the_map_does_not_know():
    for name, peers in PEERS.items():
        assert set(peers) <= set(STAGE[name].calls)


def test_carries_a_services_own_settings_on_but_never_against_the_plan():
    plan = a_plan(
        {
            "CAVEAT_GUARD_POLICY": "strict.yaml",
            "CAVEAT_GUARD_GRPC_PORT": "1",
            "CAVEAT_GUARD_RETRIEVER": "elsewhere:1",
            "CAVEAT_ROUTER_WINDOW": "8",
            "CAVEAT_KEYS": "/keys",
            "CAVEAT_HOME": "/other",
            "CAVEAT_GATEWAY_URL": "http://elsewhere",
            "HOME": "/root",
        }
    )

    guard = the(plan, "guard").environment
    assert guard["CAVEAT_GUARD_POLICY"] == "strict.yaml"
    assert guard["CAVEAT_GUARD_GRPC_PORT"] == "7714"
    assert guard["CAVEAT_GUARD_RETRIEVER"] == "127.0.0.1:7712"
    assert guard["CAVEAT_KEYS"] == "/keys"
    assert guard["CAVEAT_HOME"] == str(HOME)
    assert not {"CAVEAT_ROUTER_WINDOW", "HOME"} & set(guard)
    # A gateway refuses to start with a setting that it does not know.
    assert "CAVEAT_GATEWAY_URL" not in the(plan, "gateway").environment


def test_runs_no_broker_where_one_is_named():
    plan = a_plan(kafka="kafka:9092")

    assert plan.broker_ports is None
    assert plan.broker(("java",), "digest") == ()
    assert the(plan, "router").environment["CAVEAT_KAFKA_BOOTSTRAP"] == "kafka:9092"
    assert bootstrap_of(a_local(kafka="kafka:9092")) == "kafka:9092"


def test_every_service_is_a_user_of_its_own_with_a_password_that_is_not_in_its_environment():
    plan = a_plan(guard=2)

    users = {p.name: p.environment["CAVEAT_KAFKA_USER"] for p in plan.services}
    assert users == {name: name for name in SERVICES} | {"guard-2": "guard"}
    for program in plan.services:
        assert Path(program.environment["CAVEAT_KAFKA_PASSWORD_FILE"]).parent == (
            HOME / "keys" / "private" / "kafka"
        )


def test_on_another_broker_a_service_is_whom_the_environment_names(tmp_path: Path):
    named = {
        "CAVEAT_HOME": str(tmp_path),
        "CAVEAT_KAFKA_BOOTSTRAP": "kafka:9092",
        "CAVEAT_KAFKA_USER": "caveat",
        "CAVEAT_KAFKA_PASSWORD_FILE": str(tmp_path / "password"),
        "CAVEAT_KAFKA_PROTOCOL": "sasl_ssl",
        "CAVEAT_KAFKA_CA_FILE": str(tmp_path / "ca.pem"),
    }
    signed_in = plan_of(local_of(named), named, python="python")
    nobody = a_plan(kafka="kafka:9092")

    assert set(named.items()) <= set(the(signed_in, "guard").environment.items())
    assert "CAVEAT_KAFKA_USER" not in the(nobody, "guard").environment


def test_another_configuration_makes_the_broker_another_program():
    plan = a_plan()

    [one], [other] = plan.broker(("java",), "one"), plan.broker(("java",), "other")
    assert script_of(one, HOME / "run") != script_of(other, HOME / "run")


@pytest.mark.parametrize(
    ("replicas", "complaint"),
    [
        ({"oracle": 2}, "no stage is called oracle"),
        ({"guard": 0}, "1 to 9"),
        ({"guard": 10}, "1 to 9"),
        ({"auditor": 2}, "runs once"),
    ],
)
def test_refuses_replicas_that_cannot_be(replicas: dict[str, int], complaint: str):
    with pytest.raises(StartupError, match=complaint):
        a_plan(**replicas)


@pytest.mark.parametrize("base", ["x", "80", "65000", "-7700", "77e2"])
def test_refuses_a_port_base_that_is_none(base: str):
    with pytest.raises(StartupError, match="CAVEAT_PORT_BASE"):
        local_of({"CAVEAT_PORT_BASE": base})


def test_reads_where_the_stack_is_from_the_environment(tmp_path: Path):
    local = local_of({"CAVEAT_HOME": str(tmp_path), "CAVEAT_PORT_BASE": "21000"})

    assert local == Local(tmp_path, 21000, "", "http://127.0.0.1:21000")
    assert local_of({"CAVEAT_GATEWAY_URL": "https://x/"}).gateway == "https://x"
    assert local_of({}).base == 7700


def test_the_script_leaves_its_pid_and_hands_every_value_on_unharmed(tmp_path: Path):
    nasty = 'it\'s "50 %" ; # $HOME\nand `more`'
    plan = a_plan({"CAVEAT_GUARD_POLICY": nasty})
    [guard] = [program for program in plan.services if program.name == "guard"]
    script = script_of(guard, tmp_path).replace(
        shlex.join(guard.command), "printf %s \"$CAVEAT_GUARD_POLICY\""
    )  # fmt: skip

    seen = subprocess.run(["/bin/sh", "-c", script], capture_output=True, text=True, check=True)

    assert seen.stdout == nasty
    assert int((tmp_path / "guard.pid").read_text()) > 1


def test_a_changed_setting_makes_a_changed_program_for_supervisord():
    def of(environment: dict[str, str]) -> dict[str, str]:
        config = config_of(HOME, Path("/code"), a_plan(environment).services)
        parts = config.split("[program:")[1:]
        return {part.split("]")[0]: part for part in parts}

    before, after = of({}), of({"CAVEAT_GUARD_POLICY": "strict.yaml"})

    assert {name for name in before if before[name] != after[name]} == {"guard"}


def test_restarts_at_once_for_ever_and_stops_with_term():
    config = config_of(HOME, Path("/code"), a_plan().services)

    for line in ("autorestart=true", "startretries=1000000", "stopsignal=TERM", "stopwaitsecs=20"):
        assert config.count(line) == len(SERVICES)
    assert f"stdout_logfile={HOME}/logs/router.log" in config


def test_refuses_a_folder_that_would_break_the_configuration():
    with pytest.raises(StartupError, match="signs"):
        config_of(Path("/tmp/a\n[program:x]"), Path("/code"), ())  # noqa: S108
    with pytest.raises(StartupError, match="signs"):
        config_of(Path("/tmp/%(host)s"), Path("/code"), ())  # noqa: S108


def test_keeps_the_socket_short_enough_for_the_system():
    assert socket_of(HOME) == HOME / "run" / "supervisor.sock"
    deep = HOME.joinpath(*["deep"] * 30)
    assert len(str(socket_of(deep))) < 100
    assert socket_of(deep) != socket_of(deep / "er")


def test_limits_nobody_on_one_machine_unless_told_to():
    told = {"CAVEAT_GATEWAY_RATE_POSTS": "7"}
    gateway = the(a_plan(environment=told), "gateway").environment

    assert gateway["CAVEAT_GATEWAY_RATE_POSTS"] == "7"
    assert gateway["CAVEAT_GATEWAY_RATE_GETS"] == gateway["CAVEAT_GATEWAY_RATE_EVENTS"] == "0"
    assert not any("RATE" in name for name in the(a_plan(), "guard").environment)
