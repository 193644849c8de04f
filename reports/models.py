"""What was reached, and how it compares: results, matches, what people decided, warnings and the checks that raise them."""

import datetime
import uuid
from collections.abc import Iterable

from django.db import models
from django.db.models import Case, F, Q, When
from django.urls import reverse

from engine.values import Statement
from offices.models import Office, Record, Role, User
from offices.permissions import OVERSEERS, Person, holds, offices_of, sees_all
from targets.models import FigureRow, Target


class ResultQuerySet(models.QuerySet["Result"]):
    def visible_to(self, user: Person) -> "ResultQuerySet":
        """Results belong to whole reports, which a 责任单位 does not see; it meets them as evidence of its targets."""
        return self.filter(office__in=offices_of(user, *OVERSEERS))


class Result(FigureRow):
    """完成数: a reported figure with its own period, actual or forecast (预计), e.g. “1-10月税收0.82亿元”."""

    class Kind(models.TextChoices):
        RESULT = "result", "完成"
        FORECAST = "forecast", "预计"

    kind = models.CharField("性质", max_length=8, choices=Kind, default=Kind.RESULT)

    objects = ResultQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "完成数"
        ordering = ("document_id", "start", "pk")
        constraints = (models.UniqueConstraint(fields=("document", "start"), name="one_result_at_a_place"),)

    def __str__(self) -> str:
        return f"{self.indicator} {self.figure}"

    @property
    def untouched(self) -> bool:
        return self.version == 1

    def as_statement(self) -> Statement:
        """The result for the engine, from the columns, so that corrections count."""
        columns = {**self.figure_columns(), "kind": self.kind}
        return self.statement_read()._replace(**columns)


PART_NAMES = {"indicator": "指标", "qualifiers": "限定词", "unit": "单位", "period": "期间", "place": "章节"}


class MatchQuerySet(models.QuerySet["Match"]):
    def visible_to(self, user: Person) -> "MatchQuerySet":
        """Those of visible targets. By the office where that says the same: the database need not list the targets then."""
        if sees_all(user, *OVERSEERS):
            return self.all()
        if not holds(user, Role.UNIT):
            return self.filter(target__office__in=offices_of(user, *OVERSEERS))
        return self.filter(target__in=Target.objects.visible_to(user))

    def waiting(self) -> "MatchQuerySet":
        """Candidates that a person has to decide; not those of a target whose evidence was just confirmed and is being judged.

        Said by what is left out, which is little: a join would read every target.
        """
        judging = self.model.objects.filter(decision=Match.Decision.CONFIRMED, target__judged_at__isnull=True).values("target")
        asked = self.filter(role=Match.Role.CANDIDATE, decision=Match.Decision.WAITING)
        return asked.exclude(target__in=judging).exclude(target__in=Target.objects.filter(withdrawn=True).values("pk"))


class Match(Record):
    """佐证: a result that answers a target, may answer it (candidate), or gives last year's value (base)."""

    class Role(models.TextChoices):
        EVIDENCE = "evidence", "佐证"
        CANDIDATE = "candidate", "待确认"
        BASE = "base", "基数"

    class Decider(models.TextChoices):
        MACHINE = "machine", "系统"
        PERSON = "person", "人工"

    class Decision(models.TextChoices):
        TAKEN = "taken", "系统采信"
        CONFIRMED = "confirmed", "人工确认"
        REFUSED = "refused", "人工否定"
        WAITING = "waiting", "待核对"

    target = models.ForeignKey(Target, models.CASCADE, verbose_name="目标", related_name="+")
    result = models.ForeignKey(Result, models.CASCADE, verbose_name="完成数", related_name="+")
    role = models.CharField("作用", max_length=10, choices=Role)
    rank = models.PositiveSmallIntegerField("名次", default=0)
    score = models.FloatField("匹配分", default=0)
    parts = models.JSONField("得分构成", default=list, blank=True)
    why = models.TextField("理由", blank=True)
    decided_by = models.CharField("认定方", max_length=8, choices=Decider, default=Decider.MACHINE)
    decision = models.CharField("认定", max_length=10, choices=Decision, default=Decision.TAKEN)
    user = models.ForeignKey(
        User, models.SET_NULL, verbose_name="认定人", null=True, blank=True, related_name="+"
    )
    decided_at = models.DateTimeField("认定时间", null=True, blank=True)

    objects = MatchQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "佐证"
        ordering = ("target_id", "role", "rank", "pk")
        constraints = (models.UniqueConstraint(fields=("target", "result", "role"), name="one_match_in_a_role"),)
        indexes = (models.Index(fields=("target",), name="match_waiting", condition=Q(decision="waiting", role="candidate")),)

    def __str__(self) -> str:
        return f"{self.get_role_display()} {self.score:.2f}"

    @property
    def by_person(self) -> bool:
        return self.decided_by == self.Decider.PERSON

    @property
    def named_parts(self) -> list[dict[str, object]]:
        """The parts of the score under the names people read."""
        return [{**part, "name": PART_NAMES.get(part["name"], part["name"])} for part in self.parts]


class Outcome(models.Model):
    """研判说明: what was found beside the stored verdict of a target: notes, sentences that speak of it in words, the reason.

    `basis` is what the engine judged from, so that a check judges again without reading anything; `contradicted` picks one of the notes.
    `previous` is the verdict from the report before (较上期): status, percent, gap and evidence_date; `course` is one such row for
    each report that moved the target, by date, with the actual value and 序时.
    """

    target = models.OneToOneField(Target, models.CASCADE, verbose_name="目标", related_name="+")
    notes = models.JSONField("提示", default=list, blank=True)
    mentions = models.JSONField("文字提及", default=list, blank=True)
    why = models.TextField("理由", blank=True)
    basis = models.TextField("研判依据", blank=True)
    contradicted = models.BooleanField("自报不符", default=False)
    previous = models.JSONField("上期", null=True, blank=True)
    course = models.JSONField("历程", default=list, blank=True)
    updated_at = models.DateTimeField("更新时间", auto_now=True)

    class Meta:
        verbose_name = verbose_name_plural = "研判说明"

    def __str__(self) -> str:
        return self.why[:60]


class Standing(models.Model):
    """年内走势: how the 任务项 of an office and year stood after the report that ends on `date`; counts by status.

    `numbers` are the counts of targets that 总览 shows. An office above adds these up instead of counting every row below it; before
    the first report `date` is the first day of the year.
    """

    office = models.ForeignKey(Office, models.CASCADE, verbose_name="单位", related_name="+")
    year = models.PositiveSmallIntegerField("年度")
    date = models.DateField("数据截至")
    counts = models.JSONField("各研判项数", default=dict)
    numbers = models.JSONField("目标数", default=dict)
    updated_at = models.DateTimeField("更新时间", auto_now=True)

    class Meta:
        verbose_name = verbose_name_plural = "年内走势"
        ordering = ("date", "office_id", "pk")
        constraints = (models.UniqueConstraint(fields=("office", "year", "date"), name="one_standing_of_a_date"),)

    def __str__(self) -> str:
        return f"{self.year} {self.date}"


class Alias(Record):
    """口径: two words that an office takes for the same, e.g. 规上工业增加值 and 规模以上工业增加值; confirmed matches count it up."""

    office = models.ForeignKey(Office, models.CASCADE, verbose_name="单位", related_name="+")
    left = models.CharField("计划用语", max_length=300)
    right = models.CharField("总结用语", max_length=300)
    count = models.PositiveIntegerField("确认次数", default=0)
    active = models.BooleanField("启用", default=True)

    class Meta:
        verbose_name = verbose_name_plural = "口径"
        ordering = ("left", "right", "pk")
        constraints = (models.UniqueConstraint(fields=("office", "left", "right"), name="one_alias_of_a_pair"),)

    def __str__(self) -> str:
        return f"{self.left} = {self.right}"


class FlagQuerySet(models.QuerySet["Flag"]):
    def visible_to(self, user: Person) -> "FlagQuerySet":
        """Those of visible targets; warnings on an office as a whole are for its supervisors and leaders."""
        if sees_all(user, *OVERSEERS):
            return self.all()
        whole = self.filter(office__in=offices_of(user, *OVERSEERS))
        return whole | self.filter(target__in=Target.objects.visible_to(user)) if holds(user, Role.UNIT) else whole

    def standing(self) -> "FlagQuerySet":
        """Not closed: the reason is still there."""
        return self.exclude(state=Flag.State.CLOSED)

    def urgent_first(self) -> "FlagQuerySet":
        """By step, then by rule in the order of the table of rules, then the latest."""
        steps = Case(*(When(step=step, then=place) for place, step in enumerate(reversed(Flag.Step.values))), default=9)
        rules = Case(*(When(rule=rule, then=place) for place, rule in enumerate(Flag.Rule.values)), default=9)
        return self.order_by(steps, rules, "-step_at", "-pk")

    def untold(self) -> "FlagQuerySet":
        """Nobody was sent a message about its present step; who answered already needs none."""
        return self.filter(told_at__isnull=True, state__in=(Flag.State.OPEN, Flag.State.SEEN))


class Flag(Record):
    """预警: a warning on a target or an office. One row for subject, rule and period; one that recurs is reopened."""

    class Rule(models.TextChoices):
        MANUAL = "manual", "列入督办"
        LIMIT = "limit", "突破控制"
        LAGGING = "lagging", "欠进度"
        LIMIT_NEAR = "limit_near", "控制数将用尽"
        CONTRADICTION = "contradiction", "自报完成率不符"
        UNREPORTED = "unreported", "久未提及"
        DUE_SOON = "due_soon", "即将到期"
        REPORT_OVERDUE = "report_overdue", "逾期未报"

    class Step(models.TextChoices):
        REMINDER = "reminder", "提醒"
        SUPERVISE = "supervise", "督办"
        LEADER = "leader", "领导"

    class State(models.TextChoices):
        OPEN = "open", "未处理"
        SEEN = "seen", "已阅"
        ANSWERED = "answered", "已答复"
        CLOSED = "closed", "已解除"

    office = models.ForeignKey(Office, models.CASCADE, verbose_name="单位", related_name="+")
    target = models.ForeignKey(Target, models.CASCADE, verbose_name="目标", null=True, blank=True, related_name="+")
    rule = models.CharField("预警类型", max_length=16, choices=Rule)
    period = models.CharField("期间", max_length=12)
    step = models.CharField("层级", max_length=10, choices=Step, default=Step.REMINDER)
    state = models.CharField("状态", max_length=10, choices=State, default=State.OPEN)
    opened_at = models.DateTimeField("发出时间")
    step_at = models.DateTimeField("本级起始")
    closed_at = models.DateTimeField("解除时间", null=True, blank=True)
    told_at = models.DateTimeField("通知时间", null=True, blank=True)
    times = models.PositiveIntegerField("发出次数", default=1)
    text = models.CharField("事由", max_length=500)
    answer = models.TextField("答复", blank=True)
    promised = models.DateField("承诺完成日期", null=True, blank=True)
    answered_by = models.ForeignKey(
        User, models.SET_NULL, verbose_name="答复人", null=True, blank=True, related_name="+"
    )

    objects = FlagQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "预警"
        ordering = ("-opened_at", "-pk")
        # Two constraints: a database holds no two NULL targets for equal.
        constraints = (
            models.UniqueConstraint(
                fields=("office", "target", "rule", "period"), name="one_flag_of_a_target", condition=Q(target__isnull=False)
            ),
            models.UniqueConstraint(fields=("office", "rule", "period"), name="one_flag_of_an_office", condition=Q(target__isnull=True)),
        )
        indexes = (
            models.Index(fields=("office",), name="flag_untold", condition=Q(told_at__isnull=True, state__in=("open", "seen"))),
        )

    def __str__(self) -> str:
        return f"{self.get_rule_display()} {self.text[:60]}"

    def get_absolute_url(self) -> str:
        return reverse("reports:flag", args=(self.public_id,))

    @property
    def events(self) -> models.QuerySet["FlagEvent"]:
        """Its life, the latest first."""
        return FlagEvent.objects.filter(flag=self).select_related("user").order_by("-at", "-pk")


def answer_path(event: "FlagEvent", _name: str) -> str:
    return f"answers/{event.public_id}"


class FlagEvent(models.Model):
    """预警经过: one step in the life of a flag. An answer has its words, the new date it promises and the file that proves it."""

    class Kind(models.TextChoices):
        OPENED = "opened", "发出"
        REOPENED = "reopened", "再次发出"
        SEEN = "seen", "已阅"
        ANSWERED = "answered", "答复"
        ESCALATED = "escalated", "升级"
        CLOSED = "closed", "解除"

    public_id = models.UUIDField("公开编号", default=uuid.uuid4, unique=True, editable=False)
    flag = models.ForeignKey(Flag, models.CASCADE, verbose_name="预警", related_name="+")
    kind = models.CharField("经过", max_length=10, choices=Kind)
    at = models.DateTimeField("时间")
    step = models.CharField("层级", max_length=10, choices=Flag.Step)
    text = models.TextField("内容", blank=True)
    promised = models.DateField("承诺完成日期", null=True, blank=True)
    file = models.FileField("附件", upload_to=answer_path, max_length=255, blank=True)
    file_name = models.CharField("附件名", max_length=255, blank=True)
    user = models.ForeignKey(User, models.SET_NULL, verbose_name="处理人", null=True, blank=True, related_name="+")

    class Meta:
        verbose_name = verbose_name_plural = "预警经过"
        ordering = ("-at", "-pk")

    def __str__(self) -> str:
        return f"{self.get_kind_display()} {self.text[:60]}"


class CheckQuerySet(models.QuerySet["Check"]):
    def visible_to(self, user: Person) -> "CheckQuerySet":
        """Runs of the offices where the user supervises, leads or administers."""
        return self.filter(office__in=offices_of(user, *OVERSEERS, Role.ADMIN))

    def due(self, now: datetime.datetime) -> "CheckQuerySet":
        """Not finished, and nobody works on it, or whoever did has died; not one that was sent or failed a moment ago."""
        free = Q(state=Check.State.WAITING) | Q(state=Check.State.RUNNING, lease_until__lt=now)
        return self.filter(free, Q(not_before__isnull=True) | Q(not_before__lte=now))

    def claim(self, pks: Iterable[int], *, now: datetime.datetime) -> list["Check"]:
        """Takes those that wait, or whose worker died, by one conditional UPDATE. What another worker has is left out."""
        owner = uuid.uuid4()
        free = Q(state=Check.State.WAITING) | Q(state=Check.State.RUNNING, lease_until__lt=now)
        self.filter(free, pk__in=list(pks)).update(
            state=Check.State.RUNNING, owner=owner, lease_until=now + Check.LEASE, attempts=F("attempts") + 1, started_at=now, progress=0)
        return list(self.filter(owner=owner).select_related("office").order_by("office_id"))

    def unfinished(self) -> "CheckQuerySet":
        return self.filter(state__in=(Check.State.WAITING, Check.State.RUNNING))


class Check(Record):
    """定时检查: one run over the targets of an office. `slot` names the occasion, so that one is never run twice.

    `owner` is drawn anew by each claim: who lost the lease can store nothing any more. `not_before` keeps a run from being sent twice in
    a row, and back after a failure. `errors` are the public ids of targets that could not be judged, `reason` says why a run failed.
    """

    class State(models.TextChoices):
        WAITING = "waiting", "待执行"
        RUNNING = "running", "执行中"
        DONE = "done", "已完成"
        FAILED = "failed", "未完成"

    LEASE = datetime.timedelta(minutes=2)
    ATTEMPTS = 4

    office = models.ForeignKey(Office, models.CASCADE, verbose_name="单位", related_name="+")
    slot = models.CharField("场次", max_length=40, default=uuid.uuid4)
    asked_by = models.ForeignKey(
        User, models.SET_NULL, verbose_name="发起人", null=True, blank=True, related_name="+"
    )
    started_at = models.DateTimeField("开始", null=True, blank=True)
    finished_at = models.DateTimeField("结束", null=True, blank=True)
    state = models.CharField("状态", max_length=8, choices=State, default=State.WAITING)
    owner = models.UUIDField("执行标识", null=True, blank=True, editable=False, db_index=True)
    lease_until = models.DateTimeField("占用至", null=True, blank=True)
    not_before = models.DateTimeField("不早于", null=True, blank=True)
    attempts = models.PositiveSmallIntegerField("尝试次数", default=0)
    judged = models.PositiveIntegerField("已研判", default=0)
    opened = models.PositiveIntegerField("新发预警", default=0)
    escalated = models.PositiveIntegerField("升级预警", default=0)
    closed = models.PositiveIntegerField("解除预警", default=0)
    errors = models.JSONField("出错目标", default=list, blank=True)
    reason = models.CharField("未完成原因", max_length=300, blank=True)
    progress = models.PositiveSmallIntegerField("进度(%)", default=0)

    objects = CheckQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "检查"
        ordering = ("-created_at", "-pk")
        constraints = (models.UniqueConstraint(fields=("office", "slot"), name="one_check_of_a_slot"),)
        indexes = (
            models.Index(fields=("not_before", "id"), name="check_unfinished", condition=Q(state__in=("waiting", "running"))),
            models.Index(fields=("finished_at",), name="check_finished"),
        )

    def __str__(self) -> str:
        return f"{self.slot} {self.get_state_display()}"

    @property
    def duration(self) -> datetime.timedelta | None:
        return self.finished_at - self.started_at if self.started_at and self.finished_at else None


class Stall(models.Model):
    """研判受阻: an office whose new or corrected targets could not be judged; tried again after `retry_at`, given up without one."""

    ATTEMPTS = 5

    office = models.OneToOneField(Office, models.CASCADE, verbose_name="单位", related_name="+")
    attempts = models.PositiveSmallIntegerField("尝试次数", default=1)
    retry_at = models.DateTimeField("下次尝试", null=True, blank=True)
    reason = models.CharField("原因", max_length=300, blank=True)
    at = models.DateTimeField("最近失败", auto_now=True)

    class Meta:
        verbose_name = verbose_name_plural = "研判受阻"
        ordering = ("office_id",)

    def __str__(self) -> str:
        return self.reason


def export_path(export: "Export", _name: str) -> str:
    return f"exports/{export.public_id}"


class ExportQuerySet(models.QuerySet["Export"]):
    def of(self, user: Person) -> "ExportQuerySet":
        """A person's own; what somebody else took out may hold more than this person sees."""
        return self.filter(user__pk=user.pk or 0)

    def due(self, now: datetime.datetime) -> "ExportQuerySet":
        """Not finished, and nobody works on it, or whoever did has died."""
        return self.filter(Q(state=Export.State.WAITING) | Q(state=Export.State.RUNNING, lease_until__lt=now))

    def claim(self, pk: int, *, now: datetime.datetime) -> bool:
        """Takes one due export by one conditional UPDATE; False when another worker was first."""
        return bool(self.due(now).filter(pk=pk).update(
            state=Export.State.RUNNING, lease_until=now + Export.LEASE, attempts=F("attempts") + 1))


class Export(Record):
    """导出: a ledger that is written as a task because it is long, and kept for a day. `query` is the filter as the address holds it."""

    class State(models.TextChoices):
        WAITING = "waiting", "等待生成"
        RUNNING = "running", "正在生成"
        DONE = "done", "可以下载"
        FAILED = "failed", "未能生成"

    LEASE = datetime.timedelta(minutes=5)
    KEPT = datetime.timedelta(days=1)
    ATTEMPTS = 3

    user = models.ForeignKey(User, models.CASCADE, verbose_name="导出人", related_name="+")
    query = models.CharField("条件", max_length=2000, blank=True)
    name = models.CharField("文件名", max_length=200, blank=True)
    file = models.FileField("文件", upload_to=export_path, blank=True, max_length=255)
    state = models.CharField("状态", max_length=8, choices=State, default=State.WAITING)
    progress = models.PositiveSmallIntegerField("进度(%)", default=0)
    count = models.PositiveIntegerField("目标数", default=0)
    offices = models.JSONField("涉及单位", default=list, blank=True)
    lease_until = models.DateTimeField("占用至", null=True, blank=True)
    attempts = models.PositiveSmallIntegerField("尝试次数", default=0)
    error = models.CharField("问题", max_length=200, blank=True)

    objects = ExportQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "导出"
        ordering = ("-created_at", "-pk")

    def __str__(self) -> str:
        return self.name or self.get_state_display()


def return_path(sheet: "Return", _name: str) -> str:
    return f"returns/{sheet.public_id}"


class Return(Record):
    """台账回收: an exported sheet that came back. It is looked at first, then taken as one step (`step`), which can be taken back."""

    user = models.ForeignKey(User, models.CASCADE, verbose_name="导入人", related_name="+")
    name = models.CharField("文件名", max_length=255)
    file = models.FileField("文件", upload_to=return_path, max_length=255)
    step = models.UUIDField("步骤", null=True, blank=True)
    count = models.PositiveIntegerField("已导入目标数", default=0)
    source = models.CharField("完成数来源", max_length=200, blank=True)
    taken_at = models.DateTimeField("导入时间", null=True, blank=True)
    undone_at = models.DateTimeField("撤回时间", null=True, blank=True)

    class Meta:
        verbose_name = verbose_name_plural = "台账回收"
        ordering = ("-created_at", "-pk")

    def __str__(self) -> str:
        return self.name
