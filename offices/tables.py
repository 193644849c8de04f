"""The audit trail as a table."""

import json
from functools import cache
from typing import Any

import django_tables2 as tables
from django.apps import apps
from django.utils.html import format_html
from django.utils.safestring import SafeString

from offices.models import AuditEntry

ACTIONS = {
    "signin": "登录", "refusal": "越权拒绝", "password.change": "修改密码", "settings.change": "修改设置",
    "document.upload": "上传文件", "document.download": "下载原件", "document.correct": "更正文件", "document.retry": "重新处理文件",
    "target.correct": "更正目标", "target.confirm": "确认目标", "match.confirm": "确认佐证", "match.refuse": "否定佐证",
    "target.withdraw": "撤销目标", "target.restore": "恢复目标", "flag.seen": "已阅预警", "alias.switch": "启用或停用口径",
    "token.make": "建立接口令牌", "token.withdraw": "停用接口令牌", "api.read": "接口读取", "api.refusal": "接口拒绝",
    "backup.make": "备份", "backup.restore": "恢复备份",
    "ledger.export": "导出台账", "flag.answer": "答复预警", "check.run": "启动检查", "people.enroll": "登记人员",
}
WORDS = {"username": "用户名", "why": "原因", "path": "地址", "method": "方式", "name": "名称", "error": "问题"}
"""What is noted beside the fields of models."""


class AuditTable(tables.Table):
    at = tables.DateTimeColumn(format="Y-m-d H:i:s", verbose_name="时间", order_by=("at", "pk"))
    user = tables.Column("用户", order_by=("user__username", "pk"))
    address = tables.Column("来源地址", order_by=("address", "pk"))
    action = tables.Column("操作", order_by=("action", "pk"))
    success = tables.Column("结果", order_by=("success", "pk"))
    office = tables.Column("单位", order_by=("office__path", "pk"))
    subject = tables.Column("对象", order_by=("subject", "subject_id", "pk"))
    after = tables.Column("内容", orderable=False, empty_values=())

    class Meta:
        model = AuditEntry
        fields = ("at", "user", "address", "action", "success", "office", "subject", "after")
        attrs = {"class": "table table-sm align-middle"}
        empty_text = "没有记录。"

    def render_user(self, record: AuditEntry) -> str:
        return record.user.get_full_name() if record.user else "—"

    def render_action(self, value: str) -> SafeString:
        return format_html('<span title="{}">{}</span>', value, ACTIONS.get(value, value))

    def render_success(self, value: bool) -> str:
        return "成功" if value else "未成"

    def render_subject(self, value: str) -> str:
        return _model_words(value).get("", value)

    def render_after(self, record: AuditEntry) -> SafeString:
        return format_html('<pre class="json">{}</pre>', "\n".join(_lines(record)))


def _lines(entry: AuditEntry) -> list[str]:
    """One line for each value: 年度: 2024 → 2025; what did not change is left out."""
    old, new, words = entry.before or {}, entry.after or {}, _model_words(entry.subject)
    return [f"{words.get(name, name)}: {f'{_said(old[name])} → ' if name in old else ''}{_said(value)}"
            for name, value in new.items() if name not in old or old[name] != value]


@cache
def _model_words(label: str) -> dict[str, str]:
    """What people call a model (under the empty name) and its fields; entries outlive models, so an unknown one has none."""
    try:
        model = apps.get_model(label)
    except (LookupError, ValueError):
        return WORDS
    fields = {field.name: str(getattr(field, "verbose_name", field.name)) for field in model._meta.get_fields()}
    return {**WORDS, **fields, "": str(model._meta.verbose_name)}


def _said(value: Any) -> str:
    return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)
