"""What stands above a downloaded ledger: whose, of which year, up to when, by which rules, from which documents."""

import datetime
from collections.abc import Iterable, Sequence

from django.db.models import QuerySet

from documents.models import Document, Kind
from engine.values import Month
from offices.models import Office, User
from reports.ledgers import LedgerHead
from reports.models import Match
from reports.outcomes import rules_for
from targets.filters import TargetFilter
from targets.models import Target


def head_of(targets: Sequence[Target], narrowed: TargetFilter, user: User, *, made: datetime.date) -> LedgerHead:
    """The head of the ledger of these targets. Office and year stand there only where all rows share them."""
    offices = list(Office.objects.filter(pk__in={target.office_id for target in targets}).order_by("path", "pk"))
    years = {target.year for target in targets}
    return LedgerHead(
        office=offices[0].name if len(offices) == 1 else "", year=years.pop() if len(years) == 1 else None, cutoff=_cutoff(targets),
        made=made, author=user.get_full_name(), scope="、".join(scope_of(narrowed)), rules=tuple(rules_of(offices)),
        sources=tuple(_source(document) for document in _documents(targets)), pace=_pace(offices),
    )


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
    """The rules in force, as sentences, for each office."""
    for office in offices:
        said = rules_for(office)
        where = f"{office.name}:" if len(offices) > 1 else ""
        yield f"{where}总量指标落后序时{said.red_points_behind:g}个百分点以内亮黄灯,超过亮红灯"
        yield f"{where}增速、比率指标低于目标{said.red_rate_points:g}个百分点以内亮黄灯,超过或反向亮红灯"
        yield f"{where}“左右”类目标相差不超过{said.about_points:g}个百分点或{said.about_percent:g}%的,由领导认定"


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
