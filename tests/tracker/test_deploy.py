"""What docs/部署.md and deploy/ say holds: variables that exist, programs that start, one beat, nothing that would leak."""

import configparser
import re
from pathlib import Path

import pytest
import yaml
from django.core.management import get_commands

from tests.installation import ROOT

DEPLOY = ROOT / "deploy"
GUIDE = (ROOT / "docs" / "部署.md").read_text(encoding="utf-8")
SETTINGS = "".join((ROOT / "tracker" / name).read_text(encoding="utf-8") for name in ("settings.py", "environment.py"))
READ = set(re.findall(r'(?:environment\.\w+|text)\(\s*"([A-Z_]+)"', SETTINGS))
FOR_PROGRAMS = {"DEBUG", "DEMO", "EMBEDDED_WORKER", "BEHIND_PROXY"}
"""Set by the programs that need them, for developers, or gone."""
UNITS = sorted((DEPLOY / "systemd").iterdir())


def named(text: str) -> set[str]:
    return set(re.findall(r"^([A-Z_]+)=", text, re.MULTILINE))


def test_the_guide_explains_every_variable_there_is() -> None:
    told = set(re.findall(r"`([A-Z_]+)`", GUIDE))
    assert told >= READ - FOR_PROGRAMS, "explained in docs/部署.md"


def test_what_is_set_is_read() -> None:
    assert named((DEPLOY / "goal-tracker.env").read_text(encoding="utf-8")) <= READ
    compose = yaml.safe_load((DEPLOY / "compose.yaml").read_text(encoding="utf-8"))
    assert set(compose["services"]["web"]["environment"]) <= READ


def test_no_secret_is_shipped() -> None:
    assert "SECRET_KEY=\n" in (DEPLOY / "goal-tracker.env").read_text(encoding="utf-8")
    compose = (DEPLOY / "compose.yaml").read_text(encoding="utf-8")
    assert "SECRET_KEY: ${SECRET_KEY:?}" in compose, "compose stops where none is set"


COMMANDS = re.findall(r"manage\.py (\w+)", GUIDE + "".join(path.read_text(encoding="utf-8") for path in UNITS))


@pytest.mark.parametrize("command", sorted(set(COMMANDS)))
def test_every_command_exists(command: str) -> None:
    assert command in get_commands()


@pytest.mark.parametrize("path", UNITS, ids=lambda path: path.name)
def test_a_unit_is_confined_and_comes_back(path: Path) -> None:
    unit = configparser.RawConfigParser(strict=False)
    unit.optionxform = str  # type: ignore[assignment,method-assign]
    unit.read(path, encoding="utf-8")
    if not unit.has_section("Service"):
        return
    service = unit["Service"]
    assert (service["User"], service["UMask"]) == ("goals", "0077")
    assert service.get("Type") == "oneshot" or (service["Restart"], service["ProtectSystem"]) == ("always", "strict")


def test_there_is_one_beat_and_the_web_process_runs_none() -> None:
    services = yaml.safe_load((DEPLOY / "compose.yaml").read_text(encoding="utf-8"))["services"]
    beats = [name for name, said in services.items() if "beat" in said.get("command", [])]
    assert beats == ["beat"]
    assert "--beat" not in str(services)
    assert services["web"]["ports"] == ["127.0.0.1:8000:8000"], "the proxy in front is the only way in"


def test_the_proxy_says_itself_where_a_client_comes_from() -> None:
    nginx = (DEPLOY / "nginx.conf").read_text(encoding="utf-8")
    assert "X-Forwarded-For $remote_addr" in nginx
    assert "X-Forwarded-Proto $scheme" in nginx
    assert "$proxy_add_x_forwarded_for" not in nginx
