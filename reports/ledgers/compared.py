"""For an office with offices below it: 各单位对比 (the same indicator beside each other) and 分解核对 (the parts against the whole)."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal

from engine.quantities import convert, counts_pieces
from reports.ledgers.columns import numeral, words
from reports.ledgers.formats import signed
from reports.ledgers.rows import LedgerRow, plain
from reports.ledgers.sheets import NOTHING, Column, Shown


@dataclass(frozen=True, slots=True)
class Side:
    """One office's line of an indicator; `rank` only where ranks are asked for."""

    row: LedgerRow
    rank: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Split:
    """What an office promised of an indicator, and what those below promised and reached together, in the unit of the whole."""

    indicator: str
    unit: str
    whole: Decimal
    parts: Decimal
    reached_whole: Decimal | None
    reached_parts: Decimal | None
    said: str
    limit: bool = False

    @property
    def missing(self) -> Decimal:
        return self.parts - self.whole


def compared(rows: Iterable[LedgerRow], *, ranked: bool = False) -> list[Side]:
    """Firm lines of indicators that at least two offices promised, side by side, in the order of their first mention."""
    return [side for group in _shared(rows) for side in (_ranked(group) if ranked else map(Side, group))]


def _shared(rows: Iterable[LedgerRow]) -> list[list[LedgerRow]]:
    groups: dict[tuple[int | None, str, str], list[LedgerRow]] = defaultdict(list)
    for row in rows:
        if not row.stretch and row.measure != "milestone" and row.office:
            groups[row.year, row.indicator, row.measure].append(row)
    return [group for group in groups.values() if len({row.office for row in group}) > 1]


def _ranked(group: Sequence[LedgerRow]) -> list[Side]:
    """By 较序时 or 较目标; those that say nothing have no rank. Equal ones share it."""
    known = sorted({row.difference for row in group if row.difference is not None}, reverse=True)
    sides = [Side(row, None if row.difference is None else known.index(row.difference) + 1) for row in group]
    return sorted(sides, key=lambda side: (side.rank is None, side.rank or 0))


def splits(rows: Iterable[LedgerRow]) -> list[Split]:
    """Amounts of the uppermost office beside the sum of those below it; units that do not compare are left out, and so is what
    cannot be summed: an average limit (PM2.5), a rank.
    """
    found = []
    for group in _shared(rows):
        top = min(row.depth for row in group)
        wholes, parts = ([row for row in group if (row.depth == top) is upper] for upper in (True, False))
        if len(wholes) == 1 and parts and _summable(wholes[0]):
            found += _split(wholes[0], parts)
    return found


def _summable(row: LedgerRow) -> bool:
    counted = counts_pieces(row.unit) and row.unit not in ("位", "名")
    return row.measure == "amount" and row.value is not None and (counted or not row.limit)


def _split(whole: LedgerRow, parts: Sequence[LedgerRow]) -> list[Split]:
    promised = [convert(row.value, row.unit, whole.unit) if row.value is not None else None for row in parts]
    if whole.value is None or any(value is None for value in promised):
        return []
    reached = [convert(row.actual, row.unit, whole.unit) if row.actual is not None else None for row in parts]
    told = [value for value in reached if value is not None]
    return [Split(
        indicator=whole.indicator, unit=whole.unit, whole=whole.value, parts=_sum(value for value in promised if value is not None),
        reached_whole=whole.actual, reached_parts=_sum(told) if len(told) == len(parts) else None,
        said="、".join(f"{row.office}{row.promise}" for row in parts), limit=whole.limit,
    )]


def _sum(values: Iterable[Decimal]) -> Decimal:
    return plain(sum(values, Decimal(0))) or Decimal(0)


def comparison_columns(*, ranked: bool) -> list[Column[Side]]:
    """各单位对比."""
    rank = [Column("名次", 7, _rank, "center")] * ranked
    return [
        Column("指标名称", 26, lambda side: Shown(side.row.indicator)),
        Column("单位", 22, lambda side: Shown(side.row.office), "center"),
        Column("年度目标", 16, _promise, "center", grows=True),
        Column("完成", 16, _reached, "center", grows=True),
        Column("完成率(%)", 11, lambda side: NOTHING if side.row.measure != "amount" else numeral(side.row.percent), "center"),
        Column("较序时(较目标)", 15, lambda side: numeral(side.row.difference, signed), "center"),
        Column("状态", 13, lambda side: Shown(side.row.word or "待研判", light=side.row.light), "center"),
        *rank,
    ]


def _rank(side: Side) -> Shown:
    return NOTHING if side.rank is None else Shown(side.rank, "0")


def _promise(side: Side) -> Shown:
    look = side.row.promised
    return Shown(side.row.promise) if look is None or side.row.value is None else Shown(
        side.row.value, look.code, look.text(side.row.value))


def _reached(side: Side) -> Shown:
    look = side.row.reached()
    return words(side.row.actual_text) if look is None or side.row.actual is None else Shown(
        side.row.actual, look.code, look.text(side.row.actual))


def split_columns() -> list[Column[Split]]:
    """分解核对."""
    return [
        Column("指标名称", 24, lambda split: Shown(split.indicator)),
        Column("计量单位", 10, lambda split: words(split.unit), "center"),
        Column("本级目标", 13, lambda split: numeral(split.whole), "center", grows=True),
        Column("下级目标合计", 13, lambda split: numeral(split.parts), "center", grows=True),
        Column("分解差额", 12, lambda split: numeral(split.missing, signed), "center", grows=True),
        Column("核对", 13, _judged, "center"),
        Column("本级完成", 13, lambda split: numeral(split.reached_whole), "center", grows=True),
        Column("下级完成合计", 13, lambda split: numeral(split.reached_parts), "center", grows=True),
        Column("各单位目标", 46, lambda split: Shown(split.said)),
    ]


def _judged(split: Split) -> Shown:
    if split.limit:
        return Shown("超控制总数", light="yellow") if split.missing > 0 else Shown("在控制数内", light="green")
    if not split.missing:
        return Shown("分解到位", light="green")
    return Shown("分解不足", light="yellow") if split.missing < 0 else Shown("超额分解", light="green")
