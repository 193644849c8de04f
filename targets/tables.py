"""目标清单: what a cell shows."""

from collections.abc import Iterable, Iterator
from decimal import Decimal

import django_tables2 as tables
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString, mark_safe

from targets.models import Target, decimal_text

WAITING = mark_safe(' <span class="badge text-bg-warning" title="有待人工核对的佐证">待核</span>')
STRETCH = mark_safe(' <span class="badge text-bg-light border">奋斗目标</span>')
CONFIRMED = mark_safe(' <span class="badge text-bg-light border" title="已由人工核对">已核</span>')
WHOLE = {"td": {"class": "text-nowrap"}}
REVISED = mark_safe(' <span class="badge text-bg-light border" title="目标值经批准调整过">调整</span>')
MILESTONE = mark_safe('<span class="badge text-bg-light border" title="没有数字、看是否做到的任务">节点</span> ')
NUMBER = {"td": {"class": "num"}, "th": {"class": "num"}}
ALWAYS = ("pick", "status", "indicator")
"""Columns that cannot be put away: without them a row says nothing."""
USUAL = ("status", "number", "indicator", "value", "unit", "actual", "percent", "distance", "expected", "lead", "due", "evidence_date")


def light_of(target: Target) -> SafeString:
    """The light with its word: a colour never stands alone."""
    word = target.word or target.get_status_display() or "研判中"
    return format_html('<span class="light light-{}">{}</span>', target.light or "grey", word)


def without_unit(target: Target) -> str:
    """The reported figure without the unit that has a column of its own: 46, 2.9(预计); as it stands where it has another unit."""
    if not target.unit:
        return target.actual_text
    number, unit, rest = target.actual_text.partition(target.unit)
    plain = unit and (not rest or rest.startswith("(")) and number.replace(".", "").lstrip("-").isdigit()
    return f"{number}{rest}" if plain else target.actual_text


class TargetTable(tables.Table):
    """Each order ends in the key, so that paging neither skips nor repeats."""

    pick = tables.Column("选", orderable=False, empty_values=(), attrs={"th": {"class": "pick"}, "td": {"class": "pick"}})
    status = tables.Column("研判", order_by=("badness", "shortfall", "pk"), empty_values=(), attrs=WHOLE)
    number = tables.Column("序号", order_by=("document_id", "start", "pk"), empty_values=(), attrs=WHOLE)
    indicator = tables.Column("指标(任务)", order_by=("indicator", "pk"))
    value = tables.Column("年度目标", order_by=("value", "pk"), empty_values=(), attrs=NUMBER)
    unit = tables.Column("单位", order_by=("unit", "pk"))
    actual = tables.Column("完成数", order_by=("actual", "pk"), empty_values=(), attrs=NUMBER)
    percent = tables.Column("完成率", order_by=("percent", "pk"), empty_values=(), attrs=NUMBER)
    distance = tables.Column("差距", order_by=("distance", "pk"), empty_values=(), attrs=NUMBER)
    expected = tables.Column("序时(%)", order_by=("expected", "pk"), empty_values=(), attrs=NUMBER)
    lead = tables.Column("牵头单位", order_by=("lead__name", "pk"), empty_values=())
    due = tables.Column("完成时限", order_by=("due", "pk"), empty_values=(), attrs=NUMBER)
    evidence_date = tables.Column("数据截至", order_by=("evidence_date", "pk"), empty_values=(), attrs=NUMBER)
    section = tables.Column("类别", order_by=("section", "pk"))
    office = tables.Column("单位名称", order_by=("office__path", "pk"), accessor="office__name")
    turn = tables.Column("较上期", order_by=("turn", "pk"))
    confirmed_by = tables.Column("核对人", order_by=("confirmed_by", "pk"), empty_values=())

    class Meta:
        model = Target
        fields = ("pick", *USUAL, "section", "office", "turn", "confirmed_by")
        attrs = {"class": "table table-sm table-hover align-middle targets"}
        empty_text = "没有符合条件的目标。换个条件,或点“清除”看全部。"

    @classmethod
    def optional(cls) -> list[tuple[str, str]]:
        """The columns a person may choose, with their headings."""
        return [(name, str(column.verbose_name)) for name, column in cls.base_columns.items() if name not in ALWAYS]

    @classmethod
    def hidden(cls, chosen: Iterable[str]) -> tuple[str, ...]:
        """The columns that stay away when a person chose these; the usual ones where nothing known was chosen."""
        known = {name for name, _ in cls.optional()} & set(chosen)
        return tuple(name for name, _ in cls.optional() if name not in (known or USUAL))

    def render_pick(self, record: Target) -> SafeString:
        return format_html('<input class="form-check-input" type="checkbox" form="bulk" name="picks" value="{}.{}" aria-label="选择 {}">',
                           record.public_id, record.version, record.indicator)

    def render_status(self, record: Target) -> SafeString:
        return format_html("{}{}", light_of(record), WAITING if record.has_candidates else "")

    def render_number(self, record: Target) -> str:
        return record.number

    def render_indicator(self, record: Target) -> SafeString:
        before, after = MILESTONE if record.is_milestone else "", STRETCH if record.stretch else ""
        return format_html('{}<a href="{}" hx-boost="false">{}</a>{}{}', before, record.get_absolute_url(), record.indicator, after,
                           CONFIRMED if record.confirmed_by_id else "")

    def render_value(self, record: Target) -> SafeString:
        return format_html("{}{}", record.target_words, REVISED if getattr(record, "revised", False) else "")

    def render_actual(self, record: Target) -> str:
        return without_unit(record) or "—"

    def render_percent(self, record: Target) -> str | SafeString:
        """A bar up to 100 beside the uncapped number."""
        if record.percent is None:
            return "—"
        return format_html('<progress class="bar light-{}" max="100" value="{}" aria-hidden="true"></progress> {}%',
                           record.light or "grey", min(max(record.percent, Decimal(0)), Decimal(100)), record.percent)

    def render_distance(self, record: Target) -> str:
        return record.signed_difference

    def render_expected(self, record: Target) -> str:
        return decimal_text(record.expected) or "—"

    def render_lead(self, record: Target) -> str | SafeString:
        return record.lead.name if record.lead else format_html('<span class="text-body-secondary">{}</span>', "未分工")

    def render_due(self, record: Target) -> str:
        return f"{record.due:%Y-%m}" if record.due else "—"

    def render_evidence_date(self, record: Target) -> str:
        return f"{record.evidence_date:%Y-%m}" if record.evidence_date else "—"

    def render_confirmed_by(self, record: Target) -> str:
        return record.confirmed_by.get_full_name() if record.confirmed_by else "系统"

    def render_unit(self, record: Target) -> str:
        return record.unit or "—"

    def render_section(self, record: Target) -> str:
        return record.section or "—"

    def render_office(self, record: Target) -> str:
        return record.office.name

    def render_turn(self, record: Target) -> str:
        return record.get_turn_display() or "—"

    def lines(self) -> Iterator[SafeString]:
        """The rows of the page as HTML. The library looks every cell's function up anew, which takes most of the time of a page."""
        drawn = [(getattr(self, f"render_{column.name}"), _class(column)) for column in self.columns.iterall() if column.visible]
        for row in self.paginated_rows:
            cells = format_html_join("", "<td{}>{}</td>", ((style, draw(record=row.record)) for draw, style in drawn))
            yield format_html("<tr>{}</tr>", cells)


def _class(column: tables.columns.BoundColumn) -> SafeString:
    name = column.column.attrs.get("td", {}).get("class", "")
    return format_html(' class="{}"', name) if name else mark_safe("")
