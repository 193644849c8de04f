"""What was promised. A row keeps the place in its document where it was read, so that every number leads back to its sentence."""

import datetime
from calendar import monthrange
from decimal import Decimal
from typing import Any, ClassVar

from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import Case, F, Max, Q, Value, When
from django.db.models.functions import Abs, Coalesce
from django.urls import reverse

from documents.models import Document
from engine.values import Statement
from offices.models import AuditEntry, Department, Office, Record, Role, User
from offices.permissions import OVERSEERS, Person, departments_of, holds, offices_of, sees_all

SECTION_JOIN = " › "
LINES = "①②③④⑤⑥⑦⑧⑨⑩⑪⑫⑬⑭⑮⑯⑰⑱⑲⑳"


class Status(models.TextChoices):
    """研判状态: the stored verdict; `word` beside it is what is printed."""

    MISSED = "missed", "未完成"
    LAGGING = "lagging", "欠进度"
    UNREPORTED = "unreported", "总结未提及"
    UNCLEAR = "unclear", "待核实"
    NOT_DUE = "not_due", "未到期"
    ON_TRACK = "on_track", "达进度"
    MET = "met", "已完成"


class Light(models.TextChoices):
    """亮灯: always shown with its word."""

    GREEN = "green", "绿"
    YELLOW = "yellow", "黄"
    RED = "red", "红"
    GREY = "grey", "灰"


class Measure(models.TextChoices):
    """How a figure counts; see the engine's `Statement`."""

    AMOUNT = "amount", "总量"
    GROWTH = "growth", "增速"
    CHANGE = "change", "增减量"
    RATIO = "ratio", "比率"
    COMPLETION = "completion", "完成率"
    MILESTONE = "milestone", "节点任务"


class Comparator(models.TextChoices):
    """How an actual value has to stand to the target's."""

    EQUAL = "=", "等于"
    AT_LEAST = ">=", "不低于(以上)"
    ABOVE = ">", "超过"
    AT_MOST = "<=", "不超过(以内)"
    BELOW = "<", "低于"
    ABOUT = "~", "左右"


class Direction(models.TextChoices):
    """方向: which way is better; empty leaves it to the indicator's own."""

    HIGHER = "higher", "越高越好"
    LOWER = "lower", "越低越好"


class Frequency(models.TextChoices):
    """数据频次: how often a figure of the indicator can be had."""

    MONTH = "month", "月"
    QUARTER = "quarter", "季"
    HALF = "half", "半年"
    YEAR = "year", "年终"


class Turn(models.TextChoices):
    """较上期: which way the verdict turned with the latest report."""

    FELL = "fell", "新增欠进度"
    CAUGHT_UP = "caught_up", "已追上"


class FigureRow(Record):
    """The columns of a read statement, for targets and results alike. Columns win over `reading`: they hold the corrections."""

    document = models.ForeignKey(Document, models.CASCADE, verbose_name="文件", related_name="+")
    office = models.ForeignKey(Office, models.PROTECT, verbose_name="单位", related_name="+")
    start = models.PositiveIntegerField("起点")
    end = models.PositiveIntegerField("止点")
    figure = models.CharField("原文数字", max_length=500, blank=True)
    indicator = models.CharField("指标名称", max_length=300)
    measure = models.CharField("计量方式", max_length=12, choices=Measure, default=Measure.AMOUNT)
    comparator = models.CharField("比较", max_length=2, choices=Comparator, default=Comparator.EQUAL)
    value = models.DecimalField("数值", max_digits=24, decimal_places=6, null=True, blank=True)
    high = models.DecimalField("上限", max_digits=24, decimal_places=6, null=True, blank=True)
    unit = models.CharField("单位(计量)", max_length=40, blank=True)
    year = models.PositiveSmallIntegerField(
        "年度", null=True, blank=True, validators=[MinValueValidator(1990), MaxValueValidator(2100)]
    )
    months = models.JSONField("起止月份", null=True, blank=True)
    section = models.CharField("类别", max_length=500, blank=True)
    sentence_start = models.PositiveIntegerField("句子起点", default=0)
    sentence_end = models.PositiveIntegerField("句子止点", default=0)
    reading = models.JSONField("识读记录", default=dict, blank=True)

    class Meta:
        abstract = True

    kind_read: ClassVar[str] = "target"

    @property
    def value_plain(self) -> Decimal | None:
        """The value with the decimals it was written with: gaps are printed with as many."""
        return as_written(self.value, self.reading.get("value"))

    @property
    def sentence(self) -> tuple[int, int]:
        return self.sentence_start, self.sentence_end

    @property
    def origin_key(self) -> tuple[str, int]:
        """How the engine names it. From the reading where there is one, which saves asking for the document."""
        return self.reading.get("doc") or str(self.document.public_id), self.start

    def figure_columns(self) -> dict[str, Any]:
        """The fields of a `Statement` that a person may have corrected."""
        return {
            "doc": self.origin_key[0], "start": self.start, "end": self.end, "figure": self.figure,
            "indicator": self.indicator, "measure": self.measure, "comparator": self.comparator,
            "value": self.value_plain, "high": as_written(self.high, self.reading.get("high")), "unit": self.unit,
            "year": self.year, "months": tuple(self.months) if self.months else None, "sentence": self.sentence,
        }

    def statement_read(self) -> Statement:
        """What was read at this place, or a bare statement for a row that was made by hand."""
        if self.reading.get("indicator"):
            return Statement.from_row(self.reading)
        section = tuple(self.section.split(SECTION_JOIN)) if self.section else ()
        return Statement(doc=self.origin_key[0], start=self.start, end=self.end, figure=self.figure, kind=self.kind_read,  # type: ignore[arg-type]
                         indicator=self.indicator, measure=self.measure, section=section, commitment=self.sentence_start)  # type: ignore[arg-type]


GOOD = (Status.MET, Status.ON_TRACK)
BAD = (Status.MISSED, Status.LAGGING)
_BAD = Q(status__in=BAD)
_LIMIT = (Q(measure__in=(Measure.AMOUNT, Measure.RATIO))
          & (Q(comparator__in=(Comparator.AT_MOST, Comparator.BELOW)) | Q(direction=Direction.LOWER) | Q(value=0)))
# It should have risen and fell, or should have fallen and rose: the gap is larger than the promise.
_REVERSED = Q(value__gt=0, gap__lt=-F("value")) | Q(value__lt=0, gap__gt=-F("value"))
_RATES = (Measure.GROWTH, Measure.CHANGE, Measure.RATIO)
_BADNESS = Case(
    When(_BAD & _LIMIT, then=0),
    When(_BAD & Q(measure__in=(Measure.GROWTH, Measure.CHANGE)) & _REVERSED, then=1),
    When(_BAD & Q(measure__in=(Measure.AMOUNT, Measure.COMPLETION)), then=2),
    When(_BAD & Q(measure__in=_RATES), then=3),
    When(_BAD, then=4),
    When(status=Status.UNREPORTED, then=5), When(status=Status.UNCLEAR, then=6), When(status=Status.NOT_DUE, then=8),
    When(status=Status.ON_TRACK, then=9), When(status=Status.MET, then=10), default=7, output_field=models.IntegerField(),
)
_STANDING = Q(withdrawn=False)
_NUMBER = models.DecimalField(max_digits=24, decimal_places=6)
# Past the end of the year an amount has no 序时 any more; how far it is from 100 % says the same.
# Never empty: SQLite and PostgreSQL put an empty one at different ends, and an index serves the order only as the database has it.
_SHORTFALL = Coalesce("behind", -Abs("gap"), F("percent") - Value(Decimal(100)), Value(Decimal(10**9)), output_field=_NUMBER)
_DISTANCE = Case(When(gap__isnull=True, then=F("behind")), When(status__in=GOOD, then=Abs("gap")), When(_BAD, then=-Abs("gap")),
                 default=F("gap"), output_field=_NUMBER)


def as_written(value: Decimal | None, written: str | None) -> Decimal | None:
    """A stored value without the zeros its column added; as the document wrote it where it still says the same."""
    if value is None:
        return None
    if written is not None and Decimal(written) == value:
        return Decimal(written)
    plain = value.normalize()
    return plain.quantize(Decimal(1)) if plain == plain.to_integral_value() else plain


def month_end(due: str) -> datetime.date:
    """The last day of a month that is written `2023-06`."""
    year, month = (int(part) for part in due.split("-")[:2])
    return datetime.date(year, month, monthrange(year, month)[1])


class Commitment(Record):
    """任务项: one clause or table row of a plan with its targets, e.g. “总产值突破86亿元,增长8%以上”. Heads and shares count these."""

    document = models.ForeignKey(Document, models.CASCADE, verbose_name="文件", related_name="+")
    office = models.ForeignKey(Office, models.PROTECT, verbose_name="单位", related_name="+")
    number = models.PositiveIntegerField("序号")
    start = models.PositiveIntegerField("起点")
    end = models.PositiveIntegerField("止点")
    text = models.TextField("任务原文")
    section = models.CharField("类别", max_length=500, blank=True)
    origin = models.CharField("来源", max_length=20, blank=True)
    status = models.CharField("研判", max_length=12, choices=Status, blank=True)

    class Meta:
        verbose_name = verbose_name_plural = "任务项"
        ordering = ("document_id", "number", "pk")
        constraints = (models.UniqueConstraint(fields=("document", "start"), name="one_commitment_at_a_place"),)

    def __str__(self) -> str:
        return f"{self.number} {self.text[:40]}"


class TargetQuerySet(models.QuerySet["Target"]):
    def visible_to(self, user: Person) -> "TargetQuerySet":
        """Those of the user's offices and below; a 责任单位 sees only what its department leads or supports."""
        if sees_all(user, *OVERSEERS):
            return self.all()
        whole = offices_of(user, *OVERSEERS)
        if not holds(user, Role.UNIT):
            return self.filter(office__in=whole)
        own = departments_of(user)
        supported = Target.support.through.objects.filter(department__in=own).values("target")
        return self.filter(Q(office__in=whole) | Q(lead__in=own) | Q(pk__in=supported))

    def standing(self) -> "TargetQuerySet":
        """Those that count: not withdrawn."""
        return self.filter(withdrawn=False)

    def ranked(self) -> "TargetQuerySet":
        """With `distance`, the 差距 as shown, to sort by."""
        return self.annotate(distance=_DISTANCE)

    def worst_first(self) -> "TargetQuerySet":
        """突破控制 → 反向增长 → amounts by 较序时 → rates by 较目标 → milestones; then what is silent, unclear, not due, fine."""
        return self.order_by("badness", "shortfall", "document_id", "start", "pk")

    def working_year(self) -> int | None:
        """The year to show first: the latest for which there is evidence, else the latest."""
        latest: int | None = self.filter(evidence_count__gt=0).aggregate(year=Max("year"))["year"]
        last: int | None = latest or self.aggregate(year=Max("year"))["year"]
        return last

    def stale(self) -> "TargetQuerySet":
        """New or corrected since they were judged."""
        return self.standing().filter(judged_at__isnull=True)


class Target(FigureRow):
    """目标: one figure or one milestone of a commitment, with the outcome that `reports.outcomes` stored."""

    commitment = models.ForeignKey(Commitment, models.CASCADE, verbose_name="任务项", related_name="targets")
    line = models.PositiveSmallIntegerField("子项", default=0)
    due = models.DateField("完成时限", null=True, blank=True)
    stretch = models.BooleanField("奋斗目标", default=False)
    ambition = models.BooleanField("力争", default=False)
    firm = models.ForeignKey("self", models.SET_NULL, verbose_name="对应考核目标", null=True, blank=True, related_name="+")
    state = models.CharField("约定状态", max_length=40, blank=True)
    direction = models.CharField("方向", max_length=6, choices=Direction, blank=True)
    frequency = models.CharField("数据频次", max_length=8, choices=Frequency, blank=True)
    lead = models.ForeignKey(Department, models.SET_NULL, verbose_name="牵头单位", null=True, blank=True, related_name="+")
    support = models.ManyToManyField(Department, verbose_name="配合单位", blank=True, related_name="+")
    leader = models.CharField("牵头领导", max_length=60, blank=True)
    points = models.DecimalField("分值", max_digits=8, decimal_places=2, null=True, blank=True)
    scoring = models.TextField("计分办法", blank=True)
    problems = models.TextField("存在问题", blank=True)
    measures_next = models.TextField("下一步措施", blank=True)
    remark = models.TextField("备注", blank=True)
    vague = models.CharField("不可量化的原因", max_length=200, blank=True)
    confirmed_by = models.ForeignKey(
        User, models.SET_NULL, verbose_name="确认人", null=True, blank=True, related_name="+"
    )
    withdrawn = models.BooleanField("已撤销", default=False)
    same_as = models.ForeignKey("self", models.SET_NULL, verbose_name="并入目标", null=True, blank=True, related_name="+")

    # The outcome. Written only by reports.outcomes; judged_at empty means: to be judged again.
    status = models.CharField("研判", max_length=12, choices=Status, blank=True)
    word = models.CharField("研判用语", max_length=40, blank=True)
    light = models.CharField("亮灯", max_length=6, choices=Light, blank=True)
    actual = models.DecimalField("完成数", max_digits=24, decimal_places=6, null=True, blank=True)
    actual_text = models.CharField("完成情况", max_length=200, blank=True)
    percent = models.DecimalField("完成率(%)", max_digits=14, decimal_places=1, null=True, blank=True)
    gap = models.DecimalField("较目标", max_digits=24, decimal_places=6, null=True, blank=True)
    expected = models.DecimalField("序时进度(%)", max_digits=6, decimal_places=1, null=True, blank=True)
    behind = models.DecimalField("较序时", max_digits=14, decimal_places=1, null=True, blank=True)
    rule_text = models.CharField("研判口径", max_length=500, blank=True)
    evidence_date = models.DateField("数据截至", null=True, blank=True)
    evidence_count = models.PositiveSmallIntegerField("佐证数", default=0)
    has_candidates = models.BooleanField("有待确认佐证", default=False)
    turn = models.CharField("较上期", max_length=10, choices=Turn, blank=True)
    judged_at = models.DateTimeField("研判时间", null=True, blank=True)

    # Reckoned by the database from the columns above, so that the order of bad news has an index.
    badness = models.GeneratedField(verbose_name="轻重", expression=_BADNESS, output_field=models.IntegerField(), db_persist=True)
    shortfall = models.GeneratedField(verbose_name="短缺", expression=_SHORTFALL, output_field=_NUMBER, db_persist=True)

    objects = TargetQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "目标"
        ordering = ("document_id", "start", "pk")
        constraints = (models.UniqueConstraint(fields=("document", "start"), name="one_target_at_a_place"),)
        indexes = (
            # Partial ones: a page asks for standing targets alone, and an index that holds all it asks for is read instead of the rows.
            models.Index(fields=("office", "year", "status", "commitment"), name="target_standing", condition=_STANDING),
            # SQLite looks at the columns of the condition again: unless they stand in the index too, it reads the rows for them.
            models.Index(fields=("year", "commitment", "status", "withdrawn"), name="target_counts", condition=_STANDING),
            models.Index(fields=("year", "badness", "shortfall", "document", "start", "id"), name="target_worst", condition=_STANDING),
            models.Index(fields=("year", "evidence_count", "office"), name="target_years", condition=_STANDING),
            models.Index(fields=("year", "lead", "office", "withdrawn"), name="target_unassigned",
                         condition=_STANDING & Q(lead__isnull=True)),
            models.Index(fields=("office", "indicator"), name="target_indicator"),
            models.Index(fields=("id",), name="target_withdrawn", condition=Q(withdrawn=True)),
            models.Index(fields=("judged_at",), name="target_judged_at"),
        )

    def __str__(self) -> str:
        return f"{self.indicator} {self.target_text}"

    def get_absolute_url(self) -> str:
        return reverse("reports:target", args=(self.public_id,))

    @property
    def is_milestone(self) -> bool:
        return self.measure == Measure.MILESTONE

    @property
    def tier(self) -> str:
        return "奋斗目标" if self.stretch else "考核目标"

    @property
    def number(self) -> str:
        """序号, e.g. “3” or “3-①” where the commitment has several lines. Asks for the commitment."""
        if not self.line:
            return str(self.commitment.number)
        mark = LINES[self.line - 1] if self.line <= len(LINES) else f"({self.line})"
        return f"{self.commitment.number}-{mark}"

    @property
    def target_text(self) -> str:
        """The promised figure as a person says it: “10%以上”, “5起以内”, “力争3家”; the end state of a milestone."""
        return self._said(self.unit)

    @property
    def target_words(self) -> str:
        """The same without the unit, which has a column of its own: “10以上”."""
        return self._said("")

    def _said(self, unit: str) -> str:
        if self.is_milestone or self.value is None:
            return self.state or self.figure
        falls = self.value < 0 and self.measure in (Measure.GROWTH, Measure.CHANGE)
        number = decimal_text(as_written(self.value, self.reading.get("value"))).removeprefix("-" if falls else "")
        if self.high is not None:
            number = f"{number}-{decimal_text(as_written(self.high, self.reading.get('high')))}"
        before, after = COMPARATOR_WORDS[self.comparator]
        return f"{'力争' if self.ambition else ''}{'下降' if falls else ''}{before}{number}{unit}{after}"

    @property
    def is_limit(self) -> bool:
        """控制数 or 零目标: less is better (a fall by 3 % may be written with <= as well, and is none)."""
        capped = self.comparator in (Comparator.AT_MOST, Comparator.BELOW) or self.direction == Direction.LOWER
        return self.measure in (Measure.AMOUNT, Measure.RATIO) and (capped or self.value == 0)

    @property
    def difference(self) -> Decimal | None:
        """差距: points against the target where rates are compared, against 序时 for amounts. Minus is always worse.

        The bare gap of a limit or of a fall says the opposite, so the status gives the sign.
        """
        gap = as_written(self.gap, None)
        if gap is None:
            return self.behind
        return abs(gap) if self.status in GOOD else -abs(gap) if self.status in BAD else gap

    @property
    def signed_difference(self) -> str:
        return signed(self.difference)

    @property
    def untouched(self) -> bool:
        """Nobody corrected or confirmed it, so a re-read may replace it."""
        return self.version == 1 and self.confirmed_by_id is None

    @property
    def history(self) -> models.QuerySet[AuditEntry]:
        """What people did to it, the latest first."""
        return AuditEntry.objects.filter(subject=self._meta.label_lower, subject_id=self.public_id).order_by("-at", "-pk")

    def as_statement(self) -> Statement:
        """The target for the engine, from the columns, so that corrections count.

        The direction of a row that nobody touched is the engine's own guess, which it makes again from the words around the figure.
        """
        return self.statement_read()._replace(
            **self.figure_columns(), stretch=self.stretch, ambition=self.ambition,
            due=self.due.strftime("%Y-%m") if self.due else None, state=self.state or None, vague=self.vague or None,
            direction=None if self.untouched else self.direction or None, frequency=self.frequency or None,  # type: ignore[arg-type]
        )


COMPARATOR_WORDS: dict[str, tuple[str, str]] = {
    "=": ("", ""), ">=": ("", "以上"), ">": ("超", ""), "<=": ("", "以内"), "<": ("低于", ""), "~": ("", "左右"),
}


def signed(value: Decimal | None) -> str:
    """A 差距 as it is printed: “+1.2”, “-21.7”, “—” where there is none."""
    if value is None:
        return "—"
    return f"{value:+f}" if value else f"{value:f}"


def decimal_text(value: Decimal | None) -> str:
    return "" if value is None else f"{value:f}"


class Wording(models.Model):
    """检索用字: the pairs of characters of a target's indicator and sentence, written by `targets.wording` alone."""

    target = models.OneToOneField(Target, models.CASCADE, verbose_name="目标", primary_key=True, related_name="+")
    pairs = models.TextField("字对")

    class Meta:
        verbose_name = verbose_name_plural = "检索用字"

    def __str__(self) -> str:
        return self.pairs[:60]


class Apart(Record):
    """另行计列: two targets that read alike and that a person holds for two; they are not offered as one again."""

    one = models.ForeignKey(Target, models.CASCADE, verbose_name="目标", related_name="+")
    other = models.ForeignKey(Target, models.CASCADE, verbose_name="另一目标", related_name="+")
    active = models.BooleanField("有效", default=True)

    class Meta:
        verbose_name = verbose_name_plural = "另行计列"
        constraints = (models.UniqueConstraint(fields=("one", "other"), name="one_apart_of_a_pair"),)

    def __str__(self) -> str:
        return f"{self.one_id} ≠ {self.other_id}"


class Revision(Record):
    """调整: an approved change of a target's figure. The old value stays visible; only later cut-offs use the new one."""

    target = models.ForeignKey(Target, models.CASCADE, verbose_name="目标", related_name="revisions")
    old_value = models.DecimalField("原目标值", max_digits=24, decimal_places=6, null=True, blank=True)
    new_value = models.DecimalField("新目标值", max_digits=24, decimal_places=6, null=True, blank=True)
    applicant = models.CharField("申请单位", max_length=100)
    reason = models.TextField("调整理由")
    approver = models.CharField("审批人", max_length=60)
    number = models.CharField("文号", max_length=100, blank=True)
    date = models.DateField("批准日期")
    from_month = models.DateField("起用月份", null=True, blank=True)

    class Meta:
        verbose_name = verbose_name_plural = "目标调整"
        ordering = ("-date", "-pk")

    def __str__(self) -> str:
        return f"{self.number or self.date} {self.old_value} → {self.new_value}"

    @property
    def old_text(self) -> str:
        return decimal_text(as_written(self.old_value, None)) or "—"

    @property
    def new_text(self) -> str:
        return decimal_text(as_written(self.new_value, None)) or "—"


def order_path(instruction: "Instruction", _name: str) -> str:
    return f"instructions/{instruction.public_id}"


class InstructionQuerySet(models.QuerySet["Instruction"]):
    def visible_to(self, user: Person) -> "InstructionQuerySet":
        """Those of the offices the user oversees; a 责任单位 sees what was asked of its own targets."""
        whole = self.filter(office__in=offices_of(user, *OVERSEERS))
        return whole | self.filter(target__in=Target.objects.visible_to(user)) if holds(user, Role.UNIT) else whole

    def open(self) -> "InstructionQuerySet":
        return self.filter(done_at__isnull=True)


class Instruction(Record):
    """批示: what a leader asked for on a target or on a notice (督查通报), with its own due date, and what became of it."""

    office = models.ForeignKey(Office, models.CASCADE, verbose_name="单位", related_name="+")
    target = models.ForeignKey(Target, models.CASCADE, verbose_name="目标", null=True, blank=True, related_name="instructions")
    notice = models.CharField("通报", max_length=100, blank=True)
    leader = models.CharField("批示领导", max_length=60)
    date = models.DateField("批示日期")
    text = models.TextField("批示内容")
    due = models.DateField("反馈时限", null=True, blank=True)
    file = models.FileField("附件", upload_to=order_path, max_length=255, blank=True)
    file_name = models.CharField("附件名", max_length=255, blank=True)
    done_at = models.DateTimeField("办结时间", null=True, blank=True)
    made_by = models.ForeignKey(User, models.SET_NULL, verbose_name="录入人", null=True, blank=True, related_name="+")

    objects = InstructionQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "批示"
        ordering = ("-date", "-pk")
        # On the one or on the other.
        constraints = (models.CheckConstraint(condition=Q(target__isnull=True) ^ Q(notice=""), name="instruction_on_one_thing"),)

    def __str__(self) -> str:
        return f"{self.leader} {self.text[:40]}"

    def save(self, *args: Any, **kwargs: Any) -> None:
        """On a target it is of the target's office."""
        if self.target:
            self.office_id = self.target.office_id
        super().save(*args, **kwargs)


class Assignment(Record):
    """分工: who answers for an indicator, or for everything below a heading; learned each time a person names a department.

    It speaks of no year, so that in January last year's division of work is applied to the new plan.
    """

    office = models.ForeignKey(Office, models.CASCADE, verbose_name="单位", related_name="+")
    indicator = models.CharField("指标名称", max_length=300, blank=True)
    section = models.CharField("类别", max_length=500, blank=True)
    lead = models.ForeignKey(Department, models.CASCADE, verbose_name="牵头单位", related_name="+")
    support = models.ManyToManyField(Department, verbose_name="配合单位", blank=True, related_name="+")
    leader = models.CharField("牵头领导", max_length=60, blank=True)
    count = models.PositiveIntegerField("指定次数", default=1)

    class Meta:
        verbose_name = verbose_name_plural = "分工"
        ordering = ("office_id", "indicator", "section", "pk")
        constraints = (models.UniqueConstraint(fields=("office", "indicator", "section"), name="one_assignment_of_a_thing"),)

    def __str__(self) -> str:
        return self.indicator or self.section


class SavedView(Record):
    """视图: a state of 目标清单 that a person wants back: its filters, order, columns and density, as the address holds them."""

    user = models.ForeignKey(User, models.CASCADE, verbose_name="用户", related_name="+")
    name = models.CharField("视图名称", max_length=40)
    query = models.CharField("条件", max_length=2000, blank=True)

    class Meta:
        verbose_name = verbose_name_plural = "视图"
        ordering = ("name", "pk")
        constraints = (models.UniqueConstraint(fields=("user", "name"), name="one_view_of_a_name"),)

    def __str__(self) -> str:
        return self.name
