"""`manage.py read` as a person and as a program meet it. No database: none of these tests may touch one."""

import io
import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import docx
import pytest
from django.core.management import CommandError, call_command

from documents.console import month, names, printable
from engine.__main__ import main

ROOT = Path(__file__).parents[2]
PLAN = "青蘅街道2031年工作计划\r\n\r\n一、工业\r\n全年新增规上工业企业6家以上，固定资产投资增长8%。\r\n"


@pytest.fixture
def plan(tmp_path: Path) -> str:
    path = tmp_path / "计划.txt"
    path.write_bytes(PLAN.encode("utf-8"))
    return str(path)


def ran(*words: Any) -> tuple[str, str, int]:
    out, err = io.StringIO(), io.StringIO()
    status = 0
    try:
        call_command("read", *words, stdout=out, stderr=err)
    except SystemExit as left:
        status = int(left.code or 0)
    return out.getvalue(), err.getvalue(), status


def rows(out: str) -> list[dict[str, Any]]:
    return [json.loads(line) for line in out.splitlines()]


def test_objects_for_programs(plan: str) -> None:
    out, err, status = ran(plan, "--format", "jsonl")
    found = rows(out)
    assert status == 0
    assert [each["figure"] for each in found] == ["6家", "8%"]
    assert {each["doc"] for each in found} == {"计划.txt"}
    assert all(PLAN[each["start"]:each["end"]] == each["figure"] for each in found)
    assert {"kind", "indicator", "measure", "comparator", "value", "unit", "year", "sentence", "commitment", "rules"} <= set(found[0])
    assert err.strip() == f"{plan}: 读到目标2个,未能归位的数字0个"


def test_a_table_for_people(plan: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COLUMNS", "160")
    out, _, status = ran(plan)
    assert status == 0
    for said in ("计划.txt", "2031年", "规上工业企业", "≥6家", "一、工业", "目标"):
        assert said in out
    assert "原句" not in out


def test_explain_adds_sentence_and_rules(plan: str) -> None:
    out, _, _ = ran(plan, "--explain")
    assert "原句" in out
    assert rows(ran(plan, "--format", "jsonl")[0])[0]["rules"]


def test_text_is_what_offsets_count(tmp_path: Path) -> None:
    path = tmp_path / "计划.txt"
    path.write_bytes(PLAN.encode("utf-8-sig"))
    assert ran(path, "--text") == (PLAN, "", 0)


def test_year_serves_where_the_text_names_none(tmp_path: Path) -> None:
    path = tmp_path / "要点.txt"
    path.write_text("工作要点\n新增规上工业企业6家以上。\n", encoding="utf-8")
    assert rows(ran(path, "--format", "jsonl", "--year", "2029")[0])[0]["year"] == 2029
    assert "year" in rows(ran(path, "--format", "jsonl")[0])[0]


def test_a_file_without_figures_says_so(tmp_path: Path) -> None:
    path = tmp_path / "通知.txt"
    path.write_text("请各科室按时参加会议。\n", encoding="utf-8")
    for form in ("table", "jsonl"):
        out, err, status = ran(path, "--format", form)
        assert status == 0
        assert err.strip() == f"{path}: 没有读到任何目标或完成数,未能归位的数字0个"
        assert out == "" or form == "table"


def test_bad_files_are_one_line_each_and_others_go_on(tmp_path: Path, plan: str) -> None:
    empty, picture, broken = tmp_path / "空.txt", tmp_path / "图.docx", tmp_path / "坏.docx"
    empty.touch()
    picture.write_bytes(b"\x89PNG\r\n\x1a\n" + bytes(30))
    broken.write_bytes(b"PK\x03\x04 nothing")
    out, err, status = ran(empty, picture, tmp_path, broken, tmp_path / "没有.txt", plan, "--format", "jsonl")
    assert status == 2
    assert len(rows(out)) == 2
    lines = err.splitlines()
    assert [Path(line.split(": ")[0]).name for line in lines] == ["空.txt", "图.docx", tmp_path.name, "坏.docx", "没有.txt", "计划.txt"]
    assert "Traceback" not in err


def test_two_files_of_one_name_keep_apart(tmp_path: Path) -> None:
    paths = [tmp_path / "甲" / "计划.txt", tmp_path / "乙" / "计划.txt"]
    for path in paths:
        path.parent.mkdir()
        path.write_text(PLAN, encoding="utf-8")
    assert {each["doc"] for each in rows(ran(*paths, "--format", "jsonl")[0])} == {str(path) for path in paths}
    assert names(["a/x.txt", "a/x.txt", "b/y.txt"]) == {"a/x.txt": "x.txt", "b/y.txt": "y.txt"}


def test_a_word_file_is_read_with_its_numbers(tmp_path: Path) -> None:
    document = docx.Document()
    document.add_paragraph("青蘅街道2031年工作计划")
    document.add_paragraph("全年新增规上工业企业6家以上。")
    document.save(str(tmp_path / "计划.docx"))
    found = rows(ran(tmp_path / "计划.docx", "--format", "jsonl")[0])
    assert [(each["indicator"], each["value"]) for each in found] == [("规上工业企业", "6")]


@pytest.mark.parametrize("words", [["--year", "31"], ["--year", "二"], ["--format", "xml"], []])
def test_wrong_words_are_refused(plan: str, words: list[str]) -> None:
    with pytest.raises(CommandError):
        call_command("read", *([plan, *words] if words else words))


def test_nothing_of_a_document_steers_the_terminal() -> None:
    assert printable("甲\x1b[31m乙\r\n丙\x07") == "甲 [31m乙  丙 "


def test_months() -> None:
    assert month("2031-9") == (2031, 9)
    for wrong in ("2031", "2031-13", "31-09", "2031-00"):
        with pytest.raises(Exception, match="不是年月"):
            month(wrong)


def test_the_reader_without_django(tmp_path: Path, plan: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert main([plan]) == 0
    said = capsys.readouterr()
    assert [each["figure"] for each in rows(said.out)] == ["6家", "8%"]
    assert main([plan, str(tmp_path)]) == 2
    assert "文件夹" in capsys.readouterr().err


def test_from_outside_in_any_locale(plan: str) -> None:
    """A pipe gets UTF-8 and untouched line ends whatever the locale; a reader that closes early is no error."""
    whole = run("read", plan, "--text")
    assert whole.stdout == PLAN.encode("utf-8")
    done = subprocess.run(f"'{sys.executable}' manage.py read '{plan}' '{plan}' --format jsonl | head -c 1", shell=True, cwd=ROOT,
                          capture_output=True, check=False, timeout=60)
    assert b"Traceback" not in done.stderr


def run(*words: str) -> "subprocess.CompletedProcess[bytes]":
    return subprocess.run([sys.executable, "manage.py", *words], cwd=ROOT, capture_output=True, check=False, timeout=60,
                          env={"LC_ALL": "C", "PYTHONUTF8": "0", "PYTHONCOERCECLOCALE": "0", "PATH": "/usr/bin:/bin"})


def test_reading_alone_loads_no_django(plan: str) -> None:
    """Half a second of start-up that only the pages need."""
    script = "import sys; from engine.__main__ import main; main(sys.argv[1:]); sys.exit('django' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", script, plan], cwd=ROOT, capture_output=True, check=False, timeout=60).returncode == 0
