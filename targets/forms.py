"""What a person corrects about a target."""

import uuid
from typing import Any, cast

from django import forms
from django.core.exceptions import ValidationError
from django.http import QueryDict

from documents.forms import ProofField
from engine.quantities import quantity
from offices.models import Department, Office
from offices.permissions import EDITORS, Person, memberships_of
from targets.models import Assignment, Instruction, Measure, Revision, SavedView, Target

CORRECTABLE = (
    "indicator", "measure", "comparator", "value", "high", "unit", "year", "due", "direction", "frequency", "stretch", "ambition",
    "state", "lead", "support", "leader", "points", "scoring", "problems", "measures_next", "remark",
)
JUDGED_BY = frozenset({"indicator", "measure", "comparator", "value", "high", "unit", "year", "due", "direction", "frequency", "stretch",
                       "ambition", "state"})
"""A change of these has the target judged again; the others are for people."""


class CorrectionForm(forms.ModelForm):  # type: ignore[type-arg]
    """Gives a Decimal and a known unit. `version` is the one the person saw: a second writer is told."""

    version = forms.IntegerField(widget=forms.HiddenInput)

    class Meta:
        model = Target
        fields = CORRECTABLE
        labels = {"value": "目标值", "unit": "计量单位", "state": "约定状态(节点任务)"}
        help_texts = {"support": "按住 Ctrl 可多选。", "due": "空着表示全年。"}
        widgets = {
            "due": forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
            **{name: forms.Textarea(attrs={"rows": 2}) for name in ("scoring", "problems", "measures_next", "remark")},
        }

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        own = Department.objects.filter(office=self.instance.office_id)
        for name in ("lead", "support"):
            self.fields[name].queryset = own  # type: ignore[attr-defined]
        self.fields["lead"].empty_label = "未分工"  # type: ignore[attr-defined]
        for name in ("direction", "frequency"):
            self.fields[name].choices = [("", "按指标惯例"), *self.fields[name].choices[1:]]  # type: ignore[attr-defined]
        if not self.is_bound:
            self.initial.update(version=self.instance.version, value=self.instance.value_plain)
        for field in self.fields.values():
            field.widget.attrs.setdefault("class", _style(field.widget))

    def clean_unit(self) -> str:
        """Only a unit that can be reckoned with: a slip of the finger would make the target incomparable."""
        unit: str = self.cleaned_data["unit"].strip()
        found = quantity(unit)
        if found is not None and "“" in found.dimension and unit != self.initial.get("unit"):
            raise ValidationError("不认识的计量单位,请写成文件里的样子,如 家、亿元、万亩、%、个百分点。")
        return unit

    def clean(self) -> dict[str, Any]:
        said = super().clean() or self.cleaned_data
        if said.get("measure") == Measure.MILESTONE:
            return {**said, "value": None, "high": None}
        if said.get("value") is None and "value" not in self.errors:
            self.add_error("value", "数量指标要有目标值;没有数的任务请把计量方式改为“节点任务”。")
        low, high = said.get("value"), said.get("high")
        if low is not None and high is not None and high < low:
            self.add_error("high", "上限不能小于目标值。")
        return said


def _style(widget: forms.Widget) -> str:
    if isinstance(widget, forms.CheckboxInput):
        return "form-check-input d-block"
    return "form-select" if isinstance(widget, forms.Select) else "form-control"


DEEDS = (("confirm", "核对无误"), ("assign", "分工"), ("due", "设置完成时限"))
DATE = forms.DateInput(attrs={"type": "date", "class": "form-control form-control-sm"}, format="%Y-%m-%d")


class PickForm(forms.Form):
    """Chosen targets. A pick is the public id and the version the person saw: “…uuid….3”; `whole` is the list as it is narrowed."""

    picks = forms.CharField(required=False)
    whole = forms.BooleanField(required=False)

    def picked(self) -> dict[uuid.UUID, int]:
        """Versions by public id; what is no pick is passed over."""
        found = {}
        for pick in cast(QueryDict, self.data).getlist("picks"):
            name, _, version = str(pick).partition(".")
            try:
                found[uuid.UUID(name)] = int(version)
            except ValueError:
                continue
        return found


class BulkForm(PickForm):
    """What to do to the chosen targets."""

    deed = forms.ChoiceField(label="操作", choices=DEEDS)
    lead = forms.ModelChoiceField(label="牵头单位", queryset=Department.objects.none(), to_field_name="public_id", required=False)
    due = forms.DateField(label="完成时限", required=False, widget=DATE)

    def __init__(self, *args: Any, user: Person, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["lead"].queryset = departments_for(user)  # type: ignore[attr-defined]

    def clean(self) -> dict[str, Any]:
        said = super().clean() or self.cleaned_data
        if said.get("deed") == "assign" and said.get("lead") is None:
            raise ValidationError("请先选牵头单位。")
        return said


class MarkForm(PickForm):
    """列入督办 of the chosen targets, and why."""

    reason = forms.CharField(label="督办事由", max_length=200)


def departments_for(user: Person) -> Any:
    """The departments of the offices in which the person may assign."""
    return Department.objects.filter(office__in=memberships_of(user, *EDITORS).values("office")).order_by("name", "pk")


class SavedViewForm(forms.ModelForm):  # type: ignore[type-arg]
    """The name of a view; `query` is what the address held."""

    class Meta:
        model = SavedView
        fields = ("name", "query")


class RevisionForm(forms.ModelForm):  # type: ignore[type-arg]
    """调整: an approved change of a target's figure."""

    version = forms.IntegerField(widget=forms.HiddenInput)

    class Meta:
        model = Revision
        fields = ("new_value", "applicant", "reason", "approver", "number", "date", "from_month")
        help_texts = {"from_month": "从哪一天起的统计期用新目标值;空着表示立即。"}
        widgets = {"date": DATE, "from_month": DATE, "reason": forms.Textarea(attrs={"rows": 2})}

    def __init__(self, *args: Any, target: Target, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.target = target
        self.fields["new_value"].required = True
        self.fields["new_value"].help_text = f"现为{target.target_text}"
        if not self.is_bound:
            self.initial["version"] = target.version
        for field in self.fields.values():
            field.widget.attrs.setdefault("class", _style(field.widget))

    def clean_new_value(self) -> Any:
        value = self.cleaned_data["new_value"]
        if value == self.target.value:
            raise ValidationError("与现在的目标值相同。")
        return value


class InstructionForm(forms.ModelForm):  # type: ignore[type-arg]
    """批示 on a target."""

    file = ProofField(help_text="批示件扫描件等,一个文件;严禁上传涉密文件。")

    class Meta:
        model = Instruction
        fields: tuple[str, ...] = ("leader", "date", "due", "text")
        widgets = {"date": DATE, "due": DATE, "text": forms.Textarea(attrs={"rows": 2})}

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for field in self.fields.values():
            field.widget.attrs.setdefault("class", _style(field.widget))

    def clean(self) -> dict[str, Any]:
        said = super().clean() or self.cleaned_data
        if said.get("due") and said.get("date") and said["due"] < said["date"]:
            self.add_error("due", "反馈时限不能早于批示日期。")
        return said


class NoticeInstructionForm(InstructionForm):
    """批示 on a notice, which is named as it was issued: 督查通报2025年第3期."""

    class Meta(InstructionForm.Meta):
        fields = ("notice", *InstructionForm.Meta.fields)
        help_texts = {"notice": "批在哪份通报上,如 督查通报2025年第3期。"}

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["notice"].required = True


class AssignmentForm(forms.ModelForm):  # type: ignore[type-arg]
    """A rule of the 分工库: an indicator or a heading, and who answers for it."""

    class Meta:
        model = Assignment
        fields = ("indicator", "section", "lead", "support", "leader")
        help_texts = {"section": "写类别标题,其下全部目标适用;与指标名称二选一。"}

    def __init__(self, *args: Any, office: Office, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        own = Department.objects.filter(office=office).order_by("name", "pk")
        for name in ("lead", "support"):
            self.fields[name].queryset = own  # type: ignore[attr-defined]
        for field in self.fields.values():
            field.widget.attrs.setdefault("class", _style(field.widget))

    def clean(self) -> dict[str, Any]:
        said = super().clean() or self.cleaned_data
        if bool(said.get("indicator")) == bool(said.get("section")):
            raise ValidationError("指标名称和类别请填其中一个。")
        return said
