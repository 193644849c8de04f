"""A second writer is told, and sees both: what they typed stays in the form, beside each field that differs stands what is there now."""

from decimal import Decimal, InvalidOperation
from typing import Any

from django import forms

TOLD = "刚被他人改过。您填的内容还在下面,与现有内容不同之处已逐项注明;核对后再保存。"


def keep_both(form: Any, fresh: forms.BaseForm) -> Any:
    """The bound form, ready to be saved over what is there now; each field that differs carries `now`, what stands there.

    `fresh` is an unbound form of the same kind that shows the row as it is now, its version included.
    """
    form.data = form.data.copy()
    form.data["version"] = str(fresh["version"].value())
    for name, field in form.fields.items():
        mine, theirs = _words(form, name), _words(fresh, name)
        if name != "version" and not _same(mine, theirs):
            field.now = theirs or "(空)"
    return form


def _same(mine: str, theirs: str) -> bool:
    """30 and 30.00 are one."""
    try:
        return mine == theirs or Decimal(mine) == Decimal(theirs)
    except InvalidOperation:
        return False


def _words(form: forms.BaseForm, name: str) -> str:
    """What a field of the form says, choices by their labels."""
    field, value = form.fields[name], form[name].value()
    if isinstance(field, forms.BooleanField):
        return "是" if value not in (None, False, "", "False", "false", "0") else "否"
    labels = {str(getattr(key, "value", key)): str(label) for key, label in getattr(field, "choices", ())}
    values = value if isinstance(value, list | tuple | set) else [value]
    said = [_plain(field, each) for each in values]
    return "、".join(labels.get(each, each) for each in said if each)


def _plain(field: forms.Field, value: Any) -> str:
    if value is None:
        return ""
    if hasattr(value, "pk"):
        return str(getattr(value, getattr(field, "to_field_name", None) or "pk"))
    said = field.widget.format_value(value)
    return "" if said is None else str(said[0] if isinstance(said, list) and len(said) == 1 else said).strip()
