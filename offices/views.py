"""设置 and 审计."""

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_GET, require_http_methods
from django_tables2 import RequestConfig

from offices import audit, trail
from offices.filters import AuditFilter
from offices.forms import RULES, SettingsForm
from offices.models import Membership, OfficeSettings
from offices.permissions import ADMINS, AUDITORS, home_of, require_role
from offices.tables import AuditTable

CONFLICT = "设置刚被他人修改过。下面已换成最新内容,请核对后重新填写。"


@require_http_methods(["GET", "POST"])
@require_role(*ADMINS)
def settings_page(request: HttpRequest) -> HttpResponse:
    """设置: the rules in force at the administrator's own office; each change is in the trail with before and after."""
    rules = OfficeSettings.of(home_of(request.user, ADMINS))
    form = SettingsForm(request.POST) if request.method == "POST" else SettingsForm.showing(rules)
    status = 200
    if request.method == "POST" and form.is_valid():
        if _write(request, rules, form.cleaned_data):
            messages.success(request, "设置已保存,下次研判起按新规则计算。")
            return redirect("offices:settings")
        form, status = SettingsForm.showing(OfficeSettings.of(rules.office)), 409
        messages.error(request, CONFLICT)
    people = Membership.objects.filter(office=rules.office).select_related("user", "department").order_by("role", "user__name", "pk")
    return render(request, "offices/settings.html", {"form": form, "office": rules.office, "people": people}, status=status)


def _write(request: HttpRequest, rules: OfficeSettings, said: dict[str, Any]) -> bool:
    before = {name: getattr(rules, name) for name in RULES}
    after = {name: said[name] for name in RULES}
    if before == after:
        return True
    # The marks of matching decide what is evidence at all: the next sweep has everything matched again.
    rematch = rules.rematch or any(before[name] != after[name] for name in ("take_above", "ask_above"))
    written = rules.change(version=said["version"], rematch=rematch, **after)
    audit.record("settings.change", office=rules.office, request=request, subject=rules, before=before, after=after, success=written)
    return written


@require_GET
@require_role(*AUDITORS)
def audit_list(request: HttpRequest) -> HttpResponse:
    """审计: what happened in the auditor's offices, and what their people did where no office applies (sign-in, refusals)."""
    found = AuditFilter(request.GET, queryset=trail.visible_to(request.user).select_related("user", "office"))
    table = AuditTable(found.qs, order_by=("-at",))
    RequestConfig(request, paginate={"per_page": 50}).configure(table)
    return render(request, "offices/audit.html", {"table": table, "filter": found})
