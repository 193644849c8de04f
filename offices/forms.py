"""设置: the rules an office sets for itself."""

from decimal import Decimal, InvalidOperation
from typing import Any

from django import forms
from django.core.exceptions import ValidationError

from offices.models import OfficeSettings

RULES = (
    "curve", "take_above", "ask_above", "about_points", "about_percent", "red_points_behind", "red_rate_points",
    "unreported_days", "escalate_days", "four_eyes",
)
"""The settings a person edits, in the order of the page."""
MONTHS = 12
_CURVE_HELP = "12个百分数,用逗号分隔,最后一个为100;留空按每月1/12计。按季考核可填 10,20,30,37,44,50,58,66,75,83,92,100。"


class SettingsForm(forms.Form):
    """The rules in force; `version` tells whether somebody else was first."""

    curve = forms.CharField(label="序时曲线(各月末应达%)", required=False, help_text=_CURVE_HELP)
    take_above = forms.FloatField(label="自动采用的匹配分", min_value=0, max_value=1)
    ask_above = forms.FloatField(label="待人工核对的匹配分", min_value=0, max_value=1, help_text="低于此分的不列为候选。")
    about_points = forms.DecimalField(label="“左右”允许差(百分点)", min_value=0, max_value=100, max_digits=6, decimal_places=2)
    about_percent = forms.DecimalField(label="“左右”允许差(%)", min_value=0, max_value=100, max_digits=6, decimal_places=2)
    red_points_behind = forms.DecimalField(label="总量亮红灯:落后序时(百分点)", min_value=0, max_value=100, max_digits=6, decimal_places=2)
    red_rate_points = forms.DecimalField(label="增速亮红灯:低于目标(百分点)", min_value=0, max_value=100, max_digits=6, decimal_places=2)
    unreported_days = forms.IntegerField(label="多少天未见进展即提醒", min_value=1, max_value=366)
    escalate_days = forms.IntegerField(label="预警升级间隔(天)", min_value=1, max_value=90)
    four_eyes = forms.BooleanField(label="录入人不得确认本人录入的目标", required=False)
    version = forms.IntegerField(widget=forms.HiddenInput)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name, field in self.fields.items():
            field.widget.attrs["class"] = _WIDGETS.get(name, "form-control")

    @classmethod
    def showing(cls, rules: OfficeSettings) -> "SettingsForm":
        shown = {name: getattr(rules, name) for name in (*RULES, "version")}
        return cls(initial={**shown, "curve": ",".join(str(each) for each in rules.curve)})

    def clean_curve(self) -> list[str]:
        """Twelve rising shares as strings, so that JSON keeps them exact; or none."""
        said = self.cleaned_data["curve"].replace(",", ",").replace("、", ",").strip()
        if not said:
            return []
        shares = [_percent(each) for each in said.split(",")]
        if len(shares) != MONTHS or shares != sorted(shares) or shares[-1] != 100 or shares[0] < 0:
            raise ValidationError("应为12个不减的百分数,最后一个为100。")
        return [str(each) for each in shares]

    def clean(self) -> dict[str, Any]:
        said = super().clean() or self.cleaned_data
        if said.get("ask_above", 0) > said.get("take_above", 1):
            self.add_error("ask_above", "不能高于自动采用的匹配分。")
        return said


_WIDGETS = {"four_eyes": "form-check-input d-block"}


def _percent(said: str) -> Decimal:
    try:
        share = Decimal(said.strip().rstrip("%"))
    except InvalidOperation as error:
        raise ValidationError(f"“{said.strip()}”不是数字。") from error
    if not share.is_finite():
        raise ValidationError(f"“{said.strip()}”不是数字。")
    return share
