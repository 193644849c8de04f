"""What goes out: filters, cut-offs, rights, the task for long ones; and that page, workbook, notice and command say the same numbers."""

import datetime
import html
import io
import re
from collections import Counter
from decimal import Decimal
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from django.core.files.base import ContentFile
from django.core.management import call_command
from django.http import QueryDict
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from docx import Document as WordDocument

from documents import intake
from documents.models import Document, State
from notices import letters, word
from notices.drafts import Fields
from offices.models import AuditEntry, Department, Membership, Office, Role
from reports import exports, pictures
from reports.exports import Wish, selected
from reports.intake import take_results
from reports.ledgers import Options
from reports.matching import match_office
from reports.models import Export, Match
from reports.tasks import sweep_checks, write_export
from targets.intake import take as take_targets
from targets.models import Target
from tests.factories import make_judged, make_office, make_user
from tests.reports.test_ledgers import cells, printed

pytestmark = pytest.mark.django_db
PLAN = """青蘅街道2031年工作计划
一、工业
全年新增规上工业企业6家以上，盘活低效用地180亩（责任单位：自然资源所），固定资产投资增长8%以上。城乡污水处理率达到95%以上。
规上工业总产值突破58亿元，增长7%以上，力争增长8%。新增规上服务业企业3至4家。地区生产总值增长6%左右。
有效发明专利拥有量达到210件。实际利用外资800万美元。全社会研发经费占地区生产总值比重达到2.9%以上。
二、平安
一般生产安全事故不超过2起，新建绿道6公里。9月底前建成河滨公园。较大以上生产安全事故零发生。
城镇登记失业率控制在3.5%以内。细颗粒物年均浓度控制在34微克/立方米以内。电信网络诈骗警情数下降10%以上。
生活垃圾回收利用率提高2个百分点以上。城镇新增就业1800人以上。
"""
KINDS = 21
"""Targets of the plan: amounts of things and of money, a range, a tier, growth and fall, shares, limits, nought, a milestone."""
SPRING = """青蘅街道2031年1—3月工作总结
1—3月，新增规上工业企业1家，盘活低效用地60亩，固定资产投资增长8.4%。
"""
AUTUMN = """青蘅街道2031年1—9月工作总结
1—9月，新增规上工业企业5家，盘活低效用地90亩，固定资产投资增长7.1%，城乡污水处理率93.8%。发生一般生产安全事故3起。河滨公园主体完工。
规上工业总产值完成41.2亿元，增长6.4%。新增规上服务业企业2家。地区生产总值增长5.8%。有效发明专利拥有量达到204件。
实际利用外资376万美元。预计全年全社会研发经费占地区生产总值比重为3.0%。未发生较大以上生产安全事故。城镇登记失业率3.1%。
细颗粒物年均浓度35.2微克/立方米。电信网络诈骗警情数下降6.4%。生活垃圾回收利用率提高2.3个百分点。城镇新增就业1833人。
"""
TODAY = datetime.date(2031, 10, 9)
HALF = str.maketrans("，：；（）", ",:;()")


def make_year() -> Office:
    """A street with a plan and two reports, taken as the pipeline takes them."""
    office = make_office("青蘅街道")
    for name, text in (("计划.txt", PLAN), ("一季度.txt", SPRING), ("三季度.txt", AUTUMN)):
        document, _ = intake.store(office, ContentFile(text.encode()), name, None)
        intake.read_in(document)
        take_targets(document)
        take_results(document)
        Document.objects.filter(pk=document.pk).update(state=State.MATCHED)
    match_office(office)
    return office


def table(data: bytes, sheet: str = "完成情况表") -> list[dict[str, tuple[Any, str]]]:
    page = openpyxl.load_workbook(io.BytesIO(data))[sheet]
    return [{head: (cell.value, cell.number_format) for head, cell in cells(page, line).items() if head != "行标识"}
            for line in range(4, page.max_row + 1)]


def body(answer: Any) -> bytes:
    return b"".join(answer.streaming_content)


def test_workbook_notice_page_and_command_say_the_same_numbers(client: Client, tmp_path: Path) -> None:
    office = make_year()
    user = make_user(Role.SUPERVISOR, office=office)
    Match.objects.filter(role=Match.Role.EVIDENCE).update(decided_by=Match.Decider.PERSON, decision=Match.Decision.CONFIRMED)
    Target.objects.update(confirmed_by=user)
    client.force_login(user)
    rows = table(body(client.get(reverse("reports:ledger"), {"year": "2031"})))

    paths = [tmp_path / name for name in ("计划.txt", "三季度.txt", "台账.xlsx")]
    paths[0].write_text(PLAN, encoding="utf-8")
    paths[1].write_text(AUTUMN, encoding="utf-8")
    call_command("track", "--plan", paths[0], "--report", paths[1], "--format", "jsonl", "--xlsx", paths[2], stdout=io.StringIO(),
                 stderr=io.StringIO())
    assert rows == table(paths[2].read_bytes())
    assert len(rows) == KINDS

    page = client.get(reverse("targets:list"), {"year": "2031"}).content.decode()
    lines = [html.unescape(re.sub(r"<[^>]+>", " ", line)) for line in re.findall(r"<tr[^>]*>(.*?)</tr>", page, re.DOTALL)]
    choice = selected(user, QueryDict("year=2031"), made=TODAY)
    notice_file = WordDocument(io.BytesIO(word.write_letters([letters.bulletin(choice.rows, choice.head, Fields(date=TODAY))])))
    notice = "\n".join(each.text for each in notice_file.paragraphs).translate(HALF)
    annexes = {line.cells[0].text: [cell.text for cell in line.cells] for annex in notice_file.tables for line in annex.rows}
    firm = {row.number for row in choice.rows if not row.stretch}
    for row in rows:
        number, name, percent, far, status = (row[head][0] for head in ("序号", "目标任务", "完成率(%)", "较序时(较目标)", "状态"))
        line = next(" ".join(line.split()) for line in lines if f" {number} " in line and name in line)
        assert status in line
        if percent != "—":
            assert f"{percent:.1f}%" in line and f"{percent:.1f}" == annexes[number][4]
        if far != "—":
            assert f"{Decimal(str(far)):+f}" in line.replace("−", "-")
        if number not in firm:
            assert number not in annexes, "wishes are not told of in a notice"
            continue
        if status not in ("总结未提及", "待核实"):
            assert annexes[number][1] == name and annexes[number][6] == status
            shown = "—" if far == "—" else f"{Decimal(str(far)):+f}".rstrip("0").rstrip(".")
            assert annexes[number][5].rstrip("0").rstrip(".") == shown
        if status in ("欠进度", "低于目标", "突破控制目标", "超控制目标"):
            told = next(line for line in notice.split("\n") if f"{name}(第{number}项)" in line)
            assert far == "—" or f"{abs(Decimal(str(far))):f}" in told
    kinds = {"欠进度", "低于目标", "达到目标", "突破控制目标", "超控制目标", "保持零发生", "预计可完成", "提前完成", "逾期未完成"}
    assert {row["状态"][0] for row in rows} >= kinds
    head = openpyxl.load_workbook(paths[2])["完成情况表"]["A2"].value.split("　")[2]
    assert head in notice and f"共{len({row['序号'][0].split('-')[0] for row in rows})}项" in head
    assert "完成90亩,完成年度目标的50.0%,低于序时进度25.0个百分点" in notice


def test_as_of_an_earlier_cut_off(client: Client) -> None:
    office = make_year()
    client.force_login(make_user(Role.SUPERVISOR, office=office))
    before = list(Target.objects.order_by("pk").values())
    rows = {row["目标任务"][0]: row for row in table(body(client.get(reverse("reports:ledger"), {"year": "2031", "cutoff": "2031-06"})))}
    assert "截至6月完成" in rows["低效用地"]
    assert (rows["低效用地"]["完成率(%)"][0], rows["低效用地"]["截至6月完成"][1]) == (33.3, '0"亩(截至3月)"')
    assert rows["一般生产安全事故"]["状态"][0] == "总结未提及"
    assert list(Target.objects.order_by("pk").values()) == before


def promise_of(said: Any) -> tuple[Any, ...]:
    """What makes two targets the same, a stored one and one that was read."""
    plain = (None if value is None else value.normalize() for value in (said.value, said.high))
    return said.indicator, said.measure, said.comparator, *plain, said.unit, bool(said.stretch)


def test_what_we_export_we_can_read(client: Client, tmp_path: Path) -> None:
    """目标任务分解表, uploaded as a plan, holds the same targets: none is lost, none is doubled by the wording beside it."""
    office = make_year()
    client.force_login(make_user(Role.SUPERVISOR, office=office))
    path = tmp_path / "分解表.xlsx"
    path.write_bytes(body(client.get(reverse("reports:ledger"), {"year": "2031", "form": "duty"})))
    assert openpyxl.load_workbook(path).sheetnames == ["目标任务分解表"]
    other = make_office("柳汀街道")
    document, _ = intake.store(other, ContentFile(path.read_bytes()), path.name, None)
    intake.read_in(document)
    take_targets(document)
    wanted, found = (Counter(map(promise_of, Target.objects.filter(office=each))) for each in (office, other))
    assert wanted == found
    assert len(wanted) == KINDS
    leads = dict(Target.objects.filter(office=other).values_list("indicator", "lead__name"))
    assert leads["低效用地"] == "自然资源所"
    assert Target.objects.get(office=other, measure="milestone", state__contains="建成").due == datetime.date(2031, 9, 30)


def test_a_long_ledger_is_written_by_a_task(client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    office = make_office("青蘅街道")
    for _ in range(3):
        make_judged(office)
    user = make_user(Role.SUPERVISOR, office=office)
    client.force_login(user)
    monkeypatch.setattr(exports, "AT_ONCE", 2)
    answer = client.get(reverse("reports:ledger"), {"year": "2025", "form": "working"}, follow=True)
    assert answer.redirect_chain[-1][0] == reverse("reports:exports")
    export = Export.objects.get()
    assert (export.state, export.progress, export.count, export.name) == ("done", 100, 3, "青蘅街道2025年完成情况表(工作版).xlsx")
    assert export.name in answer.content.decode()
    file = reverse("reports:export_file", args=(export.public_id,))
    assert len(table(body(client.get(file)))) == 3
    entry = AuditEntry.objects.get(action="ledger.export")
    said = entry.after or {}
    assert (entry.user, entry.office, said["targets"], said["form"]) == (user, office, 3, "working")
    client.force_login(make_user(Role.SUPERVISOR, office=office))
    assert client.get(file).status_code == 404
    client.force_login(user)
    Membership.objects.filter(user=user).update(office=make_office())
    assert client.get(file).status_code == 404


def test_an_export_is_kept_a_day_and_tried_three_times(monkeypatch: pytest.MonkeyPatch) -> None:
    office = make_office()
    make_judged(office)
    user = make_user(Role.SUPERVISOR, office=office)
    old, stuck = (Export.objects.create(user=user, query="year=2025") for _ in range(2))
    assert write_export(old.pk)
    assert not write_export(old.pk), "done once"
    old.refresh_from_db()
    path = Path(old.file.path)
    Export.objects.filter(pk=old.pk).update(created_at=timezone.now() - datetime.timedelta(hours=25))

    def fail(*_: object) -> None:
        raise OSError("disk full")

    monkeypatch.setattr(exports, "write", fail)
    for _ in range(4):
        sweep_checks()
    stuck.refresh_from_db()
    assert (stuck.state, stuck.attempts, stuck.error) == (Export.State.FAILED, 3, exports.WORN_OUT)
    assert not Export.objects.filter(pk=old.pk).exists() and not path.exists()


def test_a_unit_takes_out_only_its_own(client: Client) -> None:
    office = make_office()
    own = Department.objects.create(office=office, name="经发办")
    make_judged(office, indicator="自己的", lead=own)
    make_judged(office, indicator="别人的")
    client.force_login(make_user(Role.UNIT, office=office, department=own))
    assert [row["目标任务"][0] for row in table(body(client.get(reverse("reports:ledger"))))] == ["自己的"]
    for page in ("reports:returns", "notices:letters"):
        assert client.get(reverse(page)).status_code == 403
    client.force_login(make_user(Role.AUDITOR, office=office))
    assert client.get(reverse("reports:ledger")).status_code == 403


@pytest.mark.parametrize(("said", "wish"), [
    ("form=working&paper=A3&file=zip&departments=1&ranked=1&cutoff=2031-09",
     Wish(file="zip", options=Options(form="working", paper="A3", departments=True, ranked=True), cutoff=(2031, 9))),
    ("form=x&paper=A0&file=exe&cutoff=2031-13", Wish()),
])
def test_wishes_of_an_address(said: str, wish: Wish) -> None:
    assert Wish.of(QueryDict(said)) == wish


def test_pages_show_their_forms_and_pictures(client: Client) -> None:
    office = make_year()
    client.force_login(make_user(Role.SUPERVISOR, office=office))
    page = client.get(reverse("reports:exports"), {"year": "2031", "status": "lagging"}).content.decode()
    assert '<input type="hidden" name="status" value="lagging">' in page and "研判:欠进度" in page
    page = client.get(reverse("reports:print"), {"year": "2031"}).content.decode()
    assert page.count("<svg") >= 2 and "style=" not in page
    assert "低效用地" in page and ">50.0%</text>" in page
    assert body(client.get(reverse("reports:ledger"), {"file": "csv"})).decode("utf-8-sig").startswith("序号,目标任务,年度目标")


def test_pictures_hold_what_they_are_given() -> None:
    bars = pictures.status_bars({"met": 4, "missed": 2})
    wide = {int(each) for each in re.findall(r'width="(\d+)" height="18"', bars)}
    assert wide == {540, 270, 0}
    course = pictures.course_picture([(3, Decimal(10), Decimal(25)), (6, Decimal(30), Decimal(50))])
    assert ">30%</text>" in course and course.count("<circle") == 2


@pytest.mark.needs("libreoffice")
def test_printed_sheets_and_letters_can_be_handed_out(tmp_path: Path) -> None:
    office = make_year()
    user = make_user(Role.SUPERVISOR, office=office)
    Match.objects.filter(role=Match.Role.EVIDENCE).update(decided_by=Match.Decider.PERSON)
    choice = selected(user, QueryDict("year=2031"), made=TODAY)
    for form, heads in (("meeting", "进展、问题及措施"), ("working", "下一步措施")):
        path = tmp_path / f"{form}.xlsx"
        path.write_bytes(_written(choice, Wish(options=Options(form=form))))  # type: ignore[arg-type]
        pages = printed(path)
        assert heads in pages[0] and "青蘅街道2031年目标任务完成情况表" in pages[0]
        assert all(f"第{place}页 共{len(pages)}页" in page and "###" not in page for place, page in enumerate(pages, start=1))
    path = tmp_path / "通报.docx"
    path.write_bytes(word.write_letters([letters.bulletin(choice.rows, choice.head, Fields(date=TODAY))]))
    pages = printed(path)
    said = ["".join(page.split()) for page in pages]
    assert "完成情况的通报" in said[0] and "附件1慢序时目标任务" in "".join(said) and "责任单位" in said[-1]
    assert all(f"—{place}—" in page for place, page in enumerate(said, start=1))


def _written(choice: exports.Selection, wish: Wish) -> bytes:
    out = io.BytesIO()
    exports.write(choice, wish, out)
    return out.getvalue()
