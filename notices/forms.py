"""What a drafter fills in for a letter, and the template an office puts in place of ours."""

import datetime
from typing import Any

from django import forms
from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import UploadedFile
from django.core.validators import validate_email

from notices.drafts import NEEDED, Fields, names_in
from notices.models import LetterTemplate, Receiver
from notices.outgoing import OutgoingError, addresses_in, checked
from offices.models import Department

MOST = 5 * 1024 * 1024
_SELECT = {"class": "form-select"}
_CONTROL = {"class": "form-control"}


class LetterForm(forms.Form):
    """期号, 主送 and the rest; gives `Fields`."""

    issue = forms.CharField(label="期号", max_length=60, required=False)
    to = forms.CharField(label="主送", max_length=200, required=False, initial="各科室、各责任单位")
    report = forms.CharField(label="报", max_length=200, required=False)
    copies = forms.CharField(label="送", max_length=200, required=False)
    signer = forms.CharField(label="签发人", max_length=60, required=False)
    signature = forms.CharField(label="落款", max_length=100, required=False)
    date = forms.DateField(label="日期", widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"))
    days = forms.IntegerField(label="反馈期限(工作日)", min_value=1, max_value=30, initial=3, help_text="核对反馈:几个工作日内提出异议。")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for field in self.fields.values():
            field.widget.attrs.setdefault("class", "form-control")

    def said(self, until: datetime.date | None) -> Fields:
        return Fields(until=until, **self.cleaned_data)


class TemplateForm(forms.Form):
    """A Word file that names what a letter of its kind cannot do without."""

    kind = forms.ChoiceField(label="种类", choices=LetterTemplate.Kind.choices, widget=forms.Select(attrs={"class": "form-select"}))
    file = forms.FileField(label="模板(.docx)", widget=forms.FileInput(attrs={"class": "form-control", "accept": ".docx"}))

    def clean(self) -> dict[str, Any]:
        said = super().clean() or self.cleaned_data
        file: UploadedFile[Any] | None = said.get("file")
        if file is None or not said.get("kind"):
            return said
        if not file.size or file.size > MOST:
            raise ValidationError("模板不能为空,也不能超过5MB。")
        try:
            missing = NEEDED[said["kind"]] - names_in(file.read())
        except ValueError as error:
            raise ValidationError(str(error)) from error
        if missing:
            raise ValidationError(f"模板里缺少{'、'.join(f'{{{{{name}}}}}' for name in sorted(missing))},请从系统下载现用模板修改。")
        return said


class ReceiverForm(forms.Form):
    """通知渠道. What is wrong with an address is said here; whether somebody answers there, by 测试."""

    kind = forms.ChoiceField(label="种类", choices=Receiver.Kind.choices, widget=forms.Select(attrs=_SELECT))
    name = forms.CharField(label="名称", max_length=60, widget=forms.TextInput(attrs=_CONTROL))
    address = forms.CharField(label="地址", max_length=500, widget=forms.TextInput(attrs={"autocomplete": "off", **_CONTROL}),
                              help_text="邮件填邮箱,多个用逗号分隔;群机器人填它的 Webhook 地址;其它系统填接收地址。")
    secret = forms.CharField(label="签名密钥", max_length=200, required=False,
                             widget=forms.PasswordInput(attrs={"autocomplete": "new-password", **_CONTROL}),
                             help_text="钉钉、飞书机器人选“加签”时填;其它系统用它核对 X-Signature。留空不改动。")
    department = forms.ModelChoiceField(label="责任单位", queryset=Department.objects.none(), required=False,
                                        empty_label="本单位(未分工、升级到领导和逾期未报的)", widget=forms.Select(attrs=_SELECT))
    every = forms.BooleanField(label="各责任单位的通知也发到这里", required=False, help_text="只在上一项选本单位时适用。",
                               widget=forms.CheckboxInput(attrs={"class": "form-check-input d-block"}))
    active = forms.BooleanField(label="启用", required=False, widget=forms.CheckboxInput(attrs={"class": "form-check-input d-block"}))

    def __init__(self, data: Any = None, *, receiver: Receiver) -> None:
        shown = {name: getattr(receiver, name) for name in ("kind", "name", "address", "department", "every", "active")}
        super().__init__(data, initial=shown)
        self.fields["department"].queryset = Department.objects.filter(office=receiver.office)  # type: ignore[attr-defined]
        self.kept_secret = receiver.secret

    def clean(self) -> dict[str, Any]:
        said = super().clean() or self.cleaned_data
        if said.get("kind") == Receiver.Kind.EMAIL and said.get("address"):
            self._check_mail(said["address"])
        elif said.get("address"):
            try:
                checked(said["address"])
            except OutgoingError as error:
                self.add_error("address", str(error))
        return said

    def _check_mail(self, said: str) -> None:
        for each in addresses_in(said):
            try:
                validate_email(each)
            except ValidationError:
                self.add_error("address", f"“{each}”不是有效的邮箱。")
                return
            if settings.MAIL_DOMAINS and each.rpartition("@")[2].lower() not in settings.MAIL_DOMAINS:
                self.add_error("address", f"“{each}”不在允许发信的域名里,请联系系统管理员(MAIL_DOMAINS)。")
                return

    def said(self) -> dict[str, Any]:
        """The columns; an empty secret keeps the one there is."""
        return {**self.cleaned_data, "secret": self.cleaned_data["secret"] or self.kept_secret}
