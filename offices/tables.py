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
    "signin": "登录", "signout": "退出", "refusal": "越权拒绝", "password.change": "修改密码", "second.on": "开启动态口令",
    "second.off": "停用动态口令", "second.proof": "设置动态口令时密码不对", "settings.change": "修改设置",
    "document.upload": "上传文件", "document.download": "下载原件", "document.correct": "更正文件", "document.retry": "重新处理文件",
    "document.reread": "重读文件", "target.correct": "更正目标", "target.confirm": "确认目标", "target.assign": "分工",
    "target.due": "设置完成时限", "target.revise": "调整目标值", "target.instruct": "批示", "instruction.close": "批示办结",
    "instruction.file": "下载批示附件",
    "target.withdraw": "撤销目标", "target.restore": "恢复目标", "target.copy": "复制清单为文字", "match.confirm": "确认佐证",
    "match.enter": "填报完成数", "target.merge": "合并目标", "target.apart": "另行计列", "target.split": "拆分目标",
    "match.refuse": "否定佐证", "match.choose": "指定佐证", "step.undo": "撤回操作", "assignment.save": "记下分工",
    "assignment.drop": "删除分工", "alias.switch": "启用或停用口径", "flag.seen": "已阅预警", "flag.answer": "答复预警",
    "flag.mark": "列入督办", "flag.lift": "解除督办",
    "check.run": "启动检查", "ledger.export": "导出台账", "ledger.download": "下载导出", "ledger.import": "导入台账",
    "letter.write": "写公文", "backup.make": "备份", "backup.restore": "恢复备份",
    "letter.template": "更换公文模板", "letter.download": "下载公文模板", "people.enroll": "登记人员", "people.change": "改动人员",
    "people.password": "重置密码", "people.unlock": "解除登录暂停", "people.second_off": "解除动态口令", "office.add": "新增单位",
    "office.rename": "单位更名", "trail.export": "导出审计记录",
    "check.again": "重新检查", "stall.again": "重新研判", "schedule.change": "修改检查安排", "flag.file": "下载预警附件",
    "delivery.again": "重新发送通知", "receiver.change": "修改通知渠道", "receiver.drop": "删除通知渠道", "receiver.test": "测试通知渠道",
    "trail.prune": "清理到期审计记录",
    "token.make": "建立接口令牌", "token.withdraw": "停用接口令牌", "api.read": "接口读取", "api.refusal": "接口拒绝",
}
"""What people call a deed. A test holds the list to every action the code writes."""
WORDS = {"username": "用户名", "why": "原因", "path": "地址", "method": "方式", "name": "名称", "error": "问题", "roles": "角色",
         "is_active": "可以登录", "second": "第二步", "count": "条数", "until": "至", "anchor": "清理处摘要", "place": "链上序号",
         "targets": "目标数", "scope": "范围", "file": "文件类型", "form": "版式", "indicator": "指标", "letters": "份数", "period": "期间",
         "kind": "种类", "undo": "撤回所需", "filter": "筛选", "sha256": "校验值", "size": "字节数", "origin": "来源", "rule": "规则",
         "lead": "牵头单位", "action": "操作", "kept": "未撤回", "undone": "撤回的步骤", "dropped": "撤下的模板", "differences": "不同之处",
         "instruction": "批示", "reason": "理由", "row": "表中位置", "document": "文件"}
"""What is noted beside the fields of models."""
VALUES = {"locked": "登录暂停中", "code": "动态口令不对", "not found": "地址不是本人看得到的", "too often": "过于频繁", "totp": "动态口令",
          "recovery": "恢复码"}
"""Codes that are noted as values."""
HIDDEN = frozenset({"undo", "same"})
"""What a step keeps for itself, to be taken back."""


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
            for name, value in new.items() if name not in HIDDEN and (name not in old or old[name] != value)]


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
    if isinstance(value, bool) or value is None:
        return {True: "是", False: "否", None: "—"}[value]
    if isinstance(value, list) and all(isinstance(each, str) for each in value):
        return "、".join(str(VALUES.get(each, each)) for each in value) or "—"
    return VALUES.get(value, value) if isinstance(value, str) else json.dumps(value, ensure_ascii=False)
