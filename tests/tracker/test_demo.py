"""The demo as a new user runs it: twice, without pages."""

from pathlib import Path

import pytest
from django.core.management import CommandError, call_command
from openpyxl import load_workbook
from pytest_django import Settings

from tests.installation import Installation

COUNTS = """
from documents.models import Document
from targets.models import Target
from reports.models import Flag, Match
print(Document.objects.count(), Target.objects.count(), Match.objects.count(), Flag.objects.count())
print(*Document.objects.exclude(state="matched").values_list("name", "error"))
"""


def test_the_demo_reads_judges_and_writes_the_ledger_and_the_second_run_adds_nothing(tmp_path: Path) -> None:
    site = Installation(tmp_path, COLUMNS="200")
    said = site.manage("demo", "--no-serve", "--out", str(tmp_path / "ledger.xlsx"))
    for word in ("状态", "年度目标", "完成率/差距", "依据", "● ", "100.0%", "台账"):
        assert word in said
    in_demo = Installation(tmp_path, DEMO="1")
    first = in_demo.script(COUNTS)
    assert first.splitlines()[1:] in ([], [""]), "every sample went all the way"
    site.manage("demo", "--no-serve", "--out", str(tmp_path / "again.xlsx"))
    assert in_demo.script(COUNTS) == first
    sheet = load_workbook(tmp_path / "ledger.xlsx")["完成情况表"]
    assert sheet.max_row > 30
    assert sheet["A1"].value == "青蘅街道2025年目标任务完成情况表", "one meeting, one year"


def test_demo_logins_never_reach_another_database() -> None:
    with pytest.raises(CommandError, match="演示只用自己的数据库"):
        call_command("demo", "--no-serve")


@pytest.mark.django_db
def test_a_port_in_use_is_said_at_once(settings: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    settings.DEMO = True
    monkeypatch.setattr("tracker.management.commands.demo.port_is_free", lambda _: False)
    with pytest.raises(CommandError, match="端口 8000 已被占用"):
        call_command("demo")
