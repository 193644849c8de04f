"""What a person corrects about a target."""

from typing import Any

from django import forms
from django.core.exceptions import ValidationError

from engine.quantities import quantity
from offices.models import Department
from targets.models import Measure, Target

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
