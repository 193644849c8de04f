"""What people type about flags and evidence."""

from django import forms

from offices.models import Office
from offices.permissions import Person, memberships_of


class AnswerForm(forms.Form):
    """A unit's answer to a flag; `version` is the one the person saw."""

    answer = forms.CharField(label="答复", max_length=2000, widget=forms.Textarea(attrs={"rows": 2, "class": "form-control"}))
    version = forms.IntegerField(widget=forms.HiddenInput)


class VersionForm(forms.Form):
    """A deed without words of its own: only what the person saw when doing it."""

    version = forms.IntegerField(widget=forms.HiddenInput)


class RunForm(forms.Form):
    """Which office is to be checked now: one in which the person holds a role that may."""

    office = forms.ModelChoiceField(label="单位", queryset=Office.objects.none(), to_field_name="public_id")

    def __init__(self, *args: object, user: Person, roles: frozenset[str], **kwargs: object) -> None:
        super().__init__(*args, **kwargs)  # type: ignore[arg-type]
        self.fields["office"].queryset = Office.objects.filter(  # type: ignore[attr-defined]
            pk__in=memberships_of(user, *roles).values("office"))
