"""设置 and 审计."""

from io import BytesIO
from typing import Any

from django.contrib import messages
from django.http import FileResponse, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_GET, require_http_methods

from offices import audit, paging, trail
from offices.conflicts import TOLD, keep_both
from offices.filters import AuditFilter
from offices.forms import RULES, SettingsForm
from offices.models import OfficeSettings
from offices.permissions import ADMINS, AUDITORS, home_of, offices_of, require_role
from offices.tables import AuditTable


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
        form, status = keep_both(form, SettingsForm.showing(OfficeSettings.of(rules.office))), 409
        messages.error(request, f"设置{TOLD}")
    return render(request, "offices/settings.html", {"form": form, "office": rules.office}, status=status)


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


def _narrowed(request: HttpRequest) -> AuditFilter:
    offices = list(offices_of(request.user, *AUDITORS).order_by("path", "pk"))
    rows = trail.visible_to(request.user).select_related("user", "office")
    return AuditFilter(request.GET, queryset=rows, offices=offices)


@require_GET
@require_role(*AUDITORS)
def audit_list(request: HttpRequest) -> HttpResponse:
    """审计: what happened in the auditor's offices, sign-ins and refusals of their people included."""
    found = _narrowed(request)
    table = AuditTable(found.qs, order_by=("-at",))
    paging.configure(request, table, per_page=50)
    query = request.GET.copy()
    query.pop("page", None)
    return render(request, "offices/audit.html", {"table": table, "filter": found, "query": query.urlencode(), "most": trail.MOST_EXPORTED})


@require_GET
@require_role(*AUDITORS)
def audit_export(request: HttpRequest) -> FileResponse:
    """导出 of what the filter leaves, the latest first, as a sheet or as CSV; that it went out is an entry itself."""
    found = _narrowed(request)
    file = "csv" if request.GET.get("file") == "csv" else "xlsx"
    out = BytesIO()
    count = trail.write(found.qs.order_by("-at", "-pk"), out, file=file)
    out.seek(0)
    audit.record("trail.export", office=home_of(request.user, AUDITORS), request=request,
                 after={"count": count, "file": file, "filter": found.in_words()})
    name = f"审计记录{timezone.localdate():%Y%m%d}.{file}"
    return FileResponse(out, as_attachment=True, filename=name, content_type=trail.TYPES[file])
