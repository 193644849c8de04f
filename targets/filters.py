"""What 目标清单, its export and the links of 总览 narrow by."""

import uuid
from collections.abc import Mapping, Sequence, Set
from typing import Any

import django_filters
from django import forms
from django.contrib.contenttypes.models import ContentType
from django.db.models import Count, Max, Min, Q, Subquery
from django.forms.utils import flatatt
from django.http import QueryDict
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString, mark_safe

from offices.models import Department, Office
from offices.permissions import OVERSEERS, READERS, Person, offices_of, sees_all
from targets import wording
from targets.models import SECTION_JOIN, Measure, Status, Target, TargetQuerySet, Turn

UNASSIGNED = "none"
NO_SECTION = "none"


class PlainSelect(forms.Select):
    """A select whose options are written by one join: the library renders a template for each, and an office above may have 500."""

    def render(self, name: str, value: Any, attrs: Any = None, renderer: Any = None) -> SafeString:
        del renderer
        said = {**self.attrs, **(attrs or {}), "name": name}
        chosen = {str(each) for each in ([value] if not isinstance(value, list) else value) if each is not None}
        options = format_html_join("", '<option value="{}"{}>{}</option>', (
            (key, mark_safe(" selected") if str(key) in chosen else "", label) for key, label in self.choices))
        return format_html("<select{}>{}</select>", flatatt(said), options)


SELECT = PlainSelect(attrs={"class": "form-select form-select-sm", "data-submit-on-change": ""})
TIERS = (("firm", "考核目标"), ("stretch", "奋斗目标"))
KINDS = (("figure", "数量指标"), ("milestone", "节点任务"))
CONFIRMED = (("person", "人工已核"), ("machine", "未经人工核对"), ("waiting", "有待核佐证"))
MORE = ("tier", "kind", "confirmed", "turn")
"""Fields that stand behind 更多条件: they are used less often, and a row of ten selects is read by nobody."""


YEARS_BACK = 15
"""So many years before the latest are offered."""


class TargetFilter(django_filters.FilterSet):
    """Choices are those that occur among the targets the person sees, so that no choice leads to an empty list by itself.

    Headings and departments are those of one office: where several are seen, they are offered once one is chosen.
    """

    year = django_filters.ChoiceFilter(label="年度", empty_label="全部年度", widget=SELECT)
    office = django_filters.ChoiceFilter(label="单位", empty_label="全部单位", field_name="office__public_id", widget=SELECT)
    status = django_filters.MultipleChoiceFilter(label="研判", choices=Status.choices, distinct=False, widget=forms.MultipleHiddenInput)
    standing = django_filters.MultipleChoiceFilter(
        label="任务项研判", choices=Status.choices, field_name="commitment__status", distinct=False, widget=forms.MultipleHiddenInput,
    )
    section = django_filters.ChoiceFilter(label="类别", empty_label="全部类别", method="in_section", widget=SELECT)
    department = django_filters.ChoiceFilter(label="责任单位", empty_label="全部责任单位", method="of_department", widget=SELECT)
    tier = django_filters.ChoiceFilter(label="层级", empty_label="考核与奋斗", choices=TIERS, method="of_tier", widget=SELECT)
    kind = django_filters.ChoiceFilter(label="性质", empty_label="全部性质", choices=KINDS, method="of_kind", widget=SELECT)
    confirmed = django_filters.ChoiceFilter(label="核对", empty_label="已核与未核", choices=CONFIRMED, method="of_confirmed", widget=SELECT)
    turn = django_filters.ChoiceFilter(label="较上期", empty_label="不论较上期", choices=Turn.choices, widget=SELECT)
    q = django_filters.CharFilter(label="搜索", method="speaks_of", widget=forms.TextInput(
        attrs={"class": "form-control form-control-sm", "type": "search", "placeholder": "搜指标、原文"}))

    class Meta:
        model = Target
        fields: tuple[str, ...] = ()

    def __init__(self, data: QueryDict | None, *, queryset: TargetQuerySet, years: Sequence[int] = (),
                 offices: Sequence[Office] = (), **kwargs: Any) -> None:
        super().__init__(data, queryset=queryset, **kwargs)
        self.filters["year"].extra["choices"] = [(year, f"{year}年") for year in years]
        self.filters["office"].extra["choices"] = [(str(each.public_id), each.name) for each in offices]
        self.several = len(offices) > 1
        if not self.several:
            del self.filters["office"]
        said: Mapping[str, Any] = data or {}
        asked = said.get("office", "")
        one = offices[0] if len(offices) == 1 else next((each for each in offices if str(each.public_id) == asked), None)
        if one:
            plain = queryset.order_by() if len(offices) == 1 else queryset.order_by().filter(office=one)
            chapters, departments = _chapters(plain), _departments(plain)
        else:
            chapters, departments = _named(said, {each.pk for each in offices})
        self.filters["department"].extra["choices"] = [(UNASSIGNED, "(未分工)"), *departments]
        self.filters["section"].extra["choices"] = chapters
        if not chapters:
            del self.filters["section"]

    @property
    def more_is_used(self) -> bool:
        return any(self.data.get(name) for name in MORE)

    def in_section(self, rows: TargetQuerySet, _: str, value: str) -> TargetQuerySet:
        if value == NO_SECTION:
            return rows.filter(section="")
        return rows.filter(Q(section=value) | Q(section__startswith=value + SECTION_JOIN))

    def of_department(self, rows: TargetQuerySet, _: str, value: str) -> TargetQuerySet:
        if value == UNASSIGNED:
            return rows.filter(lead__isnull=True)
        supported = Target.support.through.objects.filter(department__public_id=value).values("target")
        return rows.filter(Q(lead__public_id=value) | Q(pk__in=supported))

    def of_tier(self, rows: TargetQuerySet, _: str, value: str) -> TargetQuerySet:
        return rows.filter(stretch=value == "stretch")

    def of_kind(self, rows: TargetQuerySet, _: str, value: str) -> TargetQuerySet:
        return rows.filter(measure=Measure.MILESTONE) if value == "milestone" else rows.exclude(measure=Measure.MILESTONE)

    def of_confirmed(self, rows: TargetQuerySet, _: str, value: str) -> TargetQuerySet:
        if value == "waiting":
            return rows.filter(has_candidates=True)
        return rows.filter(confirmed_by__isnull=value == "machine")

    def speaks_of(self, rows: TargetQuerySet, _: str, value: str) -> TargetQuerySet:
        """Every word has to occur, in the indicator or in the sentence of its 任务项."""
        return wording.speaking_of(rows, value)

    def counts(self) -> tuple[dict[str, int], int]:
        """Targets by status under every filter but that of the status itself; and the 任务项 under all of them."""
        said: Mapping[str, Any] = self.form.cleaned_data if self.form.is_valid() else {}
        rows = self.queryset
        for name, value in said.items():
            if name != "status":
                rows = self.filters[name].filter(rows, value)
        chosen = said.get("status") or None
        if said.get("q") or not self.several:
            return _counted_at_once(rows, chosen)
        by_status = dict(rows.order_by().values_list("status").annotate(n=Count("*")))
        clauses = rows.filter(status__in=chosen) if chosen else rows
        return by_status, clauses.order_by().values("commitment").distinct().count()


def _counted_at_once(rows: TargetQuerySet, chosen: Sequence[str] | None) -> tuple[dict[str, int], int]:
    """A search reads every row, and one office has few, so one pass counts both; else an index answers each of two questions sooner."""
    clauses = Count("commitment", distinct=True, filter=Q(status__in=chosen) if chosen else None)
    by_status = {f"s_{each}": Count("status", filter=Q(status=each)) for each in ("", *Status.values)}
    found = rows.order_by().aggregate(clauses=clauses, **by_status)
    return {name.removeprefix("s_"): found[name] for name in by_status}, found["clauses"]


def narrow(user: Person, data: QueryDict) -> TargetFilter:
    """What 目标清单 shows a person under an address. Where it names no year, the one people work on; an empty year means all."""
    rows = Target.objects.visible_to(user).select_related("commitment", "lead", "office").standing().ranked()
    years, working = years_of(user)
    if "year" not in data and working:
        data = data.copy()
        data["year"] = str(working)
    offices = list(offices_of(user, *READERS).only("public_id", "name", "path").order_by("path", "pk"))
    return TargetFilter(data, queryset=rows, years=years, offices=offices)


def years_of(user: Person) -> tuple[list[int], int | None]:
    """The years from a person's latest target back to the first, and the one to show: the latest with evidence, else the latest."""
    dated = Target.objects.visible_to(user).standing().filter(year__isnull=False).order_by()
    said = _ends_of_index(dated) if sees_all(user, *OVERSEERS) else dated.aggregate(
        first=Min("year"), last=Max("year"), proven=Max("year", filter=Q(evidence_count__gt=0)))
    first, last = said["first"], said["last"]
    if first is None or last is None:
        return [], None
    return list(range(last, max(first, last - YEARS_BACK) - 1, -1)), said["proven"] or last


def _ends_of_index(dated: TargetQuerySet) -> dict[str, int | None]:
    """The same numbers where nothing but the year narrows: an aggregate would read every row, the ends of an index are two."""
    years = dated.values("year")
    proven = years.filter(evidence_count__gt=0)
    asked = {"first": years.order_by("year"), "last": years.order_by("-year"), "proven": proven.order_by("-year")}
    # Any table with a row will do as the frame of the question; this one is never empty and always small.
    frame: Any = ContentType.objects.order_by("pk")
    said: dict[str, int | None] = frame.values(**{name: Subquery(each[:1]) for name, each in asked.items()}).first()
    return said


Choices = list[tuple[str, str]]


def _named(said: Mapping[str, Any], offices: Set[int]) -> tuple[Choices, Choices]:
    """Heading and department that an address names, where all of them would be those of hundreds of offices."""
    section, department = said.get("section", ""), said.get("department", "")
    chapters = [(section, "(无类别)" if section == NO_SECTION else section)] if section else []
    try:
        found = Department.objects.filter(public_id=uuid.UUID(department)).first()
    except ValueError:
        found = None
    return chapters, [(department, found.name)] if found and found.office_id in offices else []


def _chapters(rows: TargetQuerySet) -> Choices:
    """The outermost headings, in the order of the document; what stands under none comes last."""
    found = [section.split(SECTION_JOIN)[0] for section in rows.order_by("document", "start").values_list("section", flat=True)]
    named = [(each, each) for each in dict.fromkeys(found) if each]
    return [*named, (NO_SECTION, "(无类别)")] if named and "" in found else named


def _departments(rows: TargetQuerySet) -> Choices:
    supporting = Target.support.through.objects.filter(target__in=rows.values("pk")).values("department")
    found = Department.objects.filter(Q(pk__in=rows.values("lead")) | Q(pk__in=supporting)).order_by("name", "pk")
    return [(str(each.public_id), each.name) for each in found]
