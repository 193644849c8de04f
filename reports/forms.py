"""What people type about flags, evidence and the schedule of checks."""

import datetime
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils import timezone

from documents.forms import ProofField
from offices.models import CheckDays, Office, OfficeSettings, ReportCycle, TellCycle
from offices.permissions import Person, memberships_of
from targets.models import Target

CONTROL = {"class": "form-control"}


class AnswerForm(forms.Form):
    """A unit's answer to a flag; `version` is the one the person saw."""

    answer = forms.CharField(label="答复", max_length=2000, widget=forms.Textarea(attrs={"rows": 3, **CONTROL}),
                             error_messages={"required": "请填写答复内容。"}, help_text="原因、已采取的措施、下一步安排。")
    promised = forms.DateField(label="承诺完成日期", required=False,
                               widget=forms.DateInput(attrs={"type": "date", **CONTROL}, format="%Y-%m-%d"),
                               help_text="到这一天之前不再升级;到期仍未好转,预警恢复并升级。")
    file = ProofField(help_text="佐证材料,一个文件;严禁上传涉密文件。")
    version = forms.IntegerField(widget=forms.HiddenInput)

    def clean_promised(self) -> Any:
        said = self.cleaned_data["promised"]
        if said and said < timezone.localdate():
            raise ValidationError("承诺完成日期不能早于今天。")
        return said


class EnterForm(forms.Form):
    """A reached figure that no report holds: up to which month it counts, and where it is from."""

    value = forms.DecimalField(label="完成数", max_digits=18, decimal_places=6)
    month = forms.DateField(label="截至月份", input_formats=["%Y-%m"], widget=forms.DateInput(attrs={"type": "month"}, format="%Y-%m"))
    source = forms.CharField(label="数据来源", max_length=200, help_text="如:区统计局10月快报")

    def __init__(self, *args: Any, target: Target, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.target = target
        self.fields["value"].help_text = f"单位:{target.unit}" if target.unit else ""
        for field in self.fields.values():
            field.widget.attrs["class"] = "form-control form-control-sm"

    def clean_month(self) -> datetime.date:
        month: datetime.date = self.cleaned_data["month"]
        if self.target.year is not None and month.year != self.target.year:
            raise ValidationError(f"这是{self.target.year}年的目标,截至月份要在这一年之内。")
        return month

    def clean_source(self) -> str:
        source = " ".join(str(self.cleaned_data["source"]).split())
        if not source:
            raise ValidationError("请写明数据来源。")
        return source


class VersionForm(forms.Form):
    """A deed without words of its own: only what the person saw when doing it."""

    version = forms.IntegerField(widget=forms.HiddenInput)


class RunForm(forms.Form):
    """Which office is to be checked now: one in which the person holds a role that may."""

    office = forms.ModelChoiceField(label="单位", queryset=Office.objects.none(), to_field_name="public_id")

    def __init__(self, *args: object, user: Person, roles: frozenset[str], **kwargs: object) -> None:
        super().__init__(*args, **kwargs)  # type: ignore[arg-type]
        self.fields["office"].queryset = Office.objects.filter(  # type: ignore[attr-defined]
            pk__in=memberships_of(user, *roles).values("office"))


_WEEKDAYS = tuple(zip("1234567", "一二三四五六日", strict=True))
_TIME = {"type": "time", **CONTROL}


class ScheduleForm(forms.Form):
    """检查安排: when an office is checked, when its reports are due, how its departments are told; `version` as the person saw it."""

    check_days = forms.ChoiceField(label="检查日", choices=CheckDays.choices, widget=forms.Select(attrs={"class": "form-select"}))
    weekdays = forms.MultipleChoiceField(label="星期几", choices=_WEEKDAYS, required=False, widget=forms.CheckboxSelectMultiple,
                                         help_text="检查日为“每周”时适用。")
    month_day = forms.IntegerField(label="每月几日", min_value=1, max_value=31, widget=forms.NumberInput(attrs=CONTROL),
                                   help_text="检查日为“每月一次”时适用;当月没有这一天的,在最后一天检查。")
    check_time = forms.TimeField(label="检查时间(北京时间)", widget=forms.TimeInput(attrs=_TIME, format="%H:%M"))
    report_cycle = forms.ChoiceField(label="报送周期", choices=ReportCycle.choices, widget=forms.Select(attrs={"class": "form-select"}),
                                     help_text="每期结束后没有收到总结的,对本单位发出“逾期未报”。")
    overdue_days = forms.IntegerField(label="期满多少天未报即预警", min_value=1, max_value=180, widget=forms.NumberInput(attrs=CONTROL))
    tell_every = forms.ChoiceField(label="通知频次(每个责任单位)", choices=TellCycle.choices,
                                   widget=forms.Select(attrs={"class": "form-select"}))
    quiet_from = forms.TimeField(label="免打扰开始", required=False, widget=forms.TimeInput(attrs=_TIME, format="%H:%M"),
                                 help_text="此间不发邮件和群消息,结束后再发;站内消息不受影响。都留空为不设。")
    quiet_until = forms.TimeField(label="免打扰结束", required=False, widget=forms.TimeInput(attrs=_TIME, format="%H:%M"))
    closed_years = forms.CharField(label="已办结年度", required=False, max_length=200, widget=forms.TextInput(attrs=CONTROL),
                                   help_text="这些年度的目标不再检查,未解除的预警随即解除;用逗号分隔,如 2023,2024。")
    version = forms.IntegerField(widget=forms.HiddenInput)

    @classmethod
    def showing(cls, rules: OfficeSettings) -> "ScheduleForm":
        shown = {name: getattr(rules, name) for name in cls.base_fields}
        return cls(initial={**shown, "weekdays": list(rules.weekdays), "closed_years": ",".join(str(each) for each in rules.closed_years)})

    def clean_weekdays(self) -> str:
        return "".join(sorted(self.cleaned_data["weekdays"]))

    def clean_closed_years(self) -> list[int]:
        said = self.cleaned_data["closed_years"].replace("\uff0c", ",").replace("、", ",").replace("年", "")
        parts = [each.strip() for each in said.split(",") if each.strip()]
        if not all(each.isascii() and each.isdigit() and 1990 <= int(each) <= 2100 for each in parts):
            raise ValidationError("请填写年份,用逗号分隔,如 2023,2024。")
        return sorted({int(each) for each in parts})

    def clean(self) -> dict[str, Any]:
        said = super().clean() or self.cleaned_data
        if said.get("check_days") == CheckDays.WEEKDAYS and not said.get("weekdays"):
            self.add_error("weekdays", "请至少选一天。")
        if bool(said.get("quiet_from")) != bool(said.get("quiet_until")):
            self.add_error("quiet_from", "免打扰的开始和结束要么都填,要么都不填。")
        return said
