"""What was sent out to people inside the product."""

import datetime
import uuid
from collections.abc import Iterable
from urllib.parse import urlsplit

from django.db import models
from django.db.models import F, Q

from offices.models import Department, Office, Record, Role, User
from offices.permissions import Person, departments_of, memberships_of, offices_of
from reports.models import Flag


class MessageQuerySet(models.QuerySet["Message"]):
    def visible_to(self, user: Person) -> "MessageQuerySet":
        """Those addressed to the user or to its department; a supervisor sees all that the office was told."""
        whole = offices_of(user, Role.SUPERVISOR)
        return self.filter(Q(user=user) | Q(department__in=departments_of(user)) | Q(office__in=whole))

    def unread(self) -> "MessageQuerySet":
        return self.filter(read_at__isnull=True)


class Message(Record):
    """站内通知: one message for a department (or the office itself) and a period, however many flags it tells of."""

    office = models.ForeignKey(Office, models.CASCADE, verbose_name="单位", related_name="+")
    department = models.ForeignKey(Department, models.CASCADE, verbose_name="责任单位", null=True, blank=True, related_name="+")
    user = models.ForeignKey(
        User, models.CASCADE, verbose_name="收件人", null=True, blank=True, related_name="+"
    )
    period = models.CharField("期间", max_length=12)
    title = models.CharField("标题", max_length=200)
    text = models.TextField("内容")
    link = models.CharField("链接", max_length=300, blank=True)
    flags = models.ManyToManyField(Flag, verbose_name="预警", blank=True, related_name="+")
    read_at = models.DateTimeField("阅读时间", null=True, blank=True)

    objects = MessageQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "通知"
        ordering = ("-created_at", "-pk")
        constraints = (
            models.UniqueConstraint(
                fields=("department", "period"), name="one_message_of_a_department", condition=Q(department__isnull=False)
            ),
            models.UniqueConstraint(
                fields=("office", "period"), name="one_message_of_an_office",
                condition=Q(department__isnull=True, user__isnull=True),
            ),
        )

    def __str__(self) -> str:
        return self.title


class ReceiverQuerySet(models.QuerySet["Receiver"]):
    def visible_to(self, user: Person) -> "ReceiverQuerySet":
        """Channels are the business of the administrators of the very office; supervisors see whether they work."""
        return self.filter(office__in=memberships_of(user, Role.ADMIN, Role.SUPERVISOR).values("office"))

    def of(self, message: Message) -> "ReceiverQuerySet":
        """Where a message goes besides the inbox."""
        own = Q(department=message.department_id) if message.department_id else Q(department__isnull=True)
        return self.filter(own | Q(department__isnull=True, every=True), office=message.office_id, active=True)


class Receiver(Record):
    """通知渠道: an e-mail address, a robot of a group chat or another program that is told of flags besides the inbox.

    Without a department it gets what the office itself is told, with `every` also what each department is told. `secret` signs; it is
    never shown again.
    """

    class Kind(models.TextChoices):
        EMAIL = "email", "电子邮件"
        WECOM = "wecom", "企业微信群机器人"
        DINGTALK = "dingtalk", "钉钉群机器人"
        FEISHU = "feishu", "飞书群机器人"
        WEBHOOK = "webhook", "其它系统(JSON)"

    office = models.ForeignKey(Office, models.CASCADE, verbose_name="单位", related_name="+")
    department = models.ForeignKey(Department, models.CASCADE, verbose_name="责任单位", null=True, blank=True, related_name="+")
    every = models.BooleanField("各责任单位的通知也发", default=False)
    kind = models.CharField("种类", max_length=10, choices=Kind)
    name = models.CharField("名称", max_length=60)
    address = models.CharField("地址", max_length=500)
    secret = models.CharField("密钥", max_length=200, blank=True)
    active = models.BooleanField("启用", default=True)

    objects = ReceiverQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "通知渠道"
        ordering = ("office_id", "name", "pk")

    def __str__(self) -> str:
        return f"{self.name}({self.get_kind_display()})"

    @property
    def shown_address(self) -> str:
        """Without the key that most such addresses carry: who knows it may write to the group."""
        return self.address if self.kind == self.Kind.EMAIL else f"{urlsplit(self.address).hostname}…{self.address[-4:]}"


class DeliveryQuerySet(models.QuerySet["Delivery"]):
    def due(self, now: datetime.datetime) -> "DeliveryQuerySet":
        """Not sent, and nobody is at it, or whoever was has died."""
        free = Q(state=Delivery.State.WAITING) | Q(state=Delivery.State.SENDING, lease_until__lt=now)
        return self.filter(free, Q(not_before__isnull=True) | Q(not_before__lte=now))

    def claim(self, pks: Iterable[int], *, now: datetime.datetime) -> list["Delivery"]:
        """Takes due deliveries by one conditional UPDATE; what another worker has is left out."""
        owner = uuid.uuid4()
        self.due(now).filter(pk__in=list(pks)).update(
            state=Delivery.State.SENDING, owner=owner, lease_until=now + Delivery.LEASE, attempts=F("attempts") + 1)
        return list(self.filter(owner=owner).select_related("message", "receiver").order_by("pk"))


class Delivery(Record):
    """发送: one message on its way to one receiver. It is sent once, save where a worker dies between sending and noting it; the receiver
    can tell by its number.
    """

    class State(models.TextChoices):
        WAITING = "waiting", "待发送"
        SENDING = "sending", "发送中"
        SENT = "sent", "已发送"
        NEEDLESS = "needless", "已无需发送"
        FAILED = "failed", "未能发送"

    LEASE = datetime.timedelta(minutes=2)
    ATTEMPTS = 5

    message = models.ForeignKey(Message, models.CASCADE, verbose_name="通知", related_name="+")
    receiver = models.ForeignKey(Receiver, models.CASCADE, verbose_name="通知渠道", related_name="+")
    state = models.CharField("状态", max_length=8, choices=State, default=State.WAITING)
    owner = models.UUIDField("执行标识", null=True, blank=True, editable=False, db_index=True)
    lease_until = models.DateTimeField("占用至", null=True, blank=True)
    not_before = models.DateTimeField("不早于", null=True, blank=True)
    attempts = models.PositiveSmallIntegerField("尝试次数", default=0)
    error = models.CharField("问题", max_length=300, blank=True)
    sent_at = models.DateTimeField("发送时间", null=True, blank=True)

    objects = DeliveryQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "发送"
        ordering = ("-created_at", "-pk")
        constraints = (models.UniqueConstraint(fields=("message", "receiver"), name="one_delivery_to_a_receiver"),)
        indexes = (models.Index(fields=("not_before", "id"), name="delivery_due", condition=Q(state__in=("waiting", "sending"))),)

    def __str__(self) -> str:
        return f"{self.receiver} {self.get_state_display()}"


def template_path(template: "LetterTemplate", _name: str) -> str:
    return f"templates/{template.public_id}"


class LetterTemplate(Record):
    """公文模板: an office's own Word file for one kind of letter, in place of the one that is shipped."""

    class Kind(models.TextChoices):
        BULLETIN = "bulletin", "督查通报"
        FEEDBACK = "feedback", "核对反馈"
        ORDER = "order", "督办通知单"

    office = models.ForeignKey(Office, models.CASCADE, verbose_name="单位", related_name="+")
    kind = models.CharField("种类", max_length=10, choices=Kind)
    name = models.CharField("文件名", max_length=255)
    file = models.FileField("文件", upload_to=template_path, max_length=255)
    made_by = models.ForeignKey(User, models.SET_NULL, verbose_name="上传人", null=True, blank=True, related_name="+")

    class Meta:
        verbose_name = verbose_name_plural = "公文模板"
        ordering = ("office_id", "kind", "pk")
        constraints = (models.UniqueConstraint(fields=("office", "kind"), name="one_template_of_a_kind"),)

    def __str__(self) -> str:
        return f"{self.get_kind_display()} {self.name}"
