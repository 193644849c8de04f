"""Letters: what they say of each kind of target, whom they name, and that an office's own template is used."""

import datetime
import io
from decimal import Decimal
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse
from docx import Document
from docx.oxml.ns import qn

from notices import letters, word
from notices.drafts import Fields
from notices.models import LetterTemplate
from notices.sentences import flips, official, sentence, told
from offices.models import AuditEntry, Department, Role
from reports.ledgers import LedgerHead, LedgerRow
from reports.models import Match
from targets.models import Instruction
from tests.factories import make_flag, make_judged, make_match, make_office, make_result, make_user

HEAD = LedgerHead(office="青蘅街道", year=2031, cutoff=(2031, 9), rules=("总量指标落后序时30个百分点以内亮黄灯",))
SAID = Fields(date=datetime.date(2031, 10, 9), issue="第3期", until=datetime.date(2031, 10, 14))
AMOUNT: dict[str, Any] = {"measure": "amount", "comparator": ">="}


def row(**fields: Any) -> LedgerRow:
    said: dict[str, Any] = {
        "number": "7", "item": "7", "indicator": "旧管网改造", **AMOUNT, "value": Decimal(7), "unit": "公里",
        "status": "lagging", "word": "欠进度", "light": "yellow", "actual": Decimal("3.73"), "percent": Decimal("53.3"),
        "difference": Decimal("-21.7"), "expected": Decimal("75.0"), "lead": "城建办", "through": (2031, 9), "confirmed": True}
    numbers = {name: Decimal(value) for name, value in fields.items() if name in NUMBERS and isinstance(value, str)}
    return LedgerRow(**{**said, **fields, **numbers})


NUMBERS = ("value", "actual", "percent", "difference", "expected")
NONE: dict[str, Any] = {"percent": None, "difference": None}


@pytest.mark.parametrize(("fields", "said"), [
    ({}, "完成3.73公里,完成年度目标的53.3%,低于序时进度21.7个百分点"),
    ({"status": "missed", "word": "未完成", "difference": None}, "完成3.73公里,完成年度目标的53.3%,未完成"),
    ({"status": "on_track", "word": "达进度", "percent": "83.3", "difference": "8.3"},
     "完成3.73公里,完成年度目标的83.3%,高于序时进度8.3个百分点"),
    ({"status": "met", "word": "超额完成", "percent": "131.4", "difference": None}, "完成3.73公里,完成年度目标的131.4%,超额完成"),
    ({"actual": None, "percent": "53.3"}, "完成年度目标的53.3%,低于序时进度21.7个百分点"),
    ({"measure": "growth", "value": "6", "unit": "%", "actual": "-1.8", "difference": "-7.8", "percent": None},
     "下降1.8%,低于目标(增长6%以上)7.8个百分点"),
    ({"measure": "growth", "value": "6", "unit": "%", "actual": "7.5", "difference": "1.5", "status": "on_track"},
     "增长7.5%,高于目标(增长6%以上)1.5个百分点"),
    ({"measure": "ratio", "value": "55", "unit": "%", "actual": "53.8", "difference": "-1.2"}, "53.8%,低于目标(55%以上)1.2个百分点"),
    ({"measure": "growth", "comparator": "=", "value": "-3.2", "unit": "%", "actual": "-2.9", "difference": "-0.3"},
     "下降2.9%,降幅比目标少0.3个百分点"),
    ({"comparator": "<=", "value": "33", "unit": "微克/立方米", "actual": "34.2", "difference": "-1.2", "limit": True, "status": "missed"},
     "为34.2微克/立方米,超出控制目标1.2微克/立方米"),
    ({"comparator": "<=", "value": "33", "unit": "微克/立方米", "actual": "31", "difference": "2", "limit": True, "status": "met"},
     "为31微克/立方米,控制在目标(33微克/立方米以内)内"),
    ({"comparator": "<=", "value": "5", "unit": "起", "actual": "6", "limit": True, "status": "missed", **NONE}, "发生6起,突破控制目标1起"),
    ({"value": "0", "unit": "批次", "figure": "零发生", "actual": "1", "limit": True, "status": "missed", **NONE},
     "发生1批次,未实现零发生目标"),
    ({"value": "0", "unit": "起", "figure": "0起", "actual": "0", "limit": True, "status": "met", **NONE}, "未发生,保持零发生"),
    ({"measure": "ratio", "value": "80", "unit": "%", "actual": "82", "forecast": True, "word": "预计可完成", "status": "on_track"},
     "预计全年82%,预计可完成"),
    ({"comparator": "<=", "value": "3", "unit": "位", "actual": "5", "limit": True, "status": "missed", **NONE}, "第5位,未达到目标(前3位)"),
    ({"measure": "milestone", "value": None, "state": "建成", "due": datetime.date(2031, 6, 30), "actual": None, "status": "missed",
      "word": "逾期未完成", **NONE}, "应于6月底前建成,逾期未完成"),
    ({"status": "unreported", "word": "总结未提及", "actual": None, **NONE}, "总结未提及"),
])
def test_house_sentences(fields: dict[str, Any], said: str) -> None:
    assert told(row(**fields)) == said


def test_a_sentence_names_its_item() -> None:
    assert sentence(row()) == "旧管网改造(第7项):完成3.73公里,完成年度目标的53.3%,低于序时进度21.7个百分点。"


@pytest.mark.parametrize(("claim", "flipped"), [("80", True), ("60", False), ("75", True)])
def test_a_verdict_that_flips_by_the_units_own_rate(claim: str, flipped: bool) -> None:
    assert flips(row(contradicted=f"总结自报完成率{claim}%,按计划目标计算为53.3%,以实际数为准")) is flipped


HALF = str.maketrans("，：；（）", ",:;()")


def lines(data: bytes) -> list[str]:
    """What the paragraphs say, with the marks of this file."""
    return [paragraph.text.translate(HALF) for paragraph in Document(io.BytesIO(data)).paragraphs]


ROWS = [
    row(number="1", item="1"), row(number="2", item="2", indicator="绿道", confirmed=False, lead="未核实单位"),
    row(number="3", item="3", indicator="口袋公园", status="met", word="已完成", percent="100.0", difference=None),
    row(number="4", item="4", indicator="停车位", status="unreported", word="总结未提及", actual=None, **NONE),
    row(number="5", item="5", indicator="厂房", contradicted="总结自报完成率90%,按计划目标计算为53.3%,以实际数为准"),
    row(number="1-②", item="1", indicator="奋斗项", stretch=True, lead="奋斗单位"),
]


def test_a_bulletin_names_only_who_was_confirmed() -> None:
    draft = letters.bulletin(ROWS, HEAD, SAID)
    text = "\n".join(lines(word.write_letters([draft])))
    assert f"{sentence(ROWS[0])}(责任单位:城建办)" in text
    assert "未核实单位" not in text and "绿道" not in text and "奋斗单位" not in text
    assert draft.left_out == ["绿道(第2项):欠进度,未经人工确认"]
    assert "共5项,列入本次通报4项;达到序时进度1项、占比25.0%;未达序时进度1项、占比25.0%;总结未提及1项,待核实1项。" in text
    assert "共1项、1个指标或节点。\n1.旧管网改造" in text and "达到序时进度及已完成的任务1项" in text
    assert "请城建办说明以下1项截至目前的进展、完成数和预计完成时间:停车位(第4项,目标7公里以上)。" in text
    assert "序时进度=9/12=75.0%" in text and "落后序时30个百分点" in text
    doubt = text[text.index("四、待核实"):text.index("五、")]
    assert "厂房" in doubt and "自报完成率90%" in doubt
    assert "厂房" not in text[:text.index("四、待核实")]
    assert "第3期" in text and "2031年10月9日" in text and "{{" not in text


def test_annexes_hold_the_rows_with_heads_on_each_page() -> None:
    document = Document(io.BytesIO(word.write_letters([letters.bulletin(ROWS, HEAD, SAID)])))
    slow, good = ([[cell.text for cell in line.cells] for line in table.rows] for table in document.tables)
    assert slow[1] == ["1", "旧管网改造", "7公里以上", "3.73公里", "53.3", "-21.7", "欠进度", "城建办"]
    assert [line[1] for line in good[1:]] == ["口袋公园"]
    assert all("w:tblHeader" in table.rows[0]._tr.xml and "w:cantSplit" in table.rows[1]._tr.xml for table in document.tables)


def test_feedback_gives_each_department_its_own() -> None:
    drafts = letters.feedback([*ROWS, row(number="9", item="9", lead="")], HEAD, SAID)
    assert [draft.words["责任单位"] for draft in drafts] == ["城建办", "未核实单位", "奋斗单位"]
    document = Document(io.BytesIO(word.write_letters(drafts)))
    text = "\n".join(paragraph.text for paragraph in document.paragraphs)
    assert text.count("（征求意见稿）") == 3
    assert "请于3个工作日内（在2031年10月14日前）" in text
    assert [section._sectPr.find(qn("w:pgNumType")) is not None for section in document.sections] == [False, True, True]
    assert [cell.text for cell in document.tables[1].rows[1].cells][1:] == ["绿道", "7公里以上", official(told(ROWS[1])), "欠进度", ""]


def test_an_order_says_what_who_and_until_when() -> None:
    draft = letters.order(HEAD, SAID, number="〔2031〕5号", matter="旧管网改造欠进度", basis="计划.docx:改造旧管网7公里", instruction="",
                          department="城建办", until=datetime.date(2031, 10, 20))
    document = Document(io.BytesIO(word.write_letters([draft])))
    assert {line.cells[0].text: line.cells[1].text for line in document.tables[0].rows}["反馈时限"] == "2031年10月20日"
    assert "编号：〔2031〕5号" in [paragraph.text for paragraph in document.paragraphs]


def test_text_of_outsiders_breaks_no_letter() -> None:
    text = "\n".join(lines(word.write_letters([letters.bulletin([row(indicator="甲\x0b乙{{期号}}\x00")], HEAD, SAID)])))
    assert "甲乙{{期号}}" in text


@pytest.mark.parametrize(("text", "said"), [
    ("绿道(第7项):完成3公里,完成53.3%;差4公里", "绿道（第7项）：完成3公里，完成53.3%；差4公里"),
    ("投资1,200万元,时间12:30,比例1:3", "投资1,200万元，时间12:30，比例1:3"), ("f(x)=1, y", "f(x)=1, y"),
    ("细颗粒物(PM2.5)", "细颗粒物（PM2.5）"), ("完成率(%)", "完成率（%）"), ("-21.7", "-21.7"), ("完成5家,", "完成5家，"),
])
def test_marks_of_official_letters(text: str, said: str) -> None:
    assert official(text) == said
    assert official(said) == said


def test_a_letter_is_punctuated_as_its_template() -> None:
    draft = letters.bulletin(ROWS, HEAD, SAID)
    for template, wanted in (("主送:", sentence(ROWS[0])), ("主送：", official(sentence(ROWS[0])))):
        document = Document(io.BytesIO(word.write_letters([draft], own_template(template, "{{未达序时}}"))))
        assert any(wanted in paragraph.text for paragraph in document.paragraphs)


def test_lines_that_nobody_filled_in_are_left_out() -> None:
    bare = "\n".join(lines(word.write_letters([letters.bulletin(ROWS, HEAD, Fields(date=SAID.date, to=""))])))
    assert not {"报:", "送:", "签发人:", ":"} & set(bare.split("\n")) and "—" not in bare
    whole = Fields(date=SAID.date, to="各科室", report="党工委", copies="各社区", signer="方知远", signature="督查室", issue="第1期")
    full = lines(word.write_letters([letters.bulletin(ROWS, HEAD, whole)]))
    assert {"第1期", "各科室:", "报:党工委", "送:各社区", "签发人:方知远", "督查室", "2031年10月9日",
            "附件:1.慢序时目标任务 2.按序时及已完成目标任务"} <= set(full)


def test_what_nobody_answers_for_is_asked_of_nobody_by_name() -> None:
    silent = row(lead="", status="unreported", word="总结未提及", actual=None, **NONE)
    doubtful = row(lead="", number="8", item="8", status="unclear", word="待核实", actual=None, progress="收入增长6.1%。\n注:待定", **NONE)
    text = "\n".join(lines(word.write_letters([letters.bulletin([silent, doubtful, row(lead="", number="9", item="9")], HEAD, SAID)])))
    assert "未分工" not in text[:text.index("附件1")] and "(责任单位待明确)" in text
    assert "以下1项尚未明确责任单位,请尽快明确并说明" in text
    assert "旧管网改造(第8项):目标为7公里以上,总结称“收入增长6.1%”,尚不能认定是否达到。请有关单位核实。" in text


def own_template(*texts: str) -> bytes:
    document, out = Document(), io.BytesIO()
    for text in texts:
        document.add_paragraph(text)
    document.save(out)
    return out.getvalue()


def test_names_cut_by_word_into_runs_are_found() -> None:
    document, out = Document(), io.BytesIO()
    line = document.add_paragraph("")
    for part in ("红头文件 {", "{期", "号}} 号"):
        line.add_run(part)
    document.save(out)
    data = word.write_letters([letters.bulletin(ROWS, HEAD, SAID)], out.getvalue())
    assert lines(data)[0] == "红头文件 第3期 号"


@pytest.mark.django_db
def test_an_offices_own_template(client: Client) -> None:
    office = make_office("青蘅街道")
    make_judged(office)
    client.force_login(make_user(Role.SUPERVISOR, office=office))
    put, write = reverse("notices:put_template"), reverse("notices:write_letter", args=("bulletin",))
    bad = SimpleUploadedFile("模板.docx", own_template("{{总体情况}}"))
    assert "{{未达序时}}" in client.post(put, {"kind": "bulletin", "file": bad}, follow=True).content.decode()
    assert "不是 .docx" in client.post(put, {"kind": "bulletin", "file": SimpleUploadedFile("x.docx", b"x")}, follow=True).content.decode()
    assert not LetterTemplate.objects.exists()
    own = SimpleUploadedFile("红头.docx", own_template("本单位红头", "{{总体情况}}", "{{未达序时}}", "{{未提及}}", "{{口径}}"))
    client.post(put, {"kind": "bulletin", "file": own})
    data = b"".join(client.post(write, {"date": "2025-07-01", "days": 3}).streaming_content)  # type: ignore[attr-defined]
    assert lines(data)[0] == "本单位红头"
    client.post(put, {"drop": "bulletin"})
    data = b"".join(client.post(write, {"date": "2025-07-01", "days": 3}).streaming_content)  # type: ignore[attr-defined]
    assert lines(data)[0] == "青蘅街道2025年目标任务"
    assert AuditEntry.objects.filter(action="letter.write").count() == 2


@pytest.mark.django_db
def test_the_page_shows_what_is_left_out_and_feedback_counts_working_days(client: Client) -> None:
    office = make_office("青蘅街道")
    lead = Department.objects.create(office=office, name="经发办")
    sure, unsure = (make_judged(office, indicator=name, percent=Decimal("40.0"), behind=Decimal("-10.0"), evidence_count=1, lead=lead,
                                actual=Decimal(2)) for name in ("核过的", "没核的"))
    for target, decider in ((sure, "person"), (unsure, "machine")):
        decision = Match.Decision.CONFIRMED if decider == "person" else Match.Decision.TAKEN
        make_match(target, make_result(office), role=Match.Role.EVIDENCE, decision=decision, decided_by=decider)
    client.force_login(make_user(Role.SUPERVISOR, office=office))
    page = client.get(reverse("notices:letters")).content.decode()
    named, left = page.split("未经人工确认、不写进通报")
    assert "核过的(第1项)" in named and "没核的" not in named and "没核的(第1项)" in left
    answer = client.post(reverse("notices:write_letter", args=("feedback",)), {"date": "2025-07-03", "days": 2})
    assert "在2025年7月7日前" in "\n".join(lines(b"".join(answer.streaming_content)))  # type: ignore[attr-defined]


@pytest.mark.django_db
def test_an_order_from_a_flag(client: Client) -> None:
    office = make_office("青蘅街道")
    target = make_judged(office, percent=Decimal("40.0"), behind=Decimal("-10.0"), actual=Decimal(2),
                         evidence_date=datetime.date(2025, 6, 30))
    Instruction.objects.create(target=target, leader="分管副主任", date=datetime.date(2025, 7, 1), text="请抓紧")
    flag = make_flag(target)
    write = reverse("notices:write_order", args=(flag.public_id,))
    client.force_login(make_user(Role.SUPERVISOR, office=office))
    answer = client.get(write)
    table = Document(io.BytesIO(b"".join(answer.streaming_content))).tables[0]  # type: ignore[attr-defined]
    said = {line.cells[0].text: line.cells[1].text for line in table.rows}
    assert said["督办事项"] == "规上工业企业（第1项）：完成2家，完成年度目标的40.0%，低于序时进度10.0个百分点。"
    assert said["督办依据"].startswith("《")
    assert said["领导批示"] == "分管副主任（7月1日）：请抓紧"
    for stranger, status in ((make_user(Role.SUPERVISOR), 404), (make_user(Role.LEADER, office=office), 403)):
        client.force_login(stranger)
        assert client.get(write).status_code == status
