"""What a person types about a document."""

import datetime
import re
from pathlib import PurePath
from typing import Any

from django import forms
from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import UploadedFile

from documents.models import Document, Kind, Origin
from offices.models import Office
from offices.permissions import EDITORS, Person, memberships_of

ACCEPTED = ".txt,.docx,.doc,.wps,.rtf,.odt,.pdf,.xlsx,.xls,.et,.ods,.html,.htm,.mht,.mhtml,.png,.jpg,.jpeg,.tif,.tiff,.bmp,.zip"
FIRST_YEAR, LAST_YEAR = 1990, 2100


class SeveralFiles(forms.ClearableFileInput):
    allow_multiple_selected = True


class SeveralFilesField(forms.FileField):
    """One or more files. Empty ones pass here: each file gets its own sentence at intake, and the others go on."""

    def clean(self, data: Any, initial: Any = None) -> Any:
        if not data:
            raise ValidationError("请选择至少一个文件。")
        return data if isinstance(data, list) else [data]


PROOFS = (".pdf", ".doc", ".docx", ".wps", ".xls", ".xlsx", ".et", ".txt", ".png", ".jpg", ".jpeg", ".zip", ".rar", ".ofd")


class ProofField(forms.FileField):
    """A file that is kept as it is beside an answer or a 批示; nobody reads it but people."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(required=False, widget=forms.FileInput(attrs={"accept": ",".join(PROOFS), "class": "form-control"}),
                         error_messages={"empty": "附件是空文件。"}, **{"label": "附件", **kwargs})

    def clean(self, data: Any, initial: Any = None) -> Any:
        file: UploadedFile[Any] | None = super().clean(data, initial)
        if file is None:
            return None
        if (file.size or 0) > settings.UPLOAD_LIMIT:
            raise ValidationError(f"附件不能超过{settings.UPLOAD_LIMIT // 1024 // 1024}MB。")
        if PurePath(file.name or "").suffix.lower() not in PROOFS:
            raise ValidationError(f"附件只收这些类型:{'、'.join(each[1:] for each in PROOFS)}。")
        return file


class UploadForm(forms.Form):
    uploads = SeveralFilesField(
        label="文件(可多选)", widget=SeveralFiles(attrs={"class": "form-control", "accept": ACCEPTED}),
        help_text="支持 Word(.docx、.doc、.wps)、PDF、Excel(.xlsx、.xls)、网页(.html)、文本(.txt)、图片和装有这些文件的 .zip;"
                  "同一文件重复上传会被识别。",
    )
    origin = forms.ChoiceField(label="目标来源", choices=Origin.choices, initial=Origin.ANNUAL,
                               widget=forms.Select(attrs={"class": "form-select"}))
    office = forms.ModelChoiceField(label="单位", queryset=Office.objects.none(), empty_label=None,
                                    widget=forms.Select(attrs={"class": "form-select"}))

    def __init__(self, *args: Any, user: Person, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        offices = Office.objects.filter(pk__in=memberships_of(user, *EDITORS).values("office"))
        self.fields["office"].queryset = offices  # type: ignore[attr-defined]
        self.fields["office"].initial = offices.first()


class CorrectionForm(forms.Form):
    """Title, kind, year and cut-off of a document, as a person says them. `version` tells whether somebody else was first."""

    title = forms.CharField(label="标题", max_length=255, required=False, widget=forms.TextInput(attrs={"class": "form-control"}))
    kind = forms.ChoiceField(label="种类", choices=Kind.choices, widget=forms.Select(attrs={"class": "form-select"}))
    year = forms.IntegerField(label="年度", required=False, min_value=FIRST_YEAR, max_value=LAST_YEAR,
                              widget=forms.NumberInput(attrs={"class": "form-control"}),
                              help_text="计划填目标年度,总结填所总结的年度。")
    cutoff = forms.CharField(label="截至(年月)", required=False, help_text="总结数据截至的月份,如 2025-06;计划留空。",
                             widget=forms.TextInput(attrs={"class": "form-control", "type": "month", "placeholder": "2025-06"}))
    origin = forms.ChoiceField(label="目标来源", choices=Origin.choices, widget=forms.Select(attrs={"class": "form-select"}))
    version = forms.IntegerField(widget=forms.HiddenInput)

    @classmethod
    def showing(cls, document: Document) -> "CorrectionForm":
        cutoff = document.cutoff.strftime("%Y-%m") if document.cutoff else ""
        shown = {name: getattr(document, name) for name in ("title", "kind", "year", "origin", "version")}
        return cls(initial={**shown, "cutoff": cutoff})

    def clean_cutoff(self) -> datetime.date | None:
        """The first day of the month, from 2025-06 or 2025年6月."""
        said = self.cleaned_data["cutoff"].strip()
        if not said:
            return None
        found = re.fullmatch(r"(?P<year>\d{4})(?:-|年)(?P<month>\d{1,2})月?", said, re.ASCII)
        if found is None or not (1 <= int(found["month"]) <= 12 and FIRST_YEAR <= int(found["year"]) <= LAST_YEAR):
            raise ValidationError("请按“2025-06”的样子填写年月。")
        return datetime.date(int(found["year"]), int(found["month"]), 1)
