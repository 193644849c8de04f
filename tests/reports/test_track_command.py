"""`manage.py track`: the whole job in memory. No database: none of these tests may touch one."""

import io
import json
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from django.core.management import CommandError, call_command

PLAN = """青蘅街道2031年工作计划
一、工业
全年新增规上工业企业6家以上，盘活低效用地180亩，固定资产投资增长8%以上。
二、平安
一般生产安全事故不超过2起，新建绿道6公里。
"""
REPORT = """青蘅街道2031年1—9月工作总结
1—9月，新增规上工业企业5家，盘活低效用地90亩，固定资产投资增长7.1%。发生一般生产安全事故3起。
"""
KEYS = {"start", "end", "figure", "indicator", "measure", "comparator", "value", "unit", "year", "stretch", "status", "percent", "gap",
        "expected", "behind", "evidence", "mentions", "base", "candidates", "notes"}


@pytest.fixture
def plan(tmp_path: Path) -> str:
    return written(tmp_path / "计划.txt", PLAN)


@pytest.fixture
def report(tmp_path: Path) -> str:
    return written(tmp_path / "总结.txt", REPORT)


def written(path: Path, text: str) -> str:
    path.write_text(text, encoding="utf-8")
    return str(path)


def ran(*words: Any) -> tuple[str, str, int]:
    out, err = io.StringIO(), io.StringIO()
    status = 0
    try:
        call_command("track", *words, stdout=out, stderr=err)
    except SystemExit as left:
        status = int(left.code or 0)
    return out.getvalue(), err.getvalue(), status


def rows(out: str) -> dict[str, dict[str, Any]]:
    return {row["indicator"]: row for row in map(json.loads, out.splitlines())}


def test_one_object_a_target(plan: str, report: str) -> None:
    out, err, status = ran("--plan", plan, "--report", report, "--format", "jsonl")
    found = rows(out)
    assert (status, err) == (0, "")
    assert all(set(row) >= KEYS for row in found.values())
    starts = [json.loads(line)["start"] for line in out.splitlines()]
    assert starts == sorted(starts)
    assert {name: row["status"] for name, row in found.items()} == {
        "规上工业企业": "on_track", "低效用地": "lagging", "固定资产投资": "lagging", "一般生产安全事故": "missed", "绿道": "unreported"}
    firms = found["规上工业企业"]
    assert (firms["percent"], firms["expected"], firms["behind"]) == (83.3, 75.0, 8.3)
    evidence = firms["evidence"][0]
    assert (evidence["doc"], REPORT[evidence["start"]:evidence["end"]]) == ("总结.txt", "5家")
    assert found["固定资产投资"]["gap"] == -0.9


def test_a_checklist_for_people(plan: str, report: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COLUMNS", "160")
    out, _, status = ran("--plan", plan, "--report", report)
    assert status == 0
    for said in ("规上工业企业", "6家以上", "5家", "83.3%", "● ", "总结.txt", "共5项"):
        assert said in out, said


def test_the_ledger_beside_the_checklist(tmp_path: Path, plan: str, report: str) -> None:
    out, err, status = ran("--plan", plan, "--report", report, "--format", "jsonl", "--xlsx", tmp_path / "台账.xlsx")
    assert status == 0
    assert len(out.splitlines()) == 5
    assert "台账已写出" in err
    book = openpyxl.load_workbook(tmp_path / "台账.xlsx")
    sheet = book["完成情况表"]
    assert sheet["A1"].value == "2031年目标任务完成情况表" or sheet["A1"].value.startswith("青蘅街道")
    assert "截至2031年9月" in sheet["A2"].value
    assert [sheet.cell(line, 2).value for line in range(4, 9)] == ["规上工业企业", "低效用地", "固定资产投资", "一般生产安全事故", "绿道"]
    said = [cell.value for column in book["依据"].columns for cell in column if isinstance(cell.value, str)]
    assert any("新增规上工业企业5家" in each for each in said)


def test_a_ledger_that_cannot_be_written_is_said(tmp_path: Path, plan: str, report: str) -> None:
    _, err, status = ran("--plan", plan, "--report", report, "--xlsx", tmp_path / "没有" / "台账.xlsx")
    assert status == 2
    assert "台账写不进去" in err
    assert len(err.splitlines()) == 1


def test_bad_reports_are_named_and_the_others_count(tmp_path: Path, plan: str, report: str) -> None:
    (tmp_path / "图.docx").write_bytes(b"\x89PNG\r\n\x1a\n" + bytes(30))
    out, err, status = ran("--plan", plan, "--report", tmp_path / "图.docx", "--report", report, "--format", "jsonl")
    assert status == 2
    assert len(out.splitlines()) == 5
    assert len(err.splitlines()) == 1


def test_without_a_plan_or_any_report_there_is_nothing_to_say(tmp_path: Path, plan: str, report: str) -> None:
    for words in (["--plan", tmp_path, "--report", report], ["--plan", plan, "--report", tmp_path / "没有.txt"]):
        out, err, status = ran(*words, "--format", "jsonl")
        assert (out, status) == ("", 2)
        assert len(err.splitlines()) == 1


def test_a_cut_off_is_asked_for_where_the_texts_name_none(tmp_path: Path, plan: str) -> None:
    report = written(tmp_path / "汇报.txt", "青蘅街道工作汇报\n新增规上工业企业5家。\n")
    assert "--through" in ran("--plan", plan, "--report", report, "--format", "jsonl")[1]
    out, err, status = ran("--plan", plan, "--report", report, "--through", "2031-09", "--format", "jsonl")
    assert (err, status) == ("", 0)
    assert out


def test_files_without_figures_say_so(tmp_path: Path, plan: str, report: str) -> None:
    silent = written(tmp_path / "通知.txt", "请各科室按时参加会议。\n")
    assert "没有读到任何完成数" in ran("--plan", plan, "--report", silent)[1]
    assert "没有读到任何目标" in ran("--plan", silent, "--report", report)[1]


def test_one_document_may_be_plan_and_report(tmp_path: Path) -> None:
    both = written(tmp_path / "总结和计划.txt", "青蘅街道2030年工作总结和2031年工作计划\n一、2030年工作总结\n新增规上工业企业5家。\n"
                                           "二、2031年工作计划\n新增规上工业企业6家以上。\n")
    out, _, status = ran("--plan", both, "--report", both, "--format", "jsonl")
    assert status == 0
    assert [(json.loads(line)["figure"], json.loads(line)["status"]) for line in out.splitlines()] in (
        [("6家", "not_due")], [("6家", "unreported")])


@pytest.mark.parametrize("words", [["--through", "2031-13"], ["--format", "csv"]])
def test_wrong_words_are_refused(plan: str, report: str, words: list[str]) -> None:
    with pytest.raises(CommandError):
        call_command("track", "--plan", plan, "--report", report, *words)
