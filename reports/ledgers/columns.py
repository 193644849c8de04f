"""The columns of each sheet, as design names them, and how a row fills them."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from functools import lru_cache, partial

from reports.ledgers.counts import ORDER, RATES, Count
from reports.ledgers.formats import Look, places, signed
from reports.ledgers.rows import UNASSIGNED, LedgerHead, LedgerRow, Quote
from reports.ledgers.sheets import ID_HEAD, NOTHING, Column, Shown

STRETCH = "奋斗目标"
"""What 备注 says before the words of people; an import takes it off again."""


@dataclass(frozen=True, slots=True)
class Line:
    """A row of the sheet 依据."""

    index: int
    number: str
    indicator: str
    quote: Quote


@dataclass(frozen=True, slots=True)
class Quoted:
    """Where the sentences stand: the row on the sheet 依据 and the number there, by a row's id and the role of the sentence."""

    places: Mapping[tuple[str, str], tuple[int, int]]

    def link(self, row: LedgerRow, *roles: str) -> str:
        line = self._first(row, roles)
        return f"'依据'!A{line[0]}" if line else ""

    def index(self, row: LedgerRow, *roles: str) -> int | None:
        line = self._first(row, roles)
        return line[1] if line else None

    def _first(self, row: LedgerRow, roles: tuple[str, ...]) -> tuple[int, int] | None:
        return next((line for role in roles if (line := self.places.get((row.row_id, role)))), None)


PROVEN = ("佐证", "文字提及", "待核对")


@dataclass(frozen=True, slots=True)
class Spread:
    """Whether the rows are of several years, offices or plans: a column says of which each one is."""

    years: bool = False
    offices: bool = False
    plans: bool = False

    @classmethod
    def of(cls, rows: Sequence[LedgerRow]) -> "Spread":
        return cls(len({row.year for row in rows}) > 1, any(row.owner for row in rows), any(row.source for row in rows))

    def columns(self) -> list[Column[LedgerRow]]:
        known: tuple[tuple[bool, Column[LedgerRow]], ...] = (
            (self.years, Column("年度", 7, lambda row: Shown(row.year, "0") if row.year else NOTHING, "center")),
            (self.offices, Column("所属单位", 14, lambda row: words(row.office), "center")),
            (self.plans, Column("任务来源", 14, lambda row: words(row.plan), "center")),
        )
        return [column for wanted, column in known if wanted]


ALONE = Spread()


def meeting_columns(head: LedgerHead, quoted: Quoted, spread: Spread = ALONE) -> list[Column[LedgerRow]]:
    """会议版: what a meeting reads on A4."""
    return [
        Column("序号", 7, _number, "center"),
        *spread.columns(),
        Column("目标任务", 26, _indicator),
        Column("年度目标", 14, partial(_promise, quoted), "center", grows=True),
        Column(_reached_head(head), 14, partial(_reached, head, quoted), "center", grows=True, field="actual"),
        Column("同比(%)", 8, lambda row: numeral(row.growth, signed), "center"),
        Column("完成率(%)", 9, _percent, "center"),
        Column("较序时\n(较目标)", 10, lambda row: numeral(row.difference, signed), "center"),
        Column("状态", 12.5, _status, "center"),
        Column("牵头单位", 16, _lead, "center", field="lead"),
        Column("进展、问题及措施", 46, _progress_and_more),
        _row_id(),
    ]


def working_columns(head: LedgerHead, quoted: Quoted, spread: Spread = ALONE, *, narrow: bool = False) -> list[Column[LedgerRow]]:
    """工作版: what the office works on, on A3 or on screen. On A4 (`narrow`) its texts stand in less room, or nobody could read them."""
    indicator, progress, text = (20, 28, 17) if narrow else (26, 44, 26)
    return [
        Column("序号", 7, _number, "center"),
        *spread.columns(),
        Column("指标(任务)", indicator, _indicator),
        Column("单位", 9, lambda row: words(row.unit), "center"),
        Column("年度目标", 13, partial(_promise, quoted, unit=False), "center", grows=True),
        Column(_reached_head(head), 14, partial(_reached, head, quoted, unit=False), "center", grows=True, field="actual"),
        Column("完成率(%)", 9, _percent, "center"),
        Column("序时进度(%)", 9, lambda row: numeral(row.expected), "center"),
        Column("差距", 9, lambda row: numeral(row.difference, signed), "center"),
        Column("状态", 12.5, _status, "center"),
        Column("牵头单位", 12 if narrow else 16, _lead, "center", field="lead"),
        Column("进展情况", progress, lambda row: words(row.progress)),
        Column("存在问题", text, lambda row: words(row.problems), field="problems"),
        Column("下一步措施", text, lambda row: words(row.measures_next), field="measures_next"),
        Column("依据", 7, partial(_source, quoted), "center"),
        Column("备注", 11 if narrow else 16, _remark, field="remark"),
        _row_id(),
    ]


def duty_columns(quoted: Quoted, spread: Spread = ALONE) -> list[Column[LedgerRow]]:
    """目标任务分解表."""
    return [
        Column("序号", 7, _number, "center"),
        *spread.columns(),
        Column("类别", 18, lambda row: words(row.section)),
        Column("目标任务(原文)", 40, lambda row: Shown(row.text)),
        Column("指标名称", 22, _indicator),
        Column("年度目标", 12, partial(_promise, quoted, unit=False), "center", grows=True),
        Column("单位", 9, lambda row: words(row.unit), "center"),
        Column("牵头领导", 10, lambda row: words(row.leader), "center", field="leader"),
        Column("牵头单位", 16, _lead, "center", field="lead"),
        Column("配合单位", 14, lambda row: words(row.support), "center", field="support"),
        Column("完成时限", 12, _due, "center", field="due"),
        Column("备注", 14, _remark, field="remark"),
        _row_id(),
    ]


def count_columns() -> list[Column[Count]]:
    """汇总."""
    def of(status: str) -> Callable[[Count], Shown]:
        return lambda row: Shown(row.counts.get(status, 0), "0")

    return [
        Column("分组", 12, lambda row: Shown(row.kind), "center"),
        Column("名称", 40, lambda row: Shown(row.name)),
        Column("任务项", 9, lambda row: Shown(row.total, "0"), "center"),
        *(Column(status.label, 11, of(status), "center") for status in ORDER),
        Column("达到序时占比(%)", 17, lambda row: numeral(row.share), "center"),
    ]


def quote_columns() -> list[Column[Line]]:
    """依据."""
    return [
        Column("编号", 6, lambda line: Shown(line.index, "0"), "center"),
        Column("序号", 7, lambda line: Shown(line.number), "center"),
        Column("指标名称", 22, lambda line: Shown(line.indicator)),
        Column("作用", 9, lambda line: Shown(line.quote.role), "center"),
        Column("文件", 24, lambda line: Shown(line.quote.doc)),
        Column("数字", 13, lambda line: words(line.quote.figure), "center"),
        Column("期间", 12, lambda line: words(line.quote.period), "center"),
        Column("原句", 50, lambda line: Shown(line.quote.text)),
        Column("匹配分", 8, _score, "center"),
        Column("认定", 10, lambda line: words(line.quote.decided), "center"),
        Column("研判口径、匹配理由", 30, lambda line: words(line.quote.why)),
    ]


def rule_columns() -> list[Column[tuple[str, str]]]:
    """口径说明."""
    return [Column("项目", 18, lambda pair: Shown(pair[0]), "center"), Column("说明", 120, lambda pair: Shown(pair[1]))]


def words(text: str) -> Shown:
    return Shown(text) if text else NOTHING


def numeral(value: Decimal | None, code: Callable[[Decimal], str] | None = None) -> Shown:
    if value is None:
        return NOTHING
    look = _bare(places(value))
    shown = code(value) if code else look.code
    return Shown(value, shown, look.text(value) + " " * (code is not None))


@lru_cache(maxsize=16)
def _bare(decimals: int) -> Look:
    return Look(places=decimals)


def _row_id() -> Column[LedgerRow]:
    return Column(ID_HEAD, 10, lambda row: Shown(row.row_id), hidden=True)


def _number(row: LedgerRow) -> Shown:
    return Shown(row.number)


def _indicator(row: LedgerRow) -> Shown:
    return Shown(row.indicator)


def _lead(row: LedgerRow) -> Shown:
    return Shown(row.lead or UNASSIGNED)


def _status(row: LedgerRow) -> Shown:
    return Shown(row.word or "待研判", light=row.light)


def _promise(quoted: Quoted, row: LedgerRow, *, unit: bool = True) -> Shown:
    look, link = row.promised_in(row.unit if unit else ""), quoted.link(row, "目标")
    if look is None or row.value is None:
        return Shown(row.promise or "—")  # a link would print words in blue
    return Shown(row.value, look.code, look.text(row.value), link=link)


def _reached_head(head: LedgerHead) -> str:
    month = head.cutoff[1] if head.cutoff else 0
    return "全年完成" if month == 12 else f"截至{month}月完成" if month else "完成情况"


def _reached(head: LedgerHead, quoted: Quoted, row: LedgerRow, *, unit: bool = True) -> Shown:
    """The reported figure, with its own month where that is not the one in the head of the column."""
    period = _own_period(head, row)
    look, link = row.reached(period, unit=unit), quoted.link(row, "佐证", "文字提及")
    if look is None or row.actual is None:
        return words(row.actual_text)
    return Shown(row.actual, look.code, look.text(row.actual), link=link)


def _own_period(head: LedgerHead, row: LedgerRow) -> str:
    if row.through is None or row.through == head.cutoff:
        return ""
    year, month = row.through
    return f"截至{month}月" if head.cutoff and head.cutoff[0] == year else f"截至{year}年{month}月"


def _percent(row: LedgerRow) -> Shown:
    """完成率 of amounts; a ratio's stays off paper (98 % of 80 % misleads), and a kept or broken limit has none."""
    return NOTHING if row.measure in RATES or row.value == 0 else numeral(row.percent)


def _progress_and_more(row: LedgerRow) -> Shown:
    more = (("存在问题:", row.problems), ("下一步措施:", row.measures_next))
    return words("\n".join(filter(None, [row.progress, *(label + text for label, text in more if text)])))


def _remark(row: LedgerRow) -> Shown:
    return words("、".join(filter(None, (STRETCH * row.stretch, row.remark))))


def _source(quoted: Quoted, row: LedgerRow) -> Shown:
    """A number into the sheet 依据: that of the sentence that decided, else of the target's own."""
    roles = (*PROVEN, "目标")
    index = quoted.index(row, *roles)
    return NOTHING if index is None else Shown(index, "0", link=quoted.link(row, *roles))


def _due(row: LedgerRow) -> Shown:
    if row.due is None:
        return Shown(f"{row.year}年底") if row.year else NOTHING
    return Shown(row.due, 'yyyy"年"m"月"', f"{row.due:%Y}年12月")


def _score(line: Line) -> Shown:
    score = line.quote.score
    return NOTHING if score is None else Shown(round(Decimal(score), 2), "0.00")
