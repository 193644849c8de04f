"""What is counted on the ledger, by 任务项, and the order of bad news."""

from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal

from reports.ledgers.rows import BAD, GOOD, LedgerRow
from reports.outcomes import worst_status
from targets.counting import shares
from targets.models import SECTION_JOIN, Status

ORDER = (Status.MET, Status.ON_TRACK, Status.LAGGING, Status.MISSED, Status.UNREPORTED, Status.UNCLEAR, Status.NOT_DUE)
RATES = ("growth", "change", "ratio")


@dataclass(frozen=True, slots=True)
class Count:
    """A row of the sheet 汇总: how many 任务项 of a group have which status; `share` are those that reached 序时, in %."""

    kind: str
    name: str
    counts: Mapping[str, int]
    share: Decimal | None = None

    @property
    def total(self) -> int:
        return sum(self.counts.values())


def items(rows: Iterable[LedgerRow]) -> dict[str, str]:
    """The status of each 任务项: that of its worst firm line."""
    lines: dict[str, list[tuple[str, bool]]] = defaultdict(list)
    for row in rows:
        lines[row.item].append((row.status, row.stretch))
    return {item: worst_status(group) for item, group in lines.items()}


def summary(rows: Sequence[LedgerRow], *, told: Sequence[LedgerRow] | None = None) -> str:
    """The head of a notice, counted by 任务项, each year by itself: 共57项,列入本次通报55项…达到序时进度44项、占比80.0%. `told` are the
    rows that a notice tells of, where that is not all.
    """
    told = rows if told is None else told
    years = sorted({row.year for row in rows if row.year})
    if len(years) < 2:
        return _summary(told, len(items(rows)))
    parts = {year: [[row for row in group if row.year == year] for group in (told, rows)] for year in years}
    return "".join(f"{year}年{_summary(said, len(items(whole)))}" for year, (said, whole) in parts.items())


def _summary(rows: Sequence[LedgerRow], whole: int) -> str:
    counts = Counter(items(rows).values())
    told = sum(counts.values()) - counts[Status.NOT_DUE]
    good, bad = (sum(counts[status] for status in group) for group in (GOOD, BAD))
    good_share, bad_share, _ = shares([good, bad, told - good - bad])
    return (f"共{whole}项,列入本次通报{told}项;达到序时进度{good}项、占比{good_share}%;"
            f"未达序时进度{bad}项、占比{bad_share}%;总结未提及{counts[Status.UNREPORTED]}项,待核实{counts[Status.UNCLEAR]}项。")


def counted(rows: Sequence[LedgerRow]) -> list[Count]:
    """汇总: all, by year and by office where there are several, by section and by department; stretch targets beside them."""
    found = [_count("合计", "全部任务项", rows)]
    groups: tuple[tuple[str, Callable[[LedgerRow], str]], ...] = (
        ("年度", lambda row: f"{row.year or '—'}年"), ("单位", lambda row: row.office), ("类别", _outermost),
        ("牵头单位", lambda row: row.answerable))
    for kind, name_of in groups:
        parts: dict[str, list[LedgerRow]] = defaultdict(list)
        for row in rows:
            parts[name_of(row)].append(row)
        if kind not in ("年度", "单位") or len(parts) > 1:
            found += [_count(kind, name, group) for name, group in parts.items()]
    wished = [row for row in rows if row.stretch]
    return [*found, Count("另计", "奋斗目标(个)", Counter(row.status for row in wished))] if wished else found


def _outermost(row: LedgerRow) -> str:
    """类别, of several offices each its own: one's 三、民生 is not another's."""
    section = row.section.split(SECTION_JOIN)[0] or "未分类"
    return f"{row.office} {section}" if row.owner else section


def _count(kind: str, name: str, rows: Sequence[LedgerRow]) -> Count:
    counts = Counter(items(rows).values())
    told = sum(counts.values()) - counts[Status.NOT_DUE]
    good = sum(counts[status] for status in GOOD)
    return Count(kind, name, counts, shares([good, told - good])[0] if told else None)


def badness(row: LedgerRow) -> tuple[int, bool, Decimal]:
    """The order of bad news: 突破控制, 反向增长, amounts by 较序时, rates by 较目标, milestones. A limit that is broken for good stands
    before one that can be kept again.
    """
    by = row.difference if row.difference is not None else (row.percent or Decimal(0)) - 100
    if row.measure in ("amount", "ratio") and (row.limit or row.comparator in ("<=", "<") or row.value == 0):
        return 0, row.status != Status.MISSED, by
    if row.measure in RATES:
        backwards = row.measure != "ratio" and (row.actual or 0) < 0 < (row.value or 0)
        return 1 if backwards else 3, False, by
    return (4 if row.measure == "milestone" else 2), False, by


def worst_first(rows: Iterable[LedgerRow]) -> list[LedgerRow]:
    """Firm targets before stretch ones, each year by itself."""
    return sorted((row for row in rows if row.status in BAD), key=lambda row: (row.year or 0, row.stretch, badness(row)))
