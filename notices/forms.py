"""What a drafter fills in for a letter, and the template an office puts in place of ours."""

import datetime
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import UploadedFile

from notices.drafts import NEEDED, Fields, names_in
from notices.models import LetterTemplate

MOST = 5 * 1024 * 1024


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
