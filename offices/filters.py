"""What the audit trail is narrowed by."""

import json
from typing import Any

import django_filters
from django import forms
from django.db.models import Q, QuerySet, TextField
from django.db.models.functions import Cast

from offices.models import AuditEntry, Office
from offices.tables import ACTIONS

SELECT = {"class": "form-select form-select-sm"}
LINE = {"class": "form-control form-control-sm"}
DATE = forms.DateInput(attrs={**LINE, "type": "date"}, format="%Y-%m-%d")
LONGEST = 100


class AuditFilter(django_filters.FilterSet):
    """From when to when, what, who, from where, in which office, with which result; and words in what was noted."""

    since = django_filters.DateFilter(label="从", field_name="at", lookup_expr="date__gte", widget=DATE)
    until = django_filters.DateFilter(label="到", field_name="at", lookup_expr="date__lte", widget=DATE)
    action = django_filters.ChoiceFilter(label="操作", choices=sorted(ACTIONS.items(), key=lambda each: each[1]), empty_label="全部操作",
                                         widget=forms.Select(attrs=SELECT))
    who = django_filters.CharFilter(label="用户", method="by_person", max_length=LONGEST,
                                    widget=forms.TextInput(attrs={**LINE, "placeholder": "姓名或用户名"}))
    address = django_filters.CharFilter(label="来源地址", field_name="address", lookup_expr="startswith", max_length=45,
                                        widget=forms.TextInput(attrs={**LINE, "placeholder": "来源地址"}))
    office = django_filters.ChoiceFilter(label="单位", field_name="office__public_id", empty_label="全部单位",
                                         widget=forms.Select(attrs=SELECT))
    success = django_filters.ChoiceFilter(label="结果", choices=[("1", "成功"), ("0", "未成")], empty_label="全部结果",
                                          widget=forms.Select(attrs=SELECT))
    q = django_filters.CharFilter(label="内容", method="speaks_of", max_length=LONGEST,
                                  widget=forms.TextInput(attrs={**LINE, "type": "search", "placeholder": "内容里的字"}))

    class Meta:
        model = AuditEntry
        fields: tuple[str, ...] = ()

    def __init__(self, *args: Any, offices: list[Office], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.filters["office"].extra["choices"] = [(str(each.public_id), each.name) for each in offices]
        if len(offices) < 2:
            del self.filters["office"]

    def by_person(self, rows: QuerySet[AuditEntry], _: str, value: str) -> QuerySet[AuditEntry]:
        return rows.filter(Q(user__name__icontains=value) | Q(user__username__icontains=value))

    def speaks_of(self, rows: QuerySet[AuditEntry], _: str, value: str) -> QuerySet[AuditEntry]:
        """Every word has to occur in what was noted before or after. One database keeps Chinese in JSON as it is, the other as escapes."""
        rows = rows.annotate(said_before=Cast("before", TextField()), said_after=Cast("after", TextField()))
        for word in value.split():
            either = Q()
            for form in {word, json.dumps(word)[1:-1]}:
                either |= Q(said_before__icontains=form) | Q(said_after__icontains=form)
            rows = rows.filter(either)
        return rows

    def in_words(self) -> dict[str, str]:
        """The filter as the trail notes it when its rows are exported."""
        said = self.form.cleaned_data if self.form.is_valid() else {}
        return {str(self.form.fields[name].label): str(value) for name, value in said.items() if value not in (None, "")}
