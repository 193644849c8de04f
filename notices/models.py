"""What was sent out to people inside the product."""

from django.db import models
from django.db.models import Q

from offices.models import Department, Office, Record, Role, User
from offices.permissions import Person, departments_of, offices_of
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
