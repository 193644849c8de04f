"""Flags and checks as tables."""

import datetime

import django_tables2 as tables
from django.urls import reverse
from django.utils import timezone
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString

from reports.models import Check

NUMBER = {"td": {"class": "num"}, "th": {"class": "num"}}


class CheckTable(tables.Table):
    """The runs of scheduled checks."""

    created_at = tables.Column("场次", order_by=("created_at", "pk"))
    office = tables.Column("单位", order_by=("office__path", "pk"))
    state = tables.Column("状态", order_by=("state", "pk"))
    started_at = tables.DateTimeColumn(verbose_name="开始", format="m-d H:i:s", order_by=("started_at", "pk"))
    duration = tables.Column("用时", orderable=False, attrs=NUMBER)
    judged = tables.Column("研判目标", order_by=("judged", "pk"), attrs=NUMBER)
    opened = tables.Column("新发预警", order_by=("opened", "pk"), attrs=NUMBER)
    escalated = tables.Column("升级预警", order_by=("escalated", "pk"), attrs=NUMBER)
    closed = tables.Column("解除预警", order_by=("closed", "pk"), attrs=NUMBER)
    errors = tables.Column("出错", orderable=False, empty_values=())

    class Meta:
        model = Check
        fields = ("created_at", "office", "state", "started_at", "duration", "judged", "opened", "escalated", "closed", "errors")
        attrs = {"class": "table table-sm align-middle"}
        empty_text = "还没有运行过检查。"

    def render_created_at(self, record: Check) -> SafeString:
        by_hand = f"手动:{record.asked_by.get_full_name()}" if record.asked_by else "命令行"
        asked = by_hand if record.slot.startswith("now-") else "定时"
        when = f"{timezone.localtime(record.created_at):%Y-%m-%d %H:%M}"
        return format_html('{}<div class="small text-body-secondary">{}</div>', when, asked)

    def render_state(self, record: Check) -> str:
        return f"{record.get_state_display()} {record.progress}%" if record.state == Check.State.RUNNING else record.get_state_display()

    def render_duration(self, value: datetime.timedelta) -> str:
        seconds = value.total_seconds()
        return f"{seconds:.1f}秒" if seconds < 60 else f"{int(seconds // 60)}分{int(seconds % 60)}秒"

    def render_errors(self, record: Check) -> SafeString | str:
        """The targets that failed, each with its link; of a run that failed as a whole, or is tried again, the reason."""
        if record.reason and record.state != Check.State.DONE:
            again = f"(第{record.attempts}次,稍后再试)" if record.state == Check.State.WAITING else ""
            return f"{record.reason}{again}"
        if not record.errors:
            return "—"
        links = format_html_join("、", '<a href="{}">{}</a>', (
            (reverse("reports:target", args=[each]), f"目标{place}") for place, each in enumerate(record.errors[:5], start=1)))
        return format_html("{}个目标未能研判:{}", len(record.errors), links)
