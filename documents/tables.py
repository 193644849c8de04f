"""The list of documents: what a cell shows."""

import django_tables2 as tables
from django.urls import reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString

from documents.models import Document, State

NUMBER = {"td": {"class": "num"}, "th": {"class": "num"}}
WIDE = {"td": {"class": "wide"}}
LIGHTS = {State.MATCHED: "text-bg-light", State.FAILED: "text-bg-danger"}


class DocumentTable(tables.Table):
    title = tables.Column("文件", order_by=("title", "name", "pk"), empty_values=(), attrs=WIDE)
    state = tables.Column("处理情况", order_by=("state", "pk"), attrs=WIDE)
    kind = tables.Column("种类", order_by=("kind", "pk"))
    year = tables.Column("年度", order_by=("year", "pk"), attrs=NUMBER)
    cutoff = tables.Column("截至", order_by=("cutoff", "pk"), attrs=NUMBER)
    origin = tables.Column("来源", order_by=("origin", "pk"))
    uploaded_by = tables.Column("上传", order_by=("created_at", "pk"), empty_values=())

    class Meta:
        model = Document
        fields = ("title", "state", "kind", "year", "cutoff", "origin", "uploaded_by")
        attrs = {"class": "table table-sm table-hover align-middle"}
        empty_text = "还没有文件。"

    def render_title(self, record: Document) -> SafeString:
        return format_html('<a href="{}">{}</a><div class="small text-body-secondary">{} · {}</div>',
                           record.get_absolute_url(), str(record), record.name, record.office.name)

    def render_cutoff(self, record: Document) -> str:
        return f"{record.cutoff:%Y-%m}" if record.cutoff else "—"

    def render_state(self, record: Document) -> SafeString:
        return format_html('<span class="badge {}">{}</span> <span class="small">{}</span>',
                           LIGHTS.get(State(record.state), "text-bg-secondary"), record.get_state_display(), record.fate)

    def render_uploaded_by(self, record: Document) -> SafeString:
        who = record.uploaded_by.get_full_name() if record.uploaded_by else "—"
        return format_html('{}<div class="small text-body-secondary">{}</div><a class="small" href="{}">下载原件</a>',
                           who, f"{record.created_at.astimezone():%Y-%m-%d %H:%M}", reverse("documents:download", args=[record.public_id]))
