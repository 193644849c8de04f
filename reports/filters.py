"""What the lists of this app narrow by."""

import django_filters
from django import forms

from reports.models import Flag, FlagQuerySet

SELECT = {"class": "form-select form-select-sm", "data-submit-on-change": ""}
STATES = (("standing", "未解除"), *Flag.State.choices)


class FlagFilter(django_filters.FilterSet):
    state = django_filters.ChoiceFilter(
        label="状态", choices=STATES, empty_label="全部状态", method="in_state", widget=forms.Select(attrs=SELECT))
    rule = django_filters.ChoiceFilter(label="类型", choices=Flag.Rule.choices, empty_label="全部类型", widget=forms.Select(attrs=SELECT))
    step = django_filters.ChoiceFilter(label="层级", choices=Flag.Step.choices, empty_label="全部层级", widget=forms.Select(attrs=SELECT))

    class Meta:
        model = Flag
        fields: tuple[str, ...] = ()

    def in_state(self, rows: FlagQuerySet, _: str, value: str) -> FlagQuerySet:
        return rows.standing() if value == "standing" else rows.filter(state=value)
