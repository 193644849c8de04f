"""设置: the rules an office sets for itself. 人员: who works in an office, and as what."""

from decimal import Decimal, InvalidOperation
from typing import Any

from django import forms
from django.core.exceptions import ValidationError

from offices.models import Department, Membership, Office, OfficeSettings, Role, User
from offices.names import NameField
from offices.permissions import clash

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
    four_eyes = forms.BooleanField(label="录入人不得确认本人录入的目标", required=False, help_text="单位有3名以上督查员时生效。")
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
        said = self.cleaned_data["curve"].replace("\uff0c", ",").replace("、", ",").strip()
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


# --- people -----------------------------------------------------------------------------------------------------------------


class RolesForm(forms.Form):
    """What a person does in one office. A 责任单位 role names the department it speaks for, an existing one or a new one."""

    name = NameField(label="姓名", max_length=50)
    roles = forms.MultipleChoiceField(label="在本单位的角色", choices=Role.choices, required=False, widget=forms.CheckboxSelectMultiple)
    department = NameField(label="责任单位", max_length=100, required=False,
                           help_text="角色含“责任单位”时填写;写新名称即新增一个责任单位。")

    def __init__(self, *args: Any, office: Office, person: User | None = None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.office, self.person = office, person
        self.departments = Department.objects.filter(office=office).order_by("name", "pk")
        for field in self.fields.values():
            if not isinstance(field.widget, forms.CheckboxSelectMultiple | forms.CheckboxInput):
                field.widget.attrs["class"] = "form-control"
        self.fields["department"].widget.attrs["list"] = "departments"

    def elsewhere(self) -> list[Membership]:
        """What the person does in other offices."""
        if self.person is None:
            return []
        return list(self.person.memberships.exclude(office=self.office).select_related("office").order_by("office__path", "role"))

    def clean(self) -> dict[str, Any]:
        said = super().clean() or self.cleaned_data
        others = [each.role for each in self.elsewhere()]
        if not said.get("roles") and not others:
            self.add_error("roles", "至少保留一个角色;不再使用的账号请停用。")
        if why := clash([*said.get("roles", ()), *others]):
            self.add_error("roles", why)
        if Role.UNIT in said.get("roles", ()) and not said.get("department"):
            self.add_error("department", "“责任单位”角色要写明是哪个责任单位。")
        return said


class NewPersonForm(RolesForm):
    """A person who has no account yet."""

    username = forms.CharField(label="用户名", max_length=150, validators=[User.username_validator],
                               help_text="登录用,全系统唯一,只含文字、数字和 @.+-_ 。")

    field_order = ("username", "name", "roles", "department")

    def clean_username(self) -> str:
        said: str = User.normalize_username(self.cleaned_data["username"]).strip()
        if User.objects.filter(username__iexact=said).exists():
            raise ValidationError("这个用户名已被使用,请换一个。")
        return said


class PersonForm(RolesForm):
    """An account that is there. `version` tells whether somebody else was first."""

    is_active = forms.BooleanField(label="可以登录", required=False, help_text="停用后立即退出登录,记录全部保留。",
                                   widget=forms.CheckboxInput(attrs={"class": "form-check-input d-block"}))
    version = forms.IntegerField(widget=forms.HiddenInput)

    @classmethod
    def showing(cls, person: User, office: Office) -> "PersonForm":
        held = list(Membership.objects.filter(user=person, office=office).select_related("department").order_by("pk"))
        department = next((each.department.name for each in held if each.department), "")
        return cls(office=office, person=person, initial={
            "name": person.name, "roles": [each.role for each in held], "department": department, "is_active": person.is_active,
            "version": person.version})


class OfficeForm(forms.Form):
    """The name of an office; below which one a new office stands is asked for beside it."""

    name = NameField(label="单位名称", max_length=100, widget=forms.TextInput(attrs={"class": "form-control"}))
    version = forms.IntegerField(widget=forms.HiddenInput, required=False)

    def __init__(self, *args: Any, parent: Office | None, office: Office | None = None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.parent, self.office = parent, office

    def clean_name(self) -> str:
        said: str = self.cleaned_data["name"]
        same = Office.objects.filter(name=said, parent=self.parent)
        if (same.exclude(pk=self.office.pk) if self.office else same).exists():
            raise ValidationError("同一上级下已有这个名称的单位。")
        return said
