import json
from pathlib import Path

import pytest

from caveat.chassis.lag import Lag
from caveat.cli.lag import show
from caveat.cli.local import Local
from caveat.cli.plan import plan_of
from caveat.cli.scraping import scraping
from caveat.pipeline import SERVICES

LAG = Lag("caveat-guard", "caveat.answer.drafted.v1", 2, 16.54)


def test_prints_a_line_for_each_group_for_people_and_for_programs(
    capsys: pytest.CaptureFixture[str],
) -> None:
    show((LAG,), as_json=False)
    for_people = capsys.readouterr().out
    show((LAG, LAG), as_json=True)
    lines = [json.loads(line) for line in capsys.readouterr().out.splitlines()]

    assert "16.5 s" in for_people
    assert len(lines) == 2
    assert lines[0].items() >= {"group": LAG.group, "messages": 2, "seconds": 16.5}.items()


def test_prometheus_watches_every_program_under_its_service_s_name() -> None:
    local = Local(Path("/somewhere"), 21000, "", "")
    plan = plan_of(local, {}, python="python", replicas={"guard": 2})

    [job] = scraping(plan, Path("/rules"))["scrape_configs"]

    found = [(each["labels"]["program"], each["targets"]) for each in job["static_configs"]]
    assert {name for name, _ in found} == {*SERVICES, "observer"}
    assert ("guard", ["127.0.0.1:21124"]) in found
    assert ("observer", ["127.0.0.1:21029"]) in found
