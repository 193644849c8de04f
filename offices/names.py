"""Names that people give: shown to others, so they hold nothing that hides, turns or breaks a line."""

import unicodedata

from django import forms

_HIDDEN = frozenset({"Cc", "Cf", "Cs", "Co", "Zl", "Zp"})


def shown(name: str) -> str:
    """Without control characters and marks that turn the direction of writing; one blank between words."""
    return " ".join("".join(each for each in name if unicodedata.category(each) not in _HIDDEN or each.isspace()).split())


class NameField(forms.CharField):
    """A line of text that is shown to others."""

    def to_python(self, value: object) -> str:
        return shown(super().to_python(value) or "")
