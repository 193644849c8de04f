"""What the audit trail is narrowed by."""

import django_filters
from django import forms

from offices.models import AuditEntry
from offices.tables import ACTIONS


class AuditFilter(django_filters.FilterSet):
    action = django_filters.ChoiceFilter(label="操作", choices=list(ACTIONS.items()), empty_label="全部操作",
                                         widget=forms.Select(attrs={"class": "form-select form-select-sm"}))
    who = django_filters.CharFilter(label="用户", field_name="user__name", lookup_expr="contains",
                                    widget=forms.TextInput(attrs={"class": "form-control form-control-sm", "placeholder": "姓名"}))
    success = django_filters.ChoiceFilter(label="结果", choices=[("1", "成功"), ("0", "未成")], empty_label="全部结果",
                                          widget=forms.Select(attrs={"class": "form-select form-select-sm"}))

    class Meta:
        model = AuditEntry
        fields = ("action", "who", "success")
