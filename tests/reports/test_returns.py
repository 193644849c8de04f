"""The way back: what was edited in an exported sheet arrives, or is refused with its row and its reason."""

import datetime
import io
import re
import zipfile
from collections.abc import Callable
from decimal import Decimal
from typing import Any

import openpyxl
import pytest
from django.core.exceptions import ValidationError
from django.test import Client
from django.urls import reverse
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from documents.models import State
from offices.models import AuditEntry, Department, Membership, Office, Role, User
from reports.ledgers import LedgerHead, Options, rows_of, write_ledger
from reports.matching import match_office_year
from reports.models import Match, Result, Return
from reports.returns import Preview, Refused, preview
from reports.taking import take
from targets import steps
from targets.models import Target
from tests.factories import make_judged, make_office, make_read_document, make_user

pytestmark = pytest.mark.django_db
HEAD = LedgerHead(office="青蘅街道", year=2025, cutoff=(2025, 10))
WORKING = Options(form="working")


def make_year(times: int = 1) -> tuple[Office, User, list[Target]]:
    """A street with a figure, a rate, a stretch figure and a milestone, judged without any report."""
    office = make_office("青蘅街道")
    user = make_user(Role.SUPERVISOR, office=office)
    lead = Department.objects.create(office=office, name="经发办")
    return office, user, [target for _ in range(times) for target in _one_of_each_kind(office, lead)]


def _one_of_each_kind(office: Office, lead: Department) -> list[Target]:
    common: dict[str, Any] = {"lead": lead, "evidence_date": datetime.date(2025, 10, 31)}
    return [
        make_judged(office, indicator="规上工业企业", actual=Decimal(3), actual_text="3家", percent=Decimal("60.0"), problems="用地紧张",
                    **common),
        make_judged(office, indicator="固定资产投资", measure="growth", unit="%", value=Decimal(6), actual=Decimal("-1.8"), **common),
        make_judged(office, indicator="税收收入", stretch=True, remark="上级考核", due=datetime.date(2025, 11, 30), **common),
        make_judged(office, indicator="河滨公园", measure="milestone", value=None, unit="", state="建成", status="unreported"),
    ]


def sheet_of(targets: list[Target], options: Options = WORKING) -> bytes:
    out = io.BytesIO()
    rows = rows_of(list(Target.objects.filter(pk__in=[each.pk for each in targets]).order_by("pk")))
    write_ledger(rows, HEAD, out, options)
    return out.getvalue()


def edited(data: bytes, deed: Callable[[Any], object], sheet: str = "完成情况表") -> bytes:
    """The file after somebody opened it, did something to a sheet and saved it."""
    book = openpyxl.load_workbook(io.BytesIO(data))
    deed(book[sheet])
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def place(sheet: Any, head: str, line: int = 4) -> Any:
    heads = {str(cell.value).replace("\n", ""): cell.column for cell in sheet[3]}
    return sheet.cell(line, heads[head])


def with_cells(data: bytes, sheet: str = "完成情况表", line: int = 4, **values: Any) -> bytes:
    def write(page: Any) -> None:
        for head, value in values.items():
            place(page, head, line).value = value
    return edited(data, write, sheet)


def words(found: Preview) -> dict[str, tuple[str, str]]:
    return {edit.field: (edit.old, edit.new) for change in found.changes for edit in change.edits}


@pytest.mark.parametrize("options", [WORKING, Options(), Options(departments=True)])
def test_a_sheet_that_nobody_edited_changes_nothing(options: Options) -> None:
    _, user, targets = make_year()
    found = preview(edited(sheet_of(targets, options), lambda _: None), user)
    assert (found.changes, found.refusals) == ([], [])
    assert found.rows >= 3 * len(targets)


@pytest.mark.parametrize("options", [WORKING, Options(), Options(form="working", paper="A4")])
def test_sheets_of_several_offices_years_and_plans_come_back(options: Options) -> None:
    county = make_office("砚湖区")
    user = make_user(Role.SUPERVISOR, office=county)
    streets = [make_office(name, parent=county) for name in ("青蘅街道", "柳汀街道")]
    Membership.objects.create(user=user, office=streets[0], role=Role.SUPERVISOR)
    plans = [make_read_document(streets[0], title=title, state=State.MATCHED) for title in ("工作计划", "民生实事")]
    targets = [make_judged(document=plan, evidence_date=datetime.date(2025, 10, 31)) for plan in plans]
    targets += [make_judged(streets[1], year=2024)]
    data = sheet_of(targets, options)
    assert {"年度", "所属单位", "任务来源"} <= {cell.value for cell in openpyxl.load_workbook(io.BytesIO(data))["完成情况表"][3]}
    found = preview(edited(data, lambda _: None), user)
    assert (found.changes, found.refusals) == ([], [])
    without = edited(with_cells(data, 牵头单位="财政所"), lambda page: page.delete_cols(place(page, "任务来源").column))
    found = preview(without, user)
    assert words(found) == {"lead": ("", "财政所")} and not found.refusals
    found = preview(with_cells(data, 所属单位="别处"), user)
    assert not found.changes and [each.line for each in found.refusals] == [4]


def test_what_a_unit_wrote_arrives() -> None:
    _, user, targets = make_year()
    data = with_cells(sheet_of(targets), 存在问题="培育对象不足", 下一步措施="逐户走访", 备注="已约谈", 牵头单位="财政所")
    found = preview(with_cells(data, "目标任务分解表", 牵头领导="分管副主任", 配合单位="工会、妇联", 完成时限="2025年11月"), user)
    assert words(found) == {
        "problems": ("用地紧张", "培育对象不足"), "measures_next": ("", "逐户走访"), "remark": ("", "已约谈"), "lead": ("经发办", "财政所"),
        "leader": ("", "分管副主任"), "support": ("", "妇联、工会"), "due": ("", "2025-11-30")}
    assert not found.refusals
    assert take(found, user, source="")[1] == 1
    target = Target.objects.get(pk=targets[0].pk)
    assert (target.problems, target.measures_next, target.remark) == ("培育对象不足", "逐户走访", "已约谈")
    assert (target.lead.name if target.lead else "", target.leader, target.due) == ("财政所", "分管副主任", datetime.date(2025, 11, 30))
    assert {each.name for each in target.support.all()} == {"工会", "妇联"}


def test_an_import_is_one_step_that_goes_back_whole() -> None:
    _, user, targets = make_year()
    data = with_cells(with_cells(sheet_of(targets), 存在问题="甲", 牵头单位="财政所"), line=5, 下一步措施="乙")
    step, count = take(preview(data, user), user, source="")
    entries = AuditEntry.objects.filter(action="ledger.import")
    assert (count, {entry.step for entry in entries}, entries.count()) == (2, {step}, 2)
    assert (entries.get(subject_id=targets[0].public_id).after or {})["存在问题"] == "甲"
    undone = steps.undo(step, user=user)
    assert undone is not None
    assert (undone.done, undone.kept) == (2, [])
    first, second = Target.objects.filter(pk__in=[targets[0].pk, targets[1].pk]).order_by("pk")
    assert (first.problems, first.lead_id, second.measures_next) == ("用地紧张", targets[0].lead_id, "")


def test_a_corrected_figure_needs_a_source_and_becomes_evidence() -> None:
    office, user, targets = make_year()
    found = preview(with_cells(sheet_of(targets), 截至10月完成=4), user)
    assert words(found) == {"actual": ("3家", "4家(截至2025年10月)")}
    with pytest.raises(ValidationError, match="来源"):
        take(found, user, source=" ")
    assert not Result.objects.exists()
    step, _ = take(found, user, source="区统计局快报")
    match_office_year(office, 2025)
    target = Target.objects.get(pk=targets[0].pk)
    assert (target.actual, target.percent, target.evidence_date) == (Decimal(4), Decimal("80.0"), datetime.date(2025, 10, 31))
    result = Result.objects.get()
    assert result.document.text[slice(*result.sentence)] == "1—10月,规上工业企业4家(来源:区统计局快报)。"
    assert result.document.text[result.start:result.end] == "4家"
    steps.undo(step, user=user)
    match_office_year(office, 2025)
    target.refresh_from_db()
    assert (target.actual, Match.objects.get().decision) == (None, Match.Decision.REFUSED)


@pytest.mark.parametrize(("head", "value", "reason"), [
    ("状态", "已完成", "系统生成"), ("年度目标", 1, "系统生成"), ("截至10月完成", "不少", "不是数字"), ("截至10月完成", None, "不是数字"),
    ("截至10月完成", "#REF!", "错误值"), ("牵头单位", 2025, "单位名称"), ("存在问题", datetime.date(2025, 1, 1), "是日期"),
    ("备注", datetime.time(3, 30), "时间"),
    ("牵头单位", True, "错误值"),
])
def test_what_does_not_fit_is_refused_with_row_and_reason(head: str, value: Any, reason: str) -> None:
    _, user, targets = make_year()
    found = preview(with_cells(sheet_of(targets), **{head: value}), user)
    assert not found.changes
    refusal, = found.refusals
    assert (refusal.sheet, refusal.line, refusal.name) == ("完成情况表", 4, "规上工业企业")
    assert head in refusal.reason and reason in refusal.reason


@pytest.mark.parametrize(("value", "due"), [
    ("2025年9月", (2025, 9, 30)), ("2025-09-15", (2025, 9, 15)), (datetime.date(2025, 9, 10), (2025, 9, 10)),
    ("2026年底", (2026, 12, 31)),
    ("下个月", "不是日期"), ("2024年9月", "目标年度"), ("2025年13月", "没有这个日期"), (45000, "不是日期"),
])
def test_deadlines(value: Any, due: Any) -> None:
    _, user, targets = make_year()
    found = preview(with_cells(sheet_of(targets), "目标任务分解表", 完成时限=value), user)
    if isinstance(due, str):
        assert due in found.refusals[0].reason
    else:
        assert found.changes[0].edits[0].value == datetime.date(*due)


def test_the_end_of_the_year_needs_no_date() -> None:
    _, user, targets = make_year()
    found = preview(with_cells(sheet_of(targets), "目标任务分解表", line=6, 完成时限="2025年底"), user)
    assert words(found) == {"due": ("2025-11-30", "")}


def test_milestones_have_no_figure_and_stretch_rows_keep_their_mark() -> None:
    _, user, targets = make_year()
    found = preview(with_cells(with_cells(sheet_of(targets), line=7, 截至10月完成=1), line=6, 备注="奋斗目标、已约谈"), user)
    assert words(found) == {"remark": ("上级考核", "已约谈")}
    assert "节点任务" in found.refusals[0].reason


def test_a_row_changed_in_the_meantime_is_refused() -> None:
    _, user, targets = make_year()
    data = with_cells(with_cells(sheet_of(targets), 存在问题="甲"), line=5, 存在问题="乙")
    targets[0].change(version=1, remark="系统里改过")
    found = preview(data, user)
    assert [change.line for change in found.changes] == [5]
    assert "已有人改过" in found.refusals[0].reason and found.refusals[0].line == 4
    targets[1].change(version=1, remark="看过之后改的")
    assert take(found, user, source="")[1] == 0
    assert "刚被他人改过" in found.refusals[-1].reason


def test_deleted_rows_foreign_rows_and_lost_ids_are_named() -> None:
    _, user, targets = make_year()
    other = make_judged(make_office(), indicator="外单位目标")
    data = edited(sheet_of([*targets, other]), lambda page: page.delete_rows(5))
    data = with_cells(with_cells(data, line=7, 存在问题="不是我的"), line=4, 行标识=None)
    found = preview(data, user)
    said = {(refusal.sheet, refusal.line): refusal.reason for refusal in found.refusals}
    assert "行标识缺失" in said["完成情况表", 4]
    assert "从表中删去" in said["完成情况表", 5]
    assert "不属于您的单位" in said["完成情况表", 7]
    assert not found.changes


def test_one_target_on_two_sheets_must_say_one_thing() -> None:
    _, user, targets = make_year()
    data = with_cells(sheet_of(targets), 牵头单位="财政所")
    assert not preview(with_cells(data, "目标任务分解表", 牵头单位="财政所"), user).refusals
    found = preview(with_cells(data, "目标任务分解表", 牵头单位="工会"), user)
    assert not found.changes
    assert {refusal.sheet for refusal in found.refusals} == {"完成情况表", "目标任务分解表"}


def test_only_editors_of_the_very_office_bring_sheets_back() -> None:
    office, _, targets = make_year()
    above = make_office("砚湖区")
    office.parent = above
    office.save()
    found = preview(with_cells(sheet_of(targets), 存在问题="甲"), make_user(Role.SUPERVISOR, office=above))
    assert not found.changes
    assert "不能修改" in found.refusals[0].reason


@pytest.mark.parametrize("data", [b"", b"PK\x03\x04broken", b"\xd0\xcf\x11\xe0" + bytes(600)])
def test_files_that_are_no_workbook(data: bytes) -> None:
    with pytest.raises(Refused, match="xlsx"):
        preview(data, make_user())


def test_a_formula_that_nobody_reckoned_is_no_empty_cell() -> None:
    _, user, targets = make_year()
    found = preview(with_cells(sheet_of(targets), 存在问题="=1+1", 下一步措施="逐户走访"), user)
    assert words(found) == {"measures_next": ("", "逐户走访")}
    assert "没有结果的公式" in found.refusals[0].reason


def test_a_foreign_workbook_is_refused_whole() -> None:
    book, out = openpyxl.Workbook(), io.BytesIO()
    book.active["A1"] = "别处的表"
    book.save(out)
    with pytest.raises(Refused, match="行标识"):
        preview(out.getvalue(), make_user())


def test_a_wrong_dimension_record_hides_nothing() -> None:
    """As WPS writes it: the sheet says A1, and holds forty cells."""
    _, user, targets = make_year()
    data = with_cells(sheet_of(targets), line=7, 存在问题="最后一行")
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as old, zipfile.ZipFile(out, "w") as new:
        for name in old.namelist():
            content = old.read(name)
            if name.startswith("xl/worksheets/sheet"):
                content, count = re.subn(rb'<dimension ref="[^"]*"\s*/>', b'<dimension ref="A1"/>', content)
                assert count == 1
            new.writestr(name, content)
    assert words(preview(out.getvalue(), user)) == {"problems": ("", "最后一行")}


ANYTHING = st.one_of(
    st.none(), st.booleans(), st.integers(-10**6, 10**6), st.floats(allow_nan=False, allow_infinity=False, width=32), st.dates(),
    st.text(st.characters(codec="utf-8", exclude_categories=("Cc", "Cs")), max_size=30),
    st.sampled_from(["=1+1", "-", "—", "2025年9月", "财政所"]))


SHEETS = (("完成情况表", 16), ("目标任务分解表", 12))
"""The sheets and how many columns they have, the hidden one included."""


@settings(max_examples=20, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow])
@given(shift=st.integers(0, 3), values=st.lists(ANYTHING, min_size=28, max_size=28))
def test_any_one_edited_cell_of_a_row_arrives_or_is_refused_by_name(db: None, shift: int, values: list[Any]) -> None:
    """Each column of each sheet is edited in every example, each in a row of its own; by the shift in each kind of target."""
    if not Office.objects.exists():
        make_year(times=7)
    user, targets = User.objects.get(), list(Target.objects.order_by("pk"))
    book = openpyxl.load_workbook(io.BytesIO(sheet_of(targets)))
    before: dict[tuple[str, int], tuple[Any, Any]] = {}
    line = 4
    for sheet, columns in SHEETS:
        assert book[sheet].max_column == columns
        for column in range(1, columns + 1):
            cell, value = book[sheet].cell(4 + (line - 4 + shift) % 28, column), values[line - 4]
            before[sheet, cell.row] = cell.value, value
            cell.value, line = value, line + 1
    out = io.BytesIO()
    book.save(out)
    found = preview(out.getvalue(), user)
    told = {(each.sheet, each.line) for each in found.changes} | {(each.sheet, each.line) for each in found.refusals}
    assert told <= set(before)
    for place, (old, new) in before.items():
        assert place in told or _same(old, new), (place, old, new)


def _same(old: Any, new: Any) -> bool:
    """A cell that says what it said, though written in another way: nothing, a dash, 未分工 and spaces are one, and so are "1" and 1.0."""
    def said(value: Any) -> str:
        value = int(value) if isinstance(value, float) and value.is_integer() else value
        text = "" if value is None else str(value).strip()
        return "" if text in ("", "—", "-", "无", "未分工", "2025年底") else text
    return said(old) == said(new) or (isinstance(old, int | float) and isinstance(new, int | float) and float(old) == float(new))


def test_the_pages_from_upload_to_undo(client: Client) -> None:
    _, user, targets = make_year()
    client.force_login(user)
    file = io.BytesIO(with_cells(sheet_of(targets), 存在问题="甲", 状态="已完成"))
    file.name = "台账.xlsx"
    page = client.post(reverse("reports:returns"), {"sheet": file}, follow=True).content.decode()
    assert "用地紧张" in page and "<b>甲</b>" in page and "完成情况表第4行" in page and "系统生成" in page
    assert Target.objects.get(pk=targets[0].pk).problems == "用地紧张"
    sheet = Return.objects.get()
    take_it = reverse("reports:return_take", args=(sheet.public_id,))
    assert "已导入1个" in client.post(take_it).content.decode()
    assert Target.objects.get(pk=targets[0].pk).problems == "甲"
    assert "已经导入过" in client.post(take_it, follow=True).content.decode()
    assert "已撤回1个" in client.post(reverse("reports:return_undo", args=(sheet.public_id,)), follow=True).content.decode()
    assert Target.objects.get(pk=targets[0].pk).problems == "用地紧张"


def test_pages_of_returns_are_their_owners(client: Client) -> None:
    _, user, targets = make_year()
    client.force_login(user)
    file = io.BytesIO(with_cells(sheet_of(targets), 存在问题="甲"))
    file.name = "台账.xlsx"
    client.post(reverse("reports:returns"), {"sheet": file})
    page = reverse("reports:return", args=(Return.objects.get().public_id,))
    assert client.get(page).status_code == 200
    for stranger, status in ((make_user(Role.SUPERVISOR), 404), (make_user(Role.LEADER), 403), (make_user(Role.UNIT), 403)):
        client.force_login(stranger)
        assert client.get(page).status_code == status
