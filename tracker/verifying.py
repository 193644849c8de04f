"""Is everything still as it was put down: files, rows, the trail. Looks only, changes nothing."""

import datetime
import hashlib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from django.apps import apps
from django.conf import settings
from django.db.models import F, FileField, Model, Q
from django.utils import timezone

from documents.leftovers import AFTER, unknown_files
from documents.models import UNDER_WAY, Document
from offices import chain
from reports.models import Match, Result, Return
from targets.models import FigureRow, Target

STUCK_AFTER = datetime.timedelta(minutes=15)
"""The sweep comes every few seconds and a lease lasts five minutes: what still waits after this waits for nobody."""


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that is not as it should be: `kind` for programs, `about` names the row or file, `text` says it in Chinese."""

    kind: str
    about: str
    text: str

    def __str__(self) -> str:
        return f"{self.kind}\t{self.about}\t{self.text}"


def findings(*, now: datetime.datetime | None = None) -> Iterator[Finding]:
    """Everything that is wrong, check by check."""
    asked = now or timezone.now()
    for check in CHECKS:
        yield from check(asked)


# --- files ------------------------------------------------------------------------------------------------------------------


def file_fields() -> list[tuple[type[Model], str]]:
    """Every model that keeps a file, with the name of the field."""
    return [(model, field.name) for model in apps.get_models() for field in model._meta.get_fields() if isinstance(field, FileField)]


def sha256_of(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def lost_files(_now: datetime.datetime) -> Iterator[Finding]:
    """Rows whose file is not there, and documents whose file is not the one that came in."""
    for model, name in file_fields():
        digests = "sha256" if any(field.name == "sha256" for field in model._meta.get_fields()) else ""
        rows = model._default_manager.exclude(**{name: ""}).order_by("pk").values_list("public_id", name, *filter(None, [digests]))
        for public_id, stored, *digest in rows.iterator(chunk_size=500):
            about = f"{model._meta.verbose_name} {public_id}"
            path = Path(settings.MEDIA_ROOT) / stored
            if not path.is_file():
                yield Finding("file.missing", about, f"原件不在存储中:{stored}")
            elif digest and sha256_of(path) != digest[0]:
                yield Finding("file.changed", about, f"原件内容与入库时的 sha256 不符:{stored}")


def unknown(now: datetime.datetime) -> Iterator[Finding]:
    """Files that no row knows, older than an upload takes: the hourly task sets them aside, so it does not run."""
    for path in unknown_files(before=now - 2 * AFTER):
        yield Finding("file.unknown", str(path.relative_to(settings.MEDIA_ROOT)), "没有任何记录引用这个文件")


# --- rows -------------------------------------------------------------------------------------------------------------------


def misplaced(_now: datetime.datetime) -> Iterator[Finding]:
    """Targets and results whose figure does not stand in their document where they say."""
    for pk, public_id in Document.objects.order_by("pk").values_list("pk", "public_id").iterator(chunk_size=2000):
        text = ""
        for model in (Target, Result):
            for row in model._default_manager.filter(document=pk).order_by("start").only(*_PLACE):
                text = text or Document.objects.values_list("text", flat=True).get(pk=pk)
                if not _stands(row, text):
                    about = f"{model._meta.verbose_name} {row.public_id}"
                    yield Finding("span.wrong", about, f"文件 {public_id} 第{row.start}至{row.end}字不是“{row.figure[:40]}”")


_PLACE = ("public_id", "start", "end", "figure", "sentence_start", "sentence_end")


def _stands(row: FigureRow, text: str) -> bool:
    # A column holds 500 characters; the clause of a milestone may be longer.
    inside = 0 <= row.start < row.end <= len(text) and 0 <= row.sentence_start <= row.sentence_end <= len(text)
    return inside and text[row.start:row.end][:500] == row.figure


def torn(_now: datetime.datetime) -> Iterator[Finding]:
    """Steps that are half there: two confirmed pieces of evidence of a target, an import that has no step."""
    confirmed = Match.objects.filter(decision=Match.Decision.CONFIRMED).order_by("target").values_list("target__public_id", flat=True)
    last = None
    for target in confirmed.iterator(chunk_size=2000):
        if target == last:
            yield Finding("match.double", f"目标 {target}", "有两个由人工确认的佐证")
        last = target
    for sheet in Return.objects.filter(taken_at__isnull=False, step__isnull=True).order_by("pk"):
        yield Finding("return.torn", f"台账回收 {sheet.public_id}", "标记为已导入,但没有导入步骤")


def other_offices(_now: datetime.datetime) -> Iterator[Finding]:
    """Rows that belong to another office than the document they were read from."""
    for model in (Target, Result):
        wrong = model._default_manager.exclude(office=F("document__office")).order_by("pk").values_list("public_id", flat=True)
        for public_id in wrong.iterator(chunk_size=2000):
            yield Finding("office.wrong", f"{model._meta.verbose_name} {public_id}", "所属单位与来源文件的单位不同")


# --- work and trail ---------------------------------------------------------------------------------------------------------


def stuck(now: datetime.datetime) -> Iterator[Finding]:
    """Documents that are neither through nor failed, and that nobody works on."""
    idle = Q(lease_until__isnull=True) | Q(lease_until__lt=now - STUCK_AFTER)
    rows = Document.objects.filter(idle, state__in=UNDER_WAY, updated_at__lt=now - STUCK_AFTER).order_by("pk").without_text()
    for row in rows.iterator(chunk_size=500):
        yield Finding("document.stuck", f"文件 {row.public_id}", f"停在“{row.get_state_display()}”,没有后台任务在处理")


def broken_trail(_now: datetime.datetime) -> Iterator[Finding]:
    """Entries of the audit trail that are not as they were written."""
    for each in chain.broken():
        yield Finding("trail.broken", "审计记录", each)


CHECKS = (lost_files, unknown, misplaced, other_offices, torn, stuck, broken_trail)
