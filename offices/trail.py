"""What an auditor may read of the trail and take away, and how long it is kept."""

import csv
import datetime
import io
import json
from collections.abc import Iterator
from typing import Any, BinaryIO

from django.conf import settings
from django.db import models, transaction
from django.db.models import QuerySet
from django.utils import timezone
from openpyxl import Workbook
from openpyxl.cell import WriteOnlyCell
from openpyxl.cell.cell import ILLEGAL_CHARACTERS_RE

from offices import audit, chain
from offices.models import AuditChain, AuditEntry, Role
from offices.permissions import AUDITORS, Person, offices_of, sees_all
from offices.tables import ACTIONS, HIDDEN

TYPES = {"xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet", "csv": "text/csv; charset=utf-8"}
HEADS = ("序号", "时间", "单位", "用户", "用户名", "来源地址", "操作", "操作代码", "结果", "对象类型", "对象编号", "操作前", "操作后",
         "步骤", "摘要")
WIDTHS = (8, 20, 16, 10, 12, 15, 14, 18, 6, 16, 38, 40, 40, 38, 66)
MOST_EXPORTED = 100_000
"""So many entries in one file: more is for several files, by date."""


def visible_to(user: Person) -> QuerySet[AuditEntry]:
    """The entries of the offices that the person audits. What belongs to no office (a sign-in under a name that nobody has) is seen by
    who audits the whole tree.
    """
    if sees_all(user, Role.AUDITOR):
        return AuditEntry.objects.all()
    return AuditEntry.objects.filter(office__in=offices_of(user, *AUDITORS))


def prune(now: datetime.datetime) -> int:
    """Drop what is older than the trail is kept, chain by chain; returns how many entries. Each time is an entry of its own."""
    before = now - datetime.timedelta(days=settings.TRAIL_DAYS)
    return sum(_prune_one(end.office_id, before) for end in AuditChain.objects.order_by("pk"))


@transaction.atomic
def _prune_one(office: int | None, before: datetime.datetime) -> int:
    end = chain.lock(office)
    linked = AuditEntry.objects.filter(office=office, place__gt=end.pruned)
    young = linked.filter(at__gte=before).aggregate(first=models.Min("place"))["first"]
    last = linked.filter(place__lt=young or end.length + 1).order_by("-place").first()
    if last is None or last.place is None:
        return 0
    end.pruned, end.anchor = last.place, last.digest
    end.save(update_fields=["pruned", "anchor"])
    # The manager of the trail deletes nothing; the trigger of the database lets go only of what the chain calls pruned.
    count, _ = models.QuerySet(AuditEntry).filter(office=office, place__lte=last.place).delete()
    audit.record("trail.prune", office=last.office, after={"count": count, "until": last.at, "place": last.place, "anchor": last.digest})
    return count


# --- taken away -------------------------------------------------------------------------------------------------------------


def write(entries: QuerySet[AuditEntry], out: BinaryIO, *, file: str) -> int:
    """The entries as a sheet or as CSV; returns how many. What begins like a formula stays text in either."""
    lines = _lines(entries[:MOST_EXPORTED])
    return _write_csv(lines, out) if file == "csv" else _write_sheet(lines, out)


def _lines(entries: QuerySet[AuditEntry]) -> Iterator[tuple[Any, ...]]:
    for each in entries.iterator(2000):
        yield (each.place, timezone.localtime(each.at).strftime("%Y-%m-%d %H:%M:%S"), each.office.name if each.office else "",
               each.user.name if each.user else "", each.user.username if each.user else "", each.address or "",
               ACTIONS.get(each.action, each.action), each.action, "成功" if each.success else "未成", each.subject,
               str(each.subject_id or ""), _json(each.before), _json(each.after), str(each.step), each.digest)


def _json(said: dict[str, Any] | None) -> str:
    shown = {name: value for name, value in (said or {}).items() if name not in HIDDEN}
    return json.dumps(shown, ensure_ascii=False) if shown else ""


def _write_csv(lines: Iterator[tuple[Any, ...]], out: BinaryIO) -> int:
    # The mark at the front tells a spreadsheet that this is UTF-8.
    text = io.TextIOWrapper(out, encoding="utf-8-sig", errors="replace", newline="", write_through=True)
    writer, count = csv.writer(text), 0
    writer.writerow(HEADS)
    for line in lines:
        writer.writerow([harmless(each) for each in line])
        count += 1
    text.detach()
    return count


def harmless(value: Any) -> Any:
    """A text that a spreadsheet would take for a formula, with a mark before it that keeps it a text."""
    return f"'{value}" if isinstance(value, str) and value.lstrip(" ").startswith(("=", "+", "-", "@", "\t", "\r")) else value


def _write_sheet(lines: Iterator[tuple[Any, ...]], out: BinaryIO) -> int:
    book, count = Workbook(write_only=True), 0
    sheet = book.create_sheet("审计记录")
    sheet.freeze_panes = "A2"
    for place, width in enumerate(WIDTHS):
        sheet.column_dimensions["ABCDEFGHIJKLMNO"[place]].width = width
    sheet.append(HEADS)
    for line in lines:
        sheet.append([_cell(sheet, each) for each in line])
        count += 1
    book.save(out)
    return count


def _cell(sheet: Any, value: Any) -> Any:
    if not isinstance(value, str):
        return value
    cell = WriteOnlyCell(sheet, ILLEGAL_CHARACTERS_RE.sub("", value)[:32_000])
    cell.data_type = "s"
    return cell
