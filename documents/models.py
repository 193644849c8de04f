"""Document: one stored file, what was read from it, and how far it has come."""

import datetime
import uuid
from dataclasses import replace
from typing import ClassVar, Self, cast

from django.db import models
from django.db.models import F, Q
from django.urls import reverse

from engine.values import DocumentKind, Month, Reading, Statement
from offices.models import Office, Record, User
from offices.permissions import OVERSEERS, Person, offices_of

LEASE = datetime.timedelta(minutes=5)
"""How long one step may work on a document before another worker takes it over; the longest reading stays far below."""
PATIENCE = datetime.timedelta(seconds=10)
"""How long a message may be on its way before the sweep sends another."""
MOST_ATTEMPTS = 5


class State(models.TextChoices):
    """How far a document has come: each step claims the state before its own."""

    STORED = "stored", "等待读取"
    READ = "read", "已读取"
    TAKEN = "taken", "已入清单"
    MATCHED = "matched", "处理完毕"
    FAILED = "failed", "未能处理"


UNDER_WAY = (State.STORED, State.READ, State.TAKEN)


class Kind(models.TextChoices):
    """What a document is for the product."""

    PLAN = "plan", "计划"
    REPORT = "report", "总结"
    BOTH = "both", "总结与计划"
    NONE = "none", "未识别"


class Origin(models.TextChoices):
    """来源: who set the targets of a document."""

    SUPERIOR = "superior", "上级考核"
    GOVERNMENT = "government", "政府工作报告"
    ANNUAL = "annual", "年度计划"
    LIVELIHOOD = "livelihood", "民生实事"
    ASSIGNED = "assigned", "领导交办"


class DocumentQuerySet(models.QuerySet["Document"]):
    def visible_to(self, user: Person) -> Self:
        """Documents of the offices that the person oversees. A 责任单位 sees none: they hold other units' business."""
        return self.filter(office__in=offices_of(user, *OVERSEERS))

    def without_text(self) -> Self:
        """For lists: the text, its places and the reading are the bulk of a row."""
        return self.defer("text", "reading", "places")

    def due(self, now: datetime.datetime) -> Self:
        """Unfinished documents that nobody works on: their lease ran out, or no message has reached a worker."""
        waiting = Q(lease_until__isnull=True, updated_at__lt=now - PATIENCE)
        return self.filter(waiting | Q(lease_until__lt=now), state__in=UNDER_WAY)

    def claim(self, pk: int, *, state: str, now: datetime.datetime) -> bool:
        """Take the document for the step that follows `state`; False where another worker has it or it has moved on.

        ONE conditional UPDATE, so that of two claims exactly one wins on any database.
        """
        free = Q(lease_until__isnull=True) | Q(lease_until__lt=now)
        claimed = self.filter(free, pk=pk, state=state)
        return bool(claimed.update(lease_until=now + LEASE, attempts=F("attempts") + 1, updated_at=now))


def upload_path(document: "Document", _name: str) -> str:
    """Where the file lies: never under the name a user gave it."""
    return f"documents/{document.office.public_id}/{uuid.uuid4()}"


class Document(Record):
    """文件: a plan (云溪街道2025年工作计划), a report, or both in one; the file as it came and the one reading of it.

    `cutoff` (截至) is the first day of the last month a report covers. A person's correction of title, year, kind or cut-off
    stands in the columns and wins over the reading; `corrected` names the fields a person has set.
    """

    office = models.ForeignKey(Office, models.PROTECT, verbose_name="单位", related_name="documents")
    name = models.CharField("文件名", max_length=255)
    file = models.FileField("原件", upload_to=upload_path, max_length=255)
    sha256 = models.CharField("校验值", max_length=64)
    size = models.PositiveIntegerField("字节数")
    text = models.TextField("文本", blank=True)
    reading = models.JSONField("读取结果", null=True, blank=True)
    title = models.CharField("标题", max_length=255, blank=True)
    issuer = models.CharField("发文单位", max_length=100, blank=True)
    year = models.PositiveSmallIntegerField("年度", null=True, blank=True)
    kind = models.CharField("种类", max_length=10, choices=Kind.choices, default=Kind.NONE)
    cutoff = models.DateField("截至", null=True, blank=True)
    corrected = models.JSONField("人工更正的字段", default=list, blank=True, editable=False)
    origin = models.CharField("来源", max_length=20, choices=Origin.choices, default=Origin.ANNUAL)
    target_count = models.PositiveIntegerField("目标数", default=0, editable=False)
    result_count = models.PositiveIntegerField("完成数", default=0, editable=False)
    places = models.JSONField("出处", default=list, blank=True, editable=False)
    pages = models.PositiveIntegerField("页数", default=0, editable=False)
    pages_done = models.PositiveIntegerField("已读页数", default=0, editable=False)
    unplaced_count = models.PositiveIntegerField("未能归位的数字", default=0, editable=False)
    state = models.CharField("状态", max_length=10, choices=State.choices, default=State.STORED, db_index=True)
    error = models.CharField("问题", max_length=255, blank=True)
    lease_until = models.DateTimeField("占用至", null=True, blank=True, editable=False)
    attempts = models.PositiveSmallIntegerField("尝试次数", default=0, editable=False)
    uploaded_by = models.ForeignKey(User, models.SET_NULL, null=True, verbose_name="上传人", related_name="+")

    progress_noted: datetime.datetime | None = None
    """When this process last wrote down how many pages are done; not stored."""

    objects = DocumentQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "文件"
        ordering = ("-created_at", "-pk")
        constraints: ClassVar = [models.UniqueConstraint(fields=["office", "sha256"], name="document_once_per_office")]
        indexes: ClassVar = [models.Index(fields=["state", "lease_until"], name="document_due")]

    def __str__(self) -> str:
        return self.title or self.name

    def get_absolute_url(self) -> str:
        return reverse("documents:detail", args=[self.public_id])

    @property
    def under_way(self) -> bool:
        return self.state in UNDER_WAY

    @property
    def cutoff_month(self) -> Month | None:
        return (self.cutoff.year, self.cutoff.month) if self.cutoff else None

    @property
    def may_retry(self) -> bool:
        return self.state == State.FAILED

    @property
    def fate(self) -> str:
        """What became of the file, in one sentence for the list."""
        if self.state == State.FAILED:
            return self.error
        if self.state == State.STORED:
            if self.lease_until and self.pages:
                return f"正在读取,已读{self.pages_done}页,共{self.pages}页…"
            return "正在读取…" if self.lease_until else "排队等待读取…"
        found = f"读出目标{self.target_count}项、完成数{self.result_count}个"
        if not self.target_count + self.result_count:
            found = "已读完,没有找到可用的数字"
        if self.unplaced_count:
            found += f",另有{self.unplaced_count}个数字未能归位"
        return found if self.state == State.MATCHED else f"{found},正在入清单、比对…"

    def as_reading(self) -> Reading:
        """The stored reading with what a person corrected. Raises ValueError before the document was read."""
        if self.reading is None:
            raise ValueError(f"document {self.pk} was not read yet")
        read = Reading.from_row(self.reading, self.text)
        statements = tuple(_in_year(each, read.year, self.year) for each in read.statements)
        kind = cast(DocumentKind, self.kind)
        return replace(read, title=self.title, year=self.year, kind=kind, cutoff=self.cutoff_month, statements=statements)


def _in_year(statement: Statement, said: int | None, corrected: int | None) -> Statement:
    """A statement follows its document when a person corrects the year, unless its own words name another one."""
    if corrected is None or corrected == said or statement.year not in (None, said):
        return statement
    return statement._replace(year=corrected)
