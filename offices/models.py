"""Offices in their tree, the people in them, the rules each office sets, and the one history of deeds."""

import datetime
import uuid
from typing import Any, ClassVar

from django.conf import settings
from django.contrib.auth.models import AbstractUser
from django.core.serializers.json import DjangoJSONEncoder
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import F
from django.utils import timezone

DEFAULT_CHECK_TIME = datetime.time(6, 30)
DEFAULT_QUIET_FROM, DEFAULT_QUIET_UNTIL = datetime.time(21), datetime.time(7, 30)
FEWEST_FOR_FOUR_EYES = 3


class Record(models.Model):
    """What every row that people see carries: an id that can't be guessed, a version and its times."""

    public_id = models.UUIDField("公开编号", default=uuid.uuid4, unique=True, editable=False)
    version = models.PositiveIntegerField("版本", default=1, editable=False)
    created_at = models.DateTimeField("创建时间", auto_now_add=True)
    updated_at = models.DateTimeField("更新时间", auto_now=True)

    class Meta:
        abstract = True

    def change(self, *, version: int, **changes: Any) -> bool:
        """Write `changes` if the row still has `version`, and raise it; False when somebody else was first.

        One conditional UPDATE; the fields of this instance are set to what was written.
        """
        rows = type(self)._default_manager.filter(pk=self.pk, version=version)
        if not rows.update(version=F("version") + 1, updated_at=timezone.now(), **changes):
            return False
        for name, value in changes.items():
            setattr(self, name, value)
        self.version = version + 1
        return True


class User(AbstractUser, Record):
    """用户: a person who signs in. What they may see comes from their memberships alone, not from `is_superuser`.

    `password_at` is when the person chose the password; empty means that somebody else gave it and it must be changed first.
    """

    name = models.CharField("姓名", max_length=50, blank=True)
    password_at = models.DateTimeField("密码设定时间", null=True, blank=True, default=timezone.now, editable=False)

    class Meta:
        verbose_name = verbose_name_plural = "用户"

    def __str__(self) -> str:
        return self.username

    def get_full_name(self) -> str:
        return self.name or self.username

    def get_short_name(self) -> str:
        return self.get_full_name()

    def set_password(self, raw_password: str | None) -> None:
        super().set_password(raw_password)
        self.password_at = timezone.now()

    def password_is_due(self, now: datetime.datetime) -> bool:
        """Whether it must be changed before anything else: given by somebody else, or older than the rules allow."""
        if self.password_at is None:
            return True
        longest: datetime.timedelta | None = settings.PASSWORD_LONGEST
        return longest is not None and now - self.password_at > longest


class Office(Record):
    """单位: who owns plans, in a tree (澄江县 → 云溪街道). `path` holds the ids from the root, “1/4/”."""

    name = models.CharField("单位名称", max_length=100)
    parent = models.ForeignKey("self", models.PROTECT, null=True, blank=True, verbose_name="上级单位", related_name="children")
    path = models.CharField("层级路径", max_length=255, db_index=True, editable=False, default="")

    class Meta:
        verbose_name = verbose_name_plural = "单位"
        ordering = ("path", "pk")

    def __str__(self) -> str:
        return self.name

    def save(self, *args: Any, **kwargs: Any) -> None:
        """Keep `path`: the own id is known only after the first save, and what is below moves along."""
        super().save(*args, **kwargs)
        path = f"{self.parent.path if self.parent else ''}{self.pk}/"
        if path == self.path:
            return
        self.path = path
        type(self).objects.filter(pk=self.pk).update(path=path)
        for child in self.children.all():
            child.save()


class Department(Record):
    """责任单位: who answers for a target (区经发办)."""

    office = models.ForeignKey(Office, models.CASCADE, verbose_name="单位", related_name="departments")
    name = models.CharField("名称", max_length=100)

    class Meta:
        verbose_name = verbose_name_plural = "责任单位"
        ordering = ("office_id", "name", "pk")
        constraints: ClassVar = [models.UniqueConstraint(fields=["office", "name"], name="department_name_unique")]

    def __str__(self) -> str:
        return self.name


class Role(models.TextChoices):
    """角色. One person may hold several."""

    SUPERVISOR = "supervisor", "督查员"
    UNIT = "unit", "责任单位"
    LEADER = "leader", "领导"
    ADMIN = "admin", "管理员"
    AUDITOR = "auditor", "审计员"


class Membership(Record):
    """任职: what a person does in an office; a 责任单位 role names the department it speaks for."""

    user = models.ForeignKey(User, models.CASCADE, verbose_name="用户", related_name="memberships")
    office = models.ForeignKey(Office, models.CASCADE, verbose_name="单位", related_name="memberships")
    role = models.CharField("角色", max_length=20, choices=Role.choices)
    department = models.ForeignKey(Department, models.SET_NULL, null=True, blank=True, verbose_name="责任单位")

    class Meta:
        verbose_name = verbose_name_plural = "任职"
        ordering = ("office_id", "user_id", "role", "pk")
        constraints: ClassVar = [models.UniqueConstraint(fields=["user", "office", "role"], name="membership_unique")]

    def __str__(self) -> str:
        return self.get_role_display()


class CheckDays(models.TextChoices):
    """On which days the scheduled check runs."""

    EVERY = "every", "每天"
    WORKDAYS = "workdays", "工作日(按国家放假安排)"
    WEEKDAYS = "weekdays", "每周(选星期)"
    MONTHLY = "monthly", "每月一次"


class ReportCycle(models.TextChoices):
    """How often an office owes a report."""

    NONE = "none", "不催报"
    MONTH = "month", "每月"
    QUARTER = "quarter", "每季度"
    HALF = "half", "每半年"


class TellCycle(models.TextChoices):
    """How often a department is told of its flags, at most."""

    DAY = "day", "每天最多一条"
    WEEK = "week", "每周最多一条"


_SHARE = [MinValueValidator(0), MaxValueValidator(1)]
_POINTS = [MinValueValidator(0), MaxValueValidator(100)]


class OfficeSettings(Record):
    """设置: the rules in force at one office. Points are percentage points; an empty curve means twelfths.

    `weekdays` are ISO numbers, “135” for Monday, Wednesday, Friday; a `month_day` that a month has not got is its last. `next_check_at`
    and `rematch` (the rules of matching changed) are the product's own notes and raise no version.
    """

    office = models.OneToOneField(Office, models.CASCADE, verbose_name="单位", related_name="settings")
    curve = models.JSONField("序时曲线(12个月末应达%)", default=list, blank=True)
    take_above = models.FloatField("自动采用的匹配分", default=0.72, validators=_SHARE)
    ask_above = models.FloatField("待人工核对的匹配分", default=0.45, validators=_SHARE)
    about_points = models.DecimalField("“左右”允许差(百分点)", max_digits=6, decimal_places=2, default="0.3", validators=_POINTS)
    about_percent = models.DecimalField("“左右”允许差(%)", max_digits=6, decimal_places=2, default=3, validators=_POINTS)
    red_points_behind = models.DecimalField("总量亮红灯:落后序时(百分点)", max_digits=6, decimal_places=2, default=30, validators=_POINTS)
    red_rate_points = models.DecimalField("增速亮红灯:低于目标(百分点)", max_digits=6, decimal_places=2, default=3, validators=_POINTS)
    unreported_days = models.PositiveSmallIntegerField("多少天未见进展即提醒", default=45)
    check_time = models.TimeField("检查时间", default=DEFAULT_CHECK_TIME)
    check_days = models.CharField("检查日", max_length=10, choices=CheckDays.choices, default=CheckDays.WORKDAYS)
    weekdays = models.CharField("星期几", max_length=7, default="12345")
    month_day = models.PositiveSmallIntegerField("每月几日", default=1, validators=[MinValueValidator(1), MaxValueValidator(31)])
    next_check_at = models.DateTimeField("下一次检查", null=True, blank=True, editable=False, db_index=True)
    report_cycle = models.CharField("报送周期", max_length=8, choices=ReportCycle.choices, default=ReportCycle.QUARTER)
    overdue_days = models.PositiveSmallIntegerField("期满多少天未报即预警", default=20)
    closed_years = models.JSONField("已办结年度", default=list, blank=True)
    tell_every = models.CharField("通知频次", max_length=5, choices=TellCycle.choices, default=TellCycle.DAY)
    quiet_from = models.TimeField("免打扰开始", null=True, blank=True, default=DEFAULT_QUIET_FROM)
    quiet_until = models.TimeField("免打扰结束", null=True, blank=True, default=DEFAULT_QUIET_UNTIL)
    rematch = models.BooleanField("需重新比对", default=False, editable=False)
    escalate_days = models.PositiveSmallIntegerField("预警升级间隔(天)", default=7, validators=[MinValueValidator(1)])
    four_eyes = models.BooleanField("录入人不得确认本人录入的目标", default=False)

    class Meta:
        verbose_name = verbose_name_plural = "单位设置"
        ordering = ("pk",)

    def __str__(self) -> str:
        return f"设置 {self.pk}"

    @property
    def asks_for_four_eyes(self) -> bool:
        """Whether who entered something may not confirm it: where it is set, and at least three 督查员 are there to do so."""
        return self.four_eyes and Membership.objects.filter(
            office=self.office_id, role=Role.SUPERVISOR, user__is_active=True).count() >= FEWEST_FOR_FOUR_EYES

    @staticmethod
    def of(office: Office) -> "OfficeSettings":
        """The settings of `office`; made with their defaults where it has none yet."""
        return OfficeSettings.objects.get_or_create(office=office)[0]


class Scope(models.TextChoices):
    """What a token is good for."""

    READ = "read", "读取目标、完成数、佐证、预警"
    WRITE = "write", "提交文件"


class ApiToken(Record):
    """接口令牌: another system of the office signs in with it. Only a digest is kept; `hint` are the first letters, to tell them apart."""

    office = models.ForeignKey(Office, models.CASCADE, verbose_name="单位", related_name="+")
    name = models.CharField("用途", max_length=100)
    hint = models.CharField("令牌开头", max_length=12)
    digest = models.CharField("令牌摘要", max_length=64, unique=True)
    scopes = models.JSONField("权限", default=list)
    expires_at = models.DateTimeField("到期时间")
    made_by = models.ForeignKey(User, models.SET_NULL, null=True, verbose_name="建立人", related_name="+")
    used_at = models.DateTimeField("最近使用", null=True, blank=True)
    withdrawn_at = models.DateTimeField("停用时间", null=True, blank=True)

    class Meta:
        verbose_name = verbose_name_plural = "接口令牌"
        ordering = ("-created_at", "-pk")

    def __str__(self) -> str:
        return f"{self.name}({self.hint}…)"

    @property
    def labels(self) -> str:
        return "、".join(Scope(each).label for each in self.scopes)

    def valid(self, now: datetime.datetime) -> bool:
        return self.withdrawn_at is None and now < self.expires_at


class RecoveryCode(models.Model):
    """恢复码: signs a person in once in place of the code of a lost phone. Only its digest is kept."""

    user = models.ForeignKey(User, models.CASCADE, verbose_name="用户", related_name="recovery_codes")
    digest = models.CharField("摘要", max_length=64, unique=True)

    class Meta:
        verbose_name = verbose_name_plural = "恢复码"

    def __str__(self) -> str:
        return f"恢复码 {self.pk}"


class AuditQuerySet(models.QuerySet["AuditEntry"]):
    """Many entries can be changed as little as one."""

    def update(self, **kwargs: Any) -> int:
        raise TypeError("审计记录不可修改")

    def delete(self) -> tuple[int, dict[str, int]]:
        raise TypeError("审计记录不可删除")


class AuditEntry(models.Model):
    """审计记录: who did what, when and from where. Written only by `offices.audit.record`, never changed.

    `action` is a dotted verb (document.upload), `subject` the model and `subject_id` the public id of what it concerns;
    entries of one bulk step share `step`. `place` and `digest` are its link in the chain of its office (offices/chain.py); they are
    set once, right after the commit, and the database itself refuses any other change (offices/guard.py).
    """

    office = models.ForeignKey(Office, models.PROTECT, null=True, verbose_name="单位", related_name="+")
    user = models.ForeignKey(User, models.PROTECT, null=True, verbose_name="用户", related_name="+")
    at = models.DateTimeField("时间", auto_now_add=True, db_index=True)
    address = models.GenericIPAddressField("来源地址", null=True)
    action = models.CharField("操作", max_length=50, db_index=True)
    subject = models.CharField("对象类型", max_length=50, blank=True)
    subject_id = models.UUIDField("对象编号", null=True)
    before = models.JSONField("操作前", null=True, encoder=DjangoJSONEncoder)
    after = models.JSONField("操作后", null=True, encoder=DjangoJSONEncoder)
    success = models.BooleanField("成功", default=True)
    step = models.UUIDField("步骤", default=uuid.uuid4)
    place = models.PositiveBigIntegerField("链上序号", null=True, editable=False)
    digest = models.CharField("摘要", max_length=64, blank=True, editable=False)

    objects = AuditQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "审计记录"
        ordering = ("-at", "-pk")
        indexes: ClassVar = [
            models.Index(fields=["subject", "subject_id"], name="audit_subject"),
            models.Index(fields=["office"], name="audit_unsealed", condition=models.Q(place__isnull=True)),
        ]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["office", "place"], name="audit_place_once"),
            models.UniqueConstraint(fields=["place"], name="audit_place_once_without_office", condition=models.Q(office__isnull=True)),
        ]

    def __str__(self) -> str:
        return self.action

    def save(self, *args: Any, **kwargs: Any) -> None:
        if self.pk is not None:
            raise TypeError("审计记录不可修改")
        super().save(*args, **kwargs)

    def delete(self, *args: Any, **kwargs: Any) -> tuple[int, dict[str, int]]:
        raise TypeError("审计记录不可删除")


class AuditChain(models.Model):
    """审计链: how long the chain of an office's entries is and the digest of its last one; `anchor` is the digest of the last entry that
    was pruned, so that what is left still hangs on it. Entries without an office have a chain of their own.
    """

    office = models.OneToOneField(Office, models.PROTECT, null=True, verbose_name="单位", related_name="+")
    length = models.PositiveBigIntegerField("长度", default=0)
    digest = models.CharField("链尾摘要", max_length=64, blank=True)
    pruned = models.PositiveBigIntegerField("已清理至", default=0)
    anchor = models.CharField("清理处摘要", max_length=64, blank=True)

    class Meta:
        verbose_name = verbose_name_plural = "审计链"
        constraints: ClassVar = [
            models.UniqueConstraint(models.Value(1), name="one_chain_without_office", condition=models.Q(office__isnull=True)),
        ]

    def __str__(self) -> str:
        return f"审计链 {self.pk}"
