"""What goes out: the rows and the head of a ledger by the filter of an address, as of any cut-off; as a file at once, or as a task."""

import datetime
import io
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any, BinaryIO, Literal, get_args

from django.core.files.base import File
from django.db.models import QuerySet
from django.http import QueryDict
from django.utils import timezone

from documents.models import Document, Kind
from engine.values import Month, Rules
from offices import audit
from offices.models import Office, User
from reports.ledgers import MEETING, Form, LedgerHead, LedgerRow, Options, rows_as_of, rows_of, write_archive, write_csv, write_ledger
from reports.ledgers.marks import number_text
from reports.ledgers.sheets import Paper
from reports.models import Export, Match
from reports.outcomes import rules_for
from targets.filters import TargetFilter, narrow
from targets.models import Target

Format = Literal["xlsx", "csv", "zip"]
TYPES: dict[Format, str] = {
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet", "csv": "text/csv", "zip": "application/zip"}
FORMS: dict[Form, str] = {"meeting": "会议版", "working": "工作版", "duty": ""}
AT_ONCE = 2_000
"""More targets than this are written by a task: nobody waits for a page that long."""
_CUTOFF = re.compile(r"(?P<year>20\d\d)-(?P<month>0[1-9]|1[0-2])")
SOME = 6
WORN_OUT = "多次生成均未完成,请缩小范围后再试,或联系管理员查看日志"


@dataclass(frozen=True, slots=True, kw_only=True)
class Wish:
    """What is asked for besides the filter: which file, 会议版 or 工作版, paper, sheets by department, ranks, and as of when."""

    file: Format = "xlsx"
    options: Options = MEETING
    cutoff: Month | None = None

    @classmethod
    def of(cls, data: QueryDict) -> "Wish":
        """From an address; what it does not know is left as usual."""
        form: Form = data["form"] if data.get("form") in get_args(Form) else "meeting"  # type: ignore[assignment]
        paper: Paper | None = data["paper"] if data.get("paper") in get_args(Paper) else None  # type: ignore[assignment]
        file: Format = data["file"] if data.get("file") in TYPES else "xlsx"  # type: ignore[assignment]
        found = _CUTOFF.fullmatch(data.get("cutoff", ""))
        options = Options(form=form, paper=paper, departments="departments" in data, ranked="ranked" in data)
        return cls(file=file, options=options, cutoff=(int(found["year"]), int(found["month"])) if found else None)


@dataclass(frozen=True, slots=True)
class Selection:
    """The targets that a filter leaves, as rows, with what stands above them."""

    targets: Sequence[Target]
    rows: Sequence[LedgerRow]
    head: LedgerHead


def selected(user: User, data: QueryDict, *, made: datetime.date, cutoff: Month | None = None) -> Selection:
    """The rows of an address in the order of the plans; judged again in memory where an earlier cut-off is asked for."""
    narrowed = narrow(user, data)
    targets = list(narrowed.qs.order_by("year", "office__path", "document_id", "start", "pk"))
    rows = rows_as_of(targets, cutoff) if cutoff else rows_of(targets)
    return Selection(targets, rows, head_of(targets, narrowed, user, made=made, cutoff=cutoff))


def write(selection: Selection, wish: Wish, out: BinaryIO) -> None:
    if wish.file == "zip":
        write_archive(selection.rows, selection.head, out, wish.options)
    elif wish.file == "csv":
        write_csv(selection.rows, selection.head, out, wish.options)
    else:
        write_ledger(selection.rows, selection.head, out, wish.options)


def file_name(head: LedgerHead, wish: Wish) -> str:
    """Whose and which year, 会议版 or 工作版, and up to when where an earlier cut-off was asked for: two exports do not look alike."""
    words = ",".join([*filter(None, [FORMS[wish.options.form]]), *[head.period] * bool(wish.cutoff)])
    return f"{head.title(wish.options.sheet)}{f'({words})' if words else ''}.{wish.file}"


def note(selection: Selection, wish: Wish, *, user: User, request: Any = None) -> None:
    """In the trail of each office whose targets went out, as one step."""
    step = None
    for office in Office.objects.filter(pk__in={target.office_id for target in selection.targets}).order_by("pk"):
        count = sum(target.office_id == office.pk for target in selection.targets)
        after = {"targets": count, "scope": selection.head.scope, "file": wish.file, "form": wish.options.form}
        step = audit.record("ledger.export", office=office, user=user, request=request, after=after, step=step).step


# --- as a task --------------------------------------------------------------------------------------------------------------


def run(export_id: int) -> bool:
    """Writes one export; False where another worker has it. An error frees the row for another try."""
    if not Export.objects.claim(export_id, now=timezone.now()):
        return False
    export = Export.objects.select_related("user").get(pk=export_id)
    try:
        _fill(export)
    except Exception:
        _give_up(export)
        raise
    return True


def _fill(export: Export) -> None:
    data = QueryDict(export.query)
    wish = Wish.of(data)
    _keep(export, progress=10)
    selection = selected(export.user, data, made=timezone.localdate(), cutoff=wish.cutoff)
    _keep(export, progress=60, count=len(selection.targets), name=file_name(selection.head, wish)[:200],
          offices=sorted({target.office_id for target in selection.targets}))
    out = io.BytesIO()
    write(selection, wish, out)
    export.file.save("", File(out), save=False)
    _keep(export, file=export.file, progress=100, state=Export.State.DONE)
    note(selection, wish, user=export.user)


def _keep(export: Export, **changes: object) -> None:
    """Stores how far it is and renews the lease."""
    changes["lease_until"] = timezone.now() + Export.LEASE
    for name, value in changes.items():
        setattr(export, name, value)
    export.save(update_fields=[*changes, "updated_at"])


def _give_up(export: Export) -> None:
    worn_out = export.attempts >= Export.ATTEMPTS
    Export.objects.filter(pk=export.pk).update(
        state=Export.State.FAILED if worn_out else Export.State.WAITING, lease_until=None, error=WORN_OUT if worn_out else "")


def sweep(now: datetime.datetime) -> list[int]:
    """Drops what was kept for a day, buries what its workers died of, and returns the ids that are to be sent again."""
    for old in Export.objects.filter(created_at__lt=now - Export.KEPT):
        old.delete()
        if old.file:
            old.file.storage.delete(str(old.file.name))
    due = Export.objects.due(now)
    due.filter(attempts__gte=Export.ATTEMPTS).update(state=Export.State.FAILED, lease_until=None, error=WORN_OUT)
    return list(due.values_list("pk", flat=True))


# --- the head ---------------------------------------------------------------------------------------------------------------


def head_of(
    targets: Sequence[Target], narrowed: TargetFilter, user: User, *, made: datetime.date, cutoff: Month | None = None
) -> LedgerHead:
    """The head of the ledger of these targets. The year only where all rows share it; of several offices, the one above all."""
    offices = list(Office.objects.filter(pk__in={target.office_id for target in targets}).order_by("path", "pk"))
    years = {target.year for target in targets}
    year = years.pop() if len(years) == 1 else None
    return LedgerHead(
        office=_office_above(offices), year=year, cutoff=cutoff or (_cutoff(targets) if year else None),
        made=made, author=user.get_full_name(), scope="、".join([*_below(offices), *scope_of(narrowed)]), rules=tuple(rules_of(offices)),
        sources=tuple(_source(document) for document in _documents(targets)), pace=_pace(offices),
    )


def _office_above(offices: Sequence[Office]) -> str:
    top = offices[0] if offices else None
    return top.name if top and all(each.path.startswith(top.path) for each in offices) else ""


def _below(offices: Sequence[Office]) -> Iterable[str]:
    """Whose targets stand there besides those of the office in the title."""
    names = [office.name for office in offices[1 if _office_above(offices) else 0:]]
    if len(offices) > 1:
        yield f"含{'、'.join(names[:SOME])}{f'等{len(names)}个单位' if len(names) > SOME else ''}"


def _cutoff(targets: Iterable[Target]) -> Month | None:
    dates = [target.evidence_date for target in targets if target.evidence_date]
    return (max(dates).year, max(dates).month) if dates else None


def scope_of(narrowed: TargetFilter) -> Iterable[str]:
    """The filter in words: 类别:产业发展, 研判:欠进度."""
    said = narrowed.form.cleaned_data if narrowed.form.is_valid() else {}
    for name, value in said.items():
        if value and name != "year":
            labels = dict(narrowed.form.fields[name].choices) if hasattr(narrowed.form.fields[name], "choices") else {}
            values = value if isinstance(value, list) else [value]
            yield f"{narrowed.form.fields[name].label}:{'、'.join(str(labels.get(each, each)) for each in values)}"


def rules_of(offices: Sequence[Office]) -> Iterable[str]:
    """The rules in force, as sentences; for each office where they are not the same for all."""
    rules = {office: rules_for(office) for office in offices}
    same = len({_limits(said) for said in rules.values()}) == 1
    for office in offices[:1] if same else offices:
        said = rules[office]
        where = "" if same else f"{office.name}:"
        yield f"{where}总量指标落后序时{_bare(said.red_points_behind)}个百分点以内亮黄灯,超过亮红灯"
        yield f"{where}增速、比率指标低于目标{_bare(said.red_rate_points)}个百分点以内亮黄灯,超过或反向亮红灯"
        yield f"{where}“左右”类目标相差不超过{_bare(said.about_points)}个百分点或{_bare(said.about_percent)}%的,由领导认定"


def _limits(said: Rules) -> tuple[Decimal, ...]:
    return said.red_points_behind, said.red_rate_points, said.about_points, said.about_percent


def _bare(number: Decimal) -> str:
    """A setting without the zeros of its column: 30, not 30.00."""
    return number_text(number)


def _pace(offices: Sequence[Office]) -> str:
    """The office's own curve of 序时; empty for twelfths, which the sheet explains by itself."""
    curves = {rules_for(office).curve for office in offices}
    curve = curves.pop() if len(curves) == 1 else ()
    return f"序时进度按本单位曲线:{'、'.join(f'{month}月{share}%' for month, share in enumerate(curve, start=1))}" if curve else ""


def _documents(targets: Sequence[Target]) -> QuerySet[Document]:
    plans = {target.document_id for target in targets}
    used = Match.objects.filter(target__in=targets, role=Match.Role.EVIDENCE)
    reports = set(used.values_list("result__document", flat=True))
    return Document.objects.without_text().filter(pk__in=plans | reports).order_by("cutoff", "pk")


def _source(document: Document) -> str:
    cutoff = f",截至{document.cutoff:%Y年}{document.cutoff.month}月" if document.cutoff else ""
    return f"{document}({Kind(document.kind).label}{cutoff})"
