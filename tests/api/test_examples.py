"""Every example of docs/接口.md, run as it stands there against a real server."""

import json
import os
import re
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.installation import ROOT, Installation, answers, free_port, wait_until

pytestmark = pytest.mark.needs("curl")
FILL = """
import datetime, json
from django.utils import timezone
from offices import tokens
from offices.models import Office
from reports.models import Match
from documents.models import Document
office = Office.objects.get(name="青蘅街道")
_, words = tokens.issue(office, name="例子", scopes=["read", "write"], expires_at=timezone.now() + datetime.timedelta(hours=1), user=None)
match = Match.objects.filter(target__office=office).first()
print(json.dumps({"TOKEN": words, "TARGET": str(match.target.public_id), "DOCUMENT": str(match.result.document.public_id)}))
"""
EXAMPLES = re.findall(r"^\$ (curl .+)$", (ROOT / "docs" / "接口.md").read_text(encoding="utf-8"), re.MULTILINE)


@pytest.fixture(scope="module")
def shell(tmp_path_factory: pytest.TempPathFactory) -> Iterator[dict[str, str]]:
    """The variables of the examples: a server over the demo's documents, and a token."""
    site, port = Installation(tmp_path_factory.mktemp("api"), DEMO="1"), free_port()
    site.manage("demo", "--no-serve")
    named = json.loads(site.script(FILL))
    server = ("-m", "gunicorn", "tracker.wsgi", "--workers=1", "--threads=4", f"--bind=127.0.0.1:{port}", "--no-control-socket")
    with site.running(*server, name="server") as process:
        wait_until(lambda: answers(port), within=30, else_say=process.said)
        yield {**named, "HOST": f"http://127.0.0.1:{port}"}


def run(command: str, shell: dict[str, str], folder: Path) -> Any:
    (folder / "总结.txt").write_text("青蘅街道2025年前三季度工作总结\n1-9月,新增规上工业企业4家。\n", encoding="utf-8")
    done = subprocess.run(["bash", "-c", command], cwd=folder, env={**os.environ, **shell}, capture_output=True, text=True, check=False,
                          timeout=60)
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout)


@pytest.mark.parametrize("command", EXAMPLES)
def test_an_example_does_what_it_says(command: str, shell: dict[str, str], tmp_path: Path) -> None:
    said = run(command, shell, tmp_path)
    assert "error" not in said
    if "-F" in command:
        assert (said["name"], said["origin"]) == ("总结.txt", "annual")
    elif re.search(r"/(targets\?|evidence|results|offices)", command):
        assert said["items"], "the example finds something"


def test_every_address_has_an_example(shell: dict[str, str], tmp_path: Path) -> None:
    described = run('curl -s "$HOST/api/v1/openapi.json"', shell, tmp_path)["paths"]
    shown = {re.sub(r"\$(TARGET|DOCUMENT)", "{public_id}", address) for address in re.findall(r"\$HOST(/[^\"?]+)", " ".join(EXAMPLES))}
    assert set(described) <= shown
